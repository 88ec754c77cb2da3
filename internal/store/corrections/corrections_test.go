package corrections

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"antojo/internal/mention"
	"github.com/google/go-cmp/cmp"
)

func rec(id byte, head, label string) Record {
	return Record{At: time.Unix(1_700_000_000, 0).UTC(), ID: mention.ID{id}, Head: head, Label: label, Was: "pos", Model: "m"}
}

// TestSurvivesRestart: what was added holds after the file is opened again, also when
// the last line was cut off; what was taken back does not.
func TestSurvivesRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corrections.jsonl")
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Record{rec(2, "sentiment", "neg"), rec(1, "intent", "ask"), rec(2, "sentiment", "neu"), rec(2, "aspect_price", "neg"), rec(1, "intent", "")} {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []Record{rec(1, "taste", "neg"), rec(1, "sentiment", "furious")} {
		if err := b.Add(bad); err == nil {
			t.Errorf("%s=%s was taken", bad.Head, bad.Label)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"at":"2026-`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the cut-off line does not come back either
		if b, err = Open(path); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]Record{rec(2, "sentiment", "neu"), rec(2, "aspect_price", "neg")}, b.Of(mention.ID{2})); d != "" {
			t.Error(d)
		}
		if b.Count() != 2 || len(b.Of(mention.ID{1})) != 0 || !cmp.Equal(b.Mentions(), []mention.ID{{2}}) {
			t.Errorf("count %d, taken back %v, mentions %v", b.Count(), b.Of(mention.ID{1}), b.Mentions())
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"at":"2026-01-02T03:04:05Z","id":"00000000000000000000000000000001","head":"sentiment","label":"neg"}` + "\n")
	f.Add("{}\n")
	f.Fuzz(func(t *testing.T, s string) {
		b := &Book{by: map[mention.ID][]Record{}}
		end, err := b.read(strings.NewReader(s))
		if end > int64(len(s)) {
			t.Fatalf("read %d of %d bytes", end, len(s))
		}
		n := 0
		for id := range b.by {
			n += len(b.Of(id))
		}
		if err == nil && n != b.Count() {
			t.Fatalf("counted %d, has %d", b.Count(), n)
		}
	})
}
