package mention

import "time"

// RunStatus is the state of an import or collection run.
type RunStatus string

// A run is Running until its last row is loaded (Done) or it could not go on
// (Failed). A run found Running at start-up was interrupted: its accepted rows
// are safe, and giving the same file again adds only what is missing.
const (
	Running RunStatus = "running"
	Done    RunStatus = "done"
	Failed  RunStatus = "failed"
)

// Reannotation is the kind of a run that reads stored mentions anew after a change of
// the food words.
const Reannotation = "reannotation"

// Run is one import or collection: what was read and what became of its rows.
// Accepted and Duplicate are counted by the store in the transaction that loads
// the rows; everything else is written by the importer.
type Run struct {
	ID         string      `json:"id"`             // unique, sorts by start time
	File       string      `json:"file"`           // file or connector name
	Channel    string      `json:"channel"`        //
	Source     Source      `json:"source"`         //
	Started    time.Time   `json:"started"`        // UTC
	Finished   time.Time   `json:"finished"`       // UTC; zero while running
	Status     RunStatus   `json:"status"`         //
	Error      string      `json:"error"`          // why it failed, for the user
	Accepted   int64       `json:"accepted"`       // rows that are new in the store
	Duplicate  int64       `json:"duplicate"`      // rows that were there already
	Rejected   int64       `json:"rejected"`       // rows left out
	Undated    int64       `json:"undated"`        // rows without a date, also counted above
	Dead       int64       `json:"dead,omitempty"` // rows waiting in the dead-letter stream
	Rejections []Rejection `json:"rejections"`     // the first 1,000 rejected rows

	// Of runs that are no imports: what they do ("" = import, Reannotation), how many
	// mentions they go through, how many they have seen, and how many have changed.
	Kind    string `json:"kind,omitempty"`
	Total   int64  `json:"total,omitempty"`
	Seen    int64  `json:"seen,omitempty"`
	Changed int64  `json:"changed,omitempty"`
}
