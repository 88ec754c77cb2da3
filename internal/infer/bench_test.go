package infer_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	ort "github.com/yalue/onnxruntime_go"

	"antojo/internal/infer"
	"antojo/internal/train/onnx"
)

// The two kinds of text that throughput is promised for, as token lengths with
// [CLS] and [SEP] of a vocabulary of 12,000: texts of about 20 words, and comments
// on deliveries. Both are drawn from a skewed distribution around the mean.
var benchTexts = []struct {
	name   string
	tokens float64
}{
	{"words20", 28},
	{"delivery", 16},
}

const benchCount = 1024

// benchLengths draws token lengths.
func benchLengths(mean float64) []int {
	rng := rand.New(rand.NewPCG(9, 9))
	var lengths []int
	for range benchCount {
		// Gamma(2): the sum of two exponentials.
		n := 3 + (rng.ExpFloat64()+rng.ExpFloat64())/2*(mean-3)
		lengths = append(lengths, min(int(n+0.5), 128))
	}
	return lengths
}

// BenchmarkPredict is the whole way from text to probabilities on all cores,
// against bare sessions: the same token shapes, already tokenised, sorted and
// batched, one goroutine and session a core. The two take turns, so that what
// else the machine does hits both; ratio is how near Predict comes.
func BenchmarkPredict(b *testing.B) {
	c := fullConfig()
	fsys := modelFS(b, c, onnx.INT8)
	e := open(b, fsys, runtime.NumCPU())
	bare := newBareSessions(b, fsys["model.onnx"].Data)
	for _, k := range benchTexts {
		b.Run(k.name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 9))
			lengths := benchLengths(k.tokens)
			var texts []string
			for _, n := range lengths {
				var s strings.Builder
				for range n - 2 {
					fmt.Fprintf(&s, "w%d ", rng.IntN(c.Vocab-5))
				}
				texts = append(texts, s.String())
			}
			out := make([]infer.Prediction, len(texts))
			batches := bareBatches(b, c, lengths)
			var ours, theirs usage
			for b.Loop() {
				ours.add(func() {
					if err := e.Predict(b.Context(), texts, out); err != nil {
						b.Fatal(err)
					}
				})
				theirs.add(func() { bare.run(b, batches) })
			}
			n := float64(b.N * len(texts))
			b.ReportMetric(n/ours.wall.Seconds(), "texts/s")
			b.ReportMetric(n/theirs.wall.Seconds(), "bare-texts/s")
			b.ReportMetric(theirs.wall.Seconds()/ours.wall.Seconds(), "ratio")
			b.ReportMetric(theirs.cpu.Seconds()/ours.cpu.Seconds(), "cpu-ratio")
			for _, x := range batches {
				for _, v := range x {
					v.Destroy()
				}
			}
		})
	}
}

// usage adds up the time and the processor time that a function takes.
type usage struct{ wall, cpu time.Duration }

func (u *usage) add(f func()) {
	at, cpu := time.Now(), cpuTime()
	f()
	u.wall += time.Since(at)
	u.cpu += cpuTime() - cpu
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

type bareSessions []*ort.DynamicAdvancedSession

func newBareSessions(b *testing.B, model []byte) bareSessions {
	var all bareSessions
	for range runtime.NumCPU() {
		so, err := ort.NewSessionOptions()
		if err != nil {
			b.Fatal(err)
		}
		if err := so.SetIntraOpNumThreads(1); err != nil {
			b.Fatal(err)
		}
		if err := so.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableBasic); err != nil {
			b.Fatal(err)
		}
		s, err := ort.NewDynamicAdvancedSessionWithONNXData(model, []string{"input_ids", "attention_mask"}, []string{"logits"}, so)
		if err != nil {
			b.Fatal(err)
		}
		so.Destroy()
		b.Cleanup(func() { s.Destroy() })
		all = append(all, s)
	}
	return all
}

// bareBatches are random ids in length order, cut at 384 tokens: ids, mask, logits.
func bareBatches(b *testing.B, c onnx.Config, lengths []int) [][3]ort.Value {
	var batches [][3]ort.Value
	rng := rand.New(rand.NewPCG(2, 9))
	lengths = slices.Clone(lengths)
	slices.SortFunc(lengths, func(a, b int) int { return b - a })
	for at := 0; at < len(lengths); {
		length := lengths[at]
		rows := min(max(1, 384/length), len(lengths)-at)
		ids, mask := make([]int64, rows*length), make([]int64, rows*length)
		for i := range ids {
			ids[i] = int64(rng.IntN(c.Vocab))
			if i%length < lengths[at+i/length] {
				mask[i] = 1
			}
		}
		batches = append(batches, [3]ort.Value{tensor(b, ids, rows, length), tensor(b, mask, rows, length), tensor(b, make([]float32, rows*c.Outputs), rows, c.Outputs)})
		at += rows
	}
	return batches
}

func (all bareSessions) run(b *testing.B, batches [][3]ort.Value) {
	next := make(chan [3]ort.Value, len(batches))
	for _, x := range batches {
		next <- x
	}
	close(next)
	var wg sync.WaitGroup
	for _, s := range all {
		wg.Go(func() {
			for x := range next {
				if err := s.Run(x[:2], x[2:]); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkOpen is what a start of the program waits for.
func BenchmarkOpen(b *testing.B) {
	fsys := modelFS(b, fullConfig(), onnx.INT8)
	for b.Loop() {
		e, err := infer.Open(infer.Options{FS: fsys, Sessions: runtime.NumCPU()})
		if err != nil {
			b.Fatal(err)
		}
		e.Close()
	}
}

// BenchmarkOneText is the latency of a single short request.
func BenchmarkOneText(b *testing.B) {
	e := open(b, modelFS(b, fullConfig(), onnx.INT8), 1)
	texts := randomTexts(1, 1, 20, 12000)
	out := make([]infer.Prediction, 1)
	for b.Loop() {
		if err := e.Predict(b.Context(), texts, out); err != nil {
			b.Fatal(err)
		}
	}
}

func tensor[T ort.TensorData](b *testing.B, data []T, rows, columns int) ort.Value {
	b.Helper()
	t, err := ort.NewTensor(ort.NewShape(int64(rows), int64(columns)), data)
	if err != nil {
		b.Fatal(err)
	}
	return t
}
