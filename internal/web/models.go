package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/chart"
	"antojo/internal/mention"
)

// Models lists the models that can read mentions; the program wires it. Without one
// the page of models says that it knows none.
type Models interface {
	Models(context.Context) ([]Model, error)
}

// Model is one model as it lies on disk or in the program. Metrics, Confusion, Card
// and Calibration are its files as they are; nil where it has none.
type Model struct {
	ID      string
	Type    string // model_type of its config.json
	Bytes   int64
	From    string // where it came from; "" = trained here
	InUse   bool
	Builtin bool

	Metrics   []byte // metrics.json of `antojo train`
	Confusion []byte // confusion.json of `antojo eval --confusion`
	Card      []byte // README.md

	Calibration []byte // calibration.json of `antojo eval --calibration`
}

type modelsView struct {
	Rows []modelRow
	Card *modelCard // of the model in use
}

type modelRow struct {
	ID, Type, Size, From string
	InUse                bool
}

type modelCard struct {
	Title    string
	Facts    []fact
	Slices   []scoreSlice
	Matrices []matrix
	Bars     template.HTML // expected calibration error by head
	Errors   []eceRow
	ECENote  string
	Curves   []curve // how sure and how right, by head
	CurveSub string

	CurveTitle, ECETitle string
	Data                 []dataRow
	Text                 string // the card as it is
}

// scoreSlice is one set of held-out rows with what was measured on it.
type scoreSlice struct {
	Name, N string
	Title   string // what the rows say together
	Rows    []scoreRow
}

type scoreRow struct {
	Measure, Model, Baseline, Difference, Interval, Verdict, Class string
	Range                                                          template.HTML
}

type eceRow struct{ Head, N, Before, After string }

// matrix is a table of confusions: a row is what people said, a column what the
// model said.
type matrix struct {
	Title, Sub string
	Finding    string
	Cols       []string
	Rows       []matrixRow
}

type matrixRow struct {
	Label string
	Cells []matrixCell
}

type matrixCell struct {
	N, Share string
	Class    string
}

// dataRow is a line of the card's table of training data.
type dataRow struct{ File, Licence, Origin, Use string }

// metricsFile is what the page reads of metrics.json.
type metricsFile struct {
	Model, Version, Split, Measured string
	TrainingRows                    map[string]int64 `json:"training_rows"`
	Encoder                         map[string]struct {
		Rows int64 `json:"rows"`
	} `json:"encoder"`
	Difference map[string][]struct {
		Measure                                  string
		Encoder, Baseline, Difference, Low, High float64
	} `json:"encoder_minus_baseline"`
	Calibration map[string]map[string]struct {
		N      int64   `json:"n"`
		Before float64 `json:"ece_before"`
		After  float64 `json:"ece_after"`
	} `json:"calibration"`
}

// confusionFile is what the page reads of confusion.json.
type confusionFile struct {
	Rows  int64
	Cells []struct {
		Head   string
		Counts [][]int64
	}
}

// modelsPage shows which models there are and how well the one in use reads.
func (s *Server) modelsPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	var out modelsView
	if s.o.Models != nil {
		list, err := s.o.Models.Models(r.Context())
		if err != nil {
			return fmt.Errorf("list models: %w", err)
		}
		for _, m := range list {
			row := modelRow{ID: m.ID, Type: m.Type, Size: bytesText(v, m.Bytes), From: m.From, InUse: m.InUse}
			switch {
			case m.Builtin:
				row.From = v.text.T("models.builtin")
			case row.From == "":
				row.From = v.text.T("models.here")
			}
			out.Rows = append(out.Rows, row)
			if m.InUse {
				if out.Card, err = v.modelCard(m); err != nil {
					return err
				}
			}
		}
	}
	v.page.Title = v.text.T("models.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "models", v.page)
}

func (v *view) modelCard(m Model) (*modelCard, error) {
	c := &modelCard{Title: m.ID, Text: string(cardBody(m.Card)), Data: trainedOn(m.Card)}
	c.Facts = append(c.Facts, fact{v.text.T("models.size"), bytesText(v, m.Bytes)})
	if len(m.Metrics) > 0 {
		var met metricsFile
		if err := json.Unmarshal(m.Metrics, &met); err != nil {
			return nil, fmt.Errorf("read metrics.json of model %s: %w", m.ID, err)
		}
		v.scores(c, met)
		v.calibration(c, met)
	}
	if len(m.Confusion) > 0 {
		var con confusionFile
		if err := json.Unmarshal(m.Confusion, &con); err != nil {
			return nil, fmt.Errorf("read confusion.json of model %s: %w", m.ID, err)
		}
		v.confusions(c, con)
	}
	if len(m.Calibration) > 0 {
		if err := v.curves(c, m); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// scores fills the tables of scores, the largest set of rows by people first.
func (v *view) scores(c *modelCard, met metricsFile) {
	var rows int64
	for _, n := range met.TrainingRows {
		rows += n
	}
	c.Facts = append(c.Facts, fact{v.text.T("models.version"), met.Version}, fact{v.text.T("models.trained"), v.text.Int(rows)})
	names := map[string]string{"gold": v.text.T("models.slice.gold"), "authored": v.text.T("models.slice.authored"), "real_delivery": v.text.T("models.slice.delivery"), "stars": v.text.T("models.slice.stars")}
	order := []string{"gold", "authored", "real_delivery", "stars"}
	keys := slices.Collect(maps.Keys(met.Difference))
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a), slices.Index(order, b)), cmp.Compare(a, b))
	})
	for _, k := range keys {
		span := .02 // one axis a table: rows of stars may differ ten times as much as others
		for _, d := range met.Difference[k] {
			span = max(span, d.High, -d.Low)
		}
		sl := scoreSlice{Name: cmp.Or(names[k], k), N: v.text.Int(met.Encoder[k].Rows)}
		better, worse := 0, 0
		for _, d := range met.Difference[k] {
			row := scoreRow{Measure: v.measure(d.Measure), Model: v.text.Dec(d.Encoder, 3), Baseline: v.text.Dec(d.Baseline, 3), Difference: v.text.Signed(d.Difference, 3),
				Interval: v.text.Signed(d.Low, 3) + " … " + v.text.Signed(d.High, 3), Verdict: v.text.T("models.level"), Class: "neu"}
			tone := chart.Neutral
			switch {
			case d.Low > 0:
				better++
				row.Verdict, row.Class, tone = v.text.T("models.better"), "pos", chart.Positive
			case d.High < 0:
				worse++
				row.Verdict, row.Class, tone = v.text.T("models.worse"), "neg", chart.Negative
			}
			row.Range = template.HTML(chart.Range{Value: d.Difference, Low: d.Low, High: d.High, Min: -span, Max: span, Tone: tone, Defined: true}.Render())
			sl.Rows = append(sl.Rows, row)
		}
		sl.Title = v.sliceTitle(sl.Name, len(sl.Rows), better, worse)
		c.Slices = append(c.Slices, sl)
	}
}

// sliceTitle says on how many of the measures of a slice the model is surely better than
// the baseline.
func (v *view) sliceTitle(name string, of, better, worse int) string {
	key := "mixed"
	switch {
	case worse == of && of > 0:
		key = "below"
	case better+worse == 0:
		key = "level"
	case worse > 0:
		key = "worse"
	case better == of && of == 1:
		key = "one"
	case better == of:
		key = "all"
	}
	return v.text.T("models.slice.title."+key, "name", name, "of", of, "better", better, "worse", worse)
}

// measure is the name in the reader's words of what `antojo train` measures.
func (v *view) measure(name string) string {
	switch name {
	case "relevance macro-F1":
		return v.text.T("models.measure.relevance")
	case "relevance not-food F1":
		return v.text.T("models.measure.notfood")
	case "sentiment macro-F1":
		return v.text.T("models.measure.sentiment")
	case "intent macro-F1":
		return v.text.T("models.measure.intent")
	case "aspects micro-F1":
		return v.text.T("models.measure.aspects")
	case "aspects with polarity micro-F1":
		return v.text.T("models.measure.joint")
	case "aspect polarity accuracy":
		return v.text.T("models.measure.polarity")
	}
	return name
}

// capital is s with a capital letter at its start.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// calibration draws the expected calibration error of each head on the gold rows.
func (v *view) calibration(c *modelCard, met metricsFile) {
	heads := met.Calibration["gold"]
	bars := chart.Bars{Name: v.text.T("models.ece.title")}
	var bad int64
	worst := ""
	for _, h := range slices.Sorted(maps.Keys(heads)) {
		e := heads[h]
		label := capital(v.head(h))
		tone := chart.Positive
		if e.After > maxECE {
			tone = chart.Negative
			bad++
		}
		if worst == "" || e.After > heads[worst].After {
			worst = h
		}
		bars.Rows = append(bars.Rows, chart.Bar{Label: label, Text: v.text.Dec(e.After, 3), Value: e.After, Tone: tone, Defined: true})
		c.Errors = append(c.Errors, eceRow{label, v.text.Int(e.N), v.text.Dec(e.Before, 3), v.text.Dec(e.After, 3)})
	}
	if len(bars.Rows) > 0 {
		c.ECETitle = v.text.T("models.ece.good", "most", v.text.Dec(maxECE, 2), "head", v.head(worst), "ece", v.text.Dec(heads[worst].After, 3))
		if bad > 0 {
			c.ECETitle = v.text.N("models.ece.bad", bad, "most", v.text.Dec(maxECE, 2), "head", v.head(worst), "ece", v.text.Dec(heads[worst].After, 3))
		}
		c.Bars = template.HTML(bars.Render())
		c.ECENote = v.text.T("models.ece.note", "most", v.text.Dec(maxECE, 2))
	}
}

// maxECE is the expected calibration error that the project asks of a head.
const maxECE = .05

// head is the name of a head in the reader's words.
func (v *view) head(name string) string {
	if a, ok := strings.CutPrefix(name, "aspect_"); ok {
		if slices.Contains(mention.AspectNames, a) {
			return v.text.T("aspect." + a)
		}
		return name
	}
	switch name {
	case "relevance":
		return v.text.T("models.head.relevance")
	case "sentiment":
		return v.text.T("models.head.sentiment")
	case "intent":
		return v.text.T("models.head.intent")
	case "aspects":
		return v.text.T("models.head.aspects")
	}
	return name
}

// confusions adds up the sources: what people said against what the model said.
func (v *view) confusions(c *modelCard, con confusionFile) {
	for _, h := range []struct {
		name, family string
		labels       []string
	}{{"relevance", "relevance.", mention.RelevanceLabels}, {"sentiment", "sentiment.", mention.SentimentLabels}, {"intent", "intent.", mention.IntentLabels}} {
		n := len(h.labels)
		sum := make([][]int64, n)
		for i := range sum {
			sum[i] = make([]int64, n)
		}
		var total, right int64
		for _, cell := range con.Cells {
			if cell.Head != h.name || len(cell.Counts) != n {
				continue
			}
			for i, row := range cell.Counts {
				for j, x := range row[:min(len(row), n)] {
					sum[i][j] += x
					total += x
					if i == j {
						right += x
					}
				}
			}
		}
		if total == 0 {
			continue
		}
		m := matrix{Title: v.head(h.name), Sub: v.text.T("models.matrix.sub", "n", v.text.Int(total)),
			Finding: v.text.T("models.matrix.title", "head", capital(v.head(h.name)), "right", v.text.Percent(float64(right)/float64(total), 1))}
		for i, l := range h.labels {
			m.Cols = append(m.Cols, v.text.T(h.family+l))
			var in int64
			for _, x := range sum[i] {
				in += x
			}
			row := matrixRow{Label: v.text.T(h.family + l)}
			for j, x := range sum[i] {
				share := 0.0
				if in > 0 {
					share = float64(x) / float64(in)
				}
				cell := matrixCell{N: v.text.Int(x), Share: v.text.Percent(share, 0), Class: fmt.Sprintf("q%d", min(4, int(share*5)))}
				if i == j {
					cell.Class += " right"
				}
				row.Cells = append(row.Cells, cell)
			}
			m.Rows = append(m.Rows, row)
		}
		c.Matrices = append(c.Matrices, m)
	}
}

// cardBody is a model card without its front matter.
func cardBody(b []byte) []byte {
	text := string(b)
	if rest, ok := strings.CutPrefix(text, "---\n"); ok {
		if _, after, ok := strings.Cut(rest, "\n---\n"); ok {
			return []byte(strings.TrimSpace(after))
		}
	}
	return []byte(strings.TrimSpace(text))
}

// trainedOn reads the table of a card's section "Trained on": one line a file with
// its licence. A card without one gives nothing.
func trainedOn(card []byte) []dataRow {
	_, rest, ok := strings.Cut(string(card), "\n## Trained on\n")
	if !ok {
		return nil
	}
	var out []dataRow
	seen := 0
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			break
		}
		if !strings.HasPrefix(line, "|") {
			if seen > 0 {
				break
			}
			continue
		}
		seen++
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if seen <= 2 || len(cells) < 4 { // heading and rule
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		out = append(out, dataRow{cells[0], cells[1], cells[2], cells[3]})
	}
	return out
}
