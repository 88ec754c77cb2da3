package lexicon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOverlay(t *testing.T) {
	base, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, table, text string
		before, after     []found
	}{
		{"add", "id,name,name_en,kind,variants\nzurulito,zurulito,made-up sweet,dish,surulito|zuru!\n", "un zurulito y dos surulitos",
			nil, []found{{"zurulito", "zurulito"}, {"surulitos", "zurulito"}}},
		{"merge adds variants", "\ufeffaction,ID,Variants\nmerge,ceviche,cevichón|levantamuertos\n", "un levantamuertos y un ceviche",
			[]found{{"ceviche", "ceviche"}}, []found{{"levantamuertos", "ceviche"}, {"ceviche", "ceviche"}}},
		{"no action: merge what is there", "id,variants\nceviche,levantamuertos\n", "un levantamuertos", nil, []found{{"levantamuertos", "ceviche"}}},
		{"disable an entity", "action,id\ndisable,lomo-saltado\n", "un lomo saltado", []found{{"lomo saltado", "lomo-saltado"}}, []found{{"lomo", "lomo"}}},
		{"disable a spelling", "action,id,variants\ndisable,ceviche,sebiche|seviche\n", "sebiche y ceviche",
			[]found{{"sebiche", "ceviche"}, {"ceviche", "ceviche"}}, []found{{"ceviche", "ceviche"}}},
		{"disable the name as a spelling", "action,id,variants\ndisable,parihuela,parihuela\n", "rica parihuela", []found{{"parihuela", "parihuela"}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lx, changes, err := base.Overlay("x.csv", strings.NewReader(tc.table))
			if err != nil {
				t.Fatal(err)
			}
			if len(changes) != strings.Count(tc.table, "\n")-1 {
				t.Errorf("changes %+v", changes)
			}
			if d := cmp.Diff(tc.before, all(tc.text, matcher(t).Match(nil, tc.text))); d != "" {
				t.Errorf("before: %s", d)
			}
			if d := cmp.Diff(tc.after, all(tc.text, NewMatcher(lx).Match(nil, tc.text))); d != "" {
				t.Errorf("after: %s", d)
			}
		})
	}
}

// TestOverlayRows: writing every built-in row and reading it again changes nothing.
func TestOverlayRows(t *testing.T) {
	lx, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for i := range lx.infos {
		in := lx.infos[i]
		again, err := parseInfo(in.row())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(in, again, cmp.AllowUnexported(Info{}, spelling{})); d != "" {
			t.Fatal(d)
		}
	}
}

func TestOverlayErrors(t *testing.T) {
	base, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]string{
		"":                                     "x.csv is empty",
		"name\nx\n":                            "no column id",
		"id,colour\nx,y\n":                     `column "colour" is not known`,
		"id,id\nx,y\n":                         "there twice",
		"id,name,kind\nx,x,stone\n":            `line 2: kind "stone"`,
		"action,id\nmerge,nothing-like-it\n":   "not there to merge",
		"action,id\ndisable,nothing-like-it\n": "not there to disable",
		"action,id,name,name_en,kind\nadd,ceviche,c,c,dish\n": "is there already",
		"action,id\nburn,ceviche\n":                           `action "burn"`,
		"action,id,variants\ndisable,ceviche,pizza\n":         `"pizza" is no spelling`,
		"id\n\"\"\n":                 "the id is empty",
		"id,variants\nceviche,a,b\n": "3 cells, but 2 columns",
		"id,name\n\"x\n":             "x.csv",
	} {
		if _, _, err := base.Overlay("x.csv", strings.NewReader(table)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", table, err, want)
		}
	}
}

func TestLoadWith(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadWith(filepath.Join(dir, "none")); err != nil {
		t.Fatal(err)
	}
	before, err := Stamp(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"10-add.csv": "id,name,name_en,kind\nzurulito,zurulito,made-up sweet,dish\n", "20-more.csv": "id,variants\nzurulito,zurú\n", "notes.txt": "not a table",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	after, err := Stamp(dir)
	if err != nil || after == before {
		t.Errorf("stamp stays %q (%v) though files came", after, err)
	}
	lx, err := LoadWith(dir)
	if err != nil {
		t.Fatal(err)
	}
	if in, ok := lx.Entity("zurulito"); !ok || !cmp.Equal(in.Variants, []string{"zurú"}) || in.Source != "user" {
		t.Errorf("got %+v, %v", in, ok)
	}
	if p := Lint(lx); len(p) > 0 {
		t.Errorf("problems: %v", p)
	}
	if err := os.WriteFile(filepath.Join(dir, "30-bad.csv"), []byte("id,kind\nx,stone\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadWith(dir); err == nil || !strings.Contains(err.Error(), "30-bad.csv line 2") {
		t.Errorf("error %v does not name file and line", err)
	}
}

func FuzzOverlay(f *testing.F) {
	base, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("action,id,name,name_en,kind,variants\nadd,x,x,x,dish,a|b?\nmerge,x,,,,c\ndisable,x,,,,c\ndisable,ceviche,,,,\n")
	f.Add("\xef\xbb\xbfid\n\"")
	f.Fuzz(func(t *testing.T, table string) {
		lx, changes, err := base.Overlay("f.csv", strings.NewReader(table))
		if err != nil {
			return
		}
		for i := range lx.infos {
			if at, ok := lx.byID[lx.infos[i].ID]; !ok || at != i {
				t.Fatalf("entity %q is filed wrongly", lx.infos[i].ID)
			}
		}
		if len(lx.infos) > len(base.infos)+len(changes) {
			t.Fatal("more entities than rows")
		}
	})
}

// TestDisabledParent: what lies below a disabled entity goes to the one above it.
func TestDisabledParent(t *testing.T) {
	lx, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	lx, _, err = lx.Overlay("t.csv", strings.NewReader("action,id,name,name_en,kind,parent\nadd,aa-b,aa b,x,dish,ceviche\nadd,aa-b-c,aa b c,x,dish,aa-b\nadd,aa-b-c-d,aa b c d,x,dish,aa-b-c\ndisable,aa-b,,,,\ndisable,aa-b-c,,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if in, ok := lx.Entity("aa-b-c-d"); !ok || in.Parent != "ceviche" {
		t.Errorf("parent of what is left = %q, want ceviche", in.Parent)
	}
}
