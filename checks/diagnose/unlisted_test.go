package diagnose

import (
	"net/netip"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// A capture by itself lists its newest connections as attempts, and counts the
// others that would be.
func TestConnectionsThatAreTooManyAreCounted(t *testing.T) {
	e := NewEngine(nil, netip.Addr{})
	var conns []*evidence.Connection
	for range maxLeft + 7 {
		conns = append(conns, &evidence.Connection{Connection: &event.Connection{State: handshake.ConnRefused}})
	}
	if got := e.leftConnections(nil, conns); len(got) != maxLeft || e.unlisted != 7 {
		t.Errorf("%d attempts, %d unlisted", len(got), e.unlisted)
	}
	if got := e.leftConnections([]*attempt.Trace{{Conn: conns[0]}, {Conn: conns[1]}}, conns[2:]); len(got) != maxLeft+2 || e.unlisted != 5 {
		t.Errorf("two are attempts already: %d attempts, %d unlisted", len(got), e.unlisted)
	}
	e.heardManager = true
	if got := e.leftConnections(nil, conns); len(got) != 0 || e.unlisted != 0 {
		t.Errorf("beside a log: %d attempts, %d unlisted", len(got), e.unlisted)
	}
}
