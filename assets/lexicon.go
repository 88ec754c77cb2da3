package assets

import "embed"

// Lexicon holds the tables of package lexicon: food words, cues and places. Their
// schema is in docs/lexicon.md.
//
//go:embed lexicon
var Lexicon embed.FS
