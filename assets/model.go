package assets

import "embed"

// Model holds the shipped encoder in the Hugging Face layout: config.json,
// tokenizer.json, model.onnx (int8), README.md (model card) and metrics.json, written
// by `antojo train`; confusion.json, from which shares are corrected, and
// calibration.json, which the page of models draws, both written by
// `antojo eval` (docs/prevalence.md, docs/evaluation.md).
//
//go:embed model/config.json model/tokenizer.json model/model.onnx model/README.md model/metrics.json model/confusion.json model/calibration.json
var Model embed.FS
