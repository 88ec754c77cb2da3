package metric

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
)

func day(t testing.TB, s string) mention.Day {
	t.Helper()
	d, err := mention.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseFilter(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Filter
		url      string // canonical
	}{
		{"nothing", "", Filter{}, ""},
		{"unknown names and empty values are left alone", "lang=en&entity=&q=+", Filter{}, ""},
		{"days", "from=2026-01-02&to=2026-02-03", Filter{From: day(t, "2026-01-02"), To: day(t, "2026-02-03")}, "from=2026-01-02&to=2026-02-03"},
		{"window", "window=28d", Filter{Window: "28d"}, "window=28d"},
		{"window up to a day", "window=1y&to=2026-02-03", Filter{Window: "1y", To: day(t, "2026-02-03")}, "to=2026-02-03&window=1y"},
		{"lists", "entity=tacu-tacu,ceviche&entity=ceviche&kind=drink&kind=dish", Filter{Entities: []string{"ceviche", "tacu-tacu"}, Kinds: []string{"dish", "drink"}},
			"entity=ceviche&entity=tacu-tacu&kind=dish&kind=drink"},
		{"departments", "department=15,7&department=none", Filter{Departments: []mention.Department{0, 7, 15}}, "department=none&department=07&department=15"},
		{"commas in channels", "channel=csv:a,b.csv&source=survey,review", Filter{Channels: []string{"csv:a,b.csv"}, Sources: []mention.Source{mention.Review, mention.Survey}},
			"channel=csv%3Aa%2Cb.csv&source=review&source=survey"},
		{"labels", "sentiment=pos,neg&intent=crave&aspect=price&aspect=food:neg", Filter{
			Sentiments: []mention.Sentiment{mention.Negative, mention.Positive}, Intents: []mention.Intent{mention.Crave},
			Aspects: []AspectFilter{{mention.Food, mention.AspectNeg}, {mention.Price, mention.AspectNone}}},
			"aspect=food%3Aneg&aspect=price&intent=crave&sentiment=neg&sentiment=pos"},
		{"text, topics, run", "q=+Lomo++saltado,%20rico&all=on&run=r1", Filter{Text: "Lomo saltado, rico", AllTopics: true, Run: "r1"}, "all=1&q=Lomo+saltado%2C+rico&run=r1"},
		{"as counted", "correct=raw", Filter{Raw: true}, "correct=raw"},
		{"corrected", "correct=yes", Filter{}, ""},
		{"without campaigns", "campaign=exclude", Filter{Campaign: ExcludeCampaigns}, "campaign=exclude"},
		{"named together", "with=causa&entity=ceviche&with=anticucho&with=causa", Filter{Entities: []string{"ceviche"}, With: []string{"anticucho", "causa"}}, "entity=ceviche&with=anticucho&with=causa"},
		{"campaigns alone", "campaign=only&cluster=00000000000000ff", Filter{Campaign: OnlyCampaigns, Cluster: 255}, "campaign=only&cluster=00000000000000ff"},
		{"with campaigns", "campaign=include", Filter{}, ""},
	} {
		v, err := url.ParseQuery(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseFilter(v)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if got := got.Values().Encode(); got != tt.url {
			t.Errorf("%s: canonical %q, want %q", tt.name, got, tt.url)
		}
	}
}

// Each mistake is told by its field, with what is allowed.
func TestParseMistakes(t *testing.T) {
	for _, tt := range []struct{ in, field, want string }{
		{"from=2026-13-01", "from", "2026-11-30"},
		{"from=01/02/2026", "from", "2026-11-30"},
		{"to=1960-01-01", "to", "after 1970"},
		{"from=2026-02-02&to=2026-01-01", "from", "not after to"},
		{"from=2026-02-02&from=2026-02-03", "from", "one value"},
		{"window=28", "window", "28d"},
		{"window=0d", "window", "28d"},
		{"window=99y", "window", "20 years"},
		{"window=28d&from=2026-01-01", "window", "not both"},
		{"kind=soup", "kind", "dish, ingredient"},
		{"department=26", "department", "01 to 25"},
		{"department=Lima", "department", "01 to 25"},
		{"source=blog", "source", "review, delivery"},
		{"sentiment=good", "sentiment", "neg, neu, pos"},
		{"intent=eat", "intent", "crave"},
		{"aspect=taste", "aspect", "food"},
		{"aspect=food:none", "aspect", ":neg"},
		{"aspect=food:", "aspect", ":neg"},
		{"all=maybe", "all", "1 or 0"},
		{"q=%ff", "q", "UTF-8"},
		{"entity=a%00b", "entity", "UTF-8"},
		{"q=" + strings.Repeat("x", 500), "q", "400 bytes"},
		{"entity=" + strings.Repeat("a,", 60) + "&entity=" + strings.Repeat("b,", 60), "entity", "100 values"},
		{"measures=mentions&by=planet", "by", "entity"},
		{"measures=mentions&by=day,week", "by", "only one"},
		{"measures=mentions&by=day,entity,kind,source", "by", "at most 3"},
		{"measures=mentions,mentions", "measures", "once"},
		{"measures=clicks", "measures", "net_sentiment"},
		{"by=day", "measures", "at least one"},
		{"measures=sov", "measures", "by=entity"},
		{"measures=aspect_net&aspect=food,price", "measures", "exactly one aspect"},
		{"measures=mentions&order=-authors", "order", "descending"},
		{"measures=mentions&limit=x", "limit", "whole number"},
		{"measures=mentions&limit=-5", "limit", "0"},
		{"measures=mentions&departmnet=15", "parameter", "department"},
	} {
		v, err := url.ParseQuery(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		var field *FieldError
		if _, err := ParseQuery(v); !errors.As(err, &field) || field.Field != tt.field || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error about %s with %q", tt.in, err, tt.field, tt.want)
		}
	}
	if _, err := ParseQuery(url.Values{"measures": {"mentions"}, "lang": {"es"}}, "lang"); err != nil {
		t.Errorf("a parameter of others is refused: %v", err)
	}
}

// randomFilter fills each field now and then, unsorted and with repeats.
func randomFilter(r *rand.Rand) Filter {
	var f Filter
	if r.IntN(2) == 0 {
		f.From = mention.Day(1 + r.IntN(30_000))
		f.To = f.From + mention.Day(r.IntN(100))
	} else {
		f.Window = []string{"", "1d", "7305d", "12w", "6m", "20y"}[r.IntN(6)]
	}
	for range r.IntN(4) {
		f.Entities = append(f.Entities, []string{"ceviche", "aji-de-gallina", "ñ", "a&b=c", "j&r"}[r.IntN(5)])
		f.Kinds = append(f.Kinds, Kinds[r.IntN(5)])
		f.Departments = append(f.Departments, mention.Department(r.IntN(26)))
		f.Sources = append(f.Sources, mention.Sources[r.IntN(4)])
		f.Channels = append(f.Channels, []string{"reddit", "csv:x, y.csv", "ñandú%"}[r.IntN(3)])
		f.Sentiments = append(f.Sentiments, mention.Sentiment(r.IntN(3)-1))
		f.Intents = append(f.Intents, mention.Intent(r.IntN(5)))
		f.Aspects = append(f.Aspects, AspectFilter{mention.Aspect(r.IntN(8)), mention.AspectLabel(r.IntN(4))})
	}
	f.Text = []string{"", "qué  rico", " a+b%20c ", "100%"}[r.IntN(4)]
	f.AllTopics = r.IntN(2) == 0
	f.Raw = r.IntN(2) == 0
	f.Run = []string{"", "20260101T000000-1"}[r.IntN(2)]
	return f
}

func TestFilterRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 5000 {
		f := randomFilter(r)
		v, err := url.ParseQuery(f.Values().Encode())
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseFilter(v)
		if err != nil {
			t.Fatalf("%s: %v", f.Values().Encode(), err)
		}
		if diff := cmp.Diff(f.Canonical(), got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", f.Values().Encode(), diff)
		}
	}
}

func TestQueryRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	tried := 0
	for range 5000 {
		q := Query{Filter: randomFilter(r).Canonical(), Limit: r.IntN(3) * 10}
		for range r.IntN(3) + 1 {
			q.Measures = append(q.Measures, Measures[r.IntN(len(Measures))].Name)
		}
		for range r.IntN(3) {
			q.By = append(q.By, Dimensions[r.IntN(len(Dimensions))])
		}
		if r.IntN(2) == 0 {
			q.Order = "-" + q.Measures[0]
		}
		if q.Check() != nil {
			continue
		}
		tried++
		b, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		var got Query
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if diff := cmp.Diff(q, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", b, diff)
		}
	}
	if tried < 1000 {
		t.Errorf("only %d queries were valid", tried)
	}
}

func TestCanonicalKeepsItsInput(t *testing.T) {
	f := Filter{Entities: []string{"b", "a", "b"}}
	f.Values()
	if diff := cmp.Diff([]string{"b", "a", "b"}, f.Entities); diff != "" {
		t.Errorf("Values changed the filter (-want +got):\n%s", diff)
	}
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct{ window, to, last, from string }{
		{"1d", "", "2026-05-31", "2026-05-31"},
		{"28d", "", "2026-05-31", "2026-05-04"},
		{"12w", "", "2026-05-31", "2026-03-09"},
		{"1m", "", "2026-03-31", "2026-03-04"}, // 31 February is 3 March
		{"6m", "", "2026-05-31", "2025-12-02"},
		{"1y", "", "2026-05-31", "2025-06-01"},
		{"1y", "2024-02-29", "2026-05-31", "2023-03-02"},
		{"7d", "2026-01-03", "2026-05-31", "2025-12-28"},
	} {
		f := Filter{Window: tt.window}
		want := Filter{From: day(t, tt.from), To: day(t, tt.last)}
		if tt.to != "" {
			f.To = day(t, tt.to)
			want.To = f.To
		}
		got, err := f.Resolve(day(t, tt.last))
		if err != nil {
			t.Errorf("%s: %v", tt.window, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s up to %s (-want +got): %s..%s\n%s", tt.window, tt.last, got.From, got.To, diff)
		}
	}
	if _, err := (Filter{Window: "x"}).Resolve(1); err == nil {
		t.Error("a window x is resolved")
	}
}

// Whatever is parsed has one canonical form that parses to the same.
func FuzzParseQuery(f *testing.F) {
	f.Add("measures=mentions,sov&by=entity,week&order=-sov&limit=5&window=12w&kind=dish&department=15,none")
	f.Add("measures=aspect_net&aspect=food:neg&q=qu%C3%A9+rico&channel=csv:a,b&all=1&from=2026-01-01&to=2026-02-01")
	f.Add("entity=%ff&limit=99999999999999999999")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		q, err := ParseQuery(v)
		if err != nil {
			var field *FieldError
			if !errors.As(err, &field) || field.Field == "" || field.Want == "" {
				t.Fatalf("%q: %v does not name the field and what is allowed", s, err)
			}
			return
		}
		again, err := ParseQuery(q.Values())
		if err != nil {
			t.Fatalf("%q: canonical form %q: %v", s, q.Values().Encode(), err)
		}
		if diff := cmp.Diff(q, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q (-first +again):\n%s", s, diff)
		}
		for _, last := range []mention.Day{0, 20_000} {
			if f, err := q.Filter.Resolve(last); err != nil || f.Window != "" {
				t.Fatalf("%q: resolve: %+v, %v", s, f, err)
			}
		}
	})
}
