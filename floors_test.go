// Package antojo_test holds the tests of the tree itself: imports go strictly
// down the floors of docs/architecture.md, and files stay readable.
package antojo_test

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors gives each package tree its floor. A package may import only packages
// on strictly lower floors, and its own sub-packages or parent.
var floors = map[string]int{
	"cmd/antojo":         6,
	"cmd/demobuild":      6,
	"internal/app":       5,
	"internal/web":       4,
	"internal/grafana":   4,
	"internal/api":       4,
	"internal/export":    4,
	"internal/mcp":       4,
	"internal/brief":     4,
	"internal/pipeline":  3,
	"internal/panel":     3,
	"internal/trend":     3,
	"internal/store":     3,
	"internal/train":     3,
	"internal/demo":      3,
	"internal/deliver":   3,
	"internal/connector": 2,
	"internal/bus":       2,
	"internal/infer":     2,
	"internal/metric":    2,
	"internal/dedup":     2,
	"internal/discover":  2,
	"internal/lexicon":   1,
	"internal/privacy":   1,
	"internal/chart":     1,
	"internal/registry":  1,
	"internal/mention":   0,
	"assets":             0,
}

// standardLibraryOnly lists the packages that import nothing but the standard
// library (and lower floors). Pictures of charts need fonts and a rasteriser (ADR 0191).
var standardLibraryOnly = []string{"internal/mention", "internal/chart", "internal/privacy", "assets"}

// maxLines is where a file should be split by subject; tests and generated code are free.
const maxLines = 520

func tree(pkg string) (string, int, bool) {
	for t, f := range floors {
		if pkg == t || strings.HasPrefix(pkg, t+"/") {
			return t, f, true
		}
	}
	return "", 0, false
}

func goFiles(t *testing.T, visit func(path, dir string)) {
	t.Helper()
	n := 0
	for _, root := range []string{"cmd", "internal", "assets"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "testdata" {
				return filepath.SkipDir
			}
			if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				visit(path, filepath.ToSlash(filepath.Dir(path)))
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 50 {
		t.Fatalf("only %d Go files seen: the walk is broken", n)
	}
}

func TestFloors(t *testing.T) {
	goFiles(t, func(path, dir string) {
		from, floor, ok := tree(dir)
		if !ok {
			t.Errorf("%s: package %s has no floor; add it to the table here and to docs/architecture.md", path, dir)
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			pkg, own := strings.CutPrefix(name, "antojo/")
			if !own {
				for _, s := range standardLibraryOnly {
					if from == s && dir != "internal/chart/figure" && strings.Contains(strings.Split(name, "/")[0], ".") {
						t.Errorf("%s: %s uses the standard library only, but imports %s", path, from, name)
					}
				}
				continue
			}
			to, lower, ok := tree(pkg)
			if !ok {
				t.Errorf("%s imports %s, which has no floor", path, name)
			} else if to != from && lower >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d): imports go strictly down", path, floor, name, lower)
			}
		}
	})
}

func TestFilesStayReadable(t *testing.T) {
	goFiles(t, func(path, _ string) {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := 0
		for s := bufio.NewScanner(f); s.Scan(); lines++ {
		}
		if lines > maxLines {
			t.Errorf("%s has %d lines: split it by subject (limit %d)", path, lines, maxLines)
		}
	})
}
