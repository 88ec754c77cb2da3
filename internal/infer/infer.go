// Package infer runs the encoder: texts in, probabilities of all heads out.
//
// A model is a folder in the layout of Hugging Face: config.json (with an
// "antojo" section that names the heads), tokenizer.json and model.onnx. The
// engine is ONNX Runtime, a shared library that is loaded at run time, with one
// single-threaded session for every core: two such sessions do a third more than
// one session with two threads, and never wait for each other.
//
// All callers share one Encoder. Predict takes any number of texts, sorts them by
// length so that hardly any padding is computed, cuts them into batches of a few
// hundred tokens, and the sessions take batches from the callers in turn, so a
// single text never waits behind somebody else's hundred thousand.
//
// Read next: predict.go (texts to batches), pool.go (who is served when),
// session.go (one forward pass), runtime.go (finding the library).
package infer

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"time"

	"antojo/internal/lexicon"
	"antojo/internal/lexicon/evidence"
	"antojo/internal/mention"
)

// Errors that callers may want to tell apart.
var (
	ErrClosed   = errors.New("the encoder is closed")
	ErrNoEngine = errors.New("ONNX Runtime is not there")
	ErrModel    = errors.New("the model cannot be used")
)

// Options say which model to open and with what.
type Options struct {
	Dir      string       // the model's folder; within FS if that is set
	FS       fs.FS        // file system of the folder; nil means the disk
	Library  string       // path of libonnxruntime; "" means look for it (see FindLibrary)
	Sessions int          // single-threaded sessions; 0 means one for every core
	Logger   *slog.Logger // nil means silence

	// Words gives the matcher of the built-in food words, which a model with weights
	// for them asks (package evidence), on its first texts; nil makes one.
	Words func() (*lexicon.Matcher, error)
}

// Info describes the open model.
type Info struct {
	Name      string // e.g. antojo-es-4l256
	Version   string
	Dir       string
	MaxLen    int // tokens of a text that are read, [CLS] and [SEP] included
	Vocab     int
	Precision string // fp32, int8 or "" if the file does not say
	Bytes     int    // size of model.onnx
	Sessions  int
	Engine    string // version of ONNX Runtime
	Library   string
	Absent    []string // heads of mention.Heads that the model lacks
	Evidence  bool     // relevance weighs the food words of a text, too
}

// Model is the name and version as annotations carry it.
func (i Info) Model() string {
	if i.Version == "" {
		return i.Name
	}
	return i.Name + "-" + i.Version
}

// Encoder is an open model. It is safe for concurrent use.
type Encoder struct {
	tok    tokenizer
	heads  headMap
	maxLen int
	pad    int64 // id beyond the end of a text
	info   Info
	pool   *pool

	evidence *evidence.Weights // nil = relevance is the encoder's own
	words    func() (*lexicon.Matcher, error)
}

// Open loads the model, checks that it fits this program's heads, and starts the
// sessions. Every error says which file is wrong and what to do.
func Open(o Options) (*Encoder, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Sessions <= 0 {
		o.Sessions = runtime.NumCPU()
	}
	started := time.Now()
	m, err := readModel(o)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w: %w", m.dir, ErrModel, err)
	}
	lib, err := loadRuntime(o.Library)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w: %w", m.dir, ErrNoEngine, err)
	}
	sessions, err := newSessions(o.Sessions, m.onnx, m.graph, m.width)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w: %w", m.dir, ErrModel, badFile(m.dir, "model.onnx", err))
	}
	e := &Encoder{tok: m.tok, heads: m.heads, maxLen: m.maxLen, pad: m.pad, pool: newPool(sessions),
		evidence: m.evidence, words: o.Words}
	if e.words == nil {
		e.words = sync.OnceValues(func() (*lexicon.Matcher, error) {
			lx, err := lexicon.Load()
			if err != nil {
				return nil, err
			}
			return lexicon.NewMatcher(lx), nil
		})
	}
	e.info = Info{Name: m.name, Version: m.version, Dir: m.dir, MaxLen: m.maxLen, Vocab: m.tok.VocabSize(), Precision: m.graph.meta["antojo.precision"],
		Bytes: len(m.onnx), Sessions: o.Sessions, Engine: lib.version, Library: lib.path, Absent: m.absent, Evidence: m.evidence != nil}
	o.Logger.Info("encoder ready", "model", e.info.Model(), "precision", e.info.Precision, "sessions", o.Sessions,
		"engine", lib.version, "library", lib.path, "took", time.Since(started))
	return e, nil
}

// Info describes the model.
func (e *Encoder) Info() Info { return e.info }

// Close waits for the batches that run, lets all other work fail with ErrClosed
// and frees the sessions. Closing twice does nothing.
func (e *Encoder) Close() error { return e.pool.close() }

// model is what the files of a model folder say.
type model struct {
	dir           string
	name, version string
	maxLen        int
	width         int // columns of logits
	tok           tokenizer
	pad           int64
	heads         headMap
	absent        []string
	evidence      *evidence.Weights
	onnx          []byte
	graph         graphInfo
}

// readModel reads and checks the folder; the returned dir is set even on error.
func readModel(o Options) (model, error) {
	m := model{dir: o.Dir}
	fsys, dir := o.FS, o.Dir
	if fsys == nil {
		if dir == "" {
			return m, errors.New("no folder is given: name a folder with config.json, tokenizer.json and model.onnx")
		}
		fsys, dir = os.DirFS(dir), "."
	} else if dir == "" {
		dir, m.dir = ".", "(embedded)"
	}
	read := func(name string) ([]byte, error) {
		b, err := fs.ReadFile(fsys, path.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no %s: a model folder holds config.json, tokenizer.json and model.onnx", path.Join(m.dir, name))
		}
		return b, err
	}
	b, err := read("config.json")
	if err != nil {
		return m, err
	}
	c, err := parseConfig(b)
	if err != nil {
		return m, badFile(m.dir, "config.json", err)
	}
	m.name, m.version, m.maxLen, m.pad, m.heads, m.absent, m.width = c.Antojo.Name, c.Antojo.Version, c.maxLen(), c.Pad, c.heads, c.absent, c.width
	m.evidence = c.evidence
	if b, err = read("tokenizer.json"); err != nil {
		return m, err
	}
	if m.tok, err = parseTokenizer(b); err != nil {
		return m, badFile(m.dir, "tokenizer.json", err)
	}
	if m.pad < 0 || m.pad >= int64(m.tok.VocabSize()) {
		return m, badFile(m.dir, "config.json", fmt.Errorf("pad_token_id is %d, but the tokenizer has %d tokens", m.pad, m.tok.VocabSize()))
	}
	if c.Vocab > 0 && m.tok.VocabSize() > c.Vocab {
		return m, badFile(m.dir, "tokenizer.json", fmt.Errorf("it has %d tokens, but config.json says that the model has %d", m.tok.VocabSize(), c.Vocab))
	}
	if m.onnx, err = read("model.onnx"); err != nil {
		return m, err
	}
	if m.graph, err = scanModel(m.onnx); err != nil {
		return m, badFile(m.dir, "model.onnx", err)
	}
	return m, nil
}

// badFile says which file of the model is wrong and what to do about it.
func badFile(dir, name string, err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ") // the engine's own errors have several lines
	return fmt.Errorf("%s is damaged or does not fit: %s; put back a whole model folder, or name another one", path.Join(dir, name), text)
}

// Prediction is what the encoder says of one text. Probabilities of a head sum
// to 1, and are zero for a head that the model lacks (Info.Absent; without the
// relevance head every text counts as relevant). A text without any token is not
// run and has all probabilities zero.
type Prediction struct {
	Relevance  float32                        // P(food)
	Sentiments [3]float32                     // in order of mention.SentimentLabels
	Intents    [5]float32                     // in order of mention.IntentLabels
	Aspects    [mention.NumAspects][4]float32 // in order of mention.AspectNames and AspectLabels
	Tokens     int                            // tokens read, without [CLS] and [SEP]
	Unknown    float32                        // share of them that the vocabulary cannot spell
}

// Readable reports whether the model could read the text: it has tokens, and at
// most half of them are unknown. What the heads say of other texts is noise.
func (p *Prediction) Readable() bool { return p.Tokens > 0 && p.Unknown <= 0.5 }
