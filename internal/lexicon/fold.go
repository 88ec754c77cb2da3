package lexicon

import "unicode/utf8"

// Character classes of folded text. Words are hashed by class, never by raw
// byte, so that one table serves matcher, gazetteer and cues.
const (
	classHard  = 0  // ends a phrase: comma, bracket, emoji, newline …
	classA     = 1  // 1..26: letters a..z
	classZero  = 27 // 27..36: digits
	classAmp   = 37 // & as in j&r
	classSoft  = 38 // separates words of one phrase: space, hyphen, underscore
	classSkip  = 39 // invisible: apostrophe, combining accent, zero-width joiner
	classMulti = 41 // first byte of a longer UTF-8 sequence: see multiClass
	classLastW = classAmp
)

// asciiClass maps each ASCII byte to its class.
var asciiClass = func() (t [utf8.RuneSelf]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		t[c] = uint8(classA + c - 'a')
		t[c-'a'+'A'] = uint8(classA + c - 'a')
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = uint8(classZero + c - '0')
	}
	t['&'] = classAmp
	t[' '], t['\t'], t['-'], t['_'] = classSoft, classSoft, classSoft, classSoft
	t['\''], t['`'] = classSkip, classSkip
	return t
}()

// latin maps U+00C0..U+017F to the base letter, 0 where there is none.
// Ligatures take their first letter, which is how people type them.
const latin = "aaaaaaaceeeeiiiidnooooo\x00ouuuuypsaaaaaaaceeeeiiiidnooooo\x00ouuuuypy" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

// runeClass classifies a rune outside ASCII. enye is true for ñ and Ñ, which
// fold to n but are remembered: see run verification in match.go.
func runeClass(r rune) (class uint8, enye bool) {
	switch {
	case r >= 0xC0 && r <= 0x17F:
		b := latin[r-0xC0]
		if b == 0 {
			return classHard, false
		}
		return uint8(classA + b - 'a'), r == 'ñ' || r == 'Ñ'
	case r >= 0x300 && r <= 0x36F, r == 0x2019, r == 0x2018, r == 0xB4, r == 0x200D, r == 0xAD:
		return classSkip, false
	case r == 0xA0, r == 0x2010, r == 0x2011, r == 0x202F:
		return classSoft, false
	}
	return classHard, false
}

// isUpper reports an upper-case Latin letter.
func isUpper(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 0xC0 && r <= 0xDE && r != 0xD7
}

// Fold returns s in lower case without accents, in the form that is compared
// and searched: Latin letters become their base letter (ñ becomes n, ç becomes
// c), apostrophes and combining accents vanish, each run of white space becomes
// one space, and all else stays as it is. Folding twice changes nothing.
func Fold(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == '\'' || c == '`' || c < ' ' ||
			c == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ') {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r < utf8.RuneSelf {
			switch {
			case r >= 'A' && r <= 'Z':
				b = append(b, byte(r)+'a'-'A')
			case r == '\'' || r == '`':
			case r == ' ' || r == '\t' || r == '\n' || r == '\r':
				if len(b) > 0 && b[len(b)-1] != ' ' {
					b = append(b, ' ')
				}
			default:
				b = append(b, byte(r))
			}
			continue
		}
		k, _ := runeClass(r)
		switch {
		case k >= classA && k <= classLastW:
			b = append(b, classByte(k))
		case k == classSkip:
		case r == 0xA0 || r == 0x202F:
			if len(b) > 0 && b[len(b)-1] != ' ' {
				b = append(b, ' ')
			}
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return string(b)
}

// classByte is the inverse of asciiClass for word characters and separators.
func classByte(k uint8) byte {
	switch {
	case k >= classA && k < classZero:
		return 'a' + k - classA
	case k >= classZero && k < classAmp:
		return '0' + k - classZero
	case k == classAmp:
		return '&'
	}
	return ' '
}

// enyeByte stands for ñ in a pattern; plain n in a pattern does not accept ñ in
// the text ("cana" is not "caña"), while ñ accepts n ("pina" is "piña").
const enyeByte = 1

// pattern folds a lexicon spelling to the form that the automaton compiles:
// letters, digits, & and single spaces, with enyeByte for ñ.
func pattern(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		var k uint8
		var enye bool
		if r < utf8.RuneSelf {
			k = asciiClass[r]
		} else {
			k, enye = runeClass(r)
		}
		switch {
		case k == classSkip:
		case enye:
			b = append(b, enyeByte)
		case k >= classA && k <= classLastW:
			b = append(b, classByte(k))
		default:
			if len(b) > 0 && b[len(b)-1] != ' ' {
				b = append(b, ' ')
			}
		}
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return string(b)
}

// patternClass is the class of one byte of a pattern.
func patternClass(c byte) uint8 {
	switch c {
	case enyeByte:
		return classA + 'n' - 'a'
	case ' ':
		return classSoft
	}
	return asciiClass[c]
}
