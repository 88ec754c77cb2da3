package demo

import (
	"math"
	"math/rand/v2"

	"antojo/internal/mention"
)

// model holds the planted intensities, computed once from the plan.
type model struct {
	rel     [][]float64   // day × entity: season × feasts × events, without noise
	shock   [][]float64   // day × event: price above normal as a share of the peak, 0..1
	cum     [][][]float64 // channel × entity: cumulated department weights
	share   [][][]float64 // channel × entity: department probabilities
	allCum  [][]float64   // channel: cumulated department weights, any entity
	usual   []float64     // channel: sum of entity weights in an ordinary time
	chatter [][]chat      // day: feasts talked of
	scale   float64       // mentions a day for share 1
	local   [][]int       // entity: events that hold in some departments only
}

type chat struct {
	feast int
	share float64
}

func newModel(p *Plan) *model {
	days := int(p.End-p.Start) + 1
	m := &model{rel: make([][]float64, days), shock: make([][]float64, days), chatter: make([][]chat, days),
		local: make([][]int, len(p.Entities))}
	for i := range m.rel {
		m.rel[i] = make([]float64, len(p.Entities))
		m.shock[i] = make([]float64, len(p.Events))
		d := p.Start + mention.Day(i)
		for e := range p.Entities {
			m.rel[i][e] = p.Entities[e].season.factor(d)
		}
	}
	for i := range p.Feasts {
		m.addFeast(p, i)
	}
	for i := range p.Events {
		m.addEvent(p, i)
	}
	m.addDepartments(p)
	m.usual = make([]float64, len(p.Channels))
	for c := range p.Channels {
		for e := range p.Entities {
			m.usual[c] += p.Entities[e].Base * p.Entities[e].chans[c]
		}
	}
	m.scale = 1
	total := 0.0
	for i := range m.rel {
		for c := range p.Channels {
			v := m.volume(p, c, i)
			total += v * (1 - p.Channels[c].OffTopic) * (p.none + (1-p.none)*m.lift(p, c, i))
			total += v * p.Channels[c].OffTopic
		}
	}
	m.scale = p.Mentions / total
	return m
}

// factor is 1 + size·cos over the year, with the peak day on top.
func (s season) factor(d mention.Day) float64 {
	if s.size == 0 {
		return 1
	}
	return 1 + s.size*math.Cos(2*math.Pi*float64(d.Date().YearDay()-s.peak)/365.25)
}

func (m *model) addFeast(p *Plan, i int) {
	f := &p.Feasts[i]
	for year := p.Start.Date().Year() - 1; year <= p.End.Date().Year()+1; year++ {
		if year < f.Since {
			continue
		}
		from, to := f.Rule.Days(year)
		for d := max(from-mention.Day(f.Before), p.Start); d <= min(to+mention.Day(f.After), p.End); d++ {
			k := f.strength(d, from, to)
			for id, lift := range f.Lifts {
				m.rel[d-p.Start][p.byID[id]] *= 1 + (lift-1)*k
			}
			if share := f.Chatter * k; share > 0.01 {
				m.chatter[d-p.Start] = append(m.chatter[d-p.Start], chat{i, share})
			}
		}
	}
}

// strength is how much of the lift holds on d, 0..1.
func (f *Feast) strength(d, from, to mention.Day) float64 {
	switch {
	case d < from:
		return float64(f.Before+1-int(from-d)) / float64(f.Before+1) * 0.6
	case d > to:
		return float64(f.After+1-int(d-to)) / float64(f.After+1) * 0.6
	case f.Shape == "rise" && to > from:
		return math.Pow(float64(d-from+1)/float64(to-from+1), 1.5)
	default:
		return 1
	}
}

func (m *model) addEvent(p *Plan, i int) {
	ev := &p.Events[i]
	if len(ev.Departments) > 0 {
		for id := range ev.Subjects {
			e := p.byID[id]
			m.local[e] = append(m.local[e], i)
		}
		return
	}
	for d := p.Start; d <= p.End; d++ {
		row := m.rel[d-p.Start]
		switch ev.Kind {
		case Step, Ramp, Spike:
			for id := range ev.Subjects {
				row[p.byID[id]] *= ev.Factor(d)
			}
		case Price:
			// Talk and complaints follow the price by a week.
			s := ev.priceShape(d - 7)
			m.shock[d-p.Start][i] = s
			row[p.byID[ev.Detail]] *= 1 + 1.5*s
		}
	}
}

// Factor is the event's effect on frequency on day d (1 = none).
func (ev *Event) Factor(d mention.Day) float64 {
	if d < ev.From {
		return 1
	}
	length := float64(ev.To - ev.From)
	switch ev.Kind {
	case Step:
		return ev.Size
	case Ramp:
		return math.Pow(ev.Size, min(1, float64(d-ev.From)/max(length, 1)))
	case Spike:
		if d > ev.To {
			return 1
		}
		return 1 + (ev.Size-1)*(1-math.Abs(2*float64(d-ev.From)-length)/(length+2))
	case Volume:
		if d <= ev.To {
			return ev.Size
		}
	}
	return 1
}

// priceShape rises over the first quarter of a shock and falls over the last.
func (ev *Event) priceShape(d mention.Day) float64 {
	if d < ev.From || d > ev.To {
		return 0
	}
	t := float64(d-ev.From+1) / float64(ev.To-ev.From+2)
	return min(1, 4*t, 4*(1-t))
}

func (m *model) addDepartments(p *Plan) {
	m.cum = make([][][]float64, len(p.Channels))
	m.share = make([][][]float64, len(p.Channels))
	m.allCum = make([][]float64, len(p.Channels))
	for c := range p.Channels {
		u := p.Channels[c].Urban
		base := make([]float64, len(p.Departments))
		for i, d := range p.Departments {
			base[i] = d.Population * (1 - u + u*d.Urban*d.Urban)
			if d.ID == 15 || d.ID == 7 {
				base[i] *= 1 + 0.6*u
			}
		}
		m.allCum[c] = cumulate(base)
		m.cum[c] = make([][]float64, len(p.Entities))
		m.share[c] = make([][]float64, len(p.Entities))
		for e := range p.Entities {
			w := make([]float64, len(base))
			sum := 0.0
			for i := range base {
				w[i] = base[i] * p.Entities[e].region[i+1]
				sum += w[i]
			}
			m.cum[c][e] = cumulate(w)
			for i := range w {
				w[i] /= sum
			}
			m.share[c][e] = w
		}
	}
}

func cumulate(w []float64) []float64 {
	out := make([]float64, len(w))
	sum := 0.0
	for i, v := range w {
		sum += v
		out[i] = sum
	}
	return out
}

// localCum returns the cumulated department weights of an entity that events of
// single departments lift on day d.
func (m *model) localCum(p *Plan, c, e int, d mention.Day) []float64 {
	w := append([]float64(nil), m.share[c][e]...)
	for _, j := range m.local[e] {
		for _, dep := range p.Events[j].Departments {
			w[dep-1] *= p.Events[j].Factor(d)
		}
	}
	return cumulate(w)
}

// weight is the relative frequency of entity e on channel c on day i, before the
// entity's noise. Weekdays act on the family; departments with an event of their
// own add to the whole in proportion to their share.
func (m *model) weight(p *Plan, c, e, i int) float64 {
	ent := &p.Entities[e]
	d := p.Start + mention.Day(i)
	w := ent.Base * ent.chans[c] * m.rel[i][e] * p.Families[ent.Family].week[weekday(d)]
	for _, j := range m.local[e] {
		add := 0.0
		for _, dep := range p.Events[j].Departments {
			add += m.share[c][e][dep-1] * (p.Events[j].Factor(d) - 1)
		}
		w *= 1 + add
	}
	return w
}

// lift is how much more than usual the entities of channel c are talked of.
func (m *model) lift(p *Plan, c, i int) float64 {
	sum := 0.0
	for e := range p.Entities {
		sum += m.weight(p, c, e, i)
	}
	return sum / m.usual[c]
}

// volume is the expected number of mentions of channel c on day i in which
// nothing but the channel itself varies: growth, weekday, payday, waves, outages.
func (m *model) volume(p *Plan, c, i int) float64 {
	ch := &p.Channels[c]
	d := p.Start + mention.Day(i)
	if d < ch.Start {
		return 0
	}
	days := float64(p.End - p.Start)
	v := m.scale * ch.Share * ch.Week[weekday(d)] * math.Pow(ch.Growth, float64(i)/days-0.5)
	if len(ch.Waves) > 0 {
		on, length := false, 0
		for _, w := range ch.Waves {
			from, to := w.Days(d.Date().Year())
			length += int(to-from) + 1
			on = on || d >= from && d <= to
		}
		if !on {
			return 0
		}
		v *= 365 / float64(length)
	}
	if ch.Source == mention.Delivery && d.Payday() {
		v *= p.payday
	}
	for j := range p.Events {
		ev := &p.Events[j]
		if _, on := ev.Channels[ch.Name]; on && ev.Kind == Volume {
			v *= ev.Factor(d)
		}
	}
	return v
}

// Intensity is the expected number of mentions of entity id as the main subject on
// day d over all channels: the planted truth, without noise and companions.
func (p *Plan) Intensity(id string, d mention.Day) float64 {
	e, ok := p.byID[id]
	if !ok || d < p.Start || d > p.End {
		return 0
	}
	i := int(d - p.Start)
	sum := 0.0
	for c := range p.Channels {
		v := p.model.volume(p, c, i) * (1 - p.Channels[c].OffTopic) * (1 - p.none)
		sum += v * p.model.weight(p, c, e, i) / p.model.usual[c]
	}
	return sum
}

// Factor is what season, feasts and events make of entity id on day d, relative
// to its own ordinary frequency (1), volume of the sources set aside.
func (p *Plan) Factor(id string, d mention.Day) float64 {
	e, ok := p.byID[id]
	if !ok || d < p.Start || d > p.End {
		return 1
	}
	return p.model.rel[d-p.Start][e]
}

// weekday is 0 for Monday.
func weekday(d mention.Day) int { return int((d%7 + 10) % 7) } // day 0 was a Thursday

// newRand returns a generator for one purpose; streams of different keys are
// independent, so that any day can be drawn without the days before it.
func (p *Plan) newRand(purpose, a, b uint64) *rand.Rand {
	return rand.New(rand.NewPCG(p.Seed^purpose*0x9e3779b97f4a7c15, a<<32^b))
}

// Purposes of random streams.
const (
	forDay uint64 = iota + 1
	forTexts
	forWeekNoise
	forDayNoise
	forPlaces
	forPrices
)

// noise is a lognormal factor of mean 1 and coefficient of variation cv.
func noise(rng *rand.Rand, cv float64) float64 {
	s2 := math.Log(1 + cv*cv)
	return math.Exp(math.Sqrt(s2)*rng.NormFloat64() - s2/2)
}

// poisson draws a Poisson count: by inversion of products for small means (Knuth,
// The Art of Computer Programming 2, 3.4.1), in halves for large ones.
func poisson(rng *rand.Rand, mean float64) int {
	n := 0
	for mean > 30 {
		n += poisson(rng, 15)
		mean -= 15
	}
	limit, prod := math.Exp(-mean), 1.0
	for {
		prod *= rng.Float64()
		if prod <= limit {
			return n
		}
		n++
	}
}
