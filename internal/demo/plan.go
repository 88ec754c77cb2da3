package demo

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"antojo/assets"
	"antojo/internal/mention"
)

// Plan is the written truth from which the set is drawn: what is talked of, how
// often, where, when, and what happens to it. It is immutable once parsed and
// safe for concurrent use.
type Plan struct {
	Start, End mention.Day // inclusive Lima days
	TailDays   int         // days at the end that are annotated live
	Seed       uint64
	Mentions   float64 // expected number without campaigns

	Channels    []Channel
	Departments []Department
	Families    []Family
	Entities    []Entity
	Feasts      []Feast
	Events      []Event
	Items       []PriceItem

	weekCV, dayCV, payday, none, companion, contacts float64

	kinds  []placeKind
	texts  *corpus
	places [][][]place // by department, by kind
	model  *model      // intensities, built once
	byID   map[string]int
}

// Channel is one source of mentions with its share of the volume.
type Channel struct {
	Name      string
	Source    mention.Source
	Share     float64     // of the volume, all channels running
	Growth    float64     // volume on the last day over the volume on the first
	Urban     float64     // 0 = by population … 1 = strongly urban and Lima
	Start     mention.Day // first day (the plan's first unless a connector came later)
	OffTopic  float64     // share not about food
	Authors   int         // size of the pool
	Anonymous float64     // share without an author
	Waves     []Rule      // runs only within these spans of each year, if any
	Week      [7]float64  // Monday … Sunday
	Meaning   string
}

// Department is a region with its weight and the cities that texts name.
type Department struct {
	ID         mention.Department
	Population float64
	Urban      float64 // share of urban population
	cities     weighted
}

// Family groups entities that are talked of alike.
type Family struct {
	Name       string
	dish       bool // statements about food in general fit
	Pos        float64
	low, high  float64 // prices in soles
	week       [7]float64
	kinds      weighted // of places
	companions weighted
	strong     []mention.Aspect
	weak       []mention.Aspect
	hours      string
}

// Entity is one thing that people mention, by its lexicon id.
type Entity struct {
	ID     string
	Family int
	Base   float64 // relative frequency
	Pos    float64 // share of positive among judging mentions
	Crave  float64 // factor on wanting it
	season season
	region [mention.NumDepartments + 1]float64
	chans  []float64 // factor by channel
	strong []mention.Aspect
	weak   []mention.Aspect

	one, many  string
	fem        bool
	plural     float64
	variants   weighted
	companions weighted
}

type season struct {
	size float64
	peak int // day of year
}

// Feast lifts entities around days given by a rule.
type Feast struct {
	Code, Name    string
	Rule          Rule
	Since         int // first year, 0 = always
	Before, After int // days over which the lift builds up and fades
	Shape         string
	Lifts         map[string]float64 // factor on the day, by entity id
	Chatter       float64            // share of mentions on the day that name the feast
	Basis         string
}

// Event kinds.
const (
	Step     = "step"     // factor Size from From on
	Ramp     = "ramp"     // factor grows to Size between From and To and stays
	Spike    = "spike"    // triangle up to Size between From and To
	Volume   = "volume"   // factor Size on a channel between From and To; 0 = outage
	Price    = "price"    // a staple's price rises to Size times
	Campaign = "campaign" // Size near-identical texts
)

// Event is a planted happening.
type Event struct {
	ID, Kind    string
	Subjects    map[string]float64 // entity ids; for price shocks with a weight
	From, To    mention.Day        // To = plan's end where open
	Size        float64
	Departments []mention.Department
	Channels    map[string]float64
	Detail      string // price: item; campaign: brand|authors
	Meaning     string
}

// PriceItem is a staple with a planted price series.
type PriceItem struct {
	Item, Unit, Place string
	Base              float64 // soles a unit
	Season            float64
}

type placeKind struct {
	id, one, many, title string
	fem                  bool
}

var load = sync.OnceValues(func() (*Plan, error) {
	sub, err := fs.Sub(assets.Demo, "demo")
	if err != nil {
		return nil, err
	}
	return Parse(sub)
})

// Load returns the plan that is built into the program.
func Load() (*Plan, error) { return load() }

// Parse reads a plan from a folder like assets/demo.
func Parse(dir fs.FS) (*Plan, error) {
	p := &Plan{byID: map[string]int{}}
	steps := []struct {
		file string
		row  func(rec) error
	}{
		{"settings.csv", p.setting},
		{"places.csv", p.kind},
		{"channels.csv", p.channel},
		{"departments.csv", p.department},
		{"families.csv", p.family},
		{"entities.csv", p.entity},
		{"feasts.csv", p.feast},
		{"events.csv", p.event},
		{"prices.csv", p.price},
	}
	for _, s := range steps {
		if err := eachRow(dir, s.file, s.row); err != nil {
			return nil, err
		}
	}
	if p.End <= p.Start || len(p.Entities) == 0 || len(p.Channels) == 0 {
		return nil, fmt.Errorf("demo plan is empty: check settings.csv, entities.csv and channels.csv")
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	texts, err := parseCorpus(dir)
	if err != nil {
		return nil, err
	}
	p.texts = texts
	if err := p.buildPlaces(); err != nil {
		return nil, err
	}
	p.model = newModel(p)
	return p, nil
}

// check reports ids in one table that another lacks.
func (p *Plan) check() error {
	need := func(where, id string) error {
		if _, ok := p.byID[id]; !ok {
			return fmt.Errorf("demo plan: %s names entity %q, which entities.csv lacks", where, id)
		}
		return nil
	}
	for _, f := range p.Feasts {
		for id := range f.Lifts {
			if err := need("feast "+f.Code, id); err != nil {
				return err
			}
		}
	}
	for _, e := range p.Events {
		for id := range e.Subjects {
			if err := need("event "+e.ID, id); err != nil {
				return err
			}
		}
		for c := range e.Channels {
			if p.channelIndex(c) < 0 {
				return fmt.Errorf("demo plan: event %s names channel %q, which channels.csv lacks", e.ID, c)
			}
		}
		if e.Kind == Price {
			if err := need("event "+e.ID, e.Detail); err != nil {
				return err
			}
		}
	}
	for _, f := range p.Families {
		for _, k := range f.kinds.items {
			if p.kindIndex(k) < 0 {
				return fmt.Errorf("demo plan: family %s names kind of place %q, which places.csv lacks", f.Name, k)
			}
		}
	}
	return nil
}

// Entity returns the planned entity with that lexicon id.
func (p *Plan) Entity(id string) (Entity, bool) {
	i, ok := p.byID[id]
	if !ok {
		return Entity{}, false
	}
	return p.Entities[i], true
}

// TailStart is the first day that is not in the shipped Parquet.
func (p *Plan) TailStart() mention.Day { return p.End - mention.Day(p.TailDays) + 1 }

func (p *Plan) channelIndex(name string) int {
	for i := range p.Channels {
		if p.Channels[i].Name == name {
			return i
		}
	}
	return -1
}

func (p *Plan) kindIndex(id string) int {
	for i := range p.kinds {
		if p.kinds[i].id == id {
			return i
		}
	}
	return -1
}

// rec is one CSV row by column name; the first conversion that fails is kept.
type rec struct {
	field map[string]string
	err   *error
}

func (r rec) fail(column, why string) {
	if *r.err == nil {
		*r.err = fmt.Errorf("column %s: %s: %q", column, why, r.field[column])
	}
}

func (r rec) str(c string) string {
	if _, ok := r.field[c]; !ok {
		r.fail(c, "no such column")
	}
	return r.field[c]
}

func (r rec) num(c string, otherwise float64) float64 {
	s := r.str(c)
	if s == "" {
		return otherwise
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || v > 1e9 {
		r.fail(c, "not a number from 0 on")
	}
	return v
}

func (r rec) date(c string, otherwise mention.Day) mention.Day {
	s := r.str(c)
	if s == "" {
		return otherwise
	}
	d, err := mention.ParseDay(s)
	if err != nil {
		r.fail(c, "not a date")
	}
	return d
}

// pairs parses "a:2|b|c:0.5"; the weight is 1 where none is given.
func (r rec) pairs(c string) (keys []string, weights []float64) {
	for _, s := range r.list(c) {
		k, w, ok := strings.Cut(s, ":")
		v := 1.0
		if ok {
			var err error
			if v, err = strconv.ParseFloat(w, 64); err != nil || v < 0 {
				r.fail(c, "weight is not a number from 0 on")
			}
		}
		keys, weights = append(keys, k), append(weights, v)
	}
	return keys, weights
}

func (r rec) weighted(c string) weighted {
	k, w := r.pairs(c)
	return newWeighted(k, w)
}

func (r rec) factors(c string) map[string]float64 {
	keys, weights := r.pairs(c)
	m := make(map[string]float64, len(keys))
	for i, k := range keys {
		m[k] = weights[i]
	}
	return m
}

func (r rec) list(c string) []string {
	s := r.str(c)
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func (r rec) week(c string) (w [7]float64) {
	l := r.list(c)
	if len(l) != 7 {
		r.fail(c, "not seven numbers, Monday to Sunday")
		return w
	}
	sum := 0.0
	for i, s := range l {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			r.fail(c, "not seven numbers, Monday to Sunday")
		}
		w[i] = v
		sum += v
	}
	for i := range w {
		w[i] *= 7 / sum
	}
	return w
}

func (r rec) aspects(c string) (out []mention.Aspect) {
	for _, s := range r.list(c) {
		i := index(mention.AspectNames, s)
		if i < 0 {
			r.fail(c, "not an aspect")
			continue
		}
		out = append(out, mention.Aspect(i))
	}
	return out
}

// eachRow calls f for every row of a CSV file with a header.
func eachRow(dir fs.FS, name string, f func(rec) error) error {
	file, err := dir.Open(name)
	if err != nil {
		return fmt.Errorf("demo plan: %w", err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("demo plan %s: %w", name, err)
	}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		m := make(map[string]string, len(row))
		for j, v := range row {
			m[rows[0][j]] = v
		}
		var bad error
		err := f(rec{m, &bad})
		if bad != nil {
			err = bad
		}
		if err != nil {
			return fmt.Errorf("demo plan %s row %d: %w", name, i+1, err)
		}
	}
	return nil
}

func (p *Plan) eventIndex(id string) int {
	for i := range p.Events {
		if p.Events[i].ID == id {
			return i
		}
	}
	return -1
}
