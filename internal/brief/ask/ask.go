// Package ask answers questions in plain Spanish or English. A question becomes a Plan:
// one intent of a short list, with a metrics query that selects by days, food,
// department, source and aspect. Nothing else can be asked of the data, whatever the
// question says: there is no SQL and no free text in an answer. What does not fit a
// plan is answered with what can be asked.
//
// Read next: plan.go (what a plan is), parse.go (rules from words to plans), period.go
// (when), answer.go (sentences and table from a plan), choose.go (a language model may
// choose the plan, under the same schema).
package ask

import (
	"fmt"
	"net/url"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Intent is what a question wants to know.
type Intent string

// The intents: the allow-list.
const (
	Rising   Intent = "rising"   // what is said more of than before
	Falling  Intent = "falling"  // what is said less of
	Trend    Intent = "trend"    // how one food moves
	Top      Intent = "top"      // what is mentioned most
	Volume   Intent = "volume"   // how much is said
	Opinion  Intent = "opinion"  // how people speak
	Aspect   Intent = "aspect"   // how people speak of one aspect
	Liked    Intent = "liked"    // aspects, those first that are liked
	Disliked Intent = "disliked" // aspects, those first that are disliked
	Compare  Intent = "compare"  // two to six foods side by side
	Where    Intent = "where"    // in which departments
	Sources  Intent = "sources"  // from where it was read
	History  Intent = "history"  // by week or month
	Best     Intent = "best"     // foods by balance of opinions
	Worst    Intent = "worst"    //
	Craving  Intent = "craving"  // what people say they want
	Rating   Intent = "rating"   // mean of stars
)

// Intents lists them all.
var Intents = []Intent{Rising, Falling, Trend, Top, Volume, Opinion, Aspect, Liked, Disliked, Compare, Where, Sources, History, Best, Worst, Craving, Rating}

// Refusal says why a question is not answered.
type Refusal string

// Refusals.
const (
	Unknown      Refusal = "unknown"      // not understood, or not about what is said of food
	Sales        Refusal = "sales"        // sales, prices in money, market shares: mentions do not hold them
	Forecast     Refusal = "forecast"     // the future
	Cause        Refusal = "cause"        // why; the data show what, not why
	Person       Refusal = "person"       // who wrote it; no names are kept
	Instructions Refusal = "instructions" // speaks to the program
)

// Refusals lists them all.
var Refusals = []Refusal{Unknown, Sales, Forecast, Cause, Person, Instructions}

// MaxQuestion bounds a question in characters.
const MaxQuestion = 300

// DefaultWindow is meant where a question names no days.
const DefaultWindow = "28d"

// Plan is a question understood.
type Plan struct {
	Intent Intent
	Filter metric.Filter
	Weekly bool // History: by week, else by month
}

// Measures and dimensions that each intent asks for.
func (p Plan) shape() (measures []string, by []metric.Dimension, order string, limit int) {
	const rows = 10
	switch p.Intent {
	case Rising, Falling, Trend:
		return []string{"mentions", "net_sentiment"}, []metric.Dimension{metric.ByEntity}, "-mentions", rows
	case Top:
		return []string{"mentions", "sov"}, []metric.Dimension{metric.ByEntity}, "-mentions", rows
	case Volume:
		return []string{"mentions", "authors"}, nil, "", 1
	case Opinion:
		return []string{"net_sentiment", "positive_share", "negative_share", "mentions"}, nil, "", 1
	case Aspect:
		return []string{"aspect_net", "mentions"}, nil, "", 1
	case Liked:
		return []string{"aspect_net"}, []metric.Dimension{metric.ByAspect}, "-aspect_net", rows
	case Disliked:
		return []string{"aspect_net"}, []metric.Dimension{metric.ByAspect}, "aspect_net", rows
	case Compare:
		return []string{"mentions", "net_sentiment", "positive_share", "negative_share"}, []metric.Dimension{metric.ByEntity}, "-mentions", rows
	case Where:
		return []string{"mentions", "net_sentiment"}, []metric.Dimension{metric.ByDepartment}, "-mentions", 26
	case Sources:
		return []string{"mentions", "net_sentiment"}, []metric.Dimension{metric.BySource}, "-mentions", rows
	case History:
		if p.Weekly {
			return []string{"mentions", "net_sentiment"}, []metric.Dimension{metric.ByWeek}, "week", 120
		}
		return []string{"mentions", "net_sentiment"}, []metric.Dimension{metric.ByMonth}, "month", 120
	case Best, Worst:
		order := "-net_sentiment"
		if p.Intent == Worst {
			order = "net_sentiment"
		}
		return []string{"net_sentiment", "mentions"}, []metric.Dimension{metric.ByEntity}, order, 1000 // few have enough opinions
	case Craving:
		return []string{"craving_rate", "mentions"}, []metric.Dimension{metric.ByEntity}, "-craving_rate", 1000
	case Rating:
		return []string{"mean_rating", "mentions"}, nil, "", 1
	}
	return nil, nil, "", 0
}

// Query is the metrics query of the plan: the one thing that is asked of the data.
func (p Plan) Query() metric.Query {
	m, by, order, limit := p.shape()
	return metric.Query{Filter: p.Filter, Measures: m, By: by, Order: order, Limit: limit}
}

// Check holds a plan against the schema: the intent is of the list, the query can be
// answered, and there are as many foods and aspects as the intent needs. A plan that a
// language model chose passes here or is not asked.
func (p Plan) Check() error {
	if !slices.Contains(Intents, p.Intent) {
		return &metric.FieldError{Field: "intent", Value: string(p.Intent), Want: "one of the list"}
	}
	n := len(p.Filter.Entities)
	switch {
	case p.Intent == Compare && (n < 2 || n > 6):
		return &metric.FieldError{Field: "entity", Want: "two to six foods to compare"}
	case p.Intent == Trend && n != 1:
		return &metric.FieldError{Field: "entity", Want: "one food"}
	case p.Intent != Compare && n > 1:
		return &metric.FieldError{Field: "entity", Want: "one food at most"}
	case p.Intent == Aspect && len(p.Filter.Aspects) != 1:
		return &metric.FieldError{Field: "aspect", Want: "one aspect"}
	case p.Intent != Aspect && len(p.Filter.Aspects) > 0:
		return &metric.FieldError{Field: "aspect", Want: "no aspect with this intent"}
	case (p.Intent == Best || p.Intent == Worst || p.Intent == Top || p.Intent == Rising || p.Intent == Falling) && n > 0:
		return &metric.FieldError{Field: "entity", Want: "no food with this intent"}
	case p.Filter.Text != "" || p.Filter.Run != "" || p.Filter.Cluster != 0 || p.Filter.AllTopics:
		return &metric.FieldError{Field: "q", Want: "no search for words"}
	}
	return p.Query().Check()
}

// Link is the page that shows the same selection.
func (p Plan) Link() string {
	f := p.Filter
	path := "/menciones"
	switch p.Intent {
	case Rising, Falling, Top:
		path = "/tendencias"
	case Trend, History:
		path = "/"
	case Best, Worst, Craving, Liked, Disliked:
		path = "/preferencias"
	case Sources:
		path = "/"
	}
	if len(f.Entities) == 1 && path != "/menciones" {
		path, f.Entities = "/entidad/"+url.PathEscape(f.Entities[0]), nil
	}
	if q := f.Values().Encode(); q != "" {
		path += "?" + q
	}
	return path
}

// String is the plan in one line: the intent and the filter as URL parameters.
func (p Plan) String() string { return string(p.Intent) + "?" + p.Filter.Values().Encode() }

// Days resolves the days of the plan; last is the store's last day.
func (p Plan) Days(last mention.Day) (from, to mention.Day, err error) {
	f, err := p.Filter.Resolve(last)
	if err != nil {
		return 0, 0, fmt.Errorf("days of %s: %w", p, err)
	}
	if f.To == 0 || f.To > last {
		f.To = last
	}
	return f.From, f.To, nil
}
