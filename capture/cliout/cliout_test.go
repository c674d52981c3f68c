package cliout_test

import (
	"strings"
	"testing"

	"syncscope/capture/cliout"
	"syncscope/capture/redact"
)

func read(text string) cliout.Result {
	p := cliout.NewParser(redact.New())
	for _, l := range strings.Split(text, "\n") {
		p.Line(redact.Wrap([]byte(l)))
	}
	return p.Result()
}

func TestOutputs(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		check      cliout.Check
		ok         func(cliout.Result) bool
	}{
		{"version behind its prompt", "um8_vManage# show version\n20.9.3", cliout.ShowVersion, func(r cliout.Result) bool {
			return r.Release == cliout.Release{20, 9, 3} && r.Host.String() == "um8_vManage" && r.Version.String() == "20.9.3"
		}},
		{"version alone", "20.9.4.1", cliout.ShowVersion, func(r cliout.Result) bool { return r.Release == cliout.Release{20, 9, 4, 1} }},
		{"system status", "Viptela (tm) vManage\nVersion: 20.18.1\nCurrent time:            Tue Dec 21 15:12:52 UTC 2021", cliout.ShowSystemStatus, func(r cliout.Result) bool {
			return r.Release == cliout.Release{20, 18, 1} && r.Clock.Hour() == 15
		}},
		{"nslookup, BIND", "m:~$ nslookup ssm.example\nServer:\t192.168.10.254\nAddress:\t192.168.10.254#53\n\nName:\tssm.example\nAddress: 10.106.66.55", cliout.Nslookup, func(r cliout.Result) bool {
			return r.Name.String() == "ssm.example" && len(r.Addrs) == 1 && r.Addrs[0].String() == "10.106.66.55"
		}},
		{"nslookup, BusyBox", "Server:    192.168.10.254\nAddress 1: 192.168.10.254\n\nName:      ssm.example\nAddress 1: 10.106.66.55", cliout.Nslookup, func(r cliout.Result) bool { return len(r.Addrs) == 1 }},
		{"nslookup, no such name", "m:~$ nslookup x\nServer:\t1.1.1.1\n** server can't find x: NXDOMAIN", cliout.Nslookup, func(r cliout.Result) bool {
			return len(r.Addrs) == 0 && strings.Contains(r.Failure.String(), "NXDOMAIN")
		}},
		{"services", "vManage# request nms all status\nNMS application server\n\tEnabled: true\n\tStatus:  <waiting>\nNMS coordination server\n\tEnabled: true\n\tStatus:  running PID:3515 for 642s\nNMS SDAVC proxy\n\tEnabled: false\n\tStatus:  not running", cliout.NMSStatus, func(r cliout.Result) bool {
			return len(r.Down) == 1 && r.Down[0].String() == "NMS application server: <waiting>"
		}},
		{"openssl's chain", "m:~$ openssl s_client -connect x:8443\nCertificate chain\n 0 s:C = US, CN = SSM\n   i:C = US, CN = Root\n 1 s:C = US, CN = Root\n   i:C = US, CN = Root", cliout.OpenSSL, func(r cliout.Result) bool {
			return len(r.Chain) == 2 && r.Chain[0].Issuer.String() == "C = US, CN = Root" && r.Chain[1].Line == 4
		}},
		{"refused", "m# show version\nsyntax error: unknown command", cliout.ShowVersion, func(r cliout.Result) bool { return !r.Failure.Empty() }},
		{"prose", "nothing of the kind", cliout.CheckUnknown, func(r cliout.Result) bool { return len(r.Lines) == 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := read(tt.text); r.Check != tt.check || !tt.ok(r) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// The list of grants shows the beginning of a client ID only; it is told apart
// by what the gate has seen elsewhere.
func TestGrants(t *testing.T) {
	gate := redact.New()
	whole := gate.Field(redact.ClientID, []byte("acjrl0EQaAiTpTNrZZZZZZZZZZ"))
	p := cliout.NewParser(gate)
	for _, l := range []string{"API Tool Kit > API Console", "Name Creation Date Type Description Client ID", "vmanage Aug 04 2024 Client Credentials Grant  acjrl0EQaAiTpTNr...", "other Aug 04 2024 Resource Owner Grant  b7c8d9e0f1a2b3c4..."} {
		p.Line(redact.Wrap([]byte(l)))
	}
	r := p.Result()
	if r.Check != cliout.Toolkit || len(r.Grants) != 2 {
		t.Fatalf("%+v", r)
	}
	token, _, _ := strings.Cut(whole.String(), " ")
	if got := r.Grants[0]; got.Type.String() != "Client Credentials Grant" || !strings.HasPrefix(got.Client.String(), token) {
		t.Errorf("%+v, want %s", got, token)
	}
	if !r.Grants[1].Client.Empty() {
		t.Errorf("%+v: nobody has seen this ID", r.Grants[1])
	}
	for _, l := range r.Lines {
		if strings.Contains(l.String(), "acjrl0EQ") {
			t.Errorf("%s shows more of the ID than its first four characters", l)
		}
	}
}

// A line that heads one command's output ends another's; what a server calls itself
// heads none.
func TestHeads(t *testing.T) {
	for line, want := range map[string]cliout.Check{
		"API Tool Kit > API Console": cliout.Toolkit, "PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.": cliout.Ping,
		"Server:\t\t192.0.2.53": cliout.Nslookup, "Server: nginx": cliout.CheckUnknown, "CONTAINER ID   IMAGE": cliout.Containers,
		"depth=0 CN = x": cliout.CheckUnknown, "": cliout.CheckUnknown,
	} {
		if got := cliout.Heads(redact.Wrap([]byte(line))); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

func TestReleases(t *testing.T) {
	min := cliout.Release{20, 9, 1}
	for text, older := range map[string]bool{"20.9.0": true, "20.6.5.1": true, "19.2.4": true, "20.9.1": false, "20.9.4-1": false, "20.10.1": false, "20.15.605": false, "26.1.2.1": false} {
		r, ok := cliout.ParseRelease(text)
		if !ok || r.Less(min) != older {
			t.Errorf("%s: %v, older %v", text, r, r.Less(min))
		}
	}
	for _, text := range []string{"", "20", "20.9.x", "1.2.3.4.5", "10.0.0.1 is up"} {
		if _, ok := cliout.ParseRelease(text); ok {
			t.Errorf("%q is taken for a release", text)
		}
	}
}

// Whatever prompt a command stands behind, its output is told by it, and who ran it where
// the prompt says so. Prose that names a command is no command.
func TestPrompts(t *testing.T) {
	for _, tt := range []struct{ line, host, object string }{
		{"mgr-a:~$ openssl s_client -connect ssm.example:443 </dev/null", "mgr-a", "ssm.example:443"},
		{"root@mgr-a:/var/log# ping -c 3 192.0.2.5", "mgr-a", "192.0.2.5"}, {"[admin@mgr-a ~]$ ping 192.0.2.5", "mgr-a", "192.0.2.5"},
		{"jdoe@mac ~ % nslookup ssm.example 192.0.2.53", "mac", "ssm.example"}, {"(venv) $ x", "", ""},
		{"$ curl -v https://ssm.example:8443/", "", "ssm.example:8443"}, {"# ping -c 3 192.0.2.5", "", "192.0.2.5"}, {"~$ ping 192.0.2.5", "", "192.0.2.5"},
		{"sh-4.4# ping 192.0.2.5", "", "192.0.2.5"}, {"$ echo | openssl s_client -connect 192.0.2.5:443 2>&1 | head", "", "192.0.2.5:443"},
		{`C:\Users\jdoe>nslookup ssm.example`, "", "ssm.example"}, {`PS C:\> ping -n 2 ssm.example`, "", "ssm.example"},
		{"openssl s_client -connect 192.0.2.5:443 -servername x", "", "192.0.2.5:443"}, {"ping -c 3 ssm.example", "", "ssm.example"},
		{"ping 192.0.2.5 works from here", "", ""}, {"ping 192.0.2.5.", "", ""}, {"host ssm.example is down", "", ""}, {"# ping from the Manager", "", ""},
		{"curl and wget were tried", "", ""}, {"# datestamps follow", "", ""}, {"# show version of the lab, as of today", "", ""},
	} {
		p := cliout.NewParser(redact.New())
		p.Line(redact.Wrap([]byte(tt.line)))
		r := p.Result()
		if begins := cliout.Begins(redact.Wrap([]byte(tt.line))); begins != (tt.object != "") || r.Host.String() != tt.host || begins && r.Object.String() != tt.object {
			t.Errorf("%q: begins %v, by %q, about %q; want %q, %q", tt.line, begins, r.Host, r.Object.String(), tt.host, tt.object)
		}
	}
}

// A number without its command is a release only where it is all that there is, and
// has a Manager's form: an address among words is none.
func TestNumbersAlone(t *testing.T) {
	for text, want := range map[string]string{
		"20.9.4.1": "20.9.4.1 bare", "\n20.6.3\n\n": "20.6.3 bare", "show version\n20.6.3": "20.6.3", "m# show version\n20.6.3": "20.6.3",
		"10.106.66.55": "", "192.0.2.7": "", "the SSM is\n20.6.3": "", "20.6.3\nis what it says": "", "20.6.3\n20.6.4": "", "8.20.2304": "", "1.2.3": "", "20.5": "",
	} {
		r := read(text)
		got := r.Version.String()
		if r.Bare {
			got += " bare"
		}
		if got != want || (r.Check == cliout.ShowVersion) != (want != "") {
			t.Errorf("%q: %v %q, wanted %q", text, r.Check, got, want)
		}
	}
}
