// Package lifecycle trains language models to write briefs: approved and edited
// briefs become a training set, a fine-tuning job is started and followed, and the
// model that comes out is measured against the deterministic writer before it may
// be promoted.
//
// Read next: set.go (what was approved), validate.go (the JSONL), job.go (the
// fine-tuning API), measure.go (grounding, coverage, readability).
package lifecycle

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"antojo/internal/brief"
	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/model"
	"antojo/internal/brief/outline"
)

// Approved is a brief that a person has read and approved, perhaps after edits.
type Approved struct {
	At     time.Time `json:"at"`
	Lang   string    `json:"lang"`
	Edited []int     `json:"edited,omitempty"` // sentences that the person wrote, from 1
	// Rejected takes the period out of the set: Table names it, and nothing else is kept.
	Rejected bool           `json:"rejected,omitempty"`
	Note     string         `json:"note,omitempty"` // why, for people
	Table    *fact.Table    `json:"table"`
	Items    []outline.Item `json:"items"`
	Drafts   []string       `json:"drafts"`
}

// Task is what a writer would be asked for.
func (a Approved) Task() brief.Task {
	return brief.Task{Table: a.Table, Lang: a.Lang, Items: a.Items}
}

// Held says whether a brief is kept out of training, to measure models with: about
// one of four. It depends on the period alone, so that both languages of a week, and
// a week that is approved again, stay on the same side.
func (a Approved) Held() bool {
	sum := sha256.Sum256([]byte("held out\x00" + a.Table.Period))
	return sum[0] < 64
}

// FromBrief takes the drafts of a brief in the order of their writing.
func FromBrief(b *brief.Brief) Approved {
	a := Approved{Lang: b.Lang, Table: b.Table}
	for _, s := range b.Sections {
		for _, x := range s.Sentences {
			a.Items, a.Drafts = append(a.Items, x.Item), append(a.Drafts, x.Draft)
		}
	}
	return a
}

// RefusedError is a draft that may not be published.
type RefusedError struct {
	Sentence int // from 1
	Reasons  []check.Reason
}

// Error implements error. Reasons may repeat words of the draft: for its author only.
func (e *RefusedError) Error() string {
	s := fmt.Sprintf("sentence %d may not be published", e.Sentence)
	for _, r := range e.Reasons {
		s += "; " + r.String()
	}
	return s
}

// Edit replaces a sentence, counted from 1, if the checks let it pass.
func (a *Approved) Edit(n int, draft string, numbers fill.Numbers) error {
	if n < 1 || n > len(a.Drafts) {
		return fmt.Errorf("sentence %d: the brief has %d", n, len(a.Drafts))
	}
	c := check.New(fill.Filler{Table: a.Table, Lang: a.Lang, Numbers: numbers})
	if why := c.Draft(draft, brief.Scope(a.Items[n-1])); len(why) > 0 {
		return &RefusedError{n, why}
	}
	a.Drafts[n-1] = draft
	a.Edited = append(a.Edited, n)
	return nil
}

// Set is the file of approved briefs.
type Set struct{ Path string }

// Add appends a brief whose sentences all pass the checks.
func (s Set) Add(a Approved, numbers fill.Numbers) error {
	c := check.New(fill.Filler{Table: a.Table, Lang: a.Lang, Numbers: numbers})
	for i, d := range a.Drafts {
		if why := c.Draft(d, brief.Scope(a.Items[i])); len(why) > 0 {
			return &RefusedError{i + 1, why}
		}
	}
	return s.append(a)
}

// Reject takes a week out of what is trained on. The line before it stays in the file.
func (s Set) Reject(period, lang, note string, at time.Time) error {
	return s.append(Approved{At: at, Lang: lang, Table: &fact.Table{Period: period}, Rejected: true, Note: note})
}

func (s Set) append(a Approved) error {
	line, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("approve brief: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.Path), 0o700); err != nil {
		return fmt.Errorf("approve brief: %w", err)
	}
	f, err := os.OpenFile(s.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("approve brief: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("approve brief: %w", err)
	}
	return nil
}

// Load gives the newest approved brief of each period and language, oldest first;
// those rejected since are not among them.
func (s Set) Load() ([]Approved, error) {
	all, err := s.Judged()
	return slices.DeleteFunc(all, func(a Approved) bool { return a.Rejected }), err
}

// Judged gives the newest judgement of each period and language, oldest first.
func (s Set) Judged() ([]Approved, error) {
	data, err := os.ReadFile(s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("approved briefs: %w", err)
	}
	var all []Approved
	newest := map[[2]string]int{}
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 16<<20)
	for n := 1; sc.Scan(); n++ {
		var a Approved
		if err := json.Unmarshal(sc.Bytes(), &a); err != nil || a.Table == nil || len(a.Drafts) != len(a.Items) {
			return nil, fmt.Errorf("approved briefs: %s line %d cannot be read: delete the line", s.Path, n)
		}
		newest[[2]string{a.Table.Period, a.Lang}] = len(all)
		all = append(all, a)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("approved briefs: %w", err)
	}
	out := all[:0]
	for i, a := range all {
		if newest[[2]string{a.Table.Period, a.Lang}] == i {
			out = append(out, a)
		}
	}
	return out, nil
}

// Training writes the briefs that are not held out as the fine-tuning API reads
// them, one conversation a line, and gives the checksum that names the set.
func Training(list []Approved) (jsonl []byte, sum string, err error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, a := range list {
		if a.Held() {
			continue
		}
		turns, err := model.Example(a.Task(), a.Drafts)
		if err != nil {
			return nil, "", err
		}
		if err := enc.Encode(map[string]any{"messages": turns}); err != nil {
			return nil, "", err
		}
	}
	h := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(h[:]), nil
}
