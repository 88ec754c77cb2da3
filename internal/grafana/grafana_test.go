package grafana

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"antojo/assets"
	"antojo/internal/chart"
	"antojo/internal/mention"
)

// TestMap: each department has closed counter-clockwise rings within Peru, an id at the
// top of its feature and a mark near its capital.
func TestMap(t *testing.T) {
	b, err := fs.ReadFile(assets.Web, "web/map/departments.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := chart.ParseMap(b)
	if err != nil {
		t.Fatal(err)
	}
	raw, spots, err := geojson(m)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Type     string
		Features []struct {
			ID         string
			Properties properties
			Geometry   struct {
				Type        string
				Coordinates [][][]lonlat
			}
		}
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	if c.Type != "FeatureCollection" || len(c.Features) != mention.NumDepartments {
		t.Fatalf("%s of %d features", c.Type, len(c.Features))
	}
	for _, f := range c.Features {
		d, err := mention.DepartmentByCode(f.ID)
		if err != nil || f.Properties.Ubigeo != f.ID || f.Properties.Department != d.Name() || len(f.Properties.Geohash) != 6 {
			t.Errorf("feature %s has properties %+v", f.ID, f.Properties)
		}
		for _, polygon := range f.Geometry.Coordinates {
			for _, ring := range polygon {
				if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
					t.Errorf("%s: a ring is not closed", f.ID)
				}
				area := 0.0
				for i := range ring[:len(ring)-1] {
					area += ring[i][0]*ring[i+1][1] - ring[i+1][0]*ring[i][1]
				}
				if area <= 0 {
					t.Errorf("%s: a ring runs clockwise", f.ID)
				}
				for _, p := range ring {
					if p[0] < -82 || p[0] > -68.6 || p[1] < -18.4 || p[1] > 0 {
						t.Errorf("%s: %v lies outside of Peru", f.ID, p)
					}
				}
			}
		}
	}
	// Capitals lie within their departments' boxes, to a tenth of a degree.
	for code, at := range map[string]lonlat{"15": {-77.03, -12.05}, "08": {-71.98, -13.52}, "16": {-73.25, -3.75}, "23": {-70.25, -18.01}, "24": {-80.45, -3.57}} {
		for _, f := range c.Features {
			if f.ID != code {
				continue
			}
			lo, hi := lonlat{180, 90}, lonlat{-180, -90}
			for _, p := range f.Geometry.Coordinates[0][0] {
				for k := range p {
					lo[k], hi[k] = math.Min(lo[k], p[k]), math.Max(hi[k], p[k])
				}
			}
			for k := range at {
				if at[k] < lo[k]-.1 || at[k] > hi[k]+.1 {
					t.Errorf("the capital of %s lies at %v, outside of %v to %v", code, at, lo, hi)
				}
			}
		}
	}
	if !json.Valid(spots) || strings.Count(string(spots), `"Point"`) != mention.NumDepartments {
		t.Error("points are missing")
	}
	if got := geohash(-77.03, -12.05, 6); got != "6mc5pb" && !strings.HasPrefix(got, "6mc") {
		t.Errorf("Lima's geohash is %s", got)
	}
	if got := geohash(-5.6, 42.6, 5); got != "ezs42" { // the worked example of the code's description
		t.Errorf("geohash %s, want ezs42", got)
	}
}

var lineProtocol = regexp.MustCompile(`^mentions total=(\d+)i,review=\d+i,delivery=\d+i,social=\d+i,survey=\d+i,neg=\d+i,neu=\d+i,pos=\d+i \d{19}\n$`)

// TestPusher: each push is one line with the same fields and no text of a mention; a
// Grafana that refuses is tried again.
func TestPusher(t *testing.T) {
	lines := make(chan string, 100)
	refuse := true
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.Path != "/api/live/push/antojo" || r.Header.Get("Authorization") != "Bearer glsa_x" {
			t.Errorf("%s %s with %q", r.Method, r.URL.Path, r.Header.Get("Authorization"))
		}
		if refuse {
			refuse = false
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		select {
		case lines <- string(b):
		default:
		}
	}))
	defer s.Close()
	p := Pusher{URL: s.URL, Token: "glsa_x", Client: s.Client(), Logger: slog.New(slog.DiscardHandler), Every: time.Millisecond}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	feed := make(chan mention.Annotated)
	done := make(chan struct{})
	go func() { p.Run(ctx, feed); close(done) }()
	first := <-lines // from here on pushes are taken
	var a mention.Annotated
	a.Source, a.Text, a.Scored, a.Sentiment = mention.Social, "un secreto", true, mention.Positive
	for range 3 {
		feed <- a
	}
	total := 0
	for line := first; ; line = <-lines {
		got := lineProtocol.FindStringSubmatch(line)
		if got == nil || strings.Contains(line, "secreto") {
			t.Fatalf("line %q", line)
		}
		if n := got[1]; n != "0" {
			total += int(n[0] - '0')
		}
		if total == 3 {
			break
		}
	}
	cancel()
	<-done
	for _, bad := range []string{"", "localhost:3000", "ftp://x", "http://"} {
		if (&Pusher{URL: bad}).Check() == nil {
			t.Errorf("URL %q is taken", bad)
		}
	}
}
