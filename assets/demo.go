package assets

import "embed"

// Demo holds the plan of the synthetic demo set (CSV tables), its authored texts
// (demo/texts), sample files to import and, once built, the annotated set itself
// (demo/demo.parquet). Package demo reads it; docs/demo-data.md explains it.
//
//go:embed demo
var Demo embed.FS
