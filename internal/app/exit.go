package app

import (
	"errors"
	"fmt"
)

// Exit codes of every command.
const (
	ExitDone     = 0 // done
	ExitFailed   = 1 // failed
	ExitUsage    = 2 // bad usage
	ExitRejected = 3 // done, but some rows were rejected
)

// usageError is an error in how a command was called.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errRejected ends a command that did its work but left rows out; the command
// has already said which.
var errRejected = errors.New("some rows were rejected")

// ExitCode maps the error of a command to its exit code.
func ExitCode(err error) int {
	var u usageError
	switch {
	case err == nil:
		return ExitDone
	case errors.Is(err, errRejected):
		return ExitRejected
	case errors.As(err, &u):
		return ExitUsage
	default:
		return ExitFailed
	}
}
