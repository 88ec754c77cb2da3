// Package token keeps the tokens with which programs use the API: a file of the
// data dir that holds a hash of each, its name, scopes and dates. The secret itself
// is shown once and never written.
//
// A secret has 160 random bits, so a plain SHA-256 of it cannot be searched; the
// slow hashes that passwords need would only slow each request down.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Scope is something that a token may do.
type Scope string

// Scopes.
const (
	Read     Scope = "read"     // figures, trends, mentions, briefs: all that asks
	Annotate Scope = "annotate" // have texts read by the model; nothing is stored
	Write    Scope = "write"    // imports and series
)

// Scopes lists all scopes.
var Scopes = []Scope{Read, Annotate, Write}

// ParseScopes reads names of scopes.
func ParseScopes(names []string) ([]Scope, error) {
	var out []Scope
	for _, n := range names {
		if !slices.Contains(Scopes, Scope(n)) {
			return nil, fmt.Errorf("scope %q is not one of read, annotate, write", n)
		}
		if !slices.Contains(out, Scope(n)) {
			out = append(out, Scope(n))
		}
	}
	if len(out) == 0 {
		return nil, errors.New("a token needs at least one scope: read, annotate or write")
	}
	return out, nil
}

// Token is one token without its secret.
type Token struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Scopes  []Scope   `json:"scopes"`
	Hash    string    `json:"hash"` // SHA-256 of the whole secret, hex
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
}

// Has reports whether the token has a scope.
func (t Token) Has(s Scope) bool { return slices.Contains(t.Scopes, s) }

// Errors of Verify. They say the same to whoever tries, so that nothing is learnt.
var (
	ErrUnknown = errors.New("the token is not known; it may have been revoked")
	ErrExpired = errors.New("the token has expired")
)

// ErrNotFound says that no token has the id or name.
var ErrNotFound = errors.New("no such token")

const prefix = "antojo_"

// File keeps tokens at Path. It may be changed by another process: Verify looks at
// the file's time and reads it again. It is safe for concurrent use.
type File struct {
	Path string

	mu     sync.Mutex
	seen   stamp
	looked time.Time
	byID   map[string]Token
}

type stamp struct {
	size int64
	mod  time.Time
	ok   bool
}

// lookEvery is how long a change of the file may go unseen.
const lookEvery = time.Second

// Create makes a token and returns its secret, which is not kept.
func (f *File) Create(name string, scopes []Scope, expires, now time.Time) (secret string, t Token, err error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return "", t, fmt.Errorf("create token: the name %q must have 1 to 100 characters", name)
	}
	var b [25]byte
	rand.Read(b[:]) // never fails
	text := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
	id := text[:8]
	secret = prefix + text
	t = Token{ID: id, Name: name, Scopes: scopes, Hash: hash(secret), Created: now.UTC().Truncate(time.Second), Expires: expires.UTC()}
	err = f.change(func(ts []Token) ([]Token, error) {
		for _, x := range ts {
			if x.Name == name {
				return nil, fmt.Errorf("the name %q is taken: revoke that token or choose another name", name)
			}
		}
		return append(ts, t), nil
	})
	if err != nil {
		return "", Token{}, fmt.Errorf("create token: %w", err)
	}
	return secret, t, nil
}

// List returns all tokens, oldest first.
func (f *File) List() ([]Token, error) {
	b, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	var ts []Token
	if err := json.Unmarshal(b, &ts); err != nil {
		return nil, fmt.Errorf("read tokens: %s is damaged: %w; delete it and create the tokens again", f.Path, err)
	}
	return ts, nil
}

// Revoke removes the token with that id or name.
func (f *File) Revoke(ref string) (t Token, err error) {
	err = f.change(func(ts []Token) ([]Token, error) {
		for i, x := range ts {
			if x.ID == ref || x.Name == ref {
				t = x
				return slices.Delete(ts, i, i+1), nil
			}
		}
		return nil, ErrNotFound
	})
	if err != nil {
		return t, fmt.Errorf("revoke token %q: %w", ref, err)
	}
	return t, nil
}

// change rewrites the file under a lock, in one move.
func (f *File) change(edit func([]Token) ([]Token, error)) (err error) {
	lock, err := os.OpenFile(f.Path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() // ends the lock too
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	ts, err := f.List()
	if err != nil {
		return err
	}
	if ts, err = edit(ts); err != nil {
		return err
	}
	b, err := json.MarshalIndent(ts, "", " ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.Path), ".tokens-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(b, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), f.Path)
}

// Verify returns the token of a secret.
func (f *File) Verify(secret string, now time.Time) (Token, error) {
	rest, ok := strings.CutPrefix(secret, prefix)
	if !ok || len(rest) < 8 || len(rest) > 64 {
		return Token{}, ErrUnknown
	}
	byID, err := f.tokens(now, lookEvery)
	if err != nil {
		return Token{}, err
	}
	t, ok := byID[rest[:8]]
	if !ok { // it may have been made a moment ago by another process
		if byID, err = f.tokens(now, 0); err != nil {
			return Token{}, err
		}
		t, ok = byID[rest[:8]]
	}
	if !ok || subtle.ConstantTimeCompare([]byte(hash(secret)), []byte(t.Hash)) != 1 {
		return Token{}, ErrUnknown
	}
	if !t.Expires.IsZero() && !now.Before(t.Expires) {
		return Token{}, ErrExpired
	}
	return t, nil
}

// tokens reads the file again when it has changed, which it looks at once in every.
// The map is never written again.
func (f *File) tokens(now time.Time, every time.Duration) (map[string]Token, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byID != nil && now.Sub(f.looked) >= 0 && now.Sub(f.looked) < every {
		return f.byID, nil
	}
	var s stamp
	if st, err := os.Stat(f.Path); err == nil {
		s = stamp{st.Size(), st.ModTime(), true}
	}
	if f.byID == nil || s != f.seen {
		ts, err := f.List()
		if err != nil {
			return nil, err
		}
		f.byID = make(map[string]Token, len(ts))
		for _, t := range ts {
			f.byID[t.ID] = t
		}
		f.seen = s
	}
	f.looked = now
	return f.byID, nil
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
