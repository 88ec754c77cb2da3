//go:build !unix

package bus

import (
	"fmt"
	"math"
	"os"
)

// lockDir opens the lock file. Outside Unix there is no kernel lock here: the
// store's own lock keeps a second process away from the data directory.
func lockDir(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the lock file: %w; the directory must be writable", err)
	}
	return func() { f.Close() }, nil
}

// freeBytes knows no limit here.
func freeBytes(string) (int64, error) { return math.MaxInt64, nil }
