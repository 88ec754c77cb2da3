package mcp

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/trend"
)

// Filter selects mentions; the tools share it.
type Filter struct {
	Window     string   `json:"window,omitempty" jsonschema:"days, weeks, months or years back from the last day with data: 28d, 12w, 6m, 1y"`
	From       string   `json:"from,omitempty" jsonschema:"first day in Lima, 2026-11-01; not together with window"`
	To         string   `json:"to,omitempty" jsonschema:"last day in Lima, 2026-11-30"`
	Entity     []string `json:"entity,omitempty" jsonschema:"ids or names of dishes, ingredients, drinks, brands or kinds of place"`
	Kind       []string `json:"kind,omitempty" jsonschema:"dish, ingredient, drink, brand, place"`
	Department []string `json:"department,omitempty" jsonschema:"INEI codes 01 to 25 (15 = Lima), or none"`
	Source     []string `json:"source,omitempty" jsonschema:"review, delivery, social, survey"`
	Sentiment  []string `json:"sentiment,omitempty" jsonschema:"neg, neu, pos"`
	Intent     []string `json:"intent,omitempty" jsonschema:"crave, recommend, complain, ask, other"`
	Aspect     []string `json:"aspect,omitempty" jsonschema:"food, portion, price, service, delivery, ambience, hygiene, health; with :neg, :neu or :pos for one polarity"`
	Words      string   `json:"q,omitempty" jsonschema:"words that must all occur in the text"`
	Campaign   string   `json:"campaign,omitempty" jsonschema:"include (default), exclude or only: texts of which few authors spread many copies"`
}

// values is the filter as the parameters of a page, with entities as ids.
func (s *Server) values(f Filter) (url.Values, error) {
	v := url.Values{"kind": f.Kind, "department": f.Department, "source": f.Source, "sentiment": f.Sentiment, "intent": f.Intent, "aspect": f.Aspect}
	for name, x := range map[string]string{"window": f.Window, "from": f.From, "to": f.To, "q": f.Words, "campaign": f.Campaign} {
		if x != "" {
			v.Set(name, x)
		}
	}
	for _, e := range f.Entity {
		info, err := s.entity(e)
		if err != nil {
			return nil, err
		}
		v.Add("entity", info.ID)
	}
	return v, nil
}

// entity finds an entity by id or name.
func (s *Server) entity(name string) (lexicon.Info, error) {
	if info, ok := s.o.Lexicon.Entity(name); ok {
		return info, nil
	}
	want := lexicon.Fold(name)
	var near []string
	for _, info := range s.o.Lexicon.All() {
		if lexicon.Fold(info.Name) == want || lexicon.Fold(info.NameEN) == want {
			return info, nil
		}
		if want != "" && len(near) < 8 && (strings.Contains(lexicon.Fold(info.Name), want) || strings.Contains(want, lexicon.Fold(info.Name))) {
			near = append(near, info.ID)
		}
	}
	hint := "rank_trends and query_metrics by entity list those with mentions"
	if len(near) > 0 {
		hint = "perhaps " + strings.Join(near, ", ")
	}
	return lexicon.Info{}, fmt.Errorf("there is no entity %.60q: %s: %w", name, hint, ErrInput)
}

// Figure is a measure with its certainty, or the reason why there is none.
type Figure struct {
	Value    *float64  `json:"value" jsonschema:"null where it is refused"`
	Interval []float64 `json:"interval,omitempty" jsonschema:"95 % interval"`
	N        int64     `json:"n" jsonschema:"observations behind it"`
	Raw      *float64  `json:"raw,omitempty" jsonschema:"as the model counts it, where value is corrected for the model's errors"`
	Refused  string    `json:"refused,omitempty" jsonschema:"why there is no value"`
}

func figure(u metric.Unit, v metric.Value) Figure {
	f := Figure{N: v.N}
	switch {
	case !v.Defined:
		f.Refused = "no observations"
	case u != metric.UnitCount && v.N < panel.MinN:
		f.Refused = fmt.Sprintf("not enough data: %d observations, at least %d are needed; ask for a longer window or a wider filter", v.N, panel.MinN)
	case u != metric.UnitCount && panel.Thin(u, v):
		f.Refused = "not enough data: the model's errors leave half of the scale open"
	default:
		f.Value, f.Interval = number(v.Value), []float64{round(v.Low), round(v.High)}
		if v.Corrected {
			f.Raw = number(v.Raw)
		}
	}
	return f
}

func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = round(x)
	return &x
}

// Answer is what all answers carry.
type Answer struct {
	Query     string   `json:"query" jsonschema:"canonical parameters that give this answer again"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Synthetic bool     `json:"synthetic" jsonschema:"some mentions come from the demo generator and are no facts"`
	Links     []string `json:"links" jsonschema:"pages that show the same"`
}

// answer fills what all answers carry; f comes back with its days.
func (s *Server) answer(ctx context.Context, query url.Values, f metric.Filter, page string) (Answer, metric.Filter, error) {
	cov, err := s.o.Data.Coverage(ctx)
	if err != nil {
		return Answer{}, f, err
	}
	if cov.Mentions == 0 {
		return Answer{}, f, fmt.Errorf("there are no mentions yet: %w", ErrInput)
	}
	if f, err = f.Resolve(cov.Last); err != nil {
		return Answer{}, f, err
	}
	if f.From == 0 {
		f.From = cov.First
	}
	if f.To == 0 {
		f.To = max(cov.Last, f.From)
	}
	return Answer{Query: query.Encode(), From: f.From.String(), To: f.To.String(), Synthetic: cov.Synthetic, Links: []string{s.link(page, f.Values())}}, f, nil
}

// QueryIn asks for figures.
type QueryIn struct {
	Filter
	Measures []string `json:"measures" jsonschema:"at least one"`
	By       []string `json:"by,omitempty" jsonschema:"at most three dimensions"`
	Order    string   `json:"order,omitempty" jsonschema:"a measure or dimension, - before it for descending"`
	Limit    int      `json:"limit,omitempty" jsonschema:"rows, 1 to 200; default 50"`
}

// QueryOut are figures.
type QueryOut struct {
	Answer
	Mentions int64      `json:"mentions" jsonschema:"mentions that the filter selects"`
	Rows     []QueryRow `json:"rows"`
}

// QueryRow is one group.
type QueryRow struct {
	Keys    map[string]string `json:"keys,omitempty"`
	Figures map[string]Figure `json:"figures"`
	Link    string            `json:"link" jsonschema:"the mentions behind the row"`
}

const (
	defaultRows = 50
	maxRows     = 200
)

func rows(n, def, most int) (int, error) {
	if n == 0 {
		return def, nil
	}
	if n < 1 || n > most {
		return 0, &metric.FieldError{Field: "limit", Value: strconv.Itoa(n), Want: fmt.Sprintf("1 to %d", most)}
	}
	return n, nil
}

func (s *Server) query(ctx context.Context, in QueryIn) (QueryOut, error) {
	v, err := s.values(in.Filter)
	if err != nil {
		return QueryOut{}, err
	}
	v["measures"], v["by"] = in.Measures, in.By
	if in.Order != "" {
		v.Set("order", in.Order)
	}
	n, err := rows(in.Limit, defaultRows, maxRows)
	if err != nil {
		return QueryOut{}, err
	}
	v.Set("limit", strconv.Itoa(n))
	q, err := metric.ParseQuery(v)
	if err != nil {
		return QueryOut{}, err
	}
	out := QueryOut{Rows: []QueryRow{}}
	var f metric.Filter
	if out.Answer, f, err = s.answer(ctx, q.Values(), q.Filter, "/menciones"); err != nil {
		return QueryOut{}, err
	}
	res, err := s.o.Data.Query(ctx, q)
	if err != nil {
		return QueryOut{}, err
	}
	out.Mentions = res.Total
	given := false
	for _, r := range res.Rows {
		row := QueryRow{Keys: map[string]string{}, Figures: map[string]Figure{}, Link: s.link("/menciones", rowFilter(f, q.By, r.Keys).Values())}
		for i, d := range q.By {
			row.Keys[string(d)] = r.Keys[i]
		}
		for i, name := range q.Measures {
			m, err := metric.MeasureByName(name)
			if err != nil {
				return QueryOut{}, err
			}
			x := figure(m.Unit, r.Values[i])
			given = given || x.Refused == ""
			row.Figures[name] = x
		}
		out.Rows = append(out.Rows, row)
	}
	if !given {
		return QueryOut{}, fmt.Errorf("not enough data: %d mentions are selected by %s, too few for any of the figures; ask for a longer window or a wider filter: %w", res.Total, out.Query, ErrInput)
	}
	return out, nil
}

// rowFilter narrows f to one group, where the group can be said as a filter.
func rowFilter(f metric.Filter, by []metric.Dimension, keys []string) metric.Filter {
	v := f.Values()
	for i, d := range by {
		name := string(d)
		switch {
		case d == metric.ByDay || d == metric.ByWeek || d == metric.ByMonth:
			day, err := mention.ParseDay(keys[i])
			if err != nil {
				return f
			}
			last := day
			if d == metric.ByWeek {
				last += 6
			} else if d == metric.ByMonth {
				last = mention.Day(day.Date().AddDate(0, 1, 0).Unix()/86400) - 1
			}
			v.Set("from", max(day, f.From).String())
			v.Set("to", min(last, f.To).String())
		case d == metric.ByDepartment && keys[i] == "":
			v.Set(name, "none")
		case keys[i] != "":
			v.Set(name, keys[i])
		}
	}
	out, err := metric.ParseFilter(v)
	if err != nil {
		return f
	}
	return out
}

// TrendsIn asks for a ranking.
type TrendsIn struct {
	Filter
	Verdict []string `json:"verdict,omitempty" jsonschema:"only these: rising, falling, seasonal, spike, price-driven, campaign-driven, steady, not-enough-data"`
	Limit   int      `json:"limit,omitempty" jsonschema:"entities, 1 to 200; default 20"`
	Lang    string   `json:"lang,omitempty" jsonschema:"language of the reasons: es (default) or en"`
}

// TrendsOut is a ranking.
type TrendsOut struct {
	Answer
	Previous string  `json:"previous" jsonschema:"the days that the window is compared with"`
	Judged   int     `json:"judged" jsonschema:"entities that were judged"`
	Trends   []Trend `json:"trends"`
}

// Trend is the verdict on one entity.
type Trend struct {
	Entity       string    `json:"entity"`
	Name         string    `json:"name"`
	Kind         string    `json:"kind"`
	Verdict      string    `json:"verdict"`
	N            int64     `json:"n" jsonschema:"mentions in the window"`
	NPrevious    int64     `json:"n_previous" jsonschema:"mentions in the window before"`
	Growth       *float64  `json:"growth" jsonschema:"0.33 = +33 %, at equal volume of the channels; null without enough data"`
	Interval     []float64 `json:"interval,omitempty" jsonschema:"95 % interval of growth"`
	Q            *float64  `json:"q,omitempty" jsonschema:"adjusted p-value"`
	NetSentiment Figure    `json:"net_sentiment"`
	Reasons      []string  `json:"reasons"`
	Link         string    `json:"link"`
}

func (s *Server) trendOf(t *trend.Trend, f metric.Filter, lang string) Trend {
	f.Entities, f.Kinds = nil, nil
	out := Trend{Entity: t.Entity, Name: t.Name, Kind: t.Kind, Verdict: string(t.Verdict), N: t.N, NPrevious: t.NPrevious,
		NetSentiment: figure(metric.UnitNet, t.Net), Reasons: []string{}, Link: s.link("/entidad/"+url.PathEscape(t.Entity), f.Values())}
	if t.Enough {
		out.Growth, out.Interval, out.Q = number(t.Growth), []float64{round(t.Low), round(t.High)}, number(t.Q)
	}
	for _, r := range t.Reasons {
		out.Reasons = append(out.Reasons, r.In(lang))
	}
	return out
}

// ranking ranks all entities that the filter reaches; its own entities and words
// are left out, since a verdict is corrected for all that was looked at.
func (s *Server) ranking(ctx context.Context, in Filter) (Answer, metric.Filter, trend.Report, error) {
	in.Entity, in.Words = nil, ""
	if in.Window == "" && in.From == "" {
		in.Window = "28d"
	}
	v, err := s.values(in)
	if err != nil {
		return Answer{}, metric.Filter{}, trend.Report{}, err
	}
	f, err := metric.ParseFilter(v)
	if err != nil {
		return Answer{}, f, trend.Report{}, err
	}
	a, f, err := s.answer(ctx, f.Values(), f, "/tendencias")
	if err != nil {
		return a, f, trend.Report{}, err
	}
	if days := int(f.To-f.From) + 1; days < 1 || days > 366 {
		return a, f, trend.Report{}, &metric.FieldError{Field: "window", Value: in.Window, Want: "1 to 366 days, such as 28d or 4w"}
	}
	rep, err := s.o.Rank(ctx, f)
	return a, f, rep, err
}

func language(s string) (string, error) {
	if s == "" {
		return "es", nil
	}
	if s != "es" && s != "en" {
		return "", &metric.FieldError{Field: "lang", Value: s, Want: "es or en"}
	}
	return s, nil
}

func (s *Server) trends(ctx context.Context, in TrendsIn) (TrendsOut, error) {
	n, err := rows(in.Limit, 20, maxRows)
	if err != nil {
		return TrendsOut{}, err
	}
	lang, err := language(in.Lang)
	if err != nil {
		return TrendsOut{}, err
	}
	a, f, rep, err := s.ranking(ctx, in.Filter)
	if err != nil {
		return TrendsOut{}, err
	}
	out := TrendsOut{Answer: a, Previous: rep.Previous.From.String() + " to " + rep.Previous.To.String(), Judged: len(rep.Trends), Trends: []Trend{}}
	enough := false
	for i := range rep.Trends {
		t := &rep.Trends[i]
		enough = enough || t.Enough
		if len(out.Trends) < n && (len(in.Verdict) == 0 || slices.Contains(in.Verdict, string(t.Verdict))) {
			out.Trends = append(out.Trends, s.trendOf(t, f, lang))
		}
	}
	if !enough {
		return TrendsOut{}, fmt.Errorf("not enough data: of %d entities none has the mentions that a change could be told from; ask for a longer window or a wider filter: %w", len(rep.Trends), ErrInput)
	}
	return out, nil
}

// ExplainIn names an entity.
type ExplainIn struct {
	Filter
	Name string `json:"name" jsonschema:"id or name of the entity"`
	Lang string `json:"lang,omitempty" jsonschema:"language of the reasons: es (default) or en"`
}

// ExplainOut is a verdict with all that it rests on.
type ExplainOut struct {
	Answer
	Previous       string    `json:"previous"`
	Trend          Trend     `json:"trend"`
	Expected       *float64  `json:"expected" jsonschema:"change that calendar and season alone give"`
	Beyond         *float64  `json:"beyond" jsonschema:"change beyond what is expected"`
	BeyondInterval []float64 `json:"beyond_interval,omitempty"`
	WeeksHeld      int       `json:"weeks_held" jsonschema:"weeks that the verdict has stood"`
	ShareOfVoice   Figure    `json:"share_of_voice"`
	Weekly         []int64   `json:"weekly" jsonschema:"mentions of the last whole ISO weeks, oldest first"`
	Refused        string    `json:"refused,omitempty" jsonschema:"why there is no verdict"`
}

func (s *Server) explain(ctx context.Context, in ExplainIn) (ExplainOut, error) {
	lang, err := language(in.Lang)
	if err != nil {
		return ExplainOut{}, err
	}
	info, err := s.entity(in.Name)
	if err != nil {
		return ExplainOut{}, err
	}
	a, f, rep, err := s.ranking(ctx, in.Filter)
	if err != nil {
		return ExplainOut{}, err
	}
	i := slices.IndexFunc(rep.Trends, func(t trend.Trend) bool { return t.Entity == info.ID })
	if i < 0 {
		return ExplainOut{}, fmt.Errorf("not enough data: %s has no mention in %s to %s nor in the window before: %w", info.ID, a.From, a.To, ErrInput)
	}
	t := &rep.Trends[i]
	out := ExplainOut{Answer: a, Previous: rep.Previous.From.String() + " to " + rep.Previous.To.String(), Trend: s.trendOf(t, f, lang),
		WeeksHeld: t.Held, ShareOfVoice: figure(metric.UnitShare, t.Voice), Weekly: append([]int64{}, t.Spark...)}
	own := f
	own.Entities, own.Kinds = []string{info.ID}, nil
	out.Links = append([]string{out.Trend.Link, s.link("/menciones", own.Values())}, out.Links...)
	if !t.Enough {
		out.Refused = fmt.Sprintf("not enough data: %d mentions, %d in the window before; even a doubling could not be told from chance", t.N, t.NPrevious)
		return out, nil
	}
	out.Expected, out.Beyond = number(t.Expected), number(t.Beyond)
	if lo, hi := number(t.BeyondLow), number(t.BeyondHigh); lo != nil && hi != nil {
		out.BeyondInterval = []float64{*lo, *hi}
	}
	return out, nil
}
