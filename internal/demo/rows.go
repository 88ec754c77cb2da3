package demo

import (
	"fmt"
	"strconv"
	"strings"

	"antojo/internal/mention"
)

// The functions of this file read one row of one table of the plan.

func (p *Plan) setting(r rec) error {
	v := r.str("value")
	num := func() float64 { return r.num("value", 0) }
	switch key := r.str("key"); key {
	case "start":
		p.Start = r.date("value", 0)
	case "end":
		p.End = r.date("value", 0)
	case "tail_days":
		p.TailDays = int(num())
	case "seed":
		s, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return fmt.Errorf("seed %q is not a whole number", v)
		}
		p.Seed = s
	case "mentions":
		p.Mentions = num()
	case "dispersion_week":
		p.weekCV = num()
	case "dispersion_day":
		p.dayCV = num()
	case "payday_delivery":
		p.payday = num()
	case "entity_none":
		p.none = num()
	case "companion":
		p.companion = num()
	case "contacts":
		p.contacts = num()
	default:
		return fmt.Errorf("unknown setting %q", key)
	}
	return nil
}

func (p *Plan) kind(r rec) error {
	p.kinds = append(p.kinds, placeKind{id: r.str("kind"), one: r.str("one"), many: r.str("many"),
		title: r.str("title"), fem: r.str("gender") == "f"})
	return nil
}

func (p *Plan) channel(r rec) error {
	src, err := mention.ParseSource(r.str("source"))
	if err != nil {
		return err
	}
	c := Channel{Name: r.str("channel"), Source: src, Share: r.num("share", 0), Growth: r.num("growth", 1),
		Urban: r.num("urban", 0), Start: r.date("start", p.Start), OffTopic: r.num("off_topic", 0),
		Authors: int(r.num("authors", 1)), Anonymous: r.num("anonymous", 0), Week: r.week("dow"), Meaning: r.str("meaning")}
	for _, s := range r.list("waves") {
		rule, err := ParseRule("span:" + strings.Replace(s, "..", ":", 1))
		if err != nil {
			return err
		}
		c.Waves = append(c.Waves, rule)
	}
	p.Channels = append(p.Channels, c)
	return nil
}

func (p *Plan) department(r rec) error {
	id, err := mention.DepartmentByCode(r.str("code"))
	if err != nil {
		return err
	}
	if id.Name() != r.str("name") || int(id) != len(p.Departments)+1 {
		return fmt.Errorf("department %s is not %s in order of codes", id.Code(), r.str("name"))
	}
	p.Departments = append(p.Departments, Department{ID: id, Population: r.num("population", 0),
		Urban: r.num("urban", 0), cities: r.weighted("cities")})
	return nil
}

func (p *Plan) family(r rec) error {
	p.Families = append(p.Families, Family{Name: r.str("family"), dish: r.str("dish") == "1", Pos: r.num("pos", 0.6),
		low: r.num("low", 1), high: r.num("high", 1), week: r.week("week"), kinds: r.weighted("kinds"),
		companions: r.weighted("companions"), strong: r.aspects("strong"), weak: r.aspects("weak"), hours: r.str("hours")})
	return nil
}

func (p *Plan) entity(r rec) error {
	e := Entity{ID: r.str("id"), Family: -1, Base: r.num("base", 0), Crave: r.num("crave", 1),
		one: r.str("one"), many: r.str("many"), fem: r.str("gender") == "f", plural: r.num("plural_share", 0),
		variants: r.weighted("variants"), companions: r.weighted("companions"),
		strong: r.aspects("strong"), weak: r.aspects("weak")}
	for i := range p.Families {
		if p.Families[i].Name == r.str("family") {
			e.Family = i
		}
	}
	if e.Family < 0 {
		return fmt.Errorf("unknown family %q", r.str("family"))
	}
	if _, dup := p.byID[e.ID]; dup || e.ID == "" || e.one == "" {
		return fmt.Errorf("entity %q is empty or there twice", e.ID)
	}
	e.Pos = r.num("pos", p.Families[e.Family].Pos)
	if s := r.str("season"); s != "" {
		name, size, _ := strings.Cut(s, ":")
		v, err := strconv.ParseFloat(size, 64)
		peak := map[string]int{"hot": 40, "cold": 205}[name] // mid-February, late July
		if err != nil || peak == 0 {
			return fmt.Errorf("season %q is not hot:SIZE or cold:SIZE", s)
		}
		e.season = season{v, peak}
	}
	for i := range e.region {
		e.region[i] = 1
	}
	codes, fs := r.pairs("regions")
	for i, code := range codes {
		d, err := mention.DepartmentByCode(code)
		if err != nil {
			return err
		}
		e.region[d] = fs[i]
	}
	e.chans = make([]float64, len(p.Channels))
	for i := range e.chans {
		e.chans[i] = 1
	}
	names, fs := r.pairs("channels")
	for i, n := range names {
		c := p.channelIndex(n)
		if c < 0 {
			return fmt.Errorf("unknown channel %q", n)
		}
		e.chans[c] = fs[i]
	}
	p.byID[e.ID] = len(p.Entities)
	p.Entities = append(p.Entities, e)
	return nil
}

func (p *Plan) feast(r rec) error {
	rule, err := ParseRule(r.str("rule"))
	if err != nil {
		return err
	}
	f := Feast{Code: r.str("code"), Name: r.str("name"), Rule: rule, Since: int(r.num("since", 0)),
		Before: int(r.num("before", 0)), After: int(r.num("after", 0)), Shape: r.str("shape"),
		Lifts: r.factors("lifts"), Chatter: r.num("chatter", 0), Basis: r.str("basis")}
	if index([]string{"peak", "flat", "rise"}, f.Shape) < 0 {
		return fmt.Errorf("shape %q is none of peak, flat, rise", f.Shape)
	}
	p.Feasts = append(p.Feasts, f)
	return nil
}

func (p *Plan) event(r rec) error {
	e := Event{ID: r.str("id"), Kind: r.str("kind"), Subjects: r.factors("subjects"), From: r.date("from", p.Start),
		To: r.date("to", p.End), Size: r.num("size", 1), Channels: r.factors("channels"),
		Detail: r.str("detail"), Meaning: r.str("meaning")}
	if index([]string{Step, Ramp, Spike, Volume, Price, Campaign}, e.Kind) < 0 {
		return fmt.Errorf("event %s has unknown kind %q", e.ID, e.Kind)
	}
	if e.To < e.From {
		return fmt.Errorf("event %s ends before it begins", e.ID)
	}
	for _, code := range r.list("departments") {
		d, err := mention.DepartmentByCode(code)
		if err != nil {
			return err
		}
		e.Departments = append(e.Departments, d)
	}
	p.Events = append(p.Events, e)
	return nil
}

func (p *Plan) price(r rec) error {
	p.Items = append(p.Items, PriceItem{Item: r.str("item"), Unit: r.str("unit"), Place: r.str("place"),
		Base: r.num("base", 1), Season: r.num("season", 0)})
	return nil
}
