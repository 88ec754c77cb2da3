// Package store says what a store of mentions answers. The stores themselves are
// its sub-packages (duckdb is the embedded default); each passes the same suite,
// storetest.
//
// Read next: duckdb/duckdb.go (opening), duckdb/load.go (the one write
// transaction), duckdb/compile.go (a metric.Query as SQL).
package store

import (
	"errors"
	"time"

	"antojo/internal/mention"
)

// Errors that a caller can act on; test with errors.Is.
var (
	ErrInUse    = errors.New("data is in use by another process")
	ErrDamaged  = errors.New("data file is damaged or not a store")
	ErrNewer    = errors.New("data was written by a newer version")
	ErrNotFound = errors.New("not found")
)

// Batch and Loaded are defined with the vocabulary, so that the pipeline needs no
// store; the names here are for readers of this package.
type (
	Batch  = mention.Batch
	Loaded = mention.Loaded
	Run    = mention.Run
)

// Page asks for a page of mentions, newest first.
type Page struct {
	After string // cursor that the page before returned; "" = from the newest
	Limit int    // 0 = 50, at most 1000
}

// CoMention is an entity that is named together with another one.
type CoMention struct {
	Entity    string
	N         int64   // mentions that name both
	NEntity   int64   // mentions that name Entity
	Base      int64   // all mentions that were looked at
	Lift      float64 // how many times more often than if the two had nothing to do with each other
	Low, High float64 // 95 % interval of Lift
}

// CoMentionDays is how far back co-mentions look: what goes with what changes, and
// the last quarter is cheap to scan at any size.
const CoMentionDays = 90

// EntityDay is what one entity did on one day.
type EntityDay struct {
	Entity      string
	Kind        string
	Day         mention.Day
	N, Pos, Neg int64
}

// SourceDay is the volume of one source on one day: the exposure that growth is
// measured against.
type SourceDay struct {
	Source mention.Source
	Day    mention.Day
	N      int64
}

// Coverage says what the store holds.
type Coverage struct {
	First, Last mention.Day // days with mentions; zero if there are none
	Mentions    int64
	Relevant    int64                        // mentions about food
	Entities    int                          // distinct entities named
	Synthetic   bool                         // some mentions come from the demo generator
	Newest      map[mention.Source]time.Time // last mention of each source, UTC
}

// Stats are figures about the store itself.
type Stats struct {
	Mentions    int64 // rows
	Pairs       int64 // (mention, entity) rows
	RollupRows  int64 // rows of all roll-ups, with those that wait to be merged
	DirtyDays   int64 // days whose roll-up rows wait to be merged
	FileBytes   int64 // data file and its write-ahead log
	MemoryBytes int64 // held by the engine
	Schema      int   // number of the last migration
}
