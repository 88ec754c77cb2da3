package sqlguard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/store"
)

// walk goes through what DuckDB understood of a statement.
type walk struct {
	text  string
	views map[string]bool
	nodes int
	fault *store.SQLError

	queries int // within one another, here
	inner   int // of them, in expressions
}

// scope says how many tables each named expression (WITH) in sight reads.
type scope struct {
	name   string
	scans  int
	before *scope
}

func (s *scope) find(name string) (int, bool) {
	for ; s != nil; s = s.before {
		if strings.EqualFold(s.name, name) {
			return s.scans, true
		}
	}
	return 0, false
}

// refuse keeps the first fault.
func (w *walk) refuse(m map[string]any, format string, args ...any) {
	if w.fault != nil {
		return
	}
	at := -1
	if n, ok := m["query_location"].(json.Number); ok {
		if v, err := strconv.Atoi(n.String()); err == nil {
			at = v
		}
	}
	w.fault = At(w.text, at, fmt.Sprintf(format, args...))
}

// show returns the SHOW_REF of a statement that is DESCRIBE or SHOW, else nil.
func (w *walk) show(node map[string]any) map[string]any {
	from, _ := node["from_table"].(map[string]any)
	if from == nil || from["type"] != "SHOW_REF" {
		return nil
	}
	return from
}

// shape says what a DESCRIBE or SHOW asks: the list of tables, or how the answer of a
// query looks.
func (w *walk) shape(ref map[string]any) (tables bool, query map[string]any) {
	query, _ = ref["query"].(map[string]any)
	switch ref["show_type"] {
	case "DESCRIBE":
		if query != nil {
			return false, query
		}
	case "SHOW_UNQUALIFIED":
		if ref["table_name"] == `"tables"` && query == nil && str(ref, "catalog_name")+str(ref, "schema_name") == "" {
			return true, nil
		}
	}
	w.refuse(ref, "of SHOW and DESCRIBE there are SHOW TABLES, DESCRIBE table and DESCRIBE SELECT …")
	return false, nil
}

func str(m map[string]any, key string) string { s, _ := m[key].(string); return s }

// visit walks v and returns how many tables it reads. key is the name under which v
// stands in its parent.
func (w *walk) visit(v any, in *scope, key string) (scans int) {
	if w.fault != nil {
		return 0
	}
	if w.nodes++; w.nodes > 8*maxNodes {
		w.refuse(nil, "the statement has too many parts")
		return 0
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			scans += w.visit(e, in, key)
		}
	case map[string]any:
		return w.object(x, in, key)
	}
	return scans
}

func (w *walk) object(m map[string]any, in *scope, key string) (scans int) {
	switch key {
	case "cast_type":
		w.typ(m)
		return 0
	case "value":
		if _, ok := m["is_null"]; ok {
			w.constant(m)
			return 0
		}
	case "sample":
		w.sample(m)
		return 0
	}
	for _, k := range outside {
		if !empty(m[k]) {
			// The parser itself writes the names of a few functions with their schema.
			if k == "schema" && m[k] == "main" && empty(m["catalog"]) && ownSchema[strings.ToLower(str(m, "function_name"))] {
				continue
			}
			w.refuse(m, "names have no catalog or schema before them; SHOW TABLES lists the tables")
			return 0
		}
	}
	if t, ok := m["type"].(string); ok {
		if !types[t] && !w.explainType(m, t) {
			return 0
		}
		// Planning of queries within expressions takes twice as long with each level, and
		// is not interrupted.
		switch {
		case t == "SELECT_NODE":
			if w.queries++; w.queries > maxQueries {
				w.refuse(m, "queries are nested more than %d deep", maxQueries)
			}
			defer func() { w.queries-- }()
		case t == "SUBQUERY" && m["class"] == "SUBQUERY":
			if w.inner++; w.inner > maxInner {
				w.refuse(m, "queries in expressions are nested more than %d deep", maxInner)
			}
			defer func() { w.inner-- }()
		}
		switch t {
		case "BASE_TABLE":
			w.visit(m["sample"], in, "sample")
			name := str(m, "table_name")
			if n, ok := in.find(name); ok {
				return n
			}
			if !w.views[strings.ToLower(name)] {
				w.refuse(m, "there is no table %q; SHOW TABLES lists them", short(name))
			}
			return 1
		case "TABLE_FUNCTION":
			f, _ := m["function"].(map[string]any)
			if name := str(f, "function_name"); f == nil || str(f, "type") != "FUNCTION" || !tableFunctions[strings.ToLower(name)] {
				w.refuse(m, "the table function %q is not allowed; range and generate_series are", short(name))
				return 0
			}
			scans = 1
			w.visit(m["sample"], in, "sample")
			for _, k := range []string{"children", "filter", "order_bys"} {
				scans += w.visit(f[k], in, k)
			}
			if !empty(f["schema"]) || !empty(f["catalog"]) || !empty(m["subquery"]) {
				w.refuse(m, "the table function is not allowed in this form")
			}
			return scans
		case "FUNCTION":
			w.function(m)
		case "COLUMN_REF":
			if names, _ := m["column_names"].([]any); len(names) == 1 {
				if name, _ := names[0].(string); session[strings.ToLower(name)] {
					w.refuse(m, "%s is not allowed", name)
				}
			}
		case "STAR":
			if m["columns"] == true || m["unpacked"] == true || !empty(m["expr"]) {
				w.refuse(m, "COLUMNS(…) and *COLUMNS(…) are not allowed; name the columns")
			}
		default:
			if strings.HasPrefix(t, "WINDOW_") {
				w.function(m)
			}
		}
	}
	if sets, ok := m["group_sets"].([]any); ok && len(sets) > maxSets {
		w.refuse(m, "there are %d grouping sets; at most %d are allowed", len(sets), maxSets)
		return 0
	}
	// Named expressions first: the rest sees them, and each sees those before it.
	if ctes, ok := m["cte_map"].(map[string]any); ok {
		list, _ := ctes["map"].([]any)
		for _, e := range list {
			entry, _ := e.(map[string]any)
			value, _ := entry["value"].(map[string]any)
			if value == nil {
				w.refuse(m, "a WITH of this form is not allowed")
				return 0
			}
			n := w.visit(value, in, "cte")
			scans += n
			in = &scope{str(entry, "key"), max(1, n), in}
		}
	}
	for _, k := range sortedKeys(m) {
		if k == "cte_map" || k == "type" || k == "group_sets" {
			continue
		}
		scans += w.visit(m[k], in, k)
	}
	if scans > maxScans {
		w.refuse(m, "the statement reads tables more than %d times, its WITH parts counted as often as they are used", maxScans)
	}
	return scans
}

// explainType refuses a node that is not on the list, in words; it returns false.
func (w *walk) explainType(m map[string]any, t string) bool {
	msg := "this form is not allowed (" + strings.ToLower(strings.ReplaceAll(t, "_", " ")) + ")"
	switch t {
	case "RECURSIVE_CTE_NODE":
		msg = "WITH RECURSIVE is not allowed"
	case "VALUE_PARAMETER":
		msg = "parameters are not allowed; write the value"
	case "SHOW_REF":
		msg = "DESCRIBE and SHOW stand alone, not in another statement"
	case "LAMBDA", "ARRAY_CONSTRUCTOR", "ARRAY_EXTRACT", "ARRAY_SLICE", "STRUCT_EXTRACT":
		msg = "lists, structures and lambdas are not allowed"
	}
	w.refuse(m, "%s", msg)
	return false
}

func (w *walk) function(m map[string]any) {
	name := strings.ToLower(str(m, "function_name"))
	most, ok := functions[name]
	if !ok {
		switch name {
		case "||", "concat", "concat_ws", "string_agg", "group_concat", "listagg", "repeat", "lpad", "rpad", "replace", "regexp_replace":
			w.refuse(m, "%s is not allowed: it makes long texts out of short ones; join texts where you read the answer", name)
		default:
			w.refuse(m, "the function %q is not allowed; the page and its document list those that are", short(name))
		}
		return
	}
	args, _ := m["children"].([]any)
	if most > 0 && len(args) > most {
		w.refuse(m, "%s takes at most %d arguments here", name, most)
	}
	if b, _ := m["export_state"].(bool); b {
		w.refuse(m, "EXPORT_STATE is not allowed")
	}
	if constantFormat[name] {
		for i, a := range args {
			if c, _ := a.(map[string]any); i > 0 && str(c, "type") != "VALUE_CONSTANT" {
				w.refuse(m, "%s wants its second argument written out", name)
			}
		}
	}
}

// typ checks a type that something is cast to.
func (w *walk) typ(m map[string]any) {
	id := strings.ToUpper(str(m, "id"))
	info, _ := m["type_info"].(map[string]any)
	if id == "UNBOUND" || id == "USER" {
		id = strings.ToUpper(str(info, "name"))
		if !empty(info["catalog"]) || !empty(info["schema"]) {
			id = "?"
		}
		if _, bare := info["expr"]; bare { // newer parsers: the type as an expression
			id = "?"
		}
	}
	if !castTypes[id] {
		w.refuse(m, "a cast to %s is not allowed", short(id))
	}
}

func (w *walk) constant(m map[string]any) {
	t, _ := m["type"].(map[string]any)
	if id := strings.ToUpper(str(t, "id")); !castTypes[id] && id != "NULL" && id != "SQLNULL" && id != "INTEGER_LITERAL" && id != "STRING_LITERAL" {
		w.refuse(m, "a value of type %s is not allowed", short(id))
	}
}

func (w *walk) sample(m map[string]any) {
	size, _ := m["sample_size"].(map[string]any)
	n, _ := size["value"].(json.Number)
	x, err := n.Float64()
	if percent, _ := m["is_percentage"].(bool); !percent && (err != nil || x > maxSample) {
		w.refuse(m, "a sample has at most %d rows", maxSample)
	}
}

// empty reports whether a field says nothing.
func empty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	case map[string]any:
		return len(x) == 0
	}
	return false
}

func short(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

func sortedKeys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
