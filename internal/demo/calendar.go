package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
)

// day returns the civil day of a date.
func day(year, month, dom int) mention.Day {
	return mention.Day(time.Date(year, time.Month(month), dom, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// NthWeekday returns the n-th (1-based) given weekday of a month. A result in the
// next month means that the month has no n-th such weekday.
func NthWeekday(year int, month time.Month, n int, w time.Weekday) mention.Day {
	first := day(year, int(month), 1)
	shift := (int(w) - int(first.Date().Weekday()) + 7) % 7
	return first + mention.Day(shift+7*(n-1))
}

// Easter returns Easter Sunday in the Gregorian calendar: the anonymous algorithm
// (Meeus, Astronomical Algorithms, 2nd ed., chapter 8).
func Easter(year int) mention.Day {
	a := year % 19
	b, c := year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return day(year, n/31, n%31+1)
}

// Rule says on which days of a year a feast falls. Forms:
//
//	date:06-28         28 June
//	nth:3:sun:07       third Sunday of July
//	easter:-2          two days before Easter Sunday
//	week:01-15         the Monday-to-Sunday week that holds 15 January
//	span:10-01:10-31   1 to 31 October
type Rule struct {
	form    string
	n       int // ordinal or shift
	weekday time.Weekday
	from    monthDay
	to      monthDay
}

type monthDay struct{ month, dom int }

// ParseRule parses the forms listed at Rule.
func ParseRule(s string) (Rule, error) {
	part := strings.Split(s, ":")
	bad := fmt.Errorf("calendar rule %q is none of date:MM-DD, nth:N:weekday:MM, easter:SHIFT, week:MM-DD, span:MM-DD:MM-DD", s)
	r := Rule{form: part[0]}
	want := map[string]int{"date": 2, "week": 2, "span": 3, "easter": 2, "nth": 4}[r.form]
	if want == 0 || len(part) != want {
		return Rule{}, bad
	}
	var err error
	switch r.form {
	case "date", "week", "span":
		if r.from, err = parseMonthDay(part[1]); err != nil {
			return Rule{}, bad
		}
		r.to = r.from
		if r.form == "span" {
			if r.to, err = parseMonthDay(part[2]); err != nil {
				return Rule{}, bad
			}
		}
	case "easter":
		if r.n, err = strconv.Atoi(part[1]); err != nil || r.n < -60 || r.n > 60 {
			return Rule{}, bad
		}
	case "nth":
		if r.n, err = strconv.Atoi(part[1]); err != nil || r.n < 1 || r.n > 5 {
			return Rule{}, bad
		}
		i := index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, part[2])
		month, err := strconv.Atoi(part[3])
		if i < 0 || err != nil || month < 1 || month > 12 {
			return Rule{}, bad
		}
		r.weekday, r.from = time.Weekday(i), monthDay{month, 1}
	}
	return r, nil
}

// Days returns the first and the last day of the feast in a year.
func (r Rule) Days(year int) (from, to mention.Day) {
	switch r.form {
	case "nth":
		from = NthWeekday(year, time.Month(r.from.month), r.n, r.weekday)
		return from, from
	case "easter":
		from = Easter(year) + mention.Day(r.n)
		return from, from
	case "week":
		mid := day(year, r.from.month, r.from.dom)
		from = mid - mention.Day((int(mid.Date().Weekday())+6)%7)
		return from, from + 6
	default:
		return day(year, r.from.month, r.from.dom), day(year, r.to.month, r.to.dom)
	}
}

func parseMonthDay(s string) (monthDay, error) {
	t, err := time.Parse("01-02", s)
	return monthDay{int(t.Month()), t.Day()}, err
}

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}
