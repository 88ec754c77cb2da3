// Package duckdb is the embedded store: one DuckDB file, one process.
//
// Writes go through one connection and one lock (load.go, runs.go, compact.go,
// parquet.go); reads use a pool of their own and never wait for a write, since
// DuckDB gives each transaction a snapshot.
//
// Read next: migrations/ (the tables), load.go, compile.go.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/store"
)

// Options configure a Store; only Path is needed.
type Options struct {
	Path        string       // data file; made if it is not there
	MemoryLimit string       // as DuckDB writes it; "" = 1GB
	Threads     int          // 0 = one a core
	Readers     int          // concurrent read connections; 0 = 8
	Logger      *slog.Logger // nil = none
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	path      string
	log       *slog.Logger
	connector *duck.Connector
	db        *sql.DB // readers

	mu      sync.Mutex // guards all below: one writer at a time
	w       *writer
	offsets map[string]uint64
	seen    *seen
	tail    int // mentions that the roll-ups lack
	maxTail int // how many of them start a roll-up, if they are dense
	dense   int // a day
	rollAt  int // how many of them start the next, if the tail was sparse; 0 = maxTail
	closed  bool

	scanRows    int // rows in memory from which queries go to roll-ups; set by Open
	streamChunk int // mentions that a statement of EachMention asks for; set by Open

	// lastLoad is the highest number given to a load; it rises before the load
	// commits, so a reader that sees its rows knows of it.
	lastLoad atomic.Int32

	cover coverage // has its own lock
	warm  warmth   // has its own lock
}

// Open opens or makes the store at o.Path. The errors tell apart a file that
// another process holds (store.ErrInUse), one that is no store or damaged
// (store.ErrDamaged) and one that a newer version wrote (store.ErrNewer).
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Path == "" {
		return nil, errors.New("open store: no path given")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MemoryLimit == "" {
		o.MemoryLimit = "1GB"
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.Readers <= 0 {
		o.Readers = 8
	}
	if err := checkPlace(o.Path); err != nil {
		return nil, err
	}
	connector, err := duck.NewConnector(o.Path, nil)
	if err != nil {
		return nil, openError(o.Path, err)
	}
	s := &Store{path: o.Path, log: o.Logger, connector: connector, offsets: map[string]uint64{}, maxTail: maxTail, dense: denseTail, scanRows: scanRows, streamChunk: streamChunk}
	s.db = sql.OpenDB(connector)
	s.db.SetMaxOpenConns(o.Readers + 1) // one is the writer's
	s.db.SetMaxIdleConns(o.Readers + 1)
	if err := s.start(ctx, o); err != nil {
		s.Close()
		return nil, openError(o.Path, err)
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, o Options) error {
	settings := []string{
		// The default of 16 MB stalls loads for most of a second (measured in design.md).
		"SET GLOBAL checkpoint_threshold = '256MB'",
		"SET GLOBAL memory_limit = " + quote(o.MemoryLimit),
		fmt.Sprintf("SET GLOBAL threads = %d", o.Threads),
		// Nothing is fetched at run time; json, parquet and icu are linked in.
		"SET GLOBAL autoinstall_known_extensions = false",
		"SET GLOBAL autoload_known_extensions = false",
	}
	for _, q := range settings {
		if _, err := s.db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	if s.w, err = newWriter(ctx, conn); err != nil {
		return err
	}
	s.seen = newSeen()
	if err := s.readState(ctx); err != nil {
		return err
	}
	return s.refreshCoverage(ctx)
}

// readState reads what the writer keeps in memory.
func (s *Store) readState(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT stream, CAST(max(seq) AS UBIGINT) FROM offsets GROUP BY stream")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var stream string
		var seq uint64
		if err := rows.Scan(&stream, &seq); err != nil {
			return err
		}
		s.offsets[stream] = seq
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var last, upto int32
	err = s.db.QueryRowContext(ctx, `SELECT CAST(coalesce(max(load_no), 0) AS BIGINT),
		CAST(coalesce(sum(CASE WHEN load_no > (SELECT max(upto) FROM rolled) THEN 1 ELSE 0 END), 0) AS BIGINT),
		(SELECT CAST(max(upto) AS BIGINT) FROM rolled) FROM mentions`).Scan(&last, &s.tail, &upto)
	// A number that the roll-ups have passed must not be given again.
	s.lastLoad.Store(max(last, upto))
	return err
}

// Close waits for the write in progress, writes a checkpoint and releases the file.
func (s *Store) Close() error {
	s.warm.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	if s.w != nil {
		errs = append(errs, s.w.close())
	}
	errs = append(errs, s.db.Close(), s.connector.Close())
	return errors.Join(errs...)
}

// checkPlace finds the mistakes in a path that DuckDB words poorly.
func checkPlace(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("open store: %s is a directory; give the path of a file in it", path)
	case err == nil:
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return fmt.Errorf("open store: cannot write %s: %w; the data directory must be writable", path, errors.Unwrap(err))
		}
		return f.Close()
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open store: %w", err)
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("open store %s: directory %s does not exist; make it first", path, dir)
	}
	f, err := os.CreateTemp(dir, ".antojo-probe-*")
	if err != nil {
		return fmt.Errorf("open store: cannot write in %s: %w; the data directory must be writable", dir, errors.Unwrap(err))
	}
	f.Close()
	return os.Remove(f.Name())
}

// openError turns DuckDB's wording into ours.
func openError(path string, err error) error {
	msg := err.Error()
	switch {
	case errors.Is(err, store.ErrNewer), errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("open store %s: %w", path, err)
	case strings.Contains(msg, "Could not set lock") || strings.Contains(msg, "Conflicting lock"):
		who := ""
		if _, after, ok := strings.Cut(msg, "(PID "); ok {
			if pid, _, ok := strings.Cut(after, ")"); ok {
				who = " (process " + pid + ")"
			}
		}
		return fmt.Errorf("open store %s: %w%s; stop it, or give this one another data directory", path, store.ErrInUse, who)
	case strings.Contains(msg, "newer version of DuckDB") || strings.Contains(msg, "version number") || strings.Contains(msg, "storage version"):
		return fmt.Errorf("open store %s: %w; use the version of antojo that wrote it, or newer", path, store.ErrNewer)
	case strings.Contains(msg, "not a valid DuckDB database") || strings.Contains(msg, "Corrupt") || strings.Contains(msg, "corrupt") ||
		strings.Contains(msg, "Serialization Error") || strings.Contains(msg, "replaying WAL") || strings.Contains(msg, "checksum") || strings.Contains(msg, "Could not read enough bytes"):
		return fmt.Errorf("open store %s: %w; restore it from a backup, or move it away to start afresh (%s)", path, store.ErrDamaged, firstLine(msg))
	}
	return fmt.Errorf("open store %s: %w", path, err)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// quote writes s as an SQL string. Only for the few places that take no
// parameters (SET, COPY … TO).
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// writer is the one connection that writes, with an appender for each table.
// Appenders stay open from one batch to the next and are flushed before commit.
type writer struct {
	conn      *sql.Conn
	appenders map[string]*duck.Appender
	folds     bool // the SQL functions of parquet.go are registered
	places    bool // and the one of places
}

func newWriter(ctx context.Context, conn *sql.Conn) (*writer, error) {
	w := &writer{conn: conn, appenders: map[string]*duck.Appender{}}
	_, err := conn.ExecContext(ctx, "CREATE TEMP TABLE candidate_ids (id UUID NOT NULL)")
	return w, err
}

func (w *writer) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := w.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// appender returns the appender of a table, which must be given with its catalog
// ("temp") or without (the data file).
func (w *writer) appender(catalog, table string) (*duck.Appender, error) {
	key := catalog + "." + table
	if a := w.appenders[key]; a != nil {
		return a, nil
	}
	err := w.conn.Raw(func(dc any) error {
		a, err := duck.NewAppender(dc.(driver.Conn), catalog, "main", table)
		if err != nil {
			return err
		}
		w.appenders[key] = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("append to %s: %w", table, err)
	}
	return w.appenders[key], nil
}

func (w *writer) flush() error {
	for key, a := range w.appenders {
		if err := a.Flush(); err != nil {
			return fmt.Errorf("append to %s: %w", key, err)
		}
	}
	return nil
}

// drop throws away rows that were not flushed and the appenders with them.
func (w *writer) drop() {
	for _, a := range w.appenders {
		a.Clear() //nolint:errcheck // the rows are given up either way
		a.Close() //nolint:errcheck
	}
	clear(w.appenders)
}

func (w *writer) close() error {
	w.drop()
	return w.conn.Close()
}

// write runs fn in one transaction of the writer: all of it is durable when write
// returns nil, none of it otherwise. The caller holds s.mu.
func (s *Store) write(ctx context.Context, fn func(w *writer) error) error {
	if s.closed {
		return errors.New("store is closed")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := s.w.exec(ctx, "BEGIN TRANSACTION"); err != nil {
		return err
	}
	err := fn(s.w)
	if err == nil {
		err = s.w.flush()
	}
	if err == nil {
		// From here on the outcome must be known, so the caller's cancellation no
		// longer counts.
		if _, err = s.w.exec(context.WithoutCancel(ctx), "COMMIT"); err == nil {
			return nil
		}
	}
	s.w.drop()
	if _, rerr := s.w.exec(context.WithoutCancel(ctx), "ROLLBACK"); rerr != nil && !strings.Contains(rerr.Error(), "no transaction is active") {
		err = errors.Join(err, rerr)
	}
	return err
}
