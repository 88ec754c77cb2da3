package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"antojo/internal/mention"
)

// place is an invented establishment. Its name always holds the word "Demo".
type place struct {
	name    string
	city    string
	quality float64 // added to the share of positive, -0.15..0.15
}

// buildPlaces invents establishments of every kind in every department, more
// where more people live.
func (p *Plan) buildPlaces() error {
	names := p.texts.words["place"]
	if len(names) < 20 {
		return fmt.Errorf("demo plan: slots.txt has only %d names of places", len(names))
	}
	p.places = make([][][]place, len(p.Departments))
	for d, dep := range p.Departments {
		p.places[d] = make([][]place, len(p.kinds))
		n := 2 + int(dep.Population*dep.Urban/700_000)
		for k, kind := range p.kinds {
			rng := p.newRand(forPlaces, uint64(d), uint64(k))
			order := rng.Perm(len(names))
			for i := range min(n, len(names)) {
				p.places[d][k] = append(p.places[d][k], place{
					name:    kind.title + " Demo " + names[order[i]],
					city:    dep.cities.draw(rng),
					quality: 0.3 * (rng.Float64() - 0.5),
				})
			}
		}
	}
	return nil
}

// drawPlace picks a place of a kind that suits the family; the first ones of a
// list are visited most.
func (p *Plan) drawPlace(rng *rand.Rand, dep mention.Department, family int) (place, int) {
	k := p.kindIndex(p.Families[family].kinds.draw(rng))
	list := p.places[dep-1][k]
	u := rng.Float64()
	return list[int(u*u*float64(len(list)))], k
}

// author draws a pseudonymous author of a channel who lives in a department. Few
// write often: the rank is the cube of a uniform draw.
func (p *Plan) author(rng *rand.Rand, c int, dep mention.Department) string {
	ch := &p.Channels[c]
	if rng.Float64() < ch.Anonymous {
		return ""
	}
	cum := p.model.allCum[c]
	own := cum[dep-1]
	if dep > 1 {
		own -= cum[dep-2]
	}
	pool := max(3, int(float64(ch.Authors)*own/cum[len(cum)-1]))
	rank := int(math.Pow(rng.Float64(), 3) * float64(pool))
	return fmt.Sprintf("demo-%s-%s-%04d", ch.Name, dep.Code(), rank)
}

// Hours at which families are talked of: centre and spread in hours.
var hours = map[string][2]float64{
	"morning": {9.2, 1.6}, "lunch": {14.2, 1.4}, "evening": {17.8, 1.8}, "night": {20.6, 1.5}, "day": {13.5, 3},
}

// second draws the time of day in seconds after midnight in Lima.
func second(rng *rand.Rand, source mention.Source, when string) int64 {
	at := hours[when]
	switch {
	case source == mention.Survey:
		at = [2]float64{14, 3.2}
	case source == mention.Social && rng.Float64() < 0.5:
		at = [2]float64{20, 2.8}
	case source == mention.Review:
		at[0] += 1.5 // people write after they ate
		at[1] *= 1.4
	}
	s := int64((at[0] + at[1]*rng.NormFloat64()) * 3600)
	return ((s % 86400) + 86400) % 86400
}

// stars draws a rating that fits the sentiment; 0 where the source has none.
func stars(rng *rand.Rand, source mention.Source, s mention.Sentiment) float32 {
	switch {
	case source == mention.Social || source == mention.Survey:
		return 0
	case source == mention.Delivery && rng.Float64() < 0.3:
		return 0
	}
	u := rng.Float64()
	pick := func(a, b, c float32, pa, pb float64) float32 {
		switch {
		case u < pa:
			return a
		case u < pa+pb:
			return b
		}
		return c
	}
	switch s {
	case mention.Positive:
		return pick(5, 4, 3, 0.72, 0.25)
	case mention.Negative:
		return pick(1, 2, 3, 0.52, 0.34)
	}
	return pick(3, 4, 2, 0.62, 0.25)
}

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
