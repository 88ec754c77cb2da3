package demo

import (
	"fmt"
	"strings"

	"antojo/internal/mention"
)

// Score compares what the pipeline read with what the generator meant. The texts
// are templates, so the figures say that the parts work together, not how good the
// model is on what people write.
type Score struct {
	n, food                     int
	relevance, sentiment        int
	intent, department, located int
	found, planted, named       int // entities: of the planted ones found, planted, all named
	aspect                      [mention.NumAspects]struct{ hit, planted, named int }
}

// Add counts one mention.
func (s *Score) Add(t Truth, a mention.Annotation) {
	s.n++
	if a.Relevant == t.Food {
		s.relevance++
	}
	if t.Located && t.Kind != "campaign" {
		s.located++
		if a.Resolved == t.Department {
			s.department++
		}
	}
	if !t.Food {
		return
	}
	s.food++
	if a.Sentiment == t.Sentiment {
		s.sentiment++
	}
	if a.Intent == t.Intent {
		s.intent++
	}
	ids := map[string]bool{}
	for _, e := range a.Entities {
		ids[e.ID] = true
	}
	s.named += len(ids)
	for _, id := range t.Entities {
		s.planted++
		if ids[id] {
			s.found++
		}
	}
	for i := range t.Aspects {
		x := &s.aspect[i]
		if t.Aspects[i] != mention.AspectNone {
			x.planted++
		}
		if a.Aspects[i] != mention.AspectNone {
			x.named++
			if a.Aspects[i] == t.Aspects[i] {
				x.hit++
			}
		}
	}
}

// String is a table of the shares for people.
func (s *Score) String() string {
	pct := func(a, b int) float64 {
		if b == 0 {
			return 0
		}
		return 100 * float64(a) / float64(b)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "read as planted, %d mentions (%d about food):\n", s.n, s.food)
	fmt.Fprintf(&b, "  relevance  %5.1f %%\n  sentiment  %5.1f %% (of food)\n  intent     %5.1f %%\n  department %5.1f %% (of those that tell it)\n",
		pct(s.relevance, s.n), pct(s.sentiment, s.food), pct(s.intent, s.food), pct(s.department, s.located))
	fmt.Fprintf(&b, "  entities   %5.1f %% of the planted found; %.2f named for one planted\n", pct(s.found, s.planted), pct(s.named, s.planted)/100)
	for i, x := range s.aspect {
		fmt.Fprintf(&b, "  %-10s %5.1f %% precision, %5.1f %% recall (with polarity)\n", mention.Aspect(i), pct(x.hit, x.named), pct(x.hit, x.planted))
	}
	return b.String()
}
