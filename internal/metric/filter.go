package metric

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/mention"
)

// FieldError says which parameter is wrong, what it was and what it may be.
type FieldError struct {
	Field string // parameter name
	Value string // as given
	Want  string // what is allowed
}

// Error implements error.
func (e *FieldError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: want %s", e.Field, e.Want)
	}
	v := e.Value
	if len(v) > 80 {
		v = strings.ToValidUTF8(v[:80], "") + "…"
	}
	return fmt.Sprintf("%s %q: want %s", e.Field, v, e.Want)
}

// Kinds lists the kinds of lexicon entities.
var Kinds = []string{"dish", "ingredient", "drink", "brand", "place"}

// FilterFields are the parameter names of a Filter; QueryFields those that a Query
// has beside them.
var (
	FilterFields = []string{"from", "to", "window", "entity", "with", "kind", "department", "province", "source", "channel", "sentiment", "intent", "aspect", "q", "all", "run", "correct", "campaign", "cluster"}
	QueryFields  = []string{"measures", "by", "order", "limit"}
)

// Bounds that keep a URL from asking for unbounded work.
const (
	maxValues = 100 // values of one field
	maxWord   = 200 // bytes of one value
	maxText   = 400 // bytes of the text searched for
)

// ParseFilter reads a Filter from URL parameters; parameters it does not know are
// left to others. A field may be repeated, or hold several values with commas
// (not channel, run and q, where a comma is part of the value).
func ParseFilter(v url.Values) (Filter, error) {
	p := parser{v: v}
	f := Filter{
		From:        p.day("from"),
		To:          p.day("to"),
		Window:      p.one("window"),
		Entities:    p.list("entity"),
		With:        p.list("with"),
		Kinds:       p.list("kind"),
		Departments: each(&p, "department", parseDepartment),
		Provinces:   each(&p, "province", parseProvince),
		Sources:     each(&p, "source", parseSource),
		Channels:    p.whole("channel"),
		Sentiments:  each(&p, "sentiment", parseSentiment),
		Intents:     each(&p, "intent", parseIntent),
		Aspects:     each(&p, "aspect", parseAspect),
		Text:        p.one("q"),
		AllTopics:   p.flag("all"),
		Run:         p.one("run"),
		Raw:         p.raw("correct"),
		Campaign:    p.campaigns("campaign"),
		Cluster:     p.cluster("cluster"),
	}
	if p.err != nil {
		return Filter{}, p.err
	}
	f = f.Canonical()
	if err := f.Check(); err != nil {
		return Filter{}, err
	}
	return f, nil
}

// Canonical returns f with every list sorted and without repeats, so that equal
// selections have equal values and equal URLs. It does not change f's own lists.
func (f Filter) Canonical() Filter {
	f.Text = strings.Join(strings.Fields(f.Text), " ")
	f.Entities = canonical(f.Entities, strings.Compare)
	f.With = canonical(f.With, strings.Compare)
	f.Kinds = canonical(f.Kinds, strings.Compare)
	f.Departments = canonical(f.Departments, func(a, b mention.Department) int { return int(a) - int(b) })
	f.Provinces = canonical(f.Provinces, func(a, b mention.Province) int { return int(a) - int(b) })
	f.Sources = canonical(f.Sources, func(a, b mention.Source) int { return strings.Compare(string(a), string(b)) })
	f.Channels = canonical(f.Channels, strings.Compare)
	f.Sentiments = canonical(f.Sentiments, func(a, b mention.Sentiment) int { return int(a) - int(b) })
	f.Intents = canonical(f.Intents, func(a, b mention.Intent) int { return int(a) - int(b) })
	f.Aspects = canonical(f.Aspects, func(a, b AspectFilter) int {
		return (int(a.Aspect)-int(b.Aspect))*8 + int(a.Polarity) - int(b.Polarity)
	})
	return f
}

func canonical[T comparable](in []T, cmp func(a, b T) int) []T {
	if len(in) == 0 {
		return nil
	}
	out := slices.Clone(in)
	slices.SortFunc(out, cmp)
	return slices.Compact(out)
}

// Check reports the first field of f that has no meaning.
func (f Filter) Check() error {
	if f.From != 0 && f.To != 0 && f.From > f.To {
		return &FieldError{Field: "from", Value: f.From.String(), Want: "a day not after to=" + f.To.String()}
	}
	if f.Window != "" {
		if _, _, err := parseWindow(f.Window); err != nil {
			return err
		}
		if f.From != 0 {
			return &FieldError{Field: "window", Value: f.Window, Want: "either window or from, not both"}
		}
	}
	for _, k := range f.Kinds {
		if !slices.Contains(Kinds, k) {
			return &FieldError{Field: "kind", Value: k, Want: "one of " + strings.Join(Kinds, ", ")}
		}
	}
	for _, d := range f.Departments {
		if d > mention.NumDepartments {
			return &FieldError{Field: "department", Value: strconv.Itoa(int(d)), Want: departmentWant}
		}
	}
	for _, p := range f.Provinces {
		if !p.Valid() {
			return &FieldError{Field: "province", Value: strconv.Itoa(int(p)), Want: provinceWant}
		}
	}
	for _, s := range f.Sources {
		if _, err := parseSource(string(s)); err != nil {
			return err
		}
	}
	for _, s := range f.Sentiments {
		if s < mention.Negative || s > mention.Positive {
			return &FieldError{Field: "sentiment", Value: strconv.Itoa(int(s)), Want: oneOf(mention.SentimentLabels)}
		}
	}
	for _, i := range f.Intents {
		if int(i) >= len(mention.IntentLabels) {
			return &FieldError{Field: "intent", Value: strconv.Itoa(int(i)), Want: oneOf(mention.IntentLabels)}
		}
	}
	for _, a := range f.Aspects {
		if a.Aspect >= mention.NumAspects || int(a.Polarity) >= len(mention.AspectLabels) {
			return &FieldError{Field: "aspect", Value: fmt.Sprintf("%d:%d", a.Aspect, a.Polarity), Want: aspectWant}
		}
	}
	if f.Campaign != IncludeCampaigns && f.Campaign != ExcludeCampaigns && f.Campaign != OnlyCampaigns {
		return &FieldError{Field: "campaign", Value: string(f.Campaign), Want: campaignWant}
	}
	if len(f.Text) > maxText {
		return &FieldError{Field: "q", Value: f.Text, Want: fmt.Sprintf("at most %d bytes", maxText)}
	}
	return nil
}

// Values is the one canonical URL form of f: repeated parameters, sorted, no
// empty ones. ParseFilter(f.Values()) gives f.Canonical() back.
func (f Filter) Values() url.Values {
	f = f.Canonical()
	v := url.Values{}
	set := func(name, s string) {
		if s != "" {
			v.Set(name, s)
		}
	}
	if f.From != 0 {
		set("from", f.From.String())
	}
	if f.To != 0 {
		set("to", f.To.String())
	}
	set("window", f.Window)
	add(v, "entity", f.Entities, func(s string) string { return s })
	add(v, "with", f.With, func(s string) string { return s })
	add(v, "kind", f.Kinds, func(s string) string { return s })
	add(v, "department", f.Departments, departmentValue)
	add(v, "province", f.Provinces, provinceValue)
	add(v, "source", f.Sources, func(s mention.Source) string { return string(s) })
	add(v, "channel", f.Channels, func(s string) string { return s })
	add(v, "sentiment", f.Sentiments, mention.Sentiment.String)
	add(v, "intent", f.Intents, mention.Intent.String)
	add(v, "aspect", f.Aspects, AspectFilter.String)
	set("q", f.Text)
	if f.AllTopics {
		v.Set("all", "1")
	}
	set("run", f.Run)
	if f.Raw {
		v.Set("correct", "raw")
	}
	set("campaign", string(f.Campaign))
	set("cluster", f.Cluster.String())
	return v
}

func add[T any](v url.Values, name string, list []T, str func(T) string) {
	for _, x := range list {
		v.Add(name, str(x))
	}
}

// ParseQuery reads a Query from URL parameters. Unlike ParseFilter it reports a
// parameter that is neither a field nor one of others: a mistyped name would
// otherwise silently widen the answer.
func ParseQuery(v url.Values, others ...string) (Query, error) {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !slices.Contains(FilterFields, name) && !slices.Contains(QueryFields, name) && !slices.Contains(others, name) {
			return Query{}, &FieldError{Field: "parameter", Value: name, Want: oneOf(append(slices.Clone(QueryFields), FilterFields...))}
		}
	}
	f, err := ParseFilter(v)
	if err != nil {
		return Query{}, err
	}
	p := parser{v: v}
	q := Query{Filter: f, Measures: p.list("measures"), Order: p.one("order")}
	for _, d := range p.list("by") {
		q.By = append(q.By, Dimension(d))
	}
	if s := p.one("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return Query{}, &FieldError{Field: "limit", Value: s, Want: fmt.Sprintf("a whole number up to %d", MaxLimit)}
		}
		q.Limit = n
	}
	if p.err != nil {
		return Query{}, p.err
	}
	if err := q.Check(); err != nil {
		return Query{}, err
	}
	return q, nil
}

// Values is the canonical URL form of q; the order of measures and dimensions is
// kept, since it is the order of the columns.
func (q Query) Values() url.Values {
	v := q.Filter.Values()
	if len(q.Measures) > 0 {
		v.Set("measures", strings.Join(q.Measures, ","))
	}
	if len(q.By) > 0 {
		v.Set("by", strings.ReplaceAll(joinDims(q.By), ", ", ","))
	}
	if q.Order != "" {
		v.Set("order", q.Order)
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	return v
}

// MarshalText writes the canonical URL form, which is how a query is shown in JSON.
func (q Query) MarshalText() ([]byte, error) { return []byte(q.Values().Encode()), nil }

// UnmarshalText reads what MarshalText writes.
func (q *Query) UnmarshalText(b []byte) error {
	v, err := url.ParseQuery(string(b))
	if err != nil {
		return fmt.Errorf("query %q: %w", b, err)
	}
	*q, err = ParseQuery(v)
	return err
}

// Resolve returns f with its Window turned into From and To: the days up to To if
// it is set, else up to last (the last day that the store has mentions of).
func (f Filter) Resolve(last mention.Day) (Filter, error) {
	if f.Window == "" {
		return f, nil
	}
	n, unit, err := parseWindow(f.Window)
	if err != nil {
		return f, err
	}
	if f.To == 0 {
		f.To = last
	}
	switch unit {
	case 'd':
		f.From = f.To - mention.Day(n) + 1
	case 'w':
		f.From = f.To - mention.Day(7*n) + 1
	case 'm':
		f.From = mention.Day(f.To.Date().AddDate(0, -n, 0).Unix()/86400) + 1
	case 'y':
		f.From = mention.Day(f.To.Date().AddDate(-n, 0, 0).Unix()/86400) + 1
	}
	f.Window = ""
	return f, nil
}

// parseWindow reads a count and a unit: 28d, 12w, 6m, 1y.
func parseWindow(s string) (int, byte, error) {
	bad := &FieldError{Field: "window", Value: s, Want: "a number of days, weeks, months or years such as 28d, 12w, 6m, 1y (up to 20 years)"}
	if len(s) < 2 || len(s) > 5 || s[0] < '1' || s[0] > '9' {
		return 0, 0, bad
	}
	unit := s[len(s)-1]
	limit, ok := map[byte]int{'d': 7305, 'w': 1043, 'm': 240, 'y': 20}[unit]
	n, err := strconv.Atoi(s[:len(s)-1])
	if !ok || err != nil || n > limit {
		return 0, 0, bad
	}
	return n, unit, nil
}

// String is the URL form: food, or food:neg.
func (a AspectFilter) String() string {
	if a.Polarity == mention.AspectNone {
		return a.Aspect.String()
	}
	return a.Aspect.String() + ":" + a.Polarity.String()
}

const (
	departmentWant = "an INEI code 01 to 25, or none"
	provinceWant   = "an INEI code of four digits such as 1501 (Lima), or none"
)

var aspectWant = oneOf(mention.AspectNames) + ", with :neg, :neu or :pos after it for one polarity"

const campaignWant = "one of include, exclude, only"

func oneOf(names []string) string { return "one of " + strings.Join(names, ", ") }

func departmentValue(d mention.Department) string {
	if d == 0 {
		return "none"
	}
	return d.Code()
}

func parseDepartment(s string) (mention.Department, error) {
	if s == "none" {
		return 0, nil
	}
	if len(s) == 1 {
		s = "0" + s
	}
	d, err := mention.DepartmentByCode(s)
	if err != nil {
		return 0, &FieldError{Field: "department", Value: s, Want: departmentWant}
	}
	return d, nil
}

func provinceValue(p mention.Province) string {
	if p == 0 {
		return "none"
	}
	return p.Code()
}

func parseProvince(s string) (mention.Province, error) {
	if s == "none" {
		return 0, nil
	}
	p, err := mention.ProvinceByCode(s)
	if err != nil {
		return 0, &FieldError{Field: "province", Value: s, Want: provinceWant}
	}
	return p, nil
}

func parseSource(s string) (mention.Source, error) {
	src, err := mention.ParseSource(s)
	if err != nil {
		return "", &FieldError{Field: "source", Value: s, Want: "one of review, delivery, social, survey"}
	}
	return src, nil
}

func parseSentiment(s string) (mention.Sentiment, error) {
	i := slices.Index(mention.SentimentLabels, s)
	if i < 0 {
		return 0, &FieldError{Field: "sentiment", Value: s, Want: oneOf(mention.SentimentLabels)}
	}
	return mention.Sentiment(i - 1), nil
}

func parseIntent(s string) (mention.Intent, error) {
	i := slices.Index(mention.IntentLabels, s)
	if i < 0 {
		return 0, &FieldError{Field: "intent", Value: s, Want: oneOf(mention.IntentLabels)}
	}
	return mention.Intent(i), nil
}

func parseAspect(s string) (AspectFilter, error) {
	name, pol, has := strings.Cut(s, ":")
	i := slices.Index(mention.AspectNames, name)
	j := 0
	if has {
		if j = slices.Index(mention.AspectLabels, pol); j == 0 {
			j = -1 // "food:none" would read as food without polarity
		}
	}
	if i < 0 || j < 0 {
		return AspectFilter{}, &FieldError{Field: "aspect", Value: s, Want: aspectWant}
	}
	return AspectFilter{Aspect: mention.Aspect(i), Polarity: mention.AspectLabel(j)}, nil
}
