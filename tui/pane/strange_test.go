package pane

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// A log whose lines are not understood says so once, after 20 of them, with one of
// them; a log of which a few are not, does not.
func TestALogThatIsNotUnderstood(t *testing.T) {
	for name, tt := range map[string]struct {
		entries, plain int
		said           int
	}{"another log": {0, 50, 1}, "too early": {0, 19, 0}, "a few lines of a log": {500, 30, 0}} {
		l := NewLog("log", event.ManagerLog)
		for range tt.entries {
			l.Observe(event.ManagerLog, event.LogEntry{})
		}
		for i := range tt.plain {
			l.Observe(event.ManagerLog, event.Plain{Meta: event.Meta{Excerpt: redact.New().Foreign(fmt.Sprintf("strange %d", i))}, Why: event.NotRecognised})
		}
		said := 0
		for seq := l.first; seq < l.next; seq++ {
			if m := l.row(seq).Message; strings.Contains(m, "not understood") {
				said++
				if !strings.Contains(m, "strange 19") {
					t.Errorf("%s: without a sample: %s", name, m)
				}
			}
		}
		if said != tt.said {
			t.Errorf("%s: said %d times", name, said)
		}
	}
}
