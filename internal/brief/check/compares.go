package check

import (
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
)

// refAt is the placeholder at a token, nil for other tokens and behind the end.
func (d *doc) refAt(i int) *fill.Ref {
	if i < len(d.tokens) {
		return d.tokens[i].ref
	}
	return nil
}

// weighs: "favourable opinions outweigh unfavourable ones" compares the two shares of
// one mood, and what stands before the verb must be the larger.
func (d *doc) weighs(i int, c clause) bool {
	if !d.c.v.outweigh[d.tokens[i].word] {
		return false
	}
	first := neutral
	for k := c.from; k < c.to; k++ {
		if cl := d.tokens[k].class; cl == like || cl == dislike {
			first = cl
			break
		}
	}
	for k := c.from; k < c.to; k++ {
		if r := d.tokens[k].ref; r != nil {
			if f, ok := d.c.table.Fact(r.Fact); ok && f.Kind == fact.Mood && f.Strength == fact.Clear {
				return f.Direction == fact.Up && first == like || f.Direction == fact.Down && first == dislike
			}
		}
	}
	return false
}

// amongLeaders: each leader of the table is among the most mentioned, first or not.
func (d *doc) amongLeaders(i int, c clause) bool {
	leader := d.refers(c, func(f *fact.Fact) bool { return f.Kind == fact.Leader })
	for k := i - 1; leader && k >= c.from && k >= i-4; k-- {
		if d.c.v.among[d.tokens[k].word] && d.tokens[k].word != "" {
			return true
		}
	}
	return false
}
