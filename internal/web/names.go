package web

import (
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"antojo/internal/lexicon"
)

// entityNames writes entities in the reader's language and finds them by name.
type entityNames struct {
	lx    Lexicon
	index *nameIndex
}

// nameIndex finds entities by a name. It is made anew when the food words change.
type nameIndex struct {
	mu sync.Mutex
	of *lexicon.Lexicon  // the words it was made of; nil if they do not change
	by map[string]string // folded name or variant → id; the shortest id wins
}

func newEntityNames(lx Lexicon) entityNames { return entityNames{lx, &nameIndex{}} }

func (n entityNames) byName() map[string]string {
	x := n.index
	x.mu.Lock()
	defer x.mu.Unlock()
	var now *lexicon.Lexicon
	if c, ok := n.lx.(interface{ Current() *lexicon.Lexicon }); ok {
		now = c.Current()
	}
	if x.by != nil && x.of == now {
		return x.by
	}
	x.of, x.by = now, map[string]string{}
	for _, in := range n.lx.All() {
		for i, name := range append([]string{in.Name, in.NameEN, in.ID}, in.Variants...) {
			key := lexicon.Fold(strings.TrimRight(name, "?!^"))
			if _, taken := x.by[key]; key != "" && (!taken || i == 0) {
				x.by[key] = in.ID
			}
		}
	}
	return x.by
}

// search returns the entities of which the id, a name or a spelling holds the query,
// those first whose name is it, then whose name begins with it.
func (n entityNames) search(query string) []lexicon.Info {
	q := lexicon.Fold(strings.TrimSpace(query))
	if q == "" {
		return nil
	}
	var ranks [4][]lexicon.Info
	for _, in := range n.lx.All() {
		rank := 4
		switch name := lexicon.Fold(in.Name); {
		case name == q:
			rank = 0
		case strings.HasPrefix(name, q):
			rank = 1
		case strings.Contains(name, q) || strings.Contains(in.ID, q):
			rank = 2
		default:
			for _, v := range append([]string{in.NameEN}, in.Variants...) {
				if strings.Contains(lexicon.Fold(v), q) {
					rank = 3
					break
				}
			}
		}
		if rank < len(ranks) {
			ranks[rank] = append(ranks[rank], in)
		}
	}
	return slices.Concat(ranks[:]...)
}

// in returns the names for one language: "Ají de gallina". Dishes keep their
// Spanish name in English, as on a menu; the gloss is extra (see gloss).
func (n entityNames) in(string) func(id string) string {
	return func(id string) string {
		in, ok := n.lx.Entity(id)
		if !ok {
			return id
		}
		return title(in)
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
	return title(in), in.Kind, ok
}

// find returns the entity that is called exactly that.
func (n entityNames) find(query string) (id string, ok bool) {
	id, ok = n.byName()[lexicon.Fold(strings.TrimSpace(query))]
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

// title is an entity's name as a heading has it: dishes with one capital, brands as they
// write themselves, which their English names have ("Inca Kola (soft drink)").
func title(in lexicon.Info) string {
	if in.Kind != lexicon.Brand {
		return upperFirst(in.Name)
	}
	if own, _, _ := strings.Cut(in.NameEN, " ("); strings.EqualFold(own, in.Name) {
		return own
	}
	words := strings.Split(in.Name, " ")
	for i, w := range words {
		if i == 0 || !smallWords[w] {
			words[i] = upperFirst(w)
		}
	}
	return strings.Join(words, " ")
}

// smallWords keep their small letters inside a brand's name.
var smallWords = map[string]bool{"de": true, "del": true, "la": true, "las": true, "los": true, "el": true, "y": true, "al": true, "a": true, "en": true}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
