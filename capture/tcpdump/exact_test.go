package tcpdump_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// exactly scans a listing as capture does: packets that Exact reads, and that
// another follows, whole; all other lines one by one.
func exactly(text []byte) (out []tcpdump.Item, exact int) {
	s := tcpdump.NewScanner()
	emit := func(it *tcpdump.Item) { out = append(out, kept(it)) }
	b := append(bytes.Clone(text), make([]byte, tcpdump.Slack)...)
	n := 0
	line := func(from, to int) {
		n++
		s.Line(n, redact.Wrap(bytes.TrimSuffix(text[from:to], []byte("\n"))), emit)
	}
	var x tcpdump.Exact
	for at := 0; at < len(text); {
		end := at + bytes.IndexByte(text[at:], '\n') + 1
		if end == at {
			end = len(text)
		}
		if x.Read(b, at) && (x.End == len(text) || x.Follows(b, x.End)) {
			var key packet.Key
			back := key.Set(&x.Packet.Src, &x.Packet.Dst)
			if number, ok := s.Take(&x.Packet, x.Clock, key.Hash(), back, emit); ok {
				exact++
				it := tcpdump.Item{Kind: tcpdump.ItemPacket, First: n + 1, Number: number, Packet: x.Packet, Stamp: text[at : at+tcpdump.StampLen]}
				for range bytes.Count(text[at:x.End], []byte("\n")) {
					n++
					it.Lines = append(it.Lines, n)
				}
				it.Line = n
				out = append(out, it)
				at = x.End
				continue
			}
		}
		line(at, end)
		at = end
	}
	s.Close(emit)
	return out, exact
}

// kept is a copy of an item; what it shares with the scanner is empty or copied.
func kept(it *tcpdump.Item) tcpdump.Item {
	c := *it
	c.Packet.TSVal, c.Packet.TSEcr = 0, 0 // Exact leaves them out
	c.Lines, c.Stamp, c.Frame = slices.Clone(it.Lines), bytes.Clone(it.Stamp), bytes.Clone(it.Frame)
	return c
}

func linewise(text []byte) (out []tcpdump.Item) {
	s := tcpdump.NewScanner()
	emit := func(it *tcpdump.Item) { out = append(out, kept(it)) }
	for i, l := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		s.Line(i+1, redact.Wrap(l), emit)
	}
	s.Close(emit)
	return out
}

func sameItems(t *testing.T, text []byte) (exact, all int) {
	t.Helper()
	if len(text) == 0 {
		return 0, 0
	}
	want := linewise(text)
	got, exact := exactly(text)
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || fmt.Sprintf("%+v", want[i]) != fmt.Sprintf("%+v", got[i]) {
			var w, g tcpdump.Item
			if i < len(want) {
				w = want[i]
			}
			if i < len(got) {
				g = got[i]
			}
			t.Fatalf("item %d\nby lines %+v\nexactly  %+v", i, w, g)
		}
	}
	return exact, len(want)
}

// Whole packets and single lines make the same items of every listing there is.
func TestExactEqualsLines(t *testing.T) {
	exact, all := 0, 0
	for _, pattern := range []string{"corpus/golden/*.txt", "cases/*/tcpdump*.txt", "corpus/tcpdump/tests/*.out"} {
		files, _ := filepath.Glob("../../../shared/" + pattern) // the pattern is well formed
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if testing.Short() {
				data = data[:min(len(data), 1<<20)]
			}
			for _, data := range [][]byte{data, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))} {
				t.Run(filepath.Base(name), func(t *testing.T) {
					e, a := sameItems(t, data)
					exact, all = exact+e, all+a
				})
			}
		}
	}
	if all == 0 {
		t.Skip("../shared is not there")
	}
	if exact < 5000 {
		t.Errorf("only %d of %d items were read exactly", exact, all)
	}
}

// A number at the end of its range, and behind it, is the same for both ways: in
// each place of each form of a packet's lines.
func TestExactAtTheEndsOfNumbers(t *testing.T) {
	const rest = " > 10.106.66.55.8443: Flags [P.], cksum 0x1779 (incorrect -> 0x82fb), seq 1448067711:1448067731, ack 7, win 64240, options [mss 1460,sackOK,TS val 224098 ecr 9,nop,wscale 7], length 20\n"
	digits := regexp.MustCompile(`[0-9]+`)
	for _, form := range []string{
		"12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)\n    192.168.10.1.57886" + rest,
		"12:15:06.407183 IP 192.168.10.1.57886" + rest,
		"12:15:06.407183 IP6 (class 0x2, flowlabel 0x12345, hlim 64, next-header TCP (6) payload length: 40) 2001:db8::1.57886" + rest,
		"12:15:06.407183 IP6 (flowlabel 0x12345, hlim 64, next-header TCP (6), payload length 40) 2001:db8::1.57886" + rest,
		"12:15:06.407183 IP6 2001:db8::1.57886" + rest,
	} {
		for _, at := range digits.FindAllStringIndex(form, -1) {
			for _, n := range []string{"0", "00", "1", "19", "20", "39", "255", "256", "65535", "65536", "4294967295", "4294967296", "99999999999999", "999999999999999", "9999999999999999", "18446744073709551615", "18446744073709551616"} {
				sameItems(t, []byte(form[:at[0]]+n+form[at[1]:]))
			}
		}
	}
}

// What is no packet to the last byte is none for Exact.
func TestExactIsStrict(t *testing.T) {
	const second = "\n    192.168.10.1.57886 > 10.106.66.55.8443: Flags [S], cksum 0x1779 (incorrect -> 0x82fb), seq 1448067711, win 64240, options [mss 1460,sackOK,TS val 224098 ecr 0,nop,wscale 7], length 0\n"
	whole := "12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)" + second
	read := func(s string) bool {
		var x tcpdump.Exact
		return x.Read(append([]byte(s), make([]byte, tcpdump.Slack)...), 0) && x.End == len(s)
	}
	if !read(whole) {
		t.Fatal("the packet itself is not read")
	}
	for i := range len(whole) {
		if read(whole[:i]) {
			t.Fatalf("cut at %d", i)
		}
		for _, extra := range []string{"x", " ", "=", "password=x1", "\n", "\x00", "é"} {
			if s := whole[:i] + extra + whole[i:]; read(s) {
				t.Fatalf("%q at %d", extra, i)
			}
		}
	}
}

// FuzzExact: whatever the bytes, both ways make the same items.
func FuzzExact(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) { sameItems(t, b) })
}

func BenchmarkExact(b *testing.B) {
	const n = 1000
	text := []byte(strings.Repeat("12:15:06.407183 IP (tos 0x0, ttl 64, id 54868, offset 0, flags [DF], proto TCP (6), length 60)\n"+
		"    192.168.10.1.57886 > 10.106.66.55.8443: Flags [P.], cksum 0x1779 (correct), seq 1:518, ack 1, win 502, options [nop,nop,TS val 2569138317 ecr 2569138317], length 517\n", n))
	padded := append(bytes.Clone(text), make([]byte, tcpdump.Slack)...)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var x tcpdump.Exact
	for b.Loop() {
		for at := 0; at < len(text); at = x.End {
			if !x.Read(padded, at) {
				b.Fatal("not read")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/packet")
}

// Numbers knows a listing's lines, and none that hold anything else.
func TestNumbers(t *testing.T) {
	for line, want := range map[string]bool{
		head:                               true,
		"    " + syn:                       true,
		syn:                                true,
		"12:15:06.407183 IP " + syn:        true,
		head[:len(head)-1]:                 false,
		head + " secret=1":                 false,
		"    " + syn + ": HTTP: GET /":     false,
		"    " + syn + ", client_secret=x": false,
		strings.Replace(head, "offset 0", "offset 0, client_secret=aB3dE6gH9jK2", 1):                                                              false,
		"    " + strings.Replace(syn, "win ", "password=x, win ", 1):                                                                              false,
		"    " + strings.Replace(syn, "[S]", "[password=x]", 1):                                                                                   false,
		"12:15:06.407183 IP6 (hlim 255, next-header TCP (6) payload length: 20) fd77::1.443 > fd77::2.8443: Flags [.], ack 1, win 502, length 0":  true,
		"12:15:06.407183 IP6 (hlim 255, next-header TCP (6) payload length: 20) secret.1.443 > fd77::2.8443: Flags [.], ack 1, win 502, length 0": false,
	} {
		if got := tcpdump.Numbers(redact.Wrap([]byte(line))); got != want {
			t.Errorf("%v: %q", got, line)
		}
	}
}

// A stamp is one if each of its bytes is a digit or its sign, and it is a time of day.
func TestExactStamp(t *testing.T) {
	const rest = " IP 10.0.0.1.40000 > 10.0.0.2.8443: Flags [.], ack 1, win 502, length 0\n"
	form := regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}$`)
	read := 0
	for _, stamp := range []string{"00:00:00.000000", "12:15:06.407183", "19:59:59.999999", "23:45:38.090807"} {
		for i := range stamp {
			for c := range 256 {
				s := []byte(stamp)
				s[i] = byte(c)
				b := append(append(bytes.Clone(s), rest...), make([]byte, tcpdump.Slack)...)
				var x tcpdump.Exact
				is := x.Read(b, 0)
				if is != form.Match(s) {
					t.Fatalf("%q is read: %v", s, is)
				}
				if !is {
					continue
				}
				read++
				if got := (time.Time{}).Add(x.Clock).Format("15:04:05.000000"); got != string(s) {
					t.Fatalf("%q is %s", s, got)
				}
			}
		}
	}
	if read == 0 {
		t.Error("none is read")
	}
}
