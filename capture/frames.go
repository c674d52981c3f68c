package capture

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"syncscope/capture/packet"
	"syncscope/capture/pcap"
	"syncscope/capture/tcpdump"
)

// frames reads a binary capture. It is fed through a pipe: whoever writes waits
// until what was written is read, so events come one after the other.
type frames struct {
	flows
	in   *io.PipeWriter
	done chan error
}

func newFrames(d *Decoder) *frames {
	r, w := io.Pipe()
	f := &frames{flows: newFlows(d), in: w, done: make(chan error, 1)}
	go func() {
		err := f.read(r)
		_ = r.CloseWithError(err) // what is still written goes nowhere
		f.done <- err
	}()
	return f
}

// read emits every frame, then says why there are no more.
func (f *frames) read(r io.Reader) error {
	p, err := pcap.NewReader(r)
	for err == nil {
		var rec pcap.Record
		if rec, err = p.Next(); err == nil {
			f.frame(rec)
		}
	}
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

func (f *frames) frame(rec pcap.Record) {
	m := f.d.meta(0, f.d.gate.Foreign(words(rec)))
	m.From.Packet = rec.Number
	f.packet(rec.Packet, m)
	switch {
	case rec.Clear != pcap.Clear{}:
		m.At = f.at
		f.d.emit(HTTPLine{m, f.last, rec.Clear.Status, f.d.gate.Foreign(rec.Clear.Method), f.d.gate.Foreign(rec.Clear.Target)})
	case rec.ARP.IsValid():
		m.At = f.at
		f.d.emit(Neighbour{m, rec.ARP, rec.Asker, rec.Reply})
	}
}

// words tell a frame as tcpdump would.
func words(rec pcap.Record) string {
	p := rec.Packet
	switch {
	case p.Proto == packet.TCP:
		return strings.Join(strings.Fields(string(tcpdump.Append(nil, p))), " ")
	case rec.ARP.IsValid():
		return fmt.Sprintf("%s ARP %s", p.Stamp, rec.ARP)
	case p.DNS.Query || p.DNS.Response:
		return fmt.Sprintf("%s IP %s > %s: DNS %s %s", p.Stamp, p.Src, p.Dst, p.DNS.Name, p.DNS.RCode)
	}
	return fmt.Sprintf("%s IP %s > %s: ICMP about %s", p.Stamp, p.Src.Addr(), p.Dst.Addr(), p.About)
}

// write takes the capture's next bytes.
func (f *frames) write(b []byte) {
	_, _ = f.in.Write(b) // a capture that is broken is told of at its end
}

// close gives what was wrong with the capture, if anything.
func (f *frames) close() error {
	_ = f.in.Close() // it never fails
	return <-f.done
}
