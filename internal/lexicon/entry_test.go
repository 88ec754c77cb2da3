package lexicon

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEntries(t *testing.T) {
	want := []Entry{
		{Action: "add", ID: "zurulito", Name: "zurulito", NameEN: "made-up sweet, \"crisp\"", Kind: Dish, Parent: "ceviche", Variants: []string{"surulito", "zuru!"}, Region: "Lima", Source: "page"},
		{Action: "merge", ID: "ceviche", Variants: []string{"levantamuertos"}},
		{Action: "disable", ID: "lomo-saltado"},
	}
	var b bytes.Buffer
	if err := WriteEntries(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadEntries(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries written and read (-want +got):\n%s", diff)
	}
	if _, err := ReadEntries(bytes.NewReader([]byte("id,name\nx,y\n"))); err == nil {
		t.Error("a table with other columns is read")
	}
	if got, err := ReadEntries(bytes.NewReader(nil)); err != nil || got != nil {
		t.Errorf("an empty table = %v, %v", got, err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("id,name,name_en,kind\nmurcilin,murcilín,made-up,dish\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	base, err := LoadWith(dir)
	if err != nil {
		t.Fatal(err)
	}
	lx, err := LoadWithEntries(dir, "b.csv", want)
	if err != nil {
		t.Fatal(err)
	}
	for id, is := range map[string]bool{"murcilin": true, "zurulito": true, "lomo-saltado": false} {
		if _, ok := lx.Entity(id); ok != is {
			t.Errorf("%s is known: %v, want %v", id, ok, is)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "b.csv"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := LoadWith(dir)
	if err != nil {
		t.Fatal(err)
	}
	if file.Fingerprint() != lx.Fingerprint() || base.Fingerprint() == lx.Fingerprint() {
		t.Error("the tables as they would be are not the tables as they are then")
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"Ají de gallina": "aji-de-gallina", " ¡Piña 100%! ": "pina-100", "ñ": "n", "¿?": "", "a--b": "a-b"} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
	if !SameSpelling("Piña", "pina") || SameSpelling("pina", "pinas") {
		t.Error("spellings are compared wrongly")
	}
}

// FuzzReadEntries reads tables that somebody may have put into the folder: never a
// panic, and what is read is written and read the same.
func FuzzReadEntries(f *testing.F) {
	f.Add([]byte("action,id,name,name_en,kind,parent,variants,region,source\nadd,x,x,x,dish,,a|b,,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ReadEntries(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteEntries(&b, got); err != nil {
			t.Fatal(err)
		}
		again, err := ReadEntries(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again, cmpopts.EquateEmpty(), crlf); diff != "" {
			t.Errorf("read again (-want +got):\n%s", diff)
		}
	})
}

// crlf: the csv package reads a line break in quotes as \n whatever it was.
var crlf = cmp.Transformer("crlf", func(s string) []byte { return bytes.ReplaceAll([]byte(s), []byte("\r\n"), []byte("\n")) })
