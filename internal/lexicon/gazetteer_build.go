package lexicon

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"antojo/assets"
	"antojo/internal/mention"
)

// NewGazetteer reads the built-in tables ubigeo.csv and localities.csv, and the
// lexicon, whose multi-word names (causa limeña, pan de Oropesa) hide the place
// inside them.
func NewGazetteer() (*Gazetteer, error) {
	sub, err := fs.Sub(assets.Lexicon, "lexicon")
	if err != nil {
		return nil, fmt.Errorf("open built-in gazetteer: %w", err)
	}
	lx, err := LoadFS(sub)
	if err != nil {
		return nil, err
	}
	return newGazetteer(sub, lx)
}

func newGazetteer(fsys fs.FS, lx *Lexicon) (*Gazetteer, error) {
	names := map[string]*placeName{}
	get := func(p string) *placeName {
		n := names[p]
		if n == nil {
			n = &placeName{}
			names[p] = n
		}
		return n
	}
	g := &Gazetteer{depts: map[string]mention.Department{}}
	if err := readUbigeo(fsys, get); err != nil {
		return nil, err
	}
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		g.depts[pattern(d.Name())] = d
	}
	if err := readLocalities(fsys, get); err != nil {
		return nil, err
	}
	// The official name of a department means the department, whatever district or
	// village also bears it.
	for p, d := range g.depts {
		n := get(p)
		n.dept = true
		n.cands = slices.DeleteFunc(n.cands, func(c cand) bool { return c.dep != d })
	}
	food := foodWords(lx)
	for p, n := range names {
		for _, c := range n.cands {
			n.pop += c.pop
		}
		_, isDept := g.depts[p]
		word, _, more := strings.Cut(p, " ")
		n.article = more && (word == "la" || word == "el" || word == "los" || word == "las")
		n.food = n.demonym && food[p]
		switch {
		case n.rule != rulePlain || n.demonym || n.block:
		case food[p] && !isDept || n.usual == 0 && n.pop < tinyPlace:
			n.rule = ruleCue
		case len(p) <= 3 || n.usual == 0 && n.pop < smallPlace:
			n.rule = ruleCapital
		}
		slices.SortFunc(n.cands, func(a, b cand) int {
			return cmp.Or(cmp.Compare(b.pop, a.pop), cmp.Compare(a.dep, b.dep))
		})
	}
	keys := make([]string, 0, len(names))
	for p := range names {
		keys = append(keys, p)
	}
	slices.Sort(keys) // a stable automaton
	places := newBuilder()
	for i, p := range keys {
		g.names = append(g.names, *names[p])
		if err := places.add(p, int32(i)); err != nil {
			return nil, fmt.Errorf("gazetteer: %w", err)
		}
	}
	blocks := blockers(lx, places.build(sharedVocab(0, places)), g.names)
	b := newBuilder()
	for i, p := range keys {
		if err := b.add(p, int32(i)); err != nil {
			return nil, fmt.Errorf("gazetteer: %w", err)
		}
	}
	block := int32(len(g.names))
	g.names = append(g.names, placeName{block: true})
	for _, p := range blocks {
		if err := b.add(p, block); err != nil {
			return nil, fmt.Errorf("gazetteer: %w", err)
		}
	}
	g.a = b.build(sharedVocab(0, b))
	g.pool.New = func() any { return new(placeScan) }
	return g, nil
}

// readUbigeo adds the names of departments, provinces, districts and capitals,
// each with the population that bears it.
func readUbigeo(fsys fs.FS, get func(string) *placeName) error {
	type area struct {
		name string
		dep  mention.Department
	}
	sums := map[area]int64{}
	inTexts, inFields := map[area]*provincePops{}, map[area]*provincePops{}
	err := readTable(fsys, "ubigeo.csv", []string{"code", "department", "province", "district", "capital", "population"}, func(row []string) error {
		if len(row[0]) != 6 {
			return fmt.Errorf("code %q does not have six digits", row[0])
		}
		dep, err := mention.DepartmentByCode(row[0][:2])
		if err != nil {
			return err
		}
		pop, err := strconv.ParseInt(row[5], 10, 64)
		if err != nil {
			return fmt.Errorf("population %q of %s is not a number", row[5], row[0])
		}
		// A name counts once a row even when province, district and capital share it.
		prov, err := mention.ProvinceByCode(row[0][:4])
		if err != nil {
			return err
		}
		done := map[string]bool{}
		for _, name := range row[1:5] {
			if p := pattern(name); p != "" && !done[p] {
				done[p] = true
				sums[area{p, dep}] += pop + 1
				addPop(inTexts, area{p, dep}, prov, pop+1)
			}
		}
		clear(done)
		for _, name := range row[2:5] { // a field of districts does not name departments
			if p := pattern(name); p != "" && !done[p] {
				done[p] = true
				addPop(inFields, area{p, dep}, prov, pop+1)
			}
		}
		return nil
	})
	for a, pop := range sums {
		n := get(a.name)
		n.cands = append(n.cands, cand{a.dep, pop, inTexts[a].usual(), inFields[a].usual()})
	}
	return err
}

// readLocalities adds places that UBIGEO lacks, rules for its names, demonyms
// and phrases that are not places.
func readLocalities(fsys fs.FS, get func(string) *placeName) error {
	return readTable(fsys, "localities.csv", []string{"name", "department", "rule", "note"}, func(row []string) error {
		p := pattern(row[0])
		if p == "" {
			return fmt.Errorf("name %q has no letter", row[0])
		}
		var dep mention.Department
		var prov mention.Province
		if len(row[1]) == 4 { // a province, where the name alone does not tell it
			var err error
			if prov, err = mention.ProvinceByCode(row[1]); err != nil {
				return err
			}
			dep = prov.Department()
		} else if row[1] != "" {
			var err error
			if dep, err = mention.DepartmentByCode(row[1]); err != nil {
				return err
			}
		}
		n := get(p)
		defer func() { // for whatever the rule makes of the name
			for i := range n.cands {
				if c := &n.cands[i]; prov != 0 && c.dep == dep {
					c.prov, c.seat = uint8(prov.Number()), uint8(prov.Number())
				}
			}
		}()
		switch rule := row[2]; rule {
		case ruleBlock:
			n.block = true
		case ruleCapital, ruleCue:
			n.rule = rule
		case ruleUsual:
			n.usual = dep
		case ruleDemonym:
			n.demonym = true
			n.cands = []cand{{dep: dep, pop: 1}}
		case rulePlain:
			if dep == 0 {
				return fmt.Errorf("locality %q has no department", row[0])
			}
			if !slices.ContainsFunc(n.cands, func(c cand) bool { return c.dep == dep }) {
				n.cands = append(n.cands, cand{dep: dep, pop: 1})
			}
			if n.usual == 0 {
				n.usual = dep
			}
		default:
			return fmt.Errorf("rule %q of %q is not known", rule, row[0])
		}
		return nil
	})
}

// foodWords are the spellings of single words that are food: a place of that name
// (Maca, Tamarindo, Quinua) needs a cue.
func foodWords(lx *Lexicon) map[string]bool {
	words := map[string]bool{}
	for i := range lx.infos {
		in := &lx.infos[i]
		for _, sp := range in.spellings() {
			if p := pattern(sp.text); !strings.Contains(p, " ") {
				words[p] = true
			}
		}
	}
	return words
}

// blockers are the spellings of entities that contain a demonym (causa limeña)
// or a place name that is not set off by "de" (papa yungay, naranja huando). In
// "pan de Oropesa" or "café de Villa Rica" the place still says where from.
func blockers(lx *Lexicon, places *automaton, names []placeName) []string {
	var out []string
	var buf []form
	var toks []token
	var hits []hit
	for i := range lx.infos {
		in := &lx.infos[i]
		for _, sp := range in.spellings() {
			p := pattern(sp.text)
			if !strings.Contains(p, " ") || in.Kind == Place {
				continue
			}
			text := strings.ReplaceAll(p, string([]byte{enyeByte}), "ñ") // as texts have it
			toks = places.words.tokens(toks[:0], text)
			hits = places.scan(hits[:0], text, toks, 0, len(toks))
			if !slices.ContainsFunc(hits, func(h hit) bool { return names[h.ref].demonym || !strings.HasSuffix(text[:h.start], " de ") }) {
				continue
			}
			buf = forms(buf[:0], p, rankVariant, in.Kind)
			for _, f := range buf {
				out = append(out, f.text)
			}
		}
	}
	return out
}
