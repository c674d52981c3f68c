package ssh_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

func TestTargets(t *testing.T) {
	for text, want := range map[string]string{"admin@h": "admin@h", "admin@h:2222": "admin@h:2222", "a@[2001:db8::1]:22": "a@2001:db8::1", "a@b@h": "a@b@h"} {
		if got, err := ssh.ParseTarget(text); err != nil || got.String() != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"admin@h", "admin@h:2222", "ssh://admin@h:22", "a@[2001:db8::1]:22", "a@[2001:db8::1]", "a@2001:db8::1", "a@fe80::1%eth0", "a@[fe80::1%eth0]:22", `CORP\ann@h`, "ann.b+c_d-e$@h", "a@b@h",
		"ann@corp.example@bastion", "ann@root#h@gateway", "ann@root%corp@gateway", "jürgen@hôte.example", "a@xn--hte-fma.example:65535",
	} {
		if _, err := ssh.ParseTarget(text); err != nil || ssh.ShownLength(text) != len(text) {
			t.Errorf("%q: %v, %d of it are shown", text, err, ssh.ShownLength(text))
		}
	}
	for _, text := range []string{"h", "h:22", "a@h, b@[2001:db8::1]:22,c", "2001:db8::1", "[2001:db8::1]:22", "", "a@", `CORP\an`, "ssm.example:8443", "a@h:"} {
		if n := ssh.ShownLength(text); n != len(text) {
			t.Errorf("%q: %d of it are shown", text, n)
		}
	}
	for _, text := range []string{"", "h", "@h", "a@", "a@-oProxyCommand=x", "a@h;reboot", "a@h:0", "a@h:99999", "a@$(id)"} {
		if got, err := ssh.ParseTarget(text); err == nil {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
	for text, want := range map[string]string{"": " 0", "ssm.example": "ssm.example 0", "ssm:8443": "ssm 8443", "https://ssm:8443": "ssm 8443", "2001:db8::1": "2001:db8::1 0", "[2001:db8::1]:8443": "2001:db8::1 8443"} {
		if host, port, err := ssh.ParsePeer(text); err != nil || fmt.Sprint(host, " ", port) != want {
			t.Errorf("%q: %s %d, %v", text, host, port, err)
		}
	}
	for _, text := range []string{"a@h", "@h", `CORP\ssm`, "ssm:0", "ssm:", "ssm/x", "ssm ssm"} {
		if host, _, err := ssh.ParsePeer(text); err == nil {
			t.Errorf("%q is taken for %q", text, host)
		}
	}
}

func TestAWrongPasswordIsAskedForTwice(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	p := &prompter{password: "wrong"}
	cfg.Prompter = p
	_, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
	var auth *ssh.AuthError
	if !errors.As(err, &auth) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("%v", err)
	}
	if p.asked != 2 {
		t.Errorf("asked %d times: more could lock the account, fewer forbids a slip", p.asked)
	}
}

func TestAnUnknownHostIsNotedOnceTrusted(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	cfg.KnownHosts = []string{filepath.Join(t.TempDir(), "missing")}
	cfg.WriteKnownHosts = filepath.Join(t.TempDir(), "new", "known_hosts")
	p := &prompter{password: l.SSM().Password}
	cfg.Prompter = p
	var key *ssh.HostKeyError
	if _, err := login.Dial(t.Context(), target(t, l.SSM()), cfg); !errors.As(err, &key) || key.Changed {
		t.Fatalf("not trusted: %v", err)
	}
	if _, err := os.Stat(cfg.WriteKnownHosts); err == nil {
		t.Error("a host that nobody trusted was noted")
	}
	p.trust = true
	c, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	st, err := os.Stat(cfg.WriteKnownHosts)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", st, err)
	}
	p.trust, cfg.KnownHosts = false, []string{cfg.WriteKnownHosts}
	if c, err = login.Dial(t.Context(), target(t, l.SSM()), cfg); err != nil {
		t.Fatalf("the noted host is not known: %v", err)
	}
	c.Close()
}

func TestAChangedKeyIsAFullStop(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	h := l.SSM()
	h.Key = l.Manager().Key
	file := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(file, []byte("# a comment\nthis line is broken\n"+h.KnownHostsLine()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &prompter{password: h.Password, trust: true}
	cfg.KnownHosts, cfg.Prompter = []string{file}, p
	_, err := login.Dial(t.Context(), target(t, h), cfg)
	var key *ssh.HostKeyError
	if !errors.As(err, &key) || !key.Changed || len(key.Want) != 1 || !strings.Contains(key.Want[0], file+":3") || key.Got == "" {
		t.Fatalf("%v", err)
	}
	if p.asked != 0 {
		t.Error("a password was asked for before the key was known to be right")
	}
}

func TestHostsThatDoNotAnswer(t *testing.T) {
	_, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	cfg.LoginTimeout = 300 * time.Millisecond
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for addr, want := range map[string]string{"127.0.0.1:1": "connection refused", silent.Addr().String(): "no answer in time"} {
		to, err := ssh.ParseTarget("a@" + addr)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = login.Dial(t.Context(), to, cfg)
		var dial *ssh.DialError
		if !errors.As(err, &dial) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", addr, err)
		}
		if time.Since(start) > 5*time.Second {
			t.Errorf("%s: it took %v", addr, time.Since(start))
		}
	}
}

func TestAKeyWithAPassphrase(t *testing.T) {
	file, key := keyPair(t, "open sesame")
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute, AuthorizedKey: key})
	cfg.Identities, cfg.Prompter = []string{file}, &prompter{password: "open sesame"}
	c, err := login.Dial(t.Context(), target(t, l.Manager()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func managerCLI(t *testing.T, o lab.Options) (*lab.Lab, *shell.CLI) {
	t.Helper()
	l, cfg := simulated(t, o)
	cfg.Prompter = &prompter{password: l.Manager().Password}
	c, err := login.Dial(t.Context(), target(t, l.Manager()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if !strings.Contains(c.Banner().String(), "viptela") {
		t.Errorf("banner %q", c.Banner())
	}
	cli, err := shell.Manager(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return l, cli
}

func TestManagerCommands(t *testing.T) {
	_, cli := managerCLI(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute})
	if cli.Name().String() != "um8_vManage" {
		t.Errorf("name %q", cli.Name())
	}
	res, err := cli.Run(t.Context(), command.ShowVersion())
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(res.Reader())
	if err != nil || strings.TrimSpace(string(out)) != "20.9.3" {
		t.Errorf("%q, %v", out, err)
	}
}

// Ctrl-C ends the capture, and its counters arrive before the end.
func TestACaptureEndsWithItsCounters(t *testing.T) {
	_, cli := managerCLI(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute})
	ifc, err := command.ParseInterface("eth0")
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := command.Capture(command.CaptureSpec{Interface: ifc, Peer: netip.MustParseAddr("172.20.85.137")})
	if err != nil {
		t.Fatal(err)
	}
	r, err := cli.Stream(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(200*time.Millisecond, func() { r.Close() })
	out, err := io.ReadAll(r)
	if err != nil || !bytes.Contains(out, []byte("listening on eth0")) || !bytes.Contains(out, []byte("packets dropped by kernel")) {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := cli.Run(t.Context(), command.ShowVersion()); err != nil {
		t.Errorf("the command line is not usable afterwards: %v", err)
	}
}

// Between what is read back and what is followed no line is lost or doubled,
// through the Manager's vshell, while lines are written all the time.
func TestNothingIsLostAtTheMark(t *testing.T) {
	l, cli := managerCLI(t, lab.Options{Scenario: "ok", Past: time.Minute})
	stop, written := make(chan struct{}), make(chan int, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				written <- i
				return
			default:
			}
			l.AppendManager(fmt.Sprintf("probe %05d", i))
			if i%5 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	sh, err := cli.Shell(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(30 * time.Millisecond)
	log, err := follow.OpenLog(t.Context(), sh, command.ManagerServerLog)
	if err != nil {
		t.Fatal(err)
	}
	r, whole, err := log.Backlog(t.Context(), 1<<20)
	if err != nil || !whole {
		t.Fatalf("whole %v, %v", whole, err)
	}
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	past := bytes.Count(all, []byte("probe "))
	f := following(t, log)
	time.Sleep(100 * time.Millisecond)
	close(stop)
	lines := <-written
	limit := time.AfterFunc(20*time.Second, func() { f.Close() })
	defer limit.Stop()
	buf := make([]byte, 32<<10)
	for !bytes.Contains(all, []byte(fmt.Sprintf("probe %05d\n", lines-1))) {
		n, err := f.Read(buf)
		all = append(all, buf[:n]...)
		if err != nil {
			t.Fatalf("after %d bytes: %v", len(all), err)
		}
	}
	want := 0
	for _, line := range strings.Split(string(all), "\n") {
		if rest, ok := strings.CutPrefix(line, "probe "); ok {
			if rest != fmt.Sprintf("%05d", want) {
				t.Fatalf("line %q where %05d was due", rest, want)
			}
			want++
		}
	}
	t.Logf("%d lines read back, %d followed", past, want-past)
	if past == 0 || past == lines || want != lines {
		t.Errorf("%d of %d lines, %d of them read back: the mark was not among them", want, lines, past)
	}
}

// A host's words reach errors only through the gate.
func TestErrorsAreHarmless(t *testing.T) {
	e := &ssh.RefusedError{Command: "capture", Reply: redact.New().Foreign("\x1b]0;x\x07password=hunter2222")}
	if strings.ContainsAny(e.Error(), "\x1b\x07") || strings.Contains(e.Error(), "hunter") {
		t.Error(e.Error())
	}
}
