// Package sqlguard decides which statements of an analyst may run. DuckDB itself
// parses them (json_serialize_sql, in an instance of its own that holds nothing and
// is locked); what it understood is then walked, and everything that is not on a
// list here is refused: kinds of nodes, tables, functions, types.
//
// The lists leave out what reaches outside the views (files, settings, catalogs) and
// what makes much out of little within one call, where DuckDB does not look whether
// it was interrupted: joined and repeated texts, lists, recursion.
//
// Read next: walk.go, lists.go, docs/sql.md.
package sqlguard

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/store"
)

// Bounds of a statement.
const (
	MaxBytes   = 8000
	maxNesting = 60   // of brackets
	maxNodes   = 4000 // of what DuckDB understood
	maxScans   = 24   // tables read, named expressions (WITH) counted as often as they are used
	maxSets    = 32   // grouping sets
	maxSample  = 100_000
	maxQueries = 12 // within one another
	maxInner   = 4  // of them, in expressions
	parseTime  = 5 * time.Second
)

// Guard checks statements. It is safe for concurrent use.
type Guard struct {
	connector *duck.Connector
	db        *sql.DB
	views     map[string]bool
}

// New returns a guard that lets statements read the tables of the given names only.
func New(ctx context.Context, views []string) (*Guard, error) {
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open parser: %w", err)
	}
	g := &Guard{connector, sql.OpenDB(connector), map[string]bool{}}
	for _, v := range views {
		g.views[v] = true
	}
	for _, q := range []string{
		"SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
		"SET memory_limit = '128MB'", "SET threads = 1", "SET max_expression_depth = 150",
		"SET enable_external_access = false", "SET lock_configuration = true",
	} {
		if _, err := g.db.ExecContext(ctx, q); err != nil {
			return nil, errors.Join(fmt.Errorf("open parser: %s: %w", q, err), g.Close())
		}
	}
	return g, nil
}

// Close releases the parser.
func (g *Guard) Close() error { return errors.Join(g.db.Close(), g.connector.Close()) }

// Statement is one that may run.
type Statement struct {
	Text   string // without a semicolon at its end
	Tables bool   // SHOW TABLES: the caller lists the views itself
	Shape  bool   // DESCRIBE or SHOW: it cannot stand in a bracket
}

// Check returns the statement, or a *store.SQLError that says what is not allowed.
func (g *Guard) Check(ctx context.Context, text string) (Statement, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return Statement{}, &store.SQLError{Message: "there is no statement; write a SELECT"}
	case len(text) > MaxBytes:
		return Statement{}, &store.SQLError{Message: fmt.Sprintf("the statement has %d bytes; at most %d are taken", len(text), MaxBytes)}
	case !utf8.ValidString(text):
		return Statement{}, &store.SQLError{Message: "the statement is not valid UTF-8"}
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return Statement{}, At(text, i, "a zero byte has no place in a statement")
	}
	if i := tooDeep(text); i >= 0 {
		return Statement{}, At(text, i, fmt.Sprintf("brackets are nested more than %d deep", maxNesting))
	}
	ctx, cancel := context.WithTimeout(ctx, parseTime)
	defer cancel()
	var tree string
	err := g.db.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR), skip_null := true, skip_empty := true) AS VARCHAR)", text).Scan(&tree)
	if err != nil {
		if ctx.Err() != nil {
			return Statement{}, ctx.Err()
		}
		return Statement{}, &store.SQLError{Message: "the statement cannot be read: " + firstLine(err.Error())}
	}
	var got struct {
		Error      bool   `json:"error"`
		Type       string `json:"error_type"`
		Message    string `json:"error_message"`
		Position   string `json:"position"`
		Statements []struct {
			Node  map[string]any   `json:"node"`
			Named []map[string]any `json:"named_param_map"`
		} `json:"statements"`
	}
	d := json.NewDecoder(strings.NewReader(tree))
	d.UseNumber() // places are 64 bits
	if err := d.Decode(&got); err != nil {
		return Statement{}, fmt.Errorf("read what the parser understood: %w", err)
	}
	switch {
	case got.Error && got.Type == "not implemented":
		return Statement{}, &store.SQLError{Message: "only one SELECT, WITH, FROM, VALUES, DESCRIBE or SHOW TABLES is allowed"}
	case got.Error:
		if n, err := strconv.Atoi(got.Position); err == nil {
			return Statement{}, At(text, byteOf(text, n), plain(got.Message))
		}
		return Statement{}, &store.SQLError{Message: plain(got.Message)}
	case len(got.Statements) == 0:
		return Statement{}, &store.SQLError{Message: "there is no statement; write a SELECT"}
	case len(got.Statements) > 1:
		return Statement{}, &store.SQLError{Message: fmt.Sprintf("there are %d statements; one at a time", len(got.Statements))}
	}
	out := Statement{Text: trimEnd(text)}
	w := &walk{text: text, views: g.views}
	node := got.Statements[0].Node
	if show := w.show(node); show != nil {
		out.Shape = true
		out.Tables, node = w.shape(show)
	}
	if w.fault == nil && node != nil {
		w.visit(node, nil, "")
	}
	if w.fault != nil {
		return Statement{}, w.fault
	}
	return out, nil
}

// trimEnd takes the semicolon off a statement of which the parser says that it is
// one. A semicolon before a comment stays; the comment ends with its line.
func trimEnd(text string) string {
	return strings.TrimRight(text, "; \t\r\n")
}

// tooDeep finds where brackets are nested too deep, else -1. It counts brackets in
// texts and comments too, which nobody writes sixty of.
func tooDeep(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '[', '{':
			if depth++; depth > maxNesting {
				return i
			}
		case ')', ']', '}':
			depth = max(0, depth-1)
		}
	}
	return -1
}

// At makes an error of a place given as a byte of the text.
func At(text string, at int, message string) *store.SQLError {
	e := &store.SQLError{Message: message}
	if at < 0 || at > len(text) {
		return e
	}
	before := text[:at]
	start := strings.LastIndexByte(before, '\n') + 1
	e.Line, e.Column = strings.Count(before, "\n")+1, utf8.RuneCountInString(before[start:])+1
	return e
}

// byteOf is the byte of the n-th character: the parser counts characters, what comes
// after it bytes.
func byteOf(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// plain is a message without what it tells of other names than ours.
func plain(msg string) string {
	msg = firstLine(strings.TrimSpace(msg))
	if len(msg) > 300 {
		msg = strings.ToValidUTF8(msg[:300], "") + "…"
	}
	return msg
}

// Explain makes of an error of DuckDB, written as JSON (errors_as_json), what may be
// shown of it.
func Explain(text string, err error) *store.SQLError {
	var said struct {
		Type     string `json:"exception_type"`
		Message  string `json:"exception_message"`
		Position string `json:"position"`
	}
	msg := err.Error()
	if i := strings.IndexByte(msg, '{'); i >= 0 && json.Unmarshal([]byte(msg[i:]), &said) == nil && said.Message != "" {
		if n, err := strconv.Atoi(said.Position); err == nil && n <= len(text) {
			return At(text, n, plain(said.Message))
		}
		msg = said.Message
	}
	return &store.SQLError{Message: plain(msg), Limit: said.Type == "Out of Memory"}
}
