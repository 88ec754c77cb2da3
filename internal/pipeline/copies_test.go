package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/bus"
	"antojo/internal/dedup"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/duckdb"
)

var _ CopyStore = (*duckdb.Store)(nil)

// copyWorld makes 60 days of honest mentions with two campaigns among them, one by
// four authors and one by many, in order of time.
func copyWorld() []mention.Annotated {
	r := rand.New(rand.NewPCG(4, 2))
	words := []string{"ayer", "fuimos", "con", "mis", "tíos", "al", "mercado", "probamos", "sopa", "seca", "bien", "servida", "pero", "tardó", "mozo", "amable", "vista", "mar", "volveré", "nunca", "caldo", "picante", "domingo", "almuerzo"}
	start := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	var out []mention.Annotated
	add := func(at time.Time, author, text string) {
		m := mention.Annotated{Mention: mention.Mention{Source: mention.Social, Channel: "red", Time: at, Author: author, Text: text, Lang: "es"}}
		m.Relevant, m.Language = true, "es"
		m.ID = mention.ContentID(&m.Mention, fmt.Sprint(len(out)))
		out = append(out, m)
	}
	for i := range 1200 {
		at := start.Add(time.Duration(i) * 72 * time.Minute)
		text := ""
		for range 6 + r.IntN(8) {
			text += words[r.IntN(len(words))] + " "
		}
		add(at, fmt.Sprintf("%032x", r.IntN(400)+1), text)
		if day := at.Sub(start).Hours() / 24; day > 20 && day < 23 && i%2 == 0 {
			add(at.Add(time.Minute), fmt.Sprintf("%032x", 900+r.IntN(4)), fmt.Sprintf("la nueva promo de pollo está %s buenísima", []string{"muy", "súper", "recontra"}[r.IntN(3)]))
		}
		if day := at.Sub(start).Hours() / 24; day > 40 && day < 44 && i%3 == 0 {
			add(at.Add(time.Minute), fmt.Sprintf("%032x", 2000+i), "Atención: no compren en ese restaurante, encontraron insectos en la cocina y lo cerraron")
		}
	}
	return out
}

func openCopyStore(t *testing.T, dir string) *duckdb.Store {
	t.Helper()
	s, err := duckdb.Open(context.Background(), duckdb.Options{Path: filepath.Join(dir, "antojo.duckdb"), MemoryLimit: "512MB"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// marked returns the campaign marks, and the near-copies grouped by their cluster,
// of all mentions by the place they have in ms.
func marked(t *testing.T, s *duckdb.Store, ms []mention.Annotated) (campaigns []int, groups [][]int) {
	t.Helper()
	place := map[mention.ID]int{}
	for i := range ms {
		place[ms[i].ID] = i
	}
	clusters := map[mention.Cluster][]int{}
	for page := (store.Page{Limit: 1000}); ; {
		rows, next, err := s.Mentions(context.Background(), metric.Filter{AllTopics: true}, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rows {
			if m.Campaign {
				campaigns = append(campaigns, place[m.ID])
			}
			if m.Cluster != 0 {
				clusters[m.Cluster] = append(clusters[m.Cluster], place[m.ID])
			}
		}
		if page.After = next; next == "" {
			break
		}
	}
	for _, g := range clusters {
		slices.Sort(g)
		groups = append(groups, g)
	}
	slices.Sort(campaigns)
	slices.SortFunc(groups, func(a, b []int) int { return a[0] - b[0] })
	return campaigns, groups
}

// scanned is what dedup says of the same mentions in one go.
func scanned(ms []mention.Annotated) (campaigns []int, groups [][]int) {
	items := make([]dedup.Item, len(ms))
	for i := range ms {
		items[i] = dedup.Item{Key: ms[i].ID, Time: ms[i].Time, Author: ms[i].Author, Text: ms[i].Text}
	}
	clusters := map[uint64][]int{}
	for i, v := range dedup.Scan(items, dedup.Options{}) {
		if v.Campaign {
			campaigns = append(campaigns, i)
		}
		if v.Cluster != 0 {
			clusters[v.Cluster] = append(clusters[v.Cluster], i)
		}
	}
	for _, g := range clusters {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b []int) int { return a[0] - b[0] })
	return campaigns, groups
}

func loadMentions(t *testing.T, s *duckdb.Store, ms []mention.Annotated) {
	t.Helper()
	if _, err := s.Load(context.Background(), mention.Batch{Mentions: ms}); err != nil {
		t.Fatal(err)
	}
}

func newCopies(t *testing.T, s CopyStore) *Copies {
	t.Helper()
	c, err := NewCopies(CopiesOptions{Store: s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// flaky fails to write every third step.
type flaky struct {
	*duckdb.Store
	writes int
}

func (f *flaky) MarkCopies(ctx context.Context, marks []mention.CopyMark, p mention.Pass) error {
	if f.writes++; f.writes%3 == 0 {
		return errors.New("no")
	}
	return f.Store.MarkCopies(ctx, marks, p)
}

// TestCopies gives the same mentions in several ways; each must end in the marks
// that one look at everything gives.
func TestCopies(t *testing.T) {
	ctx := context.Background()
	ms := copyWorld()
	wantCampaigns, wantGroups := scanned(ms)
	if len(wantCampaigns) < 45 {
		t.Fatalf("the world has only %d campaign texts", len(wantCampaigns))
	}
	check := func(t *testing.T, s *duckdb.Store) {
		t.Helper()
		campaigns, groups := marked(t, s, ms)
		if diff := cmp.Diff(wantCampaigns, campaigns); diff != "" {
			t.Errorf("campaigns (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(wantGroups, groups); diff != "" {
			t.Errorf("groups of copies (-want +got):\n%s", diff)
		}
	}
	catchUp := func(t *testing.T, c *Copies) {
		t.Helper()
		if err := c.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("history at once", func(t *testing.T) {
		s := openCopyStore(t, t.TempDir())
		defer s.Close()
		loadMentions(t, s, ms)
		catchUp(t, newCopies(t, s))
		check(t, s)
	})
	t.Run("live, delivered twice, restarted now and then", func(t *testing.T) {
		dir := t.TempDir()
		s := openCopyStore(t, dir)
		c := newCopies(t, s)
		for i := 0; i < len(ms); i += 25 {
			loadMentions(t, s, ms[i:min(i+25, len(ms))])
			if i%75 == 0 {
				loadMentions(t, s, ms[max(0, i-40):min(i+10, len(ms))])
			}
			catchUp(t, c)
			if i%200 == 150 {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = openCopyStore(t, dir)
				c = newCopies(t, s)
			}
		}
		defer s.Close()
		check(t, s)
	})
	t.Run("a store that fails", func(t *testing.T) {
		s := openCopyStore(t, t.TempDir())
		defer s.Close()
		c := newCopies(t, &flaky{Store: s})
		for i := 0; i < len(ms); i += 100 {
			loadMentions(t, s, ms[i:min(i+100, len(ms))])
			for c.CatchUp(ctx) != nil {
			}
		}
		check(t, s)
	})
	t.Run("backwards and in pieces", func(t *testing.T) {
		// The days of each piece reach into those of the piece before, which the
		// detector knows from the store only.
		dir := t.TempDir()
		for i := len(ms); i > 0; i -= 150 {
			s := openCopyStore(t, dir)
			loadMentions(t, s, ms[max(0, i-150):i])
			catchUp(t, newCopies(t, s))
			if i <= 150 {
				campaigns, _ := marked(t, s, ms)
				if diff := cmp.Diff(wantCampaigns, campaigns); diff != "" {
					t.Errorf("campaigns (-want +got):\n%s", diff)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestCopiesFollowTheWorker runs beside a worker and sees what it loads.
func TestCopiesFollowTheWorker(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	c := newCopies(t, r.store)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); c.Run(ctx) }()
	defer func() { cancel(); <-done }()
	var rows Rows
	for i := range 12 {
		raw := rawRow(i)
		raw.Text, raw.Author = "vengan todos a probar la promoción imperdible del nuevo local de la avenida", "la misma cuenta"
		rows = append(rows, raw)
	}
	r.load(t, rows)
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		res, err := r.store.Query(ctx, metric.Query{Filter: metric.Filter{Campaign: metric.OnlyCampaigns, AllTopics: true}, Measures: []string{"mentions"}})
		if err != nil {
			t.Fatal(err)
		}
		if res.Total == 12 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d of 12 copies are marked after a minute", res.Total)
		}
	}
}
