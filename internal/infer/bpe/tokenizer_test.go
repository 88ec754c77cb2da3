package bpe

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func load(t testing.TB, name string) *Tokenizer {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	tok, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// TestAsTheReference compares with what Hugging Face's own library (0.23.2) gives for
// gold mentions and for texts that are hard to cut. BPE_IDS names a longer file of the
// same form.
func TestAsTheReference(t *testing.T) {
	toks := map[string]*Tokenizer{"metaspace": load(t, "metaspace"), "bytelevel": load(t, "bytelevel")}
	path := filepath.Join("testdata", "ids.jsonl")
	if p := os.Getenv("BPE_IDS"); p != "" {
		path = p
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	n := 0
	for ; s.Scan(); n++ {
		var row struct {
			Text                 string
			Metaspace, Bytelevel []int32
		}
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string][]int32{"metaspace": row.Metaspace, "bytelevel": row.Bytelevel} {
			got := toks[name].Encode(nil, row.Text, 0)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s %q: got %q, want %q", name, row.Text, names(toks[name], got), names(toks[name], want))
			}
		}
	}
	if s.Err() != nil || n < 190 {
		t.Fatalf("%d rows, %v", n, s.Err())
	}
}

func names(t *Tokenizer, ids []int32) string {
	var out []string
	for _, id := range ids {
		out = append(out, t.Token(id))
	}
	return strings.Join(out, " ")
}

func TestEncodeLimits(t *testing.T) {
	for _, name := range []string{"metaspace", "bytelevel"} {
		tok := load(t, name)
		text := strings.Repeat("¡qué rico el ceviche con ají! ", 20)
		whole := tok.Encode(nil, text, 0)
		for _, n := range []int{1, 2, 3, 10, len(whole) - 1, len(whole), len(whole) + 5} {
			got := tok.Encode([]int32{7}, text, n)[1:]
			want := append(append([]int32(nil), whole[:max(0, min(n, len(whole))-1)]...), whole[len(whole)-1])
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s cut at %d: %s", name, n, d)
			}
		}
		// A hostile text of megabytes takes no longer than its beginning.
		huge := strings.Repeat("a", 50<<20)
		if got := tok.Encode(nil, huge, 128); len(got) != 128 || got[127] != whole[len(whole)-1] {
			t.Errorf("%s: %d tokens of a word of 50 MB", name, len(got))
		}
		if got := tok.Encode(nil, "a\xff\xc3", 0); len(got) < 3 {
			t.Errorf("%s: %d tokens of broken UTF-8", name, len(got))
		}
	}
}

func TestParseErrors(t *testing.T) {
	const model = `"model":{"type":"BPE","unk_token":"u","vocab":{"u":0,"a":1,"b":2,"ab":3},"merges":["a b"]}`
	if _, err := Parse([]byte("{" + model + "}")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ json, want string }{
		"not JSON":        {`{"model":`, "not valid"},
		"another model":   {`{"model":{"type":"Unigram","vocab":{}}}`, `model "Unigram"`},
		"empty":           {`{"model":{"type":"BPE"}}`, "no vocabulary"},
		"merge of one":    {`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}`, `merge "a" is not two`},
		"merge of three":  {`{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","a","a"]]}}`, "is not two tokens"},
		"merge missing":   {`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}`, "has a part that is not"},
		"result missing":  {`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a a"]}}`, "gives a token that is not"},
		"no unknown":      {`{"model":{"type":"BPE","unk_token":"?","vocab":{"a":0}}}`, "lacks the unknown token ?"},
		"negative id":     {`{"model":{"type":"BPE","vocab":{"a":-1}}}`, "negative id"},
		"huge id":         {`{"model":{"type":"BPE","vocab":{"a":2147483647}}}`, "far above"},
		"id used twice":   {`{"added_tokens":[{"id":1,"content":"x"}],` + model + `}`, "id 1 belongs to both"},
		"normalizer":      {`{"normalizer":{"type":"Precompiled"},` + model + `}`, `normalizer "Precompiled"`},
		"in a sequence":   {`{"normalizer":{"type":"Sequence","normalizers":[{"type":"Nmt"}]},` + model + `}`, `normalizer "Nmt"`},
		"expression":      {`{"normalizer":{"type":"Replace","pattern":{"Regex":"x+"},"content":"x"},` + model + `}`, "regular expression"},
		"pre-tokenizer":   {`{"pre_tokenizer":{"type":"Digits"},` + model + `}`, `pre-tokenizer "Digits"`},
		"mark":            {`{"pre_tokenizer":{"type":"Metaspace","replacement":""},` + model + `}`, "want one character"},
		"scheme":          {`{"pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"x"},` + model + `}`, `prepend_scheme "x"`},
		"mark of nothing": {`{"post_processor":{"type":"RobertaProcessing","sep":["x",9],"cls":["x",9]},` + model + `}`, "id 9"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(c.json)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// FuzzEncode wants ids of the vocabulary, the marks at both ends, and no more than the
// limit, whatever the text.
func FuzzEncode(f *testing.F) {
	toks := []*Tokenizer{load(f, "metaspace"), load(f, "bytelevel")}
	for _, s := range []string{"", " a  b ", "x <mask> y", "\xff", "ñ\u0301\u0301", "'s 12 …"} {
		f.Add(s, 9)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 2 + max(limit, -limit, 0)%200
		for _, tok := range toks {
			ids := tok.Encode(nil, s, limit)
			if len(ids) < 2 || len(ids) > limit || tok.Token(ids[0]) != "<s>" || tok.Token(ids[len(ids)-1]) != "</s>" {
				t.Fatalf("%q at most %d: %v", s, limit, ids)
			}
			for _, id := range ids {
				if tok.Token(id) == "" {
					t.Fatalf("%q gives id %d, which is no token", s, id)
				}
			}
		}
	})
}

// FuzzParse: a file from elsewhere is an error or a tokenizer that can encode.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"metaspace", "bytelevel"} {
		b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"normalizer":{"type":"Sequence","normalizers":[{"type":"Strip"},{"type":"Prepend","prepend":"_"}]},"model":{"type":"BPE","byte_fallback":true,"end_of_word_suffix":"</w>","vocab":{"a":0}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := Parse(b)
		if err != nil {
			return
		}
		tok.Encode(nil, " Qué rico <mask> 's\n", 20)
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, name := range []string{"metaspace", "bytelevel"} {
		b.Run(name, func(b *testing.B) {
			tok := load(b, name)
			const text = "El ceviche estaba buenazo pero llegó tarde y frío, además la porción era chiquita para lo que cobran"
			b.SetBytes(int64(len(text)))
			var ids []int32
			for b.Loop() {
				ids = tok.Encode(ids[:0], text, 128)
			}
		})
	}
}
