package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"

	"antojo/internal/chart"
	"antojo/internal/metric"
)

// curve is one head's reliability: how sure the model was and how often it was right.
type curve struct {
	Head, Title, N string
	Chart          template.HTML
	Rows           []curveRow
}

type curveRow struct{ Sure, Right, Interval, N string }

// calibrationFile is what the page reads of calibration.json.
type calibrationFile struct {
	Model string
	Heads []struct {
		Head string
		N    int64
		Bins []struct {
			N                    int64
			Confidence, Accuracy float64
		}
	}
}

// curves draws each head of calibration.json. A part is said to be off only if its
// Wilson interval does not hold the mean probability; the title says how many are.
// A file of another model than the one that metrics.json tells of is passed over.
func (v *view) curves(c *modelCard, m Model) error {
	var file calibrationFile
	if err := json.Unmarshal(m.Calibration, &file); err != nil {
		return fmt.Errorf("read calibration.json of model %s: %w", m.ID, err)
	}
	var of metricsFile
	if json.Unmarshal(m.Metrics, &of) == nil && of.Model != "" && file.Model != of.Model+"-"+of.Version {
		return nil
	}
	var off, all int64
	percent := func(x float64) string { return v.text.Percent(x, 0) }
	for _, h := range file.Heads {
		name := upperFirst(v.head(h.Head))
		x := curve{Head: name, N: v.text.Int(h.N)}
		d := chart.Reliability{XTitle: v.text.T("models.curve.x"), YTitle: v.text.T("models.curve.y"), Format: percent}
		var over, under, parts int64
		for _, b := range h.Bins {
			if b.N <= 0 {
				continue
			}
			parts++
			share := metric.Share(int64(math.Round(b.Accuracy*float64(b.N))), b.N)
			tone := chart.Neutral
			switch {
			case b.Confidence > share.High:
				over, tone = over+1, chart.Negative
			case b.Confidence < share.Low:
				under, tone = under+1, chart.Positive
			}
			row := curveRow{v.text.Percent(b.Confidence, 1), v.text.Percent(share.Value, 1), v.text.Percent(share.Low, 1) + " – " + v.text.Percent(share.High, 1), v.text.Int(b.N)}
			x.Rows = append(x.Rows, row)
			d.Parts = append(d.Parts, chart.Part{Sure: b.Confidence, Right: share.Value, Low: share.Low, High: share.High, Tone: tone, Title: row.Sure + " → " + row.Right + " (" + row.Interval + "), n = " + row.N})
		}
		if parts == 0 {
			continue
		}
		if h.Head != "aspects" { // which are the eight heads before it once more
			off, all = off+over+under, all+parts
		}
		switch {
		case over == 0 && under == 0:
			x.Title = v.text.T("models.curve.good", "head", name)
		case under == 0:
			x.Title = v.text.T("models.curve.over", "head", name, "n", over, "bins", parts)
		case over == 0:
			x.Title = v.text.T("models.curve.under", "head", name, "n", under, "bins", parts)
		default:
			x.Title = v.text.T("models.curve.mixed", "head", name, "over", over, "under", under, "bins", parts)
		}
		if len(c.Curves) == 0 {
			c.CurveSub = v.text.T("models.curve.sub", "bins", parts)
		}
		d.Name = x.Title + ". n = " + x.N
		x.Chart = template.HTML(d.Render())
		c.Curves = append(c.Curves, x)
	}
	c.CurveTitle = v.text.T("models.curve.title", "off", off, "of", all, "chance", int64(math.Round(.05*float64(all))))
	return nil
}
