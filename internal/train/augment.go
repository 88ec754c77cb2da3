package train

import (
	"math/rand/v2"
	"strings"
)

// shortForms are how people abbreviate on phones. Only forms that keep the
// meaning, so that the labels stay true.
var shortForms = map[string][]string{
	"que": {"q", "k"}, "por": {"x"}, "porque": {"xq", "pq"}, "para": {"pa", "xa"},
	"también": {"tmb", "tb"}, "con": {"c"}, "estaba": {"staba"}, "muy": {"mui"},
	"bien": {"bn"}, "mucho": {"muxo"}, "está": {"sta"}, "estuvo": {"stuvo"},
	"de": {"d"}, "te": {"t"}, "me": {"m"}, "cuando": {"cdo"}, "todo": {"to"},
	"hay": {"ay"}, "haber": {"aber"}, "hacer": {"aser"}, "gracias": {"grax"},
}

// augment writes a text as a hurried person would: abbreviations, slips of the
// finger, doubled letters, lost punctuation, a lost word. Case and accents need no
// change, because the tokenizer folds both.
func augment(s string, rng *rand.Rand) string {
	words := strings.Fields(s)
	if len(words) < 2 {
		return s
	}
	for range 1 + rng.IntN(3) {
		i := rng.IntN(len(words))
		switch rng.IntN(6) {
		case 0:
			for range 6 { // look for a word that has a short form
				if f, ok := shortForms[strings.ToLower(words[i])]; ok {
					words[i] = f[rng.IntN(len(f))]
					break
				}
				i = rng.IntN(len(words))
			}
		case 1:
			words[i] = slip(words[i], rng)
		case 2:
			words[i] = stretch(words[i], rng)
		case 3:
			for j, w := range words {
				if t := strings.Trim(w, ".,;:¡!¿?…"); t != "" {
					words[j] = t
				}
			}
		case 4:
			if len(words) > 6 {
				words = append(words[:i:i], words[i+1:]...)
			}
		case 5:
			words[i] = swapSound(words[i], rng)
		}
	}
	return strings.Join(words, " ")
}

// slip drops, doubles or swaps one letter inside a word of five or more.
func slip(w string, rng *rand.Rand) string {
	r := []rune(w)
	if len(r) < 5 {
		return w
	}
	i := 1 + rng.IntN(len(r)-2)
	switch rng.IntN(3) {
	case 0:
		r = append(r[:i:i], r[i+1:]...)
	case 1:
		r = append(r[:i+1:i+1], r[i:]...)
	default:
		r[i], r[i-1] = r[i-1], r[i]
	}
	return string(r)
}

// stretch repeats the last vowel: ricooo.
func stretch(w string, rng *rand.Rand) string {
	i := strings.LastIndexAny(w, "aeiou")
	if i < 2 {
		return w
	}
	return w[:i] + strings.Repeat(w[i:i+1], 1+rng.IntN(4)) + w[i:]
}

// sounds are spellings that sound alike in Peru.
var sounds = []*strings.Replacer{
	strings.NewReplacer("v", "b"), strings.NewReplacer("b", "v"), strings.NewReplacer("ll", "y"),
	strings.NewReplacer("z", "s"), strings.NewReplacer("ce", "se", "ci", "si"), strings.NewReplacer("h", ""),
	strings.NewReplacer("qu", "k"), strings.NewReplacer("ge", "je", "gi", "ji"),
}

func swapSound(w string, rng *rand.Rand) string {
	if len(w) < 4 {
		return w
	}
	return sounds[rng.IntN(len(sounds))].Replace(w)
}
