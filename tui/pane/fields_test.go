package pane

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// Every mark of a packet can be filtered by, and a filter by one shows no packet
// with another.
func TestEveryAnalysisIsAField(t *testing.T) {
	all := handshake.Analysis(0)
	for name, marks := range handshake.AnalysisFields {
		if name != "tcp.analysis.flags" {
			all |= marks
		}
		match, err := DisplayFilter(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for bit := range 16 {
			var s event.Segment
			s.TCP = 1 << bit
			if got, want := match(&Row{Event: s}), marks&(1<<bit) != 0; got != want {
				t.Errorf("%s: a packet with mark %d: %v", name, bit, got)
			}
		}
	}
	for bit := range 16 {
		if mark := handshake.Analysis(1) << bit; mark.String() != "" && all&mark == 0 {
			t.Errorf("no field for %s", mark)
		}
	}
}
