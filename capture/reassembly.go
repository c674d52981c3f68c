package capture

import (
	"net/netip"
	"slices"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/stream"
)

// Caps of the connections whose bytes are read. The oldest that is not to the
// watched peer makes room; the packets of one that did are still tracked.
const (
	maxTalks   = 12_288
	maxWaiting = 8 << 20 // bytes that wait for earlier ones, over all connections
)

// reassembly is one connection's bytes: both directions in order, and what they say.
type reassembly struct {
	half   [2]stream.Half
	dialog handshake.Dialog
	told   [2]bool // all up to the FIN was taken
}

// reassembler are the connections whose bytes are read.
type reassembler struct {
	cache *handshake.Cache
	order []*handshake.Flow // oldest first; may hold some whose talk is over
	live  int               // of them, those whose talk is not
	spare []*reassembly     // of what is over, to be used again
	held  int               // bytes that wait
	watch netip.Addr
	// evicted counts connections that made room.
	evicted int
}

func newReassembler(gate *redact.Session) reassembler {
	return reassembler{cache: handshake.NewCache(gate)}
}

// over is the Talk of a connection that has said all.
type over struct{}

// of finds the talk of a packet, or begins one with its first bytes.
func (t *reassembler) of(f *handshake.Flow, p *packet.Packet, payload []byte) *reassembly {
	switch k := f.Talk.(type) {
	case *reassembly:
		return k
	case over:
		return nil
	}
	synAck := p.Flags.Has(packet.SYN|packet.ACK) && !p.Cut
	if len(payload) == 0 && !synAck {
		return nil
	}
	k := t.begin(f)
	switch {
	case synAck:
		k.half[handshake.ToClient].Start(p.Seq + 1)
		k.half[handshake.ToServer].Start(p.Ack)
	case p.Flags.Has(packet.ACK) && !p.Cut: // what the other end has sent so far is over
		other := handshake.ToClient
		if p.Src == f.Server {
			other = handshake.ToServer
		}
		k.half[other].Start(p.Ack)
	}
	return k
}

func (t *reassembler) begin(f *handshake.Flow) *reassembly {
	if t.live >= maxTalks {
		t.evict()
	}
	if len(t.order) > 2*t.live+1024 {
		t.order = slices.DeleteFunc(t.order, func(f *handshake.Flow) bool { return reassemblyOf(f) == nil })
	}
	k := t.room()
	f.Talk = k
	t.order = append(t.order, f)
	t.live++
	return k
}

// room gives memory for a talk that begins: what one that is over had, or new.
func (t *reassembler) room() *reassembly {
	n := len(t.spare)
	if n == 0 {
		k := new(reassembly)
		k.dialog.Begin(t.cache) // of what is surely there no byte is read first
		return k
	}
	k := t.spare[n-1]
	t.spare = t.spare[:n-1]
	*k = reassembly{}
	k.dialog.Begin(t.cache)
	return k
}

func reassemblyOf(f *handshake.Flow) *reassembly {
	k, _ := f.Talk.(*reassembly)
	return k
}

// end takes the memory of a connection that has said all: what its ends still
// send was sent before.
func (t *reassembler) end(f *handshake.Flow, k *reassembly) {
	f.Talk = over{}
	t.live--
	t.spare = append(t.spare, k)
}

// evict takes the oldest talk; one to the watched peer goes to the back of the
// queue instead.
func (t *reassembler) evict() {
	for range t.order {
		f := t.order[0]
		t.order = t.order[1:]
		k := reassemblyOf(f)
		switch {
		case k == nil:
			continue
		case t.watch.IsValid() && f.Server.Addr() == t.watch:
			t.order = append(t.order, f)
			continue
		}
		t.held -= k.held()
		f.Talk = nil
		t.live--
		t.evicted++
		return
	}
}

// take reads a packet's bytes; payload is what was captured of them. It gives
// what both ends say, nil where that is not known.
func (t *reassembler) take(f *handshake.Flow, p *packet.Packet, dir handshake.Dir, payload []byte) *handshake.Dialog {
	k := t.of(f, p, payload)
	if k == nil {
		return nil
	}
	if p.Cut {
		k.dialog.Missed()
		return nil
	}
	const ends = packet.FIN | packet.RST
	other := handshake.ToServer + handshake.ToClient - dir
	if p.Length == 0 && p.Flags&ends == 0 && !k.half[other].Waiting() {
		return &k.dialog
	}
	if f.Proxied() && dir == handshake.ToClient && p.Length > 0 && !handshake.Near(p.Seq, k.half[dir].Next()) {
		if f.ToClientBytes > int64(p.Length) {
			return &k.dialog // the same bytes on the other side of the device
		}
		k.half[dir].Restart(p.Seq)
	}
	held := k.held()
	if k.half[other].Waiting() && p.Flags.Has(packet.ACK) {
		k.half[other].Acked(p.Ack, k.dialog.Side(other))
	}
	if p.Length > 0 && !p.Flags.Has(packet.SYN) {
		k.half[dir].Segment(p.Seq, payload, p.Length, k.dialog.Side(dir))
	}
	if p.Flags&ends != 0 {
		k.flush()
	}
	if k.dialog.Settled() {
		k.half[0].Loose, k.half[1].Loose = true, true
	}
	t.held += k.held() - held
	if t.held > maxWaiting {
		t.held -= k.held()
		k.flush()
	}
	if p.Flags.Has(packet.FIN) {
		k.told[dir] = k.half[dir].Next() == p.Seq+uint32(p.Length)
	}
	if p.Length == 0 && k.told[0] && k.told[1] {
		t.end(f, k) // only once the next one begins is its memory used again
	}
	return &k.dialog
}

// held is the memory that waits.
func (k *reassembly) held() int { return k.half[0].Held() + k.half[1].Held() }

// flush tells what waits: nothing that fills its holes will come.
func (k *reassembly) flush() {
	for dir := range k.half {
		side := k.dialog.Side(handshake.Dir(dir))
		k.half[dir].Flush(side)
		side.Flush()
	}
}
