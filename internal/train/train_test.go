package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
)

const dataDir = "../../training/data"

func TestHeadsMatchMention(t *testing.T) {
	if numHeads != len(mention.Heads) {
		t.Fatalf("numHeads is %d, mention has %d heads", numHeads, len(mention.Heads))
	}
	for i, name := range []string{"relevance", "sentiment", "intent", "aspect_food"} {
		if mention.Heads[i].Name != name {
			t.Errorf("head %d is %s, want %s", i, mention.Heads[i].Name, name)
		}
	}
}

func TestReadGold(t *testing.T) {
	for name, c := range map[string]struct {
		line, err string
		want      []int8
	}{
		"all labels": {line: `{"id":"a","text":"rico pero caro","food":true,"sentiment":"neu","intent":"other","aspects":{"food":"pos","price":"neg"}}`,
			want: []int8{1, 1, 4, 3, 0, 1, 0, 0, 0, 0, 0}},
		"not food": {line: `{"id":"a","text":"habla causa","food":false,"sentiment":"pos","intent":"ask","aspects":{}}`,
			want: []int8{0, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0}},
		"no food key":    {line: `{"id":"a","text":"x","sentiment":"neu","intent":"other"}`, err: "food is missing"},
		"unknown intent": {line: `{"id":"a7","text":"x","food":true,"sentiment":"neu","intent":"buy"}`, err: `line 1 (a7): intent "buy" is not one of crave`},
		"unknown aspect": {line: `{"id":"a","text":"x","food":true,"sentiment":"neu","intent":"ask","aspects":{"taste":"pos"}}`, err: `aspect "taste"`},
		"not JSON":       {line: `{`, err: "g.jsonl line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := ReadGold(strings.NewReader(c.line+"\n\n"), "g.jsonl")
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want it to say %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, rows[0].Labels[:]); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReadStars(t *testing.T) {
	rows, err := ReadStars(strings.NewReader("date\tlabel\ttext\n2019-01-02\tneg\tllegó frío\n"), "s.tsv")
	if err != nil {
		t.Fatal(err)
	}
	r := rows[0]
	if r.Text != "llegó frío" || r.Date != "2019-01-02" || r.Labels[headSentiment] != 0 || r.Labels[headRelevance] != -1 {
		t.Errorf("row %+v", r)
	}
	for name, in := range map[string]string{
		"no label column": "date\ttext\n1\tx\n", "short row": "date\tlabel\ttext\n1\tneg\n", "bad label": "label\ttext\ngood\tx\n",
	} {
		if _, err := ReadStars(strings.NewReader(in), "s.tsv"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestSplit: no text of a development part is in a training part, and every text
// is somewhere.
func TestSplit(t *testing.T) {
	var gold, stars []Row
	for i := range 400 {
		gold = append(gold, Row{Text: fmt.Sprintf("texto %d", i/2)}) // each twice
	}
	for i := range 300 {
		stars = append(stars, Row{Text: fmt.Sprintf("Texto  %d", i), Date: fmt.Sprintf("2019-%04d", i)})
	}
	d := split(gold, stars, SplitConfig{DevPercent: 20, StarsDevPercent: 10})
	if n := len(d.Dev); n < 40 || n > 130 {
		t.Errorf("%d of 400 gold rows are in the development part, want about 80", n)
	}
	if len(d.Dev)+len(d.Train) != len(gold) {
		t.Errorf("gold: %d + %d rows of %d", len(d.Dev), len(d.Train), len(gold))
	}
	for _, r := range d.StarsDev {
		if r.Date < "2019-0270" {
			t.Errorf("early star row %s in the development part", r.Date)
		}
	}
	train := map[string]bool{}
	for _, r := range append(d.Train, d.StarsTrain...) {
		train[textKey(r.Text)] = true
	}
	for _, r := range append(d.Dev, d.StarsDev...) {
		if train[textKey(r.Text)] {
			t.Errorf("%q is in both parts", r.Text)
		}
		if !d.held[textKey(r.Text)] {
			t.Errorf("%q is not held out of pre-training", r.Text)
		}
	}
}

func TestLicenceClasses(t *testing.T) {
	c, err := LoadConfig("../../training/configs/smoke.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{"N", "R", ""} {
		c.Corpora[0].Class = class
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "licence class") {
			t.Errorf("class %q: error %v, want a refusal", class, err)
		}
	}
	for _, f := range []string{"antojo-es-4l256.json"} {
		if _, err := LoadConfig("../../training/configs/" + f); err != nil {
			t.Error(err)
		}
	}
}

// TestTrainVocabulary checks the merges of a text small enough to follow by hand.
func TestTrainVocabulary(t *testing.T) {
	counts := map[string]float64{"papa": 10, "papas": 4, "pan": 3, "😋": 2, "xo": 1}
	got, err := TrainVocabulary(counts, 20, 2)
	if err != nil {
		t.Fatal(err)
	}
	// Characters that are frequent enough; then p+##a (17), of ##a+##p and ##p+##a
	// what is left (14: pa+##p comes first by its ids), and so on to whole words.
	want := append(append([]string{}, specialTokens...),
		"a", "##a", "n", "##n", "p", "##p", "s", "##s", "😋", "##😋")
	if d := cmp.Diff(want, got[:len(want)]); d != "" {
		t.Errorf("alphabet: %s", d)
	}
	if d := cmp.Diff([]string{"pa", "##pa", "papa", "papas"}, got[len(want):len(want)+4]); d != "" {
		t.Errorf("merges: %s", d)
	}
}

func TestVocabularyIsDeterministic(t *testing.T) {
	gold := readAll(t)
	make := func() []string {
		c := wordCounts{}
		for _, r := range gold[:300] {
			c.add(r.Text, 0.3)
		}
		v, err := TrainVocabulary(c, 700, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if d := cmp.Diff(make(), make()); d != "" {
		t.Error(d)
	}
}

func readAll(t *testing.T) []Row {
	t.Helper()
	var all []Row
	names, err := fs.Glob(os.DirFS(dataDir), "gold/authored_*.jsonl")
	if err != nil || len(names) < 9 {
		t.Fatalf("gold files: %v, %v", names, err)
	}
	for _, name := range names {
		f, err := open(dataDir, name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := ReadGold(f, name)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	return all
}

func TestAugment(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const s = "Pedí un pollo a la brasa para dos porque estaba muy rico, también con papas."
	changed := 0
	for range 200 {
		a := augment(s, rng)
		if strings.TrimSpace(a) == "" {
			t.Fatal("nothing left")
		}
		if n := len(strings.Fields(a)); n < len(strings.Fields(s))-3 {
			t.Errorf("%q lost too many words", a)
		}
		if a != s {
			changed++
		}
	}
	if changed < 120 {
		t.Errorf("%d of 200 changed", changed)
	}
	if got := augment("rico", rng); got != "rico" {
		t.Errorf("single word became %q", got)
	}
}

func FuzzAugment(f *testing.F) {
	f.Add("Rico el ceviche 😋, muy rico", uint64(3))
	f.Add("\xff\xfe que q", uint64(9))
	f.Fuzz(func(t *testing.T, s string, seed uint64) {
		a := augment(s, rand.New(rand.NewPCG(seed, 0)))
		if len(strings.Fields(s)) > 0 && len(strings.Fields(a)) == 0 && len(s) > 30 {
			t.Errorf("%q became empty", s)
		}
	})
}

func FuzzReadGold(f *testing.F) {
	f.Add(`{"id":"a","text":"rico","food":true,"sentiment":"pos","intent":"recommend","aspects":{"food":"pos"}}`)
	f.Fuzz(func(t *testing.T, s string) {
		rows, err := ReadGold(strings.NewReader(s), "f")
		if err != nil {
			return
		}
		for _, r := range rows {
			for h, l := range r.Labels {
				if l < 0 || int(l) >= len(mention.Heads[h].Labels) {
					t.Fatalf("label %d of head %d", l, h)
				}
			}
		}
	})
}

// TestEvaluate checks the scores of a case worked by hand.
func TestEvaluate(t *testing.T) {
	row := func(rel, sent, food int8) Row {
		r := Row{}
		for h := range r.Labels {
			r.Labels[h] = -1
		}
		r.Labels[headRelevance], r.Labels[headSentiment], r.Labels[headAspect] = rel, sent, food
		return r
	}
	pred := func(rel, sent, food int8) (p [numHeads]int8) {
		p[headRelevance], p[headSentiment], p[headAspect] = rel, sent, food
		return p
	}
	rows := []Row{row(1, 2, 3), row(1, 2, 1), row(0, 0, 0), row(1, 0, 3)}
	s := Evaluate(rows, [][numHeads]int8{pred(1, 2, 3), pred(0, 2, 3), pred(0, 0, 1), pred(1, 2, 0)})
	rel := s.Heads["relevance"]
	if d := cmp.Diff(map[string]float64{"other": 2.0 / 3, "food": 0.8}, rel.F1, approx); d != "" {
		t.Errorf("relevance F1: %s", d)
	}
	// sentiment: neg F1 = 2·1/(2+1), pos = 2·2/(2+3); neu does not occur
	if got, want := s.Heads["sentiment"].MacroF1, (2.0/3+0.8)/2; diff(got, want) {
		t.Errorf("sentiment macro-F1 %v, want %v", got, want)
	}
	// aspect food: gold 3, predicted 3, both 2, right polarity 1
	if diff(s.AspectF1, 2.0/3) || diff(s.AspectJointF1, 1.0/3) || diff(s.AspectPolarity, 0.5) {
		t.Errorf("aspects %v %v %v", s.AspectF1, s.AspectJointF1, s.AspectPolarity)
	}
}

var approx = cmp.Comparer(func(a, b float64) bool { return !diff(a, b) })

func diff(a, b float64) bool { return a-b > 1e-9 || b-a > 1e-9 }

// TestBaselineLearns: TF-IDF + logistic regression on the authored rows has to be
// far above the majority class on relevance and sentiment.
func TestBaselineLearns(t *testing.T) {
	d := split(readAll(t)[450:900], nil, SplitConfig{DevPercent: 20})
	b := fitBaseline(d.Train, nil, 2)
	pred := make([][numHeads]int8, len(d.Dev))
	for i := range d.Dev {
		pred[i] = decode(b.predict(d.Dev[i].Text))
	}
	s := Evaluate(d.Dev, pred)
	if got := s.Heads["relevance"].MacroF1; got < 0.65 {
		t.Errorf("relevance macro-F1 %.3f, want at least 0.65", got)
	}
	if got := s.Heads["sentiment"].MacroF1; got < 0.35 {
		t.Errorf("sentiment macro-F1 %.3f, want at least 0.35", got)
	}
}

// TestSmoke runs the whole of Encoder on a tiny configuration and the gold rows in
// the repository, stops it in the middle, goes on, and reads the result.
func TestSmoke(t *testing.T) {
	cfg, err := LoadConfig("../../training/configs/smoke.json")
	if err != nil {
		t.Fatal(err)
	}
	work, out := t.TempDir(), t.TempDir()
	c := EncoderConfig{Config: cfg, Data: dataDir, Work: work, Out: out, Threads: 2}
	stopped, stop := context.WithCancel(t.Context())
	if err := Encoder(stopped, c, onLine(stop, "parameters")); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped run: %v, want context.Canceled", err)
	}
	if _, err := os.Stat(filepath.Join(work, "pretrain.safetensors")); err != nil {
		t.Fatalf("a stopped run leaves its state: %v", err)
	}
	if err := Encoder(t.Context(), c, io.Discard); err != nil {
		t.Fatal(err)
	}
	tok, err := wordpiece.Load(filepath.Join(out, "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got := tok.VocabSize(); got != cfg.Vocabulary.Size {
		t.Errorf("tokenizer has %d pieces, want %d", got, cfg.Vocabulary.Size)
	}
	b, err := os.ReadFile(filepath.Join(out, "metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m Metrics
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if e, maj := m.Encoder["gold"].Heads["relevance"].MacroF1, m.Majority["gold"].Heads["relevance"].MacroF1; e <= maj {
		t.Errorf("relevance macro-F1 %.3f is not above the majority class, %.3f", e, maj)
	}
	if fi, err := os.Stat(filepath.Join(out, "model.onnx")); err != nil || fi.Size() < 100_000 {
		t.Errorf("model.onnx: %v, %v", fi, err)
	}
}

// onLine calls f once a log line contains s.
func onLine(f func(), s string) io.Writer { return lineWriter{f, s} }

type lineWriter struct {
	f func()
	s string
}

func (w lineWriter) Write(b []byte) (int, error) {
	if strings.Contains(string(b), w.s) {
		w.f()
	}
	return len(b), nil
}

// TestBalanceByWeight: a class of rows that count for less is as rare as its weight
// says; the mean weight stays.
func TestBalanceByWeight(t *testing.T) {
	rows := make([]Row, 120)
	for i := range rows {
		for h := range rows[i].Labels {
			rows[i].Labels[h] = -1
		}
		rows[i].Labels[headRelevance], rows[i].Weight[headRelevance] = 1, 1
		if i >= 60 { // as many rows of the other class, each a quarter of the weight
			rows[i].Labels[headRelevance], rows[i].Weight[headRelevance] = 0, 0.25
		}
	}
	balance(rows, 1)
	sum := map[int8]float32{}
	for i := range rows {
		sum[rows[i].Labels[headRelevance]] += rows[i].Weight[headRelevance]
	}
	if d := cmp.Diff(map[int8]float32{0: 37.5, 1: 37.5}, sum, cmpopts.EquateApprox(0, 1e-3)); d != "" {
		t.Errorf("weights of the classes: %s", d)
	}
}
