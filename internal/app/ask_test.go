package app_test

import (
	"bufio"
	"net/url"
	"os"
	"strings"
	"testing"

	"antojo/assets"
	"antojo/internal/brief/ask"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
)

func askerOver(t testing.TB, s *duckdb.Store, lx *lexicon.Lexicon) *ask.Asker {
	t.Helper()
	g, err := lexicon.NewGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	names := briefNames{lx}
	return &ask.Asker{Parser: ask.NewParser(lx, lexicon.NewMatcher(lx), g),
		Facts:   fact.Sources{Query: s, Rank: briefRanker{s, names}, Read: s, Lexicon: names},
		Numbers: func(lang string) fill.Numbers { return cat.For(lang) }}
}

// demoStore holds the mentions of the demo plan, annotated as the plan means them.
func demoStore(t testing.TB, lx *lexicon.Lexicon) *duckdb.Store {
	t.Helper()
	s, err := duckdb.Open(t.Context(), duckdb.Options{Path: t.TempDir() + "/s.duckdb"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	p, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	var batch []mention.Annotated
	err = demo.GenerateLabelled(p, func(r mention.Raw, truth demo.Truth) error {
		batch = append(batch, annotatedDemo(lx, r, truth, r.External))
		return nil
	})
	if err == nil {
		_, err = s.Load(t.Context(), mention.Batch{Stream: "demo", Seq: 1, Mentions: batch})
	}
	if err == nil {
		err = s.Warm(1_000_000)
	}
	if err != nil {
		t.Fatal(err)
	}
	<-s.Warmed()
	return s
}

// TestAskOverDemo puts every authored question to a store: whatever is answered comes
// with sentences that pass the checks, with the query that stands behind it, and with
// figures that the same query gives; what is not answered comes with examples.
func TestAskOverDemo(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := demoStore(t, lx)
	a := askerOver(t, s, lx)
	f, err := os.Open("../brief/ask/testdata/questions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	answered, withTable := 0, 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		l := sc.Text()
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		parts := strings.SplitN(l, "|", 3)
		q := parts[2][:strings.LastIndexByte(parts[2], '|')]
		got, err := a.Ask(t.Context(), q, "")
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		t.Logf("%s\n\t%s\n\t%s", q, got.Understood+got.Why, strings.Join(got.Sentences, "\n\t"))
		if !got.Answered {
			if got.Why == "" || len(got.Examples) == 0 || got.Query != "" || len(got.Rows) > 0 {
				t.Errorf("%q: a refusal must say why, give examples and ask nothing: %+v", q, got)
			}
			continue
		}
		answered++
		if len(got.Sentences) == 0 || got.Dropped > 0 || got.Query == "" || got.Link == "" {
			t.Errorf("%q: sentences %q, %d dropped %q, query %q", q, got.Sentences, got.Dropped, got.Refused(), got.Query)
		}
		for _, x := range got.Sentences {
			if strings.ContainsAny(x, "{}@<>") {
				t.Errorf("%q: not filled in: %q", q, x)
			}
		}
		v, err := url.ParseQuery(got.Query)
		if err != nil {
			t.Fatal(err)
		}
		mq, err := metric.ParseQuery(v)
		if err != nil {
			t.Errorf("%q: query %q: %v", q, got.Query, err)
			continue
		}
		res, err := s.Query(t.Context(), mq)
		if err != nil {
			t.Fatal(err)
		}
		if res.Total != got.Mentions {
			t.Errorf("%q: %d mentions, but the query that is shown selects %d", q, got.Mentions, res.Total)
		}
		if len(got.Rows) > 0 {
			withTable++
		}
	}
	t.Logf("%d answered, %d with a table", answered, withTable)
	if answered < 80 || withTable < 60 {
		t.Errorf("%d answered, %d with a table", answered, withTable)
	}
}
