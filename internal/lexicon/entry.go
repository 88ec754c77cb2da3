package lexicon

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Entry is a row of a table of the user's own (see Overlay).
type Entry struct {
	Action   string   `json:"action"` // add, merge or disable
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	NameEN   string   `json:"name_en,omitempty"`
	Kind     string   `json:"kind,omitempty"`
	Parent   string   `json:"parent,omitempty"`
	Variants []string `json:"variants,omitempty"`
	Region   string   `json:"region,omitempty"`
	Source   string   `json:"source,omitempty"`
}

var entryColumns = []string{"action", "id", "name", "name_en", "kind", "parent", "variants", "region", "source"}

// WriteEntries writes a table that Overlay and ReadEntries read.
func WriteEntries(w io.Writer, entries []Entry) error {
	cw := csv.NewWriter(w)
	cw.Write(entryColumns) //nolint:errcheck // Error tells
	for _, e := range entries {
		cw.Write([]string{e.Action, e.ID, e.Name, e.NameEN, e.Kind, e.Parent, strings.Join(e.Variants, "|"), e.Region, e.Source}) //nolint:errcheck
	}
	cw.Flush()
	if err := cw.Error(); err != nil {
		return fmt.Errorf("write lexicon table: %w", err)
	}
	return nil
}

// ReadEntries reads a table that WriteEntries wrote. Columns that it does not know
// are an error, so that nothing is lost when the table is written again.
func ReadEntries(r io.Reader) ([]Entry, error) {
	cr := csv.NewReader(skipBOM(r))
	cr.FieldsPerRecord = len(entryColumns)
	rows, err := cr.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read lexicon table: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if !slices.Equal(rows[0], entryColumns) {
		return nil, fmt.Errorf("read lexicon table: its columns are %s, want %s", strings.Join(rows[0], ","), strings.Join(entryColumns, ","))
	}
	var out []Entry
	for _, row := range rows[1:] {
		e := Entry{Action: row[0], ID: row[1], Name: row[2], NameEN: row[3], Kind: row[4], Parent: row[5], Region: row[7], Source: row[8]}
		if row[6] != "" {
			e.Variants = strings.Split(row[6], "|")
		}
		out = append(out, e)
	}
	return out, nil
}

// LoadWithEntries is LoadWith as it would be if the table name in dir held entries.
func LoadWithEntries(dir, name string, entries []Entry) (*Lexicon, error) {
	lx, err := Load()
	if err != nil {
		return nil, err
	}
	files, err := overlayFiles(dir)
	if err != nil {
		return nil, err
	}
	own := filepath.Join(dir, name)
	if !slices.Contains(files, own) {
		files = append(files, own)
		slices.Sort(files)
	}
	for _, path := range files {
		var text strings.Builder
		if path == own {
			if err := WriteEntries(&text, entries); err != nil {
				return nil, err
			}
		} else {
			b, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed since
			}
			if err != nil {
				return nil, fmt.Errorf("open lexicon table: %w", err)
			}
			text.Write(b)
		}
		if lx, _, err = lx.Overlay(filepath.Base(path), strings.NewReader(text.String())); err != nil {
			return nil, err
		}
	}
	return lx, nil
}

// Slug makes an id of a name: "Ají de gallina" → "aji-de-gallina".
func Slug(name string) string {
	var b strings.Builder
	for _, c := range []byte(Fold(name)) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteByte(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// SameSpelling says whether two spellings are one to the linter: case, accents and ñ
// do not count.
func SameSpelling(a, b string) bool { return plainN(pattern(a)) == plainN(pattern(b)) }
