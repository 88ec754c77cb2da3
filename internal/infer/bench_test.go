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

// report adds the throughput, and the texts for each second that a core worked:
// on a machine that does other things as well, only the latter can be compared.
func report(b *testing.B, texts int, before time.Duration) {
	n := float64(b.N * texts)
	b.ReportMetric(n/b.Elapsed().Seconds(), "texts/s")
	b.ReportMetric(n/(cpuTime()-before).Seconds(), "texts/cpu-s")
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkPredict is the whole way from text to probabilities on all cores.
// Compare its texts/s with those of BenchmarkBare in the same run.
func BenchmarkPredict(b *testing.B) {
	c := fullConfig()
	e := open(b, modelFS(b, c, onnx.INT8), runtime.NumCPU())
	for _, k := range benchTexts {
		b.Run(k.name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 9))
			var texts []string
			for _, n := range benchLengths(k.tokens) {
				var s strings.Builder
				for range n - 2 {
					fmt.Fprintf(&s, "w%d ", rng.IntN(c.Vocab-5))
				}
				texts = append(texts, s.String())
			}
			out := make([]infer.Prediction, len(texts))
			b.ReportAllocs()
			used := cpuTime()
			for b.Loop() {
				if err := e.Predict(b.Context(), texts, out); err != nil {
					b.Fatal(err)
				}
			}
			report(b, len(texts), used)
		})
	}
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

// BenchmarkBare gives the engine the same token shapes, already tokenised, sorted
// and batched, from one goroutine a core with a session of its own: the most that
// BenchmarkPredict could reach.
func BenchmarkBare(b *testing.B) {
	c := fullConfig()
	fsys := modelFS(b, c, onnx.INT8)
	open(b, fsys, 1) // loads the engine
	var sessions []*ort.DynamicAdvancedSession
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
		s, err := ort.NewDynamicAdvancedSessionWithONNXData(fsys["model.onnx"].Data, []string{"input_ids", "attention_mask"}, []string{"logits"}, so)
		if err != nil {
			b.Fatal(err)
		}
		so.Destroy()
		defer s.Destroy()
		sessions = append(sessions, s)
	}
	for _, k := range benchTexts {
		b.Run(k.name, func(b *testing.B) {
			type batch struct{ ids, mask, out ort.Value }
			var batches []batch
			rng := rand.New(rand.NewPCG(1, 9))
			lengths := benchLengths(k.tokens)
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
				batches = append(batches, batch{tensor(b, ids, rows, length), tensor(b, mask, rows, length), tensor(b, make([]float32, rows*c.Outputs), rows, c.Outputs)})
				at += rows
			}
			used := cpuTime()
			for b.Loop() {
				var wg sync.WaitGroup
				next := make(chan batch, len(batches))
				for _, x := range batches {
					next <- x
				}
				close(next)
				for _, s := range sessions {
					wg.Go(func() {
						for x := range next {
							if err := s.Run([]ort.Value{x.ids, x.mask}, []ort.Value{x.out}); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
			}
			report(b, len(lengths), used)
			for _, x := range batches {
				x.ids.Destroy()
				x.mask.Destroy()
				x.out.Destroy()
			}
		})
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
