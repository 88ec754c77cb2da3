package check

import (
	"slices"
	"strings"
	"sync"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
)

// frames are the words of drafts with declared claims: nothing else may stand in one.
type frames struct {
	frame   map[string]bool // claim nothing, alone or together
	joins   map[string]bool // begin another clause
	origins map[string]bool // say where something comes from
	phrases map[string][]says
	longest int // words of the longest phrase
	list    map[says][]string
}

var (
	framesES = sync.OnceValue(func() *frames {
		return readFrames(frameES, "y e o u pero mientras aunque", "viene vienen vino vinieron venir proviene provienen procede proceden", sayingsES)
	})
	framesEN = sync.OnceValue(func() *frames {
		return readFrames(frameEN, "and or but while although though", "come comes came", sayingsEN)
	})
)

func framesOf(english bool) *frames {
	if english {
		return framesEN()
	}
	return framesES()
}

// readFrames reads lines "kind value: phrase, phrase". A part "sube|suben" stands for
// each of its words.
func readFrames(frame, joins, origins, sayings string) *frames {
	f := &frames{frame: map[string]bool{}, joins: map[string]bool{}, origins: map[string]bool{}, phrases: map[string][]says{}, list: map[says][]string{}}
	for _, w := range strings.Fields(frame) {
		f.frame[fact.Fold(w)] = true
	}
	for _, w := range strings.Fields(joins) {
		f.joins[w] = true
	}
	for _, w := range strings.Fields(origins) {
		f.origins[w] = true
	}
	for _, line := range strings.Split(strings.TrimSpace(sayings), "\n") {
		head, rest, _ := strings.Cut(line, ":")
		kind, value, _ := strings.Cut(strings.TrimSpace(head), " ")
		s := says{kind, value}
		for _, p := range strings.Split(rest, ",") {
			p = strings.TrimSpace(p)
			f.list[s] = append(f.list[s], p)
			for _, x := range grow(strings.Fields(p)) {
				x = fact.Fold(x)
				if !slices.Contains(f.phrases[x], s) {
					f.phrases[x] = append(f.phrases[x], s)
				}
				f.longest = max(f.longest, len(strings.Fields(x)))
			}
		}
	}
	return f
}

func grow(parts []string) []string {
	out := []string{""}
	for _, p := range parts {
		var next []string
		for _, o := range out {
			for _, w := range strings.Split(p, "|") {
				next = append(next, strings.TrimSpace(o+" "+w))
			}
		}
		out = next
	}
	return out
}

// Words tells a writer what it may write: the frame, and the phrases of each kind and
// value of claim, one line each.
func Words(lang string) (frame string, claims []string) {
	f := framesOf(lang == "en")
	for s, list := range f.list {
		claims = append(claims, s.kind+" "+s.value+": "+strings.Join(list, ", "))
	}
	slices.Sort(claims)
	if lang == "en" {
		return strings.Join(strings.Fields(frameEN), " "), claims
	}
	return strings.Join(strings.Fields(frameES), " "), claims
}

// parsed reads a draft and what its placeholders stand for.
func parsed(c *Checker, draft string) ([]fill.Piece, error) {
	pieces, err := fill.Parse(draft)
	if err != nil {
		return nil, err
	}
	for i := range pieces {
		if r := pieces[i].Ref; r != nil {
			if pieces[i].Text, err = c.fill.Text(*r); err != nil {
				return nil, err
			}
		}
	}
	return pieces, nil
}
