package session

import (
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

func TestRecentKeepsADayOfTheLogsOwnClock(t *testing.T) {
	const access = ` SSM n: 10.1.1.1 - - [01/Jan/2023:00:10:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-" "-"`
	for _, tt := range []struct {
		name, text string
		first      string
	}{
		{"older lines go", "Jan 10 10:00:00 h a: old\nJan 12 09:00:00 h a: kept\nJan 12 10:00:00 h a: last\n", "kept"},
		{"stamps with and without a year are not compared", "Jan  1 00:05:00 SSM a: kept\nJan  1 00:10:00" + access + "\nJan  1 00:11:00 SSM a: last\n", "kept"},
		{"the turn of the year", "Dec 30 10:00:00 h a: old\nDec 31 23:50:00 h a: kept\nJan  1 00:10:00 h a: last\n", "kept"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var events []event.Event
			d := capture.NewDecoder(event.Source{Kind: event.SSMMessages}, redact.New(), func(ev event.Event) { events = append(events, ev) })
			if _, err := d.Write([]byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			got := recent(events, historyAge)
			if len(got) == 0 || !strings.Contains(got[0].Origin().Excerpt.String(), tt.first) {
				t.Errorf("%d of %d lines are kept", len(got), len(events))
			}
		})
	}
}
