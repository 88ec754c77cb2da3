package train

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"antojo/internal/mention"
)

// A classical model's folder holds config.json (model_type tfidf-logreg or
// tfidf-forest), model.tfidf, metrics.json and README.md.

// ClassicalFile is the name of the file with the features and weights.
const ClassicalFile = "model.tfidf"

const (
	classicalMagic   = "antojo-tfidf-1\n"
	classicalMaxFile = 256 << 20
	classicalMaxData = 1 << 30
)

// classicalConfig is config.json.
type classicalConfig struct {
	ModelType string              `json:"model_type"`
	Antojo    classicalConfigBody `json:"antojo"`
}

type classicalConfigBody struct {
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	Heads     []mention.Head    `json:"heads"`
	Settings  map[string]string `json:"settings"` // chosen by the training, by head
	TrainedOn []string          `json:"trained_on"`
	Rows      map[string]int    `json:"training_rows"`
}

func (c *classicalConfig) setting(head, s string) {
	if c.Antojo.Settings == nil {
		c.Antojo.Settings = map[string]string{}
	}
	c.Antojo.Settings[head] = s
}

func (c *classicalConfig) describe(r *run, m *Classical) {
	c.ModelType = m.Name
	c.Antojo.Name, c.Antojo.Version, c.Antojo.Heads = m.Name, m.Version, mention.Heads
	c.Antojo.Rows = map[string]int{"gold": len(r.set.Train), "stars": len(r.set.StarsTrain)}
	for _, s := range append(slices.Clone(r.cfg.Gold), r.cfg.Stars...) {
		c.Antojo.TrainedOn = append(c.Antojo.TrainedOn, fmt.Sprintf("%s (%s, class %s)", s.Path, s.Licence, s.Class))
	}
}

// classicalData is the content of model.tfidf: the magic, then this as gzipped gob.
type classicalData struct {
	Words, Chars []string // by feature: first the words, then the characters
	IDF          []float32
	Linear       []linearData // by head, or none
	Forests      []*forest    // by head, or none
}

// linearData holds weights in 16 bits: w = Scale · int16, little endian.
type linearData struct {
	Classes int
	Scale   float32
	W       []byte
}

func packLinear(l *linear) linearData {
	top := 0.0
	for _, w := range l.w {
		top = max(top, math.Abs(w))
	}
	d := linearData{Classes: l.classes, Scale: float32(max(top, 1e-9) / math.MaxInt16), W: make([]byte, 2*len(l.w))}
	for i, w := range l.w {
		binary.LittleEndian.PutUint16(d.W[2*i:], uint16(int16(math.Round(max(-math.MaxInt16, min(math.MaxInt16, w/float64(d.Scale)))))))
	}
	return d
}

func (d linearData) unpack() *linear {
	l := &linear{classes: d.Classes, w: make([]float64, len(d.W)/2)}
	for i := range l.w {
		l.w[i] = float64(int16(binary.LittleEndian.Uint16(d.W[2*i:]))) * float64(d.Scale)
	}
	return l
}

// Save writes the model folder; rep are its figures on the development rows.
func (m *Classical) Save(dir string, rep *Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make model folder: %w", err)
	}
	d := classicalData{IDF: m.vec.idf, Words: make([]string, len(m.vec.words)), Chars: make([]string, len(m.vec.chars))}
	for g, i := range m.vec.words {
		d.Words[i] = g
	}
	for g, i := range m.vec.chars {
		d.Chars[int(i)-len(d.Words)] = g
	}
	for h := range mention.Heads {
		if m.Kind == Forest {
			d.Forests = append(d.Forests, m.forests[h])
		} else {
			d.Linear = append(d.Linear, packLinear(m.linear[h]))
		}
	}
	err := writeFile(filepath.Join(dir, ClassicalFile), func(w io.Writer) error {
		if _, err := io.WriteString(w, classicalMagic); err != nil {
			return err
		}
		z := gzip.NewWriter(w)
		if err := gob.NewEncoder(z).Encode(d); err != nil {
			return err
		}
		return z.Close()
	})
	if err == nil {
		err = writeJSON(filepath.Join(dir, "config.json"), m.card)
	}
	if err == nil {
		err = writeJSON(filepath.Join(dir, "metrics.json"), rep)
	}
	if err == nil {
		err = writeFile(filepath.Join(dir, "README.md"), func(w io.Writer) error { return m.writeCard(w, rep) })
	}
	return err
}

// writeCard writes the model card.
func (m *Classical) writeCard(w io.Writer, rep *Report) error {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("# %s %s\n", m.Name, m.Version)
	p("A baseline: %s, one classifier for each head, on %d features (words and pairs of words, pieces of two to five letters inside words). It was trained on the same labelled rows as the encoder of this version (%v) and shows what a model must beat. Use it with `--model`.\n", m.info.Engine, len(m.vec.idf), m.card.Antojo.Rows)
	p("| rows | figure | most frequent label | value [95 %%] |\n| --- | --- | --- | --- |")
	for _, s := range rep.Sets {
		for _, e := range s.Headline {
			p("| %s (%d) | %s | %.3f | %.3f [%.3f, %.3f] |", s.Name, s.Rows, e.Measure, s.Majority[e.Measure], e.Value, e.Low, e.High)
		}
	}
	p("\nTrained on: %s.", strings.Join(m.card.Antojo.TrainedOn, "; "))
	_, err := io.WriteString(w, b.String())
	return err
}

// IsClassical tells from the content of config.json whether a model folder holds a
// classical model.
func IsClassical(config []byte) bool {
	var c struct {
		ModelType string `json:"model_type"`
	}
	return json.Unmarshal(config, &c) == nil && strings.HasPrefix(c.ModelType, "tfidf-")
}

// OpenClassical reads the model in a folder of a file system; shown is how errors
// name the folder.
func OpenClassical(fsys fs.FS, shown string) (*Classical, error) {
	m, err := readClassical(fsys, shown)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w; put back a whole model folder, or train it again (antojo train --task baseline)", shown, err)
	}
	return m, nil
}

func readClassical(fsys fs.FS, shown string) (*Classical, error) {
	b, err := fs.ReadFile(fsys, "config.json")
	if err != nil {
		return nil, err
	}
	m := &Classical{}
	if err := json.Unmarshal(b, &m.card); err != nil {
		return nil, fmt.Errorf("config.json is not valid JSON: %w", err)
	}
	kind, _ := strings.CutPrefix(m.card.ModelType, "tfidf-")
	if kind != LogReg && kind != Forest {
		return nil, fmt.Errorf("config.json has the model_type %q, want tfidf-%s or tfidf-%s", m.card.ModelType, LogReg, Forest)
	}
	if !slices.EqualFunc(m.card.Antojo.Heads, mention.Heads, func(a, b mention.Head) bool { return a.Name == b.Name && slices.Equal(a.Labels, b.Labels) }) {
		return nil, errors.New("config.json lists other heads than this program has")
	}
	m.Kind, m.Name, m.Version = kind, m.card.Antojo.Name, m.card.Antojo.Version
	f, err := fsys.Open(ClassicalFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if b, err = io.ReadAll(io.LimitReader(f, classicalMaxFile+1)); err != nil {
		return nil, err
	}
	if len(b) > classicalMaxFile {
		return nil, fmt.Errorf("%s is larger than %d MB", ClassicalFile, classicalMaxFile>>20)
	}
	if err := m.parse(b); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", ClassicalFile, err)
	}
	m.fillInfo(shown, len(b))
	return m, nil
}

// parse reads the content of model.tfidf; m.Kind is set.
func (m *Classical) parse(b []byte) error {
	b, ok := bytes.CutPrefix(b, []byte(classicalMagic))
	if !ok {
		return errors.New("it does not begin as such a file does")
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return err
	}
	var d classicalData
	if err := gob.NewDecoder(io.LimitReader(z, classicalMaxData)).Decode(&d); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(z, 1<<20)); err != nil { // the checksum stands at the end
		return err
	}
	n := len(d.IDF)
	if n == 0 || len(d.Words)+len(d.Chars) != n {
		return fmt.Errorf("%d features and %d weights for them", len(d.Words)+len(d.Chars), n)
	}
	m.vec = &tfidf{words: make(map[string]int32, len(d.Words)), chars: make(map[string]int32, len(d.Chars)), idf: d.IDF}
	for i, g := range d.Words {
		m.vec.words[g] = int32(i)
	}
	for i, g := range d.Chars {
		m.vec.chars[g] = int32(len(d.Words) + i)
	}
	have := len(d.Linear)
	if m.Kind == Forest {
		have = len(d.Forests)
	}
	if have != numHeads {
		return fmt.Errorf("it has %d heads, want %d", have, numHeads)
	}
	for h, head := range mention.Heads {
		k := len(head.Labels)
		if m.Kind == Forest {
			f := d.Forests[h]
			if err := f.check(k, n); err != nil {
				return fmt.Errorf("%s: %w", head.Name, err)
			}
			m.forests[h], m.numbers[h] = f, f.numbers()
			continue
		}
		l := d.Linear[h]
		if l.Classes != k || len(l.W) != 2*k*(n+1) || !(l.Scale > 0) || math.IsInf(float64(l.Scale), 0) {
			return fmt.Errorf("%s: the weights do not fit %d features and %d classes", head.Name, n, k)
		}
		m.linear[h] = l.unpack()
	}
	return nil
}

// check makes sure that every walk through the trees ends in a leaf.
func (f *forest) check(classes, features int) error {
	if f == nil || f.Classes != classes || len(f.Trees) == 0 || len(f.Features) == 0 || len(f.Features) != len(f.Top) {
		return errors.New("the forest does not fit the head")
	}
	for _, id := range f.Features {
		if id < 0 || int(id) >= features {
			return fmt.Errorf("it asks for feature %d of %d", id, features)
		}
	}
	for i := range f.Trees {
		t := &f.Trees[i]
		n := len(t.Cut)
		if n == 0 || len(t.Feature) != n || len(t.Yes) != n {
			return fmt.Errorf("tree %d is not whole", i)
		}
		for at, cut := range t.Cut {
			y := int(t.Yes[at])
			if cut > 0 && (y <= at || y >= n || at+1 >= n || int(t.Feature[at]) >= len(f.Features)) || cut == 0 && (y < 0 || y+classes > len(t.Leaf)) {
				return fmt.Errorf("tree %d is damaged at node %d", i, at)
			}
		}
	}
	return nil
}
