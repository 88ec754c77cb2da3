package fact

import (
	"errors"
	"fmt"
	"time"

	"antojo/internal/mention"
	"antojo/internal/store"
)

// Why a period cannot be chosen.
var (
	ErrEmpty  = errors.New("there are no mentions yet: import some first")
	ErrPeriod = errors.New("no such period")
)

// Choose settles what a brief is about: the period that is named, read by parse, or else
// the last whole one, given by last; and refuses one of which the store has no mention.
func Choose(cov store.Coverage, period string, days int, parse func(string) (Span, error), last func(mention.Day) (string, Span)) (Options, error) {
	o := Options{Period: period, Days: days}
	if cov.Mentions == 0 {
		return o, ErrEmpty
	}
	if period == "" {
		o.Period, o.Week = last(cov.Last)
	} else {
		var err error
		if o.Week, err = parse(period); err != nil {
			return o, fmt.Errorf("%w: %w", ErrPeriod, err)
		}
	}
	if o.Week.From > cov.Last || o.Week.To < cov.First {
		return o, fmt.Errorf("%w: there are no mentions of %s: the store has %s to %s", ErrPeriod, o.Period, cov.First, cov.Last)
	}
	return o, nil
}

// ChooseWeek is Choose for a week.
func ChooseWeek(cov store.Coverage, period string, days int) (Options, error) {
	return Choose(cov, period, days, ParsePeriod, PeriodOf)
}

// ParsePeriod reads an ISO week, 2026-W46, as its Monday to Sunday (ISO 8601:2019).
func ParsePeriod(s string) (Span, error) {
	var y, w int
	if n, err := fmt.Sscanf(s, "%4d-W%2d", &y, &w); n != 2 || err != nil || fmt.Sprintf("%04d-W%02d", y, w) != s || w < 1 || y < 1971 {
		return Span{}, fmt.Errorf("period %q: want an ISO week such as 2026-W46", s)
	}
	// 4 January is always in week 1.
	jan4 := time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := jan4.AddDate(0, 0, -(int(jan4.Weekday()+6)%7)+7*(w-1))
	if gy, gw := monday.ISOWeek(); gy != y || gw != w {
		return Span{}, fmt.Errorf("period %q: %d has no week %d", s, y, w)
	}
	d := mention.Day(monday.Unix() / 86400)
	return Span{d, d + 6}, nil
}

// PeriodOf is the last ISO week that is over on the evening of last.
func PeriodOf(last mention.Day) (string, Span) {
	sunday := last
	for sunday.Date().Weekday() != time.Sunday {
		sunday--
	}
	y, w := sunday.Date().ISOWeek()
	return fmt.Sprintf("%04d-W%02d", y, w), Span{sunday - 6, sunday}
}
