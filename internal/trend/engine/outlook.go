package engine

import (
	"math"

	"antojo/internal/mention"
)

// FeastFactors gives, for each series and each day of the panel up to horizon days
// after to, the factor by which feasts move its mentions, estimated from what was
// known on day to; nil for a series that keeps none.
func FeastFactors(p *Panel, to mention.Day, horizon int) [][]float64 {
	end := int(to-p.Start) + 1
	e, prs := prepareAll(p, end, end+horizon)
	out := make([][]float64, len(prs))
	parallel(len(prs), func(i int) { out[i] = prs[i].feast.days(e, make([]float64, end+horizon)) })
	return out
}

// FeastLifts gives, for each series and each feast of the calendar by id, the factor
// of its own day as known on day to; feasts that no earlier year tells of, or that
// leave the series as it is, are left out.
func FeastLifts(p *Panel, to mention.Day) []map[string]float64 {
	end := int(to-p.Start) + 1
	e, prs := prepareAll(p, end, end)
	out := make([]map[string]float64, len(prs))
	parallel(len(prs), func(i int) {
		f := &prs[i].feast
		for k := range e.feasts {
			if f.any && f.seen[k] > 0 && math.Abs(f.log[k][on]) > negligible {
				if out[i] == nil {
					out[i] = map[string]float64{}
				}
				out[i][e.feasts[k].ID] = math.Exp(f.log[k][on])
			}
		}
	})
	return out
}
