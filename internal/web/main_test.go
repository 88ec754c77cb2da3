package web_test

import (
	"fmt"
	"os"
	"testing"
)

// tempDir holds the store that the tests of the package share.
var tempDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "antojo-web-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	tempDir = dir
	code := m.Run()
	if shared.store != nil {
		shared.store.Close()
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return code
}
