package tcpdump_test

import (
	"strings"
	"testing"

	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// tcpdump knows no SGT tags and prints what is behind the EtherType, or with -xx
// the whole frame.
const (
	tagged   = "04:37:27.161835 3a:29:d5:d3:8f:db > 8e:c4:20:67:b4:10, ethertype Unknown (0x8909), length 82: \n"
	unlinked = "\t0x0000:  0101 0001 0002 0800 4500 003c 33f9 4000  ........E..<3.@.\n\t0x0010:  4006 e2b0 0a08 0801 0a08 0802 de80 4e26  @.............N&\n\t0x0020:  06c0 95ac 0000 0000 a002 faf0 2441 0000  ............$A..\n\t0x0030:  0204 05b4 0402 080a f0fa e30b 0000 0000  ................\n\t0x0040:  0103 030a                                ....\n"
	framed   = "\t0x0000:  8ec4 2067 b410 3a29 d5d3 8fdb 8909 0101\n\t0x0010:  0001 0002 0800 4500 003c 33f9 4000 4006\n\t0x0020:  e2b0 0a08 0801 0a08 0802 de80 4e26 06c0\n\t0x0030:  95ac 0000 0000 a002 faf0 2441 0000 0204\n\t0x0040:  05b4 0402 080a f0fa e30b 0000 0000 0103\n\t0x0050:  030a\n"
)

func TestTaggedFrames(t *testing.T) {
	if !tcpdump.Begins(redact.Wrap([]byte(strings.TrimSpace(tagged)))) {
		t.Error("its line begins no listing")
	}
	for name, text := range map[string]string{"behind the type": tagged + unlinked, "whole": tagged + framed} {
		var got []tcpdump.Item
		s := tcpdump.NewScanner()
		emit := func(it *tcpdump.Item) { got = append(got, *it) }
		for i, line := range strings.Split(text, "\n") {
			s.Line(i+1, redact.Wrap([]byte(line)), emit)
		}
		s.Close(emit)
		found := false
		for _, it := range got {
			found = found || it.Kind == tcpdump.ItemPacket && it.Packet.Src.String() == "10.8.8.1:56960" && it.Packet.Dst.String() == "10.8.8.2:20006" && it.Packet.Seq == 0x06c095ac
		}
		if !found {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
