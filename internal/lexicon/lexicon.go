// Package lexicon knows Peru's food words and places: it finds dishes,
// ingredients, drinks, brands and kinds of places in a text, says which words
// may be slang there ("habla causa"), resolves the department that a text
// speaks of, and tells the language of a text.
//
// The knowledge is data: CSV tables in assets/lexicon, one row an entity; see
// docs/lexicon.md for the schema. Read next: match.go (the matcher), context.go
// (homographs), gazetteer.go (places), language.go.
package lexicon

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"strings"

	"antojo/assets"
)

// Kinds of entities.
const (
	Dish       = "dish"
	Ingredient = "ingredient"
	Drink      = "drink"
	Brand      = "brand"
	Place      = "place"
)

// Kinds lists the kinds in display order.
var Kinds = []string{Dish, Ingredient, Drink, Brand, Place}

// Info is one entity of the lexicon: a row of a table.
type Info struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`    // canonical Spanish name, singular, lower case
	NameEN    string   `json:"name_en"` // English name or gloss
	Kind      string   `json:"kind"`
	Parent    string   `json:"parent,omitempty"` // id of the broader entity
	Variants  []string `json:"variants,omitempty"`
	Region    string   `json:"region,omitempty"` // costa, sierra, selva, nacional, extranjero or a department
	Season    []int    `json:"season,omitempty"` // months 1..12 of its season
	CPI       string   `json:"cpi,omitempty"`    // INEI price-index item where one exists
	Tags      []string `json:"tags,omitempty"`   // sweet, soup, format, diet, new-wave …
	Homograph bool     `json:"homograph,omitempty"`
	Source    string   `json:"source,omitempty"` // note on where the row comes from

	name     spelling
	variants []spelling
	blocked  []string // patterns that the user took off it
}

// spellings yields the canonical name with −1, then the variants with their numbers.
func (in *Info) spellings() iter.Seq2[int, spelling] {
	return func(yield func(int, spelling) bool) {
		if !yield(-1, in.name) {
			return
		}
		for j, sp := range in.variants {
			if !yield(j, sp) {
				return
			}
		}
	}
}

// spelling is one listed way to write an entity, with its marks.
type spelling struct {
	listed  string // as in the table, with its marks
	text    string
	ambig   bool // ? has another sense
	context bool // ! counts only with food words nearby
	capital bool // ^ a proper name: counts less in lower case, with ! not at all
	accent  bool // ~ accents must be written as listed: té is not te
	exact   bool // = no plural, diminutive or other derived form
	quiet   bool // - knowledge only: never matched by this spelling
	alone   bool // < not right after another entity: camote sancochado
	skip    int  // words before the entity: "copa de +vino" has two
}

// marks are the suffixes of a spelling; see docs/lexicon.md.
const marks = "?!^~=-<"

func parseSpelling(s string) spelling {
	p := spelling{listed: s}
	for len(s) > 0 {
		switch s[len(s)-1] {
		case '?':
			p.ambig = true
		case '!':
			p.ambig, p.context = true, true
		case '^':
			p.ambig, p.capital = true, true
		case '~':
			p.accent = true
		case '=':
			p.exact = true
		case '-':
			p.quiet = true
		case '<':
			p.alone = true
		default:
			if before, after, ok := strings.Cut(s, "+"); ok && strings.HasSuffix(before, " ") {
				p.skip = strings.Count(pattern(before), " ") + 1
				p.exact = true
				s = before + after
			}
			p.text = s
			return p
		}
		s = s[:len(s)-1]
	}
	return p
}

// Lexicon is the loaded tables. It is immutable.
type Lexicon struct {
	infos []Info
	byID  map[string]int
	cues  []cue
	slang []template
	// ordinary holds words that look like a misspelt food word and are not one.
	ordinary []string
	listed   []string // those of ordinary.csv, without words of place names
}

// Columns of an entity table, in order.
var columns = []string{"id", "name", "name_en", "kind", "parent", "variants", "region", "season", "cpi", "homograph", "tags", "source"}

// entityTables are the files of entities; any other table has its own reader.
var entityTables = []string{"dishes.csv", "ingredients.csv", "drinks.csv", "brands.csv", "places.csv"}

// Load reads the tables that are built into the program.
func Load() (*Lexicon, error) {
	sub, err := fs.Sub(assets.Lexicon, "lexicon")
	if err != nil {
		return nil, fmt.Errorf("open built-in lexicon: %w", err)
	}
	lx, err := LoadFS(sub)
	if err != nil {
		return nil, err
	}
	return lx, lx.addPlaceWords(sub)
}

// LoadFS reads the tables from fsys. It fails on rows that cannot be read; what
// is readable but doubtful is the business of Lint.
func LoadFS(fsys fs.FS) (*Lexicon, error) {
	lx := &Lexicon{byID: map[string]int{}}
	for _, name := range entityTables {
		err := readTable(fsys, name, columns, func(row []string) error {
			in, err := parseInfo(row)
			if err != nil {
				return err
			}
			if _, dup := lx.byID[in.ID]; dup {
				return fmt.Errorf("id %q is there twice; give one of the rows another id", in.ID)
			}
			lx.byID[in.ID] = len(lx.infos)
			lx.infos = append(lx.infos, in)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if err := lx.loadCues(fsys); err != nil {
		return nil, err
	}
	return lx, nil
}

func parseInfo(row []string) (Info, error) {
	in := Info{ID: row[0], Name: row[1], NameEN: row[2], Kind: row[3], Parent: row[4], Region: row[6], CPI: row[8], Source: row[11]}
	if in.ID == "" || in.Name == "" {
		return in, errors.New("id and name must not be empty")
	}
	if !slices.Contains(Kinds, in.Kind) {
		return in, fmt.Errorf("kind %q of %q is not one of %s", in.Kind, in.ID, strings.Join(Kinds, ", "))
	}
	if strings.Trim(row[9], marks) != "" {
		return in, fmt.Errorf("homograph %q of %q holds something else than the marks %s", row[9], in.ID, marks)
	}
	in.name = parseSpelling(in.Name + row[9])
	in.Homograph = in.name.ambig
	for v := range strings.SplitSeq(row[5], "|") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		sp := parseSpelling(v)
		if pattern(sp.text) == "" {
			return in, fmt.Errorf("variant %q of %q has no letter", v, in.ID)
		}
		in.variants = append(in.variants, sp)
		if sp.skip == 0 {
			in.Variants = append(in.Variants, sp.text)
		}
	}
	if pattern(in.Name) == "" {
		return in, fmt.Errorf("name %q of %q has no letter", in.Name, in.ID)
	}
	months, err := parseMonths(row[7])
	if err != nil {
		return in, fmt.Errorf("season of %q: %w", in.ID, err)
	}
	in.Season = months
	in.Tags = strings.Fields(row[10])
	return in, nil
}

// parseMonths reads "10-12" or "1 2 12"; a range may wrap around the new year.
func parseMonths(s string) ([]int, error) {
	var out []int
	for f := range strings.FieldsSeq(s) {
		lo, hi, ranged := strings.Cut(f, "-")
		a, err := strconv.Atoi(lo)
		b := a
		if err == nil && ranged {
			b, err = strconv.Atoi(hi)
		}
		if err != nil || a < 1 || a > 12 || b < 1 || b > 12 {
			return nil, fmt.Errorf("%q is not a month 1..12 or a range such as 10-12", f)
		}
		for m := a; ; m = m%12 + 1 {
			out = append(out, m)
			if m == b {
				break
			}
		}
	}
	return out, nil
}

// readTable reads a CSV with a header of exactly cols and calls row for each record.
func readTable(fsys fs.FS, name string, cols []string, row func([]string) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("open lexicon table %s: %w", name, err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("read lexicon table %s: %w", name, err)
	}
	if !slices.Equal(head, cols) {
		return fmt.Errorf("lexicon table %s has columns %q, want %q", name, head, cols)
	}
	r.FieldsPerRecord = len(cols)
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil { // names line and column itself
			return fmt.Errorf("lexicon table %s: %w", name, err)
		}
		if err := row(rec); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("lexicon table %s line %d: %w", name, line, err)
		}
	}
}

// Entity returns the entity with that id.
func (lx *Lexicon) Entity(id string) (Info, bool) {
	i, ok := lx.byID[id]
	if !ok {
		return Info{}, false
	}
	return lx.infos[i], true
}

// Without is the lexicon without some entities, as if their rows had never been
// written: their spellings are no cues for others either.
func (lx *Lexicon) Without(ids ...string) *Lexicon {
	out := *lx
	out.infos, out.byID, out.cues = nil, map[string]int{}, nil
	gone := map[string]bool{}
	for _, in := range lx.infos {
		if slices.Contains(ids, in.ID) {
			for _, sp := range append([]spelling{in.name}, in.variants...) {
				gone[plainN(pattern(sp.text))] = true
			}
			continue
		}
		out.byID[in.ID] = len(out.infos)
		out.infos = append(out.infos, in)
	}
	for _, c := range lx.cues {
		if !gone[plainN(c.text)] {
			out.cues = append(out.cues, c)
		}
	}
	return &out
}

// CueWords yields the single words of the cues: what people say around food.
func (lx *Lexicon) CueWords() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, c := range lx.cues {
			if !strings.Contains(c.text, " ") && !yield(plainN(c.text)) {
				return
			}
		}
	}
}

// SettledWords yields the single words about which the tables have already said that
// they are no food in a text: knowledge only ("hielo", "presa"), ordinary words that
// look like a misspelt food.
func (lx *Lexicon) SettledWords() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, w := range lx.listed {
			if !yield(plainN(w)) {
				return
			}
		}
		for i := range lx.infos {
			in := &lx.infos[i]
			for _, sp := range in.spellings() {
				if p := pattern(sp.text); sp.quiet && !strings.Contains(p, " ") && !yield(plainN(p)) {
					return
				}
			}
		}
	}
}

// PlaceWords yields the longer words of the names of places, folded.
func (lx *Lexicon) PlaceWords() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, w := range lx.ordinary {
			if !slices.Contains(lx.listed, w) && !yield(plainN(w)) {
				return
			}
		}
	}
}

// All returns all entities in table order. The caller must not change it.
func (lx *Lexicon) All() []Info { return lx.infos }
