package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/web"
)

// countingData is what a store offers to pages and rankings.
type countingData interface {
	web.Data
	DailyCounts(context.Context, metric.Filter, mention.Day) (metric.Daily, error)
}

// slowData takes its time over daily counts, which rankings are made of.
type slowData struct {
	countingData
	gate  chan struct{} // counts come once it is closed
	asked atomic.Int32
}

func (d *slowData) DailyCounts(ctx context.Context, f metric.Filter, from mention.Day) (metric.Daily, error) {
	d.asked.Add(1)
	select {
	case <-d.gate:
	case <-ctx.Done():
		return metric.Daily{}, ctx.Err()
	}
	return d.countingData.DailyCounts(ctx, f, from)
}

// TestReadersWithScriptsDoNotWait: while a ranking is being computed a page comes
// without it and says so, to a browser that will ask again; one without scripts
// waits. The computation goes on after the page, and is done once.
func TestReadersWithScriptsDoNotWait(t *testing.T) {
	var slow *slowData
	s := newSite(t, func(o *web.Options) {
		slow = &slowData{countingData: o.Data.(countingData), gate: make(chan struct{})}
		o.Data = slow
	})
	ask := func(path string, scripts bool) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
		if scripts {
			r.AddCookie(&http.Cookie{Name: "scripts", Value: "1"})
		}
		w := httptest.NewRecorder()
		s.srv.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %.300s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	for path, at := range map[string]string{"/": "#rising", "/entidad/pollo-a-la-brasa": ".page-head [data-test=coming]", "/tendencias": "[data-test=coming]", "/tendencias?by=aspect": "[data-test=coming]"} {
		d := parse(t, ask(path, true))
		if d.Find(at).Filter("[data-coming]").Length() != 1 {
			t.Errorf("%s: the page does not ask again for its ranking: %.200q", path, text(d.Find(at)))
		}
		if d.Find("[data-test=tiles] dt, [data-test=filters] select").Length() == 0 {
			t.Errorf("%s: the page comes without its figures", path)
		}
	}
	whole := make(chan string)
	go func() { whole <- ask("/", false) }()
	select {
	case <-whole:
		t.Error("a page for a browser without scripts came before its ranking")
	case <-time.After(100 * time.Millisecond):
	}
	close(slow.gate)
	if d := parse(t, <-whole); d.Find("#rising[data-coming]").Length() != 0 || d.Find("#rising .mover, #rising [data-test=empty]").Length() == 0 {
		t.Errorf("the whole page has no ranking: %.300q", text(d.Find("#rising")))
	}
	if d := parse(t, ask("/entidad/pollo-a-la-brasa", true)); d.Find(".page-head [data-coming]").Length() != 0 || d.Find(".page-head [data-test=verdict]").Length() == 0 {
		t.Errorf("the next page has no verdict: %.300q", text(d.Find(".page-head")))
	}
	if n := slow.asked.Load(); n != 1 {
		t.Errorf("daily counts were read %d times, want once for all", n)
	}
}
