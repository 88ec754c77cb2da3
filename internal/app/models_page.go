package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"antojo/assets"
	"antojo/internal/web"
)

// modelShelf tells the page of models what `antojo models list` knows. The files
// are read for each page: they are small, and a model may come while the server runs.
type modelShelf struct {
	c     *cli
	dir   string // of the model that reads in this process; "" = the built-in one
	bytes int64  // of the built-in model
	id    string // of the built-in model
}

// Models implements web.Models.
func (m modelShelf) Models(context.Context) ([]web.Model, error) {
	es, err := m.c.registry().List()
	if err != nil {
		return nil, err
	}
	list := []web.Model{{ID: m.id, Type: "bert", Bytes: m.bytes, Builtin: true, InUse: m.dir == ""}}
	if err := readModelFiles("", &list[0]); err != nil {
		return nil, err
	}
	for _, e := range es {
		x := web.Model{ID: e.ID, Type: e.Type, Bytes: e.Bytes, InUse: m.dir == e.Dir}
		if e.Origin != nil {
			x.From = e.Origin.From
		}
		if err := readModelFiles(e.Dir, &x); err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

func readModelFiles(dir string, m *web.Model) error {
	for name, to := range map[string]*[]byte{"metrics.json": &m.Metrics, "confusion.json": &m.Confusion, "calibration.json": &m.Calibration, "README.md": &m.Card} {
		b, err := readModelFile(dir, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read %s of model %s: %w", name, m.ID, err)
		}
		*to = b
	}
	return nil
}

// modelShelf opens the built-in model's description once.
func (c *cli) modelShelf() (modelShelf, error) {
	dir, err := c.resolveModel(c.model)
	if err != nil {
		return modelShelf{}, err
	}
	var met struct{ Model, Version string }
	b, err := readModelFile("", "metrics.json")
	if err == nil {
		err = json.Unmarshal(b, &met)
	}
	if err != nil {
		return modelShelf{}, fmt.Errorf("read metrics.json of the built-in model: %w", err)
	}
	m := modelShelf{c: c, dir: dir, id: met.Model + "-" + met.Version}
	f, err := fs.Stat(assets.Model, "model/model.onnx")
	if err != nil {
		return modelShelf{}, fmt.Errorf("built-in model: %w", err)
	}
	m.bytes = f.Size()
	return m, nil
}
