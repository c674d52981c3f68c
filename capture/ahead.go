package capture

import (
	"errors"
	"io"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
)

// Frames are decoded ahead of what follows connections, so that both cores
// work: in batches, in order, and never more than a few.
const (
	batchSize  = 512       // packets of a batch whose payloads are copied
	batchBytes = 128 << 10 // bytes of a batch whose payloads stay where they were read
	maxBatches = 4
)

// decoded is a frame's packet and what was captured of its payload.
type decoded struct {
	p       packet.Packet
	key     handshake.Key // of TCP
	number  int
	ok      bool // p holds something
	payload []byte
}

// batch is some packets in a row.
type batch struct {
	slots  []decoded
	memory []byte // where the capture was read to
	copied []byte // payloads that did not lie there
}

// add decodes a frame into the next slot. stays: its bytes stay where they are.
func (b *batch) add(fr *pcap.Frame, stays bool) {
	if len(b.slots) < cap(b.slots) {
		b.slots = b.slots[:len(b.slots)+1]
	} else {
		b.slots = append(b.slots, decoded{})
	}
	s := &b.slots[len(b.slots)-1]
	s.p.Time, s.p.Dated, s.p.Stamp = fr.Time, true, ""
	s.number, s.payload = fr.Number, nil
	s.ok = packet.Decode(fr.Link, fr.Data, fr.Wire, &s.p) == nil && s.p.Frag == 0
	if !s.ok || s.p.Proto != packet.TCP {
		return
	}
	s.key = handshake.KeyOf(s.p.Src, s.p.Dst)
	if s.payload = s.p.Payload(fr.Data); !stays {
		from := len(b.copied)
		b.copied = append(b.copied, s.payload...)
		s.payload = b.copied[from:len(b.copied):len(b.copied)]
	}
}

// ahead hands batches to a goroutine that takes their packets. It begins with
// the first full batch: a short capture needs none.
type ahead struct {
	f     *frames
	now   *batch
	reads bool // now's memory holds the frames
	full  chan *batch
	empty chan *batch
	done  chan struct{}
}

func newAhead(f *frames) *ahead { return &ahead{f: f, now: &batch{}} }

// frame takes the next frame; it waits while too many batches do.
func (a *ahead) frame(fr *pcap.Frame) {
	a.now.add(fr, a.reads && fr.InPlace)
	if len(a.now.slots) >= batchSize && !a.reads {
		a.turn()
	}
}

// read takes the rest of a capture: what was read is not copied.
func (a *ahead) read(r io.Reader) (all int64, err error) {
	a.reads = true
	for err == nil {
		a.turn()
		if a.now.memory == nil {
			a.now.memory = make([]byte, batchBytes)
		}
		var n int
		n, err = io.ReadFull(r, a.now.memory)
		all += int64(n)
		_, _ = a.f.scan.Write(a.now.memory[:n]) // its Close tells what is wrong
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return all, err
}

// turn hands a batch over and takes an empty one.
func (a *ahead) turn() {
	if len(a.now.slots) == 0 {
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
			a.f.batch(b)
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
	a.f.batch(a.now)
}

// batch takes the packets of a batch, and empties it.
func (f *frames) batch(b *batch) {
	f.d.packets.Add(int64(len(b.slots)))
	for i := range b.slots {
		if s := &b.slots[i]; s.ok {
			f.passing(s)
		}
	}
	b.slots, b.copied = b.slots[:0], b.copied[:0]
}
