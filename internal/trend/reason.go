package trend

import (
	"fmt"
	"math"

	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// Reason is one sentence of the "why" behind a verdict, in both languages.
type Reason struct {
	Key  string
	Args []any
}

// reasonTexts holds the wording by key: Spanish, English.
var reasonTexts = map[string][2]string{
	"growth":      {"%+.0f %% frente a los %d días anteriores, a igual volumen de las mismas fuentes (IC 95 %%: %+.0f %% a %+.0f %%)", "%+.0f %% against the %d days before, at equal volume of the same sources (95 %% CI %+.0f %% to %+.0f %%)"},
	"expected":    {"el calendario y la temporada dan %+.0f %%; lo que queda es %+.0f %% (IC 95 %%: %+.0f %% a %+.0f %%)", "calendar and season give %+.0f %%; what is left is %+.0f %% (95 %% CI %+.0f %% to %+.0f %%)"},
	"feast":       {"%s suma %+.0f %% a la ventana, según años anteriores", "%s adds %+.0f %% to the window, by earlier years"},
	"first-feast": {"coincide con %s, sin un año anterior con qué comparar", "coincides with %s, without an earlier year to compare with"},
	"significant": {"se distingue del azar aun contando las %d entidades miradas (%s)", "told from chance even counting the %d entities looked at (%s)"},
	"chance":      {"no se distingue del azar (%s)", "not told from chance (%s)"},
	"new-level":   {"cambió antes de esta ventana (%s): desde entonces es su nivel y no se mueve", "it changed before this window (%s): that is its level since, and it does not move"},
	"wavers":      {"algo se distingue del azar (%s), pero la última semana ya no va en ese sentido", "something is told from chance (%s), but the last week no longer leans that way"},
	"silenced":    {"algo se distingue del azar (%s), pero una de sus fuentes calló esos días: no se afirma una caída", "something is told from chance (%s), but one of its sources was silent on those days: no fall is claimed"},
	"brief":       {"algo se distingue del azar (%s), pero no un nivel que dure", "something is told from chance (%s), but not a level that lasts"},
	"lasting":     {"lleva %.0f semanas en %+.0f %% sobre el nivel anterior (IC 95 %%: %+.0f %% a %+.0f %%)", "for %.0f weeks at %+.0f %% of the level before (95 %% CI %+.0f %% to %+.0f %%)"},
	"burst":       {"el exceso cabe entre el %s y el %s", "the excess lies between %s and %s"},
	"young":       {"el alza es de los últimos días: aún no se sabe si dura", "the rise is some days old: whether it lasts is not known yet"},
	"few":         {"%d menciones en ambas ventanas: no alcanzan para ver ni una duplicación", "%d mentions in both windows: too few to see even a doubling"},
	"season":      {"en las mismas fechas de años anteriores pasó lo mismo; descontado eso no queda un cambio claro", "the same happened on the same dates of earlier years; without that no clear change is left"},
	"copied":      {"%.0f %% de sus menciones son copias casi iguales", "%.0f %% of its mentions are near-identical copies"},
	"heads":       {"%.1f veces más menciones por autor que antes: las hacen pocos", "%.1f times as many mentions an author as before: a few make them"},
	"price":       {"sigue al precio de %s %s (precio %+.0f %%; elasticidad %.1f, %s)", "follows the price of %s %s (price %+.0f %%; elasticity %.1f, %s)"},
	"kept":        {"el cambio se debilita; el veredicto se mantiene hasta que deje de verse", "the change is fading; the verdict is kept until it is gone"},
	"started":     {"no se comparó %s: empezó hace poco", "%s not compared: it started lately"},
	"stopped":     {"no se comparó %s: casi sin datos en la ventana", "%s not compared: almost no data in the window"},
	"silent":      {"no se comparó %s: casi sin datos", "%s not compared: almost no data"},
	"volume":      {"el volumen de %s cambió %+.0f %%: descontado", "the volume of %s changed by %+.0f %%: taken off"},
	"overdisperse": {"varía %.1f veces más que el azar puro de una semana a otra",
		"varies %.1f times as much as pure chance from week to week"},
}

// phrase is an argument with a form in each language.
type phrase struct{ es, en string }

// In renders the reason in "es" or "en".
func (r Reason) In(lang string) string {
	t, ok := reasonTexts[r.Key]
	if !ok {
		return r.Key
	}
	text := t[0]
	if lang == "en" {
		text = t[1]
	}
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = a
		if p, ok := a.(phrase); ok {
			if args[i] = p.es; lang == "en" {
				args[i] = p.en
			}
		}
	}
	return fmt.Sprintf(text, args...)
}

// qText writes a false discovery rate; one that would round to none is below the least
// that is written.
func qText(q float64, decimals int) string {
	if least := math.Pow10(-decimals); q < least {
		return fmt.Sprintf("q < %.*f", decimals, least)
	}
	return fmt.Sprintf("q = %.*f", decimals, q)
}

// lagText says how long mentions come after a price.
func lagText(weeks int) phrase {
	switch weeks {
	case 0:
		return phrase{"en la misma semana", "in the same week"}
	case 1:
		return phrase{"con una semana de retraso", "a week later"}
	}
	return phrase{fmt.Sprintf("con %d semanas de retraso", weeks), fmt.Sprintf("%d weeks later", weeks)}
}

// reasons says in words what the verdict rests on; n are the mentions of both windows, those of
// channels that were set aside among them.
func reasons(j *engine.Judgement, n int64, o Options, looked int, feasts map[string]calendar.Feast) []Reason {
	var out []Reason
	add := func(key string, args ...any) { out = append(out, Reason{key, args}) }
	pct := func(x float64) float64 { return 100 * (x - 1) }
	for _, d := range j.Dropped {
		if d.What == "volume" {
			defer add("volume", d.Stratum, 100*d.Change)
			continue
		}
		add(d.What, d.Stratum)
	}
	if !j.Enough {
		add("few", n)
		return out
	}
	add("growth", pct(j.Growth.Value), o.Days, pct(j.Growth.Low), pct(j.Growth.High))
	if math.Abs(math.Log(j.Expected)) > .05 {
		add("expected", pct(j.Expected), pct(j.Beyond.Value), pct(j.Beyond.Low), pct(j.Beyond.High))
	}
	for _, f := range j.Feasts {
		if x := feasts[f.ID]; math.Abs(f.Lift-1) > .05 {
			add("feast", phrase{x.Name, x.NameEN}, pct(f.Lift))
		}
	}
	switch j.Verdict {
	case Steady:
		if j.Unclaimed != "" {
			add(string(j.Unclaimed), qText(j.Q, 3))
		} else {
			add("chance", qText(j.Q, 2))
		}
	case Seasonal:
		add("season")
	case Spike:
		if j.Burst[1] > 0 {
			add("burst", j.Burst[0].String(), j.Burst[1].String())
		}
	case CampaignDriven:
		if j.Copied > .05 {
			add("copied", 100*j.Copied)
		}
		if j.PerHead > 1.2 {
			add("heads", j.PerHead)
		}
	case PriceDriven:
		if p := j.PriceFit; p != nil {
			add("price", p.Item, lagText(p.Lag), 100*p.Change, p.Elasticity, qText(p.Q, 3))
		}
	}
	if j.Verdict == Rising || j.Verdict == Falling {
		add("lasting", j.Weeks, pct(j.Lasting.Value), pct(j.Lasting.Low), pct(j.Lasting.High))
	}
	if j.Verdict != Steady {
		add("significant", looked, qText(j.Q, 3))
	}
	if j.Kept {
		add("kept")
	}
	if j.Phi >= 1.5 {
		add("overdisperse", j.Phi)
	}
	return out
}
