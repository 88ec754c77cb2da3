package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestCommitted: what is committed is what the sources give.
func TestCommitted(t *testing.T) {
	root := "../../../assets/web"
	files, err := Build(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 {
		t.Errorf("%d files, want styles and script", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, "dist", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("assets/web/dist/%s is not what its sources give; run go run ./internal/web/bundle", name)
		}
	}
}

func TestBuildReports(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{"css/app.css": "a{}", "ts/app.ts": "import './nowhere'"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Build(dir); err == nil {
		t.Error("a missing import is not reported")
	}
}
