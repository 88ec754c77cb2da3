package ask

import (
	"errors"
	"strings"
	"testing"

	"antojo/internal/metric"
)

// FuzzParse: whatever is asked becomes a plan that passes the schema, or a refusal; a
// plan names only foods of the lexicon and comes back from its URL.
func FuzzParse(f *testing.F) {
	p := parser(f)
	for _, q := range questions(f) {
		f.Add(q.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := p.Parse(text, lastDay(t))
		if r.Refusal != "" {
			return
		}
		if err := r.Plan.Check(); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for _, id := range r.Plan.Filter.Entities {
			if _, ok := p.lx.Entity(id); !ok {
				t.Fatalf("%q: entity %q", text, id)
			}
		}
		back, err := metric.ParseQuery(r.Plan.Query().Values())
		if err != nil || back.Values().Encode() != r.Plan.Query().Values().Encode() {
			t.Fatalf("%q: %v does not come back: %v", text, r.Plan.Query().Values(), err)
		}
	})
}

func TestReadPlan(t *testing.T) {
	good := `{"intent":"aspect","entity":["ceviche"],"kind":[],"department":["04"],"source":[],"aspect":["price"],"window":"3m","from":"","to":""}`
	p, err := ReadPlan([]byte(good))
	if err != nil || p.String() != "aspect?aspect=price&department=04&entity=ceviche&window=3m" {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := ReadPlan([]byte(`{"intent":"none"}`)); !errors.Is(err, ErrNoPlan) {
		t.Errorf("none: %v", err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"intent":"sql"}`, `{"intent":"volume","sql":"SELECT 1"}`, `{"intent":"volume","q":"x"}`, `{"intent":"aspect"}`, `{"intent":"compare","entity":["ceviche"]}`,
		`{"intent":"volume","department":["99"]}`, `{"intent":"volume","window":"1000y"}`, `{"intent":"volume","from":"mañana"}`, good + "{}", `{"intent":"rising","entity":["ceviche"]}`, `{"intent":"volume","entity":"ceviche"}`,
		`{"intent":"volume","entity":["a","b"]}`} {
		if p, err := ReadPlan([]byte(bad)); err == nil {
			t.Errorf("%s is read as %s", bad, p)
		}
	}
}

// FuzzReadPlan: what a model writes passes the schema or is refused.
func FuzzReadPlan(f *testing.F) {
	f.Add([]byte(`{"intent":"top","kind":["dish"],"window":"28d"}`))
	f.Add([]byte(`{"intent":"compare","entity":["a","b"]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadPlan(b)
		if err == nil && p.Check() != nil {
			t.Fatalf("%s: %v", b, p.Check())
		}
	})
}

// TestEveryIntentCanBeAsked: each intent of the list has an authored question, a name and
// a query that can be answered; each refusal has its words.
func TestEveryIntentCanBeAsked(t *testing.T) {
	asked := map[string]bool{}
	for _, q := range questions(t) {
		name, _, _ := strings.Cut(q.want, "?")
		asked[name] = true
	}
	for _, lang := range []string{"es", "en"} {
		for _, i := range Intents {
			if !asked[string(i)] || intentText[lang][i] == "" {
				t.Errorf("%s: intent %s: asked %v, named %q", lang, i, asked[string(i)], intentText[lang][i])
			}
		}
		for _, r := range Refusals {
			if !asked["no:"+string(r)] || refusalText[lang][r] == "" {
				t.Errorf("%s: refusal %s: asked %v, text %q", lang, r, asked["no:"+string(r)], refusalText[lang][r])
			}
		}
		p := parser(t)
		for _, e := range Examples(lang) {
			if r := p.Parse(e, lastDay(t)); r.Refusal != "" || Language(e) != lang {
				t.Errorf("example %q: %s, language %s", e, r.text(), Language(e))
			}
		}
	}
	for key := range sentences["es"] {
		if sentences["en"][key] == "" {
			t.Errorf("no English for %q", key)
		}
	}
}
