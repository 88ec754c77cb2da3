package train

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"antojo/internal/infer"
	"antojo/internal/mention"
)

// Kinds of classical models: TF-IDF and a classifier for each head.
const (
	LogReg = "logreg"
	Forest = "forest"
)

// Classical is a trained TF-IDF model. It reads texts as an encoder does and can be
// used in its place. It is safe for concurrent use.
type Classical struct {
	Kind    string // LogReg or Forest
	Name    string
	Version string

	vec     *tfidf
	linear  [numHeads]*linear // of LogReg
	forests [numHeads]*forest // of Forest
	numbers [numHeads]map[int32]int32
	card    classicalConfig
	info    infer.Info
}

// Predict reads all texts and writes out[i] for texts[i], as an encoder does.
func (m *Classical) Predict(ctx context.Context, texts []string, out []infer.Prediction) error {
	if len(out) < len(texts) {
		return fmt.Errorf("predict %d texts: there is room for %d results", len(texts), len(out))
	}
	const chunk = 64
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.NumCPU(), (len(texts)+chunk-1)/chunk) {
		wg.Go(func() {
			for at := range next {
				for i := at; i < min(at+chunk, len(texts)); i++ {
					out[i] = m.one(texts[i])
				}
			}
		})
	}
	var err error
	for at := 0; at < len(texts) && err == nil; at += chunk {
		select {
		case next <- at:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	close(next)
	wg.Wait()
	return err
}

// one reads one text. A text without a word has no answer, and one without any
// known feature is unreadable.
func (m *Classical) one(text string) (p infer.Prediction) {
	words := 0
	normalizer.Words(text, func([]byte) bool { words++; return true })
	if words == 0 {
		return p
	}
	x := m.vec.features(text)
	p.Tokens = words
	if len(x.idx) == 0 {
		p.Unknown = 1
	}
	v := m.probabilities(x)
	p.Relevance = v[1]
	copy(p.Sentiments[:], v[2:5])
	copy(p.Intents[:], v[5:10])
	for a := range p.Aspects {
		copy(p.Aspects[a][:], v[10+4*a:])
	}
	return p
}

// probabilities of all heads, side by side.
func (m *Classical) probabilities(x sparse) []float32 {
	out := make([]float32, 0, mention.NumLogits())
	var z [8]float64
	for h, head := range mention.Heads {
		z := z[:len(head.Labels)]
		if m.Kind == Forest {
			f := m.forests[h]
			f.predict(x, m.numbers[h], make([]uint8, len(f.Features)), z)
		} else {
			m.linear[h].logits(x, z)
			probabilities(z)
		}
		for _, p := range z {
			out = append(out, float32(p))
		}
	}
	return out
}

// Info describes the model as that of an encoder is described.
func (m *Classical) Info() infer.Info { return m.info }

// Close does nothing: the model is memory only.
func (m *Classical) Close() error { return nil }

// describe names a model that was just trained.
func (m *Classical) describe(r *run, dir string) {
	m.Name, m.Version = "tfidf-"+m.Kind, r.cfg.Version
	m.card.describe(r, m)
	m.fillInfo(dir, 0)
}

func (m *Classical) fillInfo(dir string, bytes int) {
	what := "logistic regression"
	if m.Kind == Forest {
		what = "random forest"
	}
	m.info = infer.Info{Name: m.Name, Version: m.Version, Dir: dir, Vocab: len(m.vec.idf), Bytes: bytes,
		Sessions: runtime.NumCPU(), Engine: "TF-IDF + " + what}
}

// Baseline trains a TF-IDF model on the same rows as the encoder, every head on the
// rows that know its label, prints its figures on the development rows, and writes
// a model folder to c.Out if that is set.
func Baseline(ctx context.Context, c EncoderConfig, log io.Writer) error {
	r, err := newRun(c, log)
	if err != nil {
		return err
	}
	start := time.Now()
	var m *Classical
	gold, stars := r.noisyRows()
	rows := append(gold, stars...)
	switch c.Kind {
	case "", LogReg:
		m = r.classicalLogReg(rows, baselineGrid)
	case Forest:
		m, err = r.classicalForest(ctx, rows, forestGrid)
	default:
		err = fmt.Errorf("train baseline: kind %q is not %s or %s", c.Kind, LogReg, Forest)
	}
	if err != nil {
		return err
	}
	m.describe(r, c.Out)
	r.logf("%s: %d features, trained in %s", m.info.Engine, len(m.vec.idf), since(start))
	sets := []EvalSet{{Name: "gold", Rows: r.set.Dev}}
	if len(r.set.StarsDev) > 0 {
		sets = append(sets, EvalSet{Name: "stars", Rows: r.set.StarsDev})
	}
	rep, err := NewReport(ctx, Subject{Info: ModelInfo{Name: m.Name, Version: m.Version, Engine: m.info.Engine}, Reader: Folder{m}}, nil, sets, r.cfg.Seed)
	if err != nil {
		return err
	}
	for _, s := range rep.Sets {
		for _, e := range s.Headline {
			r.logf("%-6s %-30s %.3f [%.3f, %.3f] (most frequent label %.3f)", s.Name, e.Measure, e.Value, e.Low, e.High, s.Majority[e.Measure])
		}
	}
	if c.Out == "" {
		return nil
	}
	if err := m.Save(c.Out, rep); err != nil {
		return err
	}
	r.logf("model written to %s", c.Out)
	return nil
}

// keptFeatures of a model folder: those of the most texts. What leaving the others
// out costs has not been measured.
const keptFeatures = 80_000

func (r *run) classicalLogReg(rows []Row, grid []settings) *Classical {
	b := &baseline{vec: fitTFIDF(textsOf(rows))}
	b.vec.limit(keptFeatures)
	b.choose(rows, r.threads, grid, r.cfg.Baseline)
	m := &Classical{Kind: LogReg, vec: b.vec, linear: b.heads}
	for h, head := range mention.Heads {
		m.card.setting(head.Name, fmt.Sprintf("C %g, balanced %v", b.pick[h].C, b.pick[h].Balanced))
	}
	return m
}

func textsOf(rows []Row) []string {
	texts := make([]string, len(rows))
	for i := range rows {
		texts[i] = rows[i].Text
	}
	return texts
}

// forestGrid is what the forests of each head choose from.
var forestGrid = []forestOptions{
	{Trees: 120, Features: 4000, MinLeaf: 2, MaxDepth: 60, Rows: 8000, Balanced: true},
	{Trees: 120, Features: 4000, MinLeaf: 3, MaxDepth: 60, Rows: 8000, Balanced: false},
}

func (r *run) classicalForest(ctx context.Context, rows []Row, grid []forestOptions) (*Classical, error) {
	m := &Classical{Kind: Forest, vec: fitTFIDF(textsOf(rows))}
	m.vec.limit(keptFeatures)
	x := make([]sparse, len(rows))
	for i := range rows {
		x[i] = m.vec.features(rows[i].Text)
	}
	for h, head := range mention.Heads {
		fit := func(o forestOptions, use func(*Row) bool) *forest {
			var xs []sparse
			var ys []int8
			var ws []float64
			for i := range rows {
				if row := &rows[i]; row.Labels[h] >= 0 && use(row) {
					xs, ys, ws = append(xs, x[i]), append(ys, row.Labels[h]), append(ws, float64(row.Weight[h]))
				}
			}
			o.Seed = r.cfg.Seed + uint64(h)
			return fitForest(xs, ys, ws, len(m.vec.idf), len(head.Labels), o, r.threads)
		}
		best, pick := -1.0, grid[0]
		for _, o := range grid {
			if len(grid) == 1 {
				break
			}
			if err := context.Cause(ctx); err != nil {
				return nil, err
			}
			small := o
			small.Trees = o.Trees / 5
			f := fit(small, func(row *Row) bool { return !tuning(row) })
			own, c, z, scratch := f.numbers(), newConfusion(len(head.Labels)), make([]float64, len(head.Labels)), make([]uint8, len(f.Features))
			for i := range rows {
				if row := &rows[i]; tuning(row) && row.Labels[h] >= 0 {
					f.predict(x[i], own, scratch, z)
					c.add(int(row.Labels[h]), argmax(z))
				}
			}
			if v := c.macroF1(); v > best {
				best, pick = v, o
			}
		}
		m.forests[h] = fit(pick, func(*Row) bool { return true })
		m.numbers[h] = m.forests[h].numbers()
		m.card.setting(head.Name, fmt.Sprintf("%d trees, best %d features by χ², min leaf %d, balanced %v", pick.Trees, len(m.forests[h].Features), pick.MinLeaf, pick.Balanced))
		r.logf("forest: %s: %d nodes, balanced=%v", head.Name, m.forests[h].nodes(), pick.Balanced)
	}
	return m, nil
}
