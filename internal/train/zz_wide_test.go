package train

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
)

type wideExp struct {
	V, B       int
	order      int
	pw float32
	noV bool
	chars      bool
	idf        []float32
	pieceChars [][]int32
}

func (w *wideExp) raw(ids []int32) map[int32]float32 {
	x := map[int32]float32{}
	n := len(ids)
	for i := 1; i < n-1; i++ {
		x[ids[i]]++
		if w.chars {
			for _, g := range w.pieceChars[ids[i]] {
				x[g]++
			}
		}
	}
	h := func(a, b, c uint64) int32 {
		return int32(w.V + w.B + int((a*2654435761+b*40503*65537+c*97777777)%uint64(w.B)))
	}
	if w.order >= 2 {
		for i := 0; i+1 < n; i++ {
			x[h(uint64(ids[i]), uint64(ids[i+1]), 0)] += w.pw
		}
	}
	if w.order >= 3 {
		for i := 0; i+2 < n; i++ {
			x[h(uint64(ids[i]), uint64(ids[i+1]), uint64(ids[i+2])+1)]++
		}
	}
	return x
}

func (w *wideExp) fit(ids [][]int32) []sparse {
	df := make([]int, w.V+2*w.B)
	raws := make([]map[int32]float32, len(ids))
	for i := range ids {
		raws[i] = w.raw(ids[i])
		for k := range raws[i] {
			df[k]++
		}
	}
	w.idf = make([]float32, len(df))
	for k, d := range df {
		if d >= 2 {
			w.idf[k] = float32(math.Log(float64(1+len(ids))/float64(1+d)) + 1)
		}
	}
	out := make([]sparse, len(ids))
	for i := range raws {
		out[i] = w.x(raws[i], len(ids[i]))
	}
	return out
}

func (w *wideExp) x(raw map[int32]float32, n int) sparse {
	var s sparse
	k := float32(1 / math.Sqrt(float64(n)) / 5)
	var keys []int32
	for i := range raw {
		keys = append(keys, i)
	}
	for _, i := range keys {
		if w.idf[i] > 0 {
			scale := k
			if w.chars && int(i) >= w.V && int(i) < w.V+w.B {
				scale *= 0.4
			}
			s.idx = append(s.idx, i)
			s.val = append(s.val, raw[i]*w.idf[i]*scale)
		}
	}
	return s
}

func TestZZWide(t *testing.T) {
	tok, err := wordpiece.Load("/work/main/training/work/m4/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	fs, _ := filepath.Glob("/tmp/corp/gold/*.jsonl")
	for _, f := range fs {
		b, _ := os.ReadFile(f)
		r, err := ReadGold(bytes.NewReader(b), f)
		if err != nil {
			t.Log(f, err)
			continue
		}
		rows = append(rows, r...)
	}
	for i := range rows {
		for h := range rows[i].Weight {
			rows[i].Weight[h] = 1
		}
	}
	ids := make([][]int32, len(rows))
	pc := map[string]int32{}
	_ = pc
	w0 := wideExp{V: 12032, B: 1 << 16}
	for i := range rows {
		ids[i] = tok.Encode(nil, rows[i].Text, 128)
	}
	w0.pieceChars = make([][]int32, w0.V)
	for i := range w0.V {
		p := tok.Token(int32(i))
		if len(p) > 2 && p[:2] == "##" {
			p = p[2:] + "#"
		} else {
			p = "^" + p + "#"
		}
		r := []rune(p)
		for n := 2; n <= 5; n++ {
			for a := 0; a+n <= len(r); a++ {
				h := uint64(14695981039346656037)
				for _, c := range r[a : a+n] {
					h = (h ^ uint64(c)) * 1099511628211
				}
				w0.pieceChars[i] = append(w0.pieceChars[i], int32(w0.V)+int32(h%uint64(w0.B)))
			}
		}
	}
	fixed := map[string]settings{}
	for h, s := range map[string]settings{"sentiment": {2, false}, "relevance": {4, true}, "intent": {4, true}} {
		fixed[h] = s
	}
	for _, cfg := range []struct {
		name  string
		order int
		chars bool
		c     float64
		pw    float32
		v     bool
	}{{"A", 1, true, 1, 0, false}, {"B", 2, true, 1, 0.35, false}, {"C", 2, true, 1, 0.35, true}, {"D", 2, true, 3, 0.35, true}} {
		if only := os.Getenv("ONLY"); only != "" && only != cfg.name {
			continue
		}
		dir := "/tmp/wide/" + cfg.name
		for f := 1; f <= 6; f++ {
			file := fmt.Sprintf("authored_t%d.jsonl", f)
			var tr, te []Row
			var tri, tei [][]int32
			for i := range rows {
				if rows[i].File == file {
					te, tei = append(te, rows[i]), append(tei, ids[i])
				} else if cfg.v || !strings.HasPrefix(rows[i].File, "authored_v") {
					tr, tri = append(tr, rows[i]), append(tri, ids[i])
				}
			}
			var P [][]float32
			if cfg.name == "tfidf" {
				fx := map[string]settings{}
				for _, h := range mention.Heads {
					fx[h.Name] = settings{4, true}
				}
				fx["sentiment"] = settings{2, false}
				b := fitBaseline(tr, fx, 2)
				for i := range te {
					P = append(P, b.predict(te[i].Text))
				}
			} else {
				w := w0
				w.order, w.chars, w.pw = cfg.order, cfg.chars, cfg.pw
				xs := w.fit(tri)
				b := baseline{vec: &tfidf{idf: w.idf}}
				P = make([][]float32, len(te))
				for h, head := range mention.Heads {
					s := settings{4 * cfg.c, true}
					if head.Name == "sentiment" {
						s = settings{2 * cfg.c, false}
					}
					m := b.fit(tr, xs, h, s, 2, func(*Row) bool { return true })
					z := make([]float64, len(head.Labels))
					for i := range te {
						m.logits(w.x(w.raw(tei[i]), len(tei[i])), z)
						probabilities(z)
						for _, p := range z {
							P[i] = append(P[i], float32(p))
						}
					}
				}
			}
			os.MkdirAll(fmt.Sprintf("%s/fold-t%d", dir, f), 0o755)
			// merge the encoder of the saved folds
			of, _ := os.ReadFile(fmt.Sprintf("/work/main/training/work/m3/crossval/fold-authored_t%d/predictions.jsonl", f))
			old, err := ReadPredictions(bytes.NewReader(of), "x")
			if err != nil {
				t.Fatal(err)
			}
			at := map[string]int{}
			for i := range old.Rows {
				at[old.Rows[i].ID] = i
			}
			enc := make([][]float32, len(te))
			for i := range te {
				enc[i] = old.Probs["encoder"][at[te[i].ID]]
			}
			if err := WritePredictions(fmt.Sprintf("%s/fold-t%d/predictions.jsonl", dir, f), te, map[string][][]float32{"logreg": P, "encoder": enc}); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Println(cfg.name)
	}
}
