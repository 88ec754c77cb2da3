package wordpiece

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/*.tokenizer.json and testdata/texts.json, the input of testdata/reference.mjs")

// testVocab spells every text of these letters and many Spanish words in few pieces.
func testVocab() []string {
	v := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
	seen := map[string]bool{}
	add := func(s string) {
		if !seen[s] {
			seen[s] = true
			v = append(v, s)
		}
	}
	for _, r := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789áéíóúüñÁÉÍÓÚÜÑçãß" {
		add(string(r))
		add("##" + string(r))
	}
	for _, r := range "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»“”…—´€°中文寿司ᄀ😋" {
		add(string(r))
	}
	for _, s := range strings.Fields("el la de que en un una ##s ##es ##ito ##ita ##ísimo ##isimo ##ado ##ción ##cion cev ##iche ceviche lomo salt ##ado arroz con pollo chaufa riquísimo riquisimo ric ##o demor ##aron pedido llegó llego frío frio muy bueno sabor http https ##www com pe causa anticucho ##cucho pic ##arones pisco sour ##our chicha mor ##ada") {
		add(s)
	}
	return v
}

var testOptions = []struct {
	name string
	opt  Options
}{
	{"cased", Options{}},
	{"uncased", Options{Lowercase: true}},
	{"lower_keep_accents", Options{Lowercase: true, Accents: AccentsKeep}},
	{"cased_strip_accents", Options{Accents: AccentsStrip}},
	{"raw", Options{KeepControl: true, JoinChinese: true, MaxWordChars: 12}},
}

func testTokenizer(t testing.TB, opt Options) *Tokenizer {
	t.Helper()
	tok, err := New(testVocab(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// testTexts are written and random texts with what goes wrong in tokenizers.
func testTexts() []string {
	texts := []string{
		"", " ", "\n\t ", "El ceviche está riquísimo!!!", "LLEGÓ FRÍO el pedido, demoraron 2 horas…", "¿Qué tal la causa? ¡Buenazo!",
		"ñandú Ñañá pingüino", "man\u0303ana NFD: cafe\u0301 y n\u0303o", "İstanbul ISSIZ ıi", "ΣΊΣΥΦΟΣ ΟΔΟΣ", "straße STRASSE ẞ",
		"😋😋 rico 👨‍👩‍👧 🇵🇪 👍🏽", "https://www.example.com/a?b=c&d=é#x", "@alguien #antojo S/25.90 (20%)", "中文 寿司 mixto寿司ya", "豈更車 \U0002F800",
		"한국어 김치 좋아요", "á\u0300\u0301\u0302 zalgo̴̧͓", "a\u200bb\u200dc\ufeffd\u00adx", "nul\x00aqui \x1b[31mrojo\x7f", "tab\tline\r\nvt\vff\fnel\u0085ls\u2028nbsp\u00a0em\u2003ideo\u3000fin",
		"U+FFFD \ufffd aqui", "privado \ue000\U000f0000", "sin asignar \u0378\u0380 \U000e01ef", "[CLS] hola [SEP] [MASK][MASK] [mask] [UNKNOWN] [PAD", "x[SEP]y",
		strings.Repeat("a", 99) + " " + strings.Repeat("a", 100) + " " + strings.Repeat("a", 101), strings.Repeat("ñ", 100) + strings.Repeat(" ñ", 3), strings.Repeat("é", 101),
		"Ǆ ǅ ǆ ﬁn ﬀ ① ½ ²", "\u037e \u1fef \u2000 \u212b \u212a \u2126", "Ꭰ ꭰ Ა ა", "ªº no. 1.º", "$100+tax=^`|~<>", "«comillas» “dobles” ‘simples’ — raya – guion‐",
		"क्षि தமிழ் ไทย עִבְרִית العَرَبِيَّة", "\u302e\u302f가〮", "a\u0345\u1dc0b", "...", "????¡¡¡¡", "jajajajajaja XD :) :'( <3",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	alphabets := [][]rune{
		[]rune("abcdeilmnorstu áéíóúñ  .,!?"), []rune("AÁaÑñ\u0301\u0303\u0308 İẞΣς,"), []rune("[]CLSEPMAK cls "),
		[]rune("中ア가각힣😋👍\u200d\ufe0f x"), {0, 1, 9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0xAD, 0x200B, 0x2028, 0x3000, 0xFFFD, 'a', 'B'},
	}
	for i := range 200 {
		a := alphabets[i%len(alphabets)]
		n := rng.IntN(60)
		var b strings.Builder
		for range n {
			b.WriteRune(a[rng.IntN(len(a))])
		}
		texts = append(texts, b.String())
	}
	for i := range 200 { // any assigned or unassigned scalar value of the first planes
		var b strings.Builder
		for range 20 {
			r := rune(rng.IntN(0x3100))
			if i%4 == 0 {
				r = rune(rng.IntN(0x20000))
			}
			if utf8.ValidRune(r) {
				b.WriteRune(r)
			}
			if rng.IntN(4) == 0 {
				b.WriteByte('x')
			}
		}
		texts = append(texts, b.String())
	}
	return texts
}

// TestReference compares with ids that Hugging Face's own library made of the
// same files: testdata/reference.mjs says how.
func TestReference(t *testing.T) {
	texts := testTexts()
	if *update {
		b, err := json.Marshal(texts)
		if err != nil {
			t.Fatal(err)
		}
		write(t, "texts.json", b)
	}
	for _, c := range testOptions {
		t.Run(c.name, func(t *testing.T) {
			tok := testTokenizer(t, c.opt)
			if *update {
				var b bytes.Buffer
				if err := tok.Save(&b); err != nil {
					t.Fatal(err)
				}
				write(t, c.name+".tokenizer.json", b.Bytes())
			}
			var want struct {
				Made string
				IDs  [][]int32
			}
			b, err := os.ReadFile(filepath.Join("testdata", c.name+".ids.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			if len(want.IDs) != len(texts) {
				t.Fatalf("the reference has %d texts, the test %d: run testdata/reference.mjs", len(want.IDs), len(texts))
			}
			loaded, err := Load(filepath.Join("testdata", c.name+".tokenizer.json"))
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range texts {
				for _, tk := range []*Tokenizer{tok, loaded} {
					if d := cmp.Diff(want.IDs[i], tk.Encode(nil, s, 0)); d != "" {
						t.Errorf("ids of %q (%+q) differ (-reference +ours):\n%s", s, s, d)
					}
				}
			}
		})
	}
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("testdata", name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}
