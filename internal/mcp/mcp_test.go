package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/lexicon"
	"antojo/internal/mcp"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
	"antojo/internal/store/storetest"
	"antojo/internal/trend"
)

type words struct{ *lexicon.Lexicon }

func (w words) EntityName(id string) (string, string, bool) {
	i, ok := w.Entity(id)
	return i.Name, i.Kind, ok
}

func (w words) FoodName(id string) (string, string, string, bool) {
	i, ok := w.Entity(id)
	return i.Name, i.NameEN, i.Kind, ok
}

type ranker struct {
	*duckdb.Store
	words
}

func (r ranker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	return trend.Rank(ctx, r.Store, r.words, trend.Options{Filter: f, To: to, Days: days})
}

// connect starts the tools over a real store with n generated mentions and gives a
// client of the SDK, over HTTP or in memory.
func connect(t *testing.T, n int, overHTTP bool) (*sdk.ClientSession, *duckdb.Store) {
	t.Helper()
	ctx := t.Context()
	st, err := duckdb.Open(ctx, duckdb.Options{Path: filepath.Join(t.TempDir(), "s.duckdb"), MemoryLimit: "256MB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	if _, err := st.Load(ctx, mention.Batch{Mentions: storetest.NewGenerator(3).Many(n)}); err != nil {
		t.Fatal(err)
	}
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	r := ranker{st, words{lx}}
	s, err := mcp.New(mcp.Options{Version: "test", Data: st, Lexicon: lx, Base: "http://pages.example",
		Rank: func(ctx context.Context, f metric.Filter) (trend.Report, error) {
			return r.Rank(ctx, f, f.To, int(f.To-f.From)+1)
		},
		Brief: func(ctx context.Context, period, lang string) ([]byte, error) {
			o := fact.Options{Period: period, Days: 28}
			if period == "" {
				o.Period, o.Week = fact.PeriodOf(st.LastDay())
			} else if o.Week, err = fact.ParsePeriod(period); err != nil {
				return nil, fmt.Errorf("%w: %w", err, mcp.ErrInput)
			}
			tab, err := fact.Build(ctx, fact.Sources{Query: st, Rank: r, Read: st, Lexicon: r.words}, o)
			if err != nil {
				return nil, err
			}
			b, err := brief.Weekly(ctx, tab, brief.Options{Lang: lang, Numbers: cat.For(lang)})
			if err != nil {
				return nil, err
			}
			var out bytes.Buffer
			err = b.JSON(&out, cat.For(lang))
			return out.Bytes(), err
		}})
	if err != nil {
		t.Fatal(err)
	}
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	var transport sdk.Transport
	if overHTTP {
		srv := httptest.NewServer(s.Handler())
		t.Cleanup(srv.Close)
		transport = &sdk.StreamableClientTransport{Endpoint: srv.URL}
	} else {
		var server sdk.Transport
		server, transport = sdk.NewInMemoryTransports()
		go s.Run(ctx, server) //nolint:errcheck // ends with the test
	}
	session, err := client.Connect(ctx, transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session, st
}

// call gives the structured answer, or the text of the refusal.
func call[T any](t *testing.T, s *sdk.ClientSession, tool string, args map[string]any) (out T, refusal string) {
	t.Helper()
	res, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	if res.IsError {
		return out, res.Content[0].(*sdk.TextContent).Text
	}
	b, err := json.Marshal(res.StructuredContent)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return out, ""
}

type m = map[string]any

func TestTools(t *testing.T) {
	for _, x := range []struct {
		name string
		http bool
	}{{"stdio", false}, {"http", true}} {
		t.Run(x.name, func(t *testing.T) {
			s, st := connect(t, 6000, x.http)
			tools, err := s.ListTools(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, tool := range tools.Tools {
				names = append(names, tool.Name)
				if !tool.Annotations.ReadOnlyHint {
					t.Errorf("%s is not marked as read-only", tool.Name)
				}
			}
			slices.Sort(names)
			if got := strings.Join(names, " "); got != "explain_verdict fetch_quotes query_metrics rank_trends write_brief" {
				t.Errorf("tools: %s", got)
			}

			q, no := call[mcp.QueryOut](t, s, "query_metrics", m{"measures": []string{"mentions", "net_sentiment"}, "by": []string{"entity"}, "entity": []string{"Ceviche", "lomo-saltado"}, "order": "-mentions"})
			if no != "" {
				t.Fatal(no)
			}
			res, err := st.Query(t.Context(), metric.Query{Filter: metric.Filter{Entities: []string{"ceviche"}}, Measures: []string{"mentions", "net_sentiment"}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range q.Rows {
				f := r.Figures["net_sentiment"]
				if f.Value == nil || len(f.Interval) != 2 || f.Interval[0] > *f.Value || f.Interval[1] < *f.Value || f.N < 30 || !strings.HasPrefix(r.Link, "http://pages.example/menciones?") {
					t.Errorf("row %+v", r)
				}
				if want := res.Rows[0].Values; r.Keys["entity"] == "ceviche" && (int64(*r.Figures["mentions"].Value) != want[0].N || f.N != want[1].N) {
					t.Errorf("ceviche %+v, the store says %+v", r.Figures, want)
				}
			}
			if len(q.Rows) < 2 || q.Query == "" || len(q.Links) == 0 || q.From == "" {
				t.Errorf("answer %+v", q.Answer)
			}

			tr, no := call[mcp.TrendsOut](t, s, "rank_trends", m{"window": "90d", "lang": "en", "limit": 5})
			if no != "" || len(tr.Trends) == 0 || len(tr.Trends) > 5 {
				t.Fatalf("trends %q %+v", no, tr)
			}
			for _, x := range tr.Trends {
				if x.Verdict == "not-enough-data" != (x.Growth == nil) || x.Growth != nil && len(x.Interval) != 2 || len(x.Reasons) == 0 {
					t.Errorf("trend %+v", x)
				}
			}
			ex, no := call[mcp.ExplainOut](t, s, "explain_verdict", m{"name": tr.Trends[0].Name, "window": "90d", "lang": "en"})
			if no != "" || ex.Trend.Entity != tr.Trends[0].Entity || ex.Trend.Verdict != tr.Trends[0].Verdict || len(ex.Weekly) == 0 || len(ex.Links) < 3 {
				t.Errorf("explanation %q %+v", no, ex)
			}

			qu, no := call[mcp.QuotesOut](t, s, "fetch_quotes", m{"entity": []string{"ceviche"}, "sentiment": []string{"neg"}, "limit": 3})
			if no != "" || len(qu.Quotes) != 3 || qu.N < 3 || qu.Notice == "" {
				t.Fatalf("quotes %q %+v", no, qu)
			}
			for _, x := range qu.Quotes {
				if x.Text == "" || x.Sentiment != "neg" || !slices.Contains(x.Entities, "ceviche") || !strings.HasSuffix(x.Link, x.ID) {
					t.Errorf("quote %+v", x)
				}
			}

			b, no := call[mcp.BriefOut](t, s, "write_brief", m{"lang": "en", "facts": true})
			if no != "" || !strings.Contains(b.Text, "\n- ") || b.Period == "" || b.Facts == nil || len(b.Links) == 0 {
				t.Errorf("brief %q %.500s", no, b.Text)
			}
			facts, _ := json.Marshal(b.Facts)
			if !bytes.Contains(facts, []byte(`"n":`)) {
				t.Errorf("facts without n: %.300s", facts)
			}
		})
	}
}

// TestRefusals: too few data, and mistakes, are answered with a reason and no figure.
func TestRefusals(t *testing.T) {
	s, _ := connect(t, 120, false)
	for _, x := range []struct {
		tool string
		args m
		has  string
	}{
		{"query_metrics", m{"measures": []string{"net_sentiment"}, "by": []string{"entity"}, "window": "28d"}, "not enough data"},
		{"query_metrics", m{"measures": []string{"soup"}}, "one of mentions"},
		{"query_metrics", m{"measures": []string{"mentions"}, "entity": []string{"no such dish"}}, "there is no entity"},
		{"query_metrics", m{"measures": []string{"mentions"}, "limit": 100000}, "1 to 200"},
		{"query_metrics", m{"measures": []string{"mentions"}, "from": "yesterday"}, "from"},
		{"query_metrics", m{"measures": []string{"mentions"}, "soup": 1}, "soup"},
		{"rank_trends", m{"window": "7d"}, "not enough data"},
		{"rank_trends", m{"window": "20y"}, "366"},
		{"explain_verdict", m{"name": "quesillo de quinua con algarrobina"}, "there is no entity"},
		{"fetch_quotes", m{"q": "zzzzz"}, "not enough data"},
		{"write_brief", m{"period": "last week"}, "last week"},
		{"write_brief", m{"lang": "qu"}, "es or en"},
	} {
		if _, no := call[any](t, s, x.tool, x.args); !strings.Contains(no, x.has) {
			t.Errorf("%s %v: %q, want %q", x.tool, x.args, no, x.has)
		}
	}
	// One thin figure is refused beside one that stands.
	q, no := call[mcp.QueryOut](t, s, "query_metrics", m{"measures": []string{"mentions", "net_sentiment"}, "entity": []string{"ceviche"}})
	if no != "" || len(q.Rows) != 1 {
		t.Fatalf("%q %+v", no, q)
	}
	if f := q.Rows[0].Figures["net_sentiment"]; f.Value != nil || f.Interval != nil || !strings.Contains(f.Refused, "not enough data") {
		t.Errorf("thin figure %+v", f)
	}
	if f := q.Rows[0].Figures["mentions"]; f.Value == nil || f.Refused != "" {
		t.Errorf("count %+v", f)
	}
}
