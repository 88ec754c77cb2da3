package demo

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"antojo/internal/mention"
)

// PricePoint is one value of a planted price series: invented, like the rest.
type PricePoint struct {
	Day   mention.Day
	Item  string // lexicon id of the staple
	Place string
	Value float64 // soles a Unit
	Unit  string
}

// Prices returns the weekly (Monday) prices of the staples over the plan's days.
// A shock of an event multiplies the price; talk and complaints follow it a week
// later (see model.addEvent), which is the lag that a trend engine should find.
func (p *Plan) Prices() []PricePoint {
	var out []PricePoint
	for i, it := range p.Items {
		rng := p.newRand(forPrices, uint64(i), 0)
		drift := 0.0
		for d := p.Start + mention.Day((7-weekday(p.Start))%7); d <= p.End; d += 7 {
			drift = 0.8*drift + 0.02*rng.NormFloat64()
			v := it.Base * math.Exp(drift) * (1 + it.Season*math.Cos(2*math.Pi*float64(d.Date().YearDay()-220)/365.25))
			for j := range p.Events {
				if ev := &p.Events[j]; ev.Kind == Price && ev.Detail == it.Item {
					v *= 1 + (ev.Size-1)*ev.priceShape(d)
				}
			}
			out = append(out, PricePoint{d, it.Item, it.Place, math.Round(v*100) / 100, it.Unit})
		}
	}
	return out
}

// WritePrices writes the series as CSV: date, item, place, value, unit.
func (p *Plan) WritePrices(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"date", "item", "place", "value", "unit"}}
	for _, x := range p.Prices() {
		rows = append(rows, []string{x.Day.String(), x.Item, x.Place, strconv.FormatFloat(x.Value, 'f', 2, 64), x.Unit})
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("write demo prices: %w", err)
	}
	return nil
}
