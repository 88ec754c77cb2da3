package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"antojo/internal/connector/file"
	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/duckdb"
	"antojo/internal/web"
)

func TestSecurityHeaders(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/nada", "/healthz", "/?format=csv&panel=map"} {
		h := s.get(path).Header()
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy is loosened: %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers missing: %v", path, h)
		}
	}
}

func TestHosts(t *testing.T) {
	s := newSite(t, func(o *web.Options) { o.Hosts = []string{"antojo.example.org"} })
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "[::1]:8080": 200, "localhost": 200, "LOCALHOST:1": 200, "192.168.1.7:8080": 200, "antojo.example.org": 200,
		"evil.example": 421, "127.0.0.1.evil.example:8080": 421, "localhost.evil.example": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/acerca", nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.srv.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Host %s: %d, want %d", host, w.Code, want)
		}
	}
}

func TestMethods(t *testing.T) {
	s := newSite(t)
	w := s.do(httptest.NewRequest(http.MethodHead, "/acerca", nil))
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
	if w := s.do(httptest.NewRequest(http.MethodDelete, "/acerca", nil)); w.Code == http.StatusOK {
		t.Errorf("DELETE: %d", w.Code)
	}
}

func TestHealth(t *testing.T) {
	s := emptySite(t)
	if w := s.get("/healthz"); w.Code != http.StatusOK || w.Body.String() != "{\"status\":\"ok\"}\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestStatic(t *testing.T) {
	s := newSite(t)
	href := s.doc("/acerca").Find("link[rel=stylesheet]").AttrOr("href", "")
	w := s.get(href)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Fatalf("%s: %d %v", href, w.Code, w.Header())
	}
	r := httptest.NewRequest(http.MethodGet, href, nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	if w := s.do(r); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("with its ETag: %d, %d bytes", w.Code, w.Body.Len())
	}
	r = httptest.NewRequest(http.MethodGet, href, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	z, err := gzip.NewReader(s.do(r).Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, w.Body.Bytes()) {
		t.Errorf("the compressed file differs: %v", err)
	}
	r.Header.Set("Accept-Encoding", "gzip;q=0")
	if got := s.do(r).Header().Get("Content-Encoding"); got != "" {
		t.Errorf("a client that refuses gzip gets %q", got)
	}
	for _, path := range []string{"/static/app.css", "/static/../web.go", "/static/app.000000000000.css"} {
		if w := s.get(path); w.Code == http.StatusOK {
			t.Errorf("GET %s = 200", path)
		}
	}
	if w := s.get("/favicon.ico"); w.Code != http.StatusMovedPermanently {
		t.Errorf("favicon: %d", w.Code)
	}
}

// fileImporter imports uploads into a store with the real reader of files. It
// labels nothing: what the pages show of an import does not depend on labels.
type fileImporter struct{ store *duckdb.Store }

func (im fileImporter) open(ctx context.Context, f web.File, o web.ImportOptions) (*file.Source, error) {
	return file.Open(ctx, f.Name, f.Reader(), file.Options{Source: o.Source, Channel: o.Channel})
}

func (im fileImporter) Preview(ctx context.Context, f web.File, o web.ImportOptions) (web.Preview, error) {
	if f.Name == "panic.csv" {
		panic("a bug in a reader")
	}
	src, err := im.open(ctx, f, o)
	if err != nil {
		return web.Preview{}, err
	}
	defer src.Close()
	p := src.Plan()
	out := web.Preview{Format: p.Format, Encoding: p.Encoding, Delimiter: p.Delimiter, Rows: p.Sample}
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, web.Column{Name: c.Name, Field: c.Field})
	}
	return out, nil
}

func (im fileImporter) Import(ctx context.Context, f web.File, o web.ImportOptions, report func(mention.Run)) (mention.Run, error) {
	src, err := im.open(ctx, f, o)
	if err != nil {
		return mention.Run{}, err
	}
	defer src.Close()
	run := mention.Run{ID: "20260101-120000-" + f.Name, File: f.Name, Channel: src.Plan().Channel, Source: src.Plan().Source, Started: time.Now().UTC(), Status: mention.Running}
	if err := im.store.PutRun(ctx, run); err != nil {
		return run, err
	}
	lx, err := lexicon.Load()
	if err != nil {
		return run, err
	}
	m := lexicon.NewMatcher(lx)
	b := mention.Batch{Stream: "upload", Seq: uint64(time.Now().UnixNano())}
	err = src.Read(ctx, func(r mention.Raw) error {
		if r.Time.IsZero() {
			run.Undated++
			r.Time = run.Started
		}
		a := annotate(m, nil, r, demo.Truth{Food: true})
		a.Run = run.ID
		b.Mentions = append(b.Mentions, a)
		report(run)
		return nil
	}, func(x mention.Rejection) {
		run.Rejected++
		run.Rejections = append(run.Rejections, x)
	})
	if err != nil {
		return run, err
	}
	if _, err := im.store.Load(ctx, b); err != nil {
		return run, err
	}
	run.Finished, run.Status = time.Now().UTC(), mention.Done
	if err := im.store.PutRun(ctx, run); err != nil {
		return run, err
	}
	return im.store.Run(ctx, run.ID)
}

// upload is a POST of the form.
func upload(t *testing.T, name, body string, fields ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	mw := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := mw.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		p, err := mw.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(p, body)
	}
	if err := mw.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/fuentes/vista", &b)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	return r
}

const uploadCSV = `fecha,texto,estrellas,local,distrito
2026-11-02,"El ceviche estuvo fresco, volveré",5,La Barra Inventada,Miraflores
2026-11-03,Muy caro el lomo saltado,2,La Barra Inventada,Miraflores
2026-11-03,,4,La Barra Inventada,Miraflores
2026-11-04,Bien,11,La Barra Inventada,Miraflores
2026-11-02,"El ceviche estuvo fresco, volveré",5,La Barra Inventada,Miraflores
`

// TestUpload walks the form: choose, preview, confirm, progress, report, rejected rows.
func TestUpload(t *testing.T) {
	dir := t.TempDir()
	var st *duckdb.Store
	s := emptySite(t, func(o *web.Options) {
		st = o.Data.(*duckdb.Store)
		o.Import, o.StagingDir = fileImporter{st}, dir
	})
	if d := s.doc("/fuentes"); d.Find(`form[action="/fuentes/vista"][enctype="multipart/form-data"] input[type=file]`).Length() != 1 {
		t.Fatal("the page of sources has no upload form")
	}
	w := s.do(upload(t, `C:\datos\reseñas.csv`, uploadCSV, "source", "review", "channel", "prueba"))
	if w.Code != http.StatusOK {
		t.Fatalf("preview: %d %.400s", w.Code, w.Body)
	}
	d := parse(t, w.Body.String())
	if got := text(d.Find(".lead")); !strings.Contains(got, "reseñas.csv") || strings.Contains(got, "datos") {
		t.Errorf("the preview names the file %q", got)
	}
	if got := text(d.Find("[data-test=preview]")); !strings.Contains(got, "estrellas Estrellas") {
		t.Errorf("the columns are shown as %q", got)
	}
	if !strings.Contains(text(d.Find("table").Last())+text(d.Find("table").Eq(1)), "El ceviche estuvo fresco") {
		t.Error("the preview does not show the first rows")
	}
	if ents, err := os.ReadDir(dir); err != nil || len(ents) != 0 {
		t.Errorf("the upload has a name on disk: %v %v", ents, err)
	}
	if n, err := st.Runs(t.Context(), 9); err != nil || len(n) != 0 {
		t.Errorf("the preview has stored something: %v %v", n, err)
	}
	token := d.Find("[name=token]").AttrOr("value", "")
	confirm := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/fuentes/importar", strings.NewReader(url.Values{"token": {token}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return s.do(r)
	}
	w = confirm()
	job := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(job, "/cargas/") {
		t.Fatalf("confirm: %d to %q", w.Code, job)
	}
	if w := confirm(); w.Code != http.StatusGone {
		t.Errorf("confirmed twice: %d, want 410", w.Code)
	}
	run := ""
	for deadline := time.Now().Add(time.Minute); run == ""; {
		w := s.get(job)
		if run = w.Header().Get("Location"); run == "" && parse(t, w.Body.String()).Find("[data-refresh]").Length() == 0 {
			t.Fatalf("the progress page neither waits nor leads on: %d %.400s", w.Code, w.Body)
		}
		if time.Now().After(deadline) {
			t.Fatal("the import does not end")
		}
	}
	d = s.doc(run)
	if got := text(d.Find("[data-test=run]")); !strings.Contains(got, "Terminada Aceptadas 2 Repetidas 1 Rechazadas 2") {
		t.Errorf("the report says %q", got)
	}
	if d.Find("[data-test=rejections] tbody tr").Length() < 2 {
		t.Error("the report does not say why rows were left out")
	}
	w = s.get(run + "/rechazos.csv")
	if w.Code != http.StatusOK || strings.Count(w.Body.String(), "\n") != 3 || !strings.HasPrefix(w.Body.String(), "file,row,reason\n") {
		t.Errorf("rejected rows: %d %q", w.Code, w.Body)
	}
	if got := text(s.doc(d.Find("[data-test=run] a").AttrOr("href", "")).Find("[data-test=count]")); !strings.HasPrefix(got, "2 menciones") {
		t.Errorf("the mentions of the run: %q", got)
	}
	if got := text(s.doc("/fuentes").Find("[data-test=runs] tbody tr").First()); !strings.Contains(got, "reseñas.csv") {
		t.Errorf("the list of runs shows %q", got)
	}
}

func TestUploadRefused(t *testing.T) {
	s := emptySite(t, func(o *web.Options) {
		o.Import, o.MaxUpload = fileImporter{o.Data.(*duckdb.Store)}, 64<<10
	})
	cross := upload(t, "a.csv", uploadCSV)
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	origin := upload(t, "a.csv", uploadCSV)
	origin.Header.Set("Origin", "https://evil.example")
	plain := httptest.NewRequest(http.MethodPost, "/fuentes/vista", strings.NewReader("x"))
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		says   string
	}{
		{"from another site", cross, 403, "Formulario rechazado"},
		{"of another origin", origin, 403, "Formulario rechazado"},
		{"not a form", plain, 400, "Falta el archivo"},
		{"no file", upload(t, "", "", "source", "review"), 400, "Falta el archivo"},
		{"a file without a name", upload(t, "..", "x"), 400, "Falta el archivo"},
		{"too large", upload(t, "a.csv", strings.Repeat("x", 70<<10)), 413, "demasiado grande"},
		{"empty", upload(t, "vacío.csv", ""), 422, "vacío.csv"},
		{"a picture", upload(t, "foto.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), 422, "foto.csv"},
		{"unknown source", upload(t, "a.csv", uploadCSV, "source", "tele"), 400, "tele"},
		{"a bug in the reader", upload(t, "panic.csv", uploadCSV), 500, "Código para soporte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.do(c.r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %.300s", w.Code, c.status, w.Body)
			}
			if got := text(parse(t, w.Body.String()).Find("[data-test=error]")); !strings.Contains(got, c.says) {
				t.Errorf("the page says %q, want %q in it", got, c.says)
			}
		})
	}
	readOnly := emptySite(t)
	if w := readOnly.do(upload(t, "a.csv", uploadCSV)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a server without an importer: %d", w.Code)
	}
	if readOnly.doc("/fuentes").Find("input[type=file]").Length() != 0 {
		t.Error("a server without an importer offers an upload")
	}
}

// TestLive reads the stream over a real connection.
func TestLive(t *testing.T) {
	feed := make(chan mention.Annotated)
	s := newSite(t, func(o *web.Options) {
		o.Live = func(context.Context) (<-chan mention.Annotated, error) { return feed, nil }
	})
	f, _, err := s.store.Mentions(t.Context(), metric.Filter{}, store.Page{Limit: 1})
	if err != nil || len(f) != 1 {
		t.Fatalf("%v %v", f, err)
	}
	srv := httptest.NewServer(s.srv)
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("type %q", got)
	}
	off := f[0]
	off.Relevant, off.Text = false, "nada de comida"
	for _, m := range []mention.Annotated{off, f[0]} {
		select {
		case feed <- m:
		case <-ctx.Done():
			t.Fatal("the stream does not read the feed")
		}
	}
	sc := bufio.NewScanner(res.Body)
	var event, data strings.Builder
	for sc.Scan() {
		line := sc.Text()
		if v, ok := strings.CutPrefix(line, "event: "); ok {
			event.WriteString(v)
		}
		if v, ok := strings.CutPrefix(line, "data: "); ok {
			data.WriteString(v)
		}
		if line == "" && data.Len() > 0 {
			break
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	d := parse(t, data.String())
	if event.String() != "mentions" || d.Find("li.mention").Length() != 1 || d.Find("li.mention").AttrOr("data-id", "") != f[0].ID.String() {
		t.Errorf("event %q: %s", event.String(), data.String())
	}
	close(feed)
	for sc.Scan() { // ends because the feed did
	}
	if err := sc.Err(); err != nil && !errors.Is(err, io.EOF) {
		t.Errorf("the stream broke off: %v", err)
	}
	if w := newSite(t).get("/live"); w.Code != http.StatusNotFound {
		t.Errorf("without a feed: %d", w.Code)
	}
}
