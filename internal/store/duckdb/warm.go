package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/hot"
)

// warmth is the state of the copy of the newest mentions in memory (package hot,
// ADR 0063). While there is none, or while it is being filled, answers come from
// the tables.
type warmth struct {
	mu      sync.Mutex
	most    int // mentions to hold; 0 = no copy is wanted
	index   *hot.Index
	filling int        // fills that have not ended; the index is complete at 0
	full    int        // mentions in the index that have it filled anew
	loads   []loadMark // that came since the index is complete, in order
	base    int32      // loads up to this one are in the index, in no order
	ready   chan struct{}
	done    context.CancelFunc // ends all fills
	ctx     context.Context
	work    sync.WaitGroup
}

// loadMark says where a load begins in the index.
type loadMark struct {
	no   int32
	from int
}

// maxLoadMarks is how many loads are told apart; older ones are in the roll-ups for long.
const maxLoadMarks = 20_000

// DefaultWarm is how many mentions Warm is asked to hold where little is known of the
// machine: some 600 MB.
const DefaultWarm = 5_000_000

const (
	warmBytes  = 110        // of memory that a mention takes there with its words (103 measured at 10 million)
	warmShare  = 8          // one part in so many of the machine's memory
	warmAtMost = 30_000_000 // filling it takes some seconds a million
)

// WarmFor is how many mentions to ask Warm to hold on a machine with so much memory, in
// bytes: what an eighth of it holds, but DefaultWarm at least; 0 = unknown.
func WarmFor(memory uint64) int {
	return int(min(max(memory/warmShare/warmBytes, DefaultWarm), warmAtMost))
}

// Warm has the store keep its newest mentions in memory, at most most of them and
// always whole days, from now on. It returns at once; until the copy is complete
// (some seconds a million), answers come from the tables, as they do for days that
// it does not reach.
func (s *Store) Warm(most int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("keep mentions in memory: the store is closed")
	}
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	if s.warm.ctx == nil {
		s.warm.ctx, s.warm.done = context.WithCancel(context.Background())
	}
	s.warm.most = most
	s.warm.begin(s)
	return nil
}

// Warmed returns a channel that is closed once the copy in memory is complete.
func (s *Store) Warmed() <-chan struct{} {
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	if s.warm.ready == nil {
		s.warm.ready = make(chan struct{})
	}
	return s.warm.ready
}

// begin starts a new copy. The caller holds s.mu, so that loads up to s.lastLoad
// are on disk and later ones come by keepHot, and w.mu.
func (w *warmth) begin(s *Store) {
	if w.most <= 0 || w.ctx.Err() != nil {
		return
	}
	from, err := s.newestDays(w.ctx, w.most)
	if err != nil {
		s.log.Warn("the newest mentions could not be taken into memory; answers come from the file", "error", err.Error())
		w.index = nil
		return
	}
	w.index, w.filling = hot.New(from), 0
	if err := s.markAllHot(w.ctx, w.index); err != nil {
		s.log.Warn("the newest mentions could not be taken into memory; answers come from the file", "error", err.Error())
		w.index = nil
		return
	}
	w.fill(s, 0, s.lastLoad.Load())
}

// newestDays is the first day of those that hold at most most mentions together
// (the last day in any case); 0 if all do.
func (s *Store) newestDays(ctx context.Context, most int) (mention.Day, error) {
	if c, _ := s.Coverage(ctx); c.Mentions <= int64(most) {
		return 0, nil
	}
	rows, err := s.db.QueryContext(ctx, "SELECT day, count(*) FROM mentions GROUP BY day ORDER BY day DESC")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	from, total := mention.Day(0), 0
	for rows.Next() {
		var d mention.Day
		var n int
		if err := rows.Scan(&d, &n); err != nil {
			return 0, err
		}
		if total += n; total > most && from != 0 {
			break
		}
		from = d
	}
	return from, rows.Err()
}

// fill adds the mentions of the loads after one up to another to the index, in the
// background. The caller holds w.mu.
func (w *warmth) fill(s *Store, after, upto int32) {
	index, ctx := w.index, w.ctx
	w.filling++
	w.work.Go(func() {
		start := time.Now()
		err := s.readInto(ctx, index, after, upto)
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.index != index {
			return // given up meanwhile
		}
		if w.filling--; err != nil {
			w.index = nil
			if ctx.Err() == nil {
				s.log.Warn("the newest mentions could not be taken into memory; answers come from the file", "error", err.Error())
			}
			return
		}
		if w.filling > 0 {
			return
		}
		w.loads, w.base = nil, s.lastLoad.Load()
		// Not at once again if a single day has more than is wanted.
		w.full = max(w.most, index.Len()) / 4 * 5
		s.log.Info("newest mentions are in memory", "mentions", index.Len(), "seconds", time.Since(start).Seconds())
		if w.ready == nil {
			w.ready = make(chan struct{})
		}
		select {
		case <-w.ready:
		default:
			close(w.ready)
		}
	})
}

// stop ends fills and waits for them.
func (w *warmth) stop() {
	w.mu.Lock()
	if w.done != nil {
		w.done()
	}
	w.index, w.most = nil, 0
	w.mu.Unlock()
	w.work.Wait()
}

// from is the first day that the copy in memory holds; 0 if it holds all or is none.
func (w *warmth) from() mention.Day {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil {
		return 0
	}
	return w.index.From()
}

// view is the copy in memory if it is complete and can answer questions under f.
func (w *warmth) view(f *metric.Filter) *hot.View {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil || w.filling > 0 {
		return nil
	}
	if v := w.index.View(); v.Can(f) {
		return v
	}
	return nil
}

// wanted reports whether loads must be handed to keepHot. The caller holds s.mu.
func (w *warmth) wanted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.index != nil
}

// keepHot adds the mentions of a load that has been committed. The caller holds s.mu.
func (s *Store) keepHot(ms []hot.Mention, load int32) {
	w := &s.warm
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil {
		return
	}
	from := w.index.Len()
	if err := w.index.Add(ms); err != nil {
		s.log.Warn("mentions are no longer kept in memory; answers come from the file", "error", err.Error())
		w.index = nil
		return
	}
	switch {
	case w.filling > 0: // fill says from where on loads are told apart
	case w.index.Len()-from < len(ms): // some are older than the index reaches
		w.loads, w.base = nil, load
	default:
		w.loads = append(w.loads, loadMark{load, from})
		if n := len(w.loads); n > maxLoadMarks {
			w.base = w.loads[n/2-1].no
			w.loads = slices.Clone(w.loads[n/2:])
		}
	}
	if w.filling == 0 && w.index.Len() > w.full {
		w.begin(s)
	}
}

// refillHot takes up what the last load brought past keepHot. The caller holds s.mu.
func (s *Store) refillHot() {
	w := &s.warm
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil {
		return
	}
	last := s.lastLoad.Load()
	w.fill(s, last-1, last)
}

// rereadHot makes the copy in memory anew after stored mentions have changed or gone;
// until it is complete, answers come from the tables.
func (s *Store) rereadHot() {
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	if s.warm.index != nil {
		s.warm.begin(s)
	}
}

// fillSize is how many mentions are added to the index at a time.
const fillSize = 2000

// readInto reads the mentions of some loads into an index. Mentions and pairs are
// written in the same order, so both are read side by side; pairs that come before
// their mention (after a Parquet file in another order) are kept until it does.
func (s *Store) readInto(ctx context.Context, index *hot.Index, after, upto int32) error {
	where := fmt.Sprintf("load_no > %d AND load_no <= %d", after, upto)
	if from := index.From(); from != 0 {
		where += fmt.Sprintf(" AND day >= %d", from)
	}
	query := "SELECT mention_id, entity, kind FROM mention_entities WHERE " + where
	var rewritten bool // then rows of entities have moved behind those of later mentions
	if err := s.db.QueryRowContext(ctx, "SELECT rewritten FROM lexicon_pass").Scan(&rewritten); err != nil {
		return fmt.Errorf("read entities: %w", err)
	}
	if rewritten {
		query = "SELECT p.mention_id, p.entity, p.kind FROM (SELECT mention_id, entity, kind, rowid AS nth FROM mention_entities WHERE " + where +
			") AS p JOIN (SELECT id, rowid AS nth FROM mentions WHERE " + where + ") AS m ON m.id = p.mention_id ORDER BY m.nth, p.nth"
	}
	rows, err := s.db.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("read entities: %w", err)
	}
	defer rows.Close()
	pairs := pairCursor{rows: rows, passed: map[mention.ID][]hot.Entity{}}
	ms, err := s.db.QueryContext(ctx, `SELECT id, epoch_us(ts), day, author_key, CAST(rating AS DOUBLE), source, channel, run,
		CAST(province % 100 AS BIGINT) * 16777216 + CAST(department AS INTEGER) * 65536 + (sentiment + 1) * 16384 + CAST(intent AS INTEGER) * 2 + CAST(relevant AS INTEGER), aspects, kinds > 0, folded
		FROM mentions WHERE `+where)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	defer ms.Close()
	batch := make([]hot.Mention, 0, fillSize)
	for ms.Next() {
		var m hot.Mention
		var id duck.UUID
		var rating float64
		var codes int64
		var names bool
		if err := ms.Scan(&id, &m.At, &m.Day, &m.Author, &rating, &m.Source, &m.Channel, &m.Run, &codes, &m.Aspects, &names, &m.Folded); err != nil {
			return fmt.Errorf("read mentions: %w", err)
		}
		m.ID, m.Rating = mention.ID(id), float32(rating)
		m.Province, m.Department, m.Sentiment, m.Intent, m.Relevant = uint8(codes>>24), uint8(codes>>16), int8(codes>>14&3)-1, uint8(codes>>1&0x1f), codes&1 != 0
		if m.Entities, err = pairs.of(m.ID, names); err != nil {
			return err
		}
		if batch = append(batch, m); len(batch) == fillSize {
			if err := index.Add(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := errors.Join(ms.Err(), index.Add(batch)); err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	return pairs.end()
}

// pairCursor hands out the entities of mentions.
type pairCursor struct {
	rows   *sql.Rows
	id     mention.ID // of the row read ahead
	next   hot.Entity
	ahead  bool
	begun  bool
	passed map[mention.ID][]hot.Entity // of mentions that have not been asked for
}

func (c *pairCursor) step() error {
	c.begun = true
	if c.ahead = c.rows.Next(); !c.ahead {
		return c.rows.Err()
	}
	var id duck.UUID
	if err := c.rows.Scan(&id, &c.next.ID, &c.next.Kind); err != nil {
		return fmt.Errorf("read entities: %w", err)
	}
	c.id = mention.ID(id)
	return nil
}

// run takes the rows of the mention that is next.
func (c *pairCursor) run() (out []hot.Entity, err error) {
	for id := c.id; c.ahead && c.id == id && err == nil; err = c.step() {
		out = append(out, c.next)
	}
	return out, err
}

// of returns the entities of a mention; names says that there are some.
func (c *pairCursor) of(id mention.ID, names bool) ([]hot.Entity, error) {
	if !c.begun {
		if err := c.step(); err != nil {
			return nil, err
		}
	}
	if c.ahead && c.id == id {
		return c.run()
	}
	if !names {
		return nil, nil
	}
	if list, ok := c.passed[id]; ok {
		delete(c.passed, id)
		return list, nil
	}
	for c.ahead {
		at := c.id
		list, err := c.run()
		if err != nil || at == id {
			return list, err
		}
		c.passed[at] = append(c.passed[at], list...)
	}
	return nil, nil
}

// end reports entities that were not handed out.
func (c *pairCursor) end() error {
	if c.ahead || len(c.passed) > 0 {
		return errors.New("read entities: rows of mentions and of their entities do not go together")
	}
	return nil
}

// readHot yields the groups of sp from memory, each once, and returns how many
// mentions its filter selects.
func readHot(v *hot.View, sp *spec, yield func(group)) int64 {
	return v.Read(&hot.Spec{Filter: sp.filter, By: sp.by, Need: sp.need, Pairs: sp.pairs, Most: maxGroups}, func(g hot.Group) {
		out := group{keys: make([]key, len(g.Keys)), counts: g.Counts}
		for i, k := range g.Keys {
			if sp.by[i] == metric.ByAspect {
				out.keys[i] = key{name: mention.Aspect(k.Code).String(), rank: k.Code}
			} else {
				out.keys[i] = keyOf(sp.by[i], k.Name, k.Code)
			}
		}
		yield(out)
	})
}

func newestHot(v *hot.View, f *metric.Filter, after *position, limit int) []position {
	var from *hot.Position
	if after != nil {
		from = &hot.Position{At: after.at, ID: after.id}
	}
	list := v.Newest(f, from, limit)
	out := make([]position, len(list))
	for i, p := range list {
		out[i] = position{p.At, p.ID}
	}
	return out
}

// examplesHot chooses among the newest positions by what is known in memory, so that
// only those shown are read from the tables.
func examplesHot(v *hot.View, f *metric.Filter, among, each int) []position {
	var out []position
	var have [3]int
	for _, p := range v.Newest(f, nil, among) {
		if p.Sentiment == hot.UnscoredSentiment {
			continue
		}
		if k := p.Sentiment + 1; have[k] < each {
			have[k]++
			out = append(out, position{p.At, p.ID})
		}
	}
	return out
}

func coMentionsHot(v *hot.View, entity string, f *metric.Filter, kinds []string) []store.CoMention {
	t := v.Together(entity, f, kinds)
	var out []store.CoMention
	for id, n := range t.With {
		if n >= minTogether {
			out = append(out, coMention(id, n, t.Of[entity], t.Of[id], t.Base))
		}
	}
	return out
}
