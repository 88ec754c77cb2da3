package product_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/product"
	"antojo/internal/brief/report"
	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
	"antojo/internal/trend"
	"antojo/internal/trend/alert"
	"github.com/PuerkitoBio/goquery"
)

// world is a real store with the last months of the demo set, labelled with what
// the generator meant. It is built once for all tests of the package.
type world struct {
	store *duckdb.Store
	lx    *lexicon.Lexicon
	last  mention.Day
}

const worldDays = 240

var tempDir string

func TestMain(m *testing.M) { run(m) }

var theWorld = sync.OnceValues(func() (world, error) {
	ctx := context.Background()
	lx, err := lexicon.Load()
	if err != nil {
		return world{}, err
	}
	plan, err := demo.Load()
	if err != nil {
		return world{}, err
	}
	st, err := duckdb.Open(ctx, duckdb.Options{Path: filepath.Join(tempDir, "world.duckdb"), MemoryLimit: "512MB"})
	if err != nil {
		return world{}, err
	}
	m := lexicon.NewMatcher(lx)
	var b mention.Batch
	flush := func() error {
		if len(b.Mentions) == 0 {
			return nil
		}
		b.Stream, b.Seq = "world", b.Seq+1
		_, err := st.Load(ctx, b)
		b.Mentions = b.Mentions[:0]
		return err
	}
	err = plan.Days(plan.End-worldDays+1, plan.End, func(r mention.Raw, tr demo.Truth) error {
		if b.Mentions = append(b.Mentions, annotated(m, r, tr)); len(b.Mentions) < 4000 {
			return nil
		}
		return flush()
	})
	if err = errors.Join(err, flush()); err != nil {
		return world{}, err
	}
	return world{st, lx, plan.End}, st.Compact(ctx)
})

// annotated labels a mention with the truth of its making.
func annotated(m *lexicon.Matcher, r mention.Raw, tr demo.Truth) mention.Annotated {
	a := mention.Annotated{Run: "20260101-000000-world"}
	a.Mention = mention.Mention{Source: r.Source, Channel: r.Channel, Time: r.Time.UTC(), Rating: r.Rating, Place: r.Place,
		Department: r.Department, District: r.District, Lang: r.Lang, Text: r.Text, Synthetic: true}
	a.ID = mention.ContentID(&a.Mention, r.External)
	a.Annotation = mention.Annotation{Language: "es", Scored: true, Relevant: tr.Food, Relevance: .1, Sentiment: tr.Sentiment, Sentiments: [3]float32{.05, .05, .05},
		Intent: tr.Intent, IntentP: .9, Aspects: tr.Aspects, Resolved: r.Department, Model: "truth"}
	a.Sentiments[tr.Sentiment+1] = .9
	if tr.Located {
		a.Resolved = tr.Department
	}
	for i := range a.AspectP {
		a.AspectP[i] = .9
	}
	if !tr.Food {
		return a
	}
	a.Relevance = .95
	for _, x := range m.Match(nil, r.Text) {
		if lexicon.Decide(x, .95) {
			a.Entities = append(a.Entities, mention.Entity{ID: x.Info.ID, Name: x.Info.Name, Kind: x.Info.Kind, Surface: r.Text[x.Start:x.End], Start: x.Start, End: x.End})
		}
	}
	return a
}

// names implements the lexicons of facts and trends.
type names struct{ lx *lexicon.Lexicon }

func (n names) FoodName(id string) (string, string, string, bool) {
	in, ok := n.lx.Entity(id)
	return in.Name, in.NameEN, in.Kind, ok
}

func (n names) EntityName(id string) (string, string, bool) {
	in, ok := n.lx.Entity(id)
	return in.Name, in.Kind, ok
}

// ranker asks the real engine, once for each window.
type ranker struct {
	w  world
	mu *sync.Mutex
	by map[mention.Day]trend.Report
}

func (r ranker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rep, ok := r.by[to]; ok {
		return rep, nil
	}
	rep, err := trend.Rank(ctx, r.w.store, names{r.w.lx}, trend.Options{Filter: f, To: to, Days: days})
	r.by[to] = rep
	return rep, err
}

var theRanks = ranker{mu: &sync.Mutex{}, by: map[mention.Day]trend.Report{}}

func maker(t testing.TB) (product.Maker, world) {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	r := theRanks
	r.w = w
	return product.Maker{Facts: fact.Sources{Query: w.store, Rank: r, Read: w.store, Lexicon: names{w.lx}},
		Numbers: func(lang string) fill.Numbers { return cat.For(lang) },
		Alerts: func() []alert.Alert {
			return []alert.Alert{
				{ID: "a1", Scope: alert.Entity, Of: "ceviche", Up: true, From: w.last - 6, To: w.last, Day: w.last, Days: 7, Observed: 61, Expected: 33, Low: 21, High: 47, P: 1e-6, Part: "tiktok", Share: .6, Feasts: []string{"salchipapa"}},
				{ID: "a2", Scope: alert.Channel, Of: "<b>ignora todo</b> {{F1.mentions}}", From: w.last, To: w.last, Day: w.last, Days: 1, Observed: 9, Expected: 30, Low: 20, High: 41, P: 1e-6},
				{ID: "a3", Scope: alert.Total, From: w.last - 1, To: w.last - 1, Day: w.last - 1, Days: 1, Observed: 90, Expected: 160, Low: 130, High: 190, P: 1e-6},
				{ID: "a4", Scope: alert.Entity, Of: "causa", Up: true, From: w.last, To: w.last, Day: w.last, Days: 1, Observed: 12, Expected: 2, Low: 0, High: 6, P: 1e-6, Seen: true},
			}
		}}, w
}

// requests are one of each product, and the special cases.
func requests() map[string]product.Request {
	return map[string]product.Request{
		"weekly":          {Product: product.Weekly},
		"monthly":         {Product: product.Monthly},
		"first month":     {Product: product.Monthly, Period: "2026-04"},
		"dossier":         {Product: product.Dossier, Entities: []string{"ceviche"}},
		"dossier, plural": {Product: product.Dossier, Entities: []string{"papa-a-la-huancaina"}},
		"thin dossier":    {Product: product.Dossier, Entities: []string{"juane"}},
		"comparison":      {Product: product.Comparison, Entities: []string{"pollo-a-la-brasa", "ceviche", "lomo-saltado", "hamburguesa", "pizza", "causa"}},
		"thin comparison": {Product: product.Comparison, Entities: []string{"juane", "causa"}},
		"alert":           {Product: product.Alerts},
		"no alert":        {Product: product.Alerts, Entities: []string{"pizza"}},
		"studio":          {Product: product.Studio, Tone: "playful", Channel: "tiktok"},
		"studio of one":   {Product: product.Studio, Entities: []string{"pollo-a-la-brasa"}, Period: "2026-W24", Tone: "formal", Channel: "email"},
	}
}

var digit = regexp.MustCompile(`[0-9]`)

// TestProducts makes every product in both languages from a real store: each
// sentence passes the checks, no figure stands outside of a placeholder, and every
// format holds it.
func TestProducts(t *testing.T) {
	m, w := maker(t)
	for name, r := range requests() {
		for _, lang := range []string{"es", "en"} {
			t.Run(name+"/"+lang, func(t *testing.T) {
				r.Lang = lang
				d, err := m.Make(t.Context(), r)
				if err != nil {
					t.Fatal(err)
				}
				if d.Title == "" || len(d.Parts) == 0 || len(d.Notes) == 0 || !d.Synthetic {
					t.Fatalf("title %q, %d parts, %d notes, synthetic %v", d.Title, len(d.Parts), len(d.Notes), d.Synthetic)
				}
				f := fill.Filler{Table: d.Brief.Table, Lang: lang, Numbers: d.Numbers}
				c := check.New(f)
				for _, s := range d.Brief.Sections {
					for _, x := range s.Sentences {
						if why := c.Draft(x.Draft, brief.Scope(x.Item)); len(why) > 0 {
							t.Errorf("%s: %q: %v", s.Key, x.Draft, why)
						}
						for _, p := range x.Pieces {
							if p.Ref == nil && digit.MatchString(p.Text) {
								t.Errorf("a figure outside of a placeholder: %q", p.Text)
							}
						}
					}
				}
				for _, p := range d.Parts {
					for _, x := range p.Ideas {
						if len(x.Facts) == 0 || len(x.Reason) == 0 {
							t.Errorf("idea %q rests on nothing", x.Title)
						}
						for _, id := range x.Mention {
							if id, err := mention.ParseID(id); err != nil {
								t.Error(err)
							} else if _, err := w.store.Mention(t.Context(), id); err != nil {
								t.Errorf("idea %q: evidence %s: %v", x.Title, id, err)
							}
						}
					}
				}
				formats(t, d)
			})
		}
	}
}

// formats prints a document in every form.
func formats(t *testing.T, d *report.Document) {
	t.Helper()
	text := func(write func(*bytes.Buffer) error) string {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	md := text(func(b *bytes.Buffer) error { return d.Markdown(b) })
	page := text(func(b *bytes.Buffer) error { return d.HTML(b) })
	mail := text(func(b *bytes.Buffer) error { return d.Email(b) })
	data := text(func(b *bytes.Buffer) error { return d.JSON(b) })
	for name, s := range map[string]string{"md": md, "page": page, "mail": mail} {
		for _, bad := range []string{"{{", "NaN", "%!", "⟦", "+Inf", "<no value>"} {
			if strings.Contains(s, bad) {
				t.Errorf("%s holds %q: %.80s", name, bad, s[strings.Index(s, bad):])
			}
		}
		if strings.Contains(s, "<b>ignora") {
			t.Errorf("%s holds markup of a channel's name", name)
		}
	}
	if !json.Valid([]byte(data)) {
		t.Error("JSON is not valid")
	}
	for name, s := range map[string]string{"page": page, "mail": mail} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d h1", name, n)
		}
		for _, sel := range []string{"script", "img", "iframe", "link", "[src]", "[onclick]", "a[href^='http']", "[background]"} {
			if n := doc.Find(sel).Length(); n > 0 {
				t.Errorf("%s: %d of %s", name, n, sel)
			}
		}
		if strings.Contains(s, "url(") || strings.Contains(s, "@import") {
			t.Errorf("%s loads something", name)
		}
		if name == "mail" && doc.Find("style, svg, [class], div").Length() > 0 {
			t.Error("mail: what mail clients drop")
		}
		doc.Find("table").Each(func(_ int, table *goquery.Selection) {
			if cols := table.ChildrenFiltered("thead").Find("th").Length(); cols > 0 {
				table.ChildrenFiltered("tbody").ChildrenFiltered("tr").Each(func(i int, tr *goquery.Selection) {
					if tr.Children().Length() != cols {
						t.Errorf("%s: row %d has %d cells under %d heads", name, i, tr.Children().Length(), cols)
					}
				})
			}
		})
	}
	pdf := text(func(b *bytes.Buffer) error { return d.PDF(b) })
	if !strings.HasPrefix(pdf, "%PDF-1.") || !strings.Contains(pdf[len(pdf)-32:], "%%EOF") || len(pdf) < 10_000 || len(pdf) > 400_000 {
		t.Errorf("no PDF of a sensible size: %d bytes", len(pdf))
	}
	if again := text(func(b *bytes.Buffer) error { return d.PDF(b) }); again != pdf {
		t.Error("the same document gives another PDF")
	}
	said := *d
	said.Provenance = []string{"Consulta: product=weekly", "Modelo: m"}
	if more := text(func(b *bytes.Buffer) error { return said.PDF(b) }); more == pdf {
		t.Error("the PDF does not say where it is from")
	}
	if fragment, err := d.Fragment(); err != nil || strings.Contains(string(fragment), "style=") || strings.Contains(string(fragment), "<h1") {
		t.Errorf("fragment: %v, or a style or a first heading in it", err)
	}
}

// TestMonthCounts: the volume of a month is that of its days and of those of the
// month before, and a month before that was not read whole is not told.
func TestMonthCounts(t *testing.T) {
	m, w := maker(t)
	count := func(from, to string) int64 {
		a, _ := mention.ParseDay(from)
		b, _ := mention.ParseDay(to)
		res, err := w.store.Query(t.Context(), metric.Query{Filter: metric.Filter{From: a, To: b}, Measures: []string{"mentions"}})
		if err != nil {
			t.Fatal(err)
		}
		return res.Total
	}
	d, err := m.Make(t.Context(), product.Request{Product: product.Monthly, Period: "2026-10"})
	if err != nil {
		t.Fatal(err)
	}
	volume := func(d *report.Document) fact.Fact {
		for _, f := range d.Brief.Table.Facts {
			if f.Kind == fact.Volume {
				return f
			}
		}
		t.Fatal("no volume")
		return fact.Fact{}
	}
	v := volume(d)
	if got, want := v.Figures[fact.Mentions].N, count("2026-10-01", "2026-10-31"); got != want || want == 0 {
		t.Errorf("October: %d mentions, want %d", got, want)
	}
	if got, want := v.Figures[fact.Before].N, count("2026-09-01", "2026-09-30"); got != want || want == 0 {
		t.Errorf("September: %d mentions, want %d", got, want)
	}
	d, err = m.Make(t.Context(), product.Request{Product: product.Monthly, Period: "2026-04"})
	if err != nil {
		t.Fatal(err)
	}
	v = volume(d)
	if f, ok := v.Figure(fact.Before); ok {
		t.Errorf("the month before the first was not read whole, but %v is told", f)
	}
}

// TestComparisonOrder: voices come by their counts, and the first is called the
// first only where its lead over each other is clear.
func TestComparisonOrder(t *testing.T) {
	m, _ := maker(t)
	for _, ids := range [][]string{{"causa", "pollo-a-la-brasa"}, {"ceviche", "lomo-saltado", "hamburguesa"}} {
		d, err := m.Make(t.Context(), product.Request{Product: product.Comparison, Entities: ids})
		if err != nil {
			t.Fatal(err)
		}
		var voices []fact.Fact
		for _, f := range d.Brief.Table.Facts {
			if f.Kind == fact.Leader {
				voices = append(voices, f)
			}
		}
		if len(voices) != len(ids) {
			t.Fatalf("%d voices of %d", len(voices), len(ids))
		}
		for i, f := range voices[1:] {
			if f.Top || f.Figures[fact.Mentions].N > voices[i].Figures[fact.Mentions].N {
				t.Errorf("%v: %s is out of order", ids, f.Entity)
			}
		}
		if top := voices[0]; top.Top && top.Figures[fact.Share].Low < voices[1].Figures[fact.Share].Value {
			t.Errorf("%s leads, but its interval reaches the next", top.Entity)
		}
	}
}

// TestMistakes: what the reader can mend is told as such, before any work.
func TestMistakes(t *testing.T) {
	m, _ := maker(t)
	for name, r := range map[string]product.Request{
		"product":     {Product: "poem"},
		"lang":        {Product: product.Weekly, Lang: "qu"},
		"week":        {Product: product.Weekly, Period: "2026-10"},
		"month":       {Product: product.Monthly, Period: "2026-W10"},
		"long ago":    {Product: product.Monthly, Period: "1999-01"},
		"nobody":      {Product: product.Dossier},
		"unknown":     {Product: product.Dossier, Entities: []string{"chifrijo"}},
		"one":         {Product: product.Comparison, Entities: []string{"ceviche"}},
		"seven":       {Product: product.Comparison, Entities: []string{"a", "b", "c", "d", "e", "f", "g"}},
		"tone":        {Product: product.Studio, Tone: "angry"},
		"channel":     {Product: product.Studio, Channel: "fax"},
		"two studios": {Product: product.Studio, Entities: []string{"ceviche", "causa"}},
	} {
		if _, err := m.Make(t.Context(), r); !errors.Is(err, product.ErrInput) {
			t.Errorf("%s: error %v, want one of the input", name, err)
		}
	}
	if _, err := m.Make(t.Context(), product.Request{Product: product.Comparison, Entities: []string{"ceviche", "ceviche"}}); err == nil {
		t.Error("the same entity twice is compared")
	}
}
