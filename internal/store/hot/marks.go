package hot

import (
	"slices"

	"antojo/internal/mention"
)

// Mark says of a mention whether it is part of a campaign.
type Mark struct {
	ID       mention.ID
	Day      mention.Day
	Campaign bool
}

// marks is a set of documents in pages of 4,096. What readers hold is never
// changed: a change makes new pages.
type marks []*[64]uint64

func (m marks) has(doc uint32) bool {
	p := int(doc >> 12)
	return p < len(m) && m[p] != nil && m[p][doc>>6&63]>>(doc&63)&1 != 0
}

// each visits the documents of the set in ascending order.
func (m marks) each(visit func(doc uint32)) {
	for p, page := range m {
		if page == nil {
			continue
		}
		for w, bits := range page {
			for b := uint32(0); bits != 0; b, bits = b+1, bits>>1 {
				if bits&1 != 0 {
					visit(uint32(p)<<12 | uint32(w)<<6 | b)
				}
			}
		}
	}
}

// with returns the set with some documents put in (true) or taken out.
func (m marks) with(change map[uint32]bool) marks {
	out := slices.Clone(m)
	own := map[int]bool{}
	for doc, in := range change {
		p := int(doc >> 12)
		for len(out) <= p {
			out = append(out, nil)
		}
		if !own[p] {
			page := new([64]uint64)
			if out[p] != nil {
				*page = *out[p]
			}
			out[p], own[p] = page, true
		}
		if bit := uint64(1) << (doc & 63); in {
			out[p][doc>>6&63] |= bit
		} else {
			out[p][doc>>6&63] &^= bit
		}
	}
	return out
}

// Mark notes which mentions are part of a campaign, also of such that are yet to be
// added; what is said last of a mention counts.
func (x *Index) Mark(list []Mark) {
	x.mu.Lock()
	defer x.mu.Unlock()
	days := map[mention.Day]map[mention.ID]bool{}
	for _, m := range list {
		if m.Day < x.from || x.marked[m.ID] == m.Campaign {
			continue
		}
		if m.Campaign {
			x.marked[m.ID] = true
		} else {
			delete(x.marked, m.ID)
		}
		if days[m.Day] == nil {
			days[m.Day] = map[mention.ID]bool{}
		}
		days[m.Day][m.ID] = m.Campaign
	}
	change := map[uint32]bool{}
	for day, ids := range days {
		if day < x.first || int(day-x.first) >= len(x.days) {
			continue
		}
		b := &x.days[day-x.first]
		for i := range b.places {
			if is, ok := ids[b.places[i].id]; ok {
				change[b.rows[i].doc] = is
			}
		}
	}
	if len(change) > 0 {
		x.campaign = x.campaign.with(change)
	}
}
