package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// viewColumn is a column of a view: its name, type, the expression and what it means.
type viewColumn struct{ name, typ, expr, about string }

// analystView is a table that analysts read; from is what stands after FROM.
type analystView struct {
	name, about, from string
	columns           []viewColumn
	keys              int // the first columns are the keys of a GROUP BY; 0 = none
}

// label turns a code into a name; codes that have none become NULL.
func label(col string, from int, names []string) string {
	var b strings.Builder
	b.WriteString("CASE " + col)
	for i, n := range names {
		fmt.Fprintf(&b, " WHEN %d THEN %s", from+i, quote(n))
	}
	return b.String() + " END"
}

func departments() (codes, names string) {
	var code, name []string
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		code, name = append(code, d.Code()), append(name, d.Name())
	}
	return label("department", 1, code), label("department", 1, name)
}

// dateOf is a number of days as a date.
func dateOf(col string) string { return "DATE '1970-01-01' + CAST(" + col + " AS INTEGER)" }

// aspectCounts are 24 columns of a roll-up.
func aspectCounts() []viewColumn {
	var out []viewColumn
	for a := range mention.NumAspects {
		for _, p := range []string{"neg", "neu", "pos"} {
			name := a.String() + "_" + p
			out = append(out, viewColumn{name, "BIGINT", "CAST(sum(" + name + ") AS BIGINT)", "of n, that speak of " + a.String() + " so"})
		}
	}
	return out
}

// tailAspects counts aspects of mentions that the roll-ups lack.
func tailAspects() string {
	var b strings.Builder
	for a := range mention.NumAspects {
		for i, p := range []string{"neg", "neu", "pos"} {
			fmt.Fprintf(&b, ", CAST((aspects >> %d) & 3 = %d AS INTEGER) AS %s_%s", 2*a, i+1, a, p)
		}
	}
	return b.String()
}

func rolledAspects() string {
	var b strings.Builder
	for a := range mention.NumAspects {
		for _, p := range []string{"neg", "neu", "pos"} {
			b.WriteString(", " + a.String() + "_" + p)
		}
	}
	return b.String()
}

// analystViews are the tables of docs/sql.md over those of the catalog db. Authors are
// in none of them.
func analystViews(db string) []analystView {
	t := func(name string) string { return `"` + strings.ReplaceAll(db, `"`, `""`) + `".main.` + name }
	code, name := departments()
	const province = "CASE WHEN province > 0 THEN lpad(CAST(province AS VARCHAR), 4, '0') END"
	sentiment := label("sentiment", -1, []string{"neg", "neu", "pos"})
	intent := label("intent", 0, mention.IntentLabels)
	prob := func(col string, i int) string {
		return fmt.Sprintf("CASE WHEN scored THEN CAST(((%s >> %d) & 255) AS DOUBLE) / 250 END", col, 8*i)
	}
	mentions := []viewColumn{
		{"id", "VARCHAR", "replace(CAST(id AS VARCHAR), '-', '')", "as in the pages and exports"},
		{"ts", "TIMESTAMP", "ts", "UTC"},
		{"day", "DATE", dateOf("day"), "in Lima"},
		{"month", "DATE", dateOf("month"), "first day of the month"},
		{"source", "VARCHAR", "source", "review, delivery, social, survey"},
		{"channel", "VARCHAR", "channel", ""},
		{"rating", "DOUBLE", "CASE WHEN rating > 0 THEN CAST(rating AS DOUBLE) END", "stars, where given"},
		{"place", "VARCHAR", "nullif(place, '')", "as given"},
		{"department", "VARCHAR", code, "INEI code, 15 = Lima"},
		{"department_name", "VARCHAR", name, ""},
		{"province", "VARCHAR", province, "INEI code, 1501 = Lima; NULL = unknown"},
		{"district", "VARCHAR", "nullif(district, '')", ""},
		{"language", "VARCHAR", "nullif(language, '')", "found, not given"},
		{"undated", "BOOLEAN", "undated", "the day is that of the import"},
		{"synthetic", "BOOLEAN", "synthetic", "of the demo generator"},
		{"scored", "BOOLEAN", "scored", "the model has read it"},
		{"food", "BOOLEAN", "relevant", "is about food"},
		{"p_food", "DOUBLE", prob("scores", 0), "probability"},
		{"sentiment", "VARCHAR", sentiment, "neg, neu, pos"},
		{"p_neg", "DOUBLE", prob("scores", 1), ""}, {"p_neu", "DOUBLE", prob("scores", 2), ""}, {"p_pos", "DOUBLE", prob("scores", 3), ""},
		{"intent", "VARCHAR", intent, strings.Join(mention.IntentLabels, ", ")},
		{"p_intent", "DOUBLE", prob("scores", 4), ""},
	}
	for a := range mention.NumAspects {
		mentions = append(mentions, viewColumn{"aspect_" + a.String(), "VARCHAR", label(fmt.Sprintf("((aspects >> %d) & 3)", 2*a), 1, []string{"neg", "neu", "pos"}), "neg, neu, pos; NULL = not spoken of"})
	}
	mentions = append(mentions, viewColumn{"model", "VARCHAR", "nullif(model, '')", "that labelled it"}, viewColumn{"run", "VARCHAR", "run", "import that brought it"}, viewColumn{"text", "VARCHAR", "text", "redacted"})

	counts := []viewColumn{{"n", "BIGINT", "CAST(sum(n) AS BIGINT)", "mentions"}}
	polar := []viewColumn{{"neg", "BIGINT", "CAST(sum(neg) AS BIGINT)", "of n"}, {"neu", "BIGINT", "CAST(sum(neu) AS BIGINT)", "of n"}, {"pos", "BIGINT", "CAST(sum(pos) AS BIGINT)", "of n"}}
	rated := []viewColumn{{"crave", "BIGINT", "CAST(sum(crave) AS BIGINT)", "of n, that crave"}, {"rated", "BIGINT", "CAST(sum(rated) AS BIGINT)", "of n, with stars"}, {"rating_sum", "DOUBLE", "sum(rating_sum)", "of the stars of rated"}}
	tail := " WHERE load_no > (SELECT max(upto) FROM " + t("rolled") + ")"
	single := "1 AS n, CAST(sentiment = -1 AS INTEGER) AS neg, CAST(sentiment = 0 AS INTEGER) AS neu, CAST(sentiment = 1 AS INTEGER) AS pos, CAST(intent = 0 AS INTEGER) AS crave, CAST(rating > 0 AS INTEGER) AS rated, CAST(rating AS DOUBLE) AS rating_sum"
	sums := "n, neg, neu, pos, crave, rated, rating_sum"
	entityKeys := []viewColumn{{"entity", "VARCHAR", "entity", "id of the lexicon"}, {"kind", "VARCHAR", "kind", strings.Join(metric.Kinds, ", ")}}
	days := []viewColumn{{"day", "DATE", dateOf("day"), "in Lima"}, {"month", "DATE", dateOf("month"), "first day of the month"}}
	place := []viewColumn{{"department", "VARCHAR", code, "INEI code; NULL = unknown"}, {"department_name", "VARCHAR", name, ""}}
	return []analystView{
		{"mention", "One row a mention, with what the models say of it.", t("mentions"), mentions, 0},
		{"mention_entity", "One row for each entity that a mention names.", t("mention_entities"), []viewColumn{
			{"mention_id", "VARCHAR", "replace(CAST(mention_id AS VARCHAR), '-', '')", "mention.id"}, entityKeys[0], entityKeys[1], days[0], days[1],
			{"source", "VARCHAR", "source", ""}, {"channel", "VARCHAR", "channel", ""}, {"rating", "DOUBLE", "CASE WHEN rating > 0 THEN CAST(rating AS DOUBLE) END", "stars, where given"},
			place[0], place[1], {"province", "VARCHAR", province, "INEI code; NULL = unknown"}, {"food", "BOOLEAN", "relevant", "is about food"}, {"sentiment", "VARCHAR", sentiment, "of the mention"}, {"intent", "VARCHAR", intent, "of the mention"}}, 0},
		{"kpi_day", "Counts by day, source, department, sentiment and topic.",
			"(SELECT day, month, source, sentiment, department, relevant, n, crave, rated, rating_sum" + rolledAspects() + " FROM " + t("kpi_day") +
				" UNION ALL SELECT day, month, source, sentiment, department, relevant, 1, CAST(intent = 0 AS INTEGER), CAST(rating > 0 AS INTEGER), CAST(rating AS DOUBLE)" + tailAspects() + " FROM " + t("mentions") + tail + ")",
			slices.Concat(days, []viewColumn{{"source", "VARCHAR", "source", ""}}, place, []viewColumn{{"sentiment", "VARCHAR", sentiment, "NULL = not scored"}, {"food", "BOOLEAN", "relevant", "is about food"}}, counts, rated, aspectCounts()), 7},
		{"entity_day", "Counts by entity and day; only mentions about food.",
			"(SELECT entity, kind, day, month, " + sums + rolledAspects() + " FROM " + t("entity_day") +
				" UNION ALL SELECT entity, kind, day, month, " + single + tailAspects() + " FROM " + t("mention_entities") + tail + " AND relevant)",
			slices.Concat(entityKeys, days, counts, polar, rated, aspectCounts()), 4},
		{"entity_department_day", "Counts by entity, department and day; only mentions about food.",
			"(SELECT entity, kind, department, day, month, " + sums + " FROM " + t("entity_department_day") +
				" UNION ALL SELECT entity, kind, department, day, month, " + single + " FROM " + t("mention_entities") + tail + " AND relevant)",
			slices.Concat(entityKeys, place, days, counts, polar, rated), 6},
	}
}

// create is the statement that makes the view for one connection.
func (v *analystView) create() string {
	var b strings.Builder
	b.WriteString("CREATE TEMP VIEW " + v.name + " AS SELECT ")
	for i, c := range v.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.expr + " AS " + c.name)
	}
	b.WriteString(" FROM " + v.from)
	for i := range v.keys {
		if i == 0 {
			b.WriteString(" GROUP BY ")
		} else {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, i+1)
	}
	return b.String()
}

// AnalystViews says which tables SQL may read.
func AnalystViews() []store.SQLView {
	var out []store.SQLView
	for _, v := range analystViews("") {
		s := store.SQLView{Name: v.name, About: v.about}
		for _, c := range v.columns {
			s.Columns = append(s.Columns, store.SQLViewColumn{Name: c.name, Type: c.typ, About: c.about})
		}
		out = append(out, s)
	}
	return out
}
