package api

import (
	"context"
	"math"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/metric"
	"antojo/internal/trend"
)

// Trends is a ranking with the windows it compares.
type Trends struct {
	Window   Span    `json:"window"`
	Previous Span    `json:"previous" doc:"what the window is compared with"`
	Total    int     `json:"total" doc:"entities judged; trends may hold fewer"`
	Trends   []Trend `json:"trends" nullable:"false"`
}

// Trend is the verdict on one entity.
type Trend struct {
	Entity       string    `json:"entity" example:"ceviche"`
	Name         string    `json:"name"`
	Kind         string    `json:"kind"`
	N            int64     `json:"n" doc:"mentions in the window"`
	NPrevious    int64     `json:"n_previous" doc:"mentions in the window before"`
	Growth       *float64  `json:"growth" doc:"change of the rate at equal volume of its sources: 0.33 = +33 %; null when there is not enough data"`
	Interval     []float64 `json:"interval" minItems:"2" maxItems:"2" doc:"95 % interval of growth"`
	Q            *float64  `json:"q" doc:"Benjamini–Hochberg adjusted p-value"`
	Verdict      string    `json:"verdict" enum:"rising,falling,seasonal,spike,price-driven,campaign-driven,steady,not-enough-data"`
	Reasons      []string  `json:"reasons" nullable:"false"`
	NetSentiment Value     `json:"net_sentiment"`
}

// Judgement is the verdict on one entity with all that it rests on.
type Judgement struct {
	Window         Span      `json:"window"`
	Previous       Span      `json:"previous"`
	Trend          Trend     `json:"trend"`
	Expected       *float64  `json:"expected" doc:"change that calendar and season alone give"`
	Beyond         *float64  `json:"beyond" doc:"change beyond what is expected"`
	BeyondInterval []float64 `json:"beyond_interval" minItems:"2" maxItems:"2" doc:"95 % interval of beyond"`
	WeeksHeld      int       `json:"weeks_held" doc:"weeks that the verdict has stood"`
	ShareOfVoice   Value     `json:"share_of_voice"`
	Weekly         []int64   `json:"weekly" nullable:"false" doc:"mentions of the last whole ISO weeks, oldest first"`
}

const (
	defaultWindow = "28d"
	maxWindow     = 366 // days that a ranking compares
)

type trendsIn struct {
	Lang  string `query:"lang" enum:"es,en" default:"es" doc:"Language of the reasons."`
	Limit int    `query:"limit" minimum:"1" maximum:"2000" default:"100" doc:"Most entities."`
}

func (s *Server) registerTrends() {
	op := get("list-trends", "figures", "/trends", "Rank what rises and falls",
		"Compares each entity's mentions in the window with the window before, against the volume of the same channels, and gives the change with its interval, a verdict and the reasons. The window is 28 days unless said otherwise.")
	op.Parameters = filterParams("entity", "q")
	add(s, op, s.trends)

	one := get("get-trend", "figures", "/trends/{entity}", "The verdict on one entity", "With the reasons and the figures behind it. It is judged among all entities, as in the ranking.")
	one.Parameters = filterParams("entity", "q")
	add(s, one, s.trend)
}

// ranking ranks for the filter of a request.
func (s *Server) ranking(ctx context.Context) (trend.Report, error) {
	f, err := s.filter(ctx)
	if err != nil {
		return trend.Report{}, err
	}
	if f, err = s.span(ctx, f, defaultWindow); err != nil {
		return trend.Report{}, err
	}
	if days := int(f.To-f.From) + 1; days < 1 || days > maxWindow {
		x := exchangeOf(ctx)
		return trend.Report{}, &metric.FieldError{Field: "window", Value: x.query.Get("window"), Want: "1 to 366 days, such as 28d or 4w"}
	}
	return s.o.Rank(ctx, f)
}

func (s *Server) trends(ctx context.Context, in *trendsIn) (*answer[Trends], error) {
	rep, err := s.ranking(ctx)
	if err != nil {
		return nil, err
	}
	out := Trends{Window: spanOf(rep.Window.From, rep.Window.To), Previous: spanOf(rep.Previous.From, rep.Previous.To), Total: len(rep.Trends), Trends: []Trend{}}
	for _, t := range rep.Trends[:min(in.Limit, len(rep.Trends))] {
		out.Trends = append(out.Trends, trendOf(t, in.Lang))
	}
	return reply(out), nil
}

type trendIn struct {
	Entity string `path:"entity" maxLength:"100" doc:"Id of the entity." example:"ceviche"`
	Lang   string `query:"lang" enum:"es,en" default:"es" doc:"Language of the reasons."`
}

func (s *Server) trend(ctx context.Context, in *trendIn) (*answer[Judgement], error) {
	info, ok := s.o.Lexicon.Entity(in.Entity)
	if !ok {
		return nil, noEntity(in.Entity)
	}
	rep, err := s.ranking(ctx)
	if err != nil {
		return nil, err
	}
	// Without a mention in either window it is in no ranking.
	t := trend.Trend{Entity: info.ID, Name: info.Name, Kind: info.Kind, Verdict: trend.NotEnoughData,
		Expected: math.NaN(), Beyond: math.NaN(), BeyondLow: math.NaN(), BeyondHigh: math.NaN()}
	if i := slices.IndexFunc(rep.Trends, func(t trend.Trend) bool { return t.Entity == info.ID }); i >= 0 {
		t = rep.Trends[i]
	}
	return reply(Judgement{Window: spanOf(rep.Window.From, rep.Window.To), Previous: spanOf(rep.Previous.From, rep.Previous.To), Trend: trendOf(t, in.Lang),
		Expected: finite(t.Expected), Beyond: finite(t.Beyond), BeyondInterval: interval(t.BeyondLow, t.BeyondHigh),
		WeeksHeld: t.Held, ShareOfVoice: valueOf(t.Voice), Weekly: append([]int64{}, t.Spark...)}), nil
}

func noEntity(id string) *huma.ErrorModel {
	return problem(404, "there is no entity %q in the lexicon; %s/entities lists them", clip(id), base)
}

func trendOf(t trend.Trend, lang string) Trend {
	out := Trend{Entity: t.Entity, Name: t.Name, Kind: t.Kind, N: t.N, NPrevious: t.NPrevious, Verdict: string(t.Verdict), Reasons: []string{}, NetSentiment: valueOf(t.Net)}
	if t.Enough {
		out.Growth, out.Interval, out.Q = finite(t.Growth), interval(t.Low, t.High), finite(t.Q)
	}
	for _, r := range t.Reasons {
		out.Reasons = append(out.Reasons, r.In(lang))
	}
	return out
}
