package brief

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"sort"
	"strconv"
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
)

//go:embed brief.gohtml
var pages embed.FS

// labels are the words around the sentences: Spanish, English.
var labels = map[string][2]string{
	"title":                   {"Informe semanal", "Weekly brief"},
	"summary":                 {"La semana", "The week"},
	"rising":                  {"Lo que sube", "What is rising"},
	"explained":               {"Lo que tiene otra explicación", "What has another explanation"},
	"falling":                 {"Lo que baja", "What is falling"},
	"opinions":                {"Lo que gusta y lo que no", "What people like and dislike"},
	"where":                   {"Dónde", "Where"},
	"limits":                  {"Lo que no se puede decir", "What cannot be said"},
	"synthetic":               {"Datos sintéticos: este informe se hizo con el conjunto de demostración, no con opiniones reales.", "Synthetic data: this brief was made from the demo set, not from real opinions."},
	"facts":                   {"Los hechos detrás de cada cifra", "The facts behind each figure"},
	"method":                  {"Las tendencias comparan el periodo %s con el %s, frente al volumen de las mismas fuentes; los intervalos son del 95 %% y q corrige por todo lo que se miró.", "Trends compare %s with %s, against the volume of the same sources; intervals are 95%% and q corrects for everything that was looked at."},
	"written":                 {"Escrito por reglas, sin modelo de lenguaje. Frases: %d, todas verificadas contra los hechos.", "Written by rules, without a language model. Sentences: %d, each checked against the facts."},
	"model":                   {"Escrito por %s. Frases: %d, todas verificadas contra los hechos; corregidas por el modelo: %d; reemplazadas por la redacción por reglas: %d.", "Written by %s. Sentences: %d, each checked against the facts; corrected by the model: %d; replaced by the rule-based writer: %d."},
	TroubleSlow:               {"El modelo de lenguaje no respondió a tiempo.", "The language model did not answer in time."},
	TroubleUnavailable:        {"El modelo de lenguaje no estuvo disponible o respondió con un error.", "The language model was not available or answered with an error."},
	TroubleBudget:             {"El presupuesto no alcanza para el modelo de lenguaje.", "The budget does not allow the language model."},
	"col.fact":                {"Hecho", "Fact"},
	"col.what":                {"De qué", "About"},
	"col.verdict":             {"Veredicto", "Verdict"},
	"col.figures":             {"Cifras (IC 95 %; n)", "Figures (95% CI; n)"},
	"col.mentions":            {"Menciones detrás", "Mentions behind it"},
	"empty":                   {"No hay menciones de comida en este periodo.", "There are no mentions of food in this period."},
	"verdict.rising":          {"sube", "rising"},
	"verdict.falling":         {"baja", "falling"},
	"verdict.seasonal":        {"estacional", "seasonal"},
	"verdict.spike":           {"pico", "spike"},
	"verdict.steady":          {"sin cambio claro", "steady"},
	"fig.mentions":            {"menciones", "mentions"},
	"fig.previous":            {"antes", "before"},
	"fig.growth":              {"cambio", "change"},
	"fig.expected":            {"esperado", "expected"},
	"fig.net":                 {"saldo de opiniones", "balance of opinions"},
	"fig.share":               {"parte", "share"},
	"fig.positive":            {"positivas", "positive"},
	"fig.negative":            {"negativas", "negative"},
	"fig.times":               {"veces el resto del país", "times the rest of the country"},
	"fig.count":               {"comidas", "foods"},
	"verdict.alert":           {"fuera de lo común", "out of the common"},
	"fig.usual":               {"lo común", "common"},
	"kind.feast":              {"calendario", "calendar"},
	"kind.volume":             {"volumen de la semana", "volume of the week"},
	"kind.mood":               {"ánimo de la semana", "mood of the week"},
	"kind.coverage":           {"cobertura", "coverage"},
	"kind.no-change":          {"sin cambio", "no change"},
	"kind.few-data":           {"sin datos suficientes", "not enough data"},
	"kind.source":             {"fuente", "source"},
	"kind.aspect":             {"toda la comida", "all food"},
	"verdict.price-driven":    {"por precio", "price-driven"},
	"verdict.campaign-driven": {"por campaña", "campaign-driven"},
	"verdict.not-enough-data": {"sin datos suficientes", "not enough data"},
}

func (b *Brief) label(key string) string {
	l := labels[key]
	if b.Lang == "en" {
		return l[1]
	}
	return l[0]
}

// Title is the headline of the brief, or its name where there is none.
func (b *Brief) Title() string {
	for _, s := range b.Sections {
		if s.Key == outline.Headline && len(s.Sentences) > 0 {
			return fill.Join(s.Sentences[0].Pieces)
		}
	}
	return b.label("title")
}

// Notes are the lines below the sentences: who wrote, what was replaced, method.
func (b *Brief) Notes(n fill.Numbers) []string {
	f := fill.Filler{Table: b.Table, Lang: b.Lang, Numbers: n}
	window, _ := f.Text(fill.Ref{Fact: "P", Field: "window"})
	before, _ := f.Text(fill.Ref{Fact: "P", Field: "previous"})
	notes := []string{fmt.Sprintf(b.label("method"), window, before)}
	if b.Writer == "deterministic" {
		notes = append(notes, fmt.Sprintf(b.label("written"), b.Sentences))
	} else {
		notes = append(notes, fmt.Sprintf(b.label("model"), b.Writer, b.Sentences, b.Rewritten, b.Replaced))
		if b.Trouble != "" {
			notes = append(notes, b.label(b.Trouble))
		}
	}
	return notes
}

// Markdown writes the brief as Markdown, with a line of facts below.
func (b *Brief) Markdown(w io.Writer, n fill.Numbers) error {
	var s bytes.Buffer
	if b.Table.Synthetic {
		fmt.Fprintf(&s, "> **%s**\n\n", b.label("synthetic"))
	}
	fmt.Fprintf(&s, "# %s\n\n*%s · %s*\n", escape(b.Title()), b.label("title"), b.Table.Period)
	empty := true
	for _, sec := range b.Sections {
		if sec.Key == outline.Headline {
			continue
		}
		empty = false
		fmt.Fprintf(&s, "\n## %s\n\n", b.label(string(sec.Key)))
		var list []string
		for _, x := range sec.Sentences {
			list = append(list, escape(fill.Join(x.Pieces)))
		}
		s.WriteString(strings.Join(list, " ") + "\n")
	}
	if empty {
		fmt.Fprintf(&s, "\n%s\n", b.label("empty"))
	}
	s.WriteString("\n---\n\n")
	for _, note := range b.Notes(n) {
		fmt.Fprintf(&s, "%s\n\n", escape(note))
	}
	_, err := w.Write(s.Bytes())
	return err
}

// escape keeps Markdown from reading signs of a quote or a name as markup.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`).Replace(s)
}

// FactRow is a fact as a line of the table at the end of a report.
type FactRow struct {
	ID, What, Verdict, Figures, Evidence string
	Query                                string // filter of the mentions behind it
}

// Rows lists the facts for the table at the end.
func (b *Brief) Rows(n fill.Numbers) []FactRow {
	f := fill.Filler{Table: b.Table, Lang: b.Lang, Numbers: n}
	var out []FactRow
	for i := range b.Table.Facts {
		x := &b.Table.Facts[i]
		r := FactRow{ID: x.ID, Query: x.Query, Verdict: b.label("verdict." + x.Verdict)}
		var what []string
		if p, ok := f.Phrase(x.Entity); ok {
			what = append(what, p.Name)
		}
		for _, field := range []string{"aspect", "place", "source"} {
			if s, err := f.Text(fill.Ref{Fact: x.ID, Field: field}); err == nil {
				what = append(what, s)
			}
		}
		if l := b.label("kind." + string(x.Kind)); x.Entity == "" && l != "" {
			what = append(what, l)
		}
		r.What = strings.Join(what, ", ")
		keys := make([]string, 0, len(x.Figures))
		for k := range x.Figures {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		var figs []string
		for _, k := range keys {
			v, err := f.Text(fill.Ref{Fact: x.ID, Field: k})
			if err != nil {
				continue
			}
			s := b.label("fig."+k) + " " + v
			if iv, err := f.Text(fill.Ref{Fact: x.ID, Field: k, Form: "interval"}); err == nil {
				s += " (" + iv + "; n " + n.Int(x.Figures[k].N) + ")"
			}
			figs = append(figs, s)
		}
		if x.Q != nil && x.Kind == fact.Change {
			figs = append(figs, "q "+strconv.FormatFloat(*x.Q, 'f', 3, 64))
		}
		r.Figures = strings.Join(figs, " · ")
		for _, id := range x.Evidence {
			if len(id) > 8 {
				id = id[len(id)-8:]
			}
			r.Evidence += id + " "
		}
		r.Evidence = strings.TrimSpace(r.Evidence)
		out = append(out, r)
	}
	return out
}

type pageView struct {
	*Brief
	Label func(string) string
	Rows  []FactRow
	Lines []string
}

// HTML writes the brief as one page without scripts and without anything loaded
// from elsewhere, so that it also serves as the body of an e-mail.
func (b *Brief) HTML(w io.Writer, n fill.Numbers) error {
	t, err := template.ParseFS(pages, "brief.gohtml")
	if err != nil {
		return fmt.Errorf("brief page: %w", err)
	}
	return t.Execute(w, pageView{Brief: b, Label: b.label, Rows: b.Rows(n), Lines: b.Notes(n)})
}

type sentenceJSON struct {
	Text     string       `json:"text"`
	Draft    string       `json:"draft"`
	Facts    []string     `json:"facts"`
	Quote    string       `json:"quote,omitempty"`
	Replaced bool         `json:"replaced,omitempty"`
	Rejected []rejectJSON `json:"rejected,omitempty"`
}

type rejectJSON struct {
	Reasons []string `json:"reasons"`
}

type sectionJSON struct {
	Section   outline.Section `json:"section"`
	Sentences []sentenceJSON  `json:"sentences"`
}

// JSON writes the brief with its fact table. Rejected drafts are not in it, only
// the reasons: what did not pass reaches nobody.
func (b *Brief) JSON(w io.Writer, n fill.Numbers) error {
	out := struct {
		Period    string        `json:"period"`
		Lang      string        `json:"lang"`
		Title     string        `json:"title"`
		Synthetic bool          `json:"synthetic"`
		Writer    string        `json:"writer"`
		Sentences int           `json:"sentences"`
		Rewritten int           `json:"rewritten"`
		Replaced  int           `json:"replaced"`
		Trouble   string        `json:"trouble,omitempty"`
		Hash      string        `json:"hash"`
		Notes     []string      `json:"notes"`
		Sections  []sectionJSON `json:"sections"`
		Table     *fact.Table   `json:"table"`
	}{b.Table.Period, b.Lang, b.Title(), b.Table.Synthetic, b.Writer, b.Sentences, b.Rewritten, b.Replaced, b.Trouble, b.Table.Hash(), b.Notes(n), []sectionJSON{}, b.Table}
	for _, s := range b.Sections {
		j := sectionJSON{Section: s.Key}
		for _, x := range s.Sentences {
			k := sentenceJSON{Text: fill.Join(x.Pieces), Draft: x.Draft, Facts: x.Item.Facts, Quote: x.Item.Quote, Replaced: x.Replaced}
			for _, r := range x.Rejected {
				// The codes alone: the detail of a reason repeats words of the draft.
				var why []string
				for _, c := range r.Reasons {
					why = append(why, string(c.Code))
				}
				k.Rejected = append(k.Rejected, rejectJSON{why})
			}
			j.Sentences = append(j.Sentences, k)
		}
		out.Sections = append(out.Sections, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}
