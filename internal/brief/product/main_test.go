package product_test

import (
	"fmt"
	"os"
	"testing"
)

func run(m *testing.M) {
	dir, err := os.MkdirTemp("", "product")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	tempDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}
