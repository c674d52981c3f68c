package offline_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/.ci/sessionlog"
	"syncscope/capture/redact"
	"syncscope/checks/report"
	"syncscope/checks/rule"
	"syncscope/checks/session/offline"
)

// sessionBegin is when the sessions of these tests begin.
var sessionBegin = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// session are the lines of both logs of so many sign-ins; the SSM's clock is ahead.
func session(signIns int, ahead time.Duration) (manager, ssm []string) {
	pace := sessionlog.Pace{SignIn: 30 * time.Second, Health: 20 * time.Second, Quiet: 10 * time.Second, Other: 70 * time.Second}
	take := func(from sessionlog.Host, to *[]string) func(sessionlog.Host, []byte) {
		return func(h sessionlog.Host, line []byte) {
			if h == from {
				*to = append(*to, string(line))
			}
		}
	}
	lasts := time.Duration(signIns) * pace.SignIn
	sessionlog.Start(1, sessionBegin, pace, take(sessionlog.Manager, &manager)).Until(sessionBegin.Add(lasts))
	there := sessionBegin.Add(ahead)
	sessionlog.Start(1, there, pace, take(sessionlog.SSM, &ssm)).Until(there.Add(lasts))
	return manager, ssm
}

// files are the files of a case by name.
type files map[string][]string

func (f files) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, lines := range f {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// half is one half of a list.
func half(lines []string, second bool) []string {
	if second {
		return lines[len(lines)/2:]
	}
	return lines[:len(lines)/2]
}

// analysed is what an analysis on one of the two paths writes; between is done
// between its two readings.
func analysed(t *testing.T, paths []string, reference bool, between func()) string {
	t.Helper()
	o := testOptions(t)
	rules := o.Rules
	o.Gate, o.Reference = redact.NewWithKey([]byte("test")), reference
	o.Late = func() ([]rule.Rule, error) {
		between()
		return rules, nil
	}
	r, err := offline.Analyze(t.Context(), paths, o)
	if err != nil {
		return err.Error()
	}
	var out bytes.Buffer
	if err := report.JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Logs that are read in step give the report of logs that are read one by one,
// however their times lie to each other.
func TestInStepIsTheReference(t *testing.T) {
	defer offline.SetInStep(64<<10, 16<<10)()
	manager, ssm := session(700, 0)
	_, ahead := session(700, 5*time.Hour)
	_, behind := session(700, -3*time.Hour)
	long, longSSM := session(2_500, 0)
	last := len(manager) - 40
	for name, one := range map[string]files{
		"as they are":      {"vmanage-server.log": manager, "messages": ssm},
		"long":             {"vmanage-server.log": long, "messages": longSSM},
		"rotated":          {"vmanage-server.log.1": half(manager, false), "vmanage-server.log": half(manager, true), "messages-1": half(ssm, false), "messages": half(ssm, true)},
		"a short part":     {"vmanage-server.log.1": manager[:last], "vmanage-server.log": manager[last:], "messages": ssm},
		"the SSM begins":   {"vmanage-server.log": manager, "messages": half(ssm, true)},
		"the SSM ends":     {"vmanage-server.log": manager, "messages": half(ssm, false)},
		"Manager begins":   {"vmanage-server.log": half(manager, true), "messages": ssm},
		"one after other":  {"vmanage-server.log": half(manager, false), "messages": half(ssm, true)},
		"clock is ahead":   {"vmanage-server.log": manager, "messages": ahead},
		"clock is behind":  {"vmanage-server.log": manager, "messages": behind},
		"with other files": {"vmanage-server.log": manager, "messages": ssm, "note.txt": {"Dear all,\n"}, "empty.log": nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := one.write(t)
			fast, plain := analysed(t, []string{dir}, false, func() {}), analysed(t, []string{dir}, true, func() {})
			if fast != plain {
				t.Errorf("another report: %s", firstDifference([]byte(fast), []byte(plain)))
			}
		})
	}
}

// A file that is gone or cut when it is read again is told of as on the
// reference path, and the others are read.
func TestInStepFilesChange(t *testing.T) {
	defer offline.SetInStep(64<<10, 16<<10)()
	manager, ssm := session(300, 0)
	for name, change := range map[string]func(path string) error{
		"gone":  os.Remove,
		"empty": func(path string) error { return os.Truncate(path, 0) },
		"cut":   func(path string) error { return os.Truncate(path, 90_000) },
	} {
		for _, which := range []string{"vmanage-server.log", "messages"} {
			t.Run(name+" "+which, func(t *testing.T) {
				var out []string
				for _, reference := range []bool{false, true} {
					dir := files{"vmanage-server.log": manager, "messages": ssm}.write(t)
					t.Chdir(dir)
					out = append(out, analysed(t, []string{"vmanage-server.log", "messages"}, reference, func() {
						if err := change(which); err != nil {
							t.Error(err)
						}
					}))
				}
				if out[0] != out[1] {
					t.Errorf("another report: %s", firstDifference([]byte(out[0]), []byte(out[1])))
				}
			})
		}
	}
}
