package session_test

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/lab/testbed"
)

// account is what a run tells of the hosts when it is over.
func account(live *session.Live) (out string) {
	for _, line := range live.Account() {
		out += line.String() + "\n"
	}
	return out
}

// What cannot be looked at when we leave is not told as gone: why it could not be
// looked at, what ends it all the same, and what was seen to run on.
func TestRealHostsThatDoNotTell(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	state := tb.State()
	without := func(ssm bool) func() (func() error, error) {
		return func() (func() error, error) { return state.Without(ssm, "pgrep") }
	}
	const tcpdump = `; the Manager's own tcpdump has no watchdog: it ends with its login, or after [0-9]+ more packets$`
	for _, tt := range []struct {
		name, host, told string // told of the host: an expression
		deaf             bool   // its logins do not end with their connection
		before           func() (mend func() error, err error)
	}{
		{"no list of processes on the SSM", "sscadmin@" + testbed.SSMSSH, `^could not be checked: the host has no list of processes \(pgrep\)$`, false, without(true)},
		{"none on the Manager, and its connection is dead", "admin@" + testbed.ManagerSSH, `^could not be checked: the host has no list of processes \(pgrep\)` + tcpdump, false, func() (func() error, error) {
			if err := state.Silence(); err != nil {
				return nil, err
			}
			return without(false)()
		}},
		{"the Manager is away", "admin@" + testbed.ManagerSSH, `^the connection is gone, so it could not be checked that nothing runs; watchdogs end what is left within 35 s` + tcpdump, false, func() (func() error, error) { return state.Again, state.Away() }},
		{"its tcpdump does not end, nor do dead logins", "admin@" + testbed.ManagerSSH, `^STILL RUNS: a tcpdump of this session, in a login that was lost` + tcpdump, true, func() (func() error, error) { return state.Again, errors.Join(state.Silence(), state.Stops()) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.deaf {
				if err := state.Prints("hangup", "no"); err != nil {
					t.Fatal(err)
				}
			}
			w := watchAs(t, tb, func(cfg *session.Config) error { return session.Keep(cfg, filepath.Join(t.TempDir(), "state")) })
			mend, err := tt.before()
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			w.live.Close()
			took := time.Since(began)
			_, said, _ := strings.Cut(account(w.live), tt.host+": ")
			said, _, _ = strings.Cut(said, "\n")
			t.Logf("left after %.1f s: %s", took.Seconds(), said)
			if !regexp.MustCompile(tt.told).MatchString(said) || took > 20*time.Second {
				t.Errorf("after %v it tells %q", took, said)
			}
			if err := mend(); err != nil {
				t.Fatal(err)
			}
			if err := state.Prints("hangup", ""); err != nil {
				t.Fatal(err)
			}
			if err := state.Again(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// What cannot be looked for when we come, or not be ended, is told in the pane and
// hinders nothing; what nobody of us began is left alone.
func TestRealLeftoverThatStays(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	state := tb.State()
	ssm, manager := "sscadmin@"+testbed.SSMSSH, "admin@"+testbed.ManagerSSH
	gone := audit.Run{Mark: command.NewMark().String(), PID: 4194000, Ticks: 1, Boot: "of another boot"} // what it was has ended
	for _, tt := range []struct {
		name, host string
		before     func(mark string) (said string, mend func() error, err error) // said by a process of the mark; "": there is none
		sudo       bool
		stays      bool   // what has the mark
		row        string // of the pane
		account    string
	}{
		{"no list of processes", ssm, func(string) (string, func() error, error) {
			mend, err := state.Without(true, "pgrep")
			return "", mend, err
		}, false, false, "what an earlier session left cannot be looked for: the host has no list of processes (pgrep)", ssm + ": could not be checked: the host has no list of processes (pgrep)"},
		{"no shell on the Manager", manager, func(string) (string, func() error, error) {
			return "", func() error { return state.Prints("vshell", "") }, state.Prints("vshell", "syntax error: unknown command\n")
		}, false, false, "what an earlier session left cannot be looked for: " + manager + ":", manager + ": could not be checked: "},
		{"another session's, and ours has ended", ssm, func(mark string) (string, func() error, error) {
			_, err := state.Leave(mark)
			return "", func() error { return nil }, err
		}, false, true, "2 processes have syncscope's mark: left alone", "2 processes have syncscope's mark: another session's"},
		{"root's, and sudo does not go", ssm, func(mark string) (string, func() error, error) {
			said, err := state.LeaveRoots(mark)
			return said, func() error { return nil }, err
		}, true, true, "it could not be ended: " + ssm, ssm + ": STILL RUNS: " + testbed.SSMSSH + ":22: process"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mark := command.NewMark().String()
			said, mend, err := tt.before(mark)
			if err != nil {
				t.Fatal(err)
			}
			run := gone
			if said != "" {
				if run, err = audit.ParseRun(said); err != nil {
					t.Fatal(err)
				}
			}
			run.Sudo = tt.sudo
			who := &confirmer{answer: "yes"}
			live := loggedIn(t, tb, func(cfg *session.Config) error {
				cfg.SSH.Prompter = who
				if err := session.Keep(cfg, filepath.Join(t.TempDir(), "state")); err != nil {
					return err
				}
				user, addr, _ := strings.Cut(tt.host, "@")
				run.Host, run.User, run.HostKey = addr+":22", user, keyOf(t, tb, tt.host)
				return cfg.SSH.Journal.Begin(run)
			})
			live.Start(t.Context())
			w := &watched{t: t, tb: tb, live: live}
			w.marked(tt.row)
			w.until(20*time.Second, "the log is followed", func(u view.Update) bool { return followed(u, event.SSMMessages) })
			live.Close()
			if asked := len(who.asked) > 0; asked != (said != "") {
				t.Errorf("asked %q", who.asked)
			}
			if told := account(live); !strings.Contains(told, tt.account) {
				t.Errorf("%q is not in the account:\n%s", tt.account, told)
			}
			if err := mend(); err != nil {
				t.Fatal(err)
			}
			if tt.stays && !state.Runs(mark) {
				t.Error("it was ended")
			}
			if err := state.End(mark); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A run that is left before it has logged in to a host tells so, and a leftover's
// question is the screen's where nobody else is asked.
func TestRealLeftoverIsAskedOnTheScreen(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	if err := tb.State().Away(); err != nil {
		t.Fatal(err)
	}
	mark := command.NewMark().String()
	said, err := tb.State().Leave(mark)
	if err != nil {
		t.Fatal(err)
	}
	run, err := audit.ParseRun(said)
	if err != nil {
		t.Fatal(err)
	}
	run.Host, run.User, run.HostKey = testbed.SSMSSH+":22", "sscadmin", keyOf(t, tb, "sscadmin@"+testbed.SSMSSH)
	cfg := settings(t, tb)
	cfg.SSH.Prompter = nil
	if err := errors.Join(session.Keep(&cfg, filepath.Join(t.TempDir(), "state")), cfg.SSH.Journal.Begin(run)); err != nil {
		t.Fatal(err)
	}
	live := session.Open(cfg)
	t.Cleanup(live.Close)
	live.Start(t.Context())
	w := &watched{t: t, tb: tb, live: live}
	answered := 0
	w.until(20*time.Second, "what was left is asked for", func(u view.Update) bool {
		if p := u.Prompt; p != nil && p.ID != answered {
			answer, about := testbed.Password, strings.Contains(p.Text, "Type yes to end it")
			if about {
				answer = "yes"
			}
			if answered = p.ID; live.Answer(p.ID, []byte(answer), true) == nil && about {
				return true
			}
		}
		return false
	})
	w.until(10*time.Second, "it is ended", func(view.Update) bool { return !tb.State().Runs(mark) })
	live.Close()
	told := account(live)
	for _, want := range []string{"sscadmin@" + testbed.SSMSSH + ": nothing of ours runs", "admin@" + testbed.ManagerSSH + ": no login, so nothing ran there"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not in the account:\n%s", want, told)
		}
	}
}

// marked waits for a row of ours.
func (w *watched) marked(text string) {
	w.t.Helper()
	w.until(20*time.Second, text, func(u view.Update) bool {
		return slices.ContainsFunc(u.Events, func(ev event.Event) bool {
			m, ok := ev.(event.Mark)
			return ok && strings.Contains(m.Text.String(), text)
		})
	})
}

func followed(u view.Update, k event.Kind) bool {
	return slices.ContainsFunc(u.Sources, func(s view.SourceStatus) bool { return s.Source.Kind == k && s.State == event.Following })
}
