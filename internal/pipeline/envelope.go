package pipeline

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"antojo/internal/mention"
)

// An envelope is one entry of the log: up to maxEnvelope mentions of one run.
//
//	byte   version (1)
//	bytes  zstd frame with checksum, of:
//	         string   run
//	         uvarint  number of mentions, then each:
//	         16 bytes id
//	         byte     flags
//	         varint   time, milliseconds since 1970 UTC
//	         string   source, channel
//	         16 bytes author if flagHexAuthor, else string
//	         4 bytes  rating (float32, little endian) if flagRating
//	         byte     department
//	         string   place, district, lang, text
//
// A string is its length as uvarint and its bytes.
const (
	envelopeVersion = 1
	maxEnvelope     = 500     // mentions in one envelope
	maxBody         = 880_000 // bytes of one envelope before compression, so that it fits the log whatever it holds
)

const (
	flagUndated = 1 << iota
	flagSynthetic
	flagHexAuthor
	flagRating
)

// ErrEnvelope says that bytes of the log are not an envelope.
var ErrEnvelope = errors.New("not an envelope of mentions")

// appendMention appends one mention to a body.
func appendMention(b []byte, m *mention.Mention) []byte {
	var flags byte
	if m.Undated {
		flags |= flagUndated
	}
	if m.Synthetic {
		flags |= flagSynthetic
	}
	if m.Rating != 0 {
		flags |= flagRating
	}
	var author [16]byte
	if len(m.Author) == 32 {
		if _, err := hex.Decode(author[:], []byte(m.Author)); err == nil && hex.EncodeToString(author[:]) == m.Author {
			flags |= flagHexAuthor
		}
	}
	b = append(b, m.ID[:]...)
	b = append(b, flags)
	b = binary.AppendVarint(b, m.Time.UnixMilli())
	b = appendString(b, string(m.Source))
	b = appendString(b, m.Channel)
	if flags&flagHexAuthor != 0 {
		b = append(b, author[:]...)
	} else {
		b = appendString(b, m.Author)
	}
	if flags&flagRating != 0 {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.Rating))
	}
	b = append(b, byte(m.Department))
	b = appendString(b, m.Place)
	b = appendString(b, m.District)
	b = appendString(b, m.Lang)
	return appendString(b, m.Text)
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// codec packs and unpacks envelopes; it is safe for concurrent use.
type codec struct {
	enc  *zstd.Encoder
	dec  *zstd.Decoder
	body sync.Pool // *[]byte
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("make compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(4<<20), zstd.WithDecodeAllCapLimit(false))
	if err != nil {
		return nil, fmt.Errorf("make decompressor: %w", err)
	}
	return &codec{enc: enc, dec: dec, body: sync.Pool{New: func() any { b := make([]byte, 0, 128<<10); return &b }}}, nil
}

// pack makes one envelope of all the mentions. The caller keeps to maxEnvelope
// and maxBody.
func (c *codec) pack(run string, ms []mention.Mention) []byte {
	buf := c.body.Get().(*[]byte)
	defer c.body.Put(buf)
	b := appendString((*buf)[:0], run)
	b = binary.AppendUvarint(b, uint64(len(ms)))
	for i := range ms {
		b = appendMention(b, &ms[i])
	}
	*buf = b
	return c.enc.EncodeAll(b, append(make([]byte, 0, len(b)/2+64), envelopeVersion))
}

// unpack reads an envelope. It never panics, and allocates in proportion to what
// the bytes hold, whatever they are.
func (c *codec) unpack(data []byte) (run string, ms []mention.Mention, err error) {
	if len(data) == 0 {
		return "", nil, fmt.Errorf("%w: it is empty", ErrEnvelope)
	}
	if data[0] != envelopeVersion {
		return "", nil, fmt.Errorf("%w: version %d, this program reads version %d", ErrEnvelope, data[0], envelopeVersion)
	}
	body, err := c.dec.DecodeAll(data[1:], nil)
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	// One string for all fields: they are cut out of it without copying.
	d := decoder{s: string(body)}
	run = d.str()
	n := d.uvarint()
	const least = 16 + 1 + 1 + 1 + 1 + 1 + 1 + 4 // bytes of the smallest mention
	if n > uint64(len(d.s))/least+1 {
		d.bad = true
		n = 0
	}
	ms = make([]mention.Mention, n)
	for i := range ms {
		m := &ms[i]
		copy(m.ID[:], d.take(16))
		flags := d.byte()
		m.Undated = flags&flagUndated != 0
		m.Synthetic = flags&flagSynthetic != 0
		m.Time = time.UnixMilli(d.varint()).UTC()
		m.Source = mention.Source(d.str())
		m.Channel = d.str()
		if flags&flagHexAuthor != 0 {
			m.Author = hex.EncodeToString([]byte(d.take(16)))
		} else {
			m.Author = d.str()
		}
		if flags&flagRating != 0 {
			if b := d.take(4); len(b) == 4 {
				m.Rating = math.Float32frombits(binary.LittleEndian.Uint32([]byte(b)))
			}
		}
		m.Department = mention.Department(d.byte())
		m.Place = d.str()
		m.District = d.str()
		m.Lang = d.str()
		m.Text = d.str()
		if d.bad {
			break
		}
	}
	if d.bad || d.s != "" {
		return "", nil, fmt.Errorf("%w: it is cut or has a tail", ErrEnvelope)
	}
	return run, ms, nil
}

// decoder cuts fields off the front of s; after a wrong one all are empty.
type decoder struct {
	s   string
	bad bool
}

func (d *decoder) take(n uint64) string {
	if d.bad || n > uint64(len(d.s)) {
		d.bad = true
		return ""
	}
	out := d.s[:n]
	d.s = d.s[n:]
	return out
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != "" {
		return b[0]
	}
	return 0
}

func (d *decoder) uvarint() uint64 {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b := d.byte()
		if shift == 63 && b > 1 {
			break
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	d.bad = true
	return 0
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (d *decoder) str() string { return d.take(d.uvarint()) }
