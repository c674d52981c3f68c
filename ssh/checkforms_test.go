package ssh_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks/probe"
	"syncscope/ssh/shell"
)

// program is what a program of a host prints, and how it ends.
type program struct {
	name, prints string
	status       string
}

// form is a check over one state of a host.
type form struct {
	check string
	want  probe.Status
	program
}

// forms are each check in its good form, in its bad one, and where it could not be made:
// the program is not there.
var forms = []form{
	{probe.SSMAddress, probe.Pass, program{"ip", "eth0 UP 10.1.1.1/24", "0"}},
	{probe.SSMAddress, probe.Warn, program{"ip", "eth0 UP 10.9.9.9/24", "0"}},
	{probe.SSMPort, probe.Pass, program{"ss", "LISTEN 0 4096 *:8443 *:*", "0"}},
	{probe.SSMPort, probe.Fail, program{"ss", "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*", "0"}},
	{"SSM time source", probe.Pass, program{"chronyc", "System time     : 0.000021 seconds slow of NTP time\nLeap status     : Normal", "0"}},
	{"SSM time source", probe.Warn, program{"chronyc", "System time     : 0.0 seconds fast of NTP time\nLeap status     : Not synchronised", "0"}},
	{"SSM services", probe.Pass, program{"docker", "frontend Up 3 hours\nbackend Up 2 days", "0"}},
	{"SSM services", probe.Warn, program{"docker", "frontend Up 5 weeks\nbackend Up 3 minutes", "0"}},
	{"SSM services", probe.Fail, program{"docker", "frontend Up 3 hours\nbackend Exited (1) 2 minutes ago", "0"}},
	{"SSM disk", probe.Pass, program{"df", "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 60 40 60% /", "0"}},
	{"SSM disk", probe.Fail, program{"df", "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 100 0 100% /", "1"}},
	{"SSM dns id.cisco.com", probe.Pass, program{"getent", "192.0.2.7     STREAM id.cisco.com", "0"}},
	{"SSM dns id.cisco.com", probe.Warn, program{"getent", "", "2"}},
	{"SSM tcp id.cisco.com", probe.Pass, program{"bash", "", "0"}},
	{"SSM tcp id.cisco.com", probe.Warn, program{"bash", "bash: connect: Connection refused\nbash: line 1: /dev/tcp/id.cisco.com/443: Connection refused", "1"}},
	{"route", probe.Pass, program{"ip", "10.1.1.1 via 10.2.2.1 dev eth0 src 10.2.2.2", "0"}},
	{"route", probe.Fail, program{"ip", "RTNETLINK answers: Network is unreachable", "2"}},
	{"ping", probe.Pass, program{"ping", "3 packets transmitted, 3 received, 0% packet loss, time 2003ms", "0"}},
	{"ping", probe.Warn, program{"ping", "3 packets transmitted, 0 received, 100% packet loss, time 2003ms", "1"}},
	{"tcp, http", probe.Pass, program{"curl", "* Connected to ssm (10.1.1.1) port 8443 (#0)\n< HTTP/1.1 403 Forbidden", "0"}},
	{"tcp, http", probe.Fail, program{"curl", "curl: (7) Failed to connect to 10.1.1.1 port 8443 after 9 ms: Connection refused", "7"}},
	{"tls, certificate", probe.Fail, program{"openssl", "CONNECTED(00000003)\nwrite:errno=104", "1"}},
	{probe.SSMClock, probe.Warn, program{"date", "Tue Nov 24 11:00:00 UTC 2020", "0"}},
	{probe.ManagerClock, probe.Warn, program{"date", "Tue Nov 24 11:00:00 UTC 2020", "0"}},
}

// Each check over a real server, in each of its forms.
func TestFormsOfTheChecks(t *testing.T) {
	bin, first := t.TempDir(), t.TempDir()
	sh := tool(t, "sh")
	for _, name := range []string{"sh", "timeout", "cat", "printf", "true"} {
		must(t, os.Symlink(tool(t, name), filepath.Join(bin, name)))
	}
	script := filepath.Join(t.TempDir(), "host")
	must(t, os.WriteFile(script, []byte("#!"+sh+"\nPATH="+first+":"+bin+"\neval \"$SSH_ORIGINAL_COMMAND\"\n"), 0o755))
	host := shell.Open(startRig(t, "ForceCommand "+script).dial(t))
	target := probe.Target{Addr: netip.MustParseAddr("10.1.1.1"), Port: 8443}
	ssm, err := probe.SSM(target)
	must(t, err)
	manager, err := probe.Shell(target)
	must(t, err)
	run := func(name string) probe.Outcome {
		t.Helper()
		for _, p := range append(ssm[:len(ssm):len(ssm)], manager...) {
			if p.Name == name {
				return probe.Run(t.Context(), p, host, reader{})[0]
			}
		}
		t.Fatalf("no check %q", name)
		return probe.Outcome{}
	}
	done := map[string]bool{}
	for _, f := range forms {
		stand := filepath.Join(first, f.name)
		must(t, os.WriteFile(stand, []byte("#!"+sh+"\ncat <<'OUT'\n"+f.prints+"\nOUT\nexit "+f.status+"\n"), 0o755))
		if got := run(f.check); got.Status != f.want {
			t.Errorf("%s, %.40q: %+v", f.check, f.prints, got)
		}
		must(t, os.Remove(stand))
		if !done[f.check] {
			if got := run(f.check); got.Status != probe.CouldNot || strings.TrimSpace(got.Detail) == "" {
				t.Errorf("%s without %s: %+v", f.check, f.name, got)
			}
		}
		done[f.check] = true
	}
	for _, p := range append(ssm, manager...) { // the logs have tests of their own, with real files
		if !done[p.Name] && !strings.Contains(p.Name, "log") && p.Name != "sign-ins" && p.Name != "SSM sync to Cisco" && !strings.HasSuffix(p.Name, "cloudsso.cisco.com") && p.Name != "Manager disk" {
			t.Errorf("%s has no forms here", p.Name)
		}
	}
}
