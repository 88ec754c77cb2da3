package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
)

// TestWatchLexicon: a table that is put into the folder counts for new mentions
// soon after; a broken one changes nothing.
func TestWatchLexicon(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	ann, err := pipeline.NewAnnotator(pipeline.AnnotatorOptions{Lexicon: lx})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	n := &node{log: slog.New(slog.DiscardHandler), annotator: ann}
	go func() { n.watchLexicon(ctx, dir, "", 5*time.Millisecond); close(done) }()
	finds := func() bool {
		t.Helper()
		out, err := ann.Annotate(ctx, []mention.Mention{{Text: "comí un zurulito"}})
		if err != nil {
			t.Fatal(err)
		}
		return len(out[0].Entities) == 1
	}
	wait := func(want bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); finds() != want; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("zurulito found: %v, want %v", !want, want)
			}
		}
	}
	write := func(name, text string) { // at once, as an editor's rename does
		t.Helper()
		tmp := filepath.Join(dir, name+".tmp")
		if err := os.WriteFile(tmp, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(tmp, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if finds() {
		t.Fatal("zurulito is known before")
	}
	write("a.csv", "id,name,name_en,kind\nzurulito,zurulito,made-up sweet,dish\n")
	wait(true)
	write("b.csv", "id,kind\nx,stone\n")
	time.Sleep(50 * time.Millisecond)
	if !finds() {
		t.Error("a broken table took the others away")
	}
	if err := os.Remove(filepath.Join(dir, "b.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	wait(false)
	stop()
	<-done
}
