package model

import (
	"encoding/json"
	"errors"

	"antojo/internal/brief"
)

// Turn is one message of a conversation.
type Turn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Example is a task with the answer that it should have had, as the fine-tuning API
// reads it: exactly what a plain Writer would send, without quotes, and the drafts.
func Example(t brief.Task, drafts []string) ([]Turn, error) {
	if len(drafts) != len(t.Items) {
		return nil, errors.New("example: want one draft for each item")
	}
	answer := struct {
		Sentences []sentence `json:"sentences"`
	}{}
	for i, d := range drafts {
		answer.Sentences = append(answer.Sentences, sentence{Item: i + 1, Text: d})
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	w := &Writer{o: Options{Plain: true}}
	return []Turn{{"system", system(t.Lang, true)}, {"user", w.request(t, nil)}, {"assistant", string(b)}}, nil
}
