package prom

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/duckdb"
)

type lexicon map[string][2]string

func (l lexicon) EntityName(id string) (name, kind string, ok bool) {
	x, ok := l[id]
	return x[0], x[1], ok
}

func (l lexicon) EntityIDs() []string {
	var out []string
	for id := range l {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

var foods = lexicon{"ceviche": {"ceviche", "dish"}, "lomo": {"lomo saltado", "dish"}, "chicha": {"chicha morada", "drink"}, "rare": {"raro", "dish"}}

var lastTestDay, _ = mention.ParseDay("2026-11-15")

// world is a real store with 60 days of drawn mentions, and the API over it at noon
// after the last day.
func world(t testing.TB) (*API, *duckdb.Store) {
	t.Helper()
	s, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "store.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	rng := rand.New(rand.NewPCG(5, 6))
	var batch []mention.Annotated
	for i := range 4000 {
		var a mention.Annotated
		d := lastTestDay - mention.Day(rng.IntN(60))
		a.Time = d.Start().Add(time.Duration(rng.IntN(86_399)) * time.Second)
		a.Source = mention.Sources[rng.IntN(4)]
		a.Channel = fmt.Sprintf("%s-%d", a.Source, rng.IntN(2))
		a.Text, a.Language = fmt.Sprintf("texto %d", i), "es"
		a.Resolved = mention.Department(rng.IntN(5))
		a.Relevant, a.Scored = rng.IntN(20) > 0, rng.IntN(15) > 0
		if a.Scored {
			a.Sentiment, a.Intent = mention.Sentiment(rng.IntN(3)-1), mention.Intent(rng.IntN(5))
			a.Aspects[rng.IntN(4)] = mention.AspectLabel(rng.IntN(4))
		}
		if rng.IntN(3) == 0 {
			a.Rating = float32(1 + rng.IntN(5))
		}
		for id, x := range foods {
			if id != "rare" && rng.IntN(3) == 0 {
				a.Entities = append(a.Entities, mention.Entity{ID: id, Name: x[0], Kind: x[1], Surface: "texto", End: 5})
			}
		}
		a.ID = mention.ContentID(&a.Mention, fmt.Sprint(i))
		batch = append(batch, a)
	}
	if _, err := s.Load(t.Context(), mention.Batch{Stream: "test", Seq: 1, Mentions: batch}); err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(len(batch)); err != nil {
		t.Fatal(err)
	}
	<-s.Warmed()
	a, err := New(Options{Data: s, Entities: foods, Now: func() time.Time { return (lastTestDay + 1).Start().Add(12 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

// matrix is an answer by labels, for comparing.
func matrix(m promql.Matrix) map[string][]string {
	out := map[string][]string{}
	for _, s := range m {
		for _, p := range s.Floats {
			out[s.Metric.String()] = append(out[s.Metric.String()], fmt.Sprintf("%d:%.9g", p.T, p.F))
		}
	}
	return out
}

// TestPushdownChangesNothing: an aggregation answered by the store is the same as one
// that the engine does over all series.
func TestPushdownChangesNothing(t *testing.T) {
	a, _ := world(t)
	end := (lastTestDay + 1).Start().Add(3 * time.Hour)
	plain := func(expr string, start time.Time, step time.Duration) promql.Matrix {
		// A product with one is no sum's direct operand: nothing is noted, all labels are read.
		q, err := a.engine.NewRangeQuery(t.Context(), a, promql.NewPrometheusQueryOpts(false, 0), expr, start, end, step)
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		m, err := q.Exec(t.Context()).Matrix()
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		return copyMatrix(m)
	}
	for _, expr := range []string{
		`sum(antojo_mentions)`,
		`sum by (department) (antojo_mentions)`,
		`sum by (source, sentiment) (antojo_mentions)`,
		`sum without (channel, source, department, ubigeo, geohash) (antojo_mentions)`,
		`sum by (department) (sum_over_time(antojo_mentions{source=~"review|social"}[7d]))`,
		`sum by (channel) (avg_over_time(antojo_mentions{department!="Áncash"}[3d]))`,
		`sum(last_over_time(antojo_mentions{sentiment="pos"}[2d]))`,
		`sum by (name, sentiment) (sum_over_time(antojo_entity_mentions{kind="dish"}[7d] offset 1d))`,
		`sum by (kind) (antojo_entity_mentions)`,
		`sum by (aspect, polarity) (sum_over_time(antojo_aspect_mentions[14d]))`,
		`sum by (entity, aspect) (antojo_entity_aspect_mentions{polarity="neg"})`,
		`sum by (intent, source) (antojo_intent_mentions)`,
		`sum by (source) (antojo_rating_sum) / sum by (source) (antojo_rating_count)`,
		`max(sum by (name) (sum_over_time(antojo_entity_mentions[7d])))`, // topk may answer either of two that are level
	} {
		for _, step := range []time.Duration{24 * time.Hour, 36 * time.Hour, 7 * 24 * time.Hour} {
			start := end.Add(-20 * 24 * time.Hour)
			got, err := a.Range(t.Context(), expr, start, end, step)
			if err != nil {
				t.Fatalf("%s: %v", expr, err)
			}
			if len(got) == 0 {
				t.Errorf("%s: no series", expr)
			}
			if d := cmp.Diff(matrix(plain(expr, start, step)), matrix(got)); d != "" {
				t.Errorf("%s every %s: pushed down it is another answer (-engine +store)\n%s", expr, step, d)
			}
		}
	}
}

// TestInstantSumsAreThoseOfTheMetricsLayer: one moment, one sum over days.
func TestInstantSumsAreThoseOfTheMetricsLayer(t *testing.T) {
	a, s := world(t)
	at := (lastTestDay + 1).Start().Add(time.Hour)
	for _, tt := range []struct {
		expr string
		q    string
	}{
		{`sum(sum_over_time(antojo_mentions[7d]))`, "window=7d&measures=mentions"},
		{`sum(sum_over_time(antojo_mentions[7d] offset 7d))`, "from=2026-11-02&to=2026-11-08&measures=mentions"},
		{`sum(sum_over_time(antojo_mentions{department="Amazonas",source="review"}[28d]))`, "window=28d&department=01&source=review&measures=mentions"},
		{`sum(sum_over_time(antojo_entity_mentions{entity="ceviche"}[28d]))`, "window=28d&entity=ceviche&measures=mentions"},
		{`antojo_net_sentiment{by="total",window="28d"}`, "window=28d&measures=net_sentiment"},
		{`antojo_mean_rating{by="source",window="7d",source="survey"}`, "window=7d&source=survey&measures=mean_rating"},
		{`antojo_share_of_voice{by="entity",window="28d",entity="lomo"}`, "window=28d&entity=lomo&kind=dish&measures=sov"},
	} {
		v, err := url.ParseQuery(tt.q)
		if err != nil {
			t.Fatal(err)
		}
		q, err := metric.ParseQuery(v)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Query(t.Context(), q)
		if err != nil || len(res.Rows) != 1 {
			t.Fatalf("%s: %d rows, %v", tt.q, len(res.Rows), err)
		}
		got, err := a.Instant(t.Context(), tt.expr, at)
		if err != nil {
			t.Fatalf("%s: %v", tt.expr, err)
		}
		vec, ok := got.(promql.Vector)
		if !ok || len(vec) != 1 || math.Abs(vec[0].F-res.Rows[0].Values[0].Value) > 1e-9 {
			t.Errorf("%s is %v, want %v", tt.expr, got, res.Rows[0].Values[0].Value)
		}
	}
}

// TestDaysAreWhole: a sample stands at the end of its day, is found for 24 hours and
// neither today nor tomorrow is told of.
func TestDaysAreWhole(t *testing.T) {
	a, _ := world(t)
	midnight := (lastTestDay + 1).Start()
	value := func(at time.Time) string {
		v, err := a.Instant(t.Context(), `sum(antojo_mentions)`, at)
		if err != nil {
			t.Fatal(err)
		}
		if vec := v.(promql.Vector); len(vec) == 1 {
			return fmt.Sprint(vec[0].F)
		}
		return "none"
	}
	last, before := value(midnight), value(midnight.Add(-time.Millisecond))
	if last == before || last == "none" || before == "none" {
		t.Errorf("at midnight %s, just before %s", last, before)
	}
	if got := value(midnight.Add(24*time.Hour - time.Millisecond)); got != last {
		t.Errorf("a day later less a millisecond: %s, want %s", got, last)
	}
	if got := value(midnight.Add(24 * time.Hour)); got != "none" {
		t.Errorf("a day later: %s, want nothing", got)
	}
	for ms := int64(-3); ms <= 3; ms++ {
		at := stamp(lastTestDay) + ms
		if d := lastStamped(at); stamp(d) > at || stamp(d+1) <= at {
			t.Errorf("last stamped before %d is %v", at, d)
		}
		if d := firstStamped(at); stamp(d) < at || stamp(d-1) >= at {
			t.Errorf("first stamped after %d is %v", at, d)
		}
	}
}

func get(t *testing.T, h http.Handler, path string, v url.Values) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path+"?"+v.Encode(), nil))
	return w.Code, w.Body.String()
}

func TestLabelsAndSeries(t *testing.T) {
	a, _ := world(t)
	h := a.Handler()
	for _, tt := range []struct {
		path string
		v    url.Values
		want string
	}{
		{"/api/v1/label/source/values", url.Values{}, `{"status":"success","data":["delivery","review","social","survey"]}`},
		{"/api/v1/label/name/values", url.Values{"match[]": {`antojo_entity_mentions{kind="dish"}`}}, `{"status":"success","data":["ceviche","lomo saltado"]}`},
		{"/api/v1/label/kind/values", url.Values{"match[]": {`antojo_entity_mentions`}}, `{"status":"success","data":["brand","dish","drink","ingredient","place"]}`},
		{"/api/v1/label/channel/values", url.Values{"match[]": {`antojo_mentions{source="review"}`}}, `{"status":"success","data":["review-0","review-1"]}`},
		{"/api/v1/label/window/values", url.Values{}, `{"status":"success","data":["28d","7d","90d"]}`},
		{"/api/v1/label/by/values", url.Values{"match[]": {`antojo_share_of_voice`}}, `{"status":"success","data":["entity","entity_department"]}`},
		{"/api/v1/labels", url.Values{"match[]": {`antojo_rating_sum`}}, `{"status":"success","data":["__name__","channel","department","geohash","source","ubigeo"]}`},
		{"/api/v1/series", url.Values{"match[]": {`antojo_mentions{source="review",channel="review-1",department="Amazonas",sentiment="pos"}`}},
			`{"status":"success","data":[{"__name__":"antojo_mentions","channel":"review-1","department":"Amazonas","sentiment":"pos","source":"review","ubigeo":"01"}]}`},
		{"/api/v1/query", url.Values{"query": {"1+1"}, "time": {"10"}}, `{"status":"success","data":{"resultType":"scalar","result":[10,"2"]}}`},
	} {
		code, body := get(t, h, tt.path, tt.v)
		if code != http.StatusOK {
			t.Errorf("%s %v: %d %s", tt.path, tt.v, code, body)
		} else if d := cmp.Diff(tt.want, body); d != "" {
			t.Errorf("%s %v (-want +got)\n%s", tt.path, tt.v, d)
		}
	}
	code, body := get(t, h, "/api/v1/metadata", nil)
	var meta struct {
		Data map[string][]map[string]string
	}
	if err := json.Unmarshal([]byte(body), &meta); err != nil || code != http.StatusOK || len(meta.Data) < 40 || meta.Data["antojo_mentions"][0]["type"] != "gauge" {
		t.Errorf("metadata: %d, %v, %d families", code, err, len(meta.Data))
	}
}

func TestExemplarsLeadToMentions(t *testing.T) {
	a, s := world(t)
	end := (lastTestDay + 1).Start().Unix()
	code, body := get(t, a.Handler(), "/api/v1/query_exemplars", url.Values{"query": {`sum by (source) (antojo_entity_mentions{entity="ceviche",source="review"})`},
		"start": {fmt.Sprint(end - 30*86400)}, "end": {fmt.Sprint(end)}})
	var got struct {
		Data []struct {
			Exemplars []struct {
				Labels map[string]string
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusOK || len(got.Data) != 1 || len(got.Data[0].Exemplars) < 5 {
		t.Fatalf("%d %v %s", code, err, body)
	}
	for _, e := range got.Data[0].Exemplars {
		id, err := mention.ParseID(e.Labels["mention_id"])
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Mention(t.Context(), id)
		if err != nil || m.Source != mention.Review || !slices.ContainsFunc(m.Entities, func(x mention.Entity) bool { return x.ID == "ceviche" }) {
			t.Errorf("mention %s is not behind the figure: %v", id, err)
		}
	}
}

// TestAnswersAreWrittenAsByPrometheus compares our encoder with the types' own.
func TestAnswersAreWrittenAsByPrometheus(t *testing.T) {
	ls := labels.FromStrings("__name__", "x", "name", "ají \"<&>\"\n")
	values := []float64{0, 1, -2.5, 1e-9, 1e22, 0.1 + 0.2, math.NaN(), math.Inf(1), math.Inf(-1), 123456789.125}
	m := promql.Matrix{{Metric: ls}, {Metric: labels.EmptyLabels()}}
	v := promql.Vector{}
	for i, x := range values {
		at := int64(i)*1001 - 1500
		m[0].Floats = append(m[0].Floats, promql.FPoint{T: at, F: x})
		v = append(v, promql.Sample{T: at, F: x, Metric: ls})
	}
	m[1].Floats = m[0].Floats[:1]
	for _, q := range []queryAnswer{{m.Type(), m}, {v.Type(), v}, {m.Type(), promql.Matrix{}}} {
		got, ok, err := appendAnswer(nil, q)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		own, err := json.Marshal(envelope{Status: "success", Data: q})
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := json.Unmarshal(got, &a); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		if err := json.Unmarshal(own, &b); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(b, a); d != "" {
			t.Error(d)
		}
	}
}

func TestRecorder(t *testing.T) {
	r := NewRecorder(time.Second, 10*time.Second)
	start := time.Unix(1_700_000_000, 0)
	for i := range 40 {
		r.Record(start.Add(time.Duration(i)*time.Second), []Own{{Name: "x_total", Kind: "counter", Help: "An x.", Labels: []string{"a", `q"\`}, Value: float64(i)}})
	}
	list := r.read([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, labels.MetricName, "x_total")}, &request{mint: 0, maxt: math.MaxInt64})
	if len(list) != 1 || len(list[0].points) != 10 || list[0].points[9].v != 39 {
		t.Errorf("kept %v", list)
	}
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("# HELP x_total An x.\n# TYPE x_total counter\nx_total{a=\"q\\\"\\\\\"} 39\n", b.String()); d != "" {
		t.Error(d)
	}
}

// FuzzQuery: no expression, however odd, panics or gives an answer of the server's
// own fault.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{`sum(antojo_mentions)`, `antojo_net_sentiment{by=~".*",window="7d"}`, `{__name__=~"antojo_.+",window="28d",by="aspect"}`,
		`sum without () (sum_over_time(antojo_aspect_mentions{aspect="food"}[7d:1d]))`, `antojo_feast @ start()`, `count_values("x", antojo_entity_mentions{kind!="dish"})`,
		`antojo_mentions{__antojo_keep__="+source"}`, `antojo_mentions{channel="a",channel="b"}`, `absent(antojo_verdict{window="7d"})`} {
		f.Add(s, int64(0), uint16(3))
	}
	a, _ := world(f)
	h := a.Handler()
	f.Fuzz(func(t *testing.T, expr string, shift int64, steps uint16) {
		end := (lastTestDay + 1).Start().Unix() + shift%100_000_000
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		v := url.Values{"query": {expr}, "start": {fmt.Sprint(end - int64(steps%50)*86400)}, "end": {fmt.Sprint(end)}, "step": {"86400"}}
		w := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/query_range", strings.NewReader(v.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(w, req)
		if w.Code == http.StatusInternalServerError || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %d %s", expr, w.Code, w.Body)
		}
	})
}
