package lexicon

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"antojo/internal/mention"
)

// How says where a department comes from.
type How string

// The sources of a department, in order of precedence.
const (
	HowText     How = "text"     // named in the text itself
	HowGiven    How = "given"    // given by the source
	HowDistrict How = "district" // the district that the mention came with
	HowPlace    How = "place"    // the name of the establishment
	HowNone     How = "none"
)

// usualShare is the share of the population of all places of one name that a
// department needs for the name to mean it without context.
const usualShare = 0.85

// Below these populations a name alone is weak evidence: small places need a
// capital letter, tiny ones a preposition as well.
const (
	tinyPlace  = 5_000
	smallPlace = 20_000
)

// Rules of a place name (localities.csv).
const (
	rulePlain   = ""        // counts in any spelling
	ruleCapital = "capital" // counts with a capital letter
	ruleCue     = "cue"     // a common word or name: capital and a preposition
	ruleUsual   = "usual"   // department that the name usually means
	ruleBlock   = "block"   // phrase that is not a place
	ruleDemonym = "demonym" // people and things of a department
)

// placeName is one name and the departments that have a place of it.
type placeName struct {
	cands []cand // most populous first
	usual mention.Department
	pop   int64
	rule  string
	block bool
	// demonym is weak evidence and never ambiguous.
	demonym bool
	// food: a demonym that is also the name of a food or brand ("huancaína",
	// "Cusqueña"), which never says where on its own.
	food    bool
	article bool // begins with an article: "la punta" needs its capital
	dept    bool // the official name of a department
}

type cand struct {
	dep mention.Department
	pop int64
	// Numbers of the province that the name means in dep, in a text and in a field
	// that holds a district; 0 = none for sure (provinces.go).
	prov, seat uint8
}

// Gazetteer resolves departments. It is immutable and safe for concurrent use.
type Gazetteer struct {
	a     *automaton
	names []placeName
	depts map[string]mention.Department // pattern of official names
	pool  sync.Pool
}

// placeHit is one place name in a text.
type placeHit struct {
	start, end int
	name       *placeName
	tag        bool
}

// placeScan is the working memory of one Resolve call.
type placeScan struct {
	g    *Gazetteer
	hits []placeHit
	toks []token
	raw  []hit
}

// add takes a name; the longest one wins.
func (s *placeScan) add(h hit) {
	start, end := int(h.start), int(h.end)
	n := len(s.hits)
	for n > 0 && s.hits[n-1].start >= start {
		if s.hits[n-1].start == start && s.hits[n-1].end == end {
			return
		}
		n--
	}
	if n > 0 && s.hits[n-1].end > start {
		return
	}
	s.hits = append(s.hits[:n], placeHit{start, end, &s.g.names[h.ref], s.toks[h.last].flags&tokTag != 0})
}

// Resolve says which department a mention speaks of: the one its text names,
// else the one the source gave, else that of its district, else that of the
// name of the establishment. A name that several departments have is settled by
// the other evidence, else by its usual meaning, else it says nothing.
func (g *Gazetteer) Resolve(text, place, district string, given mention.Department) (mention.Department, How) {
	dep, _, how := g.Locate(text, place, district, given)
	return dep, how
}

// Locate is Resolve with the province, as far as the same evidence tells one for sure.
func (g *Gazetteer) Locate(text, place, district string, given mention.Department) (mention.Department, mention.Province, How) {
	s := g.pool.Get().(*placeScan)
	s.g = g
	defer func() {
		if cap(s.toks) > keepTokens {
			s.toks, s.raw, s.hits = nil, nil, nil
		}
		g.pool.Put(s)
	}()
	prior := given
	var fromDistrict mention.Department
	if district != "" {
		fromDistrict = g.district(district, given)
		if prior == 0 {
			prior = fromDistrict
		}
	}
	if d := s.resolve(text, prior); d != 0 {
		return d, s.provinceIn(d, s.province(text, d), place, district), HowText
	}
	if given != 0 {
		return given, s.provinceIn(given, 0, place, district), HowGiven
	}
	if fromDistrict != 0 {
		return fromDistrict, s.provinceIn(fromDistrict, 0, place, district), HowDistrict
	}
	if place != "" {
		if d := s.resolve(place, 0); d != 0 {
			return d, s.provinceIn(d, s.province(place, d), "", district), HowPlace
		}
	}
	return 0, 0, HowNone
}

// district resolves a field that holds a district, "district, province" or the like.
func (g *Gazetteer) district(field string, given mention.Department) mention.Department {
	var best mention.Department
	for part := range strings.FieldsFuncSeq(field, fieldBreak) {
		p := pattern(part)
		if d, ok := g.depts[p]; ok {
			best = d // the widest area is written last
			continue
		}
		state := g.a.state(p)
		for q := g.a.out[state]; q >= 0; q = g.a.pats[q].next {
			if x := &g.a.pats[q]; plainN(x.text) == plainN(p) {
				if d := choose(&g.names[x.ref], given); d != 0 && best == 0 {
					best = d
				}
			}
		}
	}
	return best
}

// plainN writes ñ of a pattern as n, as forms without ñ do.
func plainN(p string) string { return strings.ReplaceAll(p, string(rune(enyeByte)), "n") }

// choose settles one name given a department that other evidence suggests.
func choose(n *placeName, prior mention.Department) mention.Department {
	if len(n.cands) == 0 {
		return n.usual
	}
	if prior != 0 && slices.ContainsFunc(n.cands, func(c cand) bool { return c.dep == prior }) {
		return prior
	}
	if n.usual != 0 {
		return n.usual
	}
	var sum int64
	for _, c := range n.cands {
		sum += c.pop
	}
	if float64(n.cands[0].pop) >= usualShare*float64(sum) {
		return n.cands[0].dep
	}
	return 0
}

// Evidence of one hit.
const (
	scoreDemonym = 1
	scoreName    = 4
	scoreBig     = 1 // more for a department or a place of bigPlace people
	scoreIn      = 3 // more for "en Huancayo"
	scoreHere    = 6 // more for "acá en Lima"
)

const bigPlace = 100_000

func evidence(text string, h placeHit) int {
	if h.name.demonym {
		return scoreDemonym
	}
	w := scoreName
	if h.name.pop >= bigPlace {
		w += scoreBig
	}
	word, at := before(text, h.start)
	if word == "en" {
		w += scoreIn
		if here, _ := before(text, at); here == "aca" || here == "aqui" {
			w += scoreHere - scoreIn
		}
	}
	return w
}

// resolve scores the place names of text; prior is what other fields say.
func (s *placeScan) resolve(text string, prior mention.Department) mention.Department {
	s.hits = s.hits[:0]
	s.toks = s.g.a.words.tokens(s.toks[:0], text)
	s.raw = s.g.a.scan(s.raw[:0], text, s.toks, 0, len(s.toks))
	for _, h := range s.raw {
		s.add(h)
	}
	n := 0
	for _, h := range s.hits {
		if !h.name.block && s.g.usable(text, h) {
			s.hits[n] = h
			n++
		}
	}
	if s.hits = s.hits[:n]; n == 0 {
		return 0
	}
	var score, first [mention.NumDepartments + 1]int
	var said [mention.NumDepartments + 1]bool // by more than the name of a food
	add := func(h placeHit, d mention.Department) {
		if d == 0 {
			return
		}
		if score[d] == 0 {
			first[d] = h.start
		}
		score[d] += evidence(text, h)
		said[d] = said[d] || !h.name.food
	}
	// Names with one department first: they settle the others.
	for _, h := range s.hits {
		if len(h.name.cands) == 1 {
			add(h, h.name.cands[0].dep)
		}
	}
	settled := score
	for _, h := range s.hits {
		if len(h.name.cands) == 1 {
			continue
		}
		var best mention.Department
		for _, c := range h.name.cands {
			if settled[c.dep] > settled[best] {
				best = c.dep
			}
		}
		if best == 0 {
			best = choose(h.name, prior)
		}
		add(h, best)
	}
	var best mention.Department
	named := 0
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		if score[d] > scoreDemonym {
			named++
		}
		if score[d] > score[best] || score[d] > 0 && score[d] == score[best] && first[d] < first[best] {
			best = d
		}
	}
	if !said[best] || named >= maxNamed || named > 1 && s.route(text) {
		return 0
	}
	return best
}

// maxNamed departments in one text are a list, not a place.
const maxNamed = 3

// route reports that two places are the ends of a line: "Tacna–Arequipa".
func (s *placeScan) route(text string) bool {
	for i := 1; i < len(s.hits); i++ {
		switch strings.TrimSpace(text[s.hits[i-1].end:s.hits[i].start]) {
		case "-", "–", "—":
			return true
		}
	}
	return false
}

// usable applies the rule of the name and the words before it.
func (g *Gazetteer) usable(text string, h placeHit) bool {
	prev, _ := before(text, h.start)
	if streetWords[prev] || personWords[prev] {
		return false
	}
	capital := capitalised(text[h.start:h.end])
	switch h.name.rule {
	case ruleCapital:
		return capital || h.tag || !h.name.article && (prev == "en" || prev == "de" && areaBefore(text, h.start))
	case ruleCue:
		return capital && cueWords[prev] || areaWords[prev]
	}
	return true
}

// areaBefore reports that "de" before text[at:] belongs to a word that has a place:
// "el local de surco", "la plaza de lince".
func areaBefore(text string, at int) bool {
	_, at = before(text, at)
	word, _ := before(text, at)
	return seatWords[word]
}

// capitalised reports whether the last word of a name has a capital: "La Libertad"
// is a department where "La libertad" is not.
func capitalised(name string) bool {
	i := strings.LastIndexByte(name, ' ') + 1
	r, _ := utf8.DecodeRuneInString(name[i:])
	return isUpper(r)
}

// before returns the folded word that ends just before text[:end] and where it
// begins; "" if a comma or another hard break stands between.
func before(text string, end int) (string, int) {
	i := end
	for i > 0 && (text[i-1] == ' ' || text[i-1] == '\t') {
		i--
	}
	if i > 0 && text[i-1] == '.' { // "av. Arequipa"
		i--
	}
	j := i
	for j > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:j])
		k := uint8(classHard)
		if r < utf8.RuneSelf {
			k = asciiClass[r]
		} else {
			k, _ = runeClass(r)
		}
		if k == classHard || k == classSoft {
			break
		}
		j -= size
		if i-j > 24 {
			return "", j
		}
	}
	return Fold(text[j:i]), j
}

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

var (
	// A street or school is named after a place without being there.
	streetWords = wordSet("av avenida jr jiron calle ca cl psje pasaje prolongacion colegio clinica club alianza sport universidad torneo apellido batalla combate guerra")
	personWords = wordSet("don dona sr sra senor senora senorita doctor doctora dr dra profe profesor profesora tia tio fray virgen padre madre suegra suegro cunada cunado esposa esposo vecina vecino amiga amigo novia novio abuela abuelo juez congresista alcalde general coronel")
	cueWords    = wordSet("en de a desde hacia por hasta para aca aqui alla zona sede playa mercado")
	seatWords   = wordSet("distrito provincia ciudad local sede tienda sucursal plaza parque mercado centro terminal feria barrio gente hospital municipalidad calles los las")
	areaWords   = wordSet("distrito provincia ciudad balneario caserio")
)
