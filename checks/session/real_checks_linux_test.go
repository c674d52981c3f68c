package session_test

import (
	"os"
	"testing"

	"syncscope/checks/session"
	"syncscope/ssh/lab/testbed"
)

// stand is a state of the hosts, and what the checks tell of it.
type stand struct {
	name   string
	change func(*testbed.Testbed) (mend func() error, err error)
	want   map[string]string
}

// prints is a state in which a command of the Manager prints a text.
func prints(command, text string) func(*testbed.Testbed) (func() error, error) {
	return func(tb *testbed.Testbed) (func() error, error) {
		return func() error { return tb.State().Prints(command, "") }, tb.State().Prints(command, text)
	}
}

// faulty is a state that one of the faults makes.
func faulty(name string) func(*testbed.Testbed) (func() error, error) {
	return func(tb *testbed.Testbed) (func() error, error) {
		for _, f := range testbed.Faults() {
			if f.Name == name {
				return func() error {
					if f.Mend == nil {
						return nil
					}
					return f.Mend(tb)
				}, f.Break(tb)
			}
		}
		panic(name)
	}
}

// absent is a state in which a program is not there.
func absent(ssm bool, program string) func(*testbed.Testbed) (func() error, error) {
	return func(tb *testbed.Testbed) (func() error, error) { return tb.State().Without(ssm, program) }
}

const unknownCommand = "-----------------^\nsyntax error: unknown command\n"

// stands: in the first, all is well; each other one makes the checks that it is about
// fail, or so that they could not be made.
var stands = []stand{
	{"as usual", func(*testbed.Testbed) (func() error, error) { return func() error { return nil }, nil }, map[string]string{
		"release": "pass", "Manager reboot": "pass", "Manager services": "pass", "dns": "pass", "tcp": "pass", "http": "pass", "tls": "pass",
		"certificate": "pass", "certificate name": "pass", "certificate issuer": "pass", "route": "pass", "ping": "pass", "Manager clock": "pass", "SSM clock": "pass",
		"Manager log": "pass", "SSM log": "pass", "SSM address": "pass", "SSM port": "pass", "sign-ins": "pass", "SSM disk": "pass", "Manager disk": "pass",
	}},
	{"an old release", prints("version", "20.6.4\n"), map[string]string{"release": "fail"}},
	{"no release", prints("version", unknownCommand), map[string]string{"release": "could-not-check"}},
	{"just started", prints("status", "System uptime:           0 days 00 hrs 03 min 10 sec\n"), map[string]string{"Manager reboot": "warn"}},
	{"no uptime", prints("status", unknownCommand), map[string]string{"Manager reboot": "could-not-check"}},
	{"a service is down", prints("services", "NMS application server\n\tEnabled: true\n\tStatus:  not running\n"), map[string]string{"Manager services": "fail"}},
	{"no services", prints("services", unknownCommand), map[string]string{"Manager services": "could-not-check"}},
	{"no name", func(tb *testbed.Testbed) (func() error, error) {
		return func() error { return tb.State().Named(testbed.SSMAPI) }, tb.State().Named("")
	}, map[string]string{"dns": "fail", "tcp": "could-not-check", "tls": "could-not-check", "certificate": "could-not-check"}},
	{"no lookup", prints("lookup", unknownCommand), map[string]string{"dns": "could-not-check"}},
	{"expired", faulty("certificate expired"), map[string]string{"certificate": "fail", "tls": "pass"}},
	{"another name", faulty("certificate of another name"), map[string]string{"certificate name": "fail"}},
	{"unknown CA", faulty("unknown CA"), map[string]string{"certificate issuer": "warn"}},
	{"no openssl", absent(false, "openssl"), map[string]string{"tls": "could-not-check", "certificate": "could-not-check", "certificate name": "could-not-check", "certificate issuer": "could-not-check"}},
	{"nginx stopped", faulty("nginx stopped"), map[string]string{"tcp": "fail", "http": "could-not-check", "tls": "could-not-check", "SSM port": "fail"}},
	{"no curl", absent(false, "curl"), map[string]string{"tcp": "could-not-check", "http": "could-not-check", "tls": "pass"}},
	{"dropped", faulty("dropped by the firewall"), map[string]string{"tcp": "fail"}},
	{"plain HTTP", faulty("plain HTTP on the port"), map[string]string{"tls": "fail", "tcp": "pass"}},
	{"502", faulty("502, the application is down"), map[string]string{"http": "fail", "tls": "pass"}},
	{"no clock", absent(false, "date"), map[string]string{"Manager clock": "could-not-check", "SSM clock": "pass"}},
	{"no df", absent(true, "df"), map[string]string{"SSM disk": "could-not-check", "Manager disk": "pass"}},
	{"no ping", absent(false, "ping"), map[string]string{"ping": "could-not-check"}},
	{"another's address", func(tb *testbed.Testbed) (func() error, error) {
		return func() error { return tb.State().Named(testbed.SSMAPI) }, tb.State().Named("10.55.20.9")
	}, map[string]string{"dns": "pass", "ping": "warn", "tcp": "fail", "SSM address": "warn"}},
	{"the Manager's clock is wrong", faulty("the Manager's clock is wrong"), map[string]string{"Manager clock": "warn", "clocks": "warn"}},
	{"no ip", absent(true, "ip"), map[string]string{"SSM address": "could-not-check"}},
	{"no ss", absent(true, "ss"), map[string]string{"SSM port": "could-not-check"}},
}

// Each check with real programs over a real SSH server: where all is well, where it is
// not, and where it could not be made.
func TestRealChecks(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	if err := tb.State().Trusts(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]map[string]bool{}
	for i, s := range stands {
		if os.Getenv("SYNCSCOPE_LONG") == "" && i%4 != 0 {
			continue
		}
		mend, err := s.change(tb)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		live := loggedIn(t, tb, func(cfg *session.Config) error {
			cfg.PeerName = testbed.SSMName
			return nil
		})
		r, err := live.Check(t.Context())
		live.Close()
		if err := mend(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		told := map[string]string{}
		for _, c := range r.Checks {
			told[c.Name] = c.Status + ": " + c.Detail
			if seen[c.Name] == nil {
				seen[c.Name] = map[string]bool{}
			}
			seen[c.Name][c.Status] = true
		}
		for name, want := range s.want {
			if got := told[name]; len(got) < len(want) || got[:len(want)] != want {
				t.Errorf("%s: %s: %q, not %s", s.name, name, got, want)
			}
		}
	}
	for name, forms := range seen {
		t.Logf("%-28s %v", name, forms)
	}
}
