package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/api"
	"antojo/internal/api/token"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/product"
	"antojo/internal/connector/file"
	"antojo/internal/infer"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/pipeline"
	"antojo/internal/registry"
	"antojo/internal/trend/series"
	"antojo/internal/web"
)

// apiFlags are the settings of the API that serve takes.
type apiFlags struct {
	anonymous string
	rate      float64
	origins   []string
	hosts     []string
}

func (f *apiFlags) add(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&f.anonymous, "api-anonymous", string(api.AnonymousLoopback), "what the API allows without a token: loopback (read from this machine), read (read from anywhere) or none")
	fs.Float64Var(&f.rate, "api-rate", api.DefaultRate, "requests a second for each token or address; 0 = no limit")
	fs.StringSliceVar(&f.origins, "cors-origin", nil, "origin whose pages may call the API from a browser, such as https://example.org; * = any")
	fs.StringSliceVar(&f.hosts, "host", nil, "name under which the server may be reached, beside localhost and addresses")
}

// check reports the first setting that has no meaning.
func (f *apiFlags) check() error {
	switch api.Anonymous(f.anonymous) {
	case "", api.AnonymousLoopback, api.AnonymousNone, api.AnonymousRead:
	default:
		return usagef("--api-anonymous %q: want loopback, read or none", f.anonymous)
	}
	if f.rate < 0 || math.IsNaN(f.rate) {
		return usagef("--api-rate %g: want 0 (no limit) or more", f.rate)
	}
	for i, o := range f.origins {
		if o == "*" {
			continue
		}
		u, err := url.Parse(o)
		if err != nil || u.Scheme == "" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			return usagef("--cors-origin %q: want scheme and host, such as https://example.org", o)
		}
		f.origins[i] = u.Scheme + "://" + u.Host
	}
	for i, h := range f.hosts {
		f.hosts[i] = strings.ToLower(h)
	}
	return nil
}

// options are what the API has in common wherever it is served.
func (c *cli) apiOptions(log *node) api.Options {
	o := api.Options{Version: c.version, Logger: c.logger(), Tokens: &token.File{Path: c.tokensPath()},
		Anonymous: api.Anonymous(c.api.anonymous), Rate: c.api.rate, Origins: c.api.origins, Hosts: c.api.hosts}
	if log != nil {
		o.Logger = log.log
	}
	if c.apiUnlimited() {
		o.Rate = -1
	}
	return o
}

// apiUnlimited: 0 on the command line means no limit; a command without the flag
// (demo) leaves everything empty and takes the defaults.
func (c *cli) apiUnlimited() bool { return c.api.anonymous != "" && c.api.rate == 0 }

func (c *cli) tokensPath() string { return filepath.Join(c.data, "tokens.json") }

// newAPI wires the API to a running node and to what the pages remember.
func (c *cli) newAPI(n *node, data corrected, pages *web.Server, alerts api.Alerts, asks *questions) (*api.Server, error) {
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return nil, err
	}
	o := c.apiOptions(n)
	o.Data = remembered{data, pages}
	o.Rank = pages.Rank
	o.Runs = n.store
	o.Lexicon = n.words
	o.Alerts = alerts
	o.Import = apiImporter{n}
	o.State = n.bus
	o.Series = series.File{Path: n.dir.seriesPath()}
	if n.analyst != nil {
		o.SQL = n.analyst
	}
	o.Ask = asks.answer
	o.Briefs = briefWriter{n, data, cat}.write
	o.Ideas = briefWriter{n, data, cat}.ideas
	o.Models = func(context.Context) ([]api.Model, error) { return c.apiModels(n.encoder.Info()) }
	o.CheckLexicon = n.checkLexicon
	o.Annotator, o.Encoder = n.annotator, n.encoder
	return api.New(o)
}

// remembered is the store as the API asks it: figures come from where the pages
// have theirs.
type remembered struct {
	corrected
	pages *web.Server
}

// Query implements api.Data.
func (r remembered) Query(ctx context.Context, q metric.Query) (metric.Result, error) {
	return r.pages.Query(ctx, q)
}

// apiImporter takes the uploads of the API into the same path as those of the pages.
type apiImporter struct{ *node }

func (n apiImporter) open(ctx context.Context, u api.Upload) (*file.Source, error) {
	return file.Open(ctx, u.Name, u.Reader(), file.Options{Source: u.Source, Channel: u.Channel})
}

// Check implements api.Importer.
func (n apiImporter) Check(ctx context.Context, u api.Upload) error {
	src, err := n.open(ctx, u)
	if err != nil {
		return err
	}
	return src.Close()
}

// Import implements api.Importer.
func (n apiImporter) Import(ctx context.Context, u api.Upload) (mention.Run, error) {
	src, err := n.open(ctx, u)
	if err != nil {
		return mention.Run{}, err
	}
	defer src.Close()
	rep, err := n.importRun(ctx, src, u.ID, func(pipeline.Progress) {})
	return rep.Run, err
}

// briefWriter writes briefs by rules.
type briefWriter struct {
	n    *node
	data corrected
	cat  *locale.Catalog
}

func (b briefWriter) write(ctx context.Context, period, lang, format string) ([]byte, error) {
	cov, err := b.n.store.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	o, err := fact.ChooseWeek(cov, period, 28)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, api.ErrInput)
	}
	t, err := b.n.facts(ctx, b.data, o)
	if err != nil {
		return nil, err
	}
	w, err := brief.Weekly(ctx, t, brief.Options{Lang: lang, Numbers: b.cat.For(lang)})
	if err != nil {
		return nil, err
	}
	write := map[string]func(io.Writer, fill.Numbers) error{"json": w.JSON, "md": w.Markdown, "html": w.HTML}[format]
	if write == nil {
		return nil, fmt.Errorf("format %q: want json, md or html: %w", format, api.ErrInput)
	}
	var out bytes.Buffer
	if err := write(&out, b.cat.For(lang)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ideas implements api.Ideas.
func (b briefWriter) ideas(ctx context.Context, q api.IdeasRequest) ([]byte, error) {
	r := product.Request{Product: product.Studio, Lang: q.Lang, Period: q.Period, Kind: q.Kind, Tone: q.Tone, Channel: q.Channel, Feast: q.Feast}
	if q.Entity != "" {
		r.Entities = []string{q.Entity}
	}
	d, err := maker(b.n, b.n.sources(b.data), b.cat).Make(ctx, r)
	if errors.Is(err, product.ErrInput) || errors.Is(err, product.ErrNoData) {
		return nil, fmt.Errorf("%w: %w", err, api.ErrInput)
	}
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = d.JSON(&out)
	return out.Bytes(), err
}

// apiModels lists the built-in model and those of the data dir; inUse reads now.
func (c *cli) apiModels(inUse infer.Info) ([]api.Model, error) {
	es, err := c.registry().List()
	if err != nil {
		return nil, err
	}
	chosen := registry.Builtin
	for _, e := range es {
		if e.Default {
			chosen = e.ID
		}
	}
	one := func(id, dir string, bytes int64) (m api.Model, err error) {
		m = api.Model{ID: id, Name: id, Chosen: id == chosen, Bytes: bytes}
		b, err := readModelFile(dir, "config.json")
		if err != nil {
			return m, fmt.Errorf("read model %s: %w", id, err)
		}
		var conf struct {
			Type   string `json:"model_type"`
			Antojo struct {
				Name    string `json:"name"`
				Version string `json:"version"`
			} `json:"antojo"`
		}
		if err := json.Unmarshal(b, &conf); err != nil {
			return m, fmt.Errorf("read model %s: %w", id, err)
		}
		m.Type, m.Version = conf.Type, conf.Antojo.Version
		if conf.Antojo.Name != "" {
			m.Name = conf.Antojo.Name
		}
		if m.InUse = inUse.Name == m.Name && inUse.Version == m.Version; m.InUse {
			m.Precision, m.Absent = inUse.Precision, inUse.Absent
		}
		if b, err := readModelFile(dir, "metrics.json"); err == nil && json.Valid(b) {
			m.Card = api.Any(b)
		}
		return m, nil
	}
	b, err := readModelFile("", "model.onnx")
	if err != nil {
		return nil, err
	}
	first, err := one(registry.Builtin, "", int64(len(b)))
	if err != nil {
		return nil, err
	}
	out := []api.Model{first}
	for _, e := range es {
		m, err := one(e.ID, e.Dir, e.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// checkLexicon lays a table over the lexicon in use, without writing anything.
func (n *node) checkLexicon(table io.Reader) (api.LexiconReport, error) {
	rep := api.LexiconReport{Problems: []api.LexiconProblem{}}
	old := map[lexicon.Problem]bool{}
	now := n.words.Current()
	for _, p := range lexicon.Lint(now) {
		old[p] = true
	}
	lx, changes, err := now.Overlay("body", table)
	if err != nil {
		return rep, err
	}
	for _, ch := range changes {
		switch ch.Action {
		case "add":
			rep.Add++
		case "merge":
			rep.Merge++
		case "disable":
			rep.Disable++
		}
	}
	for _, p := range lexicon.Lint(lx) {
		if !old[p] {
			rep.Problems = append(rep.Problems, api.LexiconProblem{Entity: p.Entity, What: p.What})
		}
	}
	return rep, nil
}
