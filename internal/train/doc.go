// Package train makes the models that Antojo ships and measures them: it learns
// the WordPiece vocabulary, pre-trains a small BERT by masked language modelling,
// fine-tunes it on all heads at once, trains the TF-IDF + logistic regression
// baseline on the same rows, scores both on the same development split, and
// writes a model folder in the Hugging Face layout (see training/README.md).
//
// Only texts whose licence allows the weights to be redistributed may be used:
// each source in a Config names its class, and Validate refuses all but A (an
// explicit licence), A* (the same with a platform's terms underneath) and O (own).
//
// Read config.go, dataset.go, then encoder.go (the whole run, top to bottom).
package train
