-- Mentions about food by kind of what they name, a mention once for each kind. Like
-- the other roll-ups it holds all mentions up to load rolled.upto, and several rows may
-- have one key.
CREATE TABLE kind_day (
  kind VARCHAR NOT NULL, day INTEGER NOT NULL, month INTEGER NOT NULL,
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
INSERT INTO kind_day
SELECT kind, day, month, count(*),
  sum(CASE WHEN sentiment = -1 THEN 1 ELSE 0 END), sum(CASE WHEN sentiment = 0 THEN 1 ELSE 0 END), sum(CASE WHEN sentiment = 1 THEN 1 ELSE 0 END),
  sum(CASE WHEN intent = 0 THEN 1 ELSE 0 END),
  sum(CASE WHEN rating > 0 THEN 1 ELSE 0 END), sum(CAST(rating AS DOUBLE)), sum(CAST(rating AS DOUBLE) * CAST(rating AS DOUBLE)),
  sum(CASE WHEN aspects % 4 BETWEEN 1 AND 1 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 4 BETWEEN 2 AND 2 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 4 BETWEEN 3 AND 3 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 16 BETWEEN 4 AND 7 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 16 BETWEEN 8 AND 11 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 16 BETWEEN 12 AND 15 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 64 BETWEEN 16 AND 31 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 64 BETWEEN 32 AND 47 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 64 BETWEEN 48 AND 63 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 256 BETWEEN 64 AND 127 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 256 BETWEEN 128 AND 191 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 256 BETWEEN 192 AND 255 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 1024 BETWEEN 256 AND 511 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 1024 BETWEEN 512 AND 767 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 1024 BETWEEN 768 AND 1023 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 4096 BETWEEN 1024 AND 2047 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 4096 BETWEEN 2048 AND 3071 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 4096 BETWEEN 3072 AND 4095 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 16384 BETWEEN 4096 AND 8191 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 16384 BETWEEN 8192 AND 12287 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 16384 BETWEEN 12288 AND 16383 THEN 1 ELSE 0 END),
  sum(CASE WHEN aspects % 65536 BETWEEN 16384 AND 32767 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 65536 BETWEEN 32768 AND 49151 THEN 1 ELSE 0 END), sum(CASE WHEN aspects % 65536 BETWEEN 49152 AND 65535 THEN 1 ELSE 0 END)
FROM mention_entities
WHERE relevant AND first_of_kind AND load_no <= (SELECT max(upto) FROM rolled)
GROUP BY kind, day, month ORDER BY kind, day;
