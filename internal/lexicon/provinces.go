package lexicon

import (
	"strings"

	"antojo/internal/mention"
)

// maxProvinces is the most that a department has (Áncash), and the 0 of none.
const maxProvinces = 20 + 1

// provincePops is the population that bears one name in one department, by province.
type provincePops [maxProvinces]int64

func addPop[K comparable](m map[K]*provincePops, key K, prov mention.Province, pop int64) {
	x := m[key]
	if x == nil {
		x = new(provincePops)
		m[key] = x
	}
	x[prov.Number()] += pop
}

// usual is the province that the name means: the one with usualShare of its
// population, so that "Lima" says the province and "Cusco" only the department.
func (x *provincePops) usual() uint8 {
	if x == nil {
		return 0
	}
	var sum int64
	best := 0
	for i, pop := range x {
		sum += pop
		if pop > x[best] {
			best = i
		}
	}
	if float64(x[best]) < usualShare*float64(sum) {
		return 0
	}
	return uint8(best)
}

// province is the one in d that the names found by the last resolve of text speak of
// most, 0 if two do so alike or none does. The name of a department counts only where
// nothing narrower is named: "en Huacho, Lima" is in Huaura.
func (s *placeScan) province(text string, d mention.Department) mention.Province {
	for _, wide := range []bool{false, true} {
		var score [maxProvinces]int
		best, alike := 0, false
		for _, h := range s.hits {
			if h.name.dept != wide {
				continue
			}
			for _, c := range h.name.cands {
				if c.dep == d {
					score[c.prov] += evidence(text, h)
				}
			}
		}
		for i := 1; i < maxProvinces; i++ {
			switch {
			case score[i] > score[best] || best == 0 && score[i] > 0:
				best, alike = i, false
			case score[i] == score[best] && score[i] > 0:
				alike = true
			}
		}
		if best != 0 {
			if alike {
				return 0
			}
			return mention.ProvinceOf(d, best)
		}
	}
	return 0
}

// provinceIn is the province in d that the text said, else the one of the district
// that the mention came with, else of the name of the establishment. A department
// of one province leaves no choice.
func (s *placeScan) provinceIn(d mention.Department, said mention.Province, place, district string) mention.Province {
	if said != 0 {
		return said
	}
	if p := s.g.seat(district, d); p != 0 {
		return p
	}
	if place != "" && s.resolve(place, d) == d {
		if p := s.province(place, d); p != 0 {
			return p
		}
	}
	if len(d.Provinces()) == 1 {
		return mention.ProvinceOf(d, 1)
	}
	return 0
}

// seat is the province in d of a field that holds a district, "district, province" or
// the like: of its first part that tells one.
func (g *Gazetteer) seat(field string, d mention.Department) mention.Province {
	if field == "" {
		return 0
	}
	for part := range strings.FieldsFuncSeq(field, fieldBreak) {
		p := pattern(part)
		for q := g.a.out[g.a.state(p)]; q >= 0; q = g.a.pats[q].next {
			x := &g.a.pats[q]
			if plainN(x.text) != plainN(p) {
				continue
			}
			for _, c := range g.names[x.ref].cands {
				if c.dep == d && c.seat != 0 {
					return mention.ProvinceOf(d, int(c.seat))
				}
			}
		}
	}
	return 0
}

// fieldBreak reports what parts a field of places into its names.
func fieldBreak(r rune) bool { return strings.ContainsRune(",/();", r) }
