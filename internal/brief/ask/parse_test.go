package ask

import (
	"bufio"
	"net/url"
	"os"
	"strings"
	"testing"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

func parser(t testing.TB) *Parser {
	t.Helper()
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	g, err := lexicon.NewGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	return NewParser(lx, lexicon.NewMatcher(lx), g)
}

func lastDay(t testing.TB) mention.Day {
	t.Helper()
	d, err := mention.ParseDay("2026-11-15")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type question struct{ set, lang, text, want string }

func questions(t testing.TB) []question {
	t.Helper()
	f, err := os.Open("testdata/questions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []question
	for s := bufio.NewScanner(f); s.Scan(); {
		l := s.Text()
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		parts := strings.SplitN(l, "|", 3)
		at := strings.LastIndexByte(parts[2], '|')
		out = append(out, question{parts[0], parts[1], parts[2][:at], parts[2][at+1:]})
	}
	return out
}

// canonical writes an expectation as a reading is written.
func canonical(t *testing.T, want string) string {
	t.Helper()
	if strings.HasPrefix(want, "no:") {
		return want
	}
	intent, query, _ := strings.Cut(want, "?")
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	f, err := metric.ParseFilter(v)
	if err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	if f.From == 0 && f.Window == "" {
		f.Window = DefaultWindow
	}
	return Plan{Intent: Intent(intent), Filter: f}.String()
}

func (r Reading) text() string {
	if r.Refusal != "" {
		return "no:" + string(r.Refusal)
	}
	return r.Plan.String()
}

// TestQuestions holds the rules to the authored questions: those that they were tuned
// to, and those held out.
func TestQuestions(t *testing.T) {
	p := parser(t)
	n, right := map[string]int{}, map[string]int{}
	for _, q := range questions(t) {
		got := p.Parse(q.text, lastDay(t))
		for _, group := range []string{q.set, q.set + "/" + q.lang} {
			n[group]++
			if got.text() == canonical(t, q.want) {
				right[group]++
			}
		}
		if got.text() != canonical(t, q.want) && (q.set == "t" || os.Getenv("ANTOJO_HELD_OUT") != "") {
			t.Logf("%s %s: %q\n got %s (%s)\nwant %s", q.set, q.lang, q.text, got.text(), got.Word, canonical(t, q.want))
		}
	}
	t.Logf("right %v of %v", right, n)
	if right["t"] < n["t"] || float64(right["h"]) < .97*float64(n["h"]) {
		t.Errorf("right %v of %v: want all of those tuned to, and 97 %% of those once held out", right, n)
	}
}
