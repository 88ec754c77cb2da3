package privacy

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"/no/hay/ana.demo@example.com":    "/no/hay/[correo]",
		"open rows.csv: no such file":     "open rows.csv: no such file",
		"https://example.com/feed.xml":    "https://example.com/feed.xml",
		"get https://example.com/a?k=s3c": "get https://example.com/[enlace]",
		"https://example.com/hook/0123456789abcdef0123456789abcdef": "https://example.com/[enlace]",
		"https://ana:secreto@example.com/x":                         "[enlace]",
		`date not understood: "987654321"`:                          `date not understood: "[teléfono]"`,
		"antojo-es-4l256-2026.11.7":                                 "antojo-es-4l256-2026.11.7",
		"127.0.0.1:8080":                                            "127.0.0.1:8080",
	} {
		if got := Log(in); got != want {
			t.Errorf("Log(%q) = %q, want %q", in, got, want)
		}
		if got := Log(Log(in)); got != Log(in) {
			t.Errorf("Log of Log(%q) = %q", in, got)
		}
	}
}

// TestLogAttr writes what must not come out in every way that a program can log it.
func TestLogAttr(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: LogAttr}))
	const secret = "ana.demo@example.com"
	log.Info("row "+secret, "path", "/x/"+secret, "error", errors.New("row: "+secret), "list", []string{secret}, "n", 7, "request_id", "abc")
	log.WithGroup("import").With("file", secret).Error("failed", slog.Group("row", "text", secret))
	if s := out.String(); strings.Contains(s, "ana.demo") {
		t.Errorf("the log holds an address: %s", s)
	} else if !strings.Contains(s, `"n":7`) || !strings.Contains(s, `"request_id":"abc"`) || strings.Count(s, "[correo]") != 6 {
		t.Errorf("the log lost more than the address: %s", s)
	}
}
