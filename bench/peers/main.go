// Command peers measures Antojo's inference beside transformers.js: the same ONNX
// file, the same texts, the same machine, in turns, from text to the logits of all
// heads (bench/peers/README.md).
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"antojo/internal/infer"
)

// inFlight is how many texts Antojo gets at a time: what a stream's batch holds. It
// sorts only these; transformers.js may sort all of them.
const inFlight = 1024

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

type setting struct {
	Batch   int  `json:"batch"`
	Workers int  `json:"workers"`
	Threads int  `json:"threads"`
	Sorted  bool `json:"sorted"`
	Limit   int  `json:"limit"` // of the texts; 0 = all
}

func (s setting) String() string {
	return fmt.Sprintf("batches of %d, %d × %d thread(s)", s.Batch, s.Workers, s.Threads)
}

func run(ctx context.Context, w io.Writer) error {
	model := flag.String("model", "assets/model", "model folder")
	peer := flag.String("peer", "bench/peers/peer.mjs", "the program that runs transformers.js")
	files := flag.String("texts", "training/data/gold/authored_*.jsonl", "JSON lines with a text each (a pattern)")
	rounds := flag.Int("rounds", 5, "measurements of each, in turns")
	given := map[bool]*string{
		false: flag.String("arrival", "", "settings of transformers.js in arrival order as batch,workers,threads (default: the fastest of many)"),
		true:  flag.String("sorted", "", "likewise sorted by length"),
	}
	flag.Parse()

	texts, err := readTexts(*files)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "antojo-peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	dir, err := layout(*model, temp)
	if err != nil {
		return err
	}
	list := filepath.Join(temp, "texts.json")
	b, err := json.Marshal(texts)
	if err == nil {
		err = os.WriteFile(list, b, 0o600)
	}
	if err != nil {
		return err
	}
	enc, err := infer.Open(infer.Options{Dir: *model})
	if err != nil {
		return err
	}
	defer enc.Close()
	words := 0
	for _, t := range texts {
		words += len(strings.Fields(t))
	}
	fmt.Fprintf(w, "%s, %d bytes, %s; %d texts of %.1f words on average; %d cores; ONNX Runtime %s\n\n",
		enc.Info().Model(), enc.Info().Bytes, enc.Info().Precision, len(texts), float64(words)/float64(len(texts)), runtime.NumCPU(), enc.Info().Engine)

	start := func(s setting) (*node, error) { return startNode(ctx, *peer, dir, list, s) }
	best := map[bool]setting{}
	for _, sorted := range []bool{false, true} {
		if *given[sorted] == "" {
			best[sorted], err = tune(w, start, texts, sorted)
		} else {
			best[sorted], err = parseSetting(*given[sorted], sorted)
		}
		if err != nil {
			return err
		}
	}
	arrival, err := start(best[false])
	if err != nil {
		return err
	}
	defer arrival.close()
	sorted, err := start(best[true])
	if err != nil {
		return err
	}
	defer sorted.close()
	if err := agree(ctx, enc, texts, arrival); err != nil {
		return err
	}
	usual := setting{Batch: 32, Workers: 1, Threads: runtime.NumCPU()}
	plain, err := start(usual)
	if err != nil {
		return err
	}
	defer plain.close()
	var ours, theirs, theirsSorted, theirsUsual []spent
	for range *rounds {
		for _, m := range []struct {
			list *[]spent
			once func() (spent, error)
		}{
			{&ours, func() (spent, error) { return predict(ctx, enc, texts) }},
			{&theirs, arrival.round},
			{&theirsSorted, sorted.round},
			{&theirsUsual, plain.round},
		} {
			t, err := m.once()
			if err != nil {
				return err
			}
			*m.list = append(*m.list, t)
		}
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\n\ttexts/s (median)\tlowest–highest\tAntojo is faster by\tround by round\tCPU ms/text\tAntojo needs less by")
	for _, r := range []struct {
		name string
		list []spent
	}{
		{"Antojo, arrival order", ours},
		{"transformers.js, arrival order, " + best[false].String(), theirs},
		{"transformers.js, sorted by length, " + best[true].String(), theirsSorted},
		{"transformers.js as it is mostly used: arrival order, " + usual.String(), theirsUsual},
	} {
		var rates, ratios, cpus, cheaper []float64
		for i, t := range r.list {
			rates = append(rates, float64(len(texts))/t.Seconds)
			ratios = append(ratios, t.Seconds/ours[i].Seconds)
			cpus = append(cpus, 1000*t.CPU/float64(len(texts)))
			cheaper = append(cheaper, t.CPU/ours[i].CPU)
		}
		fmt.Fprintf(tw, "%s\t%.0f\t%.0f–%.0f\t%.2f\t%.2f–%.2f\t%.2f\t%.2f\n", r.name, median(rates), slices.Min(rates), slices.Max(rates),
			median(ratios), slices.Min(ratios), slices.Max(ratios), median(cpus), median(cheaper))
	}
	return tw.Flush()
}

func parseSetting(text string, sorted bool) (setting, error) {
	s := setting{Sorted: sorted}
	if _, err := fmt.Sscanf(text, "%d,%d,%d", &s.Batch, &s.Workers, &s.Threads); err != nil || s.Batch < 1 || s.Workers < 1 || s.Threads < 1 {
		return s, fmt.Errorf("settings %q: want batch,workers,threads such as 32,2,1", text)
	}
	return s, nil
}

// tuneTexts is how many texts settings are tried on.
const tuneTexts = 1024

// tuneTurns is how often each setting is tried; the first time warms up.
const tuneTurns = 4

// tune finds the batch size and threads with which transformers.js is fastest.
//
// The candidates take turns, and each counts with its best turn.
func tune(w io.Writer, start func(setting) (*node, error), texts []string, sorted bool) (best setting, err error) {
	cores := runtime.NumCPU()
	threads := [][2]int{{1, cores}}
	if cores > 1 {
		threads = append(threads, [2]int{cores, 1})
	}
	type candidate struct {
		setting
		*node
		rate float64
	}
	var list []candidate
	defer func() {
		for _, c := range list {
			err = errors.Join(err, c.close())
		}
	}()
	for _, t := range threads {
		for _, batch := range []int{8, 16, 32, 64, 128} {
			s := setting{batch, t[0], t[1], sorted, min(tuneTexts, len(texts))}
			n, err := start(s)
			if err != nil {
				return best, err
			}
			list = append(list, candidate{s, n, 0})
		}
	}
	for range tuneTurns {
		for i := range list {
			t, err := list[i].round()
			if err != nil {
				return best, err
			}
			list[i].rate = max(list[i].rate, float64(list[i].Limit)/t.Seconds)
		}
	}
	top := 0.0
	for _, c := range list {
		fmt.Fprintf(w, "transformers.js, sorted %-5v %s: %.0f texts/s\n", sorted, c.setting, c.rate)
		if c.rate > top {
			top, best = c.rate, c.setting
			best.Limit = 0
		}
	}
	return best, nil
}

// spent is what one run over all texts took.
type spent struct {
	Seconds float64 // wall clock
	CPU     float64 // seconds of all cores; what else the machine does disturbs it less
}

// predict runs all texts through the encoder in arrival order.
func predict(ctx context.Context, enc *infer.Encoder, texts []string) (spent, error) {
	out := make([]infer.Prediction, inFlight)
	start, before := time.Now(), cpu()
	for part := range slices.Chunk(texts, inFlight) {
		if err := enc.Predict(ctx, part, out[:len(part)]); err != nil {
			return spent{}, err
		}
	}
	return spent{time.Since(start).Seconds(), cpu() - before}, nil
}

// cpu is the processor time of this process in seconds.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// agree fails unless both say nearly the same: otherwise they do not do the same work.
func agree(ctx context.Context, enc *infer.Encoder, texts []string, n *node) error {
	labels, err := n.labels()
	if err != nil {
		return err
	}
	out := make([]infer.Prediction, len(texts))
	if err := enc.Predict(ctx, texts, out); err != nil {
		return err
	}
	same := 0
	for i, p := range out {
		best := 0
		for j, v := range p.Sentiments {
			if v > p.Sentiments[best] {
				best = j
			}
		}
		if best == labels[i] {
			same++
		}
	}
	if share := float64(same) / float64(len(texts)); share < 0.99 {
		return fmt.Errorf("the two agree on the sentiment of only %.1f %% of the texts", 100*share)
	}
	fmt.Printf("\nboth agree on the sentiment of %d of %d texts\n", same, len(texts))
	return nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// readTexts reads the texts of all files in a fixed disorder, for files are sorted
// by topic and style, and a stream is not.
func readTexts(pattern string) ([]string, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(b) {
			var row struct{ Text string }
			if err := json.Unmarshal(line, &row); err != nil {
				return nil, fmt.Errorf("%s: %w", f, err)
			}
			if row.Text != "" {
				texts = append(texts, row.Text)
			}
		}
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("no texts in %s", pattern)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	return texts, nil
}

// layout links the files of a model to where transformers.js looks for them.
func layout(model, temp string) (string, error) {
	dir := filepath.Join(temp, "model")
	if err := os.MkdirAll(filepath.Join(dir, "onnx"), 0o755); err != nil {
		return "", err
	}
	for from, to := range map[string]string{"config.json": "config.json", "tokenizer.json": "tokenizer.json", "model.onnx": "onnx/model_quantized.onnx"} {
		abs, err := filepath.Abs(filepath.Join(model, from))
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(abs); errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("there is no %s", abs)
		}
		if err := os.Symlink(abs, filepath.Join(dir, to)); err != nil {
			return "", err
		}
	}
	return dir, os.WriteFile(filepath.Join(dir, "tokenizer_config.json"), []byte(tokenizerConfig), 0o644)
}

// tokenizerConfig names the special tokens, which transformers.js reads from a file of its own.
const tokenizerConfig = `{"tokenizer_class":"BertTokenizer","model_max_length":128,"pad_token":"[PAD]","unk_token":"[UNK]","cls_token":"[CLS]","sep_token":"[SEP]","mask_token":"[MASK]"}`

// node is a running peer.mjs.
type node struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	noise bytes.Buffer
}

func startNode(ctx context.Context, peer, model, texts string, s setting) (*node, error) {
	options, err := json.Marshal(struct {
		Model string `json:"model"`
		Texts string `json:"texts"`
		setting
	}{model, texts, s})
	if err != nil {
		return nil, err
	}
	n := &node{cmd: exec.CommandContext(ctx, "node", peer, string(options))}
	n.cmd.Stderr = &n.noise
	if n.in, err = n.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	n.out = bufio.NewReader(out)
	if err := n.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	var ready struct{ Ready int }
	if err := n.read(&ready); err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (n *node) read(into any) error {
	line, err := n.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("transformers.js said nothing: %w: %s", err, strings.TrimSpace(n.noise.String()))
	}
	return json.Unmarshal(line, into)
}

func (n *node) ask(question string, into any) error {
	if _, err := io.WriteString(n.in, question+"\n"); err != nil {
		return fmt.Errorf("ask transformers.js: %w: %s", err, strings.TrimSpace(n.noise.String()))
	}
	return n.read(into)
}

// round runs all texts once and returns what node measured.
func (n *node) round() (spent, error) {
	var t spent
	err := n.ask("run", &t)
	return t, err
}

func (n *node) labels() ([]int, error) {
	var r struct{ Labels []int }
	err := n.ask("labels", &r)
	return r.Labels, err
}

func (n *node) close() error {
	n.in.Close()
	return n.cmd.Wait()
}
