package ssh_test

import (
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/shell"
)

const (
	quietLine = "Nov 24 11:00:00 SSM chronyd[7]: nothing of the kind\n"
	tokenLine = "Nov 24 10:00:00 SSM 0123456789ab: 10.0.0.9 - - [24/Nov/2026:10:00:00 +0000] \"POST /backend/oauth/token?grant_type=password&username=svc HTTP/1.1\" %d 121 \"-\" \"x\"\n"
)

// A search on a real host finds the last attempt and the last success in the log's
// own beginning, in a rotated file and in a packed one; nothing comes twice, nothing
// of what was read already, and each file no longer than it takes.
func TestSearchOnARealHost(t *testing.T) {
	srv := startRig(t, "")
	dir := logDir(t)
	file := filepath.Join(dir, "messages")
	sh := shell.Open(srv.dial(t))
	many := strings.Repeat(quietLine, 20_000)
	search := func() follow.Found {
		t.Helper()
		log := srv.open(t, sh, file)
		if _, _, err := log.Backlog(t.Context(), 100_000); err != nil {
			t.Fatal(err)
		}
		found, err := log.Search(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	has := func(f follow.Found, status int) int {
		return strings.Count(string(f.Text), fmt.Sprintf(tokenLine, status))
	}

	appendTo(t, file, many)
	if f := search(); f.Attempt || len(f.Files) != 1 || strings.Contains(string(f.Text), "token") {
		t.Errorf("nothing: %v, attempt %v", f.Files, f.Attempt)
	}
	packed, err := os.Create(filepath.Join(dir, "messages-20261101.gz"))
	must(t, err)
	z := gzip.NewWriter(packed)
	_, err = z.Write([]byte(many + fmt.Sprintf(tokenLine, 200) + many))
	must(t, err)
	must(t, z.Close())
	must(t, packed.Close())
	if f := search(); !f.Attempt || len(f.Files) != 2 || has(f, 200) != 1 {
		t.Errorf("packed: %v, attempt %v, %d", f.Files, f.Attempt, has(f, 200))
	}
	appendTo(t, filepath.Join(dir, "messages.1"), many+fmt.Sprintf(tokenLine, 403)+many)
	if f := search(); !f.Attempt || len(f.Files) != 3 || has(f, 403) != 1 || has(f, 200) != 1 || strings.Index(string(f.Text), " 403 ") < strings.Index(string(f.Text), " 200 ") {
		t.Errorf("both: %v, %d failures, %d successes", f.Files, has(f, 403), has(f, 200))
	}
	must(t, os.WriteFile(file, []byte(fmt.Sprintf(tokenLine, 200)+fmt.Sprintf(tokenLine, 401)+many+fmt.Sprintf(tokenLine, 500)), 0o600))
	if f := search(); len(f.Files) != 1 || has(f, 401) != 1 || has(f, 200) != 1 || has(f, 500) != 0 {
		t.Errorf("in the log itself: %v, %d failures, %d that were read before", f.Files, has(f, 401), has(f, 500))
	}
}

// The search runs in each shell and with each set of tools that a host may have, and
// brings the same.
func TestSearchInOtherShells(t *testing.T) {
	bash := tool(t, "bash")
	dir := t.TempDir()
	file := filepath.Join(dir, "messages")
	write(t, file, strings.Repeat(quietLine, 5000))
	write(t, file+".1", fmt.Sprintf(tokenLine, 200)+strings.Repeat(quietLine, 5000)+fmt.Sprintf(tokenLine, 403)+strings.Repeat(quietLine, 5000))
	runTool(t, tool(t, "gzip"), file+".1")
	line := strings.ReplaceAll(command.LogSearch(command.SSMMessages, 1<<30).Line(), command.SSMMessages.String(), file)
	want, err := exec.Command(bash, "-c", line).Output()
	if err != nil || strings.Count(string(want), " 403 ") == 0 || strings.Count(string(want), "token") == 0 {
		t.Fatalf("%q, %v", want, err)
	}
	for _, other := range []string{"dash", "busybox"} {
		path, err := exec.LookPath(other)
		if err != nil {
			t.Logf("%s is not here", other)
			continue
		}
		if other == "busybox" { // each program of it
			tools := t.TempDir()
			for _, name := range []string{"sh", "timeout", "nice", "date", "ls", "head", "tail", "grep", "zcat", "cat", "awk"} {
				must(t, os.Symlink(path, filepath.Join(tools, name)))
			}
			line = "PATH=" + tools + "; " + line
			path = filepath.Join(tools, "sh")
		}
		got, err := exec.Command(path, "-c", line).Output()
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %v, %d bytes, want %d", other, err, len(got), len(want))
		}
	}
}

// Where more lines of a class stand there than may come, a line that only shows that
// the log was looked at shows that no more, before them.
func TestSearchShowsNoMoreThanItLookedAt(t *testing.T) {
	var out strings.Builder
	out.WriteString("= /var/log/messages\n+ 1\n")
	for i := range command.Searched[1].Lines {
		fmt.Fprintf(&out, "%d:%s", 1000+i, quietLine)
	}
	out.WriteString("+ t\n500:early\n2000:late\n")
	f, err := follow.ParseFound(strings.NewReader(out.String()))
	if err != nil || strings.Contains(string(f.Text), "early") || !strings.Contains(string(f.Text), "late") || f.Attempt {
		t.Errorf("%v, %v", f.Attempt, err)
	}
	for _, bad := range []string{"", "12:a line\n", "-bash: nice: command not found\n"} {
		if _, err := follow.ParseFound(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken for an answer", bad)
		}
	}
}
