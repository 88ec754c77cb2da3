package duckdb

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/storetest"
)

type profile struct {
	Source    mention.Source
	Sentiment mention.Sentiment
	Aspects   uint16
	Rating    float32
}

// TestProfiles: tables and memory count the kinds of mention that a filter selects
// as one does by reading the mentions themselves.
func TestProfiles(t *testing.T) {
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "store.duckdb"))
	g := storetest.NewGenerator(17)
	loadAll(t, s, g.Many(4000))
	filters := []metric.Filter{{}, {AllTopics: true}, {Entities: []string{"ceviche"}, Window: "90d"}, {Kinds: []string{"drink"}, Sources: []mention.Source{mention.Review}}, {Departments: []mention.Department{15}, Text: "caro"}}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		filters = append(filters, storetest.RandomQuery(r, g).Filter)
	}
	check := func(name string) {
		some := 0
		for _, f := range filters {
			want := map[profile]int64{}
			for after := ""; ; {
				ms, next, err := s.Mentions(ctx, f, store.Page{After: after, Limit: 1000})
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range ms {
					if !m.Scored {
						continue
					}
					p := profile{m.Source, m.Sentiment, 0, m.Rating}
					for a, l := range m.Aspects {
						p.Aspects |= uint16(l) << (2 * a)
					}
					want[p]++
				}
				if after = next; next == "" {
					break
				}
			}
			got := map[profile]int64{}
			err := s.Profiles(ctx, f, func(source mention.Source, sentiment mention.Sentiment, aspects uint16, rating float32, n int64) {
				p := profile{source, sentiment, aspects, rating}
				if got[p] > 0 {
					t.Errorf("%s: a kind comes twice: %+v", name, p)
				}
				got[p] += n
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s, %s (-want +got):\n%s", name, f.Values().Encode(), diff)
			}
			some += len(got)
		}
		if some < 1000 {
			t.Errorf("%s: only %d kinds in all: the filters select too little", name, some)
		}
	}
	check("tables")
	warm(t, s, 1_000_000)
	check("memory")
}
