package app

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/internal/demo"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
	"antojo/internal/trend/backtest"
	"antojo/internal/trend/engine"
)

func (c *cli) backtestCmd() *cobra.Command {
	var (
		o      backtest.Options
		asJSON bool
		replay bool
		weeks  int
	)
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Judge the trend engine against planted truth, null data, or your own past",
		Long: `Plants truth into made-up counts (steps, ramps, spikes, seasons, feasts,
campaigns, prices, outages), lets the engine that the pages use judge them, and
counts what it got right: false discoveries, recall, delay, coverage of its
intervals, and the error of its forecasts on the demo set. The same seeds give the
same figures on any machine.

With --replay, the mentions of the data dir are judged instead as of each past
week, each time with what was known then, and what came next is counted.`,
		Example: "  antojo backtest\n  antojo backtest --seeds 10 --only step\n  antojo backtest --json > backtest.json\n  antojo backtest --replay --data ./antojo-data --weeks 26",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if replay {
				return c.replay(cmd.Context(), weeks, asJSON)
			}
			if o.Seeds < 1 {
				return usagef("--seeds %d: want at least 1", o.Seeds)
			}
			if o.Only != "" && !backtest.Known(o.Only) {
				return usagef("--only %q: want one of %v", o.Only, backtest.Names())
			}
			if o.Only == "" {
				fmt.Fprintln(c.Err, "antojo: making the demo set for the forecasts")
				p, err := demoPanel(cmd.Context())
				if err != nil {
					return err
				}
				o.Demo = p
			}
			o.Progress = func(scenario string, done, of int) {
				if done == of {
					fmt.Fprintf(c.Err, "antojo: %s: %d worlds\n", scenario, of)
				}
			}
			r, err := backtest.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.Out, r.JSON())
			}
			return writeBacktest(c.Out, r)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Seeds, "seeds", 40, "worlds made for each scenario")
	f.Uint64Var(&o.Seed, "seed", 1, "the first seed")
	f.StringVar(&o.Only, "only", "", "only this scenario")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.BoolVar(&replay, "replay", false, "judge the mentions of the data dir as of each past week")
	f.IntVar(&weeks, "weeks", 26, "with --replay, how many past weeks")
	return cmd
}

// demoPanel counts the synthetic demo set as it was meant.
func demoPanel(ctx context.Context) (*engine.Panel, error) {
	plan, err := demo.Load()
	if err != nil {
		return nil, err
	}
	b := trend.NewPanelBuilder(plan.Start, plan.End)
	err = demo.GenerateLabelled(plan, func(r mention.Raw, truth demo.Truth) error {
		if truth.Food {
			b.Add("", r.Channel, mention.DayOf(r.Time), 1)
			for _, id := range truth.Entities {
				b.Add(id, r.Channel, mention.DayOf(r.Time), 1)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("make the demo set: %w", err)
	}
	p, _ := b.Panel(func(string) string { return "food" })
	return p, nil
}

// stdError prints a standard error, or a dash where there is none.
func stdError(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.3f", x)
}

func writeBacktest(w io.Writer, r *backtest.Report) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "figure\tvalue\tstd. error\twanted")
	for _, f := range r.Figures() {
		if !math.IsNaN(f.Value) {
			fmt.Fprintf(tw, "%s\t%.3f\t%s\t%s\n", f.Name, f.Value, stdError(f.SE), f.Wanted)
		}
	}
	fmt.Fprintln(tw, "\nscenario\tworlds\tjudged\tclaims\tfalse\tFDR\tse\tcoverage\tse\tright\tse\tof")
	for _, s := range r.Scenarios {
		fdr, cover, acc := s.SE()
		right := "–"
		if s.Asked > 0 {
			right = fmt.Sprintf("%.3f", s.Accuracy())
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%.3f\t%s\t%.3f\t%s\t%s\t%s\t%d\n", s.Name, s.Worlds, s.Judged, s.Discovered, s.False, s.FDR(), stdError(fdr), s.Coverage(), stdError(cover), right, stdError(acc), s.Asked)
	}
	if len(r.Alerts) > 0 {
		names := backtest.AlertKinds()
		fmt.Fprint(tw, "\nalerts: budget a month\tfalse a month (nothing planted)\tworst world\tbeside events")
		for _, n := range names {
			fmt.Fprintf(tw, "\t%s found (median delay)", n)
		}
		fmt.Fprintln(tw)
		for i := range r.Alerts {
			a := &r.Alerts[i]
			fmt.Fprintf(tw, "%g\t%.2f in %.0f months\t%.1f\t%.2f", a.Budget, a.Null, a.NullMonths, a.WorstWorld, a.FalseMixed)
			for _, n := range names {
				k := a.Planted[n]
				fmt.Fprintf(tw, "\t%d of %d (%.0f d)", k.Found, k.Asked, k.Delay())
			}
			fmt.Fprintln(tw)
		}
	}
	return tw.Flush()
}

// replayCalls is how many claims the text lists.
const replayCalls = 40

// replay judges the stored mentions as of each past week.
func (c *cli) replay(ctx context.Context, weeks int, asJSON bool) error {
	if weeks < 5 || weeks > 150 {
		return usagef("--weeks %d: want 5 to 150", weeks)
	}
	n, err := c.openReader(ctx)
	if err != nil {
		return err
	}
	defer n.close()
	cov, err := n.store.Coverage(ctx)
	if err != nil {
		return err
	}
	data, err := correct(n.store, c.model)
	if err != nil {
		return err
	}
	p, err := trend.ReadPanel(ctx, withSeries{data, n.dir.seriesPath()}, n.names(), metric.Filter{}, cov.Last)
	if err != nil {
		return err
	}
	r, err := backtest.Replay(ctx, p, weeks, func(done, of int) {
		if done%10 == 0 || done == of {
			fmt.Fprintf(c.Err, "antojo: %d of %d weeks judged\n", done, of)
		}
	})
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(c.Out, r)
	}
	tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "%d weeks, %s to %s\n\nverdict\tsaid\tentities\tfour weeks on, at equal volume, against the window it was said of\n", r.Weeks, r.From, r.To)
	for _, v := range r.Verdicts {
		if v.Followed == 0 { // too few mentions, or the weeks after are not known
			fmt.Fprintf(tw, "%s\t%d\t%d\tnothing to compare\n", v.Verdict, v.Said, v.Entities)
			continue
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\tmedian %+.0f %%, middle half %+.0f to %+.0f %%; still there %.0f %%\n", v.Verdict, v.Said, v.Entities, 100*v.Median, 100*v.Q25, 100*v.Q75, 100*v.Held)
	}
	fmt.Fprintf(tw, "\nverdict changes an entity and year\t%.1f\n", r.ChangesPerYear)
	if r.Forecast.Weeks > 0 {
		fmt.Fprintf(tw, "forecast: error over seasonal naive\t%.2f\n80 %% bands held\t%.0f %%\n", r.Forecast.MASE, 100*r.Forecast.Covered[1])
	} else {
		fmt.Fprintln(tw, "forecast\tnot judged: more than a year of weeks before the first forecast is needed")
	}
	if len(r.Calls) > 0 {
		names := n.names()
		fmt.Fprintf(tw, "\nsaid with data up to\twhat\tverdict\tweeks\tchange of the window (95 %% interval)\tnext four weeks against the window\n")
		for _, x := range r.Calls[:min(len(r.Calls), replayCalls)] {
			name, next := x.Entity, "not known"
			if s, _, ok := names.EntityName(x.Entity); ok {
				name = s
			}
			if x.Next != nil {
				next = fmt.Sprintf("%+.0f %%", 100**x.Next)
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%+.0f %% (%+.0f to %+.0f)\t%s\n", x.Week, name, x.Verdict, x.Weeks, 100*x.Growth, 100*x.Interval[0], 100*x.Interval[1], next)
		}
		if more := len(r.Calls) - replayCalls; more > 0 {
			fmt.Fprintf(tw, "and %d earlier ones (--json has all)\n", more)
		}
	}
	return tw.Flush()
}
