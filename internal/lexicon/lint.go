package lexicon

import (
	"fmt"
	"slices"
	"strings"

	"antojo/internal/mention"
)

// Problem is one thing in the tables that an editor should mend. What says what
// is wrong and what to do.
type Problem struct {
	Entity string // id
	What   string

	// For those who say it in other words: which rule (id, name, name_en, region,
	// twice, claimed, parent, circle), the value that breaks it, and the other entity.
	Rule, Value, Other string
}

func (p Problem) String() string { return p.Entity + ": " + p.What }

// Regions that are not departments.
var Regions = []string{"costa", "sierra", "selva", "nacional", "extranjero"}

// Lint reports what is readable but wrong: spellings that two entities claim
// (compared without case, accents and ñ), parents that are not there or go in a
// circle, ids that are not made of lower-case letters, digits and hyphens, names
// that are not lower case, unknown regions and missing English names.
func Lint(lx *Lexicon) []Problem {
	var out []Problem
	add := func(in *Info, p Problem, format string, args ...any) {
		p.Entity, p.What = in.ID, fmt.Sprintf(format, args...)
		out = append(out, p)
	}
	claims := map[string]*Info{}
	for i := range lx.infos {
		in := &lx.infos[i]
		if strings.Trim(in.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasPrefix(in.ID, "-") || strings.HasSuffix(in.ID, "-") {
			add(in, Problem{Rule: "id", Value: in.ID}, "the id must hold only a-z, 0-9 and inner hyphens")
		}
		if in.Name != strings.ToLower(in.Name) {
			add(in, Problem{Rule: "name", Value: in.Name}, "the name %q must be lower case", in.Name)
		}
		if in.NameEN == "" {
			add(in, Problem{Rule: "name_en"}, "name_en is empty; give an English name or gloss")
		}
		if !slices.Contains(Regions, in.Region) && !slices.Contains(mention.DepartmentNames[1:], in.Region) {
			add(in, Problem{Rule: "region", Value: in.Region}, "region %q is neither %s nor a department", in.Region, strings.Join(Regions, ", "))
		}
		lintParent(lx, in, add)
		own := map[string]bool{}
		for j, sp := range in.spellings() {
			p := plainN(pattern(sp.text))
			if own[p] && j >= 0 && sp.skip == 0 && !sp.accent {
				add(in, Problem{Rule: "twice", Value: sp.text}, "variant %q is there twice (case, accents and ñ do not count)", sp.text)
			}
			own[p] = true
			if sp.quiet || sp.skip > 0 {
				continue
			}
			if other, taken := claims[p]; taken && other != in {
				add(in, Problem{Rule: "claimed", Value: sp.text, Other: other.ID}, "%q is also a spelling of %q; leave it with one of them", sp.text, other.ID)
				continue
			}
			claims[p] = in
		}
	}
	return out
}

func lintParent(lx *Lexicon, in *Info, add func(*Info, Problem, string, ...any)) {
	seen := map[string]bool{in.ID: true}
	for at := in; at.Parent != ""; {
		i, ok := lx.byID[at.Parent]
		if !ok {
			if at == in {
				add(in, Problem{Rule: "parent", Value: in.Parent}, "parent %q is not an id of the lexicon", in.Parent)
			}
			return
		}
		if seen[at.Parent] {
			add(in, Problem{Rule: "circle", Value: at.Parent}, "its parents go in a circle at %q", at.Parent)
			return
		}
		seen[at.Parent] = true
		at = &lx.infos[i]
	}
}
