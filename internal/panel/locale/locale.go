// Package locale holds every user-visible string and the one way in which
// numbers and dates are written. Messages are flat JSON objects, one file a
// language; {name} in a message is replaced by the argument of that name.
// Spanish (es) is complete by definition, and a test holds every other language
// to the same keys.
//
// Numbers follow Peruvian usage, which is also the English one: 1,234,567.89.
package locale

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
)

// Default is the language of a reader who has not chosen.
const Default = "es"

// Catalog holds the messages of all languages.
type Catalog struct{ printers map[string]*Printer }

// Load reads every *.json under dir; the file name is the language.
func Load(fsys fs.FS, dir string) (*Catalog, error) {
	files, err := fs.Glob(fsys, path.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("load locales: %w", err)
	}
	c := &Catalog{printers: map[string]*Printer{}}
	for _, f := range files {
		b, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, fmt.Errorf("load locale %s: %w", f, err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("load locale %s: %w", f, err)
		}
		lang := strings.TrimSuffix(path.Base(f), ".json")
		c.printers[lang] = &Printer{Lang: lang, messages: m}
	}
	if c.printers[Default] == nil {
		return nil, fmt.Errorf("load locales: %s/%s.json is missing", dir, Default)
	}
	return c, nil
}

// For returns the printer of a language, Spanish for an unknown one.
func (c *Catalog) For(lang string) *Printer {
	if p := c.printers[lang]; p != nil {
		return p
	}
	return c.printers[Default]
}

// Has reports whether there is such a language.
func (c *Catalog) Has(lang string) bool { return c.printers[lang] != nil }

// Langs lists the languages in alphabetical order.
func (c *Catalog) Langs() []string {
	out := make([]string, 0, len(c.printers))
	for l := range c.printers {
		out = append(out, l)
	}
	sort.Strings(out)
	return out
}

// Printer writes one language. It is safe for concurrent use.
type Printer struct {
	Lang     string
	messages map[string]string
}

// Keys lists the keys in alphabetical order.
func (p *Printer) Keys() []string {
	out := make([]string, 0, len(p.messages))
	for k := range p.messages {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Has reports whether there is a message with that key.
func (p *Printer) Has(key string) bool { _, ok := p.messages[key]; return ok }

// T returns the message with its {names} replaced by args, given as name, value
// pairs. A missing key shows itself, so that a page never goes blank over it.
func (p *Printer) T(key string, args ...any) string {
	m, ok := p.messages[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 || !strings.Contains(m, "{") {
		return m
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), p.value(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(m)
}

// N is T with the form for n: key.one where n is 1, else key.other. {n} is n.
func (p *Printer) N(key string, n int64, args ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return p.T(key+form, append([]any{"n", n}, args...)...)
}

func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.Int(int64(v))
	case int64:
		return p.Int(v)
	case mention.Day:
		return p.Day(v)
	default:
		return fmt.Sprint(v)
	}
}

// Signs and spaces: a true minus, and a space that does not break.
const (
	minus = "−"
	nbsp  = "\u00a0"
)

// Int writes 1,234,567.
func (p *Printer) Int(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = group(strings.TrimPrefix(s, "-"))
	if neg {
		return minus + s
	}
	return s
}

// Dec writes v with that many decimals: 1,234.50.
func (p *Printer) Dec(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	s = group(whole)
	if frac != "" {
		s += "." + frac
	}
	if v < 0 && strings.Trim(s, "0.,") != "" {
		return minus + s
	}
	return s
}

// Signed is Dec with a plus sign before what is above zero.
func (p *Printer) Signed(v float64, decimals int) string {
	s := p.Dec(v, decimals)
	if v > 0 && strings.Trim(s, "0.,") != "" {
		return "+" + s
	}
	return s
}

// Percent writes a ratio as a percentage: 12.3 % in Spanish, 12.3% in English.
func (p *Printer) Percent(v float64, decimals int) string {
	return p.Dec(100*v, decimals) + p.percentSign()
}

// SignedPercent writes +12.3 %.
func (p *Printer) SignedPercent(v float64, decimals int) string {
	return p.Signed(100*v, decimals) + p.percentSign()
}

func (p *Printer) percentSign() string {
	if p.Lang == "en" {
		return "%"
	}
	return nbsp + "%"
}

// Points writes the difference of two percentages in percentage points.
func (p *Printer) Points(v float64) string { return p.Signed(100*v, 1) + nbsp + p.T("unit.points") }

// Compact shortens large counts for axes: 950, 1.2 k, 34 k, 1.5 M.
func (p *Printer) Compact(v float64) string {
	a := math.Abs(v)
	unit := func(d float64, suffix string) string {
		x := v / d
		if math.Abs(x) < 10 && x != math.Trunc(x) {
			return p.Dec(x, 1) + nbsp + suffix
		}
		return p.Dec(x, 0) + nbsp + suffix
	}
	switch {
	case a >= 999_500:
		return unit(1e6, "M")
	case a >= 1000:
		return unit(1e3, "k")
	case a >= 10 || v == math.Trunc(v):
		return p.Dec(v, 0)
	default:
		return p.Dec(v, 1)
	}
}

// Day writes 22 nov 2026.
func (p *Printer) Day(d mention.Day) string {
	t := d.Date()
	return strconv.Itoa(t.Day()) + nbsp + p.month(t.Month()) + nbsp + strconv.Itoa(t.Year())
}

// ShortDay writes 22 nov.
func (p *Printer) ShortDay(d mention.Day) string {
	t := d.Date()
	return strconv.Itoa(t.Day()) + nbsp + p.month(t.Month())
}

// MonthYear writes nov 2026.
func (p *Printer) MonthYear(d mention.Day) string {
	t := d.Date()
	return p.month(t.Month()) + nbsp + strconv.Itoa(t.Year())
}

// Days writes a range, without repeating month or year: 26 oct – 22 nov 2026. No line
// begins with its dash.
func (p *Printer) Days(from, to mention.Day) string {
	a, b := from.Date(), to.Date()
	switch {
	case from == to:
		return p.Day(to)
	case a.Year() != b.Year():
		return p.Day(from) + "\u00a0– " + p.Day(to)
	case a.Month() != b.Month():
		return p.ShortDay(from) + "\u00a0– " + p.Day(to)
	default:
		return strconv.Itoa(a.Day()) + "–" + p.Day(to)
	}
}

// Time writes an instant in Lima: 22 nov 2026, 18:05.
func (p *Printer) Time(t time.Time) string {
	return p.Day(mention.DayOf(t)) + ", " + t.In(mention.Lima).Format("15:04")
}

func (p *Printer) month(m time.Month) string { return p.T("month." + strconv.Itoa(int(m))) }

func group(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}
