package pane

import (
	"testing"

	"syncscope/capture/event"
)

// A packet that was given before its last line came has one row, the newer.
func TestAnAmendedRowStandsInItsPlace(t *testing.T) {
	l := NewList("list", event.TcpdumpText)
	row := func(packet int, early bool, text string) Row {
		ref := event.Ref{Source: 1, Line: packet, Packet: packet}
		return Row{Ref: ref, Event: event.Unreachable{Meta: event.Meta{From: ref, Provisional: early}}, Message: text}
	}
	l.Add(row(1, false, "whole"))
	l.Add(row(2, true, "early"))
	l.Add(Row{Message: "a note between"})
	l.Add(row(2, false, "amended"))
	l.Add(row(2, false, "a second row of it"))
	l.Add(row(1, false, "another"))
	want := []string{"whole", "amended", "a note between", "a second row of it", "another"}
	if int(l.next-l.first) != len(want) || l.kept != len(want) {
		t.Fatalf("%d rows, %d kept", l.next-l.first, l.kept)
	}
	for i, w := range want {
		if got := l.row(uint64(i + 1)).Message; got != w {
			t.Errorf("row %d is %q, not %q", i+1, got, w)
		}
	}
}
