// Package prose is the deterministic writer: it needs no model, no key and no
// network, and writes the same brief for the same facts. Sentences are chosen from
// several of the same meaning, by the hash of the facts, so that two weeks do not
// read alike; how sure a sentence sounds follows the interval of its fact. It
// writes placeholders, like any other writer, and its drafts pass the same checks.
//
// Read next: spanish.go and english.go (the sentences).
package prose

import (
	"hash/fnv"
	"regexp"
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/noun"
	"antojo/internal/brief/outline"
)

// Writer writes drafts from a table.
type Writer struct {
	table *fact.Table
	fill  fill.Filler
	hash  string
	text  map[string][]string
	en    bool
}

// New prepares a writer for the language of the filler.
func New(f fill.Filler) *Writer {
	w := &Writer{table: f.Table, fill: f, hash: f.Table.Hash(), text: sentences(spanish, spanishProducts), en: f.Lang == "en"}
	if w.en {
		w.text = sentences(english, englishProducts)
	}
	return w
}

// Drafts writes one draft for each item.
func (w *Writer) Drafts(items []outline.Item) []string {
	out := make([]string, len(items))
	uses := map[string]int{}
	for i, it := range items {
		next := i > 0 && items[i-1].Section == it.Section
		out[i] = w.draft(it, next, uses)
	}
	return out
}

// draft writes one item. uses remembers the sentences that were drawn,
// so that neighbours of the same kind get different ones; next says that another
// item of the section went before, so that "also" may be said.
func (w *Writer) draft(it outline.Item, next bool, uses map[string]int) string {
	fs := make([]*fact.Fact, 0, len(it.Facts))
	for _, id := range it.Facts {
		if f, ok := w.table.Fact(id); ok {
			fs = append(fs, f)
		}
	}
	if len(fs) == 0 {
		return ""
	}
	key := w.key(it, fs)
	pick := func(key string) string {
		list := w.text[key]
		if more := w.text[key+".next"]; next && len(more) > 0 {
			list = append(append([]string{}, list...), more...)
		}
		if len(list) == 0 {
			return ""
		}
		h := fnv.New32a()
		h.Write([]byte(w.hash + key))
		at := int(h.Sum32() % uint32(len(list)))
		for n := range list { // the first one not used yet
			if s := list[(at+n)%len(list)]; uses[s] == 0 {
				uses[s]++
				return s
			}
		}
		uses[key]++
		return list[(at+uses[key])%len(list)]
	}
	s := w.set(pick(key), fs)
	if it.Quote != "" {
		if q, ok := w.table.Quote(it.Quote); ok {
			s += " " + strings.ReplaceAll(pick("quote."+q.Sentiment), "@Q", it.Quote)
		}
	}
	return strings.TrimSpace(s)
}

// key names the set of sentences that fits an item.
func (w *Writer) key(it outline.Item, fs []*fact.Fact) string {
	f := fs[0]
	if it.Key != "" {
		return it.Key
	}
	if it.Section == outline.Headline {
		switch {
		case len(fs) == 2:
			return "headline.both"
		case f.Kind == fact.Leader:
			return "headline.leader"
		}
		return "headline." + string(f.Direction) + "." + string(f.Strength)
	}
	switch f.Kind {
	case fact.Volume:
		if _, ok := f.Figure(fact.Before); !ok {
			return "volume.alone"
		}
		return "volume"
	case fact.Mood:
		if f.Strength == fact.Bare {
			return "mood." + string(f.Direction) + ".bare"
		}
		return "mood." + string(f.Direction)
	case fact.Leader:
		if len(fs) == 1 {
			return "leader.one"
		}
		return "leader"
	case fact.Change:
		if len(fs) > 1 {
			return "change.more." + string(f.Direction)
		}
		if f.Verdict != "rising" && f.Verdict != "falling" {
			return "change." + f.Verdict + "." + string(f.Direction)
		}
		return "change." + string(f.Direction) + "." + string(f.Strength)
	case fact.AspectOf:
		switch {
		case f.Entity == "" && len(fs) > 1:
			return "aspects." + string(f.Direction)
		case f.Entity == "":
			return "aspect." + string(f.Direction)
		case len(fs) > 1:
			return "aspect.both"
		}
		return "aspect.of." + string(f.Direction)
	case fact.Coverage:
		if s, ok := f.Figure(fact.Share); ok && s.Value < .5 {
			return "coverage.low"
		}
	case fact.SourceOf:
		if len(fs) == 1 {
			return "source.one"
		}
		return "source"
	}
	return string(f.Kind)
}

var (
	choice = regexp.MustCompile(`\[([^\[\]]*)\]`)
	each   = regexp.MustCompile(`<([^<>]*)>`)
	nth    = regexp.MustCompile(`@[0-9]?`)
)

// set puts facts into a sentence. In it {{@.growth}} is a figure of the first
// fact, {{@2.growth}} of the second; <…> is repeated for each fact and joined with
// "y"; [a|b] is singular or plural and [a|b|c|d] masculine, feminine, and their
// plurals, by the entity of the first fact.
func (w *Writer) set(s string, fs []*fact.Fact) string {
	s = each.ReplaceAllStringFunc(s, func(m string) string {
		var list []string
		for _, f := range fs {
			list = append(list, strings.ReplaceAll(w.agree(m[1:len(m)-1], f), "@", f.ID))
		}
		if w.en {
			return noun.AndEnglish(list)
		}
		// What follows "y" is known only once filled.
		if len(list) > 1 {
			last := list[len(list)-1]
			if p, err := w.fill.Fill(last); err == nil {
				joined := noun.And([]string{"x", fill.Join(p)})
				and := strings.TrimPrefix(joined, "x")[:3]
				return strings.Join(list[:len(list)-1], ", ") + and + last
			}
		}
		return noun.And(list)
	})
	// [a|b] agrees with the fact named last before it.
	var b strings.Builder
	at, current := 0, fs[0]
	for _, m := range choice.FindAllStringIndex(s, -1) {
		for _, id := range nth.FindAllString(s[at:m[0]], -1) {
			current = which(id, fs)
		}
		b.WriteString(s[at:m[0]])
		b.WriteString(w.agree(s[m[0]:m[1]], current))
		at = m[1]
	}
	b.WriteString(s[at:])
	return nth.ReplaceAllStringFunc(b.String(), func(id string) string { return which(id, fs).ID })
}

func which(id string, fs []*fact.Fact) *fact.Fact {
	if len(id) == 2 {
		if n := int(id[1] - '1'); n >= 0 && n < len(fs) {
			return fs[n]
		}
	}
	return fs[0]
}

func (w *Writer) agree(s string, f *fact.Fact) string {
	p, _ := w.fill.Phrase(f.Entity)
	return choice.ReplaceAllStringFunc(s, func(m string) string {
		forms := strings.Split(m[1:len(m)-1], "|")
		i := 0
		if p.Plural {
			i = 1
		}
		if len(forms) == 4 {
			i *= 2
			if p.Female {
				i++
			}
		}
		return forms[min(i, len(forms)-1)]
	})
}
