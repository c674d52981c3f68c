package tcpdump_test

import (
	"strings"
	"testing"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// Headers between IPv6 and TCP change nothing of the segment.
func TestExtensionHeadersOfIPv6(t *testing.T) {
	const from, to = "2001:db8::1", "2001:db8::2"
	const segment = ": Flags [S.], cksum 0x1234 (correct), seq 100, ack 7, win 64240, options [mss 1440], length 0"
	read := func(line string) (p packet.Packet) {
		s := tcpdump.NewScanner()
		emit := func(it *tcpdump.Item) {
			if it.Kind == tcpdump.ItemPacket {
				p = it.Packet
			}
		}
		s.Line(1, redact.Wrap([]byte(line)), emit)
		s.Close(emit)
		return p
	}
	want := read("10:00:00.000001 IP6 (hlim 64, next-header TCP (6) payload length: 24) " + from + ".45854 > " + to + ".20000" + segment)
	if want.Src.Port() != 45854 {
		t.Fatalf("%+v", want)
	}
	for _, headers := range []string{
		"HBH (padn)", "HBH (padn) DSTOPT (padn)", "DSTOPT (padn)(pad1)(opt_type 0x40: len=1)", "HBH (jumbo: 80040) ", "srcrt (len=2, type=0, segleft=1, [0]2001:db8::9)",
		"frag (0x80000074:0|1440)", "AH(spi=0x1,seq=0x2,icv=0x3):",
	} {
		got := read("10:00:00.000001 IP6 (hlim 64, next-header Options (0) payload length: 24) " + from + " > " + to + ": " + strings.TrimSpace(headers) + " 45854 > 20000" + segment)
		if got.Src != want.Src || got.Dst != want.Dst || got.Proto != want.Proto || got.Flags != want.Flags || got.Seq != want.Seq || got.Ack != want.Ack || got.MSS != want.MSS || got.Cut {
			t.Errorf("%s: %+v", headers, got)
		}
	}
	if got := read("10:00:00.000001 IP6 (hlim 64, next-header Fragment (44) payload length: 24) " + from + " > " + to + ": frag (0x80000074:1440|300)"); got.Frag != 1440 || got.Src.Port() != 0 {
		t.Errorf("a later fragment: %+v", got)
	}
}
