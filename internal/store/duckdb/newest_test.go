package duckdb

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/storetest"
)

// TestNewest puts many filters at once to the store, from the tables and from memory,
// and each alone to Mentions: the answers are the same.
func TestNewest(t *testing.T) {
	g := storetest.NewGenerator(57)
	ms := g.Many(1200)
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	loadAll(t, s, ms)
	r := rand.New(rand.NewPCG(3, 5))
	for _, where := range []string{"tables", "memory"} {
		if where == "memory" {
			warm(t, s, 1_000_000)
			complete(t, s)
		}
		found := 0
		for range 12 {
			fs := make([]metric.Filter, r.IntN(9)+1)
			for i := range fs {
				fs[i] = storetest.RandomFilter(r, g)
			}
			ids, err := s.NewestIDs(t.Context(), fs, 7)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := s.NewestEach(t.Context(), fs, 7)
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range fs {
				want, _, err := s.Mentions(t.Context(), f, store.Page{Limit: 7})
				if err != nil {
					t.Fatal(err)
				}
				var wantIDs []mention.ID
				for _, m := range want {
					wantIDs = append(wantIDs, m.ID)
				}
				found += len(want)
				if d := cmp.Diff(wantIDs, ids[i]); d != "" {
					t.Errorf("%s: %s: ids (-Mentions +NewestIDs)\n%s", where, f.Values().Encode(), d)
				}
				if d := cmp.Diff(want, whole[i]); d != "" {
					t.Errorf("%s: %s: mentions (-Mentions +NewestEach)\n%s", where, f.Values().Encode(), d)
				}
			}
		}
		if found < 20 {
			t.Errorf("%s: only %d mentions in all answers", where, found)
		}
	}
}
