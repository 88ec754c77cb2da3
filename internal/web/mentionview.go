package web

import (
	"sort"
	"strings"
	"unicode/utf8"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// mentionView is one mention as the pages show it.
type mentionView struct {
	ID, Href   string
	Segments   []segment
	Pieces     []piece // the same, cut at the words behind aspects; only where these were asked for
	Time       string
	ISO        string
	Source     string
	Channel    string
	Place      string
	Department string
	Stars      string // "★★★★☆"
	Rating     string
	Sentiment  label
	Intent     label
	Aspects    []label
	Scored     bool
	Relevant   bool
	Synthetic  bool
	Copy       label // of a campaign, or of some other text
}

// segment is a run of text; Entity is set where it names one.
type segment struct {
	Text, Entity, Href string
}

// label is one thing that the models say, with the mentions that share it.
type label struct {
	Text, Class, Href, Score string
	Corrected                bool // by a person
}

func (s *Server) mentionViews(v *view, ms []mention.Annotated) []mentionView {
	out := make([]mentionView, len(ms))
	for i := range ms {
		out[i] = s.mentionView(v, &ms[i])
	}
	return out
}

func (s *Server) mentionView(v *view, of *mention.Annotated) mentionView {
	now := *of
	which := s.corrected(&now)
	m := &now
	out := mentionView{
		ID: m.ID.String(), Href: "/mencion/" + m.ID.String(),
		Segments: s.segments(v, m.Text, m.Entities),
		Source:   v.text.T("source." + string(m.Source)), Channel: m.Channel, Place: m.Place,
		Department: m.Resolved.Name(), Scored: m.Scored, Relevant: m.Relevant, Synthetic: m.Synthetic,
		ISO: m.Time.UTC().Format("2006-01-02T15:04:05Z"),
	}
	if m.Undated {
		out.Time = v.text.T("mention.undated")
	} else {
		out.Time = v.text.Day(m.Day())
	}
	if m.Rating > 0 {
		full := int(m.Rating + .5)
		out.Stars = strings.Repeat("★", full) + strings.Repeat("☆", max(0, 5-full))
		out.Rating = v.text.T("mention.stars", "n", v.text.Dec(float64(m.Rating), ratingDecimals(m.Rating)))
	}
	if m.Cluster != 0 {
		out.Copy = label{Text: v.text.T("mention.copy"), Class: "plain", Href: mentionsLink(metric.Filter{Cluster: m.Cluster, AllTopics: true}), Score: v.text.T("mention.copies.title")}
	}
	if m.Campaign {
		out.Copy.Text, out.Copy.Class = v.text.T("mention.campaign"), "campaign"
	}
	if !m.Scored {
		return out
	}
	f := v.asked
	f.From, f.To, f.Window, f.Text, f.Run = 0, 0, "", "", ""
	pick := func(change func(*metric.Filter)) string {
		g := f
		change(&g)
		return mentionsLink(g)
	}
	score := func(h int, p float32) string {
		if which[h] {
			return v.text.T("correct.by")
		}
		return v.text.Percent(float64(p), 0)
	}
	out.Sentiment = label{v.text.T("sentiment." + m.Sentiment.String()), m.Sentiment.String(),
		pick(func(g *metric.Filter) { g.Sentiments = []mention.Sentiment{m.Sentiment} }), score(1, m.Sentiments[m.Sentiment+1]), which[1]}
	if m.Intent != mention.OtherIntent {
		out.Intent = label{v.text.T("intent." + m.Intent.String()), "plain",
			pick(func(g *metric.Filter) { g.Intents = []mention.Intent{m.Intent} }), score(2, m.IntentP), which[2]}
	}
	for a := range mention.NumAspects {
		pol := m.Aspects[a]
		if pol == mention.AspectNone {
			continue
		}
		out.Aspects = append(out.Aspects, label{v.text.T("aspect." + a.String()), pol.String(),
			pick(func(g *metric.Filter) { g.Aspects = []metric.AspectFilter{{Aspect: a, Polarity: pol}} }), score(3+int(a), m.AspectP[a]), which[3+int(a)]})
	}
	return out
}

func ratingDecimals(r float32) int {
	if r == float32(int(r)) {
		return 0
	}
	return 1
}

// segments cuts a text at its entities. Offsets that do not fit the text (another
// normalisation, overlapping entities) are passed over.
func (s *Server) segments(v *view, text string, es []mention.Entity) []segment {
	es = append([]mention.Entity{}, es...)
	sort.SliceStable(es, func(a, b int) bool { return es[a].Start < es[b].Start })
	var out []segment
	at := 0
	for _, e := range es {
		if e.Start < at || e.End > len(text) || e.Start >= e.End || !utf8.RuneStart(text[e.Start]) || e.End < len(text) && !utf8.RuneStart(text[e.End]) {
			continue
		}
		if e.Start > at {
			out = append(out, segment{Text: text[at:e.Start]})
		}
		out = append(out, segment{text[e.Start:e.End], v.name(e.ID), v.entityLink(e.ID)})
		at = e.End
	}
	if at < len(text) {
		out = append(out, segment{Text: text[at:]})
	}
	return out
}
