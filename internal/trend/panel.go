package trend

import (
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// PanelBuilder gathers counts in any order into a panel.
type PanelBuilder struct {
	from, to, first mention.Day
	channels        map[string]int32
	cells           map[string][]cell
}

type cell struct {
	day mention.Day
	ch  int32
	n   float32
}

// NewPanelBuilder takes counts of the days from…to and ignores others.
func NewPanelBuilder(from, to mention.Day) *PanelBuilder {
	return &PanelBuilder{from: from, to: to, first: to + 1, channels: map[string]int32{}, cells: map[string][]cell{}}
}

// Add counts n mentions of an entity, or, for an entity of "", of the channel
// whatever they name. Parts of a cell add up.
func (b *PanelBuilder) Add(entity, channel string, day mention.Day, n int64) {
	if day < b.from || day > b.to {
		return
	}
	k, ok := b.channels[channel]
	if !ok {
		k = int32(len(b.channels))
		b.channels[channel] = k
	}
	b.cells[entity] = append(b.cells[entity], cell{day, k, float32(n)})
	b.first = min(b.first, day)
}

// Panel returns the panel, from the first day with a mention, and where each
// entity is in it. Channels and entities come in the order of their names. The
// builder is empty afterwards.
func (b *PanelBuilder) Panel(kind func(id string) string) (*engine.Panel, map[string]int) {
	if b.first > b.to {
		return &engine.Panel{Start: b.to}, nil
	}
	p := &engine.Panel{Start: b.first, Days: int(b.to-b.first) + 1}
	for name := range b.channels {
		p.Strata = append(p.Strata, name)
	}
	slices.Sort(p.Strata)
	place := make([]int, len(b.channels))
	for i, name := range p.Strata {
		place[b.channels[name]] = i
		p.Exposure = append(p.Exposure, make([]float32, p.Days))
	}
	for _, c := range b.cells[""] {
		p.Exposure[place[c.ch]][c.day-b.first] += c.n
	}
	delete(b.cells, "")
	ids := make([]string, 0, len(b.cells))
	for id := range b.cells {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	index := make(map[string]int, len(ids))
	for i, id := range ids {
		s := engine.Series{ID: id, Kind: kind(id), Counts: make([][]float32, len(p.Strata))}
		for _, c := range b.cells[id] {
			k := place[c.ch]
			if s.Counts[k] == nil {
				s.Counts[k] = make([]float32, p.Days)
			}
			s.Counts[k][c.day-b.first] += c.n
		}
		delete(b.cells, id)
		index[id] = i
		p.Series = append(p.Series, s)
	}
	return p, index
}
