// Package calendar knows the days that move what people in Peru eat and talk of:
// food days set by law or custom, paydays and school holidays. Feasts that move
// (n-th weekday of a month, days from Easter) are rules, never tables of dates.
package calendar

import (
	"time"

	"antojo/internal/mention"
)

// Feast is a day, or a few days, on which some foods are talked of more.
// Seasons of weeks (mes morado, panetón) are no feasts: the engine reads them
// from the same weeks of earlier years.
type Feast struct {
	ID     string
	Name   string // Spanish, with its article
	NameEN string
	Basis  string   // legal basis, or "custom"
	Since  int      // first year it was held; 0 = before all data
	Foods  []string // lexicon ids it is named after: the hint for a first year

	length int // days
	first  func(year int) mention.Day
}

// Days returns the first and the last day of the feast in a year; ok is false
// in the years before it was founded.
func (f *Feast) Days(year int) (from, to mention.Day, ok bool) {
	if year < f.Since {
		return 0, 0, false
	}
	from = f.first(year)
	return from, from + mention.Day(f.length-1), true
}

// Date returns the civil day of a date.
func Date(year int, month time.Month, dom int) mention.Day {
	return mention.Day(time.Date(year, month, dom, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Weekday returns 0 for Monday to 6 for Sunday; day 0 (1970-01-01) was a Thursday.
func Weekday(d mention.Day) int { return int((d%7 + 10) % 7) }

// NthWeekday returns the n-th (from 1) given weekday of a month.
func NthWeekday(year int, month time.Month, n int, w time.Weekday) mention.Day {
	first := Date(year, month, 1)
	return first + mention.Day((int(w)-int(first.Date().Weekday())+7)%7+7*(n-1))
}

// Easter returns Easter Sunday of the Gregorian calendar, after C. F. Gauß's
// rule with the corrections of H. Kinkelin (1870), as given by
// H. Lichtenberg, Historia Mathematica 24 (1997) 441–444.
func Easter(year int) mention.Day {
	k := year / 100
	m := 15 + (3*k+3)/4 - (8*k+13)/25
	s := 2 - (3*k+3)/4
	a := year % 19
	d := (19*a + m) % 30
	r := (d + a/11) / 29
	og := 21 + d - r
	sz := 7 - (year+year/4+s)%7
	oe := 7 - (og-sz)%7
	return Date(year, time.March, 1) + mention.Day(og+oe-1)
}

// SchoolHoliday reports whether state schools are closed on d: the summer
// (20 December to the second Sunday of March) and the fortnight around Fiestas
// Patrias. The ministry sets the dates anew each year; these are the usual ones.
func SchoolHoliday(d mention.Day) bool {
	y := d.Date().Year()
	return d >= Date(y, time.December, 20) || d <= NthWeekday(y, time.March, 2, time.Sunday) ||
		d >= Date(y, time.July, 25) && d <= Date(y, time.August, 8)
}

func nth(month time.Month, n int, w time.Weekday) func(int) mention.Day {
	return func(year int) mention.Day { return NthWeekday(year, month, n, w) }
}

func fixed(month time.Month, dom int) func(int) mention.Day {
	return func(year int) mention.Day { return Date(year, month, dom) }
}

func easter(shift mention.Day) func(int) mention.Day {
	return func(year int) mention.Day { return Easter(year) + shift }
}

// Feasts returns the calendar in the order of the year.
func Feasts() []Feast {
	sun, sat, fri := time.Sunday, time.Saturday, time.Friday
	return []Feast{
		{ID: "anio-nuevo", Name: "el Año Nuevo", NameEN: "New Year", Basis: "custom", length: 2, first: func(y int) mention.Day { return Date(y-1, time.December, 31) }},
		{ID: "semana-chilcano", Name: "la Semana del Chilcano", NameEN: "Chilcano Week", Basis: "custom", Foods: []string{"chilcano"}, length: 7,
			first: func(y int) mention.Day { d := Date(y, time.January, 15); return d - mention.Day(Weekday(d)) }},
		{ID: "pisco-sour", Name: "el Día del Pisco Sour", NameEN: "Pisco Sour Day", Basis: "R.M. 161-2004-PRODUCE", Foods: []string{"pisco-sour"}, length: 1, first: nth(time.February, 1, sat)},
		{ID: "pachamanca", Name: "el Día de la Pachamanca", NameEN: "Pachamanca Day", Basis: "R.M. 0577-2015-MINAGRI", Foods: []string{"pachamanca"}, length: 1, first: nth(time.February, 1, sun)},
		{ID: "san-valentin", Name: "San Valentín", NameEN: "Saint Valentine's Day", Basis: "custom", length: 1, first: fixed(time.February, 14)},
		{ID: "semana-santa", Name: "la Semana Santa", NameEN: "Holy Week", Basis: "Easter", Foods: []string{"pescado"}, length: 4, first: easter(-3)},
		{ID: "dia-madre", Name: "el Día de la Madre", NameEN: "Mother's Day", Basis: "custom", length: 1, first: nth(time.May, 2, sun)},
		{ID: "papa", Name: "el Día Nacional de la Papa", NameEN: "Potato Day", Basis: "R.S. 009-2005-AG", Foods: []string{"papa"}, length: 1, first: fixed(time.May, 30)},
		{ID: "ron", Name: "el Día del Ron", NameEN: "Rum Day", Basis: "custom", Foods: []string{"ron"}, length: 1, first: nth(time.June, 1, sat)},
		{ID: "dia-padre", Name: "el Día del Padre", NameEN: "Father's Day", Basis: "custom", length: 1, first: nth(time.June, 3, sun)},
		{ID: "chicharron", Name: "el Día del Chicharrón", NameEN: "Chicharrón Day", Basis: "custom", Foods: []string{"chicharron"}, length: 1, first: nth(time.June, 3, sat)},
		{ID: "san-juan", Name: "la Fiesta de San Juan", NameEN: "Feast of Saint John", Basis: "custom of the jungle", Foods: []string{"juane"}, length: 1, first: fixed(time.June, 24)},
		{ID: "ceviche", Name: "el Día Nacional del Ceviche", NameEN: "Ceviche Day", Basis: "R.M. 708-2008-PRODUCE", Foods: []string{"ceviche"}, length: 1, first: fixed(time.June, 28)},
		{ID: "pollo-brasa", Name: "el Día del Pollo a la Brasa", NameEN: "Pollo a la Brasa Day", Basis: "R.M. 0441-2010-AG", Foods: []string{"pollo-a-la-brasa"}, length: 1, first: nth(time.July, 3, sun)},
		{ID: "pisco", Name: "el Día del Pisco", NameEN: "Pisco Day", Basis: "custom", Foods: []string{"pisco"}, length: 1, first: nth(time.July, 4, sun)},
		{ID: "fiestas-patrias", Name: "las Fiestas Patrias", NameEN: "Independence Days", Basis: "law", length: 2, first: fixed(time.July, 28)},
		{ID: "cafe", Name: "el Día del Café Peruano", NameEN: "Peruvian Coffee Day", Basis: "R.M. 0732-2008-AG", Foods: []string{"cafe"}, length: 1, first: nth(time.August, 4, fri)},
		{ID: "gastronomia", Name: "el Día de la Cocina y Gastronomía Peruana", NameEN: "Peruvian Cuisine Day", Basis: "custom", length: 1, first: nth(time.September, 2, sun)},
		{ID: "pan-con-chicharron", Name: "el Día del Pan con Chicharrón", NameEN: "Pan con Chicharrón Day", Basis: "R.M. 0368-2025-MIDAGRI", Since: 2025, Foods: []string{"pan-con-chicharron"}, length: 1, first: nth(time.September, 2, sun)},
		{ID: "cacao", Name: "el Día del Cacao y Chocolate", NameEN: "Cacao and Chocolate Day", Basis: "R.M. 0538-2011-AG", Foods: []string{"cacao"}, length: 1, first: fixed(time.October, 1)},
		{ID: "anticucho", Name: "el Día del Anticucho", NameEN: "Anticucho Day", Basis: "custom", Foods: []string{"anticucho"}, length: 1, first: nth(time.October, 3, sun)},
		{ID: "cancion-criolla", Name: "el Día de la Canción Criolla", NameEN: "Creole Song Day", Basis: "custom", length: 1, first: fixed(time.October, 31)},
		{ID: "salchipapa", Name: "el Día de la Salchipapa", NameEN: "Salchipapa Day", Basis: "custom", Foods: []string{"salchipapa"}, length: 1, first: nth(time.November, 3, sun)},
		{ID: "navidad", Name: "la Navidad", NameEN: "Christmas", Basis: "custom", length: 2, first: fixed(time.December, 24)},
	}
}
