package ask

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/prose"
	"antojo/internal/metric"
)

// Asker answers questions. Chooser may be nil.
type Asker struct {
	Parser  *Parser
	Facts   fact.Sources
	Numbers func(lang string) fill.Numbers
	Chooser Chooser // asked for a plan where the rules find none
}

// ErrNoData says that there are no mentions to ask.
var ErrNoData = errors.New("there are no mentions yet: import some first")

// Answer is what came of a question. Figures stand in Rows with interval and n;
// Sentences were written by rules from facts and hold against them.
type Answer struct {
	Question   string   `json:"question"`
	Lang       string   `json:"lang"`
	Answered   bool     `json:"answered"`
	Refusal    Refusal  `json:"refusal,omitempty"`
	Why        string   `json:"why,omitempty"` // the refusal in words
	Examples   []string `json:"examples,omitempty"`
	Intent     Intent   `json:"intent,omitempty"`
	Understood string   `json:"understood,omitempty"` // the plan in words
	Chosen     string   `json:"chosen_by,omitempty"`  // rules, or the model's name
	Query      string   `json:"query,omitempty"`      // the metrics query as URL parameters
	Link       string   `json:"link,omitempty"`       // page that shows the selection
	From       string   `json:"from,omitempty"`
	To         string   `json:"to,omitempty"`
	Mentions   int64    `json:"mentions"` // that the query selects
	Sentences  []string `json:"sentences,omitempty"`
	Columns    []Column `json:"columns,omitempty"`
	Rows       []Row    `json:"rows,omitempty"`
	Synthetic  bool     `json:"synthetic,omitempty"`
	Dropped    int      `json:"dropped,omitempty"` // sentences that the checks refused

	refused []string // those sentences with the reasons
}

// Refused lists the sentences that the checks refused, with the reasons, for tests.
func (a *Answer) Refused() []string { return a.refused }

// Column is a measure of the table.
type Column struct {
	Measure string `json:"measure"`
	Label   string `json:"label"`
}

// Row is a line of the table.
type Row struct {
	Key   string `json:"key,omitempty"`
	Name  string `json:"name,omitempty"`
	Link  string `json:"link,omitempty"`
	Cells []Cell `json:"cells"`
}

// Cell is one figure, with its 95 % interval unless it is an exact count.
type Cell struct {
	Value    float64 `json:"value"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	N        int64   `json:"n"`
	Defined  bool    `json:"defined"`
	Text     string  `json:"text"`
	Interval string  `json:"interval,omitempty"`
}

// Ask answers a question; lang "" guesses its language.
func (a *Asker) Ask(ctx context.Context, question, lang string) (*Answer, error) {
	question = strings.Join(strings.Fields(question), " ")
	if lang == "" {
		lang = Language(question)
	}
	out := &Answer{Question: question, Lang: lang}
	cov, err := a.Facts.Read.Coverage(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask: coverage: %w", err)
	}
	if cov.Mentions == 0 {
		return nil, ErrNoData
	}
	out.Synthetic = cov.Synthetic
	r := a.Parser.Parse(question, cov.Last)
	out.Chosen = "rules"
	if r.Refusal == Unknown && a.Chooser != nil {
		// A model may only choose among plans, and only for what the rules do not refuse.
		if p, err := a.Chooser.Choose(ctx, question); err == nil {
			if p.Filter.From == 0 && p.Filter.Window == "" {
				p.Filter.Window = DefaultWindow
			}
			if p.Check() == nil && a.known(p) {
				r, out.Chosen = Reading{Plan: p}, a.Chooser.Name()
			}
		}
	}
	if r.Refusal != "" {
		out.Refusal, out.Why, out.Chosen, out.Examples = r.Refusal, refusalText[lang][r.Refusal], "", Examples(lang)
		if r.Word != "" && r.Refusal == Unknown {
			out.Why += " " + put(unknownWord[lang], "word", r.Word)
		}
		return out, nil
	}
	w := &writing{ctx: ctx, a: a, out: out, plan: r.Plan, lang: lang, numbers: a.Numbers(lang)}
	from, to, err := r.Plan.Days(cov.Last)
	if err != nil {
		return nil, err
	}
	w.span = fact.Span{From: max(from, cov.First), To: to}
	out.Answered, out.Intent = true, r.Plan.Intent
	out.Query, out.Link = r.Plan.Query().Values().Encode(), r.Plan.Link()
	out.From, out.To = w.span.From.String(), w.span.To.String()
	out.Understood = w.understood()
	if w.span.From > w.span.To {
		w.span = fact.Span{From: from, To: to}
		w.plain("nothing", "days", w.days())
		return out, nil
	}
	o := fact.Options{Period: "ask", Week: w.span, Filter: r.Plan.Filter}
	o.Filter.From, o.Filter.To, o.Filter.Window, o.Filter.Entities, o.Filter.Aspects = 0, 0, "", nil, nil
	o.Days = int(w.span.To-w.span.From) + 1
	w.options, w.table = o, fact.NewAnswering(ctx, a.Facts, cov, o)
	if err := w.write(); err != nil {
		return nil, fmt.Errorf("ask %s: %w", r.Plan, err)
	}
	return out, nil
}

// known says whether the lexicon knows all foods of a plan.
func (a *Asker) known(p Plan) bool {
	for _, id := range p.Filter.Entities {
		if _, _, _, ok := a.Facts.Lexicon.FoodName(id); !ok {
			return false
		}
	}
	return true
}

// writing is one answer being written.
type writing struct {
	ctx     context.Context
	a       *Asker
	out     *Answer
	plan    Plan
	lang    string
	numbers fill.Numbers
	span    fact.Span
	options fact.Options
	table   *fact.Answering
}

// understood says the plan in words, so that a reader sees what was asked.
func (w *writing) understood() string {
	p := w.plan
	parts := []string{intentText[w.lang][p.Intent]}
	for _, id := range p.Filter.Entities {
		parts = append(parts, nameOf(w.lang, &fact.Table{}, w.a.Facts.Lexicon, metric.ByEntity, id))
	}
	for _, x := range p.Filter.Aspects {
		parts = append(parts, fill.AspectName(w.lang, x.Aspect.String()))
	}
	for _, k := range p.Filter.Kinds {
		parts = append(parts, kindText[w.lang][k])
	}
	for _, d := range p.Filter.Departments {
		parts = append(parts, d.Name())
	}
	for _, s := range p.Filter.Sources {
		parts = append(parts, fill.SourceName(w.lang, string(s)))
	}
	return strings.Join(append(parts, w.days()), " · ")
}

// days writes the days of the answer.
func (w *writing) days() string {
	s, err := (fill.Filler{Table: &fact.Table{Window: w.span}, Lang: w.lang, Numbers: w.numbers}).Text(fill.Ref{Fact: "P", Field: "window"})
	if err != nil {
		return w.span.From.String() + "/" + w.span.To.String()
	}
	return s
}

// entity is the one food of the plan, "" for none.
func (w *writing) entity() string {
	if len(w.plan.Filter.Entities) == 1 {
		return w.plan.Filter.Entities[0]
	}
	return ""
}

// write asks the query and fills table and sentences.
func (w *writing) write() error {
	q := w.plan.Query()
	q.Filter.From, q.Filter.To, q.Filter.Window = w.span.From, w.span.To, ""
	res, err := w.a.Facts.Query.Query(w.ctx, q)
	if err != nil {
		return err
	}
	w.out.Mentions = res.Total
	if res.Total == 0 {
		w.plain("nothing", "days", w.days())
		return nil
	}
	switch w.plan.Intent {
	case Rising, Falling:
		return w.changes()
	case Trend, Where, Sources, Liked, Disliked, Volume, Opinion:
		if w.entity() != "" {
			if err := w.dossier(); err != nil {
				return err
			}
			if w.plan.Intent != Trend {
				w.rows(q, res.Rows)
			}
			return nil
		}
	case Compare:
		t, err := fact.BuildComparison(w.ctx, w.a.Facts, w.plan.Filter.Entities, w.options)
		if err != nil {
			return err
		}
		var items []outline.Item
		for _, it := range outline.Comparison(t) {
			if it.Section == outline.Voice || it.Section == outline.Mood {
				items = append(items, it)
			}
		}
		w.items(t, items, 4)
		w.rows(q, res.Rows)
		return nil
	}
	return w.overall(q, res)
}

// plain adds a sentence that has no figure of a fact.
func (w *writing) plain(key string, kv ...string) {
	w.out.Sentences = append(w.out.Sentences, put(sentences[w.lang][key], kv...))
}

// items writes up to most items of a table; each sentence is checked like those of a
// brief, and left out if it does not hold.
func (w *writing) items(t *fact.Table, items []outline.Item, most int) {
	f := fill.Filler{Table: t, Lang: w.lang, Numbers: w.numbers}
	drafts := prose.New(f).Drafts(items)
	for i, d := range drafts {
		if i < most && d != "" {
			w.say(f, d)
		}
	}
}

// own writes one of this package's sentences about facts.
func (w *writing) own(t *fact.Table, key string, fs ...*fact.Fact) {
	f := fill.Filler{Table: t, Lang: w.lang, Numbers: w.numbers}
	w.say(f, prose.New(f).Sentence(sentences[w.lang][key], fs...))
}

func (w *writing) say(f fill.Filler, draft string) {
	pieces, err := f.Fill(draft)
	if err != nil || len(check.New(f).Draft(draft, nil)) > 0 {
		w.out.Dropped++
		w.out.refused = append(w.out.refused, fmt.Sprint(draft, err, check.New(f).Draft(draft, nil)))
		return
	}
	w.out.Sentences = append(w.out.Sentences, fill.Join(pieces))
}
