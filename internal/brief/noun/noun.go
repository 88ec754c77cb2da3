// Package noun writes the names of entities as Spanish and English noun phrases:
// with the right article, gender and number ("el agua", "las papas a la
// huancaína", "los anticuchos"), with "del" and "al", and in lists with "y" or
// "e". Gender and number follow the ending of the head noun, which in food names
// is the first word; the words that do not follow their ending are listed.
//
// Rules: Real Academia Española, Nueva gramática de la lengua española (2009),
// §2 (gender), §3 (number), §14.2 (el before a stressed a), §31.7 (y and e).
package noun

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Phrase is a noun phrase without its article.
type Phrase struct {
	Name   string // as written inside a sentence
	Female bool
	Plural bool
	Proper bool // a brand or a department: no article
	el     bool // feminine, but with el in the singular: el agua
}

// Food is the phrase of a dish, ingredient, drink or kind of place by its
// lexicon name (singular or plural, lower case).
func Food(name string) Phrase {
	low := strings.ToLower(name)
	head, _, _ := strings.Cut(low, " ")
	if i := strings.LastIndexByte(low, ' '); i > 0 && fromEnglish[low[i+1:]] {
		head = low[i+1:] // "la smash burger", "las hot wings": English puts its head last
	}
	p := Phrase{Name: name}
	p.Plural = plural(head)
	p.Female = female(head, p.Plural)
	p.el = stressedA[head]
	return p
}

// Name is the phrase of a proper name, which takes no article.
func Name(name string) Phrase { return Phrase{Name: name, Proper: true} }

// plural: food names are listed in the singular unless the food comes in numbers,
// so a final s after a vowel is a plural but for the few words that end so.
func plural(head string) bool {
	return strings.HasSuffix(head, "s") && !endsInS[head] && len(head) > 3
}

// female tells the gender by the ending of the singular.
func female(head string, plural bool) bool {
	if w := strings.TrimSuffix(head, "s"); plural {
		if men[w] {
			return false
		}
		if women[w] {
			return true
		}
		head = w
	}
	switch {
	case men[head]:
		return false
	case women[head]:
		return true
	case strings.HasSuffix(head, "ción"), strings.HasSuffix(head, "sión"), strings.HasSuffix(head, "dad"), strings.HasSuffix(head, "tud"), strings.HasSuffix(head, "umbre"):
		return true
	}
	return strings.HasSuffix(head, "a")
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// The exceptions among the head nouns of the lexicon.
var (
	men         = set("chifa matcha tequila vodka chaufa kanikama masala nina pisco karaage curry")
	women       = set("leche miel sal carne coliflor sangre flor nuez raíz mousse fuente promo baguette cookie col hidromiel quínoa ave clase tarde noche burger wing")
	fromEnglish = set("burger burgers wings")
	stressedA   = set("agua ala alga haba ave alma")
	endsInS     = set("champús anís gas couscous mensís hummus cactus")
)

// Article is the definite article with its space, "" for proper names.
func (p Phrase) Article() string {
	switch {
	case p.Proper:
		return ""
	case p.Plural && p.Female:
		return "las "
	case p.Plural:
		return "los "
	case p.Female && !p.el:
		return "la "
	}
	return "el "
}

// The is "el ceviche".
func (p Phrase) The() string { return p.Article() + p.Name }

// Of is "del ceviche", "de la causa", "de Bembos".
func (p Phrase) Of() string { return contract("de ", "del ", p) }

// To is "al ceviche", "a la causa".
func (p Phrase) To() string { return contract("a ", "al ", p) }

func contract(open, short string, p Phrase) string {
	if p.Article() == "el " {
		return short + p.Name
	}
	return open + p.The()
}

// Agree picks the form that agrees: agree("mencionado") by its endings o, a, os, as.
func (p Phrase) Agree(masculine string) string {
	stem := strings.TrimSuffix(masculine, "o")
	v := "o"
	if p.Female {
		v = "a"
	}
	if p.Plural {
		v += "s"
	}
	return stem + v
}

// Capital writes the first letter as a capital.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// And joins a list in Spanish: "a, b y c", with "e" before an i sound.
func And(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := list[len(list)-1]
	and := " y "
	if soundsI(last) {
		and = " e "
	}
	return strings.Join(list[:len(list)-1], ", ") + and + last
}

// AndEnglish joins a list in English.
func AndEnglish(list []string) string {
	switch len(list) {
	case 0, 1:
		return strings.Join(list, "")
	case 2:
		return list[0] + " and " + list[1]
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// soundsI: i- and hi-, but not the diphthong of hielo and hierba.
func soundsI(s string) bool {
	s = strings.ToLower(s)
	s = strings.TrimPrefix(s, "h")
	if strings.HasPrefix(s, "ie") || strings.HasPrefix(s, "ia") {
		return false
	}
	return strings.HasPrefix(s, "i") || strings.HasPrefix(s, "í")
}
