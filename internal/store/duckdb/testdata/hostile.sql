SELECT * FROM read_csv('$FILE')
;;
SELECT * FROM read_csv_auto('$FILE')
;;
SELECT * FROM '$FILE'
;;
FROM "$FILE"
;;
SELECT * FROM read_text('$FILE')
;;
SELECT * FROM read_blob('/etc/passwd')
;;
SELECT * FROM glob('/etc/*')
;;
SELECT * FROM read_parquet('/data/*.parquet')
;;
SELECT * FROM read_json('/etc/hosts')
;;
SELECT * FROM parquet_metadata('$FILE')
;;
SELECT * FROM sniff_csv('$FILE')
;;
SELECT content FROM read_text(['$FILE'])
;;
COPY mention TO '/tmp/antojo-sql-out.csv'
;;
COPY (SELECT 1) TO '/tmp/antojo-sql-out.csv'
;;
COPY mention FROM '$FILE'
;;
EXPORT DATABASE '/tmp/antojo-sql-out'
;;
IMPORT DATABASE '/tmp/x'
;;
ATTACH '/tmp/x.db'
;;
ATTACH ':memory:' AS m
;;
DETACH s
;;
USE memory
;;
PRAGMA database_list
;;
PRAGMA show_tables
;;
PRAGMA memory_limit='10GB'
;;
SET memory_limit='10GB'
;;
SET enable_external_access=true
;;
RESET lock_configuration
;;
SET VARIABLE x = 1
;;
SELECT getvariable('x')
;;
INSTALL httpfs
;;
LOAD httpfs
;;
LOAD '/tmp/x.duckdb_extension'
;;
CALL pragma_version()
;;
CHECKPOINT
;;
FORCE CHECKPOINT
;;
VACUUM
;;
ANALYZE
;;
BEGIN
;;
COMMIT
;;
ROLLBACK
;;
INSERT INTO mentions VALUES (1)
;;
UPDATE mentions SET text = 'x'
;;
DELETE FROM mentions
;;
TRUNCATE mentions
;;
DROP TABLE mentions
;;
DROP VIEW mention
;;
ALTER TABLE mentions DROP COLUMN text
;;
CREATE TABLE x AS SELECT 1
;;
CREATE TEMP TABLE x AS SELECT 1
;;
CREATE VIEW mention AS SELECT 1
;;
CREATE MACRO abs(x) AS 1
;;
CREATE FUNCTION f(x) AS TABLE SELECT * FROM mentions
;;
CREATE SECRET (TYPE S3)
;;
CREATE INDEX i ON mentions (id)
;;
PREPARE p AS SELECT 1
;;
EXECUTE p
;;
EXPLAIN SELECT * FROM mention
;;
EXPLAIN ANALYZE SELECT * FROM mention
;;
SUMMARIZE mention
;;
SHOW ALL TABLES
;;
SHOW DATABASES
;;
DESCRIBE mentions
;;
DESCRIBE SELECT author FROM mentions
;;
SELECT * FROM (DESCRIBE mention)
;;
SELECT * FROM (SHOW TABLES)
;;
SELECT author FROM mentions
;;
SELECT author FROM main.mentions
;;
SELECT author FROM s.main.mentions
;;
SELECT author_key FROM "mentions"
;;
SELECT author FROM mention
;;
SELECT author_key FROM mention_entity
;;
SELECT * FROM lexicon_pass
;;
SELECT * FROM runs
;;
SELECT * FROM offsets
;;
SELECT * FROM information_schema.tables
;;
SELECT * FROM sqlite_master
;;
SELECT * FROM pg_catalog.pg_tables
;;
SELECT * FROM duckdb_settings()
;;
SELECT * FROM duckdb_tables()
;;
SELECT * FROM duckdb_secrets()
;;
SELECT * FROM duckdb_columns
;;
SELECT * FROM pragma_table_info('mentions')
;;
SELECT * FROM query('SELECT author FROM mentions')
;;
SELECT * FROM query_table('mentions')
;;
FROM json_execute_serialized_sql('{}')
;;
SELECT json_serialize_sql('SELECT 1')
;;
SELECT getenv('ANTOJO_TEST_SECRET')
;;
SELECT current_setting('temp_directory')
;;
SELECT current_database()
;;
SELECT version()
;;
SELECT current_user
;;
SELECT system.main.getenv('HOME')
;;
SELECT main.abs(1)
;;
SELECT nextval('s')
;;
SELECT write_log('x')
;;
SELECT error('x')
;;
SELECT sleep_ms(100000)
;;
SELECT 1; DROP TABLE mentions
;;
SELECT 1; SELECT 2
;;
SELECT 1 /* ; */ ; -- ;
DELETE FROM mentions
;;
SELECT 1) AS a; DROP TABLE mentions; SELECT * FROM (SELECT 2
;;
SELECT 1) FROM mention --
;;
SELECT 1 /*
;;
SELECT 1 -- allowed, the bracket of the frame is on a line of its own )
;;
SELECT $$x$$ AS t -- allowed
;;
SELECT 'it''s -- no comment; DROP TABLE mentions' AS t -- allowed
;;
-- only a comment
;;
;
;;
ＳＥＬＥＣＴ 1
;;
SELECT １
;;
SELECT * FROM menciоn
;;
SELECT "ñ" FROM mention
;;
SELECT 'ceviche 🐟' AS "plato ñ" -- allowed
;;
SELECT * FROM mention‮
;;
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t
;;
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t) SELECT count(*) FROM t
;;
WITH RECURSIVE t AS (SELECT 'a' AS s UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t
;;
WITH t AS MATERIALIZED (SELECT author FROM mentions) SELECT * FROM t
;;
WITH t AS (INSERT INTO mentions VALUES (1) RETURNING *) SELECT * FROM t
;;
SELECT count(*) FROM mention a, mention b, mention c, mention d -- slow
;;
SELECT sum(a.rating * b.rating) FROM mention a, mention b, mention c WHERE a.text < b.text -- slow
;;
SELECT a.text, b.text FROM mention a, mention b, mention c ORDER BY a.text, b.text -- slow
;;
SELECT count(*) FROM range(100000000000) -- slow
;;
SELECT count(*) FROM range(1000000) a, range(1000000) b -- slow
;;
SELECT DISTINCT a.range, b.range FROM range(100000) a, range(100000) b -- slow
;;
SELECT mode(a.text), median(b.p_food) FROM mention a, mention b, mention c -- slow
;;
SELECT sum(count(*)) OVER (ORDER BY a.range ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM range(10000000) a GROUP BY a.range -- slow
;;
SELECT * FROM generate_series(1, 10000000000) -- slow
;;
SELECT range(100000000000)
;;
SELECT list(text) FROM mention
;;
SELECT repeat('x', 1000000000)
;;
SELECT repeat(text, 1000000) FROM mention
;;
SELECT lpad('x', 1000000000, 'y')
;;
SELECT string_agg(a.text, '') FROM mention a, mention b, mention c
;;
SELECT concat(text, text) FROM mention
;;
WITH a AS (SELECT text || text AS t FROM mention), b AS (SELECT t || t AS t FROM a) SELECT length(t) FROM b
;;
SELECT replace(text, 'a', text) FROM mention
;;
SELECT regexp_replace(text, '.', text, 'g') FROM mention
;;
SELECT printf('%1000000000d', 1)
;;
SELECT format('{:1000000000}', 1)
;;
SELECT strftime(now(), strftime(now(), '%c%c%c%c'))
;;
SELECT max(text, 900000) FROM mention
;;
SELECT arg_max(text, text, 900000) FROM mention
;;
SELECT list_transform([1], x -> getenv('HOME'))
;;
SELECT [x FOR x IN [1,2]]
;;
SELECT {'a': 1}
;;
SELECT COLUMNS(c -> c LIKE '%') FROM mention
;;
SELECT COLUMNS('.*') FROM mention
;;
SELECT $1
;;
SELECT ?
;;
SELECT #1 FROM mention
;;
SELECT CAST('x' AS BLOB)
;;
SELECT 'x'::JSON
;;
SELECT '1'::BIT
;;
SELECT CAST(1 AS main.t)
;;
SELECT [1,2]::INTEGER[]
;;
SELECT * FROM mention AT (VERSION => 1)
;;
SELECT * FROM mention TABLESAMPLE RESERVOIR(1000000000 ROWS)
;;
PIVOT mention ON source USING count(*)
;;
SELECT * FROM (PIVOT mention ON source USING count(*))
;;
UNPIVOT mention ON p_neg, p_pos INTO NAME k VALUE v
;;
SELECT unnest([1,2,3])
;;
SELECT text COLLATE nocase FROM mention
;;
SELECT * FROM mention POSITIONAL JOIN mention
;;
SELECT regexp_matches(text, '(((((a*)*)*)*)*)*$') FROM mention LIMIT 5 -- allowed
;;
SELECT count(*) FROM mention WHERE text LIKE '%a%e%i%o%u%a%e%i%o%' -- allowed
;;
VALUES (1), (2) -- allowed
