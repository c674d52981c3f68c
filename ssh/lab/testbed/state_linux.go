package testbed

import (
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// State is what a test makes of the hosts, and looks at, beside the faults.
type State struct{ *Testbed }

// State gives a testbed's.
func (tb *Testbed) State() State { return State{tb} }

// Prints has a command of the Manager's command line print a text: version, status,
// services, lookup, or vshell, whose shell then is none. What two others print nobody
// sees: logins that begin with hangup do not end with their connection, with narrow they
// have a terminal of 40 columns and a line editor that wraps. "": its own again.
func (tb State) Prints(name, text string) error {
	if text == "" {
		return tb.manager.sh("rm -f /run/prints/" + name)
	}
	return tb.manager.write("/run/prints/"+name, text, 0o644)
}

// Without takes a program away from a host's shells; the function that it returns
// gives it back. ssm: from the SSM, else from the Manager.
func (tb State) Without(ssm bool, name string) (back func() error, err error) {
	on := tb.manager
	if ssm {
		on = tb.ssm.space
	}
	full, err := path(name)
	if err != nil {
		return nil, err
	}
	if full, err = filepath.EvalSymlinks(full); err != nil {
		return nil, err
	}
	none := "#!/bin/sh\necho \"bash: " + name + ": command not found\" >&2\nexit 127\n"
	return func() error { return on.sh("umount " + full) }, errors.Join(on.write("/run/without/"+name, none, 0o755), on.sh("mount --bind /run/without/"+name+" "+full))
}

// WritesNewForm has rsyslog write the SSM's log in the form of RFC 5424.
func (tb State) WritesNewForm() error {
	err := errors.Join(tb.ssm.syslog.stop(), tb.ssm.write("/run/rsyslog.conf", strings.Replace(rsyslogConfig, "TraditionalFileFormat", "SyslogProtocol23Format", 1), 0o644), tb.ssm.sh("rm -f /run/log.sock"))
	if err != nil {
		return err
	}
	return tb.ssm.syslog.start(tb.ssm.listens)
}

// OnlyJournal has the SSM log to journald, and have no /var/log/messages.
func (tb State) OnlyJournal() error {
	err := errors.Join(tb.ssm.syslog.stop(), tb.ssm.sh("rm -f /var/log/messages* /run/log.sock; ln -s systemd/journal/dev-log /run/log.sock"))
	if err != nil {
		return err
	}
	if tb.ssm.syslog, err = tb.ssm.run(tb.ssm.listens, "systemd-journald"); err != nil {
		return err
	}
	return tb.ssm.sh("chmod -R a+rX /run/log/journal")
}

// Trusts has the programs of the Manager trust the testbed's authority, and no other.
func (tb State) Trusts() error {
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tb.ssm.certs.cert.Raw})
	return errors.Join(
		tb.manager.sh("mkdir -p /etc/ssl/certs && mount -t tmpfs tmpfs /etc/ssl/certs"),
		tb.manager.write("/etc/ssl/certs/corp.pem", string(root), 0o644),
		tb.manager.sh("ln -s corp.pem /etc/ssl/certs/$(openssl x509 -hash -noout -in /etc/ssl/certs/corp.pem).0"),
	)
}

// Named has the SSM's name have an address, or none.
func (tb State) Named(addr string) error { return tb.name(addr) }

// stamps are those that both logs print, in the forms that time has for them.
var stamps = []struct {
	is   *regexp.Regexp
	form string
}{
	{regexp.MustCompile(`\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d,\d{3}`), "02-Jan-2006 15:04:05,000"},
	{regexp.MustCompile(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`), "02/Jan/2006:15:04:05 -0700"},
	{regexp.MustCompile(`(?m)^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d`), time.Stamp},
	{regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`), "2006/01/02 15:04:05"},
}

// Age makes what both logs hold so much older.
func (tb State) Age(d time.Duration) error {
	var all error
	for _, log := range []string{tb.manager.at(managerLog), tb.ssm.at(ssmLog)} {
		b, err := os.ReadFile(log)
		if err != nil {
			return err
		}
		for _, s := range stamps {
			b = s.is.ReplaceAllFunc(b, func(stamp []byte) []byte {
				t, err := time.Parse(s.form, string(stamp))
				if err != nil {
					return stamp
				}
				return []byte(t.Add(-d).Format(s.form))
			})
		}
		all = errors.Join(all, os.WriteFile(log, b, 0o644))
	}
	return all
}

// Leave has a process run on the SSM, of the person's account, that has a mark in its
// arguments as a watchdog has. It gives what a watchdog says of itself.
func (tb State) Leave(mark string) (string, error) { return tb.leave(mark, 1000) }

// LeaveRoots is Leave of a process that only root can end, as one under sudo is.
func (tb State) LeaveRoots(mark string) (string, error) { return tb.leave(mark, 0) }

func (tb State) leave(mark string, user int) (string, error) {
	const script = `printf "%s %s %s %s" "$0" "$$" "$(cut -d" " -f22 /proc/$$/stat)" "$(cat /proc/sys/kernel/random/boot_id)" >/tmp/left.$$; mv /tmp/left.$$ /home/sscadmin/left; sleep 600; true`
	err := tb.ssm.sh(fmt.Sprintf("setpriv --reuid %[1]d --regid %[1]d --clear-groups ", user) + "timeout 600 bash -c '" + script + "' " + mark + " </dev/null >/dev/null 2>&1 & for i in $(seq 100); do [ -e /home/sscadmin/left ] && break; sleep 0.05; done")
	if err != nil {
		return "", err
	}
	said, err := os.ReadFile(tb.ssm.at("/home/sscadmin/left"))
	return string(said), errors.Join(err, os.Remove(tb.ssm.at("/home/sscadmin/left")))
}

// Runs reports whether a process of the SSM has a text in its arguments.
func (tb State) Runs(text string) bool { return tb.ssm.sh("pgrep -f "+others(text)) == nil }

// others is a pattern that a text fits, and the shell that looks for it does not.
func others(text string) string { return "'[" + text[:1] + "]" + text[1:] + "'" }

// End ends the processes of the SSM that have a text in their arguments.
func (tb State) End(text string) error {
	return tb.ssm.sh("pkill -KILL -f " + others(text) + " || true")
}
