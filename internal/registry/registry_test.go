package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const foreign = `{"model_type": "bert", "vocab_size": 9, "id2label": {"0": "NEG", "1": "NEU", "2": "POS"}}`

// model writes a folder with the given files.
func model(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func TestPull(t *testing.T) {
	whole := map[string]string{"config.json": foreign, "tokenizer.json": "{}", "model.onnx": "weights", "README.md": "# card"}
	without := func(name string) map[string]string {
		m := map[string]string{}
		for k, v := range whole {
			if k != name {
				m[k] = v
			}
		}
		return m
	}
	with := func(name, content string) map[string]string {
		m := without(name)
		m[name] = content
		return m
	}
	for name, c := range map[string]struct {
		files map[string]string
		o     PullOptions
		id    string
		err   string
	}{
		"as it is":              {files: whole, id: "beto-" + sum("weights")[:8]},
		"its own version":       {files: with("config.json", `{"id2label": {"0": "neg", "1": "pos"}, "antojo": {"version": "2.1"}}`), id: "beto-2.1"},
		"version given":         {files: whole, o: PullOptions{Version: "7"}, id: "beto-7"},
		"in a folder":           {files: func() map[string]string { m := without("model.onnx"); m["onnx/model.onnx"] = "w"; return m }(), o: PullOptions{Version: "1"}, id: "beto-1"},
		"checksum":              {files: whole, o: PullOptions{Version: "1", SHA256: map[string]string{"model.onnx": sum("weights"), "config.json": sum(foreign)}}, id: "beto-1"},
		"classical":             {files: map[string]string{"config.json": `{"model_type": "tfidf-logreg", "antojo": {"heads": [], "version": "3"}}`, "model.tfidf": "x"}, id: "beto-3"},
		"wrong checksum":        {files: whole, o: PullOptions{SHA256: map[string]string{"model.onnx": sum("others")}}, err: "damaged or another version"},
		"checksum of no file":   {files: whole, o: PullOptions{SHA256: map[string]string{"model.bin": sum("weights")}}, err: "has no such file"},
		"not a checksum":        {files: whole, o: PullOptions{SHA256: map[string]string{"model.onnx": "abc"}}, err: "64 hexadecimal"},
		"no tokenizer":          {files: without("tokenizer.json"), err: "there is no tokenizer.json"},
		"no model":              {files: without("model.onnx"), err: "there is no model.onnx nor onnx/model.onnx"},
		"no config":             {files: without("config.json"), err: "there is no config.json"},
		"config is not JSON":    {files: with("config.json", "<html>"), err: "not valid JSON"},
		"no labels":             {files: with("config.json", `{"model_type": "bert"}`), err: "no id2label"},
		"holes in the labels":   {files: with("config.json", `{"id2label": {"0": "NEG", "2": "POS"}}`), err: "does not number"},
		"unknown labels":        {files: with("config.json", `{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}`), err: `label "LABEL_0" (of LABEL_0, LABEL_1) is not known`},
		"mapping misses one":    {files: whole, o: PullOptions{Map: Mapping{"sentiment": {"NEG": "neg"}}}, err: `label "NEU"`},
		"mapping of others":     {files: whole, o: PullOptions{Map: Mapping{"sentiment": {"NEG": "neg", "NEU": "neu", "POS": "pos", "MIX": "neu"}}}, err: `names the label "MIX"`},
		"mapping without need":  {files: with("config.json", `{"antojo": {"heads": []}}`), o: PullOptions{Map: Mapping{"sentiment": {"a": "neg"}}}, err: "only for models that do not"},
		"does not work":         {files: whole, o: PullOptions{Try: func(context.Context, string) error { return errors.New("cannot read") }}, err: "cannot read"},
		"a path as name":        {files: whole, o: PullOptions{Name: "../evil"}, err: "not a name of a model"},
		"a path as version":     {files: whole, o: PullOptions{Version: "../1"}, err: "not a name of a model"},
		"a path as ONNX file":   {files: whole, o: PullOptions{ONNX: "../../etc/passwd"}, err: "leads out"},
		"a folder as ONNX file": {files: func() map[string]string { m := without("model.onnx"); m["model.onnx/x"] = ""; return m }(), err: "not a plain file"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Registry{Dir: filepath.Join(t.TempDir(), "models")}
			o := c.o
			if o.Name == "" {
				o.Name = "beto"
			}
			o.From = model(t, c.files)
			p, err := r.Pull(t.Context(), o)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				if left, _ := os.ReadDir(r.Dir); len(left) > 0 {
					t.Errorf("%s is left behind", left[0].Name())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if p.ID != c.id {
				t.Errorf("ID %s, want %s", p.ID, c.id)
			}
			dir, err := r.Find("beto")
			if err != nil || dir != p.Dir {
				t.Errorf("found in %q (%v), want %q", dir, err, p.Dir)
			}
			es, err := r.List()
			if err != nil || len(es) != 1 || es[0].ID != c.id || es[0].Origin == nil || es[0].Origin.From != o.From {
				t.Errorf("listed as %+v (%v)", es, err)
			}
			if _, err := r.Pull(t.Context(), o); err == nil || !strings.Contains(err.Error(), "is there already") {
				t.Errorf("a second pull: %v", err)
			}
		})
	}
}

func TestPullFromURL(t *testing.T) {
	files := map[string]string{"/m/config.json": foreign, "/m/tokenizer.json": "{}", "/m/onnx/model.onnx": "weights"}
	broken := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		b, ok := files[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Write([]byte(b))
	}))
	defer s.Close()
	r := &Registry{Dir: t.TempDir()}
	o := PullOptions{Name: "net", Version: "1", From: s.URL + "/m"}
	if _, err := r.Pull(t.Context(), o); err == nil || !strings.Contains(err.Error(), "needs its checksum") || !strings.Contains(err.Error(), sum("weights")) {
		t.Errorf("without a checksum: %v", err)
	}
	o.SHA256 = map[string]string{"model.onnx": sum("weights")}
	p, err := r.Pull(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(p.Dir, "model.onnx")); err != nil || string(b) != "weights" {
		t.Errorf("model.onnx is %q (%v)", b, err)
	}
	o.Version, o.ONNX = "2", "../secret"
	if _, err := r.Pull(t.Context(), o); err == nil || !strings.Contains(err.Error(), "leads out") {
		t.Errorf("a path out: %v", err)
	}
	broken, o.ONNX = true, ""
	if _, err := r.Pull(t.Context(), o); err == nil || !strings.Contains(err.Error(), "502") {
		t.Errorf("a broken server: %v", err)
	}
}

func TestAdapt(t *testing.T) {
	for name, c := range map[string]struct {
		labels string
		m      Mapping
		want   []string
	}{
		"order":  {labels: `{"0": "POS", "1": "NEG", "2": "NEU"}`, want: []string{"pos", "neg", "neu"}},
		"stars":  {labels: `{"0": "1 star", "1": "2 stars", "2": "3 stars", "3": "4 stars", "4": "5 stars"}`, want: []string{"neg", "neg", "neu", "pos", "pos"}},
		"mapped": {labels: `{"0": "LABEL_0", "1": "LABEL_1"}`, m: Mapping{"sentiment": {"LABEL_0": "neg", "LABEL_1": "pos"}}, want: []string{"neg", "pos"}},
	} {
		t.Run(name, func(t *testing.T) {
			b, absent, err := adapt([]byte(`{"hidden_size": 8, "id2label": `+c.labels+`}`), "beto", "1", c.m)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Hidden int `json:"hidden_size"`
				Antojo struct {
					Name, Version string
					Mapped        bool
					Heads         []mappedHead
				}
			}
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			if got.Hidden != 8 || got.Antojo.Name != "beto" || got.Antojo.Version != "1" || !got.Antojo.Mapped {
				t.Errorf("%+v", got)
			}
			if d := cmp.Diff([]mappedHead{{Name: "sentiment", Labels: c.want}}, got.Antojo.Heads); d != "" {
				t.Error(d)
			}
			if len(absent) != 10 || absent[0] != "relevance" {
				t.Errorf("absent %v", absent)
			}
		})
	}
}

func TestUse(t *testing.T) {
	r := &Registry{Dir: filepath.Join(t.TempDir(), "models")}
	if dir, err := r.Default(); dir != "" || err != nil {
		t.Errorf("an empty registry has the default %q (%v)", dir, err)
	}
	for _, v := range []string{"1", "2"} {
		if _, err := r.Pull(t.Context(), PullOptions{Name: "beto", Version: v, From: model(t, map[string]string{"config.json": foreign, "tokenizer.json": "{}", "model.onnx": "w"})}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Use("beto"); err == nil || !strings.Contains(err.Error(), "versions beto-1, beto-2") {
		t.Errorf("two versions: %v", err)
	}
	if _, err := r.Use("robertuito"); err == nil || !strings.Contains(err.Error(), "only beto-1, beto-2") {
		t.Errorf("unknown: %v", err)
	}
	if id, err := r.Use("beto-2"); err != nil || id != "beto-2" {
		t.Fatal(id, err)
	}
	dir, err := r.Default()
	if err != nil || filepath.Base(dir) != "beto-2" {
		t.Errorf("default %q (%v)", dir, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Default(); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("a model that is gone: %v", err)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, defaultFile), []byte("../../etc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Default(); err == nil || !strings.Contains(err.Error(), "not a name") {
		t.Errorf("a path as default: %v", err)
	}
	if _, err := r.Use(Builtin); err != nil {
		t.Fatal(err)
	}
	if dir, err := r.Default(); dir != "" || err != nil {
		t.Errorf("after builtin: %q (%v)", dir, err)
	}
}

func FuzzParseMapping(f *testing.F) {
	f.Add([]byte(`{"sentiment": {"NEG": "neg"}}`))
	f.Add([]byte(`{"NEG": "neg", "POS": "pos"}`))
	f.Add([]byte(`{"intent": {"x": "buy"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMapping(b)
		if err != nil {
			return
		}
		if _, err := mapHeads([]string{"NEG"}, m); err == nil && m["sentiment"]["NEG"] == "" {
			t.Fatalf("%s maps NEG to nothing", b)
		}
	})
}
