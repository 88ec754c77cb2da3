package lexicon

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

// This file cuts texts into words. A word is known by the hash of its folded
// letters with runs collapsed ("anticuchooo" and "anticucho" are one word), so
// that a text is folded once and all tables then work on word numbers.

// token is one word of a text. Offsets are 32 bits wide to keep it at 16 bytes.
type token struct {
	word       int32 // number in the vocabulary, 0 if no table has the word
	start, end int32 // bytes of the text
	flags      uint8
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
// in size, half empty. An entry is the hash, its lowest bits replaced by the
// number: two words would be one if they agreed in the 40 and more bits above,
// which happens to one pair of unequal words in 10^12.
type vocab struct {
	table []uint64
	mask  uint64 // of the number in an entry
	shift uint8  // hash >> shift indexes table
	n     int32  // words so far
}

// wordSum is the running hash of one word: its folded letters (classByte), runs
// collapsed, eight at a time as one little-endian number.
type wordSum struct {
	h    uint64 // of the eights so far
	part uint64 // the letters since
	bits uint   // of part in use
	prev uint8  // class of the last letter
}

const hashSeed = 0xcbf29ce484222325

// hashEight adds eight letters to a hash.
func hashEight(h, letters uint64) uint64 {
	h = (h ^ letters) * 0xff51afd7ed558ccd
	return h ^ h>>32
}

// add takes the class of a letter that differs from the one before.
func (s wordSum) add(k uint8) wordSum {
	s.part |= uint64(classBytes[k&63]) << (s.bits & 63)
	s.prev = k
	if s.bits += 8; s.bits == 64 {
		s.h, s.part, s.bits = hashEight(s.h, s.part), 0, 0
	}
	return s
}

// sum is the hash of the letters so far, its bits spread to the top, where the
// table looks.
func (s wordSum) sum() uint64 {
	return spread(hashEight(s.h, s.part))
}

func spread(h uint64) uint64 {
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// Each of eight bytes at once (SWAR, Lamport 1975).
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// eight is text[i:i+8] as a little-endian number.
func eight(text string, i int) uint64 {
	b := text[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// lowerEight takes the ASCII letters that x begins with, in lower case, and how
// many bits they fill.
func lowerEight(x uint64) (letters uint64, n uint) {
	letters = x | 0x20*ones
	seven := letters &^ highs
	// The high bit of each byte that is at least 'a', not above 'z', and ASCII.
	is := (seven + (0x80-'a')*ones) &^ (seven + (0x80-'z'-1)*ones) &^ x & highs
	n = uint(bits.TrailingZeros64(^is&highs)) &^ 7
	return letters & (1<<n - 1), n // 1<<64 is 0
}

// runAt is where the first letter of letters that is the same as the one before
// begins, in bits; before is what stands before the first. At most 64.
func runAt(letters uint64, before uint8) uint {
	diff := letters ^ (letters<<8 | uint64(before))
	return uint(bits.TrailingZeros64((diff-ones)&^diff&highs)) &^ 7 // the lowest zero byte, which is exact
}

// window is text[i:i+8] as eight has it, zeros behind the end; text has eight bytes.
func window(text string, i int) uint64 {
	if i+8 <= len(text) {
		return eight(text, i)
	}
	return eight(text, len(text)-8) >> (uint(i+8-len(text)) * 8)
}

// plainWord reads the word at text[i:], of ASCII letters and the letters À to ÿ. It
// returns its hash, where it ends and whether it is odd (see tokOdd); an end of 0 if
// no such word begins there. text has eight bytes.
func plainWord(text string, i int) (h uint64, end int, odd uint8) {
	h = hashSeed
	var part uint64 // letters that h lacks
	var fill uint   // bits of part in use
	var last uint8  // letter
	for {
		letters, n := lowerEight(window(text, i))
		i += int(n / 8)
		all := n == 64
		for run := runAt(letters, last); run < n; run = runAt(letters, last) {
			low := uint64(1)<<run - 1
			letters = letters&low | letters>>8&^low
			n -= 8
			odd = tokOdd
		}
		part |= letters << fill
		if fill += n; fill >= 64 {
			fill -= 64
			h, part = hashEight(h, part), letters>>(n-fill)
		}
		if n > 0 {
			last = uint8(letters >> (n - 8))
		}
		if all {
			continue
		}
		if i+1 >= len(text) || text[i] != 0xC3 {
			break
		}
		b := latin[text[i+1]&0x3F]
		switch {
		case text[i+1]&0xC0 != 0x80 || b == 0:
			return 0, 0, 0
		case b == last:
			odd = tokOdd
		default:
			part |= uint64(b) << fill
			if fill += 8; fill == 64 {
				h, part, fill = hashEight(h, part), 0, 0
			}
			last = b
		}
		if text[i+1]&^0x20 == 0x91 { // Ñ, ñ
			odd = tokOdd
		}
		if i += 2; i >= len(text) {
			break
		}
	}
	if last == 0 {
		return 0, 0, 0
	}
	return spread(hashEight(h, part)), i, odd
}

// finishHash spreads the bits of h to the top, where the table looks.
func finishHash(h uint64) uint64 {
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// newVocab makes room for at most n words.
func newVocab(n int) *vocab {
	size := max(10, bits.Len(uint(2*n)))
	return &vocab{table: make([]uint64, 1<<size), mask: 1<<bits.Len(uint(n+1)) - 1, shift: uint8(64 - size)}
}

// find returns the number of the word with that hash, 0 if there is none.
func (v *vocab) find(h uint64) int32 {
	i := h >> v.shift
	e := v.table[i]
	if (e^h)&^v.mask != 0 && e != 0 {
		e = v.further(h, i)
	}
	if (e^h)&^v.mask != 0 {
		return 0
	}
	return int32(e & v.mask)
}

// further looks for h behind entry i, which holds another word; 0 if it is missing.
func (v *vocab) further(h, i uint64) uint64 {
	last := uint64(len(v.table) - 1)
	for {
		i = (i + 1) & last
		if e := v.table[i]; e == 0 || (e^h)&^v.mask == 0 {
			return e
		}
	}
}

// add returns the number of the word with that hash, giving it one if needed.
func (v *vocab) add(h uint64) int32 {
	if n := v.find(h); n != 0 {
		return n
	}
	i, last := h>>v.shift, uint64(len(v.table)-1)
	for v.table[i] != 0 {
		i = (i + 1) & last
	}
	v.n++
	v.table[i] = h&^v.mask | uint64(v.n)
	return v.n
}

// wordHash is the hash of one word in pattern form; ok is false if it has no letter.
func wordHash(p string) (h uint64, ok bool) {
	s := wordSum{h: hashSeed}
	for i := 0; i < len(p); i++ {
		if k := patternClass(p[i]); k != s.prev {
			s = s.add(k)
		}
	}
	return s.sum(), s.prev != 0
}

// classTable maps each byte to its class; bytes outside ASCII are classMulti.
var classTable = func() (t [256]uint8) {
	copy(t[:], asciiClass[:])
	for i := utf8.RuneSelf; i < 256; i++ {
		t[i] = classMulti
	}
	return t
}()

// classBytes is classByte as a table; 0 for what stands in no word.
var classBytes = func() (t [64]uint8) {
	for k := uint8(classA); k <= classLastW; k++ {
		t[k] = classByte(k)
	}
	return t
}()

// plainWords appends the words from text[i:] on, as long as they are of the sort
// that nearly all are: those of plainWord, outside of tags and links. It returns
// where it stopped and the flags of the next word. text has eight bytes.
func (v *vocab) plainWords(dst []token, text string, i int, flags uint8) ([]token, int, uint8) {
	table, mask, shift := v.table, v.mask, v.shift&63
	for i < len(text) {
		var h uint64
		var odd uint8
		after := uint8(classMulti)
		// Most words are up to seven ASCII letters without a run.
		letters, n := lowerEight(window(text, i))
		end := i + int(n/8)
		if n-8 < 64-8 && runAt(letters, 0) >= n && end < len(text) {
			after = classTable[text[end]]
			h = spread(hashEight(hashSeed, letters))
		}
		if after != classSoft && after != classHard {
			if h, end, odd = plainWord(text, i); end == 0 {
				break
			}
			after = classHard
			if end < len(text) {
				if after = classTable[text[end]]; after != classSoft && after != classHard {
					break // the word goes on
				}
			}
		}
		if after == classHard && end < len(text) && joins(text, end) {
			after = classSoft
		}
		e := table[h>>shift]
		if (e^h)&^mask != 0 && e != 0 {
			e = v.further(h, h>>shift)
		}
		if (e^h)&^mask != 0 {
			e = 0
		}
		dst = append(dst, token{int32(e & mask), int32(i), int32(end), flags | odd})
		flags = 0
		for i = end; i < len(text); { // what stands before the next word
			if after == classHard {
				if flags = tokBreak; special(text, i) {
					break
				}
			}
			if i++; i < len(text) {
				if after = classTable[text[i]]; after != classSoft && after != classHard {
					break
				}
			}
		}
	}
	return dst, i, flags
}

// tokens appends the words of text to dst. Hashtags are cut at their humps, links
// are left out, and "coca.cola" and "1/4" are two words of one phrase.
func (v *vocab) tokens(dst []token, text string) []token {
	var (
		sum    wordSum
		start  = -1 // of the word we are in
		end    int  // after its last letter
		flags  = uint8(tokBreak)
		inTag  bool // between # or @ and the end of the tag
		tagged bool // the tag has a word already
		upper  bool // last letter was upper case (tracked in tags only)
	)
	text = text[:min(len(text), math.MaxInt32)]
	for i := 0; i < len(text); {
		if start < 0 && !inTag && len(text) >= 8 && classTable[text[i]]-1 < classZero-1 {
			if dst, i, flags = v.plainWords(dst, text, i, flags); i >= len(text) {
				return dst
			}
		}
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
				start, sum = i, wordSum{h: hashSeed}
				if inTag {
					flags |= tokTag
					if !tagged {
						flags |= tokTagHead
						tagged = true
					}
				}
			} else if inTag && hump(text, i, size, upper) {
				dst = append(dst, token{v.find(sum.sum()), int32(start), int32(end), flags})
				start, sum, flags = i, wordSum{h: hashSeed}, tokTag
				if c == 0xC3 && (text[i+1] == 0x91 || text[i+1] == 0xB1) {
					flags |= tokOdd
				}
			}
			if inTag {
				r, _ := utf8.DecodeRuneInString(text[i:])
				upper = isUpper(r)
				if k != sum.prev {
					sum = sum.add(k)
				} else {
					flags |= tokOdd
				}
				i += size
				end = i
				continue
			}
			for { // the letters that follow, most of them ASCII
				if k != sum.prev {
					sum = sum.add(k)
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
			dst = append(dst, token{v.find(sum.sum()), int32(start), int32(end), flags})
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
		dst = append(dst, token{v.find(sum.sum()), int32(start), int32(end), flags})
	} else if inTag && tagged {
		dst[len(dst)-1].flags |= tokTagTail
	}
	return dst
}

// special reports punctuation that begins a tag or a link.
func special(text string, i int) bool {
	return text[i] == '#' || text[i] == '@' || text[i] == ':' && i+1 < len(text) && text[i+1] == '/'
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
