package diagnose

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// A capture by itself lists its newest connections as attempts, and counts the
// others that would be.
func TestConnectionsThatAreTooManyAreCounted(t *testing.T) {
	e := &Engine{}
	var conns []*connection
	for range maxLeft + 7 {
		conns = append(conns, &connection{Connection: &event.Connection{State: handshake.ConnRefused}})
	}
	if got := e.leftConnections(t.Context(), nil, conns); len(got) != maxLeft || e.unlisted != 7 {
		t.Errorf("%d tries, %d unlisted", len(got), e.unlisted)
	}
	if got := e.leftConnections(t.Context(), []*try{{conn: conns[0]}, {conn: conns[1]}}, conns); len(got) != maxLeft+2 || e.unlisted != 5 {
		t.Errorf("two are attempts already: %d tries, %d unlisted", len(got), e.unlisted)
	}
	e.heardManager = true
	if got := e.leftConnections(t.Context(), nil, conns); len(got) != 0 || e.unlisted != 0 {
		t.Errorf("beside a log: %d tries, %d unlisted", len(got), e.unlisted)
	}
}
