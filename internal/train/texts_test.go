package train

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTextsByHash: labels on texts that the file does not carry find them in the corpora,
// whatever their spacing, and a text that is nowhere is named.
func TestTextsByHash(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, lines ...string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	line := func(id, text string) string {
		return fmt.Sprintf(`{"id":%q,"text_sha256":%q,"source":"social","food":false,"sentiment":"neu","intent":"other","aspects":{}}`, id, textHash(text))
	}
	write("stars.tsv", "date\tlabel\ttext", "2018-01-01\tneg\tllegó frío", "2018-01-02\tpos\tmuy rico")
	write("tweets.txt", "hoy no hay tráfico", "dos  espacios")
	write("read.jsonl", line("a", "llegó frío"), line("b", "dos espacios"), line("c", "hoy no hay tráfico"))
	cfg := Config{Gold: []Source{{Path: "read.jsonl", RelevanceWeight: 0.25}}, Stars: []Source{{Path: "stars.tsv"}},
		Split:   SplitConfig{DevPercent: 100},
		Corpora: []Corpus{{Source: Source{Path: "stars.tsv"}, Format: "stars"}, {Source: Source{Path: "tweets.txt"}, Format: "text"}}}
	set, err := cfg.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range set.Train {
		got[r.ID] = r.Text
		if r.Weight[headRelevance] != 0.25 || r.Weight[headSentiment] != 1 {
			t.Errorf("%s has the weights %v", r.ID, r.Weight)
		}
	}
	if len(set.Dev) > 0 {
		t.Errorf("%d rows that were drawn by a model are for development", len(set.Dev))
	}
	for id, want := range map[string]string{"a": "llegó frío", "b": "dos  espacios", "c": "hoy no hay tráfico"} {
		if got[id] != want {
			t.Errorf("%s has the text %q, want %q", id, got[id], want)
		}
	}
	write("read.jsonl", line("a", "llegó frío"), line("z", "nadie lo escribió"))
	if _, err := cfg.Load(dir); err == nil || !strings.Contains(err.Error(), "the text of z") {
		t.Errorf("error %v, want it to name z", err)
	}
	if _, err := ReadRows(filepath.Join(dir, "read.jsonl"), 0); err == nil || !strings.Contains(err.Error(), "only the hash") {
		t.Errorf("error %v for a file without texts", err)
	}
	write("both.jsonl", strings.Replace(line("a", "x"), `"source"`, `"text":"x","source"`, 1))
	if _, err := readRows(dir, []Source{{Path: "both.jsonl"}}, ReadGold); err == nil {
		t.Error("a row with text and hash was taken")
	}
}
