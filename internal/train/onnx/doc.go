// Package onnx writes a trained BERT encoder with its classification heads as an
// ONNX model that ONNX Runtime runs fast on a CPU. It only writes: training keeps
// its weights as plain float32 tensors, and Export turns them into one file.
//
// # The model
//
// Post-norm BERT: embeddings → LayerNorm → Layers × (self-attention, add,
// LayerNorm, feed-forward with erf-GELU, add, LayerNorm) → pooling → optional
// pooler (dense + activation) → classifier. The padding mask adds −10,000 or less
// to the scores of padded keys, so padding never changes the result of a text.
//
//	inputs   input_ids       int64   [B, S]
//	         attention_mask  int64   [B, S]   1 = token, 0 = padding (right side)
//	output   logits          float32 [B, Outputs]
//
// # Weights
//
// Names are those of a Hugging Face BertModel (with the prefix "bert." removed)
// plus "classifier". Matrices are [out, in] row-major as in PyTorch: y = W·x + b.
// V vocabulary, P positions, H hidden, I intermediate, O outputs; N = 0 … Layers−1.
//
//	embeddings.word_embeddings.weight                    [V, H]
//	embeddings.position_embeddings.weight                [P, H]
//	embeddings.token_type_embeddings.weight              [2, H]  optional; row 0 is folded into the positions
//	embeddings.LayerNorm.{weight,bias}                   [H]
//	encoder.layer.N.attention.self.{query,key,value}.weight   [H, H]   .bias [H]
//	encoder.layer.N.attention.output.dense.weight        [H, H]   .bias [H]
//	encoder.layer.N.attention.output.LayerNorm.{weight,bias}  [H]
//	encoder.layer.N.intermediate.dense.weight            [I, H]   .bias [I]
//	encoder.layer.N.output.dense.weight                  [H, I]   .bias [H]
//	encoder.layer.N.output.LayerNorm.{weight,bias}       [H]
//	pooler.dense.weight                                  [H, H]   .bias [H]   only if PoolerAct is not "none"
//	classifier.weight                                    [O, H]   .bias [O]
//
// A missing tensor, a wrong shape or a value that is not finite is an error that
// names the tensor. Tensors with other names (an MLM head, say) are ignored.
//
// Pooling "cls" takes the last hidden state of token 0, "mean" the mean over the
// tokens that the mask keeps, [CLS] and [SEP] included. With "cls" the last layer
// computes only that one row of every text, which makes a 4-layer encoder about a
// fifth faster at no cost in exactness: prefer it unless "mean" scores better.
//
// # Precision
//
// FP32 keeps the weights as they are. INT8 stores matrices as symmetric int8 with
// one scale per output column, embeddings as int8 with one scale per row, and
// quantises activations while running.
//
// Read next: export.go (the graph), quant.go (int8), proto.go (the file format).
package onnx
