package train

import (
	"math"
	"testing"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
)

// TestWide trains the linear half on rows whose sentiment hangs on one word, and on
// rows whose relevance hangs on a pair of words that both classes have.
func TestWide(t *testing.T) {
	tok, err := wordpiece.New([]string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "rico", "feo", "caldo", "de", "pollo", "ojo", "habla", "causa", "la"}, normalizer)
	if err != nil {
		t.Fatal(err)
	}
	row := func(text string, relevance, sentiment int8) (r Row) {
		r.Text = text
		for h := range r.Labels {
			r.Labels[h] = -1
		}
		r.Labels[headRelevance], r.Labels[headSentiment] = relevance, sentiment
		r.Weight[headRelevance], r.Weight[headSentiment] = 1, 1
		return r
	}
	var rows []Row
	for range 6 {
		rows = append(rows, row("rico caldo de pollo", 1, 2), row("feo caldo de pollo", 1, 0),
			row("ojo habla causa", 0, 1), row("la causa habla ojo", 1, 1))
	}
	fixed := map[string]settings{}
	for _, h := range mention.Heads {
		fixed[h.Name] = settings{C: 50}
	}
	w := fitWide(rows, tok, 32, fixed, 2)
	logits := func(text string) []float32 {
		z := make([]float32, w.outputs)
		w.logits(tok.Encode(nil, text, 32), z)
		return z
	}
	z := logits("rico")
	if got := argmax(z[2:5]); got != 2 {
		t.Errorf("sentiment of a word seen only in praise: class %d, logits %v", got, z[2:5])
	}
	if a, b := logits("ojo habla causa"), logits("la causa habla ojo"); !(a[0] > a[1]) || !(b[1] > b[0]) {
		t.Errorf("pairs do not tell apart what single words cannot: %v and %v", a[:2], b[:2])
	}
	for _, special := range []string{"[PAD]", "[CLS]", "[SEP]"} {
		id, _ := tok.ID(special)
		for c, v := range w.table[int(id)*w.outputs : int(id+1)*w.outputs] {
			if v != 0 {
				t.Fatalf("%s weighs %v in column %d: the exported model needs 0 there", special, v, c)
			}
		}
	}
	w.scale(2, 5, 0.5)
	for c, v := range logits("rico") {
		want := z[c]
		if c >= 2 && c < 5 {
			want /= 2
		}
		if math.Abs(float64(v-want)) > 1e-5 {
			t.Errorf("column %d after halving those of sentiment: %v, want %v", c, v, want)
		}
	}
	again := fitWide(rows, tok, 32, fixed, 2)
	again.scale(2, 5, 0.5)
	for i := range w.table {
		if w.table[i] != again.table[i] {
			t.Fatalf("the same rows gave another weight at %d: %v and %v", i, w.table[i], again.table[i])
		}
	}
}
