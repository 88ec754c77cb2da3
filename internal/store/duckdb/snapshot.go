package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"antojo/internal/metric"
	"antojo/internal/store/hot"
)

// snapshot is what one question reads: a moment of the tables, or of the copy in
// memory.
type snapshot struct {
	tx  *sql.Tx
	hot *hot.View

	rolled *rolled // how far the roll-ups of tx reach; nil = to be asked for each time
}

// rolled is how far roll-ups reach, and what memory has of the loads beyond it.
type rolled struct {
	known bool
	upto  int32
	some  bool // there may be mentions beyond

	view  *hot.View // complete but for old days; nil = none
	loads []loadMark
	base  int32
}

// tail is the part of memory that holds all mentions of loads after upto; nil = it
// cannot be told.
func (r *rolled) tail() *hot.View {
	if r.view == nil || r.upto < r.base {
		return nil
	}
	i, _ := slices.BinarySearchFunc(r.loads, r.upto+1, func(m loadMark, no int32) int { return cmp.Compare(m.no, no) })
	if i == len(r.loads) {
		return r.view.Since(math.MaxInt32)
	}
	return r.view.Since(r.loads[i].from)
}

// beside is what memory has beside roll-ups, for a question that only they answer.
func (w *warmth) beside() *rolled {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil || w.filling > 0 {
		return &rolled{}
	}
	return &rolled{view: w.index.View(), loads: w.loads, base: w.base}
}

// snapshot takes the copy in memory if it can answer under f, else the tables.
func (s *Store) snapshot(ctx context.Context, f *metric.Filter) (snapshot, error) {
	if v := s.warm.view(f); v != nil {
		return snapshot{hot: v}, ctx.Err()
	}
	tx, err := s.db.BeginTx(ctx, nil)
	return snapshot{tx: tx}, err
}

// scanRows is how many rows in memory a query reads rather than roll-ups: counting so
// many takes about as long as the statements would.
const scanRows = 400_000

// snapshotFor takes the copy in memory if it can answer q under its resolved filter f,
// unless that would count very many mentions of which the roll-ups have the sums.
func (s *Store) snapshotFor(ctx context.Context, q *metric.Query, f *metric.Filter) (snapshot, error) {
	v := s.warm.view(f)
	if v != nil && (v.Work(f) <= s.scanRows || !rolledUp(q, f)) {
		return snapshot{hot: v}, ctx.Err()
	}
	// Memory first: roll-ups that are younger than it hold no more than what it has.
	r := &rolled{}
	if f.Campaign == metric.IncludeCampaigns && rolledUp(q, f) {
		r = s.warm.beside()
	}
	tx, err := s.db.BeginTx(ctx, nil)
	return snapshot{tx: tx, rolled: r}, err
}

// rolledUp reports whether roll-ups can answer all of q.
func rolledUp(q *metric.Query, f *metric.Filter) bool {
	specs := []spec{mainSpec(q, f), {filter: *f}}
	if q.Needs()&metric.NeedVoice != 0 {
		all, _ := setSpec(q, f)
		specs = append(specs, all)
		if !slices.Contains(q.By, metric.ByEntity) {
			specs = append(specs, voiceSpec(q, f))
		}
	}
	for i := range specs {
		sp := &specs[i]
		if sp.filter.Campaign == metric.ExcludeCampaigns { // few are subtracted
			sp.filter.Campaign = metric.IncludeCampaigns
		}
		switch t := route(sp); {
		case !t.rollup:
			return false
		case t == rollupDepartment && len(sp.filter.Entities) != 1: // nearly as many rows as mentions
			return false
		}
	}
	return true
}

func (p snapshot) close() {
	if p.tx != nil {
		p.tx.Rollback() //nolint:errcheck // nothing was written
	}
}

// queryIn reads from the tables in the moment of a snapshot. What the copy in
// memory holds has been committed, so any later moment will do for that.
func (s *Store) queryIn(ctx context.Context, p snapshot, query string, args ...any) (*sql.Rows, error) {
	if p.tx != nil {
		return p.tx.QueryContext(ctx, query, args...)
	}
	return s.db.QueryContext(ctx, query, args...)
}
