// Package demo makes the synthetic set of mentions with which Antojo can be looked
// at before real data comes in, and against which its trends can be tested: three
// years of invented mentions drawn from a written plan (assets/demo) whose truth is
// known. Nothing in it is a fact about any person, place, brand or dish; every row
// carries Synthetic and every page shows it.
//
// The set is a function of the plan alone: any day can be drawn by itself, in any
// order, on any machine, with the same result.
//
// Read next: plan.go (the tables), rate.go (how often what is mentioned),
// mentions.go (how a text is composed), calendar.go (feast days).
package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/mention"
)

// Generate yields all mentions of the plan in order of time. It stops with the
// first error of yield.
func Generate(p *Plan, yield func(mention.Raw) error) error {
	return GenerateLabelled(p, func(r mention.Raw, _ Truth) error { return yield(r) })
}

// GenerateLabelled yields all mentions together with what was planted in them.
func GenerateLabelled(p *Plan, yield func(mention.Raw, Truth) error) error {
	return p.Days(p.Start, p.End, yield)
}

// History yields the mentions that the shipped Parquet holds: all but the tail.
func History(p *Plan, yield func(mention.Raw) error) error {
	return p.Days(p.Start, p.TailStart()-1, func(r mention.Raw, _ Truth) error { return yield(r) })
}

// Tail yields the mentions of the last days, which are annotated live.
func Tail(p *Plan, yield func(mention.Raw) error) error {
	return p.Days(p.TailStart(), p.End, func(r mention.Raw, _ Truth) error { return yield(r) })
}

// Days yields the mentions of the days from … to, both inclusive, in order of time.
func (p *Plan) Days(from, to mention.Day, yield func(mention.Raw, Truth) error) error {
	if from < p.Start || to > p.End {
		return fmt.Errorf("demo days %s to %s are not within the plan's %s to %s", from, to, p.Start, p.End)
	}
	g := newGenerator(p)
	for d := from; d <= to; d++ {
		for _, it := range g.day(d) {
			if err := yield(it.raw, it.truth); err != nil {
				return err
			}
		}
	}
	return nil
}

type item struct {
	raw   mention.Raw
	truth Truth
}

type generator struct {
	p     *Plan
	w     writer
	items []item
	cum   []float64
}

func newGenerator(p *Plan) *generator {
	return &generator{p: p, w: writer{p: p}, cum: make([]float64, len(p.Entities))}
}

// day draws one day. The result is valid until the next call.
func (g *generator) day(d mention.Day) []item {
	p, i := g.p, int(d-g.p.Start)
	g.items = g.items[:0]
	// What is mentioned is drawn apart from how it is worded, so that a change of
	// the texts leaves the counts as they are.
	rng := p.newRand(forDay, uint64(d), 0)
	g.w.rng, g.w.day = p.newRand(forTexts, uint64(d), 0), i

	week := uint64(d - mention.Day(weekday(d)))
	ripple := make([]float64, len(p.Entities))
	for e := range ripple {
		ripple[e] = noise(p.newRand(forWeekNoise, uint64(e), week), p.weekCV)
	}
	for c := range p.Channels {
		vol := p.model.volume(p, c, i)
		if vol == 0 {
			continue
		}
		vol *= noise(p.newRand(forDayNoise, uint64(c), uint64(d)), p.dayCV)
		sum := 0.0
		for e := range g.cum {
			sum += p.model.weight(p, c, e, i) * ripple[e]
			g.cum[e] = sum
		}
		off := p.Channels[c].OffTopic
		for range poisson(rng, vol*(1-off)*(1-p.none)*sum/p.model.usual[c]) {
			g.one(c, d, drawCum(rng, g.cum), false)
		}
		for range poisson(rng, vol*(1-off)*p.none) {
			g.one(c, d, -1, false)
		}
		for range poisson(rng, vol*off) {
			g.one(c, d, -1, true)
		}
	}
	for j := range p.Events {
		if ev := &p.Events[j]; ev.Kind == Campaign && d >= ev.From && d <= ev.To {
			g.campaign(ev, d)
		}
	}
	slices.SortStableFunc(g.items, func(a, b item) int { return a.raw.Time.Compare(b.raw.Time) })
	date := "demo-" + d.Date().Format("20060102") + "-"
	for k := range g.items {
		g.items[k].raw.Row = k + 1
		g.items[k].raw.External = date + strconv.Itoa(100_000 + k + 1)[1:]
	}
	return g.items
}

// one draws one mention of channel c on day d.
func (g *generator) one(c int, d mention.Day, entity int, off bool) {
	p, w := g.p, &g.w
	rng := w.rng
	ch := &p.Channels[c]
	w.reset(c, entity)
	cum := p.model.allCum[c]
	if entity >= 0 {
		cum = p.model.cum[c][entity]
		if len(p.model.local[entity]) > 0 {
			cum = p.model.localCum(p, c, entity, d)
		}
	}
	w.dep = mention.Department(drawCum(rng, cum) + 1)
	fam := rng.IntN(len(p.Families))
	if entity >= 0 {
		fam = p.Entities[entity].Family
	} else {
		for !p.Families[fam].dish {
			fam = rng.IntN(len(p.Families))
		}
	}
	w.family = &p.Families[fam]
	w.place, w.kind = p.drawPlace(rng, w.dep, fam)
	if entity >= 0 {
		w.e = p.Entities[entity].surface(rng)
	}
	placed := !off && (w.source == mention.Review || w.source == mention.Delivery)
	given := w.source != mention.Social || rng.Float64() < 0.25
	w.truth.Located = given
	switch {
	case off:
		w.offTopic()
	case rng.Float64() < 0.03 && w.foreign():
	default:
		w.compose()
	}
	text := p.texts.scruff(rng, string(w.buf), w.source, &w.truth)
	if rng.Float64() < p.contacts {
		text += contact(rng)
	}
	r := mention.Raw{File: "demo", Text: text, Source: ch.Source, Channel: ch.Name, Synthetic: true,
		Author: p.author(rng, c, w.dep)}
	r.Rating = stars(rng, ch.Source, w.truth.Sentiment)
	when := "day"
	if !off {
		when = w.family.hours
	}
	r.Time = d.Start().Add(seconds(second(rng, ch.Source, when)))
	if given {
		r.Department = w.dep
	}
	if placed {
		r.Place = w.place.name
		if rng.Float64() < 0.8 {
			r.District = w.place.city
		}
	}
	w.truth.Department = w.dep
	g.items = append(g.items, item{r, w.truth})
}

// reset prepares the writer for the next mention.
func (w *writer) reset(c, entity int) {
	w.channel, w.source, w.entity = c, w.p.Channels[c].Source, entity
	w.buf, w.truth, w.joined = w.buf[:0], Truth{}, false
	w.e, w.staple, w.feast, w.brand = word{}, word{}, "", ""
}

// campaign draws a day's part of a copy-paste campaign: few authors, one text.
func (g *generator) campaign(ev *Event, d mention.Day) {
	p, w, rng := g.p, &g.w, g.w.rng
	brand, authors, _ := strings.Cut(ev.Detail, "|")
	pool := max(1, atoi(authors))
	var names []string
	var weights []float64
	for _, ch := range p.Channels { // in order of the table, for determinism
		if v, ok := ev.Channels[ch.Name]; ok {
			names, weights = append(names, ch.Name), append(weights, v)
		}
	}
	channels := newWeighted(names, weights)
	var id string
	for id = range ev.Subjects {
		break // a campaign has one subject
	}
	for range poisson(rng, ev.Size/float64(ev.To-ev.From+1)) {
		name := channels.draw(rng)
		c := p.channelIndex(name)
		w.reset(c, p.byID[id])
		ent := &p.Entities[w.entity]
		w.family, w.brand, w.dep = &p.Families[ent.Family], brand, 15
		w.e = word{text: ent.one, fem: ent.fem}
		w.take(p.texts.spam[rng.IntN(len(p.texts.spam))], "campaign")
		w.truth.Event, w.truth.Department = ev.ID, w.dep
		r := mention.Raw{File: "demo", Text: string(w.buf), Source: w.source, Channel: name, Synthetic: true,
			Author: fmt.Sprintf("demo-%s-%03d", ev.ID, rng.IntN(pool)),
			Time:   d.Start().Add(seconds(second(rng, mention.Survey, "day")))}
		g.items = append(g.items, item{r, w.truth})
	}
}
