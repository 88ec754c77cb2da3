// Package series reads outside series, such as wholesale prices: a CSV with the
// columns date, item, place, value, unit.
package series

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// Point is one value of a series, which holds from Day until the next one.
type Point struct {
	Day   mention.Day
	Item  string // lexicon id where there is one
	Place string
	Value float64 // units of currency a Unit
	Unit  string
}

// RowError says which row cannot be read and why.
type RowError struct {
	Row int // from 1, the header included
	Why string
}

func (e RowError) Error() string { return fmt.Sprintf("row %d: %s", e.Row, e.Why) }

// columns by name; Spanish names are those that ministries use.
var columns = map[string][]string{
	"date":  {"date", "fecha", "day", "dia", "día", "mes", "month"},
	"item":  {"item", "producto", "product", "articulo", "artículo", "variedad", "variedadpapa"},
	"place": {"place", "lugar", "mercado", "ciudad", "plaza"},
	"value": {"value", "valor", "precio", "price", "pprom"},
	"unit":  {"unit", "unidad"},
}

// Read reads a CSV with commas or semicolons. Rows that cannot be read are
// returned beside the points; an unreadable file or a missing column is an error.
func Read(r io.Reader) ([]Point, []RowError, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read series: %w", err)
	}
	if len(raw) > maxBytes {
		return nil, nil, fmt.Errorf("read series: the file is larger than %d MiB: split it", maxBytes>>20)
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	c := csv.NewReader(strings.NewReader(text))
	if head, _, _ := strings.Cut(text, "\n"); strings.Count(head, ";") > strings.Count(head, ",") {
		c.Comma = ';'
	}
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	header, err := c.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("read series: no header row (date,item,place,value,unit): %w", err)
	}
	at := map[string]int{"date": -1, "item": -1, "place": -1, "value": -1, "unit": -1}
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		for name, alias := range columns {
			if at[name] < 0 && slices.Contains(alias, h) {
				at[name] = i
			}
		}
	}
	for _, must := range []string{"date", "item", "value"} {
		if at[must] < 0 {
			return nil, nil, fmt.Errorf("read series: no column %q in the header %q: want date,item,place,value,unit", must, strings.Join(header, ","))
		}
	}
	var points []Point
	var bad []RowError
	for row := 2; ; row++ {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			bad = append(bad, RowError{row, err.Error()})
			continue
		}
		get := func(name string) string {
			if i := at[name]; i >= 0 && i < len(rec) {
				return strings.TrimSpace(rec[i])
			}
			return ""
		}
		p := Point{Item: get("item"), Place: get("place"), Unit: get("unit")}
		day, err := parseDay(get("date"))
		if err != nil {
			bad = append(bad, RowError{row, err.Error()})
			continue
		}
		p.Day = day
		if p.Value, err = strconv.ParseFloat(strings.Replace(get("value"), ",", ".", 1), 64); err != nil || !(p.Value > 0) || math.IsInf(p.Value, 0) {
			bad = append(bad, RowError{row, fmt.Sprintf("value %q is not a positive number", get("value"))})
			continue
		}
		if p.Item == "" {
			bad = append(bad, RowError{row, "no item"})
			continue
		}
		points = append(points, p)
	}
	return points, bad, nil
}

const maxBytes = 64 << 20

// spanishMonths as ministries write them: ENE-2015.
var spanishMonths = []string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"}

// parseDay reads an ISO day, a month (2018-04, ENE-2015) or d/m/y. A month is its
// first day.
func parseDay(s string) (mention.Day, error) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2/1/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return checked(t, s)
		}
	}
	if m, y, ok := strings.Cut(strings.ToLower(s), "-"); ok {
		if m == "sep" {
			m = "set"
		}
		if i := slices.Index(spanishMonths, m); i >= 0 {
			if t, err := time.Parse("2006", y); err == nil {
				return checked(t.AddDate(0, i, 0), s)
			}
		}
	}
	return 0, fmt.Errorf("date %q is none of 2026-11-30, 2026-11, ENE-2026, 30/11/2026", s)
}

func checked(t time.Time, s string) (mention.Day, error) {
	if t.Year() < 1950 || t.Year() > 2100 {
		return 0, fmt.Errorf("date %q is not between 1950 and 2100", s)
	}
	return mention.Day(t.Unix() / 86400), nil
}

// maxHold is how long a value holds without a newer one: monthly series have a
// value every 31 days.
const maxHold = 35

// Weekly lays points on the weeks of a panel, one price for each item, place and
// unit, in the order of their names: the mean of the values that hold on each day.
func Weekly(points []Point, start mention.Day, days int) []engine.Price {
	type key struct{ item, place, unit string }
	by := map[key][]Point{}
	var keys []key
	for _, p := range points {
		k := key{p.Item, p.Place, p.Unit}
		if by[k] == nil {
			keys = append(keys, k)
		}
		by[k] = append(by[k], p)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return strings.Compare(a.item+"\x00"+a.place+"\x00"+a.unit, b.item+"\x00"+b.place+"\x00"+b.unit)
	})
	var out []engine.Price
	for _, k := range keys {
		ps := by[k]
		slices.SortStableFunc(ps, func(a, b Point) int { return int(a.Day - b.Day) })
		v := make([]float32, (days+6)/7)
		next, known := 0, 0
		for w := range v {
			var sum, n float64
			for d := start + mention.Day(7*w); d < start+mention.Day(7*w+7); d++ {
				for next < len(ps) && ps[next].Day <= d {
					next++
				}
				if next > 0 && d-ps[next-1].Day <= maxHold {
					sum += ps[next-1].Value
					n++
				}
			}
			if n > 0 {
				v[w] = float32(sum / n)
				known++
			}
		}
		if known > 0 {
			out = append(out, engine.Price{Item: k.item, Place: k.place, Unit: k.unit, Value: v})
		}
	}
	return out
}
