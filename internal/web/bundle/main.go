// Command bundle writes the styles and scripts that the pages load, from
// assets/web/css and assets/web/ts to assets/web/dist:
//
//	go run ./internal/web/bundle
//
// esbuild runs as a library, so no Node is needed; the result is committed, so
// that building Antojo needs neither. Types are checked by `npm run check` in
// assets/web (see docs/frontend.md); esbuild only strips them.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	log.SetFlags(0)
	root := "assets/web"
	if len(os.Args) == 2 {
		root = os.Args[1]
	}
	files, err := Build(root)
	if err != nil {
		log.Fatal(err)
	}
	for name, b := range files {
		path := filepath.Join(root, "dist", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %d bytes\n", path, len(b))
	}
}

// Build bundles the sources under root and returns the files by name. The same
// sources give the same bytes.
func Build(root string) (map[string][]byte, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", root, err)
	}
	res := api.Build(api.BuildOptions{
		AbsWorkingDir:       root,
		EntryPointsAdvanced: []api.EntryPoint{{InputPath: "css/app.css", OutputPath: "app"}, {InputPath: "ts/app.ts", OutputPath: "app"}},
		Outdir:              "dist",
		Bundle:              true,
		MinifyWhitespace:    true,
		MinifyIdentifiers:   true,
		MinifySyntax:        true,
		Format:              api.FormatIIFE,
		Target:              api.ES2022,
		Charset:             api.CharsetUTF8,
		LegalComments:       api.LegalCommentsNone,
		Write:               false,
	})
	if len(res.Errors) > 0 {
		return nil, fmt.Errorf("bundle %s: %s", root, strings.Join(api.FormatMessages(res.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage}), "\n"))
	}
	out := map[string][]byte{}
	for _, f := range res.OutputFiles {
		out[filepath.Base(f.Path)] = f.Contents
	}
	return out, nil
}
