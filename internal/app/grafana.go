package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"strings"
	"time"

	"antojo/assets"
	"antojo/internal/api"
	"antojo/internal/api/token"
	"antojo/internal/chart"
	"antojo/internal/grafana"
	"antojo/internal/grafana/prom"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
)

// newGrafana wires what Grafana reads to a running node; recorder may be nil.
func (c *cli) newGrafana(n *node, data grafana.Data, recorder *prom.Recorder) (*grafana.Handler, error) {
	return c.newGrafanaAt(n, data, recorder, time.Now)
}

// newGrafanaAt is newGrafana with a clock of one's own.
func (c *cli) newGrafanaAt(n *node, data grafana.Data, recorder *prom.Recorder, now func() time.Time) (*grafana.Handler, error) {
	b, err := fs.ReadFile(assets.Web, "web/map/departments.json")
	if err != nil {
		return nil, fmt.Errorf("read map: %w", err)
	}
	m, err := chart.ParseMap(b)
	if err != nil {
		return nil, err
	}
	return grafana.New(grafana.Options{Data: data, Entities: n.names(), Map: m, Recorder: recorder, Logger: n.log, Now: now, Version: c.version})
}

// EntityIDs implements prom.Entities.
func (e entityNames) EntityIDs() []string {
	all := e.All()
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].ID
	}
	return out
}

// withGrafana puts what Grafana reads beside the other addresses.
func (c *cli) withGrafana(h *grafana.Handler, rest http.Handler) http.Handler {
	g := c.readOnly(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if grafana.Serves(r.URL.Path) {
			g.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// publicGeo is the path of outlines, which say nothing about mentions and which the
// browser that shows a Grafana reads without a token.
const publicGeo = "/grafana/geo/"

// readOnly lets in who may read by the rules of the API: its tokens, its setting for
// requests without one, its host names.
func (c *cli) readOnly(next http.Handler) http.Handler {
	tokens := &token.File{Path: c.tokensPath()}
	anonymous := api.Anonymous(c.api.anonymous)
	if anonymous == "" {
		anonymous = api.AnonymousLoopback
	}
	refuse := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "application/json")
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="antojo", scope="read"`)
		}
		w.WriteHeader(status)
		// As Prometheus says errors, so that Grafana shows the text.
		_ = json.NewEncoder(w).Encode(struct {
			Status string `json:"status"`
			Type   string `json:"errorType"`
			Error  string `json:"error"`
		}{"error", "unauthorized", text})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				c.logger().Error("request panicked", "path", r.URL.Path, "panic", fmt.Sprint(v))
				refuse(w, http.StatusInternalServerError, "the server could not answer; its log says more")
			}
		}()
		if !api.KnownHost(r.Host, c.api.hosts) {
			refuse(w, http.StatusMisdirectedRequest, "this server does not go by that name; add it with --host")
			return
		}
		if strings.HasPrefix(r.URL.Path, publicGeo) {
			next.ServeHTTP(w, r)
			return
		}
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			refuse(w, http.StatusForbidden, "no page of another origin may ask; let Grafana's server do it (access: proxy)")
			return
		}
		given := r.Header.Get("Authorization")
		if given == "" {
			if anonymous == api.AnonymousRead || anonymous == api.AnonymousLoopback && api.FromHere(r) {
				next.ServeHTTP(w, r)
				return
			}
			refuse(w, http.StatusUnauthorized, "this needs a token with the scope read: antojo tokens create NAME --scope read, sent as Authorization: Bearer antojo_…")
			return
		}
		scheme, secret, _ := strings.Cut(given, " ")
		t, err := tokens.Verify(strings.TrimSpace(secret), time.Now())
		switch {
		case !strings.EqualFold(scheme, "Bearer"), errors.Is(err, token.ErrUnknown), errors.Is(err, token.ErrExpired):
			refuse(w, http.StatusUnauthorized, "the token is not known or has expired; antojo tokens create makes a new one")
		case err != nil:
			c.logger().Error("tokens cannot be read", "error", err.Error())
			refuse(w, http.StatusInternalServerError, "the server could not answer; its log says more")
		case !t.Has(token.Read):
			refuse(w, http.StatusForbidden, "the token lacks the scope read; antojo tokens create NAME --scope read makes one that has it")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// deadStream is the stream of dead letters, logStream that of mentions.
const (
	logStream  = "mentions"
	deadStream = "dead"
)

// figures are what the recorder takes about this process, its store, log and model.
// What cannot be read just now is left out.
func (n *node) figures(ctx context.Context, began time.Time) []prom.Own {
	var out []prom.Own
	add := func(kind, name, help string, v float64, labels ...string) {
		out = append(out, prom.Own{Name: name, Kind: kind, Help: help, Labels: labels, Value: v})
	}
	if cov, err := n.store.Coverage(ctx); err == nil {
		add("counter", "antojo_stored_mentions_total", "Mentions in the store.", float64(cov.Mentions))
		add("counter", "antojo_stored_food_mentions_total", "Mentions about food in the store.", float64(cov.Relevant))
		add("gauge", "antojo_store_entities", "Distinct entities named in the store.", float64(cov.Entities))
		add("gauge", "antojo_store_first_day_timestamp_seconds", "Begin of the first day with mentions.", float64(cov.First.Start().Unix()))
		add("gauge", "antojo_store_last_day_timestamp_seconds", "Begin of the last day with mentions.", float64(cov.Last.Start().Unix()))
		for _, s := range mention.Sources {
			if t, ok := cov.Newest[s]; ok {
				add("gauge", "antojo_source_newest_mention_timestamp_seconds", "Time of the newest mention of the source.", float64(t.UnixMilli())/1000, "source", string(s))
			}
		}
	}
	if st, err := n.store.Stats(ctx); err == nil {
		add("gauge", "antojo_store_file_bytes", "Size of the data file with its write-ahead log.", float64(st.FileBytes))
		add("gauge", "antojo_store_memory_bytes", "Memory held by the store's engine.", float64(st.MemoryBytes))
		add("gauge", "antojo_store_dirty_days", "Days whose roll-up rows wait to be merged.", float64(st.DirtyDays))
		add("gauge", "antojo_store_rollup_rows", "Rows of all roll-ups.", float64(st.RollupRows))
	}
	if n.bus != nil {
		for _, s := range []string{logStream, deadStream} {
			if i, err := n.bus.Info(ctx, s); err == nil {
				add("gauge", "antojo_log_bytes", "Size of a stream of the log.", float64(i.Bytes), "stream", s)
				add("gauge", "antojo_log_entries", "Entries of a stream of the log; those of the dead letters wait for antojo runs dead replay.", float64(i.Entries), "stream", s)
			}
		}
		if dead, err := pipeline.DeadList(ctx, n.bus); err == nil {
			waiting := 0
			for _, d := range dead {
				waiting += d.Mentions
			}
			add("gauge", "antojo_dead_mentions", "Mentions in the dead-letter stream.", float64(waiting))
		}
	}
	if runs, err := n.store.Runs(ctx, 1000); err == nil {
		count := map[mention.RunStatus]int{mention.Running: 0, mention.Done: 0, mention.Failed: 0}
		rows := map[string]int64{"accepted": 0, "duplicate": 0, "rejected": 0, "dead": 0}
		for _, r := range runs {
			count[r.Status]++
			rows["accepted"] += r.Accepted
			rows["duplicate"] += r.Duplicate
			rows["rejected"] += r.Rejected
			rows["dead"] += r.Dead
		}
		for s, v := range count {
			add("gauge", "antojo_runs", "Import and collection runs of the last thousand, by state.", float64(v), "status", string(s))
		}
		for s, v := range rows {
			add("gauge", "antojo_run_rows", "Rows of the last thousand runs, by what became of them.", float64(v), "outcome", s)
		}
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	add("gauge", "go_memstats_heap_inuse_bytes", "Heap in use.", float64(mem.HeapInuse))
	add("gauge", "go_goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
	add("counter", "antojo_uptime_seconds_total", "Time since the process began to serve.", time.Since(began).Seconds())
	cpu := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}, {Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(cpu)
	for i, kind := range []string{"user", "gc"} {
		if cpu[i].Value.Kind() == metrics.KindFloat64 {
			add("counter", "go_cpu_seconds_total", "Processor time by the Go runtime's estimate.", cpu[i].Value.Float64(), "class", kind)
		}
	}
	if b, err := os.ReadFile("/proc/self/statm"); err == nil {
		var size, resident float64
		if _, err := fmt.Sscan(string(b), &size, &resident); err == nil {
			add("gauge", "process_resident_memory_bytes", "Resident memory.", resident*float64(os.Getpagesize()))
		}
	}
	return append(out, n.modelFigures()...)
}

// modelCard is what is read of a model's metrics.json.
type modelCard struct {
	Encoder  map[string]cardScores `json:"encoder"`
	Baseline map[string]cardScores `json:"baseline"`
}

type cardScores struct {
	Rows  float64 `json:"rows"`
	Heads map[string]struct {
		N        float64 `json:"n"`
		Accuracy float64 `json:"accuracy"`
		MacroF1  float64 `json:"macro_f1"`
	} `json:"heads"`
	AspectF1 *float64 `json:"aspect_f1"`
}

// modelFigures are the scores of the model in use, as its card has them.
func (n *node) modelFigures() []prom.Own {
	if n.encoder == nil {
		return nil
	}
	i := n.encoder.Info()
	model := i.Model()
	out := []prom.Own{{Name: "antojo_model_info", Kind: "gauge", Help: "1; the labels describe the encoder in use.", Value: 1,
		Labels: []string{"model", model, "precision", i.Precision, "engine", i.Engine}},
		{Name: "antojo_model_bytes", Kind: "gauge", Help: "Size of the encoder's file.", Value: float64(i.Bytes), Labels: []string{"model", model}},
		{Name: "antojo_model_sessions", Kind: "gauge", Help: "Sessions of the inference engine.", Value: float64(i.Sessions), Labels: []string{"model", model}}}
	dir := i.Dir
	if _, err := os.Stat(dir); err != nil {
		dir = "" // the built-in one lies in no folder
	}
	b, err := readModelFile(dir, "metrics.json")
	if err != nil {
		return out
	}
	var card modelCard
	if json.Unmarshal(b, &card) != nil {
		return out
	}
	for who, sets := range map[string]map[string]cardScores{"encoder": card.Encoder, "baseline": card.Baseline} {
		for set, s := range sets {
			add := func(head, score string, v float64) {
				out = append(out, prom.Own{Name: "antojo_model_score", Kind: "gauge", Help: "Score of the model's card, by set of labelled rows and head; the baseline is TF-IDF with logistic regression.",
					Labels: []string{"model", model, "who", who, "set", set, "head", head, "score", score}, Value: v})
			}
			for head, x := range s.Heads {
				add(head, "macro_f1", x.MacroF1)
				add(head, "accuracy", x.Accuracy)
				out = append(out, prom.Own{Name: "antojo_model_score_rows", Kind: "gauge", Help: "Labelled rows behind a score.",
					Labels: []string{"model", model, "who", who, "set", set, "head", head}, Value: x.N})
			}
			if s.AspectF1 != nil {
				add("aspects", "macro_f1", *s.AspectF1)
			}
		}
	}
	return out
}
