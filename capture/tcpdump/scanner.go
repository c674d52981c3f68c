// Package tcpdump reads and writes tcpdump's text listing.
//
// What comes in: the lines of a listing as `tcpdump -nn -vv` prints them, one
// at a time as redact.Raw, with whatever a terminal or a web page put between
// them. What goes out: Items: packets with typed fields, and what the other
// lines are. Every line belongs to exactly one item; a line that cannot be
// read never stops the run. Append writes a packet as tcpdump 4.99 does.
package tcpdump

import (
	"bytes"
	"net/netip"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// ItemKind is what an item is.
type ItemKind uint8

// The kinds of items.
const (
	ItemPacket     ItemKind = iota
	ItemListening           // "listening on eth0, link-type …, capture size 128 bytes"
	ItemEcho                // "tcpdump -p -i eth0 -s 128 … in VPN 0"
	ItemFooter              // the closing counters
	ItemPrompt              // a prompt, a typed command, ^C
	ItemDecoration          // a blank line, a code fence, a packet's indented details
	ItemUnread              // a line that cannot be read
	ItemHTTP                // the first line of an HTTP message in clear, printed under its packet
	ItemARP                 // a question for, or an answer with, a neighbour's address
)

// Item is what one or more lines are.
type Item struct {
	Kind        ItemKind
	First, Line int           // the item's first line; the line with the addresses and flags
	Packet      packet.Packet // ItemPacket
	Number      int           // ItemPacket: counts from 1
	Interface   string        // ItemListening, ItemEcho
	Filter      string        // ItemEcho: what stands after the snap length
	Peer        netip.Addr    // ItemEcho: the filter's first host, if it is an address
	SnapLen     int           // ItemListening, ItemEcho
	Captured    int           // ItemFooter; -1: its line is missing
	Received    int
	Dropped     int
	Method      string     // ItemHTTP, of a request: letters only
	Target      string     // ItemHTTP, of a CONNECT: host and port
	Status      int        // ItemHTTP, of an answer
	Neighbour   netip.Addr // ItemARP: whose hardware address it is about
	Reply       bool       // ItemARP
	Asker       netip.Addr // ItemARP, of a question
}

// Scanner reads one listing. The zero value is not ready; see NewScanner.
type Scanner struct {
	number  int
	pending *header // an IPv4 header line that waits for its second line
	footer  *Item
	icmp    *Item // an ICMP error that waits for the packet that it quotes
	quoted  bool  // the quoted packet's first line was seen
	bases   map[flow]uint32
	day     int // days since the listing's start
	last    time.Duration
}

type header struct {
	line int
	p    packet.Packet
}

// flow is one direction of a connection.
type flow struct{ src, dst netip.AddrPort }

// maxFlows bounds the sequence number bases that are kept.
const maxFlows = 1 << 17

// NewScanner makes a scanner for one listing.
func NewScanner() *Scanner { return &Scanner{bases: map[flow]uint32{}} }

// Line takes the listing's line number n (from 1) and emits what it completes.
func (s *Scanner) Line(n int, r redact.Raw, emit func(Item)) {
	b := bytes.TrimRight(r.Bytes(), "\r\n \t")
	if s.footer != nil && !s.counters(b) {
		s.flushFooter(emit)
	}
	t := bytes.TrimLeft(b, " ")
	switch {
	case s.icmp != nil && s.quote(n, b, t, emit):
	case len(t) == 0, bytes.HasPrefix(t, []byte("```")):
		emit(Item{Kind: ItemDecoration, First: n, Line: n})
	case b[0] == '\t':
		if it, ok := httpLine(n, t[1:]); ok {
			emit(it)
			return
		}
		emit(Item{Kind: ItemDecoration, First: n, Line: n})
	case s.pending != nil && s.second(n, t, emit):
	case s.record(n, t, emit):
	case s.footer != nil || s.counters(t):
		s.footer.Line = n
		if s.footer.First == 0 {
			s.footer.First = n
		}
	case notice(n, t, emit):
	default:
		emit(Item{Kind: ItemUnread, First: n, Line: n})
	}
}

// Close emits what still waits for a next line.
func (s *Scanner) Close(emit func(Item)) {
	s.dropPending(emit)
	s.flushICMP(emit)
	if s.footer != nil {
		s.flushFooter(emit)
	}
}

func (s *Scanner) flushFooter(emit func(Item)) {
	emit(*s.footer)
	s.footer = nil
}

// dropPending gives up on a header whose second line never came.
func (s *Scanner) dropPending(emit func(Item)) {
	if s.pending != nil {
		emit(Item{Kind: ItemUnread, First: s.pending.line, Line: s.pending.line})
		s.pending = nil
	}
}

// second reads the line with the addresses behind an IPv4 header line.
func (s *Scanner) second(n int, t []byte, emit func(Item)) bool {
	p := s.pending.p
	if !body(t, &p) {
		return false
	}
	first := s.pending.line
	s.pending = nil
	s.packet(first, n, p, emit)
	return true
}

// record reads a line that begins with a stamp.
func (s *Scanner) record(n int, t []byte, emit func(Item)) bool {
	var p packet.Packet
	rest, ok := s.stamp(number(t), &p)
	if !ok {
		return false
	}
	if it, ok := arp(n, rest); ok {
		s.dropPending(emit)
		emit(it)
		return true
	}
	rest, v6, ok := protocol(rest)
	if !ok {
		return false
	}
	s.dropPending(emit)
	if len(rest) == 0 || rest[0] != '(' {
		if !body(rest, &p) {
			return false
		}
		s.packet(n, n, p, emit)
		return true
	}
	rest = ipHeader(rest, &p, v6)
	switch {
	case len(rest) == 0:
		s.pending = &header{n, p}
	case body(rest, &p):
		s.packet(n, n, p, emit)
	default:
		return false
	}
	return true
}

// number skips what -# puts before the stamp.
func number(t []byte) []byte {
	i := 0
	for i < len(t) && t[i] >= '0' && t[i] <= '9' {
		i++
	}
	if i > 0 && i+1 < len(t) && t[i] == ' ' && t[i+1] == ' ' {
		return bytes.TrimLeft(t[i:], " ")
	}
	return t
}

// protocol finds the word IP or IP6. -i any puts interface and direction
// before it.
func protocol(t []byte) (rest []byte, v6, ok bool) {
	for range 3 {
		switch {
		case bytes.HasPrefix(t, []byte("IP ")):
			return t[3:], false, true
		case bytes.HasPrefix(t, []byte("IP6 ")):
			return t[4:], true, true
		}
		sp := bytes.IndexByte(t, ' ')
		if sp < 0 {
			return nil, false, false
		}
		t = bytes.TrimLeft(t[sp:], " ")
	}
	return nil, false, false
}

func (s *Scanner) packet(first, line int, p packet.Packet, emit func(Item)) {
	s.number++
	if p.Proto == packet.TCP {
		s.absolute(&p)
	}
	it := Item{Kind: ItemPacket, First: first, Line: line, Packet: p, Number: s.number}
	if p.Unreach != packet.UnreachNone {
		s.icmp, s.quoted = &it, false
		return
	}
	emit(it)
}

// absolute turns relative numbers back, as print-tcp.c made them: the first
// packet with ACK of a connection, and each SYN-ACK, is printed absolute and is
// the base of both directions; SYNs and RSTs without ACK always are.
func (s *Scanner) absolute(p *packet.Packet) {
	if !p.Flags.Has(packet.ACK) {
		return
	}
	there, back := flow{p.Src, p.Dst}, flow{p.Dst, p.Src}
	base, known := s.bases[there]
	if !known || p.Flags.Has(packet.SYN) {
		switch {
		case len(s.bases) >= maxFlows:
		case p.Cut: // the numbers may have lost digits: what follows stays relative
			s.bases[there], s.bases[back] = 0, 0
		default:
			s.bases[there], s.bases[back] = p.Seq, p.Ack-1
		}
		return
	}
	p.Seq += base
	p.Ack += s.bases[back]
}
