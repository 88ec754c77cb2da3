package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// Query answers q. All its statements read one snapshot, so that shares and
// totals agree while rows are being loaded. Without q.Order, rows are in the order
// of time if grouped by time, else by the first measure, largest first; ties are in
// the order of the keys, and figures without data come last. Mentions that the
// encoder did not score are in no group by sentiment or intent.
func (s *Store) Query(ctx context.Context, q metric.Query) (metric.Result, error) {
	res := metric.Result{Query: q}
	if err := q.Check(); err != nil {
		return res, err
	}
	f, err := q.Filter.Resolve(s.lastDay())
	if err != nil {
		return res, err
	}
	at, err := s.snapshotFor(ctx, &q, &f)
	if err != nil {
		return res, fmt.Errorf("query %s: %w", q.Values().Encode(), err)
	}
	defer at.close()
	groups, known, err := s.answer(ctx, at, q, f)
	if err != nil {
		return res, fmt.Errorf("query %s: %w", q.Values().Encode(), err)
	}
	total := spec{filter: f}
	if known >= 0 {
		res.Total = known
	} else if err := s.read(ctx, at, &total, func(g group) { res.Total += g.counts.Mentions }); err != nil {
		return res, fmt.Errorf("query %s: total: %w", q.Values().Encode(), err)
	}
	res.Rows = rowsOf(q, groups)
	return res, nil
}

// key is one part of a group's key: what it is called and where it sorts.
type key struct {
	name string
	rank int64
}

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.rank, other.rank), strings.Compare(k.name, other.name))
}

// group is one row of a statement.
type group struct {
	keys   []key
	counts metric.Counts
}

func (g *group) id() string {
	parts := make([]string, len(g.keys))
	for i, k := range g.keys {
		parts[i] = k.name
	}
	return strings.Join(parts, "\x00")
}

// answer reads the groups of q with all the statistics that its measures need, and
// how many mentions the filter selects, -1 if that is still to be read.
func (s *Store) answer(ctx context.Context, snap snapshot, q metric.Query, f metric.Filter) (groups []group, total int64, err error) {
	need := q.Needs()
	main := mainSpec(&q, &f)
	total = -1
	if snap.hot != nil { // each group comes once, and the total with them
		total = readHot(snap.hot, &main, func(g group) { groups = append(groups, g) })
	} else {
		at := map[string]int{}
		err = s.read(ctx, snap, &main, func(g group) {
			if len(q.By) > 0 && g.counts.Mentions == 0 {
				return
			}
			id := g.id()
			if i, ok := at[id]; ok {
				groups[i].counts.Add(g.counts)
				return
			}
			at[id] = len(groups)
			groups = append(groups, g)
		})
		groups = slices.DeleteFunc(groups, func(g group) bool { return len(q.By) > 0 && g.counts.Mentions == 0 }) // campaigns and nothing else
		if err == nil && apart(q.By) {
			total = 0
			for i := range groups {
				total += groups[i].counts.Mentions
			}
		}
	}
	if err != nil {
		return nil, 0, err
	}
	if len(groups) >= maxGroups {
		return nil, 0, &metric.FieldError{Field: "by", Want: fmt.Sprintf("fewer dimensions or a narrower filter: there are more than %d groups", maxGroups)}
	}
	if need&metric.NeedVoice == 0 {
		return groups, total, nil
	}
	return groups, total, s.voice(ctx, snap, q, f, groups)
}

// apart reports whether each mention is in one group, so that groups add up to all.
func apart(by []metric.Dimension) bool {
	for _, d := range by {
		if !d.Time() && d != metric.BySource && d != metric.ByChannel && d != metric.ByDepartment && d != metric.ByProvince {
			return false
		}
	}
	return true
}

// voice fills Voice and Set: the pairs of the group, and the pairs of all entities
// that the filter selects once its entities are dropped, in the same cell of the
// other dimensions. Pairs rather than mentions, so that shares of a set add up to 1.
func (s *Store) voice(ctx context.Context, snap snapshot, q metric.Query, f metric.Filter, groups []group) error {
	if slices.Contains(q.By, metric.ByEntity) {
		for i := range groups {
			groups[i].counts.Voice = groups[i].counts.Mentions
		}
	} else {
		pairs := voiceSpec(&q, &f)
		voice := map[string]int64{}
		if err := s.read(ctx, snap, &pairs, func(g group) { voice[g.id()] += g.counts.Mentions }); err != nil {
			return err
		}
		for i := range groups {
			groups[i].counts.Voice = voice[groups[i].id()]
		}
	}
	all, keep := setSpec(&q, &f)
	cellOf := func(g *group) string {
		cell := group{}
		for _, k := range keep {
			cell.keys = append(cell.keys, g.keys[k])
		}
		return cell.id()
	}
	set := map[string]int64{}
	if len(f.Entities) == 0 && slices.Contains(q.By, metric.ByEntity) { // the groups are all there is
		for i := range groups {
			set[cellOf(&groups[i])] += groups[i].counts.Mentions
		}
	} else if err := s.read(ctx, snap, &all, func(g group) { set[g.id()] += g.counts.Mentions }); err != nil {
		return err
	}
	for i := range groups {
		groups[i].counts.Set = set[cellOf(&groups[i])]
	}
	return nil
}

// The specs that the answer to a query is made of: its groups, the pairs of these
// groups, and the sets that the pairs are shares of, with the positions of the
// dimensions that these are split by.
func mainSpec(q *metric.Query, f *metric.Filter) spec {
	return spec{filter: *f, by: q.By, need: q.Needs()}
}

func voiceSpec(q *metric.Query, f *metric.Filter) spec {
	return spec{filter: *f, by: q.By, pairs: true}
}

func setSpec(q *metric.Query, f *metric.Filter) (all spec, keep []int) {
	all = spec{filter: *f, pairs: true}
	all.filter.Entities = nil
	for i, d := range q.By {
		if d != metric.ByEntity && d != metric.ByKind {
			all.by = append(all.by, d)
			keep = append(keep, i)
		}
	}
	return all, keep
}

// read yields the groups of sp. A group may come twice, once from the roll-ups and
// once from the tail that they lack; the parts add up.
func (s *Store) read(ctx context.Context, snap snapshot, sp *spec, yield func(group)) error {
	if snap.hot != nil {
		readHot(snap.hot, sp, yield)
		return nil
	}
	if sp.filter.Campaign == metric.ExcludeCampaigns {
		with := *sp
		with.filter.Campaign = metric.IncludeCampaigns
		if route(&with).rollup {
			return s.subtract(ctx, snap, sp, yield)
		}
	}
	tx := snap.tx
	t := route(sp)
	if err := readGroups(ctx, tx, compile(sp, t), yield); err != nil || !t.rollup {
		return err
	}
	r := snap.rolled
	if r == nil {
		r = &rolled{}
	}
	if !r.known {
		var err error
		if r.upto, r.some, err = s.tailOf(ctx, tx); err != nil {
			return err
		}
		r.known = true
	}
	if !r.some {
		return nil
	}
	if v := r.tail(); v != nil {
		readHot(v, sp, yield)
		return nil
	}
	tail := *sp
	tail.tail, tail.after = true, r.upto
	return readGroups(ctx, tx, compile(&tail, tailTable(sp, t)), yield)
}

// readGroups runs a statement and yields its groups, with the key of the aspect,
// if it is grouped by aspect, where the query has it.
func readGroups(ctx context.Context, tx *sql.Tx, st statement, yield func(group)) error {
	rows, err := tx.QueryContext(ctx, st.text, st.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names := make([]string, len(st.dims))
	codes := make([]int64, len(st.dims))
	blocks := max(1, len(st.aspects))
	counts := make([]metric.Counts, blocks)
	var into []any
	for i, d := range st.dims {
		if textual(d) {
			into = append(into, &names[i])
		} else {
			into = append(into, &codes[i])
		}
	}
	for b := range counts {
		for _, s := range st.stats {
			into = append(into, field(&counts[b], s))
		}
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		base := make([]key, len(st.dims), len(st.dims)+1)
		for i, d := range st.dims {
			base[i] = keyOf(d, names[i], codes[i])
		}
		if st.aspects == nil {
			yield(group{keys: base, counts: counts[0]})
			continue
		}
		for b, a := range st.aspects {
			if counts[b].Mentions == 0 {
				continue
			}
			aspect := key{name: a.String(), rank: int64(a)}
			yield(group{keys: slices.Insert(slices.Clone(base), st.aspectAt, aspect), counts: counts[b]})
		}
	}
	return rows.Err()
}

func textual(d metric.Dimension) bool {
	return d == metric.ByEntity || d == metric.ByKind || d == metric.BySource || d == metric.ByChannel
}

// keyOf names a value of a dimension as a Row does.
func keyOf(d metric.Dimension, name string, code int64) key {
	switch d {
	case metric.ByDepartment:
		return key{name: mention.Department(code).Code(), rank: code}
	case metric.ByProvince:
		return key{name: mention.Province(code).Code(), rank: code}
	case metric.BySentiment:
		return key{name: mention.Sentiment(code).String(), rank: code}
	case metric.ByIntent:
		return key{name: mention.Intent(code).String(), rank: code}
	case metric.ByDay, metric.ByWeek, metric.ByMonth:
		return key{name: mention.Day(code).String(), rank: code}
	}
	return key{name: name}
}

func field(c *metric.Counts, s stat) any {
	switch s {
	case statMentions:
		return &c.Mentions
	case statScored:
		return &c.Scored
	case statNeg:
		return &c.Neg
	case statNeu:
		return &c.Neu
	case statPos:
		return &c.Pos
	case statCrave:
		return &c.Crave
	case statRated:
		return &c.Rated
	case statRatingSum:
		return &c.RatingSum
	case statRatingSq:
		return &c.RatingSq
	case statAspectNeg:
		return &c.AspectNeg
	case statAspectNeu:
		return &c.AspectNeu
	case statAspectPos:
		return &c.AspectPos
	case statAuthors:
		return &c.Authors
	default:
		return &c.Authored
	}
}

// rowsOf computes the measures, sorts and cuts.
func rowsOf(q metric.Query, groups []group) []metric.Row {
	measures := make([]metric.Measure, len(q.Measures))
	for i, name := range q.Measures {
		measures[i], _ = metric.MeasureByName(name) // checked
	}
	type sortable struct {
		keys []key
		row  metric.Row
	}
	all := make([]sortable, len(groups))
	for i, g := range groups {
		row := metric.Row{Keys: make([]string, len(g.keys)), Values: make([]metric.Value, len(measures)), Counts: g.counts}
		for j, k := range g.keys {
			row.Keys[j] = k.name
		}
		for j, m := range measures {
			row.Values[j] = m.Value(g.counts)
		}
		all[i] = sortable{g.keys, row}
	}
	name, descending := strings.TrimPrefix(q.Order, "-"), strings.HasPrefix(q.Order, "-")
	if q.Order == "" {
		if i := slices.IndexFunc(q.By, metric.Dimension.Time); i >= 0 {
			name = string(q.By[i])
		} else {
			name, descending = q.Measures[0], true
		}
	}
	dim := slices.Index(q.By, metric.Dimension(name))
	measure := slices.Index(q.Measures, name)
	slices.SortFunc(all, func(a, b sortable) int {
		c := 0
		if dim >= 0 {
			c = a.keys[dim].compare(b.keys[dim])
		} else {
			x, y := a.row.Values[measure], b.row.Values[measure]
			if x.Defined != y.Defined {
				if x.Defined {
					return -1
				}
				return 1
			}
			c = cmp.Compare(x.Value, y.Value)
		}
		if descending {
			c = -c
		}
		if c != 0 {
			return c
		}
		return slices.CompareFunc(a.keys, b.keys, key.compare)
	})
	limit := cmp.Or(q.Limit, metric.DefaultLimit)
	if len(all) > limit {
		all = all[:limit]
	}
	rows := make([]metric.Row, len(all))
	for i := range all {
		rows[i] = all[i].row
	}
	return rows
}

// Daily returns what each entity did on each day, and the volume of each source on
// each day, both of the mentions that f selects (the volume whatever they name).
func (s *Store) Daily(ctx context.Context, f metric.Filter) ([]store.EntityDay, []store.SourceDay, error) {
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return nil, nil, err
	}
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return nil, nil, fmt.Errorf("daily counts: %w", err)
	}
	defer snap.close()
	var entities []store.EntityDay
	days := map[string]int{}
	sp := spec{filter: f, by: []metric.Dimension{metric.ByEntity, metric.ByKind, metric.ByDay}, need: metric.NeedSentiment}
	err = s.read(ctx, snap, &sp, func(g group) {
		i, ok := days[g.id()]
		if !ok {
			i = len(entities)
			days[g.id()] = i
			entities = append(entities, store.EntityDay{Entity: g.keys[0].name, Kind: g.keys[1].name, Day: mention.Day(g.keys[2].rank)})
		}
		entities[i].N += g.counts.Mentions
		entities[i].Pos += g.counts.Pos
		entities[i].Neg += g.counts.Neg
	})
	if err != nil {
		return nil, nil, fmt.Errorf("daily counts: %w", err)
	}
	entities = slices.DeleteFunc(entities, func(d store.EntityDay) bool { return d.N == 0 })
	var volume []store.SourceDay
	clear(days)
	sp = spec{filter: f, by: []metric.Dimension{metric.BySource, metric.ByDay}}
	sp.filter.Entities, sp.filter.Kinds = nil, nil
	err = s.read(ctx, snap, &sp, func(g group) {
		i, ok := days[g.id()]
		if !ok {
			i = len(volume)
			days[g.id()] = i
			volume = append(volume, store.SourceDay{Source: mention.Source(g.keys[0].name), Day: mention.Day(g.keys[1].rank)})
		}
		volume[i].N += g.counts.Mentions
	})
	if err != nil {
		return nil, nil, fmt.Errorf("daily volume: %w", err)
	}
	volume = slices.DeleteFunc(volume, func(d store.SourceDay) bool { return d.N == 0 })
	slices.SortFunc(entities, func(a, b store.EntityDay) int {
		return cmp.Or(strings.Compare(a.Entity, b.Entity), cmp.Compare(a.Day, b.Day))
	})
	slices.SortFunc(volume, func(a, b store.SourceDay) int {
		return cmp.Or(strings.Compare(string(a.Source), string(b.Source)), cmp.Compare(a.Day, b.Day))
	})
	return entities, volume, nil
}
