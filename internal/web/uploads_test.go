package web

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestUploadsWait(t *testing.T) {
	now := time.Unix(1e9, 0)
	dir := t.TempDir()
	u := newUploads(func() time.Time { return now }, dir)
	stage := func(name string) string {
		t.Helper()
		token, _, err := u.stage(name, strings.NewReader("text of "+name), ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	a := stage("a")
	s, ok := u.take(a)
	if !ok {
		t.Fatal("a staged file is not there")
	}
	b, err := io.ReadAll(s.asFile().Reader())
	if string(b) != "text of a" || err != nil {
		t.Errorf("the file holds %q, %v", b, err)
	}
	s.close()
	if _, ok := u.take(a); ok {
		t.Error("a file was taken twice")
	}

	old := stage("old")
	now = now.Add(stagedAge)
	if _, ok := u.take(old); ok {
		t.Error("a file is kept beyond its time")
	}

	var tokens []string
	for i := range maxStaged + 1 {
		tokens = append(tokens, stage(string(rune('a'+i))))
		now = now.Add(time.Second)
	}
	if _, ok := u.take(tokens[0]); ok {
		t.Errorf("more than %d files wait", maxStaged)
	}
	if s, ok := u.take(tokens[maxStaged]); !ok {
		t.Error("the newest file was dropped")
	} else {
		s.close()
	}
	u.close()
	if len(u.staged) != 0 {
		t.Errorf("%d files wait after the end", len(u.staged))
	}

	boom := errors.New("the line broke")
	if _, _, err := u.stage("x", iotest.ErrReader(boom), ImportOptions{}); !errors.Is(err, boom) {
		t.Errorf("a broken upload: %v", err)
	}
	if ents, err := os.ReadDir(dir); err != nil || len(ents) > 0 {
		t.Errorf("files are left behind: %v %v", ents, err)
	}
	if _, _, err := newUploads(time.Now, dir+"/nowhere").stage("x", strings.NewReader(""), ImportOptions{}); err == nil {
		t.Error("a missing folder is not reported")
	}
}

func TestJobsKept(t *testing.T) {
	u := newUploads(time.Now, "")
	first, _ := u.start("a")
	for range maxJobs {
		u.start("b")
	}
	if _, ok := u.job(first); ok || len(u.jobs) != maxJobs {
		t.Errorf("%d jobs are kept, at most %d", len(u.jobs), maxJobs)
	}
}
