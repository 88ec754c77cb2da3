package trend

import (
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/engine"
)

// PanelBuilder gathers counts in any order into a panel.
type PanelBuilder struct{ counts *metric.DailyBuilder }

// NewPanelBuilder takes counts of the days from…to and ignores others.
func NewPanelBuilder(from, to mention.Day) *PanelBuilder {
	return &PanelBuilder{metric.NewDailyBuilder(from, to)}
}

// Add counts n mentions of an entity, or, for an entity of "", of the channel
// whatever they name. Parts of a cell add up.
func (b *PanelBuilder) Add(entity, channel string, day mention.Day, n int64) {
	b.counts.Add(entity, channel, day, n)
}

// Panel returns the panel, from the first day with a mention, and where each
// entity is in it. Channels and entities come in the order of their names. The
// builder is empty afterwards.
func (b *PanelBuilder) Panel(kind func(id string) string) (*engine.Panel, map[string]int) {
	d := b.counts.Daily()
	return panelOf(&d, kind)
}

// panelOf makes a panel of daily counts; both have the same rows.
func panelOf(d *metric.Daily, kind func(id string) string) (*engine.Panel, map[string]int) {
	p := &engine.Panel{Start: d.First, Days: d.Days, Strata: d.Channels, Exposure: d.Volume}
	index := make(map[string]int, len(d.Entities))
	for i := range d.Entities {
		e := &d.Entities[i]
		index[e.ID] = i
		p.Series = append(p.Series, engine.Series{ID: e.ID, Kind: kind(e.ID), Counts: e.Counts})
	}
	return p, index
}
