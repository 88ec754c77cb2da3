package pipeline

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/infer"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// ruleEncoder stands in for the model where a test needs answers that are known
// beforehand, or failures. It is no model: one word decides each head.
type ruleEncoder struct {
	calls atomic.Int64
	fail  func(text string) error
}

func (e *ruleEncoder) Predict(ctx context.Context, texts []string, out []infer.Prediction) error {
	e.calls.Add(1)
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, t := range texts {
		if e.fail != nil {
			if err := e.fail(t); err != nil {
				return err
			}
		}
		p := infer.Prediction{Tokens: 5, Relevance: 0.9, Sentiments: [3]float32{0.1, 0.7, 0.2}, Intents: [5]float32{0, 0, 0, 0, 1}}
		for a := range p.Aspects {
			p.Aspects[a] = [4]float32{1, 0, 0, 0}
		}
		if strings.Contains(t, "rico") {
			p.Sentiments = [3]float32{0.02, 0.08, 0.9}
			p.Intents = [5]float32{0.1, 0.75, 0.05, 0.05, 0.05}
			p.Aspects[mention.Food] = [4]float32{0.1, 0.05, 0.05, 0.8}
		}
		if strings.Contains(t, "habla") {
			p.Relevance = 0.05
			p.Aspects[mention.Food] = [4]float32{0.2, 0, 0, 0.8}
		}
		out[i] = p
	}
	return nil
}

func testAnnotator(t testing.TB, e Encoder) *Annotator {
	t.Helper()
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := AnnotatorOptions{Lexicon: lx, Encoder: e}
	if e != nil {
		o.Model = "rule-1"
	}
	a, err := NewAnnotator(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func surfaces(es []mention.Entity) []string {
	var out []string
	for _, e := range es {
		out = append(out, e.ID+":"+e.Surface)
	}
	return out
}

func TestAnnotate(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{})
	got, err := a.Annotate(t.Context(), []mention.Mention{
		{Text: "El ceviche estuvo muy rico, volveré"},
		{Text: "habla causa, qué tal todo por el barrio"},
		{Text: "😋😋😋", Department: 15},
		{Text: "The food at this place was really great and we loved the ceviche"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := mention.Annotation{
		Language: "es", Scored: true, Relevant: true, Relevance: 0.9, Sentiment: mention.Positive, Sentiments: [3]float32{0.02, 0.08, 0.9},
		Intent: mention.Recommend, IntentP: 0.75, Model: "rule-1",
		Aspects:  [mention.NumAspects]mention.AspectLabel{mention.Food: mention.AspectPos},
		AspectP:  [mention.NumAspects]float32{0.8, 1, 1, 1, 1, 1, 1, 1},
		Entities: []mention.Entity{{ID: "ceviche", Name: "ceviche", Kind: "dish", Surface: "ceviche", Start: 3, End: 10}},
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("food -want +got\n%s", diff)
	}
	if g := got[1]; !g.Scored || g.Relevant || len(g.Entities) > 0 || g.Aspects != [mention.NumAspects]mention.AspectLabel{} {
		t.Errorf("slang: %+v", g)
	}
	if g := got[2]; g.Scored || g.Relevant || g.Sentiments != [3]float32{} || g.Resolved != 15 || g.Model != "rule-1" {
		t.Errorf("no letters: %+v", g)
	}
	if g := got[3]; g.Language != "en" || g.Scored || !g.Relevant || g.Relevance != 0 || len(g.Entities) != 1 {
		t.Errorf("English: %+v", g)
	}
}

func TestAnnotateWithoutModel(t *testing.T) {
	a := testAnnotator(t, nil)
	got, err := a.Annotate(t.Context(), []mention.Mention{{Text: "Un lomo saltado, por favor"}, {Text: "habla causa"}, {Text: "llueve en la sierra"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, relevant := range []bool{true, false, false} {
		if g := got[i]; g.Scored || g.Relevant != relevant || g.Model != "none" {
			t.Errorf("%d: %+v", i, g)
		}
	}
}

// A defect of the engine on one text is an error, never the end of the process.
func TestAnnotatePanic(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{fail: func(string) error { panic("index out of range") }})
	if _, err := a.Annotate(t.Context(), []mention.Mention{{Text: "ceviche"}}); err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("err = %v", err)
	}
}

func TestAnnotateTextsOffsets(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{})
	cases := []struct{ name, text, want string }{
		{"plain", "quiero un ceviche ya", "ceviche"},
		{"leading blanks", " \n\t quiero   un  ceviche  ya", "ceviche"},
		{"accent in two parts", "quiero aji\u0301 de gallina ya", "aji\u0301 de gallina"},
		{"zero width inside", "quiero cevi\u200bche ya", "cevi\u200bche"},
		{"zero width behind", "quiero ceviche\u200b\u200b ya", "ceviche"},
		{"at the end", "quiero ceviche \u200b\n", "ceviche"},
		{"blanks inside", "quiero lomo\n  saltado ya", "lomo\n  saltado"},
		{"after redaction", "escribe a zoila.cuervo@example.com si quieres ceviche", "ceviche"},
		{"after broken bytes", "rico \xff\xff\xff ceviche", "ceviche"},
		{"inside an address", "escribe a ceviche@example.com", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			as, redacted, err := a.AnnotateTexts(t.Context(), []Text{{Text: c.text}})
			if err != nil {
				t.Fatal(err)
			}
			var got string
			for _, e := range as[0].Entities {
				if got = e.Surface; c.text[e.Start:e.End] != e.Surface {
					t.Errorf("text[%d:%d] = %q, surface %q", e.Start, e.End, c.text[e.Start:e.End], e.Surface)
				}
			}
			if got != c.want || len(as[0].Entities) > 1 {
				t.Errorf("entities %v, want %q", surfaces(as[0].Entities), c.want)
			}
			if strings.Contains(redacted[0], "@example.com") {
				t.Errorf("redacted %q", redacted[0])
			}
		})
	}
}

// annotateAll runs AnnotateJSONL over input and decodes the answers.
func annotateAll(t testing.TB, a *Annotator, input string) (Counts, []map[string]any) {
	t.Helper()
	var out strings.Builder
	c, err := a.AnnotateJSONL(t.Context(), strings.NewReader(input), &out, JSONLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for l := range strings.Lines(out.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatalf("answer %q: %v", l, err)
		}
		got = append(got, m)
	}
	return c, got
}

func TestAnnotateJSONL(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{})
	var out strings.Builder
	in := `{"id":"a1","text":"El ceviche estuvo rico, llámame al 987654321","source":5,"ts":{},"rating":"x"}` + "\n"
	if _, err := a.AnnotateJSONL(t.Context(), strings.NewReader(in), &out, JSONLOptions{}); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"a1","language":"es","relevance":{"label":true,"score":0.9},` +
		`"sentiment":{"label":"pos","scores":{"neg":0.02,"neu":0.08,"pos":0.9}},"intent":{"label":"recommend","score":0.75},` +
		`"aspects":{"food":{"label":"pos","score":0.8}},` +
		`"entities":[{"id":"ceviche","name":"ceviche","kind":"dish","surface":"ceviche","start":3,"end":10}],` +
		`"department":null,"redacted":"El ceviche estuvo rico, llámame al [teléfono]","model":"rule-1"}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAnnotateJSONLBadLines(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{fail: func(text string) error {
		if strings.Contains(text, "veneno") {
			return errors.New("cannot read it")
		}
		return nil
	}})
	cases := []struct{ line, id, err string }{
		{`{"id":"ok","text":"rico"}`, "ok", ""},
		{``, "", "the line is empty"},
		{`hola`, "", "the line is not a JSON object"},
		{`["a"]`, "", "the line is not a JSON object"},
		{`{"id":"x","text":"a"`, "", "the line is not valid JSON"},
		{`{"id":"x"}`, "x", `"text" is missing`},
		{`{"id":"x","text":null}`, "x", `"text" is missing`},
		{`{"id":"x","text":5}`, "x", `"text" is a number, it must be a string`},
		{`{"id":"x","text":" \u0000 "}`, "x", "the text is empty"},
		{`{"id":"x","text":"` + strings.Repeat("a", MaxText+1) + `"}`, "x", "the text has 65537 bytes, at most 65536 are read"},
		{`{"id":"x","text":"` + strings.Repeat("a", 3<<20) + `"}`, "", "the line has 3145750 bytes, at most 1048576 are read"},
		{`{"id":"x","text":"veneno"}`, "x", "the text cannot be annotated: read 1 texts with model rule-1: cannot read it"},
		{"{\"id\":\"x\",\"text\":\"\xff\xfe rico\"}", "x", ""},
		{`{"id":"x","text":"rico","place":7}`, "x", `"place" is a number, it must be a string`},
		{`{"id":"last","text":"rico"}`, "last", ""},
	}
	var in strings.Builder
	in.WriteString("\xef\xbb\xbf")
	for i, c := range cases {
		in.WriteString(c.line)
		if i < len(cases)-1 { // the last line has no end
			in.WriteString("\r\n")
		}
	}
	counts, got := annotateAll(t, a, in.String())
	if diff := cmp.Diff(Counts{Lines: len(cases), Errors: len(cases) - 3}, counts); diff != "" {
		t.Errorf("counts -want +got\n%s", diff)
	}
	if len(got) != len(cases) {
		t.Fatalf("%d answers for %d lines", len(got), len(cases))
	}
	for i, c := range cases {
		id, _ := got[i]["id"].(string)
		msg, _ := got[i]["error"].(string)
		if id != c.id || msg != c.err {
			t.Errorf("line %d: id %q error %q, want %q %q", i, id, msg, c.id, c.err)
		}
	}
}

func TestAnnotateJSONLKeepsIDsAndOrder(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{})
	var in strings.Builder
	const n = 5000
	for i := range n {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&in, `{"id":%d,"text":"ceviche %d"}`+"\n", i, i)
		case 1:
			fmt.Fprintf(&in, `{"text":"ceviche %d","id":{"n":[%d]}}`+"\n", i, i)
		case 2:
			fmt.Fprintf(&in, `{"id":"ñ\"%d","text":"%s"}`+"\n", i, strings.Repeat("rico ", i%50+1))
		case 3:
			in.WriteString("{}\n")
		}
	}
	_, got := annotateAll(t, a, in.String())
	if len(got) != n {
		t.Fatalf("%d answers", len(got))
	}
	for i, m := range got {
		want := [4]any{float64(i), map[string]any{"n": []any{float64(i)}}, fmt.Sprintf("ñ\"%d", i), nil}[i%4]
		if diff := cmp.Diff(want, m["id"]); diff != "" {
			t.Fatalf("line %d id -want +got\n%s", i, diff)
		}
	}
}

// A person who types one line gets its answer without typing 511 more.
func TestAnnotateJSONLInteractive(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{})
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := a.AnnotateJSONL(t.Context(), inR, outW, JSONLOptions{})
		outW.Close()
		done <- err
	}()
	answers := bufio.NewScanner(outR)
	for i := range 3 {
		fmt.Fprintf(inW, `{"id":%d,"text":"rico"}`+"\n", i)
		if !answers.Scan() || !strings.HasPrefix(answers.Text(), fmt.Sprintf(`{"id":%d,`, i)) {
			t.Fatalf("answer %q", answers.Text())
		}
	}
	inW.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnnotateJSONLEnds(t *testing.T) {
	a := testAnnotator(t, &ruleEncoder{})
	broken := errors.New("disk gone")
	endless := strings.NewReader(strings.Repeat(`{"text":"rico"}`+"\n", 100_000))
	if _, err := a.AnnotateJSONL(t.Context(), endless, failingWriter{broken}, JSONLOptions{}); !errors.Is(err, broken) {
		t.Errorf("broken output: %v", err)
	}
	if _, err := a.AnnotateJSONL(t.Context(), io.MultiReader(strings.NewReader("{}\n"), failingReader{broken}), io.Discard, JSONLOptions{}); !errors.Is(err, broken) {
		t.Errorf("broken input: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe() // a terminal where nobody types
	defer w.Close()
	go cancel()
	if _, err := a.AnnotateJSONL(ctx, r, io.Discard, JSONLOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestAppendQuoted(t *testing.T) {
	for _, s := range []string{"", "ñ \"x\" \\ \n\r\t\x00\x1f\x7f", "\u2028\u2029", "😋", "a\xffb\xc3", "</script>"} {
		var got string
		if err := json.Unmarshal(appendQuoted(nil, s), &got); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); got != want {
			t.Errorf("%q came back as %q", s, got)
		}
	}
}

func FuzzAnnotateJSONL(f *testing.F) {
	a := testAnnotator(f, &ruleEncoder{})
	for _, s := range []string{"", "\n", "{}", `{"id":1,"text":"ceviche rico"}`, "{\"id\":\"x\",\"text\":\"cevi\u200bche aji\u0301 de gallina\"}\n{", "[]\r\n\x00", `{"id":[1,{"a":"\u2028"}],"text":"\ud800 rico"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		var out strings.Builder
		c, err := a.AnnotateJSONL(context.Background(), strings.NewReader(in), &out, JSONLOptions{Parallel: 1})
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Count(strings.TrimPrefix(in, "\xef\xbb\xbf"), "\n")
		if rest := strings.TrimPrefix(in, "\xef\xbb\xbf"); rest != "" && !strings.HasSuffix(rest, "\n") {
			want++
		}
		answers := strings.SplitAfter(out.String(), "\n")
		if answers = answers[:len(answers)-1]; len(answers) != want || c.Lines != want {
			t.Fatalf("%d answers, %d counted, for %d lines", len(answers), c.Lines, want)
		}
		for _, l := range answers {
			var m struct {
				Error    string
				Entities []struct{ Surface string }
			}
			if err := json.Unmarshal([]byte(l), &m); err != nil {
				t.Fatalf("answer %q: %v", l, err)
			}
		}
	})
}

func BenchmarkAnnotateJSONL(b *testing.B) {
	var in strings.Builder
	const n = 20_000
	for i := range n {
		r := rawRow(i)
		fmt.Fprintf(&in, `{"id":"%d","text":%q,"source":"review"}`+"\n", i, r.Text)
	}
	for name, e := range map[string]Encoder{"lexicon": nil, "rules": &ruleEncoder{}} {
		b.Run(name, func(b *testing.B) {
			a := testAnnotator(b, e)
			for b.Loop() {
				if _, err := a.AnnotateJSONL(b.Context(), strings.NewReader(in.String()), io.Discard, JSONLOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

// longLine is an input of good lines with one endless line between them. It notes
// the most memory that was in use while it was read.
type longLine struct {
	size, at int
	peak     uint64
}

func (l *longLine) Read(p []byte) (int, error) {
	const first = `{"id":1,"text":"rico"}` + "\n" + `{"id":2,"text":"`
	const last = `"}` + "\n" + `{"id":3,"text":"rico"}` + "\n"
	if l.at == 0 {
		l.at = 1
		return copy(p, first), nil
	}
	if l.at < l.size {
		n := min(len(p), l.size-l.at)
		for i := range p[:n] {
			p[i] = 'a'
		}
		if l.at/(8<<20) != (l.at+n)/(8<<20) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			l.peak = max(l.peak, m.HeapInuse)
		}
		l.at += n
		return n, nil
	}
	if l.at == l.size {
		l.at++
		return copy(p, last), nil
	}
	return 0, io.EOF
}

func TestAnnotateJSONLHugeLine(t *testing.T) {
	a := testAnnotator(t, nil)
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	in := &longLine{size: 100 << 20}
	var out strings.Builder
	c, err := a.AnnotateJSONL(t.Context(), in, &out, JSONLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(out.String(), "\n")
	if c.Lines != 3 || c.Errors != 1 || len(answers) != 4 || !strings.HasPrefix(answers[1], `{"id":null,"error":"the line has 10485`) || !strings.HasPrefix(answers[2], `{"id":3,`) {
		t.Errorf("%+v\n%s", c, out.String())
	}
	if in.peak > before.HeapInuse+(32<<20) {
		t.Errorf("%d MB in use while reading a line of 100 MB, %d MB before", in.peak>>20, before.HeapInuse>>20)
	}
}
