package assets

import "embed"

// Web holds the pages: templates, locales, the map, icons and the bundled styles
// and scripts (web/dist is written by `go run ./internal/web/bundle`).
//
//go:embed web/templates web/locales web/map web/dist web/icon.svg
var Web embed.FS
