package prom

import (
	"context"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"antojo/internal/metric"
)

// family is one metric name.
type family struct {
	name   string
	kind   string // gauge or counter
	help   string
	labels []string // names of its labels, in the order of the documentation
	dims   []dim    // of a family of counts: what its labels are made of
	field  countField
	figure figure // of a family of measures
	trend  trendFigure
	read   func(*API, *request) ([]series, error)
}

// request is a selector with its time range.
type request struct {
	ctx        context.Context
	family     *family
	mint, maxt int64 // of samples, milliseconds, both included
	step       int64 // distance of evaluations if no range is selected; 0 = unknown
	whole      bool  // only the sum of all samples is used
	listing    bool  // only the labels are used
	matchers   []*labels.Matcher
	keep       *keeping
}

// matches reports whether a value of a label passes all its matchers.
func (r *request) matches(label, value string) bool {
	for _, m := range r.matchers {
		if m.Name == label && !m.Matches(value) {
			return false
		}
	}
	return true
}

// matched reports whether a matcher is on the label.
func (r *request) matched(label string) bool {
	return slices.ContainsFunc(r.matchers, func(m *labels.Matcher) bool { return m.Name == label })
}

// others reports whether the matchers on labels that the family lacks let its
// series pass: a missing label is an empty one.
func (r *request) others() bool {
	for _, m := range r.matchers {
		if !slices.Contains(r.family.labels, m.Name) && !m.Matches("") {
			return false
		}
	}
	return true
}

// gauge families hold a value for each day, stamped at the day's end; they are no
// counters, so that sum_over_time over n days is exactly the sum of n days, where
// increase() would extrapolate.
const countHelp = " Stamped at the end of the day (midnight in Lima); today is left out until it is over. Add days up with sum_over_time, never with increase or rate."

// catalog is the table of all families but those of the recorder.
func catalog() []family {
	cells := []dim{dimDepartment, dimSource, dimChannel}
	entity := []dim{dimEntity, dimDepartment, dimSource, dimChannel}
	out := []family{
		{name: "antojo_mentions", help: "Mentions about food in a day of Lima." + countHelp, dims: cells, field: fieldSentiment},
		{name: "antojo_entity_mentions", help: "Mentions that name an entity, in a day. A mention counts for each of its entities." + countHelp, dims: entity, field: fieldSentiment},
		{name: "antojo_intent_mentions", help: "Mentions by what the writer is after, in a day. Mentions that the encoder could not read are left out." + countHelp, dims: append([]dim{dimIntent}, cells...), field: fieldMentions},
		{name: "antojo_aspect_mentions", help: "Mentions that speak of an aspect, by polarity, in a day. A mention counts for each of its aspects." + countHelp, dims: append([]dim{dimAspect}, cells...), field: fieldAspect},
		{name: "antojo_entity_aspect_mentions", help: "Mentions that name an entity and speak of an aspect, by polarity, in a day." + countHelp, dims: append([]dim{dimAspect}, entity...), field: fieldAspect},
		{name: "antojo_rating_sum", help: "Sum of the stars of mentions that have them, in a day." + countHelp, dims: cells, field: fieldRatingSum},
		{name: "antojo_rating_count", help: "Mentions with stars, in a day." + countHelp, dims: cells, field: fieldRated},
		{name: "antojo_entity_rating_sum", help: "Sum of the stars of mentions that name an entity, in a day." + countHelp, dims: entity, field: fieldRatingSum},
		{name: "antojo_entity_rating_count", help: "Mentions with stars that name an entity, in a day." + countHelp, dims: entity, field: fieldRated},
	}
	for i := range out {
		f := &out[i]
		f.kind, f.read = "gauge", (*API).counts
		for _, d := range f.dims {
			f.labels = append(f.labels, labelsOf[d]...)
		}
		f.labels = append(f.labels, f.field.labels()...)
	}
	out = append(out, family{name: "antojo_today_mentions", kind: "gauge", labels: []string{"source", "sentiment"}, read: (*API).today,
		help: "Mentions about food so far today in Lima, stamped at the time of the question; the only figure of a day that is not over."})
	out = append(out, measureFamilies()...)
	return append(out, trendFamilies()...)
}

// dim is a dimension of the metrics layer as labels.
type dim uint8

const (
	dimEntity dim = iota
	dimDepartment
	dimSource
	dimChannel
	dimIntent
	dimAspect
)

// dimensions are the dimensions' names in the metrics layer.
var dimensions = [...]metric.Dimension{metric.ByEntity, metric.ByDepartment, metric.BySource, metric.ByChannel, metric.ByIntent, metric.ByAspect}

// labelsOf are the labels that each dimension gives.
var labelsOf = [...][]string{
	dimEntity:     {"entity", "name", "kind"},
	dimDepartment: {"department", "ubigeo", "geohash"},
	dimSource:     {"source"},
	dimChannel:    {"channel"},
	dimIntent:     {"intent"},
	dimAspect:     {"aspect"},
}

// Value of the labels of mentions without the thing.
const noValue = "none"
