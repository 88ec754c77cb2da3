package web_test

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/store/duckdb"
	"antojo/internal/web"
	"github.com/PuerkitoBio/goquery"
)

// TestPreferencesPanels: every panel has a finding, a note, a table, and a CSV twin
// with as many rows and nothing but numbers in its numeric columns.
func TestPreferencesPanels(t *testing.T) {
	s := newSite(t)
	d := s.doc("/preferencias?vs=inca-kola,ceviche,pollo-a-la-brasa")
	for _, id := range []string{"heat", "opportunity", "voices", "profiles"} {
		p := d.Find("#" + id)
		if text(p.Find("h2")) == "" || text(p.Find(".note")) == "" || p.Find("table[data-twin] tbody tr").Length() == 0 {
			t.Errorf("%s: no title, note or rows: %.300s", id, text(p))
			continue
		}
		w := s.get(p.Find("[download]").AttrOr("href", ""))
		recs, err := csv.NewReader(w.Body).ReadAll()
		if err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: CSV: status %d, %v", id, w.Code, err)
		}
		if rows := p.Find("table[data-twin] tbody tr").Length(); len(recs)-1 != rows {
			t.Errorf("%s: CSV has %d rows, the table %d", id, len(recs)-1, rows)
		}
		for _, r := range recs[1:] {
			for i, v := range r[1:] {
				if v == "" || recs[0][i+1] == "place" {
					continue
				}
				if _, err := strconv.ParseFloat(v, 64); err != nil {
					t.Errorf("%s: column %s holds %q", id, recs[0][i+1], v)
				}
			}
		}
	}
	if n := d.Find("#heat tbody tr").Length(); n != 15 {
		t.Errorf("the heat table has %d rows", n)
	}
	if d.Find("#opportunity svg[role=img]").Length() != 1 {
		t.Error("no map")
	}
	// A figure of the table leads to its mentions, as many as its n.
	cell := d.Find("#heat tbody td.heat:has(.ci):has(a)").Eq(1)
	want := text(cell.Find(".ci"))
	want = strings.Fields(want[strings.Index(want, "n = ")+4:])[0]
	got := strings.Fields(text(s.doc(cell.Find("a").AttrOr("href", "")).Find("[data-test=count]")))[0]
	if got != want {
		t.Errorf("a cell says n = %s, the mentions behind it are %s (%s)", want, got, cell.Find("a").AttrOr("href", ""))
	}
}

// TestPreferencesThin: a cell with few mentions is hatched and gives no figure.
func TestPreferencesThin(t *testing.T) {
	s := newSite(t)
	thin := 0
	for _, c := range s.doc("/preferencias").Find("td.heat").EachIter() {
		say := text(c)
		switch {
		case c.HasClass("thin"):
			thin++
			if strings.ContainsAny(say, "+−") {
				t.Errorf("a thin cell gives a figure: %q", say)
			}
		case say != "–" && !strings.Contains(say, "n = "):
			t.Errorf("a figure without n: %q", say)
		}
	}
	if thin == 0 {
		t.Error("no thin cell in a table of 75 days")
	}
}

// TestCompare: names are looked up, sorted into the address, and can be taken out again.
func TestCompare(t *testing.T) {
	s := newSite(t)
	w := s.get("/preferencias?window=28d&vs=inca-kola&add=Ceviche")
	if got, want := w.Header().Get("Location"), "/preferencias?vs=inca-kola%2Cceviche&window=28d#compare"; w.Code != http.StatusSeeOther || got != want {
		t.Fatalf("status %d, to %q, want %q", w.Code, got, want)
	}
	d := s.doc("/preferencias?vs=inca-kola,ceviche&window=28d")
	if n := d.Find("#voices tbody tr").Length(); n != 2 {
		t.Errorf("%d compared", n)
	}
	sum := 0.0
	w = s.get(d.Find("#voices [download]").AttrOr("href", ""))
	recs, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recs[1:] {
		x, err := strconv.ParseFloat(r[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += x
	}
	if sum < .9999 || sum > 1.0001 {
		t.Errorf("shares add up to %v", sum)
	}
	if got := d.Find("#compare a.tag").First().AttrOr("href", ""); got != "/preferencias?vs=ceviche&window=28d#compare" {
		t.Errorf("taking one out leads to %q", got)
	}
	full := s.doc("/preferencias?vs=inca-kola,ceviche,causa,anticucho,pan,cafe,pizza")
	if n := full.Find("#compare a.tag").Length(); n != 6 || full.Find("#compare form").Length() != 0 {
		t.Errorf("%d compared of seven asked for, form %d", n, full.Find("#compare form").Length())
	}
	unknown := s.doc("/preferencias?add=xyzzy")
	if !strings.Contains(text(unknown.Find("#compare .notice")), "xyzzy") {
		t.Error("an unknown name is not said")
	}
}

// TestPreferencesPeriods: without a period the page shows 90 days; four weeks can be
// chosen and stay chosen when something else is.
func TestPreferencesPeriods(t *testing.T) {
	s := newSite(t)
	current := func(d *goquery.Document) string { return text(d.Find(".filters .seg a[aria-current]")) }
	if got := current(s.doc("/preferencias")); got != "90 días" {
		t.Errorf("the default period is %q", got)
	}
	d := s.doc("/preferencias?window=28d&department=15")
	if got := current(d); got != "28 días" {
		t.Errorf("the chosen period is %q", got)
	}
	if d.Find(`.filters input[type=hidden][name=window][value="28d"]`).Length() != 1 {
		t.Error("the form forgets the period")
	}
	if href := d.Find("[data-test=active] a").First().AttrOr("href", ""); !strings.Contains(href, "window=28d") {
		t.Errorf("taking the department away forgets the period: %q", href)
	}
	if n := d.Find("#f-kind option").Length(); n != 5 {
		t.Errorf("%d kinds to choose from", n)
	}
}

func TestPreferencesEmpty(t *testing.T) {
	if d := emptySite(t).doc("/preferencias"); d.Find(".btn.primary").Length() != 1 {
		t.Error("no way on from an empty store")
	}
}

// TestEntityPreferences: the panels of preferences on an entity's page say how much
// they rest on, and where that is too little they say so and give no table.
func TestEntityPreferences(t *testing.T) {
	s := newSite(t)
	d := s.doc("/entidad/pollo-a-la-brasa")
	for _, id := range []string{"topics-neg", "topics-pos", "drivers", "areas"} {
		p := d.Find("#" + id)
		if p.Find("table[data-twin] tbody tr").Length() == 0 || !strings.Contains(text(p.Find(".note")), "n = ") {
			t.Errorf("%s: %.400s", id, text(p))
		}
	}
	// 75 days are less than a year of weeks.
	if p := d.Find("#rivals"); p.Find("[data-test=empty]").Length() != 1 || p.Find("table").Length() != 0 {
		t.Errorf("rivals: %.300s", text(p))
	}
	for _, row := range d.Find("#areas tbody tr").EachIter() {
		n, err := strconv.Atoi(strings.ReplaceAll(text(row.Find("td").Last()), ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		if thin := row.Find("td.few").Length() > 0; thin != (n < 30) {
			t.Errorf("a department with n = %d: thin %v", n, thin)
		}
	}
	// A count of praises leads to that many mentions.
	cell := d.Find("#drivers tbody td.delta:has(a)").First()
	want := text(cell.Find(".ci"))
	want = strings.Fields(want[strings.Index(want, "n = ")+4:])[0]
	if got := strings.Fields(text(s.doc(cell.Find("a").AttrOr("href", "")).Find("[data-test=count]")))[0]; got != want {
		t.Errorf("drivers say n = %s, the mentions behind it are %s", want, got)
	}
	few := s.doc("/entidad/pollo-a-la-brasa?department=17")
	if few.Find("#drivers [data-test=empty]").Length() != 1 || few.Find("#topics-neg [data-test=empty]").Length() != 1 {
		t.Error("a department with few mentions has drivers or themes")
	}
}

// TestThemePage: a theme leads to as many mentions as it says, all of its polarity,
// in both languages and at the same address on another day's visit.
func TestThemePage(t *testing.T) {
	s := newSite(t)
	row := s.doc("/entidad/pollo-a-la-brasa").Find("#topics-neg tbody tr").First()
	href := row.Find("th a").AttrOr("href", "")
	n, err := strconv.Atoi(text(row.Find("td").Last()))
	if err != nil || !strings.HasPrefix(href, "/entidad/pollo-a-la-brasa/tema/neg-") {
		t.Fatalf("theme %q, n %v", href, err)
	}
	for _, lang := range []string{"es", "en"} {
		d := s.doc(href + "?lang=" + lang)
		if got := d.Find("[data-test=mention]").Length(); got != n {
			t.Errorf("%d mentions of a theme of %d", got, n)
		}
		if d.Find("[data-test=mention] .chip.neg").Length() < n {
			t.Error("a complaint is not negative")
		}
		if text(d.Find("h1")) != text(row.Find("th")) {
			t.Errorf("the theme is called %q and %q", text(row.Find("th")), text(d.Find("h1")))
		}
	}
	for _, bad := range []string{"/entidad/pollo-a-la-brasa/tema/neg-00000000", "/entidad/pollo-a-la-brasa/tema/x", "/entidad/no-such/tema/neg-00000000", "/entidad/pollo-a-la-brasa/tema/neu-00000000"} {
		if w := s.get(bad); w.Code != http.StatusNotFound {
			t.Errorf("GET %s = %d", bad, w.Code)
		}
	}
}

// TestEntityOfOneDay: with a single day of data every panel of an entity says what it
// can, and none fails.
func TestEntityOfOneDay(t *testing.T) {
	f := open(t)
	st, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "day.duckdb"), MemoryLimit: "128MB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	day := mention.Day(20777)
	m := lexicon.NewMatcher(f.lx)
	batch := mention.Batch{Stream: "day", Seq: 1}
	for i := range 40 {
		r := mention.Raw{External: strconv.Itoa(i), Source: mention.Review, Channel: "reseñas", Time: day.Start().Add(time.Hour), Text: "Prefiero el ceviche al lomo saltado"}
		batch.Mentions = append(batch.Mentions, annotate(m, nil, r, demo.Truth{Food: true, Sentiment: mention.Positive}))
	}
	if _, err := st.Load(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	log := &strings.Builder{}
	s := newSite(t, func(o *web.Options) {
		o.Data, o.Runs = st, st
		o.Logger = slog.New(slog.NewTextHandler(log, nil))
	})
	for _, path := range []string{"/entidad/ceviche", "/entidad/ceviche?all=1", "/entidad/lomo-saltado?window=7d"} {
		d := s.doc(path)
		if w := s.get(path + "&csv=rivals"); strings.Contains(path, "?") && w.Code >= 400 && w.Code < 500 && w.Code != http.StatusNotFound {
			t.Errorf("%s: the CSV of rivals answers %d: %.200s", path, w.Code, w.Body)
		}
		if text(d.Find("h1")) == "" || d.Find("#rivals").Length() == 0 {
			t.Errorf("%s: no heading or no panel of rivals: %.600s", path, text(d.Find("main")))
		}
	}
	if strings.Contains(log.String(), "could not be computed") {
		t.Errorf("a panel failed:\n%s", log)
	}
}
