package pcap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"syncscope/capture/packet"
)

// Record is one frame.
type Record struct {
	Number int // from 1
	Packet packet.Packet
	Clear  Clear      // what the packet carries in clear of HTTP; zero: nothing
	ARP    netip.Addr // whose hardware address is asked for or told; invalid: no ARP
	Asker  netip.Addr // ARP, of a question
	Reply  bool       // ARP
}

// Clear is the first line of an HTTP message that begins a packet (RFC 9112).
type Clear struct {
	Method string // of a request; letters only
	Target string // of a CONNECT
	Status int    // of an answer
}

// magicNg begins a pcapng section.
var magicNg = []byte{0x0a, 0x0d, 0x0d, 0x0a}

// Is reports whether b begins as a capture does: pcap in µs or ns and either
// byte order, or pcapng.
func Is(b []byte) bool {
	for _, magic := range []string{"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", string(magicNg)} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return false
}

// Reader reads one capture.
type Reader struct {
	read func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error)
	n    int
}

// BrokenError is a capture that cannot be read from some frame on.
type BrokenError struct {
	After int // frames that were read
	Err   error
}

// Error says where it broke.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("cannot be read as a capture after frame %d: %v", e.After, e.Err)
}

// Unwrap gives the reason.
func (e *BrokenError) Unwrap() error { return e.Err }

// NewReader reads the header.
func NewReader(r io.Reader) (*Reader, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, &BrokenError{0, err}
	}
	whole := io.MultiReader(bytes.NewReader(head[:]), r)
	if bytes.Equal(head[:], magicNg) {
		ng, err := pcapgo.NewNgReader(whole, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		if err != nil {
			return nil, &BrokenError{0, err}
		}
		return &Reader{read: func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
			data, info, err := ng.ReadPacketData()
			if err != nil {
				return nil, info, 0, err
			}
			ifc, err := ng.Interface(info.InterfaceIndex)
			return data, info, ifc.LinkType, err
		}}, nil
	}
	old, err := pcapgo.NewReader(whole)
	if err != nil {
		return nil, &BrokenError{0, err}
	}
	return &Reader{read: func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
		data, info, err := old.ReadPacketData()
		return data, info, old.LinkType(), err
	}}, nil
}

// Next gives the next frame; io.EOF after the last.
func (r *Reader) Next() (Record, error) {
	data, info, link, err := r.read()
	if err != nil {
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return Record{}, io.EOF
		}
		return Record{}, &BrokenError{r.n, err}
	}
	r.n++
	rec := decode(data, link)
	rec.Number = r.n
	rec.Packet.Time, rec.Packet.Dated = info.Timestamp.UTC(), true
	rec.Packet.Stamp = rec.Packet.Time.Format("15:04:05.000000")
	return rec, nil
}
