package dialect_test

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/capture/dialect"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// told are the packets of a listing, as ends, flags, numbers and length.
func told(text string) (out []string) {
	var s dialect.Scanner
	for line := range strings.Lines(text) {
		if s.Line(redact.Wrap([]byte(line))) == dialect.Packet {
			p, _, _ := s.Packet()
			out = append(out, fmt.Sprintf("%s>%s %s %d %d %d", p.Src, p.Dst, p.Flags, p.Seq, p.Ack, p.Length))
		}
	}
	return out
}

// The same two packets, as each tool prints them.
func TestListings(t *testing.T) {
	const refused = "10.1.1.1:40000>10.2.2.2:8443 SYN 1000 0 0|10.2.2.2:8443>10.1.1.1:40000 RST, ACK 0 1001 0"
	const relative = "10.1.1.1:40000>10.2.2.2:8443 SYN 0 0 0|10.2.2.2:8443>10.1.1.1:40000 RST, ACK 0 1 0"
	for name, tt := range map[string]struct{ text, want string }{
		"tcpdump 3.8":   {"09:17:21.450201 10.1.1.1.40000 > 10.2.2.2.8443: S [tcp sum ok] 1000:1000(0) win 64240 <mss 1460> (DF) (ttl 64, id 4660, len 60)\n09:17:21.470201 10.2.2.2.8443 > 10.1.1.1.40000: R [tcp sum ok] 0:0(0) ack 1001 win 0 (DF) (ttl 60, id 0, len 40)\n", refused},
		"tcpdump 4.0":   {"09:17:21.450201 IP 10.1.1.1.40000 > 10.2.2.2.8443: S 1000:1000(0) win 64240\n09:17:21.470201 IP 10.2.2.2.8443 > 10.1.1.1.40000: R 0:0(0) ack 1001 win 0\n", refused},
		"ASA":           {"   1: 09:17:21.450201       10.1.1.1.40000 > 10.2.2.2.8443: S 1000:1000(0) win 64240 <mss 1460>\n   2: 09:17:21.470201       10.2.2.2.8443 > 10.1.1.1.40000: R 0:0(0) ack 1001 win 0\n", refused},
		"ASA, detail":   {"   1: 09:17:21.450201 0050.56b3.aaaa 0050.56b3.bbbb 0x0800 Length: 74\n      10.1.1.1.40000 > 10.2.2.2.8443: S [tcp sum ok] 1000:1000(0) win 64240 <mss 1460> (DF) (ttl 64, id 4660)\n   2: 09:17:21.470201 0050.56b3.bbbb 0050.56b3.aaaa 0x0800 Length: 54\n      10.2.2.2.8443 > 10.1.1.1.40000: R [tcp sum ok] 0:0(0) ack 1001 win 0 (ttl 60, id 0)\n", refused},
		"Fortinet 1":    {"1.450201 10.1.1.1.40000 -> 10.2.2.2.8443: syn 1000\n1.470201 10.2.2.2.8443 -> 10.1.1.1.40000: rst 0 ack 1001\n", refused},
		"Fortinet 3":    {"1.450201 10.1.1.1.40000 -> 10.2.2.2.8443: syn 1000\n0x0000   4500 003c 1234 4000 4006 0000 0a01 0101        E..<.4@.@.......\n1.470201 10.2.2.2.8443 -> 10.1.1.1.40000: rst 0 ack 1001\n", refused},
		"Fortinet 4":    {"2026-11-29 09:17:21.450201 port1 in 10.1.1.1.40000 -> 10.2.2.2.8443: syn 1000\n2026-11-29 09:17:21.450260 port2 out 10.1.1.1.40000 -> 10.2.2.2.8443: syn 1000\n2026-11-29 09:17:21.470201 port2 in 10.2.2.2.8443 -> 10.1.1.1.40000: rst 0 ack 1001\n2026-11-29 09:17:21.470260 port1 out 10.2.2.2.8443 -> 10.1.1.1.40000: rst 0 ack 1001\n", refused},
		"Check Point":   {"[vs_0][fw_1] eth0:i[60]: 10.1.1.1 -> 10.2.2.2 (TCP) len=60 id=4660\nTCP: 40000 -> 8443 .S.... seq=000003e8 ack=00000000\n[vs_0][fw_1] eth0:I[60]: 10.1.1.1 -> 10.2.2.2 (TCP) len=60 id=4660\nTCP: 40000 -> 8443 .S.... seq=000003e8 ack=00000000\n[vs_0][fw_1] eth1:i[40]: 10.2.2.2 -> 10.1.1.1 (TCP) len=40 id=0\nTCP: 8443 -> 40000 ..R.A. seq=00000000 ack=000003e9\n", refused},
		"snoop":         {"  1   0.00000     10.1.1.1 -> 10.2.2.2     TCP D=8443 S=40000 Syn Seq=1000 Len=0 Win=64240\n  2   0.02000     10.2.2.2 -> 10.1.1.1     TCP D=40000 S=8443 Rst Ack=1001 Win=0\n", refused},
		"tshark":        {"    1   0.000000     10.1.1.1 → 10.2.2.2     TCP 74 40000 → 8443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460\n    2   0.000005     10.2.2.2 → 10.1.1.1     TCP 54 8443 → 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0\n", relative},
		"IOS-XE":        {"    1   0.000000     10.1.1.1 -> 10.2.2.2     TCP 74 40000 -> 8443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460\n    2   0.000005     10.2.2.2 -> 10.1.1.1     TCP 54 [TCP Something] 8443 -> 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0\n", relative},
		"NX-OS":         {"2026-11-29 09:17:21.450201 10.1.1.1 -> 10.2.2.2 TCP 40000 > 8443 [SYN] Seq=0 Win=64240 Len=0\n2026-11-29 09:17:21.470201 10.2.2.2 -> 10.1.1.1 TCP 8443 > 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0\n", relative},
		"Wireshark":     {"No.     Time           Source                Destination           Protocol Length Info\n      1 0.000000       10.1.1.1              10.2.2.2              TCP      74     40000 → 8443 [SYN] Seq=0 Win=64240 Len=0\n      2 0.020000       10.2.2.2              10.1.1.1              TCP      54     8443 → 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0\n", relative},
		"Wireshark CSV": {"\"No.\",\"Time\",\"Source\",\"Destination\",\"Protocol\",\"Length\",\"Info\"\n\"1\",\"0.000000\",\"10.1.1.1\",\"10.2.2.2\",\"TCP\",\"74\",\"40000 → 8443 [SYN] Seq=0 Win=64240 Len=0\"\n\"2\",\"0.020000\",\"10.2.2.2\",\"10.1.1.1\",\"TCP\",\"54\",\"8443 → 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0\"\n", relative},
	} {
		if got := strings.Join(told(tt.text), "|"); got != tt.want {
			t.Errorf("%s:\n%s\n%s", name, got, tt.want)
		}
		for line := range strings.Lines(tt.text) {
			for _, front := range []string{"3:", "> ", "- ", "| ", "`", "capture.txt:7:"} { // it begins behind that
				if dialect.Begins(redact.Wrap([]byte(front + line))) {
					t.Errorf("%s: %q is taken for a packet", name, front+line)
				}
			}
		}
	}
}

// Today's tcpdump, logs and prose are none of it.
func TestOthersAreLeft(t *testing.T) {
	for _, line := range []string{
		"    10.1.1.1.40000 > 10.2.2.2.8443: Flags [S], cksum 0x1111 (correct), seq 1000, win 64240, length 0",
		"09:17:21.450201 IP 10.1.1.1.40000 > 10.2.2.2.8443: tcp 0", "09:17:21.450201 IP 10.1.1.1.53 > 10.2.2.2.8443: 4242* 1/0/0 A 10.1.1.1 (44)",
		"13-Jan-2023 17:29:03,490 IST ERROR [n] [RestAPIClient] (default task-24) |default| Failed to process -> x", "We came from 10.1.1.1 -> 10.2.2.2: S is what we saw",
		`Nov 14 09:14:03 SSM x: 10.1.1.1 - - [14/Nov/2025:09:14:03 +0000] "POST /x HTTP/1.1" 403 121 "-" "a > b: S 1"`,
	} {
		if dialect.Begins(redact.Wrap([]byte(line))) {
			t.Errorf("%q is taken for a packet", line)
		}
	}
}

// Any line is read without a panic, and no field is out of its range.
func FuzzLine(f *testing.F) {
	for _, s := range []string{"1.4 10.1.1.1.4 -> 10.2.2.2.8: syn 1", "1: 09:17:21.450201 10.1.1.1.40000 > 10.2.2.2.8443: S 1000:1000(0) win 64240 <mss 1460>", "1 0.0 10.1.1.1 → 10.2.2.2 TCP 74 1 → 2 [SYN] Seq=0", "[a] eth0:i[60]: 10.1.1.1 -> 10.2.2.2 (TCP) len=60 id=4660\nTCP: 1 -> 2 .S seq=1", "\"1\",\"0.0\",\"10.1.1.1\",\"10.2.2.2\",\"TLS\",\"74\",\"x\"", "1 0.0 10.1.1.1 -> 10.2.2.2 TCP D=1 S=2 Syn Seq=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s dialect.Scanner
		for line := range strings.Lines(text) {
			if s.Line(redact.Wrap([]byte(line))) != dialect.Packet {
				continue
			}
			if p, _, n := s.Packet(); n < 1 || n > 2 || p.Length < 0 || p.Proto != packet.TCP || !p.Src.IsValid() {
				t.Errorf("%q: %+v", line, p)
			}
		}
	})
}
