package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var texts = []string{
	"El sebiche estaba buenazo pero llegó tarde, Miraflores",
	"Habla causa, ¿una causa limeña?",
	"Pésimo servicio, el pollo a la brasa frío. Llámame al 987 654 321",
	"the lomo saltado was great",
	"🥟🥟",
	"Se me antoja una Inca Kola heladita 🥤",
}

func lines(t *testing.T) string {
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, `{"id":"t%d","text":%s}`+"\n", i, marshal(t, text))
	}
	return b.String()
}

// TestThreeWaysToAnnotate: the command, lines over HTTP and JSON over HTTP say the
// same of the same texts.
func TestThreeWaysToAnnotate(t *testing.T) {
	s := serve(t)
	in := lines(t)
	cli, errs, code := antojo(in, "annotate")
	if code != 0 {
		t.Fatalf("antojo annotate: %d %s", code, errs)
	}
	streamed := s.post(t, "/api/v1/annotate", in, "Content-Type", "application/x-ndjson")
	if d := cmp.Diff(cli, string(streamed.body)); d != "" {
		t.Errorf("lines over HTTP (-command +HTTP):\n%s", d)
	}
	var req struct {
		Texts []map[string]string `json:"texts"`
	}
	for i, text := range texts {
		req.Texts = append(req.Texts, map[string]string{"id": fmt.Sprintf("t%d", i), "text": text})
	}
	res := s.post(t, "/api/v1/annotate", marshal(t, req), "Content-Type", "application/json").json(t)
	var want []any
	for line := range strings.Lines(cli) {
		want = append(want, decode[any](t, []byte(line)))
	}
	if d := cmp.Diff(any(want), res["annotations"]); d != "" {
		t.Errorf("JSON over HTTP (-command +HTTP):\n%s", d)
	}
	if strings.Contains(string(streamed.body), "987 654 321") {
		t.Error("a phone number comes back as redacted text")
	}
}

// TestAnnotateStreams: a line is answered before the next one is sent, and a bad line
// does not end the rest.
func TestAnnotateStreams(t *testing.T) {
	s := serve(t)
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/annotate", r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	go fmt.Fprintln(w, `{"id":"first","text":"un ceviche"}`)
	res, err := http.DefaultClient.Do(req) // returns with the first answer: the request still goes on
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answers := bufio.NewScanner(res.Body)
	next := func() map[string]any {
		t.Helper()
		if !answers.Scan() {
			t.Fatalf("no answer: %v", answers.Err())
		}
		return decode[map[string]any](t, answers.Bytes())
	}
	if a := next(); a["id"] != "first" || at(t, a, "entities", 0, "id") != "ceviche" {
		t.Errorf("the first line: %v", a)
	}
	for _, line := range []string{"nonsense", `{"id":7}`, `{"id":"last","text":"un pisco sour"}`} {
		if _, err := fmt.Fprintln(w, line); err != nil {
			t.Fatal(err)
		}
		a := next()
		if (a["error"] == nil) != (a["id"] == "last") {
			t.Errorf("%s is answered with %v", line, a)
		}
	}
	w.Close()
	if answers.Scan() {
		t.Errorf("more answers than lines: %s", answers.Text())
	}
}

func TestAnnotateContentTypes(t *testing.T) {
	s := serve(t)
	for kind, want := range map[string]int{"application/json": 200, "application/json; charset=utf-8": 200, "": 200, "text/plain": 415, "application/x-www-form-urlencoded": 415} {
		r := s.post(t, "/api/v1/annotate", oneText, "Content-Type", kind)
		if r.StatusCode != want {
			t.Errorf("Content-Type %q: %d, want %d: %.200s", kind, r.StatusCode, want, r.body)
		}
	}
	many := `{"texts":[` + strings.Repeat(`{"text":"un ceviche"},`, 1000) + `{"text":"x"}]}`
	if r := s.post(t, "/api/v1/annotate", many, "Content-Type", "application/json"); r.StatusCode != 422 {
		t.Errorf("1,001 texts: %d", r.StatusCode)
	}
}

// TestOpenInference: the protocol's answers have the tensors that its metadata
// promise, and say what annotate says.
func TestOpenInference(t *testing.T) {
	s := serve(t)
	model := modelName(t, s)
	meta := s.get(t, "/v2/models/"+model).json(t)
	shape := map[string]int{}
	labels := map[string][]any{}
	for _, o := range meta["outputs"].([]any) {
		name := at(t, o, "name").(string)
		dims := at(t, o, "shape").([]any)
		shape[name] = int(dims[len(dims)-1].(float64))
		if p, ok := o.(map[string]any)["parameters"].(map[string]any); ok {
			labels[name] = p["labels"].([]any)
			if len(labels[name]) != shape[name] {
				t.Errorf("%s has %d labels and %d columns", name, len(labels[name]), shape[name])
			}
		}
	}
	if len(labels) != 11 {
		t.Errorf("%d heads, want 11: %v", len(labels), labels)
	}
	given := []string{texts[0], texts[2], "🥟🥟", texts[5]}
	body := map[string]any{"id": "42", "inputs": []any{map[string]any{"name": "text", "datatype": "BYTES", "shape": []int{len(given), 1}, "data": given}}}
	version := at(t, meta, "versions", 0).(string)
	for _, path := range []string{"/v2/models/" + model + "/infer", "/v2/models/" + model + "/versions/" + version + "/infer"} {
		res := s.post(t, path, marshal(t, body), "Content-Type", "application/json").json(t)
		if res["id"] != "42" || res["model_name"] != model || res["model_version"] != version {
			t.Errorf("%s: id %v, model %v %v", path, res["id"], res["model_name"], res["model_version"])
		}
		got := map[string][]any{}
		for _, o := range res["outputs"].([]any) {
			name, data := at(t, o, "name").(string), at(t, o, "data").([]any)
			got[name] = data
			if len(data) != len(given)*shape[name] {
				t.Errorf("%s has %d numbers, want %d × %d", name, len(data), len(given), shape[name])
			}
			for row := range given {
				sum := 0.0
				for k := range shape[name] {
					sum += data[row*shape[name]+k].(float64)
				}
				want := 1.0
				if row == 2 { // no word in it
					want = 0
				}
				if math.Abs(sum-want) > 1e-3 {
					t.Errorf("%s of %q sums to %v, want %v", name, given[row], sum, want)
				}
			}
		}
		if len(got) != 11 {
			t.Errorf("%d tensors, want the 11 heads", len(got))
		}
		// What annotate says of the first text: within what quantisation does to batches.
		read := s.post(t, "/api/v1/annotate", marshal(t, map[string]any{"texts": []any{map[string]string{"text": given[0]}}}), "Content-Type", "application/json").json(t)
		scores := at(t, read, "annotations", 0, "sentiment", "scores").(map[string]any)
		for k, l := range labels["sentiment"] {
			if d := math.Abs(scores[l.(string)].(float64) - got["sentiment"][k].(float64)); d > 0.05 {
				t.Errorf("%s of %q: annotate %v, infer %v", l, given[0], scores[l.(string)], got["sentiment"][k])
			}
		}
	}
	body["outputs"] = []any{map[string]string{"name": "readable"}, map[string]string{"name": "tokens"}}
	res := s.post(t, "/v2/models/"+model+"/infer", marshal(t, body), "Content-Type", "application/json").json(t)
	if d := cmp.Diff([]any{true, true, false, true}, at(t, res, "outputs", 0, "data")); d != "" {
		t.Errorf("readable (-want +got):\n%s", d)
	}
	if r := s.get(t, "/v2/models/"+model+"/versions/"+version+"/ready").json(t); r["ready"] != true {
		t.Errorf("ready: %v", r)
	}
	for _, bad := range []struct{ path, body, says string }{
		{"/v2/models/" + model + "/infer", `{"inputs":[{"name":"text","datatype":"BYTES","shape":[2],"data":["a"]}]}`, "shape"},
		{"/v2/models/" + model + "/infer", `{"inputs":[{"name":"image","datatype":"FP32","shape":[1],"data":["a"]}]}`, "inputs[0]"},
		{"/v2/models/" + model + "/infer", `{"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}],"outputs":[{"name":"logits"}]}`, "outputs[0].name"},
		{"/v2/models/" + model + "/versions/0/infer", `{"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}]}`, "version"},
	} {
		r := s.post(t, bad.path, bad.body, "Content-Type", "application/json")
		msg, _ := r.json(t)["error"].(string)
		if r.StatusCode < 400 || r.StatusCode > 499 || !strings.Contains(msg, bad.says) {
			t.Errorf("%s: %d, error %q, want %q in it", bad.body, r.StatusCode, msg, bad.says)
		}
	}
	r := s.post(t, "/v2/models/"+model+"/infer", `{}`, "Content-Type", "application/octet-stream", "Inference-Header-Content-Length", "2")
	if r.StatusCode < 400 || r.StatusCode > 499 {
		t.Errorf("binary tensors: %d", r.StatusCode)
	}
}

// BenchmarkAnnotate compares the command with the same lines over HTTP, in one
// process each, on texts of the demo set.
func BenchmarkAnnotate(b *testing.B) {
	s := serve(b)
	var in strings.Builder
	n := 0
	dec := json.NewDecoder(strings.NewReader(string(s.importBody)))
	for n < 4000 {
		var row map[string]any
		if err := dec.Decode(&row); err != nil {
			break
		}
		fmt.Fprintf(&in, "{\"id\":%q,\"text\":%s}\n", fmt.Sprint(n), marshal(b, row["text"]))
		n++
	}
	b.Run("command", func(b *testing.B) {
		for b.Loop() {
			if _, errs, code := antojo(in.String(), "annotate"); code != 0 {
				b.Fatal(errs)
			}
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "texts/s")
	})
	b.Run("ndjson", func(b *testing.B) {
		for b.Loop() {
			res, err := http.Post(s.url+"/api/v1/annotate", "application/x-ndjson", strings.NewReader(in.String()))
			if err != nil {
				b.Fatal(err)
			}
			got := 0
			for sc := bufio.NewScanner(res.Body); sc.Scan(); got++ {
			}
			res.Body.Close()
			if got != n {
				b.Fatalf("%d answers to %d lines", got, n)
			}
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "texts/s")
	})
	b.Run("json", func(b *testing.B) {
		var bodies []string
		var req struct {
			Texts []map[string]string `json:"texts"`
		}
		for line := range strings.Lines(in.String()) {
			if req.Texts = append(req.Texts, decode[map[string]string](b, []byte(line))); len(req.Texts) == 1000 {
				bodies = append(bodies, marshal(b, req))
				req.Texts = nil
			}
		}
		for b.Loop() {
			for _, body := range bodies {
				res, err := http.Post(s.url+"/api/v1/annotate", "application/json", strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 {
					b.Fatal(res.Status, err)
				}
				res.Body.Close()
			}
		}
		b.ReportMetric(float64(len(bodies)*1000*b.N)/b.Elapsed().Seconds(), "texts/s")
	})
}
