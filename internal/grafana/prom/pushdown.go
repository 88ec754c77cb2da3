package prom

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// keepLabel is the name of a matcher that this package adds to a selector before
// the engine sees it: the labels that the aggregation around it keeps. The engine
// hands matchers on and does not look at them, while its own hints say what the
// innermost call is and forget the aggregation around sum_over_time.
const keepLabel = "__antojo_keep__"

// note adds to each selector under a sum what the sum keeps. Series of a family all
// have a sample for each day (a day without mentions has 0), so a sum of sums,
// means or last values over time is the same over series that the store has added
// up before.
func note(e parser.Expr) {
	parser.Inspect(e, func(n parser.Node, path []parser.Node) error {
		s, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		s.LabelMatchers = slices.DeleteFunc(s.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == keepLabel })
		if keep, ok := kept(path); ok {
			s.LabelMatchers = append(s.LabelMatchers, labels.MustNewMatcher(labels.MatchEqual, keepLabel, keep))
		}
		return nil
	})
}

// kept says what the sum over a selector keeps of it; ok is false where something
// else than a sum, or than sums over time within it, uses its series.
func kept(path []parser.Node) (string, bool) {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *parser.ParenExpr, *parser.MatrixSelector, *parser.StepInvariantExpr:
		case *parser.Call:
			switch n.Func.Name {
			case "sum_over_time", "avg_over_time", "last_over_time":
			default:
				return "", false
			}
		case *parser.AggregateExpr:
			if n.Op != parser.SUM {
				return "", false
			}
			sign := "+"
			if n.Without {
				sign = "-"
			}
			return sign + strings.Join(n.Grouping, ","), true
		default:
			return "", false
		}
	}
	return "", false
}

// keeping says which labels of a series are wanted; nil = all.
type keeping struct {
	names   []string
	without bool
}

func parseKeep(s string) *keeping {
	if s == "" {
		return nil
	}
	k := &keeping{without: s[0] == '-'}
	if s = s[1:]; s != "" {
		k.names = strings.Split(s, ",")
	}
	return k
}

// wants reports whether a label is wanted.
func (k *keeping) wants(name string) bool {
	return k == nil || slices.Contains(k.names, name) != k.without
}
