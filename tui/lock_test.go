package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/view"
)

// skewed is a Manager's and an SSM's log whose clocks differ, a line a second
// each: both tell the second of the Manager's clock in which it was written.
func skewed(offset time.Duration, arrivals bool) view.Update {
	u := view.Update{Shown: -1}
	start := time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	for i, kind := range []event.Kind{event.ManagerLog, event.SSMMessages} {
		id := event.SourceID(i + 1)
		u.Sources = append(u.Sources, view.SourceStatus{Source: event.Source{ID: id, Kind: kind}, State: event.Following})
		for n := range 60 {
			at := start.Add(time.Duration(n) * time.Second)
			w := event.When{Time: at, Dated: true, Zoned: true}
			if kind == event.SSMMessages {
				w.Time = at.Add(offset)
			}
			if arrivals {
				w.Arrival = at.Add(10 * time.Minute)
			}
			u.Events = append(u.Events, event.Plain{Meta: event.Meta{At: w, From: event.Ref{Source: id, Line: n + 1}, Excerpt: redact.New().Foreign(fmt.Sprintf("second %02d", n))}})
		}
	}
	return u
}

// Locked panes go along on one clock: the measured offset between the hosts, or
// when the lines came, is taken out. Where nothing tells, a pane stays.
func TestLockedPanesShareOneClock(t *testing.T) {
	measured := checks.Clock{Offset: -95 * time.Second, Uncertainty: time.Second, Basis: "measured"}
	for name, tt := range map[string]struct {
		u     view.Update
		clock checks.Clock
		moves bool
	}{
		"measured":   {skewed(measured.Offset, false), measured, true},
		"by arrival": {skewed(7*time.Hour, true), checks.Clock{}, true},
		"unknown":    {skewed(measured.Offset, false), checks.Clock{}, false},
	} {
		tt.u.Clock = tt.clock
		for _, from := range []paneID{managerPane, ssmPane} {
			m := screen(t, Options{}, 200, 60, tt.u)
			m.panes.setFocus(from)
			press(m, "L", "/", "second 31", "enter")
			here, there := m.panes.here(), m.panes.rows(managerPane+ssmPane-from)
			if here.Current().Message != "second 31" {
				t.Fatalf("%s: stands on %q", name, here.Current().Message)
			}
			moved := !there.Following() && there.Current().Message == "second 31"
			if moved != tt.moves || !tt.moves && !strings.Contains(m.flash, "not known") {
				t.Errorf("%s from pane %d: the other is on %q, following %v, %q", name, from, there.Current().Message, there.Following(), m.flash)
			}
		}
	}
}
