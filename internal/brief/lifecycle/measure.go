package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"

	"antojo/internal/brief"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/prose"
)

// Score says how well a writer writes the briefs that were held out.
type Score struct {
	Briefs      int     `json:"briefs"`
	Sentences   int     `json:"sentences"`
	FirstTry    float64 `json:"first_try"`   // part of the sentences that passed the checks at once
	Grounding   float64 `json:"grounding"`   // part that passed, after one rewriting
	Coverage    float64 `json:"coverage"`    // facts told by sentences of its own, of those to be told
	Readability float64 `json:"readability"` // Szigriszt-Pazos of its own sentences, Spanish briefs only
	Troubles    int     `json:"troubles"`    // briefs in which the writer failed
}

// Evaluation is a writer beside the deterministic one, over the same briefs.
type Evaluation struct {
	Model         Score `json:"model"`
	Deterministic Score `json:"deterministic"`
}

// LeastHeld is how many briefs it takes to judge a writer.
const LeastHeld = 3

// Evaluate lets a writer write each brief that was held out. The writer is made
// anew for each, as it has a budget for one.
func Evaluate(ctx context.Context, list []Approved, writer func() (brief.Writer, error), numbers func(lang string) fill.Numbers) (Evaluation, error) {
	var m, d tally
	for _, a := range list {
		if !a.Held() {
			continue
		}
		f := fill.Filler{Table: a.Table, Lang: a.Lang, Numbers: numbers(a.Lang)}
		w, err := writer()
		if err != nil {
			return Evaluation{}, err
		}
		b, err := brief.Compose(ctx, a.Table, a.Items, brief.Options{Lang: a.Lang, Numbers: f.Numbers, Writer: w})
		if err != nil {
			return Evaluation{}, fmt.Errorf("evaluate %s: %w", a.Table.Period, err)
		}
		if b.Trouble != "" {
			m.troubles++
		}
		m.briefs++
		for _, s := range b.Sections {
			for _, x := range s.Sentences {
				m.add(a.Lang, x.Item.Facts, x.Draft, fill.Join(x.Pieces), len(x.Rejected) == 0 && !x.Replaced, !x.Replaced)
			}
		}
		d.briefs++
		for i, draft := range prose.New(f).Drafts(a.Items) {
			pieces, err := f.Fill(draft)
			if err != nil {
				return Evaluation{}, fmt.Errorf("evaluate %s: %w", a.Table.Period, err)
			}
			d.add(a.Lang, a.Items[i].Facts, draft, fill.Join(pieces), true, true)
		}
	}
	if m.briefs < LeastHeld {
		return Evaluation{}, fmt.Errorf("%d briefs are held out, at least %d are needed to judge a writer: approve briefs of more weeks", m.briefs, LeastHeld)
	}
	return Evaluation{m.score(), d.score()}, nil
}

// Worse lists in what the model is worse than the deterministic writer; none means
// that it may be promoted.
func (e Evaluation) Worse() (out []string) {
	const eps = 1e-9
	for _, c := range []struct {
		name string
		m, d float64
	}{{"grounding", e.Model.Grounding, e.Deterministic.Grounding}, {"coverage", e.Model.Coverage, e.Deterministic.Coverage}, {"readability", e.Model.Readability, e.Deterministic.Readability}} {
		if !(c.m >= c.d-eps) {
			out = append(out, fmt.Sprintf("%s %.3f, deterministic %.3f", c.name, c.m, c.d))
		}
	}
	if e.Model.Troubles > 0 {
		out = append(out, fmt.Sprintf("it failed in %d of %d briefs", e.Model.Troubles, e.Model.Briefs))
	}
	if e.Model.Briefs < LeastHeld {
		out = append(out, fmt.Sprintf("judged by %d briefs only", e.Model.Briefs))
	}
	return out
}

// ErrWorse is wrapped when a writer may not be promoted.
var ErrWorse = errors.New("not at least as good as the deterministic writer")

type tally struct {
	briefs, sentences, first, own, troubles int
	told, facts                             int
	words, syllables, spanish               int
}

func (t *tally) add(lang string, facts []string, draft, text string, first, own bool) {
	t.sentences++
	t.facts += len(facts)
	if first {
		t.first++
	}
	if !own {
		return
	}
	t.own++
	for _, id := range facts {
		if strings.Contains(draft, "{{"+id+".") || strings.Contains(draft, "{{"+id+"}}") {
			t.told++
		}
	}
	if lang == "es" {
		w, s, p := count(text)
		t.words, t.syllables, t.spanish = t.words+w, t.syllables+s, t.spanish+p
	}
}

func (t *tally) score() Score {
	part := func(a, b int) float64 {
		if b == 0 {
			return 0
		}
		return float64(a) / float64(b)
	}
	return Score{t.briefs, t.sentences, part(t.first, t.sentences), part(t.own, t.sentences), part(t.told, t.facts), perspicuity(t.words, t.syllables, t.spanish), t.troubles}
}

// Readability is the index of Szigriszt-Pazos of a Spanish text (Sistemas
// predictivos de legilibilidad del mensaje escrito, 1993): 206.835 − 62.3·S/P − P/F
// with S syllables, P words and F sentences. About 0 (hard) to 100 (easy); 50 to 65
// is the press. Figures are no words: they are the same for all writers.
func Readability(text string) float64 { return perspicuity(count(text)) }

func perspicuity(words, syllables, sentences int) float64 {
	if words == 0 || sentences == 0 {
		return 0
	}
	p := float64(words)
	return math.Round((206.835-62.3*float64(syllables)/p-p/float64(sentences))*1000) / 1000
}

// count gives words, syllables and sentences. A sentence ends with . ! ? … before a
// space or the end; a text without an end counts as one.
func count(text string) (words, syllables, sentences int) {
	pending := false
	rs := []rune(strings.ToLower(text))
	for i := 0; i < len(rs); {
		if unicode.IsLetter(rs[i]) {
			j := i
			for j < len(rs) && unicode.IsLetter(rs[j]) {
				j++
			}
			words++
			syllables += syllablesOf(rs[i:j])
			pending = true
			i = j
			continue
		}
		if strings.ContainsRune(".!?…", rs[i]) && (i+1 == len(rs) || unicode.IsSpace(rs[i+1])) && pending {
			sentences++
			pending = false
		}
		i++
	}
	if pending {
		sentences++
	}
	return words, syllables, sentences
}

// syllablesOf counts the vowel groups of a lower-case Spanish word: two strong
// vowels, or an accented weak one beside a strong one, are two syllables; the u of
// que, qui, gue, gui is silent; a final y is a vowel.
func syllablesOf(w []rune) int {
	const strong, weak, accented = 1, 2, 3
	kind := func(i int) int {
		switch w[i] {
		case 'a', 'e', 'o', 'á', 'é', 'ó':
			return strong
		case 'í', 'ú':
			return accented
		case 'i', 'ü':
			return weak
		case 'u':
			if i > 0 && i+1 < len(w) && (w[i-1] == 'q' || w[i-1] == 'g') && strings.ContainsRune("eiéí", w[i+1]) {
				return 0
			}
			return weak
		case 'y':
			if i+1 == len(w) {
				return weak
			}
		}
		return 0
	}
	n, last := 0, 0
	for i := range w {
		k := kind(i)
		if k == 0 {
			if !(w[i] == 'u') { // a silent u separates nothing
				last = 0
			}
			continue
		}
		if last == 0 || last == strong && k == strong || last == accented && k == strong || last == strong && k == accented {
			n++
		}
		last = k
	}
	return max(1, n)
}
