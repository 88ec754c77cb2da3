package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// PullOptions say what to bring in.
type PullOptions struct {
	Name    string
	Version string            // "" means that of its config.json, else the beginning of its checksum
	From    string            // folder, or http(s) URL that the names of the files are appended to
	ONNX    string            // name of the ONNX file there; "" means model.onnx, else onnx/model.onnx
	SHA256  map[string]string // expected checksums by file name (model.onnx for the model); required for the model from a URL
	Map     Mapping           // nil if the model's labels speak for themselves
	// Try opens the model and lets it read; its error keeps the model out.
	Try func(ctx context.Context, dir string) error
	// Client fetches URLs; nil means a plain one.
	Client *http.Client
}

// Pulled is what came in.
type Pulled struct {
	ID, Dir string
	Absent  []string // heads that the model lacks
	SHA256  map[string]string
}

// wanted are the files of a model folder and the most that each may hold.
var wanted = []struct {
	name     string
	most     int64
	optional bool
}{
	{"config.json", 1 << 20, false},
	{"tokenizer.json", 64 << 20, false},
	{"model.onnx", 2 << 30, false},
	{"model.tfidf", 256 << 20, false},
	{"README.md", 1 << 20, true},
	{"metrics.json", 8 << 20, true},
	{"confusion.json", 8 << 20, true},
	{"calibration.json", 8 << 20, true},
}

var validSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Pull copies or fetches a model folder, checks its checksums, adapts its
// config.json, lets o.Try read with it and puts it in its place. Until then it is
// in a folder of its own, which is removed on any error.
func (r *Registry) Pull(ctx context.Context, o PullOptions) (p Pulled, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("pull model %s: %w", o.Name, err)
		}
	}()
	if err := checkID(o.Name); err != nil {
		return p, err
	}
	if o.Version != "" {
		if err := checkID(o.Version); err != nil {
			return p, err
		}
	}
	remote := strings.HasPrefix(o.From, "https://") || strings.HasPrefix(o.From, "http://")
	for name, sum := range o.SHA256 {
		if !validSum.MatchString(sum) {
			return p, fmt.Errorf("the checksum %q of %s is not 64 hexadecimal digits", sum, name)
		}
	}
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return p, fmt.Errorf("make the folder of models: %w", err)
	}
	temp, err := os.MkdirTemp(r.Dir, ".pull-")
	if err != nil {
		return p, err
	}
	defer os.RemoveAll(temp)

	var src source = folder{o.From}
	if remote {
		u, err := url.Parse(strings.TrimSuffix(o.From, "/") + "/")
		if err != nil {
			return p, fmt.Errorf("%s is not a URL: %w", o.From, err)
		}
		client := o.Client
		if client == nil {
			client = &http.Client{Timeout: time.Hour}
		}
		src = site{client, u}
	} else if st, err := os.Stat(o.From); err != nil || !st.IsDir() {
		return p, fmt.Errorf("%s is neither a folder nor an http(s) URL", o.From)
	}
	if p.SHA256, err = fetch(ctx, src, temp, o); err != nil {
		return p, err
	}
	for _, name := range sorted(o.SHA256) {
		if got, ok := p.SHA256[name]; !ok {
			return p, fmt.Errorf("a checksum is given for %s, but the model has no such file", name)
		} else if got != o.SHA256[name] {
			return p, fmt.Errorf("%s has the SHA-256 %s, want %s: it is damaged or another version", name, got, o.SHA256[name])
		}
	}
	weights := "model.onnx"
	if _, ok := p.SHA256[weights]; !ok {
		weights = "model.tfidf"
	}
	if remote && o.SHA256[weights] == "" {
		return p, fmt.Errorf("a model from a URL needs its checksum: --sha256 HEX of %s (this download has %s; use it only if you trust it)", weights, p.SHA256[weights])
	}
	if err := finish(temp, weights, &o, &p); err != nil {
		return p, err
	}
	p.ID = o.Name + "-" + o.Version
	if p.Dir, err = r.Reserve(p.ID); err != nil {
		return p, err
	}
	if o.Try != nil {
		if err := o.Try(ctx, temp); err != nil {
			return p, err
		}
	}
	return p, os.Rename(temp, p.Dir)
}

// finish writes config.json with our section, and origin.json; it settles the version.
func finish(temp, weights string, o *PullOptions, p *Pulled) error {
	b, err := os.ReadFile(filepath.Join(temp, "config.json"))
	if err != nil {
		return err
	}
	if o.Version == "" {
		var c struct {
			Antojo struct {
				Version string `json:"version"`
			} `json:"antojo"`
		}
		if json.Unmarshal(b, &c) == nil && checkID(c.Antojo.Version) == nil {
			o.Version = c.Antojo.Version
		} else {
			o.Version = p.SHA256[weights][:8]
		}
	}
	if b, p.Absent, err = adapt(b, o.Name, o.Version, o.Map); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temp, "config.json"), b, 0o644); err != nil {
		return err
	}
	if b, err = json.MarshalIndent(Origin{From: o.From, SHA256: p.SHA256}, "", "  "); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temp, originFile), append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Chmod(temp, 0o755)
}

// fetch brings the files into dir and gives their checksums.
func fetch(ctx context.Context, src source, dir string, o PullOptions) (map[string]string, error) {
	sums := map[string]string{}
	classical := false
	for _, w := range wanted {
		if w.name == "tokenizer.json" || w.name == "model.onnx" {
			if classical {
				continue
			}
		} else if w.name == "model.tfidf" && !classical {
			continue
		}
		names := []string{w.name}
		if w.name == "model.onnx" {
			names = []string{"model.onnx", "onnx/model.onnx"}
			if o.ONNX != "" {
				names = []string{o.ONNX}
			}
		}
		var sum string
		var err error
		for _, name := range names {
			if sum, err = copyTo(ctx, src, name, filepath.Join(dir, w.name), w.most); !errors.Is(err, fs.ErrNotExist) {
				break
			}
		}
		if errors.Is(err, fs.ErrNotExist) && w.optional {
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no %s in %s: a model folder holds config.json, tokenizer.json and model.onnx", strings.Join(names, " nor "), o.From)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		sums[w.name] = sum
		if w.name == "config.json" {
			b, err := os.ReadFile(filepath.Join(dir, w.name))
			if err != nil {
				return nil, err
			}
			var c struct {
				ModelType string `json:"model_type"`
			}
			if err := json.Unmarshal(b, &c); err != nil {
				return nil, fmt.Errorf("config.json is not valid JSON: %w", err)
			}
			classical = strings.HasPrefix(c.ModelType, "tfidf-")
		}
	}
	return sums, nil
}

// copyTo writes at most so many bytes to a file and gives its checksum.
func copyTo(ctx context.Context, src source, name, to string, most int64) (string, error) {
	in, err := src.open(ctx, name)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), io.LimitReader(in, most+1))
	if e := out.Close(); err == nil {
		err = e
	}
	if err == nil && n > most {
		err = fmt.Errorf("it is larger than %d MB", most>>20)
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// source is where the files are; open gives an error that is fs.ErrNotExist for
// one that is not there.
type source interface {
	open(ctx context.Context, name string) (io.ReadCloser, error)
}

type folder struct{ dir string }

func (f folder) open(_ context.Context, name string) (io.ReadCloser, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("%q leads out of the model's folder", name)
	}
	file, err := os.Open(filepath.Join(f.dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	if st, err := file.Stat(); err != nil || !st.Mode().IsRegular() {
		file.Close()
		return nil, errors.Join(err, fmt.Errorf("%s is not a plain file", name))
	}
	return file, nil
}

type site struct {
	client *http.Client
	base   *url.URL
}

func (s site) open(ctx context.Context, name string) (io.ReadCloser, error) {
	if clean := path.Clean("/" + name); clean != "/"+name {
		return nil, fmt.Errorf("%q leads out of the model's folder", name)
	}
	u := s.base.JoinPath(name)
	u.RawQuery = s.base.RawQuery
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return resp.Body, nil
	case http.StatusNotFound:
		resp.Body.Close()
		return nil, fmt.Errorf("%s: %w", u.Redacted(), fs.ErrNotExist)
	}
	resp.Body.Close()
	return nil, fmt.Errorf("%s answers %s", u.Redacted(), resp.Status)
}
