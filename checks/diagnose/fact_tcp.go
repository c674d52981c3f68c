package diagnose

import (
	"fmt"

	"syncscope/capture"
	"syncscope/capture/handshake"
	"syncscope/checks"
)

// tcp is the fact that the try's connection shows a pattern. The packet that
// shows it is cited.
func tcp(shows func(*connection) (*capture.Cite, bool), says string) func(*Engine, *try) []checks.Evidence {
	return func(e *Engine, t *try) []checks.Evidence {
		if t.conn == nil || t.conn.MidStream {
			return nil
		}
		m, ok := shows(t.conn)
		if !ok {
			return nil
		}
		return []checks.Evidence{e.citePacket(m, "capture: "+says)}
	}
}

// silentServer: the server's side never sent anything but acknowledgements.
func (c *connection) silentServer() bool {
	return c.ToClientBytes == 0 && c.heard() && !c.Trouble.Blind
}

// failed reports whether the connection itself shows that the exchange on it
// failed, whatever the reason.
func (c *connection) failed() bool {
	for _, shows := range []func(*connection) (*capture.Cite, bool){
		(*connection).unanswered, (*connection).refused, (*connection).resetAfterHello, (*connection).helloLost, (*connection).helloUnanswered,
		(*connection).closedAfterHello, (*connection).windowShut, (*connection).requestUnanswered, (*connection).late, (*connection).noCertificate,
		(*connection).alertToHello, (*connection).clientAlert, (*connection).lossy, (*connection).blackhole, (*connection).quit, (*connection).notTLS,
	} {
		if _, ok := shows(c); ok && !c.MidStream {
			return true
		}
	}
	return c.status >= 400
}

func (c *connection) unanswered() (*capture.Cite, bool) {
	return &c.last, c.State == handshake.SynSent && c.Packets > 1
}

func (c *connection) refused() (*capture.Cite, bool) {
	return &c.answer, c.State == handshake.ConnRefused
}

// fewLosses is what a path that works loses now and then.
const fewLosses = 3

// lossy: repeated losses that spare no size, and the exchange did not end well.
func (c *connection) lossy() (*capture.Cite, bool) {
	t := c.Trouble
	small := t.LostSmall[0] + t.LostSmall[1]
	if c.helloOnly() && c.silentServer() { // one segment, again and again: that is no chance
		return c.lost, false
	}
	return c.lost, small >= fewLosses && (t.Pending || t.Waiting || c.Resets > 0)
}

// helloOnly: the client got no further than its ClientHello.
func (c *connection) helloOnly() bool {
	return c.TLS.Stage == handshake.TLSClientHello || c.TLS.Stage == handshake.TLSNone && c.ToServerBytes > 0
}

// blackhole: what is large does not arrive in one direction, what is small does.
func (c *connection) blackhole() (*capture.Cite, bool) {
	t := c.Trouble
	down := t.Hole >= ethernetMSS-460 && t.LostSmall[0] == 0
	up := t.Pending && t.LostLarge[0] >= fewLosses && t.LostSmall[0] == 0
	if up {
		return c.lost, true
	}
	return &c.last, down && !c.tlsDone() && !t.Blind
}

func (c *connection) resetAfterHello() (*capture.Cite, bool) {
	return c.reset, c.Trouble.ResetBy == handshake.Server && c.helloOnly() && c.silentServer()
}

// helloLost: TCP opened, and no acknowledgement of the ClientHello came back
// though it was sent again.
func (c *connection) helloLost() (*capture.Cite, bool) {
	t := c.Trouble
	return c.lost, c.helloOnly() && c.silentServer() && !t.HelloAcked && t.ResetBy != handshake.Server && t.FINBy != handshake.Server &&
		t.LostSmall[0]+t.LostLarge[0] >= fewLosses
}

func (c *connection) helloUnanswered() (*capture.Cite, bool) {
	t := c.Trouble
	gone := t.ResetBy == handshake.Client || t.FINBy == handshake.Client
	return &c.last, c.helloOnly() && c.silentServer() && t.HelloAcked && gone && !t.Late && t.Hole == 0
}

func (c *connection) closedAfterHello() (*capture.Cite, bool) {
	return &c.last, c.helloOnly() && c.silentServer() && c.Trouble.FINBy == handshake.Server
}

func (c *connection) windowShut() (*capture.Cite, bool) {
	return c.shut, c.Trouble.Stuck && c.ZeroWindows > 1
}

func (c *connection) requestUnanswered() (*capture.Cite, bool) {
	t := c.Trouble
	gone := t.ResetBy == handshake.Client || t.FINBy == handshake.Client
	return &c.data, c.tlsDone() && !t.Blind && t.Waiting && gone && !t.Late && !t.Stuck
}

// quit: TLS finished, and the client closed without sending any data: so it
// does if the server's certificate has another name than the one it called.
func (c *connection) quit() (*capture.Cite, bool) {
	return &c.last, c.TLS.Stage == handshake.TLSFinished && c.Trouble.FINBy != handshake.Nobody && c.data.Empty() && !c.Trouble.Blind
}

// late: the answer, or the SYN-ACK already, came when the client had given up.
func (c *connection) late() (*capture.Cite, bool) {
	t := c.Trouble
	unwanted := c.answered != 0 && t.ResetBy == handshake.Client && c.ToServerBytes == 0 && !t.Blind
	return &c.last, t.Late || unwanted
}

func (c *connection) noCertificate() (*capture.Cite, bool) {
	return c.alert, c.Trouble.EmptyCertificate && c.Trouble.AlertBy == handshake.Server
}

// alertToHello: the server's only bytes are an alert.
func (c *connection) alertToHello() (*capture.Cite, bool) {
	return c.alert, c.Trouble.AlertBy == handshake.Server && c.ToClientBytes <= alertBytes
}

// alertBytes is an alert in clear with its record header (RFC 5246, 7.2).
const alertBytes = 7

func (c *connection) clientAlert() (*capture.Cite, bool) {
	return c.alert, c.Trouble.AlertBy == handshake.Client && (c.TLS.Chain != nil || c.TLS.Server == nil && !c.TLS.Plain && c.TLS.Answer >= shortestFlight)
}

// shortestFlight is less than any ServerHello with a certificate takes.
const shortestFlight = 600

func (c *connection) notTLS() (*capture.Cite, bool) {
	t := c.Trouble
	return &c.last, t.AlertBy == handshake.Client && t.FINBy == handshake.Server && c.TLS.Answer < shortestFlight && c.TLS.Answer > alertBytes
}

// refusedWhileUp: the SSM served others at the time when it seems to refuse
// the Manager.
func (e *Engine) refusedWhileUp(t *try) []checks.Evidence {
	if t.conn == nil || t.conn.State != handshake.ConnRefused {
		return nil
	}
	for _, l := range e.served {
		if d, ok := e.coverage.since(t.start(), t.zone(), l.At); ok && d.Abs() < aboutThen && e.coverage.covers(t.start(), t.end(), t.zone()) {
			return []checks.Evidence{e.citeLine(l, "SSM, nginx: served another client at about that time")}
		}
	}
	return nil
}

// otherTTL: the RST came with another TTL than what else came from there.
func (e *Engine) otherTTL(t *try) []checks.Evidence {
	c := t.conn
	if c == nil || c.resetTTL == 0 {
		return nil
	}
	known := c.answered
	if known == 0 {
		for _, o := range e.toPeer() {
			if o.Server.Addr() == c.Server.Addr() && o.answered != 0 {
				known = o.answered
			}
		}
	}
	if known == 0 || known == c.resetTTL {
		return nil
	}
	m := c.reset
	if c.State == handshake.ConnRefused {
		m = &c.answer
	}
	return []checks.Evidence{e.citePacket(m, fmt.Sprintf("capture: the RST's TTL is %d, the SSM's packets have %d", c.resetTTL, known))}
}
