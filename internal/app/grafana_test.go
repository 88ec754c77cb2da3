package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"antojo/internal/grafana/dash"
	"antojo/internal/grafana/prom"
	"antojo/internal/metric"
)

// board is a running Antojo with the demo set, as Grafana sees it.
type board struct {
	url      string
	recorder *prom.Recorder
	end      time.Time // noon after the last day of the set
	n        *node
	c        *cli
}

// demoBoard fills a store with the whole demo set, the last days through the model as
// antojo demo does, and serves what Grafana reads. The clock of the API stands at noon
// after the last day, so that the test does not depend on today's date.
func demoBoard(tb testing.TB) *board {
	tb.Helper()
	c := &cli{Streams: Streams{Out: io.Discard, Err: io.Discard}, version: "test", data: tb.TempDir()}
	ctx := context.Background()
	n, err := c.openNode(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := n.close(); err != nil {
			tb.Error(err)
		}
	})
	if err := c.fillDemo(ctx, n); err != nil {
		tb.Fatal(err)
	}
	if err := c.demoTail(ctx, n, true); err != nil {
		tb.Fatal(err)
	}
	if err := n.store.Warm(1_000_000); err != nil {
		tb.Fatal(err)
	}
	<-n.store.Warmed()
	cov, err := n.store.Coverage(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := correct(n.store, "")
	if err != nil {
		tb.Fatal(err)
	}
	b := &board{recorder: prom.NewRecorder(prom.DefaultEvery, prom.DefaultKeep), end: (cov.Last + 1).Start().Add(12 * time.Hour), n: n, c: c}
	h, err := c.newGrafanaAt(n, withSeries{data, n.dir.seriesPath()}, b.recorder, func() time.Time { return b.end })
	if err != nil {
		tb.Fatal(err)
	}
	for i := range 8 { // two minutes of figures about the process itself
		b.recorder.Record(b.end.Add(time.Duration(i-7)*prom.DefaultEvery), n.figures(ctx, time.Now()))
	}
	s := httptest.NewServer(c.withGrafana(h, http.NotFoundHandler()))
	tb.Cleanup(s.Close)
	b.url = s.URL
	return b
}

// ask sends a question and returns how many rows the answer has.
func (b *board) ask(t testing.TB, path string, v url.Values) (n int, body string) {
	t.Helper()
	res, err := http.PostForm(b.url+path, v)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		Status string
		Data   struct {
			ResultType string
			Result     json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &a); err != nil || res.StatusCode != http.StatusOK || a.Status != "success" {
		t.Errorf("%s %s: %s: %.300s", path, v.Encode(), res.Status, raw)
		return 0, string(raw)
	}
	if a.Data.ResultType == "scalar" {
		return 1, string(raw)
	}
	var rows []struct {
		Value  [2]any
		Values [][2]any
	}
	if err := json.Unmarshal(a.Data.Result, &rows); err != nil {
		t.Errorf("%s %s: %v", path, v.Encode(), err)
	}
	for _, r := range rows { // of which something can be drawn
		if slices.ContainsFunc(append(r.Values, r.Value), func(s [2]any) bool { return s[1] != nil && s[1] != "NaN" }) {
			n++
		}
	}
	return n, string(raw)
}

// panelTitles lists the panels of a dashboard.
func panelTitles(t *testing.T, raw []byte) (out []string) {
	t.Helper()
	var d struct{ Panels []struct{ Title string } }
	if err := json.Unmarshal(raw, &d); err != nil || len(d.Panels) == 0 {
		t.Fatalf("%d panels, %v", len(d.Panels), err)
	}
	for _, p := range d.Panels {
		out = append(out, p.Title)
	}
	return out
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// TestEveryPanelHasData asks every expression of every panel, variable and annotation
// of the committed dashboards, and of every alert rule, as Grafana would: none fails
// and none is empty.
func TestEveryPanelHasData(t *testing.T) {
	b := demoBoard(t)
	values := map[string]string{"entity": "ceviche"}
	asked := 0
	folder := "../../deploy/grafana/dashboards"
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(folder + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		qs, err := dash.Queries(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, title := range panelTitles(t, raw) {
			if !slices.ContainsFunc(qs, func(q dash.Query) bool { return q.Panel == title }) && !strings.HasPrefix(title, "Grafana Live") {
				t.Errorf("%s: nothing is asked for the panel %s", f.Name(), title)
			}
		}
		for _, q := range qs {
			t.Run(fmt.Sprintf("%s/%s", f.Name(), q.Panel), func(t *testing.T) {
				asked++
				expr := dash.Fill(q.Expr, values)
				n := 0
				var body string
				switch {
				case q.Loki:
					n, body = b.ask(t, "/loki/api/v1/query_range", url.Values{"query": {expr}, "limit": {"60"}, "step": {"3600"},
						"start": {strconv.FormatInt(b.end.Add(-48*time.Hour).UnixNano(), 10)}, "end": {strconv.FormatInt(b.end.UnixNano(), 10)}})
				case q.Variable:
					n, body = b.ask(t, "/prometheus/api/v1/query", url.Values{"query": {"count(" + expr + ")"}, "time": {seconds(b.end)}})
				case q.Instant:
					n, body = b.ask(t, "/prometheus/api/v1/query", url.Values{"query": {expr}, "time": {seconds(b.end)}})
				default:
					start, step := b.end.Add(-90*24*time.Hour), "86400"
					if strings.Contains(expr, "[1m]") || strings.Contains(expr, "_bytes") || strings.HasPrefix(expr, "go_") || strings.Contains(expr, "dirty") {
						start, step = b.end.Add(-time.Minute), "15"
					}
					n, body = b.ask(t, "/prometheus/api/v1/query_range", url.Values{"query": {expr}, "start": {seconds(start)}, "end": {seconds(b.end)}, "step": {step}})
				}
				if n == 0 && !t.Failed() {
					t.Errorf("no data for %s: %.200s", expr, body)
				}
			})
		}
	}
	for _, a := range dash.Alerts() {
		t.Run("alert/"+a.UID, func(t *testing.T) {
			asked++
			if n, body := b.ask(t, "/prometheus/api/v1/query", url.Values{"query": {a.Expr}, "time": {seconds(b.end)}}); n == 0 && !t.Failed() {
				t.Errorf("no data for %s: %.200s", a.Expr, body)
			}
		})
	}
	if asked < 80 {
		t.Errorf("only %d expressions were asked", asked)
	}
	t.Run("agree", func(t *testing.T) { agree(t, b) })
	t.Run("access", func(t *testing.T) { access(t, b) })
}

// agree compares figures with those of the metrics layer, which the pages show.
func agree(t *testing.T, b *board) {
	for _, tt := range []struct {
		expr, measures, by string
		value              func(metric.Value) float64
	}{
		{`sum by (ubigeo) (sum_over_time(antojo_mentions{ubigeo!="none"}[28d]))`, "mentions", "department", func(v metric.Value) float64 { return v.Value }},
		{`sum by (entity) (sum_over_time(antojo_entity_mentions[28d]))`, "mentions", "entity", func(v metric.Value) float64 { return v.Value }},
		{`antojo_net_sentiment{by="entity",window="28d"}`, "net_sentiment", "entity", func(v metric.Value) float64 { return v.Value }},
		{`antojo_net_sentiment_lower{by="source",window="28d"}`, "net_sentiment", "source", func(v metric.Value) float64 { return v.Low }},
		{`antojo_craving_rate_upper{by="entity",window="28d"}`, "craving_rate", "entity", func(v metric.Value) float64 { return v.High }},
	} {
		q, err := metric.ParseQuery(url.Values{"measures": {tt.measures}, "by": {tt.by}, "window": {"28d"}, "limit": {"5000"}})
		if err != nil {
			t.Fatal(err)
		}
		data, err := correct(b.n.store, "")
		if err != nil {
			t.Fatal(err)
		}
		res, err := data.Query(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for _, r := range res.Rows {
			if v := r.Values[0]; r.Keys[0] != "" && v.Defined {
				want[r.Keys[0]] = strconv.FormatFloat(tt.value(v), 'g', 9, 64)
			}
		}
		_, body := b.ask(t, "/prometheus/api/v1/query", url.Values{"query": {tt.expr}, "time": {seconds(b.end)}})
		var a struct {
			Data struct {
				Result []struct {
					Metric map[string]string
					Value  [2]any
				}
			}
		}
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			t.Fatal(err)
		}
		label := map[string]string{"department": "ubigeo", "entity": "entity", "source": "source"}[tt.by]
		for _, r := range a.Data.Result {
			x, err := strconv.ParseFloat(r.Value[1].(string), 64)
			if err != nil {
				t.Fatal(err)
			}
			key := r.Metric[label]
			if got := strconv.FormatFloat(x, 'g', 9, 64); got != want[key] {
				t.Errorf("%s: %s is %s, the metrics layer says %q", tt.expr, key, got, want[key])
			}
			delete(want, key)
		}
		if len(want) != 0 || len(a.Data.Result) == 0 {
			t.Errorf("%s: %d rows, and %d that the metrics layer has are missing", tt.expr, len(a.Data.Result), len(want))
		}
	}
}

// access: the rules of the API for tokens, host names and foreign pages hold here too.
func access(t *testing.T, b *board) {
	for _, tt := range []struct {
		name, path string
		header     map[string]string
		host       string
		status     int
	}{
		{"from this machine", "/prometheus/api/v1/labels", nil, "", 200},
		{"wrong token", "/prometheus/api/v1/labels", map[string]string{"Authorization": "Bearer antojo_x"}, "", 401},
		{"through a proxy", "/loki/api/v1/labels", map[string]string{"X-Forwarded-For": "10.0.0.1"}, "", 401},
		{"foreign name", "/prometheus/api/v1/labels", nil, "evil.example.org", 421},
		{"foreign page", "/loki/api/v1/labels", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, "", 403},
		{"outlines from a foreign page", "/grafana/geo/departments.geojson", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, "", 200},
		{"no such address", "/prometheus/api/v1/admin/tsdb/delete_series", nil, "", 404},
		{"bad expression", "/prometheus/api/v1/query?query=sum(", nil, "", 400},
		{"figure without a window", "/prometheus/api/v1/query?query=antojo_net_sentiment", nil, "", 422},
		{"bad LogQL", "/loki/api/v1/query_range?query=%7B", nil, "", 400},
		{"too many points", "/prometheus/api/v1/query_range?query=1&start=0&end=1e9&step=1", nil, "", 400},
		{"annotations", "/grafana/annotations", nil, "", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodGet, b.url+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range tt.header {
				req.Header.Set(k, v)
			}
			if tt.host != "" {
				req.Host = tt.host
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != tt.status {
				t.Errorf("%s: status %d, want %d: %.200s", tt.path, res.StatusCode, tt.status, body)
			}
		})
	}
}

// cpuPerOp reports the processor time of client and server for each question, which a
// busy machine changes less than the time on the clock.
func cpuPerOp(b *testing.B) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func() { b.ReportMetric(float64((used()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op") }
}

// BenchmarkGrafana measures questions over HTTP on the demo set. Questions over
// windows are asked once before, as a second panel of a dashboard finds them.
func BenchmarkGrafana(bm *testing.B) {
	b := demoBoard(bm)
	start, end := seconds(b.end.Add(-90*24*time.Hour)), seconds(b.end)
	for _, q := range []struct{ name, expr string }{
		{"departments-90d", `sum by (department) (antojo_mentions)`},
		{"departments-week-90d", `sum by (department) (sum_over_time(antojo_mentions[7d]))`},
		{"all-labels-90d", `antojo_mentions`},
		{"entities-90d", `sum by (name) (antojo_entity_mentions)`},
		{"entities-departments-90d", `sum by (name, department) (antojo_entity_mentions)`},
		{"net-departments-90d", `antojo_net_sentiment{by="department",window="28d"}`},
	} {
		bm.Run(q.name, func(bm *testing.B) {
			defer cpuPerOp(bm)()
			for bm.Loop() {
				if n, _ := b.ask(bm, "/prometheus/api/v1/query_range", url.Values{"query": {q.expr}, "start": {start}, "end": {end}, "step": {"86400"}}); n == 0 {
					bm.Fatal("no data")
				}
			}
		})
	}
	bm.Run("instant-departments-28d", func(bm *testing.B) {
		defer cpuPerOp(bm)()
		for bm.Loop() {
			b.ask(bm, "/prometheus/api/v1/query", url.Values{"query": {`sum by (department) (sum_over_time(antojo_mentions[28d]))`}, "time": {end}})
		}
	})
	bm.Run("rows-60", func(bm *testing.B) {
		defer cpuPerOp(bm)()
		for bm.Loop() {
			b.ask(bm, "/loki/api/v1/query_range", url.Values{"query": {`{source=~".+"} |= "ceviche"`}, "limit": {"60"},
				"start": {strconv.FormatInt(b.end.Add(-30*24*time.Hour).UnixNano(), 10)}, "end": {strconv.FormatInt(b.end.UnixNano(), 10)}})
		}
	})
}
