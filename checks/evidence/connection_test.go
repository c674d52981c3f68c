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

// Who closed first is the one whose close_notify or FIN came first: a client that
// leaves after the handshake is cited by its own packet, and one that is left has not
// quit.
func TestQuitIsTheClients(t *testing.T) {
	type end struct {
		dir   handshake.Dir
		label handshake.Label
	}
	up, down := handshake.ToServer, handshake.ToClient
	for name, tt := range map[string]struct {
		ends  []end
		cited int // the packet, from 1; 0: the client has not quit
	}{
		"close_notify, then both FINs":    {[]end{{up, handshake.LabelCloseNotify}, {down, handshake.LabelFIN}, {up, handshake.LabelFIN}}, 1},
		"a FIN at once":                   {[]end{{up, handshake.LabelFIN}, {down, handshake.LabelFIN}}, 1},
		"close_notify and FIN":            {[]end{{up, handshake.LabelCloseNotify}, {up, handshake.LabelFIN}, {down, handshake.LabelFIN}}, 1},
		"the server's FIN first":          {[]end{{down, handshake.LabelFIN}, {up, handshake.LabelCloseNotify}, {up, handshake.LabelFIN}}, 0},
		"the server's close_notify first": {[]end{{down, handshake.LabelCloseNotify}, {down, handshake.LabelFIN}, {up, handshake.LabelFIN}}, 0},
		"after a request":                 {[]end{{up, handshake.LabelRequest}, {up, handshake.LabelCloseNotify}, {down, handshake.LabelFIN}}, 0},
	} {
		c := &Connection{Connection: new(event.Connection)}
		c.TLS.Stage = handshake.Seen(handshake.TLSFinished)
		c.Trouble.FINBy = handshake.Client
		for i, e := range tt.ends {
			p := capture.Pass(&event.Segment{Meta: event.Meta{From: event.Ref{Packet: i + 1}}, Step: handshake.Step{Move: handshake.Move{Dir: e.dir, Label: e.label}}})
			c.Observe(&p)
		}
		at, quit := c.Quit()
		switch {
		case quit != (tt.cited > 0):
			t.Errorf("%s: quit is %v", name, quit)
		case quit && at.Meta().From.Packet != tt.cited:
			t.Errorf("%s: packet %d is cited, not %d", name, at.Meta().From.Packet, tt.cited)
		}
	}
}

// No two places are one, however connections gave theirs back: the packet that is both
// the FIN and the client's leaving has one, which is given back once.
func TestPlacesAreApart(t *testing.T) {
	var places Cites
	conn := func() *Connection {
		c := &Connection{Connection: new(event.Connection), Cites: &places}
		for _, at := range []**capture.Cite{&c.OffloadAt, &c.Cert, &c.Served, &c.Alert, &c.TooLate, &c.Reset, &c.Shut, &c.Lost, &c.End.Left, &c.Gap, &c.Told} {
			if places.place(at); *at == nil {
				t.Fatal("no place")
			}
			places.place(at) // it is there
		}
		c.End.FIN = c.End.Left
		return c
	}
	old := []*Connection{conn(), conn(), conn()}
	given := map[*capture.Cite]bool{}
	for _, c := range old {
		given[c.Lost], given[c.Gap] = true, true
		places.Take(c)
	}
	seen, again := map[*capture.Cite]bool{}, 0
	for range 5 {
		c := conn()
		for _, at := range []*capture.Cite{c.OffloadAt, c.Cert, c.Served, c.Alert, c.TooLate, c.Reset, c.Shut, c.Lost, c.End.Left, c.Gap, c.Told} {
			if seen[at] {
				t.Fatal("a place is given twice")
			}
			if seen[at] = true; given[at] {
				again++
			}
		}
	}
	if again != len(given) {
		t.Errorf("%d of %d places are used again", again, len(given))
	}
	var none *Cites
	var at *capture.Cite
	if none.place(&at) != at || at == nil {
		t.Error("without a store there is no place")
	}
}
