package privacy

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// KeySize is the length of a pseudonym key in bytes.
const KeySize = 32

// authorDomain separates author pseudonyms from any other use of the key.
const authorDomain = "antojo/author/v1"

// Pseudonymizer turns author names into keyed hashes. It is safe for concurrent use.
type Pseudonymizer struct {
	macs sync.Pool
}

// NewPseudonymizer returns a Pseudonymizer with that key. It panics if the key is
// shorter than 16 bytes, because hashes of names under a guessable key can be
// turned back by trying names.
func NewPseudonymizer(key []byte) *Pseudonymizer {
	if len(key) < 16 {
		panic(fmt.Sprintf("privacy: pseudonym key of %d bytes, want at least 16", len(key)))
	}
	k := append([]byte(nil), key...)
	return &Pseudonymizer{macs: sync.Pool{New: func() any { return hmac.New(sha256.New, k) }}}
}

// Author returns the pseudonym of an author on a channel: the first 16 bytes of
// HMAC-SHA-256(key, domain, channel, author) as 32 hex digits, "" for no author.
// The same name on two channels has two unlinkable pseudonyms. Case, surrounding
// white space and a leading @ do not matter, so that an erasure request finds
// what an import wrote.
func (p *Pseudonymizer) Author(channel, author string) string {
	author = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(author), "@"))
	if author == "" {
		return ""
	}
	m := p.macs.Get().(hash.Hash)
	defer p.macs.Put(m)
	m.Reset()
	for _, field := range [...]string{authorDomain, channel, author} {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(field)))
		m.Write(n[:])
		m.Write([]byte(field))
	}
	var sum [sha256.Size]byte
	return hex.EncodeToString(m.Sum(sum[:0])[:16])
}

// LoadOrCreateKey reads the key at path, or makes one of KeySize random bytes
// with mode 0600 if there is none. The file appears whole or not at all, and two
// processes that start together end up with the same key.
func LoadOrCreateKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKey(path); err != nil {
			return nil, fmt.Errorf("create pseudonym key %s: %w", path, err)
		}
		key, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read pseudonym key: %w", err)
	}
	if len(key) != KeySize {
		return nil, fmt.Errorf("pseudonym key %s has %d bytes, want %d: restore it from a backup; a new key would make all authors look new", path, len(key), KeySize)
	}
	return key, nil
}

func createKey(path string) error {
	key := make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(key)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	// A hard link fails where a rename would silently replace the key that another
	// process has just made and may already use.
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, serr := os.Stat(path); serr == nil {
			return nil
		}
		if err := os.Rename(f.Name(), path); err != nil { // file systems without links
			return err
		}
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
