package capture

import (
	"net/netip"

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

// talk is one connection's bytes: both directions in order, and what they say.
type talk struct {
	half   [2]stream.Half
	dialog handshake.Dialog
	flow   *handshake.Flow // whose Talk it is
}

// talks are the connections whose bytes are read.
type talks struct {
	cache *handshake.Cache
	order []*talk // oldest first
	held  int     // bytes that wait
	watch netip.Addr
	// evicted counts connections that made room.
	evicted int
}

func newTalks(gate *redact.Session) talks {
	return talks{cache: handshake.NewCache(gate)}
}

// of finds the talk of a packet, or begins one with its first bytes.
func (t *talks) of(f *handshake.Flow, p *packet.Packet, payload []byte) *talk {
	if k, ok := f.Talk.(*talk); ok {
		return k
	}
	synAck := p.Flags.Has(packet.SYN|packet.ACK) && !p.Cut
	if len(payload) == 0 && !synAck {
		return nil
	}
	k := t.begin(f)
	if synAck {
		k.half[handshake.ToClient].Start(p.Seq + 1)
		k.half[handshake.ToServer].Start(p.Ack)
	}
	return k
}

func (t *talks) begin(f *handshake.Flow) *talk {
	if len(t.order) >= maxTalks {
		t.evict()
	}
	k := &talk{flow: f}
	k.dialog.Begin(t.cache)
	f.Talk = k
	t.order = append(t.order, k)
	return k
}

// evict takes the oldest talk; one to the watched peer goes to the back of the
// queue instead.
func (t *talks) evict() {
	for range t.order {
		k := t.order[0]
		t.order = t.order[1:]
		if t.watch.IsValid() && k.flow.Server.Addr() == t.watch {
			t.order = append(t.order, k)
			continue
		}
		t.held -= k.held()
		k.flow.Talk = nil
		t.evicted++
		return
	}
}

// take reads a packet's bytes; payload is what was captured of them. It gives
// what both ends say, nil where that is not known.
func (t *talks) take(f *handshake.Flow, p *packet.Packet, dir handshake.Dir, payload []byte) *handshake.Dialog {
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
	return &k.dialog
}

// held is the memory that waits.
func (k *talk) held() int { return k.half[0].Held() + k.half[1].Held() }

// flush tells what waits: nothing that fills its holes will come.
func (k *talk) flush() {
	for dir := range k.half {
		side := k.dialog.Side(handshake.Dir(dir))
		k.half[dir].Flush(side)
		side.Flush()
	}
}
