package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/store"
	"antojo/internal/store/corrections"
)

// Corrections keep what readers say a model read wrongly; *corrections.Book does.
type Corrections interface {
	Add(corrections.Record) error
	Of(mention.ID) []corrections.Record
	Count() int
	Mentions() []mention.ID
}

// labelsOf are the labels of a mention by head, in the order of mention.Heads.
func labelsOf(m *mention.Annotated) []string {
	out := make([]string, len(mention.Heads))
	out[0] = mention.RelevanceLabels[0]
	if m.Relevant {
		out[0] = mention.RelevanceLabels[1]
	}
	out[1], out[2] = m.Sentiment.String(), m.Intent.String()
	for a := range mention.NumAspects {
		out[3+int(a)] = m.Aspects[a].String()
	}
	return out
}

// corrected puts what people said in the place of what the model said; which says of
// each head whether it did.
func (s *Server) corrected(m *mention.Annotated) (which []bool) {
	which = make([]bool, len(mention.Heads))
	if s.o.Corrections == nil {
		return which
	}
	for _, r := range s.o.Corrections.Of(m.ID) {
		h := headIndex(r.Head)
		k := slices.Index(mention.Heads[h].Labels, r.Label)
		which[h] = true
		switch h {
		case 0:
			m.Relevant = k == 1
		case 1:
			m.Sentiment = mention.Sentiment(k - 1)
		case 2:
			m.Intent = mention.Intent(k)
		default:
			m.Aspects[h-3] = mention.AspectLabel(k)
		}
	}
	return which
}

// headView is one head of a mention with the labels that it can have.
type headView struct {
	Head, Label, Class, Score string
	Corrected                 bool
	Was                       string // what the model said
	Why                       string // address of its explanation
	Options                   []headOption
}

// headOption is one label; Set is what the form sends.
type headOption struct {
	Label, Set, Class string
	Current           bool
}

// headViews are the heads of a mention: those that say something, and the aspects of
// which it does not speak.
func (s *Server) headViews(v *view, m *mention.Annotated) (said, silent []headView) {
	was := labelsOf(m)
	now := *m
	which := s.corrected(&now)
	is := labelsOf(&now)
	for h, info := range mention.Heads {
		p := float32(0)
		switch h {
		case 0:
			if p = m.Relevance; !m.Relevant {
				p = 1 - m.Relevance
			}
		case 1:
			p = m.Sentiments[m.Sentiment+1]
		case 2:
			p = m.IntentP
		default:
			p = m.AspectP[h-3]
		}
		x := headView{Head: v.headName(h), Label: v.labelName(h, is[h]), Class: labelClass(h, is[h]), Score: v.text.Percent(float64(p), 0), Corrected: which[h], Was: v.labelName(h, was[h])}
		if s.o.Reader != nil {
			x.Why = "/mencion/" + m.ID.String() + "?why=" + info.Name + "#why"
		}
		for _, l := range info.Labels {
			x.Options = append(x.Options, headOption{v.labelName(h, l), info.Name + "=" + l, labelClass(h, l), l == is[h]})
		}
		if h >= 3 && is[h] == "none" && was[h] == "none" {
			x.Why = ""
			silent = append(silent, x)
			continue
		}
		said = append(said, x)
	}
	return said, silent
}

// correct takes a correction: set=head=label. The label that the model gave takes an
// earlier correction back.
func (s *Server) correct(w http.ResponseWriter, r *http.Request) error {
	id, err := mention.ParseID(r.PathValue("id"))
	if err != nil || s.o.Corrections == nil {
		return errNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	m, err := s.data.Mention(r.Context(), id)
	if err != nil {
		return err
	}
	head, label, _ := strings.Cut(r.PostForm.Get("set"), "=")
	rec := corrections.Record{At: s.o.Now().UTC(), ID: id, Head: head, Label: label, Model: m.Model}
	h := headIndex(head)
	if h < 0 || label == "" || rec.Check() != nil || !m.Scored {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	if rec.Was = labelsOf(&m)[h]; rec.Was == label {
		rec.Label = ""
	}
	if err := s.o.Corrections.Add(rec); err != nil {
		return err
	}
	http.Redirect(w, r, "/mencion/"+id.String()+"#labels", http.StatusSeeOther)
	return nil
}

// correctionRow is a corrected mention as a row to train on: the heads that a person
// confirmed or changed, under the names of training/data/gold.
type correctionRow struct {
	ID        string            `json:"id"`
	Source    string            `json:"source"`
	Text      string            `json:"text"`
	Food      bool              `json:"food"`
	Sentiment string            `json:"sentiment"`
	Intent    string            `json:"intent"`
	Aspects   map[string]string `json:"aspects"`
	Corrected []string          `json:"corrected"` // heads that a person corrected; the others are the model's
	Model     string            `json:"model"`
}

// correctionsFile hands over all corrected mentions as JSON lines. One that has been
// deleted since is left out.
func (s *Server) correctionsFile(w http.ResponseWriter, r *http.Request) error {
	if s.o.Corrections == nil {
		return errNotFound
	}
	h := w.Header()
	h.Set("Content-Type", "application/x-ndjson; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="antojo-correcciones.jsonl"`)
	h.Set("Cache-Control", "private, no-cache")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, id := range s.o.Corrections.Mentions() {
		m, err := s.data.Mention(r.Context(), id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		which := s.corrected(&m)
		row := correctionRow{ID: id.String(), Source: string(m.Source), Text: m.Text, Food: m.Relevant, Sentiment: m.Sentiment.String(), Intent: m.Intent.String(), Aspects: map[string]string{}, Model: m.Model}
		for a := range mention.NumAspects {
			if m.Aspects[a] != mention.AspectNone {
				row.Aspects[a.String()] = m.Aspects[a].String()
			}
		}
		for i, yes := range which {
			if yes {
				row.Corrected = append(row.Corrected, mention.Heads[i].Name)
			}
		}
		if err := enc.Encode(row); err != nil {
			return nil // the reader has left
		}
	}
	return nil
}
