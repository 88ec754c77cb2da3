package studio

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"antojo/assets"
	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/prose"
	"antojo/internal/brief/report"
	"antojo/internal/mention"
	"antojo/internal/panel/locale"
)

func day(s string) mention.Day {
	d, err := mention.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func fig(v, low, high float64, n int64) fact.Figure {
	return fact.Figure{Value: v, Low: low, High: high, N: n, Defined: true}
}

func count(n int64) fact.Figure {
	return fact.Figure{Value: float64(n), N: n, Exact: true, Defined: true}
}

// foods are one of each gender and number, and of each kind.
var foods = []fact.Entity{
	{ID: "ceviche", Name: "ceviche", NameEN: "raw fish cured in lime juice", Kind: "dish"},
	{ID: "causa", Name: "causa limeña", NameEN: "cold potato terrine", Kind: "dish"},
	{ID: "anticuchos", Name: "anticuchos", NameEN: "beef heart skewers", Kind: "dish"},
	{ID: "papas", Name: "papas a la huancaína", NameEN: "potatoes in cheese sauce", Kind: "dish"},
	{ID: "agua-de-coco", Name: "agua de coco", NameEN: "coconut water", Kind: "drink"},
	{ID: "palta", Name: "palta", NameEN: "avocado", Kind: "ingredient"},
	{ID: "bembos", Name: "bembos", NameEN: "Bembos (Peruvian burger chain)", Kind: "brand"},
}

// tableOf has one fact of each trigger about an entity; s is the strength of changes.
func tableOf(e fact.Entity, aspect string, s fact.Strength) *fact.Table {
	t := &fact.Table{Period: "2026-W46", Week: fact.Span{From: day("2026-11-09"), To: day("2026-11-15")}, Window: fact.Span{From: day("2026-10-19"), To: day("2026-11-15")},
		Previous: fact.Span{From: day("2026-09-21"), To: day("2026-10-18")}, Entities: []fact.Entity{e}}
	growth := fig(.82, .48, 1.24, 410)
	if s == fact.Bare {
		growth = fig(.12, .01, .24, 900)
	}
	q := .01
	fall := fig(-.38, -.5, -.24, 420)
	for i, f := range []fact.Fact{
		{Kind: fact.Change, Verdict: "rising", Direction: fact.Up, Strength: s, Q: &q, Figures: map[string]fact.Figure{fact.Growth: growth, fact.Mentions: count(265), fact.Before: count(145)}},
		{Kind: fact.AspectOf, Aspect: aspect, Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: map[string]fact.Figure{fact.Net: fig(.6, .5, .7, 150)}},
		{Kind: fact.AspectOf, Aspect: aspect, Top: true, Direction: fact.Down, Strength: fact.Clear, Figures: map[string]fact.Figure{fact.Net: fig(-.6, -.7, -.5, 150)}},
		{Kind: fact.Where, Department: "15", Direction: fact.Up, Strength: fact.Clear, Figures: map[string]fact.Figure{fact.Times: fig(1.9, 1.4, 2.6, 150), fact.Mentions: count(150)}},
		{Kind: fact.Leader, Top: s == fact.Clear, Direction: fact.NoDirection, Strength: fact.Unclear, Figures: map[string]fact.Figure{fact.Mentions: count(210), fact.Share: fig(.14, .12, .16, 1500)}},
		{Kind: fact.Change, Verdict: "falling", Direction: fact.Down, Strength: fact.Clear, Q: &q, Figures: map[string]fact.Figure{fact.Growth: fall, fact.Mentions: count(160), fact.Before: count(260)}},
		{Kind: fact.Feast, Feast: "navidad", Direction: fact.NoDirection, Strength: fact.Unclear, Period: fact.Span{From: day("2026-12-24"), To: day("2026-12-25")}},
	} {
		f.ID = fmt.Sprintf("F%d", i+1)
		if f.Kind != fact.Feast {
			f.Entity = e.ID
		}
		f.Evidence, f.Query = []string{"m1", "m2"}, "entity="+e.ID
		t.Facts = append(t.Facts, f)
	}
	return t
}

func filler(t testing.TB, tab *fact.Table, lang string) fill.Filler {
	t.Helper()
	c, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	return fill.Filler{Table: tab, Lang: lang, Numbers: c.For(lang)}
}

func joined(a, b map[string][]string) map[string][]string {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// TestChannelsChangeThePost: the same finding gives another publication for each channel
// and tone, in structure and length and not only in a word.
func TestChannelsChangeThePost(t *testing.T) {
	tab := tableOf(foods[0], "food", fact.Clear)
	for _, lang := range []string{"es", "en"} {
		seen := map[string]string{}
		lines, length := map[string]int{}, map[string]int{}
		for _, tone := range Tones {
			for _, ch := range Channels {
				groups, err := Ideas(filler(t, tab, lang), Options{Tone: tone, Channel: ch})
				if err != nil || len(groups) == 0 || len(groups[0].Ideas) == 0 {
					t.Fatal(lang, tone, ch, err)
				}
				at := slices.IndexFunc(groups[0].Ideas, func(i report.Idea) bool { return slices.Contains(i.Facts, "F1") })
				if at < 0 {
					t.Errorf("%s %s/%s: no idea rests on the rise", lang, tone, ch)
					continue
				}
				idea := groups[0].Ideas[at]
				if other, ok := seen[idea.Copy]; ok {
					t.Errorf("%s: %s/%s and %s give the same text: %s", lang, tone, ch, other, idea.Copy)
				}
				seen[idea.Copy] = tone + "/" + ch
				if len(idea.Facts) != 1 || len(idea.Mention) == 0 {
					t.Errorf("%s %s/%s rests on nothing: %+v", lang, tone, ch, idea)
				}
				lines[ch] += strings.Count(idea.Copy, "\n") + 1
				length[ch] += len(idea.Copy)
			}
		}
		if lines["tiktok"] != 3*len(Tones) || lines["store"] != len(Tones) || lines["whatsapp"] != 2*len(Tones) || length["email"] < 2*length["store"] {
			t.Errorf("%s: lines %v, length %v", lang, lines, length)
		}
	}
}

// TestEveryTextPasses: each text of the studio passes the checks for each food it
// can be about, once filled has no marks left, and names the fact.
func TestEveryTextPasses(t *testing.T) {
	aspects := []string{"food", "portion", "price", "service", "delivery", "ambience", "hygiene", "health"}
	triggers := map[string]int{"rising": 0, "liked": 1, "disliked": 2, "where": 3, "leader": 4, "falling": 5, "feast": 6}
	for lang, texts := range map[string]map[string][]string{"es": joined(spanish, spanishByChannel), "en": joined(english, englishByChannel)} {
		seen := map[string]bool{}
		unknown := map[string]bool{}
		for _, e := range foods {
			for _, s := range []fact.Strength{fact.Clear, fact.Bare} {
				for _, a := range aspects {
					tab := tableOf(e, a, s)
					f := filler(t, tab, lang)
					w, c := prose.New(f), check.NewCopy(f)
					for key, list := range texts {
						part := strings.Split(strings.TrimPrefix(strings.TrimPrefix(key, "title."), "slogan."), ".")
						trigger := ""
						for _, p := range part {
							if _, ok := triggers[p]; ok {
								trigger = p
							}
						}
						if trigger == "" || (slices.Contains(part, "disliked") || slices.Contains(part, "liked")) && slices.ContainsFunc(part, func(p string) bool { return slices.Contains(aspects, p) && p != a }) {
							continue
						}
						x := tab.Facts[triggers[trigger]]
						if slices.Contains(part, "food") && trigger == "feast" {
							x.Entity = e.ID
							tab.Facts[6].Entity = e.ID
						}
						for _, text := range list {
							for _, line := range strings.Split(text, "\n") {
								d := w.Sentence(line, &x)
								if id := d + e.ID + a + string(s); seen[id] {
									continue
								} else {
									seen[id] = true
								}
								if why := c.Draft(d, []string{x.ID}); len(why) > 0 {
									for _, r := range why {
										if r.Code == check.Unknown {
											unknown[strings.Trim(strings.ToLower(r.Detail), `"`)] = true
										}
									}
									if !slices.ContainsFunc(why, func(r check.Reason) bool { return r.Code == check.Unknown }) {
										t.Errorf("%s %s: %q\n %v", lang, key, d, why)
									}
									continue
								}
								p, err := f.Fill(d)
								if err != nil {
									t.Fatal(err)
								}
								if got := fill.Join(p); strings.ContainsAny(got, "{}[]<>@|") {
									t.Errorf("%s %s: marks left in %q", lang, key, got)
								}
							}
						}
						tab.Facts[6].Entity = ""
					}
				}
			}
		}
		if len(unknown) > 0 {
			var list []string
			for w := range unknown {
				list = append(list, w)
			}
			sort.Strings(list)
			t.Errorf("%s: words outside the vocabulary: %s", lang, strings.Join(list, " "))
		}
		if len(seen) < 5000 {
			t.Errorf("%s: only %d texts", lang, len(seen))
		}
	}
}

// TestSameKeys: both languages offer the same.
func TestSameKeys(t *testing.T) {
	for k := range spanish {
		if len(english[k]) == 0 {
			t.Errorf("English lacks %s", k)
		}
	}
	for k := range english {
		if len(spanish[k]) == 0 {
			t.Errorf("Spanish lacks %s", k)
		}
	}
	for _, c := range Channels {
		for _, k := range Kinds {
			if len(spanish["format."+k+"."+c]) == 0 {
				t.Errorf("no format of a %s for %s", k, c)
			}
		}
	}
}

// TestIdeas: all kinds of ideas come, each rests on a fact of the table with its
// evidence, what is published holds no figure, and tone and channel change it.
func TestIdeas(t *testing.T) {
	figure := regexp.MustCompile(`[0-9]`)
	for _, lang := range []string{"es", "en"} {
		tab := tableOf(foods[0], "delivery", fact.Clear)
		f := filler(t, tab, lang)
		byTone := map[string]bool{}
		for _, tone := range Tones {
			for _, ch := range Channels {
				groups, err := Ideas(f, Options{Tone: tone, Channel: ch})
				if err != nil {
					t.Fatal(err)
				}
				if len(groups) != 4 {
					t.Fatalf("%s %s: %d kinds of ideas, want 4", lang, tone, len(groups))
				}
				all := ""
				for _, g := range groups {
					for _, x := range g.Ideas {
						fs, ok := tab.Fact(x.Facts[0])
						if !ok || len(x.Reason) == 0 || x.Title == "" || x.Copy == "" {
							t.Errorf("%s: idea without a finding: %+v", lang, x)
							continue
						}
						if fs.Kind != fact.Feast && (figure.MatchString(x.Copy) || figure.MatchString(x.Title)) {
							t.Errorf("%s: a figure in %q", lang, x.Copy)
						}
						if len(x.Mention) != 2 || x.Query == "" {
							t.Errorf("%s: no evidence for %q", lang, x.Title)
						}
						if x.Format == "" {
							t.Errorf("%s: no format of a %s", lang, x.Kind)
						}
						all += x.Copy + x.Format
					}
				}
				byTone[all] = true
			}
		}
		if want := len(Tones) * len(Channels); len(byTone) != want {
			t.Errorf("%s: %d different pages from %d choices", lang, len(byTone), want)
		}
	}
}

// TestKindAndFeast: one kind alone, and a feast that is told with the foods that have a
// finding; each such idea names both facts and has the finding's mentions.
func TestKindAndFeast(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		for _, kind := range Kinds {
			tab := tableOf(foods[0], "food", fact.Clear)
			Season(tab, "navidad", "")
			f := filler(t, tab, lang)
			groups, err := Ideas(f, Options{Kind: kind, Feast: "navidad", Channel: "whatsapp"})
			if err != nil || len(groups) != 1 || groups[0].Kind != kind {
				t.Fatalf("%s %s: %v, %d groups", lang, kind, err, len(groups))
			}
			with := 0
			for _, x := range groups[0].Ideas {
				fs, _ := tab.Fact(x.Facts[0])
				if fs.Feast != "navidad" || !strings.Contains(fill.Join(x.Reason), f.FeastName("navidad")) {
					t.Errorf("%s %s: %q is not about the feast: %s", lang, kind, x.Title, fill.Join(x.Reason))
				}
				if fs.Finding != "" && len(x.Facts) == 2 && len(x.Mention) > 0 && strings.Contains(x.Copy+x.Title, "eviche") {
					with++
				}
			}
			if with == 0 {
				t.Errorf("%s %s: no idea joins the feast and a finding", lang, kind)
			}
		}
	}
}

// TestCopiesTriggerNothing: what copied texts carry is no interest of the public.
func TestCopiesTriggerNothing(t *testing.T) {
	tab := tableOf(foods[0], "food", fact.Clear)
	tab.Facts[0].Verdict = "campaign-driven"
	groups, err := Ideas(filler(t, tab, "es"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		for _, x := range g.Ideas {
			if f, _ := tab.Fact(x.Facts[0]); f.Kind != fact.Feast {
				t.Errorf("%s rests on %s of a food whose rise is copied texts", x.Title, f.ID)
			}
		}
	}
}

// TestLiesAreLeftOut: a text that claims what its fact does not say never comes.
func TestLiesAreLeftOut(t *testing.T) {
	tab := tableOf(foods[0], "food", fact.Clear)
	f := filler(t, tab, "es")
	c := check.NewCopy(f)
	for _, lie := range []string{
		"{{F1.Entity}} es el favorito de la gente.", "Nadie lo prepara como nosotros: {{F1.entity}}.", "{{F1.Entity}} cae y cae.",
		"Pide {{F1.entity}}, gusta su precio.", "{{F1.Entity}} cura el resfrío.", "La causa limeña acompaña {{F1.to}}.", "{{F1.Entity}} a mitad de precio.", "Escríbenos a ventas@ejemplo.pe y pide {{F1.entity}}.",
		"Mañana se hablará más {{F1.of}}.", "{{F1.Entity}}, mejor que la competencia.",
	} {
		if why := c.Draft(lie, []string{"F1"}); len(why) == 0 {
			t.Errorf("passes: %q", lie)
		}
	}
}
