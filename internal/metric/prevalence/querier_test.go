package prevalence_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/metric/prevalence"
	"antojo/internal/store/duckdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// world is a store of mentions that a model of known errors labelled.
type world struct {
	store  *duckdb.Store
	model  *prevalence.Model
	now    time.Time
	q      *prevalence.Querier
	seq    uint64
	nextID int
	rng    *rand.Rand
}

// The model's errors by source: how often it calls each sentiment which.
var errors = map[mention.Source][3][3]float64{
	mention.Delivery: {{.92, .06, .02}, {.15, .75, .10}, {.03, .07, .90}},
	mention.Social:   {{.55, .25, .20}, {.10, .75, .15}, {.05, .15, .80}},
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "s.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w := &world{store: s, now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), rng: rand.New(rand.NewPCG(8, 8))}
	c := &prevalence.Confusion{Model: "m-1"}
	for _, src := range []mention.Source{mention.Delivery, mention.Social} {
		counts := make([][]int64, 3)
		for r := range counts {
			for _, p := range errors[src][r] {
				counts[r] = append(counts[r], int64(p*1000+.5))
			}
		}
		c.Cells = append(c.Cells, prevalence.Cell{Head: "sentiment", Source: src, Relevant: true, Counts: counts})
	}
	// Of 1,000 texts that do not speak of the service the model sees 20 complaints.
	c.Cells = append(c.Cells, prevalence.Cell{Head: "aspect_service", Source: mention.Social, Relevant: true,
		Counts: [][]int64{{980, 20, 0, 0}, {100, 900, 0, 0}, {100, 0, 900, 0}, {100, 0, 0, 900}}})
	w.model = prevalence.New(c)
	w.q = prevalence.NewQuerier(s, []*prevalence.Model{w.model}, func() time.Time { return w.now })
	return w
}

// load stores n mentions of an entity, whose true sentiments have the shares mix.
func (w *world) load(t *testing.T, n int, src mention.Source, entity, model string, day int, mix [3]float64) {
	t.Helper()
	var b mention.Batch
	w.seq++
	b.Stream, b.Seq = "t", w.seq
	pick := func(p [3]float64) int {
		u := w.rng.Float64()
		switch {
		case u < p[0]:
			return 0
		case u < p[0]+p[1]:
			return 1
		}
		return 2
	}
	for range n {
		w.nextID++
		var m mention.Annotated
		m.Source, m.Channel, m.Text = src, "test", fmt.Sprint("mention ", w.nextID)
		m.Time = time.Date(2026, 3, day, 15, 0, 0, 0, time.UTC)
		m.Scored, m.Relevant, m.Language, m.Model = true, true, "es", model
		m.Sentiment = mention.Sentiment(pick(errors[src][pick(mix)]) - 1)
		m.Entities = []mention.Entity{{ID: entity, Name: entity, Kind: "dish", Surface: "m", End: 1}}
		m.ID = mention.ContentID(&m.Mention, fmt.Sprint(w.nextID))
		b.Mentions = append(b.Mentions, m)
	}
	if _, err := w.store.Load(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func (w *world) ask(t *testing.T, query string) metric.Result {
	t.Helper()
	var q metric.Query
	if err := q.UnmarshalText([]byte(query)); err != nil {
		t.Fatal(err)
	}
	r, err := w.q.Query(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The two dishes are liked equally; one is spoken of in social posts, where the
// model overlooks complaints, the other in delivery comments, where it does not.
func TestQuerier(t *testing.T) {
	w := newWorld(t)
	mix := [3]float64{.5, .1, .4}
	w.load(t, 4000, mention.Social, "ceviche", "m-1", 1, mix)
	w.load(t, 6000, mention.Delivery, "lomo-saltado", "m-1", 1, mix)
	w.load(t, 200, mention.Social, "lomo-saltado", "m-1", 2, mix)

	t.Run("by entity", func(t *testing.T) {
		r := w.ask(t, "measures=negative_share,mentions&by=entity")
		if diff := cmp.Diff([]metric.Correction{{Model: "m-1"}, {}}, r.Corrections); diff != "" {
			t.Errorf("corrections (-want +got):\n%s", diff)
		}
		if len(r.Rows) != 2 || r.Total != 10_200 {
			t.Fatalf("%d rows of %d mentions", len(r.Rows), r.Total)
		}
		if r.Rows[0].Values[0].Value < r.Rows[1].Values[0].Value {
			t.Error("rows are not in the order of the corrected figure")
		}
		for _, row := range r.Rows {
			v := row.Values[0]
			if !v.Corrected || v.Low > .5 || v.High < .5 || v.High-v.Low > .15 {
				t.Errorf("%s: %+v, want an interval around .5", row.Keys[0], v)
			}
			if row.Keys[0] == "ceviche" && v.Raw > .4 {
				t.Errorf("ceviche: counted %.3f, want the model's .30", v.Raw)
			}
			if n := row.Values[1]; n.Corrected || n.Value < 4000 {
				t.Errorf("%s: mentions %+v", row.Keys[0], n)
			}
		}
	})
	t.Run("a window of both sources", func(t *testing.T) {
		r := w.ask(t, "measures=net_sentiment,positive_share,authors")
		net, pos := r.Rows[0].Values[0], r.Rows[0].Values[1]
		if net.Low > -.1 || net.High < -.1 || !net.Corrected {
			t.Errorf("net sentiment %+v, want an interval around −.1", net)
		}
		if pos.Low > .4 || pos.High < .4 {
			t.Errorf("positive share %+v, want an interval around .4", pos)
		}
	})
	t.Run("order and limit", func(t *testing.T) {
		all := w.ask(t, "measures=mentions,negative_share&by=entity,day&order=negative_share")
		one := w.ask(t, "measures=mentions,negative_share&by=entity,day&order=negative_share&limit=1")
		if diff := cmp.Diff(all.Rows[:1], one.Rows, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the first of three rows and the only one (-want +got):\n%s", diff)
		}
		if !slices.IsSortedFunc(all.Rows, func(a, b metric.Row) int {
			if a.Values[1].Value < b.Values[1].Value {
				return -1
			}
			return 1
		}) {
			t.Error("rows are not in rising order")
		}
	})
	t.Run("as counted", func(t *testing.T) {
		var q metric.Query
		if err := q.UnmarshalText([]byte("measures=net_sentiment&by=entity&correct=raw")); err != nil {
			t.Fatal(err)
		}
		want, err := w.store.Query(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got := w.ask(t, "measures=net_sentiment&by=entity&correct=raw")
		if diff := cmp.Diff(want.Rows, got.Rows); diff != "" {
			t.Errorf("rows (-store +got):\n%s", diff)
		}
	})
	for query, why := range map[string]metric.Why{
		"measures=net_sentiment&correct=raw":                      metric.WhyAsked,
		"measures=net_sentiment&sentiment=neg":                    metric.WhySelection,
		"measures=net_sentiment&by=intent":                        metric.WhySelection,
		"measures=net_sentiment&aspect=food":                      metric.WhySelection,
		"measures=net_sentiment&by=entity,department,day":         metric.WhyTooDeep,
		"measures=craving_rate":                                   metric.WhyFewRows,
		"measures=aspect_net&aspect=food:neg":                     metric.WhySelection,
		"measures=mentions":                                       "",
		"measures=net_sentiment&by=entity,day,source":             "",
		"measures=net_sentiment&by=entity,kind,day&source=social": "",
	} {
		if r := w.ask(t, query); r.Corrections[0].Why != why {
			t.Errorf("%s: not corrected because %q, want %q", query, r.Corrections[0].Why, why)
		}
	}
}

func TestQuerierAspects(t *testing.T) {
	w := newWorld(t)
	// 1,000 texts; 30 are said to complain of the service, of which 20 by mistake.
	var b mention.Batch
	b.Stream, b.Seq = "t", 1
	for i := range 1000 {
		var m mention.Annotated
		m.Source, m.Channel, m.Text = mention.Social, "test", fmt.Sprint(i)
		m.Time = time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC)
		m.Scored, m.Relevant, m.Language, m.Model, m.Intent = true, true, "es", "m-1", mention.OtherIntent
		switch {
		case i < 30:
			m.Aspects[mention.Service] = mention.AspectNeg
		case i < 60:
			m.Aspects[mention.Service] = mention.AspectPos
		}
		m.ID = mention.ContentID(&m.Mention, fmt.Sprint(i))
		b.Mentions = append(b.Mentions, m)
	}
	if _, err := w.store.Load(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"measures=aspect_net&aspect=service", "measures=aspect_net&by=aspect", "measures=aspect_net,mentions&by=day,aspect"} {
		r := w.ask(t, query)
		v := r.Rows[0].Values[0]
		// Complaints: (30 − .02·1000)/.88 ≈ 12, praise 30/.9 ≈ 33: net .48 rather than 0.
		if v.Raw != 0 || !v.Corrected || v.Value < .4 || v.Value > .55 || v.Low > .3 || v.High < .6 {
			t.Errorf("%s: %+v, want about .48 rather than 0", query, v)
		}
		if v.N != 60 {
			t.Errorf("%s: n is %d, want the 60 mentions behind it", query, v.N)
		}
	}
}

// Labels of two models in one window, or of an unknown one, are shown as counted;
// days with one model's labels are corrected still.
func TestQuerierModels(t *testing.T) {
	w := newWorld(t)
	mix := [3]float64{.3, .3, .4}
	w.load(t, 300, mention.Social, "ceviche", "m-1", 1, mix)
	const query = "measures=net_sentiment"
	if r := w.ask(t, query); r.Corrections[0].Model != "m-1" {
		t.Fatalf("corrections %+v", r.Corrections)
	}
	w.load(t, 300, mention.Social, "ceviche", "m-2", 3, mix)
	w.now = w.now.Add(time.Minute)
	for query, want := range map[string]metric.Correction{
		query:                                             {Why: metric.WhySeveral},
		query + "&to=2026-03-02":                          {Model: "m-1"},
		query + "&from=2026-03-03":                        {Why: metric.WhyNoMatrix},
		query + "&window=1d":                              {Why: metric.WhyNoMatrix},
		query + "&window=1d&to=2026-03-01":                {Model: "m-1"},
		query + "&from=2026-03-01&to=2026-03-03":          {Why: metric.WhySeveral},
		query + "&from=2026-03-02&to=2026-03-02":          {Why: metric.WhyNoMatrix}, // a day without mentions
		"measures=mentions&from=2026-03-03":               {},
		"measures=mean_rating&from=2026-03-03":            {},
		query + "&correct=raw&to=2026-03-02":              {Why: metric.WhyAsked},
		query + "&by=sentiment&to=2026-03-02":             {Why: metric.WhySelection},
		"measures=positive_share&by=entity&to=2026-03-02": {Model: "m-1"},
	} {
		if r := w.ask(t, query); r.Corrections[0] != want {
			t.Errorf("%s: %+v, want %+v", query, r.Corrections[0], want)
		}
	}
}
