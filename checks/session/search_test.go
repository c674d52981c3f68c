package session_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/session/offline"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
)

// ownLogs are how a host's log is called, how its lines begin, and a line of others.
var ownLogs = map[string]struct {
	begin *regexp.Regexp
	other string
}{
	"messages":           {regexp.MustCompile(`^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ `), "systemd[1]: Started Session 4711 of user root, as on each of the other days of this long year."},
	"vmanage-server.log": {regexp.MustCompile(`^\d\d-[A-Z][a-z]+-\d{4} [\d:]+,\d{3} \S+ `), "INFO [catalyst-mgr1] [DeviceStatsManager] (Thread-79) |default| Stats collection cycle completed for 38 devices in 980 ms"},
}

// dense is a log in which others write n lines behind each of its lines, and
// before the first and after the last.
func dense(log []byte, begin *regexp.Regexp, other string, n int) (all []byte, last string) {
	const around = 1500
	line := func(b []byte) []byte { return append(append(bytes.Clone(b), other...), '\n') }
	var out []byte
	var at []byte
	for l := range bytes.Lines(log) {
		if head := begin.Find(l); head != nil {
			if at == nil {
				out = append(out, bytes.Repeat(line(head), around)...)
			} else {
				out = append(out, bytes.Repeat(line(at), n)...) // behind a whole entry
			}
			at = head
		}
		out = append(out, l...)
	}
	if at != nil {
		out = append(bytes.TrimRight(out, "\n"), '\n')
		out = append(out, bytes.Repeat(line(at), around)...)
	}
	return out, string(at)
}

// searchIn runs the search as it stands, by a shell of this machine.
func searchIn(ctx context.Context, shell []string, file string, size int64) (follow.Found, error) {
	line := strings.ReplaceAll(command.LogSearch(command.SSMMessages, size).Line(), command.SSMMessages.String(), file)
	out, err := exec.CommandContext(ctx, shell[0], append(shell[1:], line)...).Output()
	if err != nil {
		return follow.Found{}, err
	}
	return follow.ParseFound(bytes.NewReader(out))
}

// What a search finds in a rotated log between thousands of lines of others gives
// the verdict that the whole logs give.
func TestSearchGivesTheVerdictOfTheWholeLog(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash")
	}
	ran := 0
	for _, path := range allCases(t) {
		dir := filepath.Dir(path)
		if s := os.Getenv("SYNCSCOPE_CASE"); s != "" && !strings.Contains(dir, s) {
			continue
		}
		var whole, found []string
		out := t.TempDir()
		for _, in := range inputs(t, dir) {
			own, is := ownLogs[filepath.Base(in)]
			text, err := os.ReadFile(in)
			if err != nil {
				t.Fatal(err)
			}
			var all []byte
			var last string
			if is {
				all, last = dense(text, own.begin, own.other, 12)
			}
			if last == "" {
				whole, found = append(whole, in), append(found, in)
				continue
			}
			file := filepath.Join(out, filepath.Base(in))
			end := bytes.Repeat([]byte(last+own.other+"\n"), 1000)
			write := func(name string, data []byte) {
				if err := os.WriteFile(name, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(file, end)
			write(file+".1", all)
			got, err := searchIn(t.Context(), []string{"bash", "-c"}, file, 0)
			if err != nil {
				t.Fatalf("%s: %v", in, err)
			}
			if len(got.Text) > len(all)/2 && len(all) > 1<<20 || len(got.Text) > 300<<10 {
				t.Errorf("%s: %d of %d bytes came", in, len(got.Text), len(all))
			}
			write(file+"-whole", append(all, end...))
			write(file+"-found", append(got.Text, end...))
			whole, found = append(whole, file+"-whole"), append(found, file+"-found")
			ran++
		}
		a, err := verdictOf(t, whole)
		b, err2 := verdictOf(t, found)
		if err != nil || err2 != nil {
			if (err == nil) != (err2 == nil) {
				t.Errorf("%s: %v, %v", dir, err, err2)
			}
			continue
		}
		if answer(a) != answer(b) || a.Turn().Who != b.Turn().Who {
			t.Errorf("%s: the whole logs give %s (%s), what was found %s (%s)", dir, answer(a), a.Turn().Who, answer(b), b.Turn().Who)
		} else if a.RootCause != nil && a.RootCause.Confidence != b.RootCause.Confidence {
			t.Errorf("%s: %s: the whole logs are %s of it, what was found %s", dir, answer(a), a.RootCause.Confidence, b.RootCause.Confidence)
		}
	}
	if ran < 50 {
		t.Errorf("%d logs", ran)
	}
}

func verdictOf(t *testing.T, paths []string) (checks.Diagnosis, error) {
	t.Helper()
	r, err := offline.Analyze(t.Context(), paths, options(t))
	return r.Diagnosis, err
}

// allCases are the truths of all cases.
func allCases(t *testing.T) (out []string) {
	t.Helper()
	for _, folder := range caseFolders {
		found, _ := filepath.Glob(filepath.Join("../../../shared", folder, "*", "truth.json")) // the pattern is well formed
		out = append(out, found...)
	}
	if len(out) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	return out
}
