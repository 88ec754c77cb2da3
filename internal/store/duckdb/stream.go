package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// streamChunk is about how many mentions one statement of EachMention asks for, of which
// the engine holds the result; streamBatch is how many of them are handed on at once,
// and streamAhead how many batches wait. Statements cost as much as the pieces of the
// file that they touch, so few ask for much; batches are small, so that reading and
// writing go side by side and memory stays flat.
const (
	streamChunk = 50_000
	streamBatch = 2_000
	streamAhead = 4
)

// streamColumns are read by streamed, in its order.
const streamColumns = `id, epoch_us(ts), source, channel, rating, place, department, province, district, language,
	undated, synthetic, scored, relevant, sentiment, intent, scores, aspects, entities, text, model, run`

// EachMention yields all mentions that f selects, newest first, of one moment of the
// store and in memory that does not grow with their number. The mention is the
// caller's only until yield returns. Its author, what its source said of department and
// language, and the probabilities of its aspects are not read. An error of yield ends
// it and is returned as it is.
func (s *Store) EachMention(ctx context.Context, f metric.Filter, yield func(*mention.Annotated) error) error {
	cover, err := s.Coverage(ctx)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	if err := f.Check(); err != nil {
		return err
	}
	if f, err = f.Resolve(cover.Last); err != nil {
		return err
	}
	first, last := max(cover.First, f.From), cover.Last
	if f.To != 0 {
		last = min(last, f.To)
	}
	if cover.Mentions == 0 || first > last {
		return nil
	}
	days, err := s.MentionDays(ctx, first)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN TRANSACTION"); err != nil { // all pieces are of one moment
		return fmt.Errorf("read mentions: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") //nolint:errcheck // nothing was written

	// What comes next is read while what came before is handed on.
	ctx, cancel := context.WithCancel(ctx)
	st := &stream{ctx: ctx, conn: conn, f: f, batches: make(chan []mention.Annotated, streamAhead), free: make(chan []mention.Annotated, streamAhead+2), chunk: s.streamChunk}
	for range cap(st.free) {
		st.free <- nil
	}
	var failed error
	go func() {
		defer close(st.batches)
		if failed = st.read(days, last); failed == nil {
			failed = st.flush()
		}
	}()
	defer func() { // the reader is done before its connection is given back
		cancel()
		for range st.batches {
		}
	}()
	for batch := range st.batches {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read mentions: %w", err)
		}
		for i := range batch {
			if err := yield(&batch[i]); err != nil {
				return err
			}
		}
		clear(batch) // texts are not held longer than they are needed
		st.free <- batch
	}
	return failed
}

// stream reads mentions for EachMention. Batches that have been handed on come back by
// free, so their room is used again.
type stream struct {
	ctx     context.Context
	conn    *sql.Conn
	f       metric.Filter
	chunk   int                     // mentions that one statement asks for
	marks   map[mention.ID]copyMark // of the days that are being read
	batch   []mention.Annotated
	batches chan []mention.Annotated
	free    chan []mention.Annotated
}

// next is the place of the mention that is read next.
func (st *stream) next() (*mention.Annotated, error) {
	if len(st.batch) == streamBatch {
		if err := st.flush(); err != nil {
			return nil, err
		}
	}
	if cap(st.batch) == 0 {
		select {
		case room := <-st.free:
			if st.batch = room[:0]; cap(room) == 0 {
				st.batch = make([]mention.Annotated, 0, streamBatch)
			}
		case <-st.ctx.Done():
			return nil, st.ctx.Err()
		}
	}
	st.batch = st.batch[:len(st.batch)+1]
	return &st.batch[len(st.batch)-1], nil
}

// flush hands the batch on.
func (st *stream) flush() error {
	if len(st.batch) == 0 {
		return nil
	}
	select {
	case st.batches <- st.batch:
		st.batch = nil
		return nil
	case <-st.ctx.Done():
		return st.ctx.Err()
	}
}

// read reads the mentions of days up to last, newest first, about a chunk at a time.
func (st *stream) read(days []mention.DayCount, last mention.Day) error {
	for i := len(days) - 1; i >= 0; {
		if days[i].Day > last {
			i--
			continue
		}
		to, n := days[i].Day, 0
		from := to
		for ; i >= 0 && (n == 0 || n+days[i].N <= streamChunk); i-- {
			from, n = days[i].Day, n+days[i].N
		}
		st.f.From, st.f.To = from, to
		if err := st.readDays(); err != nil {
			return fmt.Errorf("read mentions of %s to %s: %w", from, to, err)
		}
	}
	return nil
}

// readDays reads the mentions of a few days, in pages in case one day is huge (an
// import without dates lies on one day).
func (st *stream) readDays() (err error) {
	if st.marks, err = marksOfDays(st.ctx, st.conn, st.f.From, st.f.To); err != nil {
		return err
	}
	var after *position
	for n := st.chunk; n == st.chunk; {
		c := conditions{}
		c.filter(&st.f, rawMentions)
		if after != nil {
			at := time.UnixMicro(after.at).UTC()
			c.add("(ts < ? OR (ts = ? AND id < CAST(? AS UUID)))", at, at, uuid(after.id))
		}
		query := fmt.Sprintf("SELECT %s FROM mentions WHERE %s ORDER BY ts DESC, id DESC LIMIT %d", streamColumns, c.text(), st.chunk)
		n = 0
		err := st.rows(query, c.args, func(values []driver.Value) error {
			m, err := st.next()
			if err != nil {
				return err
			}
			if err := streamed(m, values); err != nil {
				return err
			}
			if k, ok := st.marks[m.ID]; ok {
				m.Cluster, m.Campaign = k.cluster, k.campaign
			}
			if n++; n == st.chunk {
				after = &position{m.Time.UnixMicro(), m.ID}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rows yields the rows of a query as the driver's values: Scan of database/sql would
// convert each column of each row by reflection, which was half of the time of an export.
func (st *stream) rows(query string, args []any, yield func([]driver.Value) error) error {
	return st.conn.Raw(func(dc any) error {
		named := make([]driver.NamedValue, len(args))
		for i, a := range args {
			named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
			if check, ok := dc.(driver.NamedValueChecker); ok && check.CheckNamedValue(&named[i]) == nil {
				continue
			}
			v, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return err
			}
			named[i].Value = v
		}
		rows, err := dc.(driver.QueryerContext).QueryContext(st.ctx, query, named)
		if err != nil {
			return err
		}
		defer rows.Close()
		values := make([]driver.Value, len(rows.Columns()))
		for {
			if err := rows.Next(values); err != nil {
				if errors.Is(err, io.EOF) {
					return nil
				}
				return err
			}
			if err := yield(values); err != nil {
				return err
			}
		}
	})
}

// streamed fills an empty mention with the values of streamColumns.
func streamed(m *mention.Annotated, v []driver.Value) (err error) {
	i := 0
	defer func() {
		if r := recover(); r != nil { // a column has another type than its migration says
			err = fmt.Errorf("column %d of a mention is a %T", i-1, v[i-1])
		}
	}()
	next := func() driver.Value { x := v[i]; i++; return x }
	m.ID = mention.ID(idOf(next()))
	m.Time = time.UnixMicro(next().(int64)).UTC()
	m.Source = mention.Source(next().(string))
	m.Channel, m.Rating, m.Place = next().(string), next().(float32), next().(string)
	m.Resolved, m.Province = mention.Department(next().(uint8)), mention.Province(next().(uint16))
	m.District, m.Language = next().(string), next().(string)
	m.Undated, m.Synthetic, m.Scored, m.Relevant = next().(bool), next().(bool), next().(bool), next().(bool)
	sentiment, intent := next().(int8), next().(uint8)
	scores, aspects := next().(uint64), next().(uint16)
	entities := next().(string)
	m.Text, m.Model, m.Run = next().(string), next().(string), next().(string)
	unpack(scores, &m.Relevance, &m.Sentiments[0], &m.Sentiments[1], &m.Sentiments[2], &m.IntentP)
	for a := range m.Aspects {
		m.Aspects[a] = mention.AspectLabel(aspects >> (2 * a) & 3)
	}
	if m.Scored {
		m.Sentiment, m.Intent = mention.Sentiment(sentiment), mention.Intent(intent)
	}
	if entities != "[]" {
		if m.Entities, err = parseEntities(entities); err != nil {
			return fmt.Errorf("entities of mention %s: %w", m.ID, err)
		}
	}
	return nil
}

func idOf(v driver.Value) (id duck.UUID) {
	switch x := v.(type) {
	case duck.UUID:
		return x
	case *duck.UUID:
		return *x
	case []byte:
		copy(id[:], x)
		return id
	}
	panic(v) // streamed says which column
}

type copyMark struct {
	cluster  mention.Cluster
	campaign bool
}

// marksOfDays reads what is known of copies among the mentions of some days.
func marksOfDays(ctx context.Context, conn *sql.Conn, from, to mention.Day) (map[mention.ID]copyMark, error) {
	rows, err := conn.QueryContext(ctx, "SELECT mention_id, cluster, campaign FROM copies WHERE day BETWEEN ? AND ?", int32(from), int32(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[mention.ID]copyMark{}
	for rows.Next() {
		var id duck.UUID
		var cluster uint64
		var campaign bool
		if err := rows.Scan(&id, &cluster, &campaign); err != nil {
			return nil, err
		}
		out[mention.ID(id)] = copyMark{mention.Cluster(cluster), campaign}
	}
	return out, rows.Err()
}
