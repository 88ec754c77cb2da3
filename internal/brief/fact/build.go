package fact

import (
	"context"
	"fmt"
	"math"
	"sort"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/trend"
)

// Querier answers metrics queries; a store does.
type Querier interface {
	Query(context.Context, metric.Query) (metric.Result, error)
}

// Ranker gives the trend engine's verdicts for the days up to and with to.
type Ranker interface {
	Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error)
}

// Reader reads mentions, newest first, and what the store holds; a store does.
type Reader interface {
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
	// NewestIDs and NewestEach answer many filters at once: the evidence of all facts.
	NewestIDs(ctx context.Context, fs []metric.Filter, each int) ([][]mention.ID, error)
	NewestEach(ctx context.Context, fs []metric.Filter, each int) ([][]mention.Annotated, error)
	Coverage(context.Context) (store.Coverage, error)
}

// Lexicon knows the entities. ok is false for an id that it does not know.
type Lexicon interface {
	FoodName(id string) (name, nameEN, kind string, ok bool)
}

// Sources are what a table is computed from.
type Sources struct {
	Query   Querier
	Rank    Ranker
	Read    Reader
	Lexicon Lexicon
}

// Options of a table.
type Options struct {
	Period string        // 2026-W46
	Week   Span          // the days of the period; see ParsePeriod
	Days   int           // of the trend window, which ends with the week; default 28
	Filter metric.Filter // narrows everything; days are ignored
}

// Bounds of a one-page brief.
const (
	maxRising, maxFalling, maxSeasonal, maxOther = 4, 3, 3, 3
	maxLeaders, maxSteady, maxAspects, maxQuotes = 3, 2, 4, 4
	minShareN                                    = 30 // observations below which a share is not told
	minWhere                                     = 10 // mentions of an entity in a department
	evidenceIDs                                  = 5
	quotePage                                    = 60
)

// Build computes the fact table of a period. The order of facts, and so their
// ids, follows from the figures alone.
func Build(ctx context.Context, s Sources, o Options) (*Table, error) {
	if o.Days == 0 {
		o.Days = 28
	}
	b := &builder{ctx: ctx, s: s, o: o, seen: map[string]bool{}}
	b.t = &Table{Period: o.Period, Week: o.Week}
	b.t.Window = Span{o.Week.To - mention.Day(o.Days) + 1, o.Week.To}
	b.t.Previous = Span{b.t.Window.From - mention.Day(o.Days), b.t.Window.From - 1}
	cov, err := s.Read.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("brief %s: coverage: %w", o.Period, err)
	}
	b.t.Synthetic = cov.Synthetic
	b.ahead()
	defer b.rank() //nolint:errcheck // nothing is asked of the store once Build has returned
	b.week()
	b.leaders()
	b.changes()
	b.aspects("")
	b.aheadOf(b.told)
	for _, id := range b.told {
		b.aspects(id)
	}
	b.where()
	b.quotes()
	b.evidence()
	if b.err != nil {
		return nil, fmt.Errorf("brief %s: %w", o.Period, b.err)
	}
	return b.t, nil
}

type builder struct {
	ctx  context.Context
	s    Sources
	o    Options
	t    *Table
	seen map[string]bool // entities in the table
	told []string        // entities worth a closer look, most important first
	err  error

	known map[string]metric.Result // answers that were asked for ahead, by query
	rank  func() (trend.Report, error)
}

func (b *builder) query(span Span, change func(*metric.Filter), limit int, order string, measures []string, by ...metric.Dimension) []metric.Row {
	if b.err != nil {
		return nil
	}
	q := metric.Query{Filter: b.filter(span, change), Measures: measures, By: by, Limit: limit, Order: order}
	if res, ok := b.known[q.Values().Encode()]; ok {
		return res.Rows
	}
	res, err := b.s.Query.Query(b.ctx, q)
	if err != nil {
		b.err = fmt.Errorf("query %s: %w", q.Filter.Values().Encode(), err)
		return nil
	}
	return res.Rows
}

func (b *builder) filter(span Span, change func(*metric.Filter)) metric.Filter {
	f := b.o.Filter
	f.From, f.To, f.Window = span.From, span.To, ""
	if change != nil {
		change(&f)
	}
	return f
}

// prove attaches the query that selects the mentions behind a fact; evidence adds
// the ids of the newest of them, for all facts at once.
func (b *builder) prove(f *Fact, span Span, change func(*metric.Filter)) {
	f.Period, f.Query = span, b.filter(span, change).Values().Encode()
}

func (b *builder) entity(id string) bool {
	if b.seen[id] {
		return true
	}
	name, en, kind, ok := b.s.Lexicon.FoodName(id)
	if !ok {
		return false
	}
	b.seen[id] = true
	b.t.Entities = append(b.t.Entities, Entity{ID: id, Name: name, NameEN: en, Kind: kind})
	return true
}

func (b *builder) tell(id string) {
	for _, x := range b.told {
		if x == id {
			return
		}
	}
	if len(b.told) < 4 {
		b.told = append(b.told, id)
	}
}

func of(v metric.Value) Figure {
	f := Figure{Value: v.Value, Low: v.Low, High: v.High, N: v.N, Defined: v.Defined, Adjusted: v.Corrected}
	if math.IsNaN(f.Value) || math.IsNaN(f.Low) || math.IsNaN(f.High) || math.IsInf(f.Low, 0) || math.IsInf(f.High, 0) {
		return Figure{N: v.N}
	}
	return f
}

func exact(n int64) Figure {
	return Figure{Value: float64(n), Low: float64(n), High: float64(n), N: n, Exact: true, Defined: true}
}

// week adds the volume, the mood and the coverage of the period's own days.
func (b *builder) week() {
	w := b.t.Week
	rows := b.query(w, nil, 1, "", weekMeasures())
	if len(rows) == 0 || len(rows[0].Values) < 4 {
		return
	}
	v := rows[0].Values
	total := int64(v[0].Value)
	last := b.query(Span{w.From - 7, w.From - 1}, nil, 1, "", []string{"mentions"})
	f := Fact{Kind: Volume, Weekly: true, Figures: map[string]Figure{Mentions: exact(total)}}
	if len(last) > 0 {
		f.Figures[Before] = exact(int64(last[0].Values[0].Value))
	}
	b.prove(&f, w, nil)
	b.t.add(f)
	if net := of(v[1]); net.Defined && net.N >= minShareN {
		m := Fact{Kind: Mood, Weekly: true, Figures: map[string]Figure{Net: net, Positive: of(v[2]), Negative: of(v[3])}}
		m.Direction, m.Strength = judgeDifference(net, 0)
		b.prove(&m, w, nil)
		b.t.add(m)
	}
	for i, r := range b.query(w, nil, 10, "-mentions", []string{"mentions"}, metric.BySource) {
		n := int64(r.Values[0].Value)
		if total == 0 || n == 0 {
			continue
		}
		x := Fact{Kind: SourceOf, Weekly: true, Source: r.Keys[0], Top: i == 0, Figures: map[string]Figure{Mentions: exact(n), Share: of(metric.Share(n, total))}}
		b.prove(&x, w, func(f *metric.Filter) { f.Sources = []mention.Source{mention.Source(r.Keys[0])} })
		b.t.add(x)
	}
	c := Fact{Kind: Coverage, Weekly: true, Figures: map[string]Figure{Mentions: exact(total)}}
	if none := b.query(w, nowhere, 1, "", []string{"mentions"}); len(none) > 0 && total > 0 {
		located := total - int64(none[0].Values[0].Value)
		c.Figures[Share] = Figure{Value: float64(located) / float64(total), Exact: true, N: total, Defined: true}
	}
	b.prove(&c, w, nil)
	b.t.add(c)
}

// leaders adds the most mentioned dishes of the week.
func (b *builder) leaders() {
	n := 0
	for _, r := range b.query(b.t.Week, dishes, maxLeaders, "-mentions", []string{"mentions", "sov"}, metric.ByEntity) {
		share := of(r.Values[1])
		if !share.Defined || share.N < minShareN || !b.entity(r.Keys[0]) {
			continue
		}
		f := Fact{Kind: Leader, Entity: r.Keys[0], Weekly: true, Top: n == 0,
			Figures: map[string]Figure{Mentions: exact(int64(r.Values[0].Value)), Share: share}}
		b.prove(&f, b.t.Week, func(f *metric.Filter) { f.Entities = []string{r.Keys[0]} })
		b.t.add(f)
		n++
	}
}

// changes adds the engine's verdicts, those of each kind in the engine's order.
func (b *builder) changes() {
	if b.err != nil {
		return
	}
	rep, err := b.rank()
	if err != nil {
		b.err = err
		return
	}
	b.t.Previous = Span{rep.Previous.From, rep.Previous.To}
	bounds := map[trend.Verdict]int{trend.Rising: maxRising, trend.Falling: maxFalling, trend.Seasonal: maxSeasonal, trend.Steady: maxSteady,
		"spike": maxOther, "price-driven": maxOther, "campaign-driven": maxOther}
	taken, judged, few := map[trend.Verdict]int{}, int64(0), int64(0)
	for _, t := range rep.Trends {
		if t.Verdict == trend.NotEnoughData || !t.Enough {
			few++
			continue
		}
		if t.Verdict == trend.Steady {
			judged++
		}
		if taken[t.Verdict] >= bounds[t.Verdict] || !b.entity(t.Entity) {
			continue
		}
		f := b.change(t)
		if f == nil {
			continue
		}
		f.Top = taken[t.Verdict] == 0
		taken[t.Verdict]++
		b.prove(f, b.t.Window, func(f *metric.Filter) { f.Entities = []string{t.Entity} })
		b.t.add(*f)
		// What copied texts praise is no opinion of the public, and they are not quoted.
		if t.Verdict != trend.Steady && t.Verdict != "campaign-driven" && f.Strength != Unclear {
			b.tell(t.Entity)
		}
	}
	if judged > 0 {
		b.t.add(Fact{Kind: NoChanges, Verdict: string(trend.Steady), Figures: map[string]Figure{Count: exact(judged)}, Period: b.t.Window})
	}
	if few > 0 {
		b.t.add(Fact{Kind: FewData, Verdict: string(trend.NotEnoughData), Strength: NoData, Direction: NoDirection, Figures: map[string]Figure{Count: exact(few)}, Period: b.t.Window})
	}
	copied := map[string]bool{}
	for _, f := range b.t.Facts {
		if f.Verdict == "campaign-driven" {
			copied[f.Entity] = true
		}
	}
	for _, f := range b.t.Facts {
		if f.Kind == Leader && !copied[f.Entity] {
			b.tell(f.Entity)
		}
	}
}

// change is the fact of one verdict; nil if it has no figure that can be told.
func (b *builder) change(t trend.Trend) *Fact {
	growth := of(metric.Value{Value: t.Growth, Low: t.Low, High: t.High, N: t.N + t.NPrevious, Defined: t.Enough})
	if !growth.Defined {
		return nil
	}
	f := &Fact{Kind: Change, Entity: t.Entity, Verdict: string(t.Verdict), Figures: map[string]Figure{
		Growth: growth, Mentions: exact(t.N), Before: exact(t.NPrevious)}}
	if net := of(t.Net); net.Defined && net.N >= minShareN {
		f.Figures[Net] = net
	}
	if !math.IsNaN(t.Q) {
		q := t.Q
		f.Q = &q
	}
	f.Direction, f.Strength = judgeRatio(growth, t.Q)
	// The verdict may rest on other spans than the window's growth. Where the two
	// do not agree, nothing is said of a direction.
	if t.Verdict == trend.Steady || t.Verdict == trend.Rising && f.Direction != Up || t.Verdict == trend.Falling && f.Direction != Down {
		f.Direction, f.Strength = NoDirection, Unclear
	}
	return f
}

// aspects adds what people like and dislike: of all food, or of one entity.
func (b *builder) aspects(entity string) {
	change := func(f *metric.Filter) {
		if entity != "" {
			f.Entities = []string{entity}
		}
	}
	var liked, disliked []Fact
	for _, r := range b.aspectRows(entity) {
		net := of(r.Values[0])
		if !net.Defined || net.N < minShareN {
			continue
		}
		f := Fact{Kind: AspectOf, Entity: entity, Aspect: r.Keys[0], Figures: map[string]Figure{Net: net}}
		f.Direction, f.Strength = judgeDifference(net, 0)
		switch f.Direction {
		case Up:
			liked = append(liked, f)
		case Down:
			disliked = append(disliked, f)
		}
	}
	by := func(l []Fact, sign float64) []Fact {
		sort.SliceStable(l, func(i, j int) bool { return sign*l[i].Figures[Net].Value > sign*l[j].Figures[Net].Value })
		n := maxAspects / 2
		if entity != "" {
			n = 1
		}
		return l[:min(n, len(l))]
	}
	for _, group := range [][]Fact{by(liked, 1), by(disliked, -1)} {
		for i, f := range group {
			f.Top = i == 0
			a := aspect(f.Aspect)
			if f.Direction == Down {
				a.Polarity = mention.AspectNeg
			} else {
				a.Polarity = mention.AspectPos
			}
			b.prove(&f, b.t.Window, func(x *metric.Filter) { change(x); x.Aspects = []metric.AspectFilter{a} })
			b.t.add(f)
		}
	}
}

func aspect(name string) metric.AspectFilter {
	for i, n := range mention.AspectNames {
		if n == name {
			return metric.AspectFilter{Aspect: mention.Aspect(i)}
		}
	}
	return metric.AspectFilter{}
}

// where adds, for the entities told of, the department in which their rate stands
// out most against the rest of the country.
func (b *builder) where() {
	if len(b.told) == 0 || b.err != nil {
		return
	}
	all := map[string]int64{}
	var total int64
	for _, r := range b.query(b.t.Window, nil, 100, "", []string{"mentions"}, metric.ByDepartment) {
		if d := r.Keys[0]; d != "" && d != "none" && d != "00" {
			all[d] = int64(r.Values[0].Value)
			total += all[d]
		}
	}
	of2 := map[string]map[string]int64{}
	told := func(f *metric.Filter) { f.Entities = b.told }
	for _, r := range b.query(b.t.Window, told, 1000, "", []string{"mentions"}, metric.ByEntity, metric.ByDepartment) {
		if _, ok := all[r.Keys[1]]; ok {
			if of2[r.Keys[0]] == nil {
				of2[r.Keys[0]] = map[string]int64{}
			}
			of2[r.Keys[0]][r.Keys[1]] = int64(r.Values[0].Value)
		}
	}
	for _, id := range b.told {
		var sum int64
		for _, n := range of2[id] {
			sum += n
		}
		best := Fact{}
		for d, n := range of2[id] {
			if n < minWhere {
				continue
			}
			// Against the rest of the country, not against the whole: independent samples.
			x := rateRatio(n, all[d], sum-n, total-all[d])
			if dir, s := judgeRatio(Figure{Value: x.Value - 1, Low: x.Low - 1, High: x.High - 1, Defined: x.Defined}, math.NaN()); dir == Up && s == Clear && x.standsOut() {
				if low := best.Figures[Times].Low; best.Kind == "" || x.Low > low || x.Low == low && d < best.Department {
					best = Fact{Kind: Where, Entity: id, Department: d, Direction: dir, Strength: s,
						Figures: map[string]Figure{Times: x, Mentions: exact(n)}}
				}
			}
		}
		if best.Kind != "" && b.entity(id) {
			dep, err := mention.DepartmentByCode(best.Department)
			if err != nil {
				continue
			}
			b.prove(&best, b.t.Window, func(f *metric.Filter) {
				f.Entities, f.Departments = []string{id}, []mention.Department{dep}
			})
			b.t.add(best)
		}
	}
}

// standsOut asks for more than an interval that leaves out 1: the best of up to 25
// departments for several entities was picked, about 100 looks (Bonferroni).
func (x Figure) standsOut() bool {
	const z = 3.5
	se := (math.Log(x.High) - math.Log(x.Low)) / (2 * z975)
	return math.Log(x.Value) > z*se
}

// rateRatio is (a/n) / (b/m) with the log-normal interval of a relative risk (D.
// Katz et al., Biometrics 34 (1978) 469–474), half a mention added to each count.
func rateRatio(a, n, b, m int64) Figure {
	if n <= 0 || m <= 0 || b <= 0 {
		return Figure{}
	}
	fa, fn, fb, fm := float64(a)+.5, float64(n)+.5, float64(b)+.5, float64(m)+.5
	r := fa / fn / (fb / fm)
	se := math.Sqrt(math.Max(0, 1/fa-1/fn+1/fb-1/fm))
	return Figure{Value: r, Low: r * math.Exp(-z975*se), High: r * math.Exp(z975*se), N: a, Defined: true}
}
