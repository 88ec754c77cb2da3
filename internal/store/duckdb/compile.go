package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// This file is the only place that turns filters and queries into SQL. The text
// keeps to what DuckDB and ClickHouse both read: sum(CASE …), CAST AS BIGINT,
// IN (subquery), LIKE, stored day and month columns, positional parameters.

// spec asks for the statistics of groups of mentions, or of (mention, entity)
// pairs, in which a mention counts once for each of its entities.
type spec struct {
	filter metric.Filter // resolved: no window
	by     []metric.Dimension
	need   metric.Need
	pairs  bool
	tail   bool  // only mentions of loads after the one below
	after  int32 //
}

func (sp *spec) groups(d metric.Dimension) bool { return slices.Contains(sp.by, d) }

// table is one of the tables that can answer a spec.
type table struct {
	name   string
	rollup bool // rows are sums, n of them mentions
	wide   bool // only mentions about food, and their sentiments are columns
	pairs  bool // has kind, and entity but for kind_day
}

var (
	rawMentions      = table{name: "mentions"}
	rawPairs         = table{name: "mention_entities", pairs: true}
	rollupKPI        = table{name: "kpi_day", rollup: true}
	rollupSource     = table{name: "source_day", rollup: true, wide: true}
	rollupKind       = table{name: "kind_day", rollup: true, wide: true, pairs: true}
	rollupEntity     = table{name: "entity_day", rollup: true, wide: true, pairs: true}
	rollupDepartment = table{name: "entity_department_day", rollup: true, wide: true, pairs: true}
)

// route chooses the smallest table that can answer sp exactly.
func route(sp *spec) table {
	f := &sp.filter
	aspects := sp.groups(metric.ByAspect) || len(f.Aspects) > 0
	raw := f.Campaign != metric.IncludeCampaigns || f.Cluster != 0 || len(f.With) > 0 || f.Text != "" || f.Run != "" || len(f.Channels) > 0 || len(f.Intents) > 0 ||
		len(f.Provinces) > 0 || sp.groups(metric.ByProvince) || sp.groups(metric.ByChannel) || sp.groups(metric.ByIntent) || sp.need&metric.NeedAuthors != 0 ||
		// Roll-ups know how many mentions speak of an aspect, not what else they say.
		len(f.Aspects) > 1 && !sp.groups(metric.ByAspect) ||
		aspects && sp.need&^metric.NeedAspect != 0
	one := len(f.Entities) == 1
	// A mention counts once for a kind, so one kind, or each kind apart, can be summed.
	kinds := !sp.pairs && len(f.Entities) == 0 && !sp.groups(metric.ByEntity) && (sp.groups(metric.ByKind) || len(f.Kinds) == 1)
	if kinds && !raw && !f.AllTopics && len(f.Sources)+len(f.Sentiments)+len(f.Departments) == 0 &&
		!sp.groups(metric.BySource) && !sp.groups(metric.BySentiment) && !sp.groups(metric.ByDepartment) {
		return rollupKind
	}
	if !sp.pairs && !one && !sp.groups(metric.ByEntity) && !sp.groups(metric.ByKind) {
		if raw || len(f.Entities) > 0 || len(f.Kinds) > 0 {
			return rawMentions
		}
		if !f.AllTopics && len(f.Departments)+len(f.Sentiments) == 0 && !sp.groups(metric.ByDepartment) && !sp.groups(metric.BySentiment) {
			return rollupSource
		}
		return rollupKPI
	}
	exact := sp.pairs || one || sp.groups(metric.ByEntity) // by kind alone, two dishes of a mention would count twice
	if raw || !exact || f.AllTopics || len(f.Sources) > 0 || len(f.Sentiments) > 0 || sp.groups(metric.BySource) || sp.groups(metric.BySentiment) {
		return rawPairs
	}
	if len(f.Departments) > 0 || sp.groups(metric.ByDepartment) {
		if aspects {
			return rawPairs
		}
		return rollupDepartment
	}
	return rollupEntity
}

// tailTable is the table whose rows give what a roll-up lacks.
func tailTable(sp *spec, rolled table) table {
	switch {
	case rolled == rollupKPI, rolled == rollupSource, rolled == rollupKind && !sp.groups(metric.ByKind):
		return rawMentions
	default:
		return rawPairs
	}
}

// statement is compiled SQL with what its columns mean: the dimensions, then for
// each aspect (or once, if not grouped by aspect) the statistics.
type statement struct {
	text    string
	args    []any
	dims    []metric.Dimension // without aspect
	aspects []mention.Aspect   // groups by aspect; nil = not grouped by aspect
	// aspectAt is where the aspect's key goes among the dimensions.
	aspectAt int
	stats    []stat
}

// stat is one additive (or distinct) statistic.
type stat uint8

const (
	statMentions stat = iota
	statScored
	statNeg
	statNeu
	statPos
	statCrave
	statRated
	statRatingSum
	statRatingSq
	statAspectNeg
	statAspectNeu
	statAspectPos
	statAuthors
	statAuthored
)

// statsFor lists the statistics that the needs ask for.
func statsFor(need metric.Need) []stat {
	out := []stat{statMentions}
	if need&(metric.NeedSentiment|metric.NeedCrave) != 0 {
		out = append(out, statScored)
	}
	if need&metric.NeedSentiment != 0 {
		out = append(out, statNeg, statNeu, statPos)
	}
	if need&metric.NeedCrave != 0 {
		out = append(out, statCrave)
	}
	if need&metric.NeedRating != 0 {
		out = append(out, statRated, statRatingSum, statRatingSq)
	}
	if need&metric.NeedAspect != 0 {
		out = append(out, statAspectNeg, statAspectNeu, statAspectPos)
	}
	if need&metric.NeedAuthors != 0 {
		out = append(out, statAuthors, statAuthored)
	}
	return out
}

// maxGroups bounds the rows of one statement.
const maxGroups = 2_000_000

// compile writes the SQL of sp for the table that route chose, or for any other
// table that can answer it.
func compile(sp *spec, t table) statement {
	st := statement{stats: statsFor(sp.need &^ metric.NeedVoice)}
	c := conditions{}
	c.filter(&sp.filter, t)
	if sp.tail {
		c.add("load_no > ?", sp.after)
	}
	var keys []string
	for i, d := range sp.by {
		switch d {
		case metric.ByAspect:
			st.aspects, st.aspectAt = aspectsOf(&sp.filter), i
			continue
		case metric.ByWeek: // day 0 was a Thursday
			keys = append(keys, "CAST(day - (day + 3) % 7 AS INTEGER)")
		case metric.BySentiment:
			c.add(fmt.Sprintf("sentiment < %d", unscoredSentiment))
			keys = append(keys, "sentiment")
		case metric.ByIntent:
			c.add(fmt.Sprintf("intent < %d", unscoredIntent))
			keys = append(keys, "intent")
		default: // the dimension is the name of its column
			keys = append(keys, string(d))
		}
		st.dims = append(st.dims, d)
	}
	from := t.name
	if t == rawPairs && !sp.pairs && sp.groups(metric.ByKind) && !sp.groups(metric.ByEntity) {
		switch {
		case len(sp.filter.Entities) == 0:
			c.add("first_of_kind")
		case len(sp.filter.Entities) > 1:
			from = "(SELECT DISTINCT mention_id, kind, day, month, source, channel, author_key, rating, department, province, relevant, sentiment, intent, aspects, load_no FROM mention_entities WHERE " + c.text() + ") AS p"
			c.parts = nil // the arguments stay, in the same order
		}
	}
	columns := slices.Clone(keys)
	if st.aspects == nil {
		only := -1
		if len(sp.filter.Aspects) > 0 {
			only = int(sp.filter.Aspects[0].Aspect) // the one that aspect statistics are of
		}
		narrowed := t.rollup && len(sp.filter.Aspects) > 0
		for _, s := range st.stats {
			columns = append(columns, t.column(s, only, narrowed, &sp.filter))
		}
	}
	for _, a := range st.aspects {
		for _, s := range st.stats {
			columns = append(columns, t.column(s, int(a), true, &sp.filter))
		}
	}
	st.text = "SELECT " + strings.Join(columns, ", ") + " FROM " + from + " WHERE " + c.text()
	if len(keys) > 0 {
		st.text += " GROUP BY " + strings.Join(keys, ", ")
	}
	st.text += fmt.Sprintf(" LIMIT %d", maxGroups)
	st.args = c.args
	return st
}

// aspectsOf lists the aspects that groups by aspect are about: those of the filter
// if it names some, else all.
func aspectsOf(f *metric.Filter) []mention.Aspect {
	var out []mention.Aspect
	for a := range mention.NumAspects {
		if len(f.Aspects) == 0 || len(labelsOf(f, a)) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// labelsOf lists the labels of an aspect that the filter lets through.
func labelsOf(f *metric.Filter, a mention.Aspect) []mention.AspectLabel {
	all := []mention.AspectLabel{mention.AspectNeg, mention.AspectNeu, mention.AspectPos}
	if len(f.Aspects) == 0 {
		return all
	}
	var out []mention.AspectLabel
	for _, x := range f.Aspects {
		switch {
		case x.Aspect != a:
		case x.Polarity == mention.AspectNone:
			return all
		case !slices.Contains(out, x.Polarity):
			out = append(out, x.Polarity)
		}
	}
	slices.Sort(out)
	return out
}

// labelCondition is the SQL for "the mention speaks of a with one of labels".
func labelCondition(a mention.Aspect, labels []mention.AspectLabel) string {
	// Digit a of base 4 is the label, so what is left of the digits up to a tells it.
	unit := 1 << (2 * a)
	rest := fmt.Sprintf("aspects %% %d", 4*unit)
	if len(labels) == 3 {
		return fmt.Sprintf("%s >= %d", rest, unit)
	}
	parts := make([]string, len(labels))
	for i, l := range labels {
		parts[i] = fmt.Sprintf("%s BETWEEN %d AND %d", rest, int(l)*unit, (int(l)+1)*unit-1)
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// column is the SQL of one statistic. aspect is the one that aspect statistics are
// of (-1 = none); with narrowed only mentions that speak of it count.
func (t table) column(s stat, aspect int, narrowed bool, f *metric.Filter) string {
	var labels []mention.AspectLabel
	var name string
	if aspect >= 0 {
		labels = labelsOf(f, mention.Aspect(aspect))
		name = mention.AspectNames[aspect]
	}
	label := mention.AspectLabel(s-statAspectNeg) + mention.AspectNeg // for the aspect statistics
	if t.rollup {
		switch s {
		case statMentions:
			if !narrowed {
				return whole("sum(n)")
			}
			parts := make([]string, len(labels))
			for i, l := range labels {
				parts[i] = name + "_" + l.String()
			}
			return whole("sum(" + strings.Join(parts, " + ") + ")")
		case statAspectNeg, statAspectNeu, statAspectPos:
			if !slices.Contains(labels, label) {
				return "CAST(0 AS BIGINT)"
			}
			return whole("sum(" + name + "_" + label.String() + ")")
		case statCrave:
			return whole("sum(crave)")
		case statRated:
			return whole("sum(rated)")
		case statRatingSum:
			return "coalesce(sum(rating_sum), 0)"
		case statRatingSq:
			return "coalesce(sum(rating_sq), 0)"
		}
		if !t.wide { // sentiment is a key
			return whole("sum(CASE WHEN " + sentimentCondition(s) + " THEN n ELSE 0 END)")
		}
		return whole("sum(" + map[stat]string{statScored: "neg + neu + pos", statNeg: "neg", statNeu: "neu", statPos: "pos"}[s] + ")")
	}
	and := ""
	if narrowed {
		and = labelCondition(mention.Aspect(aspect), labels) + " AND "
	}
	count := func(cond string) string { return whole("sum(CASE WHEN " + and + cond + " THEN 1 ELSE 0 END)") }
	switch s {
	case statMentions:
		if !narrowed {
			return "count(*)"
		}
		return whole("sum(CASE WHEN " + strings.TrimSuffix(and, " AND ") + " THEN 1 ELSE 0 END)")
	case statCrave:
		return count("intent = 0")
	case statRated:
		return count("rating > 0")
	case statRatingSum: // no rating is 0
		return "coalesce(sum(CASE WHEN " + and + "rating > 0 THEN CAST(rating AS DOUBLE) ELSE 0 END), 0)"
	case statRatingSq:
		return "coalesce(sum(CASE WHEN " + and + "rating > 0 THEN CAST(rating AS DOUBLE) * CAST(rating AS DOUBLE) ELSE 0 END), 0)"
	case statAspectNeg, statAspectNeu, statAspectPos:
		return count(labelCondition(mention.Aspect(aspect), []mention.AspectLabel{label}))
	case statAuthors:
		return "count(DISTINCT CASE WHEN " + and + "author_key <> 0 THEN author_key END)"
	case statAuthored:
		return count("author_key <> 0")
	}
	return count(sentimentCondition(s))
}

func sentimentCondition(s stat) string {
	return map[stat]string{
		statScored: fmt.Sprintf("sentiment < %d", unscoredSentiment),
		statNeg:    "sentiment = -1", statNeu: "sentiment = 0", statPos: "sentiment = 1",
	}[s]
}

// whole makes a sum a BIGINT; of nothing it is 0.
func whole(sum string) string { return "CAST(coalesce(" + sum + ", 0) AS BIGINT)" }

// conditions collects the parts of a WHERE clause with their arguments.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(part string, args ...any) {
	c.parts = append(c.parts, part)
	c.args = append(c.args, args...)
}

func (c *conditions) text() string {
	if len(c.parts) == 0 {
		return "1 = 1"
	}
	return strings.Join(c.parts, " AND ")
}

// in adds "column IN (…)" for a list that is not empty.
func in[T any](c *conditions, column string, list []T, arg func(T) any) {
	inCast(c, column, "?", list, arg)
}

// inCast is in with a placeholder of its own.
func inCast[T any](c *conditions, column, placeholder string, list []T, arg func(T) any) {
	if len(list) == 0 {
		return
	}
	args := make([]any, len(list))
	for i, x := range list {
		args[i] = arg(x)
	}
	c.add(column+" IN ("+strings.TrimSuffix(strings.Repeat(placeholder+", ", len(list)), ", ")+")", args...)
}

func text[T ~string](s T) any { return string(s) }

// days adds the bounds of f.
func (c *conditions) days(f *metric.Filter) {
	if f.From != 0 {
		c.add("day >= ?", int32(f.From))
	}
	if f.To != 0 {
		c.add("day <= ?", int32(f.To))
	}
}

// filter adds the conditions of f on a table.
func (c *conditions) filter(f *metric.Filter, t table) {
	c.days(f)
	if !f.AllTopics && !t.wide {
		c.add("relevant")
	}
	switch {
	case t.pairs:
		in(c, "entity", f.Entities, text)
		in(c, "kind", f.Kinds, text)
	case len(f.Entities) > 0:
		sub := conditions{}
		sub.days(f)
		in(&sub, "entity", f.Entities, text)
		in(&sub, "kind", f.Kinds, text)
		c.add("id IN (SELECT mention_id FROM mention_entities WHERE "+sub.text()+")", sub.args...)
	case len(f.Kinds) > 0:
		c.add("kinds IN (" + kindMasks(f.Kinds) + ")")
	}
	in(c, "department", f.Departments, func(d mention.Department) any { return uint8(d) })
	in(c, "province", f.Provinces, func(p mention.Province) any { return uint16(p) })
	in(c, "source", f.Sources, text)
	in(c, "channel", f.Channels, text)
	in(c, "sentiment", f.Sentiments, func(s mention.Sentiment) any { return int8(s) })
	in(c, "intent", f.Intents, func(i mention.Intent) any { return uint8(i) })
	if len(f.Aspects) > 0 && !t.rollup { // in a roll-up, columns are chosen instead
		var any []string
		for _, a := range aspectsOf(f) {
			any = append(any, labelCondition(a, labelsOf(f, a)))
		}
		c.add("(" + strings.Join(any, " OR ") + ")")
	}
	for _, e := range f.With {
		id, sub := "id", conditions{}
		if t.pairs {
			id = "mention_id"
		}
		sub.days(f)
		sub.add("entity = ?", e)
		c.add(id+" IN (SELECT mention_id FROM mention_entities WHERE "+sub.text()+")", sub.args...)
	}
	c.copyConditions(f, t)
	if f.Text == "" && f.Run == "" {
		return
	}
	if t == rawMentions {
		c.textAndRun(f)
		return
	}
	sub := conditions{}
	sub.days(f)
	sub.textAndRun(f)
	c.add("mention_id IN (SELECT id FROM mentions WHERE "+sub.text()+")", sub.args...)
}

// textAndRun adds the conditions that only the mentions themselves can answer.
func (c *conditions) textAndRun(f *metric.Filter) {
	if f.Run != "" {
		c.add("run = ?", f.Run)
	}
	for _, word := range strings.Fields(lexicon.Fold(f.Text)) {
		if strings.ContainsAny(word, `%_\`) {
			c.add(`folded LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`%`, `\%`, `_`, `\_`, `\`, `\\`).Replace(word)+"%")
		} else {
			c.add("folded LIKE ?", "%"+word+"%")
		}
	}
}

// kindMasks lists the values of mentions.kinds that have one of kinds in them.
func kindMasks(kinds []string) string {
	var want uint8
	for _, k := range kinds {
		want |= kindBit(k)
	}
	var out []string
	for m := 1; m < 1<<len(metric.Kinds); m++ {
		if uint8(m)&want != 0 {
			out = append(out, fmt.Sprint(m))
		}
	}
	if len(out) == 0 {
		return "-1"
	}
	return strings.Join(out, ", ")
}
