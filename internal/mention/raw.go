package mention

import "time"

// Raw is one row as a source gave it, before normalising, pseudonymising and
// redacting. It may hold personal data, so it is never written anywhere: the
// collector turns it into a Mention or a Rejection.
type Raw struct {
	File       string // file or connector it came from
	Row        int    // 1-based row, line or item number in it
	External   string // the source's own id, "" if none
	Text       string
	Time       time.Time // zero if the source gave none
	Author     string
	Rating     float32 // 1..5, 0 = none
	Place      string
	Department Department
	District   string
	Source     Source
	Channel    string
	Lang       string
	Synthetic  bool
}

// Rejection says which row was left out and why, in words a user can act on.
type Rejection struct {
	File   string `json:"file"`
	Row    int    `json:"row"`
	Reason string `json:"reason"`
}
