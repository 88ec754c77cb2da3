// Package storetest is the suite that every store must pass. A store's test calls
// Run with a function that opens it; nothing here knows which store it is.
//
// Read next: oracle.go (the answers every store must give), load.go, pages.go.
package storetest

import (
	"context"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// Store is what the suite asks of a store.
type Store interface {
	Load(context.Context, mention.Batch) (mention.Loaded, error)
	Offset(ctx context.Context, stream string) (uint64, error)
	Query(context.Context, metric.Query) (metric.Result, error)
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
	Examples(ctx context.Context, f metric.Filter, among, each int) ([]mention.Annotated, error)
	Mention(context.Context, mention.ID) (mention.Annotated, error)
	CoMentions(ctx context.Context, entity string, f metric.Filter, limit int) ([]store.CoMention, error)
	Daily(context.Context, metric.Filter) ([]store.EntityDay, []store.SourceDay, error)
	DailyCounts(ctx context.Context, f metric.Filter, repeatsFrom mention.Day) (metric.Daily, error)
	Coverage(context.Context) (store.Coverage, error)
	Compact(context.Context) error
	PutRun(context.Context, mention.Run) error
	Run(ctx context.Context, id string) (mention.Run, error)
	Runs(ctx context.Context, limit int) ([]mention.Run, error)
	BeginCopies(context.Context) (mention.Pass, error)
	UnsearchedLoads(done int32) bool
	LoadDays(ctx context.Context, first mention.Day, after, upto int32) ([]mention.DayCount, error)
	CopyTexts(ctx context.Context, from, to mention.Day, after, upto int32, yield func(mention.CopyText) error) error
	MarkCopies(context.Context, []mention.CopyMark, mention.Pass) error
	LexiconPass(context.Context) (mention.LexiconPass, error)
	MentionDays(ctx context.Context, first mention.Day) ([]mention.DayCount, error)
	MentionsOfDays(ctx context.Context, from, to mention.Day, yield func(*mention.Annotated) error) error
	Reannotate(context.Context, []mention.Annotated, mention.LexiconPass) error
	CopiedDays(ctx context.Context, f metric.Filter, yield func(entity string, day mention.Day, copies int64)) error
	Close() error
}

// Opener opens the store whose data lie in dir, making it if dir is empty. Tests
// close a store and open it again on the same dir; the opener closes what is left
// open at the end of the test.
type Opener func(t testing.TB, dir string) Store

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	tests := []struct {
		name string
		test func(*testing.T, Opener)
	}{
		{"exactly once", testExactlyOnce},
		{"undated", testUndated},
		{"round trip", testRoundTrip},
		{"cancelled load", testCancelledLoad},
		{"runs", testRuns},
		{"expected rows", testExpectedRows},
		{"queries", testQueries},
		{"bad queries", testBadQueries},
		{"empty", testEmpty},
		{"pages", testPages},
		{"examples", testExamples},
		{"co-mentions", testCoMentions},
		{"daily", testDaily},
		{"daily counts", testDailyCounts},
		{"coverage", testCoverage},
		{"copies", testCopies},
		{"marks of copies", testMarks},
		{"annotated again", testReannotate},
		{"load beside queries", testConcurrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.test(t, open)
		})
	}
}
