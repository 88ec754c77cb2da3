package topic

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// token is a word of a text: its stem and how it was written.
type token struct{ stem, form string }

// tokenise cuts a text into words that can carry a theme: no function words, no
// numbers, none of the parts to skip. A negation is drawn to the word after it, since
// "no llegó" is another thing than "llegó".
func tokenise(d Doc) []token {
	text := d.Text
	if len(d.Skip) > 0 {
		b := []byte(text)
		for _, s := range d.Skip {
			for i := max(0, s.Start); i < min(len(b), s.End); i++ {
				b[i] = ' '
			}
		}
		text = string(b)
	}
	var out []token
	negated := ""
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) {
			if strings.ContainsRune(".,;:!?\n", r) {
				negated = ""
			}
			i += size
			continue
		}
		start := i
		for i < len(text) {
			r, size = utf8.DecodeRuneInString(text[i:])
			if !unicode.IsLetter(r) && r != '\u0301' {
				break
			}
			i += size
		}
		form := strings.ToLower(text[start:i])
		folded := squeeze(lexicon.Fold(form))
		if negations[folded] {
			negated = form
			continue
		}
		if len(folded) < 3 || stop[folded] {
			continue
		}
		t := token{stem(folded), form}
		if negated != "" {
			t = token{"no_" + t.stem, "no " + form}
			negated = ""
		}
		out = append(out, t)
	}
	return out
}

// squeeze shortens drawn-out letters to one (ricooo, buenísssimo); two are left where
// Spanish has two (llegar, perro, leer).
func squeeze(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		j := i + 1
		for j < len(s) && s[j] == s[i] {
			j++
		}
		b = append(b, s[i])
		if j-i == 2 && j < len(s) && strings.IndexByte("lrceon", s[i]) >= 0 {
			b = append(b, s[i])
		}
		i = j
	}
	return string(b)
}

// stem takes off number and gender, and of verbs the commonest endings, so that frío,
// fría and fríos are one word. It is a light stemmer in the sense of J. Savoy
// (Proceedings of ACM SAC 2006, 1031–1035), which serve retrieval in Spanish as well as
// full ones: it never merges words that differ in more than their ending.
func stem(w string) string {
	if n := len(w); n > 5 && strings.HasSuffix(w, "mente") {
		w = w[:n-5]
	}
	for _, e := range []string{"isimos", "isimas", "isimo", "isima", "aron", "ieron", "aban", "ando", "iendo", "aba", "ados", "adas", "idos", "idas", "ado", "ada", "ido", "ida", "itos", "itas", "ito", "ita"} {
		if len(w)-len(e) >= 3 && strings.HasSuffix(w, e) {
			return w[:len(w)-len(e)]
		}
	}
	if n := len(w); n > 5 && strings.HasSuffix(w, "es") && !strings.ContainsRune("aeiou", rune(w[n-3])) {
		w = w[:n-2]
	} else if n > 4 && w[n-1] == 's' {
		w = w[:n-1]
	}
	if n := len(w); n > 3 && strings.ContainsRune("aeo", rune(w[n-1])) {
		w = w[:n-1]
	}
	return w
}

var negations = set("no ni sin nunca tampoco jamas nada")

// stop are words that say how something is told, not what: function words, forms of
// the commonest verbs, words of time and degree, and the words of judgement that
// complaints and praises are made of anyway.
var stop = set(`a al algo alguien algun alguna algunas alguno algunos ahi ahora alla alli ante antes apenas aquel aquella aqui asi aun aunque
bajo bastante cada casi como con contra cosa cosas cual cuales cuando cuanto cuanta de del desde despues donde dos durante e el ella ellas ellos en encima
entonces entre era eran eramos eres es esa esas ese eso esos esta estaba estaban estado estamos estan estar estas este esto estos estoy estuve estuvo
fue fueron fui fuimos gran grande ha haber habia hace hacen hacer hacia hago han hasta hay he hecho hizo hoy igual incluso ir jamas junto la las le les lo los
luego mas me mejor menos mi mia mientras mio mis misma mismo mucha muchas mucho muchos muy nos nosotros nuestra nuestro o os otra otras otro otros para pero poca poco
pocos por porque pq q que quien quienes quiero quiere quisiera se sea sean segun ser seria si sido siempre sino sobre solo son soy su sus tal tambien tan tanta tanto
te tener tenia tengo tenemos ti tiene tienen todavia toda todas todo todos tu tus tuve tuvo u un una unas uno unos usted ustedes va vamos van vas ver vez veces vi vino voy y ya yo
dia dias semana mes ano anos hora rato ayer manana tarde noche tres cuatro cinco gente persona personas amigo amigos amiga causa pata chamba mano hermano hijo hijos mama papa abuela tia tio
pues oe oye oigan ps pe pucha asu xq xd jaja jajaja jeje lol bueno buena buenos buenas bien mal malo mala malos malas pesimo pesima horrible rico rica ricos ricas
dar dan dio dieron doy ese mando parece parecio creo dice dicen dijo decir digo sabe saber queda quedo quedan llevo lleva pone puso puede pueden poder podria hubo falta
comer comi como comimos comida probe probar pedi pedir pido pedimos the and was for with this that but not very had have our you they it is of to in my we`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// Stems returns the distinct stems of a text, for tests and for matching words.
func Stems(text string) []string {
	var out []string
	for _, t := range tokenise(Doc{Text: text}) {
		out = append(out, t.stem)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// DocOf is a mention as a text of its own, without the names of one entity.
func DocOf(m *mention.Annotated, entity string) Doc {
	d := Doc{Key: m.ID.String(), Text: m.Text}
	for _, e := range m.Entities {
		if e.ID == entity {
			d.Skip = append(d.Skip, Span{e.Start, e.End})
		}
	}
	return d
}
