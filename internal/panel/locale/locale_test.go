package locale_test

import (
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"antojo/assets"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
)

func load(t *testing.T) *locale.Catalog {
	t.Helper()
	c, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(s string) mention.Day {
	d, err := mention.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestNumbersAndDates(t *testing.T) {
	c := load(t)
	es, en := c.For("es"), c.For("en")
	for _, x := range []struct{ name, got, want string }{
		{"thousands", es.Int(1234567), "1,234,567"},
		{"small", es.Int(12), "12"},
		{"negative", es.Int(-1234), "−1,234"},
		{"least", es.Int(math.MinInt64), "−9,223,372,036,854,775,808"},
		{"decimals", es.Dec(1234567.89, 2), "1,234,567.89"},
		{"rounds up a digit", es.Dec(999.996, 2), "1,000.00"},
		{"no minus zero", es.Dec(-.001, 2), "0.00"},
		{"not a number", es.Dec(math.NaN(), 1), "–"},
		{"signed", es.Signed(3.14, 1), "+3.1"},
		{"signed nought", es.Signed(.001, 1), "0.0"},
		{"per cent in Spanish", es.Percent(.1234, 1), "12.3\u00a0%"},
		{"per cent in English", en.Percent(.1234, 1), "12.3%"},
		{"points", es.Points(-.021), "−2.1\u00a0pp"},
		{"compact k", es.Compact(1500), "1.5\u00a0k"},
		{"compact whole", es.Compact(34000), "34\u00a0k"},
		{"compact M", es.Compact(2.5e6), "2.5\u00a0M"},
		{"compact small", es.Compact(.5), "0.5"},
		{"compact rounds into M", es.Compact(999_900), "1.0\u00a0M"},
		{"day", es.Day(day("2026-11-22")), "22\u00a0nov\u00a02026"},
		{"day in English", en.Day(day("2026-01-02")), "2\u00a0Jan\u00a02026"},
		{"one day", es.Days(day("2026-11-22"), day("2026-11-22")), "22\u00a0nov\u00a02026"},
		{"same month", es.Days(day("2026-11-02"), day("2026-11-22")), "2–22\u00a0nov\u00a02026"},
		{"same year", es.Days(day("2026-10-26"), day("2026-11-22")), "26\u00a0oct\u00a0– 22\u00a0nov\u00a02026"},
		{"two years", es.Days(day("2025-12-26"), day("2026-01-22")), "26\u00a0dic\u00a02025\u00a0– 22\u00a0ene\u00a02026"},
		{"time in Lima", es.Time(time.Date(2026, 11, 22, 3, 5, 0, 0, time.UTC)), "21\u00a0nov\u00a02026, 22:05"},
	} {
		if x.got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, x.got, x.want)
		}
	}
}

func TestMessages(t *testing.T) {
	c := load(t)
	es := c.For("es")
	if got := es.N("mentions.count", 1); got != "1 mención" {
		t.Errorf("one: %q", got)
	}
	if got := es.N("mentions.count", 1200); got != "1,200 menciones" {
		t.Errorf("many: %q", got)
	}
	if got := es.T("no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("missing key: %q", got)
	}
	if got := c.For("quechua").Lang; got != "es" {
		t.Errorf("an unknown language falls back to %q", got)
	}
	if got := es.T("error.filter.text", "field", "{want}", "value", "b", "want", "c"); !strings.Contains(got, "«{want}»") {
		t.Errorf("an argument was expanded twice: %q", got)
	}
}

// families are keys that are put together at run time: each prefix with all that
// can follow it.
func families() map[string][]string {
	var measures, windows []string
	for _, m := range metric.Measures {
		measures = append(measures, m.Name)
	}
	for _, w := range []string{"7d", "28d", "90d", "365d"} {
		windows = append(windows, w)
	}
	sources := make([]string, len(mention.Sources))
	for i, s := range mention.Sources {
		sources[i] = string(s)
	}
	var months []string
	for m := 1; m <= 12; m++ {
		months = append(months, strconv.Itoa(m))
	}
	verdicts := []string{"rising", "falling", "seasonal", "steady", "not-enough-data", "spike", "price-driven", "campaign-driven"}
	var whys []string
	for _, w := range metric.Whys {
		whys = append(whys, string(w))
	}
	selects := []string{"source", "department", "kind", "sentiment", "intent", "aspect", "campaign"}
	var all []string
	for _, s := range selects {
		all = append(all, s+".all")
	}
	var errs []string
	for _, e := range []string{"not_found", "cross_origin", "host", "no_upload", "no_file", "upload_gone", "too_large", "busy", "report", "filter", "slow", "internal", "unreadable", "unreadable_text", "bad_form", "budget"} {
		errs = append(errs, e+".title", e+".text")
	}
	products := []string{"weekly", "monthly", "dossier", "comparison", "alert", "studio"}
	var told []string
	for _, p := range products {
		told = append(told, p, p+".sub")
	}
	return map[string][]string{
		"models.slice.title.": {"all", "below", "level", "mixed", "one", "worse"},
		"export.title.":       {"mentions", "trends", "query", "sql"},
		"head.":               {"relevance", "sentiment", "intent"}, "sql.example.": {"hours", "price", "rising", "together"},
		"deliver.channel.": {"email", "slack", "teams", "telegram", "webhook"}, "deliver.every.": {"daily", "weekly", "monthly"}, "deliver.product.": products,
		"deliver.state.": {"sending", "sent", "retry", "failed", "stopped", "uncertain"}, "deliver.weekday.": {"0", "1", "2", "3", "4", "5", "6"},
		"reports.": told, "reports.as.": {"html", "email", "pdf", "md", "json"}, "reports.channel.": {"email", "instagram", "store", "tiktok", "whatsapp"},
		"reports.field.": {"channel", "feast", "idea", "period", "tone"}, "reports.kind.": {"all", "post", "campaign", "menu", "product"}, "reports.foods.": {"alert", "comparison", "dossier", "studio"}, "reports.tone.": {"formal", "playful", "warm"},
		"export.as.":      {"csv", "csv-es", "json", "ndjson", "parquet", "xlsx", "zip"},
		"raw.":            whys,
		"lexicon.action.": {"add", "merge", "disable"}, "lexicon.sense.": {"clear", "homograph", "food_context", "weak", "slang", "misspelt"},
		"lexicon.problem.": {"id", "name", "name_en", "region", "twice", "claimed", "parent", "circle"},
		"about.":           measures, "about.verdict.": verdicts, "aspect.": mention.AspectNames, "aspect_the.": mention.AspectNames, "error.": errs, "field.": append(all, selects...), "field.campaign.": {"exclude", "only"}, "active.campaign.": {"exclude", "only"},
		"intent.": mention.IntentLabels, "kind.": metric.Kinds, "language.": {"es", "en", "pt", "qu", "ay", "other", "unknown"},
		"measure.": measures, "method.": {"count", "share", "net", "stars"}, "month.": months, "quotes.": mention.SentimentLabels,
		"relevance.": mention.RelevanceLabels, "run.": {"running", "done", "failed"}, "sentiment.": mention.SentimentLabels, "source.": sources,
		"trends.col.": {"verdict", "name", "weeks", "mentions", "growth", "low", "sov", "net"}, "verdict.": verdicts, "window.": windows, "net.sub.": {"week", "month"}, "col.": {"week", "month"},
		"column.":  {"author", "channel", "department", "district", "id", "lang", "place", "rating", "source", "text", "ts"},
		"drivers.": {"sentiment.name", "sentiment.sub", "sentiment.title", "sentiment.note", "stars.name", "stars.sub", "stars.title", "stars.note"},
		"topics.":  {"neg.name", "neg.sub", "neg.few", "neg.title", "neg.close", "pos.name", "pos.sub", "pos.few", "pos.title", "pos.close"}, "theme.": {"neg", "pos"},
		"quadrant.":      {"opportunity", "strength", "weakness", "comfort", "unclear", "no-data"},
		"rising.finding": {".one", ".other"}, "falling.finding": {".one", ".other"}, "rising": {".none"}, "falling": {".none"},
		"tour.":      {"1.title", "1.text", "2.title", "2.text", "3.title", "3.text", "4.title", "4.text", "5.title", "5.text", "6.title", "6.text"},
		"want.":      {"from", "to", "window", "kind", "department", "province", "source", "sentiment", "intent", "aspect", "campaign", "q", "cluster"},
		"trends.by.": {"entity", "aspect", "set", "term"},
		"model.":     {"seasonal-naive", "theta", "ets", "pooled", "mean"},
	}
}

var (
	inTemplate = regexp.MustCompile(`\b(t|plural) "([^"]+)"`)
	inGo       = regexp.MustCompile(`"([a-z][a-z_]*(?:\.[a-z_]+)*)"`)
)

// TestKeys: every key that is used is there in every language, and every key that
// is there is used. Keys stand as literals in templates and Go files, or belong to
// one of the families.
func TestKeys(t *testing.T) {
	c := load(t)
	es := c.For("es")
	used := map[string]bool{}
	for prefix, rest := range families() {
		for _, r := range rest {
			used[prefix+r] = true
		}
	}
	err := fs.WalkDir(assets.Web, "web/templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(assets.Web, path)
		for _, m := range inTemplate.FindAllSubmatch(b, -1) {
			used[string(m[2])] = true
			if !es.Has(string(m[2])) {
				t.Errorf("%s uses %q, which es.json does not have", path, m[2])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"../../web", "../../export", "..", "."} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Base(dir) == "export" { // a column's heading is found by its name
				for _, m := range regexp.MustCompile(`"([a-z_]+)"`).FindAllSubmatch(b, -1) {
					used["export.col."+string(m[1])] = true
				}
			}
			for _, m := range inGo.FindAllSubmatch(b, -1) {
				key := string(m[1])
				used[key], used[key+".one"], used[key+".other"] = true, true, true
			}
			for _, m := range regexp.MustCompile(`\b(?:T|add)\("([a-z_.]+)"[,)]`).FindAllSubmatch(b, -1) {
				if key := string(m[1]); !es.Has(key) && !strings.HasSuffix(key, ".") {
					t.Errorf("%s uses %q, which es.json does not have", f, key)
				}
			}
		}
	}
	for _, key := range es.Keys() {
		if !used[key] {
			t.Errorf("es.json has %q, which nothing uses", key)
		}
	}
	for prefix, rest := range families() {
		for _, r := range rest {
			if !es.Has(prefix + r) {
				t.Errorf("es.json lacks %q", prefix+r)
			}
		}
	}
	for _, lang := range c.Langs() {
		if got, want := c.For(lang).Keys(), es.Keys(); !slices.Equal(got, want) {
			t.Errorf("%s.json and es.json do not have the same keys: %v", lang, difference(got, want))
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// TestPlaceholders: a translation uses the same arguments.
func TestPlaceholders(t *testing.T) {
	read := func(lang string) map[string]string {
		b, err := fs.ReadFile(assets.Web, "web/locales/"+lang+".json")
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	args := func(s string) []string {
		out := placeholder.FindAllString(s, -1)
		slices.Sort(out)
		return slices.Compact(out)
	}
	es, en := read("es"), read("en")
	for key, m := range es {
		if strings.TrimSpace(m) == "" || strings.TrimSpace(en[key]) == "" {
			t.Errorf("%s is empty", key)
		}
		if !slices.Equal(args(m), args(en[key])) {
			t.Errorf("%s: es has %v, en has %v", key, args(m), args(en[key]))
		}
	}
}

func difference(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, "+"+x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			out = append(out, "-"+x)
		}
	}
	return out
}

// usted are forms that address the reader as "usted"; the pages say "tú". Words that
// are also forms of the third person (use, abra) are left out where they are common.
var usted = regexp.MustCompile(`(?i)\b(usted|ustedes|elija|escriba|pase|pruebe|suba|inicie|revise|quite|vuelva|envíe|envíelo|divídalo|úselos|marque|espere|inténtelo|agregue|cargue|confirme|quiere dejar|busque|guarde|mire|ingrese|seleccione|haga|pulse)\b`)

// TestOneVoice: Spanish messages speak to the reader with "tú".
func TestOneVoice(t *testing.T) {
	es := load(t).For("es")
	for _, key := range es.Keys() {
		if m := usted.FindString(es.T(key)); m != "" {
			t.Errorf("%s says %q: %s", key, m, es.T(key))
		}
	}
}
