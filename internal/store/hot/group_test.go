package hot

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// many is an index of n mentions over some days, in no order, and days between without.
func many(t testing.TB, n, days int) *Index {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	x := New(0)
	ms := make([]Mention, n)
	for i := range ms {
		m := &ms[i]
		m.ID[0], m.ID[1], m.ID[2] = byte(i), byte(i>>8), byte(i>>16)
		m.Day = 20_000 + mention.Day(r.IntN(days)*3)
		m.At = int64(m.Day)*86400e6 + r.Int64N(86400e6)
		m.Author, m.Rating = uint64(r.IntN(n/3)), float32(r.IntN(51))/10
		m.Source, m.Channel, m.Run = fmt.Sprint("s", r.IntN(4)), fmt.Sprint("c", r.IntN(5)), "r"
		m.Department, m.Sentiment, m.Intent = uint8(r.IntN(26)), int8(r.IntN(4)-1), uint8(r.IntN(6))
		m.Aspects, m.Relevant = uint16(r.IntN(1<<16)), r.IntN(9) > 0
		for k := range r.IntN(4) {
			m.Entities = append(m.Entities, Entity{fmt.Sprint("e", r.IntN(20)*4+k), fmt.Sprint("k", r.IntN(3))})
		}
	}
	if err := x.Add(ms); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestScanShared: groups do not depend on how many share the scan.
func TestScanShared(t *testing.T) {
	v := many(t, 4000, 40).View()
	type dims = []metric.Dimension
	for _, f := range []metric.Filter{{}, {AllTopics: true}, {From: 20_031, To: 20_080}, {Entities: []string{"e0", "e5", "e10"}}, {Entities: []string{"e6"}, Kinds: []string{"k1"}}, {Sources: []mention.Source{"s1"}, Sentiments: []mention.Sentiment{-1, 1}}, {From: 30_000}} {
		for _, by := range []dims{nil, {metric.ByDay}, {metric.ByEntity, metric.ByWeek}, {metric.ByKind, metric.ByMonth}, {metric.ByAspect}, {metric.BySentiment, metric.BySource, metric.ByDepartment}, {metric.ByEntity, metric.ByDay, metric.ByDepartment}} {
			for _, need := range []metric.Need{0, metric.NeedSentiment | metric.NeedRating, metric.NeedAuthors, metric.NeedAspect} {
				sp := Spec{Filter: f, By: by, Need: need, Most: 1 << 20}
				read := func(parts int) (map[string]metric.Counts, int64) {
					out := map[string]metric.Counts{}
					p, some := v.plan(&f)
					g := newGrouping(p, &sp)
					switch {
					case some && parts == 1: // every row is looked at
						g.lists = nil
						g.scan(0, len(g.days))
					case some:
						g.scanShared(&sp, parts)
					}
					g.yield(func(x Group) {
						k := fmt.Sprint(x.Keys)
						if _, ok := out[k]; ok {
							t.Fatalf("group %s came twice", k)
						}
						out[k] = x.Counts
					})
					g.free()
					return out, g.total
				}
				want, n := read(1)
				for _, parts := range []int{2, 3, 8} {
					got, m := read(parts)
					if d := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 1e-9)); d != "" || n != m {
						t.Fatalf("%+v by %v in %d parts: %d mentions, want %d (-one part +parts):\n%.1500s", f, by, parts, m, n, d)
					}
				}
			}
		}
	}
}

// TestWork: the rows that an answer reads are those of its days, or about those of
// one entity if they are fewer.
func TestWork(t *testing.T) {
	x := many(t, 4000, 40)
	v := x.View()
	all := metric.Filter{AllTopics: true}
	if n := v.Work(&all); n != 4000 {
		t.Errorf("all days: %d rows, want 4000", n)
	}
	part := metric.Filter{AllTopics: true, From: 20_030, To: 20_060}
	var want int64
	v.Read(&Spec{Filter: part, By: []metric.Dimension{metric.ByDay}}, func(g Group) { want += g.Counts.Mentions })
	if n := v.Work(&part); int64(n) != want || want == 0 {
		t.Errorf("some days: %d rows, want %d", n, want)
	}
	one := metric.Filter{Entities: []string{"e5"}}
	want = 0
	v.Read(&Spec{Filter: metric.Filter{AllTopics: true, Entities: one.Entities}}, func(g Group) { want += g.Counts.Mentions })
	if n := v.Work(&one); int64(n) != 2*seek*want || want == 0 {
		t.Errorf("one entity: %d rows, want %d times its %d mentions", n, 2*seek, want)
	}
	old, since := x.View(), x.View().Since(3000)
	var n, early int64
	old.Read(&Spec{Filter: all}, func(g Group) { n = g.Counts.Mentions })
	since.Read(&Spec{Filter: metric.Filter{AllTopics: true, Entities: one.Entities}}, func(g Group) { early = g.Counts.Mentions })
	if got := since.Read(&Spec{Filter: all, By: []metric.Dimension{metric.ByDay}}, func(Group) {}); got != n-3000 || early >= want || early == 0 {
		t.Errorf("since the first 3000 of %d: %d mentions, %d of the %d of one entity", n, got, early, want)
	}
	if n := New(0).View().Work(&all); n != 0 {
		t.Errorf("an empty index: %d rows", n)
	}
}
