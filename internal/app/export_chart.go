package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"antojo/internal/web"
)

// exportChart writes a chart of the pages as a picture: the pages draw it, so that the
// file is what their link gives.
func (c *cli) exportChart(ctx context.Context, name, format, out, lang string, q url.Values) error {
	if !slices.Contains(web.FigureNames, name) {
		return usagef("--chart %q: want one of %s", name, strings.Join(web.FigureNames, ", "))
	}
	if format == "" {
		if format = strings.TrimPrefix(filepath.Ext(out), "."); format == "" {
			format = "svg"
		}
	}
	if format != "svg" && format != "png" {
		return usagef("--format %q: a chart is written as svg or png", format)
	}
	q.Set("lang", lang)
	n, err := c.openReader(ctx)
	if err != nil {
		return err
	}
	defer n.close()
	data, err := correct(n.store, c.model)
	if err != nil {
		return err
	}
	pages, err := web.New(web.Options{Data: withSeries{data, n.dir.seriesPath()}, Lexicon: n.lexicon, Program: "antojo " + c.version, Logger: n.log})
	if err != nil {
		return err
	}
	defer pages.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, web.FigurePrefix+name+"."+format+"?"+q.Encode(), nil)
	if err != nil {
		return fmt.Errorf("export chart: %w", err)
	}
	r.Host = "localhost"
	answer := &kept{header: http.Header{}, status: http.StatusOK}
	pages.ServeHTTP(answer, r)
	if answer.status != http.StatusOK {
		var p struct {
			Detail string `json:"detail"`
		}
		if json.Unmarshal(answer.body.Bytes(), &p) != nil || p.Detail == "" {
			p.Detail = http.StatusText(answer.status)
		}
		err := fmt.Errorf("export chart %s: %s", name, p.Detail)
		if answer.status == http.StatusBadRequest {
			return usageError{err}
		}
		return err
	}
	if out == "" || out == "-" {
		_, err := answer.body.WriteTo(c.Out)
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(out), ".antojo-export-*")
	if err != nil {
		return fmt.Errorf("write %s: %w; give the path of a file in a folder that can be written", out, err)
	}
	_, err = answer.body.WriteTo(tmp)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), out)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", out, err), os.Remove(tmp.Name()))
	}
	_, err = fmt.Fprintf(c.Err, "antojo: %s in %s\n", name, out)
	return err
}

// kept is an answer kept in memory.
type kept struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(b []byte) (int, error) { return k.body.Write(b) }
