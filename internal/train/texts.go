package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// textHash is what a gold row has of a text that it does not carry: SHA-256 in hex of
// the text with single spaces.
func textHash(text string) string {
	h := sha256.Sum256([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(h[:])
}

// findTexts gives the gold rows that carry only the hash of their text that text, from
// the star rows and the unlabelled corpora. Such rows are labels of ours on texts that
// may be trained on but are not ours to give on.
func (c *Config) findTexts(dir string, gold, stars []Row) error {
	wanted := map[string][]int{}
	for i := range gold {
		if gold[i].Text == "" {
			wanted[gold[i].Hash] = append(wanted[gold[i].Hash], i)
		}
	}
	give := func(text string) {
		if len(wanted) == 0 {
			return
		}
		h := textHash(text)
		for _, i := range wanted[h] {
			gold[i].Text = text
		}
		delete(wanted, h)
	}
	for i := range stars {
		give(stars[i].Text)
	}
	for i := range c.Corpora {
		if len(wanted) == 0 {
			break
		}
		if c.Corpora[i].Format != "text" {
			continue
		}
		texts, err := c.Corpora[i].texts(dir, nil)
		if err != nil {
			return err
		}
		for _, t := range texts {
			give(t)
		}
	}
	for _, rows := range wanted {
		r := &gold[rows[0]]
		return fmt.Errorf("%s: the text of %s (SHA-256 %.12s…) is in no corpus of this configuration, and of %d texts more", r.File, r.ID, r.Hash, len(wanted)-1)
	}
	return nil
}
