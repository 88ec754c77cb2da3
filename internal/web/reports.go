package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// Reports writes reports whose every sentence is checked; the program wires the
// brief writer to it. Without one the page of reports says that there are none.
type Reports interface {
	Report(context.Context, ReportRequest) (Report, error)
}

// ErrReportInput is wrapped by errors of Reports that the reader can mend, such as a
// period without mentions.
var ErrReportInput = errors.New("report request")

// ReportRequest says which report is wanted. Format "" is a fragment for the page.
type ReportRequest struct {
	Product, Lang, Period string
	Entities              []string
	Tone, Channel         string // of a studio
	Kind, Feast           string // of a studio: "" = all, none
	Format                string // "", html, email, md, json, pdf
}

// Report is a finished report: Body for the page, or Data to download.
type Report struct {
	Title, Kicker string
	Body          template.HTML
	Data          []byte
}

// What can be chosen on the page; the first is the default.
var (
	reportProducts = []string{"weekly", "monthly", "dossier", "comparison", "alert", "studio"}
	reportKinds    = []string{"", "post", "campaign", "menu", "product"}
	reportTones    = []string{"warm", "formal", "playful"}
	reportChannels = []string{"instagram", "tiktok", "whatsapp", "email", "store"}
	reportFormats  = []string{"pdf", "email", "html", "md", "json"}
)

const (
	reportPeriods  = 13 // periods offered
	reportFoods    = 6  // at most in a comparison
	reportFoodsMin = 2
	reportDeadline = 40 * time.Second
	maxReportInput = 400 // bytes of the field of foods
)

type reportsView struct {
	Title, Kicker string
	Products      []reportProduct
	Product       string
	Sub           string // what the chosen one is
	Selects       []selectField
	Foods         string // as the field shows them; only where FoodsLabel is set
	FoodsLabel    string
	Fault         string // why there is no report
	Body          template.HTML
	Downloads     downloads
	Review        string // where the brief of the week is approved
}

type reportProduct struct {
	choice
	Sub string
}

// reportsPage lists the reports, holds the form of the chosen one, whose state is
// the URL, and the report itself.
func (s *Server) reportsPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	chosen := q.Get("product")
	if chosen != "" && !slices.Contains(reportProducts, chosen) {
		return errNotFound
	}
	b := reportsView{Title: v.text.T("reports.title"), Product: chosen, Kicker: v.text.T("reports.lead")}
	for _, p := range reportProducts {
		b.Products = append(b.Products, reportProduct{choice{v.text.T("reports." + p), "/informes?product=" + p, p == chosen}, v.text.T("reports." + p + ".sub")})
	}
	v.page.Title = b.Title
	v.page.Body = &b
	if chosen == "" {
		return s.render(w, r, http.StatusOK, "reports", v.page)
	}
	b.Sub = v.text.T("reports." + chosen + ".sub")
	req := ReportRequest{Product: chosen, Lang: v.page.Lang, Period: q.Get("period"), Tone: q.Get("tone"), Channel: q.Get("channel"), Kind: q.Get("idea"), Feast: q.Get("feast")}
	var unknown string
	req.Entities, unknown = s.foodsOf(q["entity"])
	s.reportForm(v, &b, req, unknown)
	least, most := foodsWanted(chosen)
	switch {
	case s.o.Reports == nil:
		b.Fault = v.text.T("reports.off")
	case v.page.Coverage.Mentions == 0:
		b.Fault = v.text.T("reports.empty")
	case unknown != "":
		b.Fault = v.text.T("reports.unknown", "name", unknown)
	case len(req.Entities) < least || len(req.Entities) > most:
		b.Fault = v.text.T("reports.foods." + chosen)
	}
	if b.Fault == "" {
		ctx, cancel := context.WithTimeout(r.Context(), reportDeadline)
		defer cancel()
		rep, err := s.o.Reports.Report(ctx, req)
		switch {
		case errors.Is(err, ErrReportInput):
			b.Fault = v.text.T("reports.bad")
		case err != nil:
			return err
		default:
			b.Title, b.Kicker, b.Body = rep.Title, rep.Kicker, rep.Body
			if s.o.Reviews != nil && chosen == "weekly" {
				b.Review = "/informes/revisar?" + url.Values{"period": {req.Period}, "lang": {req.Lang}}.Encode()
			}
			b.Downloads = downloads{What: v.text.T("reports.what")}
			for _, f := range reportFormats {
				b.Downloads.Links = append(b.Downloads.Links, choice{Label: v.text.T("reports.as." + f), Href: "/informes/archivo?" + req.values(f).Encode()})
			}
		}
	}
	if b.Fault != "" {
		b.Title = v.text.T("reports." + chosen)
	}
	v.page.Title = b.Title
	return s.render(w, r, http.StatusOK, "reports", v.page)
}

// foodsWanted is how many foods a product takes.
func foodsWanted(product string) (least, most int) {
	switch product {
	case "dossier":
		return 1, 1
	case "comparison":
		return reportFoodsMin, reportFoods
	case "studio", "alert":
		return 0, 1
	}
	return 0, reportFoods // ignored
}

// values is the request as the URL has it.
func (r ReportRequest) values(format string) url.Values {
	q := url.Values{"product": {r.Product}, "lang": {r.Lang}, "format": {format}}
	for k, v := range map[string]string{"period": r.Period, "tone": r.Tone, "channel": r.Channel, "idea": r.Kind, "feast": r.Feast, "entity": strings.Join(r.Entities, ",")} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return q
}

// foodsOf reads ids or names, with commas between; unknown is the first that is neither.
func (s *Server) foodsOf(values []string) (ids []string, unknown string) {
	for _, v := range values {
		if len(v) > maxReportInput {
			v = strings.ToValidUTF8(v[:maxReportInput], "")
		}
		for x := range strings.SplitSeq(v, ",") {
			x = strings.TrimSpace(x)
			if x == "" {
				continue
			}
			id := x
			if _, ok := s.o.Lexicon.Entity(x); !ok {
				if id, ok = s.names.find(x); !ok {
					near := s.names.suggest(x, 1)
					if len(near) == 0 {
						return ids, x
					}
					id = near[0].ID
				}
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, ""
}

// reportForm fills in the fields that the chosen product has.
func (s *Server) reportForm(v *view, b *reportsView, r ReportRequest, unknown string) {
	pick := func(name, current string, values []string, label func(string) string) {
		f := selectField{Name: name, Label: v.text.T("reports.field." + name)}
		for _, x := range values {
			f.Options = append(f.Options, option{x, label(x), x == current})
		}
		b.Selects = append(b.Selects, f)
	}
	switch r.Product {
	case "dossier", "comparison", "studio", "alert":
		b.FoodsLabel = v.text.T("reports.field.foods")
		if r.Product == "comparison" {
			b.FoodsLabel = v.text.T("reports.field.foods.many")
		} else if r.Product != "dossier" {
			b.FoodsLabel = v.text.T("reports.field.foods.maybe")
		}
		var names []string
		for _, id := range r.Entities {
			names = append(names, v.name(id))
		}
		if unknown != "" {
			names = append(names, unknown)
		}
		b.Foods = strings.Join(names, ", ")
	}
	if r.Product == "alert" {
		return
	}
	values, labels := periods(v, r.Product == "monthly")
	if r.Period != "" && !slices.Contains(values, r.Period) {
		values, labels[r.Period] = append([]string{r.Period}, values...), r.Period
	}
	pick("period", r.Period, append([]string{""}, values...), func(x string) string {
		if x == "" {
			return v.text.T("reports.period.last")
		}
		return labels[x]
	})
	if r.Product == "studio" {
		pick("idea", r.Kind, reportKinds, func(x string) string { return v.text.T("reports.kind." + cmp.Or(x, "all")) })
		feasts, names := feastsFrom(v)
		pick("feast", r.Feast, append([]string{""}, feasts...), func(x string) string {
			if x == "" {
				return v.text.T("reports.feast.none")
			}
			return names[x]
		})
		pick("tone", r.Tone, reportTones, func(x string) string { return v.text.T("reports.tone." + x) })
		pick("channel", r.Channel, reportChannels, func(x string) string { return v.text.T("reports.channel." + x) })
	}
}

// feastsFrom lists the feasts of the calendar in the order in which they come after the
// newest mention, with their names.
func feastsFrom(v *view) (ids []string, names map[string]string) {
	names = map[string]string{}
	last := v.page.Coverage.Last
	next := map[string]mention.Day{}
	for _, f := range calendar.Feasts() {
		for year := last.Date().Year(); year <= last.Date().Year()+1; year++ {
			if day, _, ok := f.Days(year); ok && day > last {
				next[f.ID] = day
				break
			}
		}
		if next[f.ID] == 0 {
			continue
		}
		name := f.Name
		if v.page.Lang == "en" {
			name = f.NameEN
		}
		ids, names[f.ID] = append(ids, f.ID), upperFirst(bare(name))
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(next[a], next[b]) })
	return ids, names
}

// periods lists the last whole weeks, or months, with data, newest first.
func periods(v *view, months bool) (values []string, labels map[string]string) {
	labels = map[string]string{}
	cov := v.page.Coverage
	last := cov.Last
	for len(values) < reportPeriods && last >= cov.First && last > 0 {
		var from, to mention.Day
		name := ""
		if months {
			t := last.Date().AddDate(0, 0, 1)
			t = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -1, 0)
			from, to = mention.Day(t.Unix()/86400), mention.Day(t.AddDate(0, 1, -1).Unix()/86400)
			name = t.Format("2006-01")
			labels[name] = v.text.MonthYear(from)
		} else {
			to = last
			for to.Date().Weekday() != time.Sunday {
				to--
			}
			from = to - 6
			y, w := to.Date().ISOWeek()
			name = fmt.Sprintf("%04d-W%02d", y, w)
			labels[name] = v.text.Days(from, to)
		}
		if to < cov.First {
			break
		}
		values = append(values, name)
		last = from - 1
	}
	return values, labels
}

// reportTypes are the types of the files, with what their names end in.
var reportTypes = map[string][2]string{
	"pdf": {"application/pdf", "pdf"}, "html": {"text/html; charset=utf-8", "html"}, "email": {"text/html; charset=utf-8", "email.html"},
	"md": {"text/markdown; charset=utf-8", "md"}, "json": {"application/json", "json"},
}

// reportFile is a report as a file.
func (s *Server) reportFile(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	req := ReportRequest{Product: q.Get("product"), Lang: q.Get("lang"), Period: q.Get("period"), Tone: q.Get("tone"), Channel: q.Get("channel"), Kind: q.Get("idea"), Feast: q.Get("feast"), Format: q.Get("format")}
	kind, ok := reportTypes[req.Format]
	if !ok || s.o.Reports == nil || !slices.Contains(reportProducts, req.Product) {
		return errNotFound
	}
	if !s.catalog.Has(req.Lang) {
		req.Lang = s.newPage(w, r).Lang
	}
	var unknown string
	req.Entities, unknown = s.foodsOf(q["entity"])
	if least, most := foodsWanted(req.Product); unknown != "" || len(req.Entities) < least || len(req.Entities) > most {
		return errReport
	}
	ctx, cancel := context.WithTimeout(r.Context(), reportDeadline)
	defer cancel()
	rep, err := s.o.Reports.Report(ctx, req)
	if errors.Is(err, ErrReportInput) {
		return errReport
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind[0])
	h.Set("Content-Disposition", `attachment; filename="antojo-`+req.Product+"."+kind[1]+`"`)
	h.Set("Cache-Control", "private, no-cache")
	if _, err := w.Write(rep.Data); err != nil {
		s.log.Debug("reader left", "request_id", idOf(r))
	}
	return nil
}

var errReport = &userError{status: http.StatusBadRequest, key: "report"}
