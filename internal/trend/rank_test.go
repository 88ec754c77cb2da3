package trend_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/duckdb"
	"antojo/internal/trend"
)

type names struct{}

func (names) EntityName(id string) (string, string, bool) {
	return "el " + id, "dish", id != "nameless"
}

// planted describes one entity: its mentions a day in the year before, in the
// previous window and in the current one, per source.
type planted struct {
	lastYearBefore, lastYear, before, now float64
	source                                mention.Source
}

// world loads 60 days now and the same 60 days a year earlier into a real store.
func world(t *testing.T, to mention.Day, entities map[string]planted, background func(mention.Source, mention.Day) int) *duckdb.Store {
	t.Helper()
	s, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "store.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	src := rand.New(rand.NewPCG(7, 8))
	var batch []mention.Annotated
	add := func(d mention.Day, source mention.Source, entity string) {
		var a mention.Annotated
		a.Source, a.Channel, a.Time = source, "test-"+string(source), d.Start().Add(time.Duration(src.IntN(86_000))*time.Second)
		a.Text, a.Language, a.Scored, a.Relevant, a.Relevance, a.Sentiment = fmt.Sprintf("texto %d", len(batch)), "es", true, true, .9, mention.Positive
		a.ID = mention.ContentID(&a.Mention, fmt.Sprint(len(batch)))
		for k := range mention.NumAspects { // from none to several, of all polarities
			if n := len(batch); n%(int(k)+3) == 0 {
				a.Aspects[k] = mention.AspectNeg + mention.AspectLabel(n/(int(k)+3)%3)
			}
		}
		if entity != "" {
			a.Entities = []mention.Entity{{ID: entity, Name: entity, Kind: "dish", Surface: "texto", Start: 0, End: 5}}
		}
		batch = append(batch, a)
	}
	for _, base := range []mention.Day{to - 364, to} {
		for d := base - 83; d <= base; d++ {
			for _, source := range []mention.Source{mention.Review, mention.Social} {
				for range background(source, d) {
					add(d, source, "")
				}
			}
			for id, p := range entities {
				rate := p.before
				switch {
				case base != to && d > base-28:
					rate = p.lastYear
				case base != to:
					rate = p.lastYearBefore
				case d > base-28:
					rate = p.now
				}
				n := int(rate)
				if src.Float64() < rate-float64(n) {
					n++
				}
				for range n {
					add(d, p.source, id)
				}
			}
		}
	}
	if _, err := s.Load(t.Context(), mention.Batch{Stream: "test", Seq: 1, Mentions: batch}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRankTellsPlantedTruth(t *testing.T) {
	to, _ := mention.ParseDay("2026-11-15")
	s := world(t, to, map[string]planted{
		"rises":    {8, 8, 8, 16, mention.Review},
		"falls":    {8, 8, 16, 8, mention.Review},
		"steady":   {8, 8, 8, 8, mention.Review},
		"seasonal": {6, 12, 6, 12, mention.Review},
		"rare":     {0, 0, .1, .2, mention.Review},
		"outage":   {5, 5, 5, 0, mention.Social},
		"nameless": {0, 0, 3, 3, mention.Review},
	}, func(source mention.Source, d mention.Day) int {
		if source == mention.Social && d > to-28 {
			return 0 // the whole source falls silent in the current window
		}
		return 100
	})
	rep, err := trend.Rank(t.Context(), s, names{}, trend.Options{To: to})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]trend.Verdict{"rises": trend.Rising, "falls": trend.Falling, "steady": trend.Steady,
		"seasonal": trend.Seasonal, "rare": trend.NotEnoughData, "outage": trend.NotEnoughData, "nameless": trend.Steady}
	if len(rep.Trends) != len(want) {
		t.Errorf("%d trends, want %d", len(rep.Trends), len(want))
	}
	for i, tr := range rep.Trends {
		if tr.Verdict != want[tr.Entity] {
			t.Errorf("%s is %s, want %s (growth %+.2f, q %.3f, %v)", tr.Entity, tr.Verdict, want[tr.Entity], tr.Growth, tr.Q, tr.Reasons)
		}
		if tr.Enough == math.IsNaN(tr.Growth) {
			t.Errorf("%s: growth %v although enough is %v", tr.Entity, tr.Growth, tr.Enough)
		}
		if i > 0 && tr.Verdict == trend.Rising {
			t.Errorf("rising %s is ranked %d", tr.Entity, i)
		}
		if tr.Entity == "rises" {
			if tr.N != 28*16 || tr.NPrevious != 28*8 || len(tr.Spark) != 12 || tr.Spark[11] != 7*16 || tr.Spark[0] != 7*8 {
				t.Errorf("rises: n %d before %d spark %v", tr.N, tr.NPrevious, tr.Spark)
			}
			if tr.Low > 1.05 || tr.High < .85 {
				t.Errorf("rises: interval %.2f to %.2f misses the doubling", tr.Low, tr.High)
			}
			if tr.Net.N != tr.N || tr.Net.Value != 1 {
				t.Errorf("rises: net sentiment %+v", tr.Net)
			}
		}
		if tr.Entity == "nameless" && tr.Name != "nameless" {
			t.Errorf("an entity outside of the lexicon is called %q", tr.Name)
		}
	}
}

func TestRankBusierSourceIsNoTrend(t *testing.T) {
	to, _ := mention.ParseDay("2026-11-15")
	s := world(t, to, map[string]planted{"dish": {5, 5, 5, 15, mention.Review}, "other": {5, 5, 5, 15, mention.Review}},
		func(_ mention.Source, d mention.Day) int {
			if d > to-28 {
				return 300
			}
			return 100
		})
	rep, err := trend.Rank(t.Context(), s, names{}, trend.Options{To: to, Filter: metric.Filter{Kinds: []string{"dish"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range rep.Trends {
		if tr.Verdict != trend.Steady || tr.Low > 0 || tr.High < 0 {
			t.Errorf("%s is %s (%+.2f to %+.2f) although the whole source tripled", tr.Entity, tr.Verdict, tr.Low, tr.High)
		}
	}
}

func TestRankEmptyStore(t *testing.T) {
	to, _ := mention.ParseDay("2026-11-15")
	s := world(t, to, nil, func(mention.Source, mention.Day) int { return 0 })
	rep, err := trend.Rank(t.Context(), s, names{}, trend.Options{To: to})
	if err != nil || len(rep.Trends) != 0 {
		t.Errorf("empty store: %d trends, %v", len(rep.Trends), err)
	}
}
