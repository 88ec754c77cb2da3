package backtest

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"testing"
	"time"
)

func TestExplore(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SEEDS"))
	if n == 0 {
		t.Skip("exploration")
	}
	start := time.Now()
	for _, s := range scenarios() {
		if only := os.Getenv("ONLY"); only != "" && only != s.name {
			continue
		}
		res, _ := Run(t.Context(), Options{Seeds: n, Only: s.name})
		r := res.Scenarios[0]
		fmt.Printf("%-10s fdr %.3f (%d/%d) coverage %.3f of %d  right %.3f of %d  delay %v  judged %d %.1fs\n", r.Name, r.FDP/float64(r.Rounds), r.False, r.Discovered,
			float64(r.Covered)/float64(max(1, r.Intervals)), r.Intervals, float64(r.Right)/float64(max(1, r.Asked)), r.Asked, median(r.Delays), r.Judged, time.Since(start).Seconds())
		var ks []string
		for k := range r.Confused {
			ks = append(ks, k)
		}
		sort.Strings(ks)
		for _, k := range ks {
			fmt.Printf("    %s %d", k, r.Confused[k])
		}
		fmt.Println()
	}
}
