package clients

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"
)

// TestFresh: the generated clients were made from the committed documents, and not
// changed by hand since.
func TestFresh(t *testing.T) {
	var want bytes.Buffer
	for _, name := range []string{"openapi.json", "openapi-3.0.json", "go/antojo.gen.go", "typescript/schema.d.ts"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "%x  %s\n", sha256.Sum256(b), name)
	}
	got, err := os.ReadFile("generated.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("the clients are not what the documents give; run go generate ./clients\nnoted:\n%s\nnow:\n%s", got, want.Bytes())
	}
}
