package app_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"antojo/internal/app"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"antojo": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			os.Exit(app.Main(ctx, os.Args[1:], app.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, "test"))
		},
	})
}

// TestScript runs every script of testdata/script: the command line as a user
// types it, with the real log, store and model.
func TestScript(t *testing.T) {
	lib := os.Getenv("ANTOJO_ONNXRUNTIME")
	if lib == "" {
		lib = "../../.cache/onnxruntime/1.30.0/libonnxruntime.so.1"
	}
	lib, err := filepath.Abs(lib)
	if err == nil {
		_, err = os.Stat(lib)
	}
	if err != nil {
		t.Fatalf("ONNX Runtime is missing (%v): run make setup", err)
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ANTOJO_ONNXRUNTIME", lib)
			env.Setenv("REPO", repo)
			env.Setenv("ANTOJO_DATA", filepath.Join(env.WorkDir, "data"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "mount" {
				return canMount(t), nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"json":    jsonEquals,
			"line":    makeLine,
			"mountro": mountReadOnly,
			"mountsm": mountSmall,
			"append":  appendFile,
			"binary":  binaryFile,
			"serve":   serveBeside,
			"foreign": foreignModel,
		},
	})
}
