package command_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"syncscope/ssh/command"
)

func TestLines(t *testing.T) {
	ifc, err := command.ParseInterface("eth0")
	if err != nil {
		t.Fatal(err)
	}
	capture, err := command.Capture(command.CaptureSpec{VPN: 0, Interface: ifc, Peer: netip.MustParseAddr("10.1.1.1")})
	if err != nil {
		t.Fatal(err)
	}
	name, err := command.ParseName("ssm.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		cmd     command.Command
		want    string
		streams bool
	}{
		{command.ShowVersion(), "show version", false},
		{command.Nslookup(0, name), "nslookup vpn 0 ssm.example", false},
		{capture, `tcpdump vpn 0 interface eth0 options "-l -nn -vv -c 1000 (host 10.1.1.1 and not port 22) or port 53 or icmp"`, true},
		{command.LogRange(command.SSMMessages, 100, 50), "tail -c +101 -- '/var/log/messages' | head -c 50", false},
		{command.RotatedLogs(command.SSMMessages), "ls -1t -- '/var/log/messages'.[0-9]* '/var/log/messages'-[0-9]* | head -n 24", false},
		{command.LogUnpacked(command.SSMMessages, 50), "timeout 9 zcat -- '/var/log/messages' | tail -c 50", false},
	} {
		if tt.cmd.Line() != tt.want || tt.cmd.Streams() != tt.streams {
			t.Errorf("%s: %q, streams %v", tt.cmd.ID(), tt.cmd.Line(), tt.cmd.Streams())
		}
		if tt.cmd.Cost() == "" || tt.cmd.Reason() == "" {
			t.Errorf("%s has no cost or reason", tt.cmd.ID())
		}
	}
}

func TestSudoIsForTheLogsOnly(t *testing.T) {
	if !command.LogSize(command.SSMMessages).WithSudo().Sudo() {
		t.Error("the SSM's log cannot be read with sudo")
	}
	if command.ShowVersion().WithSudo().Sudo() || command.VShell().WithSudo().Sudo() {
		t.Error("sudo is given to another command")
	}
	n := command.NewNonce()
	if got := command.LogSize(command.SSMMessages).WithSudo().Exec(n).String(); got != `printf '\036%s\n' B`+n.String()+`; sudo -S -p 'syncscope-sudo-password:' -- stat -L -c '%s %i' -- '/var/log/messages'` {
		t.Error(got)
	}
}

func TestAFilterAlwaysNamesThePeer(t *testing.T) {
	ifc, _ := command.ParseInterface("eth0")
	if _, err := command.Capture(command.CaptureSpec{Interface: ifc}); err == nil {
		t.Error("a capture without a peer is made")
	}
	if _, err := command.Capture(command.CaptureSpec{Peer: netip.MustParseAddr("10.1.1.1")}); err == nil {
		t.Error("a capture without an interface is made")
	}
}

// Whatever is given as a name, no character that a shell or the Manager's
// command line would act on gets into a line.
func TestNoArgumentIsActedOn(t *testing.T) {
	alphabet := []rune("ab0.-_/ '\"`$;|&<>\\\n\t(){}[]*?!#~%^=+,:@é\x00\x1b")
	r := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range 200_000 {
		s := make([]rune, r.IntN(12))
		for i := range s {
			s[i] = alphabet[r.IntN(len(alphabet))]
		}
		var line string
		if n, err := command.ParseName(string(s)); err == nil {
			line += command.Nslookup(0, n).Line()
		}
		if i, err := command.ParseInterface(string(s)); err == nil {
			c, err := command.Capture(command.CaptureSpec{Interface: i, Peer: netip.MustParseAddr("10.1.1.1")})
			if err != nil {
				t.Fatal(err)
			}
			line += strings.Split(c.Line(), " options ")[0]
		}
		if line == "" {
			continue
		}
		taken++
		if strings.ContainsAny(line, "'\"`$;|&<>\\\n\t(){}[]*?!#~%^=+,:@\x00\x1b") || strings.Contains(line, " -") {
			t.Fatalf("%q became %q", string(s), line)
		}
	}
	if taken == 0 {
		t.Error("nothing was taken: the test shows nothing")
	}
}

func TestAResultShowsNothing(t *testing.T) {
	r := command.NewResult([]byte("password=hunter22"), 0, time.Second)
	if all := fmt.Sprintf("%v %s %x %+v %#v %q", r, r, r, r, r, r); strings.Contains(all, "hunter") || strings.Contains(all, "68756e") {
		t.Error(all)
	}
}

func TestTheListIsTold(t *testing.T) {
	ids := map[string]bool{}
	for _, i := range command.All() {
		if ids[i.ID] || i.Shape == "" || i.Cost == "" || i.Reason == "" || len(i.Where) == 0 {
			t.Errorf("%+v", i)
		}
		ids[i.ID] = true
	}
}

// A terminal hands on 4,095 bytes of a line: longer ones would be cut where a shell has
// no exec channel.
func TestLinesFitATerminal(t *testing.T) {
	for _, c := range []command.Command{
		command.LogSearch(command.ManagerServerLog, 1<<40).WithSudo(), command.SignIns(command.SSMMessages).WithSudo(), command.Synchronisations(command.SSMMessages).WithSudo(),
	} {
		if n := len(c.Framed(command.NewNonce()).String()); n > 4000 {
			t.Errorf("%s: %d bytes", c.ID(), n)
		}
	}
}
