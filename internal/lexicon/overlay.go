package lexicon

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Actions of an overlay row.
const (
	actionAuto    = ""        // add if the id is new, else merge
	actionAdd     = "add"     // a new entity
	actionMerge   = "merge"   // cells that are not empty replace those of the entity; variants and tags are added
	actionDisable = "disable" // without variants: the entity; with variants: only these spellings of it
)

// Change is what one overlay row did.
type Change struct {
	File   string
	Line   int
	Action string // add, merge or disable
	ID     string
}

// LoadWith reads the built-in tables and lays the user's tables over them: all
// *.csv of dir, in the order of their names. A folder that is not there is an
// empty one.
func LoadWith(dir string) (*Lexicon, error) {
	lx, err := Load()
	if err != nil {
		return nil, err
	}
	names, err := overlayFiles(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("open lexicon table: %w", err)
		}
		lx, _, err = lx.Overlay(filepath.Base(name), f)
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return lx, nil
}

func overlayFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read lexicon folder %s: %w", dir, err)
	}
	var names []string
	for _, e := range entries { // ReadDir sorts by name
		if !e.IsDir() && strings.EqualFold(filepath.Ext(e.Name()), ".csv") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names, nil
}

// Overlay returns lx with the rows of one table laid over it; lx itself stays as it
// is. The table has a header with the columns of the built-in tables, of which only
// id is needed, and action may come besides; in any order. name is for messages.
func (lx *Lexicon) Overlay(name string, r io.Reader) (*Lexicon, []Change, error) {
	fail := func(line int, err error) (*Lexicon, []Change, error) {
		return nil, nil, fmt.Errorf("lexicon table %s line %d: %w", name, line, err)
	}
	cr := csv.NewReader(skipBOM(r))
	cr.FieldsPerRecord = -1
	head, err := cr.Read()
	if err == io.EOF {
		return nil, nil, fmt.Errorf("lexicon table %s is empty; its first line must name the columns: action,%s", name, strings.Join(columns, ","))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("lexicon table %s: %w", name, err)
	}
	cols := make([]int, len(head)) // column of the file → column of a row; −1 is action
	seen := map[string]bool{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		cols[i] = slices.Index(columns, h)
		if cols[i] < 0 && h != "action" {
			return fail(1, fmt.Errorf("column %q is not known; columns are action,%s", h, strings.Join(columns, ",")))
		}
		if seen[h] {
			return fail(1, fmt.Errorf("column %q is there twice", h))
		}
		seen[h] = true
	}
	if !seen["id"] {
		return fail(1, errors.New("there is no column id"))
	}
	out := *lx
	out.infos = slices.Clone(lx.infos)
	out.byID = make(map[string]int, len(lx.byID))
	for id, i := range lx.byID {
		out.byID[id] = i
	}
	var changes []Change
	var gone []string
	for {
		rec, err := cr.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("lexicon table %s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		if len(rec) > len(head) {
			return fail(line, fmt.Errorf("%d cells, but %d columns; put cells that hold a comma into quotes", len(rec), len(head)))
		}
		row, action := make([]string, len(columns)), actionAuto
		for i, cell := range rec {
			if cols[i] < 0 {
				action = strings.ToLower(strings.TrimSpace(cell))
			} else {
				row[cols[i]] = strings.TrimSpace(cell)
			}
		}
		did, err := out.apply(action, row, &gone)
		if err != nil {
			return fail(line, err)
		}
		changes = append(changes, Change{name, line, did, row[0]})
	}
	if len(gone) == 0 {
		return &out, changes, nil
	}
	for i := range out.infos { // what lay below goes to what lay above
		for p := &out.infos[i]; slices.Contains(gone, p.Parent); {
			p.Parent = out.infos[out.byID[p.Parent]].Parent
		}
	}
	return out.Without(gone...), changes, nil
}

// apply does what one row says.
func (lx *Lexicon) apply(action string, row []string, gone *[]string) (did string, err error) {
	id := row[0]
	if id == "" {
		return "", errors.New("the id is empty")
	}
	at, known := lx.byID[id]
	if action == actionAuto {
		if action = actionAdd; known {
			action = actionMerge
		}
	}
	switch action {
	case actionAdd:
		if known {
			return "", fmt.Errorf("id %q is there already; use the action merge, or another id", id)
		}
		if row[11] == "" {
			row[11] = "user"
		}
		if row[6] == "" {
			row[6] = "nacional"
		}
		in, err := parseInfo(row)
		if err != nil {
			return "", err
		}
		lx.byID[id] = len(lx.infos)
		lx.infos = append(lx.infos, in)
	case actionMerge:
		if !known {
			return "", fmt.Errorf("id %q is not there to merge with; use the action add, or look it up (antojo lexicon test)", id)
		}
		in, err := parseInfo(merged(lx.infos[at].row(), row))
		if err != nil {
			return "", err
		}
		in.blocked = lx.infos[at].blocked
		lx.infos[at] = in
	case actionDisable:
		if !known {
			return "", fmt.Errorf("id %q is not there to disable", id)
		}
		if row[5] == "" {
			*gone = append(*gone, id)
			break
		}
		if lx.infos[at], err = without(lx.infos[at], row[5]); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("action %q is not one of add, merge, disable", action)
	}
	return action, nil
}

// row writes an entity as a row of a table.
func (in *Info) row() []string {
	var variants []string
	for _, sp := range in.variants {
		variants = append(variants, sp.listed)
	}
	var season []string
	for _, m := range in.Season {
		season = append(season, fmt.Sprint(m))
	}
	return []string{in.ID, in.Name, in.NameEN, in.Kind, in.Parent, strings.Join(variants, "|"), in.Region,
		strings.Join(season, " "), in.CPI, strings.TrimPrefix(in.name.listed, in.Name), strings.Join(in.Tags, " "), in.Source}
}

func merged(old, row []string) []string {
	for i, cell := range row {
		switch {
		case cell == "":
		case i == 5 && old[i] != "":
			old[i] += "|" + cell
		case i == 10 && old[i] != "":
			old[i] += " " + cell
		default:
			old[i] = cell
		}
	}
	return old
}

// without takes spellings off an entity, listed ones and those that rules derive.
// Its name can be taken off too: it stays the name, but is no longer matched.
func without(in Info, list string) (Info, error) {
	blocked := slices.Clone(in.blocked)
	for s := range strings.SplitSeq(list, "|") {
		p := pattern(s)
		known := false
		for _, sp := range append([]spelling{in.name}, in.variants...) {
			known = known || slices.ContainsFunc(forms(nil, pattern(sp.text), rankVariant, in.Kind), func(f form) bool { return f.text == p })
		}
		if !known {
			return in, fmt.Errorf("%q is no spelling of %q", s, in.ID)
		}
		blocked = append(blocked, p)
	}
	in.blocked = blocked
	in.Variants = slices.DeleteFunc(slices.Clone(in.Variants), func(v string) bool { return slices.Contains(blocked, pattern(v)) })
	return in, nil
}

// skipBOM leaves out the mark that spreadsheets write at the start of UTF-8 files.
func skipBOM(r io.Reader) io.Reader {
	b := make([]byte, 3)
	n, _ := io.ReadFull(r, b)
	if string(b[:n]) == "\xef\xbb\xbf" {
		return r
	}
	return io.MultiReader(strings.NewReader(string(b[:n])), r)
}

// Stamp is a fingerprint of the user's tables in dir: it differs when a file was
// added, removed or written. Comparing it is cheap enough for every second.
func Stamp(dir string) (string, error) {
	names, err := overlayFiles(dir)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, name := range names {
		st, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed since
		}
		if err != nil {
			return "", fmt.Errorf("look at lexicon table: %w", err)
		}
		fmt.Fprintf(&b, "%s %d %d\n", filepath.Base(name), st.Size(), st.ModTime().UnixNano())
	}
	return b.String(), nil
}
