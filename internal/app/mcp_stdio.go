package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// maxMCPLine bounds one message on the standard input.
const maxMCPLine = 4 << 20

// stdio are the two ends of the protocol on the standard input and output, one message
// a line. A line that is no message is answered as JSON-RPC says and ends nothing; the
// library would end the whole session. And when the input ends, what was asked is
// still answered, so that a file of questions can be given (antojo mcp < questions).
type stdio struct {
	ctx context.Context
	in  *bufio.Reader
	out io.Writer

	left []byte // of the line being read

	mu      sync.Mutex
	pending map[string]bool // ids that wait for their answer
	part    []byte          // of a line being written
	changed chan struct{}   // has room for one: an answer went out
}

func newStdio(ctx context.Context, in io.Reader, out io.Writer) *stdio {
	return &stdio{ctx: ctx, in: bufio.NewReaderSize(in, 64<<10), out: out, pending: map[string]bool{}, changed: make(chan struct{}, 1)}
}

// Read implements io.Reader.
func (s *stdio) Read(p []byte) (int, error) {
	for len(s.left) == 0 {
		line, long, err := s.line()
		if long {
			s.refuse(-32700, "the line is longer than 4 MiB")
		} else if line = bytes.TrimSpace(line); len(line) > 0 {
			s.take(line)
		}
		if err != nil && len(s.left) == 0 {
			if errors.Is(err, io.EOF) {
				s.settle()
			}
			return 0, err
		}
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

// line reads a line; of one that is too long it keeps nothing.
func (s *stdio) line() (line []byte, long bool, err error) {
	for {
		part, err := s.in.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxMCPLine; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

// take passes a message on and notes that it wants an answer.
func (s *stdio) take(line []byte) {
	if !json.Valid(line) {
		s.refuse(-32700, "this line is not JSON; send one JSON-RPC message a line")
		return
	}
	if line[0] != '[' { // a batch is the library's to judge
		var m struct {
			Version string          `json:"jsonrpc"`
			Method  *string         `json:"method"`
			ID      json.RawMessage `json:"id"`
			Result  json.RawMessage `json:"result"`
			Error   json.RawMessage `json:"error"`
		}
		if json.Unmarshal(line, &m) != nil || m.Version != "2.0" || m.Method == nil && m.Result == nil && m.Error == nil {
			s.refuse(-32600, `this is no JSON-RPC message; it has "jsonrpc": "2.0" and a method`)
			return
		}
		if len(m.ID) > 0 && m.Method != nil {
			s.mu.Lock()
			s.pending[string(m.ID)] = true
			s.mu.Unlock()
		}
	}
	s.left = append(append(s.left[:0], line...), '\n')
}

// refuse answers a line that is no message.
func (s *stdio) refuse(code int, text string) {
	b, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": text}})
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = s.out.Write(append(b, '\n')) // a reader that has gone shows at the next answer
}

// Write implements io.Writer. A line goes out whole.
func (s *stdio) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.part = append(s.part, p...)
	for {
		i := bytes.IndexByte(s.part, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := s.part[:i+1]
		if _, err := s.out.Write(line); err != nil {
			return 0, err
		}
		var m struct {
			Method *string         `json:"method"`
			ID     json.RawMessage `json:"id"`
		}
		if json.Unmarshal(line, &m) == nil && m.Method == nil {
			delete(s.pending, string(m.ID))
			select {
			case s.changed <- struct{}{}:
			default:
			}
		}
		s.part = append(s.part[:0], s.part[i+1:]...)
	}
}

// settle waits until all that was asked is answered.
func (s *stdio) settle() {
	for {
		s.mu.Lock()
		n := len(s.pending)
		s.mu.Unlock()
		if n == 0 {
			return
		}
		select {
		case <-s.changed:
		case <-s.ctx.Done():
			return
		}
	}
}

// Close implements io.Closer: the process's own input and output outlive the session.
func (s *stdio) Close() error { return nil }
