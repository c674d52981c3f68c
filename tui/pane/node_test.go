package pane

import (
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
)

// Each row of a cluster's logs names its node; one Manager's do not.
func TestARowNamesItsNode(t *testing.T) {
	for _, nodes := range [][]string{{"vm1"}, {"vm1", "vm2", "vm3"}} {
		gate := redact.New()
		l := NewLog("Manager log", event.ManagerLog)
		var u view.Update
		for i, host := range nodes {
			u.Sources = append(u.Sources, view.SourceStatus{Source: event.Source{ID: event.SourceID(i + 1), Kind: event.ManagerLog, Host: gate.Foreign(host)}})
		}
		l.Set(&u)
		for _, s := range u.Sources {
			d := capture.NewDecoder(s.Source, gate, func(ev event.Event) { l.Observe(event.ManagerLog, ev) })
			if _, err := d.Write([]byte("24-Nov-2026 11:00:00,000 UTC INFO  [vmanage] [Other] (default task-1) |default| a line\n")); err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for i, host := range nodes {
			got := strings.HasPrefix(l.whole(uint64(i+1)).text(), host+" ")
			if got != (len(nodes) > 1) {
				t.Errorf("of %d nodes, row %d: %q", len(nodes), i+1, l.whole(uint64(i+1)).text())
			}
		}
	}
}
