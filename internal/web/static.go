package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// static serves the few files beside the pages under names that hold a hash of
// their content: they may be kept forever, and a new version has a new name.
// Compression is done once, at start.
type static struct {
	byPath map[string]*asset
	urls   map[string]string
}

type asset struct {
	contentType string
	etag        string
	plain, gzip []byte
}

var staticFiles = []struct{ name, file, contentType string }{
	{"app.css", "web/dist/app.css", "text/css; charset=utf-8"},
	{"app.js", "web/dist/app.js", "text/javascript; charset=utf-8"},
	{"icon.svg", "web/icon.svg", "image/svg+xml"},
}

func loadStatic(fsys fs.FS) (*static, error) {
	st := &static{byPath: map[string]*asset{}, urls: map[string]string{}}
	for _, f := range staticFiles {
		b, err := fs.ReadFile(fsys, f.file)
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		sum := sha256.Sum256(b)
		hash := hex.EncodeToString(sum[:6])
		var z bytes.Buffer
		zw, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
		if err != nil {
			return nil, fmt.Errorf("compress %s: %w", f.name, err)
		}
		if _, err := zw.Write(b); err != nil {
			return nil, fmt.Errorf("compress %s: %w", f.name, err)
		}
		if err := zw.Close(); err != nil {
			return nil, fmt.Errorf("compress %s: %w", f.name, err)
		}
		ext := path.Ext(f.name)
		u := "/static/" + strings.TrimSuffix(f.name, ext) + "." + hash + ext
		st.urls[f.name] = u
		st.byPath[u] = &asset{f.contentType, `"` + hash + `"`, b, z.Bytes()}
	}
	return st, nil
}

// url is the address of a file by its plain name.
func (st *static) url(name string) string { return st.urls[name] }

func (st *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := st.byPath[r.URL.Path]
	if a == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", a.etag)
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.plain
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}
