-- Which food words the stored mentions were annotated with (lexicon, a fingerprint;
-- '' = not known), and the pass that brings them to others: to those of target, all
-- days before next_day are done; seen and changed count its mentions of total.
CREATE TABLE lexicon_pass (
  lexicon VARCHAR NOT NULL, target VARCHAR NOT NULL, next_day INTEGER NOT NULL,
  run VARCHAR NOT NULL, total BIGINT NOT NULL, seen BIGINT NOT NULL, changed BIGINT NOT NULL,
  rewritten BOOLEAN NOT NULL
);
INSERT INTO lexicon_pass VALUES ('', '', 0, '', 0, 0, 0, false);

-- Runs that are no imports: kind says what they do ('' = import), and how far they are.
ALTER TABLE runs ADD COLUMN kind VARCHAR DEFAULT '';
ALTER TABLE runs ADD COLUMN total BIGINT DEFAULT 0;
ALTER TABLE runs ADD COLUMN seen BIGINT DEFAULT 0;
ALTER TABLE runs ADD COLUMN changed BIGINT DEFAULT 0;
