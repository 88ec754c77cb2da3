package engine

import (
	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// FeastFactors gives, for each series and each day of the panel up to horizon days
// after to, the factor by which feasts move its mentions, estimated from what was
// known on day to; nil for a series that keeps none.
func FeastFactors(p *Panel, to mention.Day, horizon int) [][]float64 {
	end := int(to-p.Start) + 1
	e := &engine{p: p, end: end, feasts: calendar.Feasts(), firstWeekday: calendar.Weekday(p.Start)}
	e.occurs = occurrences(p.Start, end, horizon, e.feasts)
	e.exposure = make([][]float64, len(p.Strata))
	for k, x := range p.Exposure {
		e.exposure[k] = make([]float64, end+1)
		for d := range end {
			e.exposure[k][d+1] = e.exposure[k][d] + float64(x[d])
		}
	}
	prs := make([]*prepared, len(p.Series))
	parallel(len(prs), func(i int) { prs[i] = e.prepare(&p.Series[i], end) })
	e.poolFeasts(prs)
	out := make([][]float64, len(prs))
	parallel(len(prs), func(i int) { out[i] = prs[i].feast.days(e, end+horizon) })
	return out
}
