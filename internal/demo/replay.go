package demo

import (
	"context"
	"time"

	"antojo/internal/mention"
)

// Replay yields the mentions of one planned day again and again as if they came in
// now, one every pause, until ctx ends: a slow trickle that keeps a demonstration
// alive after its tail is in. Times are those of now; each row gets an id of its
// own. Rows of copy-paste campaigns are left out. The clock is asked for every row.
func Replay(ctx context.Context, p *Plan, pause time.Duration, now func() time.Time, yield func(mention.Raw) error) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	g := newGenerator(p)
	for d := p.End; ; d-- {
		if d < p.TailStart() {
			d = p.End
		}
		for _, it := range g.day(d) {
			if it.truth.Kind == "campaign" {
				continue
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
			r := it.raw
			r.Time = now()
			r.External = "replay-" + r.Time.UTC().Format("20060102T150405.000000000") + "-" + r.External
			if err := yield(r); err != nil {
				return err
			}
		}
	}
}
