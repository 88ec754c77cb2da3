// Package check holds every sentence of a draft against the fact table. It does
// not try to understand language: it knows a vocabulary in which every word is either
// neutral or makes a known kind of claim (a direction, a strength, a cause, a
// comparison, praise …). A word that it does not know is read by its form and its
// stem, and if neither claims anything it may stand in a sentence that prints a fact
// (open.go). Each claim must agree with a fact that the sentence is about, and with
// the interval of that fact.
//
// Whoever wrote a draft, a model or the deterministic writer, the rules are the
// same. Read next: vocab.go and words_es.go (the vocabulary), claims.go (what each
// claim needs), attributes.go (names beside figures).
package check

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/privacy"
)

// Code says which rule a draft broke.
type Code string

// The rules.
const (
	Placeholder Code = "placeholder"  // not a placeholder of this table, or not of this item
	Signs       Code = "signs"        // a sign that drafts do not use: markup, quotation marks, other scripts
	Number      Code = "number"       // a figure, number word, fraction, multiple or amount in free text
	Unknown     Code = "unknown-word" // a word outside the vocabulary where no figure stands
	Outside     Code = "outside"      // speaks of what no fact knows: sales, health, weather, orders
	Entity      Code = "entity"       // a name that is not of the facts, or beside another's figure
	Direction   Code = "direction"    // against the fact's direction
	Overclaim   Code = "overclaim"    // surer than the interval
	Cause       Code = "cause"        // a cause that the engine did not find
	Compare     Code = "comparison"   // a comparison or superlative that no fact makes
	Forecast    Code = "forecast"     // speaks of the future
	Opinion     Code = "opinion"      // praise or complaint against the fact
	Measure     Code = "measure"      // a figure called by the name of another
	Period      Code = "period"       // another time than the fact's
	NoFact      Code = "no-fact"      // a claim that rests on no fact
	Personal    Code = "personal"     // personal data
	Length      Code = "length"       // empty or too long
)

// Reason is why a draft was rejected.
type Reason struct {
	Code   Code   `json:"code"`
	Detail string `json:"detail"`
}

func (r Reason) String() string { return string(r.Code) + ": " + r.Detail }

// MaxDraft bounds a draft in characters, placeholders included.
const MaxDraft = 900

// Checker checks drafts against one table in one language. It is safe for
// concurrent use.
type Checker struct {
	table  *fact.Table
	fill   fill.Filler
	v      *vocabulary
	open   *open
	names  []named // attributes that free text may name
	moving bool    // some change can be told
}

// New prepares a checker for the filler's table and language.
func New(f fill.Filler) *Checker {
	c := &Checker{table: f.Table, fill: f, v: vocabularies()[f.Lang == "en"], open: opens()[f.Lang == "en"]}
	c.names = c.attributes()
	for _, x := range f.Table.Facts {
		if x.Kind == fact.Change && x.Strength != fact.Unclear && (x.Verdict == "rising" || x.Verdict == "falling") {
			c.moving = true
		}
	}
	return c
}

// Draft returns the reasons for which a draft may not be published; none if it may.
// scope lists the facts and quotes that the draft may use; nil is the whole table.
func (c *Checker) Draft(draft string, scope []string) []Reason {
	d := &doc{c: c, scope: map[string]bool{}}
	for _, id := range scope {
		d.scope[id] = true
	}
	if n := utf8.RuneCountInString(draft); n > MaxDraft || strings.TrimSpace(draft) == "" {
		d.reject(Length, "%d characters, want 1 to %d", n, MaxDraft)
		return d.reasons
	}
	pieces, err := fill.Parse(draft)
	if err != nil {
		d.reject(Placeholder, "%v", err)
		return d.reasons
	}
	for i := range pieces {
		r := pieces[i].Ref
		if r == nil {
			d.signs(pieces[i].Text)
			continue
		}
		if r.Fact != "P" && len(scope) > 0 && !d.scope[r.Fact] {
			d.reject(Placeholder, "%s is not among the facts of this sentence", r)
		}
		text, err := c.fill.Text(*r)
		if err != nil {
			d.reject(Placeholder, "%v", err)
		}
		pieces[i].Text = text
	}
	if len(d.reasons) > 0 {
		return d.reasons
	}
	d.personal(pieces)
	d.tokens = c.tokenise(pieces)
	d.split()
	d.words()
	if len(d.reasons) == 0 {
		d.numbersBesideWords()
		d.attributes()
		d.claims()
		d.stated()
	}
	return d.reasons
}

// doc is one draft being checked.
type doc struct {
	c       *Checker
	scope   map[string]bool
	tokens  []token
	clauses []clause
	reasons []Reason
}

func (d *doc) reject(c Code, format string, args ...any) {
	r := Reason{c, fmt.Sprintf(format, args...)}
	for _, x := range d.reasons {
		if x == r {
			return
		}
	}
	d.reasons = append(d.reasons, r)
}

// allowedSigns are the signs of plain prose. There are no quotation marks: a quote
// comes by placeholder, with its id.
const allowedSigns = " \n.,;:()¿?¡!—–-'’"

func (d *doc) signs(text string) {
	if !utf8.ValidString(text) || norm.NFC.String(text) != text {
		d.reject(Signs, "text is not in normal form")
		return
	}
	for _, r := range text {
		switch {
		case unicode.IsNumber(r) || r == '%' || r == '‰' || r == '٪':
			d.reject(Number, "figure %q", r)
		case unicode.IsLetter(r) && r <= 0x17f && r != 'ª' && r != 'º':
		case strings.ContainsRune(allowedSigns, r):
		default:
			d.reject(Signs, "sign %q", r)
		}
	}
}

// personal looks for personal data in what would be printed, quotes aside: those
// are mentions that were redacted and chosen before.
func (d *doc) personal(pieces []fill.Piece) {
	var b strings.Builder
	for _, p := range pieces {
		if p.Ref != nil {
			b.WriteString("esto")
			continue
		}
		b.WriteString(p.Text)
	}
	for _, f := range privacy.Find(b.String()) {
		d.reject(Personal, "looks like a %s", f.Kind)
	}
}

// token is a word, a sign or a placeholder.
type token struct {
	word   string    // folded; "" for others
	raw    string    // as written
	sign   rune      // 0 for others
	ref    *fill.Ref // nil for others
	class  class
	name   *named // attribute that a run of words names; set on its first word
	skip   bool   // later word of a name or phrase
	phrase string // the whole phrase that begins here, "" for single words
	free   bool   // outside the vocabulary, and no claim by its form or stem
	hedged bool   // a conditional: says by its form that it is not sure
}

func (c *Checker) tokenise(pieces []fill.Piece) []token {
	var out []token
	for _, p := range pieces {
		if p.Ref != nil {
			out = append(out, token{ref: p.Ref, raw: p.Text})
			continue
		}
		start := -1
		flush := func(end int) {
			if start >= 0 {
				w := p.Text[start:end]
				out = append(out, token{word: fact.Fold(w), raw: w})
				start = -1
			}
		}
		for i, r := range p.Text {
			if unicode.IsLetter(r) {
				if start < 0 {
					start = i
				}
				continue
			}
			flush(i)
			if r == '-' && i > 0 && i+1 < len(p.Text) && p.Text[i-1] != ' ' && p.Text[i+1] != ' ' {
				continue // short-lived: two words
			}
			if r != ' ' && r != '\n' {
				out = append(out, token{sign: r, raw: string(r)})
			}
		}
		flush(len(p.Text))
	}
	return out
}

// words classifies every word, names and phrases first.
func (d *doc) words() {
	t := d.tokens
	for i := 0; i < len(t); i++ {
		if t[i].word == "" || t[i].skip {
			continue
		}
		if n, a := d.c.nameAt(t, i); n > 0 && !d.noAspect(i, n, a) {
			t[i].name, t[i].class = a, named_
			for k := i + 1; k < i+n; k++ {
				t[k].skip = true
			}
			continue
		}
		if n, cl := d.c.v.phrase(t, i); n > 0 {
			t[i].class = cl
			if cl == absolute && d.reserved(i) {
				t[i].class = neutral
			}
			t[i].phrase = t[i].word
			for k := i + 1; k < i+n; k++ {
				t[k].skip = true
				t[i].phrase += " " + t[k].word
			}
			continue
		}
		cl, ok := d.c.v.word(t[i].word)
		if !ok {
			if cl, ok = d.unknown(i); !ok {
				continue
			}
		}
		if cl == neutral && i > 0 && t[i-1].word != "" && !d.c.v.proper[t[i].word] && unicode.IsUpper([]rune(t[i].raw)[0]) {
			d.reject(Entity, "%q looks like a name", t[i].raw)
		}
		t[i].class = d.inContext(i, cl)
		// "Buy matcha": nothing of a report tells its reader what to do.
		if d.c.v.orders[t[i].word] && (i == 0 || t[i-1].sign != 0 && t[i-1].sign != '(') && !d.subjectBehind(i) {
			d.reject(NoFact, "%q tells the reader what to do", t[i].raw)
		}
		// "Va a subir", "is going to rise".
		if i >= 2 && t[i-1].word == "a" && strings.HasSuffix(t[i].word, "r") && (t[i-2].word == "va" || t[i-2].word == "van" || t[i-2].word == "vamos") {
			d.reject(Forecast, "%q", t[i].raw)
		}
	}
	d.patterns()
	d.freedom()
	d.sharpness()
	d.clarity()
	for i := range t {
		switch t[i].class {
		case number:
			if !d.noCount(i) {
				d.reject(Number, "%q", t[i].raw)
			}
		case absolute:
			d.reject(Overclaim, "%q", t[i].raw)
		case forecast:
			d.reject(Forecast, "%q", t[i].raw)
		case otherTime:
			d.reject(Period, "%q", t[i].raw)
		case outside:
			d.reject(Outside, "%q: no fact speaks of such things", t[i].raw)
		}
	}
}

// sharpness gives "sharply" and its like the direction of the change word that is
// nearest, as they have none of their own.
func (d *doc) sharpness() {
	t := d.tokens
	for i := range t {
		if t[i].class != hugeUpWord || !d.c.v.undirected(t[i].word) {
			continue
		}
		for k := 1; k <= 3; k++ {
			near := func(j int) class {
				if j < 0 || j >= len(t) || t[j].sign != 0 {
					return neutral
				}
				return t[j].class
			}
			a, b := near(i-k), near(i+k)
			if a == up || b == up {
				break
			}
			if a == down || b == down {
				t[i].class = hugeDownWord
				break
			}
		}
	}
}

// subjectBehind: a verb that begins a statement may have a quote as its subject ("Sirve
// de ejemplo {{Q1}}").
func (d *doc) subjectBehind(i int) bool {
	for k := i + 1; k < len(d.tokens) && d.tokens[k].sign != '.'; k++ {
		if r := d.tokens[k].ref; r != nil && r.Fact[0] == 'Q' {
			return true
		}
	}
	return false
}
