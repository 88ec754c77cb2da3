package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/api/token"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/store"
)

// Import is an upload and what became of its rows.
type Import struct {
	ID         string      `json:"id" doc:"also the id of its run"`
	Status     string      `json:"status" enum:"running,done,failed"`
	File       string      `json:"file"`
	Source     string      `json:"source,omitempty" doc:"of rows that name none"`
	Channel    string      `json:"channel,omitempty"`
	Started    time.Time   `json:"started"`
	Finished   *time.Time  `json:"finished" doc:"null while it runs"`
	Accepted   int64       `json:"accepted" doc:"rows that are new"`
	Duplicate  int64       `json:"duplicate" doc:"rows that were there already"`
	Rejected   int64       `json:"rejected" doc:"rows left out"`
	Undated    int64       `json:"undated" doc:"rows without a date, also counted above"`
	Dead       int64       `json:"dead" doc:"rows that could not be loaded and wait to be replayed"`
	Error      string      `json:"error,omitempty" doc:"why it failed"`
	Rejections []Rejection `json:"rejections" nullable:"false" doc:"the first rows left out"`
	Kind       string      `json:"kind,omitempty" doc:"of a run that is no import: reannotation read stored mentions anew"`
	Total      int64       `json:"total,omitempty" doc:"mentions that such a run goes through"`
	Seen       int64       `json:"seen,omitempty" doc:"of these, read so far"`
	Changed    int64       `json:"changed,omitempty" doc:"of these, now read otherwise"`
}

// Rejection says which row was left out and why.
type Rejection struct {
	Row    int    `json:"row"`
	Reason string `json:"reason"`
}

const shownRejections = 100

func importOf(r mention.Run) Import {
	out := Import{ID: r.ID, Status: string(r.Status), File: r.File, Source: string(r.Source), Channel: r.Channel, Started: r.Started.UTC(),
		Accepted: r.Accepted, Duplicate: r.Duplicate, Rejected: r.Rejected, Undated: r.Undated, Dead: r.Dead, Error: r.Error, Rejections: []Rejection{},
		Kind: r.Kind, Total: r.Total, Seen: r.Seen, Changed: r.Changed}
	if r.File != "" {
		out.File = filepath.Base(r.File) // not where it lay
	}
	if !r.Finished.IsZero() {
		at := r.Finished.UTC()
		out.Finished = &at
	}
	for _, x := range r.Rejections[:min(len(r.Rejections), shownRejections)] {
		out.Rejections = append(out.Rejections, Rejection{x.Row, x.Reason})
	}
	return out
}

// imports holds the uploads that are read, and which idempotency keys are in use.
type imports struct {
	s     *Server
	slots chan struct{}

	mu   sync.Mutex
	busy map[string]bool        // keys whose upload is under way
	jobs map[string]mention.Run // what the book does not know yet, or never will
	old  []string               // of jobs, oldest first
	keys map[string]keyed       // where there is no State
}

const (
	maxImports = 4   // uploads read at once
	maxJobs    = 100 // remembered
)

func newImports(s *Server) *imports {
	return &imports{s: s, slots: make(chan struct{}, maxImports), busy: map[string]bool{}, jobs: map[string]mention.Run{}, keys: map[string]keyed{}}
}

type importIn struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"Name of the file; its ending says the format where the content does not." example:"reseñas.csv"`
	Source  string `query:"source" enum:"review,delivery,social,survey" doc:"Source of rows that name none."`
	Channel string `query:"channel" maxLength:"100" doc:"Channel of rows that name none; by default from the name."`
	Key     string `header:"Idempotency-Key" maxLength:"200" doc:"Any text that is new for each upload: a request that is sent again with the same key and the same file is answered with the import that the first one began."`
}

type importOut struct {
	Location string `header:"Location" doc:"where its status is"`
	Replayed string `header:"Idempotency-Replayed" doc:"true where the key was used before"`
	Body     Import
}

var uploadTypes = []string{"text/csv", "text/tab-separated-values", ndjson, "application/json",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.apache.parquet", "application/octet-stream"}

func (s *Server) registerImports() {
	op := post("create-import", "imports", "/imports", "Upload mentions",
		"The body is the file itself: CSV, TSV, JSONL, JSON, XLSX or Parquet, of any size up to the server's limit. Columns are found by their Spanish or English names, as in `antojo import`. "+
			"The answer comes as soon as the file is whole and understood; its rows are then read, and the status tells how far that is. "+
			"Rows that were imported before are counted as duplicates, so sending a file twice does no harm.",
		token.Write, http.StatusAccepted)
	op.Metadata = timeout(-1)
	op.Errors = []int{400, 401, 403, 409, 413, 422, 429, 503}
	add(s, op, s.createImport)
	// Documented afterwards: the framework would read a body that it knows of into memory.
	body := &huma.RequestBody{Required: true, Description: "the file", Content: map[string]*huma.MediaType{}}
	for _, t := range uploadTypes {
		body.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	s.api.OpenAPI().Paths[base+"/imports"].Post.RequestBody = body
	add(s, get("get-import", "imports", "/imports/{id}", "Status of an upload", ""), s.getImport)
}

func (s *Server) createImport(ctx context.Context, in *importIn) (*importOut, error) {
	x := exchangeOf(ctx)
	name := filepath.Base(strings.ReplaceAll(in.Name, `\`, "/"))
	if name == "." || name == ".." || name == "/" || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return nil, fieldProblem("query.name", "want the name of a file", in.Name)
	}
	select {
	case s.imports.slots <- struct{}{}:
	default:
		x.w.Header().Set("Retry-After", "5")
		return nil, problem(http.StatusServiceUnavailable, "%d uploads are being read, as many as this server takes; try again in a moment", maxImports)
	}
	free := func() { <-s.imports.slots }
	key := ""
	if in.Key != "" {
		key = slot(x.client(), in.Key)
		if !s.imports.claim(key) {
			free()
			return nil, problem(http.StatusConflict, "a request with this Idempotency-Key is being answered; wait for it")
		}
		defer s.imports.release(key)
	}
	out, begun, err := s.receive(ctx, in, name, key, free)
	if !begun {
		free()
	}
	return out, err
}

// receive takes the file and begins its import; begun: free is called when it ends.
func (s *Server) receive(ctx context.Context, in *importIn, name, key string, free func()) (out *importOut, begun bool, err error) {
	x := exchangeOf(ctx)
	rc := http.NewResponseController(x.w)
	_ = rc.SetWriteDeadline(time.Time{})
	print := sha256.New()
	for _, part := range []string{name, in.Source, in.Channel} {
		writeField(print, part)
	}
	body := http.MaxBytesReader(x.w, x.r.Body, s.o.MaxUpload)
	f, size, err := stage(s.o.StagingDir, io.TeeReader(&patient{body, rc}, print))
	if err != nil {
		return nil, false, uploadProblem(err)
	}
	defer func() {
		if !begun {
			f.close()
		}
	}()
	if size == 0 {
		return nil, false, fieldProblem("body", "the file is empty", nil)
	}
	sum := hex.EncodeToString(print.Sum(nil))
	if key != "" {
		old, ok, err := s.imports.recall(ctx, key, x.client(), in.Key)
		if err != nil {
			return nil, false, err
		}
		if ok && old.Print != sum {
			return nil, false, fieldProblem("header.Idempotency-Key", "the key was used for another file or other choices; a new upload needs a new key", nil)
		}
		if ok {
			run, err := s.imports.run(ctx, old.Import)
			if err == nil {
				return &importOut{base + "/imports/" + run.ID, "true", importOf(run)}, false, nil
			}
			if !errors.Is(err, store.ErrNotFound) {
				return nil, false, err
			}
		}
	}
	now := s.o.Now().UTC().Truncate(time.Millisecond)
	up := Upload{ID: pipeline.NewRunID(now), Name: name, Size: size, Source: mention.Source(in.Source), Channel: in.Channel, ReaderAt: f.file}
	if err := s.o.Import.Check(ctx, up); err != nil {
		return nil, false, err
	}
	if key != "" {
		if err := s.imports.remember(ctx, key, keyed{Who: x.client(), Key: in.Key, Print: sum, Import: up.ID, At: now}); err != nil {
			return nil, false, err
		}
	}
	run := mention.Run{ID: up.ID, File: privacy.Log(name), Source: up.Source, Channel: up.Channel, Started: now, Status: mention.Running}
	s.imports.note(run)
	s.work.Go(func() {
		defer free()
		defer f.close()
		done, err := s.o.Import.Import(s.ctx, up)
		if err != nil {
			s.log.Error("import failed", "run", up.ID, "error", err.Error())
		}
		if done.ID == "" || done.Status == mention.Running { // it never came into the book
			done = run
			done.Status, done.Finished = mention.Failed, s.o.Now().UTC()
			done.Error = "the import could not begin; the server's log says why under run " + up.ID
		}
		s.imports.note(done)
	})
	return &importOut{base + "/imports/" + up.ID, "", importOf(run)}, true, nil
}

type importStatusIn struct {
	ID string `path:"id" maxLength:"100" doc:"Id of the import."`
}

func (s *Server) getImport(ctx context.Context, in *importStatusIn) (*answer[Import], error) {
	run, err := s.imports.run(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(importOf(run)), nil
}

// run is a run as the book has it, or else as it was noted.
func (m *imports) run(ctx context.Context, id string) (mention.Run, error) {
	m.mu.Lock()
	noted, ok := m.jobs[id]
	m.mu.Unlock()
	if ok && noted.Status != mention.Running {
		return noted, nil
	}
	run, err := m.s.o.Runs.Run(ctx, id)
	if errors.Is(err, store.ErrNotFound) && ok {
		return noted, nil
	}
	return run, err
}

func (m *imports) note(r mention.Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.jobs[r.ID]; !ok {
		m.old = append(m.old, r.ID)
	}
	m.jobs[r.ID] = r
	if len(m.old) > maxJobs {
		delete(m.jobs, m.old[0])
		m.old = m.old[1:]
	}
}

// keyed is what is kept of a key. There are 65,536 places, so that keys take a
// bounded room for ever; where two fall together the older one is forgotten, and an
// upload that is sent again then only finds its rows to be duplicates.
type keyed struct {
	Who    string    `json:"who"`
	Key    string    `json:"key"`
	Print  string    `json:"print"` // SHA-256 of choices and file
	Import string    `json:"import"`
	At     time.Time `json:"at"`
}

const keyAge = 24 * time.Hour

func slot(who, key string) string {
	h := sha256.New()
	writeField(h, who)
	writeField(h, key)
	return "api/import/" + hex.EncodeToString(h.Sum(nil)[:2])
}

func writeField(h hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}

func (m *imports) claim(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.busy[key] {
		return false
	}
	m.busy[key] = true
	return true
}

func (m *imports) release(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.busy, key)
}

func (m *imports) recall(ctx context.Context, place, who, key string) (k keyed, ok bool, err error) {
	if m.s.o.State == nil {
		m.mu.Lock()
		k, ok = m.keys[place]
		m.mu.Unlock()
	} else {
		var b []byte
		if b, ok, err = m.s.o.State.State(ctx, place); err != nil {
			return k, false, err
		}
		if ok && json.NewDecoder(bytes.NewReader(b)).Decode(&k) != nil {
			ok = false // not ours: written over
		}
	}
	return k, ok && k.Who == who && k.Key == key && m.s.o.Now().Sub(k.At) < keyAge, nil
}

func (m *imports) remember(ctx context.Context, place string, k keyed) error {
	if m.s.o.State == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.keys[place] = k
		return nil
	}
	b, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep idempotency key: %w", err)
	}
	return m.s.o.State.PutState(ctx, place, b)
}

// staged is an uploaded file. It may hold personal data that is not redacted yet,
// so its name is removed as soon as it is open: nobody else can open it, and it is
// gone when the process ends, however it ends.
type staged struct {
	file    *os.File
	removed bool
}

func stage(dir string, r io.Reader) (staged, int64, error) {
	f, err := os.CreateTemp(dir, "antojo-upload-*")
	if err != nil {
		return staged{}, 0, fmt.Errorf("stage upload: %w", err)
	}
	s := staged{f, os.Remove(f.Name()) == nil}
	n, err := io.Copy(f, r)
	if err != nil {
		s.close()
		return staged{}, 0, err
	}
	return s, n, nil
}

func (s staged) close() {
	s.file.Close()
	if !s.removed { // where an open file cannot be removed
		os.Remove(s.file.Name())
	}
}

func uploadProblem(err error) error {
	var tooLarge *http.MaxBytesError
	var path *os.PathError
	if errors.As(err, &tooLarge) || errors.As(err, &path) || strings.HasPrefix(err.Error(), "stage upload") {
		return err
	}
	return problem(http.StatusBadRequest, "the file broke off before its end; send it again")
}
