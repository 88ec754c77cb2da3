package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
	"antojo/internal/train/bert"
)

// rounds fine-tunes the encoder in the file base, round by round, and returns the last
// encoder. Rounds whose result lies in the work folder are not repeated.
func (r *run) rounds(ctx context.Context, tok *wordpiece.Tokenizer, ref *reference, rounds []Round, base string) (*bert.Trainer, error) {
	var last *bert.Trainer
	var err error
	if r.swap, err = newSwapper(); err != nil {
		return nil, err
	}
	for i, round := range rounds {
		path := filepath.Join(r.work, fmt.Sprintf("finetuned-%d.safetensors", i+1))
		m, _, err := bert.LoadFile(path)
		switch {
		case err == nil:
			r.logf("fine-tuning round %d: done before", i+1)
			last = bert.NewTrainer(m, bert.Options{Threads: r.threads})
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		if last != nil {
			m = last.Model()
		} else if m, _, err = bert.LoadFile(base); err != nil {
			return nil, err
		}
		if r.cfg.Model.LabelAttention {
			m.AddLabelAttention(r.cfg.Seed)
		}
		rng := rand.New(rand.NewPCG(r.cfg.Seed, 4+uint64(i)))
		first, gold, err := r.material(rng, round, tok, ref, last)
		if err != nil {
			return nil, err
		}
		if last, err = r.finetune(ctx, round, m, append(r.batch(first, round.BatchTokens, tok, rng), r.batch(gold, round.BatchTokens, tok, rng)...)); err != nil {
			return nil, fmt.Errorf("round %d: %w", i+1, err)
		}
		if err := m.SaveFile(path, nil); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// finetune trains all heads at once.
func (r *run) finetune(ctx context.Context, round Round, m *bert.Model, all [][]bert.Example) (*bert.Trainer, error) {
	f := r.cfg.Finetune
	t := bert.NewTrainer(m, bert.Options{
		Threads: r.threads, Dropout: f.Dropout, WeightDecay: f.Decay,
		HeadRate: f.HeadRate, Average: round.Average, Seed: r.cfg.Seed + 7,
	})
	tokens := 0
	for _, b := range all {
		tokens += exampleTokens(b)
	}
	r.logf("fine-tuning: %d steps, %d tokens", len(all), tokens)
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
	return t, nil
}

// material lists the rows of one round in two parts of one learning-rate schedule:
// first star rows and unread texts with soft labels, mixed with gold rows; then gold
// rows alone, so that read labels have the last word. teacher may be nil.
func (r *run) material(rng *rand.Rand, round Round, tok *wordpiece.Tokenizer, ref *reference, teacher *bert.Trainer) (first, last []Row, err error) {
	f := r.cfg.Finetune
	gold, stars := r.noisyRows()
	balance(gold, round.Balance)
	balance(stars, round.StarBalance)
	for i := range gold {
		for h := headAspect; h < numHeads; h++ {
			gold[i].Weight[h] *= f.AspectWeight
		}
	}
	if ref.Stars != nil {
		for i := range stars {
			stars[i].Soft = ref.Stars[i]
		}
		for i, s := range ref.Texts {
			row := Row{Text: s, Soft: ref.Soft[i]}
			for h := range row.Labels {
				row.Labels[h] = -1
			}
			stars = append(stars, row)
		}
	}
	stars = repeat(stars, round.StarPasses, rng)
	if round.FarPasses > 0 {
		texts, err := r.unread()
		if err != nil {
			return nil, nil, err
		}
		far := r.swap.far(texts)
		for i := range far {
			far[i].Weight[headRelevance] *= f.FarWeight
		}
		stars = append(stars, repeat(far, round.FarPasses, rng)...)
	}
	if f.TeachWeight > 0 {
		if teacher != nil {
			if err := r.consult(teacher, tok, stars); err != nil {
				return nil, nil, err
			}
		}
		for i := range stars {
			for h := range numHeads {
				if stars[i].Labels[h] < 0 && stars[i].Soft != nil {
					stars[i].Weight[h] = f.TeachWeight
					if h >= headAspect {
						stars[i].Weight[h] *= f.AspectWeight
					}
				}
			}
		}
	}
	first = append(stars, repeat(gold, round.GoldPasses/2, rng)...)
	rng.Shuffle(len(first), func(a, b int) { first[a], first[b] = first[b], first[a] })
	last = repeat(gold, round.GoldPasses/2, rng)
	r.logf("fine-tuning: %d star rows and unread texts, %d rows in the mixed part, %d gold rows after it", len(stars), len(first), len(last))
	return first, last, nil
}

// consult averages an encoder's probabilities into the soft labels of rows.
func (r *run) consult(teacher *bert.Trainer, tok *wordpiece.Tokenizer, rows []Row) error {
	logits, err := r.predict(teacher, tok, rows)
	if err != nil {
		return err
	}
	for i, soft := range Probabilities(logits) {
		for j, p := range rows[i].Soft {
			soft[j] = (soft[j] + p) / 2
		}
		rows[i].Soft = soft
	}
	return nil
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

// balance raises the weights of rare classes: each row of a class of frequency p (by
// weight) among k weighs (1/(k·p))^strength, scaled so that the mean weight stays.
func balance(rows []Row, strength float32) {
	for h, head := range mention.Heads {
		k := len(head.Labels)
		counts := make([]float64, k)
		n := 0.0
		for i := range rows {
			if l := rows[i].Labels[h]; l >= 0 {
				counts[l] += float64(rows[i].Weight[h])
				n += float64(rows[i].Weight[h])
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
			if l := rows[i].Labels[h]; l >= 0 && mean > 0 {
				rows[i].Weight[h] *= float32(weights[l] / mean)
			}
		}
	}
}

// batch augments, tokenises and groups rows into batches of about n tokens. Gold rows are augmented with the
// configured probability; others stay as they are.
func (r *run) batch(rows []Row, n int, tok *wordpiece.Tokenizer, rng *rand.Rand) [][]bert.Example {
	f := r.cfg.Finetune
	var out [][]bert.Example
	have := n
	for i := range rows {
		text := rows[i].Text
		if len(rows[i].Foods) > 0 && rng.Float32() < f.Swap {
			text = r.swap.swap(&rows[i], rng)
		}
		if rows[i].Labels[headSentiment] >= 0 && rows[i].Labels[headRelevance] >= 0 && rng.Float32() < f.Augment {
			text = augment(text, rng)
		}
		e := rows[i].example(tok.Encode(nil, text, r.cfg.Model.MaxLen), f.Smooth)
		if have+len(e.IDs) > n {
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
	z, err := t.Predict(seqs)
	if err == nil && r.wide != nil {
		for i := range z {
			r.wide.logits(seqs[i], z[i])
		}
	}
	return z, err
}

func decodeAll(p [][]float32) [][numHeads]int8 {
	out := make([][numHeads]int8, len(p))
	for i := range p {
		out[i] = decode(p[i])
	}
	return out
}

// calibrate finds for each head the temperature that minimises the negative log
// likelihood on rows, and folds it into the classifier and its linear half w, which
// may be nil.
func calibrate(m *bert.Model, w *wide, rows []Row, logits [][]float32) map[string]float64 {
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
		for temp := 0.25; temp <= 3; temp *= 1.02 {
			if nll(temp) < nll(best) {
				best = temp
			}
		}
		out[head.Name] = math.Round(best*1000) / 1000
		m.ScaleHead(h, float32(1/best))
		if w != nil {
			w.scale(from, from+k, float32(1/best))
		}
		from += k
	}
	return out
}
