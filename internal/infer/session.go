package infer

import (
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// session is one single-threaded ONNX Runtime session with the buffers of its
// inputs and outputs. One goroutine uses it at a time.
type session struct {
	run    *ort.DynamicAdvancedSession
	inputs []string
	width  int

	ids, mask, types []int64
	logits           []float32
}

func newSession(model []byte, g graphInfo, width int) (*session, error) {
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer so.Destroy()
	level := ort.GraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll)
	if g.meta["antojo.optimization"] == "basic" { // train/onnx says why
		level = ort.GraphOptimizationLevelEnableBasic
	}
	for _, set := range []func() error{
		func() error { return so.SetIntraOpNumThreads(1) },
		func() error { return so.SetInterOpNumThreads(1) },
		func() error { return so.SetGraphOptimizationLevel(level) },
		// A memory pattern is kept for every shape ever seen, and shapes vary here.
		func() error { return so.SetMemPattern(false) },
		// Without the arena every pass takes its memory from the system anew: 6 % of the
		// processor time went into clearing pages. Passes are bounded (maxTokens), so
		// what the arena keeps is too.
		func() error { return so.SetCpuMemArena(true) },
	} {
		if err := set(); err != nil {
			return nil, err
		}
	}
	s, err := ort.NewDynamicAdvancedSessionWithONNXData(model, g.inputs, []string{"logits"}, so)
	if err != nil {
		return nil, err
	}
	return &session{run: s, inputs: g.inputs, width: width}, nil
}

// newSessions opens n sessions side by side; each spends a while on laying out the
// weights for the processor. The first runs a tiny batch.
func newSessions(n int, model []byte, g graphInfo, width int) ([]*session, error) {
	all := make([]*session, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			if all[i], errs[i] = newSession(model, g, width); errs[i] == nil && i == 0 {
				errs[i] = all[i].try()
			}
		})
	}
	wg.Wait()
	for _, err := range errs { // they have the same cause
		if err != nil {
			for _, s := range all {
				s.close()
			}
			return nil, err
		}
	}
	return all, nil
}

// try runs one tiny batch, so that a model that does not fit is found when it is
// opened and not by the first user.
func (s *session) try() error {
	ids, mask := s.room(1, 2)
	ids[0], ids[1] = 0, 0
	mask[0], mask[1] = 1, 1
	_, err := s.forward(1, 2)
	return err
}

// room returns buffers for the ids and the mask of a batch, [rows, length], to be
// filled before forward. Their content is arbitrary.
func (s *session) room(rows, length int) (ids, mask []int64) {
	n := rows * length
	if cap(s.ids) < n {
		s.ids, s.mask, s.types = make([]int64, n), make([]int64, n), make([]int64, n)
	}
	return s.ids[:n], s.mask[:n]
}

// forward runs the batch in the buffers and returns the logits, [rows, width],
// which are valid until the next call.
func (s *session) forward(rows, length int) ([]float32, error) {
	shape := ort.NewShape(int64(rows), int64(length))
	var inputs []ort.Value
	defer func() {
		for _, v := range inputs {
			v.Destroy()
		}
	}()
	for _, name := range s.inputs {
		data := s.types
		switch name {
		case "input_ids":
			data = s.ids
		case "attention_mask":
			data = s.mask
		}
		v, err := ort.NewTensor(shape, data[:rows*length])
		if err != nil {
			return nil, fmt.Errorf("make tensor %s: %w", name, err)
		}
		inputs = append(inputs, v)
	}
	if n := rows * s.width; cap(s.logits) < n {
		s.logits = make([]float32, n)
	}
	out, err := ort.NewTensor(ort.NewShape(int64(rows), int64(s.width)), s.logits[:rows*s.width])
	if err != nil {
		return nil, fmt.Errorf("make tensor logits: %w", err)
	}
	defer out.Destroy()
	if err := s.run.Run(inputs, []ort.Value{out}); err != nil {
		return nil, fmt.Errorf("run model on %d texts of %d tokens: %w", rows, length, err)
	}
	return s.logits[:rows*s.width], nil
}

func (s *session) close() {
	if s != nil && s.run != nil {
		s.run.Destroy()
		s.run = nil
	}
}
