package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"antojo/internal/panel"
	"antojo/internal/trend"
)

// A reader whose browser runs scripts gets the page after patience at the latest: what
// is not computed by then says so and is asked for again, by when it is there. Without
// scripts a page waits until it is whole.
const (
	patience     = 30 * time.Millisecond
	scriptCookie = "scripts" // set by the page's own script
)

// errSoon says that an answer will be there in a moment.
var errSoon = errors.New("web: the answer is being computed")

// patienceOf returns how long a page may wait: a context that ends then, or nil for a
// page that waits until it is whole, as a table for download, a panel alone and a stop of
// the tour, which must not move, always do.
func patienceOf(r *http.Request) (context.Context, context.CancelFunc) {
	c, err := r.Cookie(scriptCookie)
	q := r.URL.Query()
	if err != nil || c.Value != "1" || q.Get("format") != "" || q.Get("panel") != "" || q.Has(tourParam) {
		return nil, func() {}
	}
	return context.WithTimeout(r.Context(), patience)
}

// within computes an answer, but returns errSoon once wait has ended while ctx has
// not: the computation then goes on beside, and what it reads is remembered for the
// next asker. compute must not use anything that the page changes later.
func within[T any](ctx, wait context.Context, s *Server, compute func(context.Context) (T, error)) (T, error) {
	if wait == nil {
		return compute(ctx)
	}
	type answer struct {
		val T
		err error
	}
	done := make(chan answer, 1) // nobody may be left to take it
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageTimeout)
		defer cancel()
		val, err := compute(ctx)
		done <- answer{val, err}
	})
	var none T
	select {
	case a := <-done:
		return a.val, a.err
	case <-wait.Done():
	}
	select { // it may have come at the same moment
	case a := <-done:
		return a.val, a.err
	default:
	}
	if ctx.Err() != nil {
		return none, ctx.Err()
	}
	return none, errSoon
}

// soon is b for a page that waits for it until wait ends; meanwhile it has its plain name.
func (s *Server) soon(v *view, wait context.Context, b builder) builder {
	return builder{b.id, func(ctx context.Context) (panel.Panel, error) {
		p, err := within(ctx, wait, s, b.build)
		if errors.Is(err, errSoon) {
			return panel.Panel{ID: b.id, Title: v.text.T(b.id + ".name"), Empty: v.text.T("soon.coming"), Coming: true}, nil
		}
		return p, err
	}}
}

// trendsSoon ranks the entities of a view, see rankSoon.
func (s *Server) trendsSoon(ctx, wait context.Context, v *view) (rep trend.Report, coming bool, err error) {
	f := v.filter
	return rankSoon(ctx, wait, s, func(ctx context.Context) (trend.Report, error) { return s.rank(ctx, f) })
}

// rankSoon computes a ranking, which s.trends remembers. For a page that does not wait,
// one that is not at hand is computed after the page, before anything else that waits:
// beside it, it would take both processors from the page. compute must not use anything
// that the page changes.
func rankSoon[T any](ctx, wait context.Context, s *Server, compute func(context.Context) (T, error)) (val T, coming bool, err error) {
	if wait == nil {
		val, err = compute(ctx)
		return val, false, err
	}
	val, err = compute(context.WithValue(ctx, atHand{}, true))
	if !errors.Is(err, errNotAtHand) {
		return val, false, err
	}
	s.computeFirst(func(ctx context.Context) {
		if _, err := compute(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("a ranking could not be computed", "error", err.Error())
		}
	})
	return val, true, nil
}
