package train

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"antojo/internal/train/bert"
)

// writeCard writes the model card: what the model is, what it was trained on, what
// was measured and where it is not better than the baseline. All figures come
// from m, so the card cannot say more than was measured.
func (r *run) writeCard(w io.Writer, m *Metrics, shape bert.Config, params int) error {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("---\nlanguage: es\nlicense: other\npipeline_tag: text-classification\n---\n")
	p("# %s %s\n", m.Model, m.Version)
	p("Reads short Peruvian Spanish texts about food: reviews, delivery comments, social posts, survey answers. One forward pass gives 42 logits, eleven heads side by side: relevance (about food, as food), sentiment, intent, and eight aspects (none, neg, neu, pos). `config.json` lists them with their first columns.\n")
	p("- Encoder: BERT, %d layers, hidden size %d, %d attention heads, %d word pieces, up to %d tokens, %.1f million weights; mean pooling, a dense layer with GELU, one linear layer.", shape.Layers, shape.Hidden, shape.Heads, shape.Vocab, shape.MaxLen, float64(params)/1e6)
	if r.wide != nil {
		p("- Wide half: the logits are the mean of the encoder's and of a linear model's over word pieces and hashed pairs of them (Cheng et al. 2016), %.1f million weights in the same file (ADR 0025).", float64(r.wide.parameters())/1e6)
	}
	p("- Files: `model.onnx` (int8; inputs `input_ids` and `attention_mask` int64 [B,S], output `logits` float32 [B,42]), `tokenizer.json` (Hugging Face format; lower case, accents stripped), `config.json`, `metrics.json` (all figures, by slice and class).")
	p("- Trained by Antojo's own Go code: `antojo train --task encoder --config training/configs/%s.json --corpora DIR`; see `training/README.md` and `docs/models.md`.", m.Model)
	p("- Probabilities are calibrated: one temperature a head, fitted on the development rows, is folded into the last layer.\n")
	if len(r.cfg.Evidence.Weights) > 0 {
		p("- Relevance is the encoder's own answer together with what the built-in food words tell of the text: a logistic regression over eight features whose weights stand in `config.json` (ADR 0028). The figures of relevance below are those of both; the baseline has no such tables.\n")
	}
	p("## Measured\n")
	p("Development rows, not trained on: %s. Baseline: TF-IDF (words and characters) + logistic regression, trained on the same labelled rows, its strength chosen per head on a part of the training rows. The interval is that of the difference, 95 %%, paired bootstrap over rows. *The authored rows of both parts come from the same writers and files, so real texts will score lower than the \"authored\" lines; the comparison of models is fair all the same.*\n", m.Split)
	p("Measured with %s. %s\n", m.Measured, m.quantisation())
	p("| rows | measure | majority class | baseline | encoder | difference [95 %%] | verdict |")
	p("| --- | --- | --- | --- | --- | --- | --- |")
	var worse, same []string
	for _, s := range []string{"gold", "authored", "real_delivery", "stars"} {
		for _, d := range m.Compared[s] {
			p("| %s (%d) | %s | %.3f | %.3f | **%.3f** | %+.3f [%+.3f, %+.3f] | %s |", s, m.Encoder[s].Rows, d.Measure,
				headlineOf(d.Measure, m.Majority[s]), d.Baseline, d.Encoder, d.Difference, d.Low, d.High, d.Verdict())
			switch d.Verdict() {
			case "worse":
				worse = append(worse, d.Measure+" on "+s)
			case "not distinguishable":
				same = append(same, d.Measure+" on "+s)
			}
		}
	}
	p("")
	switch {
	case len(m.Compared) == 0:
		p("**This model was not compared with the baseline: a first build, not for use.**\n")
	case len(worse)+len(same) == 0:
		p("The encoder is better than the baseline on every line.\n")
	default:
		if len(worse) > 0 {
			p("**Worse than the baseline:** %s.\n", strings.Join(worse, "; "))
		}
		if len(same) > 0 {
			p("**Not distinguishable from the baseline** (the interval includes zero): %s.\n", strings.Join(same, "; "))
		}
	}
	for _, name := range sortedKeys(m.Encoder) {
		if s := m.Encoder[name]; !slices.Contains([]string{"gold", "authored", "real_delivery", "stars"}, name) {
			h := s.Heads["sentiment"]
			p("On %d rows of %s (real reviews, sentiment from the stars; never used to train or to choose anything): sentiment macro-F1 %.3f, accuracy %.3f (neg %.2f of %d, neu %.2f of %d, pos %.2f of %d).\n",
				s.Rows, name, h.MacroF1, h.Accuracy, h.F1["neg"], h.Support["neg"], h.F1["neu"], h.Support["neu"], h.F1["pos"], h.Support["pos"])
		}
	}
	p("## Trained on\n")
	p("Only texts whose licence allows the weights to be redistributed (class A: an explicit licence; A*: the same with a platform's terms underneath; O: written and labelled for this project). Texts of the development rows were removed from all of them.\n")
	p("| file | licence | origin | used for |")
	p("| --- | --- | --- | --- |")
	for _, s := range r.sources() {
		var use []string
		for _, c := range r.cfg.Corpora {
			if c.Path == s.Path && (slices.Max(c.Tokens) > 0 || c.EmbedTokens > 0) {
				use = append(use, "pre-training")
			}
			if c.Path == s.Path && c.TeachTexts > 0 {
				use = append(use, "unread texts without food, as examples of what is not about food")
				if r.cfg.Finetune.TeachWeight > 0 {
					use = append(use, "the baseline's soft labels")
				}
			}
		}
		if slices.ContainsFunc(r.cfg.Gold, func(x Source) bool { return x.Path == s.Path }) {
			use = append(use, "read labels, all heads")
		}
		if slices.ContainsFunc(r.cfg.Stars, func(x Source) bool { return x.Path == s.Path }) {
			use = append(use, "stars as a noisy sentiment label")
		}
		p("| `%s` | %s (%s) | %s | %s |", s.Path, s.Licence, s.Class, s.Origin, strings.Join(use, "; "))
	}
	p("\n## Limits\n")
	p("- The settings of the fine-tuning rounds (passes, batch size, class balance) were settled after looks at the development scores of earlier runs, so these are slightly optimistic for the encoder. The temperatures do not change which label wins.")
	p("- How it reads writers it has never met is in `docs/models.md`: lower than here. Not measured: other random seeds.")
	p("- Pre-trained on a few million tokens only: it knows the words of food comments, not the world.")
	p("- All real labelled texts are delivery comments from Bogotá; Peruvian language comes from rows written for this project.")
	p("- Sarcasm, irony and long texts with several opinions are often read wrong; `neu` is the weakest sentiment.")
	p("- Rare aspect polarities (a neutral remark on hygiene, say) had a handful of training rows.")
	p("- Not for decisions about single people; made to be added up over many mentions.")
	_, err := io.WriteString(w, b.String())
	return err
}

// quantisation says what int8 costs, in words.
func (m *Metrics) quantisation() string {
	if m.Float32 == nil {
		return ""
	}
	worst, name := 0.0, ""
	for _, h := range headline {
		if d := h.of(m.Float32["gold"]) - h.of(m.Encoder["gold"]); d > worst {
			worst, name = d, h.name
		}
	}
	if name == "" {
		return "Against float32 no figure on the gold rows is lower."
	}
	return fmt.Sprintf("Against float32 the largest loss on the gold rows is %.3f (%s).", worst, name)
}

func headlineOf(measure string, s Scores) float64 {
	for _, h := range headline {
		if h.name == measure {
			return h.of(s)
		}
	}
	return 0
}

func sortedKeys[V any](m map[string]V) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
