package connector_test

import (
	"strings"
	"testing"

	"antojo/internal/connector"
	"antojo/internal/mention"
)

func TestOpenFile(t *testing.T) {
	c, err := connector.Open(t.Context(), "file", connector.Settings{
		"path": "file/testcases/csv-no-header/datos.csv", "source": "survey", "channel": "encuesta-2025",
		"map": "text=3,date=2,rating=4", "date_order": "dmy", "rating_max": "5",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var got []mention.Raw
	err = c.Collect(t.Context(), func(r mention.Raw) error { got = append(got, r); return nil }, func(r mention.Rejection) { t.Error(r) })
	if err != nil || len(got) != 2 {
		t.Fatalf("%d mentions, %v", len(got), err)
	}
	if r := got[0]; r.Text != "Rico el tacu tacu" || r.Rating != 5 || r.Source != mention.Survey || r.Channel != "encuesta-2025" {
		t.Errorf("got %+v", r)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name, kind string
		set        connector.Settings
		want       string
	}{
		{"unknown kind", "fax", nil, `connector "fax" is not one of file`},
		{"missing path", "file", connector.Settings{}, "setting path is missing"},
		{"unknown setting", "file", connector.Settings{"path": "x", "colour": "red"}, "unknown settings: colour"},
		{"bad source", "file", connector.Settings{"path": "x", "source": "gossip"}, "gossip"},
		{"bad order", "file", connector.Settings{"path": "x", "date_order": "ymd"}, "auto, dmy, mdy"},
		{"bad scale", "file", connector.Settings{"path": "x", "rating_max": "ten"}, "ten"},
		{"bad map", "file", connector.Settings{"path": "x", "map": "text"}, "field=column"},
		{"no file", "file", connector.Settings{"path": "nohay.csv"}, "nohay.csv"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := connector.Open(t.Context(), tt.kind, tt.set)
			if err == nil || c != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v; want an error with %q", c, err, tt.want)
			}
		})
	}
}

// TestBuiltin walks the table, so that a new line cannot be forgotten half way.
func TestBuiltin(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range connector.Builtin() {
		if k.Name == "" || k.Doc == "" || k.Open == nil || seen[k.Name] {
			t.Errorf("connector %q lacks its name, doc or open, or stands twice", k.Name)
		}
		seen[k.Name] = true
		for _, s := range k.Settings {
			if s.Name == "" || s.Doc == "" {
				t.Errorf("connector %s: setting %q lacks its name or doc", k.Name, s.Name)
			}
		}
	}
}
