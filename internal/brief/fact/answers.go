package fact

import (
	"context"
	"fmt"
	"sort"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/trend"
)

// MinOpinions is how many opinions a share or a balance needs before it is told.
const MinOpinions = minShareN

// Answering begins a table for the answer to one question about a span of days: the
// caller adds the facts that the question asks for. Methods add nothing where the data
// are too few, and after a first error.
type Answering struct{ b *builder }

// NewAnswering prepares a table; o.Week are the days of the question.
func NewAnswering(ctx context.Context, s Sources, cov store.Coverage, o Options) *Answering {
	if o.Days == 0 {
		o.Days = int(o.Week.To-o.Week.From) + 1
	}
	b := &builder{ctx: ctx, s: s, o: o, seen: map[string]bool{}}
	b.t = &Table{Period: o.Period, Week: o.Week, Window: o.Week, Synthetic: cov.Synthetic}
	b.t.Previous = Span{o.Week.From - mention.Day(o.Days), o.Week.From - 1}
	return &Answering{b}
}

// Table returns the table with the evidence of its facts.
func (a *Answering) Table() (*Table, error) {
	a.b.evidence()
	if a.b.err != nil {
		return nil, fmt.Errorf("answer: %w", a.b.err)
	}
	return a.b.t, nil
}

// Changes adds up to most changes with a verdict that keep lets through, in the
// engine's order, and how many others were judged, or could not be.
func (a *Answering) Changes(most int, keep func(trend.Verdict, Direction) bool) {
	b := a.b
	rep, err := b.s.Rank.Rank(b.ctx, b.o.Filter, b.t.Window.To, b.o.Days)
	if err != nil {
		b.err = err
		return
	}
	b.t.Previous = Span{rep.Previous.From, rep.Previous.To}
	judged, few, taken := int64(0), int64(0), 0
	for _, t := range rep.Trends {
		if t.Verdict == trend.NotEnoughData || !t.Enough {
			few++
			continue
		}
		f := b.change(t)
		if f == nil || f.Direction == NoDirection || !keep(t.Verdict, f.Direction) {
			judged++
			continue
		}
		if taken == most || !b.entity(t.Entity) {
			continue
		}
		f.Top = taken == 0
		taken++
		b.prove(f, b.t.Window, only(t.Entity))
		b.t.add(*f)
	}
	if judged > 0 {
		b.t.add(Fact{Kind: NoChanges, Verdict: string(trend.Steady), Figures: map[string]Figure{Count: exact(judged)}, Period: b.t.Window})
	}
	if few > 0 {
		b.t.add(Fact{Kind: FewData, Verdict: string(trend.NotEnoughData), Strength: NoData, Direction: NoDirection, Figures: map[string]Figure{Count: exact(few)}, Period: b.t.Window})
	}
}

// Volume adds how many mentions were read.
func (a *Answering) Volume(n int64) {
	f := Fact{Kind: Volume, Figures: map[string]Figure{Mentions: exact(n)}}
	a.b.prove(&f, a.b.t.Window, nil)
	a.b.t.add(f)
}

// Leaders adds the most mentioned of rows by entity with mentions and share of voice.
func (a *Answering) Leaders(rows []metric.Row) {
	for _, r := range rows {
		share := of(r.Values[1])
		if !share.Defined || share.N < minShareN || !a.b.entity(r.Keys[0]) {
			continue
		}
		f := Fact{Kind: Leader, Entity: r.Keys[0], Top: len(a.b.t.Facts) == 0, Figures: map[string]Figure{Mentions: exact(int64(r.Values[0].Value)), Share: share}}
		a.b.prove(&f, a.b.t.Window, only(r.Keys[0]))
		a.b.t.add(f)
	}
}

// Mood adds the balance of opinions of an entity, or of all for "".
func (a *Answering) Mood(entity string, net, positive, negative metric.Value) {
	x := of(net)
	if !x.Defined || x.N < minShareN || entity != "" && !a.b.entity(entity) {
		return
	}
	f := Fact{Kind: Mood, Entity: entity, Figures: map[string]Figure{Net: x}}
	if p, n := of(positive), of(negative); p.Defined && n.Defined {
		f.Figures[Positive], f.Figures[Negative] = p, n
	}
	f.Direction, f.Strength = judgeDifference(x, 0)
	change := func(*metric.Filter) {}
	if entity != "" {
		change = only(entity)
	}
	a.b.prove(&f, a.b.t.Window, change)
	a.b.t.add(f)
}

// Aspect adds how people speak of an aspect, of an entity or of all food. It returns
// false where too few do.
func (a *Answering) Aspect(entity, name string, v metric.Value) bool {
	net := of(v)
	if !net.Defined || net.N < minShareN || entity != "" && !a.b.entity(entity) {
		return false
	}
	f := Fact{Kind: AspectOf, Entity: entity, Aspect: name, Figures: map[string]Figure{Net: net}}
	f.Direction, f.Strength = judgeDifference(net, 0)
	a.b.prove(&f, a.b.t.Window, func(x *metric.Filter) {
		if entity != "" {
			x.Entities = []string{entity}
		}
		x.Aspects = []metric.AspectFilter{aspect(name)}
	})
	a.b.t.add(f)
	return true
}

// Sources adds where the mentions were read, from rows by source.
func (a *Answering) Sources(rows []metric.Row) {
	var total int64
	for _, r := range rows {
		total += int64(r.Values[0].Value)
	}
	for i, r := range rows {
		n := int64(r.Values[0].Value)
		if total < minShareN || n == 0 {
			continue
		}
		x := Fact{Kind: SourceOf, Source: r.Keys[0], Top: i == 0, Figures: map[string]Figure{Mentions: exact(n), Share: of(metric.Share(n, total))}}
		a.b.prove(&x, a.b.t.Window, func(f *metric.Filter) { f.Sources = []mention.Source{mention.Source(r.Keys[0])} })
		a.b.t.add(x)
	}
}

// ByBalance orders rows with a balance of opinions at a place of their values by the
// end of its interval that is the surer: the low end for the best, the high end for the
// worst. Rows with too few opinions are left out.
func ByBalance(rows []metric.Row, at int, worst bool) []metric.Row {
	var out []metric.Row
	for _, r := range rows {
		if v := r.Values[at]; v.Defined && v.N >= minShareN {
			out = append(out, r)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].Values[at], out[j].Values[at]
		if worst {
			return a.High < b.High
		}
		return a.Low > b.Low
	})
	return out
}
