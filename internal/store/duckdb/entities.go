package duckdb

import (
	"encoding/json"
	"strconv"
	"strings"

	"antojo/internal/mention"
)

// parseEntities reads what appendEntities writes, without encoding/json where no text
// in it is escaped, which is nearly always; anything else is left to encoding/json.
func parseEntities(s string) (out []mention.Entity, err error) {
	rest := s
	cut := func(prefix string) bool {
		var ok bool
		rest, ok = strings.CutPrefix(rest, prefix)
		return ok
	}
	text := func(prefix string, into *string) bool {
		if !cut(prefix) {
			return false
		}
		i := strings.IndexByte(rest, '"')
		if i < 0 || strings.IndexByte(rest[:i], '\\') >= 0 {
			return false
		}
		*into, rest = rest[:i], rest[i+1:]
		return true
	}
	number := func(prefix string, into *int) bool {
		if !cut(prefix) {
			return false
		}
		i := strings.IndexAny(rest, ",}")
		if i < 0 {
			return false
		}
		n, err := strconv.Atoi(rest[:i])
		*into, rest = n, rest[i:]
		return err == nil
	}
	ok := cut("[")
	for ok && rest != "]" {
		var e mention.Entity
		ok = (len(out) == 0 || cut(",")) && text(`{"id":"`, &e.ID) && text(`,"name":"`, &e.Name) && text(`,"kind":"`, &e.Kind) &&
			text(`,"surface":"`, &e.Surface) && number(`,"start":`, &e.Start) && number(`,"end":`, &e.End) && cut("}")
		out = append(out, e)
	}
	if !ok {
		out = nil
		err = json.Unmarshal([]byte(s), &out)
	}
	return out, err
}
