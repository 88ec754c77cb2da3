package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Languages that DetectLanguage tells apart.
const (
	Spanish    = "es"
	English    = "en"
	Portuguese = "pt"
	Quechua    = "qu"
	Aymara     = "ay"
	OtherLang  = "other"   // some other language
	Unknown    = "unknown" // too little to tell
)

// Indices of the evidence vector.
const (
	langES = iota
	langEN
	langPT
	langQU
	langAY
	langXX // French, Italian, German: only to say "other"
	numLangs
)

var langNames = [numLangs]string{Spanish, English, Portuguese, Quechua, Aymara, OtherLang}

// evidence is what one word says for each language, in tenths: 10 is a word that
// is common in that language and rare in the others.
type evidence10 [numLangs]int16

// DetectLanguage tells the language of a text by function words, common words of
// reviews and word endings. It answers Unknown when the evidence is thin or
// torn: a name, a number, a laugh, one word that several languages share.
// Spanish texts with some English or Quechua words in them are Spanish.
func DetectLanguage(text string) string {
	var sum evidence10
	words, latin, foreign := 0, 0, 0
	var buf [24]byte
	n, long := 0, false
	flush := func() {
		if n > 0 && !long {
			words++
			add(&sum, buf[:n])
		}
		n, long = 0, false
	}
	for i := 0; i < len(text); {
		c := text[i]
		if n == 0 && (c == 'h' && strings.HasPrefix(text[i:], "http") || c == 'w' && strings.HasPrefix(text[i:], "www.")) {
			i = endOfToken(text, i)
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		var k uint8
		if c < utf8.RuneSelf {
			k = asciiClass[c]
		} else {
			k, _ = runeClass(r)
			letterEvidence(&sum, r)
		}
		switch {
		case k >= classA && k < classZero:
			latin++
			if n < len(buf) {
				buf[n] = classByte(k)
				n++
			} else {
				long = true
			}
		case k == classSkip:
			if c == '\'' || r == 0x2019 {
				if n > 0 && n < len(buf) { // q'apaq, don't
					buf[n] = '\''
					n++
				}
			}
		default:
			flush()
			if k == classHard && unicode.IsLetter(r) {
				foreign++
			}
			if c == '@' || c == '#' {
				i = endOfToken(text, i)
				continue
			}
		}
		i += size
	}
	flush()
	if foreign > latin {
		return OtherLang
	}
	return decideLanguage(&sum, words)
}

// endOfToken is where the address, handle or hashtag at text[i] ends.
func endOfToken(text string, i int) int {
	for i < len(text) && text[i] != ' ' && text[i] != '\n' {
		i++
	}
	return i
}

// Thresholds in tenths of a telling word.
const (
	enough     = 8  // least evidence for a verdict
	enoughRare = 18 // least evidence for a language that is rare here: one word is chance
)

func decideLanguage(sum *evidence10, words int) string {
	best, second := 0, -1
	for l := 1; l < numLangs; l++ {
		if sum[l] > sum[best] {
			best, second = l, best
		} else if second < 0 || sum[l] > sum[second] {
			second = l
		}
	}
	need := int16(enough)
	if best != langES {
		need = enoughRare
		if words <= 2 {
			need = enough
		}
	}
	if sum[best] < need {
		return Unknown
	}
	// Torn between two: Spanish if it is one of them and not behind by much.
	if margin := sum[best] - sum[second]; margin*5 < sum[best] {
		if sum[langES]*10 >= sum[best]*8 && best != langES && sum[langES] >= enough {
			return Spanish
		}
		if best != langES {
			return Unknown
		}
		if margin == 0 {
			return Unknown
		}
	}
	return langNames[best]
}

// letterEvidence counts letters that only some languages write.
func letterEvidence(sum *evidence10, r rune) {
	switch r {
	case 'ñ', 'Ñ':
		sum[langES] += 4
		sum[langQU] += 3
		sum[langAY] += 2
	case '¿', '¡':
		sum[langES] += 6
	case 'ã', 'õ', 'Ã', 'Õ':
		sum[langPT] += 9
	case 'ç', 'Ç':
		sum[langPT] += 5
		sum[langXX] += 3
	case 'ê', 'ô', 'â', 'Ê', 'Ô', 'Â':
		sum[langPT] += 4
		sum[langXX] += 3
	case 'á', 'í', 'ú', 'ó', 'é':
		sum[langES]++
		sum[langPT]++
	case 'è', 'à', 'ù', 'ò', 'ß', 'œ', 'æ', 'û', 'î':
		sum[langXX] += 6
	case 'ä':
		sum[langAY] += 3
		sum[langXX] += 3
	case 'ö':
		sum[langXX] += 4
	}
}

// add counts one folded word.
func add(sum *evidence10, w []byte) {
	if e, ok := languageWords[string(w)]; ok {
		for l, v := range e {
			sum[l] += v
		}
		return
	}
	if len(w) < 5 {
		return
	}
	// q without u, and glottal stops, are Andean spelling.
	for i, c := range w {
		if c == 'q' && (i+1 == len(w) || w[i+1] != 'u') {
			sum[langQU] += 4
			sum[langAY] += 2
		} else if c == '\'' && i > 0 {
			sum[langAY] += 4
			sum[langQU] += 3
		}
	}
	for _, s := range languageEndings {
		if len(w) >= len(s.end)+2 && string(w[len(w)-len(s.end):]) == s.end {
			for l, v := range s.e {
				sum[l] += v
			}
			return
		}
	}
}

// languageWords maps a folded word to its evidence. A word in the lists of two
// languages speaks for both with less weight.
var languageWords = func() map[string]evidence10 {
	lists := [numLangs]string{
		langES: `en cafe mi el la los las un una unos unas y o u del al con sin por para pero que como cuando donde
			porque pq xq q muy mas menos tan tanto todo toda todos todas nada nadie algo alguien este esta esto estos estas ese
			esa eso esos esas aqui aca alli alla ahi asi ahora hoy ayer manana siempre nunca jamas ya aun tambien tampoco
			si no ni se me te le les lo nos mi mis tu tus su sus yo ella ellos usted ustedes nosotros es son era eran fue
			fueron esta estan estaba estuvo estuvieron ser estar hay habia hubo tiene tienen tengo tenia tuvo hacer hace
			hizo hacen voy va van vamos ir fui fuimos ire quiero quiere quieren queria puede pueden puedo poder debe deben
			dijo dice dicen digo llego llegaron llega llegue pedi pedimos pedido vino vinieron trajo trajeron dio dieron
			dar da dan comer comi comida comimos probe rico rica ricos ricas riquisimo riquisima delicioso deliciosa
			bueno buena buenos buenas malo mala malos malas mal bien mejor peor excelente pesimo pesima regular
			servicio atencion precio precios lugar local sabor porcion hora horas minutos dia dias noche tarde vez veces
			gracias vendo cuento reportan menos libre lunes martes jueves viernes sabado domingo pronostico receta recien junto segun mejores vecino vecina kilo harta harto gracias recomiendo recomendado recomendable volveria volvere mozo mesa cuenta soles lucas plato platos
			casa gente senor senora favor luego despues antes desde hasta entre sobre bajo solo cada otro otra otros
			mismo misma mucho mucha muchos muchas poco poca pocos demasiado casi pues pe ps causa jaja quien cual cuanto cuanta
			pollo arroz papa papas carne pescado queso pan leche agua jugo helado caliente frio fria
			tremendo caro cara barato barata feo fea lindo linda bonito bonita bacan chevere yapa soy eres somos
			hasta segun aunque mientras e sino hecho parte semana mes ano anos vida cosa cosas creo sabe saben
			del dos tres cuatro cinco normal igual nomas sera seria sigo sigue demora demoro espera esperando nuevo nueva
			incompleto llena lleno mama papa amigos familia ciudad mundo nuestra nuestro alguna algun ningun ninguna trabajo
			dejo dejan quede queda cual ojala tarda tardo demoran cobran cobro cobraron pague pagar compre comprar venden vende
			hola buenazo buenaza fresco fresca frescos cerrado abierto siento odio encanta encanto gusta gusto gustan falta
			quisiera provoca antojo antoja hambre almuerzo desayuno cena ganas perdon ricazo saludos habla oye oe amor`,
		langEN: `the a an and or but of to in on at for with from by is are was were be been being am it its this that
			these those i you he she we they my your his her our their me him us them what which who when where why how
			not no yes do does did don't didn't doesn't have has had will would can could should may might must very
			so too also just only really more most less least than then there here some any all every each other
			good great best bad worst nice delicious tasty amazing awesome food place service staff restaurant order
			ordered came come go went get got eat ate lunch dinner breakfast time minutes hour day night price prices
			worth love loved like liked recommend recommended definitely friendly fresh hot cold was waiting waited
			back again never ever always about into out up down over after before because if while people people's
			isn't wasn't can't won't i'm it's that's i've we're you're try tried one two three first thanks thank please
			excellent perfect terrible awful cheap expensive portion flavor taste chicken fish rice local peruvian`,
		langPT: `o os um uma uns umas e ou do da dos das no na nos nas ao aos pelo pela com sem por para pra mas
			que como quando onde porque muito muita muitos muitas mais menos tao tudo nada este isso isto esse essa
			aqui ali la agora hoje ontem sempre nunca ja ainda tambem nao sim se me te lhe eu voce voces ele ela eles
			elas nos meu minha meus minhas seu sua seus suas e sao era foi foram esta estao estava ser estar ter tem
			tinha fazer faz fez vou vai vamos fui quero pode podem disse chegou veio comida bom boa bons boas ruim
			otimo otima melhor pior gostoso gostosa delicia servico atendimento preco lugar sabor obrigado obrigada
			voltarei recomendo demorou fria quente pedido frango arroz feijao peixe queijo pao leite cafe noite dia
			maravilhoso maravilhosa bem temperado muitissimo querendo alguem em certeza saudade saudades trazer demoraram demorou adoramos gostamos conhece gostei adorei nossa
			depois antes desde ate entre sobre outro outra mesmo pouco pouca gente num numa dele dela quem qual`,
		langQU: `mana manan manam kay chay chayqa kayqa hina hinaspa hinataq kaqta runa runakuna allin allinta ancha
			sumaq sumaqta nuqa noqa nuqanchik nuqayku qam qan pay paykuna qamkuna wasi wasipi llaqta llaqtapi kani
			kanki kan kaq kachkan kashan karqan kanchu imayna imaynalla ima iman pitaq pim may maypi maymanta
			hatun huk iskay kimsa tawa lliw llapan wakin wayna warmi qari wawa tayta mama taytay mamay
			yachay yachachiq mikuy mikuni mikuna mikhuy mikhuna upyay yaku unu papa sara punchaw punchaw tuta
			wata killa kunan paqarin qayna ari ama tukuy kama rayku ichaqa hinallataq utaq icha chaymi chaypim
			chaypi chaymanta chayta chaypaq kaypi kaymanta kayta kaypaq munani munay rimay rimani ninku nin nispa
			hampi hampina llamkay llankay sapa ñawpaq nawpaq qipa qhipa sunqu sonqo pacha allpa wayqey panay
			achka aswan chaninchay sutiy sutin uyariy qhaway qaway ruway ruwani riy rini hamuy hamuni qulqi qolqe`,
		langAY: `jani janiw aka akax akana akat uka ukax ukat ukaxa ukatxa ukhamaraki ukhama ukanaka kunas kuna khiti
			khitis naya nayax nayaxa juma jumax jupa jupax jiwasa jiwasax jiwasanaka aski askiwa walja wali waliki jaqi
			jaqinaka jaqix uta utaxa utan marka markan markax uru uraqi pacha maya paya kimsa pusi sapa taqi taqpacha
			mama tata awki tayka wawa wawanaka jach'a jisk'a sartawa sarta sarañ sarnaqaña manq'a manq'aña manqa manqana
			uma umaña ch'uqi jiwra aycha chuymaj kamisaki kamisasktas yuspagara yuspajara yuspara suma muns munasmawa
			lurasa luraña parla aru aymara aruxa yatiña yatiqaña yatichiri ukatsti jichha jichhax masuru qharuru arumanti
			mä maa sasaw siwa sataw ukham ukjam jall kunjamas kawki kawkis utji utjiwa utjix munta`,
		langXX: `le les des une et est dans avec pour pas sur ce cette qui que vous nous je il elle sont tres bon
			il gli di che non per con una sono molto buono buona cibo anche questo questa della del alla dal dei
			der die das und ist nicht mit ein eine auf fur von zu den dem wir ich sie es sehr gut essen war auch
			c'est j'ai l'on qu'il n'est bien mais plus tout repas etait restaurant cuisine service delizioso ottimo
			het een van zijn niet och att det som lecker`,
	}
	// Words that are short or shared say less.
	var in = map[string][numLangs]bool{}
	for l, list := range lists {
		for w := range strings.FieldsSeq(list) {
			w = strings.ReplaceAll(Fold(strings.ReplaceAll(w, "'", "\x00")), "\x00", "'")
			x := in[w]
			x[l] = true
			in[w] = x
		}
	}
	out := make(map[string]evidence10, len(in))
	for w, langs := range in {
		shared := int16(0)
		for _, yes := range langs {
			if yes {
				shared++
			}
		}
		weight := int16(10)
		if len(w) == 1 {
			weight = 4
		} else if len(w) == 2 {
			weight = 7
		}
		var e evidence10
		for l, yes := range langs {
			if yes {
				e[l] = weight
				if shared > 1 {
					// Shared words help every holder; the commonest language of
					// this data a little more.
					e[l] = weight / 2
					if l == langES {
						e[l]++
					}
				}
			}
		}
		out[w] = e
	}
	return out
}()

// languageEndings are word endings with their evidence, longest first.
var languageEndings = []struct {
	end string
	e   evidence10
}{
	{"naykipaq", evidence10{langQU: 12}},
	{"chkanku", evidence10{langQU: 12}},
	{"kunapaq", evidence10{langQU: 14}},
	{"nchikta", evidence10{langQU: 14}},
	{"chkaspa", evidence10{langQU: 13}},
	{"rqaniku", evidence10{langQU: 12}},
	{"nkichik", evidence10{langQU: 12}},
	{"kunata", evidence10{langQU: 14}},
	{"kunaqa", evidence10{langQU: 14}},
	{"kunapa", evidence10{langQU: 12}},
	{"ptinqa", evidence10{langQU: 12}},
	{"nakaxa", evidence10{langAY: 14}},
	{"nakaru", evidence10{langAY: 14}},
	{"lhoso", evidence10{langPT: 14}},
	{"lhosa", evidence10{langPT: 14}},
	{"ciones", evidence10{langES: 8}},
	{"mantam", evidence10{langQU: 12}},
	{"chkani", evidence10{langQU: 13}},
	{"llapas", evidence10{langQU: 7}},
	{"ymanta", evidence10{langQU: 9}},
	{"yninku", evidence10{langQU: 10}},
	{"sqayki", evidence10{langQU: 10}},
	{"chkan", evidence10{langQU: 12}},
	{"nchik", evidence10{langQU: 12}},
	{"nchis", evidence10{langQU: 10}},
	{"manta", evidence10{langQU: 6}},
	{"spaqa", evidence10{langQU: 12}},
	{"rqani", evidence10{langQU: 10}},
	{"nakax", evidence10{langAY: 12}},
	{"nakan", evidence10{langAY: 10}},
	{"tanwa", evidence10{langAY: 9}},
	{"isimo", evidence10{langES: 9}},
	{"isima", evidence10{langES: 9}},
	{"mente", evidence10{langES: 5, langPT: 5}},
	{"iendo", evidence10{langES: 8}},
	{"ieron", evidence10{langES: 9}},
	{"rqaku", evidence10{langQU: 12}},
	{"chkas", evidence10{langQU: 10}},
	{"chkaq", evidence10{langQU: 12}},
	{"nichu", evidence10{langQU: 8}},
	{"anchu", evidence10{langQU: 8}},
	{"pipas", evidence10{langQU: 8}},
	{"niwan", evidence10{langQU: 7}},
	{"chkay", evidence10{langQU: 12}},
	{"ninku", evidence10{langQU: 9}},
	{"wanku", evidence10{langQU: 8}},
	{"sunki", evidence10{langQU: 9}},
	{"kuna", evidence10{langQU: 8}},
	{"taqa", evidence10{langQU: 8}},
	{"ptin", evidence10{langQU: 9}},
	{"sqan", evidence10{langQU: 9}},
	{"rqan", evidence10{langQU: 10}},
	{"naka", evidence10{langAY: 9}},
	{"taki", evidence10{langAY: 9}},
	{"itwa", evidence10{langAY: 8}},
	{"xiwa", evidence10{langAY: 9}},
	{"ando", evidence10{langES: 4, langPT: 4}},
	{"aron", evidence10{langES: 8}},
	{"cion", evidence10{langES: 8}},
	{"coes", evidence10{langPT: 8}},
	{"dade", evidence10{langPT: 8}},
	{"itos", evidence10{langES: 6}},
	{"itas", evidence10{langES: 6}},
	{"inho", evidence10{langPT: 8}},
	{"inha", evidence10{langPT: 8}},
	{"aban", evidence10{langES: 6}},
	{"illo", evidence10{langES: 6}},
	{"illa", evidence10{langES: 5}},
	{"eria", evidence10{langES: 4}},
	{"amos", evidence10{langES: 4, langPT: 3}},
	{"ight", evidence10{langEN: 7}},
	{"tion", evidence10{langEN: 4, langXX: 3}},
	{"ness", evidence10{langEN: 6}},
	{"lich", evidence10{langXX: 6}},
	{"ione", evidence10{langXX: 5}},
	{"rqam", evidence10{langQU: 10}},
	{"nwan", evidence10{langQU: 7}},
	{"sqay", evidence10{langQU: 9}},
	{"ykim", evidence10{langQU: 8}},
	{"ntam", evidence10{langQU: 6}},
	{"sqam", evidence10{langQU: 9}},
	{"nniy", evidence10{langQU: 7}},
	{"mpaq", evidence10{langQU: 8}},
	{"paq", evidence10{langQU: 10}},
	{"spa", evidence10{langQU: 8}},
	{"yta", evidence10{langQU: 6}},
	{"sqa", evidence10{langQU: 9}},
	{"nqa", evidence10{langQU: 9}},
	{"pas", evidence10{langQU: 3}},
	{"wan", evidence10{langQU: 5}},
	{"raq", evidence10{langQU: 7}},
	{"taq", evidence10{langQU: 8}},
	{"naq", evidence10{langQU: 6}},
	{"yku", evidence10{langQU: 6}},
	{"mpi", evidence10{langAY: 8}},
	{"iwa", evidence10{langAY: 4}},
	{"cao", evidence10{langPT: 6}},
	{"dad", evidence10{langES: 7}},
	{"ito", evidence10{langES: 5}},
	{"ita", evidence10{langES: 4}},
	{"ado", evidence10{langES: 4, langPT: 3}},
	{"ada", evidence10{langES: 3, langPT: 3}},
	{"ido", evidence10{langES: 4, langPT: 3}},
	{"aba", evidence10{langES: 5}},
	{"azo", evidence10{langES: 4}},
	{"ing", evidence10{langEN: 5}},
	{"ful", evidence10{langEN: 6}},
	{"ung", evidence10{langXX: 5}},
	{"eau", evidence10{langXX: 6}},
	{"eux", evidence10{langXX: 6}},
	{"nku", evidence10{langQU: 8}},
	{"saq", evidence10{langQU: 7}},
	{"nam", evidence10{langQU: 5}},
	{"yki", evidence10{langQU: 7}},
	{"qa", evidence10{langQU: 8}},
	{"xa", evidence10{langAY: 7}},
}
