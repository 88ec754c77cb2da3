package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"antojo/assets"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/lifecycle"
	"antojo/internal/brief/product"
	"antojo/internal/brief/report"
	"antojo/internal/brief/studio"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/trend"
	"antojo/internal/trend/alert"
	"antojo/internal/web"
)

// productFlags choose a product of the brief writer.
type productFlags struct {
	product, tone, channel string
	kind, feast            string
	entities               []string
	ahead                  int
}

func (p *productFlags) add(f *pflag.FlagSet) {
	f.StringVar(&p.product, "product", product.Weekly, strings.Join(product.All, ", "))
	f.StringSliceVar(&p.entities, "entity", nil, "lexicon ids: one for a dossier or a studio, two to six for a comparison")
	f.StringVar(&p.kind, "kind", "", "of a studio: "+strings.Join(studio.Kinds, ", ")+" (default: all)")
	f.StringVar(&p.feast, "feast", "", "of a studio: ideas for one feast: "+strings.Join(fact.FeastIDs(), ", "))
	f.StringVar(&p.tone, "tone", studio.Tones[0], "of a studio: "+strings.Join(studio.Tones, ", "))
	f.StringVar(&p.channel, "channel", studio.Channels[0], "of a studio: "+strings.Join(studio.Channels, ", "))
	f.IntVar(&p.ahead, "ahead", 45, "of a studio: days of the calendar ahead")
}

func (p productFlags) request(lang, period string) product.Request {
	return product.Request{Product: p.product, Lang: lang, Period: period, Entities: p.entities, Kind: p.kind, Tone: p.tone, Channel: p.channel, Feast: p.feast, Ahead: p.ahead}
}

// printers write a document by the name of its format.
func printers(d *report.Document) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{"md": d.Markdown, "html": d.HTML, "email": d.Email, "json": d.JSON, "pdf": d.PDF}
}

// product writes one product to the output.
func (c *cli) product(ctx context.Context, r product.Request, format, window string, llm llmFlags) error {
	if _, ok := printers(&report.Document{})[format]; !ok {
		return usagef("--format %q: want html, md, json, email or pdf", format)
	}
	var err error
	if r.Days, err = parseDays(window); err != nil {
		return usageError{err}
	}
	if err := r.Check(); err != nil {
		return usageError{errors.New(strings.TrimPrefix(err.Error(), product.ErrInput.Error()+": "))}
	}
	w, err := llm.writer(c.data)
	if err != nil {
		return usageError{err}
	}
	n, err := c.openReader(ctx)
	if err != nil {
		return err
	}
	defer n.close()
	data, err := correct(n.store, c.model)
	if err != nil {
		return err
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return err
	}
	m := maker(n, n.sources(data), cat)
	m.Writer, m.Deadline = w, llm.deadline
	if r.Product == product.Alerts {
		book, err := alert.OpenBook(n.dir.alertsPath())
		if err != nil {
			return err
		}
		m.Alerts = func() []alert.Alert { return book.Status().Alerts }
	}
	d, err := m.Make(ctx, r)
	switch {
	case errors.Is(err, product.ErrNoData):
		return fmt.Errorf("no mentions in %s yet: import a file (antojo import FILE) or try the demo (antojo demo)", n.dir.path)
	case errors.Is(err, fact.ErrUnknownEntity):
		return usagef("%s: antojo query --by entity lists what is mentioned", strings.TrimPrefix(err.Error(), product.ErrInput.Error()+": "))
	case errors.Is(err, product.ErrInput):
		return usageError{errors.New(strings.TrimPrefix(err.Error(), product.ErrInput.Error()+": "))}
	case err != nil:
		return err
	}
	return printers(d)[format](c.Out)
}

func maker(n *node, s fact.Sources, cat *locale.Catalog) product.Maker {
	return product.Maker{Facts: s, Numbers: func(lang string) fill.Numbers { return cat.For(lang) },
		Provenance: func(ctx context.Context, r product.Request) ([]string, error) {
			var models []string
			_, err := n.store.ModelDays(ctx, 0, func(model string, _ mention.Day) {
				if !slices.Contains(models, model) {
					models = append(models, model)
				}
			})
			if err != nil {
				return nil, err
			}
			slices.Sort(models)
			p := cat.For(r.Lang)
			q := url.Values{"product": {r.Product}, "lang": {r.Lang}}
			asked := map[string]string{"period": r.Period, "entity": strings.Join(r.Entities, ",")}
			if r.Product == product.Studio {
				asked["kind"], asked["tone"], asked["channel"], asked["feast"] = r.Kind, r.Tone, r.Channel, r.Feast
			}
			for k, v := range asked {
				if v != "" {
					q.Set(k, v)
				}
			}
			return []string{p.T("export.query") + ": " + q.Encode(), p.T("export.made") + ": " + time.Now().In(mention.Lima).Format(time.DateOnly) + " · Antojo",
				p.T("export.models") + ": " + strings.Join(models, ", "), p.T("export.remark.licence")}, nil
		}}
}

// reports implements web.Reports: it ranks and counts as the pages do, from what
// they remember, so that a report and a page cannot disagree.
type reports struct {
	n      *node
	alerts *watcher
	mu     sync.Mutex
	pages  *web.Server   // set once the pages are there
	set    lifecycle.Set // approved briefs
	cat    *locale.Catalog
}

// attach hands the pages over; before, no report can be asked for.
func (r *reports) attach(pages *web.Server) error {
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pages, r.cat = pages, cat
	return nil
}

func (r *reports) sources(pages *web.Server) fact.Sources {
	return fact.Sources{Query: pages, Rank: pageRanker{pages}, Read: r.n.store, Lexicon: r.n.names()}
}

// Report implements web.Reports.
func (r *reports) Report(ctx context.Context, q web.ReportRequest) (web.Report, error) {
	r.mu.Lock()
	pages, cat := r.pages, r.cat
	r.mu.Unlock()
	if pages == nil {
		return web.Report{}, errors.New("reports: the server is not ready")
	}
	m := maker(r.n, r.sources(pages), cat)
	m.Alerts = func() []alert.Alert { return r.alerts.Status().Alerts }
	d, err := m.Make(ctx, product.Request{Product: q.Product, Lang: q.Lang, Period: q.Period, Entities: q.Entities, Kind: q.Kind, Tone: q.Tone, Channel: q.Channel, Feast: q.Feast})
	if errors.Is(err, product.ErrInput) || errors.Is(err, product.ErrNoData) {
		return web.Report{}, fmt.Errorf("%w: %w", web.ErrReportInput, err)
	}
	if err != nil {
		return web.Report{}, err
	}
	out := web.Report{Title: d.Title, Kicker: d.Kicker}
	if q.Format == "" {
		out.Body, err = d.Fragment()
		return out, err
	}
	write := printers(d)[q.Format]
	if write == nil {
		return out, fmt.Errorf("%w: format %q", web.ErrReportInput, q.Format)
	}
	var b bytes.Buffer
	err = write(&b)
	out.Data = b.Bytes()
	return out, err
}

// pageRanker implements fact.Ranker by what the pages remember.
type pageRanker struct{ pages *web.Server }

// Rank implements fact.Ranker.
func (p pageRanker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	f.From, f.To, f.Window = to-mention.Day(days)+1, to, ""
	return p.pages.Rank(ctx, f)
}

// dataRanker implements fact.Ranker over corrected figures, for a command.
type dataRanker struct {
	n    *node
	data corrected
}

// Rank implements fact.Ranker.
func (r dataRanker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	return trend.Rank(ctx, withSeries{r.data, r.n.dir.seriesPath()}, r.n.names(), trend.Options{Filter: f, To: to, Days: days})
}
