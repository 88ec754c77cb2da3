package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"antojo/internal/bus"
	"antojo/internal/discover"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
	"antojo/internal/store"
	"antojo/internal/web"
)

// words are the food words in use. They change while the program runs, and whoever
// asks gets those of the moment.
type words struct{ now atomic.Pointer[wordsNow] }

type wordsNow struct {
	lx      *lexicon.Lexicon
	matcher *lexicon.Matcher
}

func (w *words) set(lx *lexicon.Lexicon) {
	w.now.Store(&wordsNow{lx, lexicon.NewMatcher(lx)})
}

// Entity implements web.Lexicon.
func (w *words) Entity(id string) (lexicon.Info, bool) { return w.now.Load().lx.Entity(id) }

// All implements web.Lexicon.
func (w *words) All() []lexicon.Info { return w.now.Load().lx.All() }

// Current is the lexicon of the moment; another one is another pointer.
func (w *words) Current() *lexicon.Lexicon { return w.now.Load().lx }

// useLexicon makes lx the food words of everything: of new mentions at once, of the
// pages, and of the stored mentions as they are read again.
func (n *node) useLexicon(lx *lexicon.Lexicon) {
	if n.words != nil {
		n.words.set(lx)
	}
	n.annotator.SetLexicon(lx)
	if n.history != nil {
		n.history.Changed(lx.Fingerprint())
	}
}

// settle returns once what was annotated before is in the store.
func (n *node) settle(ctx context.Context) error {
	info, err := n.bus.Info(ctx, bus.Mentions)
	if err != nil {
		return err
	}
	return n.worker.Wait(ctx, info.Last)
}

// ownTable is the table that the page writes, after those of other names.
const ownTable = "zz-pagina.csv"

// desk is where the page of the lexicon changes food words.
type desk struct {
	n   *node
	dir string
	ctx context.Context // of background work

	mu    sync.Mutex // one change at a time
	found discovery
}

type discovery struct {
	mu      sync.Mutex
	running bool
	state   web.Discovery
}

func (d *desk) path() string { return filepath.Join(d.dir, ownTable) }

// Entries implements web.Desk.
func (d *desk) Entries() ([]lexicon.Entry, error) {
	f, err := os.Open(d.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the page's food words: %w", err)
	}
	defer f.Close()
	return lexicon.ReadEntries(f)
}

// Put implements web.Desk.
func (d *desk) Put(e lexicon.Entry) ([]lexicon.Problem, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	entries, err := d.Entries()
	if err != nil {
		return nil, err
	}
	return d.change(append(entries, e))
}

// Remove implements web.Desk.
func (d *desk) Remove(e lexicon.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	entries, err := d.Entries()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(entries, func(x lexicon.Entry) bool {
		return x.Action == e.Action && x.ID == e.ID && slices.Equal(x.Variants, e.Variants)
	})
	if at < 0 {
		return nil // gone already
	}
	left := slices.Delete(entries, at, at+1)
	if e.Action == "add" { // what was merged into it has nothing to be merged into
		left = slices.DeleteFunc(left, func(x lexicon.Entry) bool { return x.ID == e.ID })
	}
	_, err = d.change(left)
	return err
}

// change writes the page's table, if what it says is in order, and uses it at once.
func (d *desk) change(entries []lexicon.Entry) ([]lexicon.Problem, error) {
	lx, err := lexicon.LoadWithEntries(d.dir, ownTable, entries)
	if err != nil {
		return nil, err
	}
	known := map[lexicon.Problem]bool{}
	for _, p := range lexicon.Lint(d.n.words.Current()) {
		known[p] = true
	}
	problems := slices.DeleteFunc(lexicon.Lint(lx), func(p lexicon.Problem) bool { return known[p] })
	if len(problems) > 0 {
		return problems, nil
	}
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return nil, fmt.Errorf("write the page's food words: %w", err)
	}
	if err := writeEntries(d.path(), entries); err != nil {
		return nil, fmt.Errorf("write the page's food words: %w", err)
	}
	d.n.useLexicon(lx)
	return nil, nil
}

// writeEntries puts a table in place at once, synced.
func writeEntries(path string, entries []lexicon.Entry) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".zz-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	if err = errors.Join(lexicon.WriteEntries(f, entries), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Test implements web.Desk.
func (d *desk) Test(ctx context.Context, text string) (web.Tested, error) {
	var out web.Tested
	as, _, err := d.n.annotator.AnnotateTexts(ctx, []pipeline.Text{{Text: text}})
	if err != nil {
		return out, err
	}
	out.Annotation = as[0]
	for _, m := range d.n.words.now.Load().matcher.Match(nil, text) {
		kept := slices.ContainsFunc(as[0].Entities, func(e mention.Entity) bool {
			return e.ID == m.Info.ID && e.Start < m.End && m.Start < e.End
		})
		out.Matches = append(out.Matches, web.TestedMatch{Surface: text[m.Start:m.End], Start: m.Start, End: m.End, ID: m.Info.ID, Sense: note(m), Kept: kept})
	}
	return out, nil
}

// Progress implements web.Desk.
func (d *desk) Progress(ctx context.Context) (mention.Run, error) {
	p, err := d.n.store.LexiconPass(ctx)
	if err != nil || p.Run == "" {
		return mention.Run{}, err
	}
	run, err := d.n.store.Run(ctx, p.Run)
	if err != nil {
		return run, err
	}
	run.Seen, run.Changed, run.Total = p.Seen, p.Changed, max(p.Total, p.Seen)
	return run, nil
}

// Most mentions that discovery reads, and most words that it returns.
const (
	discoverMentions = 100_000
	discoverTerms    = 60
)

// Discover implements web.Desk.
func (d *desk) Discover() {
	d.found.mu.Lock()
	defer d.found.mu.Unlock()
	if d.found.running {
		return
	}
	d.found.running = true
	d.n.beside.Go(func() {
		began := time.Now()
		w := d.n.words.now.Load()
		terms, n, err := discoverIn(d.ctx, d.n.store, w.lx, w.matcher, discoverMentions, discover.Options{Limit: discoverTerms})
		d.found.mu.Lock()
		defer d.found.mu.Unlock()
		d.found.running = false
		if err != nil {
			d.n.log.Warn("new food words could not be looked for", "error", err.Error())
			d.found.state.Failed = true
			return
		}
		d.found.state = web.Discovery{At: began, Mentions: n, Terms: terms}
	})
}

// Discovered implements web.Desk.
func (d *desk) Discovered() web.Discovery {
	d.found.mu.Lock()
	defer d.found.mu.Unlock()
	out := d.found.state
	out.Running = d.found.running
	m := d.n.words.now.Load().matcher
	out.Terms = slices.DeleteFunc(slices.Clone(out.Terms), func(t discover.Term) bool { // adopted since
		ms := m.Match(nil, t.Text)
		return len(ms) == 1 && ms[0].Start == 0 && ms[0].End == len(t.Text) && lexicon.SameSpelling(ms[0].Info.Name, t.Text)
	})
	return out
}

// discoverIn looks for new words in the newest mentions of a store.
func discoverIn(ctx context.Context, s interface {
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
}, lx *lexicon.Lexicon, m *lexicon.Matcher, most int, o discover.Options) ([]discover.Term, int, error) {
	var docs []discover.Doc
	after := ""
	for len(docs) < most {
		page, next, err := s.Mentions(ctx, metric.Filter{}, store.Page{After: after, Limit: min(1000, most-len(docs))})
		if err != nil {
			return nil, 0, err
		}
		for i := range page {
			docs = append(docs, discover.Doc{Text: page[i].Text, Day: page[i].Day(), Food: page[i].Relevant})
		}
		if after = next; next == "" {
			break
		}
	}
	o.Lexicon, o.Matcher = lx, m
	terms, err := discover.Find(backwards(docs), o)
	return terms, len(docs), err
}
