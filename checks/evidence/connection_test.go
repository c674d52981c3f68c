package evidence

import (
	"net/netip"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// The same SYN again within a capture is another connection; what a second
// capture shows of either is none.
func TestDistinct(t *testing.T) {
	conn := func(source event.SourceID, state handshake.State, up int64) *Connection {
		c := &Connection{Connection: new(event.Connection), Source: source, ISN: 7}
		c.State, c.ToServerBytes = state, up
		c.Client, c.Server = netip.MustParseAddrPort("10.1.1.1:40000"), netip.MustParseAddrPort("10.2.2.2:8443")
		return c
	}
	stale, good := conn(1, handshake.ConnReset, 0), conn(1, handshake.Established, 300)
	later := capture.Pass(&event.Segment{Meta: event.Meta{At: event.When{Time: time.Unix(3, 0)}}})
	good.First.Keep(&later)
	for name, tt := range map[string]struct {
		in   []*Connection
		want int
	}{
		"one capture":       {[]*Connection{stale, good}, 2},
		"pasted twice":      {[]*Connection{stale, good, conn(1, handshake.ConnReset, 0)}, 2},
		"two captures":      {[]*Connection{stale, good, conn(2, handshake.ConnReset, 0), conn(2, handshake.Established, 300)}, 2},
		"another's attempt": {[]*Connection{stale, conn(2, handshake.Established, 300)}, 2},
	} {
		if got := Distinct(tt.in); len(got) != tt.want {
			t.Errorf("%s: %d connections, want %d", name, len(got), tt.want)
		}
	}
}
