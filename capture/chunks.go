package capture

import (
	"bytes"
	"cmp"
	"io"
	"runtime"
	"sync"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// blockSize is how much of a text is read at once. It is more than a reader
// before us buffers, so that nothing is copied twice.
var blockSize = 128 << 10

// maxBlocks bounds the blocks that are read ahead.
const maxBlocks = 6

// chunk is some lines of a text, and the packets in it that are nothing but
// numbers: whole blocks are looked through at once, while one before is taken.
type chunk struct {
	buf     []byte // blockSize and tcpdump.Slack
	text    []byte // the front of buf
	from    int64  // where text begins in the input
	inner   bool   // it begins within a line
	packets []row
	gaps    []gap // the lines between packets that are read whole
	others  arena
	ready   chan struct{}
}

// gap are lines, from at to to, that stand between packets which are read whole: of the
// one above them, its lines begin at above; those of the one below end at end.
type gap struct{ above, at, to, end int32 }

func newChunk() *chunk {
	return &chunk{buf: make([]byte, blockSize+tcpdump.Slack), ready: make(chan struct{}, 1)}
}

// look finds the packets, and DNS messages that are clean; nil: none is looked for.
func (b *chunk) look(clean func(redact.Raw) bool) *chunk {
	padded := b.buf[:len(b.text)+tcpdump.Slack]
	clear(padded[len(b.text):])
	b.packets, b.gaps = b.packets[:0], b.gaps[:0]
	b.others.forget()
	var open gap // the one that the next packet closes
	at := 0
	if b.inner {
		at = lineEnd(b.text, 0)
	}
	var x tcpdump.Exact
	for at < len(b.text) {
		var other *packet.Packet
		if !x.Read(padded, at) {
			if clean == nil || !x.Lookup(padded, at) || x.End > len(b.text) || !clean(redact.Wrap(bytes.TrimRight(padded[x.Second:x.End], "\r\n"))) {
				at = lineEnd(b.text, at)
				continue
			}
			other = b.others.keep(&x.Packet)
		}
		if len(b.packets) == cap(b.packets) {
			b.packets = append(b.packets, row{})
		} else {
			b.packets = b.packets[:len(b.packets)+1]
		}
		at = x.End
		p := &b.packets[len(b.packets)-1]
		if p.set(&x, other, x.Follows(padded, at)); !p.whole {
			continue
		}
		if open.at < p.at {
			b.gaps = append(b.gaps, gap{open.above, open.at, p.at, p.end})
		}
		open.above, open.at = p.at, p.end
	}
	if size := int32(len(b.text)); open.at < size {
		b.gaps = append(b.gaps, gap{open.above, open.at, size, size})
	}
	return b
}

// lineEnd is where the line after the one at at begins.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// chunks cuts an input into blocks of whole lines.
type chunks struct {
	r    io.Reader
	rest []byte // of the last block, behind its last line
	from int64
	in   bool            // the last block ended within a line
	gate *redact.Session // where DNS messages are read ahead too; else nil
	err  error

	mu   sync.Mutex // of the goroutines that read ahead
	done bool       // there is nothing left
}

// next fills b; false: there is nothing left.
func (s *chunks) next(b *chunk) bool {
	n := copy(b.buf, s.rest)
	if s.err == nil {
		var m int
		m, s.err = readFull(s.r, b.buf[n:blockSize])
		n += m
	}
	end := n
	if s.err == nil { // what is behind the last line belongs to the next block
		if i := bytes.LastIndexByte(b.buf[:n], '\n'); i >= 0 {
			end = i + 1
		}
	}
	b.text, b.from, b.inner = b.buf[:end], s.from, s.in
	s.rest = append(s.rest[:0], b.buf[end:n]...)
	s.from += int64(end)
	s.in = end > 0 && b.buf[end-1] != '\n'
	return end > 0
}

// clean tells which DNS messages hold no secret, for one goroutine; nil: they are not
// looked for.
func (s *chunks) clean() func(redact.Raw) bool {
	if s.gate == nil {
		return nil
	}
	return s.gate.Stream().Clean
}

// over gives the error that ended the input, if it was one.
func (s *chunks) over() error { return ended(s.err) }

// each gives an input's blocks to take, in order, until one is an error. Those behind
// are read and looked through meanwhile; an input of one block needs no goroutine.
func (s *chunks) each(take func(*chunk) error) error {
	b := newChunk()
	if !s.next(b) {
		return s.over()
	}
	if b.look(s.clean()); s.err != nil {
		return cmp.Or(take(b), s.over())
	}
	empty, order := make(chan *chunk, maxBlocks), make(chan *chunk, maxBlocks)
	for range maxBlocks - 1 {
		c := newChunk()
		c.packets = make([]row, 0, len(b.packets)+len(b.packets)/8) // they will have about as many
		empty <- c
	}
	b.ready <- struct{}{}
	order <- b
	for range min(runtime.GOMAXPROCS(0), maxBlocks-1) {
		go s.prefetch(empty, order)
	}
	var refused error
	for b := range order {
		if <-b.ready; refused == nil {
			if refused = take(b); refused != nil {
				s.stop()
			}
		}
		empty <- b
	}
	return cmp.Or(refused, s.over())
}

// stop has nothing more read.
func (s *chunks) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = io.EOF
}

// prefetch reads blocks and looks them through until there are no more: who reads
// one has it in its cache. Where one is read, its place in the order is taken.
func (s *chunks) prefetch(empty <-chan *chunk, order chan<- *chunk) {
	clean := s.clean()
	for {
		b := s.turn(empty, order)
		if b == nil {
			return
		}
		b.look(clean)
		b.ready <- struct{}{}
	}
}

// turn reads the next block; nil: there is none.
func (s *chunks) turn(empty <-chan *chunk, order chan<- *chunk) *chunk {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return nil
	}
	b := <-empty
	if !s.next(b) {
		s.done = true
		close(order)
		return nil
	}
	order <- b
	return b
}
