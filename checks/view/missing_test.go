package view

import (
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
)

// lacking is an update whose last attempt ended at a stage.
func lacking(at checks.Stage, change func(*Update)) *Update {
	stages := checks.UnknownStages()
	for i := range stages[:at] {
		stages[i].Status, stages[i].Basis = checks.Pass, checks.Seen
	}
	stages[at].Status = checks.Fail
	u := &Update{
		Verdict: checks.Failed, Attempts: []checks.Attempt{{Number: 1, Outcome: checks.OutcomeFail, Stages: stages}},
		RootCause: &checks.Finding{ID: "x", Stage: at, Confidence: checks.Likely},
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
		"nothing":    {lacking(checks.Auth, func(*Update) {}), nil},
		"the rule's": {lacking(checks.TCP, func(u *Update) { u.RootCause.Missing = []string{"a capture on the SSM"} }), []string{"a capture on the SSM"}},
		"of two candidates": {lacking(checks.TCP, func(u *Update) {
			u.RootCause, u.Verdict = nil, checks.Inconclusive
			u.Findings = []checks.Finding{{Severity: checks.Critical, Missing: []string{"one"}}, {Severity: checks.Note, Missing: []string{"no cause"}}, {Severity: checks.Critical, Missing: []string{"two"}}}
		}), []string{"one", "two"}},
		"a refused stream": {lacking(checks.Auth, func(u *Update) {
			u.Sources[0].State, u.Sources[0].Detail = event.Refused, "tcpdump was refused (it takes netadmin)"
		}), []string{"tcpdump of vmanage-1: not read: tcpdump was refused → it takes netadmin"}},
		"a lost link":        {lacking(checks.Auth, func(u *Update) { u.Sources[0].State = event.Lost }), []string{"since the link was lost"}},
		"before the capture": {lacking(checks.Auth, func(u *Update) { u.Attempts[0].History, u.Attempts[0].Stages[checks.TCP].Basis = true, checks.Inferred }), []string{"not captured, it is from before"}},
		"128 bytes":          {lacking(checks.TLS, func(*Update) {}), []string{"SNI, certificates and HTTP: not captured"}},
		"whole packets":      {lacking(checks.TLS, func(u *Update) { u.Sources[0].Source.Level = event.LevelPcap }), nil},
		"confirmed at TLS":   {lacking(checks.TLS, func(u *Update) { u.RootCause.Confidence = checks.Confirmed }), nil},
		"unknown stages": {lacking(checks.Auth, func(u *Update) {
			u.Attempts[0].Stages[checks.DNS].Status, u.Attempts[0].Stages[checks.HTTP].Status = checks.Unknown, checks.Unknown
		}), []string{"dns, http: nothing was seen of it, which does not say that it went well → r runs the checks"}},
		"a check": {lacking(checks.Auth, func(u *Update) {
			u.Checks = []CheckOutcome{{Name: "dns", Status: "could-not-check", Detail: "no nslookup there (install it)"}, {Name: "ping", Status: "fail"}}
		}), []string{"check dns: could not be made: no nslookup there → install it"}},
		"dropped rows":          {lacking(checks.Auth, func(u *Update) { u.Dropped, u.Forgotten = 12, 3 }), []string{"12 rows came faster", "3 of the oldest"}},
		"a success is enough":   {lacking(checks.Auth, func(u *Update) { u.Verdict, u.RootCause = checks.OK, nil; u.Sources[0].State = event.Refused }), nil},
		"but not for what fell": {lacking(checks.Auth, func(u *Update) { u.Verdict, u.RootCause, u.Dropped = checks.OK, nil, 7 }), []string{"7 rows"}},
		"no attempt":            {lacking(checks.Auth, func(u *Update) { u.Attempts, u.Shown, u.Verdict, u.RootCause = nil, -1, checks.NoAttempt, nil }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.u.Missing()
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
