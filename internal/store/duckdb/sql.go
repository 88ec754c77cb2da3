package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"sync"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/store"
	"antojo/internal/store/duckdb/sqlguard"
)

// Bounds of a statement of an analyst. DuckDB keeps a whole answer in memory before
// its first row is read, so rows are bounded however they are sent on.
const (
	SQLRows       = 100_000
	sqlTime       = 20 * time.Second
	sqlAtOnce     = 2
	sqlMemory     = 256 << 20 // beyond what the engine held when the statement began
	sqlSpill      = 1 << 30   // likewise of temporary files
	sqlWatchEvery = 20 * time.Millisecond
)

// Analyst answers SQL over the views of docs/sql.md. The data file is open in this
// process already and DuckDB opens a file once, so statements run in the same
// instance: on a connection of their own, in a read-only transaction, after sqlguard
// has allowed them, and interrupted when they take too long or too much memory.
type Analyst struct {
	store *Store
	guard *sqlguard.Guard
	slots chan struct{}
	limit time.Duration
}

// NewAnalyst opens the parser. Close it before the store.
func (s *Store) NewAnalyst(ctx context.Context) (*Analyst, error) {
	var names []string
	for _, v := range analystViews("") {
		names = append(names, v.name)
	}
	g, err := sqlguard.New(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("sql: %w", err)
	}
	return &Analyst{store: s, guard: g, slots: make(chan struct{}, sqlAtOnce), limit: sqlTime}, nil
}

// Close releases the parser.
func (a *Analyst) Close() error { return a.guard.Close() }

// Views says which tables there are.
func (a *Analyst) Views() []store.SQLView { return AnalystViews() }

// Functions says which functions may be called.
func (a *Analyst) Functions() []string { return sqlguard.Functions() }

// lent is a connector that closing a pool of it leaves open.
type lent struct{ driver.Connector }

// SQL runs one statement. begin gets the columns, then yield each row, at most limit
// of them (0 = SQLRows); the slice is reused. more says that there are further rows.
// An error of begin or yield ends it and is returned as it is; what is wrong with the
// statement is a *store.SQLError.
func (a *Analyst) SQL(ctx context.Context, text string, limit int, begin func([]store.SQLColumn) error, yield func([]any) error) (more bool, err error) {
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	default:
		return false, store.ErrBusy
	}
	if limit <= 0 || limit > SQLRows {
		limit = SQLRows
	}
	st, err := a.guard.Check(ctx, text)
	if err != nil {
		return false, err
	}
	if st.Tables {
		return false, listViews(begin, yield)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, a.limit, &store.SQLError{Limit: true,
		Message: fmt.Sprintf("stopped after %d seconds; ask for fewer days, or use entity_day and kpi_day instead of mention", int(a.limit.Seconds()))})
	defer cancel()
	db := sql.OpenDB(lent{a.store.connector})
	defer db.Close()
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("sql: %w", err)
	}
	defer conn.Close()
	if err := a.prepare(ctx, conn); err != nil {
		return false, fmt.Errorf("sql: %w", err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var watch sync.WaitGroup
	defer watch.Wait()
	defer stop(nil) // before the wait
	watch.Go(func() { a.watch(ctx, stop) })

	more, err = a.run(ctx, conn, st, limit, begin, yield)
	var told *store.SQLError
	if err != nil && ctx.Err() != nil && errors.As(context.Cause(ctx), &told) {
		return more, told
	}
	return more, err
}

// prepare makes the views of a connection; from then on it only reads.
func (a *Analyst) prepare(ctx context.Context, conn *sql.Conn) error {
	var db string
	if err := conn.QueryRowContext(ctx, "SELECT current_catalog()").Scan(&db); err != nil {
		return err
	}
	statements := []string{"SET errors_as_json = true"}
	for _, v := range analystViews(db) {
		statements = append(statements, v.create())
	}
	for _, q := range append(statements, "BEGIN TRANSACTION READ ONLY") {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
	}
	return nil
}

func (a *Analyst) run(ctx context.Context, conn *sql.Conn, st sqlguard.Statement, limit int, begin func([]store.SQLColumn) error, yield func([]any) error) (more bool, err error) {
	explain := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return sqlguard.Explain(st.Text, err)
	}
	// First as it was written, so that a place in an error is a place in the text.
	check, err := conn.PrepareContext(ctx, st.Text)
	if err != nil {
		return false, explain(err)
	}
	check.Close()
	query := st.Text
	if !st.Shape {
		// The line break ends a comment. What cannot stand in brackets, such as a
		// semicolon before a comment, runs as it is and is cut off while it is read.
		framed := fmt.Sprintf("SELECT * FROM (\n%s\n) AS answer LIMIT %d", st.Text, limit+1)
		if _, err := a.guard.Check(ctx, framed); err == nil {
			query = framed
		}
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return false, explain(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return false, explain(err)
	}
	cols := make([]store.SQLColumn, len(types))
	for i, t := range types {
		cols[i] = store.SQLColumn{Name: t.Name(), Type: t.DatabaseTypeName(), Kind: kindOf(t.DatabaseTypeName())}
	}
	if err := begin(cols); err != nil {
		return false, err
	}
	values, into := make([]any, len(cols)), make([]any, len(cols))
	for i := range values {
		into[i] = &values[i]
	}
	for n := 0; rows.Next(); n++ {
		if n == limit {
			return true, nil
		}
		if err := rows.Scan(into...); err != nil {
			return false, explain(err)
		}
		for i := range values {
			values[i] = valueOf(values[i], cols[i].Kind)
		}
		if err := yield(values); err != nil {
			return false, err
		}
	}
	if err := rows.Err(); err != nil {
		return false, explain(err)
	}
	return false, ctx.Err()
}

// watch interrupts a statement that makes the engine hold too much.
func (a *Analyst) watch(ctx context.Context, stop context.CancelCauseFunc) {
	held := func() (memory, spilled int64, err error) {
		err = a.store.db.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(CASE WHEN tag NOT IN ('BASE_TABLE', 'METADATA') THEN memory_usage_bytes ELSE 0 END), 0) AS BIGINT),
			CAST(coalesce(sum(temporary_storage_bytes), 0) AS BIGINT) FROM duckdb_memory()`).Scan(&memory, &spilled)
		return memory, spilled, err
	}
	memory, spilled, err := held()
	if err != nil {
		return // the statement ends by its time
	}
	tick := time.NewTicker(sqlWatchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		m, s, err := held()
		if err != nil {
			return
		}
		if m-memory > sqlMemory || s-spilled > sqlSpill {
			stop(&store.SQLError{Limit: true, Message: fmt.Sprintf("stopped: it needs more than %d MB of memory; group, filter or take fewer columns", sqlMemory>>20)})
			return
		}
	}
}

func listViews(begin func([]store.SQLColumn) error, yield func([]any) error) error {
	if err := begin([]store.SQLColumn{{Name: "name", Type: "VARCHAR"}, {Name: "about", Type: "VARCHAR"}}); err != nil {
		return err
	}
	for _, v := range AnalystViews() {
		if err := yield([]any{v.Name, v.About}); err != nil {
			return err
		}
	}
	return nil
}

// kindOf maps a type of DuckDB; what has no kind of its own is a text.
func kindOf(typ string) store.SQLKind {
	base, _, _ := strings.Cut(typ, "(")
	switch base {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return store.SQLInt
	case "FLOAT", "DOUBLE", "DECIMAL", "HUGEINT", "UHUGEINT", "UBIGINT":
		return store.SQLFloat
	case "BOOLEAN":
		return store.SQLBool
	case "DATE":
		return store.SQLDay
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE":
		return store.SQLTime
	}
	return store.SQLText
}

// valueOf brings a value of the driver to the Go type of its kind; what is no number
// or too large for the type becomes nil.
func valueOf(v any, kind store.SQLKind) any {
	switch x := v.(type) {
	case nil:
		return nil
	case int8:
		return int64(x)
	case int16:
		return int64(x)
	case int32:
		return int64(x)
	case int64:
		return x
	case uint8:
		return int64(x)
	case uint16:
		return int64(x)
	case uint32:
		return int64(x)
	case uint64:
		return float64(x)
	case float32:
		return finite(float64(x))
	case float64:
		return finite(x)
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return finite(f)
	case duck.Decimal:
		return finite(x.Float64())
	case duck.UUID:
		return x.String()
	case []byte:
		if kind == store.SQLText && len(x) == 16 {
			u := duck.UUID(x)
			return u.String()
		}
		return string(x)
	case duck.Interval:
		return fmt.Sprintf("%d months %d days %s", x.Months, x.Days, time.Duration(x.Micros)*time.Microsecond)
	case time.Time:
		if kind == store.SQLText { // a time of day
			return x.UTC().Format("15:04:05")
		}
		return x.UTC()
	case bool, string:
		return x
	}
	return fmt.Sprint(v)
}

func finite(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return f
}
