// Package metric is the metrics layer: the one language in which pages, REST,
// Grafana, MCP and the brief writer ask for numbers. A Filter says which
// mentions, a Query says which measures by which dimensions, and a Result gives
// every figure with its n and a 95 % interval. The store compiles a Query to SQL;
// nothing else does.
//
// Read next: filter.go (URL form of a Filter), measure.go (the table of
// measures and their intervals).
package metric

import "antojo/internal/mention"

// Filter selects mentions. The zero value selects all mentions about food.
// Lists are OR within a field and AND between fields.
type Filter struct {
	From, To    mention.Day // inclusive Lima days; 0 = open
	Window      string      // 28d, 12w, 6m or 1y back from To, else from the store's last day; "" = none
	Entities    []string    // lexicon ids: those that name any
	With        []string    // lexicon ids that the mention must name too, each of them
	Kinds       []string    // dish, ingredient, drink, brand, place
	Departments []mention.Department
	Provinces   []mention.Province
	Sources     []mention.Source
	Channels    []string
	Sentiments  []mention.Sentiment
	Intents     []mention.Intent
	Aspects     []AspectFilter
	Text        string // words that must all occur, compared without case and accents
	AllTopics   bool   // also mentions that are not about food
	Run         string // one import run
	Raw         bool   // shares as the model counts them, not corrected for its errors

	Campaign Campaigns       // what becomes of mentions that are part of a campaign
	Cluster  mention.Cluster // near-copies of one text; 0 = any
}

// Campaigns says what becomes of copies that few authors spread.
type Campaigns string

// What a Filter does with campaigns. Including them is the zero value: they were
// written, and pages say that they are there.
const (
	IncludeCampaigns Campaigns = ""
	ExcludeCampaigns Campaigns = "exclude"
	OnlyCampaigns    Campaigns = "only"
)

// AspectFilter asks for mentions that speak of an aspect; Polarity AspectNone
// means any polarity.
type AspectFilter struct {
	Aspect   mention.Aspect
	Polarity mention.AspectLabel
}

// Dimension is something to group by.
type Dimension string

// Dimensions.
const (
	ByEntity     Dimension = "entity"
	ByKind       Dimension = "kind"
	ByDepartment Dimension = "department"
	ByProvince   Dimension = "province"
	BySource     Dimension = "source"
	ByChannel    Dimension = "channel"
	BySentiment  Dimension = "sentiment"
	ByIntent     Dimension = "intent"
	ByAspect     Dimension = "aspect"
	ByDay        Dimension = "day"
	ByWeek       Dimension = "week"  // ISO week, keyed by its Monday
	ByMonth      Dimension = "month" // keyed by its first day
)

// Query asks for measures grouped by dimensions.
type Query struct {
	Filter   Filter
	Measures []string    // names in Measures
	By       []Dimension // at most three
	Order    string      // a measure or dimension name; "-" before it = descending
	Limit    int         // 0 = default 1000
}

// Value is one figure. Defined is false where there is no data to compute it
// from (n = 0); a page then says so instead of showing zero.
type Value struct {
	Value   float64 `json:"value"`
	Low     float64 `json:"low"`  // 95 % interval
	High    float64 `json:"high"` //
	N       int64   `json:"n"`    // observations behind the figure
	Defined bool    `json:"defined"`

	// Corrected says that Value is corrected for the model's errors (package
	// prevalence); Raw is then the figure as the model counts it.
	Corrected bool    `json:"corrected"`
	Raw       float64 `json:"raw"`
}

// Row is one group of a Result. Keys are in the order of Query.By: entity id,
// kind, INEI code (of two digits, for provinces four), source, channel, label, aspect key, or ISO date.
type Row struct {
	Keys   []string `json:"keys"`
	Values []Value  `json:"values"` // in the order of Query.Measures
	Counts Counts   `json:"-"`      // what the values were computed from
}

// Result is the answer to a Query.
type Result struct {
	Query Query `json:"query"`
	Rows  []Row `json:"rows"`
	Total int64 `json:"total"` // mentions that the filter selects

	// Corrections says for each measure of the query whether its figures are
	// corrected for the model's errors, and if not why. Nil: nobody tried.
	Corrections []Correction `json:"corrections,omitempty"`
}

// Correction says how one measure of a Result was corrected for the model's errors.
type Correction struct {
	Model string `json:"model,omitempty"` // whose confusion matrix was used; "" = not corrected
	Why   Why    `json:"why,omitempty"`   // why not; "" if it was, or if the measure counts no labels of the model
}

// Why is a reason for which figures are shown as the model counts them.
type Why string

// Whys lists all reasons.
var Whys = []Why{WhyAsked, WhyNoMatrix, WhySeveral, WhySelection, WhyFewRows, WhyTooDeep}

// Reasons.
const (
	WhyAsked     Why = "asked"          // the query asks for it (correct=raw)
	WhyNoMatrix  Why = "no_matrix"      // no confusion matrix of the model is known
	WhySeveral   Why = "several_models" // the window holds labels of several models
	WhySelection Why = "selection"      // the query itself selects or groups by labels of the model
	WhyFewRows   Why = "few_rows"       // the development rows are too few, or the model too weak
	WhyTooDeep   Why = "too_deep"       // no dimension is left to tell the sources apart
)
