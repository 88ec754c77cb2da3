package file_test

import (
	"os"
	"path/filepath"
	"testing"

	"antojo/internal/connector/file"
	"antojo/internal/mention"

	"github.com/google/go-cmp/cmp"
)

// sharedData returns the folder with the real data sets, which are not part of
// the repository.
func sharedData(t *testing.T, rel string) string {
	t.Helper()
	roots := []string{os.Getenv("ANTOJO_SHARED"), "../../../../shared"}
	for _, root := range roots {
		if root == "" {
			continue
		}
		p := filepath.Join(root, "data", rel)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("real data %s is not here; set ANTOJO_SHARED to the folder that holds data/", rel)
	return ""
}

type tally struct {
	Accepted, Undated, Rated, Placed, Department int
	Reasons                                      map[string]int
}

func readAll(t *testing.T, path string, opt file.Options) (file.Plan, tally, []mention.Raw) {
	t.Helper()
	s, err := file.OpenFile(t.Context(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := tally{Reasons: map[string]int{}}
	var raws []mention.Raw
	err = s.Read(t.Context(), func(r mention.Raw) error {
		n.Accepted++
		if r.Time.IsZero() {
			n.Undated++
		}
		if r.Rating > 0 {
			n.Rated++
		}
		if r.Place != "" {
			n.Placed++
		}
		if r.Department > 0 {
			n.Department++
		}
		raws = append(raws, r)
		return nil
	}, func(r mention.Rejection) { n.Reasons[file.ReasonKind(r.Reason)]++ })
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan(), n, raws
}

func TestRealFiles(t *testing.T) {
	tests := []struct {
		file string
		want tally
	}{
		{"sentiment/gmaps_peru_sample.jsonl", tally{Accepted: 90, Rated: 90, Placed: 90, Department: 90}},
		{"sentiment/delivery_co_train.tsv", tally{Accepted: 52068, Rated: 52068, Placed: 52068, Reasons: map[string]int{"empty text": 9}}},
		{"sentiment/cuba_hotels.tsv", tally{Accepted: 17980, Undated: 17980, Rated: 17980}},
		{"sentiment/cuba_restaurants.tsv", tally{Accepted: 15961, Undated: 15961, Rated: 15961}},
		{"sentiment/emoevent_es.tsv", tally{Accepted: 8193, Undated: 8193}},
		{"sentiment/tass2020_train.tsv", tally{Accepted: 4800, Undated: 4800}},
		{"sentiment/opener_es_train.tsv", tally{Accepted: 1438, Undated: 1438}},
		{"sentiment/sfu_es.tsv", tally{Accepted: 400, Undated: 400, Rated: 400}},
		{"gold/authored_t1.jsonl", tally{Accepted: 450, Undated: 450, Department: 151}},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			plan, got, _ := readAll(t, sharedData(t, tt.file), file.Options{})
			if tt.want.Reasons == nil {
				tt.want.Reasons = map[string]int{}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("plan %s %s %s %v: (-want +got)\n%s", plan.Format, plan.Encoding, plan.Source, plan.Columns, d)
			}
		})
	}
}
