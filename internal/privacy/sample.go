package privacy

import "strings"

// Sample counts the masks and authors of stored mentions.
type Sample struct {
	Mentions int64
	Masks    map[Kind]int64
	Unknown  int64 // mentions without an author
	authors  map[string]bool
}

// Add counts a mention: its text as it is stored and its author's pseudonym, "" = none.
func (s *Sample) Add(text, author string) {
	if s.Masks == nil {
		s.Masks, s.authors = map[Kind]int64{}, map[string]bool{}
	}
	s.Mentions++
	for _, k := range Kinds() {
		s.Masks[k] += int64(strings.Count(text, k.Tag()))
	}
	if author == "" {
		s.Unknown++
	} else {
		s.authors[author] = true
	}
}

// Authors is how many different authors there were.
func (s *Sample) Authors() int64 { return int64(len(s.authors)) }
