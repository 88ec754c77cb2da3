package demo

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"

	"antojo/internal/mention"
)

// line is an authored text with the labels that hold for it.
type line struct {
	*pattern
	section   string // full, plain, other, foreign, campaign
	sentiment mention.Sentiment
	intent    mention.Intent
	aspects   [mention.NumAspects]mention.AspectLabel
	food      bool
	lang      string
	kind      string // slang or topic for other; sarcasm
}

type sayKey struct {
	aspect   mention.Aspect
	polarity mention.AspectLabel
	family   string // "" = any dish
}

// statements of one aspect: those that name the entity and those that do not.
type statements struct{ named, bare []*pattern }

type fullKey struct {
	source    mention.Source
	intent    mention.Intent
	sentiment mention.Sentiment
}

// introKey finds intros; those of a family replace the common ones (family "").
type introKey struct {
	source mention.Source
	family string
}

// corpus holds all authored texts.
type corpus struct {
	say    map[sayKey]*statements
	full   map[fullKey][]*line
	shock  map[mention.Source][]*line
	feast  map[mention.Source][]*line
	plain  map[mention.Source][]*line
	other  map[mention.Source][]*line
	alien  map[mention.Source][]*line // other languages
	spam   []*line
	intro  map[introKey][]*pattern
	open   map[mention.Source][]*pattern
	end    [3][]*pattern // closers by sentiment+1
	but    [3][]*pattern // by polarity of what follows
	after  []*pattern    // what follows off-topic talk
	emoji  [3][]string
	tags   []string
	words  map[string][]string // FAM, DIA, H, place
	Counts map[string]int      // authored lines by section
}

func parseCorpus(dir fs.FS) (*corpus, error) {
	c := &corpus{say: map[sayKey]*statements{}, full: map[fullKey][]*line{},
		shock: map[mention.Source][]*line{}, feast: map[mention.Source][]*line{}, plain: map[mention.Source][]*line{},
		other: map[mention.Source][]*line{}, alien: map[mention.Source][]*line{},
		intro: map[introKey][]*pattern{}, open: map[mention.Source][]*pattern{},
		words: map[string][]string{}, Counts: map[string]int{}}
	names, err := fs.Glob(dir, "texts/*.txt")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("demo plan: no authored texts in texts/*.txt")
	}
	for _, name := range names {
		if err := c.read(dir, name); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *corpus) read(dir fs.FS, name string) error {
	f, err := dir.Open(name)
	if err != nil {
		return fmt.Errorf("demo texts: %w", err)
	}
	defer f.Close()
	var head header
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		text := strings.TrimSpace(s.Text())
		var err error
		switch {
		case text == "" || strings.HasPrefix(text, "# "):
			continue
		case strings.HasPrefix(text, "["):
			head, err = parseHeader(text)
		case head.section == "":
			err = fmt.Errorf("text before the first [section]")
		default:
			err = c.add(head, text)
		}
		if err != nil {
			return fmt.Errorf("demo texts %s line %d: %w", name, n, err)
		}
	}
	return s.Err()
}

// header is a parsed "[section key=value …]".
type header struct {
	section string
	attr    map[string]string
	source  mention.Source
	line    line
}

func parseHeader(s string) (header, error) {
	body, ok := strings.CutSuffix(s[1:], "]")
	words := strings.Fields(body)
	if !ok || len(words) == 0 {
		return header{}, fmt.Errorf("header %q is not of the form [section key=value …]", s)
	}
	h := header{section: words[0], attr: map[string]string{}}
	for _, w := range words[1:] {
		k, v, ok := strings.Cut(w, "=")
		if !ok {
			return h, fmt.Errorf("%q is not key=value", w)
		}
		h.attr[k] = v
	}
	l := &h.line
	l.section, l.lang, l.food = h.section, "es", h.section != "other"
	if v, ok := h.attr["food"]; ok {
		l.food = v == "yes"
	}
	if v, ok := h.attr["lang"]; ok {
		l.lang = v
	}
	l.kind = h.attr["kind"]
	if h.attr["sarcasm"] == "yes" {
		l.kind = "sarcasm"
	}
	if v, ok := h.attr["source"]; ok {
		src, err := mention.ParseSource(v)
		if err != nil {
			return h, err
		}
		h.source = src
	}
	if v, ok := h.attr["sentiment"]; ok {
		i := index(mention.SentimentLabels, v)
		if i < 0 {
			return h, fmt.Errorf("unknown sentiment %q", v)
		}
		l.sentiment = mention.Sentiment(i - 1)
	}
	if v, ok := h.attr["intent"]; ok {
		i := index(mention.IntentLabels, v)
		if i < 0 {
			return h, fmt.Errorf("unknown intent %q", v)
		}
		l.intent = mention.Intent(i)
	}
	for _, pair := range strings.Split(h.attr["aspects"], ",") {
		if pair == "" {
			continue
		}
		a, v, _ := strings.Cut(pair, ":")
		i, j := index(mention.AspectNames, a), index(mention.AspectLabels, v)
		if i < 0 || j < 1 {
			return h, fmt.Errorf("aspect %q is not aspect:neg, neu or pos", pair)
		}
		l.aspects[i] = mention.AspectLabel(j)
	}
	return h, nil
}

func (c *corpus) add(h header, text string) error {
	c.Counts[h.section]++
	switch h.section {
	case "slot":
		c.words[h.attr["name"]] = append(c.words[h.attr["name"]], text)
		return nil
	case "emoji":
		i := index(mention.SentimentLabels, h.attr["polarity"])
		if i < 0 {
			return fmt.Errorf("unknown polarity %q", h.attr["polarity"])
		}
		c.emoji[i] = append(c.emoji[i], strings.Fields(text)...)
		return nil
	case "tag":
		c.tags = append(c.tags, strings.Fields(text)...)
		return nil
	}
	p, err := compile(text)
	if err != nil {
		return err
	}
	l := h.line
	l.pattern = p
	switch h.section {
	case "say":
		return c.addSay(h, p)
	case "intro":
		k := introKey{h.source, h.attr["family"]}
		c.intro[k] = append(c.intro[k], p)
	case "open":
		c.open[h.source] = append(c.open[h.source], p)
	case "after":
		c.after = append(c.after, p)
	case "close", "but":
		i := index(mention.SentimentLabels, h.attr["polarity"])
		if i < 0 {
			return fmt.Errorf("unknown polarity %q", h.attr["polarity"])
		}
		if h.section == "close" {
			c.end[i] = append(c.end[i], p)
		} else {
			c.but[i] = append(c.but[i], p)
		}
	case "full":
		switch {
		case h.attr["shock"] == "yes":
			c.shock[h.source] = append(c.shock[h.source], &l)
		case h.attr["feast"] == "yes":
			c.feast[h.source] = append(c.feast[h.source], &l)
		default:
			k := fullKey{h.source, l.intent, l.sentiment}
			c.full[k] = append(c.full[k], &l)
		}
	case "plain":
		c.plain[h.source] = append(c.plain[h.source], &l)
	case "other":
		c.other[h.source] = append(c.other[h.source], &l)
	case "foreign":
		c.alien[h.source] = append(c.alien[h.source], &l)
	case "campaign":
		c.spam = append(c.spam, &l)
	default:
		return fmt.Errorf("unknown section %q", h.section)
	}
	return nil
}

func (c *corpus) addSay(h header, p *pattern) error {
	a, v := index(mention.AspectNames, h.attr["aspect"]), index(mention.AspectLabels, h.attr["polarity"])
	if a < 0 || v < 1 {
		return fmt.Errorf("[say] needs aspect= and polarity=")
	}
	k := sayKey{mention.Aspect(a), mention.AspectLabel(v), h.attr["family"]}
	s := c.say[k]
	if s == nil {
		s = &statements{}
		c.say[k] = s
	}
	if p.slots["E"] {
		s.named = append(s.named, p)
	} else {
		s.bare = append(s.bare, p)
	}
	return nil
}
