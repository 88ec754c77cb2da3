package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
)

type sourcesView struct {
	Upload   bool
	Coverage []figureFact
	Sources  []sourceRow
	Runs     []runRow
	Choices  []option
	Max      string
}

// sourceRow is one channel of one source.
type sourceRow struct {
	Source, Channel string
	N, Href         string
	Share           string
	Newest          string
}

type runRow struct {
	ID, Href, File, Channel, Source  string
	Started, Status, StatusLabel     string
	Accepted, Duplicate, Rejected    string
	Undated, Dead                    string
	Error                            string
	Mentions, CSV                    string
	HasRejected, HasUndated, HasDead bool
	Reasons                          []fact // reason → how many of the kept rejections
	Sample                           []mention.Rejection
	Running                          bool
}

// sourcesPage shows where mentions come from, and takes new files.
func (s *Server) sourcesPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	out := sourcesView{Upload: s.o.Import != nil, Max: bytesText(v, s.o.MaxUpload)}
	out.Choices = v.sourceChoices("")
	cov := v.page.Coverage
	all := metric.Filter{AllTopics: true}
	res, err := s.data.Query(r.Context(), metric.Query{Filter: all, Measures: []string{"mentions"}, By: []metric.Dimension{metric.BySource, metric.ByChannel}, Order: "-mentions", Limit: 500})
	if err != nil {
		return err
	}
	if cov.Mentions > 0 {
		about := all // about food
		about.AllTopics, about.From, about.To = false, cov.First, cov.Last
		out.Coverage = []figureFact{
			{v.text.T("coverage.mentions"), v.text.Int(cov.Mentions), mentionsLink(all)},
			{v.text.T("coverage.relevant"), v.text.Int(cov.Relevant), mentionsLink(about)},
			{v.text.T("coverage.entities"), v.text.Int(int64(cov.Entities)), mentionsLink(metric.Filter{Kinds: metric.Kinds})},
			{v.text.T("coverage.days"), v.text.Days(cov.First, cov.Last), mentionsLink(all)},
		}
	}
	for _, row := range res.Rows {
		src := mention.Source(row.Keys[0])
		f := all
		f.Sources, f.Channels = []mention.Source{src}, []string{row.Keys[1]}
		sr := sourceRow{Source: v.text.T("source." + row.Keys[0]), Channel: row.Keys[1], N: v.text.Int(int64(row.Values[0].Value)), Href: mentionsLink(f)}
		if res.Total > 0 {
			sr.Share = v.text.Percent(row.Values[0].Value/float64(res.Total), 1)
		}
		if at, ok := cov.Newest[src]; ok && !at.IsZero() {
			sr.Newest = v.text.Day(mention.DayOf(at))
		}
		out.Sources = append(out.Sources, sr)
	}
	if s.o.Runs != nil {
		runs, err := s.o.Runs.Runs(r.Context(), 30)
		if err != nil {
			return err
		}
		for _, run := range runs {
			out.Runs = append(out.Runs, v.runRow(run))
		}
	}
	v.page.Title = v.text.T("sources.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "sources", v.page)
}

func (v *view) sourceChoices(current mention.Source) []option {
	out := []option{{"", v.text.T("upload.source.auto"), current == ""}}
	for _, x := range mention.Sources {
		out = append(out, option{string(x), v.text.T("source." + string(x)), x == current})
	}
	return out
}

func (v *view) runRow(run mention.Run) runRow {
	out := runRow{
		ID: run.ID, Href: "/fuentes/" + run.ID, File: run.File, Channel: run.Channel,
		Status: string(run.Status), StatusLabel: v.text.T("run." + string(cmp.Or(run.Status, mention.Running))),
		Accepted: v.text.Int(run.Accepted), Duplicate: v.text.Int(run.Duplicate), Rejected: v.text.Int(run.Rejected), Undated: v.text.Int(run.Undated), Dead: v.text.Int(run.Dead),
		Error: run.Error, Mentions: mentionsLink(metric.Filter{Run: run.ID, AllTopics: true}), CSV: "/fuentes/" + run.ID + "/rechazos.csv",
		HasRejected: run.Rejected > 0, HasUndated: run.Undated > 0, HasDead: run.Dead > 0, Running: run.Status == mention.Running,
	}
	if run.Kind == mention.Reannotation { // of no file
		out.File, out.Href, out.Channel = v.text.T("run.reannotation"), "/lexico/avance", v.text.T("lexicon.run.figures", "seen", run.Seen, "total", run.Total, "changed", run.Changed)
	}
	if run.Source != "" {
		out.Source = v.text.T("source." + string(run.Source))
	}
	if !run.Started.IsZero() {
		out.Started = v.text.Time(run.Started)
	}
	counts := map[string]int64{}
	for _, x := range run.Rejections {
		counts[x.Reason]++
	}
	reasons := make([]string, 0, len(counts))
	for reason := range counts {
		reasons = append(reasons, reason)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	for _, reason := range reasons[:min(len(reasons), 12)] {
		out.Reasons = append(out.Reasons, fact{reason, v.text.Int(counts[reason])})
	}
	out.Sample = run.Rejections[:min(len(run.Rejections), 20)]
	return out
}

// runPage reports on one run.
func (s *Server) runPage(w http.ResponseWriter, r *http.Request) error {
	run, err := s.run(r)
	if err != nil {
		return err
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	v.page.Title = v.text.T("run.title", "file", run.File)
	v.page.Body = v.runRow(run)
	return s.render(w, r, http.StatusOK, "run", v.page)
}

func (s *Server) run(r *http.Request) (mention.Run, error) {
	if s.o.Runs == nil {
		return mention.Run{}, errNotFound
	}
	return s.o.Runs.Run(r.Context(), r.PathValue("run"))
}

// rejectionsCSV is the list of rows left out, to mend and give again.
func (s *Server) rejectionsCSV(w http.ResponseWriter, r *http.Request) error {
	run, err := s.run(r)
	if err != nil {
		return err
	}
	t := panel.Table{Cols: []panel.Col{{Key: "file"}, {Key: "row"}, {Key: "reason"}}}
	for _, x := range run.Rejections {
		t.Rows = append(t.Rows, []panel.Cell{{Text: x.File}, {Raw: strconv.Itoa(x.Row), Num: true}, {Text: x.Reason}})
	}
	csvHeader(w, "antojo-rechazos.csv")
	if err := t.CSV(w); err != nil {
		s.log.Debug("reader left", "request_id", idOf(r))
	}
	return nil
}

type previewView struct {
	Token, Name, Size string
	Facts             []fact
	Columns           []Column
	Rows              []previewRow
	Rejected          []mention.Rejection
	Source, Channel   string
}

type previewRow struct {
	Row                                                  int
	Time, Text, Author, Rating, Place, Region, SourceTag string
}

const maxPreviewText = 160

// uploadPreview takes a file and shows how it would be read; nothing is stored.
func (s *Server) uploadPreview(w http.ResponseWriter, r *http.Request) error {
	if s.o.Import == nil {
		return errNoUpload
	}
	token, st, err := s.receive(w, r)
	if err != nil {
		return err
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	p, err := s.o.Import.Preview(r.Context(), st.asFile(), st.options)
	if err != nil {
		if taken, ok := s.uploads.take(token); ok {
			taken.close()
		}
		s.log.Info("upload not understood", "request_id", idOf(r), "error", err)
		return &userError{status: http.StatusUnprocessableEntity, key: "unreadable", args: []any{"file", st.name, "reason", err.Error()}}
	}
	out := previewView{Token: token, Name: st.name, Size: bytesText(v, st.size), Columns: p.Columns, Rejected: p.Rejected[:min(len(p.Rejected), 10)],
		Source: string(st.options.Source), Channel: st.options.Channel}
	add := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, fact{v.text.T(key), value})
		}
	}
	for i, c := range out.Columns {
		if key := "column." + c.Field; v.text.Has(key) {
			out.Columns[i].Field = v.text.T(key)
		}
	}
	add("preview.format", p.Format)
	add("preview.encoding", p.Encoding)
	add("preview.delimiter", delimiterName(v, p.Delimiter))
	add("preview.size", out.Size)
	for _, raw := range p.Rows {
		row := previewRow{Row: raw.Row, Text: clip(raw.Text, maxPreviewText), Place: raw.Place, Region: cmp.Or(raw.Department.Name(), raw.District), SourceTag: v.text.T("source." + string(raw.Source))}
		if !raw.Time.IsZero() {
			row.Time = v.text.Day(mention.DayOf(raw.Time))
		}
		if raw.Author != "" {
			row.Author = "•••" // read, but shown to no one
		}
		if raw.Rating > 0 {
			row.Rating = v.text.Dec(float64(raw.Rating), ratingDecimals(raw.Rating))
		}
		out.Rows = append(out.Rows, row)
	}
	v.page.Path = "/fuentes"
	v.page.Title = v.text.T("preview.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "preview", v.page)
}

// receive streams the uploaded file to its staging place.
func (s *Server) receive(w http.ResponseWriter, r *http.Request) (string, *staged, error) {
	rc := http.NewResponseController(w)
	body := http.MaxBytesReader(w, r.Body, s.o.MaxUpload)
	r.Body = &patient{body, rc}
	if err := rc.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return "", nil, fmt.Errorf("receive upload: %w", err)
	}
	mr, err := r.MultipartReader()
	if err != nil {
		return "", nil, errNoFile
	}
	var o ImportOptions
	for {
		part, err := mr.NextPart()
		if err == io.EOF {
			return "", nil, errNoFile
		}
		if err != nil {
			return "", nil, receiveError(err)
		}
		switch part.FormName() {
		case "source":
			if v := field(part); v != "" {
				if o.Source, err = mention.ParseSource(v); err != nil {
					return "", nil, &metric.FieldError{Field: "source", Value: v, Want: "one of review, delivery, social, survey"}
				}
			}
		case "channel":
			o.Channel = field(part)
		case "file":
			name := filepath.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
			if name == "." || name == ".." || name == "/" || part.FileName() == "" {
				return "", nil, errNoFile
			}
			token, st, err := s.uploads.stage(name, part, o)
			if err != nil {
				return "", nil, receiveError(err)
			}
			return token, st, nil
		}
	}
}

func receiveError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errTooLarge
	}
	return fmt.Errorf("receive upload: %w", err)
}

// field reads a short form field.
func field(p *multipart.Part) string {
	b, err := io.ReadAll(io.LimitReader(p, 200))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(b), ""))
}

// patient gives a large upload time as long as bytes keep coming.
type patient struct {
	io.ReadCloser
	rc *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.rc.SetReadDeadline(time.Now().Add(time.Minute)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.ReadCloser.Read(b)
}

// uploadImport starts the import of a staged file and leads to its progress page.
func (s *Server) uploadImport(w http.ResponseWriter, r *http.Request) error {
	if s.o.Import == nil {
		return errNoUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if err := r.ParseForm(); err != nil {
		return errNoFile
	}
	st, ok := s.uploads.take(r.PostForm.Get("token"))
	if !ok {
		return errGone
	}
	if s.ctx.Err() != nil {
		st.close()
		return errBusy
	}
	id, j := s.uploads.start(st.name)
	s.work.Go(func() {
		defer st.close()
		run, err := s.o.Import.Import(s.ctx, st.asFile(), st.options, j.report)
		if err != nil {
			s.log.Error("import failed", "run", run.ID, "error", err)
		}
		j.finish(run, err)
	})
	http.Redirect(w, r, "/cargas/"+id, http.StatusSeeOther)
	return nil
}

type jobView struct {
	Name    string
	Run     runRow
	HasRun  bool
	Running bool
	Failed  string
}

// uploadJob shows the progress of an import that a form has started.
func (s *Server) uploadJob(w http.ResponseWriter, r *http.Request) error {
	j, ok := s.uploads.job(r.PathValue("job"))
	if !ok {
		return errNotFound
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	run, done, failed := j.state()
	if done && failed == nil && run.ID != "" {
		http.Redirect(w, r, "/fuentes/"+run.ID, http.StatusSeeOther)
		return nil
	}
	out := jobView{Name: j.name, Run: v.runRow(run), HasRun: run.ID != "" || run.Accepted+run.Rejected > 0, Running: !done}
	if failed != nil {
		out.Failed = failed.Error()
	}
	v.page.Title = v.text.T("run.title", "file", j.name)
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "job", v.page)
}

func delimiterName(v *view, d string) string {
	switch d {
	case "\t":
		return v.text.T("delimiter.tab")
	case ",", ";", "|":
		return d
	default:
		return ""
	}
}

func bytesText(v *view, n int64) string {
	switch {
	case n >= 1<<30:
		return v.text.Dec(float64(n)/(1<<30), 1) + " GB"
	case n >= 1<<20:
		return v.text.Dec(float64(n)/(1<<20), 1) + " MB"
	default:
		return v.text.Dec(float64(n)/(1<<10), 1) + " kB"
	}
}

// clip shortens text for a table, at a rune boundary.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	cut := 0
	for i := range s {
		if i > n {
			break
		}
		cut = i
	}
	return s[:cut] + "…"
}
