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
	conns table
	order []*Flow // oldest first; may hold some already gone
	next  ID
	watch netip.Addr
	slab  []Flow // memory for the next ones
	epoch int64  // of instants, in s since 1970
	begun bool   // it is set
	last  instant
	part  uint32      // how often another file has gone on with it
	found *Flow       // what Ends found
	key   *packet.Key // under this; nil: it found nothing yet
	// Evicted counts connections that had to make room.
	Evicted int
}

// side is what one direction has sent.
type side struct {
	next  uint32 // the sequence number after the highest byte seen
	ack   uint32 // the highest byte that the other side has acknowledged
	hole  uint32 // the first byte that was skipped, where holes is not 0
	holes int    // bytes that were skipped, have not come since, and are not acknowledged
	seen  bool   // next is valid
	acks  bool   // ack is valid
	fin   bool
	quit  bool // it sent a RST
	cut   bool // the listing lost the place of some bytes: next may be wrong
}

// Flow is a connection that is followed, and what its labels depend on. Its
// Connection is the one that Steps are snapshots of. What every packet needs stands
// together.
type Flow struct {
	key     packet.Key
	lastAt  instant
	course  analysis
	side    [2]side
	answers int    // how often the server answered the client
	asked   int    // bytes of the client since the server's last
	turn    Dir    // who sent the last new bytes
	back    bool   // the server comes first in its key
	opened  bool   // its first packet was a SYN
	read    bool   // its bytes are: they tell more than its lengths
	proxied bool   // its SYN-ACKs have different numbers: a device answers for the server
	isn     uint32 // of its first packet
	part    uint32 // the file of the capture that its newest packet is in
	Talk    any    // for who reads its bytes, and who takes its packets:
	Note    any    // what they keep with it
	flight  flight
	traces  traces
	Connection
	synAt instant
}

// NewTracker makes a tracker for one capture.
func NewTracker() *Tracker { return &Tracker{} }

// Watch names the peer whose connections are never evicted.
func (t *Tracker) Watch(peer netip.Addr) { t.watch = peer }

// Packet takes the capture's next packet. ok is false if it is not TCP.
func (t *Tracker) Packet(p packet.Packet) (step Step, ok bool) {
	k := packet.KeyOf(p.Src, p.Dst)
	f := t.Take(&p, &k, &step.Move)
	if f == nil {
		return step, false
	}
	step.Conn, step.Packet = f.Connection, p
	return step, true
}

// Take is Packet without its copies: it gives the connection itself, nil if the
// packet is not TCP, and fills m. key is the packet's ends.
func (t *Tracker) Take(p *packet.Packet, key *packet.Key, m *Move) *Flow {
	if p.Proto != packet.TCP || p.Frag > 0 { // of a later fragment: no header is in it
		return nil
	}
	now := t.instant(p.Time)
	t.last = max(t.last, now)
	s, reused := t.found, Analysis(0)
	if t.key != key {
		s = t.conns.get(key)
	}
	t.key = nil
	if s == nil || s.part != t.part || p.Flags.Has(packet.SYN) { // else it goes on with what is there
		s, reused = t.connection(p, key, s)
	}
	*m = Move{}
	if p.Src == s.Server {
		m.Dir = ToClient
	}
	if !p.LengthCut {
		m.TCP = s.course.analyse(p, now, m.Dir) | reused
	}
	if m.TCP != 0 {
		s.Marks.add(m.TCP)
	}
	if !s.traces.copied(p, now, m) {
		s.observe(p, now, m)
	}
	return s
}

// connection finds or makes the packet's connection; old is the one under its key. A SYN
// on a closed one, or with another number, is a new connection on an old port pair.
func (t *Tracker) connection(p *packet.Packet, key *packet.Key, old *Flow) (s *Flow, reused Analysis) {
	if old != nil && old.part != t.part {
		old = t.resumed(old, p)
	}
	opens := p.Flags.Has(packet.SYN) && !p.Flags.Has(packet.ACK)
	other := old != nil && opens && !p.Cut && old.opened && old.isn != p.Seq && p.Src == old.Client
	if old != nil && !other && !(opens && old.over()) {
		return old, 0
	}
	if t.conns.n >= maxConns {
		t.evict()
	}
	t.next++
	s = t.room()
	s.key, s.isn, s.part, s.opened = *key, p.Seq, t.part, opens && !p.Cut
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
	var k packet.Key
	s.back = k.Set(&s.Client, &s.Server)
	s.MidStream = !p.Flags.Has(packet.SYN)
	if s.MidStream {
		s.State = Open
		s.flight.phase = phaseLate
	}
	t.conns.put(s)
	t.order = append(t.order, s)
	return s, reused
}

// slabSize is how many connections get their memory at once: as many as leave
// little of what the allocator gives in one piece.
const slabSize = 23

func (t *Tracker) room() *Flow {
	if len(t.slab) == 0 {
		t.slab = make([]Flow, slabSize)
	}
	s := &t.slab[0]
	t.slab = t.slab[1:]
	return s
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
		key := &t.order[0].key
		t.order = t.order[1:]
		s := t.conns.get(key)
		if s != nil && t.watch.IsValid() && s.Server.Addr() == t.watch {
			t.order = append(t.order, s)
			continue
		}
		if s != nil {
			t.conns.remove(key)
			t.Evicted++
			return
		}
	}
}

func (s *Flow) over() bool {
	return s.State == ConnClosed || s.State == ConnReset || s.State == ConnRefused || s.side[ToServer].quit
}

// observe moves the connection on by one packet.
func (s *Flow) observe(p *packet.Packet, now instant, m *Move) {
	s.Packets++
	if s.Packets > 1 {
		m.Delta = time.Duration(now - s.lastAt)
	}
	s.lastAt = now
	s.ttl(p, m)
	s.gaveUp(p, m)
	s.Trouble.Blind = s.Trouble.Blind || p.LengthCut
	if p.Checksum == packet.ChecksumIncorrect && m.Dir == ToServer {
		s.Offload++
	}
	switch {
	case p.Flags.Has(packet.RST):
		s.reset(p, m)
	case p.Flags.Has(packet.SYN):
		s.syn(p, now, m)
	default:
		s.acknowledge(p, m)
		if fresh := s.data(p, m); fresh || p.Flags.Has(packet.ACK) && !p.Cut {
			s.unanswered()
		}
	}
	if s.flight.changed && !s.read {
		s.flight.tell(&s.TLS)
		s.Trouble.AlertBy = Inferred(s.flight.guess.alertBy)
		s.Trouble.EmptyCertificate = s.flight.guess.refused()
	}
}

// gaveUp notes what the server still sends to a client that has closed.
func (s *Flow) gaveUp(p *packet.Packet, m *Move) {
	closed := s.Trouble.ResetBy == Client || s.side[ToServer].fin
	if closed && m.Dir == ToClient && s.Trouble.Waiting && p.Length > 0 {
		s.Trouble.Late = true
	}
}

func (s *Flow) ttl(p *packet.Packet, m *Move) {
	switch ttl := p.TTL; {
	case ttl == 0:
	case m.Dir == ToServer:
		s.ClientTTL = ttl
	case s.ServerTTLs[0] == 0:
		s.ServerTTLs[0] = ttl
	case s.ServerTTLs[0] != ttl && s.ServerTTLs[1] == 0:
		s.ServerTTLs[1] = ttl
	}
}

func (s *Flow) syn(p *packet.Packet, now instant, m *Move) {
	m.Basis = BasisSeen
	if m.Dir == ToServer {
		m.Label = LabelSYN
		if s.State != ConnUnknown {
			s.Retransmissions++
		}
		s.State, s.synAt, s.ClientMSS = SynSent, now, p.MSS
		s.ClientScale, s.ClientSACK = p.WScale, p.SACKOK
		s.side[ToServer] = side{next: p.Seq + 1, seen: !p.Cut}
		if s.flight.phase == phaseStart {
			s.flight.opens(p, m.Dir)
		}
		return
	}
	m.Label = LabelSYNACK
	if me := &s.side[ToClient]; me.seen && !p.Cut && me.next != p.Seq+1 && s.ToClientBytes == 0 {
		s.proxied = true
	}
	if m.TCP&again != 0 {
		s.Retransmissions++
	}
	if s.State == SynSent {
		s.State = HalfOpen
		if s.Retransmissions == 0 { // else it is not known which SYN it answers
			s.RTT = time.Duration(now - s.synAt)
		}
	}
	if s.flight.phase == phaseStart {
		s.flight.opens(p, m.Dir)
	}
	s.ServerMSS = p.MSS
	s.ServerScale, s.ServerSACK = p.WScale, p.SACKOK
	s.side[ToClient] = side{next: p.Seq + 1, seen: !p.Cut}
}

// all reports whether every byte that was seen is acknowledged.
func (d *side) all() bool { return d.acks && d.seen && int32(d.ack-d.next) >= 0 }

// longestGoodbye is as long as what a client sends that asks for nothing: an encrypted
// alert, with the longest MAC and padding in use (RFC 5246, 6.2.3.2). It can be one
// where the server has answered twice: its first answer is to the ClientHello.
const longestGoodbye = 85

// unanswered works out what the client waits for.
func (s *Flow) unanswered() {
	sent := &s.side[ToServer]
	t := &s.Trouble
	mine := s.ToServerBytes > 0 && sent.seen && (s.answers < 2 || s.asked > longestGoodbye)
	t.Pending = mine && sent.acks && !sent.all() && s.turn == ToServer
	t.Waiting = mine && sent.all() && s.turn == ToServer
}

// data labels what carries bytes or ends a direction; fresh: some were not sent before.
func (s *Flow) data(p *packet.Packet, m *Move) (fresh bool) {
	me := &s.side[m.Dir]
	if s.proxied && m.Dir == ToClient && !s.numbered(p, me) {
		return false
	}
	if p.Length > 0 {
		end := p.Seq + uint32(p.Length)
		if me.seen && !p.Cut && int32(end-me.next) <= 0 {
			s.old(p, m, me)
		} else {
			fresh = true
			s.skipped(p, m, me)
			me.next, me.seen, me.cut = end, true, me.cut || p.Cut
			s.count(p, m)
			s.flight.take(p, m, true)
			s.watch(p, m)
		}
	} else if s.flight.phase < phaseData {
		s.flight.take(p, m, false)
	}
	if p.Flags.Has(packet.FIN) {
		s.finish(p, m, me)
	}
	return fresh
}

// numbered reports whether a server's packet counts as the connection does, where a
// device answered for the server with a number of its own. The first bytes decide;
// what has the other numbers is the same, captured on the device's other side.
func (s *Flow) numbered(p *packet.Packet, me *side) bool {
	if !me.seen || p.Cut || Near(p.Seq, me.next) {
		return true
	}
	if s.ToClientBytes == 0 && p.Length > 0 {
		me.next, s.flight.next[ToClient] = p.Seq, p.Seq
		return true
	}
	return false
}

// Near reports whether two sequence numbers can be of one connection's window
// (RFC 7323, 2.3: less than 2^30); numbers of two devices seldom are.
func Near(a, b uint32) bool {
	d := int32(a - b)
	return d > -1<<24 && d < 1<<24
}

// Proxied reports whether the server's numbers may be another device's.
func (s *Flow) Proxied() bool { return s.proxied }

// watch keeps whose turn it is.
func (s *Flow) watch(p *packet.Packet, m *Move) {
	if m.Label != LabelCloseNotify && m.Label != LabelAlert { // neither asks for an answer
		s.turn = m.Dir
	}
	switch {
	case m.Dir == ToServer:
		s.asked += p.Length
	case s.asked > 0:
		s.asked, s.answers = 0, s.answers+1
	}
}

// old: bytes that were sent before. One byte below the next is a keep-alive
// (RFC 9293, 3.8.4).
func (s *Flow) old(p *packet.Packet, m *Move, me *side) {
	m.Basis = BasisSeen
	if p.Length == 1 && p.Seq+1 == me.next {
		m.Label = LabelKeepAlive
		return
	}
	me.holes = max(0, me.holes-p.Length)
	if m.Dir == ToClient {
		s.Trouble.Hole = me.holes
	}
	if m.TCP&again == 0 && m.TCP&OutOfOrder != 0 { // late, not lost
		return
	}
	s.Retransmissions++
	m.Label = LabelRetransmission
	if p.Length < large {
		s.Trouble.LostSmall[m.Dir]++
	} else {
		s.Trouble.LostLarge[m.Dir]++
	}
}

func (s *Flow) count(p *packet.Packet, m *Move) {
	if m.Dir == ToServer {
		s.ToServerBytes += int64(p.Length)
	} else {
		s.ToClientBytes += int64(p.Length)
	}
}
