package export

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/metric/prevalence"
	"antojo/internal/panel/locale"
	"antojo/internal/store"
	"antojo/internal/trend"
)

// Data is what exports read; a store has it.
type Data interface {
	Query(context.Context, metric.Query) (metric.Result, error)
	EachMention(context.Context, metric.Filter, func(*mention.Annotated) error) error
	Coverage(context.Context) (store.Coverage, error)
	ModelDays(ctx context.Context, after int64, yield func(model string, day mention.Day)) (int64, error)
}

// Source makes tables. All fields but Now are needed.
type Source struct {
	Data    Data
	Rank    func(context.Context, metric.Filter) (trend.Report, error) // the filter has From and To
	Name    func(id string) (name, kind string, ok bool)
	Catalog *locale.Catalog
	SQL     SQL              // nil: there is none
	Program string           // name and version, for the notes
	Now     func() time.Time // default: time.Now
}

// remarks are the keys of what every export says.
var remarks = []string{"export.remark.interval", "export.remark.sample", "export.remark.privacy", "export.remark.licence"}

// notes fills what all exports say; f comes back with its days.
func (s *Source) notes(ctx context.Context, kind, query string, f metric.Filter, lang string) (Notes, metric.Filter, error) {
	cov, err := s.Data.Coverage(ctx)
	if err != nil {
		return Notes{}, f, err
	}
	if f, err = f.Resolve(cov.Last); err != nil {
		return Notes{}, f, err
	}
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	p := s.Catalog.For(lang)
	n := Notes{Title: p.T("export.title." + kind), Query: query, Made: now().UTC().Truncate(time.Second), Program: s.Program, Models: []string{}, Synthetic: cov.Synthetic}
	n.words = words{data: p.T("export.data"), notes: p.T("export.notes"), title: p.T("export.about"), query: p.T("export.query"), days: p.T("export.days"),
		made: p.T("export.made"), program: p.T("export.program"), models: p.T("export.models"), corrections: p.T("export.corrections"), synthetic: p.T("export.synthetic"),
		remarks: p.T("export.remarks"), columns: p.T("export.columns")}
	from, to := f.From, f.To
	if from == 0 {
		from = cov.First
	}
	if to == 0 {
		to = cov.Last
	}
	if cov.Mentions > 0 {
		n.From, n.To = from.String(), to.String()
	}
	_, err = s.Data.ModelDays(ctx, 0, func(model string, day mention.Day) {
		if day >= from && day <= to && !slices.Contains(n.Models, model) {
			n.Models = append(n.Models, model)
		}
	})
	if err != nil {
		return n, f, err
	}
	slices.Sort(n.Models)
	n.language, n.licence = p.Lang, p.T("export.remark.licence")
	for _, k := range remarks {
		n.Remarks = append(n.Remarks, p.T(k))
	}
	if n.Synthetic {
		n.Remarks = append(n.Remarks, p.T("export.remark.synthetic"))
	}
	return n, f, nil
}

// lines are the notes as lines of text.
func (n *Notes) lines() []string {
	var out []string
	for _, p := range n.pairs() {
		if p[0] == "" {
			out = append(out, p[1])
			continue
		}
		out = append(out, p[0]+": "+p[1])
	}
	return out
}

// pairs are the notes as labels and values.
func (n *Notes) pairs() [][2]string {
	label := func(s, def string) string {
		if s == "" {
			return def
		}
		return s
	}
	w := &n.words
	out := [][2]string{{label(w.title, "title"), n.Title}, {label(w.query, "query"), n.Query}, {label(w.days, "days"), n.From + " – " + n.To},
		{label(w.made, "made"), n.Made.Format(time.RFC3339)}, {label(w.program, "program"), n.Program}, {label(w.models, "models"), strings.Join(n.Models, ", ")}}
	keys := make([]string, 0, len(n.Corrections))
	for k := range n.Corrections {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		out = append(out, [2]string{label(w.corrections, "corrections"), k + ": " + n.Corrections[k]})
	}
	for _, r := range n.Remarks {
		out = append(out, [2]string{label(w.remarks, "remarks"), r})
	}
	for _, l := range n.Columns {
		out = append(out, [2]string{label(w.columns, "columns") + " " + l.Key, l.Text})
	}
	return out
}

func (n *Notes) legend(p *locale.Printer, keys ...string) {
	for _, k := range keys {
		n.Columns = append(n.Columns, Legend{k, p.T("export.col." + k)})
	}
}

// Mentions is the table of the mentions that f selects, newest first, at most limit
// of them (0 = all). Authors are not in it, not even as the keyed hashes that the
// store has.
func (s *Source) Mentions(ctx context.Context, f metric.Filter, limit int64, lang string) (*Table, error) {
	query := f.Values()
	if limit > 0 {
		query.Set("limit", strconv.FormatInt(limit, 10))
	}
	n, f, err := s.notes(ctx, "mentions", query.Encode(), f, lang)
	if err != nil {
		return nil, err
	}
	n.legend(s.Catalog.For(lang), "ts", "day", "undated", "department", "scored", "food", "sentiment", "p_neg", "intent", "p_intent", "aspect", "entities", "cluster", "campaign", "synthetic", "text")
	t := &Table{Name: "antojo-menciones", Notes: n, Columns: mentionColumns()}
	t.Rows = func(yield func([]Cell) error) error {
		cells := make([]Cell, len(t.Columns))
		left := limit
		err := s.Data.EachMention(ctx, f, func(m *mention.Annotated) error {
			mentionCells(cells, m)
			if err := yield(cells); err != nil {
				return err
			}
			if left--; left == 0 {
				return errEnough
			}
			return nil
		})
		if err == errEnough {
			return nil
		}
		return err
	}
	return t, nil
}

type enough struct{}

func (enough) Error() string { return "as many rows as were asked for" }

var errEnough error = enough{}

func mentionColumns() []Column {
	out := []Column{{"id", Text}, {"ts", Time}, {"day", Day}, {"undated", Bool}, {"source", Text}, {"channel", Text}, {"run", Text}, {"rating", Float},
		{"place", Text}, {"department", Text}, {"department_name", Text}, {"district", Text}, {"language", Text}, {"scored", Bool}, {"food", Bool}, {"p_food", Float},
		{"sentiment", Text}, {"p_neg", Float}, {"p_neu", Float}, {"p_pos", Float}, {"intent", Text}, {"p_intent", Float}}
	for a := range mention.NumAspects {
		out = append(out, Column{"aspect_" + a.String(), Text})
	}
	return append(out, Column{"entities", Text}, Column{"cluster", Text}, Column{"campaign", Bool}, Column{"synthetic", Bool}, Column{"model", Text}, Column{"text", Text})
}

func mentionCells(out []Cell, m *mention.Annotated) {
	i := 0
	put := func(c Cell) { out[i] = c; i++ }
	text := func(s string) { put(Cell{S: s, Set: s != ""}) }
	flag := func(b bool) {
		c := Cell{Set: true}
		if b {
			c.I = 1
		}
		put(c)
	}
	num := func(x float32, ok bool) { put(Cell{F: math.Round(float64(x)*1e4) / 1e4, Set: ok}) }
	text(m.ID.String())
	put(Cell{I: m.Time.UnixMicro(), Set: true})
	put(Cell{I: int64(m.Day()), Set: true})
	flag(m.Undated)
	text(string(m.Source))
	text(m.Channel)
	text(m.Run)
	num(m.Rating, m.Rating > 0)
	text(m.Place)
	if m.Resolved > 0 {
		text(m.Resolved.Code())
		text(m.Resolved.Name())
	} else {
		text("")
		text("")
	}
	text(m.District)
	text(m.Language)
	flag(m.Scored)
	flag(m.Relevant)
	num(m.Relevance, m.Scored)
	if m.Scored {
		text(m.Sentiment.String())
	} else {
		text("")
	}
	for _, p := range m.Sentiments {
		num(p, m.Scored)
	}
	if m.Scored {
		text(m.Intent.String())
	} else {
		text("")
	}
	num(m.IntentP, m.Scored)
	for _, l := range m.Aspects {
		if m.Scored && l != mention.AspectNone {
			text(l.String())
		} else {
			text("")
		}
	}
	var ids []string
	for k := range m.Entities {
		if id := m.Entities[k].ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	text(strings.Join(ids, " "))
	text(m.Cluster.String())
	flag(m.Campaign)
	flag(m.Synthetic)
	text(m.Model)
	text(m.Text)
}

// Query is the table of a question to the metrics layer: its dimensions, then each
// measure with its interval and n, and the figure as counted where it may be
// corrected for the model's errors.
func (s *Source) Query(ctx context.Context, q metric.Query, lang string) (*Table, error) {
	n, _, err := s.notes(ctx, "query", q.Values().Encode(), q.Filter, lang)
	if err != nil {
		return nil, err
	}
	res, err := s.Data.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	p := s.Catalog.For(lang)
	t := &Table{Name: "antojo-consulta"}
	for _, d := range q.By {
		kind := Text
		if d.Time() {
			kind = Day
		}
		t.Columns = append(t.Columns, Column{string(d), kind})
		if d == metric.ByEntity {
			t.Columns = append(t.Columns, Column{"name", Text})
		}
	}
	for i, name := range q.Measures {
		m, err := metric.MeasureByName(name)
		if err != nil {
			return nil, err
		}
		kind := Float
		if m.Unit == metric.UnitShare {
			kind = Share
		}
		t.Columns = append(t.Columns, Column{name, kind}, Column{name + "_low", kind}, Column{name + "_high", kind}, Column{name + "_n", Int})
		if prevalence.Corrects(name) {
			t.Columns = append(t.Columns, Column{name + "_raw", kind})
		}
		n.Columns = append(n.Columns, Legend{name, p.T(m.Title)})
		if i >= len(res.Corrections) {
			continue
		}
		text := ""
		switch c := res.Corrections[i]; {
		case c.Model != "":
			text = p.T("method.corrected", "model", c.Model)
		case c.Why != "":
			text = p.T("raw." + string(c.Why))
		default:
			continue
		}
		if n.Corrections == nil {
			n.Corrections = map[string]string{}
		}
		n.Corrections[name] = text
	}
	n.legend(p, "_low", "_high", "_n", "_raw")
	t.Notes = n
	t.Rows = func(yield func([]Cell) error) error {
		cells := make([]Cell, 0, len(t.Columns))
		for _, r := range res.Rows {
			cells = cells[:0]
			for i, d := range q.By {
				switch {
				case d.Time():
					day, err := mention.ParseDay(r.Keys[i])
					if err != nil {
						return err
					}
					cells = append(cells, Cell{I: int64(day), Set: true})
				case d == metric.ByEntity:
					name, _, _ := s.Name(r.Keys[i])
					cells = append(cells, Cell{S: r.Keys[i], Set: true}, Cell{S: name, Set: name != ""})
				default:
					cells = append(cells, Cell{S: r.Keys[i], Set: true})
				}
			}
			for i, v := range r.Values {
				cells = append(cells, Cell{F: v.Value, Set: v.Defined}, Cell{F: v.Low, Set: v.Defined}, Cell{F: v.High, Set: v.Defined}, Cell{I: v.N, Set: true})
				if prevalence.Corrects(q.Measures[i]) {
					raw := v.Value
					if v.Corrected {
						raw = v.Raw
					}
					cells = append(cells, Cell{F: raw, Set: v.Defined})
				}
			}
			if err := yield(cells); err != nil {
				return err
			}
		}
		return nil
	}
	return t, nil
}

// defaultWindow is what trends compare when the filter names no days.
const defaultWindow = "28d"

// Trends is the ranking of what rises and falls, with the reasons.
func (s *Source) Trends(ctx context.Context, f metric.Filter, lang string) (*Table, error) {
	if f.Window == "" && f.From == 0 {
		f.Window = defaultWindow
	}
	n, f, err := s.notes(ctx, "trends", f.Values().Encode(), f, lang)
	if err != nil {
		return nil, err
	}
	if f.To == 0 {
		cov, err := s.Data.Coverage(ctx)
		if err != nil {
			return nil, err
		}
		f.To = max(cov.Last, f.From)
	}
	if days := int(f.To-f.From) + 1; days < 1 || days > 366 {
		return nil, &metric.FieldError{Field: "window", Value: f.From.String() + " to " + f.To.String(), Want: "1 to 366 days, such as 28d or 4w"}
	}
	rep, err := s.Rank(ctx, f)
	if err != nil {
		return nil, err
	}
	n.legend(s.Catalog.For(lang), "n", "n_previous", "growth", "low", "q", "verdict", "held", "expected", "beyond", "share_of_voice", "net_sentiment", "reasons")
	t := &Table{Name: "antojo-tendencias", Notes: n, Columns: []Column{{"entity", Text}, {"name", Text}, {"kind", Text}, {"n", Int}, {"n_previous", Int},
		{"growth", Share}, {"low", Share}, {"high", Share}, {"q", Float}, {"verdict", Text}, {"held", Int}, {"expected", Share}, {"beyond", Share}, {"beyond_low", Share}, {"beyond_high", Share},
		{"share_of_voice", Share}, {"net_sentiment", Float}, {"net_low", Float}, {"net_high", Float}, {"net_n", Int}, {"reasons", Text}}}
	t.Rows = func(yield func([]Cell) error) error {
		for i := range rep.Trends {
			x := &rep.Trends[i]
			text := func(s string) Cell { return Cell{S: s, Set: s != ""} }
			whole := func(n int64) Cell { return Cell{I: n, Set: true} }
			num := func(v float64, ok bool) Cell {
				return Cell{F: v, Set: ok && !math.IsNaN(v) && !math.IsInf(v, 0)}
			}
			why := make([]string, len(x.Reasons))
			for k, r := range x.Reasons {
				why[k] = r.In(lang)
			}
			err := yield([]Cell{text(x.Entity), text(x.Name), text(x.Kind), whole(x.N), whole(x.NPrevious),
				num(x.Growth, x.Enough), num(x.Low, x.Enough), num(x.High, x.Enough), num(x.Q, x.Enough), text(string(x.Verdict)), whole(int64(x.Held)),
				num(x.Expected, x.Enough), num(x.Beyond, x.Enough), num(x.BeyondLow, x.Enough), num(x.BeyondHigh, x.Enough),
				num(x.Voice.Value, x.Voice.Defined), num(x.Net.Value, x.Net.Defined), num(x.Net.Low, x.Net.Defined), num(x.Net.High, x.Net.Defined), whole(x.Net.N), text(strings.Join(why, " "))})
			if err != nil {
				return err
			}
		}
		return nil
	}
	return t, nil
}
