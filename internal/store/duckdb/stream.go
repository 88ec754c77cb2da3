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

// streamChunk is about how many mentions EachMention holds at a time: enough that
// the cost of a question does not count, few enough that memory stays flat.
const streamChunk = 20_000

// EachMention yields all mentions that f selects, newest first, of one moment of the
// store and in memory that does not grow with their number. The mention is the
// caller's only until yield returns. An error of yield ends it and is returned as
// it is.
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

	// One piece is read while the one before is handed on.
	ctx, cancel := context.WithCancel(ctx)
	pieces := make(chan []mention.Annotated)
	free := make(chan []mention.Annotated, 2)
	free <- nil
	free <- nil
	var failed error
	go func() {
		defer close(pieces)
		failed = readPieces(ctx, conn, f, days, last, func(fill func([]mention.Annotated) ([]mention.Annotated, error)) error {
			var room []mention.Annotated
			select {
			case room = <-free:
			case <-ctx.Done():
				return ctx.Err()
			}
			piece, err := fill(room[:0])
			if err != nil {
				return err
			}
			select {
			case pieces <- piece:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	defer func() { // the reader is done before its connection is given back
		cancel()
		for range pieces {
		}
	}()
	for piece := range pieces {
		for i := range piece {
			if err := yield(&piece[i]); err != nil {
				return err
			}
		}
		clear(piece) // texts are not held longer than they are needed
		free <- piece
	}
	return failed
}

// readPieces reads the mentions of days up to last, newest first, about streamChunk at
// a time.
func readPieces(ctx context.Context, conn *sql.Conn, f metric.Filter, days []mention.DayCount, last mention.Day, send func(fill func([]mention.Annotated) ([]mention.Annotated, error)) error) error {
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
		f.From, f.To = from, to
		if err := eachOfDays(ctx, conn, &f, send); err != nil {
			return err
		}
	}
	return nil
}

// eachOfDays reads the mentions of a few days, in pages in case one day is huge (an
// import without dates lies on one day).
func eachOfDays(ctx context.Context, conn *sql.Conn, f *metric.Filter, send func(fill func([]mention.Annotated) ([]mention.Annotated, error)) error) error {
	fail := func(err error) error { return fmt.Errorf("read mentions of %s to %s: %w", f.From, f.To, err) }
	marks, err := marksOfDays(ctx, conn, f.From, f.To)
	if err != nil {
		return fail(err)
	}
	var after *position
	for more := true; more; {
		err := send(func(out []mention.Annotated) ([]mention.Annotated, error) {
			c := conditions{}
			c.filter(f, rawMentions)
			if after != nil {
				at := time.UnixMicro(after.at).UTC()
				c.add("(ts < ? OR (ts = ? AND id < CAST(? AS UUID)))", at, at, uuid(after.id))
			}
			query := fmt.Sprintf("SELECT %s FROM mentions WHERE %s ORDER BY ts DESC, id DESC LIMIT %d", mentionColumns, c.text(), streamChunk)
			out, err := readMentions(ctx, conn, query, c.args, out)
			if err != nil {
				return nil, fail(err)
			}
			for i := range out {
				if k, ok := marks[out[i].ID]; ok {
					out[i].Cluster, out[i].Campaign = k.cluster, k.campaign
				}
			}
			if more = len(out) == streamChunk; more {
				m := &out[len(out)-1]
				after = &position{m.Time.UnixMicro(), m.ID}
			}
			return out, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readMentions appends the mentions of a query to out. It takes the driver's values as
// they are: Scan of database/sql would convert each of the 26 columns of each row by
// reflection, which was half of the time of an export.
func readMentions(ctx context.Context, conn *sql.Conn, query string, args []any, out []mention.Annotated) ([]mention.Annotated, error) {
	err := conn.Raw(func(dc any) error {
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
		rows, err := dc.(driver.QueryerContext).QueryContext(ctx, query, named)
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
			m, err := mentionOf(values)
			if err != nil {
				return err
			}
			out = append(out, m)
		}
	})
	return out, err
}

// mentionOf is scanMention for values of the driver.
func mentionOf(v []driver.Value) (m mention.Annotated, err error) {
	var sentiment int8
	var intent, given, department uint8
	var scores, aspectP uint64
	var aspects uint16
	var entities string
	i := 0
	defer func() {
		if r := recover(); r != nil { // a column has another type than its migration says
			err = fmt.Errorf("column %d of a mention is a %T", i-1, v[i-1])
		}
	}()
	next := func() driver.Value { x := v[i]; i++; return x }
	m.ID = mention.ID(idOf(next()))
	m.Time = next().(time.Time).UTC()
	m.Source = mention.Source(next().(string))
	m.Channel, m.Author, m.Rating, m.Place = next().(string), next().(string), next().(float32), next().(string)
	given, department = next().(uint8), next().(uint8)
	m.Department, m.Resolved = mention.Department(given), mention.Department(department)
	m.District, m.Lang, m.Language = next().(string), next().(string), next().(string)
	m.Undated, m.Synthetic, m.Scored, m.Relevant = next().(bool), next().(bool), next().(bool), next().(bool)
	sentiment, intent = next().(int8), next().(uint8)
	scores, aspects, aspectP = next().(uint64), next().(uint16), next().(uint64)
	entities, m.Text, m.Model, m.Run = next().(string), next().(string), next().(string), next().(string)
	unpack(scores, &m.Relevance, &m.Sentiments[0], &m.Sentiments[1], &m.Sentiments[2], &m.IntentP)
	for a := range m.Aspects {
		m.Aspects[a] = mention.AspectLabel(aspects >> (2 * a) & 3)
		unpack(aspectP>>(8*a), &m.AspectP[a])
	}
	if m.Scored {
		m.Sentiment, m.Intent = mention.Sentiment(sentiment), mention.Intent(intent)
	}
	if entities != "[]" {
		if m.Entities, err = parseEntities(entities); err != nil {
			return m, fmt.Errorf("entities of mention %s: %w", m.ID, err)
		}
	}
	return m, nil
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
	panic(v) // mentionOf says which column
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
