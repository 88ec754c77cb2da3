package loki

import (
	"strconv"
	"strings"
)

// String writes the query so that Parse reads the same.
func (q Query) String() string {
	switch {
	case q.Number != nil:
		return "vector(" + strconv.FormatFloat(*q.Number, 'g', -1, 64) + ")"
	case q.Metric != nil:
		return q.Metric.String()
	case q.Log != nil:
		return q.Log.String()
	}
	return ""
}

// String writes the selector and the stages.
func (l Log) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range l.Matchers {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(m.Label + opTexts[m.Op] + strconv.Quote(m.Value))
	}
	b.WriteByte('}')
	for _, f := range l.Lines {
		b.WriteString(" " + [...]string{"|=", "!=", "|~", "!~"}[f.Op] + " " + strconv.Quote(f.Value))
	}
	if len(l.Drop) > 0 {
		b.WriteString(" | drop " + strings.Join(l.Drop, ","))
	}
	if l.Format != "" {
		b.WriteString(" | line_format " + strconv.Quote(l.Format))
	}
	return b.String()
}

// String writes the metric query.
func (m Metric) String() string {
	over := m.Func + "(" + m.Log.String() + " [" + m.Range.String() + "])"
	if !m.Summed {
		return over
	}
	by := ""
	if m.Without {
		by = " without (" + strings.Join(m.By, ",") + ") "
	} else if m.By != nil {
		by = " by (" + strings.Join(m.By, ",") + ") "
	}
	return "sum" + by + "(" + over + ")"
}
