// Package assets holds the files that are compiled into the binary: the lexicon
// tables, the encoder, the demo set, templates, styles, scripts, locales and the
// map. Each kind has its own file here that embeds its folder; packages that use
// them read from the embedded file systems and never from disk.
package assets
