-- Mentions about food by day and source, with sentiments as columns: what most charts
-- ask, in a few rows a day. Like the other roll-ups it holds all mentions up to load
-- rolled.upto, and several rows may have one key.
CREATE TABLE source_day (
  source VARCHAR NOT NULL, day INTEGER NOT NULL, month INTEGER NOT NULL,
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
INSERT INTO source_day
SELECT source, day, month, sum(n),
  sum(CASE WHEN sentiment = -1 THEN n ELSE 0 END), sum(CASE WHEN sentiment = 0 THEN n ELSE 0 END), sum(CASE WHEN sentiment = 1 THEN n ELSE 0 END),
  sum(crave), sum(rated), sum(rating_sum), sum(rating_sq),
  sum(food_neg), sum(food_neu), sum(food_pos),
  sum(portion_neg), sum(portion_neu), sum(portion_pos),
  sum(price_neg), sum(price_neu), sum(price_pos),
  sum(service_neg), sum(service_neu), sum(service_pos),
  sum(delivery_neg), sum(delivery_neu), sum(delivery_pos),
  sum(ambience_neg), sum(ambience_neu), sum(ambience_pos),
  sum(hygiene_neg), sum(hygiene_neu), sum(hygiene_pos),
  sum(health_neg), sum(health_neu), sum(health_pos)
FROM kpi_day WHERE relevant
GROUP BY source, day, month ORDER BY day, source;
