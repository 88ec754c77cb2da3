package web_test

import (
	"net/url"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"antojo/internal/metric"
)

// TestDownloadLinks: the links carry the page's own selection, in every format, and
// are such as the metrics layer understands.
func TestDownloadLinks(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]map[string]string{
		"/menciones?sentiment=neg&department=15":    {"sentiment": "neg", "department": "15"},
		"/tendencias?kind=dish&window=28d":          {"kind": "dish"},
		"/entidad/ceviche?window=28d&source=review": {"source": "review", "entity": "ceviche"},
	} {
		formats := map[string]bool{}
		s.doc(path).Find(`[data-test="downloads"] a`).Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", ""))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			formats[q.Get("format")] = true
			if _, err := metric.ParseFilter(q); err != nil {
				t.Errorf("%s: %s: %v", path, u, err)
			}
			for k, v := range want {
				if q.Get(k) != v {
					t.Errorf("%s: %s has %s=%q, want %q", path, u, k, q.Get(k), v)
				}
			}
		})
		if len(formats) != 6 || !formats["zip"] {
			t.Errorf("%s offers %v", path, formats)
		}
	}
}
