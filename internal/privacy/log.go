package privacy

import (
	"fmt"
	"log/slog"
	"strings"
)

// LogAttr is a slog.HandlerOptions.ReplaceAttr that masks personal data in what a
// program logs: texts and errors quote what came in, such as the path of a request.
// Numbers, times and the fields that slog itself writes stay as they are.
func LogAttr(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.TimeKey, slog.LevelKey, "request_id", "stack": // no words of people
			return a
		}
	}
	switch v := a.Value; v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Log(v.String()))
	case slog.KindAny:
		switch x := v.Any().(type) {
		case error:
			a.Value = slog.StringValue(Log(x.Error()))
		case fmt.Stringer:
			a.Value = slog.StringValue(Log(x.String()))
		case []string:
			masked := make([]string, len(x))
			for i, s := range x {
				masked[i] = Log(s)
			}
			a.Value = slog.AnyValue(masked)
		}
	}
	return a
}

// Log is Redact for the lines of a log: an address of the net stays readable, since it
// tells which source failed, unless it carries more than a place: what follows the
// host goes if it has a query, a user or a part as long as a key.
func Log(text string) string {
	for range maxPasses {
		var b strings.Builder
		at := 0
		for _, f := range Find(text) {
			piece := text[f.Start:f.End]
			tag := f.Kind.Tag()
			if f.Kind == Link {
				if !carries(piece) {
					continue
				}
				if host, _, ok := cutHost(piece); ok {
					tag = host + "/" + tag
				}
			}
			b.WriteString(text[at:f.Start])
			b.WriteString(tag)
			at = f.End
		}
		if at == 0 {
			return text
		}
		b.WriteString(text[at:])
		text = b.String()
	}
	return text
}

// keyLength is how long a part of a path is that may be a key.
const keyLength = 20

// carries reports that an address holds more than a place.
func carries(link string) bool {
	_, path, _ := cutHost(link)
	if strings.ContainsAny(link, "?#@=;") {
		return true
	}
	for part := range strings.SplitSeq(path, "/") {
		if len(part) >= keyLength {
			return true
		}
	}
	return false
}

// cutHost parts scheme and host from the path; ok is false if there is no plain host.
func cutHost(link string) (host, path string, ok bool) {
	from := 0
	if i := strings.Index(link, "://"); i >= 0 {
		from = i + 3
	}
	i := strings.IndexAny(link[from:], "/?#")
	if i < 0 {
		return link, "", false
	}
	host, path = link[:from+i], link[from+i+1:]
	return host, path, from > 0 && !strings.Contains(host, "@")
}
