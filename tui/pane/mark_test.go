package pane

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// What is said of one stream stands in its pane alone; what is said of the run
// stands in all.
func TestMarksStandWhereTheyBelong(t *testing.T) {
	for name, tt := range map[string]struct {
		source       event.SourceID
		kind         event.Kind
		log, packets int // rows
	}{
		"of the run":    {0, event.KindUnknown, 1, 1},
		"of the log":    {1, event.ManagerLog, 1, 0},
		"of packets":    {2, event.TcpdumpText, 0, 1},
		"of the checks": {3, event.Check, 1, 1},
	} {
		l, h := NewLog("Manager log", event.ManagerLog), NewHandshake()
		m := event.Mark{Meta: event.Meta{From: event.Ref{Source: tt.source}}, Text: redact.Literal("a word")}
		l.Observe(tt.kind, m)
		h.Observe(tt.kind, m)
		if l.Len() != tt.log || h.Len() != tt.packets {
			t.Errorf("%s: %d rows in the log's pane, %d in the packets'", name, l.Len(), h.Len())
		}
	}
}
