package privacy

import "strings"

// A number is read as groups of digits with one separator between them, as in
// 987 654 321 or 4557-8801-2345-6784, and decided by its shape (the digits of
// each group, e.g. "333") and by the nearest cue word.

const maxGroups = 12

// groups are consecutive digit groups; at[i] is the token of group i and sum[i]
// the digits up to and including it.
type groups struct {
	n     int
	at    [maxGroups]int
	sum   [maxGroups]int
	shape [maxGroups]byte // '1'..'9', 'a' = 10 …
}

func (s *scan) groups(i int) (g groups) {
	total := 0
	for g.n < maxGroups {
		n := s.size(i)
		if n > 35 {
			n = 35
		}
		total += n
		c := byte('0' + n)
		if n > 9 {
			c = byte('a' + n - 10)
		}
		g.at[g.n], g.sum[g.n], g.shape[g.n] = i, total, c
		g.n++
		j := s.separator(i + 1)
		if j < 0 || s.kind(j) != tNumber || j >= len(s.toks) {
			break
		}
		i = j
	}
	return g
}

// separator steps over one separator between digit groups; -1 if there is none.
func (s *scan) separator(i int) int {
	j := i
	if s.punct(j, ')') {
		j++
	}
	if j < len(s.toks) && s.toks[j].kind == tSpace && !s.toks[j].newline && s.size(j) <= 2 {
		j++
	}
	if s.punct(j, '-') || s.punct(j, '.') && j == i {
		j++
		if s.punct(j-1, '-') && j < len(s.toks) && s.toks[j].kind == tSpace && !s.toks[j].newline && s.size(j) == 1 {
			j++
		}
	}
	if j == i || j >= len(s.toks) {
		return -1
	}
	return j
}

// number decides what the digits that begin at token i are. It returns the token
// range to mask, or b == 0.
func (s *scan) number(i int) (k Kind, a, b int) {
	cue := s.cueBefore(i)
	if i > 0 && s.toks[i-1].kind == tWord && cue == 0 { // glued to a word that is no cue: a code, but for a mobile number ("al987654321")
		if n := s.size(i); (n == 9 || n == 11 && strings.HasPrefix(s.str(i), "51")) && s.str(i)[n-9] == '9' {
			return Phone, i, i + 1
		}
		return 0, 0, 0
	}
	if s.money(i) {
		return 0, 0, 0
	}
	g := s.groups(i)
	a = i
	plus := false
	if s.punct(i-1, '+') {
		plus, a = true, i-1
	}
	if s.punct(a-1, '(') {
		a--
	}
	if k, n := s.account(&g, cue); k != 0 {
		return k, i, g.at[n] + 1
	}
	if plus {
		if n := international(&g, s.str(i)); n >= 0 {
			return Phone, a, g.at[n] + 1
		}
	}
	if n := s.ruc(&g, cue); n >= 0 {
		return Document, i, g.at[n] + 1
	}
	if n := s.identity(&g, cue, i); n >= 0 {
		return Document, i, g.at[n] + 1
	}
	if n := s.phone(&g, cue, s.punct(i-1, '(')); n >= 0 {
		if !s.punct(a, '(') {
			a = i
			if plus {
				a = i - 1
			}
		}
		// A bracket belongs to the number only if its partner does.
		if s.punct(a, '(') && !s.closes(a, g.at[n]) {
			a++
		}
		return Phone, a, g.at[n] + 1
	}
	return 0, 0, 0
}

func (s *scan) closes(a, last int) bool {
	for i := a + 1; i <= last; i++ {
		if s.punct(i, ')') {
			return true
		}
	}
	return false
}

// money reports whether the number at i is an amount: after a currency sign or
// before a unit.
func (s *scan) money(i int) bool {
	p := i - 1
	if s.kind(p) == tSpace {
		p--
	}
	if s.punct(p, '$') || p >= 0 && s.kind(p) == tPunct && (s.str(p) == "€" || s.str(p) == "£") {
		return true
	}
	if s.punct(p, '/') || s.punct(p, '.') && p == i-1 {
		if p--; s.punct(p, '.') {
			p--
		}
		if s.is(p, "s") {
			return true
		}
	}
	g := s.groups(i)
	n := s.skipSpace(g.at[g.n-1] + 1)
	return s.wordBits(n)&moneyWord != 0
}

// cueBefore returns the bits of the nearest cue word among the five words before
// token i, 0 if none. Another number or a line break ends the look back; an
// order word ("pedido 123") shadows what is further away.
func (s *scan) cueBefore(i int) bits {
	for n, j := 0, i-1; j >= 0 && n < 5 && j > i-14; j-- {
		switch t := &s.toks[j]; t.kind {
		case tWord:
			if c := (t.bits | s.dotted(j)) & numberCue; c != 0 {
				return c
			}
			n++
		case tNumber:
			return 0
		case tSpace:
			if t.newline {
				return 0
			}
		}
	}
	return 0
}

// dotted reads the cues D.N.I., R.U.C. and C.E. that end in token j.
func (s *scan) dotted(j int) bits {
	if s.size(j) != 1 || !s.punct(j-1, '.') || s.kind(j-2) != tWord {
		return 0
	}
	switch {
	case s.is(j, "i") && s.is(j-2, "n"):
		return dniCue
	case s.is(j, "c") && s.is(j-2, "u"):
		return rucCue
	case s.is(j, "e") && s.is(j-2, "c"):
		return ceCue
	}
	return 0
}

// cueAfter returns the document bits of the nearest cue among the three words
// after token i.
func (s *scan) cueAfter(i int) bits {
	for n, j := 0, i; j < len(s.toks) && n < 3 && j < i+8; j++ {
		switch t := &s.toks[j]; t.kind {
		case tWord:
			if c := t.bits & numberCue; c != 0 {
				return c
			}
			n++
		case tNumber:
			return 0
		case tSpace:
			if t.newline {
				return 0
			}
		case tPunct:
			if t.b == ',' || t.b == '.' || t.b == ';' {
				return 0
			}
		}
	}
	return 0
}

func oneOf(shape []byte, list ...string) bool {
	for _, x := range list {
		if string(shape) == x {
			return true
		}
	}
	return false
}

// account recognises cards, CCI and bank accounts. It returns the index of the
// last group.
func (s *scan) account(g *groups, cue bits) (Kind, int) {
	best, kind := -1, Kind(0)
	for n := 0; n < g.n; n++ {
		sh := g.shape[:n+1]
		d := g.sum[n]
		switch {
		case d == 20 && oneOf(sh, "k", "33c2", "3476", "44444", "3377", "33662", "348212"):
			best, kind = n, Account
		case oneOf(sh, "3812", "3712", "443", "44a2", "442a2", "4422", "44a") && (cue&(accountCue|cardCue) != 0 || len(sh) >= 4 && d >= 13 && sh[0] == '3'):
			best, kind = n, Account
		case d >= 13 && d <= 19 && (n == 0 || oneOf(sh, "4444", "465", "44443", "4645", "445", "66", "4441", "4442", "88")):
			if s.luhn(g, n) || cue&cardCue != 0 {
				best, kind = n, Card
			}
		}
	}
	if best >= 0 {
		return kind, best
	}
	last := -1
	for n := 0; n < g.n && g.sum[n] <= 20; n++ {
		last = n
	}
	if last >= 0 {
		switch d := g.sum[last]; {
		case cue&accountCue != 0 && d >= 10:
			return Account, last
		case cue&cardCue != 0 && d >= 13 && d <= 19:
			return Card, last
		case cue&cvvCue != 0 && g.sum[0] >= 3 && g.sum[0] <= 4:
			return Card, 0
		}
	}
	return 0, 0
}

// luhn checks the digits of groups 0..n (ISO/IEC 7812-1, annex B). A row of equal
// digits passes the sum but is no card.
func (s *scan) luhn(g *groups, n int) bool {
	sum, pos, first, same := 0, 0, byte(0), true
	for i := n; i >= 0; i-- {
		w := s.str(g.at[i])
		for j := len(w) - 1; j >= 0; j-- {
			d := int(w[j] - '0')
			if pos == 0 {
				first = w[j]
			}
			same = same && w[j] == first
			if pos%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
			pos++
		}
	}
	return sum%10 == 0 && !same
}

// ruc recognises a taxpayer number: 11 digits that begin with 10, 15, 16, 17 or
// 20 and end in the check digit of SUNAT (weights 5 4 3 2 7 6 5 4 3 2, modulus
// 11), or any 11 digits after the cue.
func (s *scan) ruc(g *groups, cue bits) int {
	for n := 0; n < g.n && g.sum[n] <= 11; n++ {
		if g.sum[n] != 11 {
			continue
		}
		if cue&rucCue != 0 {
			return n
		}
		if !oneOf(g.shape[:n+1], "b", "281", "29", "a1") {
			return -1
		}
		var d [11]byte
		w := d[:0]
		for i := 0; i <= n; i++ {
			w = append(w, s.str(g.at[i])...)
		}
		if rucValid(w) {
			return n
		}
	}
	return -1
}

func rucValid(w []byte) bool {
	switch string(w[:2]) {
	case "10", "15", "16", "17", "20":
	default:
		return false
	}
	sum := 0
	for i, f := range [...]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2} {
		sum += f * int(w[i]-'0')
	}
	check := (11 - sum%11) % 10
	return int(w[10]-'0') == check
}

// identity recognises DNI (8 digits, a check digit may follow), carné de
// extranjería (9 or 12) and the like, all only by cue.
func (s *scan) identity(g *groups, cue bits, i int) int {
	for n := 0; n < g.n && g.sum[n] <= 12; n++ {
		sh := g.shape[:n+1]
		c := cue
		if c&(dniCue|ceCue) == 0 && (oneOf(sh, "8", "9") || oneOf(sh, "81", "233")) {
			c = s.cueAfter(g.at[n] + 1)
		}
		if c&dniCue != 0 && (oneOf(sh, "8", "233", "44", "2222", "35", "53", "332", "323") && !s.dashDigit(g, n) || oneOf(sh, "9", "81", "2331")) {
			return n
		}
		if c&ceCue != 0 && (oneOf(sh, "8", "9", "333", "c") || g.sum[n] == 9 && n == g.n-1) {
			return n
		}
	}
	return -1
}

// dashDigit reports whether a lone check digit follows group n ("45678912-3").
func (s *scan) dashDigit(g *groups, n int) bool {
	return n+1 < g.n && g.shape[n+1] == '1' && s.punct(g.at[n]+1, '-')
}

// areaCode reports whether w is 0 and a Peruvian area code outside Lima.
func areaCode(w string) bool {
	switch w {
	case "041", "042", "043", "044", "051", "052", "053", "054", "056", "061", "062",
		"063", "064", "065", "066", "067", "072", "073", "074", "076", "082", "083", "084":
		return true
	}
	return false
}

// phone recognises Peruvian telephones: mobiles (9 digits that begin with 9),
// Lima (01 and 7 digits, or 7 as 234-5678), other departments (0xx and 6), each
// with +51 or 51 before it or not, and 6 to 12 digits after a cue.
func (s *scan) phone(g *groups, cue bits, bracket bool) int {
	head := s.str(g.at[0])
	for n := 0; n < g.n && g.sum[n] <= 13; n++ {
		sh, d := g.shape[:n+1], g.sum[n]
		more := n+1 < g.n && s.toks[g.at[n]+1].kind == tPunct // 987.654.321.5
		switch {
		case more:
		case d == 9 && head[0] == '9':
			if mobileShape(sh) || cue&phoneCue != 0 || bracket && n > 0 {
				return n
			}
		case d == 11 && head == "51" && n > 0 && s.toks[g.at[1]].start < len(s.text) && s.str(g.at[1])[0] == '9',
			d == 11 && n == 0 && head[:3] == "519",
			d == 13 && n == 0 && head[:5] == "00519":
			if n == 0 || mobileShape(sh[1:]) || cue&phoneCue != 0 {
				return n
			}
		case d == 13 && head == "0051" && n > 0:
			return n
		case d == 9 && len(head) == 2 && head == "01" && oneOf(sh, "27", "234", "2322", "243", "252"):
			return n
		case d == 9 && n == 0 && (head[:2] == "01" && head[2] >= '2' && head[2] <= '7' || areaCode(head[:3])) && (cue&(orderCue|dniCue) == 0):
			return n
		case d == 9 && areaCode(head) && oneOf(sh, "36", "333", "324", "342", "3222"):
			return n
		case d == 8 && head == "1" && bracket && oneOf(sh, "17", "134", "1322"):
			return n
		case d == 7 && oneOf(sh, "34") && head[0] >= '2' && head[0] <= '7' && s.punct(g.at[0]+1, '-') && cue&(orderCue|accountCue) == 0:
			return n
		case d == 9 && (head == "0800" || head == "0801") && n > 0:
			return n
		}
	}
	if cue&phoneCue != 0 {
		last := -1
		for n := 0; n < g.n && g.sum[n] <= 12; n++ {
			// An amount or a count after the number is not part of it.
			if n > 0 && g.sum[n-1] >= 9 {
				break
			}
			last = n
		}
		if last >= 0 && g.sum[last] >= 6 && (g.n == 1 || g.sum[last] >= 7) {
			return last
		}
	}
	return -1
}

func mobileShape(sh []byte) bool {
	return oneOf(sh, "9", "333", "36", "63", "54", "45", "144", "18", "27", "234", "243", "342", "324", "3222", "432", "423",
		"111111111", "22221", "1323", "1233", "225", "252")
}

// international returns the last group of a number written with +, -1 if it is
// too short. Peru: 51 and 9 digits (mobile) or 8 (landline); elsewhere the first
// end of a group that makes 10 to 13 digits (E.164 allows 15).
func international(g *groups, head string) int {
	short := -1
	for n := 0; n < g.n && g.sum[n] <= 15; n++ {
		d := g.sum[n]
		if len(head) == 2 && head == "51" || len(head) > 2 && head[:2] == "51" {
			if d == 11 || d == 10 && !(n+1 < g.n && g.sum[n+1] == 11) {
				return n
			}
		} else if d >= 10 && d <= 15 {
			return n
		}
		if d >= 8 {
			short = n
		}
	}
	return short
}

// plate reads a vehicle plate after its cue: ABC-123, A1B-234, AB-1234, 1234-AB,
// also glued. It looks at the next four words.
func (s *scan) plate(i int) (int, int) {
	for n, j := 0, i+1; j < len(s.toks) && n < 5 && j < i+14; j++ {
		t := &s.toks[j]
		if t.kind == tSpace && t.newline || t.kind == tMask {
			return 0, 0
		}
		if t.kind != tWord && t.kind != tNumber {
			continue
		}
		n++
		// Letters and digits with at most one dash or space between: 5 to 7 signs.
		chars, digits, letters, b := 0, 0, 0, j
		for b < len(s.toks) {
			switch k := s.kind(b); {
			case k == tNumber:
				digits += s.size(b)
				chars += s.size(b)
			case k == tWord && s.size(b) <= 3 && (s.toks[b].bits&stopWord == 0 || s.toks[b].shape == upper || s.kind(b+1) == tNumber || s.kind(b-1) == tNumber):
				letters += s.size(b)
				chars += s.size(b)
			default:
				chars = 99
			}
			if chars > 7 {
				break
			}
			b++
			if digits+letters >= 5 && digits >= 2 && letters >= 1 && !s.alnum(b) && !(s.punct(b, '-') && s.alnum(b+1)) {
				return j, b
			}
			if s.punct(b, '-') && s.alnum(b+1) {
				b++
			} else if s.kind(b) == tSpace && b+1 < len(s.toks) && !s.toks[b].newline && (s.kind(b+1) == tNumber && s.toks[b-1].shape == upper || letters == 0) {
				b++
			}
		}
	}
	return 0, 0
}

// passport reads letters and digits, 6 to 12 signs with at least four digits,
// within three words after the cue.
func (s *scan) passport(i int) (int, int) {
	for n, j := 0, i+1; j < len(s.toks) && n < 4 && j < i+10; j++ {
		if s.kind(j) == tMask || s.toks[j].newline {
			return 0, 0
		}
		if !s.alnum(j) {
			continue
		}
		n++
		b, digits := j, 0
		for s.alnum(b) && b < len(s.toks) {
			if s.kind(b) == tNumber {
				digits += s.size(b)
			}
			b++
		}
		if size := s.toks[b-1].end - s.toks[j].start; digits >= 4 && size >= 6 && size <= 12 {
			return j, b
		}
		j = b - 1
	}
	return 0, 0
}
