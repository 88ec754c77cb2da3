package discover

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// word numbers of special tokens.
const (
	wordEdge   int32 = iota // end of a phrase: comma, full stop, end of text
	wordEntity              // an entity of the lexicon, whole
	wordNumber
	firstWord
)

// token is a word or entity of a text.
type token struct {
	word   int32
	entity int32 // index of the entity plus one, 0 for plain words
	head   int32 // number of the entity's single word, 0 if it has several
	start  int
	end    int
}

// counter reads texts and counts runs of words.
type counter struct {
	o       Options
	ids     map[string]int32 // folded word → number
	words   []string         // number → folded word
	class   []uint8          // number → what it may do in a term
	entity  map[*lexicon.Info]int32
	infos   []*lexicon.Info
	grams   map[string]*gram
	uni     []int // number → occurrences, for the association of runs
	tokens  int
	docs    int
	last    mention.Day
	first   mention.Day
	matches []lexicon.Match
	toks    []token
	buf     []byte
	general map[string]bool
	settled map[string]bool     // words that the tables know as no food
	places  map[string]bool     // words of place names
	namers  map[int32]bool      // see frame
	heads   map[int32]string    // kinds of the words that are entities by themselves
	perDay  map[mention.Day]int // words a day, in texts about food
}

// gram is a run of words that may be a term.
type gram struct {
	words   []int32
	food    int // occurrences in texts about food
	other   int
	perDay  map[mention.Day]int32
	spelt   map[string]int // as written, in lower case
	example int
	nested  int // occurrences inside longer candidates
	extends bool
}

// Classes of words.
const (
	plainWord = iota
	innerWord // stands inside a term only: "pollo a la brasa"
	neverWord // cues: what is said around food; in no term but as its ending participle
	partWord  // part of a term, but no term by itself
	stopWord  // function words and the like: end a term
)

// inner may stand inside a term.
var inner = strings.Fields("a al con de del en la y")

// never are words of no term: function words and what people say about food.
var never = strings.Fields(`el los las que no se me te le lo les nos mi tu su mis tus sus un una unos unas este esta estos estas ese esa esos esas eso esto
 es era fue son eran estaba estaban esta estan estuvo ser muy mas menos tan tambien pero porque por para pa sin como cuando donde si ya ni o u e
 hay hoy ayer manana siempre nunca todo toda todos todas algo nada otro otra otros otras cada mismo misma mejor peor bueno buena buenos buenas bien mal
 aqui aca ahi alla asi desde hasta entre sobre solo solamente bastante mucho mucha muchos muchas poco poca pocos pocas demasiado casi aun luego despues
 antes ahora entonces tarde temprano rapido hace hizo hacer tiene tenia tener tengo da dan dio pide pedir pedi puede pueden quiero quiere va van voy vamos ir
 llego llegaron llega llegar viene vino trae trajo gracias favor q xq tmb x d k jaja jajaja ok the and of to in is for with you it was this that are my on`)

func newCounter(o Options) *counter {
	c := &counter{o: o, ids: map[string]int32{}, words: []string{"", "", ""}, class: []uint8{neverWord, plainWord, neverWord},
		uni: []int{0, 0, 0}, entity: map[*lexicon.Info]int32{}, infos: []*lexicon.Info{nil}, grams: map[string]*gram{}, perDay: map[mention.Day]int{}, last: -1 << 30, first: 1 << 30}
	for _, w := range inner {
		c.class[c.number(w)] = innerWord
	}
	for _, w := range never {
		c.class[c.number(w)] = stopWord
	}
	c.namers, c.heads = map[int32]bool{}, map[int32]string{}
	for _, w := range namers {
		c.namers[c.number(w)] = true
	}
	c.general, c.settled, c.places = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for w := range o.Lexicon.PlaceWords() {
		c.places[w] = true
	}
	for _, w := range general {
		c.general[w] = true
	}
	for w := range o.Lexicon.SettledWords() {
		c.settled[w] = true
	}
	for w := range o.Lexicon.CueWords() {
		if n := c.number(w); c.class[n] == plainWord {
			c.class[n] = neverWord
		}
	}
	return c
}

func (c *counter) number(w string) int32 {
	if n, ok := c.ids[w]; ok {
		return n
	}
	n := int32(len(c.words))
	w = strings.Clone(w)
	c.ids[w] = n
	c.words = append(c.words, w)
	class := uint8(plainWord)
	if c.settled[w] || isGeneral(c.general, w) {
		class = partWord
	}
	c.class = append(c.class, class)
	c.uni = append(c.uni, 0)
	return n
}

// tokens cuts a text into words and entities. Entities that are meant otherwise
// are plain words of no term.
func (c *counter) tokenise(text string) []token {
	c.matches = c.o.Matcher.Match(c.matches[:0], text)
	c.toks = c.toks[:0]
	edge := func() {
		if n := len(c.toks); n > 0 && c.toks[n-1].word != wordEdge {
			c.toks = append(c.toks, token{})
		}
	}
	next, i := 0, 0
	for i < len(text) {
		if next < len(c.matches) && c.matches[next].Start == i {
			m := &c.matches[next]
			next++
			t := token{word: wordEntity, start: m.Start, end: m.End}
			t.entity = c.entity[m.Info]
			if t.entity == 0 {
				t.entity = int32(len(c.infos))
				c.entity[m.Info] = t.entity
				c.infos = append(c.infos, m.Info)
			}
			if s := text[m.Start:m.End]; !strings.ContainsAny(s, " -") {
				t.head = c.number(lexicon.Fold(s))
				c.heads[t.head] = m.Info.Kind
			}
			if m.Slang || m.Weak && !m.FoodContext {
				t.word, t.entity = wordNumber, 0
			}
			c.toks = append(c.toks, t)
			i = m.End
			continue
		}
		r, size := rune(text[i]), 1
		if r >= 0x80 {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			switch {
			case r == ' ' || r == '\t' || r == '-' || r == '_' || r == '\u00a0':
			default:
				edge()
			}
			i += size
			continue
		}
		start, digits := i, false
		for i < len(text) && (next >= len(c.matches) || i < c.matches[next].Start) {
			r, size := rune(text[i]), 1
			if r >= 0x80 {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && !unicode.IsMark(r) {
				break
			}
			digits = digits || unicode.IsDigit(r)
			i += size
		}
		t := token{word: wordNumber, start: start, end: i}
		if !digits {
			t.word = c.number(collapse(lexicon.Fold(text[start:i])))
		}
		c.toks = append(c.toks, t)
	}
	edge()
	return c.toks
}

// collapse shortens runs of three and more of a letter to one: ricooo.
func collapse(w string) string {
	for i := 2; i < len(w); i++ {
		if w[i] == w[i-1] && w[i] == w[i-2] {
			b := make([]byte, 0, len(w))
			for j := 0; j < len(w); j++ {
				run := j
				for run < len(w) && w[run] == w[j] {
					run++
				}
				if run-j >= 3 {
					b = append(b, w[j])
				} else {
					b = append(b, w[j:run]...)
				}
				j = run - 1
			}
			return string(b)
		}
	}
	return w
}

const (
	maxContent = 3 // words of a term that carry meaning
	maxLength  = 5 // all words of a term
)

// runs calls yield for each run of toks that may be a term, with its words, in
// which an entity of one word stands for itself.
func (c *counter) runs(toks []token, yield func(from, to int, words []int32)) {
	var words [maxLength]int32
	for i := range toks {
		content, known, parts := 0, 0, 0
		for j := i; j < len(toks) && j-i < maxLength; j++ {
			t := &toks[j]
			w := t.word
			if w == wordEntity {
				if w = t.head; w == 0 {
					break
				}
				known++
			} else if w < firstWord {
				break
			}
			k := c.class[w]
			if t.entity != 0 {
				k = plainWord
			}
			if k == stopWord || k == neverWord && j == i {
				break
			}
			if k == innerWord && j == i {
				break
			}
			words[j-i] = w
			if k != innerWord {
				content++
			}
			if content > maxContent {
				break
			}
			if k == partWord {
				parts++
			}
			if k == innerWord || k == neverWord && !shape(c.words[w]) {
				continue
			}
			if parts == content { // a person, a plate, a day
				continue
			}
			if k == partWord && parts+known == content && !c.settled[c.words[w]] && c.words[words[j-i-1]] != "de" { // "mote al costado"
				continue
			}
			if known == j-i+1 || len(c.words[w]) < 3 { // known already, or too short to say
				continue
			}
			yield(i, j+1, words[:j-i+1])
		}
	}
}

// shape reports that a word of the cues can end the name of a dish, as in "papa
// rellena": a participle.
func shape(w string) bool {
	for _, end := range []string{"ado", "ada", "ido", "ida", "ito", "ita", "eno", "ena", "ados", "adas", "enos", "enas"} {
		if len(w) > 4 && strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

func gramKey(dst []byte, words []int32) []byte {
	for _, w := range words {
		dst = append(dst, byte(w), byte(w>>8), byte(w>>16), ' ')
	}
	return dst
}

// maxGrams bounds the runs in memory; at the bound, those seen once are forgotten.
const maxGrams = 1 << 21

// read counts the runs of all texts.
func (c *counter) read(docs iter.Seq[Doc]) {
	for d := range docs {
		toks := c.tokenise(d.Text)
		for i := range toks {
			if w := toks[i].word; w >= firstWord {
				c.uni[w]++
			} else if h := toks[i].head; h != 0 {
				c.uni[h]++
			}
		}
		if d.Food {
			c.perDay[d.Day] += len(toks)
			c.first, c.last = min(c.first, d.Day), max(c.last, d.Day)
		}
		c.tokens += len(toks)
		c.runs(toks, func(from, to int, words []int32) {
			c.buf = gramKey(c.buf[:0], words)
			g := c.grams[string(c.buf)]
			if g == nil {
				g = &gram{words: slices.Clone(words), example: c.docs}
				for k := from; k < to; k++ {
					g.extends = g.extends || toks[k].entity != 0
				}
				c.grams[string(c.buf)] = g
			}
			if !d.Food {
				g.other++
				return
			}
			g.food++
			if g.perDay == nil {
				g.perDay, g.spelt = map[mention.Day]int32{}, map[string]int{}
			}
			g.perDay[d.Day]++
			if s := strings.ToLower(d.Text[toks[from].start:toks[to-1].end]); len(g.spelt) < 16 || g.spelt[s] > 0 {
				g.spelt[s]++
			}
		})
		if len(c.grams) > maxGrams {
			for k, g := range c.grams {
				if g.food+g.other <= 1 {
					delete(c.grams, k)
				}
			}
		}
		c.docs++
	}
	if c.o.Since == 0 {
		c.o.Since = c.last - 27
	}
}

// candidates are the runs that occur often enough and are not only parts of longer
// ones, in a fixed order.
func (c *counter) candidates() []*gram {
	var out []*gram
	for _, g := range c.grams {
		if g.food >= c.o.MinCount && g.food >= g.other {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *gram) int {
		return cmp.Or(cmp.Compare(b.food, a.food), slices.Compare(a.words, b.words))
	})
	// Counts of a run inside longer candidates, as in the C-value (Frantzi 2000).
	best := map[string]int{}
	for _, g := range out {
		for i := range g.words {
			for j := i + 1; j <= len(g.words); j++ {
				if j-i < len(g.words) {
					k := string(gramKey(nil, g.words[i:j]))
					best[k] = max(best[k], g.food)
				}
			}
		}
	}
	for _, g := range out {
		g.nested = best[string(gramKey(nil, g.words))]
	}
	return out
}
