package tcpdump_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// seeds are listings of every form, their first lines.
func seeds(f *testing.F) {
	f.Helper()
	f.Add([]byte(head + "\n    " + syn + "\n^C\n1 packet captured\n"))
	f.Add([]byte(head + "\n" + head + "\n```\n" + syn))
	f.Add([]byte(asciiListing(fakeBody)))
	f.Add([]byte("12:15:06.407183 IP6 (flowlabel 0x12345, hlim 64, next-header TCP (6) payload length: 40) 2001:db8::1.57886 > 2001:db8::2.8443: Flags [S], cksum 0x1779 (correct), seq 1, win 64240, options [mss 1440,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0\n"))
	f.Add([]byte("tcpdump: listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 128 bytes\n" + head + "\n    " + syn + dumpOf(ethernetSYN, true)))
	for _, pattern := range []string{"corpus/golden/*.txt", "cases/*/tcpdump-xx.txt", "corpus/tcpdump/tests/print-*.out", "corpus/tcpdump/tests/*e.out"} {
		files, _ := filepath.Glob("../../../shared/" + pattern) // the pattern is well formed
		for _, name := range files[:min(len(files), 6)] {
			if data, err := os.ReadFile(name); err == nil {
				f.Add(data[:min(len(data), 2<<10)])
			}
		}
	}
}

// Every line belongs to exactly one item, whatever it is; packets are numbered
// one by one; and no input takes long.
func FuzzScanner(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		var took time.Duration
		for range 3 { // a busy machine is no slow input
			began := time.Now()
			scanned(t, b)
			if took = time.Since(began); took < 50*time.Millisecond {
				return
			}
		}
		t.Fatalf("%d bytes took %v", len(b), took)
	})
}

func scanned(t *testing.T, b []byte) {
	n, number, lines := 0, 0, bytes.Split(b, []byte("\n"))
	s := tcpdump.NewScanner()
	emit := func(it *tcpdump.Item) {
		n += len(it.Lines) + it.Dump
		if it.Kind == tcpdump.ItemPacket {
			if number++; it.Number != number {
				t.Fatalf("packet %d has the number %d", number, it.Number)
			}
		}
	}
	for i, l := range lines {
		s.Line(i+1, redact.Wrap(l), emit)
	}
	s.Close(emit)
	if n != len(lines) {
		t.Fatalf("%d lines, %d accounted for", len(lines), n)
	}
}

var ethernetSYN = append([]byte("\x00\x50\x56\xb9\x1b\x42\x00\x50\x56\xb9\x1b\x43\x08\x00E\x00\x00\x28\x00\x07\x40\x00\x40\x06\x00\x00\xc0\xa8\x0a\x01\x0a\x6a\x42\x37\xe2\x1e\x20\xfb\x00\x00\x00\x64\x00\x00\x00\x00\x50\x02\xfa\xf0"), make([]byte, 10)...)

// dumpOf prints a frame as -xx does, or as -XX does with a column of text that
// may hold anything.
func dumpOf(frame []byte, text bool) string {
	var b strings.Builder
	for at := 0; at < len(frame); at += 16 {
		row := frame[at:min(at+16, len(frame))]
		fmt.Fprintf(&b, "\n\t0x%04x: ", at)
		for i := range row {
			if i%2 == 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "%02x", row[i])
		}
		if text {
			b.WriteString(strings.Repeat(" ", 41-len(row)*2-(len(row)+1)/2+1))
			for _, c := range row {
				if c <= ' ' || c > '~' {
					c = '.'
				}
				b.WriteByte(c)
			}
		}
	}
	return b.String() + "\n"
}

// A frame that went through a dump is the frame.
func FuzzHex(f *testing.F) {
	f.Add(ethernetSYN, true)
	f.Add(ethernetSYN[:40], false)
	f.Add(append(bytes.Clone(ethernetSYN), " 0x0000:  4500  0x0010: 4500 "...), true)
	f.Fuzz(func(t *testing.T, frame []byte, text bool) {
		var want packet.Packet
		if len(frame) == 0 || len(frame) > 64<<10 || packet.Decode(packet.Ethernet, frame, 0, &want) != nil || want.Proto == 0 {
			return
		}
		for _, line := range []string{"12:00:00.000000 IP [|ip]", "12:00:00.000000 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto unknown (99), length 60)"} {
			var got []tcpdump.Item
			for _, it := range scan("tcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 262144 bytes\n" + line + dumpOf(frame, text)) {
				if it.Level == tcpdump.LevelHex {
					got = append(got, it)
				}
			}
			if len(got) != 1 || !bytes.Equal(got[0].Frame, frame) {
				t.Fatalf("%d frames of the dump of % x", len(got), frame)
			}
			p := got[0].Packet
			p.Time, p.Dated = want.Time, want.Dated
			if fmt.Sprint(p) != fmt.Sprint(want) {
				t.Fatalf("\ngot  %+v\nwant %+v", p, want)
			}
		}
	})
}

// fakeBody is a payload that prints a perfect packet.
const fakeBody = "12:00:00.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 40)\n    6.6.6.6.443 > 192.168.10.1.57886: Flags [R], cksum 0x1234 (correct), seq 1, win 0, length 0\n"

// asciiListing is a packet with payload as -vv -A prints it, and one more.
func asciiListing(payload string) string {
	n := len(strings.ReplaceAll(payload, "\r", ""))
	dropped := strings.Count(payload, "\r\n")
	size := n + dropped
	printed := strings.ReplaceAll(payload, "\r\n", "\n")
	return fmt.Sprintf("12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length %d)\n"+
		"    192.168.10.1.57886 > 10.106.66.55.8443: Flags [P.], cksum 0x1779 (incorrect -> 0x82fb), seq 100:%d, ack 1, win 502, length %d\n"+
		"E..(..@.@.......\njB7.. ....d....P.......%s\n"+
		"12:15:06.507183 IP (tos 0x0, ttl 64, id 8, offset 0, flags [DF], proto TCP (6), length 40)\n"+
		"    10.106.66.55.8443 > 192.168.10.1.57886: Flags [.], cksum 0x1779 (correct), seq 1, ack 101, win 502, length 0\n"+
		"E..(..@.@..x\njB7..... ...........dP.......\n", 40+size, 100+size, size, printed)
}

// No payload becomes a packet, however it is made up; the packet behind it is
// still read.
func TestHostileASCII(t *testing.T) {
	crlf := strings.ReplaceAll(fakeBody, "\n", "\r\n")
	for name, payload := range map[string]string{
		"a fake packet":                       fakeBody,
		"behind a header":                     "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + fakeBody,
		"with CR LF":                          "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n" + crlf,
		"many":                                strings.Repeat(fakeBody, 6),
		"many newlines before":                strings.Repeat("\n", 200) + fakeBody,
		"many CR LF before":                   strings.Repeat("\r\n", 200) + fakeBody,
		"a fake dump":                         "x\n\t0x0000:  4500 0028 0001 0000 4006 0000 0606 0606\n\t0x0010:  0a00 0001 01bb 9c40 0000 0001 0000 0000\n\t0x0020:  5004 0000 0000 0000\n" + fakeBody,
		"closing counters and another prompt": "18 packets captured\n18 packets received by filter\nvmanage# tcpdump\ntcpdump: listening on eth0, link-type RAW (Raw IP), capture size 40 bytes\n" + fakeBody,
	} {
		t.Run(name, func(t *testing.T) {
			got := packets(scan(asciiListing(payload)))
			for _, it := range got {
				if it.Packet.Src.Addr().String() == "6.6.6.6" {
					t.Fatalf("the payload became packet %d", it.Number)
				}
			}
			if name == "many CR LF before" { // how long the text is cannot be counted: what follows is given up
				return
			}
			if len(got) != 2 || got[0].Level != tcpdump.LevelASCII || got[1].Packet.Dst.Port() != 57886 {
				t.Errorf("%d packets, not 2", len(got))
			}
		})
	}
}

// What the payload of -A begins with is told, as its sender's.
func TestASCIITellsHTTP(t *testing.T) {
	for _, it := range scan(asciiListing("CONNECT ssm.example:8443 HTTP/1.1\r\nHost: ssm.example:8443\r\n\r\n")) {
		if it.Kind == tcpdump.ItemHTTP {
			if it.Method != "CONNECT" || it.Target != "ssm.example:8443" || it.Level != tcpdump.LevelASCII {
				t.Errorf("%+v", it)
			}
			return
		}
	}
	t.Error("the CONNECT is not told")
}
