-- One row a mention, with what the models say of it.
-- day and month count days since 1970-01-01 in Lima (month: its first day);
-- department 0 = unknown; sentiment -1, 0, 1, and 2 = not scored;
-- intent in head order, 5 = not scored;
-- aspects = a digit of base 4 for each aspect, food the lowest: 0 none, 1 neg, 2 neu, 3 pos;
-- author_key = 64 bits of a hash of author, 0 = unknown;
-- kinds = bit set of the kinds of entities named, in the order of metric.Kinds;
-- scores = a byte each, in 250ths, from the lowest: P(food), P(neg), P(neu), P(pos), P(intent);
-- p_aspects = likewise the probability of each aspect's label, food the lowest;
-- entities = all occurrences as JSON; folded = text in lower case without accents;
-- load_no = number of the load that brought it, in rising order.
CREATE TABLE mentions (
  id UUID NOT NULL, ts TIMESTAMP NOT NULL, day INTEGER NOT NULL, month INTEGER NOT NULL,
  source VARCHAR NOT NULL, channel VARCHAR NOT NULL, author VARCHAR NOT NULL, author_key UBIGINT NOT NULL,
  rating FLOAT NOT NULL, place VARCHAR NOT NULL, given_department UTINYINT NOT NULL, department UTINYINT NOT NULL,
  district VARCHAR NOT NULL, lang VARCHAR NOT NULL, language VARCHAR NOT NULL,
  undated BOOLEAN NOT NULL, synthetic BOOLEAN NOT NULL,
  scored BOOLEAN NOT NULL, relevant BOOLEAN NOT NULL,
  sentiment TINYINT NOT NULL, intent UTINYINT NOT NULL, scores UBIGINT NOT NULL,
  aspects USMALLINT NOT NULL,
  p_aspects UBIGINT NOT NULL,
  kinds UTINYINT NOT NULL, entities VARCHAR NOT NULL,
  text VARCHAR NOT NULL, folded VARCHAR NOT NULL, model VARCHAR NOT NULL, run VARCHAR NOT NULL,
  load_no INTEGER NOT NULL
);

-- One row for each entity that a mention names, however often it names it, with
-- what queries by entity need, so that they need no join. first_of_kind marks one
-- row for each kind that a mention names.
CREATE TABLE mention_entities (
  mention_id UUID NOT NULL, day INTEGER NOT NULL, month INTEGER NOT NULL,
  entity VARCHAR NOT NULL, kind VARCHAR NOT NULL, first_of_kind BOOLEAN NOT NULL,
  source VARCHAR NOT NULL, channel VARCHAR NOT NULL, author_key UBIGINT NOT NULL, rating FLOAT NOT NULL,
  department UTINYINT NOT NULL, relevant BOOLEAN NOT NULL, sentiment TINYINT NOT NULL, intent UTINYINT NOT NULL,
  aspects USMALLINT NOT NULL,
  load_no INTEGER NOT NULL
);

-- Roll-ups of all mentions up to load rolled.upto. Newer ones, the tail, are added
-- to them a few ten thousand at a time; until then queries sum the tail beside
-- them. Several rows may have one key and readers always sum; compaction merges
-- the rows of a day.
CREATE TABLE rolled (upto INTEGER NOT NULL);
INSERT INTO rolled VALUES (0);

CREATE TABLE kpi_day (
  day INTEGER NOT NULL, month INTEGER NOT NULL, source VARCHAR NOT NULL, sentiment TINYINT NOT NULL,
  department UTINYINT NOT NULL, relevant BOOLEAN NOT NULL,
  n INTEGER NOT NULL, crave INTEGER NOT NULL,
  rated INTEGER NOT NULL, rating_sum DOUBLE NOT NULL, rating_sq DOUBLE NOT NULL,
  food_neg INTEGER NOT NULL, food_neu INTEGER NOT NULL, food_pos INTEGER NOT NULL,
  portion_neg INTEGER NOT NULL, portion_neu INTEGER NOT NULL, portion_pos INTEGER NOT NULL,
  price_neg INTEGER NOT NULL, price_neu INTEGER NOT NULL, price_pos INTEGER NOT NULL,
  service_neg INTEGER NOT NULL, service_neu INTEGER NOT NULL, service_pos INTEGER NOT NULL,
  delivery_neg INTEGER NOT NULL, delivery_neu INTEGER NOT NULL, delivery_pos INTEGER NOT NULL,
  ambience_neg INTEGER NOT NULL, ambience_neu INTEGER NOT NULL, ambience_pos INTEGER NOT NULL,
  hygiene_neg INTEGER NOT NULL, hygiene_neu INTEGER NOT NULL, hygiene_pos INTEGER NOT NULL,
  health_neg INTEGER NOT NULL, health_neu INTEGER NOT NULL, health_pos INTEGER NOT NULL
);

-- Only mentions about food.
CREATE TABLE entity_day (
  entity VARCHAR NOT NULL, kind VARCHAR NOT NULL, day INTEGER NOT NULL, month INTEGER NOT NULL,
  n INTEGER NOT NULL, neg INTEGER NOT NULL, neu INTEGER NOT NULL, pos INTEGER NOT NULL, crave INTEGER NOT NULL,
  rated INTEGER NOT NULL, rating_sum DOUBLE NOT NULL, rating_sq DOUBLE NOT NULL,
  food_neg INTEGER NOT NULL, food_neu INTEGER NOT NULL, food_pos INTEGER NOT NULL,
  portion_neg INTEGER NOT NULL, portion_neu INTEGER NOT NULL, portion_pos INTEGER NOT NULL,
  price_neg INTEGER NOT NULL, price_neu INTEGER NOT NULL, price_pos INTEGER NOT NULL,
  service_neg INTEGER NOT NULL, service_neu INTEGER NOT NULL, service_pos INTEGER NOT NULL,
  delivery_neg INTEGER NOT NULL, delivery_neu INTEGER NOT NULL, delivery_pos INTEGER NOT NULL,
  ambience_neg INTEGER NOT NULL, ambience_neu INTEGER NOT NULL, ambience_pos INTEGER NOT NULL,
  hygiene_neg INTEGER NOT NULL, hygiene_neu INTEGER NOT NULL, hygiene_pos INTEGER NOT NULL,
  health_neg INTEGER NOT NULL, health_neu INTEGER NOT NULL, health_pos INTEGER NOT NULL
);

-- Only mentions about food.
CREATE TABLE entity_department_day (
  entity VARCHAR NOT NULL, kind VARCHAR NOT NULL, department UTINYINT NOT NULL, day INTEGER NOT NULL, month INTEGER NOT NULL,
  n INTEGER NOT NULL, neg INTEGER NOT NULL, neu INTEGER NOT NULL, pos INTEGER NOT NULL, crave INTEGER NOT NULL,
  rated INTEGER NOT NULL, rating_sum DOUBLE NOT NULL, rating_sq DOUBLE NOT NULL
);

-- Days with several rows for one key of a roll-up.
CREATE TABLE dirty_days (day INTEGER NOT NULL);

-- How far each stream of the log has been loaded.
CREATE TABLE offsets (stream VARCHAR NOT NULL, seq UBIGINT NOT NULL);

-- Imports. What became of their rows is counted by loads, in run_counts, with
-- several rows a run.
CREATE TABLE runs (
  id VARCHAR NOT NULL, file VARCHAR NOT NULL, channel VARCHAR NOT NULL, source VARCHAR NOT NULL,
  started TIMESTAMP NOT NULL, finished TIMESTAMP, status VARCHAR NOT NULL, error VARCHAR NOT NULL,
  rejected BIGINT NOT NULL, undated BIGINT NOT NULL, dead BIGINT NOT NULL, rejections VARCHAR NOT NULL
);
CREATE TABLE run_counts (run VARCHAR NOT NULL, accepted BIGINT NOT NULL, duplicate BIGINT NOT NULL);
