package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antojo/internal/panel"
	"antojo/internal/trend"
)

// comparedBeside are parameters of the pages that lead to the comparison and that
// mean nothing there.
var comparedBeside = []string{"add", "lang", "theme", "format", "panel", "sort", "rows", "by", "set", "term", "kind", "entity"}

type compareView struct {
	Chosen    []choice // each with the link that takes it out
	Hidden    []hidden
	Full      bool
	Left      bool // more were ticked than there is room for
	Suggested []string
	NotFound  string
	More      string // the table of trends, with the same ones ticked
	Abreast   panelView
	Rows      []trendRow
	Tones     []string // colour of each row's line, by row
	Title     string
	Empty     bool
	Downloads downloads
}

// picks are what the form of the table carries to the comparison: the selection
// without its kinds.
func (v *view) picks() *picks {
	p := &picks{Most: compareMost}
	f := v.asked
	f.Kinds, f.Entities, f.Text = nil, nil, ""
	vals := f.Values()
	if f.Window == v.def {
		vals.Del("window")
	}
	for _, k := range sorted(vals) {
		for _, x := range vals[k] {
			p.Hidden = append(p.Hidden, hidden{k, x})
		}
	}
	return p
}

// comparePage sets up to six entities side by side (e=…, each time one).
func (s *Server) comparePage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	v.asked.Entities, v.asked.Kinds = nil, nil
	v.filter.Entities, v.filter.Kinds = nil, nil
	v.scope.Filter = v.filter
	var c compareView
	var ids []string
	q := clean(r.URL.Query())
	for _, list := range q["e"] {
		for _, id := range strings.Split(list, ",") {
			if _, ok := s.o.Lexicon.Entity(id); !ok {
				if id != "" {
					c.NotFound = v.text.T("compare.unknown", "name", clipped(id))
				}
				continue
			}
			if slices.Contains(ids, id) {
				continue
			}
			if len(ids) == compareMost {
				c.Left = true
				continue
			}
			ids = append(ids, id)
		}
	}
	to := func(path string, ids []string) string {
		next := url.Values{}
		for k, x := range q {
			if k != "e" && !slices.Contains(comparedBeside, k) {
				next[k] = x
			}
		}
		next["e"] = ids
		if len(next) == 0 || len(next) == 1 && len(ids) == 0 {
			return path
		}
		return path + "?" + next.Encode()
	}
	if name := q.Get("add"); name != "" {
		id, ok := s.names.find(name)
		if !ok {
			if list := s.names.suggest(name, 1); len(list) > 0 {
				id, ok = list[0].ID, true
			}
		}
		if ok {
			if !slices.Contains(ids, id) && len(ids) < compareMost {
				ids = append(ids, id)
			}
			http.Redirect(w, r, to("/comparar", ids), http.StatusSeeOther)
			return nil
		}
		c.NotFound = v.text.T("compare.unknown", "name", name)
	}
	bs := []builder{{"abreast", func(ctx context.Context) (panel.Panel, error) { return panel.Abreast(ctx, v.scope, ids) }}}
	if done, err := s.twin(w, r, v, bs); done {
		return err
	}
	var rep trend.Report
	var boxes map[string]panel.Panel
	if len(ids) > 0 {
		err = panel.Together(r.Context(),
			func(ctx context.Context) (err error) { boxes, err = panels(ctx, bs); return err },
			func(ctx context.Context) (err error) { rep, err = s.trendsOf(ctx, v); return err })
		if err != nil {
			return err
		}
	}
	c.Empty = len(ids) == 0
	c.Abreast = viewOf(r, boxes["abreast"])
	var list []trend.Trend
	for i, id := range ids {
		c.Chosen = append(c.Chosen, choice{Label: v.name(id), Href: to("/comparar", without(ids, i))})
		info, _ := s.o.Lexicon.Entity(id)
		t := trend.Trend{Entity: id, Name: info.Name, Kind: info.Kind, Verdict: trend.NotEnoughData}
		if k := slices.IndexFunc(rep.Trends, func(t trend.Trend) bool { return t.Entity == id }); k >= 0 {
			t = rep.Trends[k]
		}
		list = append(list, t)
	}
	lo, hi := growthAxis(list)
	for i, t := range list {
		c.Rows = append(c.Rows, s.trendRow(v, rep, t, lo, hi))
		c.Tones = append(c.Tones, string(panel.AbreastTones[i%len(panel.AbreastTones)]))
	}
	c.Title = compareFinding(v, list)
	for _, k := range sorted(q) {
		if k == "e" || slices.Contains(comparedBeside, k) {
			continue
		}
		for _, x := range q[k] {
			c.Hidden = append(c.Hidden, hidden{k, x})
		}
	}
	for _, id := range ids {
		c.Hidden = append(c.Hidden, hidden{"e", id})
	}
	c.Full = len(ids) >= compareMost
	c.Suggested = s.suggestions(ids)
	c.More = to("/tendencias", ids)
	if len(ids) > 0 {
		f := v.filter
		f.Entities = ids
		c.Downloads = v.download("query", v.text.T("export.what.weeks"), f, url.Values{"measures": {"mentions,sov,net_sentiment"}, "by": {"week,entity"}})
	}
	v.page.Title = v.text.T("abreast.page")
	v.page.Filters = v.bar(r, []string{"source", "department", "campaign"}, "e")
	v.page.Body = c
	return s.render(w, r, http.StatusOK, "compare", v.page)
}

// compareFinding says which of the compared grew most, if its interval lies above
// that of every other one.
func compareFinding(v *view, list []trend.Trend) string {
	best, enough := -1, 0
	for i, t := range list {
		if !t.Enough {
			continue
		}
		enough++
		if best < 0 || t.Growth > list[best].Growth {
			best = i
		}
	}
	if len(list) == 1 {
		return v.text.T("abreast.growth.one", "name", v.name(list[0].Entity))
	}
	if enough < 2 {
		return v.text.T("abreast.growth.few")
	}
	for i, t := range list {
		if i != best && t.Enough && t.High >= list[best].Low {
			return v.text.T("abreast.growth.close")
		}
	}
	return v.text.T("abreast.growth.best", "name", v.name(list[best].Entity), "growth", v.text.SignedPercent(list[best].Growth, 0),
		"low", v.text.SignedPercent(list[best].Low, 0), "high", v.text.SignedPercent(list[best].High, 0))
}
