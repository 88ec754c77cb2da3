package metric

import (
	"maps"
	"slices"

	"antojo/internal/mention"
)

// Daily holds counts by day: of each channel, and of each entity in each channel.
// Trends are judged by it. A row has a count for each day from First on; it is nil
// where there are none. Counts are whole numbers below 2^24, which float32 holds
// exactly.
type Daily struct {
	First    mention.Day // of the first mention
	Days     int
	Channels []string      // in the order of their names
	Volume   [][]float32   // [channel][day]: mentions, whatever they name
	Entities []EntityDaily // in the order of their ids
}

// EntityDaily is what one entity has in a Daily.
type EntityDaily struct {
	ID     string
	Counts [][]float32 // [channel][day]
	// Repeats counts mentions whose author had named the entity before on the same
	// day, over all channels; nil = none, or not asked for.
	Repeats []float32
}

// DailyBuilder gathers counts in any order into a Daily.
type DailyBuilder struct {
	from, to, first mention.Day
	channels        map[string]int32
	cells           map[string][]dailyCell
	repeats         map[string][]dailyCell
}

type dailyCell struct {
	day mention.Day
	ch  int32
	n   float32
}

// NewDailyBuilder takes counts of the days from…to and ignores others.
func NewDailyBuilder(from, to mention.Day) *DailyBuilder {
	return &DailyBuilder{from: from, to: to, first: to + 1, channels: map[string]int32{}, cells: map[string][]dailyCell{}, repeats: map[string][]dailyCell{}}
}

// Add counts n mentions of an entity, or, for an entity of "", of the channel
// whatever they name. Parts of a cell add up.
func (b *DailyBuilder) Add(entity, channel string, day mention.Day, n int64) {
	if day < b.from || day > b.to {
		return
	}
	k, ok := b.channels[channel]
	if !ok {
		k = int32(len(b.channels))
		b.channels[channel] = k
	}
	b.cells[entity] = append(b.cells[entity], dailyCell{day, k, float32(n)})
	b.first = min(b.first, day)
}

// AddRepeats counts n mentions of an entity by authors who had named it that day.
func (b *DailyBuilder) AddRepeats(entity string, day mention.Day, n int64) {
	if day >= b.from && day <= b.to && n > 0 {
		b.repeats[entity] = append(b.repeats[entity], dailyCell{day: day, n: float32(n)})
	}
}

// Daily returns what was added, up to the last of the builder's days. The builder is
// empty afterwards.
func (b *DailyBuilder) Daily() Daily {
	if b.first > b.to {
		return Daily{First: b.to}
	}
	d := Daily{First: b.first, Days: int(b.to-b.first) + 1, Channels: slices.Sorted(maps.Keys(b.channels))}
	place := make([]int, len(d.Channels))
	for i, name := range d.Channels {
		place[b.channels[name]] = i
	}
	rows := func(list []dailyCell) [][]float32 {
		out := make([][]float32, len(d.Channels))
		for _, c := range list {
			k := place[c.ch]
			if out[k] == nil {
				out[k] = make([]float32, d.Days)
			}
			out[k][c.day-b.first] += c.n
		}
		return out
	}
	d.Volume = rows(b.cells[""])
	for k := range d.Volume {
		if d.Volume[k] == nil {
			d.Volume[k] = make([]float32, d.Days)
		}
	}
	delete(b.cells, "")
	for _, id := range slices.Sorted(maps.Keys(b.cells)) {
		e := EntityDaily{ID: id, Counts: rows(b.cells[id])}
		delete(b.cells, id)
		for _, c := range b.repeats[id] {
			if c.day < b.first {
				continue // no mention of that day was added
			}
			if e.Repeats == nil {
				e.Repeats = make([]float32, d.Days)
			}
			e.Repeats[c.day-b.first] += c.n
		}
		d.Entities = append(d.Entities, e)
	}
	clear(b.repeats)
	return d
}
