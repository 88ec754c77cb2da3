package ask

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"antojo/internal/brief/fact"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Parser turns questions into plans. It is safe for concurrent use.
type Parser struct {
	lx        *lexicon.Lexicon
	matcher   *lexicon.Matcher
	gazetteer *lexicon.Gazetteer

	refusals, intents, aspects, kinds, sources []rule
	departments                                []rule
	brands                                     map[string]string // folded name of one word → id
	english                                    map[string]string // folded English name → id
}

type rule struct {
	at *regexp.Regexp
	to string
}

// NewParser compiles the rules.
func NewParser(lx *lexicon.Lexicon, m *lexicon.Matcher, g *lexicon.Gazetteer) *Parser {
	p := &Parser{lx: lx, matcher: m, gazetteer: g,
		refusals: compile(refusals), intents: compile(intents), aspects: compile(aspects), kinds: compile(kinds), sources: compile(sources)}
	// In a question a brand may be written small, which a mention would not be read by.
	p.brands = map[string]string{}
	for _, in := range lx.All() {
		if n := fact.Fold(in.Name); in.Kind == "brand" && !strings.Contains(n, " ") && len(n) > 3 && !generic[in.ID] && !filler[n] {
			p.brands[n] = in.ID
		}
	}
	p.english = map[string]string{}
	for _, in := range lx.All() {
		name, _, _ := strings.Cut(in.NameEN, "(")
		if n := normal(name); in.Kind != "brand" && n != "" && !strings.Contains(in.NameEN, ",") && len(strings.Fields(n)) <= 3 && !generic[in.ID] && !filler[n] && p.english[n] == "" {
			p.english[n] = in.ID
		}
	}
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		p.departments = append(p.departments, rule{regexp.MustCompile(`\b(?:(?:en|de|in|from|por|la region|region) )*` + regexp.QuoteMeta(fact.Fold(d.Name())) + `\b`), d.Code()})
	}
	return p
}

// compile makes regular expressions of cues; of the longest alternatives first.
func compile(list []cue) []rule {
	var out []rule
	for _, c := range list {
		alts := strings.Split(c.words, "|")
		slices.SortStableFunc(alts, func(a, b string) int { return len(b) - len(a) })
		for i, a := range alts {
			words := strings.Fields(a)
			for k, w := range words {
				switch {
				case w == "…":
					words[k] = `(?:\S+ ){0,3}?`
				case strings.HasSuffix(w, "*") && w != "*":
					words[k] = regexp.QuoteMeta(strings.TrimSuffix(w, "*")) + `[a-z]*`
				default:
					words[k] = regexp.QuoteMeta(w)
				}
			}
			alts[i] = strings.ReplaceAll(strings.Join(words, " "), `} `, `}`)
			alts[i] = strings.ReplaceAll(alts[i], `{0,3}? `, `{0,3}?`)
		}
		out = append(out, rule{regexp.MustCompile(`\b(?:` + strings.Join(alts, "|") + `)(?:\s|$)`), c.to})
	}
	return out
}

// Reading is what the rules made of a question.
type Reading struct {
	Plan    Plan
	Refusal Refusal // "" if there is a plan
	Word    string  // a word that was not understood, "" = none
}

// suspicious are signs that no question needs.
var suspicious = regexp.MustCompile(`--|;|/\*|\{\{|\$\{|<[a-zA-Z/!]|` + "`" + `|\\x|=\s*\d|\x00`)

// Parse reads a question; last is the last day with data, which times are told from.
func (p *Parser) Parse(question string, last mention.Day) Reading {
	no := func(r Refusal) Reading { return Reading{Refusal: r} }
	if utf8.RuneCountInString(question) > MaxQuestion || !utf8.ValidString(question) {
		return no(Unknown)
	}
	if suspicious.MatchString(question) {
		return no(Instructions)
	}
	f := metric.Filter{}
	masked, ids := p.foods(question)
	text := normal(masked)
	whole := normal(question)
	for _, r := range p.refusals {
		hay := text // a food's name is no word of the question ("causa de cangrejo")
		if r.to == string(Instructions) || r.to == string(Person) {
			hay = whole
		}
		at := r.at.FindString(hay + " ")
		if at == "" {
			continue
		}
		// "Why do they complain" asks for complaints, which the data have.
		if r.to == string(Cause) && hasAny(text, `quej|critic|molest|disgust|complain|dislike|hate`) {
			text = strings.Replace(text, strings.TrimSpace(at), "que", 1)
			continue
		}
		return no(Refusal(r.to))
	}
	for _, y := range yearWord.FindAllString(text, -1) {
		if v, _ := strconv.Atoi(y); v > last.Date().Year() {
			return no(Forecast)
		}
	}
	text = when(text, last, &f)
	for _, s := range p.sources {
		if strings.Contains(" "+text+" ", " fuente") {
			break
		}
		if at := s.at.FindString(text + " "); at != "" {
			f.Sources = append(f.Sources, mention.Source(s.to))
			text = strings.Replace(text+" ", at, " | ", 1)
		}
	}
	text = p.places(question, text, &f)
	for _, k := range p.kinds {
		if at := k.at.FindString(text + " "); at != "" && len(ids) == 0 {
			f.Kinds = append(f.Kinds, k.to)
			text = strings.Replace(text+" ", at, " | ", 1)
			break
		}
	}
	f.Entities = ids
	aspect := ""
	for _, a := range p.aspects {
		if at := a.at.FindString(text + " "); at != "" {
			aspect = a.to
			text = strings.Replace(text+" ", at, " | ", 1)
			break
		}
	}
	var found []Intent
	rest := text
	for _, c := range p.intents {
		for {
			at := c.at.FindString(rest + " ")
			if at == "" {
				break
			}
			if !slices.Contains(found, Intent(c.to)) {
				found = append(found, Intent(c.to))
			}
			rest = strings.Join(strings.Fields(strings.Replace(rest+" ", at, " | ", 1)), " ")
		}
	}
	plan := Plan{Filter: f}
	plan.Intent = choose(found, len(ids), aspect, len(f.Kinds) > 0)
	unknown := p.unknown(rest)
	switch {
	case plan.Intent == "":
		return Reading{Refusal: Unknown, Word: unknown}
	// What is asked without a food must be understood to the last word: else an answer
	// about all food stands for a question about something else.
	case unknown != "" && (len(ids) == 0 || len(found) == 0 && aspect == ""):
		return Reading{Refusal: Unknown, Word: unknown}
	}
	if plan.Intent == Aspect {
		for i, n := range mention.AspectNames {
			if n == aspect {
				plan.Filter.Aspects = []metric.AspectFilter{{Aspect: mention.Aspect(i)}}
			}
		}
	}
	if plan.Intent == Compare {
		plan.Filter.Entities = ids[:min(len(ids), 6)]
	} else if len(ids) > 1 {
		plan.Filter.Entities = ids[:1]
	}
	if plan.Filter.From == 0 && plan.Filter.Window == "" {
		plan.Filter.Window = DefaultWindow
	}
	if plan.Intent == History {
		from, to, err := plan.Days(last)
		plan.Weekly = strings.Contains(text, "seman") || strings.Contains(text, "week") || err == nil && to-from < 200 && !hasAny(text, `por mes|mes a mes|month`)
	}
	plan.Filter = plan.Filter.Canonical()
	if plan.Check() != nil {
		return no(Unknown)
	}
	return Reading{Plan: plan}
}

var yearWord = regexp.MustCompile(`\b20\d\d\b`)

func hasAny(text, pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// choose picks the intent of the cues that were found, given how many foods the question
// names, which aspect, and whether it asks for a kind of food.
func choose(found []Intent, foods int, aspect string, kind bool) Intent {
	has := func(i Intent) bool { return slices.Contains(found, i) }
	first := func(list ...Intent) Intent {
		for _, i := range list {
			if has(i) {
				return i
			}
		}
		return ""
	}
	if foods >= 2 {
		return Compare
	}
	if i := first(History, Sources, Where); i != "" {
		return i
	}
	if aspect != "" && !has(Rating) {
		return Aspect
	}
	if i := first(Rating, Craving); i != "" {
		return i
	}
	if foods == 1 {
		if i := first(Disliked, Trend, Volume); i != "" {
			return i
		}
		if has(Opinion) && !has(Liked) {
			return Opinion
		}
		if i := first(Liked); i != "" {
			return i
		}
		if has(Rising) || has(Falling) {
			return Trend
		}
		if has(Best) || has(Worst) || has(Compare) {
			return Opinion
		}
		if has(Top) {
			return Volume
		}
		return Opinion // the bare name of a food
	}
	if i := first(Worst, Best); i != "" {
		return i
	}
	if i := first(Disliked, Volume, Falling, Rising, Top, Liked, Opinion); i != "" {
		return i
	}
	if kind && len(found) == 0 {
		return ""
	}
	return ""
}

// foods finds the foods that a question names, and takes their names out of it.
func (p *Parser) foods(question string) (masked string, ids []string) {
	text := expand(question)
	masked = text
	ms := p.matcher.Match(nil, text)
	for i := len(ms) - 1; i >= 0; i-- {
		m := ms[i]
		if m.Slang || m.Homograph && !m.FoodContext && m.Weak || generic[m.Info.ID] {
			continue
		}
		masked = masked[:m.Start] + " | " + masked[m.End:]
		if !slices.Contains(ids, m.Info.ID) {
			ids = append(ids, m.Info.ID)
		}
	}
	slices.Reverse(ids)
	for _, w := range strings.Fields(normal(masked)) {
		if id, ok := p.brands[w]; ok && len(ids) == 0 {
			ids = append(ids, id)
			masked = strings.ReplaceAll(fact.Fold(masked), w, " | ")
		}
	}
	if len(ids) == 0 && Language(question) == "en" {
		words := strings.Fields(normal(masked))
		for n := 3; n > 0 && len(ids) == 0; n-- { // the longest name first
			for i := 0; i+n <= len(words); i++ {
				name := strings.Join(words[i:i+n], " ")
				id := p.english[name]
				for _, s := range []string{"s", "es"} {
					if id == "" {
						id = p.english[strings.TrimSuffix(name, s)]
					}
				}
				if id != "" {
					ids = append(ids, id)
					masked = strings.Join(append(append(words[:i:i], "|"), words[i+n:]...), " ")
					break
				}
			}
		}
	}
	return masked, ids
}

// generic are entries of the lexicon that a question uses as plain words.
var generic = set("restaurante mercado-de-productores puesto dulce segundo entrada menu promo combo comida-peruana caliente producto tienda local bar universal primor mass presto bebida trago plato ingrediente marca")

// places reads the department that a question names.
func (p *Parser) places(question, text string, f *metric.Filter) string {
	for _, r := range p.departments {
		if at := r.at.FindString(text); at != "" {
			if d, err := mention.DepartmentByCode(r.to); err == nil && !slices.Contains(f.Departments, d) {
				f.Departments = append(f.Departments, d)
			}
			text = strings.Join(strings.Fields(strings.Replace(text, at, " | ", 1)), " ")
		}
	}
	if len(f.Departments) == 0 {
		if d, how := p.gazetteer.Resolve(expand(question), "", "", 0); d != 0 && how == lexicon.HowText {
			f.Departments = []mention.Department{d}
		}
	}
	return text
}

// unknown is the first word of a text that the rules do not know and that is no place.
func (p *Parser) unknown(text string) string {
	for _, w := range strings.Fields(text) {
		if len(w) < 3 || filler[w] || w == "|" {
			continue
		}
		if d, how := p.gazetteer.Resolve("en "+strings.ToUpper(w[:1])+w[1:], "", "", 0); d != 0 && how == lexicon.HowText {
			continue
		}
		return w
	}
	return ""
}

// expand writes out the spellings of messages, and leaves all else as it is.
func expand(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		core := strings.Trim(fact.Fold(w), "¿?¡!.,:()\"'")
		if to, ok := slang[core]; ok {
			words[i] = strings.Replace(fact.Fold(w), core, to, 1)
		}
	}
	return strings.Join(words, " ")
}

// normal folds a text and keeps letters, figures and the marks of what was taken out.
func normal(s string) string {
	var b strings.Builder
	for _, r := range fact.Fold(expand(s)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '|':
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
