package lexicon

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Match is one occurrence of an entity in a text. Matches of one text never
// overlap and come in order.
type Match struct {
	Info  *Info
	Start int // byte offsets into the text as given
	End   int
	// Homograph: the word has another, non-food sense, and the lexicon alone
	// does not settle which one is meant.
	Homograph bool
	// FoodContext: nearby words speak of food. Always true for words that have
	// no other sense.
	FoodContext bool
	// Slang: a known phrase uses the word in its other sense ("habla causa").
	Slang bool
	// Weak: the spelling alone is too common to count without FoodContext.
	Weak bool
	// Slip: a word of it is misspelt, and was read by what stands around it.
	Slip bool

	maybeSlang  bool  // some template holds the word
	alone       bool  // does not count right after another entity
	first, last int32 // its words
}

// Decide says whether m is meant as food, given the encoder's probability that
// the whole text is about food. Slang phrases are never food. Words with one
// sense need the text to be more likely about food than not; ambiguous words
// need more certainty of the encoder the less their neighbours say.
func Decide(m Match, relevance float32) bool {
	switch {
	case m.Slang:
		return false
	case !m.Homograph:
		return relevance >= 0.40
	case m.FoodContext:
		return relevance >= 0.50
	case m.Weak:
		return false
	default:
		return relevance >= 0.70
	}
}

// ref is an entity seen through one spelling.
type ref struct {
	info                    *Info
	ambig, context, capital bool
	rank                    uint8
	alone                   bool   // not right after another entity
	skip                    int    // leading words that are context only
	slang                   bool   // occurs in a slang template
	accents                 string // listed spelling whose accents must agree, "" if any will do
}

// Matcher finds entities in texts. It is immutable and safe for concurrent use.
type Matcher struct {
	a     *automaton // entities: ref indexes refs
	typos *typos
	cues  *automaton // run only around ambiguous and misspelt words; ref is the weight
	// slots finds the parts of slang templates around words that occur in one; ref
	// indexes phrases.
	slots   *automaton
	refs    []ref
	slang   []shape
	phrases [][]slotRef                 // phrase → the slots it fills, ascending
	senses  [][]slotRef                 // those of them that hold what is not meant as food
	fillers [1 << (fillBits - 6)]uint64 // filter of the pairs in phrases
	pool    sync.Pool
}

// NewMatcher compiles all spellings of lx. When two entities claim one spelling,
// the more direct claim wins (name before variant before derived form), then the
// entity listed first; Lint reports the claims that tie.
func NewMatcher(lx *Lexicon) *Matcher {
	m := &Matcher{}
	b := newBuilder()
	owner := map[string]int32{}
	var order []string
	var buf []form
	for i := range lx.infos {
		in := &lx.infos[i]
		for j, sp := range in.spellings() {
			rank := uint8(rankVariant)
			if j < 0 {
				rank = rankName
			}
			if sp.quiet {
				continue
			}
			if sp.exact {
				buf = append(buf[:0], form{pattern(sp.text), rank})
			} else {
				buf = forms(buf[:0], pattern(sp.text), rank, in.Kind)
			}
			accents := ""
			if sp.accent {
				accents = sp.text
			}
			for _, f := range buf {
				r := ref{info: in, ambig: sp.ambig, context: sp.context, capital: sp.capital, accents: accents, alone: sp.alone, skip: sp.skip, rank: f.rank}
				if slices.Contains(in.blocked, f.text) {
					continue
				}
				if f.rank == rankSlip && (notFood[f.text] || sp.ambig) {
					continue
				}
				if f.rank == rankDim && notFood[f.text] {
					continue
				}
				if o, taken := owner[f.text]; taken {
					if m.refs[o].rank > f.rank {
						m.refs[o] = r
					}
					continue
				}
				owner[f.text] = int32(len(m.refs))
				m.refs = append(m.refs, r)
				order = append(order, f.text)
			}
		}
	}
	for i, t := range order {
		_ = b.addAfter(t, m.refs[i].skip, int32(i)) // spellings were checked by parseInfo
	}
	cues, slots := newBuilder(), newBuilder()
	for _, c := range lx.cues {
		_ = cues.add(c.text, int32(c.weight))
	}
	m.compileSlang(slots, lx.slang, owner)
	v := sharedVocab(len(lx.ordinary), b, cues, slots)
	for _, w := range lx.ordinary {
		if h, ok := wordHash(w); ok {
			v.add(h)
		}
	}
	m.a, m.cues, m.slots = b.build(v), cues.build(v), slots.build(v)
	m.typos = newTypos(v, m.a.pats, m.refs)
	m.pool.New = func() any { return new(scratch) }
	return m
}

// scratch is the working memory of one Match call.
type scratch struct {
	m    *Matcher
	text string
	base int
	dst  []Match
	toks []token
	hits []hit
	cues []hit // ref is the weight
	// states of Matcher.slots after each word of toks[lo:lo+len(states)]
	states  []int32
	lo      int
	slipped bool // some words were read as others
}

// fixed reports whether some of toks[first:last+1] was read as another word.
func (s *scratch) fixed(first, last int32) bool {
	for _, t := range s.toks[first : last+1] {
		if t.flags&tokFixed != 0 {
			return true
		}
	}
	return false
}

// entity keeps the longest match: it replaces those it covers, and gives way to
// one that began earlier and reaches into it.
func (s *scratch) entity(r *ref, h *hit, tag, slip bool) {
	start, end := int(h.start), int(h.end)
	if r.accents != "" && !sameAccents(r.accents, s.text[start:end]) {
		return
	}
	weak := r.context
	if r.capital && !tag {
		c, _ := utf8.DecodeRuneInString(s.text[start:])
		if !isUpper(c) {
			if r.context {
				return
			}
			weak = true
		}
	}
	n := len(s.dst)
	for n > s.base && s.dst[n-1].Start >= start {
		if s.dst[n-1].Start == start && s.dst[n-1].End == end {
			return
		}
		n--
	}
	if n > s.base && s.dst[n-1].End > start {
		return
	}
	s.dst = append(s.dst[:n], Match{Info: r.info, Start: start, End: end, Homograph: r.ambig, Weak: weak, FoodContext: !r.ambig, maybeSlang: r.slang, alone: r.alone, Slip: slip,
		first: h.first + int32(r.skip), last: h.last})
}

// sameAccents reports whether text has an accent on exactly the letters on which
// the listed spelling has one, as far as both go.
func sameAccents(listed, text string) bool {
	for listed != "" && text != "" {
		a, n := utf8.DecodeRuneInString(listed)
		b, m := utf8.DecodeRuneInString(text)
		if (a >= utf8.RuneSelf) != (b >= utf8.RuneSelf) {
			return false
		}
		listed, text = listed[n:], text[m:]
	}
	return true
}

// Match appends the entities in text to dst. It cuts the text into words once,
// runs over them, and once more over the neighbourhood of ambiguous words; it
// allocates nothing but the growth of dst.
func (m *Matcher) Match(dst []Match, text string) []Match {
	s := m.pool.Get().(*scratch)
	s.m, s.text, s.base, s.dst, s.slipped = m, text, len(dst), dst, false
	s.toks = m.a.words.tokens(s.toks[:0], text)
	s.find()
	if s.slipped = s.slips(); s.slipped {
		s.dst = s.dst[:s.base]
		s.find()
	}
	dst = s.dst
	s.dst, s.text = nil, ""
	if cap(s.toks) > keepTokens {
		s.toks, s.hits, s.cues, s.states = nil, nil, nil, nil
	}
	m.pool.Put(s)
	return dst
}

// find fills dst from toks.
func (s *scratch) find() {
	s.hits = s.m.a.scan(s.hits[:0], s.text, s.toks, 0, len(s.toks))
	for i := range s.hits {
		h := &s.hits[i]
		r := &s.m.refs[h.ref]
		slip := s.slipped && s.fixed(h.first, h.last)
		if r.ambig && slip {
			continue // a slip is never taken for a word that has another sense
		}
		s.entity(r, h, s.toks[h.last].flags&tokTag != 0, slip)
	}
	s.adjectives()
	s.compounds()
	s.settle()
}

// keepTokens bounds the working memory that a huge text leaves behind.
const keepTokens = 1 << 16

// adjectives drops words that describe the entity before them: in "camote
// sancochado" there is no soup.
func (s *scratch) adjectives() {
	n := s.base
	for i := s.base; i < len(s.dst); i++ {
		m := s.dst[i]
		if m.alone && n > s.base && m.Start-s.dst[n-1].End == 1 && s.text[m.Start-1] == ' ' {
			continue
		}
		s.dst[n] = m
		n++
	}
	s.dst = s.dst[:n]
}

// compounds joins "helado" and "aguaymanto" in "helado de aguaymanto" where the
// table has no row for the pair: dishes and drinks are named by what they are
// made of. The joined match keeps the entity of its head.
func (s *scratch) compounds() {
	n := s.base
	for i := s.base; i < len(s.dst); i++ {
		m := s.dst[i]
		if n > s.base {
			h := &s.dst[n-1]
			if m.Info.Kind == Ingredient && !m.Weak && (h.Info.Kind == Dish || h.Info.Kind == Drink) &&
				m.Start-h.End == 4 && strings.EqualFold(s.text[h.End:m.Start], " de ") {
				h.End, h.last = m.End, m.last
				h.Homograph, h.FoodContext, h.Weak, h.maybeSlang = false, true, false, false
				continue
			}
		}
		s.dst[n] = m
		n++
	}
	s.dst = s.dst[:n]
}

// contextBytes is how far a cue reaches, in bytes of text (about eight words).
const contextBytes = 48

// reach is how far around ambiguous words the second pass looks, in bytes: wider
// than contextBytes, so that phrases at the edge are seen whole.
const reach = 96

// settle decides slang and context of the ambiguous matches.
func (s *scratch) settle() {
	found := s.dst[s.base:]
	from, to := -1, 0
	maybeSlang := false
	for i := range found {
		if m := &found[i]; m.Homograph || m.maybeSlang {
			if from < 0 {
				from = m.Start
			}
			to = m.End
			maybeSlang = maybeSlang || m.maybeSlang
		}
	}
	if from < 0 {
		return
	}
	lo, hi := s.words(from-reach, to+reach)
	if maybeSlang {
		s.lo = lo
		s.states = s.m.slots.walk(s.states[:0], s.toks[lo:hi])
	}
	unsettled := false
	for i := range found {
		m := &found[i]
		if m.maybeSlang && s.isSlang(m) {
			m.Slang, m.Homograph, m.FoodContext = true, true, false
		}
		unsettled = unsettled || m.Homograph && !m.Slang
	}
	if !unsettled {
		return
	}
	s.cues = s.m.cues.scan(s.cues[:0], s.text, s.toks, lo, hi)
	cue := 0
	for i := range found {
		m := &found[i]
		if !m.Homograph || m.Slang {
			continue
		}
		score := 0
		for cue < len(s.cues) && int(s.cues[cue].end) < m.Start-contextBytes {
			cue++
		}
		for j := range s.cues[cue:] {
			c := &s.cues[cue+j]
			if int(c.start) > m.End+contextBytes {
				break
			}
			if int(c.end) <= m.Start || int(c.start) >= m.End {
				score += int(c.ref)
			}
		}
		for j := i - 1; j >= 0 && found[j].End >= m.Start-contextBytes; j-- {
			score += weightOf(&found[j])
		}
		for j := i + 1; j < len(found) && found[j].Start <= m.End+contextBytes; j++ {
			score += weightOf(&found[j])
		}
		m.FoodContext = score > 0
	}
}

// weightOf is what a neighbouring entity says for food.
func weightOf(m *Match) int {
	if m.Homograph {
		return 0
	}
	return 2
}
