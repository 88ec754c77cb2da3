package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// uuid is an id as a parameter, to be cast: the driver binds no UUIDs.
func uuid(id mention.ID) string { u := duck.UUID(id); return u.String() }

// mentionColumns are read by scanMention, in its order.
const mentionColumns = `id, ts, source, channel, author, rating, place, given_department, department, province, district, lang, language,
	undated, synthetic, scored, relevant, sentiment, intent, scores, aspects, p_aspects, entities, text, model, run`

func scanMention(rows interface{ Scan(...any) error }) (mention.Annotated, error) {
	var m mention.Annotated
	var id duck.UUID
	var sentiment, intent int
	var entities string
	var scores, aspects, aspectP uint64
	into := []any{&id, &m.Time, &m.Source, &m.Channel, &m.Author, &m.Rating, &m.Place, &m.Department, &m.Resolved, &m.Province, &m.District, &m.Lang, &m.Language,
		&m.Undated, &m.Synthetic, &m.Scored, &m.Relevant, &sentiment, &intent, &scores, &aspects, &aspectP, &entities, &m.Text, &m.Model, &m.Run}
	if err := rows.Scan(into...); err != nil {
		return m, err
	}
	m.ID = mention.ID(id)
	m.Time = m.Time.UTC()
	unpack(scores, &m.Relevance, &m.Sentiments[0], &m.Sentiments[1], &m.Sentiments[2], &m.IntentP)
	for a := range m.Aspects {
		m.Aspects[a] = mention.AspectLabel(aspects >> (2 * a) & 3)
		unpack(aspectP>>(8*a), &m.AspectP[a])
	}
	if m.Scored {
		m.Sentiment, m.Intent = mention.Sentiment(sentiment), mention.Intent(intent)
	}
	if entities != "[]" {
		var err error
		if m.Entities, err = parseEntities(entities); err != nil {
			return m, fmt.Errorf("entities of mention %s: %w", m.ID, err)
		}
	}
	return m, nil
}

// addMarks fills what is known of copies of ms.
func (s *Store) addMarks(ctx context.Context, snap snapshot, ms []mention.Annotated) error {
	if len(ms) == 0 {
		return nil
	}
	at := make(map[mention.ID]int, len(ms))
	lo, hi := ms[0].Day(), ms[0].Day()
	for i := range ms {
		at[ms[i].ID] = i
		lo, hi = min(lo, ms[i].Day()), max(hi, ms[i].Day())
	}
	c := conditions{}
	c.add("day BETWEEN ? AND ?", int32(lo), int32(hi))
	inCast(&c, "mention_id", "CAST(? AS UUID)", ms, func(m mention.Annotated) any { return uuid(m.ID) })
	rows, err := s.queryIn(ctx, snap, "SELECT mention_id, cluster, campaign FROM copies WHERE "+c.text(), c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id duck.UUID
		var cluster uint64
		var campaign bool
		if err := rows.Scan(&id, &cluster, &campaign); err != nil {
			return err
		}
		if i, ok := at[mention.ID(id)]; ok {
			ms[i].Cluster, ms[i].Campaign = mention.Cluster(cluster), campaign
		}
	}
	return rows.Err()
}

// Mention returns one mention, or store.ErrNotFound.
func (s *Store) Mention(ctx context.Context, id mention.ID) (mention.Annotated, error) {
	m, err := scanMention(s.db.QueryRowContext(ctx, "SELECT "+mentionColumns+" FROM mentions WHERE id = CAST(? AS UUID)", uuid(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return m, fmt.Errorf("mention %s: %w", id, store.ErrNotFound)
	}
	if err != nil {
		return m, fmt.Errorf("read mention %s: %w", id, err)
	}
	one := []mention.Annotated{m}
	if err := s.addMarks(ctx, snapshot{}, one); err != nil {
		return m, fmt.Errorf("read mention %s: %w", id, err)
	}
	return one[0], nil
}

const (
	defaultPage = 50
	maxPage     = 1000
)

// position is a place in the order of mentions, newest first.
type position struct {
	at int64 // microseconds since 1970
	id mention.ID
}

func (p position) cursor() string { return strconv.FormatInt(p.at, 10) + "-" + p.id.String() }

func (p position) day() mention.Day { return mention.DayOf(time.UnixMicro(p.at)) }

func parseCursor(s string) (position, error) {
	i := strings.LastIndexByte(s, '-')
	if i > 0 {
		at, err := strconv.ParseInt(s[:i], 10, 64)
		id, err2 := mention.ParseID(s[i+1:])
		if err == nil && err2 == nil {
			return position{at, id}, nil
		}
	}
	return position{}, &metric.FieldError{Field: "after", Value: s, Want: "the cursor that the page before gave"}
}

// Mentions returns a page of the mentions that f selects, newest first, and the
// cursor of the next page, "" at the end. Pages that follow cursors neither skip
// nor repeat a mention, whatever is loaded meanwhile; mentions that are loaded
// later and are newer than the cursor are not on later pages.
//
// It walks back through windows of days that grow while they yield little, so that
// the usual question, the newest of very many, reads little.
func (s *Store) Mentions(ctx context.Context, f metric.Filter, p store.Page) ([]mention.Annotated, string, error) {
	fail := func(err error) ([]mention.Annotated, string, error) {
		var field *metric.FieldError
		if errors.As(err, &field) {
			return nil, "", err
		}
		return nil, "", fmt.Errorf("read mentions: %w", err)
	}
	if err := f.Check(); err != nil {
		return fail(err)
	}
	cover, err := s.Coverage(ctx)
	if err != nil {
		return fail(err)
	}
	if f, err = f.Resolve(cover.Last); err != nil {
		return fail(err)
	}
	limit := min(p.Limit, maxPage)
	if limit <= 0 {
		limit = defaultPage
	}
	first, last := max(cover.First, f.From), cover.Last
	if f.To != 0 {
		last = min(last, f.To)
	}
	var after *position
	if p.After != "" {
		pos, err := parseCursor(p.After)
		if err != nil {
			return fail(err)
		}
		after = &pos
		last = min(last, pos.day())
	}
	if cover.Mentions == 0 || first > last {
		return nil, "", nil
	}
	// Memory may lack old days; what is asked for is mostly in the newest, which it has.
	// It is looked at before the tables, so that they have all that it has.
	var found []position
	recent := f
	if from := s.warm.from(); from > first && from <= last {
		recent.From = from
		if v := s.warm.view(&recent); v != nil {
			found, last = newestHot(v, &recent, after, limit+1), from-1
		}
	}
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return fail(err)
	}
	defer snap.close()
	switch {
	case len(found) > limit: // one more tells whether a page follows
	case snap.hot != nil:
		found = newestHot(snap.hot, &f, after, limit+1)
	default:
		older, err := walk(ctx, snap.tx, f, first, last, after, limit+1-len(found))
		if err != nil {
			return fail(err)
		}
		found = append(found, older...)
	}
	next := ""
	if len(found) > limit {
		found = found[:limit]
		next = found[limit-1].cursor()
	}
	rows, err := s.fetch(ctx, snap, found)
	if err != nil {
		return fail(err)
	}
	return rows, next, nil
}

// Examples returns, among the newest mentions that f selects, the first of each
// polarity, at most each of them, newest first.
func (s *Store) Examples(ctx context.Context, f metric.Filter, among, each int) ([]mention.Annotated, error) {
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return nil, err
	}
	among = min(among, maxPage)
	if v := s.warm.view(&f); v != nil {
		out, err := s.fetch(ctx, snapshot{hot: v}, examplesHot(v, &f, among, each))
		if err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		return out, nil
	}
	all, _, err := s.Mentions(ctx, f, store.Page{Limit: among})
	if err != nil {
		return nil, err
	}
	var out []mention.Annotated
	var have [3]int
	for _, m := range all {
		if k := m.Sentiment + 1; m.Scored && have[k] < each {
			have[k]++
			out = append(out, m)
		}
	}
	return out, nil
}

// walk finds up to limit positions from last back to first.
func walk(ctx context.Context, tx *sql.Tx, f metric.Filter, first, last mention.Day, after *position, limit int) ([]position, error) {
	var found []position
	width := mention.Day(2)
	if len(f.Entities) > 0 || f.Text != "" {
		width = 30 // such mentions are rarer, and each window has its own cost
	}
	for ; last >= first && len(found) < limit; width *= 6 {
		f.From, f.To = max(first, last-width+1), last
		c := conditions{}
		c.filter(&f, rawMentions)
		if after != nil {
			at := time.UnixMicro(after.at).UTC()
			c.add("(ts < ? OR (ts = ? AND id < CAST(? AS UUID)))", at, at, uuid(after.id))
		}
		rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT id, ts FROM mentions WHERE %s ORDER BY ts DESC, id DESC LIMIT %d", c.text(), limit-len(found)), c.args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var id duck.UUID
			var at time.Time
			if err := rows.Scan(&id, &at); err != nil {
				rows.Close()
				return nil, err
			}
			found = append(found, position{at.UnixMicro(), mention.ID(id)})
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close()
		last = f.From - 1
	}
	return found, nil
}

// fetch reads whole mentions in the order of their positions.
func (s *Store) fetch(ctx context.Context, snap snapshot, at []position) ([]mention.Annotated, error) {
	if len(at) == 0 {
		return nil, nil
	}
	c := conditions{}
	c.add("day BETWEEN ? AND ?", int32(at[len(at)-1].day()), int32(at[0].day()))
	inCast(&c, "id", "CAST(? AS UUID)", at, func(p position) any { return uuid(p.id) })
	rows, err := s.queryIn(ctx, snap, "SELECT "+mentionColumns+" FROM mentions WHERE "+c.text(), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := make(map[mention.ID]mention.Annotated, len(at))
	for rows.Next() {
		m, err := scanMention(rows)
		if err != nil {
			return nil, err
		}
		byID[m.ID] = m
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	out := make([]mention.Annotated, 0, len(at))
	for _, p := range at {
		if m, there := byID[p.id]; there { // else erased since the positions were found
			out = append(out, m)
		}
	}
	rows.Close()
	return out, s.addMarks(ctx, snap, out)
}

// minTogether is the least number of joint mentions worth a figure.
const minTogether = 3

// CoMentions returns the entities that are named together with entity more often
// than chance, in the last 90 days of what f selects, those first whose lift is
// surely highest (by the low end of its interval). f.Entities is not used; f.Kinds
// says which kinds to return. limit 0 = 20.
func (s *Store) CoMentions(ctx context.Context, entity string, f metric.Filter, limit int) ([]store.CoMention, error) {
	if limit <= 0 {
		limit = 20
	}
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return nil, err
	}
	if f.To == 0 {
		f.To = s.lastDay()
	}
	f.From = max(f.From, f.To-store.CoMentionDays+1)
	f.Entities = nil
	kinds := f.Kinds
	f.Kinds = nil
	out, err := s.coMentions(ctx, entity, f, kinds)
	if err != nil {
		return nil, fmt.Errorf("co-mentions of %s: %w", entity, err)
	}
	slices.SortFunc(out, func(a, b store.CoMention) int {
		switch {
		case a.Low != b.Low:
			if a.Low > b.Low {
				return -1
			}
			return 1
		case a.N != b.N:
			return int(b.N - a.N)
		}
		return strings.Compare(a.Entity, b.Entity)
	})
	return out[:min(limit, len(out))], nil
}

func (s *Store) coMentions(ctx context.Context, entity string, f metric.Filter, kinds []string) ([]store.CoMention, error) {
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return nil, err
	}
	defer snap.close()
	if snap.hot != nil {
		return coMentionsHot(snap.hot, entity, &f, kinds), nil
	}
	tx := snap.tx
	var base int64
	all := spec{filter: f}
	if err := s.read(ctx, snap, &all, func(g group) { base += g.counts.Mentions }); err != nil {
		return nil, err
	}
	count := map[string]int64{}
	each := spec{filter: f, by: []metric.Dimension{metric.ByEntity}}
	if err := s.read(ctx, snap, &each, func(g group) { count[g.keys[0].name] += g.counts.Mentions }); err != nil {
		return nil, err
	}
	own := conditions{}
	own.filter(&f, rawPairs)
	own.add("entity = ?", entity)
	together := conditions{}
	together.filter(&f, rawPairs)
	in(&together, "kind", kinds, text)
	together.add("entity <> ?", entity)
	together.add("mention_id IN (SELECT mention_id FROM mention_entities WHERE "+own.text()+")", own.args...)
	rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT entity, count(*) FROM mention_entities WHERE %s GROUP BY entity HAVING count(*) >= %d", together.text(), minTogether), together.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []store.CoMention
	for rows.Next() {
		var other string
		var n int64
		if err := rows.Scan(&other, &n); err != nil {
			return nil, err
		}
		out = append(out, coMention(other, n, count[entity], count[other], base))
	}
	return out, rows.Err()
}

// coMention is an entity that n of base mentions name together with another one;
// first and second mentions name the one and the other.
func coMention(entity string, n, first, second, base int64) store.CoMention {
	v := metric.Lift(n, first, second, base)
	return store.CoMention{Entity: entity, N: n, NEntity: second, Base: base, Lift: v.Value, Low: v.Low, High: v.High}
}
