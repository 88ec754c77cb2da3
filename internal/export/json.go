package export

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
)

// jsonWriter writes {"notes": …, "rows": [ … ]}, or one object a line. Keys come in
// the order of the columns; a value that is not there is null.
type jsonWriter struct {
	w     io.Writer
	lines bool
	notes bool
	cols  []Column
	keys  [][]byte // "key":
	n     int64
	b     []byte
	text  bytes.Buffer
	enc   *json.Encoder
}

func (j *jsonWriter) begin(t *Table) error {
	j.cols = t.Columns
	j.enc = json.NewEncoder(&j.text)
	j.enc.SetEscapeHTML(false)
	for i, c := range t.Columns {
		k := strconv.AppendQuote(nil, c.Key)
		if i > 0 {
			k = append([]byte{','}, k...)
		}
		j.keys = append(j.keys, append(k, ':'))
	}
	notes, err := json.Marshal(t.Notes)
	if err != nil {
		return err
	}
	switch {
	case !j.lines:
		j.b = append(append(append(j.b, `{"notes":`...), notes...), ",\n\"rows\":["...)
	case j.notes:
		j.b = append(append(append(j.b, `{"notes":`...), notes...), "}\n"...)
	}
	return nil
}

func (j *jsonWriter) row(cells []Cell) error {
	if !j.lines {
		if j.n > 0 {
			j.b = append(j.b, ',')
		}
		j.b = append(j.b, '\n')
	}
	j.n++
	j.b = append(j.b, '{')
	for i := range cells {
		j.b = append(j.b, j.keys[i]...)
		x := &cells[i]
		if !x.Set {
			j.b = append(j.b, "null"...)
			continue
		}
		switch j.cols[i].Kind {
		case Text:
			j.text.Reset()
			if err := j.enc.Encode(x.S); err != nil {
				return err
			}
			j.b = append(j.b, bytes.TrimSuffix(j.text.Bytes(), []byte{'\n'})...)
		case Int:
			j.b = strconv.AppendInt(j.b, x.I, 10)
		case Float, Share:
			j.b = appendFloat(j.b, x.F)
		case Bool:
			j.b = strconv.AppendBool(j.b, x.I != 0)
		case Day:
			j.b = append(appendDay(append(j.b, '"'), x.I), '"')
		case Time:
			j.b = append(appendTime(append(j.b, '"'), x.I), '"')
		}
	}
	j.b = append(j.b, '}')
	if j.lines {
		j.b = append(j.b, '\n')
	}
	if len(j.b) >= flushAt {
		return j.flush()
	}
	return nil
}

func (j *jsonWriter) flush() error {
	_, err := j.w.Write(j.b)
	j.b = j.b[:0]
	return err
}

func (j *jsonWriter) end() error {
	if !j.lines {
		j.b = append(j.b, "\n]}\n"...)
	}
	return j.flush()
}
