package lab

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/tcpdump"
)

// card is the Manager's network interface: captures listen on it.
type card struct {
	mu   sync.Mutex
	taps map[*tap]bool
}

func newCard() *card { return &card{taps: map[*tap]bool{}} }

// maxTapped bounds what a capture that is not read holds back; more is dropped
// and counted, as a kernel does.
const maxTapped = 4096

// tap is one running capture.
type tap struct {
	match   func(*packet.Packet) bool
	packets chan packet.Packet
	seen    atomic.Int64
	dropped atomic.Int64
}

func (c *card) listen(match func(*packet.Packet) bool) *tap {
	t := &tap{match: match, packets: make(chan packet.Packet, maxTapped)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taps[t] = true
	return t
}

func (c *card) stop(t *tap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.taps, t)
}

// pass gives a packet to every capture whose filter it matches.
func (c *card) pass(p packet.Packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for t := range c.taps {
		if !t.match(&p) {
			continue
		}
		t.seen.Add(1)
		select {
		case t.packets <- p:
		default:
			t.dropped.Add(1)
		}
	}
}

// listing prints packets as one run of tcpdump does.
type listing struct {
	out      io.Writer
	tap      *tap
	absolute bool // -S
	dated    bool // -tttt
	limit    int  // -c; 0: none
	captured int
	bases    map[[2]netip.AddrPort]uint32
}

// run prints until ctx ends or the limit is reached, then the counters. What was
// received and not yet printed then is lost, as with tcpdump.
func (l *listing) run(ctx context.Context) {
	l.bases = map[[2]netip.AddrPort]uint32{}
	for l.limit == 0 || l.captured < l.limit {
		select {
		case p := <-l.tap.packets:
			l.print(p)
			continue
		case <-ctx.Done():
		}
		break
	}
	fmt.Fprintf(l.out, "%d packets captured\n%d packets received by filter\n%d packets dropped by kernel\n",
		l.captured, l.tap.seen.Load(), l.tap.dropped.Load())
}

func (l *listing) print(p packet.Packet) {
	l.captured++
	if !l.absolute {
		l.relative(&p)
	}
	line := make([]byte, 0, 320)
	if l.dated {
		line = append(p.Time.AppendFormat(line, time.DateOnly), ' ')
	}
	l.out.Write(tcpdump.Append(line, p))
}

// relative makes the numbers as print-tcp.c does: the first packet with ACK of a
// connection, and every SYN-ACK, stay absolute and are the base.
func (l *listing) relative(p *packet.Packet) {
	if !p.Flags.Has(packet.ACK) {
		return
	}
	there, back := [2]netip.AddrPort{p.Src, p.Dst}, [2]netip.AddrPort{p.Dst, p.Src}
	base, known := l.bases[there]
	if !known || p.Flags.Has(packet.SYN) {
		l.bases[there], l.bases[back] = p.Seq, p.Ack-1
		return
	}
	p.Seq -= base
	p.Ack -= l.bases[back]
	p.RelSeq, p.RelAck = true, true
}
