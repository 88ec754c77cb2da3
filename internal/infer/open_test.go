package infer_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"antojo/internal/infer"
	"antojo/internal/mention"
	"antojo/internal/train/onnx"
)

func export(t testing.TB, c onnx.Config, w map[string]onnx.Tensor, p onnx.Precision) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := onnx.Export(&b, c, w, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenFromDisk(t *testing.T) {
	c := tinyConfig()
	dir := t.TempDir()
	for name, f := range modelFS(t, c, onnx.INT8) {
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e, err := infer.Open(infer.Options{Dir: dir, Sessions: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	i := e.Info()
	if got, want := fmt.Sprintln(i.Model(), i.Dir, i.MaxLen, i.Vocab, i.Precision, i.Sessions), fmt.Sprintln("test-v1", dir, 48, 505, "int8", 1); got != want {
		t.Errorf("info %s, want %s", got, want)
	}
	if !strings.HasPrefix(i.Engine, "1.") || i.Library == "" || i.Bytes == 0 {
		t.Errorf("info lacks the engine: %+v", i)
	}
}

// Every damaged or foreign model gives one error that names the file.
func TestOpenErrors(t *testing.T) {
	c := tinyConfig()
	whole := modelFS(t, c, onnx.INT8)["model.onnx"].Data
	for _, x := range []struct {
		name string
		edit func(fstest.MapFS)
		want []string
	}{
		{"no config", func(f fstest.MapFS) { delete(f, "config.json") }, []string{"there is no", "config.json"}},
		{"no tokenizer", func(f fstest.MapFS) { delete(f, "tokenizer.json") }, []string{"there is no", "tokenizer.json"}},
		{"no weights", func(f fstest.MapFS) { delete(f, "model.onnx") }, []string{"there is no", "model.onnx"}},
		{"broken config", func(f fstest.MapFS) { f["config.json"].Data = []byte(`{"antojo":`) }, []string{"config.json is damaged", "not valid JSON"}},
		{"foreign config", func(f fstest.MapFS) { f["config.json"].Data = []byte(`{"model_type":"bert"}`) }, []string{"config.json", "not a model of antojo"}},
		{"a head is missing", func(f fstest.MapFS) { f["config.json"].Data = configJSON(t, c, standardHeads()[1:]) }, []string{"config.json", "lacks the head relevance"}},
		{"other labels", func(f fstest.MapFS) {
			h := standardHeads()
			h[1].Labels = []string{"bad", "neu", "pos"}
			f["config.json"].Data = configJSON(t, c, h)
		}, []string{"config.json", "head sentiment has the labels [bad neu pos]"}},
		{"hot", func(f fstest.MapFS) {
			h := standardHeads()
			h[1].Temperature = -1
			f["config.json"].Data = configJSON(t, c, h)
		}, []string{"config.json", "temperature -1"}},
		{"column outside the logits", func(f fstest.MapFS) {
			h := standardHeads()
			h[1].Start = 900
			f["config.json"].Data = configJSON(t, c, h)
		}, []string{"model.onnx"}},
		{"broken tokenizer", func(f fstest.MapFS) { f["tokenizer.json"].Data = []byte("{}") }, []string{"tokenizer.json is damaged", "no vocabulary"}},
		{"tokenizer of another model", func(f fstest.MapFS) { f["config.json"].Data = configJSON(t, onnx.Config{Vocab: 100}, standardHeads()) }, []string{"tokenizer.json", "505 tokens", "100"}},
		{"empty model", func(f fstest.MapFS) { f["model.onnx"].Data = nil }, []string{"model.onnx is damaged", "empty"}},
		{"half a model", func(f fstest.MapFS) { f["model.onnx"].Data = whole[:len(whole)/2] }, []string{"model.onnx is damaged", "ends early"}},
		{"model without its last byte", func(f fstest.MapFS) { f["model.onnx"].Data = whole[:len(whole)-1] }, []string{"model.onnx is damaged", "ends early"}},
		{"not a model", func(f fstest.MapFS) { f["model.onnx"].Data = []byte("<!DOCTYPE html><html>404</html>") }, []string{"model.onnx is damaged"}},
		{"overwritten within", func(f fstest.MapFS) {
			b := bytes.Clone(whole)
			copy(b, bytes.Repeat([]byte{0xff}, 64))
			f["model.onnx"].Data = b
		}, []string{"model.onnx is damaged"}},
		{"an operation is unknown", func(f fstest.MapFS) {
			f["model.onnx"].Data = bytes.Replace(whole, []byte("LayerNormalization"), []byte("LayerNormalizatiom"), 1)
		}, []string{"model.onnx is damaged"}},
		{"other inputs", func(f fstest.MapFS) {
			f["model.onnx"].Data = bytes.ReplaceAll(whole, []byte("attention_mask"), []byte("attention_musk"))
		}, []string{"model.onnx", "attention_musk"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			files := modelFS(t, c, onnx.INT8)
			x.edit(files)
			e, err := infer.Open(infer.Options{FS: files, Sessions: 1})
			if err == nil {
				e.Close()
				t.Fatal("no error")
			}
			if !errors.Is(err, infer.ErrModel) {
				t.Errorf("error %v is not ErrModel", err)
			}
			for _, w := range x.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q lacks %q", err, w)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
		})
	}
}

func TestFindLibrary(t *testing.T) {
	dir := t.TempDir()
	lib := filepath.Join(dir, "libonnxruntime.so.1")
	if err := os.WriteFile(lib, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Run("given", func(t *testing.T) {
		if got, err := infer.FindLibrary(lib); got != lib || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("environment", func(t *testing.T) {
		t.Setenv(infer.LibraryEnv, dir) // a folder will do
		if got, err := infer.FindLibrary(""); got != lib || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("environment names nothing", func(t *testing.T) {
		t.Setenv(infer.LibraryEnv, filepath.Join(dir, "gone.so"))
		_, err := infer.FindLibrary("")
		if err == nil || !strings.Contains(err.Error(), infer.LibraryEnv) || !strings.Contains(err.Error(), "scripts/fetch-onnxruntime.sh") {
			t.Errorf("error %v does not say which variable is wrong and what to run", err)
		}
	})
	t.Run("in a cache above the working directory", func(t *testing.T) {
		t.Setenv(infer.LibraryEnv, "")
		cache := filepath.Join(dir, ".cache", "onnxruntime", infer.RuntimeVersion)
		deep := filepath.Join(dir, "a", "b")
		for _, d := range []string{cache, deep} {
			if err := os.MkdirAll(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		want := filepath.Join(cache, filepath.Base(lib))
		if err := os.Rename(lib, want); err != nil {
			t.Fatal(err)
		}
		t.Chdir(deep)
		got, err := infer.FindLibrary("")
		if err != nil {
			t.Fatal(err)
		}
		if a, b := stat(t, got), stat(t, want); !os.SameFile(a, b) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func stat(t *testing.T, p string) os.FileInfo {
	t.Helper()
	st, err := os.Stat(p)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func FuzzOpenConfig(f *testing.F) {
	files := modelFS(f, tinyConfig(), onnx.INT8)
	f.Add(files["config.json"].Data)
	f.Add([]byte(`{"antojo":{"max_len":-1,"heads":[{"name":"relevance","labels":["food","other"],"start":-5}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		// Without weights Open must stop with an error, whatever the config says.
		_, err := infer.Open(infer.Options{FS: fstest.MapFS{"config.json": {Data: b}, "tokenizer.json": files["tokenizer.json"]}})
		if !errors.Is(err, infer.ErrModel) {
			t.Fatalf("error %v, want ErrModel", err)
		}
	})
}

func FuzzScanModel(f *testing.F) {
	c := onnx.Config{Layers: 1, Hidden: 8, Heads: 1, Intermediate: 8, Vocab: 6, MaxPositions: 4, Outputs: mention.NumLogits()}
	model := export(f, c, onnx.Random(c, 1), onnx.INT8)
	f.Add(model)
	f.Add(model[:len(model)/3])
	f.Fuzz(func(t *testing.T, b []byte) { infer.ScanModel(b) })
}
