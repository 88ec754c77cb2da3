package duckdb

import (
	"context"
	"fmt"
	"strings"

	"antojo/internal/mention"
)

// rollUpTables are the tables that rollUp fills.
func rollUpTables() []string {
	return []string{rollupKPI.name, rollupSource.name, rollupKind.name, rollupEntity.name, rollupDepartment.name}
}

// A group costs by the number of its sums, so labels are counted three at a time, in
// fields of one BIGINT that are taken apart at the end. A field holds 2^21 - 1; groups of
// days with more than half as many mentions are split by their ids, which roll-ups allow,
// since several of their rows may have one key.
const (
	fieldBits = 21
	fieldMask = 1<<fieldBits - 1
)

// oneIn is 1 in the nth field.
func oneIn(n int) string { return fmt.Sprintf("CAST(%d AS BIGINT)", int64(1)<<(fieldBits*n)) }

// fieldsOf are the first n fields of a column.
func fieldsOf(column string, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("(%s >> %d) & %d", column, fieldBits*i, fieldMask)
	}
	return strings.Join(out, ", ")
}

// rollUp aggregates mentions and pairs into the roll-ups.
func rollUp(ctx context.Context, w *writer, mentions, pairs, where string) error {
	var most int64
	if err := w.conn.QueryRowContext(ctx, "SELECT CAST(coalesce(max(n), 0) AS BIGINT) FROM (SELECT count(*) AS n FROM "+mentions+" WHERE "+where+" GROUP BY day)").Scan(&most); err != nil {
		return fmt.Errorf("roll up: count mentions of days: %w", err)
	}
	for _, q := range rollUpQueries(mentions, pairs, where, most/(fieldMask/2)+1) {
		if _, err := w.exec(ctx, q); err != nil {
			return fmt.Errorf("roll up: %w", err)
		}
	}
	return nil
}

// rollUpQueries are the statements that fill the roll-ups, each key split into parts.
func rollUpQueries(mentions, pairs, where string, parts int64) []string {
	const (
		polarity = ", sum(CASE sentiment WHEN -1 THEN %s WHEN 0 THEN %s WHEN 1 THEN %s ELSE 0 END) AS polarity"
		others   = ", sum(CASE WHEN intent = 0 THEN %s ELSE 0 END + CASE WHEN rating > 0 THEN %s ELSE 0 END) AS others" +
			", sum(CAST(rating AS DOUBLE)) AS rating_sum, sum(CAST(rating AS DOUBLE) * CAST(rating AS DOUBLE)) AS rating_sq"
	)
	sumPolarity, sumOthers := fmt.Sprintf(polarity, oneIn(0), oneIn(1), oneIn(2)), fmt.Sprintf(others, oneIn(0), oneIn(1))
	outPolarity, outOthers := ", "+fieldsOf("polarity", 3), ", "+fieldsOf("others", 2)+", rating_sum, rating_sq"
	var sumAspects, outAspects strings.Builder
	for a := range mention.NumAspects { // digit a of base 4 is the label
		fmt.Fprintf(&sumAspects, ", sum(CASE (CAST(aspects AS INTEGER) >> %d) & 3 WHEN %d THEN %s WHEN %d THEN %s WHEN %d THEN %s ELSE 0 END) AS aspect%d",
			2*a, mention.AspectNeg, oneIn(0), mention.AspectNeu, oneIn(1), mention.AspectPos, oneIn(2), a)
		outAspects.WriteString(", " + fieldsOf(fmt.Sprintf("aspect%d", a), 3))
	}
	query := func(into, key, sums, from, id, which, outs, order string) string {
		by := key
		if parts > 1 {
			by += fmt.Sprintf(", hash(%s) %% %d", id, parts)
		}
		return fmt.Sprintf("INSERT INTO %s SELECT %s, n%s FROM (SELECT %s, count(*) AS n%s FROM %s WHERE %s%s GROUP BY %s) ORDER BY %s", into, key, outs, key, sums, from, which, where, by, order)
	}
	all, outAll := sumPolarity+sumOthers+sumAspects.String(), outPolarity+outOthers+outAspects.String()
	return []string{
		query(rollupKPI.name, "day, month, source, sentiment, department, relevant", sumOthers+sumAspects.String(), mentions, "id", "", outOthers+outAspects.String(), "day, source, department"),
		query(rollupSource.name, "source, day, month", all, mentions, "id", "relevant AND ", outAll, "day, source"),
		query(rollupKind.name, "kind, day, month", all, pairs, "mention_id", "relevant AND first_of_kind AND ", outAll, "kind, day"),
		query(rollupEntity.name, "entity, kind, day, month", all, pairs, "mention_id", "relevant AND ", outAll, "entity, day"),
		query(rollupDepartment.name, "entity, kind, department, day, month", sumPolarity+sumOthers, pairs, "mention_id", "relevant AND ", outPolarity+outOthers, "entity, day, department"),
	}
}
