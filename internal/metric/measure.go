package metric

import (
	"fmt"
	"slices"
	"strings"
)

// Counts are the sufficient statistics of one group: all that a measure needs to
// give a figure with its interval. All but Authors add up over disjoint groups.
type Counts struct {
	Mentions int64 // mentions in the group
	Scored   int64 // of these, read by the encoder: Neg + Neu + Pos
	Neg      int64
	Neu      int64
	Pos      int64
	Crave    int64 // mentions whose intent is craving

	Rated     int64   // mentions with stars
	RatingSum float64 // sum of their stars
	RatingSq  float64 // sum of their squares

	AspectNeg int64 // mentions that speak of the aspect asked for, by polarity
	AspectNeu int64
	AspectPos int64

	Authors  int64 // distinct keyed hashes
	Authored int64 // mentions with an author

	Voice int64 // (mention, entity) pairs of the entities asked for
	Set   int64 // (mention, entity) pairs of all entities of the same set
}

// Add adds the statistics of a disjoint group; Authors do not add up and stay out.
func (c *Counts) Add(o Counts) {
	c.Mentions += o.Mentions
	c.Scored += o.Scored
	c.Neg += o.Neg
	c.Neu += o.Neu
	c.Pos += o.Pos
	c.Crave += o.Crave
	c.Rated += o.Rated
	c.RatingSum += o.RatingSum
	c.RatingSq += o.RatingSq
	c.AspectNeg += o.AspectNeg
	c.AspectNeu += o.AspectNeu
	c.AspectPos += o.AspectPos
	c.Authored += o.Authored
	c.Voice += o.Voice
	c.Set += o.Set
}

// Sub takes the statistics of a part of the group away; Authors stay out.
func (c *Counts) Sub(o Counts) {
	c.Mentions -= o.Mentions
	c.Scored -= o.Scored
	c.Neg -= o.Neg
	c.Neu -= o.Neu
	c.Pos -= o.Pos
	c.Crave -= o.Crave
	c.Rated -= o.Rated
	c.RatingSum -= o.RatingSum
	c.RatingSq -= o.RatingSq
	c.AspectNeg -= o.AspectNeg
	c.AspectNeu -= o.AspectNeu
	c.AspectPos -= o.AspectPos
	c.Authored -= o.Authored
	c.Voice -= o.Voice
	c.Set -= o.Set
}

// Need names the statistics that a measure needs, for the store to compute no
// more than is asked. Mentions are always there.
type Need uint8

// Needs, a bit set.
const (
	NeedSentiment Need = 1 << iota // Scored, Neg, Neu, Pos
	NeedCrave                      // Crave, Scored
	NeedRating                     // Rated, RatingSum, RatingSq
	NeedAspect                     // AspectNeg, AspectNeu, AspectPos
	NeedAuthors                    // Authors, Authored
	NeedVoice                      // Voice, Set
)

// Unit says how a figure is written.
type Unit string

// Units.
const (
	UnitCount Unit = "count" // a whole number
	UnitShare Unit = "share" // 0..1, written in per cent
	UnitNet   Unit = "net"   // −1..1, written with its sign
	UnitStars Unit = "stars" // 1..5
)

// Measure is one row of the table of measures.
type Measure struct {
	Name     string // in queries and URLs
	Title    string // key of its title in the locales
	Unit     Unit
	Interval string // kind of interval, as named in docs/metrics.md
	Needs    Need
	Value    func(Counts) Value
}

// Measures is the table of all measures in display order.
var Measures = []Measure{
	{"mentions", "measure.mentions", UnitCount, "poisson", 0, func(c Counts) Value { return Count(c.Mentions) }},
	{"authors", "measure.authors", UnitCount, "poisson", NeedAuthors, authors},
	{"sov", "measure.sov", UnitShare, "wilson", NeedVoice, func(c Counts) Value { return Share(c.Voice, c.Set) }},
	{"net_sentiment", "measure.net_sentiment", UnitNet, "bonett-price", NeedSentiment, func(c Counts) Value { return Net(c.Pos, c.Neg, c.Scored) }},
	{"positive_share", "measure.positive_share", UnitShare, "wilson", NeedSentiment, func(c Counts) Value { return Share(c.Pos, c.Scored) }},
	{"neutral_share", "measure.neutral_share", UnitShare, "wilson", NeedSentiment, func(c Counts) Value { return Share(c.Neu, c.Scored) }},
	{"negative_share", "measure.negative_share", UnitShare, "wilson", NeedSentiment, func(c Counts) Value { return Share(c.Neg, c.Scored) }},
	{"aspect_net", "measure.aspect_net", UnitNet, "bonett-price", NeedAspect, func(c Counts) Value {
		return Net(c.AspectPos, c.AspectNeg, c.AspectNeg+c.AspectNeu+c.AspectPos)
	}},
	{"craving_rate", "measure.craving_rate", UnitShare, "wilson", NeedCrave, func(c Counts) Value { return Share(c.Crave, c.Scored) }},
	{"mean_rating", "measure.mean_rating", UnitStars, "student-t", NeedRating, func(c Counts) Value { return MeanRating(c.Rated, c.RatingSum, c.RatingSq) }},
}

// authors counts distinct keyed hashes. Its n is the number of mentions that
// carry an author: mentions without one cannot be told apart and are left out.
func authors(c Counts) Value {
	v := Count(c.Authors)
	v.N = c.Authored
	return v
}

// MeasureByName returns the measure with that name, or an error that lists all.
func MeasureByName(name string) (Measure, error) {
	for _, m := range Measures {
		if m.Name == name {
			return m, nil
		}
	}
	return Measure{}, &FieldError{Field: "measures", Value: name, Want: "one of " + strings.Join(measureNames(), ", ")}
}

func measureNames() []string {
	out := make([]string, len(Measures))
	for i, m := range Measures {
		out[i] = m.Name
	}
	return out
}

// Dimensions lists all dimensions in display order.
var Dimensions = []Dimension{ByEntity, ByKind, ByDepartment, ByProvince, BySource, ByChannel, BySentiment, ByIntent, ByAspect, ByDay, ByWeek, ByMonth}

// Time reports whether d is a grain of time.
func (d Dimension) Time() bool { return d == ByDay || d == ByWeek || d == ByMonth }

// DefaultLimit and MaxLimit bound the rows of a Result; MaxBy its dimensions.
const (
	DefaultLimit = 1000
	MaxLimit     = 1_000_000
	MaxBy        = 3
)

// Check reports what of q cannot be answered, naming the parameter. A query that
// passes has at least one measure, no repeats, and an order that is one of its own
// measures or dimensions.
func (q Query) Check() error {
	if len(q.Measures) == 0 {
		return &FieldError{Field: "measures", Want: "at least one of " + strings.Join(measureNames(), ", ")}
	}
	for i, name := range q.Measures {
		m, err := MeasureByName(name)
		if err != nil {
			return err
		}
		if slices.Contains(q.Measures[:i], name) {
			return &FieldError{Field: "measures", Value: name, Want: "each measure once"}
		}
		if m.Needs&NeedAspect != 0 && !slices.Contains(q.By, ByAspect) && len(q.Filter.Aspects) != 1 {
			return &FieldError{Field: "measures", Value: name, Want: "by=aspect or exactly one aspect in the filter beside it"}
		}
		if m.Needs&NeedVoice != 0 && !slices.Contains(q.By, ByEntity) && !slices.Contains(q.By, ByKind) && len(q.Filter.Entities) == 0 {
			return &FieldError{Field: "measures", Value: name, Want: "by=entity, by=kind or an entity in the filter beside it"}
		}
	}
	if len(q.By) > MaxBy {
		return &FieldError{Field: "by", Value: joinDims(q.By), Want: fmt.Sprintf("at most %d dimensions", MaxBy)}
	}
	times := 0
	for i, d := range q.By {
		if !slices.Contains(Dimensions, d) {
			return &FieldError{Field: "by", Value: string(d), Want: "one of " + joinDims(Dimensions)}
		}
		if slices.Contains(q.By[:i], d) {
			return &FieldError{Field: "by", Value: string(d), Want: "each dimension once"}
		}
		if d.Time() {
			times++
		}
	}
	if times > 1 {
		return &FieldError{Field: "by", Value: joinDims(q.By), Want: "only one of day, week, month"}
	}
	if name := strings.TrimPrefix(q.Order, "-"); q.Order != "" && !slices.Contains(q.Measures, name) && !slices.Contains(q.By, Dimension(name)) {
		return &FieldError{Field: "order", Value: q.Order, Want: "a measure or dimension of the query, with - before it for descending"}
	}
	if q.Limit < 0 || q.Limit > MaxLimit {
		return &FieldError{Field: "limit", Value: fmt.Sprint(q.Limit), Want: fmt.Sprintf("0 (for %d) to %d", DefaultLimit, MaxLimit)}
	}
	return q.Filter.Check()
}

func joinDims(ds []Dimension) string {
	s := make([]string, len(ds))
	for i, d := range ds {
		s[i] = string(d)
	}
	return strings.Join(s, ", ")
}

// Needs is the union of what the measures of q need.
func (q Query) Needs() Need {
	var n Need
	for _, name := range q.Measures {
		if m, err := MeasureByName(name); err == nil {
			n |= m.Needs
		}
	}
	return n
}
