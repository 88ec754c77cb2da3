package dash_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/prometheus/prometheus/promql/parser"

	"antojo/internal/grafana/dash"
	"antojo/internal/grafana/loki"
)

var update = flag.Bool("update", false, "write deploy/grafana anew")

const committed = "../../../deploy/grafana"

func files(t *testing.T) map[string][]byte {
	t.Helper()
	fs, err := dash.Files(dash.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// TestCommittedFilesAreFresh compares deploy/grafana with what the code writes.
func TestCommittedFilesAreFresh(t *testing.T) {
	fs := files(t)
	for _, name := range dash.Names(fs) {
		path := filepath.Join(committed, name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, fs[name], 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; write it with go test ./internal/grafana/dash -update", err)
		}
		if d := cmp.Diff(string(fs[name]), string(got)); d != "" {
			t.Errorf("%s is stale; write it anew with go test ./internal/grafana/dash -update\n%s", path, d)
		}
	}
	err := filepath.WalkDir(committed, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(committed, path)
		if _, ok := fs[filepath.ToSlash(name)]; !ok && (strings.HasPrefix(name, "dashboards") || strings.HasPrefix(name, "provisioning")) {
			t.Errorf("%s is no longer written: delete it", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDashboardsParseStrictly reads every dashboard back with the SDK, which knows
// every field of Grafana's schema and refuses others.
func TestDashboardsParseStrictly(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	uids := map[string]bool{}
	for name, raw := range files(t) {
		if !strings.HasPrefix(name, "dashboards/") {
			continue
		}
		var d dashboard.Dashboard
		if err := d.UnmarshalJSONStrict(known(t, raw)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := d.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d.Uid == nil || uids[*d.Uid] {
			t.Errorf("%s has no id of its own", name)
			continue
		}
		uids[*d.Uid] = true
		ids := map[uint32]bool{}
		for _, p := range d.Panels {
			if p.Panel == nil || p.Panel.Id == nil || ids[*p.Panel.Id] {
				t.Errorf("%s: a panel has no id of its own", name)
				continue
			}
			ids[*p.Panel.Id] = true
			if p.Panel.Title == nil || *p.Panel.Title == "" || p.Panel.Datasource == nil {
				t.Errorf("%s: panel %d has no title or no data source", name, *p.Panel.Id)
			}
		}
		if len(ids) < 5 {
			t.Errorf("%s has only %d panels", name, len(ids))
		}
	}
	if len(uids) != 6 {
		t.Errorf("%d dashboards, want 6", len(uids))
	}
}

// known takes out the fields of annotations that Grafana reads and the SDK lacks.
func known(t *testing.T, raw []byte) []byte {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	for _, a := range d["annotations"].(map[string]any)["list"].([]any) {
		for k := range dash.FormatKeys {
			if _, ok := a.(map[string]any)[k]; !ok {
				t.Errorf("annotation %v has no %s", a.(map[string]any)["name"], k)
			}
			delete(a.(map[string]any), k)
		}
	}
	out, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNothingIsFetchedFromElsewhere: the only addresses in the files are Antojo's own,
// and maps have a layer of their own below the others, since in the place of an empty
// one Grafana puts tiles from the internet.
func TestNothingIsFetchedFromElsewhere(t *testing.T) {
	fs, err := dash.Files(dash.Options{URL: "http://antojo:9000", Public: "https://antojo.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`(?i)[a-z]+://[^"\s\\]*`)
	maps := 0
	for name, raw := range fs {
		for _, a := range address.FindAllString(string(raw), -1) {
			if !strings.HasPrefix(a, "http://antojo:9000") && !strings.HasPrefix(a, "https://antojo.example.org") {
				t.Errorf("%s names %s", name, a)
			}
		}
		if !strings.HasPrefix(name, "dashboards/") {
			continue
		}
		var d struct {
			Panels []struct {
				Title, Type string
				Options     struct {
					Basemap struct {
						Type   string
						Config struct{ URL string }
					}
				}
			}
		}
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Panels {
			if p.Type != "geomap" {
				continue
			}
			maps++
			if b := p.Options.Basemap; b.Type != "xyz" || !strings.HasPrefix(b.Config.URL, "data:image/png;base64,") {
				t.Errorf("%s, %s: the layer below the others is %+v", name, p.Title, b)
			}
		}
	}
	if maps != 2 {
		t.Errorf("%d maps, want 2", maps)
	}
}

// TestOptionsAreSet: the SDK writes "" for a choice that has no value of its own, which
// Grafana takes for an unknown one instead of its default.
func TestOptionsAreSet(t *testing.T) {
	for name, raw := range files(t) {
		if !strings.HasPrefix(name, "dashboards/") {
			continue
		}
		var d struct {
			Panels []struct {
				Title   string
				Options map[string]any
			}
		}
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Panels {
			for k, v := range p.Options {
				if v == "" {
					t.Errorf("%s, %s: the option %s is empty", name, p.Title, k)
				}
			}
		}
	}
}

var variable = regexp.MustCompile(`\$(\w+|\{\w+\})`)

// TestExpressionsParse reads every expression with the parser of its language, and
// asks for every variable to be one of the dashboard or of Grafana.
func TestExpressionsParse(t *testing.T) {
	seen := 0
	for name, raw := range files(t) {
		if !strings.HasPrefix(name, "dashboards/") {
			continue
		}
		qs, err := dash.Queries(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range qs {
			seen++
			if q.Panel == "" {
				t.Errorf("%s: expression %q belongs to nothing", name, q.Expr)
			}
			for _, v := range variable.FindAllString(q.Expr, -1) {
				if !strings.HasPrefix(v, "$__") && !q.Variables[strings.Trim(v, "${}")] {
					t.Errorf("%s, %s: %s is not a variable of the dashboard", name, q.Panel, v)
				}
			}
			expr := dash.Fill(q.Expr, nil)
			if q.Loki {
				_, err = loki.Parse(expr)
			} else {
				_, err = parser.NewParser(parser.Options{}).ParseExpr(expr)
			}
			if err != nil {
				t.Errorf("%s, %s: %v", name, q.Panel, err)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d expressions were found", seen)
	}
	for _, a := range dash.Alerts() {
		if _, err := parser.NewParser(parser.Options{}).ParseExpr(a.Expr); err != nil {
			t.Errorf("alert %s: %v", a.UID, err)
		}
	}
}

// TestProvisioningHasNoLooseDollar: Grafana puts its environment in place of $NAME in
// provisioning files, so a dollar must be doubled or be meant.
func TestProvisioningHasNoLooseDollar(t *testing.T) {
	for _, token := range []bool{false, true} {
		fs, err := dash.Files(dash.Options{Token: token})
		if err != nil {
			t.Fatal(err)
		}
		for name, raw := range fs {
			if !strings.HasPrefix(name, "provisioning/") {
				continue
			}
			rest := strings.ReplaceAll(string(raw), "$$", "")
			if n := strings.Count(rest, "$ANTOJO_TOKEN"); n != 0 && !token || n != 2 && token && strings.Contains(name, "datasources") {
				t.Errorf("%s with token %v sends %d tokens", name, token, n)
			}
			if rest = strings.ReplaceAll(rest, "$ANTOJO_TOKEN", ""); strings.Contains(rest, "$") {
				t.Errorf("%s has a dollar that Grafana would take for a variable", name)
			}
		}
	}
}

func TestOptionsReachTheFiles(t *testing.T) {
	fs, err := dash.Files(dash.Options{URL: "http://antojo:9000", Public: "https://antojo.example.org", Boards: "/x/boards", From: "2026-01-01", To: "2026-02-01"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"provisioning/datasources/antojo.yaml": {"http://antojo:9000/prometheus", `url: "http://antojo:9000"`, "https://antojo.example.org/mencion/$${__value.raw}"},
		"provisioning/dashboards/antojo.yaml":  {"/x/boards"},
		"dashboards/mapa.json":                 {"https://antojo.example.org/grafana/geo/departments.geojson", `"from": "2026-01-01"`, `"to": "2026-02-01"`},
	} {
		for _, w := range want {
			if !strings.Contains(string(fs[name]), w) {
				t.Errorf("%s lacks %q", name, w)
			}
		}
	}
}
