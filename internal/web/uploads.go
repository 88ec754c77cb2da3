package web

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"antojo/internal/mention"
)

// uploads holds files between preview and import, and the imports that run. An
// uploaded file may hold personal data that has not been redacted yet, so it
// lies in a temporary file whose name is removed as soon as it is open: nobody
// else can open it, and it is gone when the process ends, however it ends.
type uploads struct {
	now func() time.Time
	dir string

	mu     sync.Mutex
	staged map[string]*staged
	jobs   map[string]*job
	order  []string // of jobs, oldest first
}

type staged struct {
	file    *os.File
	name    string
	size    int64
	options ImportOptions
	since   time.Time
}

// job is an import that a form has started.
type job struct {
	mu   sync.Mutex
	name string
	run  mention.Run
	done bool
	err  error
}

const (
	stagedAge = 30 * time.Minute
	maxStaged = 8
	maxJobs   = 50
)

func newUploads(now func() time.Time, dir string) *uploads {
	return &uploads{now: now, dir: dir, staged: map[string]*staged{}, jobs: map[string]*job{}}
}

// stage copies r to a nameless file and returns the token under which it can be taken.
func (u *uploads) stage(name string, r io.Reader, o ImportOptions) (string, *staged, error) {
	f, err := os.CreateTemp(u.dir, "antojo-upload-*")
	if err != nil {
		return "", nil, fmt.Errorf("stage upload: %w", err)
	}
	// Where an open file cannot be removed (Windows) it goes when it is closed.
	removed := os.Remove(f.Name()) == nil
	n, err := io.Copy(f, r)
	if err != nil {
		closeStaged(f, removed)
		return "", nil, fmt.Errorf("stage upload %s: %w", name, err)
	}
	s := &staged{f, name, n, o, u.now()}
	token := rand.Text()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep(maxStaged - 1)
	u.staged[token] = s
	return token, s, nil
}

// take hands a staged file over; the caller closes it.
func (u *uploads) take(token string) (*staged, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep(maxStaged)
	s, ok := u.staged[token]
	delete(u.staged, token)
	return s, ok
}

// sweep drops what has waited too long, and the oldest beyond keep.
func (u *uploads) sweep(keep int) {
	for len(u.staged) > 0 {
		oldest, at := "", u.now()
		for token, s := range u.staged {
			if oldest == "" || s.since.Before(at) {
				oldest, at = token, s.since
			}
		}
		if len(u.staged) <= keep && u.now().Sub(at) < stagedAge {
			return
		}
		u.staged[oldest].close()
		delete(u.staged, oldest)
	}
}

func (u *uploads) start(name string) (string, *job) {
	u.mu.Lock()
	defer u.mu.Unlock()
	id := rand.Text()
	j := &job{name: name}
	u.jobs[id] = j
	u.order = append(u.order, id)
	if len(u.order) > maxJobs {
		delete(u.jobs, u.order[0])
		u.order = u.order[1:]
	}
	return id, j
}

func (u *uploads) job(id string) (*job, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	j, ok := u.jobs[id]
	return j, ok
}

func (u *uploads) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep(0)
}

func (s *staged) close() { closeStaged(s.file, false) }

func closeStaged(f *os.File, removed bool) {
	f.Close()
	if !removed {
		os.Remove(f.Name()) // already gone where it could be removed while open
	}
}

func (s *staged) asFile() File { return File{Name: s.name, Size: s.size, ReaderAt: s.file} }

func (j *job) report(r mention.Run) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.run = r
}

func (j *job) finish(r mention.Run, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.ID != "" {
		j.run = r
	}
	j.done, j.err = true, err
}

func (j *job) state() (run mention.Run, done bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.run, j.done, j.err
}
