package duckdb

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
)

// FuzzEntities: what is read is what encoding/json reads.
func FuzzEntities(f *testing.F) {
	for _, list := range [][]mention.Entity{
		{{ID: "ceviche", Name: "ceviche", Kind: "dish", Surface: "sebiche", Start: 3, End: 10}},
		{{ID: "a", Surface: "ají \"de\" gallina\\"}, {ID: "b", Name: "ñ", Start: -1}},
		{},
	} {
		f.Add(string(appendEntities(nil, list)))
	}
	for _, s := range []string{"", "null", "[{}]", `[{"id":"a"}]`, `[{"id":"a","name":"b","kind":"c","surface":"d","start":1e2,"end":2}]`, `[{"id":"a","name":"b","kind":"c","surface":"d","start":1,"end":2},]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseEntities(s)
		var want []mention.Entity
		wrong := json.Unmarshal([]byte(s), &want)
		if wrong != nil {
			return // not what the store writes
		}
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if len(got) != len(want) || len(want) > 0 && !cmp.Equal(string(a), string(b)) {
			t.Errorf("%q: %s, want %s", s, a, b)
		}
	})
}
