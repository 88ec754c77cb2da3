package lexicon

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// matching counts changes of the rules of matching, of Decide and of places that make
// the same tables find other entities or provinces. Raise it with such a change, so that what is stored
// is annotated again.
const matching = 2

// Fingerprint tells lexicons apart that may find other entities in a text: 16 hex
// digits made of the tables and of the version of the rules.
func (lx *Lexicon) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintln(h, matching)
	for i := range lx.infos {
		in := &lx.infos[i]
		fmt.Fprintf(h, "%q %q\n", in.row(), in.blocked)
	}
	for _, c := range lx.cues {
		fmt.Fprintf(h, "%q %d\n", c.text, c.weight)
	}
	for _, t := range lx.slang {
		fmt.Fprintf(h, "%q\n", [][]string(t))
	}
	fmt.Fprintln(h, strings.Join(lx.ordinary, " "))
	return hex.EncodeToString(h.Sum(nil)[:8])
}
