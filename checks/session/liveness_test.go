package session_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/.ci/sessionlog"
	"syncscope/checks"
	"syncscope/checks/session/offline"
)

// told is what a diagnosis says of its attempts, in a form that can be compared:
// how each ended and by what, and which lines it is made of.
func toldOf(d checks.Diagnosis) (out []string) {
	out = append(out, fmt.Sprintf("earlier %d, failed %d, %v", d.Earlier.Attempts, d.Earlier.Failed, d.Earlier.ByCause))
	for _, a := range d.Attempts {
		line := fmt.Sprintf("%d %s %s %s %s", a.Number, a.Start.Text, a.Outcome, a.RootCause, a.User)
		for _, m := range a.Members.Manager {
			line += fmt.Sprintf(" m%d", m.Line)
		}
		for _, m := range a.Members.SignIn {
			line += fmt.Sprintf(" s%d", m.Line)
		}
		out = append(out, line)
	}
	for _, f := range d.Findings {
		if f.ID == "other-client" {
			out = append(out, f.Evidence[0].Says)
		}
	}
	return out
}

// The attempts of a session that is followed are those of its saved logs: what
// is judged as it comes, settled and counted, is judged as it is when all of it
// is read at once.
func TestWhatIsFollowedIsWhatIsRead(t *testing.T) {
	for name, pace := range map[string]sessionlog.Pace{
		"few attempts":          {Quiet: time.Second, SignIn: 5 * time.Minute, Health: 7 * time.Second, Other: 13 * time.Minute},
		"more than are told of": {Quiet: 20 * time.Second, SignIn: 7 * time.Second, Health: 41 * time.Second, Other: 19 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			var saved [2][]byte
			s := simulate(t, pace)
			follow := s.logs
			s.Session = sessionlog.Start(1, s.Now(), pace, func(h sessionlog.Host, line []byte) {
				saved[h] = append(saved[h], line...)
				_, _ = follow[h].Write(line) // it never fails
			})
			for _, log := range follow {
				log.SetArrival(s.Now)
			}
			for end := s.Now().Add(45 * time.Minute); s.Now().Before(end); {
				s.Until(s.Now().Add(9 * time.Second))
				s.engine.Diagnose()
			}
			live := toldOf(s.engine.Diagnose())
			dir := t.TempDir()
			for h, file := range []string{sessionlog.Manager: "vmanage-server.log", sessionlog.SSM: "messages"} {
				if err := os.WriteFile(filepath.Join(dir, file), saved[h], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r, err := offline.Analyze(t.Context(), []string{dir}, options(t))
			if err != nil {
				t.Fatal(err)
			}
			read := toldOf(r.Diagnosis)
			if last := read[len(read)-1]; !strings.Contains(last, "198.51.100.9 (python-requests/2.31.0) is refused") {
				t.Errorf("the other client is told of as %q", last)
			}
			if len(live) != len(read) {
				t.Fatalf("followed: %d attempts, %s; read: %d, %s", len(live)-1, live[0], len(read)-1, read[0])
			}
			for i := range live {
				if live[i] != read[i] {
					t.Fatalf("followed: %s\nread:     %s", live[i], read[i])
				}
			}
		})
	}
}

// Every attempt of a long log is counted with its cause, whichever log is given
// first, and on the path that exists for no speed.
func TestEarlierCountsThemAll(t *testing.T) {
	const n = 2_500
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "vmanage-server.log"), filepath.Join(dir, "messages")}
	var text [2]bytes.Buffer
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	sessionlog.Start(1, begin, sessionlog.Pace{SignIn: 20 * time.Second, Quiet: time.Minute}, func(h sessionlog.Host, line []byte) {
		text[h].Write(line)
	}).Until(begin.Add(n * 20 * time.Second))
	for h := range text {
		if err := os.WriteFile(paths[h], text[h].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, given := range map[string][]string{"the Manager's first": paths, "the SSM's first": {paths[1], paths[0]}, "the reference": paths} {
		o := options(t)
		o.Reference = name == "the reference"
		r, err := offline.Analyze(t.Context(), given, o)
		if err != nil {
			t.Fatal(err)
		}
		d := r.Diagnosis
		if e := d.Earlier; e.Attempts+len(d.Attempts) != n || e.Failed != e.Attempts || e.ByCause["grant-not-found"] != e.Attempts {
			t.Errorf("%s: %d attempts are listed; earlier %+v", name, len(d.Attempts), e)
		}
		if a := d.Attempts[0]; a.Number != d.Earlier.Attempts+1 || len(a.Members.SignIn) != 2 {
			t.Errorf("%s: the first that is listed is number %d, made of %v", name, a.Number, a.Members)
		}
	}
}
