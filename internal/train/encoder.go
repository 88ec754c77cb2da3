package train

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// EncoderConfig says where a training run reads and writes.
type EncoderConfig struct {
	Config  *Config
	Data    string // folder that the paths of Config are relative to
	Work    string // checkpoints; a run that was stopped goes on from here
	Out     string // model folder to write
	Threads int
}

// Pretrain learns vocabulary and encoder by masked language modelling into the
// work folder: the first and longest stage of Encoder.
func Pretrain(ctx context.Context, c EncoderConfig, log io.Writer) error {
	r, err := newRun(c, log)
	if err != nil {
		return err
	}
	tok, err := r.tokenizer()
	if err != nil {
		return err
	}
	_, err = r.pretrain(ctx, tok)
	return err
}

func newRun(c EncoderConfig, log io.Writer) (*run, error) {
	if err := os.MkdirAll(c.Work, 0o755); err != nil {
		return nil, fmt.Errorf("make work folder: %w", err)
	}
	r := &run{cfg: c.Config, data: c.Data, work: c.Work, threads: max(1, c.Threads), log: log, start: time.Now()}
	var err error
	if r.set, err = c.Config.Load(c.Data); err != nil {
		return nil, err
	}
	r.logf("labelled rows: gold %d to train and %d to develop, stars %d and %d",
		len(r.set.Train), len(r.set.Dev), len(r.set.StarsTrain), len(r.set.StarsDev))
	return r, nil
}
