package lexicon

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"antojo/assets"

	"github.com/google/go-cmp/cmp"
)

func TestBuiltInLexiconIsClean(t *testing.T) {
	lx, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Lint(lx) {
		t.Error(p)
	}
	if n := len(lx.All()); n < 1500 {
		t.Errorf("lexicon has %d entities, want at least 1500", n)
	}
	if _, ok := lx.Entity("ceviche"); !ok {
		t.Error("no entity ceviche")
	}
	if _, ok := lx.Entity("no-such-thing"); ok {
		t.Error("found an entity that is not there")
	}
}

const header = "id,name,name_en,kind,parent,variants,region,season,cpi,homograph,tags,source\n"

// tables is a file system with the given dish rows and otherwise empty tables.
func tables(t *testing.T, dishes string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	for _, name := range entityTables {
		m[name] = &fstest.MapFile{Data: []byte(header)}
	}
	m["dishes.csv"] = &fstest.MapFile{Data: []byte(header + dishes)}
	m["cues.csv"] = &fstest.MapFile{Data: []byte("weight,phrase\n2,{rico|rica}\n")}
	m["ordinary.csv"] = &fstest.MapFile{Data: []byte("word\n")}
	m["slang.csv"] = &fstest.MapFile{Data: []byte("phrase\nhabla {causa|causita}\n")}
	return m
}

func TestLint(t *testing.T) {
	lx, err := LoadFS(tables(t, `ceviche,ceviche,ceviche,dish,,sebiche|SEBICHE,costa,,,,,
tiradito,tiradito,tiradito,dish,nada,sebíche,luna,,,,,
a-,A,,dish,,,costa,,,,,
b,bé,b,dish,c,,costa,,,,,
c,cé,c,dish,b,,costa,,,,,
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range Lint(lx) {
		got = append(got, p.String())
	}
	want := []string{
		`ceviche: variant "SEBICHE" is there twice (case, accents and ñ do not count)`,
		`tiradito: region "luna" is neither costa, sierra, selva, nacional, extranjero nor a department`,
		`tiradito: parent "nada" is not an id of the lexicon`,
		`tiradito: "sebíche" is also a spelling of "ceviche"; leave it with one of them`,
		`a-: the id must hold only a-z, 0-9 and inner hyphens`,
		`a-: the name "A" must be lower case`,
		`a-: name_en is empty; give an English name or gloss`,
		`b: its parents go in a circle at "b"`,
		`c: its parents go in a circle at "c"`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestLoadErrors(t *testing.T) {
	row := func(s string) fs.FS { return tables(t, s+"\n") }
	broken := tables(t, "")
	broken["slang.csv"] = &fstest.MapFile{Data: []byte("phrase\nhabla {causa\n")}
	cue := tables(t, "")
	cue["cues.csv"] = &fstest.MapFile{Data: []byte("weight,phrase\n9,rico\n")}
	head := tables(t, "")
	head["dishes.csv"] = &fstest.MapFile{Data: []byte("id,nombre\n")}
	missing := tables(t, "")
	delete(missing, "places.csv")
	for _, tc := range []struct {
		name string
		fsys fs.FS
		want string
	}{
		{"kind", row("x,x,x,soup,,,costa,,,,,"), `dishes.csv line 2: kind "soup" of "x" is not one of`},
		{"twice", row("x,x,x,dish,,,costa,,,,,\nx,y,y,dish,,,costa,,,,,"), `line 3: id "x" is there twice`},
		{"months", row("x,x,x,dish,,,costa,13,,,,"), `"13" is not a month`},
		{"marks", row("x,x,x,dish,,,costa,,,yes,,"), `homograph "yes"`},
		{"no letter", row("x,x,x,dish,,x|¿?,costa,,,,,"), `has no letter`},
		{"columns", row("x,x"), `wrong number of fields`},
		{"empty id", row(",x,x,dish,,,costa,,,,,"), `must not be empty`},
		{"brace", broken, `{ without }`},
		{"weight", cue, `is not -3..3`},
		{"header", head, `has columns`},
		{"missing", missing, `open lexicon table places.csv`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := LoadFS(tc.fsys)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestSeason(t *testing.T) {
	for s, want := range map[string][]int{"": nil, "7": {7}, "10-12": {10, 11, 12}, "12-2": {12, 1, 2}, "6-7 12": {6, 7, 12}} {
		got, err := parseMonths(s)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("parseMonths(%q): %s", s, d)
		}
	}
}

// FuzzLoadFS feeds tables as an editor might send them.
func FuzzLoadFS(f *testing.F) {
	f.Add("x,x,x,dish,,y|z?,costa,1-2,,?,sweet,me\n", "{a|b|} causa", "2")
	b, err := fs.ReadFile(assets.Lexicon, "lexicon/places.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b[:min(len(b), 4000)]), "{", "-1")
	f.Fuzz(func(t *testing.T, dishes, phrase, weight string) {
		if len(dishes) > 1<<14 || len(phrase) > 200 {
			return
		}
		m := tables(t, dishes)
		m["ordinary.csv"] = &fstest.MapFile{Data: []byte("word\n")}
		m["slang.csv"].Data = []byte("phrase\n\"" + strings.ReplaceAll(phrase, `"`, `""`) + "\"\n")
		m["cues.csv"].Data = []byte("weight,phrase\n" + weight + ",rico\n")
		lx, err := LoadFS(m)
		if err != nil {
			return
		}
		Lint(lx)
		NewMatcher(lx).Match(nil, dishes)
	})
}
