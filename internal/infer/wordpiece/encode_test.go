package wordpiece

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pieces spells the ids out.
func pieces(t *Tokenizer, ids []int32) string {
	var s []string
	for _, id := range ids {
		s = append(s, t.Token(id))
	}
	return strings.Join(s, " ")
}

func TestEncodePieces(t *testing.T) {
	cased, uncased := testTokenizer(t, Options{}), testTokenizer(t, Options{Lowercase: true})
	for _, c := range []struct {
		name   string
		tok    *Tokenizer
		text   string
		maxLen int
		want   string
	}{
		{"empty", cased, "", 0, "[CLS] [SEP]"},
		{"longest match first", cased, "riquísimo saltado", 0, "[CLS] riquísimo salt ##ado [SEP]"},
		{"unknown word", cased, "pe こ pe", 0, "[CLS] pe [UNK] pe [SEP]"},
		{"punctuation apart", cased, "¡pe!", 0, "[CLS] ¡ pe ! [SEP]"},
		{"accents go with case", uncased, "RIQUÍSIMO", 0, "[CLS] riquisimo [SEP]"},
		{"invalid UTF-8 is dropped", cased, "p\xffe \xc3", 0, "[CLS] pe [SEP]"},
		{"literal special token", cased, "pe[SEP]pe", 0, "[CLS] pe [SEP] pe [SEP]"},
		{"cut keeps the end mark", cased, "pe pe pe pe", 4, "[CLS] pe pe [SEP]"},
		{"exact fit", cased, "pe pe", 4, "[CLS] pe pe [SEP]"},
		{"cut within a word", cased, "saltado", 3, "[CLS] salt [SEP]"},
		{"no room for text", cased, "pe", 2, "[CLS] [SEP]"},
		{"room for one", cased, "pe", 1, "[SEP]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := pieces(c.tok, c.tok.Encode(nil, c.text, c.maxLen)); got != c.want {
				t.Errorf("Encode(%q, %d) = %s, want %s", c.text, c.maxLen, got, c.want)
			}
		})
	}
}

func TestEncodeAppends(t *testing.T) {
	tok := testTokenizer(t, Options{})
	got := tok.Encode([]int32{7, 8, 9}, "pe pe pe", 4)
	want := append([]int32{7, 8, 9}, tok.Encode(nil, "pe pe pe", 4)...)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("appending to a slice gave other ids (-want +got):\n%s", d)
	}
}

// Hostile texts must be read to the end in one pass; a quadratic step over these
// sizes would run into the test's time limit.
func TestEncodeHostile(t *testing.T) {
	const n = 4 << 20
	tok := testTokenizer(t, Options{Lowercase: true})
	for _, c := range []struct {
		name, text, want string
	}{
		{"one long word", strings.Repeat("a", n), "[CLS] [UNK] [SEP]"},
		{"combining marks", "pe" + strings.Repeat("\u0301", n), "[CLS] pe [SEP]"},
		{"long word of hangul", strings.Repeat("각", n/3), "[CLS] [UNK] [SEP]"},
		{"invalid bytes", strings.Repeat("\xff", n) + "pe", "[CLS] pe [SEP]"},
		{"white space", strings.Repeat(" \u3000", n/4) + "pe", "[CLS] pe [SEP]"},
		{"almost a special token", strings.Repeat("[MASK", 3), "[CLS] [ m ##a ##s ##k [ m ##a ##s ##k [ m ##a ##s ##k [SEP]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := pieces(tok, tok.Encode(nil, c.text, 0)); got != c.want {
				t.Errorf("got %.200s, want %s", got, c.want)
			}
		})
	}
	if got := len(tok.Encode(nil, strings.Repeat("[MAS", n/4), 0)); got != n+2 {
		// "[" and "m ##a ##s": 4 pieces per repetition, [CLS] and [SEP]
		t.Errorf("%d ids, want %d", got, n+2)
	}
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	tok := testTokenizer(t, Options{Lowercase: true})
	text := "¡El ceviche está RIQUÍSIMO, 😋 pe! 한국 寿司 " + strings.Repeat("ñandú ", 20) + strings.Repeat("x", 500)
	dst := make([]int32, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { dst = tok.Encode(dst[:0], text, 256) }); n != 0 {
		t.Errorf("%v allocations a text, want 0", n)
	}
}

func TestConcurrentUse(t *testing.T) {
	tok := testTokenizer(t, Options{Lowercase: true})
	texts := testTexts()
	var want [][]int32
	for _, s := range texts {
		want = append(want, tok.Encode(nil, s, 0))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var buf []int32
			for i, s := range texts {
				if buf = tok.Encode(buf[:0], s, 0); !slices.Equal(buf, want[i]) {
					t.Errorf("text %d: other ids than alone", i)
				}
			}
		})
	}
	wg.Wait()
}

func TestWords(t *testing.T) {
	var got []string
	Options{Lowercase: true, MaxWordChars: 8}.Words("¡Qué RICO! 寿司 "+strings.Repeat("a", 9)+" 8\u200b8", func(w []byte) bool {
		got = append(got, string(w))
		return true
	})
	if d := cmp.Diff([]string{"¡", "que", "rico", "!", "寿", "司", "88"}, got); d != "" {
		t.Errorf("words (-want +got):\n%s", d)
	}
}

func TestSaveRoundTrip(t *testing.T) {
	for _, c := range testOptions {
		t.Run(c.name, func(t *testing.T) {
			tok := testTokenizer(t, c.opt)
			var b, b2 bytes.Buffer
			if err := tok.Save(&b); err != nil {
				t.Fatal(err)
			}
			again, err := Parse(b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tok.Options(), again.Options()); d != "" {
				t.Errorf("options (-before +after):\n%s", d)
			}
			if err := again.Save(&b2); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(b.String(), b2.String()); d != "" {
				t.Errorf("saved twice (-first +second):\n%s", d)
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		name  string
		vocab []string
		opt   Options
		want  string
	}{
		{"no unknown token", []string{"[CLS]", "[SEP]"}, Options{}, "lacks the unknown token"},
		{"no end mark", []string{"[UNK]", "[CLS]"}, Options{}, "lacks [CLS] or [SEP]"},
		{"twice", []string{"[UNK]", "[CLS]", "[SEP]", "a", "a"}, Options{}, "listed twice"},
		{"empty token", []string{"[UNK]", ""}, Options{}, "is empty"},
		{"added token missing", []string{"[UNK]", "[CLS]", "[SEP]"}, Options{Added: []Added{{Content: "[X]"}}}, "not in the vocabulary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := New(c.vocab, c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	const model = `"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"[CLS]":1}}`
	for _, c := range []struct{ name, json, want string }{
		{"not JSON", `{"model":`, "not valid"},
		{"empty", `{}`, "no vocabulary"},
		{"another model", `{"model":{"type":"BPE"}}`, `model "BPE"`},
		{"another pre-tokenizer", `{"pre_tokenizer":{"type":"Whitespace"},"model":{"vocab":{"[UNK]":0}}}`, "no BertPreTokenizer"},
		{"another normalizer", `{"normalizer":{"type":"NFKC"},` + model + `}`, `normalizer "NFKC"`},
		{"another post-processor", `{"post_processor":{"type":"Other"},` + model + `}`, `post-processor "Other"`},
		{"normalized added token", `{"added_tokens":[{"id":2,"content":"x","normalized":true}],` + model + `}`, `"normalized": true`},
		{"id used twice", `{"added_tokens":[{"id":1,"content":"x"}],` + model + `}`, "id 1 belongs to both"},
		{"huge id", `{"added_tokens":[{"id":2000000000,"content":"x"}],` + model + `}`, "far above"},
		{"huge model id", `{"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"vocab":{"[UNK]":2147483647}}}`, "far above"},
		{"negative id", `{"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"vocab":{"[UNK]":-1}}}`, "negative id"},
		{"word limit", `{"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"vocab":{"[UNK]":0},"max_input_chars_per_word":1000}}`, "is 1000, want 1..256"},
		{"template of nothing", `{"post_processor":{"type":"TemplateProcessing","single":[]},` + model + `}`, "0 texts"},
		{"template with a stranger", `{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[Q]"}}]},` + model + `}`, `special token "[Q]"`},
		{"BertProcessing with a stranger", `{"post_processor":{"type":"BertProcessing","sep":["[SEP]",9],"cls":["[CLS]",1]},` + model + `}`, "id 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Parse([]byte(c.json)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func FuzzEncode(f *testing.F) {
	for i, s := range testTexts() {
		f.Add(s, i%7)
	}
	f.Add("\xff\xfe p\xc3", 5)
	var toks []*Tokenizer
	for _, c := range testOptions {
		toks = append(toks, testTokenizer(f, c.opt))
	}
	f.Fuzz(func(t *testing.T, s string, maxLen int) {
		maxLen = max(0, maxLen%40)
		for _, tok := range toks {
			all := tok.Encode(nil, s, 0)
			for _, id := range all {
				if tok.Token(id) == "" {
					t.Fatalf("id %d is no token", id)
				}
			}
			if maxLen == 0 {
				continue
			}
			cut := tok.Encode(nil, s, maxLen)
			if len(cut) != min(maxLen, len(all)) {
				t.Fatalf("%d ids with limit %d, %d without", len(cut), maxLen, len(all))
			}
			if n := len(cut) - 1; !slices.Equal(cut[:n], all[:n]) || cut[n] != all[len(all)-1] {
				t.Fatalf("cut ids %v are not the head of %v", cut, all)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, c := range testOptions {
		var b bytes.Buffer
		tok, err := New([]string{"[UNK]", "[CLS]", "[SEP]", "a", "##a", "é"}, c.opt)
		if err != nil {
			f.Fatal(err)
		}
		if err := tok.Save(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := Parse(b)
		if err != nil {
			return
		}
		for _, id := range tok.Encode(nil, "aé [CLS] 😋", 16) {
			if id < 0 || int(id) >= tok.VocabSize() {
				t.Fatalf("id %d is outside the vocabulary of %d", id, tok.VocabSize())
			}
		}
		var out bytes.Buffer
		if err := tok.Save(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(out.Bytes()); err != nil {
			t.Fatalf("what was saved cannot be read: %v", err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	tok := testTokenizer(b, Options{Lowercase: true})
	text := "El ceviche de este local está riquísimo pero el pedido llegó frío y demoraron dos horas, no lo recomiendo"
	dst := make([]int32, 0, 256)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		dst = tok.Encode(dst[:0], text, 128)
	}
}
