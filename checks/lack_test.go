package checks

import (
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// lacking is an update whose last attempt ended at a stage.
func lacking(at Stage, change func(*Update)) *Update {
	stages := UnknownStages()
	for i := range stages[:at] {
		stages[i].Status, stages[i].Basis = Pass, Seen
	}
	stages[at].Status = Fail
	u := &Update{
		Verdict: Failed, Attempts: []Attempt{{Number: 1, Outcome: OutcomeFail, Stages: stages}},
		RootCause: &Finding{ID: "x", Stage: at, Confidence: Likely},
		Sources:   []SourceStatus{{Source: event.Source{ID: 1, Kind: event.TcpdumpText, Level: event.LevelText, Title: redact.Literal("tcpdump"), Host: redact.Literal("vmanage-1")}, State: event.Following}},
	}
	change(u)
	return u
}

func TestLacks(t *testing.T) {
	for name, tt := range map[string]struct {
		u    *Update
		want []string // in this order; each is in What, " → " and Next
	}{
		"nothing":    {lacking(Auth, func(*Update) {}), nil},
		"the rule's": {lacking(TCP, func(u *Update) { u.RootCause.Missing = []string{"a capture on the SSM"} }), []string{"a capture on the SSM"}},
		"of two candidates": {lacking(TCP, func(u *Update) {
			u.RootCause, u.Verdict = nil, Inconclusive
			u.Findings = []Finding{{Severity: Critical, Missing: []string{"one"}}, {Severity: Note, Missing: []string{"no cause"}}, {Severity: Critical, Missing: []string{"two"}}}
		}), []string{"one", "two"}},
		"a refused stream": {lacking(Auth, func(u *Update) {
			u.Sources[0].State, u.Sources[0].Detail = event.Refused, "tcpdump was refused (it takes netadmin)"
		}), []string{"tcpdump of vmanage-1: not read: tcpdump was refused → it takes netadmin"}},
		"a lost link":        {lacking(Auth, func(u *Update) { u.Sources[0].State = event.Lost }), []string{"since the link was lost"}},
		"before the capture": {lacking(Auth, func(u *Update) { u.Attempts[0].History, u.Attempts[0].Stages[TCP].Basis = true, Inferred }), []string{"not captured, it is from before"}},
		"128 bytes":          {lacking(TLS, func(*Update) {}), []string{"SNI, certificates and HTTP: not captured"}},
		"whole packets":      {lacking(TLS, func(u *Update) { u.Sources[0].Source.Level = event.LevelPcap }), nil},
		"confirmed at TLS":   {lacking(TLS, func(u *Update) { u.RootCause.Confidence = Confirmed }), nil},
		"unknown stages": {lacking(Auth, func(u *Update) {
			u.Attempts[0].Stages[DNS].Status, u.Attempts[0].Stages[HTTP].Status = Unknown, Unknown
		}), []string{"dns, http: nothing was seen of it, which does not say that it went well → r runs the checks"}},
		"a check": {lacking(Auth, func(u *Update) {
			u.Checks = []CheckOutcome{{Name: "dns", Status: "could-not-check", Detail: "no nslookup there (install it)"}, {Name: "ping", Status: "fail"}}
		}), []string{"check dns: could not be made: no nslookup there → install it"}},
		"dropped rows":          {lacking(Auth, func(u *Update) { u.Dropped, u.Forgotten = 12, 3 }), []string{"12 rows came faster", "3 of the oldest"}},
		"a success is enough":   {lacking(Auth, func(u *Update) { u.Verdict, u.RootCause = OK, nil; u.Sources[0].State = event.Refused }), nil},
		"but not for what fell": {lacking(Auth, func(u *Update) { u.Verdict, u.RootCause, u.Dropped = OK, nil, 7 }), []string{"7 rows"}},
		"no attempt":            {lacking(Auth, func(u *Update) { u.Attempts, u.Shown, u.Verdict, u.RootCause = nil, -1, NoAttempt, nil }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.u.Lacks()
			if len(got) != len(tt.want) {
				t.Fatalf("%q, want %q", got, tt.want)
			}
			for i, w := range tt.want {
				if all := got[i].What + " → " + got[i].Next; !strings.Contains(all, w) {
					t.Errorf("%q is not in %q", w, all)
				}
			}
		})
	}
}
