package capture

import (
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
)

// Frames are decoded ahead of what follows connections, so that both cores
// work: in batches, in order, and never more than a few.
const (
	batchSize  = 128
	maxBatches = 4
)

// decoded is a frame's packet and a copy of what was captured of its payload.
type decoded struct {
	p      packet.Packet
	number int
	ok     bool // p holds something
	from   int  // its payload in the batch's bytes
	to     int
}

// batch is some packets in a row.
type batch struct {
	n     int
	slot  [batchSize]decoded
	bytes []byte
}

func (b *batch) full() bool { return b.n == batchSize }

// add decodes a frame into the next slot.
func (b *batch) add(fr *pcap.Frame) {
	s := &b.slot[b.n]
	b.n++
	s.p.Time, s.p.Dated, s.p.Stamp = fr.Time, true, ""
	s.number, s.from, s.to = fr.Number, len(b.bytes), len(b.bytes)
	s.ok = packet.Decode(fr.Link, fr.Data, fr.Wire, &s.p) == nil && s.p.Frag == 0
	if s.ok && s.p.Proto == packet.TCP {
		b.bytes = append(b.bytes, s.p.Payload(fr.Data)...)
		s.to = len(b.bytes)
	}
}

// each gives the batch's packets to take, and empties it.
func (b *batch) each(take func(number int, p *packet.Packet, ok bool, payload []byte)) {
	for i := range b.slot[:b.n] {
		s := &b.slot[i]
		take(s.number, &s.p, s.ok, b.bytes[s.from:s.to])
	}
	b.n, b.bytes = 0, b.bytes[:0]
}

// ahead hands batches to a goroutine that takes their packets. It begins with
// the first full batch: a short capture needs none.
type ahead struct {
	take  func(int, *packet.Packet, bool, []byte)
	now   *batch
	full  chan *batch
	empty chan *batch
	done  chan struct{}
}

func newAhead(take func(int, *packet.Packet, bool, []byte)) *ahead {
	return &ahead{take: take, now: &batch{}}
}

// frame takes the next frame; it waits while too many batches do.
func (a *ahead) frame(fr *pcap.Frame) {
	a.now.add(fr)
	if !a.now.full() {
		return
	}
	if a.full == nil {
		a.start()
	}
	a.full <- a.now
	a.now = <-a.empty
}

func (a *ahead) start() {
	a.full, a.empty, a.done = make(chan *batch, maxBatches), make(chan *batch, maxBatches), make(chan struct{})
	for range maxBatches - 1 {
		a.empty <- &batch{}
	}
	go func() {
		defer close(a.done)
		for b := range a.full {
			b.each(a.take)
			a.empty <- b
		}
	}()
}

// close returns when every packet is taken.
func (a *ahead) close() {
	if a.full != nil {
		close(a.full)
		<-a.done
	}
	a.now.each(a.take)
}
