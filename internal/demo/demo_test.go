package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/assets"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

func plan(t *testing.T) *Plan {
	t.Helper()
	p, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// whole is the set, drawn once for all tests that look at all of it.
var whole = sync.OnceValues(func() ([]item, error) {
	p, err := Load()
	if err != nil {
		return nil, err
	}
	var all []item
	err = GenerateLabelled(p, func(r mention.Raw, t Truth) error { all = append(all, item{r, t}); return nil })
	return all, err
})

// each calls f for every mention of the set.
func each(t *testing.T, f func(mention.Raw, Truth)) {
	t.Helper()
	all, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range all {
		f(it.raw, it.truth)
	}
}

// digest appends everything of a row that a reader can see, and its truth.
func digest(dst []byte, r mention.Raw, tr Truth) []byte {
	for _, s := range []string{r.External, r.Text, r.Author, r.Place, r.District, r.Channel, tr.Kind, tr.Event, tr.Language} {
		dst = append(append(dst, s...), '|')
	}
	dst = strconv.AppendInt(dst, r.Time.Unix(), 10)
	dst = append(dst, byte(r.Rating), byte(r.Department), byte(tr.Department), byte(tr.Sentiment+1), byte(tr.Intent))
	for _, a := range tr.Aspects {
		dst = append(dst, byte(a))
	}
	for _, e := range tr.Entities {
		dst = append(append(dst, e...), '|')
	}
	return append(dst, '\n')
}

// Two days drawn alone are the days of the whole, and the set never changes by
// itself: whoever changes plan or code updates the hash and rebuilds the Parquet.
const goldenHash = "f59ab631652c6024369b1f53ba777769a566b7976125f190d1ce3a1ff02a652d"

func TestGenerate(t *testing.T) {
	p := plan(t)
	all := sha256.New()
	var (
		n, campaign, located int
		perDay               = map[mention.Day][]byte{}
		line                 []byte
		channels             = map[string]int{}
		departments          = map[mention.Department]int{}
		texts                = map[string]int{}
		langs                = map[string]int{}
		kinds                = map[string]int{}
		last                 time.Time
	)
	probe := map[mention.Day]bool{p.Start: true, p.Start + 700: true, p.End: true}
	contacts := 0
	hasContact := regexp.MustCompile(`999[ -]?999[ -]?999|(?i:demo@example\.com)`)
	personal := regexp.MustCompile(`\d{7,}|\b9\d{2}[ -]?\d{3}[ -]?\d{3}\b|[\w.]+@[\w.]+|@\w+`)
	each(t, func(r mention.Raw, tr Truth) {
		n++
		line = digest(line[:0], r, tr)
		all.Write(line)
		d := mention.DayOf(r.Time)
		if probe[d] {
			perDay[d] = append(perDay[d], line...)
		}
		if r.Time.Before(last) {
			t.Errorf("row %s comes before its predecessor", r.External)
		}
		last = r.Time
		if d < p.Start || d > p.End || !r.Synthetic || r.Text == "" || tr.Department < 1 || tr.Department > mention.NumDepartments {
			t.Fatalf("row %s is out of shape: %+v %+v", r.External, r, tr)
		}
		if r.Place != "" && !strings.Contains(r.Place, " Demo ") {
			t.Errorf("place %q is not marked as invented", r.Place)
		}
		if (r.Source == mention.Social || r.Source == mention.Survey) != (r.Rating == 0) && r.Source != mention.Delivery {
			t.Errorf("row %s of %s has rating %v", r.External, r.Source, r.Rating)
		}
		rest := r.Text
		if !strings.ContainsAny(rest, "@9") && !manyDigits(rest) {
			rest = ""
		} else if hasContact.MatchString(rest) {
			contacts++
			rest = hasContact.ReplaceAllString(rest, "")
		}
		if m := personal.FindString(rest); m != "" {
			t.Errorf("row %s holds %q in %q", r.External, m, r.Text)
		}
		channels[r.Channel]++
		departments[tr.Department]++
		langs[tr.Language]++
		kinds[tr.Kind]++
		if tr.Located {
			located++
		}
		if tr.Kind == "campaign" {
			campaign++
			return
		}
		texts[r.Text]++
	})

	if got := float64(n - campaign); math.Abs(got/p.Mentions-1) > 0.02 {
		t.Errorf("%v mentions without campaigns, want %v ± 2 %%", got, p.Mentions)
	}
	same := 0
	for _, c := range texts {
		same += c - 1
	}
	if share := float64(same) / float64(n-campaign); share > 0.03 {
		t.Errorf("%.1f %% of texts outside of campaigns repeat another one, want at most 3 %%", 100*share)
	} else {
		t.Logf("%d mentions, %d of campaigns, %.2f %% repeated texts, %.0f %% located", n, campaign, 100*share, 100*float64(located)/float64(n))
	}
	if want := 440.0; math.Abs(float64(campaign)-want) > 70 {
		t.Errorf("%d campaign mentions, want about %v", campaign, want)
	}
	if contacts < 40 || contacts > 250 {
		t.Errorf("%d planted contacts, want 40 to 250", contacts)
	}
	for _, ch := range p.Channels {
		if channels[ch.Name] < n/100 {
			t.Errorf("channel %s has only %d mentions", ch.Name, channels[ch.Name])
		}
	}
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		if departments[d] < 300 {
			t.Errorf("%s has only %d mentions", d.Name(), departments[d])
		}
	}
	if lima := float64(departments[15]) / float64(n); lima < 0.33 || lima > 0.6 {
		t.Errorf("Lima has %.0f %% of mentions, want 33 to 60 %%", 100*lima)
	}
	for _, l := range []string{"en", "pt", "qu"} {
		if langs[l] < 60 || langs[l] > n/20 {
			t.Errorf("%d mentions in %s", langs[l], l)
		}
	}
	for _, k := range []string{"verdict", "crave", "ask", "other", "plain", "sarcasm", "feast", "shock", "slang", "topic", "foreign", "campaign"} {
		if kinds[k] == 0 {
			t.Errorf("no mention of kind %s", k)
		}
	}
	if got := hex.EncodeToString(all.Sum(nil)); got != goldenHash {
		t.Errorf("the set has changed: hash %s, want %s; if that is meant, update goldenHash and run make demo-data", got, goldenHash)
	}

	for d, want := range perDay {
		var got []byte
		if err := p.Days(d, d, func(r mention.Raw, tr Truth) error { got = digest(got, r, tr); return nil }); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("day %s drawn alone differs from the same day in the whole", d)
		}
	}
}

// manyDigits spares most texts the regular expressions.
func manyDigits(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n >= 7
}

func TestHistoryAndTailAreTheWhole(t *testing.T) {
	p := plan(t)
	var first, last mention.Day
	count := func(f func(*Plan, func(mention.Raw) error) error) int {
		n := 0
		first = 0
		if err := f(p, func(r mention.Raw) error {
			last = mention.DayOf(r.Time)
			if first == 0 {
				first = last
			}
			n++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	tail := count(Tail)
	if first != p.End-2 || last != p.End || tail < 400 || tail > 1200 {
		t.Errorf("tail has %d mentions from %s to %s", tail, first, last)
	}
	history := count(History)
	if first != p.Start || last != p.End-3 {
		t.Errorf("history goes from %s to %s", first, last)
	}
	all, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != history+tail {
		t.Errorf("%d mentions, but history has %d and tail %d", len(all), history, tail)
	}
}

func TestYieldStops(t *testing.T) {
	stop := errors.New("stop")
	n := 0
	err := Generate(plan(t), func(mention.Raw) error {
		if n++; n == 10 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 10 {
		t.Errorf("got %v after %d rows, want stop after 10", err, n)
	}
	if err := plan(t).Days(0, 1, nil); err == nil {
		t.Error("days outside of the plan gave no error")
	}
}

// The plan names entities and kinds of places by lexicon ids, and the lexicon reads
// the plan's surface forms as these and as nothing else. A few common words may go
// unread where the lexicon wants more context than the test's sentence gives.
func TestPlanFollowsLexicon(t *testing.T) {
	p := plan(t)
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := lexicon.NewMatcher(lx)
	surfaces := 0
	var unread []string
	check := func(id, sentence string, forms ...string) {
		if _, ok := lx.Entity(id); !ok {
			t.Errorf("plan names %q, which the lexicon lacks", id)
			return
		}
		for _, s := range forms {
			if s == "" {
				continue
			}
			surfaces++
			var got []string
			for _, x := range m.Match(nil, fmt.Sprintf(sentence, s)) {
				got = append(got, x.Info.ID)
			}
			if got == nil {
				unread = append(unread, s)
				continue
			}
			if diff := cmp.Diff([]string{id}, got); diff != "" {
				t.Errorf("%s: the lexicon reads %q otherwise (-want +got):\n%s", id, s, diff)
			}
		}
	}
	for _, e := range p.Entities {
		check(e.ID, "hoy quiero comer %s con la familia", append([]string{e.one, e.many}, e.variants.items...)...)
		for _, id := range e.companions.items {
			check(id, "")
		}
	}
	for _, k := range p.kinds {
		check(k.id, "fuimos a comer en %s muy ricos", k.one, k.many)
	}
	for _, f := range p.Families {
		for _, id := range f.companions.items {
			check(id, "")
		}
	}
	if len(unread)*20 > surfaces {
		t.Errorf("the lexicon does not read %d of %d surface forms: %q", len(unread), surfaces, unread)
	}
}

// What was planted is there: counts of an entity follow the planned intensity.
func TestPlantedEvents(t *testing.T) {
	p := plan(t)
	counts := map[string]map[mention.Day]int{}
	author := map[string]map[string]bool{}
	reddit := 0
	tiktok := mention.Day(0)
	shock := map[bool][2]int{}
	out, _ := mention.ParseDay("2026-03-09")
	each(t, func(r mention.Raw, tr Truth) {
		d := mention.DayOf(r.Time)
		if r.Channel == "reddit" && d >= out && d <= out+20 {
			reddit++
		}
		if r.Channel == "tiktok_comments" && tiktok == 0 {
			tiktok = d
		}
		if tr.Kind == "campaign" {
			if author[tr.Event] == nil {
				author[tr.Event] = map[string]bool{}
			}
			author[tr.Event][r.Author] = true
			return
		}
		for _, id := range tr.Entities {
			if counts[id] == nil {
				counts[id] = map[mention.Day]int{}
			}
			counts[id][d]++
			if id == "ceviche" && tr.Kind != "crave" {
				on := p.model.shock[d-p.Start][p.eventIndex("limon-2026")] > 0.9
				s := shock[on]
				s[0]++
				if tr.Aspects[mention.Price] == mention.AspectNeg {
					s[1]++
				}
				shock[on] = s
			}
		}
	})
	window := func(id string, from, to mention.Day) float64 {
		n := 0
		for d := from; d <= to; d++ {
			n += counts[id][d]
		}
		return float64(n)
	}
	now := func(id string) float64 { return window(id, p.End-27, p.End) }
	before := func(id string) float64 { return window(id, p.End-55, p.End-28) }
	total := func(f func(string) float64) float64 {
		s := 0.0
		for id := range counts {
			s += f(id)
		}
		return s
	}
	exposure := total(now) / total(before)
	cases := []struct {
		id     string
		lo, hi float64
	}{
		{"smash-burger", 1.3, 3.2}, {"matcha", 1.3, 2.6}, {"cafe-de-especialidad", 1.2, 2.2},
		{"pan-con-chicharron", 1.4, 2.8}, {"tacacho-con-cecina", 1.3, 3.5}, {"salchipapa", 1.2, 2.2},
		{"paneton", 1.5, 6}, {"maki", 0.25, 0.75}, {"ocopa", 0.2, 1.2}, {"turron-de-dona-pepa", 0.1, 0.7},
		{"pollo-a-la-brasa", 0.8, 1.25}, {"lomo-saltado", 0.7, 1.35}, {"arroz-chaufa", 0.7, 1.35},
	}
	for _, c := range cases {
		got := now(c.id) / before(c.id) / exposure
		t.Logf("%-22s %4.0f after %4.0f, growth beyond exposure %.2f", c.id, now(c.id), before(c.id), got)
		if got < c.lo || got > c.hi {
			t.Errorf("%s grows by factor %.2f, want %v to %v", c.id, got, c.lo, c.hi)
		}
	}
	if reddit != 0 {
		t.Errorf("%d mentions of reddit during its outage", reddit)
	}
	if tiktok.String() != "2025-06-02" {
		t.Errorf("tiktok_comments starts on %s", tiktok)
	}
	if diff := cmp.Diff(map[string]int{"burbuja-campaign": 14, "volteada-campaign": 10}, lengths(author)); diff != "" {
		t.Errorf("authors of campaigns (-want +got):\n%s", diff)
	}
	quiet, dear := share(shock[false]), share(shock[true])
	if dear < 2*quiet {
		t.Errorf("complaints about the price of ceviche: %.3f in a shock, %.3f otherwise", dear, quiet)
	}
	day, _ := mention.ParseDay("2026-07-19")
	if peak, usual := counts["pollo-a-la-brasa"][day], window("pollo-a-la-brasa", day-49, day-22)/28; float64(peak) < 2.5*usual {
		t.Errorf("pollo a la brasa: %d on its day, %.1f a day before", peak, usual)
	}
}

func lengths(m map[string]map[string]bool) map[string]int {
	out := map[string]int{}
	for k := range maps.Keys(m) {
		out[k] = len(m[k])
	}
	return out
}

func share(x [2]int) float64 { return float64(x[1]) / float64(x[0]) }

// The document and the sample files that it describes keep up with the plan.
func TestDocument(t *testing.T) {
	p := plan(t)
	doc, err := os.ReadFile("../../docs/demo-data.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range p.Events {
		if !strings.Contains(string(doc), e.ID) {
			t.Errorf("docs/demo-data.md says nothing of event %s", e.ID)
		}
	}
	for _, s := range []string{p.Start.String(), p.End.String()} {
		if !strings.Contains(string(doc), s) {
			t.Errorf("docs/demo-data.md does not name %s", s)
		}
	}
	var got bytes.Buffer
	if err := p.WritePrices(&got); err != nil {
		t.Fatal(err)
	}
	want, err := fs.ReadFile(assets.Demo, "demo/sample-prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("sample-prices.csv differs from the planted prices (-file +plan):\n%s", diff)
	}
}

func BenchmarkGenerate(b *testing.B) {
	p, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		if err := p.Days(p.End-89, p.End, func(mention.Raw, Truth) error { n++; return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mentions/s")
}
