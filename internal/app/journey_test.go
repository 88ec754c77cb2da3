package app_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium returns the browser to drive, or skips: setting up (make test)
// installs Debian's package where it can.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	t.Skip("no Chromium on this machine: apt-get install chromium")
	return ""
}

// browser starts a headless Chromium that may reach only loopback, and collects
// what a visitor must never cause: console errors, exceptions, foreign requests.
func browser(t *testing.T, width, height int) (ctx context.Context, complaints func() []string) {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(width, height), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true))
	alloc, cancelAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	ctx, cancelTime := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(func() { cancelTime(); cancel(); cancelAlloc() })
	found := make(chan string, 1000)
	chromedp.ListenTarget(ctx, func(ev any) {
		say := func(format string, a ...any) {
			select {
			case found <- fmt.Sprintf(format, a...):
			default:
			}
		}
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			say("exception: %s", ev.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.LevelError || ev.Entry.Level == log.LevelWarning {
				say("%s: %s %s", ev.Entry.Level, ev.Entry.Text, ev.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if u := ev.Request.URL; !strings.HasPrefix(u, "http://127.0.0.1:") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
				say("request leaves the host: %s", u)
			}
		}
	})
	if err := chromedp.Run(ctx, log.Enable(), network.Enable()); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx, func() []string {
		var all []string
		for {
			select {
			case s := <-found:
				all = append(all, s)
			default:
				return all
			}
		}
	}
}

// binary is the built program; make check builds it first.
func binary(t *testing.T) string {
	t.Helper()
	p, err := filepath.Abs("../../bin/antojo")
	if err == nil {
		_, err = os.Stat(p)
	}
	if err != nil {
		t.Fatalf("bin/antojo is missing: run make build")
	}
	return p
}

// startServer runs `antojo ARGS… --listen` on a free port and waits until it is healthy.
func startServer(t *testing.T, args ...string) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(binary(t), append(args, "--listen", addr)...)
	out := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			_ = cmd.Process.Kill()
			t.Error("the server did not stop within 20 s of an interrupt")
		}
		if t.Failed() {
			t.Logf("server said:\n%s", out)
		}
	})
	for range 1200 {
		select {
		case err := <-done:
			done <- err
			t.Fatalf("the server ended: %v\n%s", err, out)
		default:
		}
		if res, err := http.Get("http://" + addr + "/healthz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return "http://" + addr
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server was not healthy within a minute")
	return ""
}
