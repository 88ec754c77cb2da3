package dash

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Query is an expression of a dashboard, for checks.
type Query struct {
	Panel     string // title of the panel, name of the annotation or of the variable
	Expr      string
	Loki      bool
	Instant   bool
	Variable  bool            // a question for the values of a variable
	Variables map[string]bool // of the dashboard
}

// Queries lists the expressions of a dashboard's JSON: of panels, annotations and
// variables. It looks at the JSON as Grafana does, not at the code that made it.
func Queries(raw []byte) ([]Query, error) {
	type source struct {
		Type string `json:"type"`
	}
	type target struct {
		Expr       string `json:"expr"`
		Instant    bool   `json:"instant"`
		Datasource source `json:"datasource"`
	}
	var d struct {
		Panels []struct {
			Title   string   `json:"title"`
			Targets []target `json:"targets"`
		} `json:"panels"`
		Annotations struct {
			List []struct {
				Name   string `json:"name"`
				Target target `json:"target"`
			} `json:"list"`
		} `json:"annotations"`
		Templating struct {
			List []struct {
				Name  string `json:"name"`
				Query struct {
					Query string `json:"query"`
				} `json:"query"`
			} `json:"list"`
		} `json:"templating"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("read a dashboard: %w", err)
	}
	names := map[string]bool{}
	for _, v := range d.Templating.List {
		names[v.Name] = true
	}
	var out []Query
	for _, v := range d.Templating.List {
		// label_values(selector, label): the selector is what can be asked.
		inner := strings.TrimSuffix(strings.TrimPrefix(v.Query.Query, "label_values("), ")")
		i := strings.LastIndexByte(inner, ',')
		if i < 0 {
			return nil, fmt.Errorf("variable %s: %q is no label_values(selector, label)", v.Name, v.Query.Query)
		}
		out = append(out, Query{Panel: v.Name, Expr: inner[:i], Variable: true, Variables: names})
	}
	for _, a := range d.Annotations.List {
		if a.Target.Expr != "" {
			out = append(out, Query{Panel: a.Name, Expr: a.Target.Expr, Variables: names})
		}
	}
	for _, p := range d.Panels {
		for _, t := range p.Targets {
			if t.Expr != "" {
				out = append(out, Query{Panel: p.Title, Expr: t.Expr, Loki: t.Datasource.Type == "loki", Instant: t.Instant, Variables: names})
			}
		}
	}
	return out, nil
}

// Fill puts values in place of the variables of an expression, as Grafana does; a
// variable without a value stands for all.
func Fill(expr string, values map[string]string) string {
	for _, v := range []string{"$__rate_interval", "$__interval"} {
		expr = strings.ReplaceAll(expr, v, "1m")
	}
	for _, name := range []string{"kind", "source", "entity", "department"} {
		v, ok := values[name]
		if !ok {
			v = ".*"
		}
		expr = strings.ReplaceAll(expr, "$"+name, v)
	}
	return expr
}
