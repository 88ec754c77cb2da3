package duckdb

import (
	"context"
	"embed"
	"fmt"
	"strconv"
	"strings"

	"antojo/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date. Migrations are numbered files that only
// go forward; each runs in a transaction together with its number.
func (s *Store) migrate(ctx context.Context) error {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	var tables int
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'main' AND table_catalog = current_database() AND table_name <> 'schema_version'").Scan(&tables)
	if err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"); err != nil {
		return err
	}
	have, err := s.schema(ctx)
	if err != nil {
		return err
	}
	if have == 0 && tables > 0 {
		return fmt.Errorf("%w: it holds tables that antojo did not make", store.ErrDamaged)
	}
	if have > len(files) {
		return fmt.Errorf("%w: its schema is version %d, this one knows %d; use the newer antojo", store.ErrNewer, have, len(files))
	}
	for i, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return fmt.Errorf("migration %s: want number %d", f.Name(), i+1)
		}
		if i < have {
			continue
		}
		text, err := migrations.ReadFile("migrations/" + f.Name())
		if err != nil {
			return err
		}
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, string(text)); err == nil {
			_, err = tx.ExecContext(ctx, "INSERT INTO schema_version VALUES (?)", i+1)
		}
		if err != nil {
			tx.Rollback() //nolint:errcheck // err says what failed
			return fmt.Errorf("migration %s: %w", f.Name(), err)
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("migration %s: %w", f.Name(), err)
		}
	}
	return nil
}

// schema is the number of the last migration that ran.
func (s *Store) schema(ctx context.Context) (int, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM schema_version").Scan(&n)
	return n, err
}
