package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func (d *dataDir) auditPath() string { return filepath.Join(d.path, "audit.jsonl") }

// appendAudit adds one line; when it returns, the line is on disk.
func appendAudit(path string, line any) error {
	b, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("audit line: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("write audit line: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write audit line to %s: %w", path, err)
	}
	return nil
}

// hasData says what to do when there is no data dir yet.
func hasData(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no data in %s yet: import a file (antojo import FILE) or try the demo (antojo demo), or name another folder with --data", path)
	}
	return nil
}

func authorsOf(ms []keptMention) []string {
	var out []string
	for i := range ms {
		if a := ms[i].Author; a != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// maxQuoteFile is the largest file that quotedIn looks into.
const maxQuoteFile = 64 << 20

// leastQuote is how many bytes a text must have to be told from chance.
const leastQuote = 12

// quotedIn names the files of the data dir, other than the store and the log, that
// hold the id or the whole text of a mention: approved briefs, ideas, saved reports.
func quotedIn(dir string, ms []keptMention) ([]string, error) {
	var needles [][]byte
	for i := range ms {
		m := &ms[i]
		needles = append(needles, []byte(m.ID.String()))
		if len(m.Text) < leastQuote {
			continue
		}
		needles = append(needles, []byte(m.Text))
		if b, err := json.Marshal(m.Text); err == nil {
			needles = append(needles, bytes.Trim(b, `"`))
		}
	}
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() && rel == "log" {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || strings.HasPrefix(rel, "antojo.duckdb") || rel == "audit.jsonl" || rel == "author.key" {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > maxQuoteFile {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(needles, func(n []byte) bool { return bytes.Contains(data, n) }) {
			out = append(out, rel)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for quotes in %s: %w", dir, err)
	}
	return out, nil
}
