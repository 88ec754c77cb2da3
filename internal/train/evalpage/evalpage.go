// Package evalpage writes an evaluation report as one HTML file that needs nothing
// else: styles and drawings are in it, and there is no script.
package evalpage

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/train"
)

//go:embed page.tmpl
var page string

// Write writes the page.
func Write(w io.Writer, r *train.Report) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"f3":          func(v float64) string { return fmt.Sprintf("%.3f", v) },
		"signed":      func(v float64) string { return fmt.Sprintf("%+.3f", v) },
		"f0":          func(v float64) string { return fmt.Sprintf("%.0f", v) },
		"f1":          func(v float64) string { return fmt.Sprintf("%.1f", v) },
		"mb":          func(v int64) string { return fmt.Sprintf("%.0f", float64(v)/1e6) },
		"interval":    interval,
		"difference":  difference,
		"shade":       shade,
		"reliability": reliability,
		"majority":    func(m map[string]float64, k string) string { return fmt.Sprintf("%.3f", m[k]) },
		"join":        strings.Join,
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	view := struct {
		*train.Report
		Tenths []int
	}{r, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}
	if err := t.Execute(w, view); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// interval draws a figure from 0 to 1 with its interval.
func interval(e train.Estimate) template.HTML {
	return template.HTML(chart.Range{Value: e.Value, Low: e.Low, High: e.High, Max: 1, Tone: chart.Accent, Defined: true}.Render())
}

// difference draws a difference with its interval; the axis reaches at least 0.1
// to both sides of zero.
func difference(all []train.Compared, c train.Compared) template.HTML {
	reach := 0.1
	for _, x := range all {
		reach = max(reach, math.Abs(x.Low), math.Abs(x.High))
	}
	tone := map[string]chart.Tone{"better": chart.Positive, "worse": chart.Negative}[c.Verdict]
	if tone == "" {
		tone = chart.Muted
	}
	return template.HTML(chart.Range{Value: c.Difference, Low: c.Low, High: c.High, Min: -reach, Max: reach, Tone: tone, Defined: true}.Render())
}

// shade is the class of a cell of a confusion matrix: its share of the row in
// tenths, and whether it is right.
func shade(row []int, i, j int) string {
	total := 0
	for _, n := range row {
		total += n
	}
	if total == 0 {
		return "c0"
	}
	kind := "c"
	if i == j {
		kind = "d"
	}
	return fmt.Sprintf("%s%d", kind, (10*row[j]+total/2)/total)
}

// reliability draws how often answers are right (up) against how sure they are
// (right). On the diagonal probabilities mean what they say.
func reliability(c train.Calibration) template.HTML {
	const size, pad = 220.0, 28.0
	at := func(v float64) float64 { return pad + v*(size-2*pad) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="rel" viewBox="0 0 %g %g" role="img" aria-label="%s: expected calibration error %.3f">`, size, size, template.HTMLEscapeString(c.Head), c.ECE)
	fmt.Fprintf(&b, `<rect class="frame" x="%g" y="%g" width="%g" height="%g"/>`, pad, pad, size-2*pad, size-2*pad)
	fmt.Fprintf(&b, `<line class="diag" x1="%g" y1="%g" x2="%g" y2="%g"/>`, at(0), size-at(0), at(1), size-at(1))
	for _, v := range []float64{0, 0.5, 1} {
		fmt.Fprintf(&b, `<text x="%.1f" y="%g" text-anchor="middle">%g</text><text x="%g" y="%.1f" text-anchor="end">%g</text>`, at(v), size-pad+13, v, pad-4, size-at(v)+4, v)
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle">how sure</text><text x="%g" y="%g">how often right</text>`, size/2, size-3, 2.0, pad-10)
	curve := func(class string, bins []train.Bin) {
		var pts []string
		for _, x := range bins {
			pts = append(pts, fmt.Sprintf("%.1f,%.1f", at(x.Confidence), size-at(x.Accuracy)))
		}
		fmt.Fprintf(&b, `<polyline class="%s" points="%s"/>`, class, strings.Join(pts, " "))
		for _, x := range bins {
			fmt.Fprintf(&b, `<circle class="%s" r="2.5" cx="%.1f" cy="%.1f"><title>%d answers, %.2f sure, %.2f right</title></circle>`, class, at(x.Confidence), size-at(x.Accuracy), x.N, x.Confidence, x.Accuracy)
		}
	}
	curve("after", c.RefitBins)
	curve("now", c.Bins)
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
