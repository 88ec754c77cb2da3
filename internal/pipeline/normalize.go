package pipeline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxText is the longest text of a mention in bytes. Anything longer is not one
// mention but, most often, a file with a missing quote.
const MaxText = 64 << 10

// maxMarks bounds the combining marks on one base character: enough for every
// living script, too few for text that is piled up to look broken.
const maxMarks = 8

// Normalize brings a text into the form in which it is compared, stored and read
// by the model: valid UTF-8 in Unicode normal form C, without control, zero-width
// and text-direction characters, every run of white space one blank, trimmed.
// It is idempotent.
func Normalize(s string) string {
	if plain(s) {
		return s
	}
	out, _ := normalize(s, false)
	return out
}

// plain reports whether s is certain to be in normal form already. It knows
// ASCII and the composed letters of Latin-1, which is nearly all Spanish.
func plain(s string) bool {
	blank := true // a blank here would be leading or doubled
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			if blank {
				return false
			}
			blank = true
			continue
		case c > ' ' && c < 0x7f:
		case c == 0xc2 && i+1 < len(s) && s[i+1] > 0xa0 && s[i+1] <= 0xbf && s[i+1] != 0xad: // ¡ … ¿
			i++
		case c == 0xc3 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] <= 0xbf: // À … ÿ
			i++
		default:
			return false
		}
		blank = false
	}
	return !blank || s == ""
}

// normalize does the work of Normalize. With track set it also returns, for each
// byte of the result, the offset in s of the character it came from.
func normalize(s string, track bool) (string, []int32) {
	// First drop what must not stay: composing comes after, because what is
	// dropped may have stood between a letter and its accent.
	kept := make([]byte, 0, len(s))
	var at []int32
	put := func(r rune, pos int) {
		n := len(kept)
		kept = utf8.AppendRune(kept, r)
		if track {
			for range len(kept) - n {
				at = append(at, int32(pos))
			}
		}
	}
	marks, bad := 0, false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		pos := i
		i += size
		if r == utf8.RuneError && size == 1 {
			if !bad { // one sign for a run of broken bytes
				put(utf8.RuneError, pos)
			}
			bad, marks = true, 0
			continue
		}
		bad = false
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else if !dropped(r) {
			marks = 0
		}
		switch {
		case unicode.IsSpace(r):
			put(' ', pos)
		case !dropped(r):
			put(r, pos)
		}
	}
	// Then compose, and collapse blanks: composing makes no new ones.
	out := make([]byte, 0, len(kept))
	var from []int32
	blank := true
	var it norm.Iter
	it.Init(norm.NFC, kept)
	for !it.Done() {
		start := it.Pos()
		seg := it.Next()
		for _, c := range seg {
			if c == ' ' && blank {
				continue
			}
			blank = c == ' '
			out = append(out, c)
			if track {
				from = append(from, at[start])
			}
		}
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
		if track {
			from = from[:n-1]
		}
	}
	return string(out), from
}

// dropped reports whether a character must not stay in a text: it is invisible
// and may hide, reorder or split what is seen, or it is no character.
func dropped(r rune) bool {
	switch {
	case unicode.IsSpace(r):
		return false
	case r == 0x034f, // combining grapheme joiner
		r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5, // Khmer inherent vowels
		r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // not characters
		return true
	}
	// Cc controls; Cf zero-width, direction, soft hyphen, tags; Co private; Cs.
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// clip normalises a short field and cuts it to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) > 16*n { // a whole file in one cell is not worth composing
		s = s[:16*n]
	}
	s = Normalize(s)
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], " ")
}

// readable reports whether a text holds a letter, which is the least that the
// encoder needs.
func readable(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
