package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPreviewBlocks: the marks of a report's Markdown become headings, notes and tables.
func TestPreviewBlocks(t *testing.T) {
	text := "> **Datos sintéticos.**\n\n# El limón sube\n\n*Informe semanal · 2026-W46*\n\n## Lo que sube\n\nEl limón sube <b>.\n\n|  |  |\n| --- | ---: |\n| pan | 2.6 % |\n| menú | 2.4 % |\n\n---\n\n**a** y **b**"
	want := []previewBlock{
		{Kind: "strong", Text: "Datos sintéticos."},
		{Kind: "note", Text: "Informe semanal · 2026-W46"},
		{Kind: "h", Text: "Lo que sube"},
		{Kind: "p", Text: "El limón sube <b>."},
		{Kind: "table", Rows: [][]string{{"pan", "2.6 %"}, {"menú", "2.4 %"}}},
		{Kind: "p", Text: "**a** y **b**"},
	}
	if d := cmp.Diff(want, previewBlocks(text)); d != "" {
		t.Error(d)
	}
}
