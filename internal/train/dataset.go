package train

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/train/bert"
)

// Row is one text with the labels that are known of it.
type Row struct {
	ID     string
	File   string // base name of the file it came from
	Text   string
	Hash   string            // of the text, of a gold row that does not carry it
	Source string            // review, delivery, social or survey; "" if unknown
	Date   string            // ISO day, "" if unknown
	Labels [numHeads]int8    // class per head of mention.Heads, −1 = unknown
	Foods  []food            // that a gold row names, left to right
	Soft   []float32         // teacher's probabilities for all heads, nil = none
	Weight [numHeads]float32 // of each known label
}

// numHeads is len(mention.Heads); a test holds them equal.
const numHeads = 3 + int(mention.NumAspects)

// Indices of the first heads; aspects follow at headAspect+mention.Aspect.
const (
	headRelevance = iota
	headSentiment
	headIntent
	headAspect
)

type goldJSON struct {
	ID        string            `json:"id"`
	Source    string            `json:"source"`
	Text      string            `json:"text"`
	Hash      string            `json:"text_sha256"` // instead of the text, of texts that are not ours to give on
	Food      *bool             `json:"food"`
	Sentiment string            `json:"sentiment"`
	Intent    string            `json:"intent"`
	Aspects   map[string]string `json:"aspects"`
	Entities  []goldEntity      `json:"entities"`
}

type goldEntity struct {
	Surface string `json:"surface"`
	Kind    string `json:"kind"`
}

// ReadGold reads rows with read labels for all heads: JSON lines as the
// annotation guide describes them (training/data/gold/README.md).
func ReadGold(r io.Reader, name string) ([]Row, error) {
	var rows []Row
	err := lines(r, func(n int, line []byte) error {
		var g goldJSON
		if err := json.Unmarshal(line, &g); err != nil {
			return fmt.Errorf("%s line %d: %w", name, n, err)
		}
		row, err := g.row()
		if err != nil {
			return fmt.Errorf("%s line %d (%s): %w", name, n, g.ID, err)
		}
		row.File = filepath.Base(name)
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

func (g *goldJSON) row() (Row, error) {
	r := Row{ID: g.ID, Text: g.Text, Hash: g.Hash, Source: g.Source, Foods: foods(g.Text, g.Entities)}
	if (strings.TrimSpace(g.Text) == "") == (g.Hash == "") || g.Food == nil {
		return r, fmt.Errorf("text (or text_sha256 instead of it) or food is missing")
	}
	class := func(head int, label string) error {
		i := slices.Index(mention.Heads[head].Labels, label)
		if i < 0 {
			return fmt.Errorf("%s %q is not one of %s", mention.Heads[head].Name, label, strings.Join(mention.Heads[head].Labels, ", "))
		}
		r.Labels[head], r.Weight[head] = int8(i), 1
		return nil
	}
	food := "other"
	if *g.Food {
		food = "food"
	}
	if err := cmp.Or(class(headRelevance, food), class(headSentiment, g.Sentiment), class(headIntent, g.Intent)); err != nil {
		return r, err
	}
	for a := range g.Aspects {
		if !slices.Contains(mention.AspectNames, a) {
			return r, fmt.Errorf("aspect %q is not one of %s", a, strings.Join(mention.AspectNames, ", "))
		}
	}
	for i, a := range mention.AspectNames {
		if g.Aspects == nil { // nobody has read the row for aspects
			r.Labels[headAspect+i] = -1
			continue
		}
		if err := class(headAspect+i, cmp.Or(g.Aspects[a], "none")); err != nil {
			return r, err
		}
	}
	return r, nil
}

// ReadStars reads tab-separated rows with a header that has the columns text,
// label (neg, neu, pos from the rating) and date. Only sentiment is known of them.
func ReadStars(r io.Reader, name string) ([]Row, error) {
	var rows []Row
	var cols map[string]int
	err := lines(r, func(n int, line []byte) error {
		f := strings.Split(string(line), "\t")
		if cols == nil {
			cols = map[string]int{}
			for i, c := range f {
				cols[c] = i
			}
			for _, c := range []string{"text", "label"} {
				if _, ok := cols[c]; !ok {
					return fmt.Errorf("%s: the header has no column %q", name, c)
				}
			}
			return nil
		}
		if len(f) != len(cols) {
			return fmt.Errorf("%s line %d has %d columns, the header %d", name, n, len(f), len(cols))
		}
		row := Row{ID: fmt.Sprintf("%s:%d", filepath.Base(name), n), File: filepath.Base(name), Text: f[cols["text"]]}
		if i, ok := cols["date"]; ok {
			row.Date = f[i]
		}
		for h := range row.Labels {
			row.Labels[h] = -1
		}
		s := slices.Index(mention.SentimentLabels, f[cols["label"]])
		if s < 0 {
			return fmt.Errorf("%s line %d: label %q is not neg, neu or pos", name, n, f[cols["label"]])
		}
		row.Labels[headSentiment], row.Weight[headSentiment] = int8(s), 1
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// ReadText reads one paragraph a line.
func ReadText(r io.Reader) ([]string, error) {
	var out []string
	err := lines(r, func(_ int, line []byte) error {
		out = append(out, string(line))
		return nil
	})
	return out, err
}

// lines calls f for every line that is not blank, with its number.
func lines(r io.Reader, f func(n int, line []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 1<<16), 16<<20)
	for n := 1; s.Scan(); n++ {
		if len(bytes.TrimSpace(s.Bytes())) == 0 {
			continue
		}
		if err := f(n, s.Bytes()); err != nil {
			return err
		}
	}
	return s.Err()
}

// open opens dir/path, unpacking it if the name ends in .gz.
func open(dir, path string) (io.ReadCloser, error) {
	f, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		return nil, fmt.Errorf("open training data (is --data the right folder?): %w", err)
	}
	if !strings.HasSuffix(path, ".gz") {
		return f, nil
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("unpack %s: %w", path, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}

func readRows(dir string, srcs []Source, read func(io.Reader, string) ([]Row, error)) ([]Row, error) {
	var all []Row
	for _, s := range srcs {
		f, err := open(dir, s.Path)
		if err != nil {
			return nil, err
		}
		rows, err := read(f, s.Path)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("read %w", err)
		}
		if s.RelevanceWeight > 0 {
			for i := range rows {
				rows[i].Weight[headRelevance] *= s.RelevanceWeight
			}
		}
		all = append(all, rows...)
	}
	return all, nil
}

// Dataset is all labelled data, split. No text of a development part occurs in a
// training part, whatever file it came from.
type Dataset struct {
	Train, Dev           []Row // gold
	StarsTrain, StarsDev []Row
	held                 map[string]bool // normalised texts of both development parts
}

// Load reads and splits the labelled data of a configuration.
func (c *Config) Load(dir string) (*Dataset, error) {
	gold, err := readRows(dir, c.Gold, ReadGold)
	if err != nil {
		return nil, err
	}
	stars, err := readRows(dir, c.Stars, ReadStars)
	if err != nil {
		return nil, err
	}
	if err := c.findTexts(dir, gold, stars); err != nil {
		return nil, err
	}
	return split(gold, stars, c.Split), nil
}

func split(gold, stars []Row, c SplitConfig) *Dataset {
	d := &Dataset{held: map[string]bool{}}
	known := map[string]bool{}
	// Rows on texts of others were drawn because a model was unsure of them: scores and
	// error rates on them would be those of no stream, so none is for development.
	var found []Row
	for _, r := range gold {
		k := textKey(r.Text)
		known[k] = true
		if r.Hash != "" {
			found = append(found, r)
		} else if inDev(k, c.DevPercent) {
			d.Dev = append(d.Dev, r)
			d.held[k] = true
		} else {
			d.Train = append(d.Train, r)
		}
	}
	for _, r := range found {
		if !d.held[textKey(r.Text)] {
			d.Train = append(d.Train, r)
		}
	}
	slices.SortStableFunc(stars, func(a, b Row) int { return cmp.Compare(a.Date, b.Date) })
	cut := len(stars) - len(stars)*c.StarsDevPercent/100
	// Stock phrases ("todo bien") stay in the training part and leave the other
	// one, which so holds only texts that are new.
	for _, r := range stars[:cut] {
		if k := textKey(r.Text); !d.held[k] {
			d.StarsTrain = append(d.StarsTrain, r)
			known[k] = true
		}
	}
	for _, r := range stars[cut:] {
		if k := textKey(r.Text); !known[k] {
			d.StarsDev = append(d.StarsDev, r)
			known[k], d.held[k] = true, true
		}
	}
	return d
}

// textKey folds case and white space, so that copies of a text fall together.
func textKey(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// inDev decides by a hash, so that a row stays where it is when files grow.
func inDev(key string, percent int) bool {
	h := fnv.New64a()
	io.WriteString(h, key)
	x := h.Sum64()
	x ^= x >> 33 // FNV's low bits alone mix badly
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int(x%100) < percent
}

// example turns a row into a training example for the given token ids.
func (r *Row) example(ids bert.Sequence, smooth float32) bert.Example {
	e := bert.Example{IDs: ids, Target: make([]float32, mention.NumLogits()), Weight: make([]float32, numHeads)}
	from := 0
	for h, head := range mention.Heads {
		k := len(head.Labels)
		if r.Labels[h] >= 0 {
			for j := range k {
				e.Target[from+j] = smooth / float32(k)
			}
			e.Target[from+int(r.Labels[h])] += 1 - smooth
			e.Weight[h] = r.Weight[h]
		} else if r.Soft != nil {
			copy(e.Target[from:from+k], r.Soft[from:from+k])
			e.Weight[h] = r.Weight[h]
		}
		from += k
	}
	return e
}
