package series

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// File keeps imported series in one CSV of the data dir, in the same columns that
// an import has: a few thousand rows that a person can read, correct and copy.
type File struct{ Path string }

// Load returns the points in order of item, place, unit and day; none if nothing
// was imported.
func (f File) Load() ([]Point, error) {
	r, err := os.Open(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open series: %w", err)
	}
	defer r.Close()
	points, bad, err := Read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Path, err)
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("%s: %w: correct the row, or delete the file and import the series again", f.Path, bad[0])
	}
	return points, nil
}

// Merge adds points; one of the same item, place, unit and day replaces the one
// before. The file is written whole and moved into place.
func (f File) Merge(points []Point) (added, replaced int, err error) {
	old, err := f.Load()
	if err != nil {
		return 0, 0, err
	}
	type key struct {
		item, place, unit string
		day               int32
	}
	at := map[key]int{}
	for i, p := range old {
		at[key{p.Item, p.Place, p.Unit, int32(p.Day)}] = i
	}
	for _, p := range points {
		k := key{p.Item, p.Place, p.Unit, int32(p.Day)}
		if i, ok := at[k]; ok {
			if old[i] != p {
				old[i] = p
				replaced++
			}
			continue
		}
		at[k] = len(old)
		old = append(old, p)
		added++
	}
	slices.SortFunc(old, func(a, b Point) int {
		if c := strings.Compare(a.Item+"\x00"+a.Place+"\x00"+a.Unit, b.Item+"\x00"+b.Place+"\x00"+b.Unit); c != 0 {
			return c
		}
		return int(a.Day - b.Day)
	})
	tmp, err := os.CreateTemp(filepath.Dir(f.Path), ".series-*")
	if err != nil {
		return 0, 0, fmt.Errorf("write series: %w", err)
	}
	defer os.Remove(tmp.Name())
	w := csv.NewWriter(tmp)
	rows := [][]string{{"date", "item", "place", "value", "unit"}}
	for _, p := range old {
		rows = append(rows, []string{p.Day.String(), p.Item, p.Place, strconv.FormatFloat(p.Value, 'g', -1, 64), p.Unit})
	}
	err = w.WriteAll(rows)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), f.Path)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("write series: %w", err)
	}
	return added, replaced, nil
}
