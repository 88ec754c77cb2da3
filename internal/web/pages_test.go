package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"github.com/PuerkitoBio/goquery"
)

// allPages is every kind of page over the fixture.
var allPages = []string{"/", "/?window=7d", "/?department=15&source=review&map=craving_rate", "/tendencias", "/tendencias?sort=-mentions&kind=dish", "/tendencias?sort=growth",
	"/entidad/ceviche", "/entidad/ceviche?department=04", "/entidad/pollo-a-la-brasa?window=90d", "/preferencias", "/preferencias?kind=drink&vs=ceviche,causa", "/menciones", "/menciones?q=ceviche", "/menciones?sentiment=neg&aspect=price:neg", "/fuentes", "/acerca", "/informes", "/informes?product=weekly", "/modelos", "/privacidad", "/encuestas", "/ajustes", "/vistas?url=%2Ftendencias", "/dev/components"}

// TestStructure: what every page must have, in both languages.
func TestStructure(t *testing.T) {
	s := newSite(t)
	for _, lang := range []string{"es", "en"} {
		for _, path := range allPages {
			t.Run(lang+path, func(t *testing.T) {
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				w := s.get(path + sep + "lang=" + lang)
				if w.Code != http.StatusOK {
					t.Fatalf("status %d", w.Code)
				}
				body := w.Body.String()
				if strings.Contains(body, "⟦") {
					t.Errorf("a message is missing: %.60s", body[strings.Index(body, "⟦"):])
				}
				d := parse(t, body)
				if got := d.Find("html").AttrOr("lang", ""); got != lang {
					t.Errorf("html lang=%q, want %q", got, lang)
				}
				if n := d.Find("h1").Length(); n != 1 {
					t.Errorf("%d h1, want 1", n)
				}
				if text(d.Find("[data-test=synthetic]")) == "" {
					t.Error("no banner although the data are synthetic")
				}
				d.Find("style, [style], script:not([src]), [onclick], iframe, img").Each(func(_ int, el *goquery.Selection) {
					t.Errorf("the page's policy forbids %s", goquery.NodeName(el))
				})
				d.Find("script, link[href], a[href], form[action]").Each(func(_ int, el *goquery.Selection) {
					for _, a := range []string{"src", "href", "action"} {
						if v, ok := el.Attr(a); ok && !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "#") {
							t.Errorf("%s=%q leads away from the site", a, v)
						}
					}
				})
				ids := map[string]bool{}
				d.Find("[id]").Each(func(_ int, el *goquery.Selection) {
					id := el.AttrOr("id", "")
					if ids[id] {
						t.Errorf("id %q is there twice", id)
					}
					ids[id] = true
				})
				d.Find("svg").Each(func(_ int, el *goquery.Selection) {
					if el.AttrOr("aria-hidden", "") != "true" && (el.AttrOr("role", "") != "img" || el.AttrOr("aria-label", "") == "") && !el.ParentsFiltered("svg").Is("svg") {
						t.Errorf("a drawing is neither named nor hidden: %.120s", outer(el))
					}
				})
				d.Find("input:not([type=hidden]), select").Each(func(_ int, el *goquery.Selection) {
					if el.ParentsFiltered("label").Length() == 0 && el.AttrOr("aria-label", "") == "" {
						t.Errorf("a field has no label: %.120s", outer(el))
					}
				})
				d.Find("main a").Each(func(_ int, el *goquery.Selection) {
					if text(el) == "" && el.AttrOr("aria-label", "") == "" {
						t.Errorf("a link has no name: %.120s", outer(el))
					}
				})
				d.Find("table").Each(func(_ int, el *goquery.Selection) {
					cols := el.Find("thead th").Length()
					el.Find("tbody tr").Each(func(i int, tr *goquery.Selection) {
						if n := tr.Children().Length(); n != cols {
							t.Errorf("row %d of a table has %d cells under %d heads", i, n, cols)
						}
					})
				})
			})
		}
	}
}

func outer(s *goquery.Selection) string {
	h, err := goquery.OuterHtml(s)
	if err != nil {
		return err.Error()
	}
	return h
}

// TestPanels: every panel shows a finding, a note and a chart or table, and its
// CSV twin holds the rows that the page's table shows.
func TestPanels(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/entidad/ceviche"} {
		d := s.doc(path)
		panels := d.Find("section.card:has([download])")
		if panels.Length() < 3 {
			t.Fatalf("%s has %d panels with CSV", path, panels.Length())
		}
		panels.Each(func(_ int, p *goquery.Selection) {
			name := path + "#" + p.AttrOr("id", "")
			t.Run(name, func(t *testing.T) {
				if text(p.Find("h2")) == "" || text(p.Find(".note")) == "" {
					t.Error("no title or no note")
				}
				if p.Find("svg[role=img]").Length()+p.Find("table").Length() == 0 {
					t.Error("neither chart nor table")
				}
				w := s.get(p.Find("[download]").AttrOr("href", ""))
				if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
					t.Fatalf("CSV: status %d, type %q", w.Code, w.Header().Get("Content-Type"))
				}
				recs, err := csv.NewReader(w.Body).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				if rows := p.Find("table[data-twin] tbody tr").Length(); rows == 0 || len(recs)-1 != rows {
					t.Errorf("CSV has %d rows, the table %d", len(recs)-1, rows)
				}
				for _, r := range recs[1:] {
					for i, v := range r[1:] {
						if v == "" {
							continue
						}
						if _, err := strconv.ParseFloat(v, 64); err != nil {
							t.Errorf("column %s holds %q, which is not a number", recs[0][i+1], v)
						}
					}
				}
			})
		})
	}
}

// TestNumbersLeadToMentions: a count on a page equals the number of mentions that
// its link shows.
func TestNumbersLeadToMentions(t *testing.T) {
	s := newSite(t)
	count := func(href string) string {
		t.Helper()
		return strings.Fields(text(s.doc(href).Find("[data-test=count]")))[0]
	}
	check := func(where string, a *goquery.Selection) {
		t.Helper()
		href, ok := a.Attr("href")
		if !ok || !strings.HasPrefix(href, "/menciones?") {
			t.Errorf("%s: %q does not lead to mentions", where, href)
			return
		}
		if got, want := count(href), text(a); got != want {
			t.Errorf("%s says %s, the mentions behind it are %s (%s)", where, want, got, href)
		}
	}
	home := s.doc("/?department=15")
	check("home tile", home.Find("#tile-mentions .value a"))
	check("leaders", home.Find("#leaders tbody tr").First().Find("td.num a").Eq(1))
	trends := s.doc("/tendencias?sort=-mentions")
	check("trends now", trends.Find(".trends tbody tr").First().Find(".t-n > a"))
	before := trends.Find(".trends tbody tr").First().Find(".t-n .ci a")
	if got, want := count(before.AttrOr("href", "")), text(before); !strings.HasSuffix(want, " "+got) {
		t.Errorf("trends before says %q, the mentions behind it are %s", want, got)
	}
	entity := s.doc("/entidad/ceviche")
	check("entity tile", entity.Find("#tile-mentions .value a"))
	last := entity.Find("#weekly tbody tr").Last()
	for i := range 4 {
		check("weekly cell "+strconv.Itoa(i), last.Find("td.num a").Eq(i))
	}
	check("aspects", entity.Find("#aspects tbody tr").First().Find("td.num a").Last())
	for _, a := range home.Find("main .num > a, main td.num a").EachIter() {
		if href := a.AttrOr("href", ""); !strings.HasPrefix(href, "/menciones?") {
			t.Errorf("the number %s leads to %q", text(a), href)
		}
	}
}

// TestMentionsPaging: the pages show every mention once, newest first, and as many
// as the count says.
func TestMentionsPaging(t *testing.T) {
	s := newSite(t)
	path := "/menciones?entity=anticucho&window=28d"
	seen := map[string]bool{}
	want, lastTime, pages := "", "9", 0
	for path != "" {
		d := s.doc(path)
		if want == "" {
			want = strings.Fields(text(d.Find("[data-test=count]")))[0]
		}
		for _, m := range d.Find("[data-test=mention]").EachIter() {
			id := m.AttrOr("data-id", "")
			if seen[id] {
				t.Fatalf("mention %s is shown twice", id)
			}
			seen[id] = true
			if at := m.Find("time").AttrOr("datetime", ""); at > lastTime {
				t.Fatalf("%s comes after %s", at, lastTime)
			} else {
				lastTime = at
			}
			if m.Find(`mark a[href^="/entidad/anticucho"]`).Length() == 0 {
				t.Errorf("mention %s does not highlight the entity that was asked for: %s", id, text(m))
			}
		}
		path = d.Find("[data-test=next]").AttrOr("href", "")
		if pages++; pages > 100 {
			t.Fatal("paging does not end")
		}
	}
	if got := strconv.Itoa(len(seen)); got != strings.ReplaceAll(want, ",", "") || pages < 2 {
		t.Errorf("%s mentions on %d pages, the count says %s", got, pages, want)
	}
}

// TestCrawl follows every link of the main pages: none is dead.
func TestCrawl(t *testing.T) {
	s := newSite(t)
	queue, seen := []string{"/"}, map[string]bool{"/": true}
	kinds := map[string]int{} // a few of each kind of address are enough
	for n := 0; len(queue) > 0 && n < 120; n++ {
		path := queue[0]
		queue = queue[1:]
		w := s.get(path)
		if w.Code != http.StatusOK && w.Code != http.StatusSeeOther {
			t.Errorf("GET %s = %d", path, w.Code)
			continue
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		d := parse(t, w.Body.String())
		d.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", ""))
			if err != nil {
				t.Errorf("%s links to %q: %v", path, a.AttrOr("href", ""), err)
				return
			}
			u.Fragment = ""
			to := u.String()
			if testing.Short() && u.Query().Get("format") == "png" {
				return // drawing takes seconds under the race detector
			}
			if to == "" || seen[to] || strings.HasPrefix(to, "/export/") || strings.HasPrefix(to, "/api/") { // mounted beside the pages, tested with its own package
				return
			}
			names := make([]string, 0, 8)
			for name := range u.Query() {
				names = append(names, name)
			}
			kind := strings.SplitN(u.Path+"/", "/", 3)[1] + strconv.Itoa(len(names)) + u.Query().Get("sort") + u.Query().Get("panel") + u.Query().Get("window")
			if kinds[kind]++; kinds[kind] > 3 {
				return
			}
			seen[to] = true
			queue = append(queue, to)
		})
	}
	if len(seen) < 40 {
		t.Errorf("only %d addresses found", len(seen))
	}
}

func TestLanguageAndTheme(t *testing.T) {
	s := newSite(t)
	w := s.get("/acerca?lang=en&theme=dark")
	d := parse(t, w.Body.String())
	if got := text(d.Find("h1")); got != "How to read these figures" {
		t.Errorf("h1 in English is %q", got)
	}
	if got := d.Find("html").AttrOr("data-theme", ""); got != "dark" {
		t.Errorf("data-theme=%q", got)
	}
	r := httptest.NewRequest(http.MethodGet, "/tendencias", nil)
	for _, c := range w.Result().Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %s is not HttpOnly and SameSite=Lax", c.Name)
		}
		r.AddCookie(c)
	}
	d = parse(t, s.do(r).Body.String())
	if got := text(d.Find("h1")); got != "Trends" || d.Find("html").AttrOr("data-theme", "") != "dark" {
		t.Errorf("the choice is not remembered: %q", got)
	}
	if href := d.Find("[data-test=lang]").AttrOr("href", ""); href != "/tendencias?lang=es" {
		t.Errorf("the switch leads to %q", href)
	}
	r = httptest.NewRequest(http.MethodGet, "/acerca?lang=xx", nil)
	r.AddCookie(&http.Cookie{Name: "theme", Value: `"><script>`})
	d = parse(t, s.do(r).Body.String())
	if d.Find("html").AttrOr("lang", "") != "es" || d.Find("html").AttrOr("data-theme", "") != "" {
		t.Error("an unknown language or theme was taken")
	}
}

func TestErrors(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		name, path string
		status     int
		says       string
	}{
		{"no such page", "/nada", 404, "No encontrado"},
		{"no such entity", "/entidad/no-existe", 404, "No encontrado"},
		{"no such mention", "/mencion/" + strings.Repeat("0", 32), 404, "No encontrado"},
		{"not an id", "/mencion/hola", 404, "No encontrado"},
		{"no such run", "/fuentes/20200101-000000-000", 404, "No encontrado"},
		{"no such upload", "/cargas/x", 404, "No encontrado"},
		{"no such panel", "/?format=csv&panel=nada", 404, "No encontrado"},
		{"bad source", "/?source=tele", 400, "«source» no acepta «tele»"},
		{"bad day", "/menciones?from=ayer", 400, "«from» no acepta «ayer»"},
		{"bad window", "/tendencias?window=9999999d", 400, "«window»"},
		{"days the wrong way round", "/menciones?from=2026-02-01&to=2026-01-01", 400, "«from»"},
		{"markup in a value", "/?kind=%3Cscript%3E", 400, "<script>"},
		{"bad cursor", "/menciones?after=%00zz", 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.get(c.path)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d; body %.200s", w.Code, c.status, w.Body)
			}
			d := parse(t, w.Body.String())
			if got := text(d.Find("[data-test=error]")); !strings.Contains(got, c.says) || got == "" {
				t.Errorf("the page says %q, want %q in it", got, c.says)
			}
			if d.Find("[data-test=error] script").Length() > 0 {
				t.Error("a script got into the page")
			}
			if id := w.Header().Get("X-Request-Id"); id == "" || !strings.Contains(w.Body.String(), id) {
				t.Error("the page does not name its request id")
			}
		})
	}
}

// TestTidy: a form's empty fields do not stay in the address.
func TestTidy(t *testing.T) {
	s := newSite(t)
	w := s.get("/tendencias?source=&department=15&kind=&window=28d")
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != "/tendencias?department=15&window=28d" {
		t.Errorf("%d to %q", w.Code, got)
	}
	w = s.get("/menciones?from=2026-11-01&window=28d")
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != "/menciones?from=2026-11-01" {
		t.Errorf("a typed start beside a window: %d to %q", w.Code, got)
	}
}

func TestSearch(t *testing.T) {
	s := newSite(t)
	for q, want := range map[string]string{
		"ceviche":        "/entidad/ceviche",
		"SEBICHE":        "/entidad/ceviche",
		"  Ají  ":        "/entidad/aji",
		"muy demorado":   "/menciones?q=muy+demorado",
		"<b>":            "/menciones?q=%3Cb%3E",
		"lomo saltado":   "/entidad/lomo-saltado",
		"//evil.example": "/menciones?q=%2F%2Fevil.example",
	} {
		w := s.get("/buscar?q=" + url.QueryEscape(q))
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != want {
			t.Errorf("search %q: %d to %q, want %q", q, w.Code, got, want)
		}
	}
}

// TestEmptyStore: a first start shows what to do, and no page fails.
func TestEmptyStore(t *testing.T) {
	s := emptySite(t)
	for _, path := range allPages {
		if w := s.get(path); w.Code != http.StatusOK {
			t.Errorf("GET %s = %d", path, w.Code)
		}
	}
	d := s.doc("/")
	if d.Find("[data-test=first-run]").Length() != 1 || d.Find("[data-test=synthetic]").Length() != 0 {
		t.Error("the first page of an empty store does not say how to begin")
	}
}

// TestHostileText: a mention's text, place and channel cannot become markup.
func TestHostileText(t *testing.T) {
	s := emptySite(t)
	evil := `<img src=x onerror=alert(1)><script>alert(2)</script>"'& ceviche`
	m := mention.Annotated{Run: "r"}
	m.Mention = mention.Mention{Source: mention.Review, Channel: `"><b>`, Time: s.last.Start(), Place: `</span><script>`, Text: evil, Rating: 5}
	m.ID = mention.ContentID(&m.Mention, "x")
	at := strings.Index(evil, "ceviche")
	m.Annotation = mention.Annotation{Language: "es", Scored: true, Relevant: true, Relevance: .9, Sentiment: mention.Positive,
		Entities: []mention.Entity{
			{ID: "ceviche", Name: "ceviche", Kind: "dish", Surface: "ceviche", Start: at, End: at + 7},
			{ID: "ceviche", Name: "ceviche", Kind: "dish", Surface: "x", Start: at + 3, End: at + 5},     // inside the other
			{ID: "ceviche", Name: "ceviche", Kind: "dish", Surface: "x", Start: -1, End: len(evil) + 99}, // beyond the text
		}}
	if _, err := s.store.Load(t.Context(), mention.Batch{Stream: "t", Seq: 1, Mentions: []mention.Annotated{m}}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/menciones", "/", "/mencion/" + m.ID.String(), "/fuentes"} {
		d := s.doc(path)
		if d.Find("main img, main script, main b:contains(x)").Length() > 0 {
			t.Errorf("%s: markup got through", path)
		}
	}
	d := s.doc("/menciones")
	if got := d.Find("blockquote").Text(); got != evil {
		t.Errorf("the text reads %q, want %q", got, evil)
	}
	if got := text(d.Find("mark")); got != "ceviche" {
		t.Errorf("highlighted: %q", got)
	}
}

// TestWeight: a first load stays small, and so do styles and scripts.
func TestWeight(t *testing.T) {
	s := newSite(t)
	size := func(path string) int {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "br, gzip")
		w := s.do(r)
		if w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not compressed", path)
		}
		n := w.Body.Len()
		z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, z); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return n
	}
	d := s.doc("/")
	shared := 0
	d.Find("link[rel=stylesheet], script[src]").Each(func(_ int, el *goquery.Selection) {
		shared += size(el.AttrOr("href", el.AttrOr("src", "")))
	})
	if shared > 20<<10 {
		t.Errorf("styles and scripts weigh %d bytes gzipped, at most %d", shared, 20<<10)
	}
	for _, path := range allPages {
		if n := size(path) + shared; n > 150<<10 {
			t.Errorf("the first load of %s weighs %d bytes gzipped, at most %d", path, n, 150<<10)
		}
	}
}

func TestTrendOrder(t *testing.T) {
	s := newSite(t)
	values := func(path, sel string) []float64 {
		var out []float64
		for _, el := range s.doc(path).Find(sel).EachIter() {
			v := strings.NewReplacer(",", "", "−", "-", "+", "", " ", "", "\u00a0", "", "%", "").Replace(strings.TrimSpace(el.Contents().First().Text()))
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				continue // not enough data
			}
			out = append(out, f)
		}
		return out
	}
	for sort, sel := range map[string]string{"mentions": ".t-n > a", "growth": "td.t-growth:not(.few)", "net": ".t-net a", "sov": ".t-sov a"} {
		down, up := values("/tendencias?rows=500&sort=-"+sort, sel), values("/tendencias?rows=500&sort="+sort, sel)
		if len(down) < 10 {
			t.Errorf("only %d rows when sorted by %s", len(down), sort)
		}
		for i := 1; i < len(down); i++ {
			if down[i] > down[i-1] {
				t.Errorf("-%s: %v after %v", sort, down[i], down[i-1])
			}
		}
		for i := 1; i < len(up); i++ {
			if up[i] < up[i-1] {
				t.Errorf("%s: %v after %v", sort, up[i], up[i-1])
			}
		}
	}
	d := s.doc("/tendencias?sort=-mentions")
	if got := text(d.Find("th[aria-sort=descending]")); !strings.HasPrefix(got, "Menciones") {
		t.Errorf("the sorted column is marked as %q", got)
	}
}

// TestFigures: the tiles say what the store says.
func TestFigures(t *testing.T) {
	s := newSite(t)
	f, err := (metric.Filter{Window: "28d"}).Resolve(s.last)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.store.Query(t.Context(), metric.Query{Filter: f, Measures: []string{"mentions", "net_sentiment", "mean_rating"}})
	if err != nil {
		t.Fatal(err)
	}
	d := s.doc("/")
	v := res.Rows[0].Values
	if got, want := strings.ReplaceAll(text(d.Find("#tile-mentions .value")), ",", ""), strconv.FormatInt(int64(v[0].Value), 10); got != want {
		t.Errorf("mentions %s, want %s", got, want)
	}
	if got, want := text(d.Find("#tile-mean_rating .value")), strconv.FormatFloat(v[2].Value, 'f', 2, 64); got != want {
		t.Errorf("mean rating %s, want %s", got, want)
	}
	ms, _, err := s.store.Mentions(t.Context(), f, store.Page{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Find("#newest [data-test=mention]").First().AttrOr("data-id", ""); got != ms[0].ID.String() {
		t.Errorf("the newest mention is %s, want %s", got, ms[0].ID)
	}
}
