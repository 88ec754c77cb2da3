package web

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBacklog: the newest urgent job comes first, then the others as they came; where too
// many wait, the oldest that is not urgent is given up, and the oldest urgent one only
// where all are.
func TestBacklog(t *testing.T) {
	count := func(from, to int) (out []int) {
		for i := from; i < to; i++ {
			out = append(out, i)
		}
		return out
	}
	back := func(list []int) []int { slices.Reverse(list); return list }
	for _, c := range []struct {
		name  string
		usual []int // jobs in the order in which they come
		first []int // urgent ones, after them
		then  []int // usual ones, after these
		want  []int
	}{
		{name: "none"},
		{"in order", count(0, 3), nil, nil, count(0, 3)},
		{"urgent before", count(0, 3), count(10, 12), nil, []int{11, 10, 0, 1, 2}},
		{"oldest is given up", count(0, backlogLen+2), nil, nil, count(2, backlogLen+2)},
		{"urgent stay", count(0, backlogLen), count(100, 102), []int{50}, append([]int{101, 100}, append(count(3, backlogLen), 50)...)},
		{"all urgent", nil, count(0, backlogLen+1), nil, back(count(1, backlogLen+1))},
		{"usual after all urgent", nil, count(0, backlogLen), []int{50}, append(back(count(1, backlogLen)), 50)},
	} {
		var b backlog
		var got []int
		add := func(list []int, first bool) {
			for _, i := range list {
				b.add(func(context.Context) { got = append(got, i) }, first)
			}
		}
		add(c.usual, false)
		add(c.first, true)
		add(c.then, false)
		for job := b.next(); job != nil; job = b.next() {
			job(t.Context())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
