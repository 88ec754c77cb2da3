package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// example is a shell block of the docs, with the answer that follows it.
type example struct{ sh, answer string }

func examples(t *testing.T, path string) (out []example) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(b), "```")
	for i := 1; i < len(parts); i += 2 {
		lang, body, _ := strings.Cut(parts[i], "\n")
		switch lang {
		case "sh":
			out = append(out, example{sh: body})
		case "json":
			if len(out) == 0 || strings.TrimSpace(parts[i-1]) != "" {
				t.Fatalf("an answer without its question: %.100s", body)
			}
			out[len(out)-1].answer = body
		}
	}
	return out
}

// TestDocsExamples runs the shell blocks of docs/api.md and docs/sql.md as they stand; an answer
// must have the fields of the one shown, of the same kinds.
func TestDocsExamples(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	s := serve(t)
	secret, errs, code := antojo("", "tokens", "create", "docs", "--scope", "read,annotate,write", "--data", s.data)
	if code != 0 {
		t.Fatal(errs)
	}
	ran := 0
	for _, ex := range append(examples(t, root(t, "docs", "api.md")), examples(t, root(t, "docs", "sql.md"))...) {
		if strings.HasPrefix(ex.sh, "export ANTOJO=") {
			continue // what the environment below does
		}
		name, _, _ := strings.Cut(ex.sh, "\n")
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", ex.sh)
			cmd.Env = append(os.Environ(), "ANTOJO="+s.url, "ANTOJO_TOKEN="+strings.TrimSpace(secret))
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v: %s", err, errs.String())
			}
			if out.Len() == 0 {
				t.Fatal("no answer")
			}
			if ex.answer == "" {
				if strings.Contains(out.String(), `"status":4`) || strings.Contains(out.String(), `"status":5`) {
					t.Errorf("a problem: %.300s", out.String())
				}
				return
			}
			var want, got any
			if err := json.Unmarshal([]byte(ex.answer), &want); err != nil {
				t.Fatalf("the answer shown is not JSON: %v", err)
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatalf("the answer is not JSON: %v: %.300s", err, out.String())
			}
			if err := covers(want, got, "answer"); err != nil {
				t.Errorf("%v in %.1000s", err, out.String())
			}
		})
		ran++
	}
	if ran < 10 {
		t.Errorf("only %d examples ran", ran)
	}
}

// covers: got has all that want shows, of the same kinds. Of lists the first elements
// are compared.
func covers(want, got any, at string) error {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is not an object", at)
		}
		for k, v := range w {
			x, ok := g[k]
			if !ok {
				return fmt.Errorf("%s.%s is missing", at, k)
			}
			if err := covers(v, x, at+"."+k); err != nil {
				return err
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(w) > 0 && len(g) == 0 {
			return fmt.Errorf("%s is not a list, or empty", at)
		}
		if len(w) > 0 {
			return covers(w[0], g[0], at+"[0]")
		}
	default:
		if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
			return fmt.Errorf("%s is %T, want %T", at, got, want)
		}
	}
	return nil
}
