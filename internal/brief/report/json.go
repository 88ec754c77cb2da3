package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"antojo/internal/brief/fill"
)

type jsonPart struct {
	Title  string      `json:"title"`
	Text   []string    `json:"text,omitempty"`
	Charts []jsonChart `json:"charts,omitempty"`
	Tables []jsonTable `json:"tables,omitempty"`
	Ideas  []jsonIdea  `json:"ideas,omitempty"`
}

type jsonChart struct {
	Title  string       `json:"title"`
	Note   string       `json:"note,omitempty"`
	Steps  []string     `json:"steps,omitempty"`
	Series []jsonSeries `json:"series"`
}

type jsonSeries struct {
	Label  string     `json:"label"`
	Values []*float64 `json:"values"` // null is a gap
	Low    []*float64 `json:"low,omitempty"`
	High   []*float64 `json:"high,omitempty"`
}

type jsonTable struct {
	Title string     `json:"title,omitempty"`
	Cols  []string   `json:"columns"`
	Rows  [][]string `json:"rows"`
}

type jsonIdea struct {
	Kind     string   `json:"kind"`
	Title    string   `json:"title"`
	Copy     string   `json:"copy"`
	Format   string   `json:"format,omitempty"`
	Reason   string   `json:"reason"`
	Facts    []string `json:"facts"`
	Evidence []string `json:"evidence"`
	Query    string   `json:"query,omitempty"`
}

// JSON writes the document with its charts as figures and, under "brief", the
// checked sentences with their drafts and the whole fact table.
func (d *Document) JSON(w io.Writer) error {
	out := struct {
		Product   string          `json:"product"`
		Lang      string          `json:"lang"`
		Period    string          `json:"period"`
		Title     string          `json:"title"`
		Synthetic bool            `json:"synthetic"`
		Parts     []jsonPart      `json:"parts"`
		Notes     []string        `json:"notes"`
		Brief     json.RawMessage `json:"brief,omitempty"`
	}{Product: d.Product, Lang: d.Lang, Period: d.Period, Title: d.Title, Synthetic: d.Synthetic, Notes: d.Notes, Parts: []jsonPart{}}
	for _, p := range d.Parts {
		j := jsonPart{Title: p.Title}
		for _, s := range p.Text {
			j.Text = append(j.Text, fill.Join(s))
		}
		for _, c := range p.Charts {
			j.Charts = append(j.Charts, c.json())
		}
		for _, t := range p.Tables {
			k := jsonTable{Title: t.Title, Rows: t.Rows}
			for _, c := range t.Cols {
				k.Cols = append(k.Cols, c.Title)
			}
			j.Tables = append(j.Tables, k)
		}
		for _, x := range p.Ideas {
			j.Ideas = append(j.Ideas, jsonIdea{x.Kind, x.Title, x.Copy, x.Format, fill.Join(x.Reason), x.Facts, append([]string{}, x.Mention...), x.Query})
		}
		out.Parts = append(out.Parts, j)
	}
	if d.Brief != nil {
		var b bytes.Buffer
		if err := d.Brief.JSON(&b, d.Numbers); err != nil {
			return fmt.Errorf("report %s as JSON: %w", d.Product, err)
		}
		out.Brief = b.Bytes()
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func numbers(vs []float64) []*float64 {
	out := make([]*float64, len(vs))
	for i, v := range vs {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out[i] = &v
		}
	}
	return out
}

func (c Chart) json() jsonChart {
	j := jsonChart{Title: c.Title, Note: c.Note, Series: []jsonSeries{}}
	one := func(v float64) []*float64 { return numbers([]float64{v}) }
	switch {
	case c.Lines != nil:
		j.Steps = c.Steps
		for _, s := range c.Lines.Series {
			j.Series = append(j.Series, jsonSeries{Label: s.Label, Values: numbers(s.Values), Low: numbers(s.Low), High: numbers(s.High)})
		}
	case c.Bars != nil:
		for _, r := range c.Bars.Rows {
			j.Series = append(j.Series, jsonSeries{r.Label, one(r.Value), one(r.Low), one(r.High)})
		}
	case c.Diverging != nil:
		for _, r := range c.Diverging.Rows {
			j.Series = append(j.Series, jsonSeries{r.Label, one(r.Net), one(r.Low), one(r.High)})
		}
	}
	return j
}
