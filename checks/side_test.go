package checks_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/checks"
)

func found(d checks.Diagnosis, id string) bool {
	return slices.ContainsFunc(d.Findings, func(f checks.Finding) bool { return f.ID == id })
}

func TestClock(t *testing.T) {
	two := func(zone, there string) checks.Diagnosis {
		log := strings.ReplaceAll(manager("11:17", "svc", notFound)+manager("11:40", "svc", notFound), " UTC ", " "+zone+" ")
		return diagnosisOf(t, log, ssm(there+":17", "svc", 403, 121)+ssm(there+":40", "svc", 403, 121))
	}
	for _, tt := range []struct {
		name, zone, there string
		offset            time.Duration
		known, skew       bool
	}{
		{"the same clock", "UTC", "11", 220 * time.Millisecond, true, false},
		{"another zone", "KST", "02", 220 * time.Millisecond, true, false},
		{"hours ahead", "UTC", "16", 5*time.Hour + 220*time.Millisecond, true, true},
		{"letters of several zones", "IST", "05", 0, false, false},
	} {
		d := two(tt.zone, tt.there)
		if d.Clock.Offset != tt.offset || strings.HasPrefix(d.Clock.Basis, "unknown") == tt.known || found(d, "clock-skew") != tt.skew {
			t.Errorf("%s: %+v, skew %v", tt.name, d.Clock, found(d, "clock-skew"))
		}
		if d.RootCause == nil || d.RootCause.ID != "grant-not-found" {
			t.Errorf("%s: the clock changes the cause: %+v", tt.name, d.RootCause)
		}
	}
	if d := diagnosisOf(t, manager("11:17", "svc", notFound), ssm("16:17", "svc", 403, 121)); d.Clock.Basis != "unknown" {
		t.Errorf("one matched event gives %+v", d.Clock)
	}
}

// A healthy connection on which two TTLs were seen raises nothing.
func TestTwoTTLs(t *testing.T) {
	healthy := packets(hello, acked, reply, client+"[P.], seq 441:483, ack 1316, win 66, length 42", client+"[P.], seq 483:489, ack 1316, win 66, length 6", client+"[P.], seq 489:534, ack 1316, win 66, length 45",
		server+"[P.], seq 1316:1574, ack 534, win 63, length 258", client+"[P.], seq 534:1006, ack 1574, win 69, length 472", server+"[P.], seq 1574:2284, ack 1006, win 63, length 710")
	healthy = strings.Replace(healthy, "ttl 60", "ttl 44", 1)
	d := diagnosisOf(t, manager("11:17", "svc", "ok"), healthy)
	if d.Verdict != checks.OK || len(d.Findings) > 1 {
		t.Errorf("%s %+v", d.Verdict, d.Findings)
	}
	for _, f := range d.Findings {
		if f.ID != "secrets-in-logs" {
			t.Errorf("%s: %s", f.ID, f.Title)
		}
	}
}

// The published excerpts: another user on each side, 42 minutes apart.
func TestExcerptsThatCannotBeJoined(t *testing.T) {
	d := diagnosisOf(t, manager("11:17", "alice", notFound), ssm("11:59", "bob", 403, 121))
	if len(d.Attempts) != 1 || len(d.Others) != 2 || d.Clock.Basis != "unknown" || d.Clock.Offset != 0 {
		t.Errorf("%d attempts, others %v, clock %+v", len(d.Attempts), d.Others, d.Clock)
	}
}

func TestOneNodeOfACluster(t *testing.T) {
	other := strings.ReplaceAll(manager("11:20", "svc", "ok"), "[n1]", "[n2]")
	d := diagnosisOf(t, manager("11:17", "svc", notFound), other)
	if d.Verdict != checks.Failed || d.RootCause == nil || d.RootCause.ID != "grant-not-found" || !found(d, "node-specific") {
		t.Errorf("%s %+v", d.Verdict, d.RootCause)
	}
	if d := diagnosisOf(t, manager("11:17", "svc", notFound)+manager("11:20", "svc", "ok")); found(d, "node-specific") {
		t.Error("one node alone is said to be specific")
	}
}

func TestWhatACaptureCannotShow(t *testing.T) {
	other := strings.ReplaceAll(head, "10.106.66.55", "10.7.7.7")
	if d := diagnosisOf(t, manager("11:17", "svc", notFound), other); !found(d, "capture-other-host") || found(d, "capture-blind") {
		t.Error("the capture is about another address")
	}
	if d := diagnosisOf(t, manager("11:17", "svc", notFound), head); !found(d, "capture-blind") || found(d, "capture-other-host") {
		t.Error("the capture has no packet of the attempt")
	}
	dropped := packets(hello, acked) + "5 packets captured\n9 packets received by filter\n4 packets dropped by kernel\n"
	if d := diagnosisOf(t, manager("11:17", "svc", notFound), dropped); !found(d, "kernel-drops") || found(d, "capture-blind") {
		t.Error("the kernel dropped packets")
	}
}

func TestCertificateEnds(t *testing.T) {
	chain := func(end string) string {
		return openssl + "   i:C = US, CN = Root\n   v:NotBefore: Apr 16 14:14:16 2022 GMT; NotAfter: " + end + "\n"
	}
	if d := diagnosisOf(t, manager("11:17", "svc", notFound), chain("Jan 30 14:14:16 2023 GMT")); !found(d, "certificate-expires-soon") {
		t.Error("17 days are left")
	}
	if d := diagnosisOf(t, manager("11:17", "svc", notFound), chain("Jun 30 14:14:16 2023 GMT")); found(d, "certificate-expires-soon") {
		t.Error("months are left")
	}
}
