package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"

	"antojo/assets"
	"antojo/internal/metric"
	"antojo/internal/metric/prevalence"
	"antojo/internal/store/duckdb"
)

// corrected is the store as pages and commands ask it: its figures are corrected
// for the model's errors. All else passes through.
type corrected struct {
	*duckdb.Store
	figures *prevalence.Querier
}

// Query answers with corrected figures.
func (c corrected) Query(ctx context.Context, q metric.Query) (metric.Result, error) {
	return c.figures.Query(ctx, q)
}

// correct wraps a store with the confusion matrices of the built-in model and of
// the one in dir, if it has any; dir may be "".
func correct(s *duckdb.Store, dir string) (corrected, error) {
	models, err := confusions(dir)
	if err != nil {
		return corrected{}, err
	}
	return corrected{s, prevalence.NewQuerier(s, models, time.Now)}, nil
}

// confusions reads the confusion.json of the built-in model and that of dir. A
// folder without one is a model whose figures are shown as it counts them.
func confusions(dir string) ([]*prevalence.Model, error) {
	var out []*prevalence.Model
	add := func(fsys fs.FS, name, shown string) error {
		b, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read confusion matrices %s: %w", shown, err)
		}
		c, err := prevalence.Read(bytes.NewReader(b))
		if err != nil {
			return fmt.Errorf("%s: %w", shown, err)
		}
		out = append(out, prevalence.New(c))
		return nil
	}
	const name = "confusion.json"
	if err := add(assets.Model, path.Join("model", name), "of the built-in model"); err != nil {
		return nil, err
	}
	if dir != "" {
		if err := add(os.DirFS(dir), name, path.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
