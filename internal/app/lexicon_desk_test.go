package app

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
)

// deskNode opens a whole data dir as the server does.
func deskNode(t *testing.T, dir string) (*cli, *node, *desk) {
	t.Helper()
	c := &cli{Streams: Streams{In: os.Stdin, Out: io.Discard, Err: io.Discard}, data: dir}
	n, err := c.openNode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n.log = slog.New(slog.DiscardHandler)
	return c, n, &desk{n: n, dir: c.overlayDir(), ctx: n.background}
}

// TestDesk adds a word over stored mentions: it is used at once for new ones, the
// stored ones follow, copies among them are found, and all is there after a restart.
func TestDesk(t *testing.T) {
	dir := t.TempDir()
	_, n, d := deskNode(t, dir)
	collect := func(n *node, run string, from, to int) {
		t.Helper()
		var rows []mention.Raw
		for i := from; i < to; i++ {
			rows = append(rows, mention.Raw{Source: mention.Review, Channel: "web", Author: "la misma", Time: time.Date(2026, 5, 1, 12, i, 0, 0, time.UTC),
				Text: fmt.Sprintf("vayan todos a comer el zurulito crocante de la esquina nueva de siempre %d", i)})
		}
		if _, err := n.collector.Collect(t.Context(), run, rows, pipeline.SessionOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := n.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	total := func(n *node, f metric.Filter) int64 {
		t.Helper()
		f.AllTopics = true
		res, err := n.store.Query(t.Context(), metric.Query{Filter: f, Measures: []string{"mentions"}})
		if err != nil {
			t.Fatal(err)
		}
		return res.Total
	}
	wait := func(n *node, what string, f metric.Filter, want int64) {
		t.Helper()
		for end := time.Now().Add(2 * time.Minute); total(n, f) != want; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: %d mentions after two minutes, want %d", what, total(n, f), want)
			}
		}
	}
	named := metric.Filter{Entities: []string{"zurulito-crocante"}}
	collect(n, "r1", 0, 20)
	wait(n, "stored", metric.Filter{}, 20)
	if got := total(n, named); got != 0 {
		t.Fatalf("%d mentions name it before", got)
	}
	if p, err := d.Put(lexicon.Entry{Action: "add", ID: "zurulito-crocante", Name: "zurulito crocante", NameEN: "x", Kind: "dish", Variants: []string{"lomo saltado"}}); err != nil || len(p) != 1 || p[0].Rule != "claimed" {
		t.Fatalf("a spelling of another = %v, %v", p, err)
	}
	if _, err := os.Stat(d.path()); err == nil {
		t.Error("what was refused was written")
	}
	if p, err := d.Put(lexicon.Entry{Action: "add", ID: "zurulito-crocante", Name: "zurulito crocante", NameEN: "x", Kind: "dish"}); err != nil || len(p) > 0 {
		t.Fatalf("Put = %v, %v", p, err)
	}
	if name, _, ok := n.names().EntityName("zurulito-crocante"); !ok || name != "zurulito crocante" {
		t.Errorf("it is called %q, %v", name, ok)
	}
	got, err := d.Test(t.Context(), "Quiero zurulito crocante ya")
	if err != nil || len(got.Matches) != 1 || got.Matches[0].ID != "zurulito-crocante" || got.Matches[0].Surface != "zurulito crocante" {
		t.Errorf("Test = %+v, %v", got, err)
	}
	wait(n, "history", named, 20)
	collect(n, "r2", 20, 25)
	wait(n, "new mentions", named, 25)
	wait(n, "campaign", metric.Filter{Campaign: metric.OnlyCampaigns}, 25)
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		run, err := d.Progress(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if run.Status == mention.Done {
			if run.Changed != 20 || run.Kind != mention.Reannotation {
				t.Errorf("run = %+v, want 20 changed", run)
			}
			break
		}
		if time.Now().After(end) {
			t.Fatalf("run is still %s", run.Status)
		}
	}
	d.Discover()
	for end := time.Now().Add(time.Minute); d.Discovered().Running; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("looking for new words does not end")
		}
	}
	if x := d.Discovered(); x.Failed || x.Mentions == 0 {
		t.Errorf("Discovered = %+v", x)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}

	_, n, d = deskNode(t, dir)
	defer func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	}()
	list, err := d.Entries()
	if err != nil || len(list) != 1 || list[0].ID != "zurulito-crocante" {
		t.Fatalf("entries after a restart = %v, %v", list, err)
	}
	if got := total(n, named); got != 25 {
		t.Errorf("%d mentions name it after a restart, want 25", got)
	}
	if err := d.Remove(list[0]); err != nil {
		t.Fatal(err)
	}
	wait(n, "taken back", named, 0)
	if _, err := os.Stat(filepath.Join(dir, "lexicon", ownTable)); err != nil {
		t.Error(err)
	}
}
