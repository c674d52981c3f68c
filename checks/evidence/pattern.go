package evidence

import (
	"time"

	"syncscope/capture"
	"syncscope/capture/handshake"
)

// EthernetMSS is what an unshortened path offers (1500 - 20 - 20).
const EthernetMSS = 1460

// Saw reports whether all is captured that a direction is known to have sent: what
// the other end acknowledged is there. Only then may it be told that nothing was.
func (c *Connection) Saw(dir handshake.Dir) bool {
	return !c.Trouble.Blind && !c.Trouble.Missed[dir]
}

// or is a packet that was kept, or, where none was, another.
func or(kept, other *capture.Cite) *capture.Cite {
	if kept == nil {
		return other
	}
	return kept
}

// FirstAnswer is the packet with the server's first bytes, as far as it was kept.
func (c *Connection) FirstAnswer() *capture.Cite { return or(c.Served, &c.Last) }

// SilentServer: the server's side never sent anything but acknowledgements. Numbers
// that it skipped are bytes that it sent.
func (c *Connection) SilentServer() bool {
	return c.ToClientBytes == 0 && c.Heard() && c.Saw(handshake.ToClient) && c.Trouble.Hole == 0
}

// Failed reports whether the connection itself shows that the exchange on it
// failed, whatever the reason.
func (c *Connection) Failed() bool {
	for _, shows := range []func(*Connection) (*capture.Cite, bool){
		(*Connection).Unanswered, (*Connection).Refused, (*Connection).ResetAfterHello, (*Connection).HelloLost, (*Connection).HelloUnanswered,
		(*Connection).ClosedAfterHello, (*Connection).WindowShut, (*Connection).RequestUnanswered, (*Connection).Late, (*Connection).NoCertificate,
		(*Connection).AlertToHello, (*Connection).ClientAlert, (*Connection).Lossy, (*Connection).Blackhole, (*Connection).Quit, (*Connection).NotTLS,
	} {
		if _, ok := shows(c); ok && !c.MidStream {
			return true
		}
	}
	return c.ProxyStatus >= 400 || c.TLS.Plain || c.TLS.Foreign && !c.MidStream
}

func (c *Connection) Unanswered() (*capture.Cite, bool) {
	return &c.Last, c.State == handshake.SynSent && c.Packets > 1
}

func (c *Connection) Refused() (*capture.Cite, bool) {
	return &c.Answer, c.State == handshake.ConnRefused
}

// fewLosses is what a path that works loses now and then.
const fewLosses = 3

// Lossy: repeated losses that spare no size, and the exchange did not end well.
func (c *Connection) Lossy() (*capture.Cite, bool) {
	t := c.Trouble
	small := t.LostSmall[0] + t.LostSmall[1]
	if c.HelloOnly() && c.SilentServer() { // one segment, again and again: that is no chance
		return c.Lost, false
	}
	return c.Lost, small >= fewLosses && c.Saw(handshake.ToClient) && (t.Pending || t.Waiting || c.Resets > 0)
}

// HelloOnly: the client got no further than its ClientHello.
func (c *Connection) HelloOnly() bool {
	return c.TLS.Stage.Is() == handshake.TLSClientHello || c.TLS.Stage.Is() == handshake.TLSNone && c.ToServerBytes > 0
}

// Blackhole: what is large does not arrive in one direction, what is small does.
func (c *Connection) Blackhole() (*capture.Cite, bool) {
	if at, lost := LargeLost(handshake.ToServer)(c); lost {
		return at, true
	}
	return LargeLost(handshake.ToClient)(c)
}

// LargeLost is Blackhole of one direction.
func LargeLost(dir handshake.Dir) func(*Connection) (*capture.Cite, bool) {
	if dir == handshake.ToServer {
		return func(c *Connection) (*capture.Cite, bool) {
			t := c.Trouble
			return c.Lost, t.Pending && c.Saw(handshake.ToClient) && t.LostLarge[0] >= fewLosses && t.LostSmall[0] == 0
		}
	}
	return func(c *Connection) (*capture.Cite, bool) {
		t := c.Trouble
		return or(c.Told, or(c.Gap, &c.Last)), t.Hole >= EthernetMSS-460 && t.HoleTold && t.LostSmall[0] == 0 && !c.TLS.Done() && !t.Blind
	}
}

func (c *Connection) ResetAfterHello() (*capture.Cite, bool) {
	return c.Reset, c.Trouble.ResetBy == handshake.Server && c.Trouble.FINBy == handshake.Nobody && c.HelloOnly() && c.SilentServer()
}

// HelloLost: TCP opened, and no acknowledgement of the ClientHello came back
// though it was sent again.
func (c *Connection) HelloLost() (*capture.Cite, bool) {
	t := c.Trouble
	return c.Lost, c.HelloOnly() && c.SilentServer() && !t.HelloAcked && t.ResetBy != handshake.Server && t.FINBy != handshake.Server &&
		t.LostSmall[0]+t.LostLarge[0] >= fewLosses
}

func (c *Connection) HelloUnanswered() (*capture.Cite, bool) {
	t := c.Trouble
	gone := t.ResetBy == handshake.Client || t.FINBy == handshake.Client
	return &c.Data, c.HelloOnly() && c.SilentServer() && t.HelloAcked && gone && !t.Late
}

func (c *Connection) ClosedAfterHello() (*capture.Cite, bool) {
	return or(c.End.FIN, &c.Last), c.HelloOnly() && c.SilentServer() && c.Saw(handshake.ToServer) && c.Trouble.FINBy == handshake.Server
}

func (c *Connection) WindowShut() (*capture.Cite, bool) {
	return c.Shut, c.Trouble.Stuck && c.ZeroWindows > 1
}

func (c *Connection) RequestUnanswered() (*capture.Cite, bool) {
	t := c.Trouble
	gone := t.ResetBy == handshake.Client || t.FINBy == handshake.Client
	return &c.Data, c.TLS.Done() && c.Saw(handshake.ToClient) && t.Waiting && gone && !t.Late && !t.Stuck
}

// Quit: TLS finished, and the client closed first, without sending any data: so it
// does if the server's certificate has another name than the one it called.
func (c *Connection) Quit() (*capture.Cite, bool) {
	return c.End.Left, c.TLS.Stage.Is() == handshake.TLSFinished && c.End.Left != nil && c.Trouble.FINBy != handshake.Nobody && !c.Spoke && c.Saw(handshake.ToServer)
}

// Late: the answer, or the SYN-ACK already, came when the client had given up.
func (c *Connection) Late() (*capture.Cite, bool) {
	t, waited := c.Trouble, c.RTT >= firstTimeout || c.Retransmissions > 0
	unwanted := c.AnswerTTL != 0 && t.ResetBy == handshake.Client && c.ToServerBytes == 0 && c.Saw(handshake.ToServer) && waited
	if t.Late {
		return or(c.TooLate, &c.Last), true
	}
	return &c.Answer, unwanted
}

// firstTimeout is how long TCP waits for the first answer before it asks again (RFC
// 6298, 2.1): nobody gives up earlier for the answer's being late.
const firstTimeout = time.Second

func (c *Connection) NoCertificate() (*capture.Cite, bool) {
	return c.Alert, c.Trouble.EmptyCertificate && c.Saw(handshake.ToServer) && c.Trouble.AlertBy.Is() == handshake.Server
}

// AlertToHello: the server's only bytes are an alert.
func (c *Connection) AlertToHello() (*capture.Cite, bool) {
	return c.Alert, c.Trouble.AlertBy.Is() == handshake.Server && c.ToClientBytes <= alertBytes && c.Saw(handshake.ToClient)
}

// alertBytes is an alert in clear with its record header (RFC 5246, 7.2).
const alertBytes = 7

func (c *Connection) ClientAlert() (*capture.Cite, bool) {
	return c.Alert, c.Trouble.AlertBy.Is() == handshake.Client && !c.TLS.Left(handshake.Client) &&
		(c.TLS.Chain != nil || c.TLS.Server == nil && !c.TLS.Plain && !c.TLS.Foreign && c.TLS.Answer >= shortestFlight)
}

// shortestFlight is less than any ServerHello with a certificate takes.
const shortestFlight = 600

// NotTLS: a few bytes answer the ClientHello, the client says no more than an alert,
// and the server closes.
func (c *Connection) NotTLS() (*capture.Cite, bool) {
	t := c.Trouble
	said := c.ToServerBytes - int64(c.TLS.Hello) // behind the ClientHello
	return c.FirstAnswer(), c.Saw(handshake.ToClient) && t.AlertBy.Is() == handshake.Client && t.FINBy == handshake.Server && said <= alertBytes &&
		c.TLS.Answer < shortestFlight && c.TLS.Answer > alertBytes
}
