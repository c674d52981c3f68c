package session_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"syncscope/checks/session"
	"syncscope/ssh"
	"syncscope/ssh/lab"
)

// Of a pair of SSMs, the checks name the one that has the address which the
// Manager calls, and the logs of both are read.
func TestAPairOfSSMs(t *testing.T) {
	other, err := lab.Start(context.Background(), lab.Options{Scenario: "grant-not-found", Past: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	_, live := connectTo(t, lab.Options{Scenario: "ok", Past: 1}, func(l *lab.Lab, c *session.Config) {
		pair, err := ssh.ParseTarget(other.SSM().User + "@" + other.SSM().Addr)
		known, err2 := os.OpenFile(c.SSH.KnownHosts[0], os.O_APPEND|os.O_WRONLY, 0)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		_, err = known.WriteString(other.SSM().KnownHostsLine() + "\n")
		if err := errors.Join(err, known.Close()); err != nil {
			t.Fatal(err)
		}
		c.Pair = &pair
		c.SSH.Prompter = passwords{l.Manager(), l.SSM(), other.SSM()}
	})
	r, err := live.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, c := range r.Checks {
		name, host, both := strings.Cut(c.Name, " (")
		if both && (!strings.HasSuffix(host, ")") || strings.HasPrefix(name, "Manager")) {
			t.Errorf("%+v", c)
		}
		found[name]++
		if name == "SSM address" && c.Status != "pass" {
			t.Errorf("both simulated SSMs have the same address: %+v", c)
		}
	}
	for _, name := range []string{"SSM address", "SSM port", "SSM services", "clocks", "sign-ins"} {
		if found[name] != 2 {
			t.Errorf("%s: told of %d hosts", name, found[name])
		}
	}
	live.Start(t.Context())
	u := settled(t, live)
	logs := 0
	for _, s := range u.Sources {
		if s.Source.Kind.String() == "ssm-messages" {
			logs++
		}
	}
	if logs != 2 || len(u.Hosts) != 3 {
		t.Errorf("%d logs of SSMs, %d hosts", logs, len(u.Hosts))
	}
}
