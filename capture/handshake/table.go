package handshake

import "syncscope/capture/packet"

// table finds connections by their key: open addressing, at most half full.
type table struct {
	slots []slot
	n     int
}

type slot struct {
	hash uint64
	flow *Flow // nil: empty
}

// find gives the place of a key: its own, or the empty one where it belongs.
func (t *table) find(k *packet.Key) int {
	mask := len(t.slots) - 1
	at := int(k.Hash()) & mask
	for s := &t.slots[at]; s.flow != nil; s = &t.slots[at] {
		if s.hash == k.Hash() && s.flow.key.Same(k) {
			break
		}
		at = (at + 1) & mask
	}
	return at
}

func (t *table) get(k *packet.Key) *Flow {
	if t.n == 0 {
		return nil
	}
	return t.slots[t.find(k)].flow
}

// put takes f under its key, in place of another.
func (t *table) put(f *Flow) {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	s := &t.slots[t.find(&f.key)]
	if s.flow == nil {
		t.n++
	}
	s.hash, s.flow = f.key.Hash(), f
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(64, 2*len(old)))
	clear(t.slots) // memory that is read before it is written to is fetched twice
	for _, s := range old {
		if s.flow != nil {
			t.slots[t.find(&s.flow.key)] = s
		}
	}
}

// remove takes a key out, and moves up what had to go past its place.
func (t *table) remove(k *packet.Key) {
	if t.n == 0 {
		return
	}
	mask, hole := len(t.slots)-1, t.find(k)
	if t.slots[hole].flow == nil {
		return
	}
	t.n--
	for at := (hole + 1) & mask; t.slots[at].flow != nil; at = (at + 1) & mask {
		home := int(t.slots[at].hash) & mask
		if (at-home)&mask >= (at-hole)&mask { // its place is at the hole or before
			t.slots[hole], hole = t.slots[at], at
		}
	}
	t.slots[hole] = slot{}
}

// Ends sets the ends of a packet that Take takes next, by its key: those of its
// connection, where there is one. back is Key.Set's.
func (t *Tracker) Ends(p *packet.Packet, key *packet.Key, back bool) {
	f := t.conns.get(key)
	switch t.found, t.key = f, key; {
	case f == nil:
		key.Ends(back, &p.Src, &p.Dst)
	case f.back == back:
		p.Src, p.Dst = f.Client, f.Server
	default:
		p.Src, p.Dst = f.Server, f.Client
	}
}

// Peek is Take on a copy of the packet's connection: the tracker stays as it is.
func (t *Tracker) Peek(p *packet.Packet, key *packet.Key, m *Move) *Flow {
	apart := Tracker{next: t.next, watch: t.watch, epoch: t.epoch, begun: t.begun, part: t.part}
	if f := t.conns.get(key); f != nil {
		copied := *f
		apart.conns.put(&copied)
	}
	return apart.Take(p, key, m)
}
