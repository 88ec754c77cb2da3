package pipeline

import (
	"strconv"
	"unicode/utf8"

	"antojo/internal/mention"
)

// appendAnnotation writes the answer to one line, as the command-line contract
// has it. id is JSON as it came in. Heads are null when the encoder did not read
// the text. A score is the probability of the label beside it.
func appendAnnotation(b []byte, id []byte, a *mention.Annotation, redacted string) []byte {
	b = appendID(append(b, `{"id":`...), id)
	b = appendQuoted(append(b, `,"language":`...), a.Language)
	if a.Scored {
		score := a.Relevance
		if !a.Relevant {
			score = 1 - score
		}
		b = strconv.AppendBool(append(b, `,"relevance":{"label":`...), a.Relevant)
		b = appendScore(append(b, `,"score":`...), score)
		b = appendQuoted(append(b, `},"sentiment":{"label":`...), a.Sentiment.String())
		b = append(b, `,"scores":{`...)
		for i, l := range mention.SentimentLabels {
			b = appendQuoted(comma(b, i), l)
			b = appendScore(append(b, ':'), a.Sentiments[i])
		}
		b = appendQuoted(append(b, `}},"intent":{"label":`...), a.Intent.String())
		b = appendScore(append(b, `,"score":`...), a.IntentP)
		b = append(b, `},"aspects":{`...)
		n := 0
		for i, l := range a.Aspects {
			if l == mention.AspectNone {
				continue
			}
			b = appendQuoted(comma(b, n), mention.AspectNames[i])
			b = appendQuoted(append(b, `:{"label":`...), l.String())
			b = appendScore(append(b, `,"score":`...), a.AspectP[i])
			b = append(b, '}')
			n++
		}
		b = append(b, '}')
	} else {
		b = append(b, `,"relevance":null,"sentiment":null,"intent":null,"aspects":{}`...)
	}
	b = append(b, `,"entities":[`...)
	for i, e := range a.Entities {
		b = appendQuoted(append(comma(b, i), `{"id":`...), e.ID)
		b = appendQuoted(append(b, `,"name":`...), e.Name)
		b = appendQuoted(append(b, `,"kind":`...), e.Kind)
		b = appendQuoted(append(b, `,"surface":`...), e.Surface)
		b = strconv.AppendInt(append(b, `,"start":`...), int64(e.Start), 10)
		b = strconv.AppendInt(append(b, `,"end":`...), int64(e.End), 10)
		b = append(b, '}')
	}
	b = append(b, `],"department":`...)
	if code := a.Resolved.Code(); code != "" {
		b = appendQuoted(b, code)
	} else {
		b = append(b, "null"...)
	}
	b = appendQuoted(append(b, `,"redacted":`...), redacted)
	b = appendQuoted(append(b, `,"model":`...), a.Model)
	return append(b, "}\n"...)
}

// appendError writes the answer to a line that cannot be annotated.
func appendError(b []byte, id []byte, reason string) []byte {
	b = appendID(append(b, `{"id":`...), id)
	b = appendQuoted(append(b, `,"error":`...), reason)
	return append(b, "}\n"...)
}

func appendID(b, id []byte) []byte {
	if len(id) == 0 {
		return append(b, "null"...)
	}
	return append(b, id...)
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// appendScore writes a probability with four decimals, which is more than any
// model is good for.
func appendScore(b []byte, p float32) []byte {
	b = strconv.AppendFloat(b, float64(p), 'f', 4, 32)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}

// appendQuoted writes a JSON string. Broken UTF-8 becomes U+FFFD, and U+2028 and
// U+2029 are escaped, so that the line stays one line for every reader.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = append(b, s[from:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			from = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			b = append(b, s[from:i]...)
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			from = i + size
		}
		i += size
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}
