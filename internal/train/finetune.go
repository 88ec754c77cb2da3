package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
	"antojo/internal/train/bert"
)

// finetune trains all heads at once, in two parts of one learning-rate schedule:
// first star rows, unread texts with the teacher's soft labels, and gold rows
// mixed; then gold rows alone, so that read labels have the last word.
func (r *run) finetune(ctx context.Context, m *bert.Model, tok *wordpiece.Tokenizer, ref *reference) (*bert.Trainer, error) {
	f := r.cfg.Finetune
	t := bert.NewTrainer(m, bert.Options{
		Threads: r.threads, Dropout: f.Dropout, WeightDecay: f.Decay,
		HeadRate: f.HeadRate, Average: f.Average, Seed: r.cfg.Seed + 7,
	})
	rng := rand.New(rand.NewPCG(r.cfg.Seed, 4))
	first, last := r.material(rng, ref)
	all := append(r.batch(first, tok, rng), r.batch(last, tok, rng)...)
	tokens := 0
	for _, b := range all {
		tokens += exampleTokens(b)
	}
	r.logf("fine-tuning: %d mixed rows, then %d gold rows, %d steps, %d tokens", len(first), len(last), len(all), tokens)
	start, shown, done := time.Now(), time.Now(), 0
	recent := newMeter(50)
	for i, b := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := t.Classify(b, schedule(i, len(all), f.Rate, f.Warmup))
		if err != nil {
			return nil, fmt.Errorf("fine-tuning step %d: %w", i, err)
		}
		done += s.Tokens
		recent.add(s.Loss, 0)
		if time.Since(shown) > 15*time.Second || i == len(all)-1 {
			shown = time.Now()
			rate := float64(done) / time.Since(start).Seconds()
			loss, _ := recent.mean()
			r.logf("fine-tuning: step %d of %d, loss %.3f, norm %.2f, %.0f tokens/s, %s left", i+1, len(all), loss, s.Norm,
				rate, time.Duration(float64(tokens-done)/rate*float64(time.Second)).Round(time.Second))
		}
	}
	t.UseAverage()
	return t, m.SaveFile(filepath.Join(r.work, "finetuned.safetensors"), nil)
}

// material lists the rows of both parts, with repetitions, in random order.
func (r *run) material(rng *rand.Rand, ref *reference) (first, last []Row) {
	f := r.cfg.Finetune
	gold, stars := r.noisyRows()
	balance(gold, f.Balance)
	for i := range gold {
		for h := headAspect; h < numHeads; h++ {
			gold[i].Weight[h] *= f.AspectWeight
		}
	}
	if f.TeachWeight > 0 && ref.Stars != nil {
		teach := func(row *Row, soft []float32) {
			row.Soft = soft
			for h := range row.Labels {
				if row.Labels[h] < 0 {
					row.Weight[h] = f.TeachWeight
					if h >= headAspect {
						row.Weight[h] *= f.AspectWeight
					}
				}
			}
		}
		for i := range stars {
			teach(&stars[i], ref.Stars[i])
		}
		for i, s := range ref.Texts {
			row := Row{Text: s}
			for h := range row.Labels {
				row.Labels[h] = -1
			}
			teach(&row, ref.Soft[i])
			stars = append(stars, row)
		}
	}
	first = append(first, repeat(stars, f.StarPasses, rng)...)
	first = append(first, repeat(gold, f.GoldPasses/2, rng)...)
	rng.Shuffle(len(first), func(a, b int) { first[a], first[b] = first[b], first[a] })
	last = repeat(gold, f.GoldPasses/2, rng)
	return first, last
}

// repeat gives whole passes over rows and a random part of one, each shuffled.
func repeat(rows []Row, passes float64, rng *rand.Rand) []Row {
	var out []Row
	for ; passes > 0; passes-- {
		p := slices.Clone(rows)
		rng.Shuffle(len(p), func(a, b int) { p[a], p[b] = p[b], p[a] })
		out = append(out, p[:int(math.Round(float64(len(p))*min(1, passes)))]...)
	}
	return out
}

// balance raises the weights of rare classes: each row of a class of frequency p
// among k weighs (1/(k·p))^strength, scaled so that the mean weight stays.
func balance(rows []Row, strength float32) {
	for h, head := range mention.Heads {
		k := len(head.Labels)
		counts := make([]float64, k)
		n := 0.0
		for i := range rows {
			if l := rows[i].Labels[h]; l >= 0 {
				counts[l]++
				n++
			}
		}
		weights, mean := make([]float64, k), 0.0
		for c := range weights {
			if counts[c] > 0 {
				weights[c] = min(6, math.Pow(n/(float64(k)*counts[c]), float64(strength)))
				mean += weights[c] * counts[c] / n
			}
		}
		for i := range rows {
			if l := rows[i].Labels[h]; l >= 0 {
				rows[i].Weight[h] *= float32(weights[l] / mean)
			}
		}
	}
}

// batch augments, tokenises and groups rows. Gold rows are augmented with the
// configured probability; others stay as they are.
func (r *run) batch(rows []Row, tok *wordpiece.Tokenizer, rng *rand.Rand) [][]bert.Example {
	f := r.cfg.Finetune
	var out [][]bert.Example
	have := f.BatchTokens
	for i := range rows {
		text := rows[i].Text
		if rows[i].Labels[headRelevance] >= 0 && rng.Float32() < f.Augment {
			text = augment(text, rng)
		}
		e := rows[i].example(tok.Encode(nil, text, r.cfg.Model.MaxLen), f.Smooth)
		if have+len(e.IDs) > f.BatchTokens {
			out = append(out, nil)
			have = 0
		}
		out[len(out)-1] = append(out[len(out)-1], e)
		have += len(e.IDs)
	}
	return out
}

func exampleTokens(b []bert.Example) (n int) {
	for _, e := range b {
		n += len(e.IDs)
	}
	return n
}

// predict gives the logits of all heads for each row.
func (r *run) predict(t *bert.Trainer, tok *wordpiece.Tokenizer, rows []Row) ([][]float32, error) {
	seqs := make([]bert.Sequence, len(rows))
	for i := range rows {
		seqs[i] = tok.Encode(nil, rows[i].Text, r.cfg.Model.MaxLen)
	}
	return t.Predict(seqs)
}

func decodeAll(p [][]float32) [][numHeads]int8 {
	out := make([][numHeads]int8, len(p))
	for i := range p {
		out[i] = decode(p[i])
	}
	return out
}

// calibrate finds for each head the temperature that minimises the negative log
// likelihood on rows, and folds it into the classifier.
func calibrate(m *bert.Model, rows []Row, logits [][]float32) map[string]float64 {
	out := map[string]float64{}
	from := 0
	for h, head := range mention.Heads {
		k := len(head.Labels)
		nll := func(temp float64) (s float64) {
			z := make([]float64, k)
			for i := range rows {
				if l := rows[i].Labels[h]; l >= 0 {
					for j := range k {
						z[j] = float64(logits[i][from+j]) / temp
					}
					probabilities(z)
					s -= math.Log(max(z[l], 1e-12))
				}
			}
			return s
		}
		best := 1.0
		for temp := 0.5; temp <= 3; temp *= 1.02 {
			if nll(temp) < nll(best) {
				best = temp
			}
		}
		out[head.Name] = math.Round(best*1000) / 1000
		m.ScaleHead(h, float32(1/best))
		from += k
	}
	return out
}
