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
	id     handshake.ID
	half   [2]stream.Half
	dialog *handshake.Dialog
	server netip.Addr
}

// talks are the connections whose bytes are read.
type talks struct {
	cache *handshake.Cache
	byID  map[handshake.ID]*talk
	order []*talk // oldest first
	last  *talk   // packets come in bunches
	held  int     // bytes that wait
	watch netip.Addr
	// evicted counts connections that made room.
	evicted int
}

func newTalks(gate *redact.Session) talks {
	return talks{cache: handshake.NewCache(gate), byID: map[handshake.ID]*talk{}}
}

// of finds the talk of a packet, or begins one with its first bytes.
func (t *talks) of(s *handshake.Step, payload []byte) *talk {
	if t.last != nil && t.last.id == s.Conn.ID {
		return t.last
	}
	k := t.byID[s.Conn.ID]
	if k == nil {
		synAck := s.Packet.Flags.Has(packet.SYN|packet.ACK) && !s.Packet.Cut
		if len(payload) == 0 && !synAck {
			return nil
		}
		k = t.begin(s)
		if synAck {
			k.half[handshake.ToClient].Start(s.Packet.Seq + 1)
			k.half[handshake.ToServer].Start(s.Packet.Ack)
		}
	}
	t.last = k
	return k
}

func (t *talks) begin(s *handshake.Step) *talk {
	if len(t.byID) >= maxTalks {
		t.evict()
	}
	k := &talk{id: s.Conn.ID, dialog: handshake.NewDialog(t.cache), server: s.Conn.Server.Addr()}
	t.byID[k.id] = k
	t.order = append(t.order, k)
	return k
}

// evict takes the oldest talk; one to the watched peer goes to the back of the
// queue instead.
func (t *talks) evict() {
	for range t.order {
		k := t.order[0]
		t.order = t.order[1:]
		if t.watch.IsValid() && k.server == t.watch {
			t.order = append(t.order, k)
			continue
		}
		t.held -= k.half[0].Held() + k.half[1].Held()
		delete(t.byID, k.id)
		t.evicted++
		return
	}
}

// take reads a packet's bytes; payload is what was captured of them.
func (t *talks) take(s *handshake.Step, payload []byte) *talk {
	p := &s.Packet
	k := t.of(s, payload)
	if k == nil || p.Cut {
		return nil
	}
	held := k.half[0].Held() + k.half[1].Held()
	other := handshake.ToServer + handshake.ToClient - s.Dir
	if k.half[other].Waiting() && p.Flags.Has(packet.ACK) {
		k.half[other].Acked(p.Ack, k.dialog.Side(other))
	}
	if p.Length > 0 && !p.Flags.Has(packet.SYN) {
		k.half[s.Dir].Segment(p.Seq, payload, p.Length, k.dialog.Side(s.Dir))
	}
	if p.Flags&(packet.FIN|packet.RST) != 0 {
		k.flush()
	}
	if k.dialog.Settled() {
		k.half[0].Loose, k.half[1].Loose = true, true
	}
	t.held += k.half[0].Held() + k.half[1].Held() - held
	if t.held > maxWaiting {
		t.held -= k.half[0].Held() + k.half[1].Held()
		k.flush()
	}
	return k
}

// flush tells what waits: nothing that fills its holes will come.
func (k *talk) flush() {
	for dir := range k.half {
		side := k.dialog.Side(handshake.Dir(dir))
		k.half[dir].Flush(side)
		side.Flush()
	}
}
