package web

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/lexicon"
)

// entityNames writes entities in the reader's language and finds them by name.
type entityNames struct {
	lx    Lexicon
	index map[string]string // folded name or variant → id; the shortest id wins
}

func newEntityNames(lx Lexicon) entityNames {
	n := entityNames{lx, map[string]string{}}
	for _, in := range lx.All() {
		for i, name := range append([]string{in.Name, in.NameEN, in.ID}, in.Variants...) {
			key := lexicon.Fold(strings.TrimRight(name, "?!^"))
			if _, taken := n.index[key]; key != "" && (!taken || i == 0) {
				n.index[key] = in.ID
			}
		}
	}
	return n
}

// in returns the names for one language: "Ají de gallina". Dishes keep their
// Spanish name in English, as on a menu; the gloss is extra (see gloss).
func (n entityNames) in(string) func(id string) string {
	return func(id string) string {
		in, ok := n.lx.Entity(id)
		if !ok {
			return id
		}
		return upperFirst(in.Name)
	}
}

// gloss is the English name, where it says more than the Spanish one.
func (n entityNames) gloss(id, lang string) string {
	in, ok := n.lx.Entity(id)
	if !ok || lang != "en" || strings.EqualFold(in.NameEN, in.Name) {
		return ""
	}
	return in.NameEN
}

// EntityName implements trend.Namer.
func (n entityNames) EntityName(id string) (name, kind string, ok bool) {
	in, ok := n.lx.Entity(id)
	return upperFirst(in.Name), in.Kind, ok
}

// find returns the entity that is called exactly that.
func (n entityNames) find(query string) (id string, ok bool) {
	id, ok = n.index[lexicon.Fold(strings.TrimSpace(query))]
	return id, ok
}

// suggest returns up to limit entities whose name begins with, then contains, the query.
func (n entityNames) suggest(query string, limit int) []lexicon.Info {
	q := lexicon.Fold(strings.TrimSpace(query))
	if q == "" {
		return nil
	}
	type hit struct {
		in   lexicon.Info
		rank int
	}
	var hits []hit
	for _, in := range n.lx.All() {
		name := lexicon.Fold(in.Name)
		switch at := strings.Index(name, q); {
		case at == 0:
			hits = append(hits, hit{in, 0})
		case at > 0:
			hits = append(hits, hit{in, 1})
		}
	}
	sort.SliceStable(hits, func(a, b int) bool {
		if hits[a].rank != hits[b].rank {
			return hits[a].rank < hits[b].rank
		}
		return len(hits[a].in.Name) < len(hits[b].in.Name)
	})
	out := make([]lexicon.Info, 0, limit)
	for _, h := range hits {
		if len(out) == limit {
			break
		}
		out = append(out, h.in)
	}
	return out
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
