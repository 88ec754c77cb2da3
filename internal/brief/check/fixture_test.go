package check_test

import (
	"testing"

	"antojo/assets"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/mention"
	"antojo/internal/panel/locale"
)

func span(from, to string) fact.Span {
	a, _ := mention.ParseDay(from)
	b, _ := mention.ParseDay(to)
	return fact.Span{From: a, To: b}
}

func fig(v, low, high float64, n int64) fact.Figure {
	return fact.Figure{Value: v, Low: low, High: high, N: n, Defined: true}
}

func count(n int64) fact.Figure {
	return fact.Figure{Value: float64(n), N: n, Exact: true, Defined: true}
}

// table is a week with a fact of every kind. The tests refer to its ids.
func table() *fact.Table {
	t := &fact.Table{
		Period: "2026-W46", Week: span("2026-11-09", "2026-11-15"), Window: span("2026-10-19", "2026-11-15"), Previous: span("2026-09-21", "2026-10-18"), Synthetic: true,
		Entities: []fact.Entity{
			{ID: "ceviche", Name: "ceviche", NameEN: "raw fish cured in lime juice", Kind: "dish"},
			{ID: "causa", Name: "causa limeña", NameEN: "cold potato terrine", Kind: "dish"},
			{ID: "anticuchos", Name: "anticuchos", NameEN: "beef heart skewers", Kind: "dish"},
			{ID: "matcha", Name: "matcha", NameEN: "matcha", Kind: "drink"},
			{ID: "bembos", Name: "bembos", NameEN: "Bembos (Peruvian burger chain)", Kind: "brand"},
			{ID: "turron", Name: "turrón", NameEN: "honey nougat", Kind: "dish"},
			{ID: "agua-de-coco", Name: "agua de coco", NameEN: "coconut water", Kind: "drink"},
			{ID: "palta", Name: "palta", NameEN: "avocado", Kind: "ingredient"},
			{ID: "salchipapa", Name: "salchipapa", NameEN: "sausage and fries", Kind: "dish"},
			{ID: "pollo-a-la-brasa", Name: "pollo a la brasa", NameEN: "rotisserie chicken", Kind: "dish"},
		},
		Quotes: []fact.Quote{
			{ID: "Q1", Mention: "0197f0a1b2c3d4e5f60718293a4b5c6d", Entity: "matcha", Sentiment: "pos", Source: "social", Text: "El matcha con leche de avena estuvo riquísimo, volvería sin pensarlo."},
			{ID: "Q2", Mention: "0197f0a1b2c3d4e5f60718293a4b5c6e", Entity: "bembos", Sentiment: "neg", Source: "delivery", Text: "La hamburguesa llegó fría y las papas aguadas, una pena."},
		},
	}
	add := func(f fact.Fact) {
		f.ID = "F" + itoa(len(t.Facts)+1)
		if f.Direction == "" {
			f.Direction, f.Strength = fact.NoDirection, fact.Unclear
		}
		t.Facts = append(t.Facts, f)
	}
	figs := func(kv ...any) map[string]fact.Figure {
		m := map[string]fact.Figure{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1].(fact.Figure)
		}
		return m
	}
	q := func(x float64) *float64 { return &x }
	// F1 volume, F2 mood, F3 leader, F4 leader
	add(fact.Fact{Kind: fact.Volume, Weekly: true, Figures: figs(fact.Mentions, count(1840), fact.Before, count(1795))})
	add(fact.Fact{Kind: fact.Mood, Weekly: true, Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Net, fig(.31, .27, .35, 1700), fact.Positive, fig(.52, .49, .55, 1700), fact.Negative, fig(.21, .19, .23, 1700))})
	add(fact.Fact{Kind: fact.Leader, Entity: "pollo-a-la-brasa", Weekly: true, Top: true, Figures: figs(fact.Mentions, count(210), fact.Share, fig(.14, .12, .16, 1500))})
	add(fact.Fact{Kind: fact.Leader, Entity: "ceviche", Weekly: true, Figures: figs(fact.Mentions, count(180), fact.Share, fig(.12, .10, .14, 1500))})
	// F5 matcha rises clearly; F6 ceviche rises barely
	add(fact.Fact{Kind: fact.Change, Entity: "matcha", Verdict: "rising", Top: true, Direction: fact.Up, Strength: fact.Clear, Q: q(.0001), Figures: figs(fact.Growth, fig(.82, .48, 1.24, 410), fact.Mentions, count(265), fact.Before, count(145), fact.Net, fig(.4, .3, .5, 240))})
	add(fact.Fact{Kind: fact.Change, Entity: "ceviche", Verdict: "rising", Direction: fact.Up, Strength: fact.Bare, Q: q(.04), Figures: figs(fact.Growth, fig(.12, .01, .24, 1500), fact.Mentions, count(790), fact.Before, count(705))})
	// F7 bembos falls clearly; F8 salchipapa falls barely
	add(fact.Fact{Kind: fact.Change, Entity: "bembos", Verdict: "falling", Top: true, Direction: fact.Down, Strength: fact.Clear, Q: q(.0002), Figures: figs(fact.Growth, fig(-.38, -.5, -.24, 420), fact.Mentions, count(160), fact.Before, count(260), fact.Net, fig(-.3, -.4, -.2, 150))})
	add(fact.Fact{Kind: fact.Change, Entity: "salchipapa", Verdict: "falling", Direction: fact.Down, Strength: fact.Bare, Q: q(.045), Figures: figs(fact.Growth, fig(-.15, -.27, -.02, 600), fact.Mentions, count(270), fact.Before, count(318))})
	// F9 turrón seasonal; F10 spike; F11 price-driven; F12 campaign-driven; F13 steady
	add(fact.Fact{Kind: fact.Change, Entity: "turron", Verdict: "seasonal", Top: true, Direction: fact.Down, Strength: fact.Clear, Figures: figs(fact.Growth, fig(-.7, -.78, -.6, 500), fact.Mentions, count(110), fact.Before, count(380))})
	add(fact.Fact{Kind: fact.Change, Entity: "agua-de-coco", Verdict: "spike", Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Growth, fig(.6, .3, .95, 200), fact.Mentions, count(120), fact.Before, count(75))})
	add(fact.Fact{Kind: fact.Change, Entity: "palta", Verdict: "price-driven", Top: true, Direction: fact.Down, Strength: fact.Clear, Figures: figs(fact.Growth, fig(-.3, -.4, -.18, 500), fact.Mentions, count(190), fact.Before, count(280))})
	add(fact.Fact{Kind: fact.Change, Entity: "anticuchos", Verdict: "campaign-driven", Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Growth, fig(.5, .3, .7, 500), fact.Mentions, count(300), fact.Before, count(200))})
	add(fact.Fact{Kind: fact.Change, Entity: "causa", Verdict: "steady", Top: true, Figures: figs(fact.Growth, fig(.03, -.1, .18, 400), fact.Mentions, count(205), fact.Before, count(200))})
	// F14, F15 liked and disliked; F16, F17 of matcha and bembos; F18 portion of matcha, disliked
	add(fact.Fact{Kind: fact.AspectOf, Aspect: "food", Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Net, fig(.45, .42, .48, 4000))})
	add(fact.Fact{Kind: fact.AspectOf, Aspect: "delivery", Top: true, Direction: fact.Down, Strength: fact.Clear, Figures: figs(fact.Net, fig(-.35, -.4, -.3, 900))})
	add(fact.Fact{Kind: fact.AspectOf, Entity: "matcha", Aspect: "food", Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Net, fig(.6, .5, .7, 150))})
	add(fact.Fact{Kind: fact.AspectOf, Entity: "bembos", Aspect: "delivery", Top: true, Direction: fact.Down, Strength: fact.Clear, Figures: figs(fact.Net, fig(-.5, -.62, -.38, 90))})
	add(fact.Fact{Kind: fact.AspectOf, Entity: "matcha", Aspect: "price", Top: true, Direction: fact.Down, Strength: fact.Bare, Figures: figs(fact.Net, fig(-.2, -.38, -.02, 60))})
	// F19 matcha in Lima; F20 steady others; F21 few; F22, F23 sources; F24 coverage
	add(fact.Fact{Kind: fact.Where, Entity: "matcha", Department: "15", Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Times, fig(1.9, 1.4, 2.6, 150), fact.Mentions, count(150))})
	add(fact.Fact{Kind: fact.NoChanges, Verdict: "steady", Figures: figs(fact.Count, count(63))})
	add(fact.Fact{Kind: fact.FewData, Verdict: "not-enough-data", Strength: fact.NoData, Direction: fact.NoDirection, Figures: figs(fact.Count, count(118))})
	add(fact.Fact{Kind: fact.SourceOf, Source: "social", Weekly: true, Top: true, Figures: figs(fact.Mentions, count(900), fact.Share, fig(.49, .46, .52, 1840))})
	add(fact.Fact{Kind: fact.SourceOf, Source: "review", Weekly: true, Figures: figs(fact.Mentions, count(500), fact.Share, fig(.27, .25, .29, 1840))})
	add(fact.Fact{Kind: fact.Coverage, Weekly: true, Figures: figs(fact.Mentions, count(1840), fact.Share, fact.Figure{Value: .71, N: 1840, Exact: true, Defined: true})})
	// F25 disliked price overall, F26 liked portion overall
	add(fact.Fact{Kind: fact.AspectOf, Aspect: "price", Direction: fact.Down, Strength: fact.Clear, Figures: figs(fact.Net, fig(-.2, -.25, -.15, 900))})
	add(fact.Fact{Kind: fact.AspectOf, Aspect: "portion", Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Net, fig(.2, .15, .25, 900))})
	return t
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func filler(t testing.TB, tab *fact.Table, lang string) fill.Filler {
	t.Helper()
	c, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	return fill.Filler{Table: tab, Lang: lang, Numbers: c.For(lang)}
}
