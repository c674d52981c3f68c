package session_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
	"syncscope/ssh/shell"
)

// However the SSM's log is come by, its rows are those of the file: the cause is
// named with the SSM's own words.
func TestTheCauseByEverySSMLogin(t *testing.T) {
	for _, way := range []shell.SSMLogin{shell.LoginConsole, shell.LoginSudo, shell.LoginJournald} {
		t.Run(way.String(), func(t *testing.T) {
			o := lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute, Manner: lab.Manner{Console: way == shell.LoginConsole}}
			l, live := connect(t, o, func(c *session.Config) { c.SSMLogin = way })
			live.Start(t.Context())
			u := await(t, live, 20*time.Second, func(u view.Update) bool { return u.RootCause != nil && len(u.RootCause.Evidence) >= 3 })
			if u.RootCause.ID != "grant-not-found" {
				t.Error(u.RootCause.ID)
			}
			l.AppendSSM("Nov 24 11:00:00 SSM-On-Prem chronyd[7]: a live line")
			await(t, live, 20*time.Second, func(u view.Update) bool {
				for _, ev := range u.Events {
					if e, ok := ev.(event.LogEntry); ok && e.Origin().Excerpt.String() == "Nov 24 11:00:00 SSM-On-Prem chronyd[7]: a live line" {
						return true
					}
				}
				return false
			})
		})
	}
}

// Without vshell the Manager's log is what its command line prints, and the
// pane says that it is approximate.
func TestTheManagersLogWithoutVShell(t *testing.T) {
	l, live := connect(t, lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute, Manner: lab.Manner{NoVShell: true, CLILog: true}}, nil)
	live.Start(t.Context())
	marked := false
	await(t, live, 20*time.Second, func(u view.Update) bool {
		for _, ev := range u.Events {
			if m, ok := ev.(event.Mark); ok && strings.Contains(m.Text.String(), "approximate") {
				marked = true
			}
		}
		return u.RootCause != nil && u.RootCause.ID == "grant-not-found" && marked && slices.ContainsFunc(u.Sources, func(s view.SourceStatus) bool {
			return s.Source.Kind == event.ManagerLog && s.State == event.Following && strings.Contains(s.Detail, "approximate")
		})
	})
	l.AppendManager("24-Nov-2026 11:00:00,000 UTC INFO  [vmanage] [Other] (default task-1) |default| a live line")
	await(t, live, 30*time.Second, func(u view.Update) bool {
		return slices.ContainsFunc(u.Events, func(ev event.Event) bool { return strings.Contains(ev.Origin().Excerpt.String(), "a live line") })
	})
}
