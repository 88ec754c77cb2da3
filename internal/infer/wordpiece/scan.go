package wordpiece

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalizer is BertNormalizer: clean, set Chinese apart, strip accents, lower
// case — in this order, rune by rune.
type normalizer struct {
	clean, chinese, strip, lower bool
	ascii                        [utf8.RuneSelf]int8 // what becomes of an ASCII character
}

// Values of normalizer.ascii besides the character itself.
const (
	asciiDrop  = -1
	asciiSpace = -2
)

func newNormalizer(o Options) normalizer {
	n := normalizer{
		clean:   !o.KeepControl,
		chinese: !o.JoinChinese,
		strip:   o.Accents == AccentsStrip || o.Accents == AccentsAuto && o.Lowercase,
		lower:   o.Lowercase,
	}
	for r := range rune(utf8.RuneSelf) {
		switch {
		case n.clean && isDropped(r):
			n.ascii[r] = asciiDrop
		case unicode.IsSpace(r):
			n.ascii[r] = asciiSpace
		case n.lower && r >= 'A' && r <= 'Z':
			n.ascii[r] = int8(r + 'a' - 'A')
		default:
			n.ascii[r] = int8(r)
		}
	}
	return n
}

// boundary stands between words in the scanner's queue; no rune is negative.
const boundary rune = -1

// scanner splits text into words: runs between white space, with every
// punctuation mark and Chinese character a word of its own.
type scanner struct {
	n     *normalizer
	s     string                           // what is left of the text
	max   int                              // characters of a word that are kept, at most MaxWordChars
	chars int                              // length of the word found, including characters not kept
	size  int                              // its bytes in buf
	buf   [utf8.UTFMax * MaxWordChars]byte // an array, so that a scanner can live on the stack

	queue    [8]rune // what the last rune became: a full decomposition has at most 4 runes
	at, fill int
}

// word is the word that next found, at most max characters of it.
func (sc *scanner) word() []byte { return sc.buf[:sc.size] }

// keep adds a character to the word.
func (sc *scanner) keep(r rune) {
	if sc.chars++; sc.chars > sc.max {
		return
	}
	if r < utf8.RuneSelf {
		sc.buf[sc.size] = byte(r)
		sc.size++
		return
	}
	sc.size += utf8.EncodeRune(sc.buf[sc.size:], r)
}

// next finds the next word; false at the end.
func (sc *scanner) next() bool {
	sc.size, sc.chars = 0, 0
	for {
		for sc.at == sc.fill { // ASCII needs no queue
			if sc.s == "" {
				return sc.chars > 0
			}
			c := sc.s[0]
			if c >= utf8.RuneSelf {
				sc.expand()
				break
			}
			a := sc.n.ascii[c]
			switch {
			case a == asciiDrop:
			case a == asciiSpace:
				if sc.chars > 0 {
					sc.s = sc.s[1:]
					return true
				}
			case isASCIIPunct(byte(a)):
				if sc.chars == 0 {
					sc.s = sc.s[1:]
					sc.keep(rune(a))
				}
				return true
			default:
				sc.keep(rune(a))
			}
			sc.s = sc.s[1:]
		}
		for sc.at < sc.fill {
			r := sc.queue[sc.at]
			switch {
			case r == boundary:
				if sc.chars > 0 {
					sc.at++
					return true
				}
			case isPunct(r):
				if sc.chars == 0 {
					sc.at++
					sc.keep(r)
				}
				return true
			default:
				sc.keep(r)
			}
			sc.at++
		}
	}
}

// expand takes the first rune off the text, which is not ASCII, and queues what
// the normaliser makes of it.
func (sc *scanner) expand() {
	sc.at, sc.fill = 0, 0
	r, size := utf8.DecodeRuneInString(sc.s)
	raw := sc.s[:size]
	sc.s = sc.s[size:]
	if sc.n.clean && isDropped(r) {
		return
	}
	if unicode.IsSpace(r) {
		sc.push(boundary)
		return
	}
	chinese := sc.n.chinese && isChinese(r)
	if chinese {
		sc.push(boundary)
	}
	switch {
	case !sc.n.strip || size == 1 && r == utf8.RuneError:
		sc.lower(r)
	case r >= hangulFirst && r <= hangulLast:
		sc.hangul(r)
	default:
		sc.decompose(r, raw)
	}
	if chinese {
		sc.push(boundary)
	}
}

// decompose queues the canonical decomposition of r without non-spacing marks.
func (sc *scanner) decompose(r rune, raw string) {
	d := norm.NFD.PropertiesString(raw).Decomposition()
	if len(d) == 0 {
		if !isNonspacing(r) {
			sc.lower(r)
		}
		return
	}
	for len(d) > 0 {
		x, n := utf8.DecodeRune(d)
		d = d[n:]
		if !isNonspacing(x) {
			sc.lower(x)
		}
	}
}

// Hangul syllables decompose by arithmetic (Unicode standard, section 3.12).
const (
	hangulFirst, hangulLast      = 0xAC00, 0xD7A3
	jamoL, jamoV, jamoT          = 0x1100, 0x1161, 0x11A7
	jamoTs                       = 28
	jamoVsTs                rune = 21 * jamoTs
)

func (sc *scanner) hangul(r rune) {
	i := r - hangulFirst
	sc.push(jamoL + i/jamoVsTs)
	sc.push(jamoV + i%jamoVsTs/jamoTs)
	if t := i % jamoTs; t > 0 {
		sc.push(jamoT + t)
	}
}

// lower queues r in lower case if so set. İ is the only letter whose lower case
// is two characters.
func (sc *scanner) lower(r rune) {
	if sc.n.lower {
		if r == 'İ' {
			sc.push('i')
			sc.push('\u0307')
			return
		}
		r = unicode.ToLower(r)
	}
	if unicode.IsSpace(r) { // a decomposition can be white space
		r = boundary
	}
	sc.push(r)
}

func (sc *scanner) push(r rune) {
	sc.queue[sc.fill] = r
	sc.fill++
}

// isDropped reports whether clean_text removes r: NUL, U+FFFD, and characters of
// the categories Cc, Cf, Co and Cs, except tab and line ends. Code points that
// are not assigned stay (Go's unicode.C has them too, hence the separate tables).
func isDropped(r rune) bool {
	switch r {
	case '\t', '\n', '\r':
		return false
	case utf8.RuneError:
		return true
	}
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7F
	}
	return isFormat(r) || unicode.In(r, unicode.Cc, unicode.Co, unicode.Cs)
}

func isASCIIPunct(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}

func isPunct(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIIPunct(byte(r))
	}
	return isPunctuation(r)
}

// isChinese reports whether r is in one of the blocks that BERT sets apart.
func isChinese(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0xF900 && r <= 0xFAFF,
		r >= 0x20000 && r <= 0x2A6DF, r >= 0x2A700 && r <= 0x2B73F, r >= 0x2B740 && r <= 0x2B81F,
		r >= 0x2B920 && r <= 0x2CEAF, r >= 0x2F800 && r <= 0x2FA1F:
		return true
	}
	return false
}
