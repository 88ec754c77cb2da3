package file

import (
	"errors"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"

	"antojo/internal/mention"
)

// sourceOf returns the source that a folded cell names, "" if none.
func sourceOf(v string) mention.Source {
	switch v {
	case "review", "reviews", "resena", "resenas", "opinion", "opiniones":
		return mention.Review
	case "delivery", "reparto", "pedido", "pedidos", "entrega", "envio":
		return mention.Delivery
	case "social", "social media", "red social", "redes sociales", "redes", "tweet", "tweets", "post":
		return mention.Social
	case "survey", "encuesta", "encuestas", "surveys", "formulario":
		return mention.Survey
	}
	return ""
}

// sourceHint guesses the source from the name of a platform, file or channel.
func sourceHint(folded string) mention.Source {
	for _, w := range strings.Fields(folded) {
		switch w {
		case "rappi", "pedidosya", "peya", "ubereats", "glovo", "didi", "didifood", "delivery", "ifood", "reparto", "pedidos":
			return mention.Delivery
		case "encuesta", "encuestas", "survey", "surveys", "forms", "typeform", "surveymonkey", "formulario", "respuesta", "respuestas", "questionario", "cuestionario":
			return mention.Survey
		case "twitter", "tweets", "tweet", "facebook", "fb", "instagram", "tiktok", "reddit", "youtube", "mastodon", "bluesky", "threads", "social", "redes", "posts":
			return mention.Social
		case "google", "gmaps", "tripadvisor", "yelp", "review", "reviews", "resena", "resenas", "foursquare", "opiniones", "googlemaps", "opentable", "mesa247":
			return mention.Review
		}
	}
	return ""
}

// langOf returns a two-letter language code, "" if v names none.
func langOf(v string) string {
	v = strings.ToLower(v)
	switch foldHeader(v) {
	case "espanol", "castellano", "spanish", "spa":
		return "es"
	case "ingles", "english", "eng":
		return "en"
	case "portugues", "portuguese", "por":
		return "pt"
	case "quechua", "que", "quz", "quy", "runasimi":
		return "qu"
	case "aymara", "aimara", "aym":
		return "ay"
	}
	if len(v) >= 2 && v[0] >= 'a' && v[0] <= 'z' && v[1] >= 'a' && v[1] <= 'z' && (len(v) == 2 || v[2] == '-' || v[2] == '_') {
		return v[:2]
	}
	return ""
}

// departmentOf reads a department by name (with or without accents), by INEI code
// (15), by UBIGEO (150101) or by ISO 3166-2 (PE-LIM); 0 if it is none of these.
func departmentOf(v string) mention.Department {
	h := foldHeader(v)
	if n, err := strconv.Atoi(h); err == nil {
		switch {
		case len(h) == 5 || len(h) == 6: // UBIGEO, perhaps without its leading zero
			n /= 10000
		case len(h) == 3 || len(h) == 4:
			n /= 100
		}
		if n >= 1 && n <= mention.NumDepartments {
			return mention.Department(n)
		}
		return 0
	}
	return departments[h]
}

var departments = func() map[string]mention.Department {
	m := map[string]mention.Department{
		"lima metropolitana": 15, "lima provincias": 15, "lima provincia": 15, "lima region": 15, "lima callao": 15,
		"prov const del callao": 7, "provincia constitucional del callao": 7, "cuzco": 8, "madre dios": 17,
	}
	iso := strings.Fields("ama anc apu are aya caj cal cus huv huc ica jun lal lam lim lor mdd moq pas piu pun sam tac tum uca")
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		name := foldHeader(d.Name())
		for _, prefix := range []string{"", "departamento de ", "departamento ", "dpto de ", "dpto ", "depto de ", "region ", "region de ", "gobierno regional de "} {
			m[prefix+name] = d
		}
		for _, suffix := range []string{" peru", " region", " department"} {
			m[name+suffix] = d
		}
		m["pe "+iso[d-1]] = d
	}
	m["pe lma"] = 15 // ISO keeps the metropolis of Lima apart
	return m
}()

var (
	errRating      = "rating not understood: "
	errRatingRange = "rating outside the scale: "
)

// ratingOf reads a rating on a scale whose top is max (5: stars 1–5; 10 or 100:
// from 0, mapped linearly to 1–5). Zero on the star scale means "not rated".
func ratingOf(c *cell, max int) (v float32, bad string) {
	var x float64
	top := max
	switch c.kind {
	case cNumber:
		x = c.f
	case cText:
		s := strings.TrimSpace(c.s)
		if isNull(s) {
			return 0, ""
		}
		var err error
		if x, top, err = parseRating(s, max); err != nil {
			return 0, errRating + clip(s, 20)
		}
	default:
		return 0, errRating + clip(c.text(), 20)
	}
	if math.IsNaN(x) {
		return 0, ""
	}
	if top == 5 {
		if x == 0 {
			return 0, ""
		}
		if x < 1 || x > 5 {
			return 0, errRatingRange + clip(c.text(), 20) + " is not in 1–5"
		}
		return float32(x), ""
	}
	if x < 0 || x > float64(top) {
		return 0, errRatingRange + clip(c.text(), 20) + " is not in 0–" + strconv.Itoa(top)
	}
	return float32(1 + 4*x/float64(top)), ""
}

// parseRating reads "4.5", "4,5", "5 estrellas", "★★★★☆", "4/5", "8 de 10",
// "80 %", "FIVE". It returns the value and the top of its scale.
func parseRating(s string, max int) (x float64, top int, err error) {
	unknown := errors.New("no rating")
	if x, ok := countStars(s); ok {
		return x, 5, nil
	}
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == ',' || i == 0 && (s[i] == '-' || s[i] == '+')) {
		i++
	}
	if i == 0 {
		switch foldHeader(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(s), " stars"), " estrellas")) {
		case "uno", "una", "one", "una estrella", "one star":
			return 1, 5, nil
		case "dos", "two":
			return 2, 5, nil
		case "tres", "three":
			return 3, 5, nil
		case "cuatro", "four":
			return 4, 5, nil
		case "cinco", "five":
			return 5, 5, nil
		}
		return 0, 0, unknown
	}
	x, err = strconv.ParseFloat(strings.Replace(s[:i], ",", ".", 1), 64)
	if err != nil {
		return 0, 0, unknown
	}
	rest := strings.ToLower(strings.Trim(s[i:], " .\u00a0"))
	switch rest {
	case "", "estrellas", "estrella", "star", "stars", "puntos", "punto", "pts", "★", "⭐", "⭐️", "*", "-star":
		return x, max, nil
	case "%":
		return x, 100, nil
	}
	for _, of := range [...]string{"/", "de ", "out of ", "sobre ", "of ", "estrellas de ", "stars out of "} {
		if n, ok := strings.CutPrefix(rest, of); ok {
			n = strings.TrimSpace(n)
			if j := strings.IndexFunc(n, func(r rune) bool { return r < '0' || r > '9' }); j >= 0 {
				switch strings.TrimSpace(n[j:]) {
				case "estrellas", "stars", "puntos", ".0", "★", ",0":
					n = n[:j]
				}
			}
			switch n {
			case "5":
				return x, 5, nil
			case "10":
				return x, 10, nil
			case "100":
				return x, 100, nil
			}
		}
	}
	return 0, 0, unknown
}

// countStars counts drawn stars, full ones and halves.
func countStars(s string) (float64, bool) {
	x, any := 0.0, false
	for _, r := range s {
		switch r {
		case '★', '⭐', '🌟', '✭', '✮', '⭑', '✪':
			x++
			any = true
		case '½', '⯪':
			x += 0.5
		case '☆', '✩', '⯨':
			any = true
		case ' ', 0xFE0F:
		default:
			return 0, false
		}
	}
	return x, any
}

// cleanText removes HTML markup (with what stands in script and style), decodes
// entities and turns control characters into spaces. changed says that there was
// markup.
func cleanText(s string) (clean string, changed bool) {
	for range 2 { // some exports escape twice
		if strings.IndexByte(s, '<') >= 0 {
			t := stripTags(s)
			changed = changed || t != s
			s = t
		}
		if strings.IndexByte(s, '&') < 0 {
			break
		}
		t := html.UnescapeString(s)
		if t == s {
			break
		}
		changed = true
		s = t
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' || c == 0x7f {
			return strings.Map(func(r rune) rune {
				switch {
				case r == '\n' || r == '\t':
					return r
				case unicode.IsControl(r):
					return ' '
				}
				return r
			}, strings.ReplaceAll(s, "\r\n", "\n")), changed
		}
	}
	return s, changed
}

// stripTags drops HTML tags. A < that opens no tag stays: "<3", "a < b".
func stripTags(s string) string {
	var b strings.Builder
	noClose := false // a search for > has failed: none follows
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || noClose {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, "<!--") {
			end := strings.Index(s, "-->")
			if end < 0 {
				return b.String()
			}
			s = s[end+3:]
			continue
		}
		name := tagName(s)
		if name == "" {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		end := strings.IndexByte(s, '>')
		if end < 0 {
			noClose = true
			continue
		}
		closing := s[1] == '/'
		s = s[end+1:]
		switch name {
		case "script", "style", "noscript", "template":
			if !closing {
				j := indexClose(s, name)
				if j < 0 {
					return b.String()
				}
				s = s[j:]
			}
		case "br", "p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "section", "article":
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
		case "td", "th", "img":
			b.WriteByte(' ')
		}
	}
}

// indexClose returns where the closing tag of name begins.
func indexClose(s, name string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], "</")
		if i < 0 {
			return -1
		}
		at += i
		if rest := s[at+2:]; len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			return at
		}
		at += 2
	}
}

// tagName returns the lower-case name of the HTML tag that s begins with, "" if it
// is not one.
func tagName(s string) string {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	if i < len(s) && s[i] == '!' { // <!doctype …>
		return "!"
	}
	j := i
	for j < len(s) && j-i < 16 && (s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z' || j > i && s[j] >= '0' && s[j] <= '9') {
		j++
	}
	if j == i || j == len(s) || s[j] != '>' && s[j] != '/' && s[j] != ' ' && s[j] != '\n' && s[j] != '\t' && s[j] != '\r' {
		return ""
	}
	name := strings.ToLower(s[i:j])
	if !htmlTags[name] {
		return ""
	}
	return name
}

var htmlTags = func() map[string]bool {
	m := map[string]bool{}
	for t := range strings.FieldsSeq("a abbr article aside audio b base big blockquote body br button canvas center cite code dd del div dl dt em embed fieldset figure font footer form frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark math meta nav noscript object ol option p param pre q s samp script section select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr tt u ul var video wbr") {
		m[t] = true
	}
	return m
}()
