package offline

import (
	"fmt"
	"slices"

	"syncscope/capture/event"
	"syncscope/checks"
)

// explain notes what it means where nothing was seen: a capture without a packet, or
// with none of the SSM, and lines that were cut where they would tell.
func (rd *reading) explain() {
	d := &rd.report.Diagnosis
	if d.Verdict != checks.NoAttempt && d.Verdict != checks.Inconclusive {
		return
	}
	for _, s := range rd.report.Sources {
		switch kind := s.Source.Kind; {
		case kind != event.TcpdumpText && kind != event.TcpdumpHex && kind != event.Pcap:
		case s.Packets == 0 && s.Skipped > 0:
			rd.left.note(fmt.Sprintf("%s: no packet of it could be read: %d lines have another form, or names in place of numbers (run tcpdump with -nn, or save a pcap with -w)", s.Source.Title, s.Skipped))
		case s.Packets == 0 && slices.Contains(rd.noDevice, s.Source.ID):
			rd.left.note(s.Source.Title.String() + ": nothing was captured: the host has no interface of that name (name another: show interface lists them)")
		case s.Packets == 0:
			rd.left.note(s.Source.Title.String() + ": no packet was captured: on this interface none passed that the filter takes (capture on the interface that the route to the SSM leaves by, filter host SSM, and press Sync Licenses while it runs)")
		case len(d.Conns) == 0 && s.Skipped > 0:
			rd.left.note(fmt.Sprintf("%s: no connection could be read; %d lines have another form, or names in place of numbers (run tcpdump with -nn)", s.Source.Title, s.Skipped))
		case len(d.Conns) == 0:
			rd.left.note(s.Source.Title.String() + ": none of its packets is of a connection (filter host SSM, on the interface that the route to the SSM leaves by)")
		}
	}
	for _, name := range rd.cut {
		rd.left.note(name + ": lines that would tell end inside a word (give the file itself, not a copy of a screen)")
	}
}
