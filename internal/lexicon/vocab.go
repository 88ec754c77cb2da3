package lexicon

import (
	"unicode/utf8"
)

// This file cuts texts into words. A word is known by the hash of its folded
// letters with runs collapsed ("anticuchooo" and "anticucho" are one word), so
// that a text is folded once and all tables then work on word numbers.

// token is one word of a text.
type token struct {
	word       int32 // number in the vocabulary, 0 if no table has the word
	flags      uint8
	start, end int // bytes of the text
}

// Flags of a token.
const (
	tokBreak   = 1 << iota // punctuation that ends a phrase stands before it
	tokTag                 // part of a hashtag or handle
	tokTagHead             // its first word
	tokTagTail             // its last word
	tokOdd                 // has a run or ñ, so the text must be compared with the spelling
)

// vocab numbers words by their hash: an open-addressing table of a power of two
// in size, behind a filter of one bit a word that keeps most unknown words off it.
type vocab struct {
	filter []uint64
	table  []vocabEntry
	shift  uint8 // hash >> shift indexes table
	fshift uint8 // hash >> fshift is a bit of filter
	n      int32 // words so far
}

type vocabEntry struct {
	hash uint64
	word int32
}

// hashStep adds one class to the hash of a word (FNV-1a's prime; finish mixes).
func hashStep(h uint64, k uint8) uint64 { return (h ^ uint64(k)) * 0x100000001b3 }

const hashSeed = 0xcbf29ce484222325

// finishHash spreads the bits of h to the top, where the table looks.
func finishHash(h uint64) uint64 {
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// newVocab makes room for at most n words.
func newVocab(n int) *vocab {
	bits := uint8(10)
	for 1<<bits < 2*n {
		bits++
	}
	v := &vocab{table: make([]vocabEntry, 1<<bits), shift: 64 - bits}
	fbits := bits + 2
	v.filter = make([]uint64, 1<<(fbits-6))
	v.fshift = 64 - fbits
	return v
}

// find returns the number of the word with that hash, 0 if there is none.
func (v *vocab) find(h uint64) int32 {
	bit := h >> v.fshift
	if v.filter[bit>>6]&(1<<(bit&63)) == 0 {
		return 0
	}
	mask := uint64(len(v.table) - 1)
	for i := h >> v.shift; ; i = (i + 1) & mask {
		e := &v.table[i]
		if e.word == 0 || e.hash == h {
			return e.word
		}
	}
}

// add returns the number of the word with that hash, giving it one if needed.
func (v *vocab) add(h uint64) int32 {
	mask := uint64(len(v.table) - 1)
	for i := h >> v.shift; ; i = (i + 1) & mask {
		e := &v.table[i]
		if e.word != 0 && e.hash != h {
			continue
		}
		if e.word == 0 {
			v.n++
			*e = vocabEntry{h, v.n}
			bit := h >> v.fshift
			v.filter[bit>>6] |= 1 << (bit & 63)
		}
		return e.word
	}
}

// wordHash is the hash of one word in pattern form; ok is false if it has no letter.
func wordHash(p string) (h uint64, ok bool) {
	h, prev := hashSeed, uint8(classSoft)
	for i := 0; i < len(p); i++ {
		if k := patternClass(p[i]); k != prev {
			h, prev = hashStep(h, k), k
		}
	}
	return finishHash(h), prev != classSoft
}

// classTable maps each byte to its class; bytes outside ASCII are classMulti.
var classTable = func() (t [256]uint8) {
	copy(t[:], asciiClass[:])
	for i := utf8.RuneSelf; i < 256; i++ {
		t[i] = classMulti
	}
	return t
}()

// tokens appends the words of text to dst. Hashtags are cut at their humps, links
// are left out, and "coca.cola" and "1/4" are two words of one phrase.
func (v *vocab) tokens(dst []token, text string) []token {
	var (
		h      = uint64(hashSeed)
		prev   uint8
		start  = -1 // of the word we are in
		end    int  // after its last letter
		flags  = uint8(tokBreak)
		inTag  bool // between # or @ and the end of the tag
		tagged bool // the tag has a word already
		upper  bool // last letter was upper case (tracked in tags only)
	)
	for i := 0; i < len(text); {
		c := text[i]
		k, size := classTable[c], 1
		if k == classMulti {
			var enye bool
			if k, size, enye = multiClass(text, i); enye {
				flags |= tokOdd
			}
		}
		if k-1 < classLastW { // word character
			if start < 0 {
				start, h, prev = i, hashSeed, 0
				if inTag {
					flags |= tokTag
					if !tagged {
						flags |= tokTagHead
						tagged = true
					}
				}
			} else if inTag && hump(text, i, size, upper) {
				dst = append(dst, token{v.find(finishHash(h)), flags, start, end})
				start, h, prev, flags = i, hashSeed, 0, tokTag
				if c == 0xC3 && (text[i+1] == 0x91 || text[i+1] == 0xB1) {
					flags |= tokOdd
				}
			}
			if inTag {
				r, _ := utf8.DecodeRuneInString(text[i:])
				upper = isUpper(r)
				if k != prev {
					h, prev = hashStep(h, k), k
				} else {
					flags |= tokOdd
				}
				i += size
				end = i
				continue
			}
			for { // the letters that follow, most of them ASCII
				if k != prev {
					h, prev = hashStep(h, k), k
				} else {
					flags |= tokOdd
				}
				i += size
				if i >= len(text) {
					break
				}
				if k, size = classTable[text[i]], 1; k-1 >= classLastW {
					break
				}
			}
			end = i
			continue
		}
		if k == classSkip {
			i += size
			continue
		}
		if k == classHard && joins(text, i) {
			k = classSoft
		}
		if start >= 0 {
			tail := inTag && c != '_'
			if tail {
				flags |= tokTagTail
			}
			dst = append(dst, token{v.find(finishHash(h)), flags, start, end})
			start, flags = -1, 0
			if tail {
				inTag, tagged = false, false
			}
		} else if c != '_' {
			if inTag && tagged {
				dst[len(dst)-1].flags |= tokTagTail
			}
			inTag, tagged = false, false
		}
		if k != classSoft {
			flags = tokBreak
			if c == '#' || c == '@' {
				inTag, tagged, upper = true, false, false
			} else if c == ':' && i+2 < len(text) && text[i+1] == '/' && text[i+2] == '/' {
				for i < len(text) && text[i] != ' ' && text[i] != '\n' {
					i++
				}
				continue
			}
		}
		i += size
	}
	if start >= 0 {
		if inTag {
			flags |= tokTagTail
		}
		dst = append(dst, token{v.find(finishHash(h)), flags, start, end})
	} else if inTag && tagged {
		dst[len(dst)-1].flags |= tokTagTail
	}
	return dst
}

// multiClass is runeClass for the rune at text[i], with its length.
func multiClass(text string, i int) (class uint8, size int, enye bool) {
	if text[i] == 0xC3 && i+1 < len(text) && text[i+1]&0xC0 == 0x80 { // À to ÿ: nearly all there is
		b := latin[text[i+1]&0x3F]
		if b == 0 {
			return classHard, 2, false
		}
		return classA + b - 'a', 2, text[i+1] == 0xB1 || text[i+1] == 0x91
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	class, enye = runeClass(r)
	return class, size, enye
}
