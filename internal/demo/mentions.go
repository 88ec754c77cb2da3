package demo

import (
	"math/rand/v2"
	"unicode/utf8"

	"antojo/internal/mention"
)

// Shapes of a food mention with an entity and their chances by source: verdict,
// crave, ask, other. Craving is multiplied by the entity's own factor.
var shapes = map[mention.Source][4]float64{
	mention.Review:   {0.90, 0.015, 0.015, 0.07},
	mention.Delivery: {0.90, 0.025, 0.015, 0.06},
	mention.Social:   {0.44, 0.22, 0.12, 0.22},
	mention.Survey:   {0.50, 0.07, 0.02, 0.41},
}

// compose writes a mention about the entity already set in w, or about food in
// general where there is none.
func (w *writer) compose() {
	switch {
	case w.entity < 0:
		w.general()
	case w.shocked():
	case w.festive():
	default:
		sh := shapes[w.source]
		ent := &w.p.Entities[w.entity]
		switch drawCum(w.rng, cumulate([]float64{sh[0], sh[1] * ent.Crave, sh[2], sh[3]})) {
		case 0:
			w.verdict(w.drawSentiment())
		case 1:
			w.whole(mention.Crave, "crave")
		case 2:
			w.whole(mention.Ask, "ask")
		default:
			w.whole(mention.OtherIntent, "other")
		}
	}
	if w.entity >= 0 && w.truth.Kind == "verdict" && w.rng.Float64() < w.p.companion {
		w.aside()
	}
}

// drawSentiment draws what a judging mention says, by entity and place.
func (w *writer) drawSentiment() mention.Sentiment {
	pos := w.family.Pos
	if w.entity >= 0 {
		pos = w.p.Entities[w.entity].Pos
	}
	if w.source == mention.Review || w.source == mention.Delivery {
		pos += w.place.quality
	}
	pos = min(max(pos, 0.08), 0.92)
	switch u := w.rng.Float64(); {
	case u < pos:
		return mention.Positive
	case w.family.Name == "marca": // nothing bad of real brands
		return mention.Neutral
	case u < pos+(1-pos)*0.76:
		return mention.Negative
	default:
		return mention.Neutral
	}
}

// shocked writes a complaint about the price of a staple while its shock lasts.
func (w *writer) shocked() bool {
	id := w.p.Entities[w.entity].ID
	for i := range w.p.Events {
		ev := &w.p.Events[i]
		if ev.Kind != Price {
			continue
		}
		s := w.p.model.shock[w.day][i]
		if s == 0 || w.rng.Float64() > 0.025*ev.Subjects[id]*s {
			continue
		}
		list := w.p.texts.shock[w.source]
		if len(list) == 0 {
			continue
		}
		w.staple = w.p.Entities[w.p.byID[ev.Detail]].surface(w.rng)
		l := list[w.rng.IntN(len(list))]
		w.take(l, "shock")
		if l.slots["I"] {
			w.note(ev.Detail)
		}
		w.truth.Event = ev.ID
		return true
	}
	return false
}

// festive writes a text that names today's feast, if the entity belongs to one.
func (w *writer) festive() bool {
	for _, c := range w.p.model.chatter[w.day] {
		f := &w.p.Feasts[c.feast]
		lift, ok := f.Lifts[w.p.Entities[w.entity].ID]
		list := w.p.texts.feast[w.source]
		if !ok || lift < 1 || len(list) == 0 || w.rng.Float64() > c.share {
			continue
		}
		l := list[w.rng.IntN(len(list))]
		if w.family.Name == "marca" && l.sentiment == mention.Negative {
			continue
		}
		w.feast = f.Name
		w.take(l, "feast")
		w.truth.Event = f.Code
		return true
	}
	return false
}

// verdict writes a judging mention: a whole authored text, or statements on a few
// aspects put together.
func (w *writer) verdict(s mention.Sentiment) {
	intent := mention.OtherIntent
	switch s {
	case mention.Positive:
		intent = mention.Recommend
	case mention.Negative:
		intent = mention.Complain
	}
	list := w.p.texts.full[fullKey{w.source, intent, s}]
	plain := w.family.Name == "marca" || w.family.Name == "insumo" && w.source != mention.Survey
	if len(list) > 0 && !plain && w.entity >= 0 && w.rng.Float64() < 0.3 {
		l := list[w.rng.IntN(len(list))]
		if !l.slots["E"] {
			w.introduce()
		}
		w.take(l, "verdict")
		w.tail(s)
		return
	}
	w.truth.Food, w.truth.Sentiment, w.truth.Intent, w.truth.Language, w.truth.Kind = true, s, intent, "es", "verdict"
	w.assemble(s)
}

// label is the aspect polarity of a sentiment.
func label(s mention.Sentiment) mention.AspectLabel { return mention.AspectLabel(s + 2) }

// assemble joins opener, intro, statements, an exception and a closer.
func (w *writer) assemble(s mention.Sentiment) {
	rng, t := w.rng, w.p.texts
	if list := t.open[w.source]; w.source != mention.Survey && rng.Float64() < 0.22 || w.source == mention.Survey && rng.Float64() < 0.3 {
		w.part(list[rng.IntN(len(list))])
		if w.source != mention.Review {
			w.comma()
		}
	}
	named := w.entity < 0
	if w.entity >= 0 && rng.Float64() < 0.45 {
		w.introduce()
		named = true
	}
	n := 1
	if w.entity < 0 && rng.Float64() < 0.85 {
		n = 2
	}
	switch u := rng.Float64(); w.source {
	case mention.Review:
		n += int(u * 2.4)
	case mention.Delivery, mention.Social:
		n += int(u * 1.6)
	}
	pol := label(s)
	mixed := s == mention.Neutral && rng.Float64() < 0.45
	for i := range n {
		if mixed {
			pol = mention.AspectPos
		}
		a, ok := w.drawAspect(pol)
		if !ok {
			break
		}
		if i == 0 && !named && len(w.p.statementsOf(a, pol, w.family)) == 0 {
			a = mention.Food // the first statement has to name the entity
		}
		w.say(a, pol, !named || i == 0 && named && w.entity >= 0 && rng.Float64() < 0.1)
		named = true
	}
	if mixed || s != mention.Neutral && rng.Float64() < 0.12 {
		against := mention.AspectNeg
		if pol == mention.AspectNeg {
			against = mention.AspectPos
		}
		if a, ok := w.drawAspect(against); ok && w.family.Name != "marca" {
			but := t.but[against-1]
			w.part(but[rng.IntN(len(but))])
			w.joined = true
			w.say(a, against, false)
		}
	}
	w.tail(s)
}

// statementsOf lists the statements that name the entity.
func (p *Plan) statementsOf(a mention.Aspect, pol mention.AspectLabel, f *Family) []*pattern {
	var out []*pattern
	if s := p.texts.say[sayKey{a, pol, ""}]; s != nil && (f.dish || a != mention.Food) {
		out = append(out, s.named...)
	}
	if s := p.texts.say[sayKey{a, pol, f.Name}]; s != nil {
		out = append(out, s.named...)
	}
	return out
}

// introduce names the entity without judging it.
func (w *writer) introduce() {
	list := w.p.texts.intro[introKey{w.source, w.family.Name}]
	if len(list) == 0 {
		list = w.p.texts.intro[introKey{w.source, ""}]
	}
	w.part(list[w.rng.IntN(len(list))])
	w.note(w.p.Entities[w.entity].ID)
}

// comma makes what follows go on in the same sentence.
func (w *writer) comma() {
	if last, _ := utf8.DecodeLastRune(w.buf); last != ':' && last != ',' {
		w.buf = append(w.buf, ',')
	}
	w.joined = true
}

// tail sometimes closes the text.
func (w *writer) tail(s mention.Sentiment) {
	if w.source == mention.Survey || w.rng.Float64() > 0.36 {
		return
	}
	list := w.p.texts.end[s+1]
	w.part(list[w.rng.IntN(len(list))])
}

// whole writes an authored text of an intent, with what people add to it.
func (w *writer) whole(intent mention.Intent, kind string) {
	n := 0
	var lists [3][]*line
	for i, s := range [3]mention.Sentiment{mention.Positive, mention.Neutral, mention.Negative} {
		if s == mention.Negative && w.family.Name == "marca" {
			break
		}
		lists[i] = w.p.texts.full[fullKey{w.source, intent, s}]
		n += len(lists[i])
	}
	if n == 0 {
		w.verdict(w.drawSentiment())
		return
	}
	k := w.rng.IntN(n)
	for _, list := range lists {
		if k < len(list) {
			l := list[k]
			if w.rng.Float64() < 0.25 {
				open := w.p.texts.open[w.source]
				w.part(open[w.rng.IntN(len(open))])
				if w.source != mention.Review {
					w.comma()
				}
			}
			w.take(l, kind)
			return
		}
		k -= len(list)
	}
}

// general writes about food without naming a dish.
func (w *writer) general() {
	if list := w.p.texts.plain[w.source]; w.rng.Float64() < 0.3 {
		l := list[w.rng.IntN(len(list))]
		w.take(l, "plain")
		if l.intent == mention.Recommend || l.intent == mention.Complain {
			w.tail(l.sentiment)
		}
		return
	}
	w.verdict(w.drawSentiment())
	w.truth.Kind = "plain"
}

// asides name a companion or the kind of place.
var asides = []*pattern{
	mustCompile("lo acompañé con {E2}"), mustCompile("con su {E2} al costado"), mustCompile("también pedí {E2}"),
	mustCompile("de ahí {E2}"), mustCompile("todo con {E2}"), mustCompile("y {E2} para <cerrar|picar|compartir>"),
}

func mustCompile(s string) *pattern {
	p, err := compile(s)
	if err != nil {
		panic(err) // a constant of this file
	}
	return p
}

// aside adds a second thing to a judging mention: a companion, or the place.
func (w *writer) aside() {
	if w.source != mention.Delivery && w.rng.Float64() < 0.35 {
		k := &w.p.kinds[w.kind]
		lead := [...]string{"Fue en ", "Queda en ", "Hablo de "}[w.rng.IntN(3)]
		art := "un "
		if k.fem {
			art = "una "
		}
		w.buf = append(w.buf, ". "+lead+art+k.one+" de "+w.fill("C")...)
		w.note(k.id)
		return
	}
	w.part(asides[w.rng.IntN(len(asides))])
}

// offTopic writes something that is not about food.
func (w *writer) offTopic() {
	list := w.p.texts.other[w.source]
	w.take(list[w.rng.IntN(len(list))], "topic")
	if w.source != mention.Social {
		return
	}
	if after := w.p.texts.after; w.rng.Float64() < 0.65 {
		w.part(after[w.rng.IntN(len(after))])
	}
	if open := w.p.texts.open[w.source]; w.rng.Float64() < 0.3 {
		text := string(w.buf)
		w.buf = w.buf[:0]
		w.part(open[w.rng.IntN(len(open))])
		w.comma()
		w.buf = append(append(w.buf, ' '), text...)
	}
}

// quechua lists the departments where texts in Quechua are planted.
var quechua = map[mention.Department]bool{3: true, 5: true, 8: true, 9: true, 21: true}

// foreign writes in another language; it returns false where the source has none.
func (w *writer) foreign() bool {
	list := w.p.texts.alien[w.source]
	if len(list) == 0 {
		return false
	}
	for range 6 {
		l := list[w.rng.IntN(len(list))]
		if quechua[w.dep] && l.lang != "qu" && w.rng.Float64() < 0.6 {
			continue
		}
		if l.lang == "qu" && !quechua[w.dep] || w.family.Name == "marca" && l.sentiment == mention.Negative {
			continue
		}
		if l.slots["E"] && w.entity < 0 {
			continue
		}
		w.e = word{text: w.e.text}
		w.take(l, "foreign")
		return true
	}
	return false
}

// contact is made-up personal data, planted to show that it is masked.
func contact(rng *rand.Rand) string {
	return [...]string{
		" Escríbanme al 999 999 999", " Informes: demo@example.com", " mi cel es 999-999-999", " pedidos al +51 999 999 999",
	}[rng.IntN(4)]
}
