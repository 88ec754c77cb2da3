package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"antojo/internal/mention"
)

const (
	saidMost  = 3   // words marked for an aspect
	saidLeast = .05 // probability that a word beside the strongest must give to be marked
	saidShare = .5  // and of what the strongest gives
)

// saidAspect is an aspect that a text was read to speak of, with the words that give
// its label most: those without which the label loses most probability. Entities have
// offsets of their own, aspects do not, so this is how they are marked in a text.
type saidAspect struct {
	N                      int // its number, by which the text refers to it
	ID, Name, Label, Class string
	Score, Ask             string
	Words                  []saidWord
	spans                  []textSpan
}

type saidWord struct{ Text, Effect string }

// piece is a run of a text; Said are the aspects that it speaks of most.
type piece struct {
	Segments []segment
	Said     []saidRef
	Class    string // of the mark: the polarity, "mixed" if they differ
}

// saidRef refers to an aspect of the legend.
type saidRef struct {
	N           int
	Name, Label string
}

// saidView is what the page of a mention shows of the words behind aspects.
type saidView struct {
	Aspects []saidAspect
	Note    string
	Busy    bool
}

// trimSpan leaves out the signs around a word; what is only signs stays.
func trimSpan(text string, s textSpan) textSpan {
	skip := func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) }
	word := text[s.start:s.end]
	left := len(word) - len(strings.TrimLeftFunc(word, skip))
	right := len(strings.TrimRightFunc(word, skip))
	if left >= right {
		return s
	}
	return textSpan{s.start + left, s.start + right}
}

// strongest are the parts that give a head most, in the order of the text.
func strongest(effects []float64) []int {
	order := make([]int, len(effects))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(effects[b], effects[a]) })
	var out []int
	for k, i := range order[:min(len(order), saidMost)] {
		if effects[i] < whyLeast || k > 0 && (effects[i] < saidLeast || effects[i] < saidShare*effects[order[0]]) {
			break
		}
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// said lists the aspects that the model read, with the words that speak of them.
func (v *view) said(m *mention.Annotated, e *explanation) saidView {
	var out saidView
	for h := 3; h < len(mention.Heads); h++ {
		k := e.winner(h)
		if k == 0 {
			continue // not spoken of
		}
		label := mention.Heads[h].Labels[k]
		a := saidAspect{N: len(out.Aspects) + 1, Name: v.headName(h), Label: v.labelName(h, label), Class: label, Score: v.text.Percent(float64(e.base[h][k]), 0),
			Ask: "/mencion/" + m.ID.String() + "?why=" + mention.Heads[h].Name + "#why"}
		a.ID = "aspecto-" + strconv.Itoa(a.N)
		for _, i := range strongest(e.effect[h]) {
			at := trimSpan(m.Text, e.parts[i])
			a.spans = append(a.spans, at)
			a.Words = append(a.Words, saidWord{m.Text[at.start:at.end], v.text.Points(e.effect[h][i])})
		}
		out.Aspects = append(out.Aspects, a)
	}
	out.Note = v.text.T("said.note", "n", len(e.parts), "model", e.model)
	return out
}

// pieces cuts the segments of a text at the words that speak of aspects. A name that
// is touched by such a word is marked as a whole, so that it stays one link.
func pieces(segments []segment, aspects []saidAspect) []piece {
	type mark struct {
		textSpan
		of []int // indexes in aspects
	}
	var names []textSpan // of entities
	end := 0
	for _, s := range segments {
		if s.Entity != "" {
			names = append(names, textSpan{end, end + len(s.Text)})
		}
		end += len(s.Text)
	}
	var marks []mark
	for i, a := range aspects {
		for _, at := range a.spans {
			for _, n := range names {
				if n.start < at.end && at.start < n.end {
					at.start, at.end = min(at.start, n.start), max(at.end, n.end)
				}
			}
			marks = append(marks, mark{at, []int{i}})
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var merged []mark
	for _, m := range marks {
		if n := len(merged); n > 0 && m.start < merged[n-1].end {
			last := &merged[n-1]
			last.end = max(last.end, m.end)
			if !slices.Contains(last.of, m.of[0]) {
				last.of = append(last.of, m.of[0])
			}
			continue
		}
		merged = append(merged, m)
	}
	var out []piece
	at := 0 // in the text
	take := func(upto int) (list []segment) {
		for len(segments) > 0 && at < upto {
			s := segments[0]
			if n := upto - at; n < len(s.Text) {
				segments = slices.Clone(segments)
				segments[0].Text, s.Text = s.Text[n:], s.Text[:n]
			} else {
				segments = segments[1:]
			}
			list = append(list, s)
			at += len(s.Text)
		}
		return list
	}
	for _, m := range merged {
		if plain := take(m.start); len(plain) > 0 {
			out = append(out, piece{Segments: plain})
		}
		p := piece{Segments: take(m.end)}
		slices.Sort(m.of)
		for _, i := range m.of {
			a := &aspects[i]
			p.Said = append(p.Said, saidRef{a.N, a.Name, a.Label})
			if p.Class == "" {
				p.Class = a.Class
			} else if p.Class != a.Class {
				p.Class = "mixed"
			}
		}
		out = append(out, p)
	}
	if rest := take(end); len(rest) > 0 {
		out = append(out, piece{Segments: rest})
	}
	return out
}
