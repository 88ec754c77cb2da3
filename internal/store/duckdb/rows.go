package duckdb

import (
	"cmp"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Codes of mentions that the encoder did not score; see the tables.
const (
	unscoredSentiment = 2
	unscoredIntent    = 5
)

// monthOf is the first day of the month of d.
func monthOf(d mention.Day) mention.Day {
	t := d.Date()
	return mention.Day(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// authorKey is what distinct authors are counted by: 64 bits instead of 32 hex
// digits. A million authors collide with a probability of 3e-8. 0 = unknown.
func authorKey(author string) uint64 {
	if author == "" {
		return 0
	}
	h := sha256.Sum256([]byte(author))
	return max(1, binary.BigEndian.Uint64(h[:8]))
}

// kindBit is the bit of a kind in mentions.kinds; unknown kinds have none.
func kindBit(kind string) uint8 {
	if i := slices.Index(metric.Kinds, kind); i >= 0 {
		return 1 << i
	}
	return 0
}

// rounded keeps three decimals of a probability: more are noise, and fewer
// distinct values compress to a fraction of the size.
func rounded(p float32) float32 {
	if p != p || p < 0 { // NaN too
		return 0
	}
	return float32(math.Round(float64(min(p, 1))*1000) / 1000)
}

// clean makes text fit for the store, which refuses invalid UTF-8. The collector
// has normalised it already; this keeps one bad row from blocking its batch.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// rowWriter appends the rows of one mention, reusing its buffers. Months are kept
// since a batch has few of them.
type rowWriter struct {
	w      *writer
	row    []driver.Value
	months map[mention.Day]mention.Day
}

func (r *rowWriter) month(d mention.Day) mention.Day {
	if m, ok := r.months[d]; ok {
		return m
	}
	if r.months == nil {
		r.months = map[mention.Day]mention.Day{}
	}
	m := monthOf(d)
	r.months[d] = m
	return m
}

// coded is a mention in the codes of the tables.
type coded struct {
	day, month mention.Day
	authorKey  uint64
	rating     float32
	department uint8
	sentiment  int8
	intent     uint8
	aspects    [mention.NumAspects]uint8
	kinds      uint8
	relevant   bool
}

func (r *rowWriter) code(m *mention.Annotated) coded {
	c := coded{day: m.Day(), authorKey: authorKey(m.Author), relevant: m.Relevant,
		sentiment: unscoredSentiment, intent: unscoredIntent}
	c.month = r.month(c.day)
	if m.Rating >= 1 && m.Rating <= 5 {
		c.rating = m.Rating
	}
	if m.Resolved <= mention.NumDepartments {
		c.department = uint8(m.Resolved)
	}
	if m.Scored {
		c.sentiment = int8(m.Sentiment)
		c.intent = uint8(m.Intent)
		for a, l := range m.Aspects {
			c.aspects[a] = uint8(l)
		}
	}
	for i := range m.Annotation.Entities {
		c.kinds |= kindBit(m.Annotation.Entities[i].Kind)
	}
	return c
}

func (r *rowWriter) add(m *mention.Annotated, d *deltas) error {
	c := r.code(m)
	entities := "[]"
	if len(m.Entities) > 0 {
		b, err := json.Marshal(m.Entities)
		if err != nil {
			return err
		}
		entities = string(b)
	}
	text := clean(m.Text)
	row := append(r.row[:0],
		duck.UUID(m.ID), m.Time.UTC(), int32(c.day), int32(c.month),
		clean(string(m.Source)), clean(m.Channel), clean(m.Author), c.authorKey,
		c.rating, clean(m.Place), uint8(m.Department), c.department,
		clean(m.District), clean(m.Lang), clean(m.Language),
		m.Undated, m.Synthetic, m.Scored, m.Relevant, rounded(m.Relevance),
		c.sentiment, rounded(m.Sentiments[0]), rounded(m.Sentiments[1]), rounded(m.Sentiments[2]),
		c.intent, rounded(m.IntentP))
	for _, a := range c.aspects {
		row = append(row, a)
	}
	for _, p := range m.AspectP {
		row = append(row, rounded(p))
	}
	row = append(row, c.kinds, entities, text, lexicon.Fold(text), clean(m.Model), clean(m.Run))
	r.row = row
	if err := r.w.appendRow("mentions", row); err != nil {
		return err
	}
	d.mention(m, &c)
	return r.pairs(m, &c, d)
}

// pairs appends one row for each distinct entity of m.
func (r *rowWriter) pairs(m *mention.Annotated, c *coded, d *deltas) error {
	var kinds []string
	for i := range m.Entities {
		e := &m.Entities[i]
		if slices.ContainsFunc(m.Entities[:i], func(x mention.Entity) bool { return x.ID == e.ID }) {
			continue
		}
		first := !slices.Contains(kinds, e.Kind)
		kinds = append(kinds, e.Kind)
		row := append(r.row[:0], duck.UUID(m.ID), int32(c.day), int32(c.month), e.ID, e.Kind, first,
			string(m.Source), m.Channel, c.authorKey, c.rating, c.department, c.relevant, c.sentiment, c.intent)
		for _, a := range c.aspects {
			row = append(row, a)
		}
		r.row = row
		if err := r.w.appendRow("mention_entities", row); err != nil {
			return err
		}
		d.pair(e, c)
	}
	return nil
}

// deltas are the rows that a batch adds to the roll-ups.
type deltas struct {
	kpi         map[kpiKey]*sums
	entity      map[entityKey]*sums
	departments map[entityDepartmentKey]*sums
	days        map[mention.Day]bool
}

type kpiKey struct {
	day, month mention.Day
	source     mention.Source
	sentiment  int8
	department uint8
	relevant   bool
}

type entityKey struct {
	entity, kind string
	day, month   mention.Day
}

type entityDepartmentKey struct {
	entityKey
	department uint8
}

// sums are the additive statistics of a roll-up row.
type sums struct {
	n, neg, neu, pos, crave, rated int32
	ratingSum, ratingSq            float64
	aspects                        [mention.NumAspects][3]int32 // neg, neu, pos
}

func (s *sums) add(c *coded) {
	s.n++
	switch c.sentiment {
	case -1:
		s.neg++
	case 0:
		s.neu++
	case 1:
		s.pos++
	}
	if c.intent == uint8(mention.Crave) {
		s.crave++
	}
	if c.rating > 0 {
		s.rated++
		s.ratingSum += float64(c.rating)
		s.ratingSq += float64(c.rating) * float64(c.rating)
	}
	for a, l := range c.aspects {
		if l > 0 {
			s.aspects[a][l-1]++
		}
	}
}

func newDeltas() *deltas {
	return &deltas{
		kpi:         map[kpiKey]*sums{},
		entity:      map[entityKey]*sums{},
		departments: map[entityDepartmentKey]*sums{},
		days:        map[mention.Day]bool{},
	}
}

func addTo[K comparable](m map[K]*sums, key K, c *coded) {
	s := m[key]
	if s == nil {
		s = &sums{}
		m[key] = s
	}
	s.add(c)
}

func (d *deltas) mention(m *mention.Annotated, c *coded) {
	d.days[c.day] = true
	addTo(d.kpi, kpiKey{c.day, c.month, m.Source, c.sentiment, c.department, c.relevant}, c)
}

func (d *deltas) pair(e *mention.Entity, c *coded) {
	if !c.relevant {
		return
	}
	key := entityKey{e.ID, e.Kind, c.day, c.month}
	addTo(d.entity, key, c)
	addTo(d.departments, entityDepartmentKey{key, c.department}, c)
}

// write appends the rows in the order of their keys, and the days that are not
// yet marked dirty.
func (d *deltas) write(w *writer, dirty map[mention.Day]bool) error {
	var row []driver.Value
	aspects := func(s *sums) {
		for _, a := range s.aspects {
			row = append(row, a[0], a[1], a[2])
		}
	}
	kpi := slices.SortedFunc(maps.Keys(d.kpi), func(a, b kpiKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.source, b.source), cmp.Compare(a.department, b.department))
	})
	for _, k := range kpi {
		s := d.kpi[k]
		row = append(row[:0], int32(k.day), int32(k.month), string(k.source), k.sentiment, k.department, k.relevant,
			s.n, s.crave, s.rated, s.ratingSum, s.ratingSq)
		aspects(s)
		if err := w.appendRow("kpi_day", row); err != nil {
			return fmt.Errorf("roll-up kpi_day: %w", err)
		}
	}
	compare := func(a, b entityKey) int {
		return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.day, b.day))
	}
	for _, k := range slices.SortedFunc(maps.Keys(d.entity), compare) {
		s := d.entity[k]
		row = append(row[:0], k.entity, k.kind, int32(k.day), int32(k.month),
			s.n, s.neg, s.neu, s.pos, s.crave, s.rated, s.ratingSum, s.ratingSq)
		aspects(s)
		if err := w.appendRow("entity_day", row); err != nil {
			return fmt.Errorf("roll-up entity_day: %w", err)
		}
	}
	byDepartment := slices.SortedFunc(maps.Keys(d.departments), func(a, b entityDepartmentKey) int {
		return cmp.Or(compare(a.entityKey, b.entityKey), cmp.Compare(a.department, b.department))
	})
	for _, k := range byDepartment {
		s := d.departments[k]
		row = append(row[:0], k.entity, k.kind, k.department, int32(k.day), int32(k.month),
			s.n, s.neg, s.neu, s.pos, s.crave, s.rated, s.ratingSum, s.ratingSq)
		if err := w.appendRow("entity_department_day", row); err != nil {
			return fmt.Errorf("roll-up entity_department_day: %w", err)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(d.days)) {
		if !dirty[day] {
			if err := w.appendRow("dirty_days", []driver.Value{int32(day)}); err != nil {
				return fmt.Errorf("mark day %s: %w", day, err)
			}
		}
	}
	return nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
