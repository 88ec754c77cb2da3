package file

import (
	"bytes"
	"io"
)

// atCounter counts the bytes of random reads; reading a block twice counts twice,
// so progress is an upper bound that is capped by its user.
type atCounter struct {
	io.ReaderAt
	count *counter
}

func (a *atCounter) ReadAt(p []byte, off int64) (int, error) {
	n, err := a.ReaderAt.ReadAt(p, off)
	a.count.n.Add(int64(n))
	return n, err
}

func newBytesAt(b []byte) io.ReaderAt { return bytes.NewReader(b) }
