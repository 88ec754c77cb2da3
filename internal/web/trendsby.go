package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"antojo/internal/metric"
	"antojo/internal/trend"
)

// ranking is one of entities, or of subjects.
type ranking struct {
	report   trend.Report
	subjects []trend.Subject // nil: entities
}

// ranked is the ranking that an address asks for: of entities, or of the aspects
// (by=aspect), of sets of entities (set=name=id,id) or of terms (term=…).
func (s *Server) ranked(ctx context.Context, q url.Values, f metric.Filter) (ranking, error) {
	var base metric.Filter
	var subjects []trend.Subject
	var err error
	switch rankedBy(q) {
	case trend.SetSubject:
		base, subjects, err = trend.Sets(f, q["set"], func(id string) bool { _, ok := s.o.Lexicon.Entity(id); return ok })
	case trend.TermSubject:
		base, subjects, err = trend.Terms(f, q["term"])
	case trend.AspectSubject:
		base, subjects = trend.Aspects(f)
	default:
		if by := q.Get("by"); by != "" {
			return ranking{}, &metric.FieldError{Field: "by", Value: by, Want: trend.AspectSubject}
		}
		rep, err := s.rank(ctx, f)
		return ranking{report: rep}, err
	}
	if err != nil {
		return ranking{}, err
	}
	var key strings.Builder
	key.WriteString(base.Values().Encode())
	for _, x := range subjects {
		key.WriteString("\n" + x.Kind + " " + x.ID + " " + x.Filter.Values().Encode())
	}
	rep, err := s.trends.get(ctx, key.String(), func(ctx context.Context) (trend.Report, error) {
		return trend.RankSubjects(ctx, s.o.Data, subjects, trend.Options{Filter: base, To: base.To, Days: int(base.To-base.From) + 1})
	})
	return ranking{rep, subjects}, err
}

// subjectRow gives a row of a ranking of subjects its name and its links.
func subjectRow(v *view, rep trend.Report, row trendRow, subjects []trend.Subject) trendRow {
	for _, x := range subjects {
		if x.ID != row.ID {
			continue
		}
		f := x.Filter
		f.From, f.To, f.Window = rep.Window.From, rep.Window.To, ""
		row.Href = mentionsLink(f)
		row.NHref, row.NetHref = row.Href, row.Href
		f.From, f.To = rep.Previous.From, rep.Previous.To
		row.NPreviousHref = mentionsLink(f)
		row.Kind, row.Gloss, row.Name = v.text.T("trends.by."+x.Kind), "", x.ID
		switch {
		case x.Kind == trend.AspectSubject:
			row.Name = v.aspectLabel(x.Filter.Aspects[0])
		case x.Kind == trend.SetSubject && strings.Contains(x.ID, ","):
			names := strings.Split(x.ID, ",")
			for i, id := range names {
				names[i] = v.name(strings.TrimSpace(id))
			}
			row.Name = strings.Join(names, " + ")
		}
	}
	// Ids of subjects may hold anything, those of elements may not.
	row.ID = url.PathEscape(row.ID)
	return row
}

// rankedBy is the kind of subjects that an address asks to rank; "" for entities, or for
// what does not exist.
func rankedBy(q url.Values) string {
	switch {
	case q.Has("set"):
		return trend.SetSubject
	case q.Has("term"):
		return trend.TermSubject
	case q.Get("by") == trend.AspectSubject:
		return trend.AspectSubject
	}
	return ""
}

// byChoices leads from the ranking of entities to that of aspects and back.
func byChoices(v *view, r *http.Request) []choice {
	q := clean(r.URL.Query())
	of := rankedBy(q)
	for _, drop := range []string{"lang", "theme", "rows", "sort", "by", "set", "term", tourParam} {
		q.Del(drop)
	}
	href := func(by string) string {
		q.Del("by")
		if by != "" {
			q.Set("by", by)
		}
		if len(q) == 0 {
			return "/tendencias"
		}
		return "/tendencias?" + q.Encode()
	}
	out := []choice{{v.text.T("trends.by.entity"), href(""), of == ""}, {v.text.T("trends.by.aspect"), href(trend.AspectSubject), of == trend.AspectSubject}}
	if of == trend.SetSubject || of == trend.TermSubject {
		out = append(out, choice{v.text.T("trends.by." + of), r.URL.RequestURI(), true})
	}
	return out
}
