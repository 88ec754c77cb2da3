package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/store/duckdb"
	"antojo/internal/web"
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// fixture is a real store with the last days of the demo set, labelled with what
// the generator meant. It is built once for all tests of the package.
type fixture struct {
	store *duckdb.Store
	lx    *lexicon.Lexicon
	last  mention.Day
}

var (
	shared     fixture
	sharedOnce sync.Once
	sharedErr  error
)

const fixtureDays = 75

func open(t testing.TB) fixture {
	t.Helper()
	sharedOnce.Do(func() { shared, sharedErr = build(fixtureDays) })
	if sharedErr != nil {
		t.Fatal(sharedErr)
	}
	return shared
}

func build(days int) (fixture, error) {
	ctx := context.Background()
	lx, err := lexicon.Load()
	if err != nil {
		return fixture{}, err
	}
	plan, err := demo.Load()
	if err != nil {
		return fixture{}, err
	}
	st, err := duckdb.Open(ctx, duckdb.Options{Path: filepath.Join(tempDir, fmt.Sprintf("web-%d.duckdb", days)), MemoryLimit: "256MB"})
	if err != nil {
		return fixture{}, err
	}
	if off, err := st.Offset(ctx, "fixture"); err != nil || off > 0 {
		return fixture{st, lx, plan.End}, err // made before by the same process
	}
	m := lexicon.NewMatcher(lx)
	places, err := lexicon.NewGazetteer()
	if err != nil {
		return fixture{}, err
	}
	var batch mention.Batch
	flush := func() error {
		if len(batch.Mentions) == 0 {
			return nil
		}
		batch.Stream = "fixture"
		batch.Seq++
		_, err := st.Load(ctx, batch)
		batch.Mentions = batch.Mentions[:0]
		return err
	}
	from := max(plan.Start, plan.End-mention.Day(days)+1)
	err = plan.Days(from, plan.End, func(r mention.Raw, tr demo.Truth) error {
		batch.Mentions = append(batch.Mentions, annotate(m, places, r, tr))
		if len(batch.Mentions) < 2000 {
			return nil
		}
		return flush()
	})
	if err = errors.Join(err, flush()); err != nil {
		return fixture{}, err
	}
	return fixture{st, lx, plan.End}, st.Compact(ctx)
}

// annotate labels a mention with the truth of its making, as the pipeline would
// with a model that is never wrong. Without places no province is told.
func annotate(m *lexicon.Matcher, places *lexicon.Gazetteer, r mention.Raw, tr demo.Truth) mention.Annotated {
	a := mention.Annotated{Run: "20260101-000000-fixture"}
	a.Mention = mention.Mention{Source: r.Source, Channel: r.Channel, Time: r.Time.UTC(), Rating: r.Rating, Place: r.Place,
		Department: r.Department, District: r.District, Lang: r.Lang, Text: r.Text, Synthetic: true}
	if r.Author != "" {
		sum := sha256.Sum256([]byte(r.Author))
		a.Author = hex.EncodeToString(sum[:16])
	}
	a.ID = mention.ContentID(&a.Mention, r.External)
	a.Annotation = mention.Annotation{Language: "es", Scored: true, Relevant: tr.Food, Relevance: .1, Sentiment: tr.Sentiment, Sentiments: [3]float32{.05, .05, .05},
		Intent: tr.Intent, IntentP: .9, Aspects: tr.Aspects, Resolved: r.Department, Model: "truth"}
	a.Sentiments[tr.Sentiment+1] = .9
	if tr.Located {
		a.Resolved = tr.Department
	}
	if places != nil {
		if d, p, _ := places.Locate(r.Text, r.Place, r.District, r.Department); d == a.Resolved {
			a.Province = p
		}
	}
	for i := range a.AspectP {
		a.AspectP[i] = .9
	}
	if !tr.Food {
		return a
	}
	a.Relevance = .95
	for _, x := range m.Match(nil, r.Text) {
		if lexicon.Decide(x, .95) {
			a.Entities = append(a.Entities, mention.Entity{ID: x.Info.ID, Name: x.Info.Name, Kind: x.Info.Kind, Surface: r.Text[x.Start:x.End], Start: x.Start, End: x.End})
		}
	}
	return a
}

// site is a server over the fixture.
type site struct {
	t   testing.TB
	srv *web.Server
	fixture
}

func newSite(t testing.TB, change ...func(*web.Options)) site {
	t.Helper()
	f := open(t)
	o := web.Options{Data: f.store, Runs: f.store, Lexicon: f.lx}
	for _, c := range change {
		c(&o)
	}
	srv, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	return site{t, srv, f}
}

func (s site) do(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	if r.Host == "example.com" {
		r.Host = "127.0.0.1:8080"
	}
	w := httptest.NewRecorder()
	s.srv.ServeHTTP(w, r)
	return w
}

func (s site) get(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// doc is a page that must answer 200, parsed, with the panels for which it does not
// wait.
func (s site) doc(path string) *goquery.Document {
	s.t.Helper()
	if strings.HasPrefix(path, "/entidad/") {
		s.get(path)
		s.srv.Settle()
	}
	w := s.get(path)
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s = %d, want 200; body: %.300s", path, w.Code, w.Body)
	}
	return parse(s.t, w.Body.String())
}

func parse(t testing.TB, html string) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// text is an element's text with white space (also the non-breaking one) folded
// and a space between elements.
func text(s *goquery.Selection) string {
	var words []string
	for _, n := range s.Nodes {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				words = append(words, strings.Fields(d.Data)...)
			}
		}
	}
	return strings.Join(words, " ")
}

// emptySite is a server over a store of its own that holds nothing.
func emptySite(t testing.TB, change ...func(*web.Options)) site {
	t.Helper()
	f := open(t)
	st, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "empty.duckdb"), MemoryLimit: "256MB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	own := fixture{st, f.lx, f.last}
	s := newSite(t, append([]func(*web.Options){func(o *web.Options) { o.Data, o.Runs = st, st }}, change...)...)
	s.fixture = own
	return s
}
