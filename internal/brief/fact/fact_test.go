package fact

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/duckdb"
	"antojo/internal/store/storetest"
	"antojo/internal/trend"
)

func TestParsePeriod(t *testing.T) {
	day := func(s string) mention.Day {
		d, err := mention.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct{ in, from, to string }{
		{"2026-W46", "2026-11-09", "2026-11-15"},
		{"2026-W01", "2025-12-29", "2026-01-04"},
		{"2020-W53", "2020-12-28", "2021-01-03"}, // a year of 53 weeks
		{"2021-W52", "2021-12-27", "2022-01-02"},
	} {
		got, err := ParsePeriod(c.in)
		if err != nil || got != (Span{day(c.from), day(c.to)}) {
			t.Errorf("%s: %v to %v, %v; want %s to %s", c.in, got.From, got.To, err, c.from, c.to)
		}
	}
	for _, bad := range []string{"", "2026", "2026-46", "2026-W4", "2026-W046", "2026-W00", "2026-W54", "2021-W53", "26-W46", "2026-w46", " 2026-W46", "2026-W46x", "-026-W46", "1960-W01", "2026-W+6"} {
		if s, err := ParsePeriod(bad); err == nil {
			t.Errorf("%q is read as %v to %v", bad, s.From, s.To)
		}
	}
}

// FuzzParsePeriod: what is read is a Monday to a Sunday, and PeriodOf gives the name back.
func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2026-W46", "2020-W53", "2021-W53", "0001-W01", "9999-W52", "2026-W", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		span, err := ParsePeriod(s)
		if err != nil {
			return
		}
		if span.To != span.From+6 || span.From.Date().Weekday() != time.Monday {
			t.Fatalf("%q: %v to %v", s, span.From, span.To)
		}
		if name, again := PeriodOf(span.To); name != s || again != span {
			t.Fatalf("%q: PeriodOf gives %q, %v to %v", s, name, again.From, again.To)
		}
	})
}

func TestJudge(t *testing.T) {
	fig := func(v, low, high float64) Figure { return Figure{Value: v, Low: low, High: high, Defined: true} }
	for _, c := range []struct {
		name string
		f    Figure
		q    float64
		dir  Direction
		s    Strength
	}{
		{"far above", fig(.8, .5, 1.2), .001, Up, Clear},
		{"far below", fig(-.4, -.5, -.25), .001, Down, Clear},
		{"just above", fig(.12, .01, .24), .04, Up, Bare},
		{"around", fig(.05, -.1, .2), .5, NoDirection, Unclear},
		{"far above, but one of many looks", fig(.8, .5, 1.2), .2, Up, Bare},
		{"without a rate of false discovery", fig(.8, .5, 1.2), math.NaN(), Up, Clear},
		{"undefined", Figure{}, .001, NoDirection, NoData},
		{"nothing left", fig(-1, -1, -1), .001, NoDirection, NoData},
	} {
		if dir, s := judgeRatio(c.f, c.q); dir != c.dir || s != c.s {
			t.Errorf("%s: %s %s, want %s %s", c.name, dir, s, c.dir, c.s)
		}
	}
	if dir, s := judgeDifference(fig(.3, .27, .33), 0); dir != Up || s != Clear {
		t.Errorf("a balance of .3 ± .03: %s %s", dir, s)
	}
}

func TestRateRatio(t *testing.T) {
	// Twice the rate: 200 of 1000 against 100 of 1000.
	x := rateRatio(200, 1000, 100, 1000)
	if math.Abs(x.Value-2) > .02 || x.Low < 1.55 || x.High > 2.6 || !x.standsOut() {
		t.Errorf("200/1000 against 100/1000: %+v", x)
	}
	if x := rateRatio(12, 100, 100, 1000); x.standsOut() {
		t.Errorf("12/100 against 100/1000 stands out: %+v", x)
	}
	if x := rateRatio(1, 0, 1, 1); x.Defined {
		t.Error("a rate of nothing is defined")
	}
}

type testNames struct{ lx *lexicon.Lexicon }

func (n testNames) FoodName(id string) (name, nameEN, kind string, ok bool) {
	e, ok := n.lx.Entity(id)
	return e.Name, e.NameEN, e.Kind, ok
}

func (n testNames) EntityName(id string) (name, kind string, ok bool) {
	e, ok := n.lx.Entity(id)
	return e.Name, e.Kind, ok
}

type testRanker struct {
	s *duckdb.Store
	n testNames
}

func (r testRanker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	return trend.Rank(ctx, r.s, r.n, trend.Options{Filter: f, To: to, Days: days})
}

func testSources(t testing.TB) (Sources, *duckdb.Store) {
	t.Helper()
	s, err := duckdb.Open(t.Context(), duckdb.Options{Path: t.TempDir() + "/s.duckdb"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	g := storetest.NewGenerator(11)
	if _, err := s.Load(t.Context(), mention.Batch{Stream: "t", Seq: 1, Mentions: g.Many(6000)}); err != nil {
		t.Fatal(err)
	}
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := testNames{lx}
	return Sources{Query: s, Rank: testRanker{s, n}, Read: s, Lexicon: n}, s
}

// TestBuild: every figure of the table is what its own query gives, the evidence are the
// newest mentions of that query, ids are in order, and a second build, and one with the
// mentions in memory, give the same table.
func TestBuild(t *testing.T) {
	src, s := testSources(t)
	period, week := PeriodOf(s.LastDay())
	o := Options{Period: period, Week: week}
	table, err := Build(t.Context(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[Kind]int{}
	for i, f := range table.Facts {
		kinds[f.Kind]++
		if want := "F" + itoa(i+1); f.ID != want {
			t.Errorf("fact %d has id %s", i, f.ID)
		}
		for key, x := range f.Figures {
			if !x.Exact && x.Defined && !(x.Low <= x.Value && x.Value <= x.High) {
				t.Errorf("%s.%s: %v is not within %v to %v", f.ID, key, x.Value, x.Low, x.High)
			}
		}
		if f.Query == "" {
			continue
		}
		v, err := url.ParseQuery(f.Query)
		if err != nil {
			t.Fatal(err)
		}
		sel, err := metric.ParseFilter(v)
		if err != nil {
			t.Fatalf("%s: query %q: %v", f.ID, f.Query, err)
		}
		newest, _, err := s.Mentions(t.Context(), sel, store.Page{Limit: evidenceIDs})
		if err != nil {
			t.Fatal(err)
		}
		want := make([]string, len(newest))
		for i := range newest {
			want[i] = newest[i].ID.String()
		}
		if d := cmp.Diff(want, f.Evidence); d != "" {
			t.Errorf("%s %s: evidence (-newest of %s +got)\n%s", f.ID, f.Kind, f.Query, d)
		}
		if n, ok := f.Figures[Mentions]; ok && f.Kind != Where {
			res, err := s.Query(t.Context(), metric.Query{Filter: sel, Measures: []string{"mentions"}})
			if err != nil {
				t.Fatal(err)
			}
			if float64(res.Total) != n.Value {
				t.Errorf("%s %s: %v mentions, its query %s gives %d", f.ID, f.Kind, n.Value, f.Query, res.Total)
			}
		}
	}
	for _, k := range []Kind{Volume, Mood, Leader, SourceOf, Coverage} {
		if kinds[k] == 0 {
			t.Errorf("no fact of kind %s among %v", k, kinds)
		}
	}
	again, err := Build(t.Context(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	if table.Hash() != again.Hash() {
		t.Errorf("a second build differs:\n%s", cmp.Diff(table, again))
	}
	if err := s.Warm(1_000_000); err != nil {
		t.Fatal(err)
	}
	<-s.Warmed()
	hot, err := Build(t.Context(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	if table.Hash() != hot.Hash() {
		t.Errorf("from memory the table differs:\n%s", cmp.Diff(table, hot))
	}
	b, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var back Table
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if back.Hash() != table.Hash() {
		t.Error("the table does not come back from its JSON")
	}
}

// TestBuildWithoutData: a week without mentions gives a table that claims nothing.
func TestBuildWithoutData(t *testing.T) {
	src, _ := testSources(t)
	week, err := ParsePeriod("1999-W10")
	if err != nil {
		t.Fatal(err)
	}
	table, err := Build(t.Context(), src, Options{Period: "1999-W10", Week: week})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range table.Facts {
		if f.Direction != NoDirection || f.Kind == Change || f.Kind == Leader || len(f.Evidence) > 0 {
			t.Errorf("without data: %+v", f)
		}
	}
	if len(table.Quotes) > 0 {
		t.Errorf("quotes of nothing: %v", table.Quotes)
	}
}

// TestBuildCancelled: a reader that left gets an error and no half a table.
func TestBuildCancelled(t *testing.T) {
	src, s := testSources(t)
	period, week := PeriodOf(s.LastDay())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if table, err := Build(ctx, src, Options{Period: period, Week: week}); err == nil {
		t.Errorf("a cancelled build gives %d facts", len(table.Facts))
	}
}

// FuzzBuild: whatever is selected, intervals hold their figures, directions agree with
// them, and every query reads back.
func FuzzBuild(f *testing.F) {
	src, s := testSources(f)
	if err := s.Warm(1_000_000); err != nil {
		f.Fatal(err)
	}
	<-s.Warmed()
	f.Add(0, uint8(28), uint8(0), uint8(0))
	f.Add(3, uint8(7), uint8(15), uint8(1))
	f.Add(-5, uint8(90), uint8(4), uint8(3))
	f.Add(400, uint8(1), uint8(25), uint8(2))
	f.Fuzz(func(t *testing.T, back int, days, department, source uint8) {
		period, week := PeriodOf(s.LastDay() - mention.Day(back%1000)*7)
		o := Options{Period: period, Week: week, Days: int(days)}
		if department > 0 && department <= mention.NumDepartments {
			o.Filter.Departments = []mention.Department{mention.Department(department)}
		}
		if k := int(source); k > 0 && k <= len(mention.Sources) {
			o.Filter.Sources = []mention.Source{mention.Sources[k-1]}
		}
		table, err := Build(t.Context(), src, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range table.Facts {
			if g, ok := x.Figure(Growth); ok && (x.Direction == Up && g.Low <= 0 || x.Direction == Down && g.High >= 0) {
				t.Errorf("%s %s: %s, but the interval is %v to %v", x.ID, x.Entity, x.Direction, g.Low, g.High)
			}
			for key, v := range x.Figures {
				if v.Defined && !v.Exact && !(v.Low <= v.Value && v.Value <= v.High) {
					t.Errorf("%s.%s: %v is not within %v to %v", x.ID, key, v.Value, v.Low, v.High)
				}
			}
			if v, err := url.ParseQuery(x.Query); err != nil {
				t.Errorf("%s: %v", x.ID, err)
			} else if _, err := metric.ParseFilter(v); err != nil {
				t.Errorf("%s: %v", x.ID, err)
			}
		}
	})
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// TestChooseWeek: a week is read or is the last whole one, and one without mentions is
// refused.
func TestChooseWeek(t *testing.T) {
	day := func(s string) mention.Day { d, _ := mention.ParseDay(s); return d }
	cov := store.Coverage{Mentions: 10, First: day("2026-10-01"), Last: day("2026-11-18")}
	for _, c := range []struct {
		period, want string
		cov          store.Coverage
		err          error
	}{
		{"", "2026-W46", cov, nil},
		{"2026-W44", "2026-W44", cov, nil},
		{"2026-W47", "2026-W47", cov, nil}, // begun, not over
		{"2026-W48", "", cov, ErrPeriod},
		{"2026-W20", "", cov, ErrPeriod},
		{"W46", "", cov, ErrPeriod},
		{"", "", store.Coverage{}, ErrEmpty},
	} {
		o, err := ChooseWeek(c.cov, c.period, 28)
		if !errors.Is(err, c.err) || c.err == nil && (o.Period != c.want || o.Days != 28 || o.Week.To-o.Week.From != 6) {
			t.Errorf("ChooseWeek(%q) = %+v, %v, want %s, %v", c.period, o, err, c.want, c.err)
		}
	}
}
