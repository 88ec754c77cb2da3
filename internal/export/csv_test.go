package export

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestTimes: days and times are written as the standard library writes them.
func TestTimes(t *testing.T) {
	check := func(us int64) {
		t.Helper()
		want := time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05Z")
		if got := string(appendTime(nil, us)); got != want {
			t.Fatalf("%d µs: %s, want %s", us, got, want)
		}
		day := us / 1e6 / 86400
		if got, want := string(appendDay(nil, day)), time.Unix(day*86400, 0).UTC().Format(time.DateOnly); got != want {
			t.Fatalf("day %d: %s, want %s", day, got, want)
		}
	}
	for _, us := range []int64{0, -1, 1, -86400e6, 86399999999, 951782400e6, 951868800e6, 253402300799999999, 253402300800e6, -62135596800e6, -62167219200e6, -62167219200e6 - 1, 4107542400e6} {
		check(us)
	}
	for day := int64(-800_000); day < 2_932_897; day += 17 { // some years before 1 to 9999
		check(day * 86400e6)
	}
	for day := time.Date(1899, 12, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2110; day = day.AddDate(0, 0, 1) {
		check(day.UnixMicro())
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		check(r.Int64N(500_000_000e6) - 250_000_000e6)
	}
}
