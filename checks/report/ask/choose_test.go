package ask

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/view"
)

// failed is a report of an attempt that broke at a stage, with what is said of it.
func failed(at checks.Stage, detail string, f *checks.Finding) report.Report {
	stages := checks.UnknownStages()
	for i := range stages {
		switch s := &stages[i]; {
		case s.Stage == checks.Proxy:
			s.Status = checks.NotNeeded
		case s.Stage < at && s.Stage != checks.IP:
			s.Status, s.Basis, s.Detail = checks.Pass, checks.Seen, "is there"
		case s.Stage == at:
			s.Status, s.Basis, s.Detail = checks.Fail, checks.Seen, detail
		}
	}
	a := checks.Attempt{Outcome: checks.OutcomeFail, Ended: true, User: "licsvc", Stages: stages, Members: checks.Members{Manager: []event.Ref{{Source: 1, Line: 1}}}}
	d := checks.Diagnosis{Verdict: checks.Failed, Peer: "198.51.100.55:8443", Attempts: []checks.Attempt{a}, RootCause: f, Heard: checks.Heard{Manager: true}}
	if f == nil {
		d.Verdict = checks.Inconclusive
	}
	return report.Report{Diagnosis: d}
}

func cause(id string, at checks.Stage, c checks.Confidence, next string) *checks.Finding {
	return &checks.Finding{ID: id, Stage: at, Confidence: c, Owner: checks.OwnerSSMAdmin, Title: "It failed.", Next: next}
}

func asks(t *testing.T, r report.Report, to Recipient) string {
	t.Helper()
	lines, err := Lines(r, to, "en")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// Who is asked follows from the next step, the steps of the fix and what is open; a
// question claims no symptom that was not seen.
func TestWhoIsAskedOfWhat(t *testing.T) {
	elsewhere := failed(checks.Auth, "the answer was 403", cause("grant-not-found", checks.Auth, checks.Likely, "Get the log of the SSM that answered: this log has no such request"))
	elsewhere.Diagnosis.Attempts[0].NotLogged = true
	elsewhere.Diagnosis.RootCause.Fix = []checks.FixStep{{Who: checks.OwnerSSMAdmin, Do: elsewhere.Diagnosis.RootCause.Next, Asks: checks.AsksElsewhere}}
	unlogged := failed(checks.TCP, "connect timed out", cause("ssm-host-firewall", checks.TCP, checks.Likely, "Read the SSM's firewall rules"))
	unlogged.Diagnosis.Attempts[0].NotLogged = true
	early := failed(checks.TLS, "an alert", cause("tls-protocol-version", checks.TLS, checks.Likely, "Find which TLS versions"))
	early.Diagnosis.Attempts[0].NotLogged = true
	early.Diagnosis.Attempts[0].Stages[checks.IP].Status = checks.Pass
	open := failed(checks.TCP, "connect timed out", nil)
	open.Diagnosis.Attempts[0].Outcome = checks.OutcomeUnknown
	hung := func(c checks.Confidence) report.Report {
		return failed(checks.TLS, "timed out", cause("server-hung", checks.TLS, c, "Check whether the web server is alive"))
	}
	grant := failed(checks.Auth, "the answer was 403", cause("grant-not-found", checks.Auth, checks.Confirmed, "Look in the API Console for the client ID"))
	grant.Diagnosis.RootCause.Fix = []checks.FixStep{{Who: checks.OwnerSSMAdmin, Do: "Look in the API Console for the client ID", Asks: "grant"}, {Who: checks.OwnerManagerAdmin, Do: "Enter both", Where: "Manager", Impact: "none"}}
	ended := func(at checks.Stage, how checks.Manner) report.Report {
		r := failed(at, "it ended", nil)
		r.Diagnosis.Attempts[0].Manner = how
		return r
	}
	for _, tt := range []struct {
		name     string
		r        report.Report
		to       Recipient
		has, not string
	}{
		{"the SSM that answered is another", elsewhere, SSM, "Question: Which SSM answers at 198.51.100.55", "in the list"},
		{"who it is, the way tells too", elsewhere, Network, "Question: Which host did connections", "Nothing to ask"},
		{"nothing was answered, so nothing is logged", unlogged, Network, "Question: What happens to TCP", "RST"},
		{"what ends before it is logged was not answered elsewhere", early, Network, "Nothing to ask here: ", "Question"},
		{"a refusal is asked for as one", ended(checks.TCP, checks.Refused), Network, "Question: What refuses TCP", "Nothing to ask"},
		{"the attempt has not ended", open, Network, "Nothing to ask here: ", "Question"},
		{"who holds the address", hung(checks.Likely), Network, "Question: Which host did connections", "RST"},
		{"it is certain", hung(checks.Confirmed), Network, "Nothing to ask here: ", "Question"},
		{"the Manager's log was given", hung(checks.Likely), Manager, "Nothing to ask here: ", "server log"},
		{"the step's own command", hung(checks.Likely), SSM, "\nOn the SSM: ip -br addr; ", "Question"},
		{"the question stands for the step", grant, SSM, "Question: In the SSM's API Tool Kit", "To do"},
		{"a step of the fix", grant, Manager, "\nYour part of the mending: Enter both (Manager; impact: none)", "Question"},
		{"no certificate was seen", ended(checks.TLS, checks.Silent), SSM, "Question: Is what serves", "certificate"},
		{"the certificate is the matter", ended(checks.TLS, checks.AtCertificate), SSM, "Question: Which certificate", "Is what serves"},
	} {
		if got := asks(t, tt.r, tt.to); !strings.Contains(got, tt.has) || strings.Contains(got, tt.not) {
			t.Errorf("%s: %q is not in, or %q is:\n%s", tt.name, tt.has, tt.not, got)
		}
	}
}

// Commands are about both ends, as far as they are known, and test the direction that
// fails.
func TestCommandsAreOfBothEnds(t *testing.T) {
	r := failed(checks.TLS, "Read timed out", cause("mtu-blackhole", checks.IP, checks.Likely, "Find the tunnel"))
	r.Diagnosis.RootCause.Owner = checks.OwnerNetwork
	if got := asks(t, r, Network); !strings.Contains(got, "-s 1472 198.51.100.55;") {
		t.Errorf("no address is known, and: %s", got)
	}
	c := event.Connection{Client: netip.MustParseAddrPort("192.0.2.20:40000"), Server: netip.MustParseAddrPort("198.51.100.55:8443")}
	c.Trouble.LostLarge[handshake.ToClient] = 1
	r.Diagnosis.Conns = []checks.ConnectionState{{Connection: c}}
	for _, to := range []Recipient{Network, SSM} {
		if got := asks(t, r, to); !strings.Contains(got, "-s 1472 192.0.2.20;") || strings.Contains(got, "-s 1472 198") {
			t.Errorf("%s tests another direction: %s", to, got)
		}
	}
	r = failed(checks.TCP, "connect timed out", cause("firewall-drop", checks.TCP, checks.Likely, "Check whether every firewall"))
	r.Diagnosis.Conns = []checks.ConnectionState{{Connection: c}}
	if got := asks(t, r, SSM); !strings.Contains(got, "'tcp port 8443 and host 198.51.100.55 and host 192.0.2.20'") {
		t.Error(got)
	}
}

// UTC is told once, by whatever of the attempt has a date and a zone, and by what.
func TestUTCIsToldOnce(t *testing.T) {
	at := time.Date(2025, 11, 14, 9, 14, 3, 0, time.UTC)
	when := func(text string, zoned, dated bool) event.When {
		return event.When{Time: at, Text: event.Printed(redact.New().Foreign(text)), Zoned: zoned, Dated: dated}
	}
	for _, tt := range []struct {
		name, want string
		start      event.When
		evidence   []checks.Evidence
	}{
		{"the Manager's own", "When: 2025-11-14 09:14:03 UTC on the Manager's clock", when("2025-11-14 09:14:03 UTC", true, true), nil},
		{"no zone", "When: 2025-11-14 14:44:03 IST on the Manager's clock; its zone is not sure, so no UTC is told", when("2025-11-14 14:44:03 IST", false, true), nil},
		{"a capture's", "When: 2025-11-14 14:44:03 IST on the Manager's clock; 2025-11-14 09:14:03 UTC by our capture", when("2025-11-14 14:44:03 IST", false, true), []checks.Evidence{{Kind: event.Pcap, Time: when("09:14:03", true, true)}}},
		{"no date", "When: 14:44:03 (no date is with it) on the Manager's clock; its zone is not sure, so no UTC is told", when("14:44:03", false, false), nil},
		{"no time of day", "", when("0.000000", false, false), nil},
	} {
		r := failed(checks.TCP, "connect timed out", cause("firewall-drop", checks.TCP, checks.Likely, "Check"))
		r.Diagnosis.Attempts[0].Start = tt.start
		r.Diagnosis.RootCause.Evidence = tt.evidence
		lines := strings.Split(asks(t, r, SSM), "\n")
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "When: ") })
		if got := append(lines, "")[(i+len(lines)+1)%(len(lines)+1)]; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// What is said to be in order was seen, and what leads to the proxy says so.
func TestWhatIsInOrderWasSeen(t *testing.T) {
	r := failed(checks.Auth, "the answer was 403", nil)
	s := r.Diagnosis.Attempts[0].Stages
	s[checks.Proxy] = checks.StageState{Stage: checks.Proxy, Status: checks.Pass, Basis: checks.Seen, Object: "proxy.example:3128", Detail: "200"}
	s[checks.TCP].Object = "proxy.example:3128"
	s[checks.TLS].Basis = checks.Inferred
	got := asks(t, r, SSM)
	if !strings.Contains(got, "Checked and in order: ") || !strings.Contains(got, "tcp (to the proxy): is there") || strings.Contains(got, "tls: ") || !strings.Contains(got, "through the proxy proxy.example:3128") {
		t.Error(got)
	}
}

// Where no attempt was seen, no sync is claimed, and what was covered is told.
func TestNoAttemptTellsWhatIsCovered(t *testing.T) {
	at := time.Date(2025, 11, 14, 9, 14, 3, 0, time.UTC)
	r := report.Report{Diagnosis: checks.Diagnosis{Shown: -1, Manager: "mgr-a", Heard: checks.Heard{Manager: true}}}
	r.Sources = []view.SourceStatus{
		{Source: event.Source{ID: 1, Kind: event.ManagerLog}, Lines: 2, First: event.When{Time: at, Zoned: true, Dated: true}, Last: event.When{Time: at.Add(time.Minute), Zoned: true, Dated: true}},
		{Source: event.Source{ID: 2, Kind: event.Pcap}},
	}
	got := asks(t, r, Manager)
	if strings.Contains(got, "licence sync") || !strings.Contains(got, "the Manager's log, 2025-11-14 09:14:03 UTC to 2025-11-14 09:15:03 UTC; our capture, without a packet") {
		t.Error(got)
	}
	if got := asks(t, r, SSM); !strings.HasPrefix(got, "Nothing to ask here: No sync attempt was seen") {
		t.Error(got)
	}
}
