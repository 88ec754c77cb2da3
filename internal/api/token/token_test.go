package token

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestLifeOfAToken(t *testing.T) {
	f := &File{Path: filepath.Join(t.TempDir(), "tokens.json")}
	if _, err := f.Verify("antojo_whatever12345", noon); !errors.Is(err, ErrUnknown) {
		t.Errorf("without a file: %v", err)
	}
	secret, made, err := f.Create("loader", []Scope{Read, Write}, noon.AddDate(0, 0, 30), noon)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := f.Create("other", []Scope{Annotate}, time.Time{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), secret) || strings.Contains(string(b), strings.TrimPrefix(secret, prefix)[8:]) {
		t.Error("the file holds the secret")
	}
	if st, err := os.Stat(f.Path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", st.Mode(), err)
	}
	later := noon.Add(2 * time.Second)
	got, err := f.Verify(secret, later)
	if err != nil || got.ID != made.ID || !got.Has(Write) || got.Has(Annotate) {
		t.Errorf("verify: %+v, %v", got, err)
	}
	for name, wrong := range map[string]string{"cut": secret[:len(secret)-1], "longer": secret + "a", "of another": other[:len(prefix)+8] + secret[len(prefix)+8:], "empty": "", "prefix": prefix, "case": strings.ToUpper(secret)} {
		if _, err := f.Verify(wrong, later); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v, want unknown", name, err)
		}
	}
	if _, err := f.Verify(secret, noon.AddDate(0, 0, 30)); !errors.Is(err, ErrExpired) {
		t.Errorf("on its last day: %v, want expired", err)
	}
	// Another process revokes.
	if _, err := (&File{Path: f.Path}).Revoke("loader"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Verify(secret, later.Add(2*lookEvery)); !errors.Is(err, ErrUnknown) {
		t.Errorf("revoked: %v, want unknown", err)
	}
	if _, err := f.Verify(other, later.Add(2*lookEvery)); err != nil {
		t.Errorf("the other one: %v", err)
	}
	if _, err := f.Revoke("loader"); !errors.Is(err, ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
}

func TestCreateSideBySide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, _, err := (&File{Path: path}).Create(strings.Repeat("x", i+1), []Scope{Read}, time.Time{}, noon); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if ts, err := (&File{Path: path}).List(); err != nil || len(ts) != 8 {
		t.Errorf("%d tokens, %v; want 8", len(ts), err)
	}
}

func TestDamagedFile(t *testing.T) {
	f := &File{Path: filepath.Join(t.TempDir(), "tokens.json")}
	if err := os.WriteFile(f.Path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Verify("antojo_abcdefghijkl", noon); err == nil || errors.Is(err, ErrUnknown) {
		t.Errorf("a damaged file: %v, want its own error", err)
	}
}

func TestParseScopes(t *testing.T) {
	for _, c := range []struct {
		in string
		ok bool
	}{{"read", true}, {"read,read", true}, {"read,write,annotate", true}, {"", false}, {"admin", false}, {"read,", false}} {
		var names []string
		if c.in != "" {
			names = strings.Split(c.in, ",")
		}
		if _, err := ParseScopes(names); (err == nil) != c.ok {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

// FuzzVerify: no text but a secret is a token.
func FuzzVerify(f *testing.F) {
	file := &File{Path: filepath.Join(f.TempDir(), "tokens.json")}
	secret, _, err := file.Create("x", []Scope{Read}, time.Time{}, noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(secret)
	f.Add("antojo_")
	f.Add("antojo_\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := file.Verify(s, noon); (err == nil) != (s == secret) {
			t.Errorf("%q: %v", s, err)
		}
	})
}
