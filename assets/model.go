package assets

import "embed"

// Model holds the shipped encoder in the Hugging Face layout: config.json,
// tokenizer.json, model.onnx (int8), README.md (model card) and metrics.json, written
// by `antojo train`, and confusion.json, from which shares are corrected, written by
// `antojo eval --confusion` (training/README.md).
//
//go:embed model/config.json model/tokenizer.json model/model.onnx model/README.md model/metrics.json model/confusion.json
var Model embed.FS
