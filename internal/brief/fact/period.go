package fact

import (
	"fmt"
	"time"

	"antojo/internal/mention"
)

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
