package mention

import "time"

// Erasure names what is to be erased for good and must not come in again: single
// mentions, and all that some authors wrote or will write.
type Erasure struct {
	Mentions []ID
	Authors  []string // keyed hashes, as in Mention.Author
	At       time.Time
}

// Hits reports whether the erasure is about m.
func (e *Erasure) Hits(m *Mention) bool {
	for _, id := range e.Mentions {
		if id == m.ID {
			return true
		}
	}
	for _, a := range e.Authors {
		if a != "" && a == m.Author {
			return true
		}
	}
	return false
}
