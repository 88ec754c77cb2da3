package trend_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
)

func TestRankSetsOfEntities(t *testing.T) {
	to := mention.Day(20700)
	st := world(t, to, map[string]planted{
		"uno":  {20, 20, 10, 22, mention.Review},
		"dos":  {20, 20, 10, 22, mention.Social},
		"tres": {30, 30, 30, 30, mention.Review},
	}, func(mention.Source, mention.Day) int { return 60 })
	base, sets, err := trend.Sets(metric.Filter{Kinds: []string{"dish"}}, []string{"juntos=uno,dos", "tres"}, func(id string) bool { return id != "nadie" })
	if err != nil {
		t.Fatal(err)
	}
	if base.Kinds != nil {
		t.Errorf("a set is compared with all mentions, not with those of %v", base.Kinds)
	}
	rep, err := trend.RankSubjects(t.Context(), st, sets, trend.Options{Filter: base, To: to})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]trend.Trend{}
	for _, x := range rep.Trends {
		got[x.Entity] = x
	}
	if len(got) != 2 {
		t.Fatalf("%d subjects, want 2", len(got))
	}
	if x := got["juntos"]; x.Kind != trend.SetSubject || x.N < 1100 || x.N > 1350 || x.Low < .5 || !x.Net.Defined {
		t.Errorf("juntos: kind %s, n %d, growth from %.2f, net %v", x.Kind, x.N, x.Low, x.Net)
	}
	// 44 a day of juntos beside 30 of tres and 120 of neither.
	if x := got["juntos"]; x.Voice.Value < .2 || x.Voice.Value > .25 {
		t.Errorf("juntos has %.3f of all mentions", x.Voice.Value)
	}
	if x := got["tres"]; x.Verdict == trend.Rising || x.High > .2 {
		t.Errorf("tres: %s, growth up to %.2f", x.Verdict, x.High)
	}
}

func TestSubjectsAreChecked(t *testing.T) {
	known := func(id string) bool { return id != "nadie" }
	many := make([]string, trend.MaxSubjects+1)
	for i := range many {
		many[i] = string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	for _, tc := range []struct {
		name  string
		sets  []string
		field string
	}{
		{"unknown", []string{"x=ceviche,nadie"}, "set"}, {"empty", []string{"x="}, "set"}, {"no name", []string{"=ceviche"}, "set"},
		{"twice", []string{"x=a", "x=b"}, "set"}, {"too many", many, "set"}, {"fine", []string{"x=b, a,a", "c"}, ""},
	} {
		_, got, err := trend.Sets(metric.Filter{}, tc.sets, known)
		var fe *metric.FieldError
		if tc.field == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			} else if d := cmp.Diff([]string{"a", "b"}, got[0].Filter.Entities); d != "" {
				t.Error(d)
			}
		} else if !errors.As(err, &fe) || fe.Field != tc.field {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if _, _, err := trend.Terms(metric.Filter{}, []string{"matcha", "  "}); err == nil {
		t.Error("an empty term is taken")
	}
	base, list := trend.Aspects(metric.Filter{Entities: []string{"ceviche"}, Aspects: []metric.AspectFilter{{Aspect: mention.Price}}})
	if len(list) != 3*int(mention.NumAspects) || base.Aspects != nil || len(base.Entities) != 1 {
		t.Errorf("%d subjects against %+v", len(list), base)
	}
	ids := map[string]bool{}
	for _, s := range list {
		ids[s.ID] = true
		if v := s.Filter.Values().Get("aspect"); v != s.ID {
			t.Errorf("subject %s selects aspect %q", s.ID, v)
		}
	}
	if !ids["price"] || !ids["price:neg"] || !ids["delivery:pos"] {
		t.Errorf("ids %v", ids)
	}
}

// asked counts the queries that reach a store.
type asked struct {
	trend.Querier
	queries int
}

func (a *asked) Query(ctx context.Context, q metric.Query) (metric.Result, error) {
	a.queries++
	return a.Querier.Query(ctx, q)
}

// Aspects are read together. Each must have what it has when it is asked for alone.
func TestRankAspectsTogether(t *testing.T) {
	to := mention.Day(20700)
	st := world(t, to, map[string]planted{"uno": {20, 20, 10, 22, mention.Review}, "dos": {8, 8, 8, 8, mention.Social}},
		func(mention.Source, mention.Day) int { return 30 })
	base, list := trend.Aspects(metric.Filter{Entities: []string{"uno"}})
	q := &asked{Querier: st}
	o := trend.Options{Filter: base, To: to}
	rep, err := trend.RankSubjects(t.Context(), q, list, o)
	if err != nil {
		t.Fatal(err)
	}
	if q.queries > 7 {
		t.Errorf("%d queries for %d aspects", q.queries, len(list))
	}
	got := map[string]trend.Trend{}
	for _, x := range rep.Trends {
		got[x.Entity] = x
	}
	if len(got) < 3 {
		t.Fatalf("only %d aspects have mentions", len(got))
	}
	for _, s := range list {
		s.Kind = trend.TermSubject // so it is asked for alone
		alone, err := trend.RankSubjects(t.Context(), st, []trend.Subject{s}, o)
		if err != nil {
			t.Fatal(err)
		}
		x, ok := got[s.ID]
		if ok != (len(alone.Trends) == 1) {
			t.Errorf("%s: ranked %v, alone %d", s.ID, ok, len(alone.Trends))
			continue
		}
		if !ok {
			continue
		}
		y := alone.Trends[0]
		if x.N != y.N || x.NPrevious != y.NPrevious || x.Net != y.Net || x.Voice != y.Voice {
			t.Errorf("%s: %d, %d, %+v, %+v; alone %d, %d, %+v, %+v", s.ID, x.N, x.NPrevious, x.Net, x.Voice, y.N, y.NPrevious, y.Net, y.Voice)
		}
	}
}
