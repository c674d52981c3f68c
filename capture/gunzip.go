package capture

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// gunzip unpacks a source that is written piece by piece (RFC 1952). All that a
// piece tells is told before its write returns, as far as its packer flushed it.
type gunzip struct {
	pieces chan []byte   // to the goroutine that unpacks; closed: there are no more
	asks   chan struct{} // it has taken all of a piece; closed: it has ended
	piece  []byte        // its own: what is left of the newest
	err    error         // why it ended; valid once asks is closed
}

// isGzip reports whether a source that head begins is packed.
func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}) }

// newGunzip gives what it unpacks to take.
func newGunzip(take func([]byte)) *gunzip {
	p := &gunzip{pieces: make(chan []byte), asks: make(chan struct{})}
	go func() {
		defer close(p.asks)
		p.err = p.unpack(take)
	}()
	<-p.asks
	return p
}

func (p *gunzip) unpack(take func([]byte)) error {
	z, err := gzip.NewReader(p)
	if err != nil {
		return err
	}
	b := make([]byte, 32<<10)
	for {
		n, err := z.Read(b)
		take(b[:n])
		if err != nil {
			return ended(err)
		}
	}
}

// Read gives the unpacker the rest of a piece, or waits for the next.
func (p *gunzip) Read(b []byte) (int, error) {
	for len(p.piece) == 0 {
		p.asks <- struct{}{}
		var ok bool
		if p.piece, ok = <-p.pieces; !ok {
			return 0, io.EOF
		}
	}
	n := copy(b, p.piece)
	p.piece = p.piece[n:]
	return n, nil
}

// write takes the next piece. What follows the end of what was packed, or where
// it broke, is left out.
func (p *gunzip) write(b []byte) {
	if p.pieces == nil || len(b) == 0 {
		return
	}
	p.pieces <- b
	if _, goesOn := <-p.asks; !goesOn {
		p.pieces = nil
	}
}

// errPacked: what was packed broke, or was cut short.
var errPacked = errors.New("is cut short or broken where it was packed; what came before was read")

// close gives what was wrong, if anything.
func (p *gunzip) close() error {
	if p.pieces != nil {
		close(p.pieces)
		for range p.asks { // it may ask again: there is no more
		}
	}
	if p.err != nil {
		return errPacked
	}
	return nil
}
