package train

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"antojo/internal/mention"
)

// ReadRows reads a file of labelled rows, whatever its layout (.gz is unpacked):
//
//   - JSON lines with read labels for all heads (they have the key food);
//   - JSON lines with text and label;
//   - tab-separated rows with a header that has the columns text and label, and
//     perhaps id, date and source or variant.
//
// Labels are neg, neu and pos, or their usual other spellings. latest > 0 keeps
// only the latest so many per cent of the rows by date, and of these only texts
// that do not occur among the earlier ones: a model that was trained on the
// earlier part can be measured on the later one.
func ReadRows(path string, latest int) ([]Row, error) {
	f, err := open("", path)
	if err != nil {
		return nil, fmt.Errorf("open labelled rows: %w", err)
	}
	defer f.Close()
	rows, err := readAny(f, path)
	if err != nil {
		return nil, fmt.Errorf("read labelled rows: %w", err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("read labelled rows: %s has none", path)
	}
	if latest <= 0 {
		return rows, nil
	}
	return latestRows(rows, path, latest)
}

func readAny(r io.Reader, path string) ([]Row, error) {
	name := filepath.Base(path)
	plain := strings.TrimSuffix(strings.ToLower(name), ".gz")
	if strings.HasSuffix(plain, ".tsv") || strings.HasSuffix(plain, ".txt") {
		return ReadTable(r, name)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	first := map[string]json.RawMessage{}
	line, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	if err := json.Unmarshal(line, &first); err != nil {
		return nil, fmt.Errorf("%s: the first line is not a JSON object (%w); rows with tabs need a name that ends in .tsv", name, err)
	}
	if _, ok := first["food"]; ok {
		rows, err := ReadGold(bytes.NewReader(b), name)
		for i := range rows {
			if rows[i].Text == "" {
				return nil, fmt.Errorf("%s: %s has only the hash of its text; such rows are scored with the development part of a configuration", name, rows[i].ID)
			}
		}
		return rows, err
	}
	return ReadLabelled(bytes.NewReader(b), name)
}

func latestRows(rows []Row, path string, percent int) ([]Row, error) {
	for _, r := range rows {
		if r.Date == "" {
			return nil, fmt.Errorf("%s: row %s has no date, so the latest rows cannot be told", path, r.ID)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Date, b.Date) })
	cut := len(rows) - len(rows)*percent/100
	known := map[string]bool{}
	for _, r := range rows[:cut] {
		known[textKey(r.Text)] = true
	}
	var out []Row
	for _, r := range rows[cut:] {
		if k := textKey(r.Text); !known[k] {
			known[k] = true
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no text of the latest %d %% is new", path, percent)
	}
	return out, nil
}

// sentimentOf reads a sentiment label in its usual spellings; −1 if it is none.
func sentimentOf(label string) int8 {
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "neg", "n", "negative", "negativo":
		return 0
	case "neu", "neutral", "neutro":
		return 1
	case "pos", "p", "positive", "positivo":
		return 2
	}
	return -1
}

// sentimentRow is a row of which only the sentiment is known.
func sentimentRow(r Row, label string) (Row, error) {
	s := sentimentOf(label)
	if s < 0 || strings.TrimSpace(r.Text) == "" {
		return r, fmt.Errorf("text is missing or label %q is not one of %s", label, strings.Join(mention.SentimentLabels, ", "))
	}
	for h := range r.Labels {
		r.Labels[h] = -1
	}
	r.Labels[headSentiment], r.Weight[headSentiment] = s, 1
	return r, nil
}

// ReadLabelled reads JSON lines with text and label; id, source and date are kept.
func ReadLabelled(r io.Reader, name string) ([]Row, error) {
	var rows []Row
	err := lines(r, func(n int, line []byte) error {
		var g struct{ ID, Text, Label, Source, Date string }
		if err := json.Unmarshal(line, &g); err != nil {
			return fmt.Errorf("%s line %d: %w", name, n, err)
		}
		row, err := sentimentRow(Row{ID: cmp.Or(g.ID, fmt.Sprintf("%s:%d", filepath.Base(name), n)), File: filepath.Base(name),
			Text: g.Text, Source: g.Source, Date: g.Date}, g.Label)
		if err != nil {
			return fmt.Errorf("%s line %d: %w", name, n, err)
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// ReadTable reads tab-separated rows with a header; see ReadRows.
func ReadTable(r io.Reader, name string) ([]Row, error) {
	var rows []Row
	var header []string
	err := lines(r, func(n int, line []byte) error {
		f := strings.Split(strings.TrimSuffix(string(line), "\r"), "\t")
		if header == nil {
			header = f
			for _, c := range []string{"text", "label"} {
				if !slices.Contains(f, c) {
					return fmt.Errorf("%s: the header has no column %q, only %s", name, c, strings.Join(f, ", "))
				}
			}
			return nil
		}
		if len(f) != len(header) {
			return fmt.Errorf("%s line %d has %d columns, the header %d", name, n, len(f), len(header))
		}
		get := func(column string) string {
			if i := slices.Index(header, column); i >= 0 {
				return f[i]
			}
			return ""
		}
		row, err := sentimentRow(Row{ID: cmp.Or(get("id"), fmt.Sprintf("%s:%d", filepath.Base(name), n)), File: filepath.Base(name),
			Text: get("text"), Source: cmp.Or(get("source"), get("variant")), Date: get("date")}, get("label"))
		if err != nil {
			return fmt.Errorf("%s line %d: %w", name, n, err)
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}
