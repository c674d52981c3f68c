package feed

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
)

// A stream in flood takes no row from the others, and its errors go last.
func TestThin(t *testing.T) {
	h := New(diagnose.NewEngine(nil, netip.Addr{}), time.Now, func(u *view.Update) {
		u.Sources = []view.SourceStatus{{Source: event.Source{ID: 1}}, {Source: event.Source{ID: 2}}}
	})
	h.most = 100
	row := func(source event.SourceID, s logline.Severity) event.Event {
		return event.LogEntry{Meta: event.Meta{From: event.Ref{Source: source}}, Entry: logline.Entry{Severity: s}}
	}
	count := func(events []event.Event, source event.SourceID, s logline.Severity) (n int) {
		for _, ev := range events {
			if e, ok := ev.(event.LogEntry); ok && e.From.Source == source && e.Severity == s {
				n++
			}
		}
		return n
	}
	var pending []event.Event
	for i := range 1_000 {
		pending = append(pending, row(1, logline.Info))
		if i%20 == 0 {
			pending = append(pending, row(1, logline.Error), row(2, logline.Info))
		}
	}
	pending = h.drop(append(pending, event.Gap{Meta: event.Meta{From: event.Ref{Source: 1}}}))
	if a, b, c := count(pending, 1, logline.Info), count(pending, 1, logline.Error), count(pending, 2, logline.Info); a != 49 || b != 50 || c != 50 || len(pending) != 150 {
		t.Errorf("%d rows and %d errors of the flood, %d of the other, %d in all", a, b, c, len(pending))
	}
	marks := []string{}
	for i, ev := range h.update(pending, false).Events {
		if m, ok := ev.(event.Mark); ok {
			marks = append(marks, fmt.Sprint(i, m.From.Source, m.Text))
		}
	}
	if want := []string{"01951 rows"}; len(marks) != 1 || !strings.HasPrefix(strings.ReplaceAll(marks[0], " ", ""), strings.ReplaceAll(want[0], " ", "")) {
		t.Errorf("the hole is not told where it is: %q", marks)
	}
	if u := h.update(nil, false); u.Dropped != 951 || u.Sources[0].Dropped != 951 || u.Sources[1].Dropped != 0 {
		t.Errorf("told: %d, %+v", u.Dropped, u.Sources)
	}
	for range 300 {
		pending = append(pending, row(1, logline.Error))
	}
	if pending = h.drop(pending); count(pending, 1, logline.Error) != 100 || count(pending, 2, logline.Info) != 50 {
		t.Errorf("errors alone: %d, of the other %d", count(pending, 1, logline.Error), count(pending, 2, logline.Info))
	}
	read := []event.Event{}
	for range 500 {
		read = append(read, event.LogEntry{Meta: event.Meta{From: event.Ref{Source: 3}, History: true}})
	}
	if got := h.drop(slices.Clone(read)); len(got) != len(read) {
		t.Errorf("of %d rows that were read back %d are left", len(read), len(got))
	}
	if same := h.drop(pending); len(same) != len(pending) {
		t.Error("what is within bounds is thinned")
	}
}
