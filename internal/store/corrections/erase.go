package corrections

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"antojo/internal/mention"
)

// Erase takes all lines about some mentions out of the file, which nobody may have
// open, and returns how many. The file is replaced as a whole or stays as it is.
func Erase(path string, gone map[mention.ID]bool) (int, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(gone) == 0 {
		return 0, nil
	}
	fail := func(err error) (int, error) {
		return 0, fmt.Errorf("erase corrections in %s: %w", path, err)
	}
	if err != nil {
		return fail(err)
	}
	var kept bytes.Buffer
	n := 0
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var rec Record
		if json.Unmarshal(lines.Bytes(), &rec) == nil && gone[rec.ID] {
			n++
			continue
		}
		kept.Write(lines.Bytes())
		kept.WriteByte('\n')
	}
	if err := lines.Err(); err != nil {
		return fail(err)
	}
	if n == 0 {
		return 0, nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".corrections-*") // mode 0600
	if err != nil {
		return fail(err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(kept.Bytes())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fail(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fail(err)
	}
	return n, nil
}
