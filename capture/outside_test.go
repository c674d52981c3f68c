package capture_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/tcpdump"
)

// outside is a capture of real programs, made for one of the tests here.
func outside(t *testing.T, name string) []shot {
	t.Helper()
	f, err := os.Open("testdata/outside/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list := shots(f)
	for i := range list { // at one o'clock, a millisecond apart
		list[i].sec, list[i].nano = 3600, i*1_000_000
	}
	return list
}

// timed is asText with the time of each packet.
func timed(list []shot) (b []byte) {
	for _, s := range list {
		var p packet.Packet
		if packet.Decode(s.link, s.data, s.wire, &p) == nil {
			p.Time = time.Unix(s.sec, int64(s.nano)).UTC()
			b = tcpdump.Append(b, p)
		}
	}
	return b
}

// Behind a HelloRetryRequest both hellos follow a ChangeCipherSpec: where the version is
// cut off, they are no Finished.
func TestHelloBehindChangeCipherSpec(t *testing.T) {
	list := outside(t, "retry.pcap")
	for snap := 60; snap < 400; snap++ {
		for _, c := range ends(asPcap(list, snap)) {
			if c.TLS.Done() && c.TLS.Stage.Basis() == handshake.BasisSeen || c.TLS.Version.Is() == 0x0303 {
				t.Errorf("cut at %d: %s %s of version %x", snap, c.TLS.Stage.Is(), c.TLS.Stage.Basis(), c.TLS.Version.Is())
			}
		}
	}
}

// A server that answers the ClientHello with close_notify or user_canceled ends the
// handshake, as the text of the same packets says.
func TestAlertThatLeaves(t *testing.T) {
	list := outside(t, "leaves.pcap")
	for _, b := range [][]byte{asPcap(list, 1<<20), asPcap(list, 128), asText(list)} {
		for _, c := range ends(b) {
			if c.TLS.Stage.Is() != handshake.TLSAlert || c.Trouble.AlertBy.Is() != handshake.Server {
				t.Errorf("%s by %q", c.TLS.Stage.Is(), c.Trouble.AlertBy.Is())
			}
		}
	}
}

// A warning ends nothing: its bytes deny what its length would tell.
func TestWarningIsNoEnd(t *testing.T) {
	list := outside(t, "leaves.pcap")
	for i := range list {
		if b := list[i].data; len(b) == 73 && b[66] == 21 {
			b[71], b[72] = 1, 112 // unrecognized_name
		}
	}
	for _, snap := range []int{96, 128, 1 << 20} {
		for _, c := range ends(asPcap(list, snap)) {
			if c.TLS.Stage.Is() == handshake.TLSAlert || c.Trouble.AlertBy.Is() != handshake.Nobody {
				t.Errorf("cut at %d: %s by %q", snap, c.TLS.Stage.Is(), c.Trouble.AlertBy.Is())
			}
		}
	}
}

// What greets or answers a ClientHello in other bytes than TLS is told as that, and no
// text takes for a ServerHello what is too short for one.
func TestForeignAnswer(t *testing.T) {
	for name, conns := range map[string]int{"banner.pcap": 1, "short.pcap": 2, "good12.pcap": 0, "retry.pcap": 0, "login.pcap": 0, "leaves.pcap": 0} {
		list := outside(t, name)
		for _, snap := range []int{128, 1 << 20} {
			n := 0
			for _, c := range ends(asPcap(list, snap)) {
				if c.TLS.Foreign {
					n++
				}
			}
			if n != conns {
				t.Errorf("%s cut at %d: %d connections, not %d, are answered in no TLS", name, snap, n, conns)
			}
		}
	}
	for _, c := range ends(asText(outside(t, "short.pcap"))) {
		if c.TLS.Stage.Is() == handshake.TLSServerHello {
			t.Error("five bytes are a ServerHello")
		}
	}
}

// A proxy that wants a login first is asked twice: what is as long as a client's second
// flight is none, if the answer is shorter than a server's.
func TestProxyAskedTwice(t *testing.T) {
	for _, c := range ends(asText(outside(t, "login.pcap"))) {
		if v := c.TLS.Version.Is(); v != 0 && v != 0x0304 {
			t.Errorf("version %x", v)
		}
	}
}

// A packet that passes two interfaces is sent once, before a router and behind it too;
// what is sent again later, or with a number of its own, is a retransmission.
func TestCopiesAreNoRetransmissions(t *testing.T) {
	list := outside(t, "good12.pcap")
	twice := func(wait int, change func([]byte)) (out []shot) {
		for _, s := range list {
			again := s
			again.data, again.nano = slices.Clone(s.data), s.nano+wait
			change(again.data)
			out = append(out, s, again)
		}
		return out
	}
	routed := func(b []byte) { b[22]-- }
	for name, l := range map[string][]shot{"interfaces": twice(8000, func([]byte) {}), "router": twice(8000, routed)} {
		for _, b := range [][]byte{asPcap(l, 1<<20), asPcap(l, 128), timed(l)} {
			for _, c := range ends(b) {
				lost := c.Trouble.LostSmall[0] + c.Trouble.LostSmall[1] + c.Trouble.LostLarge[0] + c.Trouble.LostLarge[1]
				if c.Retransmissions+lost != 0 || c.RTT == 0 {
					t.Errorf("%s: %d retransmissions, RTT %s", name, c.Retransmissions, c.RTT)
				}
			}
		}
	}
	var answered []shot // without numbers, each once more behind the other end's answer
	for i, s := range list {
		s.data = slices.Clone(s.data)
		s.data[18], s.data[19] = 0, 0
		if answered = append(answered, s); i > 0 && answered[len(answered)-2].data[29] != s.data[29] {
			again := answered[len(answered)-2]
			again.sec, again.nano = s.sec, s.nano+1000
			answered = append(answered, again)
		}
	}
	for name, l := range map[string][]shot{"answered": answered, "later": twice(50_000_000, func([]byte) {}), "numbered": twice(8000, func(b []byte) { b[18]++ })} {
		for _, c := range ends(asPcap(l, 1<<20)) {
			if c.Retransmissions < 5 {
				t.Errorf("%s: %d retransmissions", name, c.Retransmissions)
			}
		}
	}
}

// Of -A without tcpdump's own lines nobody knows where a text that was cut ends: what may be
// packets inside it counts as not read.
func TestPacketsInsideAText(t *testing.T) {
	b, err := os.ReadFile("testdata/outside/cut-a.txt") // tcpdump -nn -A of 128 bytes of each of ten packets
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDecoder(event.Source{ID: 1}, missingGate, func(event.Event) {})
	_, _ = d.Write(b) // it never fails
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if n := d.Packets() + d.Skipped(); n != 10 {
		t.Errorf("%d packets are read and %d lines are not, of ten packets", d.Packets(), d.Skipped())
	}
}
