package loki

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// streamLabels are the labels of a stream, in order. entity and kind are labels to
// select by only: a mention may name several entities.
var streamLabels = []string{"channel", "department", "intent", "level", "sentiment", "source"}

var selectLabels = []string{"channel", "department", "entity", "intent", "kind", "level", "sentiment", "source"}

const none = "none"

// levels colour the rows in Grafana.
var levels = map[string]string{"pos": "info", "neu": "debug", "neg": "error", none: "unknown"}

// row is a mention as a log line.
type row struct {
	m      *mention.Annotated
	labels [6]string // in the order of streamLabels
}

func newRow(m *mention.Annotated) row {
	sentiment, intent := none, none
	if m.Scored {
		sentiment, intent = m.Sentiment.String(), m.Intent.String()
	}
	department := m.Resolved.Name()
	if department == "" {
		department = none
	}
	return row{m, [6]string{m.Channel, department, intent, levels[sentiment], sentiment, string(m.Source)}}
}

// passes reports whether all matchers and line filters of a query let the row pass. A
// condition on entity or kind holds if it holds for one of the mention's, and one
// that says "not" if it holds for all of them.
func (r *row) passes(l *Log) bool {
	for _, m := range l.Matchers {
		switch m.Label {
		case "entity", "kind":
			not := m.Op == NotEqual || m.Op == NotMatch
			ok := not || len(r.m.Entities) == 0 && m.matches("")
			for _, e := range r.m.Entities {
				hit := m.matches(e.Kind)
				if m.Label == "entity" {
					hit = m.matches(e.ID) || m.matches(e.Name)
					if not {
						hit = m.matches(e.ID) && m.matches(e.Name)
					}
				}
				if hit != not {
					ok = !not
					break
				}
			}
			if !ok {
				return false
			}
		default:
			v := ""
			if i := slices.Index(streamLabels, m.Label); i >= 0 {
				v = r.labels[i]
			}
			if !m.matches(v) {
				return false
			}
		}
	}
	for _, f := range l.Lines {
		if !f.passes(r.m.Text) {
			return false
		}
	}
	return true
}

// fields are what a line holds.
type fields struct {
	Time       time.Time `json:"time"`
	Text       string    `json:"text"`
	Entities   []string  `json:"entities"`
	Department string    `json:"department"`
	Source     string    `json:"source"`
	Channel    string    `json:"channel"`
	Sentiment  string    `json:"sentiment"`
	Intent     string    `json:"intent"`
	Rating     float32   `json:"rating,omitempty"`
	Place      string    `json:"place,omitempty"`
	Synthetic  bool      `json:"synthetic,omitempty"`
	ID         string    `json:"id"`
}

// line writes the row in the format asked for: JSON, or text with fields in it.
func (r *row) line(format string) (string, error) {
	f := fields{Time: r.m.Time.UTC(), Text: r.m.Text, Entities: []string{}, Channel: r.labels[0], Department: r.labels[1], Intent: r.labels[2],
		Sentiment: r.labels[4], Source: r.labels[5], Rating: r.m.Rating, Place: r.m.Place, Synthetic: r.m.Synthetic, ID: r.m.ID.String()}
	for _, e := range r.m.Entities {
		if !slices.Contains(f.Entities, e.Name) {
			f.Entities = append(f.Entities, e.Name)
		}
	}
	if format == "" {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(f); err != nil {
			return "", fmt.Errorf("mention %s as a line: %w", f.ID, err)
		}
		return strings.TrimSuffix(b.String(), "\n"), nil
	}
	values := map[string]string{"text": f.Text, "entities": strings.Join(f.Entities, ", "), "department": f.Department, "source": f.Source, "channel": f.Channel,
		"sentiment": f.Sentiment, "intent": f.Intent, "level": r.labels[3], "place": f.Place, "id": f.ID, "time": f.Time.Format(time.RFC3339)}
	if f.Rating > 0 {
		values["rating"] = fmt.Sprint(f.Rating)
	}
	return placeholder.ReplaceAllStringFunc(format, func(s string) string {
		return values[placeholder.FindStringSubmatch(s)[1]]
	}), nil
}

// narrow is a filter that lets at least all rows pass that the query does; none says
// that none can.
func (a *API) narrow(l *Log) (f metric.Filter, none bool) {
	pass, all := passing(l, "source", sources())
	none = len(pass) == 0
	if !all {
		for _, i := range pass {
			f.Sources = append(f.Sources, mention.Sources[i])
		}
	}
	pass, all = passing(l, "department", departments())
	none = none || len(pass) == 0
	if !all {
		for _, i := range pass {
			f.Departments = append(f.Departments, mention.Department(i))
		}
	}
	pass, all = passing(l, "sentiment", sentiments())
	byLevel, allLevels := passing(l, "level", levelsOfSentiments())
	pass = slices.DeleteFunc(pass, func(i int) bool { return !slices.Contains(byLevel, i) })
	none = none || len(pass) == 0
	if (!all || !allLevels) && !slices.Contains(pass, len(mention.SentimentLabels)) { // a filter cannot ask for those without
		for _, i := range pass {
			f.Sentiments = append(f.Sentiments, mention.Sentiment(i-1))
		}
	}
	pass, all = passing(l, "intent", intents())
	none = none || len(pass) == 0
	if !all && !slices.Contains(pass, len(mention.IntentLabels)) {
		for _, i := range pass {
			f.Intents = append(f.Intents, mention.Intent(i))
		}
	}
	if a.narrowNamed(l, &f) {
		none = true
	}
	for _, x := range l.Lines {
		if x.Op == Equal && f.Text == "" && len(x.Value) < maxText {
			f.Text = strings.TrimSpace(x.Value) // compared without case there: more rows pass, never fewer
		}
	}
	return f, none
}

// maxText is the longest text that is handed on to be searched for.
const maxText = 300

// narrowNamed narrows by channel, entity and kind; none says that nothing can pass.
func (a *API) narrowNamed(l *Log, f *metric.Filter) (none bool) {
	for _, m := range l.Matchers {
		switch {
		case m.Op == NotEqual || m.Op == NotMatch || m.matches(""):
		case m.Label == "channel" && m.Op == Equal && f.Channels == nil:
			f.Channels = []string{m.Value}
		case m.Label == "kind" && f.Kinds == nil && f.Entities == nil:
			for _, k := range metric.Kinds {
				if m.matches(k) {
					f.Kinds = append(f.Kinds, k)
				}
			}
			none = none || f.Kinds == nil
		case m.Label == "entity" && f.Entities == nil:
			ids := a.entities(m)
			none = none || len(ids) == 0
			if len(ids) <= manyEntities {
				f.Entities, f.Kinds = ids, nil
			}
		}
	}
	return none
}

// passing are the places of the values that all matchers on a label let pass.
func passing(l *Log, label string, values []string) (pass []int, all bool) {
	for i, v := range values {
		if !slices.ContainsFunc(l.Matchers, func(m Matcher) bool { return m.Label == label && !m.matches(v) }) {
			pass = append(pass, i)
		}
	}
	return pass, len(pass) == len(values)
}

func sources() (out []string) {
	for _, s := range mention.Sources {
		out = append(out, string(s))
	}
	return out
}

func levelsOfSentiments() (out []string) {
	for _, s := range sentiments() {
		out = append(out, levels[s])
	}
	return out
}

// manyEntities is from how many entities on a filter is not worth its length.
const manyEntities = 200

func (a *API) entities(m Matcher) (ids []string) {
	for _, id := range a.o.Entities.EntityIDs() {
		if name, _, _ := a.o.Entities.EntityName(id); m.matches(id) || m.matches(name) {
			ids = append(ids, id)
		}
	}
	return ids
}

func departments() []string {
	out := []string{none}
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		out = append(out, d.Name())
	}
	return out
}

func sentiments() []string { return append(slices.Clone(mention.SentimentLabels), none) }

func intents() []string { return append(slices.Clone(mention.IntentLabels), none) }

// errWide is a question that would read too many mentions.
type errWide struct{ most int }

func (e errWide) Error() string {
	return fmt.Sprintf("more than %d mentions would have to be read: narrow the time or the selector, or ask the Prometheus data source, which has counts by day ready", e.most)
}

// scan calls visit for the rows of a query from the newest back, within a range of
// time that includes both ends, until visit returns false. It reads at most so many
// mentions, then it returns errWide.
func (a *API) scan(ctx context.Context, l *Log, start, end time.Time, most int, visit func(*row) bool) error {
	f, none := a.narrow(l)
	if none || end.Before(start) {
		return nil
	}
	f.From, f.To = max(1, mention.DayOf(start)), mention.DayOf(end)
	if f.From > f.To {
		return nil
	}
	page := store.Page{Limit: 200}
	for read := 0; ; {
		ms, next, err := a.o.Data.Mentions(ctx, f, page)
		if err != nil {
			return err
		}
		for i := range ms {
			if ms[i].Time.After(end) {
				continue
			}
			if ms[i].Time.Before(start) {
				return nil
			}
			if r := newRow(&ms[i]); r.passes(l) && !visit(&r) {
				return nil
			}
		}
		if read += len(ms); next == "" {
			return nil
		}
		if read >= most {
			return errWide{most}
		}
		page.After, page.Limit = next, 1000
	}
}
