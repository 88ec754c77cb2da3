package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/mention"
)

// Mapping says what the labels of a foreign model mean: for each of our heads, our
// label by the model's. Several of its labels may mean the same (five stars, say),
// and not all of ours need to occur.
type Mapping map[string]map[string]string

// ParseMapping reads a mapping from JSON: {"sentiment": {"NEG": "neg", …}}, or only
// {"NEG": "neg", …}, which means sentiment.
func ParseMapping(b []byte) (Mapping, error) {
	var m Mapping
	if err := json.Unmarshal(b, &m); err != nil {
		var flat map[string]string
		if json.Unmarshal(b, &flat) != nil {
			return nil, fmt.Errorf("it is not a mapping of labels like {\"NEG\": \"neg\", \"NEU\": \"neu\", \"POS\": \"pos\"}: %w", err)
		}
		m = Mapping{"sentiment": flat}
	}
	if len(m) == 0 {
		return nil, errors.New("it maps nothing")
	}
	for name, labels := range m {
		i := slices.IndexFunc(mention.Heads, func(h mention.Head) bool { return h.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("it maps the head %q, which this program does not have", name)
		}
		for theirs, ours := range labels {
			if !slices.Contains(mention.Heads[i].Labels, ours) {
				return nil, fmt.Errorf("it maps %q to %q, which is not a label of %s: %s", theirs, ours, name, strings.Join(mention.Heads[i].Labels, ", "))
			}
		}
	}
	return m, nil
}

// usual are spellings of sentiments that need no mapping.
var usual = map[string]string{
	"neg": "neg", "negative": "neg", "negativo": "neg", "n": "neg",
	"neu": "neu", "neutral": "neu", "neutro": "neu", "none": "neu",
	"pos": "pos", "positive": "pos", "positivo": "pos", "p": "pos",
	"1 star": "neg", "2 stars": "neg", "3 stars": "neu", "4 stars": "pos", "5 stars": "pos",
}

type mappedHead struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"` // ours, by column
	Start  int      `json:"start"`
}

// adapt gives a foreign config.json the antojo section that says what its columns
// mean. A config that has one already keeps its heads; name and version are set in
// either case. It says which heads the model lacks.
func adapt(config []byte, name, version string, m Mapping) (out []byte, absent []string, err error) {
	var c map[string]json.RawMessage
	if err := json.Unmarshal(config, &c); err != nil {
		return nil, nil, fmt.Errorf("config.json is not a JSON object: %w", err)
	}
	section := map[string]json.RawMessage{}
	if raw, ok := c["antojo"]; ok {
		if err := json.Unmarshal(raw, &section); err != nil {
			return nil, nil, fmt.Errorf("config.json: antojo: %w", err)
		}
	}
	set := func(key string, v any) {
		b, e := json.Marshal(v)
		if e != nil && err == nil {
			err = e
		}
		section[key] = b
	}
	if _, ok := section["heads"]; !ok {
		labels, err := labelsOf(c["id2label"])
		if err != nil {
			return nil, nil, fmt.Errorf("config.json: %w", err)
		}
		heads, err := mapHeads(labels, m)
		if err != nil {
			return nil, nil, err
		}
		set("heads", heads)
		set("mapped", true)
		for _, h := range mention.Heads {
			if !slices.ContainsFunc(heads, func(x mappedHead) bool { return x.Name == h.Name }) {
				absent = append(absent, h.Name)
			}
		}
	} else if m != nil {
		return nil, nil, errors.New("config.json says itself what its labels mean (antojo.heads); a mapping is only for models that do not")
	}
	set("name", name)
	set("version", version)
	if err != nil {
		return nil, nil, err
	}
	if c["antojo"], err = json.Marshal(section); err != nil {
		return nil, nil, err
	}
	out, err = json.MarshalIndent(c, "", "  ")
	return append(out, '\n'), absent, err
}

// labelsOf reads id2label in the order of the columns.
func labelsOf(raw json.RawMessage) ([]string, error) {
	var byID map[string]string
	if raw == nil || json.Unmarshal(raw, &byID) != nil || len(byID) == 0 {
		return nil, errors.New("it has no id2label: this is not a model that classifies texts")
	}
	out := make([]string, len(byID))
	for id, l := range byID {
		i, err := strconv.Atoi(id)
		if err != nil || i < 0 || i >= len(out) || out[i] != "" || l == "" {
			return nil, fmt.Errorf("id2label does not number its %d labels from 0", len(byID))
		}
		out[i] = l
	}
	return out, nil
}

// mapHeads says what each column means. All columns of the model must be mapped,
// and they belong to one head, as a softmax over all of them gives their sum.
func mapHeads(labels []string, m Mapping) ([]mappedHead, error) {
	how := `tell with --map FILE, a JSON file like {"sentiment": {"LABEL_0": "neg", "LABEL_1": "neu", "LABEL_2": "pos"}}`
	if m == nil {
		own := map[string]string{}
		for _, l := range labels {
			if u, ok := usual[strings.ToLower(l)]; ok {
				own[l] = u
			}
		}
		m = Mapping{"sentiment": own}
	}
	if len(m) != 1 {
		return nil, errors.New("a mapping names one head: the model's columns are one distribution")
	}
	for name, to := range m {
		h := mappedHead{Name: name}
		for _, l := range labels {
			ours, ok := to[l]
			if !ok {
				return nil, fmt.Errorf("the meaning of the model's label %q (of %s) is not known: %s", l, strings.Join(labels, ", "), how)
			}
			h.Labels = append(h.Labels, ours)
		}
		for l := range to {
			if !slices.Contains(labels, l) {
				return nil, fmt.Errorf("the mapping names the label %q, but the model has %s", l, strings.Join(labels, ", "))
			}
		}
		if name != "sentiment" {
			return nil, fmt.Errorf("the mapping is for %s: a model needs the sentiment, as all figures rest on it", name)
		}
		return []mappedHead{h}, nil
	}
	return nil, nil
}
