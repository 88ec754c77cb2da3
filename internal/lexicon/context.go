package lexicon

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// cue is a word or phrase whose presence near an ambiguous word speaks for
// (positive weight) or against food.
type cue struct {
	text   string
	weight int8
}

// template is a phrase in which a food word is not meant as food: a sequence of
// slots, each a set of alternatives in pattern form; "" makes a slot optional.
// Slots are matched by word position, so punctuation between them is ignored.
type template [][]string

// loadCues reads cues.csv (weight, phrase), slang.csv (phrase) and ordinary.csv
// (word). Phrases are templates: {a|b|} stands for a, b or nothing.
func (lx *Lexicon) loadCues(fsys fs.FS) error {
	err := readTable(fsys, "cues.csv", []string{"weight", "phrase"}, func(row []string) error {
		w, err := strconv.Atoi(row[0])
		if err != nil || w == 0 || w < -3 || w > 3 {
			return fmt.Errorf("weight %q of cue %q is not -3..3", row[0], row[1])
		}
		all, err := expand(row[1])
		if err != nil {
			return err
		}
		for _, t := range all {
			lx.cues = append(lx.cues, cue{t, int8(w)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = readTable(fsys, "ordinary.csv", []string{"word"}, func(row []string) error {
		p := pattern(row[0])
		if p == "" || strings.Contains(p, " ") {
			return fmt.Errorf("%q is not one word", row[0])
		}
		lx.ordinary = append(lx.ordinary, p)
		lx.listed = append(lx.listed, p)
		return nil
	})
	if err != nil {
		return err
	}
	return readTable(fsys, "slang.csv", []string{"phrase"}, func(row []string) error {
		t, err := parseTemplate(row[0])
		lx.slang = append(lx.slang, t)
		return err
	})
}

// addPlaceWords makes the words of place names ordinary: Chorrillos is no choro.
func (lx *Lexicon) addPlaceWords(fsys fs.FS) error {
	seen := map[string]bool{}
	get := func(p string) *placeName {
		for w := range strings.SplitSeq(p, " ") {
			if len(w) >= typoMin && !seen[w] {
				seen[w] = true
				lx.ordinary = append(lx.ordinary, w)
			}
		}
		return new(placeName)
	}
	if err := readUbigeo(fsys, get); err != nil {
		return err
	}
	if err := readLocalities(fsys, get); err != nil {
		return err
	}
	slices.Sort(lx.ordinary)
	return nil
}

// parseTemplate splits "{que|muy} piña" into its slots. Every template needs a
// slot that is not optional, and at most maxSlots slots.
func parseTemplate(s string) (template, error) {
	var t template
	solid := false
	for s != "" {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			open = len(s)
		}
		if lit := pattern(s[:open]); lit != "" {
			t = append(t, []string{lit})
			solid = true
		}
		if s = s[open:]; s == "" {
			break
		}
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return nil, fmt.Errorf("phrase has { without }: %q", s)
		}
		var slot []string
		optional := false
		for a := range strings.SplitSeq(s[1:end], "|") {
			p := pattern(a)
			optional = optional || p == ""
			slot = append(slot, p)
		}
		solid = solid || !optional
		t = append(t, slot)
		s = s[end+1:]
	}
	if !solid || len(t) > maxSlots {
		return nil, fmt.Errorf("phrase needs a word that is not optional, and at most %d parts", maxSlots)
	}
	return t, nil
}

// maxExpansions bounds one template.
const maxExpansions = 4096

// expand multiplies out a template and folds the results.
func expand(t string) ([]string, error) {
	out := []string{""}
	for t != "" {
		open := strings.IndexByte(t, '{')
		if open < 0 {
			open = len(t)
		}
		for i := range out {
			out[i] += t[:open]
		}
		t = t[open:]
		if t == "" {
			break
		}
		end := strings.IndexByte(t, '}')
		if end < 0 {
			return nil, fmt.Errorf("phrase has { without }: %q", t)
		}
		alts := strings.Split(t[1:end], "|")
		t = t[end+1:]
		next := make([]string, 0, len(out)*len(alts))
		for _, o := range out {
			for _, a := range alts {
				next = append(next, o+a)
			}
		}
		if out = next; len(out) > maxExpansions {
			return nil, fmt.Errorf("phrase stands for more than %d spellings", maxExpansions)
		}
	}
	for i, o := range out {
		if out[i] = pattern(o); out[i] == "" {
			return nil, fmt.Errorf("phrase %q can be empty", o)
		}
	}
	return out, nil
}
