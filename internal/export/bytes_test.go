package export_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/export"
	"antojo/internal/metric"
)

var update = flag.Bool("update", false, "write testdata/mentions.sha256 anew")

// TestBytes holds the mentions of a generated store to the bytes that were committed,
// in the formats whose rows are text: who reads files with a program of their own must
// not find them changed by a faster writer.
func TestBytes(t *testing.T) {
	src, _ := source(t)
	var out strings.Builder
	for _, f := range []export.Format{export.CSV, export.CSVES, export.NDJSON} {
		tab, err := src.Mentions(t.Context(), metric.Filter{AllTopics: true}, 0, "es")
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		n, err := export.Write(h, tab, export.Options{Format: f})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s  %s rows=%d\n", hex.EncodeToString(h.Sum(nil)), f, n)
	}
	const path = "testdata/mentions.sha256"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), out.String()); d != "" {
		t.Errorf("exports have other bytes than before (-committed +now); where that is meant: go test ./internal/export -run TestBytes -update\n%s", d)
	}
}
