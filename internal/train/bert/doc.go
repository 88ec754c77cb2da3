// Package bert trains small BERT encoders: forward and backward pass, masked
// language modelling, classification heads, AdamW and checkpoints, by hand.
//
// Why by hand: on two CPU cores it is four times as fast as the Go machine
// learning library that we measured (docs/adr/0010). What makes it fast: an
// AVX-512 matrix kernel (kernels_amd64.s), vector loops for everything else
// (simd_amd64.go, built with GOEXPERIMENT=simd), batches without padding (the
// sequences of a batch lie end to end, attention runs per sequence), sampling the
// masked positions before the vocabulary projection, and Adam that touches only
// the embedding rows that were used. Without AVX-512 or without the experiment
// everything runs on plain Go loops (ops_portable.go) with the same results up to
// rounding; tests compare the two, and the gradients with finite differences.
//
// The network is BERT (Devlin et al. 2019, arXiv:1810.04805) with post-layer
// normalisation and exact GELU, mean pooling over all tokens, one dense layer with
// GELU, and one linear layer whose columns are all heads side by side.
//
// Read model.go (parameters), forward.go, backward.go, then trainer.go.
package bert
