package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"antojo/internal/api/token"
	"antojo/internal/connector"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Sources says what the store holds and from where.
type Sources struct {
	First      string        `json:"first,omitempty" format:"date" doc:"first day with mentions"`
	Last       string        `json:"last,omitempty" format:"date"`
	Mentions   int64         `json:"mentions"`
	AboutFood  int64         `json:"about_food"`
	Entities   int           `json:"entities" doc:"entities that are named"`
	Synthetic  bool          `json:"synthetic" doc:"some come from the demo generator and are no facts about Peru"`
	Channels   []ChannelInfo `json:"channels" nullable:"false" doc:"most mentions first"`
	Connectors []string      `json:"connectors" nullable:"false" doc:"what can bring mentions in"`
}

// ChannelInfo is one channel of a source.
type ChannelInfo struct {
	Source   string     `json:"source" enum:"review,delivery,social,survey"`
	Channel  string     `json:"channel"`
	Mentions int64      `json:"mentions"`
	Newest   *time.Time `json:"newest" doc:"newest mention of the source"`
}

// RunList is the book of imports.
type RunList struct {
	Runs []Import `json:"runs" nullable:"false" doc:"newest first"`
}

// Model is a model that reads texts.
type Model struct {
	ID        string   `json:"id" example:"builtin"`
	Name      string   `json:"name"`
	Version   string   `json:"version,omitempty"`
	Type      string   `json:"type,omitempty" doc:"kind of model, e.g. bert"`
	Precision string   `json:"precision,omitempty" doc:"fp32 or int8"`
	Bytes     int64    `json:"bytes"`
	InUse     bool     `json:"in_use" doc:"reads now"`
	Chosen    bool     `json:"chosen" doc:"reads after the next start"`
	Absent    []string `json:"absent,omitempty" doc:"heads that it lacks"`
	Card      Any      `json:"card,omitempty" doc:"metrics of its evaluation, where it has them"`
}

// Models lists the models.
type Models struct {
	Models []Model `json:"models" nullable:"false"`
}

// Health says whether the server answers.
type Health struct {
	Status   string `json:"status" enum:"ok"`
	Version  string `json:"version"`
	Model    string `json:"model,omitempty" doc:"version of the model that reads"`
	Mentions *int64 `json:"mentions,omitempty"`
	Last     string `json:"last,omitempty" format:"date" doc:"last day with mentions"`
}

// LexiconReport says what a table of food words would do.
type LexiconReport struct {
	Add      int              `json:"add" doc:"rows that add an entity"`
	Merge    int              `json:"merge" doc:"rows that change one"`
	Disable  int              `json:"disable" doc:"rows that take one away"`
	Problems []LexiconProblem `json:"problems" nullable:"false" doc:"what is to be mended"`
}

// LexiconProblem is something to mend.
type LexiconProblem struct {
	Entity string `json:"entity"`
	What   string `json:"what"`
}

func (s *Server) registerSources() {
	add(s, get("list-sources", "service", "/sources", "What the store holds", "Days, counts and channels."), s.sources)
}

func (s *Server) sources(ctx context.Context, _ *struct{}) (*answer[Sources], error) {
	cov, err := s.o.Data.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	out := Sources{Mentions: cov.Mentions, AboutFood: cov.Relevant, Entities: cov.Entities, Synthetic: cov.Synthetic, Channels: []ChannelInfo{}, Connectors: []string{}}
	if cov.Mentions > 0 {
		out.First, out.Last = cov.First.String(), cov.Last.String()
	}
	for _, k := range connector.Builtin() {
		out.Connectors = append(out.Connectors, k.Name)
	}
	res, err := s.o.Data.Query(ctx, metric.Query{Filter: metric.Filter{AllTopics: true}, Measures: []string{"mentions"},
		By: []metric.Dimension{metric.BySource, metric.ByChannel}, Order: "-mentions", Limit: 1000})
	if err != nil {
		return nil, err
	}
	for _, r := range res.Rows {
		c := ChannelInfo{Source: r.Keys[0], Channel: r.Keys[1], Mentions: int64(r.Values[0].Value)}
		if at, ok := cov.Newest[mention.Source(c.Source)]; ok {
			c.Newest = &at
		}
		out.Channels = append(out.Channels, c)
	}
	return reply(out), nil
}

type runsIn struct {
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Most runs."`
}

type runIn struct {
	ID string `path:"id" maxLength:"100" doc:"Id of the run."`
}

func (s *Server) registerRuns() {
	add(s, get("list-runs", "service", "/runs", "List imports", "Of the command line, the pages and the API, and runs that read stored mentions anew."), func(ctx context.Context, in *runsIn) (*answer[RunList], error) {
		runs, err := s.o.Runs.Runs(ctx, in.Limit)
		if err != nil {
			return nil, err
		}
		out := RunList{Runs: []Import{}}
		for _, r := range runs {
			r.Rejections = nil // of each in its own entry
			out.Runs = append(out.Runs, importOf(r))
		}
		return reply(out), nil
	})
	add(s, get("get-run", "service", "/runs/{id}", "One import", ""), func(ctx context.Context, in *runIn) (*answer[Import], error) {
		run, err := s.o.Runs.Run(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return reply(importOf(run)), nil
	})
}

type modelIn struct {
	ID string `path:"id" maxLength:"200" doc:"Id of the model." example:"builtin"`
}

func (s *Server) registerModels() {
	add(s, get("list-models", "service", "/models", "List models", "The built-in one and those of the data dir."), func(ctx context.Context, _ *struct{}) (*answer[Models], error) {
		ms, err := s.o.Models(ctx)
		if err != nil {
			return nil, err
		}
		for i := range ms {
			ms[i].Card = nil
		}
		return reply(Models{ms}), nil
	})
	add(s, get("get-model", "service", "/models/{id}", "One model", "With the metrics of its evaluation."), func(ctx context.Context, in *modelIn) (*answer[Model], error) {
		ms, err := s.o.Models(ctx)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(ms, func(m Model) bool { return m.ID == in.ID })
		if i < 0 {
			return nil, problem(http.StatusNotFound, "there is no model %q; %s/models lists them", clip(in.ID), base)
		}
		return reply(ms[i]), nil
	})
}

func (s *Server) registerHealth() {
	op := get("get-health", "service", "/health", "Whether the server answers", "Needs no token.")
	op.Security = []map[string][]string{{}}
	add(s, op, func(ctx context.Context, _ *struct{}) (*answer[Health], error) {
		out := Health{Status: "ok", Version: s.o.Version}
		if s.o.Annotator != nil {
			out.Model = s.o.Annotator.Model()
		}
		if s.o.Data != nil && s.refuse(exchangeOf(ctx), token.Read) == nil {
			cov, err := s.o.Data.Coverage(ctx)
			if err != nil {
				return nil, err
			}
			if out.Mentions = &cov.Mentions; cov.Mentions > 0 {
				out.Last = cov.Last.String()
			}
		}
		return reply(out), nil
	})
}

const maxTable = 4 << 20

type tableIn struct {
	RawBody []byte `contentType:"text/csv"`
}

func (s *Server) registerLexicon() {
	op := post("check-lexicon", "annotate", "/lexicon/check", "Check a table of food words",
		"Lays a CSV table over the lexicon without writing anything, as `antojo lexicon check` does, and says what it would do and what is to be mended.", token.Annotate, http.StatusOK)
	op.MaxBodyBytes = maxTable
	add(s, op, func(_ context.Context, in *tableIn) (*answer[LexiconReport], error) {
		rep, err := s.o.CheckLexicon(strings.NewReader(string(in.RawBody)))
		if err != nil {
			return nil, fieldProblem("body", err.Error(), nil)
		}
		return reply(rep), nil
	})
}
