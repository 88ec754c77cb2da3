package lifecycle

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/brief/check"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/model"
	"antojo/internal/privacy"
)

// Bounds of a training set.
const (
	LeastExamples = 10       // the API takes no fewer
	mostBytes     = 48 << 10 // of one example: well within 16 k tokens
	mostSet       = 64 << 20
)

// Problem is what is wrong with a line of a training set.
type Problem struct {
	Line int // from 1; 0 = the set as a whole
	What string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.What
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.What)
}

// Validate holds a training set against the rules: the form of the API, lengths, no
// free figures, no personal data, no placeholder that its task does not offer. It
// trusts nothing about where the set came from.
func Validate(jsonl []byte) []Problem {
	if len(jsonl) > mostSet {
		return []Problem{{0, fmt.Sprintf("%d bytes, at most %d", len(jsonl), mostSet)}}
	}
	var out []Problem
	n := 0
	sc := bufio.NewScanner(bytes.NewReader(jsonl))
	sc.Buffer(nil, mostSet+1)
	for sc.Scan() {
		n++
		for _, what := range validateLine(sc.Bytes()) {
			out = append(out, Problem{n, what})
		}
	}
	if n < LeastExamples {
		out = append(out, Problem{0, fmt.Sprintf("%d examples, at least %d are needed: approve more briefs (antojo brief approve)", n, LeastExamples)})
	}
	return out
}

func validateLine(line []byte) []string {
	if len(line) > mostBytes {
		return []string{fmt.Sprintf("%d bytes, at most %d", len(line), mostBytes)}
	}
	if !utf8.Valid(line) {
		return []string{"not UTF-8"}
	}
	var x struct {
		Messages []model.Turn `json:"messages"`
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&x); err != nil || dec.More() {
		return []string{"not an object with messages alone"}
	}
	var roles []string
	for _, m := range x.Messages {
		roles = append(roles, m.Role)
	}
	if !slices.Equal(roles, []string{"system", "user", "assistant"}) {
		return []string{"want the roles system, user, assistant in this order"}
	}
	var task struct {
		Items []struct {
			Item  int `json:"item"`
			Facts []struct {
				Placeholders []string `json:"placeholders"`
			} `json:"facts"`
			Quote *struct {
				Placeholder string `json:"placeholder"`
				Text        string `json:"text"`
			} `json:"quote"`
		} `json:"items"`
	}
	var answer struct {
		Sentences []struct {
			Item int    `json:"item"`
			Text string `json:"text"`
		} `json:"sentences"`
	}
	if json.Unmarshal([]byte(x.Messages[1].Content), &task) != nil || len(task.Items) == 0 {
		return []string{"the task cannot be read"}
	}
	if json.Unmarshal([]byte(x.Messages[2].Content), &answer) != nil || len(answer.Sentences) != len(task.Items) {
		return []string{"the answer is not one sentence for each item"}
	}
	var out []string
	for i, s := range answer.Sentences {
		it := task.Items[i]
		if s.Item != it.Item {
			out = append(out, fmt.Sprintf("sentence %d answers item %d", i+1, s.Item))
			continue
		}
		known := map[fill.Ref]bool{}
		for _, p := range []string{"week", "window", "previous", "month", "monthBefore"} {
			known[fill.Ref{Fact: "P", Field: p}] = true
		}
		offer := func(placeholder string) {
			pieces, err := fill.Parse(placeholder)
			if err != nil || len(pieces) != 1 || pieces[0].Ref == nil {
				return
			}
			r := family(*pieces[0].Ref)
			known[r] = true
			if r.Field != "" { // what every fact has, named or not
				known[fill.Ref{Fact: r.Fact, Field: "days"}], known[fill.Ref{Fact: r.Fact, Field: "feast"}] = true, true
			}
		}
		for _, f := range it.Facts {
			for _, p := range f.Placeholders {
				offer(p)
			}
		}
		if it.Quote != nil {
			offer(it.Quote.Placeholder)
			if it.Quote.Text != "" {
				out = append(out, fmt.Sprintf("item %d holds the text of a quote", it.Item))
			}
		}
		for _, why := range validateSentence(s.Text, known) {
			out = append(out, fmt.Sprintf("sentence %d: %s", i+1, why))
		}
	}
	return out
}

// family maps the forms of a placeholder to one: {{F3.Of}} and {{F3.entity}} name the
// same food, {{F3.growth.size}} and {{F3.growth}} the same figure.
func family(r fill.Ref) fill.Ref {
	r.Form = ""
	switch r.Field {
	case "Entity", "of", "Of", "to", "name":
		r.Field = "entity"
	case "Aspect", "toAspect", "ofAspect":
		r.Field = "aspect"
	case "Source":
		r.Field = "source"
	case "Feast", "ofFeast", "toFeast":
		r.Field = "feast"
	case "Month":
		r.Field = "month"
	}
	return r
}

func validateSentence(text string, known map[fill.Ref]bool) (out []string) {
	if n := utf8.RuneCountInString(text); n == 0 || n > check.MaxDraft {
		return []string{fmt.Sprintf("%d characters, want 1 to %d", n, check.MaxDraft)}
	}
	pieces, err := fill.Parse(text)
	if err != nil {
		return []string{"a placeholder cannot be read"}
	}
	var free strings.Builder
	for _, p := range pieces {
		if p.Ref == nil {
			free.WriteString(p.Text)
			continue
		}
		free.WriteByte(' ')
		if !known[family(*p.Ref)] {
			out = append(out, "the placeholder "+p.Ref.String()+" is not offered by the task")
		}
	}
	if strings.ContainsFunc(free.String(), unicode.IsNumber) || strings.ContainsAny(free.String(), "%‰") {
		out = append(out, "a free figure")
	}
	if strings.ContainsAny(free.String(), "{}") {
		out = append(out, "a broken placeholder")
	}
	if len(privacy.Find(free.String())) > 0 {
		out = append(out, "personal data")
	}
	return out
}
