package demo

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/mention"
)

// habit says how carelessly a source types: chances per text.
type habit struct {
	lower, bare, short, typo, emoji, nodot, bang, tag, stretch, caps float64
}

// habits by source: bare drops accents, short abbreviates as in chats.
var habits = map[mention.Source]habit{
	mention.Review:   {lower: 0.15, bare: 0.22, short: 0.05, typo: 0.10, emoji: 0.10, nodot: 0.15, bang: 0.10, stretch: 0.02, caps: 0.02},
	mention.Delivery: {lower: 0.55, bare: 0.50, short: 0.18, typo: 0.20, emoji: 0.10, nodot: 0.55, bang: 0.06, stretch: 0.03, caps: 0.03},
	mention.Social:   {lower: 0.50, bare: 0.42, short: 0.22, typo: 0.18, emoji: 0.38, nodot: 0.60, bang: 0.10, tag: 0.12, stretch: 0.08, caps: 0.02},
	mention.Survey:   {lower: 0.40, bare: 0.35, short: 0.06, typo: 0.10, nodot: 0.60},
}

// Chat abbreviations: whole words only.
var short = strings.NewReplacer(" que ", " q ", " porque ", " xq ", " también ", " tmb ", " por favor", " xfa",
	" minutos", " min", " para ", " pa ", " por ", " x ", " está ", " ta ", " bien ", " bn ")

var bare = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "Á", "A", "É", "E", "Í", "I", "Ó", "O",
	"Ú", "U", "¿", "", "¡", "", "ü", "u")

// scruff types a clean text as someone in a hurry would. It draws in a fixed order
// so that the set is the same on every machine.
func (c *corpus) scruff(rng *rand.Rand, text string, source mention.Source, t *Truth) string {
	h := habits[source]
	hit := func(p float64) bool { return rng.Float64() < p }
	if hit(h.short) {
		text = short.Replace(text)
	}
	if hit(h.bare) {
		text = bare.Replace(text)
	}
	switch {
	case hit(h.caps):
		text = strings.ToUpper(text)
	case hit(h.lower):
		text = strings.ToLower(text)
	}
	if hit(h.typo) {
		text = typo(rng, text)
	}
	if hit(h.stretch) {
		text = stretch(rng, text)
	}
	text = strings.TrimRight(text, " ,:")
	last, _ := utf8.DecodeLastRuneInString(text)
	switch {
	case unicode.IsPunct(last):
	case hit(h.bang) && t.Sentiment != mention.Neutral:
		text += strings.Repeat("!", 1+rng.IntN(3))
	case hit(1 - h.nodot):
		text += "."
	}
	if e := c.emoji[t.Sentiment+1]; len(e) > 0 && hit(h.emoji) {
		pick := e[rng.IntN(len(e))]
		text += " " + strings.Repeat(pick, 1+rng.IntN(2)*rng.IntN(3))
	}
	if hit(h.tag) && t.Food {
		text += " " + c.tags[rng.IntN(len(c.tags))]
	}
	return text
}

// near lists for some keys a neighbour on a Spanish keyboard.
var near = map[rune]rune{'a': 's', 'e': 'r', 'i': 'o', 'o': 'p', 'u': 'y', 'n': 'm', 's': 'a', 'r': 't', 't': 'y', 'c': 'v', 'l': 'k', 'd': 's'}

// typo drops, doubles, swaps or mistypes one inner letter of a word.
func typo(rng *rand.Rand, text string) string {
	r := []rune(text)
	for range 8 {
		i := rng.IntN(len(r))
		if i < 2 || i > len(r)-3 || !unicode.IsLetter(r[i]) || !unicode.IsLetter(r[i-1]) || !unicode.IsLetter(r[i+1]) || !unicode.IsLetter(r[i-2]) {
			continue
		}
		switch rng.IntN(4) {
		case 0:
			r = append(r[:i], r[i+1:]...)
		case 1:
			r = append(r[:i+1], r[i:]...)
		case 2:
			r[i], r[i+1] = r[i+1], r[i]
		default:
			if k, ok := near[r[i]]; ok {
				r[i] = k
			}
		}
		break
	}
	return string(r)
}

// stretch lengthens the last vowel of a word: buenazooo.
func stretch(rng *rand.Rand, text string) string {
	words := strings.Fields(text)
	for range 4 {
		i := rng.IntN(len(words))
		w := words[i]
		if len(w) > 3 && strings.ContainsRune("aeio", rune(w[len(w)-1])) {
			words[i] = w + strings.Repeat(w[len(w)-1:], 2+rng.IntN(4))
			break
		}
	}
	return strings.Join(words, " ")
}
