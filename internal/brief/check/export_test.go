package check

import (
	"slices"
	"strings"
)

// OnlyDeclared is what the rules of declared claims reject, without those of words.
func (c *Checker) OnlyDeclared(draft string, claims []Claim) []Reason {
	return c.declared(draft, claims, nil, nil)
}

// Told is a phrase of a kind and value, and whether some plain sentence with it passes.
type Told struct {
	Kind, Value, Words string
	Usable             bool
	Why                []Reason
}

// plainES and plainEN are sentences around a phrase (P) about a fact (F).
var plain = map[bool][]string{
	false: {"{{F.Entity}} P ({{F.growth}}; {{F.growth.interval}}).", "El P {{F.of}}: {{F.growth}} ({{F.growth.interval}}).", "{{F.Entity}} V {{F.growth.size}} P ({{F.growth.interval}}).",
		"{{F.Entity}} V {{F.growth.size}}, P ({{F.growth.interval}}).", "{{F.Entity}} P V {{F.growth.size}} ({{F.growth.interval}}).", "{{F.Entity}} V ({{F.growth.interval}}): es P.", "P V {{F.entity}} ({{F.growth.interval}}).", "El V {{F.of}} ({{F.growth}}) P.", "El N {{F.of}} ({{F.growth}}; {{F.growth.interval}}) P.", "El N {{F.of}} ({{F.growth}}; {{F.growth.interval}}) es P.", "El N {{F.of}} ({{F.growth.interval}}) viene de P.", "P un N {{F.of}} ({{F.growth.interval}}).", "Hay un P N {{F.of}} ({{F.growth.interval}}).",
		"P {{F.aspect}} ({{F.net}}; {{F.net.interval}}).", "{{F.Aspect}} P ({{F.net}}; {{F.net.interval}}).", "Lo que P es {{F.aspect}} ({{F.net}}).", "P es {{F.aspect}} ({{F.net}}).", "Hay P sobre {{F.aspect}} ({{F.net}}).", "El ánimo es P ({{F.net}}).", "P: {{F.net}}.", "P: {{F.positive}}.", "{{F.positive}} P.", "{{F.positive}} de P.", "{{F.negative}} de P.", "{{F.negative}} P.", "P: {{F.positive}} frente a {{F.negative}} de negativas.", "Un P de {{F.net}}.", "Las quejas P {{F.aspect}} ({{F.net}}).", "A la gente le gusta P {{F.aspect}} ({{F.net}}).", "{{F.Aspect}} es P ({{F.net}}).",
		"{{F.Entity}} P en {{F.place}} ({{F.times}}).", "En {{F.place}} se menciona {{F.entity}} {{F.times}} P.", "En {{F.place}} se habla {{F.of}} P ({{F.times}}).",
		"{{F.Entity}} es P ({{F.share}}).", "{{F.Entity}} está P ({{F.share}}).", "{{F.Entity}} P la conversación ({{F.share}}).", "Lo leído viene P {{F.source}} ({{F.share}}).", "Lo leído viene P de {{F.source}} ({{F.share}}).", "P viene de {{F.source}} ({{F.share}}).", "P {{F.entity}} ({{F.share}}).", "P {{F.source}} ({{F.share}}).",
		"Otras {{F.count}} comidas P.", "Otras {{F.count}} comidas están P.", "Hay {{F.count}} comidas P.", "De {{F.count}} comidas P.", "De {{F.count}} comidas hay P.", "Se conoce el departamento en {{F.share}} de las menciones; P."},
	true: {"{{F.Entity}} P ({{F.growth}}; {{F.growth.interval}}).", "{{F.Entity}} is P ({{F.growth}}; {{F.growth.interval}}).", "The P {{F.of}}: {{F.growth}} ({{F.growth.interval}}).", "{{F.Entity}} V {{F.growth.size}} P ({{F.growth.interval}}).", "{{F.Entity}} V by {{F.growth.size}}, P ({{F.growth.interval}}).", "{{F.Entity}} P V by {{F.growth.size}} ({{F.growth.interval}}).", "P {{F.entity}} V ({{F.growth.interval}}).", "The rise {{F.of}} ({{F.growth}}; {{F.growth.interval}}) is P.", "The decline {{F.of}} ({{F.growth}}; {{F.growth.interval}}) is P.", "The rise {{F.of}} ({{F.growth}}) comes from P.", "There was a P N {{F.of}} ({{F.growth.interval}}).", "P a N {{F.of}} ({{F.growth.interval}}).", "{{F.Entity}} P to be V ({{F.growth.interval}}).", "{{F.Entity}} V ({{F.growth.interval}}), P.", "The N {{F.of}} ({{F.growth}}) goes P.", "The N {{F.of}} P a campaign ({{F.growth}}).", "{{F.Entity}} may P ({{F.growth.interval}}).", "{{F.Entity}} has P ({{F.growth}}; {{F.growth.interval}}).", "{{F.Entity}} V ({{F.growth.interval}}); this is P.", "{{F.Entity}} V by {{F.growth.size}} in P.", "{{F.Entity}} is going P ({{F.growth}}; {{F.growth.interval}}).",
		"People P {{F.aspect}} ({{F.net}}).", "People P {{F.aspect}} {{F.of}} ({{F.net}}; {{F.net.interval}}).", "P is {{F.aspect}} ({{F.net}}).", "{{F.Aspect}} is P ({{F.net}}).", "{{F.Aspect}} P ({{F.net}}).", "There are P about {{F.aspect}} ({{F.net}}).", "There is P of {{F.aspect}} ({{F.net}}).", "The mood is P ({{F.net}}).", "P of {{F.net}}.", "The P is {{F.net}}.", "{{F.positive}} P.", "{{F.negative}} P.", "{{F.positive}} of P.", "{{F.negative}} of P.", "{{F.positive}} of opinions are P.", "{{F.negative}} of opinions are P.", "People like P {{F.aspect}} ({{F.net}}).", "People like {{F.aspect}} P ({{F.net}}).", "Complaints P {{F.aspect}} ({{F.net}}).", "{{F.net}} P.",
		"{{F.Entity}} P in {{F.place}} ({{F.times}}).", "{{F.Entity}} is mentioned {{F.times}} P in {{F.place}}.", "{{F.Entity}} is mentioned P in {{F.place}} ({{F.times}}).",
		"{{F.Entity}} is P ({{F.share}}).", "{{F.Entity}} is the P dish ({{F.share}}).", "{{F.Entity}} P the conversation ({{F.share}}).", "What was read comes P from {{F.source}} ({{F.share}}).", "P {{F.source}} ({{F.share}}).", "P {{F.entity}} ({{F.share}}).", "{{F.Entity}} is at the P ({{F.share}}).",
		"Another {{F.count}} foods P.", "Another {{F.count}} foods are P.", "Another {{F.count}} foods show P.", "There are {{F.count}} foods P.", "For {{F.count}} foods P.", "Of {{F.count}} foods there are P.", "Of {{F.count}} foods it P.", "The department is known for {{F.share}} of the mentions; people P."},
}

// Sayings tries each phrase that writers are told of.
func (c *Checker) Sayings() (out []Told) {
	en := c.fill.Lang == "en"
	f := framesOf(en)
	for s, list := range f.list {
		for _, p := range list {
			for _, x := range grow(strings.Fields(p)) {
				y := Told{Kind: s.kind, Value: s.value, Words: x}
				y.try(c, en)
				out = append(out, y)
			}
		}
	}
	slices.SortFunc(out, func(a, b Told) int { return strings.Compare(a.Kind+a.Value+a.Words, b.Kind+b.Value+b.Words) })
	return out
}

func (y *Told) try(c *Checker, en bool) {
	d := &doc{c: c}
	for _, x := range c.table.Facts {
		if y.Kind != "figure" && !d.holds(&x, y.Kind, y.Value) {
			continue
		}
		verb, noun := "sube", "aumento"
		if en {
			verb, noun = "rises", "increase"
		}
		if x.Direction == "down" {
			verb, noun = map[bool]string{false: "baja", true: "falls"}[en], map[bool]string{false: "descenso", true: "decline"}[en]
		}
		for _, p := range plain[en] {
			draft := strings.NewReplacer("P ", y.Words+" ", " P", " "+y.Words, "P:", y.Words+":", " V ", " "+verb+" ", " V", " "+verb, " N ", " "+noun+" ").Replace(p)
			draft = strings.ReplaceAll(draft, "{{F.", "{{"+x.ID+".")
			for _, end := range []string{"", " de temporada", " en un pico pasajero", " junto con su precio", " por textos repetidos"} {
				if en && end != "" {
					end = map[string]string{" de temporada": ", seasonal", " en un pico pasajero": " in a passing spike", " junto con su precio": " along with its price", " por textos repetidos": " from repeated texts"}[end]
				}
				full := strings.TrimSuffix(draft, ".") + end + "."
				why := c.Declared(full, c.Derive(full), nil)
				if len(why) == 0 {
					y.Usable = true
					return
				}
				if len(y.Why) == 0 || len(why) < len(y.Why) {
					y.Why = why
				}
			}
		}
	}
}
