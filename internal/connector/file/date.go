package file

import (
	"errors"
	"math"
	"strings"
	"time"

	"antojo/internal/mention"
)

var (
	errDate  = errors.New("date not understood")
	errOrder = errors.New("date does not fit the order of day and month in this file")
)

// parseTime reads a date, with or without a time. A date without a zone is of
// Lima; a day is its midnight, a month its first day. Understood are ISO days,
// months and times, d/m/y and d-m-y (m/d/y if monthFirst) with two or four digits
// for the year, month names in Spanish and English, compact 20250131, Unix
// seconds, milli-, micro- and nanoseconds, and Excel serial days.
func parseTime(s string, monthFirst bool) (time.Time, error) {
	if len(s) > 80 || len(s) < 4 {
		return time.Time{}, errDate
	}
	if t, ok := parseISO(s); ok {
		return t, nil
	}
	if f, ok := plainNumber(s); ok {
		if t, ok := numberTime(f, time.Time{}); ok {
			return t, nil
		}
		return time.Time{}, errDate
	}
	return parseLoose(s, monthFirst)
}

// plainNumber parses digits with at most one dot.
func plainNumber(s string) (float64, bool) {
	dot := false
	f, scale := 0.0, 1.0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			f = f*10 + float64(c-'0')
			if dot {
				scale *= 10
			}
		case c == '.' && !dot && i > 0:
			dot = true
		default:
			return 0, false
		}
	}
	return f / scale, true
}

// numberTime reads a date from a number by its size: Excel serial day, 20250131,
// Unix seconds, milli-, micro- or nanoseconds. epoch is day 0 of serial days; the
// zero value stands for 1899-12-30, the 1900 system after its false leap day.
func numberTime(f float64, epoch time.Time) (time.Time, bool) {
	switch {
	case f >= 20000 && f < 100000:
		if epoch.IsZero() {
			epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, mention.Lima)
		}
		return epoch.Add(time.Duration(math.Round(f*86400)) * time.Second), true
	case f >= 19000101 && f < 22000101 && f == math.Trunc(f):
		n := int(f)
		return civil(n/10000, n/100%100, n%100, 0, 0, 0, 0, mention.Lima)
	case f >= 1e8 && f < 1e10:
		sec, frac := math.Modf(f)
		return time.Unix(int64(sec), int64(frac*1e9)), true
	case f >= 1e11 && f < 1e13:
		return time.UnixMilli(int64(f)), true
	case f >= 1e14 && f < 1e16:
		return time.UnixMicro(int64(f)), true
	case f >= 1e17 && f < 9e18:
		return time.Unix(0, int64(f)), true
	}
	return time.Time{}, false
}

// civil makes a time and checks that the parts exist.
func civil(y, m, d, hh, mm, ss, ns int, loc *time.Location) (time.Time, bool) {
	if y < 1000 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 || hh > 24 || mm > 59 || ss > 60 {
		return time.Time{}, false
	}
	t := time.Date(y, time.Month(m), d, hh, mm, ss, ns, loc)
	if hh < 24 && ss < 60 && t.Day() != d {
		return time.Time{}, false
	}
	return t, true
}

// digits reads from min to max digits at i.
func digits(s string, i, min, max int) (v, end int, ok bool) {
	end = i
	for end < len(s) && end-i < max && s[end] >= '0' && s[end] <= '9' {
		v = v*10 + int(s[end]-'0')
		end++
	}
	return v, end, end-i >= min
}

// parseISO reads 2018-04, 2018-04-21, 2018/04/21 and 2018-04-21 or T 15:04[:05[.9]]
// with an optional zone.
func parseISO(s string) (time.Time, bool) {
	y, i, ok := digits(s, 0, 4, 4)
	if !ok || i >= len(s) {
		return time.Time{}, false
	}
	sep := s[i]
	if sep != '-' && sep != '/' && sep != '.' {
		return time.Time{}, false
	}
	m, i, ok := digits(s, i+1, 1, 2)
	if !ok {
		return time.Time{}, false
	}
	if i == len(s) {
		if sep == '.' {
			return time.Time{}, false // 2018.04 may be a number
		}
		return civil(y, m, 1, 0, 0, 0, 0, mention.Lima)
	}
	if s[i] != sep {
		return time.Time{}, false
	}
	d, i, ok := digits(s, i+1, 1, 2)
	if !ok {
		return time.Time{}, false
	}
	if i == len(s) {
		return civil(y, m, d, 0, 0, 0, 0, mention.Lima)
	}
	if s[i] != 'T' && s[i] != 't' && s[i] != ' ' && s[i] != '_' {
		return time.Time{}, false
	}
	c, ok := parseClock(strings.TrimSpace(s[i+1:]))
	if !ok {
		return time.Time{}, false
	}
	return civil(y, m, d, c.h, c.m, c.s, c.ns, c.loc)
}

// clock is a time of day with its zone.
type clock struct {
	h, m, s, ns int
	loc         *time.Location
}

// parseClock reads 15:04, 15:04:05.999, 3:04 pm, 3:04 p. m., each with an optional
// zone: Z, UTC, GMT, PET, -05:00, -0500, -05, "UTC-5".
func parseClock(s string) (c clock, ok bool) {
	c.loc = mention.Lima
	var i int
	if c.h, i, ok = digits(s, 0, 1, 2); !ok {
		return c, false
	}
	if i < len(s) && (s[i] == ':' || s[i] == 'h') {
		if c.m, i, ok = digits(s, i+1, 2, 2); !ok {
			return c, false
		}
		if i < len(s) && s[i] == ':' {
			if c.s, i, ok = digits(s, i+1, 2, 2); !ok {
				return c, false
			}
			if i < len(s) && (s[i] == '.' || s[i] == ',') {
				frac, scale := 0, 1_000_000_000
				j := i + 1
				for ; j < len(s) && s[j] >= '0' && s[j] <= '9'; j++ {
					if scale > 1 {
						frac = frac*10 + int(s[j]-'0')
						scale /= 10
					}
				}
				if j == i+1 {
					return c, false
				}
				c.ns, i = frac*scale, j
			}
		}
	} else if i == len(s) {
		return c, false
	}
	rest := strings.ToLower(strings.TrimSpace(s[i:]))
	rest = strings.TrimPrefix(rest, "hrs")
	rest = strings.TrimPrefix(rest, "h")
	half := strings.NewReplacer(".", "", " ", "", "\u00a0", "", "\u202f", "").Replace(rest)
	switch {
	case strings.HasPrefix(half, "pm"):
		if c.h < 1 || c.h > 12 {
			return c, false
		}
		c.h = c.h%12 + 12
		rest = half[2:]
	case strings.HasPrefix(half, "am"):
		if c.h < 1 || c.h > 12 {
			return c, false
		}
		c.h %= 12
		rest = half[2:]
	case !strings.ContainsRune(s[:min(i, len(s))], ':') && !strings.ContainsRune(s[:i], 'h'):
		return c, false
	}
	rest = strings.TrimSpace(rest)
	for _, z := range [...]string{"utc", "gmt", "z"} {
		if r, ok := strings.CutPrefix(rest, z); ok {
			c.loc, rest = time.UTC, r
			break
		}
	}
	switch {
	case rest == "":
	case rest == "pet":
		c.loc = mention.Lima
	case rest[0] == '+' || rest[0] == '-':
		zh, j, ok := digits(rest, 1, 1, 2)
		if !ok || zh > 15 {
			return c, false
		}
		if j < len(rest) && rest[j] == ':' {
			j++
		}
		zm := 0
		if j < len(rest) {
			if zm, j, ok = digits(rest, j, 2, 2); !ok || j != len(rest) || zm > 59 {
				return c, false
			}
		}
		off := zh*3600 + zm*60
		if rest[0] == '-' {
			off = -off
		}
		c.loc = time.FixedZone("", off)
	default:
		return c, false
	}
	return c, true
}

// slashParts returns the first two parts of a date such as 3/4/2025; zeros if s
// is not one.
func slashParts(s string) (a, b int) {
	a, i, ok := digits(s, 0, 1, 2)
	if !ok || i >= len(s) || s[i] != '/' && s[i] != '-' && s[i] != '.' {
		return 0, 0
	}
	b, j, ok := digits(s, i+1, 1, 2)
	if !ok || j >= len(s) || s[j] != s[i] {
		return 0, 0
	}
	return a, b
}

var months = map[string]int{
	"enero": 1, "ene": 1, "january": 1, "jan": 1, "febrero": 2, "feb": 2, "february": 2, "marzo": 3, "mar": 3, "march": 3,
	"abril": 4, "abr": 4, "april": 4, "apr": 4, "mayo": 5, "may": 5, "junio": 6, "jun": 6, "june": 6, "julio": 7, "jul": 7, "july": 7,
	"agosto": 8, "ago": 8, "august": 8, "aug": 8, "septiembre": 9, "setiembre": 9, "sep": 9, "sept": 9, "set": 9, "september": 9,
	"octubre": 10, "oct": 10, "october": 10, "noviembre": 11, "nov": 11, "november": 11, "diciembre": 12, "dic": 12, "december": 12, "dec": 12,
}

// fillers are words in dates that carry nothing.
var fillers = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("de del a las la el at on the of th st nd rd lunes martes miercoles jueves viernes sabado domingo lun mie mié jue vie sab sáb dom monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun tues thur thurs") {
		m[w] = true
	}
	return m
}()

// parseLoose reads d/m/y and dates with month names.
func parseLoose(s string, monthFirst bool) (time.Time, error) {
	var nums [3]int // day and month, or day, or year, in order
	var width [3]int
	n, month, monthAt := 0, 0, -1
	dash := false // the parts are joined by - or /
	c := clock{loc: mention.Lima}
	i := 0
loop:
	for i < len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			v, j, _ := digits(s, i, 1, 5)
			if j < len(s) && (s[j] == ':' || s[j] == 'h' && j+1 < len(s) && s[j+1] >= '0' && s[j+1] <= '9') {
				var rest string
				var year int
				rest, year = yearAtEnd(s[i:])
				k, ok := parseClock(rest)
				if !ok {
					return time.Time{}, errDate
				}
				c = k
				if year > 0 {
					if n == 3 {
						return time.Time{}, errDate
					}
					nums[n], width[n] = year, 4
					n++
				}
				break loop
			}
			if n == 3 || j-i > 4 || j-i == 3 {
				return time.Time{}, errDate
			}
			nums[n], width[n] = v, j-i
			n++
			i = j
		case b == '/' || b == '-' || b == '.':
			dash = dash || b != '.'
			i++
		case b == ' ' || b == ',' || b == '(' || b == ')':
			i++
		default:
			j := i
			for j < len(s) && (s[j] >= 0x80 || s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z') {
				j++
			}
			if j == i {
				return time.Time{}, errDate
			}
			w := strings.ToLower(s[i:j])
			if m, ok := months[w]; ok {
				if month != 0 {
					return time.Time{}, errDate
				}
				month, monthAt = m, n
			} else if !fillers[w] && !fillers[foldHeader(w)] && w != "\u00a0" {
				return time.Time{}, errDate
			}
			i = j
		}
	}
	d, m, y := 1, month, 0
	switch {
	case month == 0 && n == 3:
		d, m, y = nums[0], nums[1], nums[2]
		if width[0] == 4 { // 2018 04 21
			d, y = nums[2], nums[0]
			break
		}
		if width[0] > 2 || width[1] > 2 || width[2] != 2 && width[2] != 4 {
			return time.Time{}, errDate
		}
		if monthFirst {
			d, m = m, d
		}
		if width[2] == 2 {
			y = century(y)
		}
		if m > 12 && d <= 12 {
			return time.Time{}, errOrder
		}
	case month == 0 && n == 2 && width[0] <= 2 && width[1] == 4 && dash: // 04/2018
		m, y = nums[0], nums[1]
	case month != 0 && n == 2:
		d, y = nums[0], nums[1]
		if width[0] == 4 {
			d, y = nums[1], nums[0]
		} else if width[1] == 2 {
			y = century(y)
		}
	case month != 0 && n == 1 && width[0] == 4:
		y = nums[0]
	case month != 0 && n == 1 && width[0] == 2 && monthAt == 0 && dash: // abr-18
		y = century(nums[0])
	default:
		return time.Time{}, errDate
	}
	t, ok := civil(y, m, d, c.h, c.m, c.s, c.ns, c.loc)
	if !ok {
		return time.Time{}, errDate
	}
	return t, nil
}

// century widens a two-digit year: 00–69 are of this century.
func century(y int) int {
	if y < 70 {
		return 2000 + y
	}
	return 1900 + y
}

// yearAtEnd cuts a year off the end of "15:04:05 +0000 2018".
func yearAtEnd(s string) (rest string, year int) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 || len(s)-i != 5 {
		return s, 0
	}
	y, j, ok := digits(s, i+1, 4, 4)
	if !ok || j != len(s) || y < 1900 {
		return s, 0
	}
	return s[:i], y
}
