package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
)

func someMentions(n int) []mention.Mention {
	out := make([]mention.Mention, n)
	for i := range out {
		m := &out[i]
		*m = mention.Mention{
			Source: mention.Sources[i%4], Channel: "csv:reseñas.csv", Time: time.UnixMilli(1_700_000_000_000 + int64(i)*1234).UTC(),
			Undated: i%7 == 0, Author: fmt.Sprintf("%032x", i*i), Rating: float32(i % 6), Place: "Cevichería El Ancla",
			Department: mention.Department(i % 26), District: "Miraflores", Lang: "es",
			Text: fmt.Sprintf("El ceviche número %d estuvo fresco, volvería por la leche de tigre", i), Synthetic: i%2 == 0,
		}
		switch i % 5 {
		case 3:
			m.Author = ""
		case 4:
			m.Author = "NOT-HEX-NOT-HEX-NOT-HEX-NOT-HEX-"
		}
		m.ID = mention.ContentID(m, "")
	}
	return out
}

func testCodec(t testing.TB) *codec {
	t.Helper()
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEnvelope(t *testing.T) {
	c := testCodec(t)
	for _, n := range []int{0, 1, 3, 500} {
		want := someMentions(n)
		run, got, err := c.unpack(c.pack("run-1", want))
		if err != nil || run != "run-1" {
			t.Fatalf("%d mentions: run %q, %v", n, run, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d mentions -want +got\n%s", n, diff)
		}
	}
}

func TestEnvelopeDamaged(t *testing.T) {
	c := testCodec(t)
	good := c.pack("r", someMentions(20))
	cases := map[string][]byte{
		"empty":         {},
		"other version": append([]byte{9}, good[1:]...),
		"cut":           good[:len(good)/2],
		"tail":          append(bytes.Clone(good), 0),
		"text":          []byte(`{"text":"hola"}`),
	}
	for i := range good { // any one byte wrong
		bad := bytes.Clone(good)
		bad[i] ^= 0x41
		cases[fmt.Sprint("byte ", i)] = bad
	}
	for name, data := range cases {
		if _, _, err := c.unpack(data); !errors.Is(err, ErrEnvelope) {
			t.Errorf("%s: %v, want ErrEnvelope", name, err)
		}
	}
}

// A small entry must not unpack into a large one.
func TestEnvelopeBomb(t *testing.T) {
	c := testCodec(t)
	bomb := c.enc.EncodeAll(bytes.Repeat([]byte{0}, 64<<20), []byte{envelopeVersion})
	if _, _, err := c.unpack(bomb); !errors.Is(err, ErrEnvelope) {
		t.Errorf("%d bytes unpacked: %v", len(bomb), err)
	}
}

func TestEnvelopeIsCompact(t *testing.T) {
	c := testCodec(t)
	ms := someMentions(500)
	text := 0
	for _, m := range ms {
		text += len(m.Text)
	}
	if n := len(c.pack("run", ms)); n > text {
		t.Errorf("envelope of %d bytes for %d bytes of text", n, text)
	}
}

func FuzzEnvelope(f *testing.F) {
	c := testCodec(f)
	raw := func(b []byte) []byte { return c.enc.EncodeAll(b, []byte{envelopeVersion}) }
	for _, n := range []int{0, 1, 4} {
		f.Add(c.pack("run", someMentions(n)), false)
		body, err := c.dec.DecodeAll(c.pack("run", someMentions(n))[1:], nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, true)
	}
	f.Add([]byte(strings.Repeat("\xff", 40)), true)
	f.Fuzz(func(t *testing.T, data []byte, asBody bool) {
		if asBody { // past the checksum
			data = raw(data)
		}
		run, ms, err := c.unpack(data)
		if err != nil {
			if !errors.Is(err, ErrEnvelope) {
				t.Fatalf("error %v is not ErrEnvelope", err)
			}
			return
		}
		run2, ms2, err := c.unpack(c.pack(run, ms))
		if err != nil || run2 != run {
			t.Fatalf("packed again: %q, %v", run2, err)
		}
		if diff := cmp.Diff(ms, ms2, cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b })); diff != "" {
			t.Errorf("packed again -first +second\n%s", diff)
		}
	})
}

func BenchmarkEnvelope(b *testing.B) {
	c := testCodec(b)
	ms := someMentions(500)
	data := c.pack("run", ms)
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			c.pack("run", ms)
		}
		b.ReportMetric(float64(len(data))/500, "B/mention")
	})
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := c.unpack(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
