package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"antojo/internal/discover"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/web"
)

// tableDesk keeps the rows of the page in memory over the real lexicon.
type tableDesk struct {
	base *lexicon.Lexicon
	now  *lexicon.Lexicon
	rows []lexicon.Entry
	run  mention.Run
	look int
}

func (d *tableDesk) Entity(id string) (lexicon.Info, bool) { return d.now.Entity(id) }
func (d *tableDesk) All() []lexicon.Info                   { return d.now.All() }
func (d *tableDesk) Current() *lexicon.Lexicon             { return d.now }
func (d *tableDesk) Entries() ([]lexicon.Entry, error)     { return d.rows, nil }

func (d *tableDesk) use(rows []lexicon.Entry) ([]lexicon.Problem, error) {
	var b strings.Builder
	if err := lexicon.WriteEntries(&b, rows); err != nil {
		return nil, err
	}
	lx, _, err := d.base.Overlay("page.csv", strings.NewReader(b.String()))
	if err != nil {
		return nil, err
	}
	if p := lexicon.Lint(lx); len(p) > 0 {
		return p, nil
	}
	d.rows, d.now = rows, lx
	return nil, nil
}

func (d *tableDesk) Put(e lexicon.Entry) ([]lexicon.Problem, error) { return d.use(append(d.rows, e)) }

func (d *tableDesk) Remove(e lexicon.Entry) error {
	var left []lexicon.Entry
	for _, x := range d.rows {
		if x.ID != e.ID || x.Action != e.Action {
			left = append(left, x)
		}
	}
	_, err := d.use(left)
	return err
}

func (d *tableDesk) Test(_ context.Context, text string) (web.Tested, error) {
	var out web.Tested
	for _, m := range lexicon.NewMatcher(d.now).Match(nil, text) {
		out.Matches = append(out.Matches, web.TestedMatch{Surface: text[m.Start:m.End], Start: m.Start, End: m.End, ID: m.Info.ID, Sense: "clear", Kept: true})
		out.Entities = append(out.Entities, mention.Entity{ID: m.Info.ID, Start: m.Start, End: m.End})
	}
	return out, nil
}

func (d *tableDesk) Progress(context.Context) (mention.Run, error) { return d.run, nil }
func (d *tableDesk) Discover()                                     { d.look++ }
func (d *tableDesk) Discovered() web.Discovery {
	return web.Discovery{At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), Mentions: 10, Terms: []discover.Term{{Text: "murcilín", Variants: []string{"murcilin", "mursilín"}, Kind: "dish", Like: []string{"ceviche"}, Count: 9, Growth: 3}}}
}

func deskSite(t *testing.T) (site, *tableDesk) {
	t.Helper()
	f := open(t)
	d := &tableDesk{base: f.lx, now: f.lx}
	return newSite(t, func(o *web.Options) { o.Lexicon, o.Desk = d, d }), d
}

func (s site) post(path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

func TestLexiconWords(t *testing.T) {
	s, d := deskSite(t)
	for _, tt := range []struct {
		name, form string
		code       int
		says       string
	}{
		{"a new word", "do=add&name=Zurulito+Crocante&kind=dish&variants=surulito,+zurulito+crocante&parent=Ceviche", 303, ""},
		{"no name", "do=add&name=%C2%BF%3F&kind=dish", 422, "Escribe un nombre"},
		{"a name that is there", "do=add&name=ceviche&kind=dish", 422, "ya está en el léxico"},
		{"no kind", "do=add&name=otra+cosa&kind=stone", 422, "Elige un tipo"},
		{"a form of another", "do=add&name=otra+cosa&kind=dish&variants=surulito", 422, "«surulito» ya es una forma de «Zurulito crocante»"},
		{"a parent that is not there", "do=add&name=otra+cosa&kind=dish&parent=nada+de+eso", 422, "no es una palabra del léxico"},
		{"further forms", "do=merge&id=ceviche&variants=levantamuertito", 303, ""},
		{"forms that are there", "do=merge&id=ceviche&variants=Cebiche", 422, "al menos una forma nueva"},
		{"forms of nothing", "do=merge&id=nada&variants=x", 422, "ya no está"},
		{"switched off", "do=disable&id=anticucho", 303, ""},
		{"something else", "do=explode&id=ceviche", 400, "formulario"},
	} {
		v, err := url.ParseQuery(tt.form)
		if err != nil {
			t.Fatal(err)
		}
		before := len(d.rows)
		w := s.post("/lexico/palabra", v)
		if w.Code != tt.code {
			t.Errorf("%s: answer %d, want %d; rows %v", tt.name, w.Code, tt.code, d.rows)
		}
		if (w.Code == 303) != (len(d.rows) == before+1) {
			t.Errorf("%s: %d rows were written with answer %d", tt.name, len(d.rows)-before, w.Code)
		}
		if tt.says != "" && !strings.Contains(text(parse(t, w.Body.String()).Find("main")), tt.says) {
			t.Errorf("%s: the page does not say %q", tt.name, tt.says)
		}
	}
	if in, ok := d.now.Entity("zurulito-crocante"); !ok || in.Parent != "ceviche" || len(in.Variants) != 1 {
		t.Errorf("the new word = %+v, %v", in, ok)
	}
	// Pages know it at once.
	if w := s.get("/buscar?q=surulito"); w.Code != 303 || !strings.HasSuffix(w.Header().Get("Location"), "/entidad/zurulito-crocante") {
		t.Errorf("search leads to %q, %d", w.Header().Get("Location"), w.Code)
	}
	if got := text(s.doc("/entidad/zurulito-crocante").Find("h1")); got != "Zurulito crocante" {
		t.Errorf("its page is called %q", got)
	}
	if n := s.doc("/lexico?q=surulito").Find("[data-test=word]").Length(); n != 1 {
		t.Errorf("search in the lexicon shows %d words, want 1", n)
	}
	// And forget it.
	d1 := s.doc("/lexico")
	if n := d1.Find("[data-test=own-row]").Length(); n != 3 {
		t.Errorf("%d own rows are shown, want 3", n)
	}
	if w := s.post("/lexico/quitar", url.Values{"do": {"add"}, "id": {"zurulito-crocante"}}); w.Code != 303 {
		t.Errorf("taking back = %d", w.Code)
	}
	if w := s.get("/buscar?q=surulito"); strings.HasSuffix(w.Header().Get("Location"), "/entidad/zurulito-crocante") {
		t.Error("search still leads to a word that was taken back")
	}
	r := httptest.NewRequest(http.MethodPost, "/lexico/palabra", strings.NewReader("do=disable&id=ceviche"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://elsewhere.example")
	if w := s.do(r); w.Code != http.StatusForbidden {
		t.Errorf("a form of another site answers %d, want 403", w.Code)
	}
}

func TestLexiconPage(t *testing.T) {
	s, d := deskSite(t)
	w := s.post("/lexico/probar", url.Values{"text": {"un <b>ceviche</b> y más"}})
	doc := parse(t, w.Body.String())
	if got := text(doc.Find("[data-test=tested] mark")); w.Code != 200 || got != "ceviche" {
		t.Errorf("tested text marks %q, answer %d", got, w.Code)
	}
	if doc.Find("[data-test=tested] b").Length() != 0 {
		t.Error("the tested text is taken for HTML")
	}
	if w := s.post("/lexico/probar", url.Values{"text": {strings.Repeat("ñ", 5000)}}); w.Code != 200 {
		t.Errorf("a long text answers %d", w.Code)
	}
	if w := s.post("/lexico/palabra", url.Values{"name": {strings.Repeat("x", 80<<10)}}); w.Code != 400 && w.Code != 413 {
		t.Errorf("a huge form answers %d", w.Code)
	}
	doc = s.doc("/lexico")
	row := doc.Find("[data-test=found]")
	if got := text(row); !strings.Contains(got, "murcilín") || !strings.Contains(got, "Ceviche") {
		t.Errorf("found word = %q", got)
	}
	form := url.Values{}
	for _, name := range []string{"do", "from", "name", "variants"} {
		x, _ := row.Find("[name=" + name + "]").Attr("value")
		form.Set(name, x)
	}
	form.Set("kind", "dish")
	if w := s.post("/lexico/palabra", form); w.Code != 303 || w.Header().Get("Location") != "/lexico#nuevas" {
		t.Fatalf("adopting answers %d to %q", w.Code, w.Header().Get("Location"))
	}
	if in, ok := d.now.Entity("murcilin"); !ok || in.Name != "murcilín" || len(in.Variants) != 1 {
		t.Errorf("adopted word = %+v, %v; want one variant, as murcilin is the same without its accent", in, ok)
	}
	if w := s.post("/lexico/descubrir", nil); w.Code != 303 || d.look != 1 {
		t.Errorf("looking for words answers %d, started %d times", w.Code, d.look)
	}
	if doc.Find("[data-test=history]").Length() != 0 {
		t.Error("a run is shown though there was none")
	}
	d.run = mention.Run{ID: "r", Kind: mention.Reannotation, Status: mention.Running, Seen: 30, Total: 90, Changed: 4}
	for _, path := range []string{"/lexico", "/lexico/avance", "/lexico/avance?lang=en"} {
		if got := text(s.doc(path).Find("[data-test=history]")); !strings.Contains(got, "30") || !strings.Contains(got, "90") {
			t.Errorf("%s says %q", path, got)
		}
	}
	// Without a desk there is nothing to change.
	bare := newSite(t)
	if bare.doc("/lexico?q=causa").Find("form[method=post]").Length() != 0 {
		t.Error("forms are shown though nobody takes them")
	}
	if w := bare.post("/lexico/palabra", url.Values{"do": {"disable"}, "id": {"ceviche"}}); w.Code != 404 {
		t.Errorf("a form without a desk answers %d, want 404", w.Code)
	}
}
