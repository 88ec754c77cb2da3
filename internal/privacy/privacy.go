// Package privacy keeps personal data out of everything that Antojo writes: it
// finds and masks personal data in text (Find, Redact) and turns author names
// into keyed hashes (Pseudonymizer). It imports only the standard library.
//
// The text is cut into tokens once (token.go); the rules then look at a bounded
// number of neighbouring tokens each, so the time is linear in the text. Rules:
// internet.go (e-mail, handles, links), number.go (telephones, identity papers,
// cards, accounts, plates), address.go, name.go. The word lists are in words.go.
//
// The rules prefer shapes that are personal by construction (nine digits that
// begin with 9, a Luhn number) and ask for a cue word ("DNI", "placa", "soy")
// where the shape alone would hit prices, dates or order numbers.
package privacy

import (
	"slices"
	"strings"
	"sync"
)

// Kind says what a finding is.
type Kind uint8

// The kinds, each with the tag that replaces it.
const (
	Email Kind = iota + 1
	Phone
	Document // DNI, RUC, carné de extranjería, passport
	Card
	Account // bank account, CCI
	Plate
	Handle
	Link
	Address
	Name
)

var kindNames = [...]string{"", "email", "phone", "document", "card", "account", "plate", "handle", "link", "address", "name"}

// String returns the English name of k, as used in logs and counters.
func (k Kind) String() string { return kindNames[k] }

var tags = [...]string{"", "[correo]", "[teléfono]", "[documento]", "[tarjeta]", "[cuenta]", "[placa]", "[usuario]", "[enlace]", "[dirección]", "[nombre]"}

// Tag returns the text that stands in place of a finding of kind k, e.g.
// "[correo]". Tags are stable: models are trained on them.
func (k Kind) Tag() string { return tags[k] }

// Kinds lists every kind.
func Kinds() (out []Kind) {
	for k := Email; k <= Name; k++ {
		out = append(out, k)
	}
	return out
}

// Tags lists every tag that Redact can write.
func Tags() []string { return slices.Clone(tags[1:]) }

// Finding is one piece of personal data: text[Start:End], byte offsets.
type Finding struct {
	Kind       Kind
	Start, End int
}

// Find returns the personal data in text, in order and without overlaps. Tags
// that Redact wrote are never findings.
func Find(text string) []Finding {
	if !worthScanning(text) {
		return nil
	}
	s := scans.Get().(*scan)
	defer s.release()
	s.text, s.toks = text, tokenise(s.toks[:0], text)
	s.internet()
	s.rest()
	if len(s.found) == 0 {
		return nil
	}
	found := slices.Clone(s.found)
	slices.SortFunc(found, func(a, b Finding) int { return a.Start - b.Start })
	return found
}

// scans recycles the buffers of Find, which runs for every text.
var scans = sync.Pool{New: func() any { return new(scan) }}

// release gives s back, without the text and without the buffers of a giant.
func (s *scan) release() {
	if cap(s.toks) > 1<<14 {
		return
	}
	*s = scan{toks: s.toks[:0], found: s.found[:0]}
	scans.Put(s)
}

// maxPasses bounds how often Redact looks again. A masked piece can uncover a
// neighbour (a name that was glued to a link, say); two passes settle nearly
// every text.
const maxPasses = 16

// Redact replaces the personal data in text by tags. It is idempotent, returns
// valid UTF-8 for valid UTF-8 and never adds a digit.
func Redact(text string) string {
	for range maxPasses {
		found := Find(text)
		if len(found) == 0 {
			return text
		}
		text = replace(text, found)
	}
	return text
}

func replace(text string, found []Finding) string {
	var b strings.Builder
	b.Grow(len(text) + 8*len(found))
	at := 0
	for _, f := range found {
		b.WriteString(text[at:f.Start])
		b.WriteString(f.Kind.Tag())
		at = f.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// scan is the state of one Find.
type scan struct {
	text    string
	toks    []token
	found   []Finding
	hostEnd int // token after the last run of labels joined by dots
}

// take records toks[i:j] as a finding and makes them opaque to later rules.
func (s *scan) take(k Kind, i, j int) {
	s.found = append(s.found, Finding{k, s.toks[i].start, s.toks[j-1].end})
	for t := i; t < j; t++ {
		s.toks[t].kind = tMask
		s.toks[t].bits = 0
	}
}

// rest applies the rules that need words and numbers, left to right.
func (s *scan) rest() {
	for i := 0; i < len(s.toks); i++ {
		t := &s.toks[i]
		var j int
		switch {
		case t.kind == tWord && t.bits&(streetAny|mzCue|lotCue) != 0:
			if j = s.address(i); j > 0 {
				s.take(Address, i, j)
			}
		case t.kind == tWord && t.bits&nameCue != 0:
			if a, b := s.name(i); b > 0 {
				s.take(Name, a, b)
			}
		case t.kind == tWord && t.bits&plateCue != 0:
			if a, b := s.plate(i); b > 0 {
				s.take(Plate, a, b)
			}
		case t.kind == tWord && t.bits&passportCue != 0:
			if a, b := s.passport(i); b > 0 {
				s.take(Document, a, b)
			}
		case t.kind == tNumber:
			if k, a, b := s.number(i); b > 0 {
				s.take(k, a, b)
				j = b
			}
		}
		if j > i {
			i = j - 1
		}
	}
}
