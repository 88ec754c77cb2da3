package file_test

import (
	"strings"
	"testing"

	"antojo/internal/connector/file"
	"antojo/internal/mention"
)

// TestNameIsMasked: the name of a file is kept with the import and as its channel, and
// people write addresses into names.
func TestNameIsMasked(t *testing.T) {
	src, err := file.Open(t.Context(), "quejas de ana.demo@example.com 987654321.csv", strings.NewReader("texto;fecha\nrico ceviche;2026-11-01\n;2026-11-01\n"), file.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var said []string
	said = append(said, src.Name(), src.Plan().File, src.Plan().Channel)
	err = src.Read(t.Context(), func(r mention.Raw) error {
		said = append(said, r.Channel)
		return nil
	}, func(r mention.Rejection) { said = append(said, r.File) })
	if err != nil {
		t.Fatal(err)
	}
	if len(said) != 5 {
		t.Errorf("a row and a rejection were expected: %q", said)
	}
	for _, s := range said {
		if strings.Contains(s, "ana.demo") || strings.Contains(s, "987654321") || !strings.Contains(s, "[") {
			t.Errorf("%q holds personal data", s)
		}
	}
}
