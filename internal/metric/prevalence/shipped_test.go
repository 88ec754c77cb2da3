package prevalence

import (
	"bytes"
	"encoding/json"
	"testing"

	"antojo/assets"
	"antojo/internal/metric"
)

// The built-in model must come with the matrices of this very model: annotations of
// another version would silently go uncorrected.
func TestShippedMatrices(t *testing.T) {
	read := func(name string) []byte {
		b, err := assets.Model.ReadFile("model/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	c, err := Read(bytes.NewReader(read("confusion.json")))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Antojo struct{ Name, Version string }
	}
	if err := json.Unmarshal(read("config.json"), &config); err != nil {
		t.Fatal(err)
	}
	if want := config.Antojo.Name + "-" + config.Antojo.Version; c.Model != want {
		t.Errorf("assets/model/confusion.json is of %s, the model is %s: make it again with antojo eval --confusion (docs/prevalence.md)", c.Model, want)
	}
	w := Window{{Scored: 1000, Neg: 300, Neu: 200, Pos: 500, Crave: 50}, {Scored: 1000, Neg: 600, Neu: 100, Pos: 300}}
	for _, name := range []string{"net_sentiment", "craving_rate"} {
		if v, why := New(c).Correct(name, &w, metric.Value{}, false, 0); why != "" || v.High-v.Low > 0.5 {
			t.Errorf("%s of 2,000 reviews and comments: %+v because %q, want an interval of use", name, v, why)
		}
	}
}
