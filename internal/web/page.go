package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/panel"
	"antojo/internal/panel/locale"
	"antojo/internal/store"
)

// page is what every template gets; Body is the page's own view.
type page struct {
	Lang, Theme string
	Title       string
	Path        string
	Nav         []navGroup
	Prefs       prefs
	Coverage    store.Coverage
	Here        string // key of the current entry, "" = none
	Fresh       string // how far the data reach
	Filters     *filterBar
	Query       string // search text, to keep in the search box
	TourOffer   bool   // the tour is offered
	tour        *tourCard
	Body        any
}

type navItem struct {
	Key, Group, Href, Icon string
	Current                bool
}

// navGroup is a heading with its pages.
type navGroup struct {
	Key   string
	Items []navItem
}

// prefs are the links that switch language and theme.
type prefs struct {
	LangHref, OtherLang          string
	ThemeHref, NextTheme, Symbol string
}

// nav is the list of pages; Group is the heading under which a page stands.
var nav = []navItem{
	{Key: "nav.home", Group: "nav.group.see", Href: "/", Icon: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6h-6v6H5a1 1 0 0 1-1-1z"},
	{Key: "nav.trends", Group: "nav.group.see", Href: "/tendencias", Icon: "M4 16l5-5 4 4 7-8M15 7h5v5"},
	{Key: "nav.preferences", Group: "nav.group.see", Href: "/preferencias", Icon: "M12 20s-7-4.4-7-9.5A3.9 3.9 0 0 1 12 8a3.9 3.9 0 0 1 7 2.5C19 15.6 12 20 12 20z"},
	{Key: "nav.atlas", Group: "nav.group.see", Href: "/mapa", Icon: "M9 4 4 6v14l5-2 6 2 5-2V4l-5 2zM9 4v14M15 6v14"},
	{Key: "nav.wall", Group: "nav.group.see", Href: "/en-vivo", Icon: "M4 12h3l2-6 4 12 3-8 1.500 2H20"},
	{Key: "nav.mentions", Group: "nav.group.read", Href: "/menciones", Icon: "M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM8 9h8M8 12h5"},
	{Key: "nav.alerts", Group: "nav.group.read", Href: "/alertas", Icon: "M6 10a6 6 0 0 1 12 0v4l2 3H4l2-3zM10 20h4"},
	{Key: "nav.ask", Group: "nav.group.read", Href: "/preguntar", Icon: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 18h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z"},
	{Key: "nav.reports", Group: "nav.group.read", Href: "/informes", Icon: "M7 3h8l4 4v14H7zM14 3v5h5M10 12h6M10 16h6"},
	{Key: "nav.views", Group: "nav.group.read", Href: "/vistas", Icon: "M6 4h12v16l-6-4-6 4z"},
	{Key: "nav.sources", Group: "nav.group.keep", Href: "/fuentes", Icon: "M12 4v10M8 8l4-4 4 4M4 15v4a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4"},
	{Key: "nav.surveys", Group: "nav.group.keep", Href: "/encuestas", Icon: "M5 4h14v16H5zM8 9l1.500 1.500L12 8M8 15l1.500 1.500L12 14M14 10h3M14 16h3"},
	{Key: "nav.lexicon", Group: "nav.group.keep", Href: "/lexico", Icon: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8h6"},
	{Key: "nav.sql", Group: "nav.group.keep", Href: "/sql", Icon: "M5 6c0-1.100 3.100-2 7-2s7 .9 7 2-3.100 2-7 2-7-.9-7-2zM5 6v12c0 1.100 3.100 2 7 2s7-.9 7-2V6M5 12c0 1.100 3.100 2 7 2s7-.9 7-2"},
	{Key: "nav.models", Group: "nav.group.keep", Href: "/modelos", Icon: "M4 8l8-4 8 4-8 4zM4 12l8 4 8-4M4 16l8 4 8-4"},
	{Key: "nav.privacy", Group: "nav.group.keep", Href: "/privacidad", Icon: "M12 3l7 3v6c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9V6z"},
	{Key: "nav.settings", Group: "nav.group.keep", Href: "/ajustes", Icon: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4"},
	{Key: "nav.about", Group: "nav.group.keep", Href: "/acerca", Icon: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01"},
}

const cookieAge = 365 * 24 * 3600

// newPage reads the reader's choices and what all pages show.
func (s *Server) newPage(w http.ResponseWriter, r *http.Request) *page {
	p := &page{Path: r.URL.Path}
	p.Lang = s.choose(w, r, "lang", locale.Default, s.catalog.Has)
	p.Theme = s.choose(w, r, "theme", "auto", func(v string) bool { return v == "auto" || v == "light" || v == "dark" })
	first := start(r)
	for _, n := range nav {
		n.Current = n.Href == p.Path || n.Href != "/" && strings.HasPrefix(p.Path, n.Href+"/") || n.Href == "/tendencias" && (strings.HasPrefix(p.Path, "/entidad/") || p.Path == "/comparar") || n.Href == "/menciones" && strings.HasPrefix(p.Path, "/mencion/") || n.Href == "/fuentes" && strings.HasPrefix(p.Path, "/cargas/")
		if len(p.Nav) == 0 || p.Nav[len(p.Nav)-1].Key != n.Group {
			p.Nav = append(p.Nav, navGroup{Key: n.Group})
		}
		g := &p.Nav[len(p.Nav)-1]
		if first != "" && slices.Contains(startPages, n.Href) {
			n.Href += "?" + first
		}
		g.Items = append(g.Items, n)
		if n.Current {
			p.Here = n.Key
		}
	}
	p.Prefs.OtherLang = "en"
	if p.Lang == "en" {
		p.Prefs.OtherLang = "es"
	}
	p.Prefs.NextTheme = map[string]string{"auto": "dark", "dark": "light", "light": "auto"}[p.Theme]
	p.Prefs.LangHref = with(r.URL, "lang", p.Prefs.OtherLang)
	p.Prefs.ThemeHref = with(r.URL, "theme", p.Prefs.NextTheme)
	if r.Method != http.MethodGet { // a form's answer has no address of its own
		back := "/fuentes"
		if strings.HasPrefix(p.Path, "/lexico/") {
			back = "/lexico"
		}
		if strings.HasPrefix(p.Path, "/vistas") {
			back = "/vistas"
		}
		p.Prefs.LangHref, p.Prefs.ThemeHref = back+"?lang="+p.Prefs.OtherLang, back+"?theme="+p.Prefs.NextTheme
	}
	text := s.catalog.For(p.Lang)
	if cov, err := s.data.Coverage(r.Context()); err == nil {
		p.Coverage = cov
		if cov.Mentions > 0 {
			p.Fresh = text.T("fresh", "n", cov.Mentions, "day", text.Day(cov.Last))
		}
	}
	s.guide(w, r, p)
	return p
}

// choose takes a preference from the URL, else from its cookie; a choice in the
// URL is remembered.
func (s *Server) choose(w http.ResponseWriter, r *http.Request, name, def string, ok func(string) bool) string {
	if v := r.URL.Query().Get(name); v != "" && ok(v) {
		http.SetCookie(w, &http.Cookie{Name: name, Value: v, Path: "/", MaxAge: cookieAge, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return v
	}
	if c, err := r.Cookie(name); err == nil && ok(c.Value) {
		return c.Value
	}
	return def
}

// with is u with one parameter set; language and theme are never carried along.
func with(u *url.URL, name, value string) string {
	q := u.Query()
	q.Del("lang")
	q.Del("theme")
	q.Set(name, value)
	return u.Path + "?" + q.Encode()
}

// pages holds the parsed templates: one set a language, since the functions that
// write text know theirs.
type pages struct {
	fsys    fs.FS
	catalog *locale.Catalog
	static  *static
	sets    map[string]map[string]*template.Template
}

func loadPages(fsys fs.FS, c *locale.Catalog, st *static) (*pages, error) {
	ps := &pages{fsys, c, st, map[string]map[string]*template.Template{}}
	for _, lang := range c.Langs() {
		set, err := ps.parse(lang)
		if err != nil {
			return nil, err
		}
		ps.sets[lang] = set
	}
	return ps, nil
}

// parse reads layout, parts and every page of one language.
func (ps *pages) parse(lang string) (map[string]*template.Template, error) {
	text := ps.catalog.For(lang)
	base := template.New("layout.html").Funcs(template.FuncMap{
		"t":      text.T,
		"static": ps.static.url,
		"int64":  func(n int) string { return text.Int(int64(n)) },
		"cell":   func(t panel.Table, i int) panel.Col { return t.Cols[i] },
		"mapview": func(p panelView, choices ...[]choice) mapView {
			m := mapView{Panel: p}
			if len(choices) > 0 {
				m.Choices = choices[0]
			}
			return m
		},
	})
	base, err := base.ParseFS(ps.fsys, "web/templates/layout.html", "web/templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	files, err := fs.Glob(ps.fsys, "web/templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	set := map[string]*template.Template{}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".html")
		if name == "layout" {
			continue
		}
		t, err := template.Must(base.Clone()).ParseFS(ps.fsys, f)
		if err != nil {
			return nil, fmt.Errorf("parse template %s: %w", name, err)
		}
		set[name] = t
	}
	return set, nil
}

// render writes a page. It is built whole before the first byte goes out, so that
// a failure becomes an error page and not half a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, p *page) error {
	b, err := s.execute(p.Lang, name, "layout.html", p)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Lang)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(b); err != nil {
		s.log.Debug("reader left", "request_id", idOf(r))
	}
	return nil
}

// execute runs one template of a page's set.
func (s *Server) execute(lang, name, tmpl string, data any) ([]byte, error) {
	set := s.pages.sets[lang]
	if s.o.Reload {
		fresh, err := s.pages.parse(lang)
		if err != nil {
			return nil, err
		}
		set = fresh
	}
	t := set[name]
	if t == nil {
		return nil, fmt.Errorf("render %s: no such template", name)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, tmpl, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return buf.Bytes(), nil
}

// builder makes one panel of a page.
type builder struct {
	id    string
	build func(context.Context) (panel.Panel, error)
}

// panels builds all panels side by side.
func panels(ctx context.Context, bs []builder) (map[string]panel.Panel, error) {
	list := make([]panel.Panel, len(bs))
	fs := make([]func(context.Context) error, len(bs))
	for i, b := range bs {
		fs[i] = func(ctx context.Context) (err error) {
			list[i], err = b.build(ctx)
			return err
		}
	}
	if err := panel.Together(ctx, fs...); err != nil {
		return nil, err
	}
	out := make(map[string]panel.Panel, len(bs))
	for i, b := range bs {
		out[b.id] = list[i]
	}
	return out, nil
}

func csvHeader(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "private, no-cache")
}

// mapView is a map with the measures that it can show.
type mapView struct {
	Panel   panelView
	Choices []choice
}

// today is the last day that a page may speak of when the store is empty.
func (s *Server) today() mention.Day { return mention.DayOf(s.o.Now()) }
