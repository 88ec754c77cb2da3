package file_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"antojo/internal/connector"
	"antojo/internal/connector/connectortest"
	"antojo/internal/connector/file"
	"antojo/internal/mention"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the want.json of the testcases")

// now is the clock of all tests.
func now() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

// outcome is what a testcase's want.json holds.
type outcome struct {
	Plan     file.Plan
	Mentions []row
	Rejected []mention.Rejection
	Notes    file.Notes
}

// row is a raw mention without what is the same in all rows.
type row struct {
	Row        int
	Text       string
	Time       string             `json:",omitempty"`
	External   string             `json:",omitempty"`
	Author     string             `json:",omitempty"`
	Rating     float32            `json:",omitempty"`
	Place      string             `json:",omitempty"`
	Department mention.Department `json:",omitempty"`
	District   string             `json:",omitempty"`
	Source     mention.Source
	Channel    string
	Lang       string `json:",omitempty"`
	Synthetic  bool   `json:",omitempty"`
}

func rowOf(r mention.Raw) row {
	x := row{r.Row, r.Text, "", r.External, r.Author, r.Rating, r.Place, r.Department, r.District, r.Source, r.Channel, r.Lang, r.Synthetic}
	if !r.Time.IsZero() {
		x.Time = r.Time.In(mention.Lima).Format(time.RFC3339Nano)
	}
	return x
}

func read(t *testing.T, s *file.Source) outcome {
	t.Helper()
	o := outcome{Plan: s.Plan()}
	err := s.Read(t.Context(), func(r mention.Raw) error { o.Mentions = append(o.Mentions, rowOf(r)); return nil },
		func(r mention.Rejection) { o.Rejected = append(o.Rejected, r) })
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	o.Notes = s.Notes()
	return o
}

// caseOptions reads the options.json of a testcase.
func caseOptions(t *testing.T, dir string) file.Options {
	t.Helper()
	opt := file.Options{Now: now}
	b, err := os.ReadFile(filepath.Join(dir, "options.json"))
	if os.IsNotExist(err) {
		return opt
	}
	var o struct {
		Map       []string `json:"map"`
		RatingMax int      `json:"rating_max"`
	}
	if err == nil {
		err = json.Unmarshal(b, &o)
	}
	if err == nil {
		opt.Map, err = file.ParseMap(o.Map)
	}
	if err != nil {
		t.Fatal(err)
	}
	opt.RatingMax = o.RatingMax
	return opt
}

// cases yields the folder and input file of each testcase.
func cases(t *testing.T) map[string]string {
	t.Helper()
	dirs, err := filepath.Glob("testcases/*")
	if err != nil || len(dirs) < 15 {
		t.Fatalf("found %d testcases (%v)", len(dirs), err)
	}
	m := map[string]string{}
	for _, d := range dirs {
		files, _ := os.ReadDir(d)
		for _, f := range files {
			if n := f.Name(); n != "want.json" && n != "options.json" {
				m[d] = filepath.Join(d, n)
			}
		}
		if m[d] == "" {
			t.Fatalf("%s has no input", d)
		}
	}
	return m
}

// TestCases reads each testcase from disk and, to the same result, from a pipe.
func TestCases(t *testing.T) {
	for dir, path := range cases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s, err := file.OpenFile(t.Context(), path, caseOptions(t, dir))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			got := read(t, s)
			got.Plan.File = filepath.Base(path)
			for i := range got.Rejected {
				got.Rejected[i].File = ""
			}
			if n := min(len(got.Mentions), file.SampleRows); len(got.Plan.Sample) != n {
				t.Errorf("the plan shows %d rows, want %d", len(got.Plan.Sample), n)
			}
			for i, r := range got.Plan.Sample {
				if d := cmp.Diff(rowOf(r), got.Mentions[i]); d != "" {
					t.Errorf("row %d of the plan differs from the read one:\n%s", i, d)
				}
			}
			if done, total := s.Progress(); total <= 0 || done != total {
				t.Errorf("progress %d of %d at the end", done, total)
			}
			golden(t, filepath.Join(dir, "want.json"), got)

			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err = file.Open(t.Context(), filepath.Base(path), pipe{bytes.NewReader(b)}, caseOptions(t, dir))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			piped := read(t, s)
			for i := range piped.Rejected {
				piped.Rejected[i].File = ""
			}
			got.Plan.Sample, piped.Plan.Sample = nil, nil
			if d := cmp.Diff(got, piped); d != "" {
				t.Errorf("read from a pipe (-file +pipe):\n%s", d)
			}
		})
	}
}

// pipe hides everything but Read, and gives few bytes at a time.
type pipe struct{ r *bytes.Reader }

func (p pipe) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), 7)]) }

func golden(t *testing.T, path string, got any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update)", err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func TestConformance(t *testing.T) {
	for dir, path := range cases(t) {
		if o := filepath.Base(dir); o == "psv" || o == "csv-sep-line" {
			continue // one row only
		}
		t.Run(filepath.Base(dir), func(t *testing.T) {
			connectortest.Run(t, func(t *testing.T) connector.Connector {
				s, err := file.OpenFile(t.Context(), path, caseOptions(t, dir))
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
}
