package api

import (
	"context"
	"slices"
	"strings"
	"sync"

	"antojo/internal/lexicon"
	"antojo/internal/metric"
)

// Entity is a food word of the lexicon.
type Entity struct {
	ID       string   `json:"id" example:"ceviche"`
	Name     string   `json:"name" doc:"Spanish name"`
	NameEN   string   `json:"name_en" doc:"English name or gloss"`
	Kind     string   `json:"kind" enum:"dish,ingredient,drink,brand,place"`
	Parent   string   `json:"parent,omitempty" doc:"id of the broader entity"`
	Variants []string `json:"variants" nullable:"false" doc:"other spellings that are understood"`
	Region   string   `json:"region,omitempty"`
	Season   []int    `json:"season,omitempty" doc:"months of its season, 1 to 12"`
	Tags     []string `json:"tags" nullable:"false"`
}

// Entities is a page of the lexicon.
type Entities struct {
	Total    int      `json:"total" doc:"entities that fit"`
	Entities []Entity `json:"entities" nullable:"false"`
	Next     string   `json:"next,omitempty" doc:"cursor of the next page; absent at the end"`
}

// EntityProfile is an entity with its figures over the days asked for.
type EntityProfile struct {
	Entity
	Children     []string `json:"children" nullable:"false" doc:"ids of narrower entities"`
	Window       Span     `json:"window"`
	Mentions     Value    `json:"mentions"`
	NetSentiment Value    `json:"net_sentiment"`
	ShareOfVoice Value    `json:"share_of_voice" doc:"among the entities of its kind"`
}

// EntitySeries is how an entity did over time.
type EntitySeries struct {
	Entity string        `json:"entity"`
	Grain  string        `json:"grain"`
	Window Span          `json:"window"`
	Points []SeriesPoint `json:"points" nullable:"false" doc:"oldest first; days, weeks or months without a mention are left out"`
}

// SeriesPoint is one day, week or month.
type SeriesPoint struct {
	Start  string           `json:"start" format:"date" doc:"its first day"`
	Values map[string]Value `json:"values" doc:"by measure"`
}

// entityIndex is the lexicon of the moment in the order of ids, with folded names to
// search.
type entityIndex struct {
	mu  sync.Mutex
	of  []lexicon.Info
	now *entityList
}

// entityList is never written again.
type entityList struct {
	list     []Entity
	words    []string // of list
	children map[string][]string
}

// get makes the list anew when the lexicon is another one.
func (x *entityIndex) get(lx Lexicon) *entityList {
	all := lx.All()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.now != nil && len(all) == len(x.of) && (len(all) == 0 || &all[0] == &x.of[0]) {
		return x.now
	}
	l := &entityList{children: map[string][]string{}}
	for _, in := range all {
		l.list = append(l.list, entityOf(in))
		if in.Parent != "" {
			l.children[in.Parent] = append(l.children[in.Parent], in.ID)
		}
	}
	slices.SortFunc(l.list, func(a, b Entity) int { return strings.Compare(a.ID, b.ID) })
	for _, e := range l.list {
		l.words = append(l.words, lexicon.Fold(strings.Join(append([]string{e.ID, e.Name, e.NameEN}, e.Variants...), "\n")))
	}
	for _, ids := range l.children {
		slices.Sort(ids)
	}
	x.of, x.now = all, l
	return l
}

func entityOf(in lexicon.Info) Entity {
	return Entity{ID: in.ID, Name: in.Name, NameEN: in.NameEN, Kind: in.Kind, Parent: in.Parent, Variants: append([]string{}, in.Variants...),
		Region: in.Region, Season: in.Season, Tags: append([]string{}, in.Tags...)}
}

type entitiesIn struct {
	Kind  string `query:"kind" enum:"dish,ingredient,drink,brand,place" doc:"Only this kind."`
	Text  string `query:"q" maxLength:"100" doc:"Part of a name or spelling, compared without case and accents." example:"cevi"`
	After string `query:"after" maxLength:"100" doc:"Cursor that the page before gave."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Most entities of a page."`
}

func (s *Server) registerEntities() {
	add(s, get("list-entities", "figures", "/entities", "List the lexicon", "Dishes, ingredients, drinks, brands and kinds of places in the order of their ids."), s.listEntities)
	one := get("get-entity", "figures", "/entities/{entity}", "One entity with its figures", "Over 28 days unless said otherwise.")
	one.Parameters = filterParams("entity", "kind")
	add(s, one, s.entity)
	ser := get("get-entity-series", "figures", "/entities/{entity}/series", "An entity over time", "By day, week or month, over a year unless said otherwise.")
	ser.Parameters = filterParams("entity", "kind")
	add(s, ser, s.entitySeries)
}

func (s *Server) listEntities(_ context.Context, in *entitiesIn) (*answer[Entities], error) {
	out := Entities{Entities: []Entity{}}
	word := lexicon.Fold(strings.TrimSpace(in.Text))
	all := s.entities.get(s.o.Lexicon)
	for i, e := range all.list {
		if in.Kind != "" && e.Kind != in.Kind || word != "" && !strings.Contains(all.words[i], word) {
			continue
		}
		out.Total++
		switch {
		case e.ID <= in.After:
		case len(out.Entities) < in.Limit:
			out.Entities = append(out.Entities, e)
		default:
			out.Next = out.Entities[len(out.Entities)-1].ID
		}
	}
	return reply(out), nil
}

type entityIn struct {
	Entity string `path:"entity" maxLength:"100" doc:"Id of the entity." example:"ceviche"`
}

func (s *Server) entity(ctx context.Context, in *entityIn) (*answer[EntityProfile], error) {
	info, f, err := s.entityFilter(ctx, in.Entity, defaultWindow)
	if err != nil {
		return nil, err
	}
	res, err := s.o.Data.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions", "net_sentiment"}})
	if err != nil {
		return nil, err
	}
	f.Kinds = []string{info.Kind}
	sov, err := s.o.Data.Query(ctx, metric.Query{Filter: f, Measures: []string{"sov"}})
	if err != nil {
		return nil, err
	}
	out := EntityProfile{Entity: entityOf(info), Children: append([]string{}, s.entities.get(s.o.Lexicon).children[info.ID]...), Window: spanOf(f.From, f.To)}
	if len(res.Rows) > 0 {
		out.Mentions, out.NetSentiment = valueOf(res.Rows[0].Values[0]), valueOf(res.Rows[0].Values[1])
	}
	if len(sov.Rows) > 0 {
		out.ShareOfVoice = valueOf(sov.Rows[0].Values[0])
	}
	return reply(out), nil
}

// entityFilter is the filter of a request that is about one entity.
func (s *Server) entityFilter(ctx context.Context, id, window string) (lexicon.Info, metric.Filter, error) {
	info, ok := s.o.Lexicon.Entity(id)
	if !ok {
		return info, metric.Filter{}, noEntity(id)
	}
	f, err := s.filter(ctx)
	if err == nil {
		f, err = s.span(ctx, f, window)
	}
	f.Entities = []string{info.ID}
	return info, f, err
}

type seriesIn struct {
	Entity   string   `path:"entity" maxLength:"100" doc:"Id of the entity." example:"ceviche"`
	Grain    string   `query:"grain" enum:"day,week,month" default:"week" doc:"Weeks are ISO weeks and begin on Monday."`
	Measures []string `query:"measures" maxItems:"10" doc:"Measures; mentions and net_sentiment unless said otherwise." example:"mentions,net_sentiment"`
}

func (s *Server) entitySeries(ctx context.Context, in *seriesIn) (*answer[EntitySeries], error) {
	info, f, err := s.entityFilter(ctx, in.Entity, "1y")
	if err != nil {
		return nil, err
	}
	q := metric.Query{Filter: f, Measures: in.Measures, By: []metric.Dimension{metric.Dimension(in.Grain)}, Order: in.Grain, Limit: maxRows}
	if len(q.Measures) == 0 {
		q.Measures = []string{"mentions", "net_sentiment"}
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	res, err := s.o.Data.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	out := EntitySeries{Entity: info.ID, Grain: in.Grain, Window: spanOf(f.From, f.To), Points: []SeriesPoint{}}
	for _, r := range res.Rows {
		p := SeriesPoint{Start: r.Keys[0], Values: map[string]Value{}}
		for i, m := range q.Measures {
			p.Values[m] = valueOf(r.Values[i])
		}
		out.Points = append(out.Points, p)
	}
	return reply(out), nil
}
