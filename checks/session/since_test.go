package session_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
)

// --since reaches into the rotated file where the log is younger, and no
// further than was asked for.
func TestSinceReachesIntoTheRotatedFile(t *testing.T) {
	for _, tt := range []struct {
		since time.Duration
		first string
	}{{2 * time.Hour, "line 60"}, {time.Minute, "line 179"}} {
		t.Run(tt.since.String(), func(t *testing.T) {
			_, live := connectTo(t, lab.Options{Scenario: "ok", Past: time.Minute}, func(l *lab.Lab, c *session.Config) {
				c.Since = tt.since
				began := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
				line := func(i int) string {
					return fmt.Sprintf("%s SSM-On-Prem lab[7]: line %d", began.Add(time.Duration(i)*time.Minute).Format(time.Stamp), i)
				}
				l.RotateSSM("20261101") // what was played is older
				for i := range 150 {
					l.AppendSSM(line(i))
				}
				l.RotateSSM("20261124")
				for i := 150; i <= 180; i++ {
					l.AppendSSM(line(i))
				}
			})
			live.Start(t.Context())
			first := ""
			await(t, live, 20*time.Second, func(u view.Update) bool {
				for _, ev := range u.Events {
					e, ok := ev.(event.LogEntry)
					if _, row, found := strings.Cut(ev.Origin().Excerpt.String(), "lab[7]: "); ok && found && e.History && first == "" {
						first = row
					}
				}
				return first != ""
			})
			if first != tt.first {
				t.Errorf("the first row is %q", first)
			}
		})
	}
}
