package topic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// told is a text of the demo set that names an entity, with what its maker meant.
type told struct {
	Doc
	day     mention.Day
	aspects [mention.NumAspects]mention.AspectLabel
}

// subjects are entities of the demo set of every size worth themes.
var subjects = []string{"ceviche", "pollo-a-la-brasa", "cafe", "lomo-saltado", "arroz-chaufa", "hamburguesa", "pizza", "salchipapa"}

// demoTexts are the complaints and praises about the subjects in the last year of
// the demo set, by "entity/polarity".
var demoTexts = sync.OnceValues(func() (map[string][]told, error) {
	plan, err := demo.Load()
	if err != nil {
		return nil, err
	}
	lx, err := lexicon.Load()
	if err != nil {
		return nil, err
	}
	m := lexicon.NewMatcher(lx)
	out := map[string][]told{}
	n := 0
	err = plan.Days(plan.End-364, plan.End, func(r mention.Raw, tr demo.Truth) error {
		n++
		if !tr.Food || tr.Sentiment == mention.Neutral {
			return nil
		}
		found := map[string][]Span{}
		for _, x := range m.Match(nil, r.Text) {
			if lexicon.Decide(x, .95) && slices.Contains(subjects, x.Info.ID) {
				found[x.Info.ID] = append(found[x.Info.ID], Span{x.Start, x.End})
			}
		}
		for id, spans := range found {
			k := id + "/" + tr.Sentiment.String()
			out[k] = append(out[k], told{Doc{Key: fmt.Sprintf("%08d", n), Text: r.Text, Skip: spans}, mention.DayOf(r.Time), tr.Aspects})
		}
		return nil
	})
	return out, err
})

func docsOf(ts []told) []Doc {
	out := make([]Doc, len(ts))
	for i, t := range ts {
		out[i] = t.Doc
	}
	return out
}

// TestDemoThemes: on every subject at most 15 % of the texts are left out, and the
// themes know something of what the maker meant, which they were not told: the
// information that they share with the aspects is far above that of shuffled themes.
func TestDemoThemes(t *testing.T) {
	texts, err := demoTexts()
	if err != nil {
		t.Fatal(err)
	}
	all, left, worst := 0, 0, 0.0
	var real, chance float64
	rng := rand.New(rand.NewPCG(4, 4))
	for _, id := range subjects {
		for _, pol := range []string{"neg", "pos"} {
			ts := texts[id+"/"+pol]
			r := Find(docsOf(ts), nil)
			if len(r.Themes) < fewest {
				t.Errorf("%s %s: %d themes in %d texts", id, pol, len(r.Themes), r.N)
				continue
			}
			share := float64(r.Left) / float64(r.N)
			if share > .15 {
				t.Errorf("%s %s: %.3f of %d texts are left out", id, pol, share, r.N)
			}
			all, left, worst = all+r.N, left+r.Left, math.Max(worst, share)
			meant := map[string]string{}
			for _, x := range ts {
				meant[x.Key] = fmt.Sprint(x.aspects)
			}
			var a, b []string
			for _, th := range r.Themes {
				if len(th.Docs) < smallest || th.Share.N != int64(r.N) || !th.Share.Defined || len(th.Words) == 0 {
					t.Errorf("%s %s: theme %q of %d texts, share %+v", id, pol, th.Name(), len(th.Docs), th.Share)
				}
				for _, k := range th.Docs {
					a, b = append(a, th.Name()), append(b, meant[k])
				}
			}
			real += information(a, b) / 16
			rng.Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
			chance += information(a, b) / 16
		}
	}
	t.Logf("%d texts, %.3f left out, at most %.3f of a subject; information shared with aspects %.3f, by chance %.3f bits", all, float64(left)/float64(all), worst, real, chance)
	if real < chance+.25 {
		t.Errorf("themes share %.3f bits with the aspects, shuffled ones %.3f", real, chance)
	}
}

// information is the mutual information of two labellings, in bits.
func information(a, b []string) float64 {
	n := float64(len(a))
	ca, cb, cab := map[string]float64{}, map[string]float64{}, map[[2]string]float64{}
	for i := range a {
		ca[a[i]]++
		cb[b[i]]++
		cab[[2]string{a[i], b[i]}]++
	}
	sum := 0.0
	for k, x := range cab {
		sum += x / n * math.Log2(x*n/(ca[k[0]]*cb[k[1]]))
	}
	return sum
}

// TestDemoIDs: as the year moves on by four weeks at a time, a text that is still
// there is mostly in a theme of the same id.
func TestDemoIDs(t *testing.T) {
	texts, err := demoTexts()
	if err != nil {
		t.Fatal(err)
	}
	book := NewBook()
	same, stays := 0, 0
	for _, id := range subjects {
		for _, pol := range []string{"neg", "pos"} {
			ts := texts[id+"/"+pol]
			last := ts[0].day
			for _, x := range ts {
				last = max(last, x.day)
			}
			was := map[string]string{}
			for back := 3; back >= 0; back-- {
				to := last - mention.Day(28*back)
				var docs []Doc
				for _, x := range ts {
					if x.day <= to && x.day > to-280 {
						docs = append(docs, x.Doc)
					}
				}
				r := Find(docs, book.Current(id+"/"+pol))
				if err := book.Identify(id+"/"+pol, r.Themes, to, true); err != nil {
					t.Fatal(err)
				}
				now := map[string]string{}
				for _, th := range r.Themes {
					for _, k := range th.Docs {
						now[k] = th.ID
					}
				}
				for k, theme := range now {
					if before, ok := was[k]; ok {
						stays++
						if before == theme {
							same++
						}
					}
				}
				was = now
			}
		}
	}
	t.Logf("%.3f of %d texts keep their theme's id over four weeks", float64(same)/float64(stays), stays)
	if float64(same) < .6*float64(stays) {
		t.Errorf("%d of %d texts keep their theme's id over four weeks", same, stays)
	}
}
