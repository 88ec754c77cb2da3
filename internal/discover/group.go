package discover

import (
	"slices"
	"strings"
)

// group joins the spellings of one term: plural and diminutive, accents (folded
// already), and one letter of difference in words of six letters and more. The
// best-scored spelling stands for the group, and its counts grow by the others'.
func group(terms []scored) []scored {
	byStem := map[string]int{} // stem → place in out
	var out []scored
	var stems []string
	for _, t := range terms {
		key := stem(t.key)
		at, ok := byStem[key]
		if !ok {
			at = slices.IndexFunc(stems, func(s string) bool { return len(s) >= 6 && len(key) >= 6 && within1(s, key) })
		}
		if at < 0 {
			byStem[key] = len(out)
			stems = append(stems, key)
			out = append(out, t)
			continue
		}
		g := &out[at]
		byStem[key] = at
		g.Count += t.Count
		g.Now += t.Now
		g.Past += t.Past
		for _, v := range append([]string{t.Text}, t.Variants...) {
			if v != g.Text && !slices.Contains(g.Variants, v) && len(g.Variants) < 12 {
				g.Variants = append(g.Variants, v)
			}
		}
	}
	return out
}

// stem takes number and diminutive off each word of a folded term.
func stem(key string) string {
	words := strings.Fields(key)
	for i, w := range words {
		if len(w) > 4 && strings.HasSuffix(w, "es") && !strings.ContainsRune("aeiou", rune(w[len(w)-3])) {
			w = w[:len(w)-2]
		} else if len(w) > 3 {
			w = strings.TrimSuffix(w, "s")
		}
		if len(w) > 5 && (strings.HasSuffix(w, "ito") || strings.HasSuffix(w, "ita")) {
			w = w[:len(w)-3]
		}
		if len(w) > 3 {
			w = strings.TrimRight(w, "aeo")
		}
		words[i] = w
	}
	return strings.Join(words, " ")
}

// within1 reports that a and b differ by one letter put in, left out, changed or
// swapped with the next.
func within1(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
