package bert

import (
	"math"
	"math/rand/v2"
	"testing"
)

var tiny = Config{Layers: 2, Hidden: 64, Heads: 2, Intermediate: 128, Vocab: 90, MaxLen: 80, Classes: []int{2, 3, 5}}

// batch makes sequences of which one is longer than a tile of 64.
func batch(cfg Config, n int) []Example {
	rng := rand.New(rand.NewPCG(7, 7))
	var ex []Example
	for i := range n {
		l := 3 + rng.IntN(20)
		if i == 1 {
			l = cfg.MaxLen - 3
		}
		e := Example{Target: make([]float32, cfg.Logits()), Weight: make([]float32, len(cfg.Classes))}
		for range l {
			e.IDs = append(e.IDs, int32(5+rng.IntN(cfg.Vocab-5)))
		}
		from := 0
		for h, c := range cfg.Classes {
			e.Weight[h] = float32(rng.IntN(3)) / 2 // 0 means unknown
			k := rng.IntN(c)
			e.Target[from+k] += 0.7
			e.Target[from+(k+1)%c] += 0.3
			from += c
		}
		ex = append(ex, e)
	}
	return ex
}

// allOps lists the kernels of this build, by name.
func allOps() []*ops {
	o := []*ops{portableOps()}
	if s := simdOps(); s != nil {
		o = append(o, s)
	}
	return o
}

// TestGradients compares the analytic gradient of each parameter with central
// differences, along the direction of its largest entries, for both losses.
func TestGradients(t *testing.T) {
	ex := batch(tiny, 5)
	attending := tiny
	attending.LabelAttention = true
	for _, o := range allOps() {
		for _, loss := range []string{"mlm", "heads", "label attention"} {
			t.Run(o.name+"/"+loss, func(t *testing.T) {
				cfg := tiny
				if loss == "label attention" {
					cfg = attending
				}
				m, err := newModel(cfg, 3, o)
				if err != nil {
					t.Fatal(err)
				}
				tr := NewTrainer(m, Options{})
				w := tr.workers[0]
				run := func(back bool) float64 {
					m.pack(1)
					m.packWord(1)
					w.load(sequences(ex))
					const drop = 0.1 // the seed makes the mask the same each time
					w.rng.seed(11)
					if loss == "mlm" {
						w.hide(Masking{Rate: 0.3, Mask: 4, Special: 5})
					}
					out := w.forward(drop)
					var l float64
					if loss == "mlm" {
						l, _ = w.mlmLoss(out, 1, back)
					} else {
						w.classify(out, drop)
						l = w.headLoss(ex, 1, drop, back)
					}
					if back {
						w.backward(drop)
					}
					return l
				}
				run(true)
				checked := 0
				for _, p := range m.params {
					if loss == "mlm" && p.head || loss != "mlm" && p.mlm {
						continue
					}
					g := p.g[0][:len(p.w)]
					var norm float64
					for _, x := range g {
						norm += float64(x) * float64(x)
					}
					norm = math.Sqrt(norm)
					if norm < 1e-3 {
						continue
					}
					// the derivative along g/|g| is |g|
					const e = 4e-3
					orig := append([]float32(nil), p.w...)
					move := func(s float64) float64 {
						for i := range p.w {
							p.w[i] = orig[i] + float32(s*float64(g[i])/norm)
						}
						return run(false)
					}
					num := (move(e) - move(-e)) / (2 * e)
					copy(p.w, orig)
					if d := math.Abs(num-norm) / norm; d > 0.02 {
						t.Errorf("%s: analytic %.5f, numeric %.5f (%.1f %% apart)", p.name, norm, num, 100*d)
					}
					checked++
				}
				if checked < 25 {
					t.Errorf("only %d parameters have a gradient", checked)
				}
			})
		}
	}
}

// TestKernelsAgree trains a few steps with each set of kernels and wants the same
// losses and logits.
func TestKernelsAgree(t *testing.T) {
	all := allOps()
	if len(all) < 2 {
		t.Skip("this build or CPU has only the portable kernels (build with GOEXPERIMENT=simd on a CPU with AVX-512)")
	}
	ex := batch(tiny, 9)
	var losses [2][]float64
	var logits [2][][]float32
	for i, o := range all {
		m, err := newModel(tiny, 3, o)
		if err != nil {
			t.Fatal(err)
		}
		tr := NewTrainer(m, Options{Dropout: 0.1, WeightDecay: 0.01, ShardTokens: 64, Seed: 5})
		for range 4 {
			a, err := tr.MaskedLM(sequences(ex), Masking{Rate: 0.2, Mask: 4, Special: 5}, 1e-3)
			if err != nil {
				t.Fatal(err)
			}
			b, err := tr.Classify(ex, 1e-3)
			if err != nil {
				t.Fatal(err)
			}
			losses[i] = append(losses[i], a.Loss, b.Loss)
		}
		if logits[i], err = tr.Predict(sequences(ex)); err != nil {
			t.Fatal(err)
		}
	}
	for k := range losses[0] {
		if d := math.Abs(losses[0][k] - losses[1][k]); d > 2e-3 {
			t.Errorf("loss %d: portable %.6f, vector %.6f", k, losses[0][k], losses[1][k])
		}
	}
	for r := range logits[0] {
		for c := range logits[0][r] {
			if d := math.Abs(float64(logits[0][r][c] - logits[1][r][c])); d > 2e-2 {
				t.Fatalf("logit %d,%d: portable %.5f, vector %.5f", r, c, logits[0][r][c], logits[1][r][c])
			}
		}
	}
}

// TestTile compares one matrix tile with a plain triple loop, for every stride
// pattern that the layers use.
func TestTile(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, o := range allOps() {
		for _, k := range []int{1, 7, 64, 200} {
			a, b := make([]float32, 210*210), make([]float32, k*tileN)
			for i := range a {
				a[i] = rng.Float32() - 0.5
			}
			for i := range b {
				b[i] = rng.Float32() - 0.5
			}
			for _, s := range [][2]int{{k, 1}, {1, 8}} {
				for _, acc := range []bool{false, true} {
					c := make([]float32, tileM*100)
					for i := range c {
						c[i] = 1
					}
					o.tile(k, a, s[0], s[1], b, c, 100, acc)
					for r := range tileM {
						for j := range 100 {
							want := 1.0
							if j < tileN {
								if !acc {
									want = 0
								}
								for i := range k {
									want += float64(a[r*s[0]+i*s[1]]) * float64(b[i*tileN+j])
								}
							}
							if d := math.Abs(want - float64(c[r*100+j])); d > 1e-4 && !(r == tileM) {
								t.Fatalf("%s k=%d strides=%v acc=%v: [%d][%d] = %v, want %v", o.name, k, s, acc, r, j, c[r*100+j], want)
							}
						}
					}
				}
			}
		}
	}
}

// TestLearns wants a small model to fit labels that depend on one token each.
func TestLearns(t *testing.T) {
	m, err := New(Config{Layers: 1, Hidden: 64, Heads: 2, Intermediate: 64, Vocab: 40, MaxLen: 16, Classes: []int{2}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	draw := func(n int) (ex []Example, y []int) {
		for range n {
			c := rng.IntN(2)
			e := Example{Target: make([]float32, 2), Weight: []float32{1}}
			e.Target[c] = 1
			for range 4 + rng.IntN(6) {
				e.IDs = append(e.IDs, int32(10+rng.IntN(30)))
			}
			e.IDs[rng.IntN(len(e.IDs))] = int32(5 + c)
			ex, y = append(ex, e), append(y, c)
		}
		return ex, y
	}
	tr := NewTrainer(m, Options{Threads: 2, Average: 0.9})
	for range 80 {
		ex, _ := draw(32)
		if _, err := tr.Classify(ex, 2e-3); err != nil {
			t.Fatal(err)
		}
	}
	tr.UseAverage()
	ex, y := draw(200)
	z, err := tr.Predict(sequences(ex))
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i := range z {
		if (z[i][1] > z[i][0]) == (y[i] == 1) {
			right++
		}
	}
	if right < 190 {
		t.Errorf("%d of 200 right after training, want at least 190", right)
	}
}

func BenchmarkMaskedLM(b *testing.B) {
	m, err := New(Config{Layers: 4, Hidden: 256, Heads: 4, Intermediate: 1024, Vocab: 12000, MaxLen: 128, Classes: []int{42}}, 1)
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var seqs []Sequence
	tokens := 0
	for tokens < 3000 {
		s := make(Sequence, 6+rng.IntN(60))
		for i := range s {
			s[i] = int32(5 + rng.IntN(11990))
		}
		seqs, tokens = append(seqs, s), tokens+len(s)
	}
	tr := NewTrainer(m, Options{Threads: 2})
	b.ResetTimer()
	for range b.N {
		if _, err := tr.MaskedLM(seqs, Masking{Rate: 0.15, Mask: 4, Special: 5}, 1e-4); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(tokens*b.N)/b.Elapsed().Seconds(), "tokens/s")
}

// TestInitEmbeddings: tokens that occur in the same company end up alike.
func TestInitEmbeddings(t *testing.T) {
	m, err := New(Config{Layers: 1, Hidden: 64, Heads: 1, Intermediate: 64, Vocab: 65, MaxLen: 16, Classes: []int{2}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	var seqs []Sequence
	for range 3000 { // ids 5..34 go together, and ids 35..64
		from := int32(5 + 30*rng.IntN(2))
		var s Sequence
		for range 8 {
			s = append(s, from+int32(rng.IntN(30)))
		}
		seqs = append(seqs, s)
	}
	if err := m.InitEmbeddings(t.Context(), seqs, SkipGram{Special: 5, Subsample: 1, Passes: 3}); err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, id := range m.Similar(10, 10) {
		if id < 5 || id >= 35 {
			wrong++
		}
	}
	if wrong > 1 {
		t.Errorf("%d of the 10 tokens nearest to id 10 are of the other group", wrong)
	}
}
