package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/trend"
	"antojo/internal/trend/preference"
	"antojo/internal/trend/topic"
)

// preferenceEntities is how many entities the map of wanting and liking holds.
const preferenceEntities = 60

func (c *cli) preferencesCmd() *cobra.Command {
	var (
		window, entity string
		filter         []string
		asJSON         bool
	)
	cmd := &cobra.Command{
		Use:   "preferences",
		Short: "What is craved, liked and missed, with intervals",
		Long: `Without --entity, puts the entities of a kind on the map of wanting (craving rate)
and liking (net sentiment); a corner is given only if both 95 % intervals lie on
one side of the middle. With --entity, relates opinion and stars to the aspects
that are praised and criticised, lists what rises when the entity falls, draws
departments towards each other, and finds what complaints and praises are about.
All of it is association, none of it cause.`,
		Example: "  antojo preferences --filter kind=dish\n  antojo preferences --entity ceviche --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := url.Values{"window": {window}}
			for _, kv := range filter {
				name, value, ok := strings.Cut(kv, "=")
				if !ok {
					return usagef("--filter %q: want field=value", kv)
				}
				v.Add(name, value)
			}
			if entity == "" && !v.Has("kind") {
				v.Set("kind", "dish")
			}
			f, err := metric.ParseFilter(v)
			if err != nil {
				return usagef("%w", err)
			}
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			if entity != "" {
				if _, _, ok := n.names().EntityName(entity); !ok {
					return usagef("--entity %q is not in the lexicon; antojo lexicon test finds names in a text", entity)
				}
				f.Entities, f.Kinds = []string{entity}, nil
			}
			if f, err = f.Resolve(n.store.LastDay()); err != nil {
				return err
			}
			data, err := correct(n.store, c.model)
			if err != nil {
				return err
			}
			var out preferencesJSON
			out.From, out.To = f.From.String(), f.To.String()
			if entity == "" {
				err = out.chart(cmd.Context(), data, f)
			} else {
				err = out.about(cmd.Context(), n, data, f, entity)
			}
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(c.Out)
				enc.SetIndent("", " ")
				enc.SetEscapeHTML(false)
				return enc.Encode(out)
			}
			return out.write(c.Out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&entity, "entity", "", "lexicon id of one entity, such as ceviche")
	f.StringVar(&window, "window", "1y", "period up to the last day with data: 90d, 12w, 6m, 1y")
	f.StringArrayVar(&filter, "filter", nil, "any filter of a page's URL, as field=value")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.StringVar(&c.model, "model", "", "folder of the encoder whose confusion matrices to use beside the built-in ones")
	return cmd
}

type preferencesJSON struct {
	From    string         `json:"from"`
	To      string         `json:"to"`
	Map     []pointJSON    `json:"map,omitempty"`
	Middle  *pointJSON     `json:"middle,omitempty"`
	Drivers []analysisJSON `json:"drivers,omitempty"`
	Rivals  []rivalJSON    `json:"rivals,omitempty"`
	Areas   []areaJSON     `json:"departments,omitempty"`
	Themes  []themesJSON   `json:"themes,omitempty"`
}

type pointJSON struct {
	Entity  string    `json:"entity,omitempty"`
	Craving valueJSON `json:"craving_rate"`
	Net     valueJSON `json:"net_sentiment"`
	Place   string    `json:"place,omitempty"`
}

type analysisJSON struct {
	Outcome   string       `json:"outcome"`
	N         int64        `json:"n"`
	Enough    bool         `json:"enough"`
	Explained *float64     `json:"explained"`
	Aspects   []driverJSON `json:"aspects"`
}

type driverJSON struct {
	Aspect      string    `json:"aspect"`
	Weight      valueJSON `json:"weight"`
	Praised     valueJSON `json:"praised"`
	QPraised    *float64  `json:"q_praised"`
	Criticised  valueJSON `json:"criticised"`
	QCriticised *float64  `json:"q_criticised"`
}

type rivalJSON struct {
	Entity     string    `json:"entity"`
	Together   valueJSON `json:"together"`
	Q          *float64  `json:"q"`
	Weekly     float64   `json:"mentions_a_week"`
	Substitute bool      `json:"substitute"`
}

type areaJSON struct {
	Department string    `json:"department"`
	Net        valueJSON `json:"net_sentiment"` // drawn towards all; null below n = 30
	Direct     valueJSON `json:"direct"`
	Own        float64   `json:"own_weight"`
}

type themesJSON struct {
	Polarity string      `json:"polarity"`
	N        int         `json:"n"`
	Left     int         `json:"left_out"`
	Themes   []themeJSON `json:"themes"`
}

type themeJSON struct {
	Name  string    `json:"name"`
	Words []string  `json:"words"`
	Share valueJSON `json:"share"`
	N     int       `json:"n"`
}

// chart puts the largest entities of the filter on the map.
func (o *preferencesJSON) chart(ctx context.Context, data corrected, f metric.Filter) error {
	mid, err := data.Query(ctx, metric.Query{Filter: f, Measures: []string{"craving_rate", "net_sentiment"}})
	if err != nil {
		return err
	}
	each, err := data.Query(ctx, metric.Query{Filter: f, Measures: []string{"craving_rate", "net_sentiment", "mentions"}, By: []metric.Dimension{metric.ByEntity}, Order: "-mentions", Limit: preferenceEntities})
	if err != nil || len(mid.Rows) == 0 {
		return err
	}
	w, l := mid.Rows[0].Values[0], mid.Rows[0].Values[1]
	o.Middle = &pointJSON{Craving: toValueJSON(w), Net: toValueJSON(l)}
	for _, q := range preference.Quadrants {
		for _, row := range each.Rows {
			if p := preference.Place(row.Keys[0], row.Values[0], row.Values[1], w, l); p.Quadrant == q {
				o.Map = append(o.Map, pointJSON{p.ID, toValueJSON(p.Wanted), toValueJSON(p.Liked), string(q)})
			}
		}
	}
	return nil
}

// about tells one entity.
func (o *preferencesJSON) about(ctx context.Context, n *node, data corrected, f metric.Filter, id string) error {
	var ps []preference.Profile
	err := data.Profiles(ctx, f, func(source mention.Source, sentiment mention.Sentiment, aspects uint16, rating float32, k int64) {
		ps = append(ps, preference.Profile{Source: source, Sentiment: sentiment, Aspects: preference.UnpackAspects(aspects), Rating: float64(rating), N: k})
	})
	if err != nil {
		return err
	}
	for _, outcome := range []preference.Outcome{preference.Sentiment, preference.Stars} {
		a := preference.Drivers(ps, outcome)
		j := analysisJSON{Outcome: string(outcome), N: a.N, Enough: a.Enough, Aspects: []driverJSON{}}
		if a.Enough {
			j.Explained = finite(a.Explained)
		}
		for _, d := range a.Drivers {
			j.Aspects = append(j.Aspects, driverJSON{d.Aspect.String(), toValueJSON(d.Share), toValueJSON(d.Praised), finite(d.QPraised), toValueJSON(d.Criticised), finite(d.QCriticised)})
		}
		o.Drivers = append(o.Drivers, j)
	}
	all := f
	all.Entities = nil
	p, err := trend.ReadPanel(ctx, data, n.names(), all, f.To)
	if err != nil {
		return err
	}
	rivals, _ := preference.Substitutes(p, id)
	for _, r := range rivals {
		o.Rivals = append(o.Rivals, rivalJSON{Entity: r.ID, Together: toValueJSON(r.Together), Q: finite(r.Q), Weekly: round(r.Weekly), Substitute: r.Substitute()})
	}
	res, err := data.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}, By: []metric.Dimension{metric.ByDepartment}, Limit: 100})
	if err != nil {
		return err
	}
	var areas []preference.Area
	for _, row := range res.Rows {
		if row.Keys[0] != "" {
			areas = append(areas, preference.Area{Key: row.Keys[0], Direct: row.Values[0]})
		}
	}
	for _, a := range preference.Shrink(areas, -1, 1).List {
		o.Areas = append(o.Areas, areaJSON{a.Key, toValueJSON(a.Shrunk), toValueJSON(a.Direct), round(a.Own)})
	}
	for _, s := range []mention.Sentiment{mention.Negative, mention.Positive} {
		g := f
		g.Sentiments = []mention.Sentiment{s}
		ms, _, err := data.Mentions(ctx, g, store.Page{Limit: 1000})
		if err != nil {
			return err
		}
		docs := make([]topic.Doc, 0, len(ms))
		for _, m := range ms {
			docs = append(docs, topic.DocOf(&m, id))
		}
		r := topic.Find(docs, nil)
		t := themesJSON{Polarity: s.String(), N: r.N, Left: r.Left, Themes: []themeJSON{}}
		for _, x := range r.Themes {
			j := themeJSON{Name: x.Name(), Share: toValueJSON(x.Share), N: len(x.Docs)}
			for _, w := range x.Words[:min(10, len(x.Words))] {
				j.Words = append(j.Words, w.Text)
			}
			t.Themes = append(t.Themes, j)
		}
		o.Themes = append(o.Themes, t)
	}
	return nil
}

func (o *preferencesJSON) write(w io.Writer) error {
	fmt.Fprintf(w, "%s to %s\n", o.From, o.To)
	show := func(v valueJSON, scale float64, unit string) string {
		if v.Value == nil || v.Interval == nil {
			return fmt.Sprintf("not enough data (n %d)", v.N)
		}
		return fmt.Sprintf("%+.1f%s (%+.1f to %+.1f, n %d)", scale**v.Value, unit, scale*v.Interval[0], scale*v.Interval[1], v.N)
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if o.Middle != nil {
		fmt.Fprintf(tw, "\nplace\tentity\tcraving, per cent\tnet sentiment\n")
		for _, p := range o.Map {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", p.Place, p.Entity, show(p.Craving, 100, ""), show(p.Net, 100, ""))
		}
		fmt.Fprintf(tw, "middle\t\t%s\t%s\n", show(o.Middle.Craving, 100, ""), show(o.Middle.Net, 100, ""))
	}
	for _, a := range o.Drivers {
		if !a.Enough {
			fmt.Fprintf(tw, "\ndrivers of %s: not enough data (n %d)\n", a.Outcome, a.N)
			continue
		}
		scale := 1.0
		if a.Outcome == string(preference.Sentiment) {
			scale = 100
		}
		fmt.Fprintf(tw, "\ndrivers of %s (n %d, %.0f %% explained; association, not cause)\n\taspect\tweight, per cent\tif praised\tif criticised\n", a.Outcome, a.N, 100**a.Explained)
		for _, d := range a.Aspects {
			fmt.Fprintf(tw, "\t%s\t%s\t%s\t%s\n", d.Aspect, show(d.Weight, 100, ""), show(d.Praised, scale, ""), show(d.Criticised, scale, ""))
		}
	}
	if len(o.Rivals) > 0 {
		fmt.Fprintf(tw, "\nwhat moves against it, of %d (correlation of weekly shares)\n\tentity\tr, in hundredths\tq\n", len(o.Rivals))
		for _, r := range o.Rivals[:min(8, len(o.Rivals))] {
			q := "–"
			if r.Q != nil {
				q = fmt.Sprintf("%.3f", *r.Q)
			}
			fmt.Fprintf(tw, "\t%s\t%s\t%s\n", r.Entity, show(r.Together, 100, ""), q)
		}
	}
	if len(o.Areas) > 0 {
		fmt.Fprintf(tw, "\nnet sentiment by department\n\tdepartment\tdrawn towards all\tas found\n")
		for _, a := range o.Areas {
			fmt.Fprintf(tw, "\t%s\t%s\t%s\n", a.Department, show(a.Net, 100, ""), show(a.Direct, 100, ""))
		}
	}
	for _, t := range o.Themes {
		fmt.Fprintf(tw, "\nthemes, %s: %d texts, %d in none\n", t.Polarity, t.N, t.Left)
		for _, x := range t.Themes {
			fmt.Fprintf(tw, "\t%s\t%s\n", x.Name, show(x.Share, 100, " %"))
		}
	}
	return tw.Flush()
}
