package file

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"antojo/internal/mention"
	"antojo/internal/privacy"
)

// cellKind says which value of a cell is set.
type cellKind uint8

const (
	cNull   cellKind = iota
	cText            // s
	cNumber          // f
	cTime            // t
	cBool            // f is 0 or 1
)

// cell is one value of a row.
type cell struct {
	kind cellKind
	s    string
	f    float64
	t    time.Time
}

// text returns the value as a person would write it.
func (c *cell) text() string {
	switch c.kind {
	case cText:
		return c.s
	case cNumber:
		if c.f == math.Trunc(c.f) && math.Abs(c.f) < 1e15 {
			return strconv.FormatInt(int64(c.f), 10)
		}
		return strconv.FormatFloat(c.f, 'g', -1, 64)
	case cTime:
		return c.t.Format("2006-01-02T15:04:05Z07:00")
	case cBool:
		return strconv.FormatBool(c.f != 0)
	}
	return ""
}

// isNull reports whether a text stands for "no value" in common exports.
func isNull(s string) bool {
	switch len(s) {
	case 0:
		return true
	case 1:
		return s == "-"
	case 2, 3, 4:
		switch strings.ToLower(s) {
		case "na", "n/a", "nan", "nat", "null", "none", "nil", "s/f", "s/d", "n.a.", "#n/a", "--":
			return true
		}
	}
	return false
}

// mapper turns records into raw mentions.
type mapper struct {
	src   *Source
	col   [numFields]int // 1-based column of each field, 0 = none
	extra [numFields][]int
	js    bool      // columns may appear later
	names *jsonRows // where their names are
	order DateOrder
	epoch time.Time // of Excel serial dates; zero = 1900 system
	// seen holds the departments of values met before, few in any file.
	seen map[string]mention.Department
}

// maxID and maxName bound what is kept of ids and names.
const (
	maxID   = 512
	maxName = 300
)

// learn decides the date order from the first rows: the month is first if some
// date has a second part above 12 and none has a first part above 12.
func (m *mapper) learn(recs []record) DateOrder {
	m.order = m.src.opt.Order
	if m.order != OrderAuto {
		return m.order
	}
	m.order = DayFirst
	dayFirst, monthFirst := 0, 0
	for i := range recs {
		if recs[i].bad != "" {
			continue
		}
		if c := m.cell(&recs[i], fTime); c != nil && c.kind == cText {
			a, b := slashParts(strings.TrimSpace(c.s))
			if a > 12 {
				dayFirst++
			}
			if b > 12 {
				monthFirst++
			}
		}
	}
	if monthFirst > 0 && dayFirst == 0 {
		m.order = MonthFirst
	}
	return m.order
}

func (m *mapper) cell(rec *record, f field) *cell {
	if i := m.col[f]; i > 0 && i <= len(rec.cells) && rec.cells[i-1].kind != cNull {
		return &rec.cells[i-1]
	}
	for _, i := range m.extra[f] {
		if i <= len(rec.cells) && rec.cells[i-1].kind != cNull {
			return &rec.cells[i-1]
		}
	}
	return nil
}

// str returns the trimmed text of a field, "" if there is none.
func (m *mapper) str(rec *record, f field) string {
	c := m.cell(rec, f)
	if c == nil {
		return ""
	}
	return strings.TrimSpace(c.text())
}

// name returns a short text: markup and line breaks removed, null words empty.
func (m *mapper) name(rec *record, f field) string {
	v := m.str(rec, f)
	if isNull(v) {
		return ""
	}
	v, _ = cleanText(v)
	if strings.ContainsAny(v, "\n\t") || strings.Contains(v, "  ") {
		v = strings.Join(strings.Fields(v), " ")
	}
	if len(v) > maxName {
		cut := maxName
		for !utf8.RuneStart(v[cut]) {
			cut--
		}
		v = v[:cut]
	}
	return v
}

// raw maps one record; bad is the reason why it must be left out.
func (m *mapper) raw(rec *record, notes *Notes) (r mention.Raw, bad string) {
	if m.js && len(rec.fresh) > 0 {
		m.grow(rec)
	}
	if rec.bad != "" {
		return r, rec.bad
	}
	if rec.mixed {
		notes.Reencoded++
	}
	opt, plan := &m.src.opt, &m.src.plan
	r.File, r.Row = m.src.name, rec.row

	c := m.cell(rec, fText)
	if c == nil {
		return r, "empty text"
	}
	text := c.text()
	if len(text) > opt.MaxText {
		return r, fmt.Sprintf("text too long: %d bytes, the limit is %d", len(text), opt.MaxText)
	}
	if strings.IndexByte(text, 0) >= 0 {
		return r, "NUL byte in the row"
	}
	text, markup := cleanText(text)
	if markup {
		notes.Markup++
	}
	if text = strings.TrimSpace(text); text == "" || c.kind == cText && isNull(text) {
		return r, "empty text"
	}
	r.Text = text

	if c := m.cell(rec, fTime); c != nil {
		t, err := m.time(c)
		if err != "" {
			return r, err
		}
		r.Time = t
	}
	if c := m.cell(rec, fRating); c != nil {
		v, err := ratingOf(c, opt.RatingMax)
		if err != "" {
			return r, err
		}
		r.Rating = v
	}
	r.External = m.str(rec, fID)
	if len(r.External) > maxID {
		return r, fmt.Sprintf("id too long: %d bytes, the limit is %d", len(r.External), maxID)
	}
	if isNull(r.External) {
		r.External = ""
	}
	r.Author = m.name(rec, fAuthor)
	r.Place = m.name(rec, fPlace)
	r.District = m.name(rec, fDistrict)
	r.Lang = langOf(m.name(rec, fLang))
	if v := m.name(rec, fDepartment); v != "" {
		if r.Department = m.department(v); r.Department == 0 {
			notes.Departments++
		}
	}
	r.Source, r.Channel = plan.Source, plan.Channel
	given := m.name(rec, fChannel)
	if opt.Channel == "" && given != "" {
		r.Channel = strings.ToLower(given)
	}
	if opt.Source == "" {
		v := foldHeader(m.name(rec, fSource))
		if src := sourceOf(v); src != "" {
			r.Source = src
		} else if src := sourceHint(v); src != "" { // "Google Maps", "Rappi": a channel
			r.Source = src
			if opt.Channel == "" && given == "" {
				r.Channel = strings.ReplaceAll(v, " ", "_")
			}
		} else if src := sourceHint(foldHeader(given)); src != "" {
			r.Source = src
		}
	}
	if c := m.cell(rec, fSynthetic); c != nil {
		v := strings.ToLower(strings.TrimSpace(c.text()))
		r.Synthetic = v == "true" || v == "1" || v == "si" || v == "sí" || v == "t"
	}
	return r, ""
}

func (m *mapper) department(v string) mention.Department {
	d, ok := m.seen[v]
	if !ok {
		d = departmentOf(v)
		if m.seen == nil {
			m.seen = map[string]mention.Department{}
		}
		if len(m.seen) < 1000 {
			m.seen[strings.Clone(v)] = d
		}
	}
	return d
}

// grow maps columns of JSON objects that were not in the sample.
func (m *mapper) grow(rec *record) {

	for _, n := range rec.fresh {
		i := m.names.index[n] + 1
		f, _ := guessField(n)
		if _, ok := m.src.opt.Map[f.String()]; f == fNone || ok {
			continue
		}
		m.extra[f] = append(m.extra[f], i)
	}
}

// oldest is the earliest accepted date.
var oldest = time.Date(2000, 1, 1, 0, 0, 0, 0, mention.Lima)

// time reads a date. No date (zero time) is fine, a wrong one is not: the row
// would land on a day where it does not belong.
func (m *mapper) time(c *cell) (t time.Time, bad string) {
	switch c.kind {
	case cTime:
		t = c.t
	case cNumber:
		var ok bool
		if t, ok = numberTime(c.f, m.epoch); !ok {
			return t, "date not understood: " + clip(c.text(), 24)
		}
	default:
		s := strings.TrimSpace(c.text())
		if isNull(s) || strings.HasPrefix(s, "0000-00-00") {
			return t, ""
		}
		var err error
		if t, err = parseTime(s, m.order == MonthFirst); err != nil {
			return t, err.Error() + ": " + clip(s, 24)
		}
	}
	if t.IsZero() {
		return t, ""
	}
	if t.After(m.src.opt.Now().Add(24 * time.Hour)) {
		return t, "date in the future: " + t.In(mention.Lima).Format("2006-01-02")
	}
	if t.Before(oldest) {
		return t, "date before 2000: " + t.In(mention.Lima).Format("2006-01-02")
	}
	return t.UTC(), ""
}

// clip shows a value in a message: one line, short, and without personal data,
// because a shifted column may hold anything.
func clip(s string, n int) string {
	if len(s) > 4*n {
		s = s[:4*n]
	}
	s = strings.Join(strings.Fields(privacy.Redact(strings.ToValidUTF8(s, ""))), " ")
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "…"
	}
	return strconv.Quote(s)
}
