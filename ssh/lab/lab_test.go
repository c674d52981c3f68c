package lab_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/ssh/lab"
)

func start(t *testing.T, o lab.Options) *lab.Lab {
	t.Helper()
	l, err := lab.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func logIn(t *testing.T, h lab.Host, password string) (*gossh.Client, error) {
	t.Helper()
	c, err := gossh.Dial("tcp", h.Addr, &gossh.ClientConfig{
		User: h.User, Auth: []gossh.AuthMethod{gossh.Password(password)}, HostKeyCallback: gossh.FixedHostKey(h.Key), Timeout: 5 * time.Second,
	})
	if err == nil {
		t.Cleanup(func() { c.Close() })
	}
	return c, err
}

func TestLoginNeedsThePassword(t *testing.T) {
	l := start(t, lab.Options{Scenario: "ok", Past: time.Minute})
	for _, h := range []lab.Host{l.Manager(), l.SSM()} {
		if _, err := logIn(t, h, "wrong"); err == nil {
			t.Errorf("%s took a wrong password", h.Name)
		}
		if _, err := logIn(t, h, h.Password); err != nil {
			t.Errorf("%s: %v", h.Name, err)
		}
	}
}

func TestUnknownScenario(t *testing.T) {
	if _, err := lab.Start(t.Context(), lab.Options{Scenario: "nonsense"}); err == nil || !strings.Contains(err.Error(), "no such scenario") {
		t.Errorf("got %v", err)
	}
}

func TestScenariosAreListed(t *testing.T) {
	var ids []string
	for _, s := range lab.Scenarios() {
		if s.Title == "" {
			t.Errorf("%s has no title", s.ID)
		}
		ids = append(ids, s.ID)
	}
	if len(ids) < 14 || !slices.IsSorted(ids) || !slices.Contains(ids, "grant-not-found") || !slices.Contains(ids, "ok") {
		t.Errorf("got %q", ids)
	}
}

func TestOnlyRootReadsTheSSMsLog(t *testing.T) {
	l := start(t, lab.Options{Scenario: "ok", Past: time.Minute})
	c, err := logIn(t, l.SSM(), l.SSM().Password)
	if err != nil {
		t.Fatal(err)
	}
	run := func(line, input string) (string, string) {
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var out, errs strings.Builder
		s.Stdout, s.Stderr, s.Stdin = &out, &errs, strings.NewReader(input)
		_ = s.Run(line) // the status is not what is tested
		return out.String(), errs.String()
	}
	const tail = "tail -c +1 -- '/var/log/messages' | head -c 40"
	if out, errs := run(tail, ""); out != "" || !strings.Contains(errs, "Permission denied") {
		t.Errorf("without sudo: %q, %q", out, errs)
	}
	if out, errs := run("sudo -S -p 'PW:' -- "+tail, l.SSM().Password+"\n"); len(out) != 40 || !strings.Contains(errs, "PW:") {
		t.Errorf("with sudo: %q, %q", out, errs)
	}
	if out, errs := run("sudo -S -p 'PW:' -- "+tail, "wrong\n"); out != "" || !strings.Contains(errs, "Sorry, try again.") {
		t.Errorf("wrong password: %q, %q", out, errs)
	}
}

// The Manager's command line over a real shell channel.
func TestManagerCLI(t *testing.T) {
	l := start(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute})
	c, err := logIn(t, l.Manager(), l.Manager().Password)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if s.Start("show version") == nil {
		t.Error("the Manager ran a command outside its command line")
	}
	if s, err = c.NewSession(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out strings.Builder
	s.Stdout = &out
	s.Stdin = strings.NewReader("paginate false\nshow version\nfrobnicate\ntcpdump vpn 0 interface eth0 options \"-w x host 172.20.85.137\"\nshow system status\nexit\n")
	if err := s.RequestPty("vt100", 50, 200, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Welcome to Viptela CLI", "um8_vManage# ", "20.9.3", "syntax error", "Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUv]", "Current time:"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
