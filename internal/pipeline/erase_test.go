package pipeline

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"antojo/internal/bus"
	"antojo/internal/mention"
	"antojo/internal/privacy"
	"antojo/internal/store/duckdb"
)

// TestErase: what is erased leaves store, log and dead letters, and does not come back
// by a replay, a second import or a worker that starts again with an older position.
func TestErase(t *testing.T) {
	var refuse atomic.Bool
	refuse.Store(true)
	r := newRig(t, nil, bus.Options{}, func(s *duckdb.Store) Store {
		return &flakyStore{Store: s, fail: func(b mention.Batch) error {
			if refuse.Load() {
				for _, m := range b.Mentions {
					if strings.Contains(m.Text, "pedido 777 ") {
						return errors.New("cannot be stored")
					}
				}
			}
			return nil
		}}
	})
	rows := rawRows(0, 1500) // one of some three envelopes becomes a dead letter
	r.load(t, rows)
	ms := logged(t, r.bus)
	if len(ms) != 1500 {
		t.Fatalf("%d mentions in the log", len(ms))
	}
	const who = "comensal7"
	const one = 1200
	var e mention.Erasure
	for i := range ms {
		if ms[i].Text == rows[one].Text {
			e.Mentions = []mention.ID{ms[i].ID}
		}
	}
	names := privacy.NewPseudonymizer([]byte(strings.Repeat("\x07", privacy.KeySize)))
	e.Authors = []string{names.Author("csv:prueba.csv", "@Comensal7 ")}
	goes := func(i int) bool { return rows[i].Author == who || i == one }
	// What is in which envelope is for the collector to decide.
	lies := map[string]bool{} // texts in dead letters
	if err := eachDead(t.Context(), r.bus, func(entry bus.Entry) error {
		_, ms, err := r.worker.codec.unpack(entry.Data)
		for i := range ms {
			lies[ms[i].Text] = true
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	envelopes := 0 // that hold some of what goes
	if err := each(t.Context(), r.bus, bus.Mentions, func(entry bus.Entry) error {
		_, ms, err := r.worker.codec.unpack(entry.Data)
		if slices.ContainsFunc(ms, func(m mention.Mention) bool { return e.Hits(&m) }) {
			envelopes++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	inStore, inDead := 0, 0
	for i := range rows {
		switch {
		case goes(i) && lies[rows[i].Text]:
			inDead++
		case goes(i):
			inStore++
		}
	}
	if inStore == 0 || inDead == 0 || envelopes < 2 || lies[rows[one].Text] {
		t.Fatalf("%d to erase in the store, %d in dead letters, %d envelopes: nothing to test", inStore, inDead, envelopes)
	}
	found := 0
	if bad, err := DeadMentions(t.Context(), r.bus, e, func(string, *mention.Mention) error { found++; return nil }); err != nil || bad != 0 || found != inDead {
		t.Fatalf("%d of the %d mentions in dead letters found, %d unreadable, %v", found, inDead, bad, err)
	}
	if _, err := r.bus.Publish(t.Context(), bus.Dead, "", nil, []byte("no es un sobre")); err != nil {
		t.Fatal(err)
	}
	got, err := Erase(t.Context(), r.bus, r.store, r.worker.Wait, e)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Mentions) != inStore || got.Envelopes != envelopes || got.DeadLetters != 1 || got.Unreadable != 1 {
		t.Errorf("%d mentions, %d envelopes, %d dead letters, %d unreadable; want %d, %d, 1, 1", len(got.Mentions), got.Envelopes, got.DeadLetters, got.Unreadable, inStore, envelopes)
	}
	for _, m := range logged(t, r.bus) {
		if e.Hits(&m) {
			t.Errorf("%s is left in the log", m.ID)
		}
	}
	dead, err := DeadList(t.Context(), r.bus)
	if err != nil || len(dead) != 2 {
		t.Fatalf("dead letters %v, %v", dead, err)
	}
	check := func(when string, whole bool) {
		t.Helper()
		have := r.texts(t)
		for i := range rows {
			n, want := have[rows[i].Text], 1
			if goes(i) || !whole && lies[rows[i].Text] {
				want = 0
			}
			if n != want {
				t.Errorf("%s: row %d is %d times in the store, want %d", when, i, n, want)
				return
			}
		}
	}
	check("erased", false)

	refuse.Store(false)
	var letter DeadLetter
	for _, d := range dead {
		if d.Mentions > 0 {
			letter = d
		}
	}
	if letter.Mentions != len(lies)-inDead || letter.Error != "cannot be stored" {
		t.Errorf("what is left of the dead letter: %+v", letter)
	}
	if n, err := DeadReplay(t.Context(), r.bus, letter.ID); n != 1 || err != nil {
		t.Fatalf("replayed %d, %v", n, err)
	}
	r.load(t, rawRows(0, 1500))
	check("replayed and imported again", true)

	// A letter that was written before the erasure and turns up again, whole.
	if _, err := r.bus.Publish(t.Context(), bus.Dead, "", map[string]string{headerError: "x"}, r.worker.codec.pack("r", ms)); err != nil {
		t.Fatal(err)
	}
	if _, err := DeadReplay(t.Context(), r.bus); err != nil {
		t.Fatal(err)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	r.start(t, r.store, nil)
	info, err := r.bus.Info(t.Context(), bus.Mentions)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.worker.Wait(t.Context(), info.Last); err != nil {
		t.Fatal(err)
	}
	check("a worker that starts again", true)
	if again, err := Erase(t.Context(), r.bus, r.store, r.worker.Wait, e); err != nil || len(again.Mentions) != 0 {
		t.Errorf("erased twice: %+v, %v", again, err)
	}
}

// TestEraseWholeLog: a log whose every entry was erased, the last one too, opens again,
// keeps its position and takes new entries.
func TestEraseWholeLog(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, nil, bus.Options{Dir: dir}, nil)
	r.load(t, rawRows(0, 10))
	before, err := r.bus.Info(t.Context(), bus.Mentions)
	if err != nil {
		t.Fatal(err)
	}
	var e mention.Erasure
	for _, m := range logged(t, r.bus) {
		e.Mentions = append(e.Mentions, m.ID)
	}
	if _, err := Erase(t.Context(), r.bus, r.store, r.worker.Wait, e); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.stop(), r.bus.Close()); err != nil {
		t.Fatal(err)
	}
	r.bus = testBus(t, bus.Options{Dir: dir})
	after, err := r.bus.Info(t.Context(), bus.Mentions)
	if err != nil {
		t.Fatal(err)
	}
	if after.Entries != 0 || after.Last != before.Last || after.Identity != before.Identity {
		t.Fatalf("after a restart the log is %+v, was %+v", after, before)
	}
	r.collector = testCollector(t, CollectorOptions{Bus: r.bus, Clock: r.clock})
	r.start(t, r.store, nil)
	r.load(t, rawRows(20, 25))
	r.checkOnce(t, rawRows(20, 25))
}
