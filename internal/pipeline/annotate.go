package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"antojo/internal/infer"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/privacy"
)

// AnnotatorOptions configure an Annotator.
type AnnotatorOptions struct {
	Lexicon *lexicon.Lexicon
	// Matcher is the matcher of Lexicon if there is one already; nil makes it, which
	// takes a tenth of a second.
	Matcher *lexicon.Matcher
	// Encoder is the model; nil works with the lexicon alone, and then no
	// annotation is Scored.
	Encoder Encoder
	// Model is the version of the model, noted in every annotation.
	Model string
}

// Annotator says what lexicon, encoder and gazetteer know of a mention. The
// worker and antojo annotate use the same one. It is safe for concurrent use.
type Annotator struct {
	opt     AnnotatorOptions
	matcher atomic.Pointer[lexicon.Matcher]
	places  *lexicon.Gazetteer
}

// NewAnnotator returns an Annotator.
func NewAnnotator(o AnnotatorOptions) (*Annotator, error) {
	if o.Lexicon == nil {
		return nil, errors.New("annotator needs a lexicon")
	}
	places, err := lexicon.NewGazetteer()
	if err != nil {
		return nil, fmt.Errorf("load places: %w", err)
	}
	if o.Model == "" {
		o.Model = "none"
	}
	a := &Annotator{opt: o, places: places}
	if o.Matcher != nil {
		a.matcher.Store(o.Matcher)
	} else {
		a.SetLexicon(o.Lexicon)
	}
	return a, nil
}

// Rematch finds the entities and the province of a stored mention anew and sets what
// follows from them, with what the encoder said of it then. It reports whether anything changed.
func (a *Annotator) Rematch(m *mention.Annotated) bool {
	before, relevant, province := m.Entities, m.Relevant, m.Province
	m.Entities = nil
	for _, x := range a.matcher.Load().Match(nil, m.Text) {
		if meant(&m.Annotation, x) {
			m.Entities = append(m.Entities, entity(x, m.Text, x.Start, x.End))
		}
	}
	if !m.Scored {
		m.Relevant = len(m.Entities) > 0
	}
	// The department stays as it was read then; its province is told where it is the same.
	if d, p, _ := a.places.Locate(m.Text, m.Place, m.District, m.Department); d == m.Resolved {
		m.Province = p
	}
	return m.Relevant != relevant || m.Province != province || !slices.Equal(m.Entities, before)
}

// SetLexicon makes the annotator find the entities of lx from the next batch on.
// What is annotated already stays as it is; Reannotator brings it up to date.
func (a *Annotator) SetLexicon(lx *lexicon.Lexicon) { a.matcher.Store(lexicon.NewMatcher(lx)) }

// Model is the version noted in annotations, "none" without an encoder.
func (a *Annotator) Model() string { return a.opt.Model }

// Annotate annotates mentions; out[i] is for ms[i]. Their texts are normalised
// and redacted already.
func (a *Annotator) Annotate(ctx context.Context, ms []mention.Mention) ([]mention.Annotation, error) {
	texts := make([]string, len(ms))
	out := make([]mention.Annotation, len(ms))
	for i := range ms {
		texts[i] = ms[i].Text
		out[i].Language = a.language(ms[i].Text, ms[i].Lang)
	}
	if err := a.score(ctx, texts, out); err != nil {
		return nil, err
	}
	var matches []lexicon.Match
	matcher := a.matcher.Load()
	for i := range ms {
		m := &ms[i]
		matches = matcher.Match(matches[:0], m.Text)
		for _, x := range matches {
			if meant(&out[i], x) {
				out[i].Entities = append(out[i].Entities, entity(x, m.Text, x.Start, x.End))
			}
		}
		a.finish(&out[i], m.Text, m.Place, m.District, m.Department)
	}
	return out, nil
}

// language detects the language of a text; for texts that do not show it, the
// source's word counts.
func (a *Annotator) language(text, given string) string {
	lang := lexicon.DetectLanguage(text)
	if lang == "unknown" {
		switch given {
		case "es", "en", "pt", "qu", "ay":
			return given
		}
	}
	return lang
}

// score runs the encoder over the texts that it can read: Spanish, or too short
// to tell, with at least one letter. The others stay unscored; nothing is guessed.
func (a *Annotator) score(ctx context.Context, texts []string, out []mention.Annotation) (err error) {
	for i := range out {
		out[i].Model = a.opt.Model
	}
	if a.opt.Encoder == nil {
		return nil
	}
	// A text must never take the process down: a defect in the engine becomes an
	// error of this batch, and the worker finds the text that causes it.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("encoder panicked: %v", p)
		}
	}()
	var in []string
	var at []int
	for i, t := range texts {
		if l := out[i].Language; (l == "es" || l == "unknown") && readable(t) {
			in = append(in, t)
			at = append(at, i)
		}
	}
	if len(in) == 0 {
		return nil
	}
	ps := make([]infer.Prediction, len(in))
	if err := a.opt.Encoder.Predict(ctx, in, ps); err != nil {
		return fmt.Errorf("read %d texts with model %s: %w", len(in), a.opt.Model, err)
	}
	for k, i := range at {
		if !ps[k].Readable() { // what the heads say of it is noise
			continue
		}
		decode(&ps[k], &out[i])
	}
	return nil
}

// decode turns the probabilities of the heads into labels.
func decode(p *infer.Prediction, a *mention.Annotation) {
	a.Scored = true
	a.Relevance = p.Relevance
	a.Relevant = p.Relevance >= 0.5
	a.Sentiments = p.Sentiments
	a.Sentiment = mention.Sentiment(argmax(p.Sentiments[:]) - 1)
	k := argmax(p.Intents[:])
	a.Intent, a.IntentP = mention.Intent(k), p.Intents[k]
	if a.IntentP == 0 { // the model has no such head
		a.Intent = mention.OtherIntent
	}
	for i := range a.Aspects {
		k := argmax(p.Aspects[i][:])
		a.Aspects[i], a.AspectP[i] = mention.AspectLabel(k), p.Aspects[i][k]
	}
}

func argmax(p []float32) int {
	best := 0
	for i, v := range p {
		if v > p[best] {
			best = i
		}
	}
	return best
}

// meant decides whether a match is meant as food: by encoder and context, or
// without an encoder only where the lexicon is sure.
func meant(a *mention.Annotation, m lexicon.Match) bool {
	if a.Scored {
		return lexicon.Decide(m, a.Relevance)
	}
	return !m.Slang && (m.FoodContext || !m.Homograph && !m.Weak)
}

func entity(m lexicon.Match, text string, start, end int) mention.Entity {
	return mention.Entity{ID: m.Info.ID, Name: m.Info.Name, Kind: m.Info.Kind, Surface: text[start:end], Start: start, End: end}
}

// finish fills what depends on the rest: department and province, and the relevance of a
// text that the encoder did not read, which is about food if it names some.
func (a *Annotator) finish(out *mention.Annotation, text, place, district string, given mention.Department) {
	out.Resolved, out.Province, _ = a.places.Locate(text, place, district, given)
	if !out.Scored {
		out.Relevant = len(out.Entities) > 0
	}
	if !out.Relevant { // nothing is said of food, so nothing of its aspects
		out.Aspects, out.AspectP = [mention.NumAspects]mention.AspectLabel{}, [mention.NumAspects]float32{}
	}
}

// Text is a text as someone gave it, with what is known of it.
type Text struct {
	Text       string
	Place      string
	District   string
	Lang       string
	Department mention.Department
}

// AnnotateTexts annotates texts that are neither normalised nor redacted. Offsets
// of entities are byte offsets in the texts as given. It also returns the texts
// normalised and redacted, as they would be stored.
func (a *Annotator) AnnotateTexts(ctx context.Context, in []Text) (out []mention.Annotation, redacted []string, err error) {
	redacted = make([]string, len(in))
	out = make([]mention.Annotation, len(in))
	for i := range in {
		redacted[i] = privacy.Redact(Normalize(in[i].Text))
		out[i].Language = a.language(redacted[i], in[i].Lang)
	}
	if err := a.score(ctx, redacted, out); err != nil {
		return nil, nil, err
	}
	var matches []lexicon.Match
	matcher := a.matcher.Load()
	for i := range in {
		t := &in[i]
		text, at := t.Text, []int32(nil)
		if !plain(text) {
			text, at = normalize(text, true)
		}
		var found []privacy.Finding
		if text != redacted[i] {
			found = privacy.Find(text)
		}
		matches = matcher.Match(matches[:0], text)
		for _, m := range matches {
			if overlaps(found, m) || !meant(&out[i], m) {
				continue
			}
			start, end := m.Start, m.End
			if at != nil {
				start, end = source(t.Text, at, start, end)
			}
			out[i].Entities = append(out[i].Entities, entity(m, t.Text, start, end))
		}
		a.finish(&out[i], redacted[i], t.Place, t.District, t.Department)
	}
	return out, redacted, nil
}

func overlaps(found []privacy.Finding, m lexicon.Match) bool {
	for _, f := range found {
		if f.Start < m.End && m.Start < f.End {
			return true
		}
	}
	return false
}

// source maps a span of the normalised text to the text as given. What was
// dropped behind the last character does not belong to the span.
func source(given string, at []int32, start, end int) (int, int) {
	s, e := int(at[start]), len(given)
	if end < len(at) {
		e = int(at[end])
	}
	for e > s {
		r, size := utf8.DecodeLastRuneInString(given[s:e])
		if !unicode.IsSpace(r) && !dropped(r) {
			break
		}
		e -= size
	}
	return s, e
}
