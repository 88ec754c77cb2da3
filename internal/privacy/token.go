package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tPunct  tokenKind = iota // one rune that is none of the others
	tSpace                   // a run of white space
	tWord                    // a run of letters
	tNumber                  // a run of ASCII digits
	tMask                    // a tag of Redact, or already found
)

// token is text[start:end].
type token struct {
	kind       tokenKind
	shape      shape
	newline    bool // tSpace: holds a line break
	b          byte // tPunct: the byte, 0 if the rune is not ASCII
	bits       bits // tWord: what words.go says of the folded word
	start, end int
}

type shape uint8

const (
	lower shape = iota
	title       // Ana
	upper       // ANA
	mixed
)

// worthScanning is the cheap answer for the bulk of texts: without a digit, an
// @, a dot inside or one of the few cue letters nothing can be found. Name cues
// need words, so a text with "llamo", "soy", "nombre" or "att" must be scanned.
func worthScanning(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9', c == '@', c == ':', c == '/', c == 0xEF:
			return true
		case c == '.' && i+1 < len(text) && text[i+1] > ' ' && text[i+1] != '.':
			return true
		}
	}
	return hasCue(text)
}

// hasCue looks for the stems of the cues that need neither digit nor sign.
func hasCue(text string) bool {
	for i := 0; i+3 <= len(text); i++ {
		switch text[i] | 0x20 {
		case 's': // soy, saluda, saludos
			if eq(text, i, "soy") || eq(text, i, "salud") {
				return true
			}
		case 'l':
			if eq(text, i, "llamo") {
				return true
			}
		case 'n':
			if eq(text, i, "nombre") || eq(text, i, "name") || eq(text, i, "nome") {
				return true
			}
		case 'a':
			if eq(text, i, "att") || eq(text, i, "atentamente") || eq(text, i, "arroba") || eq(text, i, "at)") || eq(text, i, "at]") {
				return true
			}
		case 'c':
			if eq(text, i, "chamo") || eq(text, i, "cordialmente") {
				return true
			}
		case 'f':
			if eq(text, i, "firma") || eq(text, i, "fdo") {
				return true
			}
		case 'e':
			if eq(text, i, "escribe") {
				return true
			}
		case 'h':
			if eq(text, i, "habla") {
				return true
			}
		case 'p':
			if eq(text, i, "punto") {
				return true
			}
		case 'm':
			if eq(text, i, "mz") {
				return true
			}
		}
	}
	return false
}

// eq reports whether text has the lower-case ASCII word w at i in any case.
func eq(text string, i int, w string) bool {
	return i+len(w) <= len(text) && strings.EqualFold(text[i:i+len(w)], w)
}

func tokenise(dst []token, text string) []token {
	for i := 0; i < len(text); {
		c := text[i]
		t := token{start: i}
		switch {
		case c >= '0' && c <= '9':
			t.kind = tNumber
			for i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
		case c == '[' && tagAt(text, i) > 0:
			t.kind = tMask
			i += tagAt(text, i)
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			switch {
			case isLetter(r):
				i = word(&t, text, i)
			case isSpace(r):
				t.kind = tSpace
				for i < len(text) {
					r, n = utf8.DecodeRuneInString(text[i:])
					if !isSpace(r) {
						break
					}
					t.newline = t.newline || r == '\n' || r == '\r'
					i += n
				}
			default:
				t.kind = tPunct
				switch {
				case r < utf8.RuneSelf:
					t.b = byte(r)
				case r == '＠':
					t.b = '@'
				case r == '–' || r == '—' || r == '‑' || r == '−':
					t.b = '-'
				case r == '°' || r == 'º' || r == 'ª':
					t.b = 'o' // N°, N.º
				case r == '＋':
					t.b = '+'
				}
				i += n
			}
		}
		t.end = i
		dst = append(dst, t)
	}
	return dst
}

// isLetter also takes combining marks, so that decomposed accents stay in the word.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return r != 'º' && r != 'ª' && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) && r != 0xFE0F && r != 0x20E3)
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r > 0x7F && unicode.IsSpace(r)
}

// word scans the letters at i, notes their case and looks them up.
func word(t *token, text string, i int) int {
	t.kind = tWord
	var fold [24]byte
	n, runes, uppers := 0, 0, 0
	firstUpper := false
	for i < len(text) {
		r, w := utf8.DecodeRuneInString(text[i:])
		if !isLetter(r) {
			break
		}
		i += w
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				uppers++
				firstUpper = firstUpper || runes == 0
				r |= 0x20
			}
		} else if unicode.IsUpper(r) {
			uppers++
			firstUpper = firstUpper || runes == 0
		}
		runes++
		if n < len(fold) {
			fold[n] = plain(r)
			n++
		}
	}
	switch {
	case uppers == 0:
		t.shape = lower
	case uppers == runes && runes > 1:
		t.shape = upper
	case uppers == 1 && firstUpper:
		t.shape = title
	default:
		t.shape = mixed
		if firstUpper && uppers == 2 { // McDonald, DelaCruz
			t.shape = title
		}
	}
	if runes <= len(fold) {
		t.bits = words[string(fold[:n])]
	}
	return i
}

// plain folds a letter to a lower-case ASCII letter; '?' where there is none.
func plain(r rune) byte {
	if r < utf8.RuneSelf {
		return byte(r)
	}
	switch unicode.ToLower(r) {
	case 'á', 'à', 'ä', 'â', 'ã':
		return 'a'
	case 'é', 'è', 'ë', 'ê':
		return 'e'
	case 'í', 'ì', 'ï', 'î':
		return 'i'
	case 'ó', 'ò', 'ö', 'ô', 'õ':
		return 'o'
	case 'ú', 'ù', 'ü', 'û':
		return 'u'
	case 'ñ':
		return 'n'
	case 'ç':
		return 'c'
	}
	return '?'
}

// tagAt returns the length of the Redact tag at i, or 0.
func tagAt(text string, i int) int {
	for _, tag := range tags[1:] {
		if strings.HasPrefix(text[i:], tag) {
			return len(tag)
		}
	}
	return 0
}

// punct reports whether token i is the sign b.
func (s *scan) punct(i int, b byte) bool {
	return i >= 0 && i < len(s.toks) && s.toks[i].kind == tPunct && s.toks[i].b == b
}

func (s *scan) kind(i int) tokenKind {
	if i < 0 || i >= len(s.toks) {
		return tSpace
	}
	return s.toks[i].kind
}

func (s *scan) wordBits(i int) bits {
	if s.kind(i) != tWord {
		return 0
	}
	return s.toks[i].bits
}

func (s *scan) str(i int) string { return s.text[s.toks[i].start:s.toks[i].end] }

func (s *scan) size(i int) int { return s.toks[i].end - s.toks[i].start }

// is reports whether token i is the lower-case ASCII word w, in any case.
func (s *scan) is(i int, w string) bool {
	return s.kind(i) == tWord && i >= 0 && i < len(s.toks) && strings.EqualFold(s.str(i), w)
}

// skipSpace returns the first token at or after i that is not white space on the
// same line.
func (s *scan) skipSpace(i int) int {
	if i < len(s.toks) && s.toks[i].kind == tSpace && !s.toks[i].newline {
		i++
	}
	return i
}

// prevWord returns the index of the word before i, over one white space; -1 if
// something else stands there.
func (s *scan) prevWord(i int) int {
	i--
	if i >= 0 && s.toks[i].kind == tSpace {
		i--
	}
	if i >= 0 && s.toks[i].kind == tWord {
		return i
	}
	return -1
}
