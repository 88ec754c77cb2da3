package api_test

import (
	"strings"
	"testing"

	"antojo/internal/pipeline"
	"antojo/internal/privacy"

	"github.com/google/go-cmp/cmp"
)

// TestRedact: texts come back as they would be kept, with what was masked in them.
func TestRedact(t *testing.T) {
	s := serve(t)
	texts := []string{"Pedí al 999 888 777 y llegó frío", "escribe a pepe@example.org o a pepe2@example.org", "El ceviche estaba buenazo", "ya dice [teléfono]", ""}
	r := s.post(t, "/api/v1/privacy/redact", marshal(t, map[string]any{"texts": texts}), "Content-Type", "application/json", "Authorization", "Bearer "+s.tokens["annotate"])
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	type text struct {
		Text   string
		Masked map[string]int64
	}
	got := decode[struct{ Texts []text }](t, r.body).Texts
	want := []text{{"Pedí al [teléfono] y llegó frío", map[string]int64{"phone": 1}}, {"escribe a [correo] o a [correo]", map[string]int64{"email": 2}},
		{"El ceviche estaba buenazo", map[string]int64{}}, {"ya dice [teléfono]", map[string]int64{}}, {"", map[string]int64{}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for body, status := range map[string]int{
		`{"texts": []}`:                   422,
		`{"texts": null}`:                 422,
		`{"texts": ["a", 5]}`:             422,
		`{"texts": ["a"], "store": true}`: 422,
		marshal(t, map[string]any{"texts": []string{"a", strings.Repeat("x", pipeline.MaxText+1)}}): 422,
		marshal(t, map[string]any{"texts": make([]string, 1001)}):                                   422,
	} {
		if r := s.post(t, "/api/v1/privacy/redact", body, "Content-Type", "application/json"); r.StatusCode != status {
			t.Errorf("%.60s: %d, want %d: %.300s", body, r.StatusCode, status, r.body)
		}
	}
	if r := s.post(t, "/api/v1/privacy/redact", `{"texts": ["a"]}`, "Content-Type", "application/json", "Authorization", "Bearer "+s.tokens["read"]); r.StatusCode != 403 {
		t.Errorf("with the scope read: %d", r.StatusCode)
	}
}

// TestPrivacy: every kind is listed with its tag and as often as it stands in the
// newest mentions.
func TestPrivacy(t *testing.T) {
	s := serve(t)
	p := s.get(t, "/api/v1/privacy").json(t)
	masks := p["masks"].([]any)
	var tags []string
	for _, m := range masks {
		tags = append(tags, at(t, m, "tag").(string))
	}
	if d := cmp.Diff(privacy.Tags(), tags); d != "" {
		t.Errorf("tags (-privacy +listed):\n%s", d)
	}
	texts := marshal(t, s.get(t, "/api/v1/mentions?all=1&limit=200").json(t))
	for _, m := range masks {
		if strings.Contains(texts, at(t, m, "tag").(string)) && at(t, m, "n").(float64) == 0 {
			t.Errorf("%v stands in the newest mentions and is not counted", m)
		}
	}
	if n := p["sampled"].(float64); n != 1000 {
		t.Errorf("%v mentions looked at, want 1000", n)
	}
	a := p["authors"].(map[string]any)
	if a["known"].(float64)+a["unknown"].(float64) < 1 {
		t.Errorf("authors %v", a)
	}
}
