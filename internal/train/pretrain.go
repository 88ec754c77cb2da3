package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/train/bert"
)

// texts reads one corpus without the texts that are held out for development.
func (c *Corpus) texts(dir string, held map[string]bool) ([]string, error) {
	f, err := open(dir, c.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []string
	switch c.Format {
	case "text":
		out, err = ReadText(f)
	default:
		read := ReadGold
		if c.Format == "stars" {
			read = ReadStars
		}
		var rows []Row
		rows, err = read(f, c.Path)
		for _, r := range rows {
			out = append(out, r.Text)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.Path, err)
	}
	return slices.DeleteFunc(out, func(s string) bool { return held[textKey(s)] }), nil
}

// tokenizer learns the vocabulary from all corpora, or reads it if the work
// folder has one already.
func (r *run) tokenizer() (*wordpiece.Tokenizer, error) {
	path := filepath.Join(r.work, "tokenizer.json")
	if t, err := wordpiece.Load(path); err == nil {
		return t, nil
	}
	start := time.Now()
	counts := wordCounts{}
	for i := range r.cfg.Corpora {
		c := &r.cfg.Corpora[i]
		texts, err := c.texts(r.data, r.set.held)
		if err != nil {
			return nil, err
		}
		for _, s := range texts {
			counts.add(s, c.VocabWeight)
		}
	}
	pieces, err := TrainVocabulary(counts, r.cfg.Vocabulary.Size, r.cfg.Vocabulary.MinCount)
	if err != nil {
		return nil, fmt.Errorf("learn vocabulary: %w", err)
	}
	t, err := wordpiece.New(pieces, normalizer)
	if err != nil {
		return nil, fmt.Errorf("learn vocabulary: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("save tokenizer: %w", err)
	}
	if err := cmp.Or(t.Save(f), f.Close()); err != nil {
		return nil, fmt.Errorf("save tokenizer: %w", err)
	}
	r.logf("vocabulary: %d pieces from %d words in %s", len(pieces), len(counts), since(start))
	return t, nil
}

// draw tokenises each corpus, cuts long paragraphs, and takes whole passes and a
// random rest until each corpus has given the tokens that share says. The order
// is random, by the stream of random numbers.
func (r *run) draw(tok *wordpiece.Tokenizer, purpose string, stream uint64, share func(*Corpus) int) ([]bert.Sequence, error) {
	rng := rand.New(rand.NewPCG(r.cfg.Seed, stream))
	var all []bert.Sequence
	for i := range r.cfg.Corpora {
		c := &r.cfg.Corpora[i]
		want := share(c)
		texts, err := c.texts(r.data, r.set.held)
		if err != nil {
			return nil, err
		}
		rng.Shuffle(len(texts), func(a, b int) { texts[a], texts[b] = texts[b], texts[a] })
		var seqs []bert.Sequence
		have := 0
		for _, s := range texts {
			if have >= want {
				break
			}
			for _, q := range cut(tok.Encode(nil, s, 0), r.cfg.Pretrain.MaxLen) {
				seqs, have = append(seqs, q), have+len(q)
			}
		}
		drawn := 0
		for drawn < want && have > 0 {
			rng.Shuffle(len(seqs), func(a, b int) { seqs[a], seqs[b] = seqs[b], seqs[a] })
			for _, q := range seqs {
				if drawn >= want {
					break
				}
				all, drawn = append(all, q), drawn+len(q)
			}
		}
		r.logf("%s: %s, %d texts, %d tokens, %.1f passes", purpose, c.Path, len(texts), drawn, float64(drawn)/float64(max(1, have)))
	}
	rng.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	return all, nil
}

// cut splits token ids with their [CLS] and [SEP] into pieces of at most maxLen;
// rests that are too short to learn from are dropped.
func cut(ids []int32, maxLen int) []bert.Sequence {
	if len(ids) < 5 {
		return nil
	}
	if len(ids) <= maxLen {
		return []bert.Sequence{ids}
	}
	var out []bert.Sequence
	inner := ids[1 : len(ids)-1]
	for len(inner) >= 8 {
		n := min(len(inner), maxLen-2)
		q := append(bert.Sequence{ids[0]}, inner[:n]...)
		out = append(out, append(q, ids[len(ids)-1]))
		inner = inner[n:]
	}
	return out
}

// batches groups sequences, in order, into batches of about n tokens.
func batches(seqs []bert.Sequence, n int) [][]bert.Sequence {
	var out [][]bert.Sequence
	have := n
	for _, s := range seqs {
		if have+len(s) > n {
			out = append(out, nil)
			have = 0
		}
		out[len(out)-1] = append(out[len(out)-1], s)
		have += len(s)
	}
	return out
}

// pretrain runs masked language modelling, round by round, and returns the encoder.
// It saves its state every few minutes, goes on from there when started again, and
// skips what is done.
func (r *run) pretrain(ctx context.Context, tok *wordpiece.Tokenizer) (*bert.Model, error) {
	path := filepath.Join(r.work, "pretrain.safetensors")
	p := r.cfg.Pretrain
	opt := bert.Options{Threads: r.threads, Dropout: p.Dropout, WeightDecay: p.Decay, Seed: r.cfg.Seed}
	t, m, meta, err := bert.ResumeFile(path, opt)
	round, _ := strconv.Atoi(meta["round"])
	step, _ := strconv.Atoi(meta["batch"])
	switch {
	case err == nil && (meta["done"] == "true" && round == len(p.Rounds)-1 || r.asIs):
		r.logf("pre-training: taken from %s, round %d, step %d", path, round+1, step)
		return m, nil
	case err == nil && meta["done"] == "true":
		round, step = round+1, 0
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		if m, err = r.embeddings(ctx, tok); err != nil {
			return nil, err
		}
		t = bert.NewTrainer(m, opt)
	}
	for ; round < len(p.Rounds); round, step = round+1, 0 {
		if err := r.maskedLM(ctx, tok, t, path, round, step); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// embeddings is a new encoder that starts from skip-gram vectors.
func (r *run) embeddings(ctx context.Context, tok *wordpiece.Tokenizer) (*bert.Model, error) {
	m, err := bert.New(r.cfg.bert(), r.cfg.Seed)
	if err != nil {
		return nil, err
	}
	seqs, err := r.draw(tok, "embeddings", 1, func(c *Corpus) int { return c.EmbedTokens })
	if err != nil || len(seqs) == 0 {
		return m, err
	}
	start := time.Now()
	if err := m.InitEmbeddings(ctx, seqs, bert.SkipGram{Special: numSpecial, Seed: r.cfg.Seed}); err != nil {
		return nil, err
	}
	r.logf("embeddings: skip-gram in %s", since(start))
	for _, w := range []string{"rico", "frio", "demora", "carne", "feliz"} {
		r.logf("embeddings: like %s: %s", w, similar(m, tok, w))
	}
	return m, nil
}

// maskedLM is one round of pre-training, from a step on.
func (r *run) maskedLM(ctx context.Context, tok *wordpiece.Tokenizer, t *bert.Trainer, path string, round, first int) error {
	p, q := r.cfg.Pretrain, r.cfg.Pretrain.Rounds[round]
	drawn, err := r.draw(tok, "pre-training", 1+100*uint64(round), func(c *Corpus) int { return c.Tokens[round] })
	if err != nil {
		return err
	}
	all := batches(drawn, q.BatchTokens)
	if first > len(all) {
		return fmt.Errorf("%s is at step %d of round %d, but the configuration gives only %d steps", path, first, round+1, len(all))
	}
	total := 0
	for _, b := range all[first:] {
		for _, s := range b {
			total += len(s)
		}
	}
	m := t.Model()
	r.logf("pre-training: round %d of %d, %d parameters, %s kernels, %d threads, %d steps, %d tokens, from step %d", round+1, len(p.Rounds), m.Parameters(), m.Kernels(), r.threads, len(all), total, first)
	start, saved, shown := time.Now(), time.Now(), time.Now()
	tokens, recent := 0, newMeter(50)
	mask := bert.Masking{Rate: p.Mask, Mask: maskID, Special: numSpecial}
	save := func(step int, done bool) error {
		saved = time.Now()
		return t.SaveFile(path, map[string]string{"round": strconv.Itoa(round), "batch": strconv.Itoa(step), "done": strconv.FormatBool(done)})
	}
	for i := first; i < len(all); i++ {
		if err := ctx.Err(); err != nil {
			return cmp.Or(save(i, false), err)
		}
		s, err := t.MaskedLM(all[i], mask, schedule(i, len(all), q.Rate, p.Warmup))
		if err != nil {
			return fmt.Errorf("pre-training round %d step %d: %w", round+1, i, err)
		}
		tokens += s.Tokens
		recent.add(s.Loss, s.Right)
		if time.Since(shown) > 15*time.Second || i == len(all)-1 {
			shown = time.Now()
			rate := float64(tokens) / time.Since(start).Seconds()
			loss, right := recent.mean()
			r.logf("pre-training: step %d of %d, loss %.3f (perplexity %.0f), %.1f %% right, norm %.2f, %.0f tokens/s, %s left",
				i+1, len(all), loss, math.Exp(loss), 100*right, s.Norm, rate, time.Duration(float64(total-tokens)/rate*float64(time.Second)).Round(time.Second))
		}
		if time.Since(saved) > 4*time.Minute {
			if err := save(i+1, false); err != nil {
				return err
			}
		}
	}
	return save(len(all), true)
}

// similar names the pieces that are closest to a word: a glance at the vectors.
func similar(m *bert.Model, tok *wordpiece.Tokenizer, word string) string {
	id, ok := tok.ID(word)
	if !ok {
		return "not one piece"
	}
	var names []string
	for _, i := range m.Similar(id, 8) {
		names = append(names, tok.Token(i))
	}
	return strings.Join(names, " ")
}
