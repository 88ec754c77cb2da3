package bert

import "fmt"

// Weight is one tensor in the layout of PyTorch: a matrix is [out][in].
type Weight struct {
	Name  string
	Shape []int
	Data  []float32
}

// Weights lists encoder, pooler and classifier under the names of a Hugging Face
// BertModel; package train/onnx documents them. The masked-language-model head is
// left out.
func (m *Model) Weights() []Weight {
	h := m.Hidden
	var ws []Weight
	vector := func(name string, p *param, from, n int) {
		ws = append(ws, Weight{name, []int{n}, append([]float32(nil), p.w[from:from+n]...)})
	}
	// matrix writes columns from..from+n of W[in][out], transposed.
	matrix := func(name string, p *param, from, n int) {
		d := make([]float32, n*p.rows)
		for i := range p.rows {
			for o := range n {
				d[o*p.rows+i] = p.w[i*p.cols+from+o]
			}
		}
		ws = append(ws, Weight{name, []int{n, p.rows}, d})
	}
	dense := func(name string, w, b *param, from, n int) {
		matrix(name+".weight", w, from, n)
		vector(name+".bias", b, from, n)
	}
	norm := func(name string, g, b *param) {
		vector(name+".weight", g, 0, h)
		vector(name+".bias", b, 0, h)
	}
	ws = append(ws,
		Weight{"embeddings.word_embeddings.weight", []int{m.Vocab, h}, append([]float32(nil), m.word.w[:m.Vocab*h]...)},
		Weight{"embeddings.position_embeddings.weight", []int{m.MaxLen, h}, append([]float32(nil), m.pos.w...)},
		Weight{"embeddings.token_type_embeddings.weight", []int{2, h}, make([]float32, 2*h)})
	norm("embeddings.LayerNorm", m.embG, m.embB)
	for i, l := range m.layers {
		n := fmt.Sprintf("encoder.layer.%d.", i)
		for k, part := range []string{"query", "key", "value"} {
			dense(n+"attention.self."+part, l.qkv, l.qkvB, k*h, h)
		}
		dense(n+"attention.output.dense", l.out, l.outB, 0, h)
		norm(n+"attention.output.LayerNorm", l.ln1G, l.ln1B)
		dense(n+"intermediate.dense", l.up, l.upB, 0, m.Intermediate)
		dense(n+"output.dense", l.down, l.downB, 0, h)
		norm(n+"output.LayerNorm", l.ln2G, l.ln2B)
	}
	dense("pooler.dense", m.poolW, m.poolB, 0, h)
	dense("classifier", m.clsW, m.clsB, 0, m.Logits())
	if m.attendW != nil {
		matrix("label_attention.query.weight", m.attendW, 0, len(m.Classes))
		matrix("label_attention.value.weight", m.attendW, len(m.Classes), m.Logits())
	}
	return ws
}

// ScaleHead multiplies the logits of one head by k: temperature scaling (Guo et
// al. 2017, arXiv:1706.04599) folded into the weights, k = 1/T.
func (m *Model) ScaleHead(head int, k float32) {
	from := 0
	for _, c := range m.Classes[:head] {
		from += c
	}
	for j := from; j < from+m.Classes[head]; j++ {
		for i := range m.clsW.rows {
			m.clsW.w[i*m.clsW.cols+j] *= k
		}
		m.clsB.w[j] *= k
		if m.attendW != nil {
			for i := range m.Hidden {
				m.attendW.w[i*m.attendW.cols+len(m.Classes)+j] *= k
			}
		}
	}
	m.pack(1)
}
