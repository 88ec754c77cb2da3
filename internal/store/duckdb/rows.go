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
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/hot"
)

// Codes of mentions that the encoder did not score; see the tables.
const (
	unscoredSentiment = hot.UnscoredSentiment
	unscoredIntent    = hot.UnscoredIntent
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
	if len(author) == 32 { // a keyed hash as it should be: its own bits will do
		high, err := strconv.ParseUint(author[:16], 16, 64)
		low, err2 := strconv.ParseUint(author[16:], 16, 64)
		if err == nil && err2 == nil {
			return max(1, mix(high^mix(low)))
		}
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

// packed keeps probabilities in 250ths, a byte each, the first lowest. Nothing
// filters or groups by them, and every column makes each load slower.
func packed(p ...float32) uint64 {
	var out uint64
	for i, x := range p {
		if x > 0 { // not NaN either
			out |= uint64(math.Round(float64(min(x, 1))*250)) << (8 * i)
		}
	}
	return out
}

// unpack is the inverse of packed.
func unpack(x uint64, p ...*float32) {
	for i := range p {
		*p[i] = float32(x>>(8*i)&0xff) / 250
	}
}

// clean makes text fit for the store, which refuses invalid UTF-8. The collector
// has normalised it already; this keeps one bad row from blocking its batch.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// rowWriter appends the rows of one mention, reusing its buffers. Months are kept
// since a batch has few of them.
type rowWriter struct {
	w      *writer
	loadNo int32
	row    []driver.Value
	json   []byte
	months map[mention.Day]mention.Day
	keep   bool          // also note the mentions for the copy in memory
	hot    []hot.Mention // those noted
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
	province   uint16
	sentiment  int8
	intent     uint8
	aspects    uint16
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
		if m.Province.Valid() && m.Province.Department() == m.Resolved {
			c.province = uint16(m.Province)
		}
	}
	if m.Scored {
		c.sentiment = int8(m.Sentiment)
		c.intent = uint8(m.Intent)
		for a, l := range m.Aspects {
			c.aspects |= uint16(l&3) << (2 * a)
		}
	}
	for i := range m.Annotation.Entities {
		c.kinds |= kindBit(m.Annotation.Entities[i].Kind)
	}
	return c
}

// addAll appends the rows of the mentions ms[i] for i in which, those of their
// entities at the same time as their own: each has its own appender.
func (r *rowWriter) addAll(ms []mention.Annotated, which []int) error {
	for _, table := range []string{"mentions", "mention_entities"} {
		if _, err := r.w.appender("", table); err != nil { // made here, since w takes one user at a time
			return err
		}
	}
	var pairs sync.WaitGroup
	var pairsErr error
	pairs.Go(func() {
		own := rowWriter{w: r.w, loadNo: r.loadNo}
		for _, i := range which {
			if len(ms[i].Entities) == 0 {
				continue
			}
			c := own.code(&ms[i])
			if err := own.pairs(&ms[i], &c); err != nil {
				pairsErr = fmt.Errorf("entities of mention %s: %w", ms[i].ID, err)
				return
			}
		}
	})
	var err error
	for _, i := range which {
		if err = r.add(&ms[i]); err != nil {
			err = fmt.Errorf("mention %s: %w", ms[i].ID, err)
			break
		}
	}
	pairs.Wait()
	return cmp.Or(err, pairsErr)
}

func (r *rowWriter) add(m *mention.Annotated) error {
	c := r.code(m)
	r.json = appendEntities(r.json[:0], m.Entities)
	text := clean(m.Text)
	folded := lexicon.Fold(text)
	if r.keep {
		r.note(m, &c, folded)
	}
	row := append(r.row[:0],
		duck.UUID(m.ID), m.Time.UTC(), int32(c.day), int32(c.month),
		clean(string(m.Source)), clean(m.Channel), clean(m.Author), c.authorKey,
		c.rating, clean(m.Place), uint8(m.Department), c.department,
		clean(m.District), clean(m.Lang), clean(m.Language),
		m.Undated, m.Synthetic, m.Scored, m.Relevant,
		c.sentiment, c.intent, packed(m.Relevance, m.Sentiments[0], m.Sentiments[1], m.Sentiments[2], m.IntentP),
		c.aspects, packed(m.AspectP[:]...), c.kinds, string(r.json), text, folded, clean(m.Model), clean(m.Run), r.loadNo, c.province)
	r.row = row
	return r.w.appendRow("mentions", row)
}

// note keeps what the copy in memory takes of m.
func (r *rowWriter) note(m *mention.Annotated, c *coded, folded string) {
	h := hot.Mention{ID: m.ID, At: m.Time.UnixMicro(), Day: c.day, Author: c.authorKey, Rating: c.rating,
		Source: clean(string(m.Source)), Channel: clean(m.Channel), Run: clean(m.Run), Department: c.department, Province: uint8(c.province % 100),
		Sentiment: c.sentiment, Intent: c.intent, Aspects: c.aspects, Relevant: c.relevant, Folded: folded}
	for i := range m.Entities {
		e := &m.Entities[i]
		if !slices.ContainsFunc(h.Entities, func(x hot.Entity) bool { return x.ID == e.ID }) {
			h.Entities = append(h.Entities, hot.Entity{ID: e.ID, Kind: e.Kind})
		}
	}
	r.hot = append(r.hot, h)
}

// pairs appends one row for each distinct entity of m.
func (r *rowWriter) pairs(m *mention.Annotated, c *coded) error {
	var kinds []string
	for i := range m.Entities {
		e := &m.Entities[i]
		if slices.ContainsFunc(m.Entities[:i], func(x mention.Entity) bool { return x.ID == e.ID }) {
			continue
		}
		first := !slices.Contains(kinds, e.Kind)
		kinds = append(kinds, e.Kind)
		row := append(r.row[:0], duck.UUID(m.ID), int32(c.day), int32(c.month), e.ID, e.Kind, first,
			string(m.Source), m.Channel, c.authorKey, c.rating, c.department, c.relevant, c.sentiment, c.intent, c.aspects, r.loadNo, c.province)
		r.row = row
		if err := r.w.appendRow("mention_entities", row); err != nil {
			return err
		}
	}
	return nil
}

// appendEntities writes entities as JSON, as encoding/json would but in a fifth of
// the time.
func appendEntities(b []byte, list []mention.Entity) []byte {
	b = append(b, '[')
	for i := range list {
		e := &list[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"id":`...), e.ID)
		b = appendString(append(b, `,"name":`...), e.Name)
		b = appendString(append(b, `,"kind":`...), e.Kind)
		b = appendString(append(b, `,"surface":`...), e.Surface)
		b = strconv.AppendInt(append(b, `,"start":`...), int64(e.Start), 10)
		b = strconv.AppendInt(append(b, `,"end":`...), int64(e.End), 10)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, _ := json.Marshal(s) // strings always marshal
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
