package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// A Parquet file of annotated mentions has these columns: those of the table, with
// labels and probabilities in columns of their own, and without what can be derived.
var parquetColumns = append([]string{
	"id", "ts", "source", "channel", "author", "rating", "place", "given_department", "department", "province", "district", "lang", "language",
	"undated", "synthetic", "scored", "relevant", "relevance", "sentiment", "p_neg", "p_neu", "p_pos", "intent", "p_intent",
}, append(append(prefixed("a_"), prefixed("p_")...), "entities", "text", "model", "run")...)

// packedColumns are the columns that keep several probabilities, in their order.
var packedColumns = map[string][]string{
	"scores":    {"relevance", "p_neg", "p_neu", "p_pos", "p_intent"},
	"p_aspects": prefixed("p_"),
}

// packSQL is packed in SQL.
func packSQL(names []string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = fmt.Sprintf("CAST(round(greatest(0, least(1, coalesce(%s, 0))) * 250) AS UBIGINT) * CAST(%d AS UBIGINT)", name, uint64(1)<<(8*i))
	}
	return strings.Join(parts, " + ")
}

func prefixed(p string) []string {
	out := make([]string, len(mention.AspectNames))
	for i, a := range mention.AspectNames {
		out[i] = p + a
	}
	return out
}

// entityType is the type of the column entities in a Parquet file, and how the
// same is said to from_json.
const (
	entityType = `STRUCT(id VARCHAR, "name" VARCHAR, kind VARCHAR, surface VARCHAR, "start" INTEGER, "end" INTEGER)[]`
	entityJSON = `[{"id":"VARCHAR","name":"VARCHAR","kind":"VARCHAR","surface":"VARCHAR","start":"INTEGER","end":"INTEGER"}]`
)

// ExportParquet writes the mentions that f selects to a Parquet file, oldest first,
// and returns how many. Probabilities are cut to two decimals, which halves the
// file. LoadParquet reads the file back. The file appears under its name only when
// it is complete.
func (s *Store) ExportParquet(ctx context.Context, path string, f metric.Filter) (int64, error) {
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return 0, err
	}
	columns := slices.Clone(parquetColumns)
	for i, name := range columns {
		if name == "entities" {
			columns[i] = "from_json(entities, " + quote(entityJSON) + ") AS entities"
		}
		if k := slices.Index(prefixed("a_"), name); k >= 0 {
			columns[i] = fmt.Sprintf("CAST(aspects // %d %% 4 AS UTINYINT) AS %s", 1<<(2*k), name)
		}
		for packed, names := range packedColumns {
			if k := slices.Index(names, name); k >= 0 {
				columns[i] = fmt.Sprintf("CAST(round((%s // CAST(%d AS UBIGINT) %% 256) / 250.0, 2) AS FLOAT) AS %s", packed, uint64(1)<<(8*k), name)
			}
		}
	}
	c := conditions{}
	c.filter(&f, rawMentions)
	partial := path + ".partial"
	res, err := s.db.ExecContext(ctx, "COPY (SELECT "+strings.Join(columns, ", ")+" FROM mentions WHERE "+c.text()+" ORDER BY ts, id) TO "+quote(partial)+
		" (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 15, PARQUET_VERSION v2)", c.args...)
	if err != nil {
		os.Remove(partial)
		return 0, fmt.Errorf("export mentions to %s: %w", path, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return 0, fmt.Errorf("export mentions to %s: %w", path, err)
	}
	return res.RowsAffected()
}

// LoadParquet loads a file of annotated mentions (see ExportParquet) in one
// transaction, much faster than Load. Mentions that are there already, or twice in
// the file, are counted as duplicates.
func (s *Store) LoadParquet(ctx context.Context, path string) (mention.Loaded, error) {
	var done mention.Loaded
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return done, fmt.Errorf("load %s: there is no such file", path)
		}
		return done, fmt.Errorf("load %s: %w", path, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.w.registerFold(); err != nil {
		return done, fmt.Errorf("load %s: %w", path, err)
	}
	provinces, err := s.checkParquet(ctx, path)
	if err == nil && !provinces {
		err = s.w.registerPlaces()
	}
	if err != nil {
		return done, fmt.Errorf("load %s: %w", path, err)
	}
	err = s.write(ctx, func(w *writer) error {
		var err error
		done, err = loadParquet(ctx, w, path, s.nextLoad(), provinces)
		return err
	})
	if err != nil {
		return mention.Loaded{}, fmt.Errorf("load %s: %w", path, err)
	}
	s.seen = newSeen()
	s.rolledUp()
	s.refillHot()
	if err := s.refreshCoverage(ctx); err != nil {
		return done, fmt.Errorf("load %s: loaded, but: %w", path, err)
	}
	return done, nil
}

// checkParquet reports what a file lacks before anything is touched, and whether it
// tells provinces, which files of before they were known do not.
func (s *Store) checkParquet(ctx context.Context, path string) (provinces bool, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet("+quote(path)+"))")
	if err != nil {
		return false, fmt.Errorf("it is not a readable Parquet file: %s", firstLine(err.Error()))
	}
	defer rows.Close()
	have := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return false, err
		}
		have[name] = true
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	var missing []string
	for _, c := range parquetColumns {
		if !have[c] && c != "province" {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		return false, fmt.Errorf("it is not a file of annotated mentions: columns missing: %s (for other files use antojo import)", strings.Join(missing, ", "))
	}
	return have["province"], nil
}

func loadParquet(ctx context.Context, w *writer, path string, number int32, provinces bool) (mention.Loaded, error) {
	var done mention.Loaded
	// Lima is five hours behind UTC all year; days are counted from 1970-01-01.
	const day = "CAST(floor((epoch(ts) - 18000) / 86400) AS INTEGER)"
	const month = "CAST(epoch(date_trunc('month', ts - INTERVAL 5 HOUR)) / 86400 AS INTEGER)"
	var kinds []string
	for i, k := range metric.Kinds {
		kinds = append(kinds, fmt.Sprintf("(CASE WHEN len(list_filter(entities, lambda e: e.kind = '%s')) > 0 THEN %d ELSE 0 END)", k, 1<<i))
	}
	var labels []string
	for k, name := range prefixed("a_") {
		labels = append(labels, fmt.Sprintf("coalesce(%s, 0) %% 4 * %d", name, 1<<(2*k)))
	}
	derived := map[string]string{
		"aspects":   strings.Join(labels, " + "),
		"scores":    packSQL(packedColumns["scores"]),
		"p_aspects": packSQL(packedColumns["p_aspects"]),
		"day":       day, "month": month,
		"author_key": "author_key(author)",
		"kinds":      strings.Join(kinds, " + "),
		"entities":   "CASE WHEN len(entities) = 0 THEN '[]' ELSE CAST(to_json(CAST(entities AS " + entityType + ")) AS VARCHAR) END",
		"folded":     "fold_text(text)",
		"load_no":    fmt.Sprint(number),
	}
	if derived["province"] = "CASE WHEN province // 100 = department THEN province ELSE 0 END"; !provinces {
		derived["province"] = "province_of(coalesce(text, ''), coalesce(place, ''), coalesce(district, ''), CAST(coalesce(given_department, 0) AS INTEGER), CAST(coalesce(department, 0) AS INTEGER))"
	}
	// What came before goes into the roll-ups first, so that they reach up to this load.
	if err := rollTail(ctx, w, number-1); err != nil {
		return done, err
	}
	columns, err := w.columns(ctx, "mentions")
	if err != nil {
		return done, err
	}
	exprs := make([]string, len(columns))
	for i, c := range columns {
		if c.name == "id" || c.name == "ts" {
			exprs[i] = fmt.Sprintf("CAST(%s AS %s) AS %s", c.name, c.kind, c.name)
		} else if e, ok := derived[c.name]; ok {
			exprs[i] = fmt.Sprintf("CAST(%s AS %s) AS %s", e, c.kind, c.name)
		} else {
			exprs[i] = fmt.Sprintf("CAST(coalesce(%s, %s) AS %s) AS %s", c.name, c.zero(), c.kind, c.name)
		}
	}
	source := "read_parquet(" + quote(path) + ", file_row_number = true)"
	// The rows to load: of each id that is not there yet, the first.
	fresh := source + " WHERE file_row_number IN (SELECT nth FROM temp.parquet_ids)"
	steps := []string{
		"CREATE OR REPLACE TEMP TABLE parquet_ids AS SELECT CAST(id AS UUID) AS id, min(file_row_number) AS nth FROM " + source + " GROUP BY 1",
		"DELETE FROM temp.parquet_ids WHERE id IN (SELECT id FROM mentions) OR id IN (SELECT id FROM erased)",
		"DELETE FROM temp.parquet_ids WHERE nth IN (SELECT file_row_number FROM " + source + " WHERE author IN (SELECT author FROM erased_authors))",
		"CREATE OR REPLACE TEMP TABLE parquet_mentions AS SELECT " + strings.Join(exprs, ", ") + " FROM " + fresh,
		// Entities in the order of the text; one row for each distinct one.
		`CREATE OR REPLACE TEMP TABLE parquet_occurrences AS SELECT CAST(id AS UUID) AS id, e.id AS entity, e.kind AS kind, nth FROM
			(SELECT id, unnest(entities) AS e, unnest(range(len(entities))) AS nth FROM ` + fresh + ")",
		`CREATE OR REPLACE TEMP TABLE parquet_pairs AS SELECT m.id AS mention_id, m.day, m.month, o.entity, o.kind,
			row_number() OVER (PARTITION BY o.id, o.kind ORDER BY o.nth) = 1 AS first_of_kind,
			m.source, m.channel, m.author_key, m.rating, m.department, m.relevant, m.sentiment, m.intent, m.aspects, m.load_no, m.province
			FROM (SELECT id, entity, arg_min(kind, nth) AS kind, min(nth) AS nth FROM temp.parquet_occurrences GROUP BY id, entity) o
			JOIN temp.parquet_mentions m ON m.id = o.id ORDER BY m.ts, m.id, o.nth`,
		"INSERT INTO mention_entities SELECT * FROM temp.parquet_pairs",
		"INSERT INTO run_counts SELECT run, count(*), 0 FROM temp.parquet_mentions WHERE run <> '' GROUP BY run ORDER BY run",
		"INSERT INTO dirty_days SELECT DISTINCT day FROM temp.parquet_mentions WHERE day IN (SELECT day FROM kpi_day)",
	}
	for _, q := range steps {
		if _, err := w.exec(ctx, q); err != nil {
			return done, err
		}
	}
	var total int64
	if err := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+source).Scan(&total); err != nil {
		return done, err
	}
	n, err := w.exec(ctx, "INSERT INTO mentions SELECT * FROM temp.parquet_mentions")
	if err != nil {
		return done, err
	}
	if err := rollUp(ctx, w, "temp.parquet_mentions", "temp.parquet_pairs", "1 = 1"); err != nil {
		return done, err
	}
	if _, err := w.exec(ctx, "UPDATE rolled SET upto = ?", number); err != nil {
		return done, err
	}
	for _, t := range []string{"parquet_ids", "parquet_mentions", "parquet_occurrences", "parquet_pairs"} {
		if _, err := w.exec(ctx, "DROP TABLE temp."+t); err != nil {
			return done, err
		}
	}
	done.Accepted, done.Duplicate = int(n), int(total-n)
	return done, nil
}

type column struct{ name, kind string }

// zero is what stands for a missing value, as the tables have no NULL.
func (c column) zero() string {
	switch c.kind {
	case "VARCHAR":
		return "''"
	case "BOOLEAN":
		return "false"
	}
	return "0"
}

// columns lists the columns of a table in order.
func (w *writer) columns(ctx context.Context, table string) ([]column, error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'main' AND table_catalog = current_database() AND table_name = ? ORDER BY ordinal_position", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []column
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.name, &c.kind); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// registerFold gives the writer's connection the SQL functions fold_text and
// author_key, so that a bulk load derives what Load derives, by the same code.
func (w *writer) registerFold() error {
	if w.folds {
		return nil
	}
	varchar, err := duck.NewTypeInfo(duck.TYPE_VARCHAR)
	if err != nil {
		return err
	}
	ubigint, err := duck.NewTypeInfo(duck.TYPE_UBIGINT)
	if err != nil {
		return err
	}
	functions := map[string]function{
		"fold_text":  {varchar, varchar, func(s string) any { return lexicon.Fold(s) }},
		"author_key": {varchar, ubigint, func(s string) any { return authorKey(s) }},
	}
	for _, name := range sortedKeys(functions) {
		if err := duck.RegisterScalarUDF(w.conn, name, functions[name]); err != nil {
			return fmt.Errorf("register %s: %w", name, err)
		}
	}
	w.folds = true
	return nil
}

// function is a pure function of one string, for SQL.
type function struct {
	in, out duck.TypeInfo
	call    func(string) any
}

// Config implements duck.ScalarFunc.
func (f function) Config() duck.ScalarFuncConfig {
	return duck.ScalarFuncConfig{InputTypeInfos: []duck.TypeInfo{f.in}, ResultTypeInfo: f.out}
}

// Executor implements duck.ScalarFunc.
func (f function) Executor() duck.ScalarFuncExecutor {
	return duck.ScalarFuncExecutor{RowExecutor: func(values []driver.Value) (any, error) {
		s, ok := values[0].(string)
		if !ok {
			return nil, fmt.Errorf("want text, got %T", values[0])
		}
		return f.call(s), nil
	}}
}

// registerPlaces gives the writer's connection the SQL function province_of: the
// province of a mention by its text, place, district, the department that it was given
// and the one that it was found to be of; 0 if they do not tell it.
func (w *writer) registerPlaces() error {
	if w.places {
		return nil
	}
	places, err := lexicon.NewGazetteer()
	if err != nil {
		return fmt.Errorf("load places: %w", err)
	}
	varchar, err := duck.NewTypeInfo(duck.TYPE_VARCHAR)
	if err != nil {
		return err
	}
	integer, err := duck.NewTypeInfo(duck.TYPE_INTEGER)
	if err != nil {
		return err
	}
	f := provinceFunction{places, []duck.TypeInfo{varchar, varchar, varchar, integer, integer}, integer}
	if err := duck.RegisterScalarUDF(w.conn, "province_of", f); err != nil {
		return fmt.Errorf("register province_of: %w", err)
	}
	w.places = true
	return nil
}

// provinceFunction is province_of.
type provinceFunction struct {
	places *lexicon.Gazetteer
	in     []duck.TypeInfo
	out    duck.TypeInfo
}

// Config implements duck.ScalarFunc.
func (f provinceFunction) Config() duck.ScalarFuncConfig {
	return duck.ScalarFuncConfig{InputTypeInfos: f.in, ResultTypeInfo: f.out}
}

// Executor implements duck.ScalarFunc.
func (f provinceFunction) Executor() duck.ScalarFuncExecutor {
	return duck.ScalarFuncExecutor{RowExecutor: func(v []driver.Value) (any, error) {
		text, ok := v[0].(string)
		place, ok2 := v[1].(string)
		district, ok3 := v[2].(string)
		given, ok4 := v[3].(int32)
		found, ok5 := v[4].(int32)
		if !ok || !ok2 || !ok3 || !ok4 || !ok5 {
			return nil, fmt.Errorf("want three texts and two numbers, got %T, %T, %T, %T, %T", v[0], v[1], v[2], v[3], v[4])
		}
		d, p, _ := f.places.Locate(text, place, district, mention.Department(given))
		if int32(d) != found {
			p = 0
		}
		return int32(p), nil
	}}
}
