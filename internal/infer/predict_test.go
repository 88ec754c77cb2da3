package infer_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/infer"
	"antojo/internal/train/onnx"
)

// near compares probabilities: float32 models round differently in other batches.
var near = cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-5 })

func predict(t testing.TB, e *infer.Encoder, texts []string) []infer.Prediction {
	t.Helper()
	out := make([]infer.Prediction, len(texts))
	if err := e.Predict(t.Context(), texts, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// One by one, in one call, and in a call of several windows: the same results in
// the same order.
func TestPredictOrder(t *testing.T) {
	c := tinyConfig()
	e := open(t, modelFS(t, c, onnx.FP32), 2)
	texts := randomTexts(1, 2500, 12, c.Vocab)
	texts[7], texts[1400] = "", "  \n" // nothing to read
	texts[9], texts[2000] = texts[8], texts[8]
	texts[11] = strings.Repeat("w1 ", 1000) // cut off
	got := predict(t, e, texts)
	for _, i := range []int{0, 7, 8, 9, 11, 500, 1023, 1024, 1400, 2000, 2499} {
		alone := predict(t, e, texts[i:i+1])[0]
		if d := cmp.Diff(alone, got[i], near); d != "" {
			t.Errorf("text %d (-alone +in a large call):\n%s", i, d)
		}
	}
	if d := cmp.Diff(got[0], got[1], near); d == "" {
		t.Error("two different texts have the same result")
	}
}

func TestPredictProbabilities(t *testing.T) {
	c := tinyConfig()
	for _, p := range []onnx.Precision{onnx.FP32, onnx.INT8} {
		e := open(t, modelFS(t, c, p), 1)
		for i, x := range predict(t, e, randomTexts(2, 200, 8, c.Vocab)) {
			sums := []float32{x.Sentiments[0] + x.Sentiments[1] + x.Sentiments[2], 0}
			for _, v := range x.Intents {
				sums[1] += v
			}
			for _, a := range x.Aspects {
				sums = append(sums, a[0]+a[1]+a[2]+a[3])
			}
			for k, s := range sums {
				if math.Abs(float64(s)-1) > 1e-5 {
					t.Fatalf("%v: text %d: probabilities of head %d sum to %v", p, i, k, s)
				}
			}
			if !(x.Relevance > 0 && x.Relevance < 1) {
				t.Fatalf("%v: text %d: relevance %v", p, i, x.Relevance)
			}
		}
	}
}

func TestPredictReadable(t *testing.T) {
	e := open(t, modelFS(t, tinyConfig(), onnx.FP32), 1)
	for _, c := range []struct {
		name, text string
		tokens     int
		unknown    float32
		readable   bool
	}{
		{"empty", "", 0, 0, false},
		{"white space", " \t\n ", 0, 0, false},
		{"only dropped characters", "\x00\u200b\ufffd", 0, 0, false},
		{"known", "w1 w2 w3", 3, 0, true},
		{"half unknown", "w1 こ", 2, 0.5, true},
		{"mostly unknown", "w1 こ 😋", 3, 2. / 3, false},
		{"emoji only", "😋 😋", 2, 1, false},
		{"cut off", strings.Repeat("w1 ", 100), 46, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := predict(t, e, []string{c.text})[0]
			if p.Tokens != c.tokens || p.Unknown != c.unknown || p.Readable() != c.readable {
				t.Errorf("tokens %d, unknown %v, readable %v; want %d, %v, %v", p.Tokens, p.Unknown, p.Readable(), c.tokens, c.unknown, c.readable)
			}
			if c.tokens == 0 && p != (infer.Prediction{}) {
				t.Errorf("a text without tokens has probabilities: %+v", p)
			}
		})
	}
}

// A model may keep the heads and their labels in another order than the program.
func TestHeadsAreFoundByName(t *testing.T) {
	c := tinyConfig()
	texts := randomTexts(3, 20, 8, c.Vocab)
	want := predict(t, open(t, modelFS(t, c, onnx.FP32), 1), texts)

	// Swap the columns of sentiment's neg and pos, and let aspects be listed first.
	fsys := modelFS(t, c, onnx.FP32)
	w := onnx.Random(c, 1)
	swap := func(name string, width int) {
		d := append([]float32(nil), w[name].Data...)
		for i := range width {
			d[2*width+i], d[4*width+i] = d[4*width+i], d[2*width+i]
		}
		w[name] = onnx.Tensor{Shape: w[name].Shape, Data: d}
	}
	swap("classifier.weight", c.Hidden)
	swap("classifier.bias", 1)
	heads := standardHeads()
	heads[1].Labels = []string{"pos", "neu", "neg"}
	heads[0], heads[5] = heads[5], heads[0]
	fsys["config.json"] = &fstest.MapFile{Data: configJSON(t, c, heads)}
	fsys["model.onnx"] = &fstest.MapFile{Data: export(t, c, w, onnx.FP32)}
	if d := cmp.Diff(want, predict(t, open(t, fsys, 1), texts), near); d != "" {
		t.Errorf("results of the reordered model (-standard +reordered):\n%s", d)
	}
}

func TestTemperature(t *testing.T) {
	c := tinyConfig()
	texts := randomTexts(3, 10, 8, c.Vocab)
	plain := predict(t, open(t, modelFS(t, c, onnx.FP32), 1), texts)
	fsys := modelFS(t, c, onnx.FP32)
	heads := standardHeads()
	heads[0].Temperature = 2
	fsys["config.json"] = &fstest.MapFile{Data: configJSON(t, c, heads)}
	for i, p := range predict(t, open(t, fsys, 1), texts) {
		logit := math.Log(float64(plain[i].Relevance)/float64(1-plain[i].Relevance)) / 2
		if want := 1 / (1 + math.Exp(-logit)); math.Abs(float64(p.Relevance)-want) > 1e-4 {
			t.Errorf("relevance %v at temperature 2, want %v", p.Relevance, want)
		}
		if d := cmp.Diff(plain[i].Sentiments, p.Sentiments, near); d != "" {
			t.Errorf("sentiment has changed too:\n%s", d)
		}
	}
}

// Several callers with work of all sizes share the sessions; each gets its own
// results.
func TestPredictConcurrently(t *testing.T) {
	c := tinyConfig()
	e := open(t, modelFS(t, c, onnx.FP32), 2)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for round := range 5 {
				n := []int{1, 3, 40, 1500}[(g+round)%4]
				texts := randomTexts(uint64(g), n, 6, c.Vocab)
				out := make([]infer.Prediction, n)
				if err := e.Predict(context.Background(), texts, out); err != nil {
					t.Error(err)
					return
				}
				one := make([]infer.Prediction, 1)
				if err := e.Predict(context.Background(), texts[n/2:n/2+1], one); err != nil {
					t.Error(err)
					return
				}
				if d := cmp.Diff(one[0], out[n/2], near); d != "" {
					t.Errorf("caller %d, round %d (-alone +among others):\n%s", g, round, d)
				}
			}
		})
	}
	wg.Wait()
}

// The same call gives the same bits, also from an int8 model and whatever other
// callers do meanwhile.
func TestPredictIsReproducible(t *testing.T) {
	c := tinyConfig()
	e := open(t, modelFS(t, c, onnx.INT8), 2)
	texts := randomTexts(5, 1200, 10, c.Vocab)
	want := predict(t, e, texts)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			out := make([]infer.Prediction, len(texts))
			if err := e.Predict(context.Background(), texts, out); err != nil {
				t.Error(err)
			}
			if d := cmp.Diff(want, out); d != "" {
				t.Errorf("another result (-first +again):\n%s", d)
			}
		})
	}
	wg.Wait()
}

// A short request that comes while a huge one runs is served long before it ends.
func TestShortRequestDoesNotWait(t *testing.T) {
	c := tinyConfig()
	e := open(t, modelFS(t, c, onnx.INT8), 1)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	huge := randomTexts(6, 200_000, 20, c.Vocab)
	ended := make(chan error, 1)
	go func() { ended <- e.Predict(ctx, huge, make([]infer.Prediction, len(huge))) }()
	for range 20 {
		predict(t, e, []string{"w1 w2"})
	}
	select {
	case err := <-ended:
		t.Fatalf("the huge request ended before 20 short ones, with error %v", err)
	default:
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled request ended with %v, want context.Canceled", err)
	}
	predict(t, e, []string{"w1"}) // and the encoder goes on
}

func TestPredictErrors(t *testing.T) {
	e := open(t, modelFS(t, tinyConfig(), onnx.FP32), 1)
	if err := e.Predict(t.Context(), []string{"a", "b"}, make([]infer.Prediction, 1)); err == nil {
		t.Error("two texts and room for one gave no error")
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("the browser went away")
	cancel(cause)
	if err := e.Predict(ctx, []string{"w1"}, make([]infer.Prediction, 1)); !errors.Is(err, cause) {
		t.Errorf("a cancelled context gave %v, want %v", err, cause)
	}
	if err := e.Predict(t.Context(), nil, nil); err != nil {
		t.Errorf("no texts gave %v", err)
	}
}

func TestClose(t *testing.T) {
	c := tinyConfig()
	e := open(t, modelFS(t, c, onnx.INT8), 2)
	texts := randomTexts(6, 100_000, 20, c.Vocab)
	var wg sync.WaitGroup
	started := make(chan struct{}, 3)
	for range 3 {
		wg.Go(func() {
			out := make([]infer.Prediction, len(texts))
			for first := true; ; first = false {
				if err := e.Predict(context.Background(), texts[:len(texts)/100], out); err != nil {
					if !errors.Is(err, infer.ErrClosed) {
						t.Errorf("error %v, want ErrClosed", err)
					}
					return
				}
				if first {
					started <- struct{}{}
				}
			}
		})
	}
	for range 3 {
		<-started
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := e.Predict(context.Background(), texts[:1], make([]infer.Prediction, 1)); !errors.Is(err, infer.ErrClosed) {
		t.Errorf("predicting after Close gave %v, want ErrClosed", err)
	}
}
