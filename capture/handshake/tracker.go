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
	last  *state // of the newest packet
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
	ack  uint32 // the highest byte that the other side has acknowledged
	acks bool   // ack is valid
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
	turn    Dir // who sent the last new bytes
	course  analysis
	isn     uint32 // the number of its first packet
	opened  bool   // that was a SYN
}

// NewTracker makes a tracker for one capture.
func NewTracker() *Tracker { return &Tracker{conns: map[tuple]*state{}} }

// Watch names the peer whose connections are never evicted.
func (t *Tracker) Watch(peer netip.Addr) { t.watch = peer }

// Packet takes the capture's next packet. ok is false if it is not TCP.
func (t *Tracker) Packet(p packet.Packet) (step Step, ok bool) {
	ok = t.Take(&p, &step)
	return step, ok
}

// Take is Packet without its copies.
func (t *Tracker) Take(p *packet.Packet, step *Step) bool {
	if p.Proto != packet.TCP {
		return false
	}
	if p.Frag > 0 { // no header is in it
		return false
	}
	s, reused := t.connection(p)
	dir := ToServer
	if p.Src == s.Server {
		dir = ToClient
	}
	t.last = s
	step.begin(p, dir)
	if !p.LengthCut {
		step.TCP = s.course.analyse(&step.Packet, dir) | reused
	}
	s.Marks.add(step.TCP)
	s.observe(step)
	step.Conn = s.Connection
	return true
}

// connection finds or makes the packet's connection. A SYN on a closed one, or with
// another number, is a new connection on an old port pair.
func (t *Tracker) connection(p *packet.Packet) (s *state, reused Analysis) {
	key := tupleOf(p.Src, p.Dst)
	old := t.conns[key]
	opens := p.Flags.Has(packet.SYN) && !p.Flags.Has(packet.ACK)
	other := old != nil && opens && !p.Cut && old.opened && old.isn != p.Seq && p.Src == old.Client
	if old != nil && !other && !(opens && old.over()) {
		return old, 0
	}
	if len(t.conns) >= maxConns {
		t.evict()
	}
	t.next++
	s = &state{isn: p.Seq, opened: opens && !p.Cut}
	switch {
	case other:
		reused = ReusedPort
	case old != nil && old.opened && old.isn == p.Seq: // the same SYN, after a refusal
		s.course = old.course
	}
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
	return s, reused
}

// fromServer guesses who is who where the SYN is missing: servers have the
// well-known port, else the lower one.
func fromServer(p *packet.Packet) bool {
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
	p := &step.Packet
	s.Packets++
	if s.Packets > 1 {
		step.Delta = p.Time.Sub(s.lastAt)
	}
	s.lastAt = p.Time
	s.ttl(step)
	s.gaveUp(step)
	s.Trouble.Blind = s.Trouble.Blind || p.LengthCut
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

// gaveUp notes what the server still sends to a client that has closed.
func (s *state) gaveUp(step *Step) {
	closed := s.Trouble.ResetBy == Client || s.side[ToServer].fin
	if closed && step.Dir == ToClient && s.Trouble.Waiting && step.Packet.Length > 0 {
		s.Trouble.Late = true
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
	if s.Trouble.ResetBy == Nobody && s.State != Closed {
		s.Trouble.ResetBy = Client + End(step.Dir)
	}
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
	p := &step.Packet
	step.Basis = Seen
	if step.Dir == ToServer {
		step.Label = LabelSYN
		if s.State != Unknown {
			s.Retransmissions++
		}
		s.State, s.synTime, s.ClientMSS = SynSent, p.Time, p.MSS
		s.ClientScale, s.ClientSACK = p.WScale, p.SACKOK
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
	s.ServerScale, s.ServerSACK = p.WScale, p.SACKOK
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
	s.acked(step)
	if step.Packet.Window == 0 && !step.Packet.Flags.Has(packet.FIN) && !step.Packet.Cut {
		s.ZeroWindows++
		step.Label, step.Basis = LabelZeroWindow, Seen
	}
}

// acked keeps what the other side has of this one's bytes.
func (s *state) acked(step *Step) {
	p := &step.Packet
	if !p.Flags.Has(packet.ACK) || p.Cut {
		return
	}
	other := &s.side[1-step.Dir]
	if !other.acks || int32(p.Ack-other.ack) > 0 {
		other.ack, other.acks = p.Ack, true
	}
	t := &s.Trouble
	if step.Dir == ToClient {
		t.Stuck = p.Window == 0 && !p.Flags.Has(packet.FIN)
		t.HelloAcked = t.HelloAcked || s.TLS.Stage == TLSClientHello && other.all()
	}
	s.unanswered()
}

// all reports whether every byte that was seen is acknowledged.
func (d *side) all() bool { return d.acks && d.seen && int32(d.ack-d.next) >= 0 }

// unanswered works out what the client waits for.
func (s *state) unanswered() {
	sent := &s.side[ToServer]
	t := &s.Trouble
	mine := s.ToServerBytes > 0 && sent.seen
	t.Pending = mine && sent.acks && !sent.all() && s.turn == ToServer
	t.Waiting = mine && sent.all() && s.turn == ToServer
}

// data labels what carries bytes or ends a direction.
func (s *state) data(step *Step) {
	p := &step.Packet
	me := &s.side[step.Dir]
	if p.Length > 0 {
		end := p.Seq + uint32(p.Length)
		if me.seen && !p.Cut && int32(end-me.next) <= 0 {
			s.old(step, me)
		} else {
			if me.seen && !p.Cut && int32(p.Seq-me.next) > 0 && step.Dir == ToClient {
				s.Trouble.Hole += int(p.Seq - me.next)
			}
			me.next, me.seen = end, true
			s.count(step)
			s.flight.add(step, &s.TLS)
			s.watch(step)
			s.unanswered()
		}
		me.last = p.Time
	}
	if p.Flags.Has(packet.FIN) {
		s.finish(step, me)
	}
}

// emptyCertificate is the length of a Certificate message without any, in its
// record (RFC 5246, 7.4.6).
const emptyCertificate = 12

// watch keeps whose turn it is, who sent the first alert, and whether the client answered a
// request for its certificate with none.
func (s *state) watch(step *Step) {
	t := &s.Trouble
	if step.Label != LabelCloseNotify && step.Label != LabelAlert { // neither asks for an answer
		s.turn = step.Dir
	}
	if step.Label == LabelAlert && t.AlertBy == Nobody {
		t.AlertBy = Client + End(step.Dir)
	}
	if s.flight.phase == phaseClient && step.Dir == ToServer && step.Count == 1 && step.Packet.Length == emptyCertificate {
		t.EmptyCertificate = true
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
	if step.Dir == ToClient {
		s.Trouble.Hole = max(0, s.Trouble.Hole-step.Packet.Length)
	}
	if step.TCP&again == 0 && step.TCP&OutOfOrder != 0 { // late, not lost
		return
	}
	s.Retransmissions++
	step.Label = LabelRetransmission
	if step.Packet.Length < large {
		s.Trouble.LostSmall[step.Dir]++
	} else {
		s.Trouble.LostLarge[step.Dir]++
	}
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
	if s.Trouble.FINBy == Nobody {
		s.Trouble.FINBy = Client + End(step.Dir)
	}
	if step.Packet.Length == 0 {
		step.Label, step.Basis = LabelFIN, Seen
	}
	if s.side[0].fin && s.side[1].fin {
		s.State, step.Closed = Closed, true
	}
}
