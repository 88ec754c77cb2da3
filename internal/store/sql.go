package store

import (
	"errors"
	"fmt"
)

// SQLError is what is wrong with a statement of an analyst, in words that may be shown.
// Line and Column count from 1, in characters; 0 = the place is not known.
type SQLError struct {
	Line, Column int
	Message      string
	Limit        bool // the statement is allowed, but was stopped: time or memory
}

// Error implements error.
func (e *SQLError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// ErrBusy says that as many statements run as may.
var ErrBusy = errors.New("too many statements at once")

// SQLKind says what the values of a column are.
type SQLKind uint8

// Kinds of values, and the Go type of those that are not nil.
const (
	SQLText  SQLKind = iota // string
	SQLInt                  // int64
	SQLFloat                // float64
	SQLBool                 // bool
	SQLDay                  // time.Time, midnight UTC
	SQLTime                 // time.Time, UTC
)

// SQLColumn is a column of an answer.
type SQLColumn struct {
	Name string
	Type string // as DuckDB writes it
	Kind SQLKind
}

// SQLView is a table that analysts may read.
type SQLView struct {
	Name    string
	About   string // English, one line
	Columns []SQLViewColumn
}

// SQLViewColumn is a column of a view.
type SQLViewColumn struct{ Name, Type, About string }
