package handshake

import (
	"net/netip"
	"time"

	"syncscope/capture/packet"
)

// maxConns bounds the connections that are tracked; the oldest that is not to
// the watched peer goes first.
const maxConns = 65_536

// Tracker follows the TCP connections of one capture.
type Tracker struct {
	conns map[tuple]*state
	order []tuple // oldest first; may hold tuples already gone
	next  ID
	watch netip.Addr
	// Evicted counts connections that had to make room.
	Evicted int
}

// tuple is a connection without direction: the smaller end first.
type tuple struct{ a, b netip.AddrPort }

func tupleOf(x, y netip.AddrPort) tuple {
	if x.Compare(y) > 0 {
		x, y = y, x
	}
	return tuple{x, y}
}

// side is what one direction has sent.
type side struct {
	next uint32 // the sequence number after the highest byte seen
	seen bool   // next is valid
	fin  bool
	last time.Time
}

// state is a connection and what its labels depend on.
type state struct {
	Connection
	side    [2]side
	synTime time.Time
	lastAt  time.Time
	flight  flight
}

// NewTracker makes a tracker for one capture.
func NewTracker() *Tracker { return &Tracker{conns: map[tuple]*state{}} }

// Watch names the peer whose connections are never evicted.
func (t *Tracker) Watch(peer netip.Addr) { t.watch = peer }

// Packet takes the capture's next packet. ok is false if it is not TCP.
func (t *Tracker) Packet(p packet.Packet) (step Step, ok bool) {
	if p.Proto != packet.TCP {
		return Step{}, false
	}
	s := t.connection(p)
	dir := ToServer
	if p.Src == s.Server {
		dir = ToClient
	}
	step = Step{Packet: p, Dir: dir}
	s.observe(&step)
	step.Conn = s.Connection
	return step, true
}

// connection finds or makes the packet's connection. A SYN on a closed one is
// a new connection on an old port pair.
func (t *Tracker) connection(p packet.Packet) *state {
	key := tupleOf(p.Src, p.Dst)
	s := t.conns[key]
	opens := p.Flags.Has(packet.SYN) && !p.Flags.Has(packet.ACK)
	if s != nil && !(opens && s.over()) {
		return s
	}
	if len(t.conns) >= maxConns {
		t.evict()
	}
	t.next++
	s = &state{}
	s.ID, s.Start, s.Client, s.Server = t.next, p.Time, p.Src, p.Dst
	if p.Flags.Has(packet.SYN|packet.ACK) || !opens && fromServer(p) {
		s.Client, s.Server = p.Dst, p.Src
	}
	s.MidStream = !p.Flags.Has(packet.SYN)
	if s.MidStream {
		s.State = Open
		s.flight.phase = phaseLate
	}
	t.conns[key] = s
	t.order = append(t.order, key)
	return s
}

// fromServer guesses who is who where the SYN is missing: servers have the
// well-known port, else the lower one.
func fromServer(p packet.Packet) bool {
	if p.Dst.Port() == 8443 || p.Dst.Port() == 443 {
		return false
	}
	return p.Src.Port() == 8443 || p.Src.Port() < p.Dst.Port()
}

// evict takes the oldest connection; one to the watched peer goes to the back
// of the queue instead.
func (t *Tracker) evict() {
	for range t.order {
		key := t.order[0]
		t.order = t.order[1:]
		s := t.conns[key]
		if s != nil && t.watch.IsValid() && s.Server.Addr() == t.watch {
			t.order = append(t.order, key)
			continue
		}
		if s != nil {
			delete(t.conns, key)
			t.Evicted++
			return
		}
	}
}

func (s *state) over() bool {
	return s.State == Closed || s.State == Reset || s.State == Refused
}

// observe moves the connection on by one packet.
func (s *state) observe(step *Step) {
	p := step.Packet
	s.Packets++
	if s.Packets > 1 {
		step.Delta = p.Time.Sub(s.lastAt)
	}
	s.lastAt = p.Time
	s.ttl(step)
	if p.Checksum == packet.ChecksumIncorrect && step.Dir == ToServer {
		s.Offload++
	}
	switch {
	case p.Flags.Has(packet.RST):
		s.reset(step)
	case p.Flags.Has(packet.SYN):
		s.syn(step)
	default:
		s.acknowledge(step)
		s.data(step)
	}
}

func (s *state) ttl(step *Step) {
	switch ttl := step.Packet.TTL; {
	case ttl == 0:
	case step.Dir == ToServer:
		s.ClientTTL = ttl
	case s.ServerTTLs[0] == 0:
		s.ServerTTLs[0] = ttl
	case s.ServerTTLs[0] != ttl && s.ServerTTLs[1] == 0:
		s.ServerTTLs[1] = ttl
	}
}

func (s *state) reset(step *Step) {
	s.Resets++
	step.Basis = Seen
	if s.State == SynSent && step.Dir == ToClient {
		step.Label, s.State = LabelRefused, Refused
		return
	}
	step.Label = LabelRST
	if s.State != Closed {
		s.State = Reset
	}
}

func (s *state) syn(step *Step) {
	p := step.Packet
	step.Basis = Seen
	if step.Dir == ToServer {
		step.Label = LabelSYN
		if s.State != Unknown {
			s.Retransmissions++
		}
		s.State, s.synTime, s.ClientMSS = SynSent, p.Time, p.MSS
		s.side[ToServer] = side{next: p.Seq + 1, seen: !p.Cut}
		return
	}
	step.Label = LabelSYNACK
	if s.State == SynSent {
		s.State = HalfOpen
		if s.Retransmissions == 0 { // else it is not known which SYN it answers
			s.RTT = p.Time.Sub(s.synTime)
		}
	}
	s.ServerMSS = p.MSS
	s.side[ToClient] = side{next: p.Seq + 1, seen: !p.Cut}
}

// acknowledge opens the connection with the client's first ACK.
func (s *state) acknowledge(step *Step) {
	if s.State == HalfOpen && step.Dir == ToServer && step.Packet.Flags.Has(packet.ACK) {
		s.State, step.Opened = Established, true
		if step.Packet.Length == 0 && !step.Packet.Flags.Has(packet.FIN) {
			step.Label, step.Basis = LabelACK, Seen
		}
	}
	if step.Packet.Window == 0 && !step.Packet.Flags.Has(packet.FIN) && !step.Packet.Cut {
		s.ZeroWindows++
		step.Label, step.Basis = LabelZeroWindow, Seen
	}
}

// data labels what carries bytes or ends a direction.
func (s *state) data(step *Step) {
	p := step.Packet
	me := &s.side[step.Dir]
	if p.Length > 0 {
		end := p.Seq + uint32(p.Length)
		if me.seen && !p.Cut && int32(end-me.next) <= 0 {
			s.old(step, me)
		} else {
			me.next, me.seen = end, true
			s.count(step)
			s.flight.add(step, &s.TLS)
		}
		me.last = p.Time
	}
	if p.Flags.Has(packet.FIN) {
		s.finish(step, me)
	}
}

// old: bytes that were sent before. One byte below the next is a keep-alive
// (RFC 9293, 3.8.4).
func (s *state) old(step *Step, me *side) {
	step.Basis = Seen
	if step.Packet.Length == 1 && step.Packet.Seq+1 == me.next {
		step.Label = LabelKeepAlive
		return
	}
	s.Retransmissions++
	step.Label = LabelRetransmission
}

func (s *state) count(step *Step) {
	if step.Dir == ToServer {
		s.ToServerBytes += int64(step.Packet.Length)
	} else {
		s.ToClientBytes += int64(step.Packet.Length)
	}
}

func (s *state) finish(step *Step, me *side) {
	if me.fin {
		return
	}
	me.fin = true
	if step.Packet.Length == 0 {
		step.Label, step.Basis = LabelFIN, Seen
	}
	if s.side[0].fin && s.side[1].fin {
		s.State, step.Closed = Closed, true
	}
}
