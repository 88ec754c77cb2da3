package metric

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"antojo/internal/mention"
)

// parser reads fields and keeps the first error.
type parser struct {
	v   url.Values
	err error
}

func (p *parser) fail(field, value, want string) {
	if p.err == nil {
		p.err = &FieldError{Field: field, Value: value, Want: want}
	}
}

// whole returns the non-empty values of a field, each as it is.
func (p *parser) whole(field string) []string {
	var out []string
	for _, s := range p.v[field] {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		limit := maxWord
		if field == "q" {
			limit = maxText
		}
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			p.fail(field, strings.ToValidUTF8(s, "?"), "text in UTF-8")
			return nil
		}
		if len(s) > limit {
			p.fail(field, s, fmt.Sprintf("at most %d bytes", limit))
			return nil
		}
		out = append(out, s)
	}
	if len(out) > maxValues {
		p.fail(field, fmt.Sprintf("%d values", len(out)), fmt.Sprintf("at most %d values", maxValues))
		return nil
	}
	return out
}

// list returns the values of a field, split at commas.
func (p *parser) list(field string) []string {
	var out []string
	for _, s := range p.whole(field) {
		for part := range strings.SplitSeq(s, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	if len(out) > maxValues {
		p.fail(field, fmt.Sprintf("%d values", len(out)), fmt.Sprintf("at most %d values", maxValues))
		return nil
	}
	return out
}

// one returns the single value of a field, "" if there is none.
func (p *parser) one(field string) string {
	vals := p.whole(field)
	switch len(vals) {
	case 0:
		return ""
	case 1:
		return vals[0]
	}
	p.fail(field, strings.Join(vals, " "), "one value")
	return ""
}

func (p *parser) day(field string) mention.Day {
	s := p.one(field)
	if s == "" {
		return 0
	}
	d, err := mention.ParseDay(s)
	if err != nil || d <= 0 || len(s) != len("2006-01-02") {
		p.fail(field, s, "a day after 1970-01-01 such as 2026-11-30")
		return 0
	}
	return d
}

func (p *parser) flag(field string) bool {
	switch s := p.one(field); s {
	case "", "0", "false":
		return false
	case "1", "true", "on":
		return true
	default:
		p.fail(field, s, "1 or 0")
		return false
	}
}

func (p *parser) raw(field string) bool {
	switch s := p.one(field); s {
	case "", "yes":
		return false
	case "raw":
		return true
	default:
		p.fail(field, s, "raw (as the model counts) or yes (corrected for its errors, the default)")
		return false
	}
}

func (p *parser) campaigns(field string) Campaigns {
	switch s := p.one(field); s {
	case "", "include":
		return IncludeCampaigns
	case string(ExcludeCampaigns), string(OnlyCampaigns):
		return Campaigns(s)
	default:
		p.fail(field, s, campaignWant)
		return ""
	}
}

func (p *parser) cluster(field string) mention.Cluster {
	s := p.one(field)
	c, err := mention.ParseCluster(s)
	if err != nil {
		p.fail(field, s, "the 16 hex digits of a cluster of copies")
	}
	return c
}

func each[T any](p *parser, field string, parse func(string) (T, error)) []T {
	var out []T
	for _, s := range p.list(field) {
		x, err := parse(s)
		if err != nil {
			if p.err == nil {
				p.err = err
			}
			return nil
		}
		out = append(out, x)
	}
	return out
}
