package web

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"antojo/internal/mention"
	"antojo/internal/panel"
)

// The shelf holds what readers put down: saved views and notes on days. It is one
// small JSON file, written whole under another name and then renamed.

const (
	maxShelf = 500 // entries of each kind
	maxName  = 80  // bytes of a name or note
	maxURL   = 2000
)

type savedView struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	URL  string    `json:"url"` // path and query of a page
	At   time.Time `json:"at"`
}

type savedNote struct {
	ID     string `json:"id"`
	Day    string `json:"day"` // 2026-11-22
	Text   string `json:"text"`
	Entity string `json:"entity,omitempty"` // "" = every chart over time
}

type shelf struct {
	path string // "" = in memory, until the server ends
	mu   sync.RWMutex
	data shelfData
}

type shelfData struct {
	Views []savedView `json:"views"`
	Notes []savedNote `json:"notes"`
}

var errShelfFull = errors.New("shelf is full")

func openShelf(path string) (*shelf, error) {
	sh := &shelf{path: path}
	if path == "" {
		return sh, nil
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return sh, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read saved views: %w", err)
	}
	if err := json.Unmarshal(b, &sh.data); err != nil {
		return nil, fmt.Errorf("read saved views %s: %w; repair the file or move it away", path, err)
	}
	return sh, nil
}

// change applies f to a copy, writes it, and only then shows it to readers.
func (sh *shelf) change(f func(*shelfData) error) error {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	next := shelfData{slices.Clone(sh.data.Views), slices.Clone(sh.data.Notes)}
	if err := f(&next); err != nil {
		return err
	}
	if sh.path != "" {
		b, err := json.MarshalIndent(next, "", " ")
		if err != nil {
			return fmt.Errorf("write saved views: %w", err)
		}
		if err := writeWhole(sh.path, append(b, '\n')); err != nil {
			return fmt.Errorf("write saved views: %w", err)
		}
	}
	sh.data = next
	return nil
}

// writeWhole puts a file in place of another in one step.
func writeWhole(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".shelf-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone after the rename
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func (sh *shelf) all() shelfData {
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	return sh.data // its slices are never changed in place
}

func newID() string {
	var b [6]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// localURL accepts the address of a page of this server, and gives its path and
// query; language and theme are the reader's own and are left out.
func localURL(raw, host string) (string, bool) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxURL || !utf8.ValidString(raw) || strings.ContainsAny(raw, "\\\r\n\t") {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Opaque != "" || u.Host != "" && u.Host != host || u.Host == "" && u.Scheme != "" {
		return "", false
	}
	if !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") {
		return "", false
	}
	q := u.Query()
	q.Del("lang")
	q.Del("theme")
	out := url.URL{Path: u.Path, RawQuery: q.Encode()}
	return out.String(), true
}

// notes are the reader's notes for charts over time, of an entity or of all.
func (s *Server) notes(entities []string) []panel.Note {
	var out []panel.Note
	for _, n := range s.shelf.all().Notes {
		if n.Entity != "" && !slices.Contains(entities, n.Entity) {
			continue
		}
		if d, err := mention.ParseDay(n.Day); err == nil {
			out = append(out, panel.Note{Day: d, Text: n.Text})
		}
	}
	return out
}

type shelfView struct {
	URL, Name, Share string
	Views            []shelfRow
	Notes            []noteRow
	Note             savedNote
	Faults           []string
	NoteFaults       []string
}

type shelfRow struct{ ID, Name, Href, At string }

type noteRow struct{ ID, Day, Text, Entity, Href string }

// viewsPage lists saved views and notes. Without ?url= it offers the page that the
// reader came from.
func (s *Server) viewsPage(w http.ResponseWriter, r *http.Request) error {
	if !r.URL.Query().Has("url") {
		if from, ok := localURL(r.Referer(), r.Host); ok && !strings.HasPrefix(from, "/vistas") {
			http.Redirect(w, r, "/vistas?"+url.Values{"url": {from}}.Encode(), http.StatusSeeOther)
			return nil
		}
	}
	return s.viewsAnswer(w, r, http.StatusOK, func(*shelfView, *view) {})
}

func (s *Server) viewsAnswer(w http.ResponseWriter, r *http.Request, status int, fill func(*shelfView, *view)) error {
	plain := r.Clone(r.Context())
	q := url.Values{} // the saved address is no filter of this page
	for _, name := range []string{"lang", "theme"} {
		if x := r.URL.Query().Get(name); x != "" {
			q.Set(name, x)
		}
	}
	plain.URL.RawQuery = q.Encode()
	v, err := s.view(w, plain, false)
	if err != nil {
		return err
	}
	out := shelfView{Note: savedNote{Day: s.today().String()}}
	if at, ok := localURL(r.URL.Query().Get("url"), r.Host); ok {
		out.URL = at
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		out.Share = scheme + r.Host + at
	}
	data := s.shelf.all()
	for _, x := range slices.Backward(data.Views) {
		out.Views = append(out.Views, shelfRow{x.ID, x.Name, x.URL, v.text.Time(x.At)})
	}
	for _, x := range slices.Backward(data.Notes) {
		row := noteRow{ID: x.ID, Day: x.Day, Text: x.Text}
		if d, err := mention.ParseDay(x.Day); err == nil {
			row.Day = v.text.Day(d)
		}
		if x.Entity != "" {
			row.Entity, row.Href = v.name(x.Entity), "/entidad/"+url.PathEscape(x.Entity)
		}
		out.Notes = append(out.Notes, row)
	}
	fill(&out, v)
	v.page.Path = "/vistas"
	v.page.Title = v.text.T("views.title")
	v.page.Body = out
	return s.render(w, r, status, "views", v.page)
}

func (s *Server) shelfForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxWordForm)
	if err := r.ParseForm(); err != nil {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	return nil
}

// viewSave keeps a view under a name; a name that is taken gets the new address.
func (s *Server) viewSave(w http.ResponseWriter, r *http.Request) error {
	if err := s.shelfForm(w, r); err != nil {
		return err
	}
	name := clip(strings.ToValidUTF8(r.PostForm.Get("name"), ""), maxName)
	at, ok := localURL(r.PostForm.Get("url"), r.Host)
	text := s.catalog.For(s.langOf(r))
	var faults []string
	if name == "" {
		faults = append(faults, text.T("views.fault.name"))
	}
	if !ok {
		faults = append(faults, text.T("views.fault.url"))
	}
	if len(faults) == 0 {
		err := s.shelf.change(func(d *shelfData) error {
			d.Views = slices.DeleteFunc(d.Views, func(x savedView) bool { return strings.EqualFold(x.Name, name) })
			if len(d.Views) >= maxShelf {
				return errShelfFull
			}
			d.Views = append(d.Views, savedView{newID(), name, at, s.o.Now().UTC().Truncate(time.Second)})
			return nil
		})
		if errors.Is(err, errShelfFull) {
			faults = append(faults, text.T("views.fault.full", "n", int64(maxShelf)))
		} else if err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return s.viewsAnswer(w, r, http.StatusUnprocessableEntity, func(out *shelfView, _ *view) {
			out.Faults, out.Name, out.URL = faults, name, at
		})
	}
	http.Redirect(w, r, "/vistas?url=%2F#guardadas", http.StatusSeeOther)
	return nil
}

// noteSave keeps a note on a day.
func (s *Server) noteSave(w http.ResponseWriter, r *http.Request) error {
	if err := s.shelfForm(w, r); err != nil {
		return err
	}
	n := savedNote{ID: newID(), Day: strings.TrimSpace(r.PostForm.Get("day")), Text: clip(strings.ToValidUTF8(r.PostForm.Get("text"), ""), maxName)}
	text := s.catalog.For(s.langOf(r))
	var faults []string
	if _, err := mention.ParseDay(n.Day); err != nil {
		faults = append(faults, text.T("notes.fault.day"))
	}
	if n.Text == "" {
		faults = append(faults, text.T("notes.fault.text"))
	}
	typed := clip(strings.ToValidUTF8(r.PostForm.Get("entity"), ""), maxName)
	if typed != "" {
		id, ok := s.names.find(typed)
		if !ok {
			faults = append(faults, text.T("notes.fault.entity", "name", typed))
		}
		n.Entity = id
	}
	if len(faults) == 0 {
		err := s.shelf.change(func(d *shelfData) error {
			if len(d.Notes) >= maxShelf {
				return errShelfFull
			}
			d.Notes = append(d.Notes, n)
			return nil
		})
		if errors.Is(err, errShelfFull) {
			faults = append(faults, text.T("views.fault.full", "n", int64(maxShelf)))
		} else if err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return s.viewsAnswer(w, r, http.StatusUnprocessableEntity, func(out *shelfView, _ *view) {
			n.Entity = typed
			out.NoteFaults, out.Note = faults, n
		})
	}
	http.Redirect(w, r, "/vistas?url=%2F#notas", http.StatusSeeOther)
	return nil
}

// shelfDelete takes a view or a note away.
func (s *Server) shelfDelete(w http.ResponseWriter, r *http.Request) error {
	if err := s.shelfForm(w, r); err != nil {
		return err
	}
	id := r.PostForm.Get("id")
	err := s.shelf.change(func(d *shelfData) error {
		d.Views = slices.DeleteFunc(d.Views, func(x savedView) bool { return x.ID == id })
		d.Notes = slices.DeleteFunc(d.Notes, func(x savedNote) bool { return x.ID == id })
		return nil
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/vistas?url=%2F", http.StatusSeeOther)
	return nil
}

// keepingRoutes are the pages about what is kept: models, privacy, surveys, the
// reader's own choices, views and notes.
func (s *Server) keepingRoutes(page func(string, handler)) {
	page("GET /modelos", s.modelsPage)
	page("GET /privacidad", s.privacyPage)
	page("GET /encuestas", s.surveysPage)
	page("GET /ajustes", s.settingsPage)
	page("POST /ajustes", s.settingsSave)
	page("GET /vistas", s.viewsPage)
	page("POST /vistas", s.viewSave)
	page("POST /vistas/nota", s.noteSave)
	page("POST /vistas/quitar", s.shelfDelete)
	page("GET /dev/components", s.galleryPage)
}
