package check

import "strings"

// A vocabulary is closed, but a word is more than one spelling. A family is written
// down by its lemma and grows into its inflected forms by the rules of the language,
// so that a list of lemmas stands for many times as many words. Forms that speak of
// the future or command are not grown: they stay outside the vocabulary.

// families are lemmas by class: verbs, adjectives and nouns.
type families map[class]struct{ verbs, adjectives, nouns string }

// grow adds the forms of families to a vocabulary; words that it has already keep
// their class, so that no family can soften a claim.
func (v *vocabulary) grow(f families, verb, adjective, noun func(string) []string) {
	add := func(lemmas string, forms func(string) []string, c class) {
		for _, lemma := range strings.Fields(lemmas) {
			for _, w := range forms(lemma) {
				if _, known := v.word(w); !known {
					v.exact[w] = c
				}
			}
		}
	}
	// The strictest classes first: neutral comes last and takes what is left.
	for c := number; ; c-- {
		if g, ok := f[c]; ok {
			add(g.verbs, verb, c)
			add(g.adjectives, adjective, c)
			add(g.nouns, noun, c)
		}
		if c == neutral {
			return
		}
	}
}

// spanishVerb grows present, past, gerund, participle, subjunctive of the third person
// and of "we", and the infinitive with pronouns, of a regular verb. "pensar/piens" gives
// the stem of the stressed forms.
func spanishVerb(lemma string) []string {
	inf, stressed, _ := strings.Cut(lemma, "/")
	if len(inf) < 4 {
		return nil
	}
	stem, end := inf[:len(inf)-2], inf[len(inf)-2:]
	if stressed == "" {
		stressed = stem
	}
	soft := func(s string) string { // before e: c→qu, g→gu, z→c
		switch {
		case strings.HasSuffix(s, "c"):
			return s[:len(s)-1] + "qu"
		case strings.HasSuffix(s, "g"):
			return s + "u"
		case strings.HasSuffix(s, "z"):
			return s[:len(s)-1] + "c"
		}
		return s
	}
	var out []string
	add := func(s string, ends ...string) {
		for _, e := range ends {
			out = append(out, s+e)
		}
	}
	add(inf, "", "se", "lo", "la", "los", "las", "le", "les", "nos")
	if end == "ar" {
		add(stressed, "a", "an")
		add(soft(stressed), "e", "en")
		add(stem, "amos", "o", "aron", "aba", "aban", "ando", "andose", "ado", "ada", "ados", "adas")
		return out
	}
	add(stressed, "e", "en")
	hard := stressed // before a: -cer/-cir → -zc
	if strings.HasSuffix(stem, "c") && len(stem) > 2 && strings.ContainsRune("aeiou", rune(stem[len(stem)-2])) {
		hard = stressed[:len(stressed)-1] + "zc"
	}
	add(hard, "a", "an")
	add(stem, "emos", "imos", "io", "ieron", "ia", "ian", "iendo", "iendose", "ido", "ida", "idos", "idas")
	return out
}

// spanishAdjective grows gender, number and the adverb in -mente.
func spanishAdjective(lemma string) []string {
	if s, ok := strings.CutSuffix(lemma, "o"); ok {
		return []string{s + "o", s + "a", s + "os", s + "as", s + "amente"}
	}
	out := []string{lemma, lemma + "mente"}
	switch {
	case strings.HasSuffix(lemma, "z"):
		return append(out, lemma[:len(lemma)-1]+"ces")
	case strings.HasSuffix(lemma, "or"):
		return append(out, lemma+"a", lemma+"es", lemma+"as")
	case strings.ContainsRune("aeiou", rune(lemma[len(lemma)-1])):
		return append(out, lemma+"s")
	}
	return append(out, lemma+"es")
}

// spanishNoun grows the plural, and the feminine of nouns of agent in -or and -ero.
func spanishNoun(lemma string) []string {
	switch {
	case strings.HasSuffix(lemma, "z"):
		return []string{lemma, lemma[:len(lemma)-1] + "ces"}
	case strings.ContainsRune("aeiou", rune(lemma[len(lemma)-1])):
		return []string{lemma, lemma + "s"}
	case strings.HasSuffix(lemma, "s"):
		return []string{lemma}
	}
	return []string{lemma, lemma + "es"}
}

// englishVerb grows -s, -ed, -ing.
func englishVerb(lemma string) []string {
	base, double, _ := strings.Cut(lemma, "/") // "drop/p" doubles its consonant
	stem := base + double
	out := []string{base}
	switch {
	case strings.HasSuffix(base, "e"):
		return append(out, base+"s", base+"d", base[:len(base)-1]+"ing")
	case strings.HasSuffix(base, "y") && !strings.ContainsRune("aeiou", rune(base[len(base)-2])):
		return append(out, base[:len(base)-1]+"ies", base[:len(base)-1]+"ied", base+"ing")
	case strings.HasSuffix(base, "s"), strings.HasSuffix(base, "sh"), strings.HasSuffix(base, "ch"), strings.HasSuffix(base, "x"):
		return append(out, base+"es", base+"ed", base+"ing")
	}
	return append(out, base+"s", stem+"ed", stem+"ing")
}

// englishAdjective grows the adverb in -ly.
func englishAdjective(lemma string) []string {
	switch {
	case strings.HasSuffix(lemma, "le"):
		return []string{lemma, lemma[:len(lemma)-1] + "y"}
	case strings.HasSuffix(lemma, "y"):
		return []string{lemma, lemma[:len(lemma)-1] + "ily"}
	case strings.HasSuffix(lemma, "ic"):
		return []string{lemma, lemma + "ally"}
	}
	return []string{lemma, lemma + "ly"}
}

// englishNoun grows the plural.
func englishNoun(lemma string) []string {
	switch {
	case strings.HasSuffix(lemma, "y") && !strings.ContainsRune("aeiou", rune(lemma[len(lemma)-2])):
		return []string{lemma, lemma[:len(lemma)-1] + "ies"}
	case strings.HasSuffix(lemma, "s"), strings.HasSuffix(lemma, "sh"), strings.HasSuffix(lemma, "ch"), strings.HasSuffix(lemma, "x"):
		return []string{lemma, lemma + "es"}
	}
	return []string{lemma, lemma + "s"}
}
