package discover

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// A neighbour is a word at one of four places: two before, one before, one after,
// two after.
type neighbour uint32

func at(place int, word int32) neighbour { return neighbour(place)<<28 | neighbour(word) }

// vector holds how often each neighbour stands by a term; after weigh, the positive
// pointwise mutual information (Church and Hanks 1990) at unit length.
type vector map[neighbour]float64

// space holds the neighbours of candidates and entities.
type space struct {
	c        *counter
	cands    []*gram
	index    map[string]int
	of       []vector      // of the candidates
	frames   []frame       // of the candidates
	with     map[int32]int // see companions
	entities []vector      // by entity number
	count    []int         // occurrences of entities
	food     vector        // neighbours of all entities together
	rest     vector        // neighbours of all other words
	all      vector
	foodN    float64
	restN    float64
	allN     float64
	by       map[neighbour][]entry // entities by neighbour, once weighed
}

type entry struct {
	entity int32
	weight float64
}

func newSpace(c *counter, cands []*gram) *space {
	s := &space{c: c, cands: cands, index: make(map[string]int, len(cands)), of: make([]vector, len(cands)), frames: make([]frame, len(cands)), with: c.companions(cands),
		entities: make([]vector, len(c.infos)), count: make([]int, len(c.infos)), food: vector{}, rest: vector{}, all: vector{}, by: map[neighbour][]entry{}}
	for i, g := range cands {
		s.index[string(gramKey(nil, g.words))] = i
		s.of[i] = vector{}
	}
	for i := range s.entities {
		s.entities[i] = vector{}
	}
	return s
}

// read collects the neighbours in the texts about food.
func (s *space) read(docs iter.Seq[Doc]) {
	for d := range docs {
		if !d.Food {
			continue
		}
		toks := s.c.tokenise(d.Text)
		for i := range toks {
			switch t := &toks[i]; {
			case t.entity != 0:
				s.count[t.entity]++
				s.around(toks, i, i+1, func(n neighbour) {
					s.entities[t.entity][n]++
					s.food[n]++
					s.foodN++
					s.all[n]++
					s.allN++
				})
			case t.word >= firstWord:
				s.around(toks, i, i+1, func(n neighbour) {
					s.rest[n]++
					s.restN++
					s.all[n]++
					s.allN++
				})
			}
		}
		s.c.runs(toks, func(from, to int, words []int32) {
			s.c.buf = gramKey(s.c.buf[:0], words)
			i, ok := s.index[string(s.c.buf)]
			if !ok {
				return
			}
			s.around(toks, from, to, func(n neighbour) { s.of[i][n]++ })
			s.frames[i].add(s.c, d.Text, toks, from, to)
		})
	}
	for e := 1; e < len(s.entities); e++ {
		if s.count[e] < 3 {
			continue
		}
		v := s.weigh(s.entities[e])
		for n, w := range v {
			s.by[n] = append(s.by[n], entry{int32(e), w})
		}
	}
	for _, list := range s.by {
		slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.entity, b.entity) })
	}
}

// around calls yield for the neighbours of toks[from:to]. The end of a phrase is a
// neighbour, and nothing beyond it is.
func (s *space) around(toks []token, from, to int, yield func(neighbour)) {
	for place, step := range [2]int{-1, 1} {
		k := from - 1
		if step > 0 {
			k = to
		}
		for far := range 2 {
			word := wordEdge
			if k >= 0 && k < len(toks) {
				word = toks[k].word
			}
			yield(at(2*place+far, word))
			if word == wordEdge {
				break
			}
			k += step
		}
	}
}

// weigh turns counts into positive pointwise mutual information of unit length.
func (s *space) weigh(v vector) vector {
	total := 0.0
	keys := sorted(v)
	for _, n := range keys {
		total += v[n]
	}
	out, sum := vector{}, 0.0
	for _, n := range keys {
		if s.all[n] < 2 {
			continue
		}
		if w := math.Log(v[n] * s.allN / (total * s.all[n])); w > 0 {
			w *= v[n] / (v[n] + 1) // a neighbour seen once says little
			out[n] = w
			sum += w * w
		}
	}
	for n := range out {
		out[n] /= math.Sqrt(sum)
	}
	return out
}

// sorted lists neighbours in a fixed order, as sums of floats depend on it.
func sorted(v vector) []neighbour {
	keys := make([]neighbour, 0, len(v))
	for n := range v {
		keys = append(keys, n)
	}
	slices.Sort(keys)
	return keys
}

// leastScore is what a term needs to be shown at all: below it, hardly one in fifty
// is a food.
const leastScore = 0.5

// nearest entities that a term is compared with.
const nearest = 5

// score rates candidate i; ok is false if it is no term.
func (s *space) score(i int) (t scored, ok bool) {
	g := s.cands[i]
	if float64(g.nested) > 0.75*float64(g.food) {
		return t, false // a part of a longer one
	}
	v := s.of[i]
	keys := sorted(v)
	place, total := 0.0, 0.0
	for _, n := range keys {
		w := math.Log((s.food[n]+0.5)/(s.foodN+1)) - math.Log((s.rest[n]+0.5)/(s.restN+1))
		place += v[n] * max(-3, min(3, w))
		total += v[n]
	}
	place /= max(total, 1)
	sim := make([]float64, len(s.entities))
	u := s.weigh(v)
	for _, n := range sorted(u) {
		for _, e := range s.by[n] {
			sim[e.entity] += u[n] * e.weight
		}
	}
	order := make([]int, 0, len(sim))
	for e := range sim {
		if sim[e] > 0 {
			order = append(order, e)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(sim[b], sim[a]), cmp.Compare(s.c.infos[a].ID, s.c.infos[b].ID))
	})
	kinds := map[string]float64{}
	for k, e := range order[:min(nearest, len(order))] {
		t.Likeness += sim[e] / nearest
		kinds[s.c.infos[e].Kind] += sim[e]
		if k < 3 {
			t.Like = append(t.Like, s.c.infos[e].ID)
		}
	}
	for _, k := range []string{"dish", "ingredient", "drink", "brand", "place"} {
		if kinds[k] > kinds[t.Kind] {
			t.Kind = k
		}
	}
	allNow, allPast := 0, 0
	for d, n := range s.c.perDay {
		if d >= s.c.o.Since {
			allNow += n
		} else {
			allPast += n
		}
	}
	for d, n := range g.perDay {
		if d >= s.c.o.Since {
			t.Now += int(n)
		} else {
			t.Past += int(n)
		}
	}
	t.Rise, t.Growth = rise(t.Now, t.Past, allNow, allPast)
	t.Count, t.Place, t.Example = g.food, place, g.example
	t.Food = float64(g.food) / float64(g.food+g.other)
	t.Text, t.Variants = spellings(g.spelt)
	own := (float64(g.food) - 0.8*float64(g.nested)) * s.frames[i].variety()
	t.Score = (place + 2*t.Likeness) * math.Log1p(own) * t.Food * t.Food * s.bound(g)
	t.Score *= s.noun(i)
	if t.Rise > 0 {
		t.Score *= 1 + 0.1*math.Log1p(t.Rise)
	}
	for k, w := range g.words {
		if k > 0 {
			t.key += " "
		}
		t.key += s.c.words[w]
	}
	return t, place > 0 && t.Score >= leastScore
}

// bound says how much the words of a run belong together, from 0 to 1: the
// normalised pointwise mutual information (Bouma 2009) of its best-known split.
// Single words are whole.
func (s *space) bound(g *gram) float64 {
	if len(g.words) == 1 {
		return 1
	}
	n := float64(s.c.tokens)
	joint := float64(g.food+g.other) / n
	first, last := float64(s.c.uni[g.words[0]])/n, float64(s.c.uni[g.words[len(g.words)-1]])/n
	npmi := math.Log(joint/(first*last)) / -math.Log(joint)
	w := max(0, min(1, npmi))
	if s.c.class[g.words[len(g.words)-1]] == neverWord {
		w *= 0.6
	}
	return w
}

func spellings(spelt map[string]int) (best string, others []string) {
	type pair struct {
		s string
		n int
	}
	var all []pair
	for s, n := range spelt {
		all = append(all, pair{s, n})
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.s, b.s)) })
	for _, p := range all[1:min(len(all), 6)] {
		others = append(others, p.s)
	}
	return all[0].s, others
}
