package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/store/corrections"
	"antojo/internal/web"
	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// TestSortsByEveryColumn: each head of the table of trends leads to the table in
// another order, with the direction told.
func TestSortsByEveryColumn(t *testing.T) {
	s := newSite(t)
	heads := s.doc("/tendencias").Find("table.trends thead th a")
	if heads.Length() != 8 {
		t.Fatalf("%d columns sort, want 8", heads.Length())
	}
	ids := func(d *goquery.Document) string {
		var out []string
		d.Find("table.trends tbody tr").Each(func(_ int, tr *goquery.Selection) { out = append(out, tr.AttrOr("data-entity", "")) })
		return strings.Join(out, " ")
	}
	heads.Each(func(_ int, a *goquery.Selection) {
		if strings.Contains(a.AttrOr("href", ""), "verdict") {
			return // the order of the page itself
		}
		d := s.doc(a.AttrOr("href", ""))
		sorted := d.Find("th[aria-sort] a")
		if sorted.Length() != 1 || !strings.HasPrefix(text(sorted), text(a)) {
			t.Errorf("%s sorts by %q", text(a), text(sorted))
		}
		if back := s.doc(sorted.AttrOr("href", "")); ids(back) == ids(d) || back.Find("th[aria-sort]").AttrOr("aria-sort", "") == d.Find("th[aria-sort]").AttrOr("aria-sort", "") {
			t.Errorf("%s does not turn around", text(a))
		}
	})
}

// TestSideBySide: ticked entities come side by side, at most six, each with a labelled
// line and a row of figures; one can be taken out and one added by name.
func TestComparePage(t *testing.T) {
	s := newSite(t)
	form := s.doc("/tendencias?window=90d").Find("form#picks")
	if form.AttrOr("action", "") != "/comparar" || form.Find("input[name=window]").AttrOr("value", "") != "90d" {
		t.Errorf("the form does not carry the selection: %s", outer(form))
	}
	ids := []string{"ceviche", "lomo-saltado", "causa", "anticucho", "pollo-a-la-brasa", "aji-de-gallina", "pisco"}
	d := s.doc("/comparar?" + url.Values{"e": ids}.Encode())
	if n := d.Find("[data-test=figures] tbody tr").Length(); n != 6 {
		t.Errorf("%d rows, want 6", n)
	}
	if n := d.Find("#abreast .ends text").Length(); n != 6 {
		t.Errorf("%d labelled lines, want 6", n)
	}
	if d.Find("[data-test=left]").Length() != 1 {
		t.Error("nothing says that one was left out")
	}
	d = s.doc("/comparar?e=ceviche&e=causa&e=nothing")
	out := d.Find("[data-test=chosen] a.tag").First()
	if d = s.doc(out.AttrOr("href", "")); d.Find("[data-test=figures] tbody tr").Length() != 1 || d.Find(`[data-entity=ceviche]`).Length() != 0 {
		t.Errorf("%s does not take it out", out.AttrOr("href", ""))
	}
	w := s.get("/comparar?e=causa&add=" + url.QueryEscape("Lomo saltado"))
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || !strings.Contains(to, "e=lomo-saltado") {
		t.Errorf("adding a name: %d to %s", w.Code, to)
	}
	if d := s.doc("/comparar"); d.Find("[data-test=empty]").Length() != 1 {
		t.Error("without a choice the page does not say what to do")
	}
}

// TestForms: every chart of the pages is also a table, a CSV, an SVG and a PNG.
func TestForms(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/tendencias", "/entidad/ceviche", "/comparar?e=ceviche&e=causa", "/mapa", "/mapa?department=15", "/preferencias"} {
		d := s.doc(path)
		d.Find("section.card:has(svg.chart)").Each(func(_ int, c *goquery.Selection) {
			id := c.AttrOr("id", "")
			t.Run(path+"#"+id, func(t *testing.T) {
				forms := c.Find("nav.views a")
				if id == "over" { // small maps, no file of one
					if page, _, _ := strings.Cut(forms.Eq(1).AttrOr("href", ""), "#"); forms.Length() != 3 || s.doc(page).Find("#over table[data-twin] tbody tr").Length() == 0 {
						t.Errorf("small maps have no table: %s", text(c.Find("nav.views")))
					}
					return
				}
				if forms.Length() != 5 {
					t.Fatalf("%d forms, want chart, table, CSV, SVG, PNG: %s", forms.Length(), text(c.Find("nav.views")))
				}
				table := forms.Eq(1).AttrOr("href", "")
				page, _, _ := strings.Cut(table, "#")
				if as := s.doc(page).Find("#" + id); as.Find("svg.chart").Length() != 0 || as.Find("table[data-twin] tbody tr").Length() == 0 || as.Find("[aria-current]").Length() == 0 {
					t.Errorf("%s is no table", table)
				}
				if w := s.get(forms.Eq(2).AttrOr("href", "")); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
					t.Errorf("CSV: %d %s", w.Code, w.Header().Get("Content-Type"))
				}
				w := s.get(forms.Eq(3).AttrOr("href", ""))
				if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), ".svg") {
					t.Fatalf("SVG: %d %.200s", w.Code, w.Body)
				}
				for dec := xml.NewDecoder(w.Body); ; {
					if _, err := dec.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Fatalf("SVG: %v", err)
					}
				}
				if testing.Short() {
					return // drawing a picture takes a minute under the race detector
				}
				w = s.get(forms.Eq(4).AttrOr("href", ""))
				if img, err := png.Decode(bytes.NewReader(w.Body.Bytes())); err != nil || img.Bounds().Dx() < 600 {
					t.Errorf("PNG: %v", err)
				}
			})
		})
	}
}

// cuts reads by one word: a text with "rico" is positive. It counts what it read.
type cuts struct{ calls, texts int }

func (c *cuts) Model() string { return "one-word" }

func (c *cuts) Read(_ context.Context, texts []string) ([][][]float32, error) {
	c.calls++
	c.texts += len(texts)
	out := make([][][]float32, len(texts))
	for i, x := range texts {
		if x == "" {
			continue
		}
		p := float32(.2)
		if strings.Contains(strings.ToLower(x), "ceviche") {
			p = .9
		}
		for _, h := range mention.Heads {
			row := make([]float32, len(h.Labels))
			row[len(row)-1], row[0] = p, 1-p
			out[i] = append(out[i], row)
		}
	}
	return out, nil
}

func firstMention(t *testing.T, s site, path string) string {
	t.Helper()
	id := s.doc(path).Find("[data-test=mention]").First().AttrOr("data-id", "")
	if id == "" {
		t.Fatalf("%s shows no mention", path)
	}
	return id
}

// TestWhy: the word that carries a label is found, in one batch and once; many
// explanations in a row are refused for a while.
func TestWhy(t *testing.T) {
	rd := &cuts{}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := newSite(t, func(o *web.Options) { o.Reader, o.Now = rd, func() time.Time { return now } })
	d := s.doc("/menciones?q=ceviche")
	var ids []string
	d.Find("[data-test=mention]").Each(func(_ int, m *goquery.Selection) { ids = append(ids, m.AttrOr("data-id", "")) })
	path := "/mencion/" + ids[0] + "?why=sentiment&lang=en"
	d = s.doc(path)
	if mark := d.Find("[data-test=why] mark.w-for-3"); mark.Length() != 1 || !strings.Contains(strings.ToLower(text(mark)), "ceviche") {
		t.Errorf("the word that counts is not marked: %s", outer(d.Find(".why-text")))
	}
	if h := text(d.Find("[data-test=why] h2")); !strings.Contains(h, "20") || !strings.Contains(h, "90") {
		t.Errorf("the finding is %q", h)
	}
	s.doc(path)
	if rd.calls != 1 || rd.texts > 65 {
		t.Errorf("%d batches of %d texts in all, want one batch of 65 texts at most", rd.calls, rd.texts)
	}
	var codes []int
	for _, id := range ids[1:8] {
		codes = append(codes, s.get("/mencion/"+id+"?why=intent").Code)
	}
	if !slices.Equal(codes[:3], []int{200, 200, 200}) || codes[6] != http.StatusTooManyRequests {
		t.Errorf("seven more at once: %v", codes)
	}
	now = now.Add(2 * time.Second)
	if w := s.get("/mencion/" + ids[7] + "?why=intent"); w.Code != 200 {
		t.Errorf("after two seconds: %d", w.Code)
	}
	if w := s.get("/mencion/" + ids[0] + "?why=taste"); w.Code != 404 {
		t.Errorf("a head that does not exist: %d", w.Code)
	}
}

// TestCorrect: one click changes a label at once and in lists, marked as a person's;
// it is counted, handed out as a row, survives a restart and can be taken back.
func TestCorrect(t *testing.T) {
	file := filepath.Join(t.TempDir(), "corrections.jsonl")
	book, err := corrections.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	with := func(o *web.Options) { o.Corrections = book }
	s := newSite(t, with)
	list := "/menciones?sentiment=neg&q=ceviche"
	id := firstMention(t, s, list)
	post := func(set string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/mencion/"+id+"/corregir", strings.NewReader(url.Values{"set": {set}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return s.do(r)
	}
	if w := post("sentiment=pos"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/mencion/"+id+"#labels" {
		t.Fatalf("correcting: %d to %s", w.Code, w.Header().Get("Location"))
	}
	for _, bad := range []string{"", "sentiment", "sentiment=", "sentiment=glad", "taste=pos"} {
		if w := post(bad); w.Code != http.StatusBadRequest {
			t.Errorf("set=%q: %d, want 400", bad, w.Code)
		}
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	if book, err = corrections.Open(file); err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	s = newSite(t, with) // as after a restart
	d := s.doc("/mencion/" + id + "?lang=en")
	if x := text(d.Find("[data-test=labels] [data-test=corrected]")); !strings.Contains(x, "the model said “Negative”") {
		t.Errorf("the page says %q", x)
	}
	if p := d.Find(`button[value="sentiment=pos"]`).AttrOr("aria-pressed", ""); p != "true" {
		t.Errorf("the corrected label is pressed: %q", p)
	}
	d = s.doc(list + "&lang=en")
	if d.Find(`[data-id="`+id+`"] .chip.pos [data-test=corrected]`).Length() == 0 || !strings.Contains(text(d.Find("[data-test=corrections]")), "1 label") {
		t.Errorf("the list does not show it: %s", outer(d.Find(`[data-id="`+id+`"]`)))
	}
	var row struct {
		ID, Text, Sentiment string
		Corrected           []string
	}
	if err := json.Unmarshal(s.get("/menciones/correcciones.jsonl").Body.Bytes(), &row); err != nil || row.ID != id || row.Sentiment != "pos" || row.Text == "" || !slices.Equal(row.Corrected, []string{"sentiment"}) {
		t.Errorf("handed out: %+v, %v", row, err)
	}
	if w := post("sentiment=neg"); w.Code != http.StatusSeeOther || book.Count() != 0 {
		t.Errorf("taking back: %d, %d labels corrected", w.Code, book.Count())
	}
}

// TestHomeTells: findings as sentences with their figures, feasts ahead, and how fresh
// each source is.
func TestHomeTells(t *testing.T) {
	s := newSite(t)
	d := s.doc("/?lang=en")
	if d.Find("[data-test=findings] li").Length() == 0 || d.Find("[data-test=findings] a").Length() == 0 {
		t.Error("no findings with links")
	}
	if x := text(d.Find("[data-test=feasts]")); !strings.Contains(x, "Christmas") {
		t.Errorf("a month before Christmas the feasts are %q", x)
	}
	rows := d.Find("[data-test=coverage] tbody tr")
	if rows.Length() < 3 {
		t.Errorf("%d sources, want all of the demo", rows.Length())
	}
	rows.Each(func(_ int, tr *goquery.Selection) {
		a := tr.Find("a").First()
		got := text(s.doc(a.AttrOr("href", "") + "&lang=en").Find("[data-test=count]"))
		if !strings.HasPrefix(got, text(a)+" ") {
			t.Errorf("%s: the link leads to %q", text(tr), got)
		}
	})
	b := s.doc("/menciones?entity=ceviche&window=28d&lang=en").Find("[data-test=behind]")
	for _, want := range []string{"antojo query", "entity=ceviche", "truth", "Coverage"} {
		if !strings.Contains(text(b), want) {
			t.Errorf("behind the figure there is no %q: %s", want, text(b))
		}
	}
}

// TestFilterKeepsTheRest: choosing in one form of a page keeps what the address says
// besides: the days and the words that were asked for.
func TestFilterKeepsTheRest(t *testing.T) {
	for path, want := range map[string]map[string]string{
		"/menciones?from=2026-09-01&to=2026-10-31&q=rico&department=15": {"from": "2026-09-01", "to": "2026-10-31", "q": "rico"},
		"/tendencias?from=2026-09-01&to=2026-10-31&sort=n":              {"from": "2026-09-01", "to": "2026-10-31", "sort": "n"},
		"/?window=90d": {"window": "90d"},
	} {
		form := newSite(t).doc(path).Find("form.filter-form")
		got := map[string]string{}
		form.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) { got[in.AttrOr("name", "")] = in.AttrOr("value", "") })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: kept beside the choices (-want +got):\n%s", path, diff)
		}
	}
}

// TestWordsOfAspects: on request the words that speak of each aspect are marked in the
// text, numbered as in the legend; before that nothing is read, and lists never are.
func TestWordsOfAspects(t *testing.T) {
	rd := &cuts{}
	s := newSite(t, func(o *web.Options) { o.Reader = rd })
	id := firstMention(t, s, "/menciones?q=ceviche&aspect=food:pos")
	d := s.doc("/mencion/" + id)
	ask := d.Find("[data-test=said-ask]").AttrOr("href", "")
	if ask == "" || rd.calls != 0 || d.Find(".said").Length() != 0 {
		t.Fatalf("before it is asked for: link %q, %d readings, %d marks", ask, rd.calls, d.Find(".said").Length())
	}
	for _, lang := range []string{"es", "en"} {
		d = s.doc(strings.Replace(ask, "#", "&lang="+lang+"#", 1))
		legend := d.Find("#aspectos li")
		if legend.Length() != int(mention.NumAspects) {
			t.Fatalf("%s: %d aspects in the legend, the model read %d", lang, legend.Length(), int(mention.NumAspects))
		}
		words := d.Find("[data-test=said-word]")
		if words.Length() == 0 {
			t.Fatal("no word is marked")
		}
		words.Each(func(_ int, w *goquery.Selection) {
			if !strings.Contains(strings.ToLower(text(w)), "ceviche") {
				t.Errorf("%s: marked is %q, which counts for nothing", lang, text(w))
			}
			refs := w.Find("sup a")
			if refs.Length() != int(mention.NumAspects) {
				t.Errorf("%s: %d numbers at a word of all %d aspects", lang, refs.Length(), int(mention.NumAspects))
			}
			refs.Each(func(i int, a *goquery.Selection) {
				li := d.Find(a.AttrOr("href", "#none"))
				name, label := text(li.Find("b")), text(li.Find(".chip"))
				if li.Length() != 1 || a.AttrOr("aria-label", "") != text(a)+". "+name+": "+label || name == "" || label == "" {
					t.Errorf("%s: number %q leads to %q and is called %q", lang, text(a), text(li), a.AttrOr("aria-label", ""))
				}
			})
		})
		if got := d.Find(".mentions.alone blockquote").Clone(); got.Find("sup").Remove().Length() == 0 || strings.Join(strings.Fields(got.Text()), " ") != strings.Join(strings.Fields(s.doc("/mencion/"+id).Find(".mentions.alone blockquote").Text()), " ") {
			t.Errorf("%s: the text is not the same with its marks: %q", lang, got.Text())
		}
	}
	if rd.calls != 1 {
		t.Errorf("the text was read %d times, want once", rd.calls)
	}
	if d = s.doc("/mencion/" + id + "?why=" + mention.Heads[3].Name); d.Find("[data-test=said-word]").Length() == 0 || d.Find("[data-test=why]").Length() != 1 {
		t.Error("an explanation of one label does not mark the words of aspects beside it")
	}
	if d = s.doc("/menciones?q=ceviche"); d.Find(".said").Length() != 0 {
		t.Error("a list marks words of aspects")
	}
}
