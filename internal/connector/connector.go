// Package connector names what brings mentions in. A connector is a folder here
// with its code, its testcases and one line in builtin.go; it passes the
// conformance suite in connectortest. Connectors yield raw rows: normalising,
// pseudonymising and redacting are the collector's work, so a connector never
// writes what it reads, not even to a log.
package connector

import (
	"context"

	"antojo/internal/mention"
)

// Connector yields the mentions of one source, once.
type Connector interface {
	// Name says where the mentions come from, e.g. a file name.
	Name() string
	// Collect calls yield for each mention in order, or reject with a reason for
	// what cannot be taken. It stops at the first error of yield and returns it,
	// and at the end of ctx. Both functions are called from one goroutine.
	Collect(ctx context.Context, yield func(mention.Raw) error, reject func(mention.Rejection)) error
	// Close releases what the connector holds.
	Close() error
}

// Settings are a connector's options as a user gives them: flags or a form.
type Settings map[string]string
