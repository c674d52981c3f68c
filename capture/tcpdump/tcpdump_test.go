package tcpdump_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// scan gives the items of a listing.
func scan(text string) []tcpdump.Item {
	var out []tcpdump.Item
	emit := func(it *tcpdump.Item) {
		c := *it
		c.Lines, c.Stamp, c.Frame = slices.Clone(it.Lines), slices.Clone(it.Stamp), slices.Clone(it.Frame)
		out = append(out, c)
	}
	s := tcpdump.NewScanner()
	for i, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		s.Line(i+1, redact.Wrap([]byte(l)), emit)
	}
	s.Close(emit)
	return out
}

func packets(items []tcpdump.Item) []tcpdump.Item {
	var out []tcpdump.Item
	for _, it := range items {
		if it.Kind == tcpdump.ItemPacket {
			out = append(out, it)
		}
	}
	return out
}

const (
	head = "12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)"
	syn  = "192.168.10.1.57886 > 10.106.66.55.8443: Flags [S], cksum 0x1779 (incorrect -> 0x82fb), seq 100, win 64240, options [mss 1460,nop,nop,sackOK,nop,wscale 7], length 0"
)

func TestFormsOfARecord(t *testing.T) {
	for _, tt := range []struct {
		name, text  string
		first, line int
		length      int
		flags       packet.Flags
		cut         bool
	}{
		{"two lines", head + "\n    " + syn, 1, 2, 0, packet.SYN, false},
		{"lost indentation", head + "\n" + syn, 1, 2, 0, packet.SYN, false},
		{"CRLF", head + "\r\n    " + syn + "\r", 1, 2, 0, packet.SYN, false},
		{"a code fence in between", head + "\n```\n\n```\n    " + syn, 1, 5, 0, packet.SYN, false},
		{"one line without -v", "12:15:06.407183 IP " + syn, 1, 1, 0, packet.SYN, false},
		{"with a date", "2023-01-13 12:15:06.407183 IP " + syn, 1, 1, 0, packet.SYN, false},
		{"seconds since 1970", "1673612106.407183 IP " + syn, 1, 1, 0, packet.SYN, false},
		{"numbered", "    1  12:15:06.407183 IP " + syn, 1, 1, 0, packet.SYN, false},
		{"-i any", "12:15:06.407183 eth0  Out IP " + syn, 1, 1, 0, packet.SYN, false},
		{"-i any with -v", "12:15:06.407183 lo    In  IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)\n    " + syn, 1, 2, 0, packet.SYN, false},
		{"-i any with -e", "12:15:06.407183 eth0  Out ifindex 2 00:50:56:b9:1b:42 ethertype IPv4 (0x0800), length 80: " + syn, 1, 1, 0, packet.SYN, false},
		{"a VLAN with -e", "12:15:06.407183 00:50:56:b9:1b:42 > 00:50:56:b9:1b:43, ethertype 802.1Q (0x8100), length 78: vlan 100, p 0, ethertype IPv4 (0x0800), (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)\n    " + syn, 1, 2, 0, packet.SYN, false},
		{"no stamp", "IP " + syn, 1, 1, 0, packet.SYN, false},
		{"nanoseconds", "12:15:06.407183123 IP " + syn, 1, 1, 0, packet.SYN, false},
		{"a stamp that cannot be", "12:15:06.1000000 (invalid us) IP " + syn, 1, 1, 0, packet.SYN, false},
		{"a delta", " 00:00:00.000000 IP " + syn, 1, 1, 0, packet.SYN, false},
		{"broken by a terminal", head[:80] + "\n" + head[80:] + "\n    " + syn[:76] + "\n" + syn[76:], 1, 4, 0, packet.SYN, false},
		{"IPv6 of tcpdump 5.0", "12:15:06.407183 IP6 (class 0x02, flowlabel 0x1, hlim 64, next-header TCP (6), payload length 460) 2001:db8::1.5000 > 2001:db8::2.8443: Flags [P.], seq 1:441, ack 1, win 63, length 440", 1, 1, 440, packet.PSH | packet.ACK, false},
		{"IPv6", "12:15:06.407183 IP6 (flowlabel 0x1, hlim 64, next-header TCP (6) payload length: 24) 2001:db8::1.5000 > 2001:db8::2.8443: Flags [P.], seq 1:441, ack 1, win 63, length 440", 1, 1, 440, packet.PSH | packet.ACK, false},
		{"a web copy's bracket", "12:15:06.407183 IP 192.168.10.1.57886 > 10.106.66.55.8443: Flags [P.), seq 1:11, ack 1, win 63, length 10", 1, 1, 10, packet.PSH | packet.ACK, false},
		{"cut in the middle", head + "\n    192.168.10.1.57886 > 10.106.66.55.8443: Flags [P.], seq 1:441, ack 1, wi", 1, 2, 440, packet.PSH | packet.ACK, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := packets(scan(tt.text))
			if len(got) != 1 {
				t.Fatalf("%d packets", len(got))
			}
			it, p := got[0], got[0].Packet
			if it.First != tt.first || it.Line != tt.line || p.Length != tt.length || p.Flags != tt.flags || p.Cut != tt.cut || p.Dst.Port() != 8443 {
				t.Errorf("%+v", it)
			}
		})
	}
}

func TestOtherLines(t *testing.T) {
	for _, tt := range []struct {
		line string
		kind tcpdump.ItemKind
	}{
		{"tcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes", tcpdump.ItemListening},
		{"tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 128 bytes", tcpdump.ItemListening},
		{"tcpdump -p -i eth0 -s 128 host 10.106.66.55 -nn -vv in VPN 0", tcpdump.ItemEcho},
		{`um8_vManage# tcpdump vpn 0 interface eth0 options "host 10.106.66.55 -nn -vv"`, tcpdump.ItemPrompt},
		{"^C", tcpdump.ItemPrompt},
		{"```", tcpdump.ItemDecoration},
		{"", tcpdump.ItemDecoration},
		{"\tIP (tos 0x0, ttl 63) 10.0.0.1.1 > 10.0.0.2.2: Flags [S], length 0", tcpdump.ItemDecoration},
		{"18 packets captured", tcpdump.ItemFooter},
		{"a sentence of a mail", tcpdump.ItemUnread},
		{"12:15:06.4071 IP nonsense", tcpdump.ItemUnread},
	} {
		got := scan(tt.line)
		if len(got) != 1 || got[0].Kind != tt.kind {
			t.Errorf("%q: %+v", tt.line, got)
		}
	}
	echo := scan("tcpdump -p -i eth0 -s 128 -l -nn -vv (host 10.106.66.55 and not port 22) or icmp in VPN 0")[0]
	if echo.Interface != "eth0" || echo.SnapLen != 128 || echo.Peer.String() != "10.106.66.55" {
		t.Errorf("%+v", echo)
	}
	footer := scan("^C18 packets captured\n20 packets received by filter\n2 packets dropped by kernel")[0]
	if footer.Captured != 18 || footer.Received != 20 || footer.Dropped != 2 {
		t.Errorf("%+v", footer)
	}
	if half := scan("18 packets captured")[0]; half.Received != -1 {
		t.Error("a counter that was not printed has a value")
	}
}

func TestErrorsAndNames(t *testing.T) {
	got := packets(scan("12:00:00.000001 IP 10.9.9.9 > 192.168.10.1: ICMP host 10.106.66.55 unreachable - admin prohibited filter, length 36\n" +
		"12:00:01.000001 IP 10.0.0.53.53 > 192.168.10.1.40000: 4660 NXDomain 0/1/0 (90)\n" +
		"12:00:02.000001 IP 10.0.0.53.53 > 192.168.10.1.40000: 4661 q: A? ssm.example. 1/0/0 ssm.example. A 10.106.66.55 (45)"))
	if len(got) != 3 {
		t.Fatalf("%d packets", len(got))
	}
	if p := got[0].Packet; p.Unreach != packet.UnreachAdmin || p.About.Addr().String() != "10.106.66.55" {
		t.Errorf("%+v", p)
	}
	if p := got[1].Packet; p.DNS.RCode != "NXDomain" || !p.DNS.Response {
		t.Errorf("%+v", p.DNS)
	}
	if p := got[2].Packet; p.DNS.Name != "ssm.example" || len(p.DNS.Addrs) != 1 {
		t.Errorf("%+v", p.DNS)
	}
}

func TestRelativeNumbersComeBack(t *testing.T) {
	a, b := "10.0.0.1.5000", "10.0.0.2.8443"
	got := packets(scan("12:00:00.1 IP " + a + " > " + b + ": Flags [S], seq 1000, win 1, length 0\n" +
		"12:00:00.2 IP " + b + " > " + a + ": Flags [S.], seq 9000, ack 1001, win 1, length 0\n" +
		"12:00:00.3 IP " + a + " > " + b + ": Flags [P.], seq 1:11, ack 1, win 1, length 10\n" +
		"12:00:00.4 IP " + b + " > " + a + ": Flags [P.], seq 1:6, ack 11, win 1, length 5"))
	if p := got[2].Packet; p.Seq != 1001 || p.Ack != 9001 {
		t.Errorf("client: seq %d ack %d", p.Seq, p.Ack)
	}
	if p := got[3].Packet; p.Seq != 9001 || p.Ack != 1011 {
		t.Errorf("server: seq %d ack %d", p.Seq, p.Ack)
	}
}

func TestMidnight(t *testing.T) {
	got := packets(scan("23:59:59.9 IP " + syn + "\n00:00:00.1 IP " + syn))
	if d := got[1].Packet.Time.Sub(got[0].Packet.Time); d.Milliseconds() != 200 {
		t.Errorf("%v passed", d)
	}
}

var number = regexp.MustCompile(`(seq|ack) [0-9:]+`)

// Append prints the recorded runs' TCP packets as tcpdump did, byte for byte but
// for sequence numbers, which the scanner has made absolute. Timestamp options
// are not kept, so packets with them are left out.
func TestAppendPrintsAsTcpdumpDid(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/cases/*/tcpdump.txt") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	same, all := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		for _, it := range packets(scan(string(data))) {
			want := lines[it.First-1] + "\n" + lines[it.Line-1] + "\n"
			if it.Packet.Proto != packet.TCP || it.Packet.Cut || strings.Contains(want, "TS val") || !strings.Contains(want, "\n    ") || strings.Contains(want, "[P.)") {
				continue
			}
			all++
			got := string(tcpdump.Append(nil, it.Packet))
			if number.ReplaceAllString(got, "") == number.ReplaceAllString(want, "") {
				same++
			} else if all-same < 5 {
				t.Logf("%s:%d\ngot  %swant %s", name, it.Line, got, want)
			}
		}
	}
	if same*100 < all*95 {
		t.Errorf("only %d of %d packets", same, all)
	}
	t.Logf("%d of %d packets", same, all)
}

func BenchmarkScanner(b *testing.B) {
	one, two := []byte(head), []byte("    "+syn)
	s := tcpdump.NewScanner()
	b.SetBytes(int64(len(one) + len(two)))
	b.ReportAllocs()
	for i := 1; b.Loop(); i += 2 {
		s.Line(i, redact.Wrap(one), func(*tcpdump.Item) {})
		s.Line(i+1, redact.Wrap(two), func(*tcpdump.Item) {})
	}
}

// BenchmarkHex reads a packet of 1,500 bytes with its dump.
func BenchmarkHex(b *testing.B) {
	lines := []redact.Raw{redact.Wrap([]byte(strings.Replace(head, "length 60", "length 1500", 1))), redact.Wrap([]byte("    " + strings.Replace(syn, "length 0", "length 1448", 1)))}
	frame := make([]byte, 1514)
	copy(frame, "\x00\x50\x56\xb9\x1b\x42\x00\x50\x56\xb9\x1b\x43\x08\x00E\x00\x05\xdc\x00\x07\x40\x00\x40\x06\x00\x00\xc0\xa8\x0a\x01\x0a\x6a\x42\x37\xe2\x1e\x20\xfb\x00\x00\x00\x64\x00\x00\x00\x00\x80\x18\xfa\xf0")
	size := 0
	for at := 0; at < len(frame); at += 16 {
		var l strings.Builder
		fmt.Fprintf(&l, "\t0x%04x: ", at)
		for i := at; i < min(at+16, len(frame)); i += 2 {
			fmt.Fprintf(&l, " %02x%02x", frame[i], frame[i+1])
		}
		lines = append(lines, redact.Wrap([]byte(l.String())))
		size += l.Len() + 1
	}
	s, hex := tcpdump.NewScanner(), 0
	emit := func(it *tcpdump.Item) {
		if it.Level == tcpdump.LevelHex {
			hex++
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for n := 0; b.Loop(); {
		for _, l := range lines {
			n++
			s.Line(n, l, emit)
		}
	}
	if hex == 0 {
		b.Fatal("no frame came of the dump")
	}
}
