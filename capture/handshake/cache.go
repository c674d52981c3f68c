package handshake

import (
	"crypto/sha256"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"syncscope/capture/redact"
)

// maxKept bounds each of the maps of a Cache; one that is full begins anew.
const maxKept = 2048

// Cache makes text of what the wire says, and keeps it: clients offer the same
// again and again, and servers show the same certificates. It belongs to one
// decoder.
type Cache struct {
	gate    *redact.Session
	texts   map[string]redact.Text
	lists   map[string][]redact.Text
	words   map[string]string
	nums    map[string][]uint16
	offers  map[string]*ClientHello
	answers map[string]*ServerHello
	chains  map[string]*Chain // by the message's bytes
	chained int               // bytes that are kept for that
	certs   map[[sha256.Size]byte]Certificate
	scratch []byte
	list    []uint16
	spare   spare
}

// NewCache makes a cache whose texts pass gate.
func NewCache(gate *redact.Session) *Cache {
	return &Cache{
		gate: gate, texts: map[string]redact.Text{}, lists: map[string][]redact.Text{}, words: map[string]string{}, nums: map[string][]uint16{},
		offers: map[string]*ClientHello{}, answers: map[string]*ServerHello{}, chains: map[string]*Chain{}, certs: map[[sha256.Size]byte]Certificate{},
	}
}

// kept adds to a bounded map.
func kept[K comparable, V any](m map[K]V, k K, v V) V {
	if len(m) >= maxKept {
		clear(m)
	}
	m[k] = v
	return v
}

// text is a foreign text, safe.
func (c *Cache) text(b []byte) redact.Text {
	if len(b) == 0 {
		return redact.Text{}
	}
	if t, ok := c.texts[string(b)]; ok {
		return t
	}
	return kept(c.texts, string(b), c.gate.Foreign(string(b)))
}

// word is a text of ours.
func (c *Cache) word(b []byte) string {
	if s, ok := c.words[string(b)]; ok {
		return s
	}
	s := string(b)
	return kept(c.words, s, s)
}

// numbers is a list of numbers without GREASE.
func (c *Cache) numbers(list cryptobyte.String) []uint16 {
	if len(list) < 2 {
		return nil
	}
	if n, ok := c.nums[string(list)]; ok {
		return n
	}
	var out []uint16
	for s := list; len(s) >= 2; s = s[2:] {
		if n := uint16(s[0])<<8 | uint16(s[1]); !grease(n) {
			out = append(out, n)
		}
	}
	return kept(c.nums, string(list), out)
}

// names is a list of protocols (RFC 7301, 3.1).
func (c *Cache) names(list cryptobyte.String) []redact.Text {
	if len(list) == 0 {
		return nil
	}
	if n, ok := c.lists[string(list)]; ok {
		return n
	}
	var out []redact.Text
	var name cryptobyte.String
	for s := list; s.ReadUint8LengthPrefixed(&name); {
		out = append(out, c.text(name))
	}
	return kept(c.lists, string(list), out)
}

// Bounds of the chains that are known by their bytes.
const (
	maxChained = 4 << 20
	maxKnown   = 32 << 10 // of one message
)

// known keeps what a Certificate message holds.
func (c *Cache) known(b []byte, ch *Chain) *Chain {
	if len(b) > maxKnown {
		return ch
	}
	if c.chained += len(b); c.chained > maxChained {
		clear(c.chains)
		c.chained = len(b)
	}
	return kept(c.chains, string(b), ch)
}

// key adds a field to the key of an offer or an answer.
func (c *Cache) key(field []byte) {
	c.scratch = append(append(c.scratch, byte(len(field)>>8), byte(len(field))), field...)
}

// keyNumbers adds a list of numbers, GREASE left out: clients make that up anew each time.
func (c *Cache) keyNumbers(list []byte) {
	at := len(c.scratch)
	c.scratch = slices.Grow(c.scratch, 2+len(list))
	room := c.scratch[at : at+2+len(list)]
	n := 2
	for ; len(list) >= 2; list = list[2:] {
		room[n], room[n+1] = list[0], list[1]
		if !grease(uint16(list[0])<<8 | uint16(list[1])) {
			n += 2
		}
	}
	room[0], room[1] = byte((n-2)>>8), byte(n-2)
	c.scratch = c.scratch[:at+n]
}

// keyKinds adds the kinds of extensions in their order.
func (c *Cache) keyKinds(list cryptobyte.String) {
	for len(list) >= 4 {
		if kind := uint16(list[0])<<8 | uint16(list[1]); !grease(kind) {
			c.scratch = append(c.scratch, list[0], list[1])
		}
		list = list[min(len(list), 4+int(list[2])<<8+int(list[3])):]
	}
}

// maxSpare bounds the buffers that wait for the next message.
const maxSpare = 16

// spare are buffers of messages that are done.
type spare [][]byte

// buffer gives an empty buffer, recycle takes it back.
func (s *spare) buffer() []byte {
	if n := len(*s); n > 0 {
		b := (*s)[n-1]
		*s = (*s)[:n-1]
		return b[:0]
	}
	return make([]byte, 0, 4096)
}

func (s *spare) recycle(b []byte) {
	if b != nil && cap(b) <= maxMessage && len(*s) < maxSpare {
		*s = append(*s, b)
	}
}
