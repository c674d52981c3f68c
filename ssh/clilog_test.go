package ssh_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
)

// Where the command line alone can be had, what is new in the log is found by
// the lines that came last.
func TestTheLogOnTheCommandLine(t *testing.T) {
	l, cli := managerCLI(t, lab.Options{Scenario: "ok", Past: time.Minute, Manner: lab.Manner{NoVShell: true, CLILog: true}})
	log := follow.OpenCLILog(cli)
	log.Tick = 50 * time.Millisecond
	r, whole, err := log.Backlog(t.Context(), 0)
	must(t, err)
	past, err := io.ReadAll(r)
	if err != nil || !whole || strings.Count(string(past), "\n") < 5 {
		t.Fatalf("%d bytes, %v", len(past), err)
	}
	k := newKept()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- log.Follow(ctx, k) }()
	defer func() { cancel(); <-done }()
	var want strings.Builder
	for i := range 500 { // more than are kept, with repeats
		line := fmt.Sprintf("24-Nov-2026 11:00:00,000 UTC INFO line %d", i/3)
		l.AppendManager(line)
		want.WriteString(line + "\n")
	}
	l.AppendManager("the end")
	want.WriteString("the end\n")
	got := k.wait(t, func(s string) bool { return strings.HasSuffix(s, "the end\n") }, 20*time.Second)
	if got != want.String() || len(k.gaps) != 0 {
		t.Errorf("%d bytes of %d, gaps %v", len(got), want.Len(), k.gaps)
	}
}
