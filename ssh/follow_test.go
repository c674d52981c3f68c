package ssh_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"syncscope/ssh/follow"
	"syncscope/ssh/shell"
)

// piped is a sink whose lines can be read.
type piped struct{ *io.PipeWriter }

func (p piped) Lines(b []byte) error { _, err := p.Write(b); return err }
func (p piped) Gap(g follow.Gap)     { _, _ = io.WriteString(p, "GAP "+g.Why.String()+"\n") }
func (piped) Full(bool)              {}
func (piped) Alive()                 {}

// following reads a followed log; the test's end ends it.
func following(t *testing.T, log *follow.Log) io.ReadCloser {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	var wg sync.WaitGroup
	wg.Go(func() { w.CloseWithError(log.Follow(ctx, piped{w})) })
	t.Cleanup(func() { cancel(); r.Close(); wg.Wait() })
	return r
}

// kept is a sink that keeps all.
type kept struct {
	mu    sync.Mutex
	lines bytes.Buffer
	gaps  []follow.Gap
	alive chan struct{}
	once  sync.Once
}

func newKept() *kept { return &kept{alive: make(chan struct{})} }

func (k *kept) Lines(b []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lines.Write(b)
	return nil
}

func (k *kept) Gap(g follow.Gap) { k.mu.Lock(); k.gaps = append(k.gaps, g); k.mu.Unlock() }
func (*kept) Full(bool)          {}
func (k *kept) Alive()           { k.once.Do(func() { close(k.alive) }) }

func (k *kept) text() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lines.String()
}

func (k *kept) wait(t *testing.T, ok func(string) bool, limit time.Duration) string {
	t.Helper()
	end := time.Now().Add(limit)
	for {
		s := k.text()
		if ok(s) {
			return s
		}
		if time.Now().After(end) {
			t.Fatalf("not within %v: %d bytes, ends in %q", limit, len(s), s[max(0, len(s)-200):])
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// quick keeps time as a test wants it.
var quick = follow.Timing{Tick: 200 * time.Millisecond, Beat: 500 * time.Millisecond, Silence: 3 * time.Second, Dead: 2 * time.Second}

func appendTo(t *testing.T, path, s string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(s); err != nil {
		t.Fatal(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Every way that a log is rotated, seen live: nothing is lost or doubled.
func TestFollowRotations(t *testing.T) {
	for name, rotate := range map[string]func(t *testing.T, f string){
		"rename and create": func(t *testing.T, f string) {
			must(t, os.Rename(f, f+".1"))
			appendTo(t, f+".1", "late ")
			appendTo(t, f+".1", "writer\n")
			time.Sleep(300 * time.Millisecond)
			appendTo(t, f, "")
			appendTo(t, f+".1", "later writer\n")
		},
		"copy and truncate": func(t *testing.T, f string) {
			b, err := os.ReadFile(f)
			must(t, err)
			must(t, os.WriteFile(f+".1", append(b, "torn "...), 0o644))
			must(t, os.Truncate(f, 0))
			appendTo(t, f, "line\n")
		},
		"two in one tick": func(t *testing.T, f string) {
			must(t, os.Rename(f, f+"-20261124"))
			appendTo(t, f, "between\n")
			time.Sleep(10 * time.Millisecond)
			must(t, os.Rename(f, f+"-20261125"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startRig(t, "")
			file := filepath.Join(logDir(t), "messages")
			appendTo(t, file, "old 1\nold 2\n")
			log := srv.open(t, shell.Open(srv.dial(t)), file)
			k := newKept()
			var wg sync.WaitGroup
			ctx, cancel := context.WithCancel(t.Context())
			defer wg.Wait()
			defer cancel()
			wg.Go(func() { log.Follow(ctx, k) })
			appendTo(t, file, "one\n")
			k.wait(t, func(s string) bool { return s == "one\n" }, 10*time.Second)
			rotate(t, file)
			appendTo(t, file, "two\n")
			k.wait(t, func(s string) bool { return strings.HasSuffix(s, "two\n") }, 10*time.Second)
			appendTo(t, file, "three\n")
			s := k.wait(t, func(s string) bool { return strings.HasSuffix(s, "three\n") }, 10*time.Second)
			want := map[string]string{
				"rename and create": "one\nlate writer\nlater writer\ntwo\nthree\n",
				"copy and truncate": "one\ntorn line\ntwo\nthree\n",
				"two in one tick":   "one\nbetween\ntwo\nthree\n",
			}[name]
			if s != want || len(k.gaps) != 0 {
				t.Errorf("%q, gaps %v", s, k.gaps)
			}
		})
	}
}
