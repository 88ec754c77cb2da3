package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
	"antojo/internal/trend/alert"
)

func (d *dataDir) alertsPath() string { return filepath.Join(d.path, "alerts.json") }

// watcher looks for what stands out and keeps it in the book of the data dir.
type watcher struct {
	*alert.Book
	data  withSeries
	names entityNames

	mu   sync.Mutex // one scan at a time
	last *alert.Watch
}

func newWatcher(n *node, data withSeries) (*watcher, error) {
	book, err := alert.OpenBook(n.dir.alertsPath())
	if err != nil {
		return nil, err
	}
	return &watcher{Book: book, data: data, names: n.names()}, nil
}

// scan looks at the days up to the last one with data and returns what is new.
// That day may not have closed: mentions of it may still come.
func (w *watcher) scan(ctx context.Context) ([]alert.Alert, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	cov, err := w.data.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for alerts: %w", err)
	}
	if cov.Mentions == 0 {
		return nil, nil
	}
	to := min(cov.Last, mention.DayOf(time.Now()))
	p, err := trend.ReadPanel(ctx, w.data, w.names, metric.Filter{}, to)
	if err != nil {
		return nil, fmt.Errorf("look for alerts: %w", err)
	}
	w.last = alert.NewWatch(p, alert.Options{To: to, Partial: true})
	return w.judge()
}

func (w *watcher) judge() ([]alert.Alert, error) {
	return w.Update(w.last.Judge(w.Status().Budget), time.Now())
}

// SetBudget implements web.Alerts: the looks of the last scan are judged again.
func (w *watcher) SetBudget(ctx context.Context, perMonth float64) error {
	if err := w.Book.SetBudget(perMonth); err != nil {
		return err
	}
	w.mu.Lock()
	if w.last != nil {
		_, err := w.judge()
		w.mu.Unlock()
		return err
	}
	w.mu.Unlock()
	_, err := w.scan(ctx)
	return err
}

// alertsEvery is how often the store is asked whether an hour has closed or
// another day has come.
const alertsEvery = time.Minute

// watch scans at once and then whenever an hour closes or the data reach another
// day, until ctx ends.
func (n *node) watch(ctx context.Context, w *watcher) {
	tick := time.NewTicker(alertsEvery)
	defer tick.Stop()
	var hour time.Time
	var day mention.Day
	for {
		now := time.Now().Truncate(time.Hour)
		if cov, err := n.store.Coverage(ctx); err == nil && (!now.Equal(hour) || cov.Last != day) {
			fresh, err := w.scan(ctx)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				n.log.Error("alerts could not be computed, will try again", "error", err.Error())
			default:
				hour, day = now, cov.Last
				n.log.Info("looked for alerts", "new", len(fresh))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c *cli) alertsCmd() *cobra.Command {
	var (
		asJSON, all bool
		budget      float64
	)
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "List what stands out against its expectation",
		Long: `Compares each entity, channel and the total, by the day and by the week, with what
their own level, the calendar, the season and the volume of the same channels
give, and lists what stands out. The threshold follows from the number of false
alarms a month that you accept (--budget, kept for later) and from how many series
are looked at. A running server does the same as hours close; see its page /alertas.`,
		Example: "  antojo alerts\n  antojo alerts --budget 2 --json\n  antojo alerts seen 4f2a9c01de\n  antojo alerts snooze 4f2a9c01de --days 14",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("budget") {
				if err := alert.CheckBudget(budget); err != nil {
					return usageError{err}
				}
			}
			return c.withWatcher(cmd.Context(), func(w *watcher) error {
				if cmd.Flags().Changed("budget") {
					if err := w.Book.SetBudget(budget); err != nil {
						return err
					}
				}
				if _, err := w.scan(cmd.Context()); err != nil {
					return err
				}
				st := w.Status()
				if !all {
					today, list := mention.DayOf(time.Now()), []alert.Alert{}
					for _, a := range st.Alerts {
						if a.Active(today) {
							list = append(list, a)
						}
					}
					st.Alerts = list
				}
				if asJSON {
					return writeAlertsJSON(c.Out, st, w.names)
				}
				return writeAlertsText(c.Out, st, w.names)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&all, "all", false, "with those acknowledged and snoozed")
	cmd.Flags().Float64Var(&budget, "budget", alert.DefaultBudget, "false alarms a month that are accepted; kept for later")

	var days int
	seen := &cobra.Command{
		Use: "seen ID…", Short: "Acknowledge alerts", Example: "  antojo alerts seen 4f2a9c01de", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, ids []string) error {
			return c.withBook(ids, func(b *alert.Book, id string) error { return b.Acknowledge(id, true) })
		},
	}
	snooze := &cobra.Command{
		Use: "snooze ID…", Short: "Hide alerts for some days", Example: "  antojo alerts snooze 4f2a9c01de --days 14", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, ids []string) error {
			if days < 1 || days > 366 {
				return usagef("--days %d: want 1 to 366", days)
			}
			until := mention.DayOf(time.Now()) + mention.Day(days)
			return c.withBook(ids, func(b *alert.Book, id string) error { return b.Snooze(id, until) })
		},
	}
	snooze.Flags().IntVar(&days, "days", 7, "for how many days")
	cmd.AddCommand(seen, snooze)
	return cmd
}

// withWatcher opens the store and the book for one command.
func (c *cli) withWatcher(ctx context.Context, f func(*watcher) error) (err error) {
	n, err := c.openReader(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	data, err := correct(n.store, c.model)
	if err != nil {
		return err
	}
	w, err := newWatcher(n, withSeries{data, n.dir.seriesPath()})
	if err != nil {
		return err
	}
	return f(w)
}

// withBook changes alerts by id, without the store.
func (c *cli) withBook(ids []string, f func(*alert.Book, string) error) (err error) {
	dir, err := openDataDir(c.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.close()) }()
	b, err := alert.OpenBook(dir.alertsPath())
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := f(b, id); errors.Is(err, alert.ErrUnknown) {
			return fmt.Errorf("%w in %s; antojo alerts --all lists them with their ids", err, dir.path)
		} else if err != nil {
			return err
		}
	}
	return nil
}

type alertJSON struct {
	ID           string      `json:"id"`
	Scope        alert.Scope `json:"scope"`
	Of           string      `json:"of,omitempty"`
	Name         string      `json:"name"`
	Direction    string      `json:"direction"`
	From         string      `json:"from"`
	To           string      `json:"to"`
	Open         bool        `json:"open"`
	Window       spanJSON    `json:"window"`
	Observed     float64     `json:"observed"`
	Expected     float64     `json:"expected"`
	Interval     [2]float64  `json:"interval"` // 95 % of what is usual
	P            float64     `json:"p"`
	Channel      string      `json:"channel,omitempty"`
	Share        float64     `json:"share,omitempty"`
	Copied       float64     `json:"copied,omitempty"`
	PerAuthor    float64     `json:"per_author,omitempty"`
	Feasts       []string    `json:"feasts,omitempty"`
	Partial      bool        `json:"partial,omitempty"`
	Found        string      `json:"found,omitempty"`
	Acknowledged bool        `json:"acknowledged,omitempty"`
	SnoozedUntil string      `json:"snoozed_until,omitempty"`
}

func alertName(a *alert.Alert, names entityNames) string {
	switch a.Scope {
	case alert.Entity:
		if name, _, ok := names.EntityName(a.Of); ok {
			return name
		}
		return a.Of
	case alert.Channel:
		return "channel " + a.Of
	}
	return "all mentions"
}

func direction(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

func writeAlertsJSON(w io.Writer, st alert.Status, names entityNames) error {
	out := struct {
		Budget    float64     `json:"budget"`
		To        string      `json:"to,omitempty"`
		Series    int         `json:"series"`
		Threshold float64     `json:"threshold"`
		Alerts    []alertJSON `json:"alerts"`
	}{Budget: st.Budget, Series: st.Series, Threshold: st.Threshold, Alerts: []alertJSON{}}
	if st.To != 0 {
		out.To = st.To.String()
	}
	for i := range st.Alerts {
		a := &st.Alerts[i]
		from, to := a.Window()
		j := alertJSON{ID: a.ID, Scope: a.Scope, Of: a.Of, Name: alertName(a, names), Direction: direction(a.Up), From: a.From.String(), To: a.To.String(), Open: a.Open,
			Window: spanJSON{from.String(), to.String()}, Observed: a.Observed, Expected: round(a.Expected), Interval: [2]float64{a.Low, a.High}, P: a.P,
			Channel: a.Part, Share: round(a.Share), Copied: round(a.Copied), PerAuthor: round(a.PerHead), Feasts: a.Feasts, Partial: a.Partial, Found: a.Found, Acknowledged: a.Seen}
		if a.Quiet != 0 {
			j.SnoozedUntil = mention.Day(a.Quiet).String()
		}
		out.Alerts = append(out.Alerts, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func writeAlertsText(w io.Writer, st alert.Status, names entityNames) error {
	if st.To == 0 {
		_, err := fmt.Fprintln(w, "no mentions of food yet: import some")
		return err
	}
	fmt.Fprintf(w, "%d series up to %s; at most %g false alarms a month\n", st.Series, st.To, st.Budget)
	if len(st.Alerts) == 0 {
		_, err := fmt.Fprintln(w, "nothing stands out")
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nid\twhat\tside\tsince\tto\twindow\tmentions\texpected (95 %)\twhy")
	for i := range st.Alerts {
		a := &st.Alerts[i]
		from, to := a.Window()
		span := to.String()
		if from != to {
			span = from.String() + " to " + span
		}
		why := ""
		if a.Part != "" {
			why = fmt.Sprintf("%.0f %% in %s", 100*a.Share, a.Part)
		}
		if a.Copied > .05 {
			why += fmt.Sprintf("; %.0f %% copies", 100*a.Copied)
		}
		if a.PerHead > 0 {
			why += fmt.Sprintf("; %.1f an author", a.PerHead)
		}
		for _, f := range a.Feasts {
			why += "; " + f
		}
		until := a.To.String()
		if a.Open {
			until = "goes on"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%.0f\t%.1f (%.0f to %.0f)\t%s\n", a.ID, alertName(a, names), direction(a.Up), a.From, until, span, a.Observed, a.Expected, a.Low, a.High, why)
	}
	return tw.Flush()
}
