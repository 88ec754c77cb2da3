package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// dataDir is the folder that holds all state of one Antojo: the log, the store
// and the key of the pseudonyms. One process at a time owns it.
type dataDir struct {
	path string
	lock *os.File
}

func (d *dataDir) logDir() string          { return filepath.Join(d.path, "log") }
func (d *dataDir) storePath() string       { return filepath.Join(d.path, "antojo.duckdb") }
func (d *dataDir) themesPath() string      { return filepath.Join(d.path, "topics.json") }
func (d *dataDir) correctionsPath() string { return filepath.Join(d.path, "corrections.jsonl") }
func (d *dataDir) keyPath() string         { return filepath.Join(d.path, "author.key") }

// owner is what the lock file says of the process that holds it.
type owner struct {
	PID    int    `json:"pid"`
	Listen string `json:"listen,omitempty"` // address of its web server, if it serves
}

// BusyError says that another process owns the data dir.
type BusyError struct {
	Dir   string
	Owner owner
}

func (e *BusyError) Error() string {
	if e.Owner.Listen != "" {
		return fmt.Sprintf("data dir %s is in use by the server on http://%s (process %d): use its pages (http://%s/fuentes takes uploads), stop it, or name another folder with --data",
			e.Dir, e.Owner.Listen, e.Owner.PID, e.Owner.Listen)
	}
	return fmt.Sprintf("data dir %s is in use by process %d: wait until it ends, stop it, or name another folder with --data", e.Dir, e.Owner.PID)
}

// openDataDir creates the folder if need be and takes its lock. The lock is the
// kernel's (flock), so it goes with the process however that ends.
func openDataDir(path string) (*dataDir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data dir %s: %w", path, err)
	}
	if st, err := os.Stat(abs); err == nil && !st.IsDir() {
		return nil, fmt.Errorf("data dir %s is a file: name a folder with --data", abs)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return nil, explainDir(abs, err)
	}
	f, err := os.OpenFile(filepath.Join(abs, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explainDir(abs, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock data dir %s: %w (a network file system without locks cannot hold it)", abs, err)
		}
		busy := &BusyError{Dir: abs}
		_ = json.NewDecoder(f).Decode(&busy.Owner) // best effort: the message is complete without it
		return nil, busy
	}
	d := &dataDir{path: abs, lock: f}
	if err := d.announce(""); err != nil {
		f.Close()
		return nil, explainDir(abs, err)
	}
	return d, nil
}

func explainDir(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("data dir %s cannot be written: %w; give the folder write permission or name another one with --data", path, err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("data dir %s: the disk is full: %w; free some space or name another folder with --data", path, err)
	}
	return fmt.Errorf("data dir %s: %w", path, err)
}

// announce writes who owns the folder, this process and the address it serves on
// (or ""), for the message that a second process shows.
func (d *dataDir) announce(listen string) error {
	b, err := json.Marshal(owner{PID: os.Getpid(), Listen: listen})
	if err != nil {
		return err
	}
	if err := d.lock.Truncate(0); err != nil {
		return err
	}
	_, err = d.lock.WriteAt(append(b, '\n'), 0)
	return err
}

func (d *dataDir) close() error { return d.lock.Close() }
