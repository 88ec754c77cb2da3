package trend

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/engine"
)

// Subject is what a ranking may be of, other than single entities: an aspect, a set
// of brands, a term that the lexicon does not know.
type Subject struct {
	ID   string // aspect as in the filter (price:neg), name of a set, or a term
	Kind string // aspect, set or term
	// Filter is what its mentions are: the selection of the ranking with the
	// subject's own part.
	Filter metric.Filter
}

// MaxSubjects bounds one ranking: each subject other than an aspect is a question to
// the store.
const MaxSubjects = 60

// Kinds of subjects.
const (
	AspectSubject = "aspect"
	SetSubject    = "set"
	TermSubject   = "term"
)

// Aspects makes a subject of each aspect and of each with its two polarities. The
// entities of f stay: what is said of the price of ceviche, say, against all that is
// said of ceviche.
func Aspects(f metric.Filter) (base metric.Filter, out []Subject) {
	f.Aspects = nil
	for a := range mention.NumAspects {
		for _, pol := range []mention.AspectLabel{mention.AspectNone, mention.AspectNeg, mention.AspectPos} {
			s := Subject{ID: a.String(), Kind: AspectSubject, Filter: f}
			if pol != mention.AspectNone {
				s.ID += ":" + pol.String()
			}
			s.Filter.Aspects = []metric.AspectFilter{{Aspect: a, Polarity: pol}}
			out = append(out, s)
		}
	}
	return f, out
}

// Sets makes a subject of each set of entities, written name=a,b,c or a,b,c. A
// mention that names several of a set counts once. known says which ids there are.
func Sets(f metric.Filter, sets []string, known func(id string) bool) (base metric.Filter, out []Subject, err error) {
	f.Entities, f.Kinds = nil, nil
	for _, raw := range sets {
		name, list, named := strings.Cut(raw, "=")
		if !named {
			name, list = raw, raw
		}
		s := Subject{ID: strings.TrimSpace(name), Kind: SetSubject, Filter: f}
		for id := range strings.SplitSeq(list, ",") {
			if id = strings.TrimSpace(id); id == "" {
				continue
			}
			if !known(id) {
				return f, nil, &metric.FieldError{Field: "set", Value: id, Want: "ids of entities, such as name=inca-kola,coca-cola"}
			}
			s.Filter.Entities = append(s.Filter.Entities, id)
		}
		if len(s.Filter.Entities) == 0 || s.ID == "" {
			return f, nil, &metric.FieldError{Field: "set", Value: raw, Want: "ids of entities, such as name=inca-kola,coca-cola"}
		}
		s.Filter = s.Filter.Canonical()
		out = append(out, s)
	}
	return f, out, checkSubjects("set", out)
}

// Terms makes a subject of each term, searched as the page of mentions does: words
// that the lexicon does not know yet.
func Terms(f metric.Filter, terms []string) (base metric.Filter, out []Subject, err error) {
	f.Text = ""
	for _, t := range terms {
		s := Subject{ID: strings.Join(strings.Fields(t), " "), Kind: TermSubject, Filter: f}
		if s.ID == "" {
			return f, nil, &metric.FieldError{Field: "term", Value: t, Want: "a word or a few"}
		}
		s.Filter.Text = s.ID
		out = append(out, s)
	}
	return f, out, checkSubjects("term", out)
}

func checkSubjects(field string, list []Subject) error {
	if len(list) > MaxSubjects {
		return &metric.FieldError{Field: field, Value: fmt.Sprint(len(list)), Want: fmt.Sprintf("at most %d", MaxSubjects)}
	}
	for i := range list {
		if slices.ContainsFunc(list[:i], func(s Subject) bool { return s.ID == list[i].ID }) {
			return &metric.FieldError{Field: field, Value: list[i].ID, Want: "each one once"}
		}
	}
	return nil
}

// RankSubjects is Rank of subjects: each against the volume of o.Filter in the same
// channels, with its own season and the feasts, corrected for all of them.
func RankSubjects(ctx context.Context, q Querier, subjects []Subject, o Options) (Report, error) {
	if o.Days == 0 {
		o.Days = 28
	}
	if o.Alpha == 0 {
		o.Alpha = .05
	}
	d := mention.Day(o.Days)
	now := Span{o.To - d + 1, o.To}
	rep := Report{Window: now, Previous: Span{now.From - d, now.From - 1}}
	p, err := readSubjects(ctx, q, o.Filter, o.To, subjects)
	if err != nil {
		return rep, fmt.Errorf("rank trends: %w", err)
	}
	net := map[string]metric.Value{}
	for _, t := range batches(subjects) {
		err := t.ask(ctx, q, now.From, now.To, "net_sentiment", nil, func(id string, _ []string, v metric.Value) { net[id] = v })
		if err != nil {
			return rep, fmt.Errorf("rank trends: %w", err)
		}
	}
	rep.Trends = judge(p, subjectNames(subjects), o, net)
	// Subjects overlap: their share is of all that they are compared with.
	all, end := 0.0, int(o.To-p.Start)+1
	for _, x := range p.Exposure {
		for d := max(0, end-o.Days); d < end; d++ {
			all += float64(x[d])
		}
	}
	for i := range rep.Trends {
		rep.Trends[i].Voice = metric.Share(rep.Trends[i].N, int64(all))
	}
	return rep, nil
}

// subjectNames names subjects by their ids.
type subjectNames []Subject

func (l subjectNames) EntityName(id string) (name, kind string, ok bool) {
	for _, s := range l {
		if s.ID == id {
			return s.ID, s.Kind, true
		}
	}
	return "", "", false
}

// batch is what one query answers: one subject, or those aspects of one polarity
// that are told apart by aspect.
type batch struct {
	filter metric.Filter
	what   string            // for errors
	id     string            // of the only subject, unless ids is there
	ids    map[string]string // by aspect
}

// batches makes one batch of all aspects of a polarity, three in all, and one of
// each other subject: a ranking by aspect reads three years three times, not once
// for each of its subjects.
func batches(subjects []Subject) []batch {
	var out []batch
	at := map[mention.AspectLabel]int{}
	for _, s := range subjects {
		if s.Kind != AspectSubject || len(s.Filter.Aspects) != 1 {
			out = append(out, batch{filter: s.Filter, what: s.Kind + " " + s.ID, id: s.ID})
			continue
		}
		a := s.Filter.Aspects[0]
		k, ok := at[a.Polarity]
		if !ok {
			k = len(out)
			at[a.Polarity] = k
			out = append(out, batch{filter: s.Filter, what: "aspects", ids: map[string]string{}})
			out[k].filter.Aspects = nil
		}
		out[k].filter.Aspects = append(out[k].filter.Aspects, a)
		out[k].ids[a.Aspect.String()] = s.ID
	}
	return out
}

// ask asks for a measure of each subject of the batch, by dimensions, and gives the
// rows with the subject's id and the other keys.
func (t *batch) ask(ctx context.Context, q Querier, from, to mention.Day, measure string, by []metric.Dimension, yield func(id string, keys []string, v metric.Value)) error {
	f := t.filter
	f.From, f.To, f.Window = from, to, ""
	mq := metric.Query{Filter: f, Measures: []string{measure}, By: by, Limit: maxRows}
	if t.ids != nil {
		mq.By = append([]metric.Dimension{metric.ByAspect}, by...)
	}
	res, err := q.Query(ctx, mq)
	if err != nil {
		return fmt.Errorf("%s: %w", t.what, err)
	}
	for _, r := range res.Rows {
		id, keys := t.id, r.Keys
		if t.ids != nil {
			id, keys = t.ids[keys[0]], keys[1:]
		}
		if id != "" || t.ids == nil {
			yield(id, keys, r.Values[0])
		}
	}
	return nil
}

func readSubjects(ctx context.Context, q Querier, base metric.Filter, to mention.Day, subjects []Subject) (*engine.Panel, error) {
	from := to - historyDays + 1
	b := NewPanelBuilder(from, to)
	for _, t := range append([]batch{{filter: base, what: "all mentions"}}, batches(subjects)...) {
		err := t.ask(ctx, q, from, to, "mentions", []metric.Dimension{metric.ByChannel, metric.ByDay}, func(id string, keys []string, v metric.Value) {
			if d, err := mention.ParseDay(keys[1]); err == nil {
				b.Add(id, keys[0], d, int64(v.Value))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	p, _ := b.Panel(func(string) string { return subjects[0].Kind })
	return p, nil
}
