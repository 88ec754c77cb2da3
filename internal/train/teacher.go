package train

import (
	"encoding/gob"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"antojo/internal/mention"
)

// reference is what the baseline says: the bar that the encoder has to pass, and
// the soft labels that it may learn from on texts nobody has read.
type reference struct {
	Pick     [numHeads]settings
	Features int
	Majority []float32
	Dev      [][]float32 // probabilities of all heads, one row of Dataset.Dev each
	StarsDev [][]float32
	Stars    [][]float32 // of Dataset.StarsTrain
	Texts    []string    // unlabelled
	Soft     [][]float32 // of Texts
}

// noisyRows are the rows that baseline and encoder train on: gold rows with
// weight 1, star rows with the star weight.
func (r *run) noisyRows() (gold, stars []Row) {
	gold = append(gold, r.set.Train...)
	stars = append(stars, r.set.StarsTrain...)
	for i := range stars {
		stars[i].Weight[headSentiment] = r.cfg.Finetune.StarWeight
	}
	return gold, stars
}

// unread draws the texts without labels that fine-tuning reads.
func (r *run) unread() ([]string, error) {
	var out []string
	for i := range r.cfg.Corpora {
		c := &r.cfg.Corpora[i]
		if c.TeachTexts == 0 {
			continue
		}
		texts, err := c.texts(r.data, r.set.held)
		if err != nil {
			return nil, err
		}
		rng := rand.New(rand.NewPCG(r.cfg.Seed, 3))
		rng.Shuffle(len(texts), func(a, b int) { texts[a], texts[b] = texts[b], texts[a] })
		out = append(out, texts[:min(len(texts), c.TeachTexts)]...)
	}
	return out, nil
}

// reference trains the baseline, or reads what it said before from the work folder.
func (r *run) reference() (*reference, error) {
	path := filepath.Join(r.work, "baseline.gob")
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		var ref reference
		if err := gob.NewDecoder(f).Decode(&ref); err != nil {
			return nil, fmt.Errorf("read %s (delete it to train the baseline again): %w", path, err)
		}
		n := 0
		for _, c := range r.cfg.Corpora {
			n += c.TeachTexts
		}
		n = min(n, len(ref.Texts))
		ref.Texts, ref.Soft = ref.Texts[:n], ref.Soft[:n]
		if len(ref.Dev) == len(r.set.Dev) && len(ref.Stars) == len(r.set.StarsTrain) {
			return &ref, nil
		}
	}
	start := time.Now()
	gold, stars := r.noisyRows()
	b := fitBaseline(append(gold, stars...), r.cfg.Baseline, r.threads)
	ref := &reference{Pick: b.pick, Features: len(b.vec.idf), Majority: majority(gold)}
	say := func(rows []Row) (out [][]float32) {
		for i := range rows {
			out = append(out, b.predict(rows[i].Text))
		}
		return out
	}
	ref.Dev, ref.StarsDev, ref.Stars = say(r.set.Dev), say(r.set.StarsDev), say(r.set.StarsTrain)
	var err error
	if ref.Texts, err = r.unread(); err != nil {
		return nil, err
	}
	for _, s := range ref.Texts {
		ref.Soft = append(ref.Soft, b.predict(s))
	}
	for h, head := range mention.Heads {
		r.logf("baseline: %s: C=%g balanced=%v", head.Name, b.pick[h].C, b.pick[h].Balanced)
	}
	r.logf("baseline: TF-IDF + logistic regression, %d features, in %s", ref.Features, since(start))
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("save baseline: %w", err)
	}
	defer f.Close()
	if err := gob.NewEncoder(f).Encode(ref); err != nil {
		return nil, fmt.Errorf("save baseline: %w", err)
	}
	return ref, nil
}
