package app_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a command and wants this exit code: exits 3 antojo import x.csv
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		got = ee.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// jsonEquals checks one value of a JSON file or stdout: json stdout trends.0.entity ceviche
func jsonEquals(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			y, ok := x[key]
			if !ok {
				ts.Fatalf("%s: no key %q", args[1], key)
			}
			v = y
		case []any:
			if key == "#" {
				v = len(x)
				continue
			}
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(x) {
				ts.Fatalf("%s: no element %q of %d", args[1], key, len(x))
			}
			v = x[i]
		default:
			ts.Fatalf("%s: %q is below a plain value", args[1], key)
		}
	}
	got := fmt.Sprint(v)
	if v == nil {
		got = "null"
	}
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %s, want %s (negated: %v)", args[1], got, args[2], neg)
	}
}

// makeLine appends a line of so many megabytes to a file: line FILE 100
func makeLine(ts *testscript.TestScript, _ bool, args []string) {
	mb, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	ts.Check(err)
	defer f.Close()
	chunk := strings.Repeat("ceviche ", 1<<17)
	for range mb {
		_, err := f.WriteString(chunk)
		ts.Check(err)
	}
	_, err = f.WriteString("\n")
	ts.Check(err)
}

// mountReadOnly makes a folder that cannot be written, even by root, .
func mountReadOnly(ts *testscript.TestScript, _ bool, args []string) {
	mount(ts, args[0], syscall.MS_RDONLY, "size=1m")
}

// mountSmall makes a folder on a disk of so many kilobytes.
func mountSmall(ts *testscript.TestScript, _ bool, args []string) {
	mount(ts, args[0], 0, "size="+args[1]+"k")
}

func mount(ts *testscript.TestScript, name string, flags uintptr, data string) {
	dir := ts.MkAbs(name)
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(syscall.Mount("tmpfs", dir, "tmpfs", flags, data))
	ts.Defer(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// canMount reports whether this process may mount a test disk.
func canMount(t *testing.T) bool {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Logf("cannot mount a test disk here (%v): full and read-only disks are not tried", err)
		return false
	}
	return syscall.Unmount(dir, 0) == nil
}

// appendFile adds one file to another: append FILE MORE
func appendFile(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteString(ts.ReadFile(args[1]))
	ts.Check(err)
}

// binaryFile writes bytes that are no text: binary FILE
func binaryFile(ts *testscript.TestScript, _ bool, args []string) {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	for i := range 4000 {
		b = append(b, byte(i*i), 0)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

// serveBeside runs `antojo serve` on a port while the script goes on, and waits
// until it is ready: serve ADDRESS
func serveBeside(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command("antojo", "serve", "--listen", args[0])
	cmd.Path = ts.Getenv("PATH")
	for _, dir := range strings.Split(ts.Getenv("PATH"), ":") {
		if p := dir + "/antojo"; func() bool { _, err := os.Stat(p); return err == nil }() {
			cmd.Path = p
			break
		}
	}
	cmd.Dir = ts.Getenv("WORK")
	for _, name := range []string{"PATH", "ANTOJO_DATA", "ANTOJO_ONNXRUNTIME", "HOME", "TMPDIR", "GOCOVERDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	out, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready in") {
			go func() { // keep the pipe empty
				for lines.Scan() {
				}
			}()
			return
		}
		ts.Logf("serve: %s", lines.Text())
	}
	ts.Fatalf("the server ended before it was ready")
}
