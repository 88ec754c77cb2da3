package ask

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"antojo/internal/metric"
)

// Chooser chooses a plan for a question that the rules did not understand: a language
// model, by structured output under Schema. What it answers is read by ReadPlan and
// held against Plan.Check; it never sees data and never writes text.
type Chooser interface {
	Name() string
	Choose(ctx context.Context, question string) (Plan, error)
}

// ErrNoPlan is returned by a Chooser for a question that no plan answers.
var ErrNoPlan = errors.New("no plan answers the question")

// planFields are the parameters that a plan may have.
var planFields = []string{"entity", "kind", "department", "source", "aspect", "window", "from", "to"}

// Schema is the JSON Schema of a plan, for structured output.
func Schema() map[string]any {
	intents := []string{"none"}
	for _, i := range Intents {
		intents = append(intents, string(i))
	}
	list := func(d string) map[string]any {
		return map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": d}
	}
	one := func(d string) map[string]any { return map[string]any{"type": "string", "description": d} }
	p := map[string]any{
		"intent": map[string]any{"type": "string", "enum": intents},
		"entity": list("lexicon ids, such as ceviche"), "kind": list("dish, ingredient, drink, brand, place"), "department": list("INEI codes 01 to 25"),
		"source": list("review, delivery, social, survey"), "aspect": list("one of food, portion, price, service, delivery, ambience, hygiene, health"),
		"window": one("28d, 12w, 6m, 1y, or empty"), "from": one("day, or empty"), "to": one("day, or empty"),
	}
	return map[string]any{"type": "object", "properties": p, "required": append([]string{"intent"}, planFields...), "additionalProperties": false}
}

// ReadPlan reads a plan that a model wrote, and refuses whatever is not of the schema.
func ReadPlan(b []byte) (Plan, error) {
	var v struct {
		Intent                                   string
		Entity, Kind, Department, Source, Aspect []string
		Window, From, To                         string
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return Plan{}, fmt.Errorf("plan: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Plan{}, errors.New("plan: more than one value")
	}
	if v.Intent == "none" {
		return Plan{}, ErrNoPlan
	}
	if !slices.Contains(Intents, Intent(v.Intent)) {
		return Plan{}, fmt.Errorf("plan: intent %q is not of the list", v.Intent)
	}
	q := url.Values{}
	for name, list := range map[string][]string{"entity": v.Entity, "kind": v.Kind, "department": v.Department, "source": v.Source, "aspect": v.Aspect} {
		for _, x := range list {
			if x != "" {
				q.Add(name, x)
			}
		}
	}
	for name, x := range map[string]string{"window": v.Window, "from": v.From, "to": v.To} {
		if x != "" {
			q.Set(name, x)
		}
	}
	f, err := metric.ParseFilter(q)
	if err != nil {
		return Plan{}, fmt.Errorf("plan: %w", err)
	}
	p := Plan{Intent: Intent(v.Intent), Filter: f}
	if err := p.Check(); err != nil {
		return Plan{}, fmt.Errorf("plan: %w", err)
	}
	return p, nil
}
