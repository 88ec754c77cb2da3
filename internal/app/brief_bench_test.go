package app_test

import (
	"context"
	"strings"
	"testing"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
	"antojo/internal/trend"
)

// briefNames names foods for facts and kinds for the engine, as the command does.
type briefNames struct{ lx *lexicon.Lexicon }

func (n briefNames) FoodName(id string) (name, nameEN, kind string, ok bool) {
	e, ok := n.lx.Entity(id)
	return e.Name, strings.TrimSpace(e.NameEN), string(e.Kind), ok
}

func (n briefNames) EntityName(id string) (name, kind string, ok bool) {
	e, ok := n.lx.Entity(id)
	return e.Name, string(e.Kind), ok
}

type briefRanker struct {
	s *duckdb.Store
	n briefNames
}

func (r briefRanker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	return trend.Rank(ctx, r.s, r.n, trend.Options{Filter: f, To: to, Days: days})
}

// BenchmarkBrief measures the deterministic weekly brief over a million mentions, from
// the first query to the text: "file" as the command does it, which opens a store and
// asks the tables; "memory" as a server does it, with the newest mentions in memory.
// Each round is another week, so that nothing is remembered. cpu-ms is processor time
// of the whole process, which does not depend on how busy the machine is.
func BenchmarkBrief(b *testing.B) {
	lx, err := lexicon.Load()
	if err != nil {
		b.Fatal(err)
	}
	s := bigStore(b, lx, benchMentions)
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		b.Fatal(err)
	}
	cov, err := s.Coverage(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	names := briefNames{lx}
	for _, how := range []string{"file", "memory"} {
		if how == "memory" {
			if err := s.Warm(duckdb.DefaultWarm); err != nil {
				b.Fatal(err)
			}
			<-s.Warmed()
		}
		b.Run(how, func(b *testing.B) {
			cpu, n := cpuTime(), 0
			for b.Loop() {
				period, week := fact.PeriodOf(cov.Last - mention.Day(7*(n%40)))
				t, err := fact.Build(b.Context(), fact.Sources{Query: s, Rank: briefRanker{s, names}, Read: s, Lexicon: names}, fact.Options{Period: period, Week: week})
				if err != nil {
					b.Fatal(err)
				}
				w, err := brief.Weekly(b.Context(), t, brief.Options{Lang: "es", Numbers: cat.For("es")})
				if err != nil {
					b.Fatal(err)
				}
				if len(t.Facts) < 15 || w.Sentences < 10 {
					b.Fatalf("%s: %d facts, %d sentences", period, len(t.Facts), w.Sentences)
				}
				n++
			}
			b.ReportMetric((cpuTime()-cpu).Seconds()*1e3/float64(n), "cpu-ms")
		})
	}
}
