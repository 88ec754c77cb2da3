package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestIdeas: the studio answers for a kind and a feast; each idea rests on facts of the
// table that comes with it, and its query selects mentions.
func TestIdeas(t *testing.T) {
	s := serve(t)
	for _, kind := range []string{"", "post", "campaign", "menu", "product"} {
		q := url.Values{"tone": {"playful"}, "channel": {"whatsapp"}}
		if kind != "" {
			q.Set("kind", kind)
			q.Set("feast", "navidad")
		}
		b := s.get(t, "/api/v1/ideas?"+q.Encode()).json(t)
		list := b["ideas"].([]any)
		if len(list) == 0 {
			t.Fatalf("%q: no ideas", kind)
		}
		facts := map[string]bool{}
		for _, f := range at(t, b, "table", "facts").([]any) {
			facts[at(t, f, "id").(string)] = true
		}
		asked := false
		for _, x := range list {
			if got := at(t, x, "kind"); kind != "" && got != kind {
				t.Errorf("asked for a %s, got a %v", kind, got)
			}
			for _, f := range at(t, x, "facts").([]any) {
				if !facts[f.(string)] {
					t.Errorf("idea %v rests on %v, which is not in the table", at(t, x, "title"), f)
				}
			}
			if at(t, x, "reason") == "" || at(t, x, "copy") == "" || at(t, x, "format") == "" {
				t.Errorf("idea without reason, text or format: %v", x)
			}
			if query, ok := x.(map[string]any)["query"].(string); ok && !asked {
				asked = true
				if r := s.get(t, "/api/v1/mentions?limit=1&"+query); r.StatusCode != http.StatusOK || !strings.Contains(string(r.body), `"id"`) {
					t.Errorf("mentions of %s: %d", query, r.StatusCode)
				}
			}
		}
		if !asked {
			t.Errorf("%q: no idea has mentions behind it", kind)
		}
	}
	for _, bad := range []string{"kind=poem", "feast=birthday", "channel=fax", "entity=zzz", "period=2019-W01"} {
		if r := s.get(t, "/api/v1/ideas?"+bad); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", bad, r.StatusCode)
		}
	}
}
