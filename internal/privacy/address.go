package privacy

// maxStreetWords bounds the name of a street: "Avenida Mariscal Andrés Avelino
// Cáceres y Dorregaray".
const maxStreetWords = 7

// address reads a street with a house number, or block and lot (manzana, lote),
// from the cue word at token i. It returns the token after the address, 0 if
// there is none. A street without a number is a place, not an address.
func (s *scan) address(i int) int {
	t := &s.toks[i]
	if t.bits&(mzCue|lotCue) != 0 {
		return s.blockLot(i)
	}
	if t.bits&streetCO != 0 {
		if b := s.grid(i); b > 0 {
			return b
		}
	}
	if t.bits&(streetStrong|streetWeak) == 0 {
		return 0
	}
	if t.bits&streetAbbrev != 0 && !s.punct(i+1, '.') { // "ca." is calle, "ca" is not
		return 0
	}
	j := i + 1
	if s.punct(j, '.') || s.punct(j, ':') {
		j++
	}
	weak := t.bits&streetWeak != 0
	titled, names := true, 0 // every name word is capitalised, or is a joining word
	for names < maxStreetWords {
		k := s.skipSpace(j)
		if k >= len(s.toks) || s.toks[k].newline {
			return 0
		}
		switch w := &s.toks[k]; w.kind {
		case tNumber:
			// "28 de Julio", "9 de Diciembre": a number that is part of the name.
			if names == 0 && s.size(k) <= 2 {
				if d := s.skipSpace(k + 1); s.is(d, "de") {
					names++
					j = d + 1
					continue
				}
			}
			if names == 0 {
				return s.marked(k, true) // "Calle 7 N° 123"
			}
			return s.house(k, weak, titled, false)
		case tWord:
			if w.bits&(markerWord|blockWord) != 0 {
				if b := s.marked(k, false); b > 0 {
					if names == 0 {
						return 0
					}
					return b
				}
			}
			if w.bits&joinWord == 0 {
				if (w.bits&moneyWord != 0 || w.bits&(stopWord|placeWord) == stopWord) && w.shape == lower {
					return 0
				}
				if w.shape == lower || w.shape == mixed {
					titled = false
				}
			}
			names++
			j = k + 1
		case tPunct:
			switch w.b {
			case ',', '.', '-', '\'':
				j = k + 1 // "Av. Larco, 123", "Jr. M. Cáceres 120"
				names++
			case '#':
				if names == 0 {
					return 0
				}
				return s.marked(k, false)
			default:
				return 0
			}
		default:
			return 0
		}
	}
	return 0
}

// house decides whether the number at token k, which follows a street name, is a
// house number and returns the token after the address.
func (s *scan) house(k int, weak, titled, marked bool) int {
	n := s.size(k)
	switch {
	case n > 5, s.amount(k):
		return 0
	case marked:
	case n == 1, n == 2 && !titled, n == 2 && weak && !titled:
		return 0
	}
	return s.unit(k + 1)
}

// amount reports whether the number at k counts or prices something: "25 soles",
// "10/10", "12:30", "2.5", "20%".
func (s *scan) amount(k int) bool {
	n := k + 1
	if s.punct(n, '/') || s.punct(n, ':') || s.punct(n, '%') || s.punct(n, '.') && s.kind(n+1) == tNumber && n+1 < len(s.toks) {
		return true
	}
	return s.wordBits(s.skipSpace(n))&(moneyWord|unitWord) != 0
}

// marked reads the number after a marker: "N° 450", "nro. 12", "# 20-30", "cuadra
// 5". With direct, token k is a street's own number and the marker follows it.
func (s *scan) marked(k int, direct bool) int {
	if direct {
		k = s.skipSpace(k + 1)
		if s.wordBits(k)&markerWord == 0 && !s.punct(k, '#') {
			return 0
		}
	}
	j := k + 1
	for n := 0; n < 4 && j < len(s.toks); n++ {
		t := &s.toks[j]
		if t.kind == tPunct && (t.b == '.' || t.b == 'o' || t.b == ':') || t.kind == tSpace && !t.newline || t.kind == tWord && s.is(j, "o") {
			j++
			continue
		}
		break
	}
	if s.kind(j) != tNumber || j >= len(s.toks) || s.size(j) > 5 || s.amount(j) {
		return 0
	}
	return s.unit(j + 1)
}

// unit goes on over what follows a house number: "-A", ", dpto. 302", "int 4",
// "piso 3".
func (s *scan) unit(j int) int {
	if s.punct(j, '-') && s.alnum(j+1) && s.size(j+1) <= 4 {
		j += 2
	} else if s.kind(j) == tWord && j < len(s.toks) && s.size(j) == 1 {
		j++ // 123B
	}
	for range 3 {
		k := j
		for k < len(s.toks) && (s.toks[k].kind == tSpace && !s.toks[k].newline || s.punct(k, ',') || s.punct(k, '-')) {
			k++
		}
		if k == j || s.wordBits(k)&unitCue == 0 {
			break
		}
		k++
		if s.punct(k, '.') {
			k++
		}
		k = s.skipSpace(k)
		if s.wordBits(k)&markerWord != 0 {
			k = s.skipSpace(k + 1)
			if s.punct(k, '.') || s.punct(k, 'o') {
				k = s.skipSpace(k + 1)
			}
		}
		if !s.alnum(k) || s.kind(k) == tWord && s.size(k) > 2 || s.size(k) > 5 {
			break
		}
		j = k + 1
		if s.punct(j, '-') && s.alnum(j+1) && s.size(j+1) <= 2 {
			j += 2
		}
	}
	return j
}

// blockLot reads "Mz. C Lt. 14", "mz b lote 5" and "Lote 5 Mz B". "Manzana" is
// also an apple, so it counts only with its lot.
func (s *scan) blockLot(i int) int {
	first := s.toks[i].bits
	j := s.short(i + 1)
	if j == 0 {
		return 0
	}
	k := j
	for k < len(s.toks) && (s.toks[k].kind == tSpace && !s.toks[k].newline || s.punct(k, ',') || s.punct(k, '-')) {
		k++
	}
	other := s.wordBits(k)
	if first&mzCue != 0 && other&lotCue != 0 || first&lotCue != 0 && other&mzCue != 0 {
		if b := s.short(k + 1); b > 0 {
			return s.unit(b)
		}
	}
	if first&mzCue != 0 && s.is(i, "mz") && s.kind(j-1) == tWord && s.punct(j, '-') && s.kind(j+1) == tNumber && j+1 < len(s.toks) {
		return j + 2 // Mz C-14
	}
	return 0
}

// short reads a block or lot: a letter or two, up to three digits, or both.
func (s *scan) short(j int) int {
	if s.punct(j, '.') || s.punct(j, ':') {
		j++
	}
	j = s.skipSpace(j)
	if s.wordBits(j)&markerWord != 0 && s.size(j) > 1 {
		j = s.skipSpace(j + 1)
		if s.punct(j, '.') || s.punct(j, 'o') {
			j = s.skipSpace(j + 1)
		}
	}
	if s.punct(j, '"') || s.punct(j, '\'') {
		j++
	}
	b, n := j, 0
	for s.alnum(b) && b < len(s.toks) && n <= 4 {
		n += s.size(b)
		b++
		if s.punct(b, '\'') || s.punct(b, '"') {
			b++
			break
		}
	}
	if n == 0 || n > 4 || s.kind(j) == tWord && s.size(j) > 2 {
		return 0
	}
	return b
}

// grid reads an address of a numbered street net, as in Colombia: "Calle 100 #
// 19-61", "cra 15 no 93 - 60".
func (s *scan) grid(i int) int {
	j := i + 1
	if s.punct(j, '.') {
		j++
	}
	j = s.skipSpace(j)
	if s.kind(j) != tNumber || j >= len(s.toks) || s.size(j) > 3 {
		return 0
	}
	j++
	if s.kind(j) == tWord && j < len(s.toks) && s.size(j) <= 2 {
		j++ // 15a
	}
	if k := s.skipSpace(j); s.is(k, "sur") || s.is(k, "norte") || s.is(k, "bis") || s.is(k, "este") {
		j = k + 1
	}
	k := s.skipSpace(j)
	if s.punct(k, '#') || s.wordBits(k)&markerWord != 0 {
		k++
		for s.punct(k, '.') || s.punct(k, 'o') {
			k++
		}
		k = s.skipSpace(k)
	} else if s.is(k, "con") {
		k = s.skipSpace(k + 1)
	} else if !s.punct(k, '-') {
		return 0
	} else {
		k = s.skipSpace(k + 1)
	}
	if s.kind(k) != tNumber || k >= len(s.toks) || s.size(k) > 3 || s.amount(k) {
		return 0
	}
	k++
	if s.kind(k) == tWord && k < len(s.toks) && s.size(k) <= 2 {
		k++
	}
	d := s.skipSpace(k)
	if s.punct(d, '-') {
		if e := s.skipSpace(d + 1); s.kind(e) == tNumber && e < len(s.toks) && s.size(e) <= 3 {
			return s.unit(e + 1)
		}
	}
	return k
}
