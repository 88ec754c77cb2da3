package web

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"antojo/internal/mention"
)

// Reader reads texts with the model that labels mentions.
type Reader interface {
	// Read returns for each text the probabilities of each head's classes, in the
	// order of mention.Heads and its labels; nil for a text that it cannot read.
	Read(ctx context.Context, texts []string) ([][][]float32, error)
	Model() string
}

const (
	whyMost  = 64          // parts of a text that are left out, one reading each
	whyRate  = time.Second // between two explanations, after whyBurst of them
	whyBurst = 4
	whyAge   = 10 * time.Minute
	whyKeep  = 64
	whyShown = 8   // words listed
	whyLeast = .01 // a change of probability below it is not spoken of
)

// explanation says what each part of a text does to each head. Leaving a part out and
// reading again is occlusion (Zeiler & Fergus, "Visualizing and Understanding
// Convolutional Networks", ECCV 2014, §4.2; Li, Monroe & Jurafsky, arXiv:1612.08220):
// what the label loses without the part is what the part gave it.
type explanation struct {
	model string
	parts []textSpan  // in the text, left to right
	base  [][]float32 // by head and class: of the whole text
	// effect[h][i] is base − without part i, for the class that won in head h.
	effect [][]float64
}

type textSpan struct{ start, end int } // bytes

// partsOf cuts a text into words, or, when it has more than most of them, into runs of
// words of about equal number.
func partsOf(text string, most int) []textSpan {
	var words []textSpan
	start := -1
	for i, r := range text {
		if space := unicode.IsSpace(r); space && start >= 0 {
			words, start = append(words, textSpan{start, i}), -1
		} else if !space && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, textSpan{start, len(text)})
	}
	if len(words) <= most {
		return words
	}
	out := make([]textSpan, most)
	for i := range out {
		a, b := i*len(words)/most, (i+1)*len(words)/most-1
		out[i] = textSpan{words[a].start, words[b].end}
	}
	return out
}

// occlude reads a text whole and once without each part, in one batch.
func occlude(ctx context.Context, rd Reader, text string) (explanation, error) {
	e := explanation{model: rd.Model(), parts: partsOf(text, whyMost)}
	texts := make([]string, 1, 1+len(e.parts))
	texts[0] = text
	for _, p := range e.parts {
		texts = append(texts, strings.TrimSpace(text[:p.start]+strings.TrimLeft(text[p.end:], " ")))
	}
	read, err := rd.Read(ctx, texts)
	if err != nil {
		return e, fmt.Errorf("explain a mention: %w", err)
	}
	if len(read) != len(texts) || read[0] == nil || len(read[0]) != len(mention.Heads) {
		return e, errUnreadable
	}
	e.base = read[0]
	e.effect = make([][]float64, len(e.base))
	for h, classes := range e.base {
		win := e.winner(h)
		e.effect[h] = make([]float64, len(e.parts))
		for i := range e.parts {
			if without := read[1+i]; without != nil { // a text of one word has nothing without it
				e.effect[h][i] = float64(classes[win] - without[h][win])
			}
		}
	}
	return e, nil
}

// explain explains a mention, from memory if it was asked for lately; errTooFast when
// too many are asked for.
func (s *Server) explain(ctx context.Context, m *mention.Annotated) (explanation, error) {
	return s.whys.get(ctx, m.ID.String()+"\n"+s.o.Reader.Model(), func(ctx context.Context) (explanation, error) {
		if !s.pace.take(s.o.Now()) {
			return explanation{}, errTooFast
		}
		select {
		case s.whySlot <- struct{}{}:
			defer func() { <-s.whySlot }()
		case <-ctx.Done():
			return explanation{}, ctx.Err()
		}
		return occlude(ctx, s.o.Reader, m.Text)
	})
}

// winner is the class that a head gives the whole text.
func (e *explanation) winner(h int) int {
	best := 0
	for k, p := range e.base[h] {
		if p > e.base[h][best] {
			best = k
		}
	}
	return best
}

var errUnreadable = &userError{status: http.StatusUnprocessableEntity, key: "unreadable_text"}

// pace lets through so many at once and then one in a while.
type pace struct {
	mu   sync.Mutex
	left float64
	at   time.Time
}

func (p *pace) take(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at.IsZero() {
		p.left = whyBurst
	} else {
		p.left = math.Min(whyBurst, p.left+float64(now.Sub(p.at))/float64(whyRate))
	}
	p.at = now
	if p.left < 1 {
		return false
	}
	p.left--
	return true
}

// whyView is the explanation of one head, with what can be asked beside it.
type whyView struct {
	Title    string
	Heads    []choice
	Segments []whySegment
	Rows     []whyRow
	All      []whyHead
	Note     string
	Busy     bool
}

// whySegment is a run of text; Class says how strongly it speaks for or against.
type whySegment struct{ Text, Class, Hint string }

type whyRow struct{ Word, Effect, With, Without, Class string }

// whyHead is one head with the word that gives it most.
type whyHead struct{ Head, Label, Class, P, Word, Effect string }

// headIndex is a head's place in mention.Heads; −1 if there is none.
func headIndex(name string) int {
	return slices.IndexFunc(mention.Heads, func(h mention.Head) bool { return h.Name == name })
}

func (v *view) headName(h int) string {
	if h >= 3 {
		return v.text.T("aspect." + mention.AspectNames[h-3])
	}
	return v.text.T("head." + mention.Heads[h].Name)
}

// labelName writes a class of a head.
func (v *view) labelName(h int, label string) string {
	switch {
	case h == 0:
		return v.text.T("relevance." + label)
	case h == 2:
		return v.text.T("intent." + label)
	case label == "none":
		return v.text.T("correct.none")
	}
	return v.text.T("sentiment." + label)
}

func labelClass(h int, label string) string {
	if h == 1 || h >= 3 && label != "none" {
		return label
	}
	return "plain"
}

// why explains a mention's labels; asked is the head that the reader wants to see.
func (s *Server) why(ctx context.Context, v *view, m *mention.Annotated, asked string) (*whyView, error) {
	head := headIndex(asked)
	if head < 0 {
		return nil, errNotFound
	}
	out := &whyView{}
	e, err := s.explain(ctx, m)
	if err == errTooFast {
		out.Busy = true
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	win := e.winner
	word := func(i int) string { return m.Text[e.parts[i].start:e.parts[i].end] }
	points := func(x float64) string { return v.text.Points(x) }
	for h, info := range mention.Heads {
		k := win(h)
		if h >= 3 && k == 0 {
			continue // not spoken of
		}
		label := info.Labels[k]
		out.Heads = append(out.Heads, choice{v.headName(h), "/mencion/" + m.ID.String() + "?why=" + info.Name + "#why", h == head})
		row := whyHead{Head: v.headName(h), Label: v.labelName(h, label), Class: labelClass(h, label), P: v.text.Percent(float64(e.base[h][k]), 0)}
		best := -1
		for i, x := range e.effect[h] {
			if x >= whyLeast && (best < 0 || x > e.effect[h][best]) {
				best = i
			}
		}
		if best >= 0 {
			row.Word, row.Effect = word(best), points(e.effect[h][best])
		}
		out.All = append(out.All, row)
	}
	k := win(head)
	label := v.labelName(head, mention.Heads[head].Labels[k])
	effects := e.effect[head]
	most := 0.0
	for _, x := range effects {
		most = math.Max(most, math.Abs(x))
	}
	at := 0
	for i, p := range e.parts {
		if p.start > at {
			out.Segments = append(out.Segments, whySegment{Text: m.Text[at:p.start]})
		}
		seg := whySegment{Text: m.Text[p.start:p.end]}
		if x := effects[i]; math.Abs(x) >= whyLeast {
			step := min(3, 1+int(3*math.Abs(x)/most*.999))
			side := "for"
			if x < 0 {
				side = "against"
			}
			seg.Class, seg.Hint = fmt.Sprintf("w-%s-%d", side, step), points(x)
		}
		out.Segments = append(out.Segments, seg)
		at = p.end
	}
	if at < len(m.Text) {
		out.Segments = append(out.Segments, whySegment{Text: m.Text[at:]})
	}
	order := make([]int, len(e.parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(effects[b]), math.Abs(effects[a])) })
	p := float64(e.base[head][k])
	for _, i := range order[:min(len(order), whyShown)] {
		if math.Abs(effects[i]) < whyLeast {
			break
		}
		class := "pos"
		if effects[i] < 0 {
			class = "neg"
		}
		out.Rows = append(out.Rows, whyRow{word(i), points(effects[i]), v.text.Percent(p, 0), v.text.Percent(p-effects[i], 0), class})
	}
	out.Title = v.text.T("why.none", "label", label)
	if len(out.Rows) > 0 && effects[order[0]] > 0 {
		out.Title = v.text.T("why.title", "word", trimWord(out.Rows[0].Word), "label", label, "from", out.Rows[0].With, "to", out.Rows[0].Without)
	} else if len(out.Rows) > 0 {
		out.Title = v.text.T("why.against", "word", trimWord(out.Rows[0].Word), "label", label, "from", out.Rows[0].With, "to", out.Rows[0].Without)
	}
	out.Note = v.text.T("why.note", "n", len(e.parts), "model", e.model)
	return out, nil
}

// trimWord leaves out the signs around a word, for a sentence.
func trimWord(s string) string {
	t := strings.TrimFunc(s, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
	if t == "" || !utf8.ValidString(t) {
		return s
	}
	return t
}

var errTooFast = &userError{status: http.StatusTooManyRequests, key: "busy"}
