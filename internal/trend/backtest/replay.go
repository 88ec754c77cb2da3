package backtest

import (
	"context"
	"fmt"
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/forecast"
)

// Replayed is what the engine said of real data as of each past week, and what
// happened next.
type Replayed struct {
	Weeks          int             `json:"weeks"`
	From           string          `json:"from"`
	To             string          `json:"to"`
	Verdicts       []VerdictRecord `json:"verdicts"`
	ChangesPerYear float64         `json:"verdict_changes_per_entity_and_year"`
	Forecast       forecast.Score  `json:"forecast"`
	Calls          []Call          `json:"calls"` // newest first
}

// Call is one claim in the week it was first made, and what came of it.
type Call struct {
	Week     string         `json:"week"` // last day it was made with
	Entity   string         `json:"entity"`
	Verdict  engine.Verdict `json:"verdict"`
	N        float64        `json:"n"`
	Growth   float64        `json:"growth"`
	Interval [2]float64     `json:"interval"`
	Q        float64        `json:"q"`
	// Next is the change of the four weeks that followed against the window, at equal
	// volume; nil if they are not known or too small.
	Next  *float64 `json:"next"`
	Weeks int      `json:"weeks"` // how many weeks in a row it was said, this one included
}

// VerdictRecord is the record of one verdict.
type VerdictRecord struct {
	Verdict  engine.Verdict `json:"verdict"`
	Said     int            `json:"said"`     // (entity, week) pairs
	Entities int            `json:"entities"` // different ones
	Followed int            `json:"followed"` // pairs whose next four weeks are known and large enough
	// Change of the next four weeks against the window the verdict was given in,
	// at equal volume: median and quartiles.
	Median float64 `json:"next_median"`
	Q25    float64 `json:"next_q25"`
	Q75    float64 `json:"next_q75"`
	// Held is the share in which the level of the next four weeks stood nearer to
	// that of the window than to the one before (for rising and falling; else the
	// share within a quarter of the window's level).
	Held float64 `json:"held"`
}

// Replay judges the panel as of each of the last weeks, with what was known then.
func Replay(ctx context.Context, p *engine.Panel, weeks int, progress func(done, of int)) (*Replayed, error) {
	weeks = min(weeks, p.Days/7-8)
	if weeks < 1 {
		return nil, fmt.Errorf("replay: the data span %d days; at least %d are needed to judge one past week", p.Days, 9*7)
	}
	last := p.Start + mention.Day(p.Days-1)
	r := &Replayed{Weeks: weeks, From: (last - mention.Day(7*weeks)).String(), To: last.String()}
	type record struct {
		entities map[int]bool
		next     []float64
		held     float64
		said     int
	}
	by := map[engine.Verdict]*record{}
	before := make([]engine.Verdict, len(p.Series))
	changes, pairs := 0, 0
	open := make([]int, len(p.Series)) // the call that still stands, from 1
	for back := weeks; back >= 1; back-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := p.Days - 7*back
		js := engine.Judge(p, engine.Options{To: p.Start + mention.Day(at-1)})
		for i := range js {
			v := js[i].Verdict
			rec := by[v]
			if rec == nil {
				rec = &record{entities: map[int]bool{}}
				by[v] = rec
			}
			if open[i] > 0 && before[i] == v {
				r.Calls[open[i]-1].Weeks++
			} else if open[i] = 0; v != engine.Steady && v != engine.NotEnoughData {
				j := &js[i]
				r.Calls = append(r.Calls, Call{Week: (p.Start + mention.Day(at-1)).String(), Entity: p.Series[i].ID, Verdict: v, N: j.N,
					Growth: j.Growth.Value - 1, Interval: [2]float64{j.Growth.Low - 1, j.Growth.High - 1}, Q: j.Q, Weeks: 1})
				open[i] = len(r.Calls)
				if at+28 <= p.Days { // what came next is known
					if now, next := rate(p, i, at-28, at), rate(p, i, at, at+28); now > 0 && !math.IsNaN(next) {
						change := next/now - 1
						r.Calls[len(r.Calls)-1].Next = &change
					}
				}
			}
			rec.said++
			rec.entities[i] = true
			if before[i] != "" {
				pairs++
				if before[i] != v {
					changes++
				}
			}
			before[i] = v
			if at+28 > p.Days || !js[i].Enough {
				continue
			}
			now, prev, next := rate(p, i, at-28, at), rate(p, i, at-56, at-28), rate(p, i, at, at+28)
			if now <= 0 || math.IsNaN(next) {
				continue
			}
			rec.next = append(rec.next, next/now-1)
			switch v {
			case engine.Rising, engine.Falling:
				if math.Abs(next-now) < math.Abs(next-prev) {
					rec.held++
				}
			default:
				if math.Abs(next/now-1) < .25 {
					rec.held++
				}
			}
		}
		progress(weeks-back+1, weeks)
	}
	for _, v := range []engine.Verdict{engine.Rising, engine.Falling, engine.Spike, engine.Seasonal, engine.PriceDriven, engine.CampaignDriven, engine.Steady, engine.NotEnoughData} {
		rec := by[v]
		if rec == nil {
			continue
		}
		out := VerdictRecord{Verdict: v, Said: rec.said, Entities: len(rec.entities), Followed: len(rec.next)}
		if n := len(rec.next); n > 0 {
			slices.Sort(rec.next)
			out.Median, out.Q25, out.Q75 = rec.next[n/2], rec.next[n/4], rec.next[3*n/4]
			out.Held = rec.held / float64(n)
		}
		r.Verdicts = append(r.Verdicts, out)
	}
	slices.Reverse(r.Calls)
	if pairs > 0 {
		r.ChangesPerYear = 52 * float64(changes) / float64(pairs)
	}
	var origins []int
	for back := forecast.Horizon; back <= weeks; back += 4 {
		origins = append(origins, back)
	}
	r.Forecast = forecast.Backtest(p, origins)
	return r, nil
}

// rate is the mentions of a series over those of its channels, each channel
// weighing as it does in the series over all days, so that channels that come or
// fall silent do not count; NaN without volume.
func rate(p *engine.Panel, i, from, to int) float64 {
	var y, m float64
	for k, c := range p.Series[i].Counts {
		if c == nil {
			continue
		}
		var total, volume, n, x float64
		for d := range p.Days {
			total += float64(c[d])
			volume += float64(p.Exposure[k][d])
		}
		for d := max(from, 0); d < to; d++ {
			n += float64(c[d])
			x += float64(p.Exposure[k][d])
		}
		if volume > 0 {
			y += n
			m += total / volume * x
		}
	}
	if m <= 0 {
		return math.NaN()
	}
	return y / m
}
