package bus

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startServer checks the directory, takes its lock and starts the server in it.
func (b *Bus) startServer() error {
	dir := b.opt.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the directory: %w; choose a directory that you may write to", err)
	}
	unlock, err := lockDir(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	b.unlock = unlock
	// The lock file may exist already, so writing is tried for itself.
	probe := filepath.Join(dir, "probe")
	if err := os.WriteFile(probe, []byte("probe"), 0o600); err != nil {
		unlock()
		return fmt.Errorf("write to the directory: %w; it must be writable and its disk must have room", err)
	}
	os.Remove(probe)

	rec := &serverLog{bus: b}
	s, err := server.NewServer(&server.Options{
		ServerName:         "antojo",
		DontListen:         true,
		JetStream:          true,
		StoreDir:           dir,
		SyncAlways:         true,
		JetStreamMaxStore:  1 << 50, // each stream has its own limit, and Publish watches the disk
		JetStreamMaxMemory: 64 << 20,
		MaxPayload:         maxPayload,
		MaxPending:         256 << 20,
		NoSigs:             true,
		NoLog:              true,
	})
	if err != nil {
		unlock()
		return err
	}
	s.SetLoggerV2(rec, false, false, false)
	b.server = s
	s.Start()
	if !s.ReadyForConnections(20*time.Second) || !s.JetStreamEnabled() {
		b.stopServer()
		return fmt.Errorf("the log did not start: %s", rec.summary())
	}
	if err = b.checkStreams(rec); err != nil {
		b.stopServer()
		return err
	}
	return nil
}

// checkStreams compares the streams on disk with those that the server could
// recover: it only warns about one that it cannot read, and would then make an
// empty one in its place.
func (b *Bus) checkStreams(rec *serverLog) error {
	held, err := b.holdings()
	if err != nil {
		return fmt.Errorf("ask the server for its streams: %w", err)
	}
	root := filepath.Join(b.opt.Dir, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams")
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read %s: %w", root, err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue // "." marks one that was being deleted
		}
		path := filepath.Join(root, e.Name())
		if _, ok := held[e.Name()]; ok {
			continue
		}
		if _, err := os.Stat(filepath.Join(path, server.JetStreamMetaFile)); errors.Is(err, os.ErrNotExist) && unborn(path) {
			// Killed while making it: nothing was ever acknowledged from it.
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("remove unfinished stream %s: %w", path, err)
			}
			continue
		}
		return fmt.Errorf("%w: stream %q in %s cannot be read (%s); restore the directory from a backup, or move it away to start an empty log (mentions already loaded stay in the store)",
			ErrDamaged, e.Name(), path, rec.summary())
	}
	return b.checkNote(held)
}

// unborn reports whether a stream directory holds no message block.
func unborn(path string) bool {
	blocks, err := filepath.Glob(filepath.Join(path, "msgs", "*.blk"))
	if err != nil {
		return false
	}
	for _, f := range blocks {
		if fi, err := os.Stat(f); err != nil || fi.Size() > 0 {
			return false
		}
	}
	return true
}

func (b *Bus) stopServer() {
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
	b.unlock()
	b.unlock = func() {}
}

// serverLog passes the server's warnings on and keeps the first few for errors.
type serverLog struct {
	bus   *Bus
	mu    sync.Mutex
	lines []string
}

func (l *serverLog) keep(level, format string, v []any) {
	line := strings.TrimSpace(fmt.Sprintf(format, v...))
	l.mu.Lock()
	if len(l.lines) < 5 {
		l.lines = append(l.lines, line)
	}
	l.mu.Unlock()
	l.bus.log.Warn("log server", "level", level, "detail", line)
}

func (l *serverLog) summary() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) == 0 {
		return "the server gave no reason"
	}
	return strings.Join(l.lines, "; ")
}

func (l *serverLog) Noticef(string, ...any)         {}
func (l *serverLog) Debugf(string, ...any)          {}
func (l *serverLog) Tracef(string, ...any)          {}
func (l *serverLog) Warnf(format string, v ...any)  { l.keep("warn", format, v) }
func (l *serverLog) Errorf(format string, v ...any) { l.keep("error", format, v) }
func (l *serverLog) Fatalf(format string, v ...any) { l.keep("fatal", format, v) }

// redactURL hides the password of each server address.
func redactURL(s string) string {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		u, err := url.Parse(strings.TrimSpace(p))
		if err != nil {
			parts[i] = "(unreadable address)"
			continue
		}
		if u.User != nil {
			u.User = url.User("xxxxx") // a user name alone may be a token
		}
		parts[i] = u.String()
	}
	return strings.Join(parts, ",")
}
