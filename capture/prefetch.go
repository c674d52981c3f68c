package capture

import (
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

// head is a frame on its way from one goroutine to the other, small: each of
// its cache lines moves from core to core.
type head struct {
	numbers
	key     packet.Key
	payload []byte         // what was captured of it
	other   *packet.Packet // what is no TCP, or holds a DNS message; the batch's
}

// batch is some packets in a row.
type batch struct {
	n      int // frames, those that hold nothing too
	heads  []head
	others arena
	p      packet.Packet // the newest
	memory []byte        // where the capture was read to
	copied []byte        // payloads that did not lie there
	joined *packet.Fragments
}

// add decodes a frame into the next slot. stays: its bytes stay where they are.
func (b *batch) add(fr *pcap.Frame, stays, history bool, why *unread) {
	b.n++
	p := &b.p
	if err := packet.Decode(fr.Link, fr.Data, fr.Wire, p); err != nil {
		why.count(fr, err)
		return
	}
	if p.MF || p.Frag > 0 {
		if b.joined.Join(p); p.Frag > 0 {
			return
		}
	}
	if len(b.heads) < cap(b.heads) {
		b.heads = b.heads[:len(b.heads)+1]
	} else {
		b.heads = append(b.heads, head{})
	}
	h := &b.heads[len(b.heads)-1]
	h.other, h.payload = nil, nil
	if p.Proto != packet.TCP || p.DNS.Query || p.DNS.Response {
		h.other = b.others.keep(p)
		h.other.Time, h.other.Dated, h.other.Zoned = fr.Time, true, true
	}
	var back, clear bool
	if p.Proto == packet.TCP {
		back = h.key.Set(&p.Src, &p.Dst)
		h.payload = p.Payload(fr.Data)
		clear = handshake.HTTP(h.payload)
		if !stays {
			from := len(b.copied)
			b.copied = append(b.copied, h.payload...)
			h.payload = b.copied[from:len(b.copied):len(b.copied)]
		}
	}
	h.set(p, fr.Time, fr.Number, marks(0).with(markBack, back).with(markHistory, history).with(markClear, clear))
}

// prefetch hands batches to a goroutine that takes their packets. It begins with
// the first full batch: a short capture needs none.
type prefetch struct {
	f     *frames
	now   *batch
	reads bool // now's memory holds the frames
	full  chan *batch
	empty chan *batch
	done  chan struct{}
}

func newPrefetch(f *frames) *prefetch { return &prefetch{f: f, now: &batch{joined: &f.joined}} }

// frame takes the next frame; it waits while too many batches do.
func (a *prefetch) frame(fr *pcap.Frame) {
	a.now.add(fr, a.reads && fr.InPlace, a.f.d.history, &a.f.d.unread)
	if a.now.n >= batchSize && !a.reads {
		a.turn()
	}
}

// read takes the rest of a capture: what was read is not copied.
func (a *prefetch) read(r io.Reader) (all int64, err error) {
	a.reads = true
	for err == nil {
		a.turn()
		if a.now.memory == nil {
			a.now.memory = make([]byte, batchBytes)
		}
		var n int
		n, err = readFull(r, a.now.memory)
		all += int64(n)
		_, _ = a.f.scan.Write(a.now.memory[:n]) // its Close tells what is wrong
	}
	return all, ended(err)
}

// turn hands a batch over and takes an empty one.
func (a *prefetch) turn() {
	if a.now.n == 0 {
		return
	}
	if a.full == nil {
		a.start()
	}
	a.full <- a.now
	a.now, _ = soon(a.empty)
}

// patience is how often a batch is looked for before its goroutine sleeps: about
// as long as it takes to wake one.
const patience = 2000

// soon takes the next batch; false: there are no more.
func soon(from chan *batch) (*batch, bool) {
	for range patience {
		select {
		case b, ok := <-from:
			return b, ok
		default:
		}
	}
	b, ok := <-from
	return b, ok
}

func (a *prefetch) start() {
	a.full, a.empty, a.done = make(chan *batch, maxBatches), make(chan *batch, maxBatches), make(chan struct{})
	for range maxBatches - 1 {
		a.empty <- &batch{joined: &a.f.joined, heads: make([]head, 0, batchSize)}
	}
	go func() {
		defer close(a.done)
		for b, ok := soon(a.full); ok; b, ok = soon(a.full) {
			a.f.batch(b)
			a.empty <- b
		}
	}()
}

// close returns when every packet is taken.
func (a *prefetch) close() {
	if a.full != nil {
		close(a.full)
		<-a.done
	}
	a.f.batch(a.now)
}

// batch takes the packets of a batch, and empties it.
func (f *frames) batch(b *batch) {
	f.d.packets.Add(int64(b.n))
	for i := range b.heads {
		if h := &b.heads[i]; h.other == nil || h.other.Proto == packet.TCP {
			f.passing(h)
		} else {
			f.d.packets.Add(-1) // take counts it
			f.take(int(h.number), h.other, true, nil)
		}
	}
	b.empty()
}

func (b *batch) empty() {
	b.others.forget()
	b.n, b.heads, b.copied = 0, b.heads[:0], b.copied[:0]
}
