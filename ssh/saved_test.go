package ssh_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// A place outlives us: the next run knows how much it missed, or that the log
// is another. Nothing of the log's content is kept.
func TestThePlaceIsKept(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	cfg.Prompter = &prompter{password: l.SSM().Password}
	c, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
	must(t, err)
	defer c.Close()
	log, err := follow.OpenLog(t.Context(), shell.Open(c), command.SSMMessages)
	must(t, err)
	k := newKept()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { log.Follow(ctx, k) })
	l.AppendSSM("the last line that was seen, with password=hunter2222")
	k.wait(t, func(s string) bool { return strings.HasSuffix(s, "hunter2222\n") }, 10*time.Second)
	cancel()
	wg.Wait()
	dir := filepath.Join(t.TempDir(), "places")
	must(t, log.Save(dir))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	st, err := os.Stat(files[0])
	must(t, err)
	b, err := os.ReadFile(files[0])
	must(t, err)
	if st.Mode().Perm() != 0o600 || strings.Contains(string(b), "hunter") || strings.Contains(string(b), "seen") {
		t.Errorf("%v %s", st.Mode(), b)
	}
	l.AppendSSM("missed")
	next, err := follow.OpenLog(t.Context(), shell.Open(c), command.SSMMessages)
	must(t, err)
	was, ok := next.Load(dir)
	n, found, err := next.Missed(t.Context(), was)
	if !ok || !found || err != nil || n != int64(len("missed\n")) {
		t.Errorf("%+v, %v: %d bytes, found %v, %v", was, ok, n, found, err)
	}
	was.Offset -= 3 // as in another file
	if _, found, _ := next.Missed(t.Context(), was); found {
		t.Error("a place is found that is not there")
	}
	must(t, os.WriteFile(files[0], []byte(`{"offset":-1}`), 0o600))
	if _, ok := next.Load(dir); ok {
		t.Error("a broken file is taken")
	}
}
