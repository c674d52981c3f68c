package session

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/logline"
	"syncscope/checks"
)

// A stream in flood takes no row from the others, and its errors go last.
func TestThin(t *testing.T) {
	h := newHub(checks.NewEngine(nil, netip.Addr{}), time.Now, func(u *checks.Update) {
		u.Sources = []checks.SourceStatus{{Source: capture.Source{ID: 1}}, {Source: capture.Source{ID: 2}}}
	})
	h.most = 100
	row := func(source capture.SourceID, s logline.Severity) capture.Event {
		return capture.LogEntry{Meta: capture.Meta{From: capture.Ref{Source: source}}, Entry: logline.Entry{Severity: s}}
	}
	count := func(events []capture.Event, source capture.SourceID, s logline.Severity) (n int) {
		for _, ev := range events {
			if e, ok := ev.(capture.LogEntry); ok && e.From.Source == source && e.Severity == s {
				n++
			}
		}
		return n
	}
	var pending []capture.Event
	for i := range 1_000 {
		pending = append(pending, row(1, logline.Info))
		if i%20 == 0 {
			pending = append(pending, row(1, logline.Error), row(2, logline.Info))
		}
	}
	pending = h.thin(append(pending, capture.Gap{Meta: capture.Meta{From: capture.Ref{Source: 1}}}))
	if a, b, c := count(pending, 1, logline.Info), count(pending, 1, logline.Error), count(pending, 2, logline.Info); a != 49 || b != 50 || c != 50 || len(pending) != 150 {
		t.Errorf("%d rows and %d errors of the flood, %d of the other, %d in all", a, b, c, len(pending))
	}
	marks := []string{}
	for i, ev := range h.update(pending, false).Events {
		if m, ok := ev.(capture.Mark); ok {
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
	if pending = h.thin(pending); count(pending, 1, logline.Error) != 100 || count(pending, 2, logline.Info) != 50 {
		t.Errorf("errors alone: %d, of the other %d", count(pending, 1, logline.Error), count(pending, 2, logline.Info))
	}
	read := []capture.Event{}
	for range 500 {
		read = append(read, capture.LogEntry{Meta: capture.Meta{From: capture.Ref{Source: 3}, History: true}})
	}
	if got := h.thin(slices.Clone(read)); len(got) != len(read) {
		t.Errorf("of %d rows that were read back %d are left", len(read), len(got))
	}
	if same := h.thin(pending); len(same) != len(pending) {
		t.Error("what is within bounds is thinned")
	}
}
