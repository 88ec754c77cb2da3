-- Province by INEI code (1501 = Lima), 0 = unknown; always one of the department. What is
-- stored already gets its provinces from the pass over the food words (lexicon_pass),
-- which a program that knows provinces begins by itself.
ALTER TABLE mentions ADD COLUMN province USMALLINT DEFAULT 0;
ALTER TABLE mention_entities ADD COLUMN province USMALLINT DEFAULT 0;
