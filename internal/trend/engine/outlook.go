package engine

import (
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
