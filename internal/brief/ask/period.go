package ask

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Patterns of times, on folded text: no accents, ñ as n, words parted by one space.
const (
	numberWord = `\d{1,3}|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve`
	unitWord   = `dias?|semanas?|mes(?:es)?|trimestres?|anos?|days?|weeks?|months?|quarters?|years?`
	monthWord  = `enero|febrero|marzo|abril|mayo|junio|julio|agosto|setiembre|septiembre|octubre|noviembre|diciembre|january|february|march|april|may|june|july|august|september|october|november|december`
)

type timeRule struct {
	at  *regexp.Regexp
	set func(f *metric.Filter, m []string, last mention.Day)
}

// timeRules are tried in turn; the first that fits says when.
var timeRules = rulesOfTime()

func rulesOfTime() []timeRule {
	re := func(s string) *regexp.Regexp { return regexp.MustCompile(`\b(?:` + s + `)\b`) }
	span := func(f *metric.Filter, from, to mention.Day) { f.From, f.To, f.Window = from, to, "" }
	monday := func(d mention.Day) mention.Day { return d - mention.Day((int(d.Date().Weekday())+6)%7) }
	return []timeRule{
		{re(`(?:en |durante |over |in |during )?(?:los |las |the )?(?:ultim[oa]s?|pasad[oa]s|last|past) (` + numberWord + `) (` + unitWord + `)`), func(f *metric.Filter, m []string, _ mention.Day) { f.Window = window(m[1], m[2]) }},
		{re(`(?:en |durante |over |in |during )?(?:los |las |the )?(` + numberWord + `) (?:ultim[oa]s|last) (` + unitWord + `)`), func(f *metric.Filter, m []string, _ mention.Day) { f.Window = window(m[1], m[2]) }},
		{re(`(?:en |durante |de )?(?:el |la )?ultim[oa] (dia|semana|mes|trimestre|ano)`), func(f *metric.Filter, m []string, _ mention.Day) { f.Window = window("1", m[1]) }},
		{re(`(?:over |in )?the past (day|week|month|quarter|year)`), func(f *metric.Filter, m []string, _ mention.Day) { f.Window = window("1", m[1]) }},
		{re(`(?:en |durante |de |in |of )?(?:el |la )?(?:(?:dia|semana|mes|ano) (?:pasad[oa]|anterior)|last (?:week|month|year))`), func(f *metric.Filter, m []string, last mention.Day) {
			y, mo, _ := last.Date().Date()
			switch unit := unitOf(m[0]); unit {
			case 'w':
				span(f, monday(last)-7, monday(last)-1)
			case 'm':
				span(f, date(y, mo-1, 1), date(y, mo, 1)-1)
			case 'y':
				span(f, date(y-1, 1, 1), date(y, 1, 1)-1)
			default:
				span(f, last-1, last-1)
			}
		}},
		{re(`(?:en |durante |de |in |of )?(?:est[ea]|this) (semana|mes|trimestre|ano|week|month|quarter|year)`), func(f *metric.Filter, m []string, last mention.Day) {
			y, mo, _ := last.Date().Date()
			switch unitOf(m[1]) {
			case 'w':
				span(f, monday(last), last)
			case 'm':
				span(f, date(y, mo, 1), last)
			case 'q':
				span(f, date(y, (mo-1)/3*3+1, 1), last)
			default:
				span(f, date(y, 1, 1), last)
			}
		}},
		{re(`antes de ayer|anteayer`), func(f *metric.Filter, _ []string, last mention.Day) { span(f, last-2, last-2) }},
		{re(`ayer|yesterday`), func(f *metric.Filter, _ []string, last mention.Day) { span(f, last-1, last-1) }},
		{re(`hoy(?: dia)?|today`), func(f *metric.Filter, _ []string, last mention.Day) { span(f, last, last) }},
		{re(`(?:entre|between|de|from) (` + monthWord + `) (?:y|a|and|to) (` + monthWord + `)(?: (?:de |del |of )?(20\d\d))?`), func(f *metric.Filter, m []string, last mention.Day) {
			from, _ := monthSpan(m[1], m[3], last)
			_, to := monthSpan(m[2], m[3], last)
			if from <= to {
				span(f, from, to)
			}
		}},
		{re(`(?:desde|since) (` + monthWord + `)(?: (?:de |del |of )?(20\d\d))?`), func(f *metric.Filter, m []string, last mention.Day) {
			if from, _ := monthSpan(m[1], m[2], last); from <= last {
				span(f, from, last)
			}
		}},
		{re(`(?:desde|since) (?:el )?(20\d\d)`), func(f *metric.Filter, m []string, last mention.Day) {
			if y, _ := strconv.Atoi(m[1]); date(y, 1, 1) <= last {
				span(f, date(y, 1, 1), last)
			}
		}},
		{re(`(?:en|de|durante|in|of|during) (?:el mes de )?(` + monthWord + `)(?: (?:de |del |of )?(20\d\d))?`), func(f *metric.Filter, m []string, last mention.Day) {
			if from, to := monthSpan(m[1], m[2], last); from <= last {
				span(f, from, to)
			}
		}},
		{re(`(?:en |de |del |durante |in |of |during )?(?:el )?(?:ano )?(20\d\d)`), func(f *metric.Filter, m []string, last mention.Day) {
			if y, _ := strconv.Atoi(m[1]); date(y, 1, 1) <= last {
				span(f, date(y, 1, 1), date(y+1, 1, 1)-1)
			}
		}},
		{re(`ultimamente|recientemente|actualmente|ahora(?: mismo)?|estos dias|en estos dias|lately|recently|right now|now|currently|these days`), func(*metric.Filter, []string, mention.Day) {}},
	}
}

// when reads the days that a folded text names and takes their words out of it.
func when(text string, last mention.Day, f *metric.Filter) string {
	for _, r := range timeRules {
		at := r.at.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		r.set(f, r.at.FindStringSubmatch(text), last)
		text = strings.Join(strings.Fields(text[:at[0]]+" | "+text[at[1]:]), " ")
		if f.From != 0 || f.Window != "" {
			break
		}
	}
	return text
}

// window is a count and a unit as a Filter has them: 3m.
func window(n, unit string) string {
	v, err := strconv.Atoi(n)
	if err != nil {
		words := strings.Split(numberWord, "|")[1:] // un, una, dos … doce, one … twelve
		switch i := slices.Index(words, n); {
		case i < 0:
			return ""
		case i < 2:
			v = 1
		case i < 13:
			v = i
		default:
			v = i - 12
		}
	}
	if v < 1 {
		return ""
	}
	u := unitOf(unit)
	if u == 'q' {
		v, u = 3*v, 'm'
	}
	if u == 'y' {
		v = min(v, 20)
	}
	if u == 'm' {
		v = min(v, 240)
	}
	return strconv.Itoa(v) + string(u)
}

// unitOf is d, w, m, q or y.
func unitOf(s string) byte {
	switch {
	case strings.Contains(s, "seman") || strings.Contains(s, "week"):
		return 'w'
	case strings.Contains(s, "trimestre") || strings.Contains(s, "quarter"):
		return 'q'
	case strings.Contains(s, "mes") || strings.Contains(s, "month"):
		return 'm'
	case strings.Contains(s, "ano") || strings.Contains(s, "year"):
		return 'y'
	}
	return 'd'
}

func date(y int, m time.Month, d int) mention.Day {
	return mention.Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// monthSpan is a month by name: of a year, else the last one that has begun.
func monthSpan(name, year string, last mention.Day) (from, to mention.Day) {
	names := strings.Split(monthWord, "|")
	i := slices.Index(names, name)
	var m time.Month
	switch {
	case i > 12:
		m = time.Month(i - 12)
	case i >= 9: // setiembre and septiembre are one
		m = time.Month(i)
	default:
		m = time.Month(i + 1)
	}
	y, err := strconv.Atoi(year)
	if err != nil {
		if y = last.Date().Year(); m > last.Date().Month() {
			y--
		}
	}
	return date(y, m, 1), date(y, m+1, 1) - 1
}
