package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// parseRow reads a mention from a line of the tables below:
// day source department stars author sentiment intent aspects entities, with - for
// nothing; "x" as sentiment = not scored, "!" before the day = not about food.
func parseRow(t *testing.T, n int, line string) mention.Annotated {
	t.Helper()
	p := strings.Fields(line)
	if len(p) != 9 {
		t.Fatalf("row %q: want 9 fields", line)
	}
	var m mention.Annotated
	m.Relevant = !strings.HasPrefix(p[0], "!")
	day, err := mention.ParseDay(strings.TrimPrefix(p[0], "!"))
	if err != nil {
		t.Fatal(err)
	}
	m.Mention.Time = day.Start().Add(time.Duration(n) * time.Minute)
	m.Source = mention.Source(p[1])
	m.Channel = "c"
	if p[2] != "-" {
		if m.Resolved, err = mention.DepartmentByCode(p[2]); err != nil {
			t.Fatal(err)
		}
	}
	if p[3] != "-" {
		m.Rating = float32(p[3][0] - '0')
	}
	if p[4] != "-" {
		m.Author = p[4]
	}
	if m.Scored = p[5] != "x"; m.Scored {
		m.Sentiment = mention.Sentiment(slices.Index(mention.SentimentLabels, p[5]) - 1)
		m.Intent = mention.Intent(slices.Index(mention.IntentLabels, p[6]))
	}
	for _, a := range strings.Split(p[7], ",") {
		if name, label, ok := strings.Cut(a, ":"); ok {
			m.Aspects[slices.Index(mention.AspectNames, name)] = mention.AspectLabel(slices.Index(mention.AspectLabels, label))
		}
	}
	for _, id := range strings.Split(p[8], ",") {
		if i := slices.IndexFunc(entities, func(e mention.Entity) bool { return e.ID == id }); i >= 0 {
			m.Entities = append(m.Entities, entities[i])
		} else if id != "-" {
			t.Fatalf("row %q: no entity %s", line, id)
		}
	}
	m.ID = mention.ContentID(&m.Mention, fmt.Sprint(n))
	return m
}

// dataset is small enough to check every expected row below by hand.
const dataset = `
2026-03-02 review   15 5 ana   pos recommend food:pos             ceviche,camote
2026-03-02 review   15 4 ana   pos other     food:pos,price:neg   ceviche
2026-03-03 delivery 15 1 beto  neg complain  delivery:neg         lomo-saltado
2026-03-04 social   04 - carla pos crave     food:pos             ceviche,ceviche
2026-03-09 social   04 - -     neu ask       -                    ceviche,pisco-sour
2026-03-10 survey   -  3 dora  neg complain  price:neg            lomo-saltado,inka-cola
2026-03-11 review   08 - -     x   -         -                    lomo-saltado
2026-04-01 review   08 2 eva   neg complain  food:neg,service:neg ceviche
!2026-04-01 social  08 - eva   pos other     -                    -
2026-04-02 delivery 15 5 beto  pos other     -                    -
`

// testExpectedRows states answers row by row: keys, value[low high]/n. The interval
// ends are those of the functions in metric, which are tested against published
// values there; here they show which interval a measure gets and what its n is.
func testExpectedRows(t *testing.T, open Opener) {
	s := open(t, t.TempDir())
	var ms []mention.Annotated
	for line := range strings.Lines(dataset) {
		if strings.TrimSpace(line) != "" {
			ms = append(ms, parseRow(t, len(ms), line))
		}
	}
	load(t, s, "m", ms, 4)
	tests := []struct {
		query string
		total int64
		rows  []string
	}{
		{"measures=mentions", 9, []string{"[] 9.0000[4.1154 17.0848]/9"}},
		{"measures=mentions&all=1", 10, []string{"[] 10.0000[4.7954 18.3904]/10"}},
		{"measures=mentions&entity=not-there", 0, []string{"[] 0.0000[0.0000 3.6889]/0"}},
		{"measures=authors,net_sentiment,mean_rating", 9, []string{"[] 5.0000[1.6235 11.6683]/7 0.1250[-0.4847 0.6847]/8 3.3333[1.6196 5.0000]/6"}},
		{"measures=mentions&by=entity&order=entity", 9, []string{
			"[camote] 1.0000[0.0253 5.5716]/1", "[ceviche] 5.0000[1.6235 11.6683]/5", "[inka-cola] 1.0000[0.0253 5.5716]/1",
			"[lomo-saltado] 3.0000[0.6187 8.7673]/3", "[pisco-sour] 1.0000[0.0253 5.5716]/1"}},
		{"measures=mentions&by=kind", 9, []string{ // a mention counts once for a kind
			"[dish] 8.0000[3.4538 15.7632]/8", "[brand] 1.0000[0.0253 5.5716]/1", "[drink] 1.0000[0.0253 5.5716]/1", "[ingredient] 1.0000[0.0253 5.5716]/1"}},
		{"measures=sov&by=entity&kind=dish", 8, []string{"[ceviche] 0.6250[0.3057 0.8632]/8", "[lomo-saltado] 0.3750[0.1368 0.6943]/8"}},
		{"measures=sov&entity=ceviche", 5, []string{"[] 0.4545[0.2127 0.7199]/11"}}, // 5 of 11 pairs
		{"measures=sov&entity=ceviche&by=month", 5, []string{"[2026-03-01] 0.4000[0.1682 0.6873]/10", "[2026-04-01] 1.0000[0.2065 1.0000]/1"}},
		{"measures=mentions&by=week", 9, []string{ // Mondays
			"[2026-03-02] 4.0000[1.0899 10.2416]/4", "[2026-03-09] 3.0000[0.6187 8.7673]/3", "[2026-03-30] 2.0000[0.2422 7.2247]/2"}},
		{"measures=positive_share,negative_share&by=department&order=department", 9, []string{
			"[] 0.0000[0.0000 0.7935]/1 1.0000[0.2065 1.0000]/1", "[04] 0.5000[0.0945 0.9055]/2 0.0000[0.0000 0.6576]/2",
			"[08] 0.0000[0.0000 0.7935]/1 1.0000[0.2065 1.0000]/1", "[15] 0.7500[0.3006 0.9544]/4 0.2500[0.0456 0.6994]/4"}},
		{"measures=mentions,aspect_net&by=aspect&order=aspect", 9, []string{
			"[food] 4.0000[1.0899 10.2416]/4 0.5000[-0.4211 1.0000]/4", "[price] 2.0000[0.2422 7.2247]/2 -1.0000[-1.0000 0.3487]/2",
			"[service] 1.0000[0.0253 5.5716]/1 -1.0000[-1.0000 0.7335]/1", "[delivery] 1.0000[0.0253 5.5716]/1 -1.0000[-1.0000 0.7335]/1"}},
		{"measures=aspect_net&aspect=food&by=entity&order=entity", 4, []string{"[camote] 1.0000[-0.7335 1.0000]/1", "[ceviche] 0.5000[-0.4211 1.0000]/4"}},
		{"measures=mentions&aspect=food:neg", 1, []string{"[] 1.0000[0.0253 5.5716]/1"}},
		{"measures=craving_rate&by=source&order=source", 9, []string{
			"[delivery] 0.0000[0.0000 0.6576]/2", "[review] 0.0000[0.0000 0.5615]/3", "[social] 0.5000[0.0945 0.9055]/2", "[survey] 0.0000[0.0000 0.7935]/1"}},
		{"measures=mentions&by=sentiment&order=sentiment", 9, []string{"[neg] 3.0000[0.6187 8.7673]/3", "[neu] 1.0000[0.0253 5.5716]/1", "[pos] 4.0000[1.0899 10.2416]/4"}},
		{"measures=mean_rating&by=source", 9, []string{ // highest first, none last
			"[review] 3.6667[1.0000 5.0000]/3", "[delivery] 3.0000[1.0000 5.0000]/2", "[survey] 3.0000[1.2185 4.7815]/1", "[social] –"}},
		{"measures=mentions&window=30d&by=month", 6, []string{"[2026-03-01] 4.0000[1.0899 10.2416]/4", "[2026-04-01] 2.0000[0.2422 7.2247]/2"}},
		{"measures=mentions&by=entity&limit=1", 9, []string{"[ceviche] 5.0000[1.6235 11.6683]/5"}},
	}
	for _, tt := range tests {
		v, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		q, err := metric.ParseQuery(v)
		if err != nil {
			t.Fatalf("%s: %v", tt.query, err)
		}
		got, err := s.Query(context.Background(), q)
		if err != nil {
			t.Errorf("%s: %v", tt.query, err)
			continue
		}
		if diff := cmp.Diff(tt.rows, rowText(got.Rows)); diff != "" || got.Total != tt.total {
			t.Errorf("%s: total %d, want %d; rows (-want +got):\n%s", tt.query, got.Total, tt.total, diff)
		}
	}
}

func testBadQueries(t *testing.T, open Opener) {
	s := open(t, t.TempDir())
	load(t, s, "m", NewGenerator(13).Many(10), 10)
	for _, tt := range []struct {
		q     metric.Query
		field string
	}{
		{metric.Query{}, "measures"},
		{metric.Query{Measures: []string{"likes"}}, "measures"},
		{metric.Query{Measures: []string{"sov"}}, "measures"},
		{metric.Query{Measures: []string{"aspect_net"}}, "measures"},
		{metric.Query{Measures: []string{"mentions"}, By: []metric.Dimension{"1; DROP TABLE mentions"}}, "by"},
		{metric.Query{Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByDay, metric.ByWeek}}, "by"},
		{metric.Query{Measures: []string{"mentions"}, Order: "-n"}, "order"},
		{metric.Query{Measures: []string{"mentions"}, Limit: -1}, "limit"},
		{metric.Query{Measures: []string{"mentions"}, Filter: metric.Filter{Kinds: []string{"soup"}}}, "kind"},
		{metric.Query{Measures: []string{"mentions"}, Filter: metric.Filter{Window: "3 days"}}, "window"},
	} {
		var field *metric.FieldError
		if _, err := s.Query(context.Background(), tt.q); !errors.As(err, &field) || field.Field != tt.field {
			t.Errorf("%+v: %v, want an error about %s", tt.q, err, tt.field)
		}
	}
}

// testEmpty: a store without mentions answers everything.
func testEmpty(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	q := metric.Query{Measures: []string{"mentions", "net_sentiment", "mean_rating", "authors"}, Filter: metric.Filter{Window: "28d"}}
	got, err := s.Query(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"[] 0.0000[0.0000 3.6889]/0 – – 0.0000[0.0000 3.6889]/0"}, rowText(got.Rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	q.By = []metric.Dimension{metric.ByEntity}
	if got, err := s.Query(ctx, q); err != nil || len(got.Rows) != 0 || got.Total != 0 {
		t.Errorf("by entity: %+v, %v", got, err)
	}
	if rows, next, err := s.Mentions(ctx, metric.Filter{}, store.Page{}); err != nil || len(rows) != 0 || next != "" {
		t.Errorf("mentions: %v %q %v", rows, next, err)
	}
	if c, err := s.Coverage(ctx); err != nil || c.Mentions != 0 || c.Last != 0 {
		t.Errorf("coverage: %+v, %v", c, err)
	}
	if days, volume, err := s.Daily(ctx, metric.Filter{}); err != nil || len(days)+len(volume) != 0 {
		t.Errorf("daily: %v %v %v", days, volume, err)
	}
	if co, err := s.CoMentions(ctx, "ceviche", metric.Filter{}, 5); err != nil || len(co) != 0 {
		t.Errorf("co-mentions: %v %v", co, err)
	}
	if err := s.Compact(ctx); err != nil {
		t.Errorf("compact: %v", err)
	}
}
