package loki

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The subset of LogQL that is understood:
//
//	query    = log | metric | number , [ ( "+" | "-" | "*" | "/" ) , query ] ;
//	log      = selector , { stage } ;
//	selector = "{" , matcher , { "," , matcher } , [ "," ] , "}" ;
//	matcher  = label , ( "=" | "!=" | "=~" | "!~" ) , string ;
//	stage    = ( "|=" | "!=" | "|~" | "!~" ) , string          (* on the text of the mention *)
//	         | "|" , "json" | "|" , "drop" , label , { "," , label }
//	         | "|" , "line_format" , string                    (* {{.field}} only *)
//	         | "|" , label , op , string ;                     (* label filter *)
//	metric   = agg , [ by ] , "(" , over , ")" , [ by ] | over ;
//	agg      = "sum" ; by = ( "by" | "without" ) , "(" , [ label , { "," , label } ] , ")" ;
//	over     = ( "count_over_time" | "rate" | "bytes_over_time" ) , "(" , log , "[" , duration , "]" , ")" ;
//	number   = "vector" , "(" , float , ")" ;
//
// Strings are Go's: in quotes with escapes, or in back quotes.

// Matcher is a condition on a label.
type Matcher struct {
	Label string
	Op    Op
	Value string
	re    *regexp.Regexp
}

// Op compares.
type Op uint8

// Comparisons, of labels and of lines.
const (
	Equal Op = iota
	NotEqual
	Match
	NotMatch
)

var opTexts = [...]string{"=", "!=", "=~", "!~"}

func (m Matcher) matches(v string) bool {
	switch m.Op {
	case Equal:
		return v == m.Value
	case NotEqual:
		return v != m.Value
	case Match:
		return m.re.MatchString(v)
	}
	return !m.re.MatchString(v)
}

// LineFilter is a condition on the text of a mention.
type LineFilter struct {
	Op    Op // Equal: holds, NotEqual: does not hold, Match and NotMatch: expressions
	Value string
	re    *regexp.Regexp
}

func (f LineFilter) passes(text string) bool {
	switch f.Op {
	case Equal:
		return strings.Contains(text, f.Value)
	case NotEqual:
		return !strings.Contains(text, f.Value)
	case Match:
		return f.re.MatchString(text)
	}
	return !f.re.MatchString(text)
}

// Log selects mentions.
type Log struct {
	Matchers []Matcher // of the selector and of label filters
	Lines    []LineFilter
	Format   string // of the line; "" = JSON
	Drop     []string
}

// Metric counts mentions over a range before each moment.
type Metric struct {
	Func    string // count_over_time, rate or bytes_over_time
	Log     Log
	Range   time.Duration
	Summed  bool
	Without bool
	By      []string
}

// Query is what was asked: exactly one of the three is set.
type Query struct {
	Log    *Log
	Metric *Metric
	Number *float64
}

// SyntaxError says what cannot be read and where.
type SyntaxError struct {
	Text string
	At   int // byte offset
	Want string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	near := e.Text[min(e.At, len(e.Text)):]
	if len(near) > 20 {
		near = strings.ToValidUTF8(near[:20], "") + "…"
	}
	return fmt.Sprintf("parse error at character %d, near %q: want %s (Antojo reads a subset of LogQL, see docs/grafana.md)",
		utf8.RuneCountInString(e.Text[:min(e.At, len(e.Text))])+1, near, e.Want)
}

// maxQuery bounds the text of a query.
const maxQuery = 5000

// Parse reads a query.
func Parse(text string) (Query, error) {
	if len(text) > maxQuery || !utf8.ValidString(text) {
		return Query{}, &SyntaxError{Text: strings.ToValidUTF8(text[:min(len(text), 100)], "?"), Want: fmt.Sprintf("UTF-8 of at most %d bytes", maxQuery)}
	}
	p := &parser{text: text}
	q, err := p.query()
	if err != nil {
		return Query{}, err
	}
	return q, nil
}

type parser struct {
	text string
	at   int
}

func (p *parser) fail(want string) error {
	p.space()
	return &SyntaxError{Text: p.text, At: p.at, Want: want}
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		case '#': // a comment goes to the end of the line
			if i := strings.IndexByte(p.text[p.at:], '\n'); i >= 0 {
				p.at += i
			} else {
				p.at = len(p.text)
			}
		default:
			return
		}
	}
}

// take takes a sign if it comes next.
func (p *parser) take(sign string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.at:], sign) {
		return false
	}
	p.at += len(sign)
	return true
}

func (p *parser) peek() byte {
	p.space()
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// word takes a name: letters, digits, underscores, not a digit first.
func (p *parser) word() string {
	p.space()
	i := p.at
	for i < len(p.text) {
		c := p.text[i]
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == p.at || c < '0' || c > '9') {
			break
		}
		i++
	}
	w := p.text[p.at:i]
	p.at = i
	return w
}

// quoted takes a string.
func (p *parser) quoted() (string, error) {
	p.space()
	q, err := strconv.QuotedPrefix(p.text[p.at:])
	if err != nil || q[0] == '\'' {
		return "", p.fail(`a string in quotes, such as "ceviche"`)
	}
	s, err := strconv.Unquote(q)
	if err != nil || !utf8.ValidString(s) {
		return "", p.fail("a string in quotes of valid UTF-8")
	}
	p.at += len(q)
	return s, nil
}

func (p *parser) query() (Query, error) {
	q, err := p.operand()
	if err != nil {
		return q, err
	}
	for p.peek() != 0 {
		if q.Number == nil {
			return q, p.fail("the end of the query")
		}
		op := p.text[p.at]
		if !strings.ContainsRune("+-*/", rune(op)) {
			return q, p.fail("the end of the query")
		}
		p.at++
		next, err := p.operand()
		if err != nil {
			return q, err
		}
		if next.Number == nil {
			return q, p.fail("vector(number): only numbers can be reckoned with")
		}
		x := *q.Number
		switch op {
		case '+':
			x += *next.Number
		case '-':
			x -= *next.Number
		case '*':
			x *= *next.Number
		case '/':
			x /= *next.Number
		}
		q.Number = &x
	}
	return q, nil
}

func (p *parser) operand() (Query, error) {
	if p.peek() == '{' {
		l, err := p.log()
		return Query{Log: &l}, err
	}
	start := p.at
	switch w := p.word(); w {
	case "vector":
		if !p.take("(") {
			return Query{}, p.fail("(")
		}
		p.space()
		i := p.at
		for i < len(p.text) && strings.IndexByte("+-.0123456789eE", p.text[i]) >= 0 {
			i++
		}
		x, err := strconv.ParseFloat(p.text[p.at:i], 64)
		if err != nil {
			return Query{}, p.fail("a number")
		}
		p.at = i
		if !p.take(")") {
			return Query{}, p.fail(")")
		}
		return Query{Number: &x}, nil
	case "sum":
		m := Metric{Summed: true}
		grouped, err := p.grouping(&m)
		if err != nil {
			return Query{}, err
		}
		if !p.take("(") {
			return Query{}, p.fail("( or by (…)")
		}
		if err := p.over(&m, p.word()); err != nil {
			return Query{}, err
		}
		if !p.take(")") {
			return Query{}, p.fail(")")
		}
		if !grouped {
			_, err = p.grouping(&m)
		}
		return Query{Metric: &m}, err
	case "count_over_time", "rate", "bytes_over_time":
		var m Metric
		return Query{Metric: &m}, p.over(&m, w)
	}
	p.at = start
	return Query{}, p.fail(`a selector such as {source="review"}, or sum by (…) (count_over_time({…}[1h]))`)
}

// grouping reads by (…) or without (…).
func (p *parser) grouping(m *Metric) (bool, error) {
	start := p.at
	switch p.word() {
	case "by":
	case "without":
		m.Without = true
	default:
		p.at = start
		return false, nil
	}
	if !p.take("(") {
		return true, p.fail("(")
	}
	for !p.take(")") {
		w := p.word()
		if w == "" {
			return true, p.fail("the name of a label")
		}
		m.By = append(m.By, w)
		if !p.take(",") && p.peek() != ')' {
			return true, p.fail(", or )")
		}
	}
	return true, nil
}

func (p *parser) over(m *Metric, name string) (err error) {
	if !slices.Contains([]string{"count_over_time", "rate", "bytes_over_time"}, name) {
		return p.fail("count_over_time, rate or bytes_over_time")
	}
	m.Func = name
	if !p.take("(") {
		return p.fail("(")
	}
	if m.Log, err = p.log(); err != nil {
		return err
	}
	if !p.take("[") {
		return p.fail("a range such as [1h]")
	}
	i := strings.IndexByte(p.text[p.at:], ']')
	if i < 0 {
		return p.fail("]")
	}
	if m.Range, err = parseDuration(strings.TrimSpace(p.text[p.at : p.at+i])); err != nil {
		return p.fail("a range above zero such as 5m, 1h or 1d")
	}
	p.at += i + 1
	if !p.take(")") {
		return p.fail(")")
	}
	return nil
}

// parseDuration reads 1d, 1w, 90m, 1h30m.
func parseDuration(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour, 'y': 365 * 24 * time.Hour}
	if len(s) > 1 {
		if u, ok := units[s[len(s)-1]]; ok {
			n, err := strconv.Atoi(s[:len(s)-1])
			if err != nil || n <= 0 || n > 10_000 {
				return 0, fmt.Errorf("duration %q", s)
			}
			return time.Duration(n) * u, nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("duration %q", s)
	}
	return d, nil
}

func (p *parser) log() (l Log, err error) {
	if !p.take("{") {
		return l, p.fail("{")
	}
	for !p.take("}") {
		m, err := p.matcher()
		if err != nil {
			return l, err
		}
		l.Matchers = append(l.Matchers, m)
		if !p.take(",") && p.peek() != '}' {
			return l, p.fail(", or }")
		}
	}
	for {
		switch {
		case p.take("|="):
			err = p.line(&l, Equal)
		case p.take("|~"):
			err = p.line(&l, Match)
		case p.take("!="):
			err = p.line(&l, NotEqual)
		case p.take("!~"):
			err = p.line(&l, NotMatch)
		case p.take("|"):
			err = p.stage(&l)
		default:
			return l, nil
		}
		if err != nil {
			return l, err
		}
	}
}

func (p *parser) matcher() (m Matcher, err error) {
	if m.Label = p.word(); m.Label == "" {
		return m, p.fail("the name of a label")
	}
	switch {
	case p.take("=~"):
		m.Op = Match
	case p.take("!~"):
		m.Op = NotMatch
	case p.take("!="):
		m.Op = NotEqual
	case p.take("="):
	default:
		return m, p.fail("=, !=, =~ or !~")
	}
	if m.Value, err = p.quoted(); err != nil {
		return m, err
	}
	if m.Op == Match || m.Op == NotMatch { // of labels, the whole value must match
		if m.re, err = regexp.Compile("^(?:" + m.Value + ")$"); err != nil {
			return m, p.fail("a regular expression as RE2 reads it")
		}
	}
	return m, nil
}

func (p *parser) line(l *Log, op Op) error {
	s, err := p.quoted()
	if err != nil {
		return err
	}
	f := LineFilter{Op: op, Value: s}
	if op == Match || op == NotMatch {
		if f.re, err = regexp.Compile(s); err != nil {
			return p.fail("a regular expression as RE2 reads it")
		}
	}
	l.Lines = append(l.Lines, f)
	return nil
}

func (p *parser) stage(l *Log) error {
	start := p.at
	switch p.word() {
	case "json":
		return nil // lines are read as JSON anyway
	case "drop":
		for {
			w := p.word()
			if w == "" {
				return p.fail("the name of a label")
			}
			l.Drop = append(l.Drop, w)
			if !p.take(",") {
				return nil
			}
		}
	case "line_format":
		s, err := p.quoted()
		if err != nil {
			return err
		}
		if rest := placeholder.ReplaceAllString(s, ""); s == "" || strings.Contains(rest, "{{") {
			return p.fail("a format of text and {{.field}}, such as \"{{.department}}: {{.text}}\"")
		}
		l.Format = s
		return nil
	case "":
		return p.fail("json, drop, line_format or a label filter")
	}
	p.at = start
	m, err := p.matcher()
	if err != nil {
		return err
	}
	l.Matchers = append(l.Matchers, m)
	return nil
}

// placeholder is a field in a line format.
var placeholder = regexp.MustCompile(`\{\{\s*\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}`)
