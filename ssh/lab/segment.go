package lab

import (
	"encoding/binary"
	"net/netip"
	"time"

	"syncscope/capture/packet"
)

// Sizes of headers and of what the Manager's tcpdump keeps.
const (
	etherHeader = 14
	ipHeader    = 20
	tcpHeader   = 20
	synOptions  = 12 // mss, nop, nop, sackOK, nop, wscale
	snapLength  = 128
)

// timedPacket is a packet and when it passes the Manager's interface, from the
// start of the connection. Its numbers are absolute.
type timedPacket struct {
	at time.Duration
	p  packet.Packet
}

// peer is one end of a connection.
type peer struct {
	addr   netip.AddrPort
	seq    uint32 // next to send
	id     uint16 // IP identification
	ttl    uint8
	mss    uint16 // announced
	window uint16
	own    bool // the capturing host: its checksums are left to the card
}

// connection turns flights into packets as the Manager's interface sees them.
type connection struct {
	client, server peer
	rtt            func() time.Duration // one round trip, with its jitter
	at             time.Duration        // now
	packets        []timedPacket
}

// Pauses between packets, as they are in captures of such hosts.
const (
	wireGap  = 35 * time.Microsecond // between back-to-back packets
	thinking = 3 * time.Millisecond  // a side's work between flights
)

// open is the three-way handshake.
func (c *connection) open() {
	c.send(&c.client, packet.SYN, nil)
	c.at += c.rtt()
	c.send(&c.server, packet.SYN|packet.ACK, nil)
	c.at += wireGap
	c.send(&c.client, packet.ACK, nil)
	c.client.window, c.server.window = 502, 501 // from here on scaled
	c.at += thinking
}

// clientFlight sends data and gives the time when it reaches the server.
func (c *connection) clientFlight(data []byte) (arrives time.Duration) {
	c.data(&c.client, min(c.server.mss, c.client.mss), data)
	return c.at + c.rtt()/2
}

// serverFlight delivers data that the server sent after working for so long on
// the client's last flight, and the client's ACK of all but the last two
// segments, which its next flight acknowledges.
func (c *connection) serverFlight(data []byte, work time.Duration) {
	trip := c.rtt()
	const delayedACK = 40 * time.Millisecond // RFC 1122, section 4.2.3.2; Linux
	if work > delayedACK {
		c.at += trip + delayedACK
		c.send(&c.server, packet.ACK, nil)
		c.at += work - delayedACK
	} else {
		c.at += trip + work
	}
	segments := c.data(&c.server, min(c.server.mss, c.client.mss), data)
	if segments > 1 {
		c.at += wireGap
		c.send(&c.client, packet.ACK, nil)
	}
	c.at += thinking
}

// again sends the last packet of one end once more.
func (c *connection) again(from *peer) {
	for i := len(c.packets) - 1; i >= 0; i-- {
		if p := c.packets[i].p; p.Src == from.addr {
			p.ID = from.id
			from.id++
			c.packets = append(c.packets, timedPacket{c.at, p})
			return
		}
	}
}

// close is the client's orderly end.
func (c *connection) close() {
	c.send(&c.client, packet.FIN|packet.ACK, nil)
	c.at += c.rtt()
	c.send(&c.server, packet.FIN|packet.ACK, nil)
	c.at += wireGap
	c.send(&c.client, packet.ACK, nil)
}

// data cuts data into segments; the last one is pushed.
func (c *connection) data(from *peer, mss uint16, data []byte) (segments int) {
	for len(data) > 0 {
		n := min(len(data), int(mss))
		flags := packet.ACK
		if n == len(data) {
			flags |= packet.PSH
		}
		if segments > 0 {
			c.at += wireGap
		}
		c.send(from, flags, data[:n])
		data = data[n:]
		segments++
	}
	return segments
}

// send adds one packet.
func (c *connection) send(from *peer, flags packet.Flags, payload []byte) {
	to := &c.client
	if from == to {
		to = &c.server
	}
	p := packet.Packet{
		Proto: packet.TCP, Src: from.addr, Dst: to.addr, TTL: from.ttl, DF: true,
		Flags: flags, Seq: from.seq, Window: from.window, Length: len(payload), WScale: -1,
		IPLength: ipHeader + tcpHeader + len(payload),
	}
	if flags.Has(packet.ACK) {
		p.Ack = to.seq
	}
	if !flags.Has(packet.SYN | packet.ACK) { // Linux answers a SYN with ID 0
		p.ID = from.id
		from.id++
	}
	if flags.Has(packet.SYN) {
		p.MSS, p.SACKOK, p.WScale = from.mss, true, 7
		p.IPLength += synOptions
	}
	c.checksum(&p, from.own, payload)
	from.seq += uint32(len(payload))
	if flags&(packet.SYN|packet.FIN) != 0 {
		from.seq++
	}
	c.packets = append(c.packets, timedPacket{c.at, p})
}

// checksum fills in what tcpdump says of the checksum: nothing if the snap
// length cut the packet; on the sending host only the pseudo header's sum
// stands there, as the card adds the rest.
func (c *connection) checksum(p *packet.Packet, own bool, payload []byte) {
	if p.IPLength+etherHeader > snapLength {
		return
	}
	pseudo := pseudoSum(p)
	sum := ^fold(addWords(addWords(pseudo, tcpBytes(p)), payload))
	p.Checksum, p.Sum = packet.ChecksumCorrect, sum
	if own {
		p.Checksum, p.Sum, p.Want = packet.ChecksumIncorrect, fold(pseudo), sum
	}
}

// pseudoSum sums the pseudo header (RFC 9293, section 3.1).
func pseudoSum(p *packet.Packet) uint32 {
	src, dst := p.Src.Addr().As4(), p.Dst.Addr().As4()
	return addWords(addWords(uint32(packet.TCP)+uint32(p.IPLength-ipHeader), src[:]), dst[:])
}

// tcpBytes is the TCP header with a checksum of zero.
func tcpBytes(p *packet.Packet) []byte {
	b := make([]byte, tcpHeader, tcpHeader+synOptions)
	binary.BigEndian.PutUint16(b[0:], p.Src.Port())
	binary.BigEndian.PutUint16(b[2:], p.Dst.Port())
	binary.BigEndian.PutUint32(b[4:], p.Seq)
	binary.BigEndian.PutUint32(b[8:], p.Ack)
	words := uint16(tcpHeader / 4)
	if p.Flags.Has(packet.SYN) {
		words += synOptions / 4
		b = append(b, 2, 4, byte(p.MSS>>8), byte(p.MSS), 1, 1, 4, 2, 1, 3, 3, byte(p.WScale))
	}
	binary.BigEndian.PutUint16(b[12:], words<<12|uint16(p.Flags))
	binary.BigEndian.PutUint16(b[14:], p.Window)
	return b
}

func addWords(sum uint32, b []byte) uint32 {
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	return sum
}

func fold(sum uint32) uint16 {
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}
