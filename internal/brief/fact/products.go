package fact

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/trend"
	"antojo/internal/trend/alert"
)

// Usual is the figure of an alert that says what was to be expected: a count with
// the 95 % interval of what is usual.
const Usual = "usual"

// Feast is the kind of facts about days of the calendar that lie ahead.
const Feast Kind = "feast"

// Bounds of a comparison.
const (
	LeastCompared = 2
	MostCompared  = 6
)

// ErrUnknownEntity is wrapped where an entity is not in the lexicon.
var ErrUnknownEntity = errors.New("not in the lexicon")

// ParseMonth reads a month, 2026-10, as its first to its last day.
func ParseMonth(s string) (Span, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1971 {
		return Span{}, fmt.Errorf("period %q: want a month such as 2026-10", s)
	}
	day := func(t time.Time) mention.Day { return mention.Day(t.Unix() / 86400) }
	return Span{day(t), day(t.AddDate(0, 1, -1))}, nil
}

// MonthOf is the last month that is over on the evening of last.
func MonthOf(last mention.Day) (string, Span) {
	t := last.Date().AddDate(0, 0, 1) // the last day itself counts as over
	t = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -1, 0)
	name := t.Format("2006-01")
	s, _ := ParseMonth(name)
	return name, s
}

// BuildMonth computes the table of a month: that of a week over the month's days,
// its volume against the month before. Trends are judged over the last o.Days days.
func BuildMonth(ctx context.Context, s Sources, o Options) (*Table, error) {
	t, err := Build(ctx, s, o)
	if err != nil {
		return nil, err
	}
	before := o.Week.From - 1
	f := o.Filter
	f.To, f.Window = before, ""
	f.From = before - mention.Day(before.Date().Day()) + 1
	res, err := s.Query.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}})
	if err != nil {
		return nil, fmt.Errorf("report %s: the month before: %w", o.Period, err)
	}
	cov, err := s.Read.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("report %s: coverage: %w", o.Period, err)
	}
	for i := range t.Facts {
		if x := &t.Facts[i]; x.Kind == Volume {
			delete(x.Figures, Before)
			if cov.First <= f.From { // a month that was read in part is no measure
				x.Figures[Before] = exact(res.Total)
			}
		}
	}
	b := &builder{ctx: ctx, s: s, o: o, t: t}
	quoted := t.Quotes
	t.Quotes = nil
	for _, q := range quoted {
		b.quotesOf(q.Entity, 1, true)
	}
	if b.err != nil {
		return nil, fmt.Errorf("report %s: %w", o.Period, b.err)
	}
	return t, nil
}

// BuildDossier computes the table of one entity over the o.Days days up to the end
// of o.Week.
func BuildDossier(ctx context.Context, s Sources, id string, o Options) (*Table, error) {
	return buildOf(ctx, s, []string{id}, o)
}

// BuildComparison computes the table of two to six entities side by side.
func BuildComparison(ctx context.Context, s Sources, ids []string, o Options) (*Table, error) {
	if len(ids) < LeastCompared || len(ids) > MostCompared {
		return nil, fmt.Errorf("a comparison takes %d to %d entities, not %d", LeastCompared, MostCompared, len(ids))
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return nil, fmt.Errorf("entity %q is named twice", id)
		}
	}
	return buildOf(ctx, s, ids, o)
}

func buildOf(ctx context.Context, s Sources, ids []string, o Options) (*Table, error) {
	if o.Days == 0 {
		o.Days = 28
	}
	b := &builder{ctx: ctx, s: s, o: o, seen: map[string]bool{}}
	b.t = &Table{Period: o.Period, Week: o.Week, Window: Span{o.Week.To - mention.Day(o.Days) + 1, o.Week.To}}
	b.t.Previous = Span{b.t.Window.From - mention.Day(o.Days), b.t.Window.From - 1}
	cov, err := s.Read.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("report: coverage: %w", err)
	}
	b.t.Synthetic = cov.Synthetic
	for _, id := range ids {
		if !b.entity(id) {
			return nil, fmt.Errorf("entity %q: %w", id, ErrUnknownEntity)
		}
	}
	b.voices(ids)
	b.verdicts(ids)
	b.moods(ids)
	for _, id := range ids {
		if len(ids) == 1 {
			b.aspectsOf(id)
			b.places(id)
			b.sourcesOf(id)
			b.quotesOf(id, 2, false)
		} else {
			b.aspects(id)
		}
	}
	b.evidence()
	if b.err != nil {
		return nil, fmt.Errorf("report %s: %w", o.Period, b.err)
	}
	return b.t, nil
}

func only(id string) func(*metric.Filter) {
	return func(f *metric.Filter) { f.Entities = []string{id} }
}

// voices adds how much is said of each entity: of one, its share among entities of
// its kind; of several, the share of each among them. The first of several is Top
// only if its lead over each other one is clear, counting all the looks.
func (b *builder) voices(ids []string) {
	n := make([]int64, len(ids))
	var sum int64
	for i, id := range ids {
		for _, r := range b.query(b.t.Window, only(id), 1, "", []string{"mentions"}) {
			n[i] = int64(r.Values[0].Value)
			sum += n[i]
		}
	}
	order := byValue(len(ids), func(i int) float64 { return float64(n[i]) })
	for rank, i := range order {
		f := Fact{Kind: Leader, Entity: ids[i], Figures: map[string]Figure{Mentions: exact(n[i])}}
		if len(ids) > 1 && sum >= minShareN {
			f.Figures[Share] = of(metric.Share(n[i], sum))
			if rank == 0 {
				f.Top = true
				for _, j := range order[1:] {
					f.Top = f.Top && leads(n[i], n[j], len(ids)-1)
				}
			}
		} else if len(ids) == 1 {
			for _, r := range b.query(b.t.Window, func(f *metric.Filter) {
				if e, ok := b.t.Entity(ids[i]); ok {
					f.Kinds = []string{e.Kind}
				}
				f.Entities = []string{ids[i]}
			}, 1, "", []string{"sov"}, metric.ByEntity) {
				if v := of(r.Values[0]); v.Defined && v.N >= minShareN && v.N > n[i] {
					f.Figures[Share] = v
				}
			}
		}
		b.prove(&f, b.t.Window, only(ids[i]))
		b.t.add(f)
	}
}

func byValue(n int, value func(int) float64) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return value(order[a]) > value(order[b]) })
	return order
}

// leads says whether a count stands clear of another: under equal rates a is
// binomial of a+b, and looks comparisons are made (Bonferroni).
func leads(a, b int64, looks int) bool {
	m := float64(a + b)
	return m > 0 && (float64(a)-m/2)/math.Sqrt(m/4) > zFor(looks)
}

// zFor is the bound of a normal score that keeps 5 % in all over several looks.
func zFor(looks int) float64 {
	return math.Sqrt2 * math.Erfinv(1-.05/float64(max(1, looks)))
}

// verdicts adds the engine's verdict on each entity.
func (b *builder) verdicts(ids []string) {
	if b.err != nil {
		return
	}
	rep, err := b.s.Rank.Rank(b.ctx, b.o.Filter, b.t.Window.To, b.o.Days)
	if err != nil {
		b.err = err
		return
	}
	b.t.Previous = Span{rep.Previous.From, rep.Previous.To}
	for _, id := range ids {
		var f *Fact
		for _, t := range rep.Trends {
			if t.Entity == id && t.Enough && t.Verdict != trend.NotEnoughData {
				f = b.change(t)
			}
		}
		if f == nil {
			f = &Fact{Kind: FewData, Entity: id, Verdict: string(trend.NotEnoughData), Direction: NoDirection, Strength: NoData, Figures: map[string]Figure{}}
			for _, x := range b.t.Facts {
				if x.Kind == Leader && x.Entity == id {
					f.Figures[Mentions] = x.Figures[Mentions]
				}
			}
		}
		b.prove(f, b.t.Window, only(id))
		b.t.add(*f)
	}
}

// moods adds the balance of opinions of each entity that has enough of them; the
// highest of several is Top if it stands clear of each other one.
func (b *builder) moods(ids []string) {
	var list []Fact
	for _, id := range ids {
		for _, r := range b.query(b.t.Window, only(id), 1, "", []string{"net_sentiment", "positive_share", "negative_share"}) {
			net := of(r.Values[0])
			if !net.Defined || net.N < minShareN {
				continue
			}
			f := Fact{Kind: Mood, Entity: id, Figures: map[string]Figure{Net: net, Positive: of(r.Values[1]), Negative: of(r.Values[2])}}
			f.Direction, f.Strength = judgeDifference(net, 0)
			list = append(list, f)
		}
	}
	order := byValue(len(list), func(i int) float64 { return list[i].Figures[Net].Value })
	for rank, i := range order {
		f := list[i]
		if rank == 0 && len(list) > 1 {
			f.Top = f.Direction == Up
			for _, j := range order[1:] {
				x, y := f.Figures[Net], list[j].Figures[Net]
				se := math.Hypot(x.High-x.Low, y.High-y.Low) / (2 * z975)
				f.Top = f.Top && se > 0 && (x.Value-y.Value)/se > zFor(len(list)-1)
			}
		}
		b.prove(&f, b.t.Window, only(f.Entity))
		b.t.add(f)
	}
}

// aspectsOf adds all that is liked or disliked of an entity, the most clear first.
func (b *builder) aspectsOf(id string) {
	var list []Fact
	for _, r := range b.query(b.t.Window, only(id), 20, "", []string{"aspect_net"}, metric.ByAspect) {
		net := of(r.Values[0])
		if !net.Defined || net.N < minShareN {
			continue
		}
		f := Fact{Kind: AspectOf, Entity: id, Aspect: r.Keys[0], Figures: map[string]Figure{Net: net}}
		if f.Direction, f.Strength = judgeDifference(net, 0); f.Direction != NoDirection {
			list = append(list, f)
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Figures[Net].Value > list[j].Figures[Net].Value })
	for i := range list {
		f := &list[i]
		f.Top = i == 0 && f.Direction == Up || i == len(list)-1 && f.Direction == Down
		a := aspect(f.Aspect)
		a.Polarity = mention.AspectPos
		if f.Direction == Down {
			a.Polarity = mention.AspectNeg
		}
		b.prove(f, b.t.Window, func(x *metric.Filter) { x.Entities, x.Aspects = []string{id}, []metric.AspectFilter{a} })
		b.t.add(*f)
	}
}

// places adds up to three departments in which an entity stands out.
func (b *builder) places(id string) {
	count := func(change func(*metric.Filter)) (map[string]int64, int64) {
		m := map[string]int64{}
		var sum int64
		for _, r := range b.query(b.t.Window, change, 100, "", []string{"mentions"}, metric.ByDepartment) {
			if d := r.Keys[0]; d != "" && d != "none" && d != "00" {
				m[d] = int64(r.Values[0].Value)
				sum += m[d]
			}
		}
		return m, sum
	}
	all, total := count(nil)
	mine, sum := count(only(id))
	var list []Fact
	for d, n := range mine {
		x := rateRatio(n, all[d], sum-n, total-all[d])
		if n < minWhere || !x.Defined || !x.standsOut() {
			continue
		}
		list = append(list, Fact{Kind: Where, Entity: id, Department: d, Direction: Up, Strength: Clear,
			Figures: map[string]Figure{Times: x, Mentions: exact(n)}})
	}
	sort.Slice(list, func(i, j int) bool {
		if a, c := list[i].Figures[Times].Low, list[j].Figures[Times].Low; a != c {
			return a > c
		}
		return list[i].Department < list[j].Department
	})
	for _, f := range list[:min(3, len(list))] {
		dep, err := mention.DepartmentByCode(f.Department)
		if err != nil {
			continue
		}
		b.prove(&f, b.t.Window, func(x *metric.Filter) { x.Entities, x.Departments = []string{id}, []mention.Department{dep} })
		b.t.add(f)
	}
}

// sourcesOf adds the sources of an entity's mentions, the largest first.
func (b *builder) sourcesOf(id string) {
	rows := b.query(b.t.Window, only(id), 10, "-mentions", []string{"mentions"}, metric.BySource)
	var sum int64
	for _, r := range rows {
		sum += int64(r.Values[0].Value)
	}
	if sum < minShareN {
		return
	}
	for i, r := range rows {
		n := int64(r.Values[0].Value)
		f := Fact{Kind: SourceOf, Entity: id, Source: r.Keys[0], Top: i == 0, Figures: map[string]Figure{Mentions: exact(n), Share: of(metric.Share(n, sum))}}
		b.prove(&f, b.t.Window, func(x *metric.Filter) {
			x.Entities, x.Sources = []string{id}, []mention.Source{mention.Source(r.Keys[0])}
		})
		b.t.add(f)
	}
}

// quotesOf adds up to most quotes of each side that is told of an entity. A quote
// stands for what is told: it speaks of that aspect, on that side. With one only the
// better side counts.
func (b *builder) quotesOf(id string, most int, one bool) {
	for _, dir := range []Direction{Up, Down} {
		w, ok := b.side(id, dir)
		if b.err != nil || !ok {
			continue
		}
		f := b.filter(b.t.Window, func(f *metric.Filter) {
			w.filter(f)
			f.Campaign = metric.ExcludeCampaigns
		})
		list, _, err := b.s.Read.Mentions(b.ctx, f, store.Page{Limit: quotePage})
		if err != nil {
			b.err = fmt.Errorf("quotes of %s: %w", id, err)
			return
		}
		b.quote(w, list, most)
		if one {
			return
		}
	}
}

// BuildAlerts computes a table with one fact for each alert: what was read, and
// what was to be expected. The direction is what the alert found; its strength is
// clear, as its threshold leaves one false alarm in a long time.
func BuildAlerts(ctx context.Context, s Sources, list []alert.Alert, o Options) (*Table, error) {
	b := &builder{ctx: ctx, s: s, o: o, seen: map[string]bool{}}
	b.t = &Table{Period: o.Period, Week: o.Week, Window: o.Week, Previous: o.Week}
	cov, err := s.Read.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("alert text: coverage: %w", err)
	}
	b.t.Synthetic = cov.Synthetic
	for i := range list {
		a := &list[i]
		f := Fact{Kind: Change, Verdict: "alert", Direction: Down, Strength: Clear, Figures: map[string]Figure{
			Mentions: exact(int64(math.Round(a.Observed))),
			Usual:    {Value: a.Expected, Low: a.Low, High: a.High, N: int64(a.Days), Defined: true}}}
		if a.Up {
			f.Direction = Up
		}
		from, to := a.Window()
		change := func(f *metric.Filter) {}
		switch a.Scope {
		case alert.Entity:
			if !b.entity(a.Of) {
				continue
			}
			f.Entity, change = a.Of, only(a.Of)
		case alert.Channel:
			f.Channel, change = a.Of, func(f *metric.Filter) { f.Channels = []string{a.Of} }
		}
		b.prove(&f, Span{from, to}, change)
		b.t.add(f)
	}
	b.evidence()
	if b.err != nil {
		return nil, fmt.Errorf("alert text: %w", b.err)
	}
	return b.t, nil
}
