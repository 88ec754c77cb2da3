package mention

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
)

// ID identifies a mention by its content: 48 bits of event time in milliseconds
// (big endian, so ids sort by time and duplicates can only lie in a narrow id
// range) followed by 80 bits of a SHA-256 over the content. Undated mentions
// have a zero time part, so that importing them again finds them again.
type ID [16]byte

// String returns 32 hex digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) != 32 {
		return fmt.Errorf("mention id %q does not have 32 hex digits", b)
	}
	_, err := hex.Decode(id[:], b)
	return err
}

// ParseID parses 32 hex digits.
func ParseID(s string) (ID, error) {
	var id ID
	err := id.UnmarshalText([]byte(s))
	return id, err
}

// ContentID computes the id of m from what the source said: external id if there
// is one, otherwise time, author, text, place and rating; always channel and source.
// Text must already be normalised and redacted, Author already a keyed hash. Two
// rows that are equal in all of these are one mention.
func ContentID(m *Mention, external string) ID {
	h := sha256.New()
	field := func(s string) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	field(string(m.Source))
	field(m.Channel)
	field(external)
	field(m.Author)
	field(m.Text)
	field(m.Place)
	field(m.District)
	var b [5]byte
	binary.BigEndian.PutUint32(b[:], math.Float32bits(m.Rating))
	b[4] = byte(m.Department)
	h.Write(b[:])
	var id ID
	if !m.Undated {
		ms := uint64(m.Time.UnixMilli())
		id[0], id[1], id[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
		id[3], id[4], id[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	}
	copy(id[6:], h.Sum(nil))
	return id
}

// Undated reports whether the id carries no event time.
func (id ID) Undated() bool {
	return id[0]|id[1]|id[2]|id[3]|id[4]|id[5] == 0
}
