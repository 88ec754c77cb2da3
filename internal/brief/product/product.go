// Package product makes the products of the brief writer: the weekly brief, the
// monthly report, the dossier of an entity, the comparison of several, the text of
// alerts and the content studio. Each is computed as a fact table first, told by
// an outline whose every sentence is checked, and handed on as a report.Document.
//
// Read next: monthly.go, entity.go (dossier and comparison), alerts.go, studio.go.
package product

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/report"
	"antojo/internal/brief/studio"
	"antojo/internal/mention"
	"antojo/internal/trend/alert"
)

// The products.
const (
	Weekly     = "weekly"
	Monthly    = "monthly"
	Dossier    = "dossier"
	Comparison = "comparison"
	Alerts     = "alert"
	Studio     = "studio"
)

// All lists the products in the order in which they are offered.
var All = []string{Weekly, Monthly, Dossier, Comparison, Alerts, Studio}

// ErrInput is wrapped by errors that the one who asks can mend.
var ErrInput = errors.New("input")

// ErrNoData says that there are no mentions to speak of.
var ErrNoData = errors.New("there are no mentions yet: import some first")

// Request is what a reader asks for. Fields that a product does not use are ignored.
type Request struct {
	Product  string
	Lang     string   // es (default) or en
	Period   string   // ISO week, of a monthly report a month; "" = the last whole one
	Days     int      // of the window that trends judge; default 28
	Entities []string // of a dossier one, of a comparison two to six; of a studio none or one
	Kind     string   // of a studio: one of studio.Kinds; "" = all
	Tone     string   // of a studio: studio.Tones
	Channel  string   // of a studio: studio.Channels
	Feast    string   // of a studio: ideas for this feast, an id of the calendar; "" = for none above others
	Ahead    int      // of a studio: days of the calendar ahead that are looked at; default 45
}

// Maker makes products.
type Maker struct {
	Facts    fact.Sources
	Numbers  func(lang string) fill.Numbers
	Alerts   func() []alert.Alert // newest first; nil = none are kept
	Writer   brief.Writer         // nil: the deterministic one
	Deadline time.Duration
	// Provenance says for a PDF, which travels alone, how it was asked for, when and by
	// what it was made, and what may be done with it. nil: the PDF does not say.
	Provenance func(ctx context.Context, r Request) ([]string, error)
}

// Check says what is wrong with a request, wrapping ErrInput. It reads no data.
func (r Request) Check() error {
	bad := func(format string, a ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrInput}, a...)...)
	}
	switch {
	case !slices.Contains(All, r.Product):
		return bad("product %q: want one of %s", r.Product, strings.Join(All, ", "))
	case r.Lang != "" && r.Lang != "es" && r.Lang != "en":
		return bad("lang %q: want es or en", r.Lang)
	case r.Product == Dossier && len(r.Entities) != 1:
		return bad("a dossier is about one entity, not %d", len(r.Entities))
	case r.Product == Comparison && (len(r.Entities) < fact.LeastCompared || len(r.Entities) > fact.MostCompared):
		return bad("a comparison takes %d to %d entities, not %d", fact.LeastCompared, fact.MostCompared, len(r.Entities))
	case r.Product == Comparison && twice(r.Entities) != "":
		return bad("entity %q is named twice", twice(r.Entities))
	case r.Product == Studio && len(r.Entities) > 1:
		return bad("the studio takes at most one entity, not %d", len(r.Entities))
	case r.Days < 0 || r.Days > 366:
		return bad("%d days: want 7 to 366", r.Days)
	case r.Ahead < 0 || r.Ahead > 366:
		return bad("%d days ahead: want 1 to 366", r.Ahead)
	}
	if r.Product == Studio {
		if r.Tone != "" && !slices.Contains(studio.Tones, r.Tone) {
			return bad("tone %q: want one of %s", r.Tone, strings.Join(studio.Tones, ", "))
		}
		if r.Kind != "" && !slices.Contains(studio.Kinds, r.Kind) {
			return bad("kind %q: want one of %s", r.Kind, strings.Join(studio.Kinds, ", "))
		}
		if r.Feast != "" && !slices.Contains(fact.FeastIDs(), r.Feast) {
			return bad("feast %q: want one of %s", r.Feast, strings.Join(fact.FeastIDs(), ", "))
		}
		if r.Channel != "" && !slices.Contains(studio.Channels, r.Channel) {
			return bad("channel %q: want one of %s", r.Channel, strings.Join(studio.Channels, ", "))
		}
	}
	if r.Period != "" {
		parse := fact.ParsePeriod
		if r.Product == Monthly {
			parse = fact.ParseMonth
		}
		if _, err := parse(r.Period); err != nil {
			return bad("%w", err)
		}
	}
	return nil
}

// twice is the first name that comes again, "" if none does.
func twice(list []string) string {
	for i, x := range list {
		if slices.Contains(list[:i], x) {
			return x
		}
	}
	return ""
}

// Make makes a product.
func (m Maker) Make(ctx context.Context, r Request) (*report.Document, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if r.Lang == "" {
		r.Lang = "es"
	}
	if r.Days == 0 {
		r.Days = 28
	}
	if r.Ahead == 0 {
		r.Ahead = 45
	}
	cov, err := m.Facts.Read.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", r.Product, err)
	}
	parse, whole := fact.ParsePeriod, fact.PeriodOf
	if r.Product == Monthly {
		parse, whole = fact.ParseMonth, fact.MonthOf
	}
	o, err := fact.Choose(cov, r.Period, r.Days, parse, whole)
	switch {
	case errors.Is(err, fact.ErrEmpty):
		return nil, ErrNoData
	case err != nil && (r.Product != Alerts || o.Week == fact.Span{}): // alerts may be of days without mentions
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	d, err := job{Maker: m, ctx: ctx, r: r, o: o, last: cov.Last}.make()
	if err != nil || m.Provenance == nil {
		return d, err
	}
	if r.Product == Weekly || r.Product == Monthly {
		r.Period = d.Period
	}
	if d.Provenance, err = m.Provenance(ctx, r); err != nil {
		return nil, fmt.Errorf("report %s: %w", r.Product, err)
	}
	return d, nil
}

func (j job) make() (*report.Document, error) {
	switch j.r.Product {
	case Weekly:
		return j.weekly()
	case Monthly:
		return j.monthly()
	case Dossier:
		return j.dossier()
	case Comparison:
		return j.comparison()
	case Alerts:
		return j.alerts()
	}
	return j.studio()
}

// job is one product being made.
type job struct {
	Maker
	ctx  context.Context
	r    Request
	o    fact.Options
	last mention.Day
}

func (j job) word(key string) string { return word(j.r.Lang, key) }

func (j job) numbers() fill.Numbers { return j.Numbers(j.r.Lang) }

func (j job) filler(t *fact.Table) fill.Filler {
	return fill.Filler{Table: t, Lang: j.r.Lang, Numbers: j.numbers()}
}

// write composes the items of a table and begins the document.
func (j job) write(t *fact.Table, items []outline.Item) (*report.Document, error) {
	b, err := brief.Compose(j.ctx, t, items, brief.Options{Lang: j.r.Lang, Numbers: j.numbers(), Writer: j.Writer, Deadline: j.Deadline})
	if err != nil {
		return nil, err
	}
	d := &report.Document{Product: j.r.Product, Lang: j.r.Lang, Period: t.Period, Synthetic: t.Synthetic, Brief: b, Numbers: j.numbers(), Title: b.Title(),
		Kicker: j.word("kicker."+j.r.Product) + " · " + t.Period}
	d.Parts = report.FromBrief(b, func(key string) string {
		if own := j.word("part." + j.r.Product + "." + key); own != "" {
			return own
		}
		return j.word("part." + key)
	})
	d.Notes = b.Notes(j.numbers())
	return d, nil
}

// weekly is the one-page brief.
func (j job) weekly() (*report.Document, error) {
	t, err := fact.Build(j.ctx, j.Facts, j.o)
	if err != nil {
		return nil, err
	}
	return j.write(t, outline.Weekly(t))
}

// asInput marks the mistakes of the one who asks.
func asInput(err error) error {
	if errors.Is(err, fact.ErrUnknownEntity) {
		return fmt.Errorf("%w: %w", ErrInput, err)
	}
	return err
}
