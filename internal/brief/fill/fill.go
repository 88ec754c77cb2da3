// Package fill puts facts into drafts. A draft is a sentence with placeholders
// such as {{F3.growth}}, {{F3.of}} or {{Q1}}; this package is the only place where
// figures, dates, names and quotes become text.
//
// Placeholders of a fact: its figures by name, and with a form behind them: .size
// (without sign), .interval ("IC 95 %: …"), .between ("entre … y …"), .n; entity,
// Entity (capital), of ("del ceviche"), Of, to, name (no article); aspect, Aspect, toAspect ("al precio"), ofAspect;
// place; source; Source; days (of its period); feast, Feast, ofFeast, toFeast ("al Día
// Nacional del Ceviche"). Of the period: P.week, P.window, P.previous; P.month, P.Month,
// P.monthBefore where it is a whole month. A quote: Q1.
package fill

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/noun"
	"antojo/internal/mention"
)

// Ref is one placeholder.
type Ref struct {
	Fact  string // F3, P or Q1
	Field string // growth, entity, week; "" for a quote
	Form  string // size, interval, between, n; "" = plain
}

func (r Ref) String() string {
	s := r.Fact
	if r.Field != "" {
		s += "." + r.Field
	}
	if r.Form != "" {
		s += "." + r.Form
	}
	return "{{" + s + "}}"
}

// Piece is a run of a draft: plain text, or a placeholder with what it became.
type Piece struct {
	Text string
	Ref  *Ref
}

var (
	refShape = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	refName  = regexp.MustCompile(`^(F[1-9][0-9]{0,3}|P|Q[1-9][0-9]{0,2})(?:\.([A-Za-z]+))?(?:\.([a-z]+))?$`)
)

// Parse cuts a draft into plain text and placeholders.
func Parse(draft string) ([]Piece, error) {
	var out []Piece
	at := 0
	for _, m := range refShape.FindAllStringSubmatchIndex(draft, -1) {
		if m[0] > at {
			out = append(out, Piece{Text: draft[at:m[0]]})
		}
		name := strings.TrimSpace(draft[m[2]:m[3]])
		p := refName.FindStringSubmatch(name)
		if p == nil {
			return nil, fmt.Errorf("placeholder %q: want {{F1.growth}}, {{P.week}} or {{Q1}}", name)
		}
		out = append(out, Piece{Ref: &Ref{p[1], p[2], p[3]}})
		at = m[1]
	}
	if at < len(draft) {
		out = append(out, Piece{Text: draft[at:]})
	}
	for _, p := range out {
		if strings.ContainsAny(p.Text, "{}") {
			return nil, fmt.Errorf("a brace outside of a placeholder")
		}
	}
	return out, nil
}

// Numbers writes numbers and dates as the pages do.
type Numbers interface {
	Int(int64) string
	Dec(v float64, decimals int) string
	Signed(v float64, decimals int) string
	Percent(v float64, decimals int) string
	SignedPercent(v float64, decimals int) string
}

// Filler fills the drafts of one table in one language.
type Filler struct {
	Table   *fact.Table
	Lang    string // es or en
	Numbers Numbers
}

// Fill parses a draft and fills it.
func (f Filler) Fill(draft string) ([]Piece, error) {
	pieces, err := Parse(draft)
	if err != nil {
		return nil, err
	}
	for i := range pieces {
		if r := pieces[i].Ref; r != nil {
			if pieces[i].Text, err = f.Text(*r); err != nil {
				return nil, err
			}
		}
	}
	return pieces, nil
}

// Join is the text of pieces.
func Join(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Text is what a placeholder stands for.
func (f Filler) Text(r Ref) (string, error) {
	switch {
	case r.Fact == "P":
		if r.Form == "" {
			switch r.Field {
			case "week":
				return f.days(f.Table.Week), nil
			case "window":
				return f.days(f.Table.Window), nil
			case "Window":
				return noun.Capital(f.days(f.Table.Window)), nil
			case "previous":
				return f.days(f.Table.Previous), nil
			case "month", "Month", "monthBefore":
				if s, ok := f.month(r.Field); ok {
					return s, nil
				}
			}
		}
		return "", fmt.Errorf("%s: the period has week, window, previous, and of a whole month month, Month, monthBefore", r)
	case r.Fact[0] == 'Q':
		q, ok := f.Table.Quote(r.Fact)
		if !ok || r.Field != "" {
			return "", fmt.Errorf("%s: no such quote", r)
		}
		return f.quote(q), nil
	}
	x, ok := f.Table.Fact(r.Fact)
	if !ok {
		return "", fmt.Errorf("%s: no such fact", r)
	}
	if r.Form == "" {
		if s, ok := f.word(x, r.Field); ok {
			if s == "" {
				return "", fmt.Errorf("%s: fact %s has none", r, x.ID)
			}
			return s, nil
		}
	}
	fig, ok := x.Figure(r.Field)
	if !ok {
		return "", fmt.Errorf("%s: fact %s has no such figure", r, x.ID)
	}
	return f.figure(r, fig)
}

func (f Filler) word(x *fact.Fact, field string) (string, bool) {
	p, has := f.Phrase(x.Entity)
	name := func(s string) (string, bool) {
		if !has {
			return "", true
		}
		return s, true
	}
	en := f.Lang == "en"
	switch field {
	case "entity":
		if en {
			return name(p.Name)
		}
		return name(p.The())
	case "Entity":
		if en {
			return name(noun.Capital(p.Name))
		}
		return name(noun.Capital(p.The()))
	case "of":
		if en {
			return name("of " + p.Name)
		}
		return name(p.Of())
	case "Of":
		if en {
			return name("Of " + p.Name)
		}
		return name(noun.Capital(p.Of()))
	case "to":
		if en {
			return name("to " + p.Name)
		}
		return name(p.To())
	case "name":
		return name(p.Name)
	case "aspect":
		return AspectName(f.Lang, x.Aspect), true
	case "Aspect":
		return noun.Capital(AspectName(f.Lang, x.Aspect)), true
	case "toAspect", "ofAspect":
		name := AspectName(f.Lang, x.Aspect)
		prep := map[string][2]string{"toAspect": {"a ", "al "}, "ofAspect": {"de ", "del "}}[field]
		if en {
			return strings.TrimSpace(map[string]string{"toAspect": "to ", "ofAspect": "of "}[field] + name), true
		}
		if rest, ok := strings.CutPrefix(name, "el "); ok {
			return prep[1] + rest, true
		}
		return prep[0] + name, true
	case "place", "Place":
		d, err := mention.DepartmentByCode(x.Department)
		if x.Department == "" || err != nil {
			return "", true
		}
		return d.Name(), true
	case "source":
		return SourceName(f.Lang, x.Source), true
	case "Source":
		return noun.Capital(SourceName(f.Lang, x.Source)), true
	case "days":
		return f.days(x.Period), true
	case "channel":
		return ChannelName(x.Channel), true
	case "feast", "Feast", "ofFeast", "toFeast":
		return f.feast(x.Feast, field), true
	}
	return "", false
}

// Phrase is the noun phrase of an entity of the table.
func (f Filler) Phrase(id string) (noun.Phrase, bool) {
	e, ok := f.Table.Entity(id)
	if !ok {
		return noun.Phrase{}, false
	}
	if e.Kind == "brand" {
		return noun.Name(e.Display()), true
	}
	if f.Lang == "en" {
		return noun.Phrase{Name: e.English(), Plural: strings.HasSuffix(e.English(), "s") && !strings.HasSuffix(e.English(), "ss")}, true
	}
	return noun.Food(e.Display()), true
}

// figure writes a figure in the form asked for.
func (f Filler) figure(r Ref, x fact.Figure) (string, error) {
	write := f.writer(r.Field)
	switch r.Form {
	case "":
		return write(x.Value) + f.unit(r.Field), nil
	case "size":
		if r.Field != fact.Growth && r.Field != fact.Net {
			return "", fmt.Errorf("%s: only growth, expected and net have a size", r)
		}
		return strings.TrimLeft(write(math.Abs(x.Value)), "+") + f.unit(r.Field), nil
	case "n":
		return f.Numbers.Int(x.N), nil
	}
	if x.Exact {
		return "", fmt.Errorf("%s: a count of what was read has no interval", r)
	}
	es := f.Lang != "en"
	switch {
	case r.Form == "interval" && es:
		return "IC 95\u00a0%: " + write(x.Low) + " a " + write(x.High), nil
	case r.Form == "interval":
		return "95% CI " + write(x.Low) + " to " + write(x.High), nil
	case r.Form == "range" && es:
		return write(x.Low) + " a " + write(x.High), nil
	case r.Form == "range":
		return write(x.Low) + " to " + write(x.High), nil
	case r.Form == "between" && es:
		return "entre " + write(x.Low) + " y " + write(x.High), nil
	case r.Form == "between":
		return "between " + write(x.Low) + " and " + write(x.High), nil
	}
	return "", fmt.Errorf("%s: forms are size, interval, range, between, n", r)
}

func (f Filler) writer(field string) func(float64) string {
	n := f.Numbers
	switch field {
	case fact.Growth:
		return func(v float64) string { return n.SignedPercent(v, 0) }
	case fact.Net:
		return func(v float64) string { return n.Signed(100*v, 0) }
	case fact.Share, fact.Positive, fact.Negative:
		return func(v float64) string {
			if v >= .1 {
				return n.Percent(v, 0)
			}
			return n.Percent(v, 1)
		}
	case fact.Times:
		return func(v float64) string { return n.Dec(v, 1) }
	}
	return func(v float64) string { return n.Int(int64(math.Round(v))) }
}

func (f Filler) unit(field string) string {
	es := f.Lang != "en"
	switch {
	case field == fact.Net && es:
		return "\u00a0puntos"
	case field == fact.Net:
		return " points"
	case field == fact.Times && es:
		return "\u00a0veces"
	case field == fact.Times:
		return " times"
	}
	return ""
}

func (f Filler) quote(q *fact.Quote) string {
	src := SourceName(f.Lang, q.Source)
	id := q.Mention
	if len(id) > 8 {
		id = id[len(id)-8:]
	}
	if f.Lang == "en" {
		return "“" + q.Text + "” (" + src + ", mention " + id + ")"
	}
	return "«" + q.Text + "» (" + src + ", mención " + id + ")"
}

var months = map[string][]string{
	"es": strings.Fields("enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre"),
	"en": strings.Fields("January February March April May June July August September October November December"),
}

// days writes a range inside a sentence: "del 9 al 15 de noviembre", "9 to 15 November".
func (f Filler) days(s fact.Span) string {
	a, b := s.From.Date(), s.To.Date()
	m := months["es"]
	if f.Lang == "en" {
		m = months["en"]
	}
	am, bm := m[a.Month()-1], m[b.Month()-1]
	ad, bd := strconv.Itoa(a.Day()), strconv.Itoa(b.Day())
	if s.From == s.To {
		if f.Lang == "en" {
			return ad + " " + am
		}
		return "el " + ad + " de " + am
	}
	if f.Lang == "en" {
		switch {
		case a.Year() != b.Year():
			return fmt.Sprintf("%s %s %d to %s %s %d", ad, am, a.Year(), bd, bm, b.Year())
		case a.Month() != b.Month():
			return ad + " " + am + " to " + bd + " " + bm
		}
		return ad + " to " + bd + " " + bm
	}
	switch {
	case a.Year() != b.Year():
		return fmt.Sprintf("del %s de %s de %d al %s de %s de %d", ad, am, a.Year(), bd, bm, b.Year())
	case a.Month() != b.Month():
		return "del " + ad + " de " + am + " al " + bd + " de " + bm
	}
	return "del " + ad + " al " + bd + " de " + bm
}

// AspectName is an aspect with its article, as sentences write it.
func AspectName(lang, key string) string {
	if lang == "en" {
		return map[string]string{"food": "the taste", "portion": "the portions", "price": "the price", "service": "the service",
			"delivery": "the delivery", "ambience": "the ambience", "hygiene": "the hygiene", "health": "how healthy it is"}[key]
	}
	return map[string]string{"food": "el sabor", "portion": "la porción", "price": "el precio", "service": "la atención",
		"delivery": "el reparto", "ambience": "el ambiente", "hygiene": "la limpieza", "health": "el lado saludable"}[key]
}

// SourceName is a source as sentences write it.
func SourceName(lang, key string) string {
	if lang == "en" {
		return map[string]string{"review": "reviews", "delivery": "delivery comments", "social": "social media", "survey": "surveys"}[key]
	}
	return map[string]string{"review": "reseñas", "delivery": "comentarios de delivery", "social": "redes sociales", "survey": "encuestas"}[key]
}
