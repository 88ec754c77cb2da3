package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Kind groups problems, so that a caller can word them in another language.
type Kind uint8

// The kinds of problems.
const (
	KindUnreadable Kind = iota // missing, no permission, broken off
	KindEmpty
	KindDirectory
	KindBinary      // not a table in any known format
	KindUnsupported // a known format that is not read
	KindNoText      // no column is the text
	KindMapping     // Map or another option does not fit the file
	KindTooLarge
)

// Problem is why a file cannot be imported at all: one message that names the
// file, what is wrong and what to do.
type Problem struct {
	File    string
	Kind    Kind
	What    string
	Do      string
	Columns []string // found columns, for KindNoText and KindMapping
	Err     error
}

// Error joins the parts into one message.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", p.File, p.What)
	if p.Do != "" {
		fmt.Fprintf(&b, "; %s", p.Do)
	}
	return b.String()
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

func openProblem(name string, err error) error {
	p := &Problem{File: name, Kind: KindUnreadable, Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.What, p.Do = "does not exist", "check the path"
	case errors.Is(err, fs.ErrPermission):
		p.What, p.Do = "may not be read by this user", "change its permissions"
	default:
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		p.What = "cannot be read: " + err.Error()
	}
	return p
}

// readProblem is an error in the middle of a file.
func readProblem(name string, last int, err error) error {
	p := &Problem{File: name, Kind: KindUnreadable, Err: err}
	if last > 0 {
		p.What = fmt.Sprintf("cannot be read after row %d: %v", last, err)
		p.Do = "the rows up to there were taken; get the file again and import it once more, rows that are already in will count as duplicates"
	} else {
		p.What = "cannot be read: " + err.Error()
		p.Do = "get the file again"
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		p.What = strings.Replace(p.What, err.Error(), "it ends too early (cut short while it was copied?)", 1)
	}
	return p
}

// ReasonKind returns the part of a rejection's reason that does not depend on the
// row, for counting reasons.
func ReasonKind(reason string) string {
	kind, _, _ := strings.Cut(reason, ": ")
	return kind
}
