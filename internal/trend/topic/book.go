package topic

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"antojo/internal/mention"
)

// Book remembers the themes that were found, so that a theme keeps its id while its
// words and texts change a little from week to week. It is one small JSON file, safe
// for concurrent use in one process.
type Book struct {
	path string // "" = memory only

	mu    sync.Mutex
	known map[string][]Known
}

// Known is a theme as it was last seen.
type Known struct {
	ID    string      `json:"id"`
	Words []Word      `json:"words"`
	First mention.Day `json:"first"` // last day of the texts when it was first seen
	Last  mention.Day `json:"last"`
}

const (
	// sameTheme is the cosine of the word weights from which two themes are one.
	sameTheme = .35
	// maxKnown bounds the themes remembered for one key; the longest unseen go first.
	maxKnown = 40
)

// NewBook returns a book that lives in memory.
func NewBook() *Book { return &Book{known: map[string][]Known{}} }

// OpenBook reads the book at path, which need not exist. A file that cannot be read
// is an error: ids that were given out would otherwise be given out anew.
func OpenBook(path string) (*Book, error) {
	b := NewBook()
	b.path = path
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read themes: %w", err)
	}
	if err := json.Unmarshal(data, &b.known); err != nil {
		return nil, fmt.Errorf("read themes %s: %w; move the file away to begin anew", path, err)
	}
	if b.known == nil {
		b.known = map[string][]Known{}
	}
	return b, nil
}

// Current returns the themes that were seen last under key.
func (b *Book) Current(key string) []Known {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Known
	for _, k := range b.known[key] {
		if k.Last == b.known[key][0].Last { // the book keeps the latest first
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(x, y Known) int { return strings.Compare(x.ID, y.ID) })
	return out
}

// Identify gives each theme the id of the known theme under key that it overlaps
// most, the surest pairs first, or a new id. With learn, what was seen up to day is
// remembered and written; a selection of the texts should only be identified.
func (b *Book) Identify(key string, themes []Theme, day mention.Day, learn bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := slices.Clone(b.known[key])
	type pair struct {
		theme, known int
		s            float64
	}
	var ps []pair
	for i := range themes {
		themes[i].ID = ""
		for j := range known {
			if s := cosine(themes[i].Words, known[j].Words); s >= sameTheme {
				ps = append(ps, pair{i, j, s})
			}
		}
	}
	slices.SortStableFunc(ps, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.s, x.s), strings.Compare(known[x.known].ID, known[y.known].ID), cmp.Compare(x.theme, y.theme))
	})
	taken := map[string]bool{}
	for _, p := range ps {
		if k := &known[p.known]; themes[p.theme].ID == "" && !taken[k.ID] {
			themes[p.theme].ID = k.ID
			taken[k.ID] = true
			if day >= k.Last {
				k.Words, k.Last = blend(k.Words, themes[p.theme].Words), day
			}
		}
	}
	for _, k := range known {
		taken[k.ID] = true
	}
	for i := range themes {
		if themes[i].ID != "" {
			continue
		}
		themes[i].ID = newID(key, themes[i].Words, taken)
		taken[themes[i].ID] = true
		known = append(known, Known{ID: themes[i].ID, Words: themes[i].Words, First: day, Last: day})
	}
	if !learn {
		return nil
	}
	slices.SortStableFunc(known, func(x, y Known) int { return cmp.Or(cmp.Compare(y.Last, x.Last), strings.Compare(x.ID, y.ID)) })
	b.known[key] = known[:min(maxKnown, len(known))]
	return b.save()
}

// save writes the file beside the old one and puts it in its place; b.mu is held.
func (b *Book) save() error {
	if b.path == "" {
		return nil
	}
	data, err := json.Marshal(b.known)
	if err != nil {
		return fmt.Errorf("write themes: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(b.path), ".topics-*")
	if err != nil {
		return fmt.Errorf("write themes: %w", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), b.path)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("write themes: %w", err)
	}
	return nil
}

// cosine of the weights of two lists of words, by stem.
func cosine(a, b []Word) float64 {
	w := map[string]float64{}
	var na, nb, s float64
	for _, x := range a {
		w[x.Stem] = x.Weight
		na += x.Weight * x.Weight
	}
	for _, x := range b {
		s += x.Weight * w[x.Stem]
		nb += x.Weight * x.Weight
	}
	if na == 0 || nb == 0 {
		return 0
	}
	return s / math.Sqrt(na*nb)
}

// blend moves what is known halfway to what is seen, so that a theme may drift but
// one odd week does not carry it away.
func blend(old, seen []Word) []Word {
	w := map[string]Word{}
	for _, x := range old {
		x.Weight /= 2
		w[x.Stem] = x
	}
	for _, x := range seen {
		x.Weight = x.Weight/2 + w[x.Stem].Weight
		w[x.Stem] = x
	}
	out := make([]Word, 0, len(w))
	for _, x := range w {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Word) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), strings.Compare(a.Stem, b.Stem)) })
	return out[:min(keepWords, len(out))]
}

// newID names a theme by its first words, with a number only if the name is taken.
func newID(key string, words []Word, taken map[string]bool) string {
	h := sha256.New()
	h.Write([]byte(key))
	for _, w := range words[:min(5, len(words))] {
		h.Write([]byte("\n" + w.Stem))
	}
	sum := h.Sum(nil)
	for n := 0; ; n++ {
		sum[0] += byte(min(n, 1))
		id := hex.EncodeToString(sum[:4])
		if !taken[id] {
			return id
		}
	}
}
