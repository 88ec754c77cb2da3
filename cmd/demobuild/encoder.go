package main

import (
	"log/slog"

	"antojo/internal/infer"
)

// openEncoder opens the model in a folder on the disk, not the one built into this
// program, so that a new model can be used without building twice.
func openEncoder(dir string) (*infer.Encoder, error) {
	return infer.Open(infer.Options{Dir: dir, Logger: slog.Default()})
}
