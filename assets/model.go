package assets

import "embed"

// Model holds the shipped encoder in the Hugging Face layout: config.json,
// tokenizer.json, model.onnx (int8), README.md (model card) and metrics.json. It is
// written by `antojo train` (training/README.md).
//
//go:embed model/config.json model/tokenizer.json model/model.onnx model/README.md model/metrics.json
var Model embed.FS
