package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/duckdb"
)

var _ HistoryStore = (*duckdb.Store)(nil)

// stops fails after some writes, as a kill would, and remembers the first day read.
type stops struct {
	*duckdb.Store
	writes int
	first  mention.Day
}

var errKilled = errors.New("killed")

func (s *stops) MentionDays(ctx context.Context, first mention.Day) ([]mention.DayCount, error) {
	s.first = first
	return s.Store.MentionDays(ctx, first)
}

func (s *stops) Reannotate(ctx context.Context, ms []mention.Annotated, p mention.LexiconPass) error {
	if s.writes--; s.writes < 0 {
		return errKilled
	}
	return s.Store.Reannotate(ctx, ms, p)
}

func naming(t *testing.T, s *duckdb.Store, id string) int64 {
	t.Helper()
	res, err := s.Query(context.Background(), metric.Query{Filter: metric.Filter{Entities: []string{id}}, Measures: []string{"mentions"}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Total
}

// TestReannotate changes the food words over a full store, is killed in the middle,
// and goes on; new mentions come in meanwhile.
func TestReannotate(t *testing.T) {
	ctx := context.Background()
	base, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	with, _, err := base.Overlay("t.csv", strings.NewReader("id,name,name_en,kind\nzurulito,zurulito,made-up sweet,dish\n"))
	if err != nil {
		t.Fatal(err)
	}
	if base.Fingerprint() == with.Fingerprint() {
		t.Fatal("two lexicons have one fingerprint")
	}
	ann, err := NewAnnotator(AnnotatorOptions{Lexicon: base})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := openCopyStore(t, dir)
	start := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)
	add := func(from, to int) {
		t.Helper()
		var ms []mention.Mention
		for i := from; i < to; i++ {
			text := fmt.Sprintf("pedido %d: ceviche fresco", i)
			if i%10 == 0 {
				text = fmt.Sprintf("pedido %d: un zurulito dulce", i)
			}
			m := mention.Mention{Source: mention.Review, Channel: "c", Time: start.Add(time.Duration(i) * 2 * time.Minute), Text: text, Lang: "es"}
			m.ID = mention.ContentID(&m, fmt.Sprint(i))
			ms = append(ms, m)
		}
		as, err := ann.Annotate(ctx, ms)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]mention.Annotated, len(ms))
		for i := range ms {
			out[i] = mention.Annotated{Mention: ms[i], Annotation: as[i]}
		}
		loadMentions(t, s, out)
	}
	newOne := func(st HistoryStore, lx *lexicon.Lexicon) *Reannotator {
		t.Helper()
		r, err := NewReannotator(ReannotatorOptions{Store: st, Annotator: ann}, lx.Fingerprint())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	catchUp := func(r *Reannotator) {
		t.Helper()
		if err := r.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
	}
	catchUp(newOne(s, base)) // an empty store needs no pass
	if p, err := s.LexiconPass(ctx); err != nil || p.Lexicon != base.Fingerprint() || p.Run != "" {
		t.Fatalf("pass over an empty store = %+v, %v", p, err)
	}
	const n = 3 * historyStep
	add(0, n)
	if got := naming(t, s, "zurulito"); got != 0 {
		t.Fatalf("%d mentions name it before", got)
	}
	catchUp(newOne(s, base)) // nothing has changed
	if runs, err := s.Runs(ctx, 10); err != nil || len(runs) != 0 {
		t.Fatalf("runs = %v, %v; want none", runs, err)
	}

	ann.SetLexicon(with)
	cut := &stops{Store: s, writes: 3} // the beginning of the pass, and two steps
	if err := newOne(cut, with).CatchUp(ctx); !errors.Is(err, errKilled) {
		t.Fatalf("cut pass = %v", err)
	}
	halfway, err := s.LexiconPass(ctx)
	if err != nil || halfway.Lexicon == halfway.Target || halfway.Seen == 0 || halfway.Seen >= n {
		t.Fatalf("cut pass stands at %+v, %v", halfway, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openCopyStore(t, dir)
	if err := (&Importer{Runs: s}).Recover(ctx); err != nil { // as the server does at its start
		t.Fatal(err)
	}
	add(n, n+100)
	on := &stops{Store: s, writes: 1000}
	catchUp(newOne(on, with))
	if on.first != halfway.Next {
		t.Errorf("went on at day %d, want %d", on.first, halfway.Next)
	}
	if got := naming(t, s, "zurulito"); got != n/10+10 {
		t.Errorf("%d mentions name it, want %d", got, n/10+10)
	}
	runs, err := s.Runs(ctx, 10)
	if err != nil || len(runs) != 1 || runs[0].Kind != mention.Reannotation || runs[0].Status != mention.Done || runs[0].Changed != n/10 || runs[0].Seen != n+100 {
		t.Errorf("runs = %+v, %v; want one that changed %d", runs, err, n/10)
	}

	ann.SetLexicon(base) // taken back
	catchUp(newOne(s, base))
	if got := naming(t, s, "zurulito"); got != 0 {
		t.Errorf("%d mentions name it after it was taken back", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestReannotateTellsProvinces: mentions that were stored before provinces were kept get
// theirs from the pass, where they lie in the department that was read then.
func TestReannotateTellsProvinces(t *testing.T) {
	ctx := context.Background()
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	ann, err := NewAnnotator(AnnotatorOptions{Lexicon: lx})
	if err != nil {
		t.Fatal(err)
	}
	s := openCopyStore(t, t.TempDir())
	var ms []mention.Annotated
	for i, x := range []struct {
		text, district string
		resolved       mention.Department
	}{{"ceviche en Huacho", "", 15}, {"ceviche rico", "Cayma", 4}, {"ceviche en Huacho", "", 4}, {"ceviche rico", "", 0}} {
		m := mention.Mention{Source: mention.Review, Channel: "c", Time: time.Date(2024, 1, 1+i, 12, 0, 0, 0, time.UTC), Text: x.text, District: x.district, Lang: "es"}
		m.ID = mention.ContentID(&m, fmt.Sprint(i))
		as, err := ann.Annotate(ctx, []mention.Mention{m})
		if err != nil {
			t.Fatal(err)
		}
		as[0].Resolved, as[0].Province = x.resolved, 0
		ms = append(ms, mention.Annotated{Mention: m, Annotation: as[0]})
	}
	loadMentions(t, s, ms)
	r, err := NewReannotator(ReannotatorOptions{Store: s, Annotator: ann}, lx.Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	for i, want := range []mention.Province{1508, 401, 0, 0} {
		got, err := s.Mention(ctx, ms[i].ID)
		if err != nil || got.Province != want || got.Resolved != ms[i].Resolved {
			t.Errorf("%q in %s: department %s, province %s, %v; want %s", ms[i].Text, ms[i].District, got.Resolved.Code(), got.Province.Code(), err, want.Code())
		}
	}
	res, err := s.Query(ctx, metric.Query{Filter: metric.Filter{Provinces: []mention.Province{401}, Entities: []string{"ceviche"}}, Measures: []string{"mentions"}})
	if err != nil || res.Total != 1 {
		t.Errorf("mentions of ceviche in the province of Arequipa: %d, %v", res.Total, err)
	}
}
