package privacy

// trust says how much a cue vouches that a name follows.
type trust uint8

const (
	listed  trust = iota // only known names: "soy ana"
	paired               // also two capitalised words among small letters: "les saluda", "a nombre de"
	capital              // known names, or any capitalised word: "me llamo", "atte."
	certain              // anything that is not a function word: "mi nombre es"
)

// maxNameWords bounds a name: two given names and two surnames, plus one.
const maxNameWords = 5

// name reads the name after the cue word at token i and returns its tokens.
func (s *scan) name(i int) (int, int) {
	b := s.toks[i].bits
	p := s.prevWord(i)
	switch {
	case b&nombreCue != 0: // nombre, name, nome
		mine := s.is(p, "mi") || s.is(p, "my") || s.is(p, "meu")
		j := s.skipSpace(i + 1)
		if s.is(j, "completo") {
			j = s.skipSpace(j + 1)
		}
		switch {
		case s.punct(j, ':'):
			return s.nameSpan(j+1, capital, false)
		case s.is(j, "es") || s.is(j, "is") || s.is(j, "e") || s.kind(j) == tWord && s.str(j) == "é":
			if mine {
				j++
				if s.punct(j, ':') {
					j++
				}
				return s.nameSpan(j, certain, false)
			}
			return s.nameSpan(j+1, listed, false)
		case s.is(j, "de") && s.is(p, "a"):
			return s.nameSpan(j+1, paired, false)
		}
	case b&llamoCue != 0: // llamo, chamo
		if s.text[s.toks[i].end-1] != 'o' && s.text[s.toks[i].end-1] != 'O' || !s.is(p, "me") {
			return 0, 0 // "me llamó" is somebody else's call
		}
		j := i + 1
		if s.punct(j, ':') {
			j++
		}
		return s.nameSpan(j, capital, false)
	case b&soyCue != 0:
		return s.nameSpan(i+1, listed, true)
	case b&greetCue != 0: // les saluda, te habla, te escribe
		j := i + 1
		if s.punct(j, ':') || s.punct(j, ',') {
			j++
		}
		return s.nameSpan(j, paired, false)
	case b&signCue != 0:
		return s.signature(i)
	}
	return 0, 0
}

// signature reads the name after "Atte.", "Atentamente,", "Firma:" or "Saludos,"
// at the end of a text or line.
func (s *scan) signature(i int) (int, int) {
	abbrev := s.toks[i].bits&attCue != 0 // atte, att, fdo: the dot belongs to it
	j, sep := i+1, abbrev
	for n := 0; n < 6 && j < len(s.toks); n++ {
		t := &s.toks[j]
		switch {
		case t.kind == tSpace:
			sep = sep || t.newline
		case t.kind == tPunct && (t.b == ',' || t.b == ':' || t.b == '-'):
			sep = true
		case t.kind == tPunct && t.b == '.' && abbrev:
		default:
			n = 6
			continue
		}
		j++
	}
	if !sep {
		return 0, 0
	}
	a, b := s.nameSpan(j, capital, false)
	if b == 0 {
		return 0, 0
	}
	known := false
	for k := a; k < b; k++ {
		known = known || s.toks[k].bits&(givenName|surname) != 0
	}
	// A capitalised word that no list knows is a name only if nothing follows it.
	if next := s.skipSpace(b); !known && next < len(s.toks) && s.toks[next].kind == tWord {
		return 0, 0
	}
	return a, b
}

// nameSpan reads a name from token j on. With soy, one capitalised word that no
// list knows counts only if it looks like nothing else ("soy Limeña", "soy Chef").
func (s *scan) nameSpan(j int, tr trust, soy bool) (int, int) {
	j = s.skipSpace(j)
	if s.punct(j, '"') || s.punct(j, '*') {
		j++
	}
	for n := 0; n < 3; n++ { // "soy la señora Ana", "soy el Sr. Quispe"
		b := s.wordBits(j)
		if b&titleWord == 0 && !(b&articleWord != 0 && s.wordBits(s.skipSpace(j+1))&titleWord != 0) {
			break
		}
		if b&titleWord != 0 {
			tr = max(tr, capital)
			soy = false
		}
		j++
		if s.punct(j, '.') {
			j++
		}
		j = s.skipSpace(j)
	}
	if s.kind(j) != tWord || j >= len(s.toks) {
		return 0, 0
	}
	first := &s.toks[j]
	capitalised := first.shape == title || first.shape == mixed && first.bits&stopWord == 0 && isUpperFirst(s.str(j))
	known := first.bits&(givenName|surname) != 0
	switch {
	case first.bits&givenName != 0 && (first.shape != lower || first.bits&stopWord == 0):
	case capitalised && first.bits&surname != 0 && first.bits&stopWord == 0:
	case first.bits&stopWord != 0:
		return 0, 0
	case tr == certain && s.size(j) >= 2:
	case tr == capital && capitalised:
	case tr == capital && known && first.shape == upper:
	case tr <= paired && capitalised && s.twoNames(j, soy || tr == paired):
	case soy && capitalised && !s.demonym(j) && s.size(j) >= 3 && s.midSentence(j):
	default:
		return 0, 0
	}
	a, b := j, j+1
	for n := 1; n < maxNameWords; n++ {
		k := b
		if s.punct(k, '.') && s.size(k-1) == 1 { // initial
			k++
		}
		if s.punct(k, '-') && s.kind(k+1) == tWord && k+1 < len(s.toks) && s.toks[k+1].shape == title {
			b = k + 2
			continue
		}
		k = s.skipSpace(k)
		if k == b {
			break
		}
		c := k
		for m := 0; m < 2 && s.wordBits(c)&joinWord != 0; m++ { // "de la Cruz"
			c = s.skipSpace(c + 1)
		}
		if s.kind(c) != tWord || c >= len(s.toks) {
			break
		}
		w := &s.toks[c]
		listedWord := w.bits&(givenName|surname) != 0 && (w.bits&stopWord == 0 || w.shape != lower)
		if c > k && !listedWord && (w.shape != title || s.is(k, "de") && c == s.skipSpace(k+1)) {
			break // "Ana de Lima" keeps its place, "Ana del Águila" loses her surname
		}
		if !listedWord && (w.bits&stopWord != 0 || w.shape != title && !(w.shape == upper && s.size(c) > 1 && first.shape == upper && tr > listed && s.namelike(c))) {
			break
		}
		b = c + 1
	}
	if s.punct(b, '.') && s.size(b-1) == 1 && b-1 > a {
		b++
	}
	return a, b
}

// namelike reports whether an upper-case word after an upper-case name may be one
// of its surnames: no list knows it, and it is not a function word.
func (s *scan) namelike(c int) bool {
	return s.toks[c].bits == 0 && s.size(c) >= 4
}

func isUpperFirst(w string) bool {
	return w != "" && (w[0] >= 'A' && w[0] <= 'Z' || w[0] >= 0x80)
}

// twoNames reports whether a second capitalised word follows that is a known name,
// or, if any is set, is at least no function word.
func (s *scan) twoNames(j int, any bool) bool {
	k := s.skipSpace(j + 1)
	for n := 0; n < 2 && s.wordBits(k)&joinWord != 0; n++ {
		k = s.skipSpace(k + 1)
	}
	if k == j+1 || s.kind(k) != tWord || k >= len(s.toks) || s.toks[k].shape != title {
		return false
	}
	b := s.toks[k].bits
	if b&(surname|givenName) != 0 {
		return true
	}
	return any && b&stopWord == 0 && !s.demonym(j) && s.toks[j].bits == 0 && s.midSentence(j)
}

// midSentence reports whether the text around is written in lower case, so that a
// capital letter means something.
func (s *scan) midSentence(j int) bool {
	lowers, others := 0, 0
	for k := max(0, j-16); k < len(s.toks) && k < j+24; k++ {
		if s.toks[k].kind == tWord && k != j && s.size(k) > 2 {
			if s.toks[k].shape == lower {
				lowers++
			} else {
				others++
			}
		}
	}
	return lowers >= others && lowers > 0
}

// demonym reports whether the word ends like a name of origin, trade or liking:
// limeña, norteño, ayacuchano, vegetariana, cevichero, estudiante, foodie.
func (s *scan) demonym(j int) bool {
	w := s.str(j)
	if s.toks[j].bits&(givenName|surname) != 0 {
		return false
	}
	for _, end := range [...]string{"eño", "eña", "eno", "ena", "ano", "ana", "ense", "ino", "ina", "ero", "era", "ista", "ante", "ente", "or", "ora", "ivo", "iva", "ado", "ada", "ico", "ica", "oso", "osa", "uano", "és", "esa", "ie", "er", "aco", "aca", "al", "ón", "ona"} {
		if len(w) > len(end) && w[len(w)-len(end):] == end {
			return true
		}
	}
	return false
}
