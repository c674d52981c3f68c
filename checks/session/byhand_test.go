package session_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks/session/byhand"
)

// typedIn is what a window shows in which the lines of the collection are pasted: each
// behind its prompt, and what it printed, by real bash over a case's log.
func typedIn(t *testing.T, bash string, step byhand.Step, log, file string) string {
	t.Helper()
	var shown strings.Builder
	run := ""
	for _, line := range step.Lines {
		if line == "vshell" {
			shown.WriteString("vmanage# vshell\n")
			continue
		}
		fmt.Fprintf(&shown, "host:~$ %s\n", line)
		run += strings.ReplaceAll(strings.ReplaceAll(line, log, file), "sudo ", "") + "\n"
	}
	out, err := exec.CommandContext(t.Context(), bash, "--norc", "--noprofile", "-c", run).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v: %.200s", file, err, out)
	}
	shown.Write(out)
	if rows := bytes.Count(out, []byte("\n")); rows > 1000 {
		t.Errorf("%s: %d rows", file, rows)
	}
	return shown.String() + "host:~$ \n"
}

// What the collection by hand prints holds no secret of any case, and the one file
// with both windows in it gives the verdict that the logs give, pasted twice too.
func TestByHandGivesTheVerdict(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	steps := byhand.Steps()
	windows := map[string]struct {
		log  string
		step byhand.Step
	}{
		"vmanage-server.log": {"/var/log/nms/vmanage-server.log", steps[0]},
		"messages":           {"/var/log/messages", steps[1]},
	}
	ran := 0
	for _, path := range allCases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		if s := os.Getenv("SYNCSCOPE_CASE"); s != "" && !strings.Contains(dir, s) {
			continue
		}
		one, given, others := "", []string{}, []string{}
		for _, in := range inputs(t, dir) {
			w, is := windows[filepath.Base(in)]
			if !is {
				if filepath.Base(in) != "check-api-toolkit.txt" { // a list in clear tells nothing of a masked client ID
					others = append(others, in)
				}
				continue
			}
			shown := typedIn(t, bash, w.step, w.log, in)
			wrapped := strings.Contains(dir, "wrapped") // as a terminal copied it: no host has it so
			if found := leaks(shown, tr.Secrets); len(found) > 0 && !wrapped {
				t.Errorf("%s: %d secrets are printed: %q", in, len(found), found)
			}
			one += shown
			given = append(given, in)
			ran++
		}
		if len(given) == 0 || strings.Contains(dir, "wrapped") {
			continue
		}
		file := filepath.Join(t.TempDir(), "collected.txt")
		a, err := verdictOf(t, append(given, others...))
		for _, times := range []int{1, 2} {
			if err := os.WriteFile(file, []byte(strings.Repeat(one, times)), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err2 := verdictOf(t, append([]string{file}, others...))
			if err != nil || err2 != nil {
				if (err == nil) != (err2 == nil) {
					t.Errorf("%s: %v, %v", dir, err, err2)
				}
				continue
			}
			if answer(a) != answer(b) {
				t.Errorf("%s: the logs give %s, what was pasted %d times %s", dir, answer(a), times, answer(b))
			}
		}
	}
	if ran < 50 {
		t.Errorf("%d logs", ran)
	}
}

// Each line may be pasted: a terminal hands on 4,095 bytes of a row. All of them
// stand in what is printed, at the left edge.
func TestByHandLinesCanBePasted(t *testing.T) {
	var out strings.Builder
	if err := byhand.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, step := range byhand.Steps() {
		for _, line := range step.Lines {
			if !strings.Contains(out.String(), "\n"+line+"\n") {
				t.Errorf("%.60s is not printed", line)
			}
			for row := range strings.Lines(line) {
				if len(row) > 4000 {
					t.Errorf("%d bytes: %.60s", len(row), row)
				}
			}
		}
	}
}
