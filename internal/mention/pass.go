package mention

import (
	"fmt"
	"strconv"
	"time"
)

// Cluster numbers the near-copies of one text; 0 = no copies are known. Shown as
// 16 hex digits, since JSON readers lose digits of numbers this large.
type Cluster uint64

// String is the number in hex, "" for none.
func (c Cluster) String() string {
	if c == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", uint64(c))
}

// ParseCluster reads what String writes; "" is 0.
func ParseCluster(s string) (Cluster, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 16 || n == 0 {
		return 0, fmt.Errorf("cluster %q is not 16 hex digits", s)
	}
	return Cluster(n), nil
}

// MarshalText implements encoding.TextMarshaler.
func (c Cluster) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Cluster) UnmarshalText(b []byte) (err error) {
	*c, err = ParseCluster(string(b))
	return err
}

// CopyMark says of a stored mention which near-copies it belongs to. A mark takes
// the place of the one before.
type CopyMark struct {
	ID       ID
	Day      Day // of the mention
	Cluster  Cluster
	Campaign bool
}

// CopyText is a stored mention as the search for copies reads it, with its mark.
type CopyText struct {
	ID       ID
	Time     time.Time
	Author   string
	Text     string
	Cluster  Cluster
	Campaign bool
}

// Pass is how far a pass over the stored mentions has come: all mentions of loads
// up to Done have been looked at, and of those of the loads up to Target the ones
// of days before Next. Done == Target: nothing is left to do.
type Pass struct {
	Done, Target int32
	Next         Day
}

// DayCount is how many mentions a day has.
type DayCount struct {
	Day Day
	N   int
}

// LexiconPass is how far the stored mentions have been brought to other food words:
// they were annotated with Lexicon (a fingerprint, "" = not known), and of the pass to
// Target all days before Next are done. Lexicon == Target: nothing is left to do.
type LexiconPass struct {
	Lexicon, Target string
	Next            Day
	Run             string // id of the pass's run
	Total           int64  // mentions there were when it began
	Seen, Changed   int64
}
