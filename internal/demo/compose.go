package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/mention"
)

// Truth is what the generator meant by a mention, for evaluating the pipeline and
// the trend engine. Entities lists ids that were put into the text on purpose;
// fixed wording may name further foods.
type Truth struct {
	Food       bool
	Sentiment  mention.Sentiment
	Intent     mention.Intent
	Aspects    [mention.NumAspects]mention.AspectLabel
	Entities   []string
	Department mention.Department // where the author is, given or not
	Located    bool               // the row or its text tells the department
	Language   string
	Kind       string // verdict, crave, ask, other, plain, sarcasm, feast, shock, slang, topic, foreign, campaign
	Event      string // feast code or event id behind the mention
}

// writer composes one mention. It is reused from mention to mention.
type writer struct {
	p   *Plan
	rng *rand.Rand
	buf []byte

	channel int
	source  mention.Source
	day     int
	dep     mention.Department
	entity  int // -1 = none
	family  *Family
	place   place
	kind    int // of place
	truth   Truth

	e, staple word
	feast     string
	brand     string
	joined    bool // the next statement goes on in the same sentence
}

var _ filler = (*writer)(nil)

// surface draws a form of an entity.
func (e *Entity) surface(rng *rand.Rand) word {
	if len(e.variants.items) > 0 && rng.Float64() < 0.28 {
		v := e.variants.draw(rng)
		first, _, _ := strings.Cut(v, " ")
		own, _, _ := strings.Cut(e.one, " ")
		return word{v, e.fem, e.plural > 0 && strings.HasSuffix(first, "s") && !strings.HasSuffix(own, "s")}
	}
	if e.many != "" && rng.Float64() < e.plural {
		return word{e.many, e.fem, true}
	}
	return word{e.one, e.fem, false}
}

func (w *writer) word(name string) word {
	if name == "I" {
		return w.staple
	}
	return w.e
}

func (w *writer) fill(name string) string {
	rng := w.rng
	pick := func(list string) string {
		l := w.p.texts.words[list]
		return l[rng.IntN(len(l))]
	}
	switch name {
	case "E":
		return w.e.text
	case "E2":
		return w.drawCompanion()
	case "I":
		return w.staple.text
	case "F":
		return w.feast
	case "B":
		return w.brand
	case "P":
		return w.place.name
	case "C":
		w.truth.Located = true
		return w.p.Departments[w.dep-1].cities.draw(rng)
	case "PR":
		return w.price()
	case "MIN":
		return strconv.Itoa(10 + 5*rng.IntN(7))
	case "MINL":
		return strconv.Itoa(45 + 5*rng.IntN(16))
	case "ND":
		return strconv.Itoa(2 + rng.IntN(8))
	case "DIAS":
		d := pick("DIA")
		if !strings.HasSuffix(d, "s") {
			d += "s"
		}
		return d
	case "EM":
		return w.p.texts.emoji[2][rng.IntN(len(w.p.texts.emoji[2]))]
	case "HT":
		return w.p.texts.tags[rng.IntN(len(w.p.texts.tags))]
	default: // FAM, DIA, H
		return pick(name)
	}
}

func (w *writer) price() string {
	f := w.family
	v := f.low + (f.high-f.low)*w.rng.Float64()*w.rng.Float64()*1.3
	n := strconv.Itoa(int(v + 0.5))
	switch w.rng.IntN(6) {
	case 0:
		return "S/" + n
	case 1:
		return n + " lucas"
	case 2, 3:
		return n + " soles"
	case 4:
		return "S/ " + n + ".90"
	default:
		return "S/ " + n
	}
}

// drawCompanion names something that goes with the entity and notes it.
func (w *writer) drawCompanion() string {
	from := w.family.companions
	if w.entity >= 0 && len(w.p.Entities[w.entity].companions.items) > 0 && w.rng.IntN(2) == 0 {
		from = w.p.Entities[w.entity].companions
	}
	id := from.draw(w.rng)
	i, ok := w.p.byID[id]
	if !ok { // a companion without a row of its own, written as its id
		w.note(id)
		return strings.ReplaceAll(id, "-", " ")
	}
	if i == w.entity {
		return "algo más"
	}
	if w.p.Families[w.p.Entities[i].Family].Name == "marca" && w.truth.Sentiment == mention.Negative {
		return "una bebida" // no real brand in a complaint
	}
	w.note(id)
	return w.p.Entities[i].surface(w.rng).text
}

func (w *writer) note(id string) {
	for _, x := range w.truth.Entities {
		if x == id {
			return
		}
	}
	w.truth.Entities = append(w.truth.Entities, id)
}

// take makes a line the whole or the first part of the text.
func (w *writer) take(l *line, kind string) {
	t := &w.truth
	t.Food, t.Sentiment, t.Intent, t.Aspects, t.Language, t.Kind = l.food, l.sentiment, l.intent, l.aspects, l.lang, kind
	if l.kind == "sarcasm" || l.section == "other" {
		t.Kind = l.kind
	}
	w.part(l.pattern)
	if l.slots["E"] && w.entity >= 0 {
		w.note(w.p.Entities[w.entity].ID)
	}
}

// part appends one statement, with the punctuation between it and what precedes.
func (w *writer) part(p *pattern) {
	start := len(w.buf)
	if start > 0 {
		last, _ := utf8.DecodeLastRune(w.buf)
		sep := ". "
		switch {
		case last == ':' || last == ',' || w.joined:
			sep = " "
		case last == '?' || last == '!' || last == '…':
			sep = " "
		case w.rng.Float64() < map[mention.Source]float64{mention.Review: 0.35, mention.Delivery: 0.6, mention.Social: 0.5, mention.Survey: 0.6}[w.source]:
			sep = ", "
		}
		w.buf = append(w.buf, sep...)
		start = len(w.buf)
		if sep == ", " || last == ':' || last == ',' || w.joined {
			w.joined = false
			w.buf = p.expand(w.buf, w.rng, w)
			return
		}
	}
	w.buf = p.expand(w.buf, w.rng, w)
	w.capital(start)
}

// capital makes the first letter at or after an opening mark a capital.
func (w *writer) capital(at int) {
	for at < len(w.buf) {
		r, n := utf8.DecodeRune(w.buf[at:])
		if r == '¿' || r == '¡' || r == '«' {
			at += n
			continue
		}
		if u := unicode.ToUpper(r); u != r && utf8.RuneLen(u) == n {
			utf8.EncodeRune(w.buf[at:at+n], u)
		}
		return
	}
}

// aspectWeights by source, in the order of mention.AspectNames.
var aspectWeights = map[mention.Source][mention.NumAspects]float64{
	mention.Review:   {5, 1.3, 1.6, 2.2, 0, 1.2, 0.4, 0.25},
	mention.Delivery: {4, 1, 0.9, 0.15, 4.5, 0, 0.3, 0.2},
	mention.Social:   {5, 1, 1.7, 1, 0.15, 0.6, 0.3, 0.5},
	mention.Survey:   {3, 1, 2.4, 0.7, 0.2, 0.1, 0.5, 0.8},
}

// drawAspect picks an aspect that the writer speaks of with this polarity and has
// not spoken of yet, and for which there are statements.
func (w *writer) drawAspect(pol mention.AspectLabel) (mention.Aspect, bool) {
	base := aspectWeights[w.source]
	var cum [mention.NumAspects]float64
	sum := 0.0
	for a := range mention.NumAspects {
		v := base[a]
		if w.truth.Aspects[a] != mention.AspectNone || w.statements(a, pol) == nil {
			v = 0
		}
		if w.family.Name == "marca" && a != mention.Food && a != mention.Price {
			v = 0
		}
		if w.family.Name == "insumo" && (a == mention.Ambience || a == mention.Portion) {
			v = 0
		}
		if a == mention.Hygiene && pol == mention.AspectPos {
			v /= 2
		}
		for _, list := range [2][]mention.Aspect{w.tuned(pol), w.familyTuned(pol)} {
			for _, x := range list {
				if x == a {
					v *= 1.9
				}
			}
		}
		sum += v
		cum[a] = sum
	}
	if sum == 0 {
		return 0, false
	}
	return mention.Aspect(drawCum(w.rng, cum[:])), true
}

func (w *writer) tuned(pol mention.AspectLabel) []mention.Aspect {
	switch {
	case w.entity < 0 || pol == mention.AspectNeu:
		return nil
	case pol == mention.AspectPos:
		return w.p.Entities[w.entity].strong
	default:
		return w.p.Entities[w.entity].weak
	}
}

func (w *writer) familyTuned(pol mention.AspectLabel) []mention.Aspect {
	switch pol {
	case mention.AspectPos:
		return w.family.strong
	case mention.AspectNeg:
		return w.family.weak
	}
	return nil
}

// statements returns what can be said of an aspect of this family: of the food of
// a dish half the time in general words, half the time in those of its family.
func (w *writer) statements(a mention.Aspect, pol mention.AspectLabel) *statements {
	own := w.p.texts.say[sayKey{a, pol, w.family.Name}]
	all := w.p.texts.say[sayKey{a, pol, ""}]
	if a != mention.Food || pol == mention.AspectNeu {
		return all
	}
	if own != nil && (w.entity >= 0 && !w.family.dish || w.entity >= 0 && w.rng.IntN(2) == 0) {
		return own
	}
	return all
}

// say appends a statement on an aspect; the first one names the entity if it can.
func (w *writer) say(a mention.Aspect, pol mention.AspectLabel, name bool) {
	s := w.statements(a, pol)
	list := s.bare
	if name && len(s.named) > 0 || len(list) == 0 {
		list = s.named
		if w.entity < 0 {
			return
		}
		w.note(w.p.Entities[w.entity].ID)
	}
	w.truth.Aspects[a] = pol
	w.part(list[w.rng.IntN(len(list))])
}
