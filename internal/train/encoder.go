package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"antojo/internal/infer"
	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
)

// EncoderConfig says where a training run reads and writes.
type EncoderConfig struct {
	Config  *Config
	Data    string // folder that the paths of Config are relative to
	Work    string // checkpoints; a run that was stopped goes on from here
	Out     string // model folder to write
	Threads int    // 0 = all cores; one thread makes runs exactly repeatable

	// AsIs fine-tunes from the last checkpoint even if pre-training has not reached
	// its last step: for a first look, or when time is up.
	AsIs bool
	// Alone leaves out the baseline: no comparison, no soft labels.
	Alone bool
	// Kind of the baseline that Baseline trains: LogReg (also "") or Forest.
	Kind string
	// Files are further rows to score at the end (JSON lines with text and label),
	// never used for anything else.
	Files []string
}

// Encoder makes a model from nothing but data: vocabulary, skip-gram embeddings,
// masked language modelling, the baseline, fine-tuning, calibration, scores and
// files. Stages that the work folder holds already are not repeated.
func Encoder(ctx context.Context, c EncoderConfig, log io.Writer) error {
	r, tok, err := newEncoderRun(c, log)
	if err != nil {
		return err
	}
	if _, err := r.pretrain(ctx, tok); err != nil {
		return err
	}
	ref := &reference{Majority: majority(r.set.Train)}
	if c.Config.Finetune.TeachWeight > 0 && !c.Alone {
		if ref, err = r.reference(); err != nil {
			return err
		}
	}
	t, err := r.rounds(ctx, tok, ref, r.cfg.Finetune.Rounds, filepath.Join(r.work, "pretrain.safetensors"))
	if err != nil {
		return err
	}
	if !c.Alone { // only to compare with; read from the work folder if it is there
		if ref, err = r.reference(); err != nil {
			return err
		}
	}
	r.join(t.Model(), tok)
	dev, err := r.predict(t, tok, r.set.Dev)
	if err != nil {
		return err
	}
	stars, err := r.predict(t, tok, r.set.StarsDev)
	if err != nil {
		return err
	}
	m := t.Model()
	temps := calibrate(m, r.wide, r.set.Dev, dev)
	if err := r.writeModel(c.Out, filepath.Join(c.Work, "fp32"), m, tok, temps); err != nil {
		return err
	}
	met := r.metrics(ref)
	met.Temperatures = temps
	words, err := r.evidence(temps["relevance"])
	if err != nil {
		return err
	}
	probs := tempered(dev, temps)
	if err := r.weigh(words, r.set.Dev, probs); err != nil {
		return err
	}
	met.Calibration = calibrationErrors(r.set.Dev, Probabilities(dev), probs)
	met.Measured = "float32, by the trainer"
	met.measure(r.set, decodeAll(probs), decodeAll(stars), ref, r.cfg.Seed)
	if err := r.measureShipped(ctx, c, met, ref, dev); err != nil {
		return err
	}
	met.print(r.logf)
	if err := writeJSON(filepath.Join(c.Out, "metrics.json"), met); err != nil {
		return err
	}
	card := func(w io.Writer) error { return r.writeCard(w, met, m.Config, m.Parameters()+r.wide.parameters()) }
	if err := writeFile(filepath.Join(c.Out, "README.md"), card); err != nil {
		return err
	}
	r.logf("model written to %s", c.Out)
	return nil
}

// measureShipped measures the int8 file itself, as users will run it, if the engine
// is there.
func (r *run) measureShipped(ctx context.Context, c EncoderConfig, met *Metrics, ref *reference, logits [][]float32) error {
	e, err := infer.Open(infer.Options{Dir: c.Out, Sessions: r.threads})
	if errors.Is(err, infer.ErrNoEngine) {
		r.logf("the shipped int8 file was not measured: %v", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("open the model just written: %w", err)
	}
	defer e.Close()
	probs, err := read(ctx, Folder{e}, r.set.Dev)
	if err != nil {
		return err
	}
	dev := decodeAll(probs)
	met.Calibration = calibrationErrors(r.set.Dev, Probabilities(logits), probs)
	stars, err := readLabels(ctx, Folder{e}, r.set.StarsDev)
	if err != nil {
		return err
	}
	met.Float32 = met.Encoder
	met.Measured = fmt.Sprintf("the shipped int8 file, ONNX Runtime %s", e.Info().Engine)
	met.measure(r.set, dev, stars, ref, r.cfg.Seed)
	for _, path := range c.Files {
		if err := met.file(ctx, Folder{e}, path); err != nil {
			return err
		}
	}
	return nil
}

// Pretrain does only the first and longest stage of Encoder, into the work folder.
func Pretrain(ctx context.Context, c EncoderConfig, log io.Writer) error {
	r, tok, err := newEncoderRun(c, log)
	if err != nil {
		return err
	}
	_, err = r.pretrain(ctx, tok)
	return err
}

// run is one training run: configuration, folders and labelled data.
type run struct {
	cfg     *Config
	data    string // corpora and gold files
	work    string // checkpoints
	threads int
	asIs    bool
	log     io.Writer
	start   time.Time
	set     *Dataset
	swap    *swapper // set by rounds, the only stage that swaps
	wide    *wide    // set by join; nil = the encoder alone
}

func newRun(c EncoderConfig, log io.Writer) (*run, error) {
	if err := os.MkdirAll(c.Work, 0o755); err != nil {
		return nil, fmt.Errorf("make work folder: %w", err)
	}
	if c.Threads <= 0 {
		c.Threads = runtime.NumCPU()
	}
	r := &run{cfg: c.Config, data: c.Data, work: c.Work, threads: c.Threads, asIs: c.AsIs, log: log, start: time.Now()}
	var err error
	if r.set, err = c.Config.Load(c.Data); err != nil {
		return nil, err
	}
	r.logf("labelled rows: gold %d to train and %d to develop, stars %d and %d",
		len(r.set.Train), len(r.set.Dev), len(r.set.StarsTrain), len(r.set.StarsDev))
	return r, nil
}

// newEncoderRun is newRun with the vocabulary, which every stage of an encoder needs.
func newEncoderRun(c EncoderConfig, log io.Writer) (*run, *wordpiece.Tokenizer, error) {
	r, err := newRun(c, log)
	if err != nil {
		return nil, nil, err
	}
	tok, err := r.tokenizer()
	return r, tok, err
}

func (r *run) metrics(ref *reference) *Metrics {
	m := &Metrics{
		Model: r.cfg.Name, Version: r.cfg.Version,
		Split: fmt.Sprintf("gold: %d %% of the rows by a hash of the text; stars: the latest %d %% by date, texts not seen before",
			r.cfg.Split.DevPercent, r.cfg.Split.StarsDevPercent),
		Train:            map[string]int{"gold": len(r.set.Train), "stars": len(r.set.StarsTrain), "texts labelled by the baseline": len(ref.Texts)},
		BaselineSettings: map[string]settings{},
	}
	for h, head := range mention.Heads {
		m.BaselineSettings[head.Name] = ref.Pick[h]
	}
	return m
}

// print logs the comparison.
func (m *Metrics) print(logf func(string, ...any)) {
	for _, s := range []string{"gold", "authored", "real_delivery", "stars"} {
		for _, d := range m.Compared[s] {
			logf("%-13s %-30s encoder %.3f, baseline %.3f, difference %+.3f [%+.3f, %+.3f]: %s",
				s, d.Measure, d.Encoder, d.Baseline, d.Difference, d.Low, d.High, d.Verdict())
		}
	}
}

// logf writes one line with the time since the start of the run.
func (r *run) logf(format string, args ...any) {
	fmt.Fprintf(r.log, "%8s  %s\n", time.Since(r.start).Round(time.Second), fmt.Sprintf(format, args...))
}

func since(t time.Time) time.Duration { return time.Since(t).Round(100 * time.Millisecond) }

// schedule is linear warm-up and linear decay to a twentieth.
func schedule(step, steps int, peak, warmup float32) float32 {
	w := max(1, int(float32(steps)*warmup))
	if step < w {
		return peak * float32(step+1) / float32(w)
	}
	return peak * (1 - 0.95*float32(step-w)/float32(max(1, steps-w)))
}

// meter averages the last n values of loss and accuracy.
type meter struct {
	a, b []float64
	n    int
}

func newMeter(n int) *meter { return &meter{n: n} }

func (m *meter) add(a, b float64) {
	m.a, m.b = append(m.a, a), append(m.b, b)
	if len(m.a) > m.n {
		m.a, m.b = m.a[1:], m.b[1:]
	}
}

func (m *meter) mean() (a, b float64) {
	for i := range m.a {
		a, b = a+m.a[i], b+m.b[i]
	}
	n := float64(max(1, len(m.a)))
	return a / n, b / n
}
