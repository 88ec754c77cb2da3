package bert

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

// A checkpoint is a safetensors file (huggingface.co/docs/safetensors): 8 bytes
// little-endian header length, a JSON header, raw float32. Tensors have this
// package's names and shapes; "adam.m." and "adam.v." prefix the moments. The
// metadata holds the shape ("config"), the step ("step") and what the caller adds.

type tensorInfo struct {
	Type    string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// SaveFile writes model and training state to path, replacing it only once the
// new file is whole. meta is for the caller's own use.
func (t *Trainer) SaveFile(path string, meta map[string]string) error {
	return replaceFile(path, func(w io.Writer) error { return t.model.write(w, t, meta) })
}

// SaveFile writes the weights alone.
func (m *Model) SaveFile(path string, meta map[string]string) error {
	return replaceFile(path, func(w io.Writer) error { return m.write(w, nil, meta) })
}

func replaceFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".checkpoint-*")
	if err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	defer os.Remove(f.Name())
	b := bufio.NewWriterSize(f, 1<<20)
	err = write(b)
	if e := b.Flush(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("save checkpoint %s: %w", path, err)
	}
	return nil
}

func (m *Model) write(w io.Writer, t *Trainer, meta map[string]string) error {
	type item struct {
		name string
		p    *param
		data []float32
	}
	var items []item
	for _, p := range m.params {
		items = append(items, item{p.name, p, p.w})
	}
	md := map[string]string{}
	maps.Copy(md, meta)
	cfg, err := json.Marshal(m.Config)
	if err != nil {
		return err
	}
	md["config"] = string(cfg)
	if t != nil {
		md["step"] = strconv.Itoa(t.t)
		for _, p := range m.params {
			items = append(items, item{"adam.m." + p.name, p, p.m}, item{"adam.v." + p.name, p, p.v})
		}
	}
	head := map[string]any{"__metadata__": md}
	var off int64
	for _, it := range items {
		n := int64(len(it.data)) * 4
		head[it.name] = tensorInfo{"F32", []int{it.p.rows, it.p.cols}, [2]int64{off, off + n}}
		off += n
	}
	h, err := json.Marshal(head)
	if err != nil {
		return err
	}
	for len(h)%8 != 0 {
		h = append(h, ' ')
	}
	if err := binary.Write(w, binary.LittleEndian, uint64(len(h))); err != nil {
		return err
	}
	if _, err := w.Write(h); err != nil {
		return err
	}
	buf := make([]byte, 0, 1<<16)
	for _, it := range items {
		for i, x := range it.data {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
			if len(buf) == cap(buf) || i == len(it.data)-1 {
				if _, err := w.Write(buf); err != nil {
					return err
				}
				buf = buf[:0]
			}
		}
	}
	return nil
}

// LoadFile reads a model; meta is what was given to SaveFile.
func LoadFile(path string) (m *Model, meta map[string]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open checkpoint: %w", err)
	}
	defer f.Close()
	m, _, meta, err = read(bufio.NewReaderSize(f, 1<<20), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("read checkpoint %s: %w", path, err)
	}
	return m, meta, nil
}

// ResumeFile reads a model and goes on training where SaveFile left off.
func ResumeFile(path string, opt Options) (*Trainer, *Model, map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open checkpoint: %w", err)
	}
	defer f.Close()
	m, t, meta, err := read(bufio.NewReaderSize(f, 1<<20), &opt)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read checkpoint %s: %w", path, err)
	}
	return t, m, meta, nil
}

func read(r io.Reader, opt *Options) (*Model, *Trainer, map[string]string, error) {
	var n uint64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		return nil, nil, nil, err
	}
	if n > 16<<20 {
		return nil, nil, nil, fmt.Errorf("the header says that it has %d bytes; this is not a checkpoint", n)
	}
	h := make([]byte, n)
	if _, err := io.ReadFull(r, h); err != nil {
		return nil, nil, nil, err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(h, &raw); err != nil {
		return nil, nil, nil, err
	}
	var meta map[string]string
	if err := json.Unmarshal(raw["__metadata__"], &meta); err != nil {
		return nil, nil, nil, fmt.Errorf("metadata: %w", err)
	}
	var cfg Config
	if err := json.Unmarshal([]byte(meta["config"]), &cfg); err != nil {
		return nil, nil, nil, fmt.Errorf("model shape: %w", err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, nil, nil, err
	}
	if n := cfg.weights() * 4; len(data) < n { // before room is made for them
		return nil, nil, nil, fmt.Errorf("it has %d bytes of weights, its shape needs %d: the file is cut short", len(data), n)
	}
	m, err := New(cfg, 0)
	if err != nil {
		return nil, nil, nil, err
	}
	var t *Trainer
	into := map[string][]float32{}
	for _, p := range m.params {
		into[p.name] = p.w
	}
	if opt != nil {
		t = NewTrainer(m, *opt)
		if t.t, err = strconv.Atoi(meta["step"]); err != nil {
			return nil, nil, nil, fmt.Errorf("this checkpoint has no training state to resume")
		}
		for _, p := range m.params {
			into["adam.m."+p.name], into["adam.v."+p.name] = p.m, p.v
		}
	}
	for name, dst := range into {
		var ti tensorInfo
		if err := json.Unmarshal(raw[name], &ti); err != nil {
			return nil, nil, nil, fmt.Errorf("tensor %s is missing", name)
		}
		lo, hi := ti.Offsets[0], ti.Offsets[1]
		if lo < 0 || hi < lo || hi > int64(len(data)) || hi-lo != int64(len(dst))*4 {
			return nil, nil, nil, fmt.Errorf("tensor %s has %d bytes, want %d", name, hi-lo, len(dst)*4)
		}
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[lo+int64(i)*4:]))
		}
	}
	m.pack(1)
	return m, t, meta, nil
}

// Step is the number of updates done so far.
func (t *Trainer) Step() int { return t.t }

// Model is the model that t trains.
func (t *Trainer) Model() *Model { return t.model }
