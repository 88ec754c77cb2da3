package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// testDailyCounts checks daily counts by channel, and repeats of authors, against the
// oracle's answers, after loads in no order of time and a repeated one.
func testDailyCounts(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	g := NewGenerator(29)
	g.Days = 40 // so that authors name an entity twice a day
	ms := g.Many(600)
	load(t, s, "mentions", ms, 100)
	if done, err := s.Load(ctx, mention.Batch{Mentions: ms[200:450]}); err != nil || done.Accepted != 0 {
		t.Fatalf("loaded again: %+v, %v", done, err)
	}
	r := rand.New(rand.NewPCG(6, 1))
	repeats := int64(0)
	for range 40 {
		f := RandomFilter(r, g)
		from := g.First + mention.Day(r.IntN(g.Days+20)-10)
		want := map[string]int64{}
		add := func(f metric.Filter, measure string, entity bool, by ...metric.Dimension) {
			for _, row := range Answer(ms, metric.Query{Filter: f, Measures: []string{measure}, Limit: metric.MaxLimit, By: by}).Rows {
				keys := row.Keys
				n := int64(row.Values[0].Value)
				if !entity {
					keys = append([]string{""}, keys...)
				}
				if measure == "authors" {
					if n = row.Values[0].N - n; n == 0 {
						continue
					}
					repeats += n
				}
				want[fmt.Sprint(measure, keys)] += n
			}
		}
		add(f, "mentions", true, metric.ByEntity, metric.ByChannel, metric.ByDay)
		late, err := f.Resolve(last(ms))
		if err != nil {
			t.Fatal(err)
		}
		if late.From = max(late.From, from); late.To == 0 || late.From <= late.To {
			add(late, "authors", true, metric.ByEntity, metric.ByDay)
		}
		all := f
		all.Entities, all.Kinds = nil, nil
		add(all, "mentions", false, metric.ByChannel, metric.ByDay)
		d, err := s.DailyCounts(ctx, f, from)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, flat(t, &d)); diff != "" {
			t.Errorf("daily counts under %s, repeats from %s (-want +got):\n%s", f.Values().Encode(), from, diff)
		}
	}
	if repeats == 0 {
		t.Error("no author named an entity twice a day: the test says nothing about repeats")
	}
}

func last(ms []mention.Annotated) (d mention.Day) {
	for i := range ms {
		d = max(d, ms[i].Day())
	}
	return d
}

// flat lists the counts of d that are not zero and checks its form.
func flat(t *testing.T, d *metric.Daily) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	firstUsed := d.Days == 0
	put := func(what string, keys []string, row []float32) {
		if row != nil && len(row) != d.Days {
			t.Errorf("%s %v has %d days, want %d", what, keys, len(row), d.Days)
		}
		some := row == nil
		for k, n := range row {
			if n != 0 {
				some = true
				firstUsed = firstUsed || k == 0
				out[fmt.Sprint(what, append(slices.Clone(keys), (d.First+mention.Day(k)).String()))] += int64(n)
			}
		}
		if !some {
			t.Errorf("%s %v has a row of zeros, want none", what, keys)
		}
	}
	for k, c := range d.Channels {
		put("mentions", []string{"", c}, d.Volume[k])
	}
	for i, e := range d.Entities {
		if i > 0 && d.Entities[i-1].ID >= e.ID {
			t.Errorf("entity %s comes after %s", e.ID, d.Entities[i-1].ID)
		}
		for k, row := range e.Counts {
			put("mentions", []string{e.ID, d.Channels[k]}, row)
		}
		put("authors", []string{e.ID}, e.Repeats)
	}
	if !slices.IsSorted(d.Channels) {
		t.Errorf("channels in the order %v", d.Channels)
	}
	if !firstUsed {
		t.Errorf("the first day %s has no mention", d.First)
	}
	return out
}
