package fill

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/noun"
	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// month names the table's period if it is a whole month: "octubre de 2026", and
// the month before it, with its year only where it is another one.
func (f Filler) month(field string) (string, bool) {
	from, to := f.Table.Week.From.Date(), f.Table.Week.To.Date()
	if from.Day() != 1 || to.AddDate(0, 0, 1).Day() != 1 || from.Month() != to.Month() || from.Year() != to.Year() {
		return "", false
	}
	names := months["es"]
	of := " de "
	if f.Lang == "en" {
		names, of = months["en"], " "
	}
	this := names[from.Month()-1] + of + strconv.Itoa(from.Year())
	switch field {
	case "month":
		return this, true
	case "Month":
		return noun.Capital(this), true
	}
	before := from.AddDate(0, 0, -1)
	s := names[before.Month()-1]
	if before.Year() != from.Year() {
		s += of + strconv.Itoa(before.Year())
	}
	return s, true
}

// feast names a feast of the calendar inside a sentence, "" if there is none.
func (f Filler) feast(id, field string) string {
	for _, x := range calendar.Feasts() {
		if x.ID != id {
			continue
		}
		name := x.Name
		prep := map[string][2]string{"ofFeast": {"de ", "del "}, "toFeast": {"a ", "al "}}[field]
		if f.Lang == "en" {
			name = x.NameEN
			if strings.HasPrefix(name, "Feast") {
				name = "the " + name
			}
			prep = map[string][2]string{"ofFeast": {"of ", "of "}, "toFeast": {"to ", "to "}}[field]
		}
		if rest, ok := strings.CutPrefix(name, "el "); ok && prep[1] != "" {
			return prep[1] + rest
		}
		if field == "Feast" {
			return noun.Capital(name)
		}
		return prep[0] + name
	}
	return ""
}

// Days writes a range of days as sentences do: "del 9 al 15 de noviembre".
func (f Filler) Days(from, to mention.Day) string { return f.days(spanOf(from, to)) }

func spanOf(from, to mention.Day) fact.Span { return fact.Span{From: from, To: to} }

// MonthName is a month in words.
func MonthName(lang string, m time.Month) string {
	names := months["es"]
	if lang == "en" {
		names = months["en"]
	}
	return names[m-1]
}

// AspectPlain is an aspect without its article, as tables and charts write it.
func AspectPlain(lang, key string) string {
	s := AspectName(lang, key)
	for _, a := range []string{"el ", "la ", "the "} {
		s = strings.TrimPrefix(s, a)
	}
	return s
}

// FeastName is a feast with a capital, "" if the calendar does not know it.
func (f Filler) FeastName(id string) string { return f.feast(id, "Feast") }

// ChannelName is a channel as sentences write it: names come with the data, so only
// letters, figures and plain joints of a short name stand, "" if none are left.
func ChannelName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && r <= 0x17f || unicode.IsDigit(r) && r < 128 || r == '-' || r == '_' || r == ' ' {
			return r
		}
		return -1
	}, s)
	if r := []rune(strings.TrimSpace(s)); len(r) > 0 && len(r) <= 40 {
		return string(r)
	}
	return ""
}
