package ssh_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/probe"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// reader reads what a check prints.
type reader struct{}

func (reader) Output(kind cliout.Check, out io.Reader) (event.CheckResult, error) {
	return capture.ReadCheck(event.Source{}, redact.New(), kind, out)
}

func (reader) Log(out io.Reader) ([]event.LogEntry, error) {
	var lines []event.LogEntry
	d := capture.NewDecoder(event.Source{Kind: event.SSMMessages}, redact.New(), func(ev event.Event) {
		if l, ok := ev.(event.LogEntry); ok {
			lines = append(lines, l)
		}
	})
	_, err := io.Copy(d, out)
	return lines, errors.Join(err, d.Close())
}

// The checks of how an SSM is, over a real server, with the host's own programs:
// in their good form, in their bad one, and where they cannot be told.
func TestChecksOnARealHost(t *testing.T) {
	sh := shell.Open(startRig(t, "").dial(t))
	outside := ownAddress(t)
	open, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	port := func(l net.Listener) uint16 { return uint16(l.Addr().(*net.TCPAddr).Port) }
	for name, tt := range map[string]struct {
		check  string
		target probe.Target
		want   probe.Status
	}{
		"the called address":  {probe.SSMAddress, probe.Target{Addr: outside}, probe.Pass},
		"another's address":   {probe.SSMAddress, probe.Target{Addr: netip.MustParseAddr("192.0.2.199")}, probe.Warn},
		"no address is known": {probe.SSMAddress, probe.Target{}, probe.CouldNot},
		"a port":              {probe.SSMPort, probe.Target{Port: port(open)}, probe.Pass},
		"a port inside":       {probe.SSMPort, probe.Target{Port: port(inside)}, probe.Fail},
		"no port":             {probe.SSMPort, probe.Target{Port: uint16(freePort(t))}, probe.Fail},
		"the clock":           {probe.SSMClock, probe.Target{}, probe.Pass},
		"another clock":       {probe.SSMClock, probe.Target{Now: func() time.Time { return time.Now().Add(time.Hour) }}, probe.Warn},
	} {
		if got := check(t, sh, tt.check, tt.target); got.Status != tt.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := exec.LookPath("chronyc"); err != nil {
		if got := check(t, sh, "SSM time source", probe.Target{}); got.Status != probe.CouldNot || !strings.Contains(got.Detail, "not found") {
			t.Errorf("without chrony: %+v", got)
		}
	}
}

// ownAddress is one of this host that is not its loopback's.
func ownAddress(t *testing.T) netip.Addr {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().IsGlobalUnicast() {
			return p.Addr()
		}
	}
	t.Skip("this host has no address but its loopback's")
	return netip.Addr{}
}

func check(t *testing.T, sh shell.Shell, name string, target probe.Target) probe.Outcome {
	t.Helper()
	list, err := probe.SSM(target)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.Name == name {
			return probe.Run(t.Context(), p, sh, reader{})[0]
		}
	}
	t.Fatalf("no check %q", name)
	return probe.Outcome{}
}

// The reader of a log's last lines, on a real shell: what it finds, and that a
// log which cannot be opened is no log without lines.
func TestLastLinesOnARealHost(t *testing.T) {
	sh := shell.Open(startRig(t, "").dial(t))
	file := filepath.Join(logDir(t), "messages")
	at := time.Now().Add(-10 * time.Minute)
	line := func(status int) string {
		return fmt.Sprintf("%s SSM 0123456789ab: 10.0.0.9 - - [%s] \"POST /backend/oauth/token?grant_type=password&username=svc HTTP/1.1\" %d 121 \"-\" \"x\"\n", at.Format(time.Stamp), at.Format("02/Jan/2006:15:04:05 -0700"), status)
	}
	path, err := command.ParseLogPath(file)
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, c command.Command) probe.Outcome {
		list, err := probe.SSM(probe.Target{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			if p.Name == name {
				p.Command = c
				return probe.Run(t.Context(), p, sh, reader{})[0]
			}
		}
		t.Fatalf("no check %q", name)
		return probe.Outcome{}
	}
	if got := run("sign-ins", command.SignIns(path)); got.Status != probe.CouldNot {
		t.Errorf("no log: %+v", got)
	}
	if got := run("SSM sync to Cisco", command.Synchronisations(path)); got.Status != probe.CouldNot {
		t.Errorf("no log: %+v", got)
	}
	appendTo(t, file, strings.Repeat("Nov 24 11:00:00 SSM x: nothing of the kind\n", 1000))
	if got := run("SSM sync to Cisco", command.Synchronisations(path)); got.Status != probe.NotNeeded {
		t.Errorf("none is named: %+v", got)
	}
	if got := run("sign-ins", command.SignIns(path)); got.Status != probe.Pass {
		t.Errorf("none refused: %+v", got)
	}
	appendTo(t, file, line(403)+line(403)+line(200))
	if got := run("sign-ins", command.SignIns(path)); got.Status != probe.Warn || !strings.Contains(got.Detail, "svc (2); 1 granted") {
		t.Errorf("two refused: %+v", got)
	}
	appendTo(t, file, at.Format(time.Stamp)+" SSM 0123456789ab: [INFO] Synchronization completed successfully\n")
	if got := run("SSM sync to Cisco", command.Synchronisations(path)); got.Status != probe.Pass || !strings.Contains(got.Detail, "10 minutes ago") {
		t.Errorf("synchronised: %+v", got)
	}
	appendTo(t, file, time.Now().Add(-5*time.Minute).Format(time.Stamp)+" SSM 0123456789ab: [ERROR] Synchronization failed: timeout\n")
	if got := run("SSM sync to Cisco", command.Synchronisations(path)); got.Status != probe.Warn || !strings.Contains(got.Detail, "failed 5 minutes ago") {
		t.Errorf("the last one failed: %+v", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

// Names and ports of Cisco, with the host's own resolver and shell, by names
// that need no network.
func TestHowFarARealHostGets(t *testing.T) {
	sh := shell.Open(startRig(t, "").dial(t))
	open, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	local, err1 := command.ParseName("localhost")
	none, err2 := command.ParseName("nowhere.invalid")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	read := func(c command.Command, kind cliout.Check) event.CheckResult {
		t.Helper()
		res, err := sh.Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := reader{}.Output(kind, res.Reader())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := read(command.Resolve(local), cliout.Hosts); len(got.Addrs) == 0 {
		t.Errorf("%v", got.Lines)
	}
	if got := read(command.Resolve(none), cliout.Hosts); len(got.Addrs) > 0 || got.Code != 2 {
		t.Errorf("%v", got.Lines)
	}
	if got := read(command.Connect(local, uint16(open.Addr().(*net.TCPAddr).Port)), cliout.Connect); !got.Open {
		t.Errorf("%v", got.Lines)
	}
	if got := read(command.Connect(local, uint16(freePort(t))), cliout.Connect); got.Open || got.Failure.String() != "Connection refused" {
		t.Errorf("%v: %s", got.Lines, got.Failure)
	}
}
