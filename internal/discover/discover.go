// Package discover finds food words that the lexicon lacks: runs of one to three
// words that stand where the lexicon's own words stand, are written about food, and
// rise against their own past. Spellings of one word are grouped. The result is a
// function of the texts and the lexicon.
//
// Read next: ngram.go (what is counted), context.go (where food words stand),
// frame.go (what tells names from stock phrases),
// group.go (spellings).
package discover

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// Doc is one text to read.
type Doc struct {
	Text string
	Day  mention.Day
	Food bool // the text is about food
}

// Options tune Find; zero values mean the defaults.
type Options struct {
	Lexicon *lexicon.Lexicon
	Matcher *lexicon.Matcher // of Lexicon
	// Since is the first day of the recent stretch, which is compared with all
	// before it. Zero: the last 28 days of the texts.
	Since mention.Day
	// MinCount is how often a term must occur in texts about food (4).
	MinCount int
	// Limit is how many terms to return (200).
	Limit int
}

// Term is a candidate for the lexicon.
type Term struct {
	Text     string   `json:"text"`     // most frequent spelling, in lower case
	Variants []string `json:"variants"` // further spellings, most frequent first
	Kind     string   `json:"kind"`     // kind of the entities that it is most like
	Like     []string `json:"like"`     // ids of the entities in whose place it stands, nearest first
	Count    int      `json:"count"`    // occurrences in texts about food
	Now      int      `json:"now"`      // of them in the recent stretch
	Past     int      `json:"past"`     // and before it
	// Growth is the share of all words now against the past, with half a word added
	// to each; Rise its log-likelihood ratio (Dunning 1993), negative when it falls.
	Growth float64 `json:"growth"`
	Rise   float64 `json:"rise"`
	// Place is how much more its neighbours are those of food words than those of
	// other words, in nats a neighbour; Likeness the cosine with the nearest entities.
	Place    float64 `json:"place"`
	Likeness float64 `json:"likeness"`
	Food     float64 `json:"food"` // share of its occurrences in texts about food
	Score    float64 `json:"score"`
	Example  int     `json:"example"` // number of the first text that holds it, from 0
}

// Find reads docs twice and returns the best candidates, best first. docs must
// yield the same texts both times. Terms with a score below leastScore are left out.
func Find(docs iter.Seq[Doc], o Options) ([]Term, error) {
	if o.Lexicon == nil || o.Matcher == nil {
		return nil, fmt.Errorf("discover needs a lexicon and its matcher")
	}
	if o.MinCount <= 0 {
		o.MinCount = 4
	}
	if o.Limit <= 0 {
		o.Limit = 200
	}
	c := newCounter(o)
	c.read(docs)
	cands := c.candidates()
	s := newSpace(c, cands)
	s.read(docs)
	terms := make([]scored, 0, len(cands))
	for i := range cands {
		if t, ok := s.score(i); ok {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, byScore)
	terms = lacking(group(terms), o.Lexicon)
	slices.SortFunc(terms, byScore)
	out := make([]Term, 0, o.Limit)
	for _, t := range terms[:min(len(terms), o.Limit)] {
		out = append(out, t.Term)
	}
	return out, nil
}

// lacking leaves out what the lexicon has by that name but reads only written or
// surrounded in a certain way ("Sublime", the chocolate): it cannot be added again.
func lacking(terms []scored, lx *lexicon.Lexicon) []scored {
	return slices.DeleteFunc(terms, func(t scored) bool {
		_, has := lx.Entity(lexicon.Slug(t.Text))
		return has
	})
}

// scored is a Term with its folded form, which groups and breaks ties.
type scored struct {
	Term
	key string
}

func byScore(a, b scored) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Count, a.Count), cmp.Compare(a.key, b.key))
}

// rise is Dunning's log-likelihood ratio of k of n now against past of all before,
// negative where the share falls, and the growth of the share.
func rise(now, past, allNow, allPast int) (g2, growth float64) {
	a, b, n, m := float64(now), float64(past), float64(max(allNow, 1)), float64(max(allPast, 1))
	growth = ((a + 0.5) / (n + 1)) / ((b + 0.5) / (m + 1))
	e1, e2 := n*(a+b)/(n+m), m*(a+b)/(n+m)
	if a > 0 {
		g2 += a * math.Log(a/e1)
	}
	if b > 0 {
		g2 += b * math.Log(b/e2)
	}
	g2 *= 2
	if a < e1 {
		g2 = -g2
	}
	return g2, growth
}
