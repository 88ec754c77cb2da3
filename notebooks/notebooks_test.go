package notebooks

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestStripped: what a run leaves behind is not for git.
func TestStripped(t *testing.T) {
	files, err := filepath.Glob("*.ipynb")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d notebooks, %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var nb struct {
			Cells []struct {
				Type    string            `json:"cell_type"`
				Count   *int              `json:"execution_count"`
				Outputs []json.RawMessage `json:"outputs"`
			} `json:"cells"`
		}
		if err := json.Unmarshal(b, &nb); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		code := 0
		for i, c := range nb.Cells {
			if c.Type == "code" {
				code++
			}
			if c.Count != nil || len(c.Outputs) > 0 {
				t.Errorf("%s: cell %d has outputs; clear them (jupyter nbconvert --clear-output --inplace %s)", f, i, f)
			}
		}
		if code < 4 {
			t.Errorf("%s has %d cells of code", f, code)
		}
	}
}

// TestRun runs every notebook against a server of its own with the demo data.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("a minute of work")
	}
	lib, err := filepath.Abs("../.cache/onnxruntime/1.30.0/libonnxruntime.so.1")
	if err != nil {
		t.Fatal(err)
	}
	if own := os.Getenv("ANTOJO_ONNXRUNTIME"); own != "" {
		lib = own
	}
	if _, err := os.Stat(lib); err != nil {
		t.Fatalf("ONNX Runtime is missing (%v): run make setup", err)
	}
	bin := filepath.Join(t.TempDir(), "antojo")
	if out, err := exec.Command("go", "build", "-o", bin, "../cmd/antojo").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	run := exec.Command("../scripts/notebooks.sh", bin)
	run.Env = append(os.Environ(), "ANTOJO_ONNXRUNTIME="+lib)
	out, err := run.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		t.Skipf("no kernel here: %s", out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
