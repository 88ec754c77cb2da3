package privacy

import (
	"strings"
	"unicode/utf8"
)

// internet finds e-mail addresses, handles and links, which may contain numbers
// and words that the later rules would take apart.
func (s *scan) internet() {
	for i := 0; i < len(s.toks); i++ {
		t := &s.toks[i]
		if t.kind == tPunct {
			switch t.b {
			case '@':
				if k, a, b := s.at(i); b > 0 {
					s.take(k, a, b)
				}
			case ':':
				if a, b := s.scheme(i); b > 0 {
					s.take(Link, a, b)
				}
			case '.':
				if a, b := s.domain(i); b > 0 {
					s.take(Link, a, b)
				}
			case '/':
				if a, b := s.reddit(i); b > 0 {
					s.take(Handle, a, b)
				}
			}
			continue
		}
		if t.kind == tWord && t.bits&(arrobaCue|dotCue|appCue) != 0 {
			if k, a, b := s.spoken(i); b > 0 {
				s.take(k, a, b)
			}
		}
	}
}

// nameTok reports whether token i can be part of an account name.
func (s *scan) nameTok(i int) bool {
	if i < 0 || i >= len(s.toks) {
		return false
	}
	switch t := &s.toks[i]; t.kind {
	case tWord, tNumber:
		return true
	case tPunct:
		return t.b == '_' || t.b == '.' || t.b == '-' || t.b == '+' || t.b == '%'
	}
	return false
}

func (s *scan) alnum(i int) bool {
	k := s.kind(i)
	return i >= 0 && (k == tWord || k == tNumber)
}

// at reads an e-mail address or a handle around the @ at token i. Words such as
// "tod@s" are neither.
func (s *scan) at(i int) (Kind, int, int) {
	// The part before the sign ends where the previous finding did, so that this
	// look back touches every token once.
	a := i
	for a > 0 && s.nameTok(a-1) {
		a--
	}
	for a < i && !s.alnum(a) && !s.punct(a, '_') {
		a++
	}
	b, dots := s.host(i + 1)
	if a < i {
		if dots > 0 || b > i+1 && s.wordBits(i+1)&mailHost != 0 {
			return Email, a, b
		}
		return 0, 0, 0
	}
	if dots > 0 && s.wordBits(i+1)&mailHost != 0 { // "ana @gmail.com", "ana@ gmail.com"
		if p := i - 2; i >= 2 && s.kind(i-1) == tSpace && s.alnum(p) {
			for p > 0 && s.nameTok(p-1) {
				p--
			}
			return Email, p, b
		}
		return Email, i, b
	}
	b, letters, first := i+1, false, i+1
	for b < len(s.toks) && s.nameTok(b) && !s.punct(b, '+') && !s.punct(b, '%') {
		letters = letters || s.kind(b) == tWord || s.punct(b, '_')
		b++
	}
	for b > first && (s.punct(b-1, '.') || s.punct(b-1, '-')) {
		b--
	}
	switch {
	case b == first && s.kind(first) == tSpace && s.kind(first-2) != tWord:
		// "@ gmail.com" was handled above; a lone @ is "at".
		return 0, 0, 0
	case !letters || b == first || s.toks[b-1].end-s.toks[first].start < 2:
		return 0, 0, 0
	case s.kind(first) == tNumber && b == first+2 && s.wordBits(first+1)&(unitWord|stopWord) != 0:
		return 0, 0, 0 // "@5soles"
	}
	return Handle, i, b
}

// host reads labels joined by dots from token i and returns the token after
// them and how many dots stood between labels, the last label being letters.
func (s *scan) host(i int) (end, dots int) {
	j := i
	for j < len(s.toks) && (s.alnum(j) || (s.punct(j, '-') || s.punct(j, '.') || s.punct(j, '_')) && s.alnum(j+1)) {
		if s.punct(j, '.') && j > i && s.kind(j+1) == tWord && s.size(j+1) >= 2 {
			dots++
		}
		j++
	}
	return j, dots
}

// scheme reads a link with a scheme, given the colon: http://…, mailto:….
func (s *scan) scheme(i int) (int, int) {
	if s.kind(i-1) != tWord || i == 0 {
		return 0, 0
	}
	slashes := s.punct(i+1, '/') && s.punct(i+2, '/')
	if !slashes {
		return 0, 0
	}
	b := s.linkEnd(i + 3)
	if b <= i+3 {
		return 0, 0
	}
	return i - 1, b
}

// domain reads a link without a scheme, given its first dot.
func (s *scan) domain(i int) (int, int) {
	if i == 0 || !s.alnum(i-1) || !s.alnum(i+1) {
		return 0, 0
	}
	if i < s.hostEnd { // the labels around were looked at from their first dot
		return 0, 0
	}
	a := i - 1
	for a > 0 && (s.alnum(a-1) || s.punct(a-1, '-') || s.punct(a-1, '_')) {
		a--
	}
	for s.punct(a, '-') || s.punct(a, '_') {
		a++
	}
	b, _ := s.host(a)
	s.hostEnd = b
	// The last label decides; "rico.me" is a missing space, "wa.me/51…" a link.
	last := b - 1
	path := s.punct(b, '/') && b+1 < len(s.toks) && s.kind(b+1) != tSpace ||
		s.punct(b, '?') && s.alnum(b+1) || s.punct(b, ':') && s.kind(b+1) == tNumber && s.size(b+1) >= 2 && s.punct(b+2, '/')
	www := s.is(a, "www")
	switch {
	case www && last > a:
	case s.kind(last) != tWord || !s.punct(last-1, '.'):
		return 0, 0
	case s.wordBits(last)&safeTLD != 0:
		// A one-letter label before it is an abbreviation ("a.com" hardly exists).
		if s.toks[last-1].start-s.toks[a].start < 2 && !path {
			return 0, 0
		}
	case s.wordBits(last)&riskyTLD != 0:
		second := last-3 > a-1 && s.punct(last-3, '.') && s.wordBits(last-2)&safeTLD != 0 && last-2 > a
		if !path && !second && !s.linkCueBefore(a) {
			return 0, 0
		}
	default:
		return 0, 0
	}
	if path {
		b = s.linkEnd(b)
	}
	if a >= 2 && s.punct(a-1, '/') && s.punct(a-2, '/') {
		a -= 2 // protocol-relative
	}
	return a, b
}

// linkCueBefore reports whether one of the three words before token a says that a
// link follows ("la página es antojo.pe").
func (s *scan) linkCueBefore(a int) bool {
	for n, i := 0, a-1; i >= 0 && n < 3; i-- {
		switch s.toks[i].kind {
		case tWord:
			if s.toks[i].bits&linkCue != 0 {
				return true
			}
			n++
		case tPunct:
			if s.toks[i].b == '.' || s.toks[i].b == ',' {
				return false
			}
		case tNumber, tMask:
			return false
		}
	}
	return false
}

// linkEnd returns the token after a link that goes on from token i: white space,
// quotes and angle brackets end it, and trailing punctuation is not part of it.
func (s *scan) linkEnd(i int) int {
	b := i
	open := 0
	for b < len(s.toks) && s.toks[b].kind != tSpace {
		if s.toks[b].kind == tPunct {
			switch r, _ := utf8.DecodeRuneInString(s.str(b)); r {
			case '<', '>', '"', '“', '”', '«', '»':
				goto trim
			case '(':
				open++
			}
		}
		b++
	}
trim:
	for b > i && s.toks[b-1].kind == tPunct {
		c := s.toks[b-1].b
		if c == ')' && open > 0 || c == '/' || c == '=' || c == '&' || c == '#' || c == '-' || c == '_' || c == '+' {
			break
		}
		b--
	}
	return b
}

// reddit reads u/name and /u/name, given a slash.
func (s *scan) reddit(i int) (int, int) {
	if i == 0 || !s.is(i-1, "u") || i >= 2 && s.alnum(i-2) {
		return 0, 0
	}
	b, letters := i+1, 0
	for b < len(s.toks) && (s.alnum(b) || s.punct(b, '_') || s.punct(b, '-')) {
		if s.kind(b) == tWord {
			letters += s.size(b)
		}
		b++
	}
	if letters < 3 {
		return 0, 0
	}
	a := i - 1
	if s.punct(a-1, '/') {
		a--
	}
	return a, b
}

// spoken reads what people write to get past filters, and account names after
// the name of an app: "ana arroba gmail punto com", "antojo punto com",
// "ig: ana_99".
func (s *scan) spoken(i int) (Kind, int, int) {
	t := &s.toks[i]
	switch {
	case t.bits&arrobaCue != 0:
		if s.is(i, "at") && !(s.punct(i-1, '(') && s.punct(i+1, ')')) && !(s.punct(i-1, '[') && s.punct(i+1, ']')) {
			return 0, 0, 0 // the English word
		}
		a, h := s.looseName(i-1, -1), s.looseName(i+1, +1)
		if a < 0 || h < 0 {
			return 0, 0, 0
		}
		b, dots := s.host(h)
		if d, ok := s.spokenDot(b); ok {
			b, dots = d, dots+1
		}
		if dots == 0 && s.wordBits(h)&mailHost == 0 {
			return 0, 0, 0
		}
		for a > 0 && s.nameTok(a-1) {
			a--
		}
		return Email, a, b
	case t.bits&dotCue != 0: // punto
		a := i - 1
		if a < 1 || s.kind(a) != tSpace || !s.alnum(a-1) {
			return 0, 0, 0
		}
		if b, ok := s.spokenDot(i - 1); ok && s.wordBits(b-1)&safeTLD != 0 && s.wordBits(a-1)&stopWord == 0 {
			return Link, a - 1, b
		}
	case t.bits&appCue != 0:
		j := i + 1
		if !s.punct(j, ':') {
			return 0, 0, 0
		}
		a := s.skipSpace(j + 1)
		b, marks, letters := a, false, false
		for b < len(s.toks) && (s.alnum(b) || (s.punct(b, '_') || s.punct(b, '.')) && (s.alnum(b+1) || s.punct(b+1, '_') || s.punct(b, '_'))) {
			marks = marks || s.punct(b, '_') || s.punct(b, '.') || s.kind(b) == tNumber && b > a
			letters = letters || s.kind(b) == tWord
			b++
		}
		if marks && letters && b > a+1 {
			return Handle, a, b
		}
	}
	return 0, 0, 0
}

// looseName steps over spaces and brackets from i in direction dir to a word or
// number; -1 if there is none within three tokens.
func (s *scan) looseName(i, dir int) int {
	for n := 0; n < 3 && i >= 0 && i < len(s.toks); n, i = n+1, i+dir {
		switch {
		case s.alnum(i):
			return i
		case s.toks[i].kind == tSpace && !s.toks[i].newline, s.punct(i, '('), s.punct(i, ')'), s.punct(i, '['), s.punct(i, ']'):
		default:
			return -1
		}
	}
	return -1
}

// spokenDot reads " punto com" from token b, repeatedly, and returns the token after.
func (s *scan) spokenDot(b int) (int, bool) {
	found := false
	for {
		j := s.skipSpace(b)
		if j == b || s.wordBits(j)&dotCue == 0 {
			return b, found
		}
		k := s.skipSpace(j + 1)
		if k == j+1 || s.wordBits(k)&(safeTLD|riskyTLD) == 0 {
			return b, found
		}
		b, found = k+1, true
		if s.wordBits(k)&safeTLD == 0 && !strings.EqualFold(s.str(k), "pe") {
			return b, found
		}
	}
}
