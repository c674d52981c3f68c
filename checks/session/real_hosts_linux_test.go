package session_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
	"syncscope/ssh/lab/testbed"
	"syncscope/ssh/login"
)

// oddHosts are SSMs whose account or server is not as usual. reads: the log is
// read all the same; else what the user reads holds each of the words.
var oddHosts = []struct {
	name    string
	account testbed.Account
	reads   bool
	words   []string
}{
	{"as usual", testbed.Account{}, true, nil},
	{".bashrc prints", testbed.Account{Files: map[string]string{".bashrc": "echo Last backup: OK\nprintf 'no newline'\n"}}, true, nil},
	{".bashrc prints a megabyte", testbed.Account{Files: map[string]string{".bashrc": "head -c 1000000 /dev/zero | tr '\\0' x; echo\n"}}, true, nil},
	{".bashrc writes to stderr", testbed.Account{Files: map[string]string{".bashrc": "echo warning >&2\n"}}, true, nil},
	{".bashrc sets options and functions", testbed.Account{Files: map[string]string{".bashrc": "set -eu -o pipefail\ntail() { echo mine; }\nexport -f tail\nexport POSIXLY_CORRECT=1\n"}}, true, nil},
	{"BASH_ENV prints", testbed.Account{Sshd: "SetEnv BASH_ENV=/run/environment", Root: "echo 'echo a word; set -x' >/run/environment"}, true, nil},
	{"login shell sh", testbed.Account{Shell: "/bin/sh"}, true, nil},
	{"login shell rbash", testbed.Account{Shell: "/bin/rbash"}, true, nil},
	{"a banner of 100 KB", testbed.Account{Sshd: "Banner /run/banner", Root: "head -c 100000 /dev/zero | tr '\\0' b >/run/banner"}, true, nil},
	{"no terminal", testbed.Account{Sshd: "PermitTTY no"}, true, nil},
	{"MaxStartups 1", testbed.Account{Sshd: "MaxStartups 1"}, true, nil},
	{"MaxSessions 2", testbed.Account{Sshd: "MaxSessions 2"}, true, nil},
	{"MaxSessions 1", testbed.Account{Sshd: "MaxSessions 1"}, true, nil},
	{"MaxSessions 0", testbed.Account{Sshd: "MaxSessions 0"}, false, []string{"no more sessions", "MaxSessions"}},
	{"nologin as shell", testbed.Account{Shell: "/usr/sbin/nologin"}, false, []string{"This account is currently not available"}},
	{"false as shell", testbed.Account{Shell: "/bin/false"}, false, []string{"no shell", "without a word"}},
	{"ForceCommand", testbed.Account{Sshd: "ForceCommand echo no shell here"}, false, []string{"no shell here", "ask who runs the host"}},
	{"restricted program", testbed.Account{Shell: "/run/restricted", Root: "printf '#!/bin/sh\\necho Access denied: account restricted, contact NOC\\nexit 1\\n' >/run/restricted; chmod 755 /run/restricted"}, false, []string{"account restricted, contact NOC"}},
	{"a folder without a shell as root", testbed.Account{Sshd: "ChrootDirectory /run/nothing", Root: "mkdir -p /run/nothing; chmod 777 /run/nothing"}, false, []string{"ended at once", "log in once with ssh"}},
	{"/etc/nologin", testbed.Account{Root: "echo Down for maintenance until 6 >/run/nologin"}, false, []string{"Down for maintenance until 6"}},
	{"account expired", testbed.Account{Expiry: "19000:0:99999:7::1:"}, false, []string{"expired"}},
	{"password expired", testbed.Account{Expiry: "0:0:99999:7:::"}, false, []string{"Password change required"}},
	{"account locked", testbed.Account{Locked: true}, false, []string{"refused"}},
	{"denied user", testbed.Account{Sshd: "DenyUsers sscadmin"}, false, []string{"refused"}},
	{"the log may not be read", testbed.Account{Root: "chmod 600 /var/log/messages"}, false, []string{"sudo"}},
	{"a second factor", testbed.Account{Sshd: "KbdInteractiveAuthentication yes\nAuthenticationMethods password,keyboard-interactive"}, true, nil},
	{"another locale", testbed.Account{Sshd: "SetEnv LANG=ko_KR.UTF-8 LC_ALL=tr_TR.UTF-8"}, true, nil},
	{"a terminal of 20 columns", testbed.Account{Files: map[string]string{".bashrc": "stty cols 20 rows 2 2>/dev/null\n"}}, true, nil},
	{"no timeout", testbed.Account{Programs: map[string]string{"timeout": notFound}}, true, nil},
	{"no stat", testbed.Account{Programs: map[string]string{"stat": notFound}}, false, []string{"stat", "a program is missing"}},
	{"no readlink", testbed.Account{Programs: map[string]string{"readlink": notFound}}, true, nil},
	{"busybox's tail, head and stat", testbed.Account{Programs: map[string]string{"tail": "exec busybox tail \"$@\"", "head": "exec busybox head \"$@\"", "stat": "exec busybox stat \"$@\""}}, true, nil},
	{"busybox's shell, no bash", testbed.Account{Shell: "/run/ash", Root: "printf '#!/bin/sh\\nexec busybox sh \"$@\"\\n' >/run/ash; chmod 755 /run/ash", Programs: map[string]string{"bash": notFound}}, true, nil},
	{"a clock that was set back a day", testbed.Account{Programs: map[string]string{"date": "exec busybox date -d @$(($(busybox date +%s) - 86400)) \"$@\""}}, true, nil},
	{"no tail", testbed.Account{Programs: map[string]string{"tail": notFound}}, false, []string{"tail"}},
	{"a slow sudo", testbed.Account{Root: "chmod 600 /var/log/messages", Programs: map[string]string{"sudo": "sleep 40"}}, false, []string{"under sudo, log-size had no answer within 10s", "run sudo -v"}},
	{"no log", testbed.Account{Root: "mv /var/log/messages /var/log/messages.away"}, false, []string{"/var/log/messages, or it is not there", "--ssm-login journald"}},
}

// notFound is a program that is not there, as a shell says it.
const notFound = `echo "bash: ${0##*/}: command not found" >&2; exit 127`

// What a user reads of an odd host is the host's own sentence and what to do, and
// where reading is possible, the log is read.
func TestRealOddHosts(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	var table strings.Builder
	table.WriteString("# Odd hosts, a real OpenSSH server\n\nWritten by `SYNCSCOPE_LONG=1 SYNCSCOPE_UPDATE=1 go test ./checks/session -run TestRealOddHosts`: what a person reads where the\nlogin or the account is not as usual.\n\n| host | what the person reads |\n|---|---|\n")
	for i, h := range oddHosts {
		if os.Getenv("SYNCSCOPE_LONG") == "" && i%3 != 1 || !strings.Contains(h.name, os.Getenv("SYNCSCOPE_HOST")) {
			continue
		}
		if err := tb.SSMAccount(h.account); err != nil {
			t.Fatal(err)
		}
		said, read := reading(t, tb)
		t.Logf("%-28s %v %s", h.name, read, said)
		if read != h.reads {
			t.Errorf("%s: the log is read: %v; %s", h.name, read, said)
		}
		for _, w := range h.words {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q is not in what the user reads: %s", h.name, w, said)
			}
		}
		if strings.Contains(said, "\r") || strings.Contains(said, "short buffer") || strings.Contains(said, "EOF") {
			t.Errorf("%s: no words for a person: %q", h.name, said)
		}
		if read {
			said = "its log"
		}
		fmt.Fprintf(&table, "| %s | %s |\n", h.name, strings.ReplaceAll(said, "|", "\\|"))
		if err := tb.Fresh(); err != nil {
			_ = tb.SSMAccount(testbed.Account{Root: "touch /var/log/messages; pkill -HUP -x rsyslogd"})
		}
	}
	if os.Getenv("SYNCSCOPE_UPDATE") != "" && os.Getenv("SYNCSCOPE_LONG") != "" {
		if err := os.WriteFile("../../.github/hosts.md", []byte(table.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// reading tries to read the SSM's log: what the user reads in the end, and
// whether a line that is written meanwhile comes.
func reading(t *testing.T, tb *testbed.Testbed) (said string, read bool) {
	t.Helper()
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	gate := redact.New()
	s, err := ssh.ParseTarget("sscadmin@" + testbed.SSMSSH)
	if err != nil {
		t.Fatal(err)
	}
	cfg := session.Config{Options: offline.Options{Gate: gate, Rules: rules, Version: "test"}, Simulated: true, SSM: &s,
		SSH: login.Config{KnownHosts: []string{tb.Known}, Gate: gate, Prompter: everybody{}}}
	if err := session.Keep(&cfg, filepath.Join(t.TempDir(), "state")); err != nil {
		t.Fatal(err)
	}
	live, err := session.Connect(t.Context(), cfg)
	if err != nil {
		return err.Error(), false
	}
	defer live.Close()
	live.Start(t.Context())
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for end := time.After(25 * time.Second); ; {
		select {
		case u, open := <-live.Updates():
			if !open {
				return said, false
			}
			for _, ev := range u.Events {
				read = read || strings.Contains(ev.Origin().Excerpt.String(), "a line to be read")
			}
			for _, src := range u.Sources {
				if said = src.Detail; src.State == event.Refused && src.Source.Kind == event.SSMMessages {
					return said, false
				}
			}
			if read {
				return said, true
			}
		case <-every.C:
			tb.Says("a line to be read")
		case <-end:
			return said, false
		}
	}
}
