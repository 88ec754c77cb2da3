// Package registry keeps models beside the built-in one: a folder for each, named
// NAME-VERSION, in the data dir. What a model is, and whether it works, is the
// caller's business; this package brings it in whole or not at all.
//
// Read next: pull.go (bringing a model in), mapping.go (models with other labels).
package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// Builtin is the name that stands for the model inside the program.
const Builtin = "builtin"

// Registry is a folder of model folders; it need not exist.
type Registry struct{ Dir string }

// Entry is one model.
type Entry struct {
	ID      string // name of its folder
	Dir     string
	Type    string // model_type of config.json: bert, tfidf-logreg, …
	Bytes   int64  // of all files
	Origin  *Origin
	Default bool
}

// Origin is origin.json: where a pulled model came from.
type Origin struct {
	From   string            `json:"from"`
	SHA256 map[string]string `json:"sha256"` // of the files as they came, by name
}

const (
	originFile  = "origin.json"
	defaultFile = "default" // holds the ID of the model in use
)

var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

// checkID refuses names that are no plain folder name.
func checkID(id string) error {
	if !validID.MatchString(id) || strings.Contains(id, "..") {
		return fmt.Errorf("%q is not a name of a model: letters, digits, '.', '_' and '-', at most 128", id)
	}
	return nil
}

// List gives all models by name. Folders without a config.json are not models.
func (r *Registry) List() ([]Entry, error) {
	des, err := os.ReadDir(r.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	chosen, err := r.chosen()
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, de := range des {
		dir := filepath.Join(r.Dir, de.Name())
		b, err := os.ReadFile(filepath.Join(dir, "config.json"))
		if err != nil || checkID(de.Name()) != nil {
			continue
		}
		e := Entry{ID: de.Name(), Dir: dir, Default: de.Name() == chosen}
		var c struct {
			ModelType string `json:"model_type"`
		}
		if json.Unmarshal(b, &c) == nil {
			e.Type = c.ModelType
		}
		if b, err := os.ReadFile(filepath.Join(dir, originFile)); err == nil {
			var o Origin
			if json.Unmarshal(b, &o) == nil {
				e.Origin = &o
			}
		}
		files, err := os.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("list models: %w", err)
		}
		for _, f := range files {
			if i, err := f.Info(); err == nil && i.Mode().IsRegular() {
				e.Bytes += i.Size()
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// Find gives the folder of a model by its ID, or by a name that has one version.
func (r *Registry) Find(ref string) (string, error) {
	es, err := r.List()
	if err != nil {
		return "", err
	}
	var ids, match []string
	for _, e := range es {
		ids = append(ids, e.ID)
		if e.ID == ref {
			return e.Dir, nil
		}
		if strings.HasPrefix(e.ID, ref+"-") {
			match = append(match, e.ID)
		}
	}
	switch {
	case len(match) == 1:
		return filepath.Join(r.Dir, match[0]), nil
	case len(match) > 1:
		return "", fmt.Errorf("%s has the versions %s: name one of them", ref, strings.Join(match, ", "))
	case len(ids) == 0:
		return "", fmt.Errorf("there is no model %s, and no other in %s", ref, r.Dir)
	}
	return "", fmt.Errorf("there is no model %s in %s, only %s", ref, r.Dir, strings.Join(ids, ", "))
}

// chosen reads which model is in use; "" means the built-in one.
func (r *Registry) chosen() (string, error) {
	b, err := os.ReadFile(filepath.Join(r.Dir, defaultFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // no data dir yet, or a file in its place: its owner says so
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read which model is in use: %w", err)
	}
	id := strings.TrimSpace(string(b))
	if err := checkID(id); err != nil {
		return "", fmt.Errorf("read which model is in use: %s: %w; choose one with antojo models use", filepath.Join(r.Dir, defaultFile), err)
	}
	return id, nil
}

// Default gives the folder of the model in use, "" for the built-in one.
func (r *Registry) Default() (string, error) {
	id, err := r.chosen()
	if err != nil || id == "" {
		return "", err
	}
	dir := filepath.Join(r.Dir, id)
	if _, err := os.Stat(filepath.Join(dir, "config.json")); err != nil {
		return "", fmt.Errorf("the model in use, %s, is gone from %s; choose another one with antojo models use", id, r.Dir)
	}
	return dir, nil
}

// Use makes a model the one in use; Builtin goes back to the built-in one.
func (r *Registry) Use(ref string) (string, error) {
	path := filepath.Join(r.Dir, defaultFile)
	if ref == Builtin {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("choose model: %w", err)
		}
		return Builtin, nil
	}
	dir, err := r.Find(ref)
	if err != nil {
		return "", fmt.Errorf("choose model: %w", err)
	}
	id := filepath.Base(dir)
	temp := path + ".new"
	if err := os.WriteFile(temp, []byte(id+"\n"), 0o644); err != nil {
		return "", fmt.Errorf("choose model: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return "", fmt.Errorf("choose model: %w", err)
	}
	return id, nil
}

// Reserve gives the folder for a new model and makes the registry's own; it is an
// error if the model is there already.
func (r *Registry) Reserve(id string) (string, error) {
	if err := checkID(id); err != nil {
		return "", err
	}
	if id == defaultFile || id == Builtin {
		return "", fmt.Errorf("the name %s is taken", id)
	}
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return "", fmt.Errorf("make the folder of models: %w", err)
	}
	dir := filepath.Join(r.Dir, id)
	if _, err := os.Lstat(dir); err == nil {
		return "", fmt.Errorf("%s is there already: delete it or give another version", dir)
	}
	return dir, nil
}

func sorted(m map[string]string) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
