package web

import (
	"html/template"
	"math"
	"regexp"

	"antojo/internal/chart"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/trend"
)

// trendRow is one entity of a ranking, as lists and tables show it.
type trendRow struct {
	ID, Name, Gloss, Kind string
	Href                  string
	Verdict, VerdictLabel string
	Reasons               []string
	N, NPrevious          string
	NHref, NPreviousHref  string
	Growth, Interval      string
	Enough                bool
	Spark, Range          template.HTML
	Voice, VoiceInterval  string
	Net, NetInterval      string
	NetHref               string
	NetFew                bool
	Picked                bool // ticked for a comparison
}

// growthAxis is the common axis of the interval bars: wide enough for nearly all
// of the intervals, cut where a few would squeeze the rest.
func growthAxis(ts []trend.Trend) (lo, hi float64) {
	lo, hi = -.25, .25
	for _, t := range ts {
		if t.Enough {
			lo, hi = math.Min(lo, t.Low), math.Max(hi, t.High)
		}
	}
	return math.Max(lo, -1), math.Min(hi, 2)
}

// minus finds the hyphens that stand for a minus before a figure: reasons are written for
// terminals too, pages have the sign that is as wide as a plus.
var minus = regexp.MustCompile(`(^|[ (])-(\d)`)

func (s *Server) trendRow(v *view, rep trend.Report, t trend.Trend, lo, hi float64) trendRow {
	f := v.filter
	f.Entities, f.Kinds = []string{t.Entity}, nil
	prev := f
	prev.From, prev.To = rep.Previous.From, rep.Previous.To
	row := trendRow{
		ID: t.Entity, Name: v.name(t.Entity), Gloss: s.names.gloss(t.Entity, v.page.Lang), Kind: v.text.T("kind." + t.Kind),
		Href: v.entityLink(t.Entity), Verdict: string(t.Verdict), VerdictLabel: v.text.T("verdict." + string(t.Verdict)),
		N: v.text.Int(t.N), NPrevious: v.text.Int(t.NPrevious), NHref: mentionsLink(f), NPreviousHref: mentionsLink(prev),
		NetHref: mentionsLink(f), Enough: t.Enough,
	}
	for _, r := range t.Reasons {
		row.Reasons = append(row.Reasons, minus.ReplaceAllString(r.In(v.page.Lang), "$1−$2"))
	}
	if t.Enough {
		row.Growth = v.text.SignedPercent(t.Growth, 0)
		row.Interval = v.text.T("interval.short", "low", v.text.SignedPercent(t.Low, 0), "high", v.text.SignedPercent(t.High, 0))
	}
	row.Range = panel.HTML(chart.Range{Value: t.Growth, Low: t.Low, High: t.High, Min: lo, Max: hi, Tone: verdictTone(t.Verdict), Defined: t.Enough}.Render())
	spark := make([]float64, len(t.Spark))
	for i, n := range t.Spark {
		spark[i] = float64(n)
	}
	row.Spark = panel.HTML(chart.Spark{Values: spark, Tone: verdictTone(t.Verdict), Focus: min(len(spark)-1, max(1, rep.Window.Days()/7))}.Render())
	if t.Voice.Defined {
		row.Voice = v.scope.Write(metric.UnitShare, t.Voice.Value)
		row.VoiceInterval = v.scope.Interval(metric.UnitShare, t.Voice)
	}
	if t.Net.Defined && !panel.Thin(metric.UnitNet, t.Net) {
		row.Net = v.scope.Write(metric.UnitNet, t.Net.Value)
		row.NetInterval = v.scope.Interval(metric.UnitNet, t.Net)
	} else {
		row.NetFew = true
	}
	return row
}

func verdictTone(v trend.Verdict) chart.Tone {
	switch v {
	case trend.Rising:
		return chart.Positive
	case trend.Falling:
		return chart.Negative
	case trend.Seasonal, trend.Spike, trend.PriceDriven, trend.CampaignDriven:
		return chart.Accent
	default:
		return chart.Neutral
	}
}
