package ssh_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// A command that is broken off has no answer: what came of it by then is not its
// output, whatever the host says of its end. Else a process is taken for gone whose
// second line was still to come.
func TestBrokenOffIsNoAnswer(t *testing.T) {
	dir := t.TempDir()
	slow := filepath.Join(dir, "cat")
	write(t, slow, "#!/bin/sh\nsleep 0.3\nexec /bin/cat \"$@\"\n")
	must(t, os.Chmod(slow, 0o755))
	c := startRig(t, "SetEnv PATH="+dir+":/usr/bin:/bin").dial(t)
	self, err := command.ParsePID(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	tries := 0
	for after := 100 * time.Millisecond; tries < 3; after += 200 * time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		res, err := shell.Open(c).Run(ctx, command.Process(self))
		cancel()
		if err == nil {
			out, err := io.ReadAll(res.Reader())
			if lines := strings.Count(string(out), "\n"); err != nil || lines != 3 {
				t.Errorf("after %v it gives %d lines: %q, %v", after, lines, out, err)
			}
			break
		}
		if tries++; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("broken off after %v: %v", after, err)
		}
	}
	if tries == 0 {
		t.Error("none was broken off: the test shows nothing")
	}
}
