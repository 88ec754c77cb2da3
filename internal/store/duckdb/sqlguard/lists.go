package sqlguard

import (
	"maps"
	"slices"
	"strings"
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// The lists are read only.
var (
	// types are the nodes that a statement may consist of.
	types = set(`SELECT_NODE SET_OPERATION_NODE
		BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EMPTY EXPRESSION_LIST
		ORDER_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER DISTINCT_MODIFIER
		ASCENDING DESCENDING ORDER_DEFAULT
		COLUMN_REF VALUE_CONSTANT FUNCTION STAR CASE_EXPR OPERATOR_CAST OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE
		COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO COMPARE_GREATERTHANOREQUALTO
		COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM COMPARE_BETWEEN COMPARE_NOT_BETWEEN COMPARE_IN COMPARE_NOT_IN
		CONJUNCTION_AND CONJUNCTION_OR GROUPING_FUNCTION
		WINDOW_AGGREGATE WINDOW_ROW_NUMBER WINDOW_RANK WINDOW_RANK_DENSE WINDOW_DENSE_RANK WINDOW_PERCENT_RANK WINDOW_CUME_DIST WINDOW_NTILE
		WINDOW_LEAD WINDOW_LAG WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_NTH_VALUE`)

	// outside are the fields that would name something beyond the views.
	outside = []string{"catalog_name", "schema_name", "catalog", "schema", "at_clause"}

	// ownSchema are functions that the parser writes with their schema.
	ownSchema = set("date_part timezone")

	// session are names that DuckDB takes for functions where no column has them.
	session = set("current_catalog current_database current_schema current_role current_user session_user user")

	tableFunctions = set("range generate_series")

	// constantFormat are functions whose second argument must be a constant: a format
	// of a format grows without end.
	constantFormat = set("strftime")

	castTypes = set(`BOOLEAN BOOL TINYINT SMALLINT INTEGER INT BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT
		FLOAT REAL DOUBLE DECIMAL NUMERIC VARCHAR TEXT STRING DATE TIME TIMESTAMP INTERVAL UUID`)

	// functions gives the most arguments; 0 = as many as there are.
	functions = allow(map[int]string{
		0: `+ - * / // % ~~ !~~ ~~* !~~* like_escape not_like_escape ilike_escape not_ilike_escape
			abs round floor ceil ceiling sqrt ln log log10 log2 exp pow power sign mod trunc isnan isfinite
			least greatest nullif ifnull
			lower upper lcase ucase length len strlen trim ltrim rtrim left right substr substring contains starts_with ends_with prefix suffix
			instr position strpos split_part reverse strip_accents regexp_matches regexp_extract regexp_full_match
			date_trunc date_part datepart year month day dayofmonth dayofweek isodow weekday week weekofyear isoyear quarter dayofyear hour minute second
			dayname monthname date_diff datediff date_sub datesub date_add make_date last_day strftime epoch
			to_days to_weeks to_months to_years to_hours to_minutes to_seconds current_date today now get_current_timestamp
			row_number rank dense_rank percent_rank cume_dist ntile lead lag first_value last_value nth_value first last`,
		1: `count count_star sum fsum avg mean min max median mode stddev stddev_samp stddev_pop variance var_samp var_pop
			approx_count_distinct any_value arbitrary bool_and bool_or count_if countif skewness kurtosis entropy`,
		2: `quantile_cont quantile_disc approx_quantile arg_min arg_max argmin argmax min_by max_by corr covar_pop covar_samp
			regr_slope regr_intercept regr_r2 regr_count`,
	})
)

func allow(lists map[int]string) map[string]int {
	out := map[string]int{}
	for most, words := range lists {
		for _, w := range strings.Fields(words) {
			out[w] = most
		}
	}
	return out
}

// Functions lists the functions that may be called, operators left out.
func Functions() []string {
	out := slices.DeleteFunc(slices.Sorted(maps.Keys(functions)), func(s string) bool { return s[0] < 'a' || s[0] > 'z' || s == "count_star" })
	return append(out, slices.Sorted(maps.Keys(tableFunctions))...)
}
