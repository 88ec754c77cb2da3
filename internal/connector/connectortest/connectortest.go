// Package connectortest is the suite that every connector passes.
package connectortest

import (
	"context"
	"errors"
	"testing"
	"unicode/utf8"

	"antojo/internal/connector"
	"antojo/internal/mention"

	"github.com/google/go-cmp/cmp"
)

// Run checks what a collector relies on. open must return a fresh connector over
// the same data each time, with at least two mentions in it.
func Run(t *testing.T, open func(t *testing.T) connector.Connector) {
	t.Helper()
	collect := func(t *testing.T) (raws []mention.Raw, bad []mention.Rejection) {
		c := open(t)
		defer c.Close()
		err := c.Collect(t.Context(), func(r mention.Raw) error { raws = append(raws, r); return nil },
			func(r mention.Rejection) { bad = append(bad, r) })
		if err != nil {
			t.Fatalf("Collect: %v", err)
		}
		return raws, bad
	}
	t.Run("mentions are complete", func(t *testing.T) {
		raws, bad := collect(t)
		if len(raws) < 2 {
			t.Fatalf("got %d mentions, the suite needs 2", len(raws))
		}
		for _, r := range raws {
			if r.Text == "" || r.Channel == "" || r.File == "" || r.Row < 1 {
				t.Errorf("row %d of %q lacks text, channel, file or row", r.Row, r.File)
			}
			if _, err := mention.ParseSource(string(r.Source)); err != nil {
				t.Errorf("row %d: %v", r.Row, err)
			}
			if r.Rating != 0 && (r.Rating < 1 || r.Rating > 5) {
				t.Errorf("row %d: rating %v", r.Row, r.Rating)
			}
			if r.Department > mention.NumDepartments {
				t.Errorf("row %d: department %d", r.Row, r.Department)
			}
			for _, s := range []string{r.Text, r.Author, r.Place, r.District, r.Channel, r.External, r.Lang} {
				if !utf8.ValidString(s) {
					t.Errorf("row %d holds invalid UTF-8", r.Row)
				}
			}
		}
		for _, r := range bad {
			if r.File == "" || r.Row < 1 || r.Reason == "" {
				t.Errorf("rejection without file, row or reason: %+v", r)
			}
		}
	})
	t.Run("the same twice", func(t *testing.T) {
		raws, bad := collect(t)
		raws2, bad2 := collect(t)
		if d := cmp.Diff(raws, raws2); d != "" {
			t.Errorf("mentions differ between two runs:\n%s", d)
		}
		if d := cmp.Diff(bad, bad2); d != "" {
			t.Errorf("rejections differ between two runs:\n%s", d)
		}
	})
	t.Run("stops when the receiver fails", func(t *testing.T) {
		c := open(t)
		defer c.Close()
		full := errors.New("full")
		n := 0
		err := c.Collect(t.Context(), func(mention.Raw) error { n++; return full }, func(mention.Rejection) {})
		if !errors.Is(err, full) || n != 1 {
			t.Errorf("after the first error: %d calls, error %v", n, err)
		}
	})
	t.Run("stops when cancelled", func(t *testing.T) {
		c := open(t)
		defer c.Close()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := c.Collect(ctx, func(mention.Raw) error { return nil }, func(mention.Rejection) {})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	})
	t.Run("has a name and closes", func(t *testing.T) {
		c := open(t)
		if c.Name() == "" {
			t.Error("no name")
		}
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}
