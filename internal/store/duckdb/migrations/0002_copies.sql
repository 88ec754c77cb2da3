-- Near-copies among the mentions: a row for each that has any. They are apart from
-- the mentions because they are few, are found after loading, and change when more
-- copies come in; figures without campaigns are those with them less these few, so
-- the roll-ups need no further key.
-- cluster = number that the copies of one text share, never 0.
CREATE TABLE copies (mention_id UUID NOT NULL, day INTEGER NOT NULL, cluster UBIGINT NOT NULL, campaign BOOLEAN NOT NULL);

-- How far the search for copies is: all loads up to done, and of those up to target
-- the days before next_day.
CREATE TABLE copy_pass (done INTEGER NOT NULL, target INTEGER NOT NULL, next_day INTEGER NOT NULL);
INSERT INTO copy_pass VALUES (0, 0, 0);
