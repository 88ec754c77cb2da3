package preference

import "antojo/internal/metric"

// Quadrant is where an entity (or aspect) lies on the map of wanting and liking.
type Quadrant string

// Quadrants. A place is given only if both intervals lie on one side of the middle;
// Unclear says that one of them holds it, NoData that there are too few mentions.
const (
	Opportunity Quadrant = "opportunity" // craved more, liked less than the middle
	Strength    Quadrant = "strength"    // craved more, liked more
	Weakness    Quadrant = "weakness"    // craved less, liked less
	Comfort     Quadrant = "comfort"     // craved less, liked more
	Unclear     Quadrant = "unclear"
	NoData      Quadrant = "no-data"
)

// Quadrants lists all quadrants, what asks for action first.
var Quadrants = []Quadrant{Opportunity, Strength, Weakness, Comfort, Unclear, NoData}

// Point is one entity on the map.
type Point struct {
	ID       string
	Wanted   metric.Value // craving rate
	Liked    metric.Value // net sentiment
	Quadrant Quadrant
}

// Place puts an entity on the map, whose middle is the craving rate and the net
// sentiment of all that is compared. It is the importance–performance analysis of
// J. A. Martilla and J. C. James (Journal of Marketing 41:1 (1977) 77–79) with
// wanting in the place of importance, and with intervals: where a cross-hair of the
// classic map cuts a cloud of points, chance alone fills all four corners.
//
// The middle is taken as known. It holds the same errors of the model as the
// points, so an interval that is wide because of them is on the safe side.
func Place(id string, wanted, liked, midWanted, midLiked metric.Value) Point {
	p := Point{ID: id, Wanted: wanted, Liked: liked, Quadrant: Unclear}
	if !wanted.Defined || !liked.Defined || !midWanted.Defined || !midLiked.Defined || min(wanted.N, liked.N) < MinN {
		p.Quadrant = NoData
		return p
	}
	side := func(v, mid metric.Value) int {
		switch {
		case v.Low > mid.Value:
			return 1
		case v.High < mid.Value:
			return -1
		}
		return 0
	}
	switch w, l := side(wanted, midWanted), side(liked, midLiked); {
	case w > 0 && l < 0:
		p.Quadrant = Opportunity
	case w > 0 && l > 0:
		p.Quadrant = Strength
	case w < 0 && l < 0:
		p.Quadrant = Weakness
	case w < 0 && l > 0:
		p.Quadrant = Comfort
	}
	return p
}
