package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"antojo/internal/privacy"
)

// Bounds of a quote in characters.
const (
	minQuote = 25
	maxQuote = 160
)

// Quotable says whether a mention's text may stand in a brief, and if not why. A
// mention is written by anyone and may try to speak to the writer or the reader,
// so this is a list of what is allowed: Latin letters, spaces and plain
// punctuation, no figure, no link, no tag of redaction, no personal data, no
// shouting, and no word that speaks to machines or of this report.
func Quotable(text string) (string, bool) {
	n := utf8.RuneCountInString(text)
	switch {
	case !utf8.ValidString(text) || text != norm.NFC.String(text):
		return "not plain text", false
	case n < minQuote:
		return "too short", false
	case n > maxQuote:
		return "too long", false
	}
	upper, letters, run := 0, 0, 0
	var last rune
	for _, r := range text {
		if r == last {
			run++
		} else {
			run = 0
		}
		last = r
		if run >= 3 || run >= 1 && unicode.IsPunct(r) && r != '.' {
			return "stretched or repeated signs", false
		}
		switch {
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
			if r > 0x17f || r == 'ª' || r == 'º' {
				return "letters of another script", false
			}
		case r == ' ' || strings.ContainsRune(".,;!?¡¿()", r):
		default:
			return "signs, figures or emoji", false
		}
	}
	if letters < minQuote*2/3 || upper*4 > letters {
		return "shouting", false
	}
	if len(privacy.Find(text)) > 0 {
		return "personal data", false
	}
	words := strings.FieldsFunc(Fold(text), func(r rune) bool { return !unicode.IsLetter(r) })
	single := 0
	for _, w := range words {
		if len(w) == 1 && !strings.Contains("aeyou", w) {
			single++
		}
		if len(w) > 22 || single > 1 {
			return "not words", false
		}
		for _, bad := range machineStems {
			if strings.HasPrefix(w, bad) {
				return "speaks to the writer", false
			}
		}
		if machineWords[w] || figureWords[w] {
			return "speaks to the writer or of figures", false
		}
	}
	// A name in the middle of a sentence may be a person's.
	for i, w := range strings.Fields(text) {
		r, _ := utf8.DecodeRuneInString(w)
		if i > 0 && unicode.IsUpper(r) && !endsSentence(strings.Fields(text)[i-1]) {
			return "names", false
		}
	}
	return "", true
}

func endsSentence(w string) bool { return strings.ContainsAny(w[len(w)-1:], ".!?") }

// Fold writes text in lower case without accents (ñ becomes n), for comparing words.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// Words with which a text speaks to a machine, to the writer of a report or to its
// reader; folded, by stem. A mention about food needs none of them.
var machineStems = strings.Fields(`ignor olvid instruc instruct system sistema prompt asisten assist modelo model chatbot
	inteligencia artificial briefing informe report redact resum summar escrib write writ public publish inclu insert
	respond respuest reply answer traduc translat repit repeat revel reveal contrasen passw clave secret confiden descarg
	download envi mand send forward codig code json markdown html script http www url link enlace click pincha visit
	entra registr suscrib subscrib sigueme follow oblig siguient following anterior previous previo above usuari user admin
	develop desarroll orden order comando command ejecut execut comport pretend finge simula actua respet obedec obey
	cumpl disregard override bypass jailbreak fuente dato data token base cifra figure porcentaj percent estadist statist
	grafic table tabla tendenc trend ranking encuest survey conclu marca recomienda recommend gerent manager director
	cliente lector reader inversion invest comprar compre compra vend sell estafa fraude scam demand denunci tarjeta
	cuenta banco deposit transfer yape plin whats telegram instagram facebook tiktok twitter correo email mail telefon
	llam call texto text mensaj message palabr word linea line oracion sentenc parraf paragraph titul title headline
	analis analys analyz analiz competen regla rule politic polic segur verdad truth confirm afirm declar
	anunci announc debes deber must should tienes necesit please favor atencion importante important urgent nota note
	aviso warning alert error debug modo mode rol role contexto context entren train aprend learn memoria memory
	clasific classif sentimient sentiment positiv negativ neutral menciones mention etiquet label puntaj score`)

var (
	machineWords = words(`ia ai gpt llm bot bots openai api sql drop select from tu you your tus eres are act di diga digan say says tell
		agrega agregar anade anadir add pon ponga poner cambia cambiar change borra borrar delete elimina quita remove muestra show
		imprime print termina fin end start inicio begin stop now ahora hoy siempre nunca todo todos toda todas nadie every all
		do dont no-op output input salida entrada ver mira miren haz haga hagan make deja dejen let use usa usar cita citar quote
		destaca resalta menciona mencionar considera trata ve vaya vayan go`)
	figureWords = words(`cero dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta cincuenta sesenta
		setenta ochenta noventa cien ciento cientos mil miles millon millones doble triple mitad tercio cuarto docena decena
		sube suben subio subir baja bajan bajo crece crecen crecio crecer cae caen cayo caer aumenta aumento duplico triplico
		rise rises rising rose fall falls falling fell grow grows grew growth double triple half dozen twice two three four
		five six seven eight nine ten hundred thousand million lider primero segundo first second`)
)
