package lexicon

import (
	"slices"
	"strings"
)

// This file tells whether a food word stands in a phrase of slang.csv, where it is
// not meant as food.

// slotRef names one slot of one template: template*16 + slot.
type slotRef int32

func (r slotRef) template() int { return int(r) >> 4 }
func (r slotRef) slot() int     { return int(r) & 15 }

// maxSlots follows from slotRef.
const maxSlots = 15

// compileSlang adds the slot phrases of all templates, and notes the slots that hold
// what is not meant as food (see meantSlots). Words of other slots are what stands
// around and keep their sense: there is pizza in "la pizza vino fría", where
// {todo|nadie|pizza|…} vino says that there is no wine.
func (m *Matcher) compileSlang(b *builder, all []template, owner map[string]int32) {
	senses := make(map[string]bool, len(owner)) // surface → has two senses
	for p, r := range owner {
		words := strings.SplitN(p, " ", m.refs[r].skip+1)
		surface := words[len(words)-1]
		senses[surface] = senses[surface] || m.refs[r].ambig
	}
	m.slang = make([]shape, len(all))
	ids := map[string]int32{}
	for t, tpl := range all {
		m.slang[t].slots = uint8(len(tpl))
		slots := meantSlots(tpl, senses)
		for slot, alts := range tpl {
			meant := slots[slot]
			for _, p := range alts {
				if p == "" {
					m.slang[t].may |= 1 << slot
					continue
				}
				id, ok := ids[p]
				if !ok {
					id = int32(len(m.phrases))
					ids[p] = id
					m.phrases, m.senses = append(m.phrases, nil), append(m.senses, nil)
					_ = b.add(p, id) // checked by parseTemplate
				}
				ref := slotRef(t<<4 | slot)
				m.phrases[id] = append(m.phrases[id], ref)
				if meant {
					m.senses[id] = append(m.senses[id], ref)
				}
			}
		}
	}
	for i := range m.phrases {
		m.phrases[i], m.senses[i] = sorted(m.phrases[i]), sorted(m.senses[i])
		for _, r := range m.phrases[i] {
			bit := fillBit(int32(i), r)
			m.fillers[bit>>6] |= 1 << (bit & 63)
		}
	}
	for p, id := range ids {
		if len(m.senses[id]) == 0 {
			continue
		}
		runsOf(p, func(run string) {
			if r, ok := owner[run]; ok {
				m.refs[r].slang = true
			}
		})
	}
}

// meantSlots tells the slots of a template whose alternatives all hold the name of a
// food; where there are none, those with the largest share of such alternatives,
// words with two senses counting double.
func meantSlots(t template, senses map[string]bool) []bool {
	meant, share := make([]bool, len(t)), make([]float64, len(t))
	whole := false
	for slot, alts := range t {
		n, named, two := 0, 0, 0
		for _, p := range alts {
			if p == "" {
				continue
			}
			n++
			food, ambig := false, false
			runsOf(p, func(run string) {
				is, ok := senses[run]
				food, ambig = food || ok, ambig || is
			})
			if food {
				named++
			}
			if ambig {
				two++
			}
		}
		meant[slot] = n > 0 && named == n
		whole = whole || meant[slot]
		share[slot] = float64(named+two) / float64(max(n, 1))
	}
	if !whole {
		for slot := range t {
			meant[slot] = share[slot] == slices.Max(share)
		}
	}
	return meant
}

// runsOf calls yield for each run of words of a phrase.
func runsOf(p string, yield func(run string)) {
	words := strings.Split(p, " ")
	for i := range words {
		for j := i + 1; j <= len(words); j++ {
			yield(strings.Join(words[i:j], " "))
		}
	}
}

func sorted(refs []slotRef) []slotRef {
	slices.Sort(refs)
	return slices.Compact(refs)
}

// maxSpan bounds the bytes by which a phrase that covers a match can end later.
const maxSpan = 96

// isSlang reports whether some template has a slot that covers m while the
// neighbouring words fill its other slots.
func (s *scratch) isSlang(m *Match) bool {
	for w := int(m.last); w < s.lo+len(s.states) && int(s.toks[w].end) <= m.End+maxSpan; w++ {
		for _, e := range s.m.slots.endings(s.states[w-s.lo]) {
			first := w - int(e.words) + 1
			if first > int(m.first) || !s.isSlot(e, first, w) {
				continue
			}
			// No phrase ends before this one, or begins behind it.
			noLeft := first == s.lo || len(s.m.slots.endings(s.states[first-1-s.lo])) == 0
			noRight := w+1 == s.lo+len(s.states) || s.states[w+1-s.lo] == 0
			for _, r := range s.m.senses[e.ref] {
				if t := s.m.slang[r.template()]; noLeft && t.needs(r.slot()-1) || noRight && t.needs(r.slot()+1) {
					continue
				}
				if s.left(r.template(), r.slot()-1, first-1) && s.right(r.template(), r.slot()+1, w+1) {
					return true
				}
			}
		}
	}
	return false
}

// isSlot reports whether phrase e, whose words are toks[first:last+1], stands in
// the part of the text that is looked at and is written as it is listed.
func (s *scratch) isSlot(e ending, first, last int) bool {
	return first >= s.lo && s.m.slots.written(e, s.text, s.toks, first, last)
}

// left reports whether slots 0..slot of a template can be filled by words that end
// at word.
func (s *scratch) left(id, slot, word int) bool {
	if slot < 0 {
		return true
	}
	if word >= s.lo {
		for _, e := range s.m.slots.endings(s.states[word-s.lo]) {
			first := word - int(e.words) + 1
			if s.m.fills(e.ref, id, slot) && s.isSlot(e, first, word) && s.left(id, slot-1, first-1) {
				return true
			}
		}
	}
	return s.m.slang[id].optional(slot) && s.left(id, slot-1, word)
}

// right reports whether slots slot.. of a template can be filled by words that begin
// at word.
func (s *scratch) right(id, slot, word int) bool {
	t := s.m.slang[id]
	if slot == int(t.slots) {
		return true
	}
	for w := word; w < min(s.lo+len(s.states), word+s.m.slots.longest); w++ {
		for _, e := range s.m.slots.endings(s.states[w-s.lo]) {
			if w-int(e.words)+1 == word && s.m.fills(e.ref, id, slot) && s.isSlot(e, word, w) && s.right(id, slot+1, w+1) {
				return true
			}
		}
	}
	return t.optional(slot) && s.right(id, slot+1, word)
}

// shape is a template without its words.
type shape struct {
	slots uint8
	may   uint16 // bits of the optional slots
}

// needs reports that a slot is there and not optional.
func (t shape) needs(slot int) bool {
	return uint(slot) < uint(t.slots) && !t.optional(slot)
}

func (t shape) optional(slot int) bool { return t.may>>slot&1 != 0 }

// fills reports whether phrase is an alternative of that slot.
func (m *Matcher) fills(phrase int32, template, slot int) bool {
	ref := slotRef(template<<4 | slot)
	bit := fillBit(phrase, ref)
	if m.fillers[bit>>6]>>(bit&63)&1 == 0 {
		return false
	}
	_, ok := slices.BinarySearch(m.phrases[phrase], ref)
	return ok
}

// fillBits is the size of Matcher.fillers.
const fillBits = 17

// fillBit is the bit of Matcher.fillers for a phrase in a slot.
func fillBit(phrase int32, ref slotRef) uint64 {
	return (uint64(phrase)<<32 | uint64(ref)) * 0x9e3779b97f4a7c15 >> (64 - fillBits)
}
