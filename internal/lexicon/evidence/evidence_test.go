package evidence

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// TestFeatures reads real texts with the built-in tables.
func TestFeatures(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := lexicon.NewMatcher(lx)
	for text, want := range map[string][N]float64{
		"el ceviche estaba rico":                            {1, 0, 1, 0, 0, 0, 0, 0},
		"ceviche, ají de gallina y anticuchos en la cena":   {1, 0, 2, 1, 0, 0, 0, 0},
		"llegó tarde y nadie contesta":                      {1, 0, 0, 0, 0, 0, 1, 0.25},
		"habla causa, a qué hora es el partido":             {1, 0, 0, 0, 0, 1, 1, 0.25},
		"la causa limeña con bastante palta y su papa rica": {1, 0, 1, 2, 0, 0, 0, 0},
	} {
		got := Features(0.5, 0.25, m.Match(nil, text))
		if d := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	for _, p := range []float32{0, 1e-9, 0.3, 1} {
		if x := Features(p, 0, nil)[1]; math.Abs(x) > 11.6 || math.IsNaN(x) {
			t.Errorf("logit of %v is %v", p, x)
		}
	}
}

func TestFood(t *testing.T) {
	alone := Weights{1: 1} // the encoder's answer and nothing else
	for _, p := range []float32{0.01, 0.4, 0.5, 0.99} {
		f := Features(p, 0, nil)
		if got := alone.Food(&f); math.Abs(float64(got-p)) > 1e-4 {
			t.Errorf("%v became %v", p, got)
		}
	}
	w := Weights{0, 1, 2, 1, 0, -1, -2, 1}
	plain, none := [N]float64{1, 0, 1, 0, 0, 0, 0, 0}, [N]float64{1, 0, 0, 0, 0, 0, 1, 0}
	if a, b := w.Food(&plain), w.Food(&none); a < 0.85 || b > 0.15 {
		t.Errorf("with a food %v, without %v", a, b)
	}
}

func TestAspect(t *testing.T) {
	var a [mention.NumAspects][4]float32
	for i := range a {
		a[i][mention.AspectNone] = 1
	}
	a[3] = [4]float32{0.2, 0.8, 0, 0}
	if got := Aspect(&a); math.Abs(float64(got)-0.8) > 1e-6 {
		t.Errorf("%v, want 0.8", got)
	}
}

func TestFromMap(t *testing.T) {
	w := Weights{0.5, 1, 2, 1, 0, -1, -2, 1}
	got, err := FromMap(w.Map())
	if err != nil || *got != w {
		t.Fatalf("%v, %v", got, err)
	}
	for want, change := range map[string]func(map[string]float64){
		`"slang" is missing`: func(m map[string]float64) { delete(m, "slang") },
		"there are 9":        func(m map[string]float64) { m["more"] = 1 },
		`"plain" is missing`: func(m map[string]float64) { m["plain"] = math.NaN() },
		"±1000":              func(m map[string]float64) { m["bias"] = 1e9 },
	} {
		m := w.Map()
		change(m)
		if _, err := FromMap(m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
