package capture_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

const sample = "um8# tcpdump vpn 0 interface eth0 options \"host 10.1.1.1\"\r\n" +
	"tcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes\r\n" +
	"12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 52)\r\n" +
	"    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, options [mss 1460], length 0\r\n" +
	"12:15:06.651000 IP (tos 0x0, ttl 44, id 0, offset 0, flags [DF], proto TCP (6), length 40)\r\n" +
	"    10.1.1.1.8443 > 192.168.10.1.57886: Flags [R.], seq 0, ack 101, win 0, length 0\r\n" +
	"^C\r\n2 packets captured\r\n2 packets received by filter\r\n0 packets dropped by kernel"

// decode feeds chunks and gives the events as text.
func decode(t *testing.T, kind event.Kind, chunks ...string) (events []event.Event, d *capture.Decoder) {
	t.Helper()
	d = capture.NewDecoder(event.Source{ID: 1, Kind: kind}, redact.NewWithKey([]byte("test")), func(ev event.Event) { events = append(events, ev) })
	for _, c := range chunks {
		if _, err := d.Write([]byte(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return events, d
}

func TestListing(t *testing.T) {
	events, d := decode(t, event.KindUnknown, sample)
	if d.Source().Kind != event.TcpdumpText || d.Lines() != 10 || d.Packets() != 2 || d.Skipped() != 0 {
		t.Errorf("%+v, %d lines, %d packets, %d skipped", d.Source(), d.Lines(), d.Packets(), d.Skipped())
	}
	var kinds []string
	for _, ev := range events {
		kinds = append(kinds, strings.TrimPrefix(fmt.Sprintf("%T", ev), "event."))
	}
	if got := strings.Join(kinds, " "); got != "Plain CaptureStarted Segment Segment TCPRefused Plain CaptureFooter" {
		t.Errorf("events: %s", got)
	}
	seg := events[3].(event.Segment)
	if seg.From.Line != 6 || seg.From.Packet != 2 || !strings.HasPrefix(seg.Excerpt.String(), "12:15:06.651000 IP") || !strings.Contains(seg.Excerpt.String(), "Flags [R.]") {
		t.Errorf("%+v %s", seg.From, seg.Excerpt)
	}
}

// A ticket is cut into its streams; line numbers point into the ticket.
func TestTicket(t *testing.T) {
	const text = "Hello,\n\nthe log:\n13-Jan-2023 17:29:03,490 IST INFO [n] [SmartLicensingUtil] (t) |default| Getting onPrem server details\nand the capture:\n" +
		"12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 52)\n    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, length 0\n" +
		"Jan 13 11:17:01 SSM-On-Prem x: y\n" + "vManage# show version\n20.9.3\nvManage# exit\nBest regards\n"
	events, d := decode(t, event.KindUnknown, text)
	if d.Source().Kind != event.Mixed {
		t.Errorf("kind %s", d.Source().Kind)
	}
	var got []string
	for _, ev := range events {
		got = append(got, fmt.Sprintf("%s:%d", strings.TrimPrefix(fmt.Sprintf("%T", ev), "event."), ev.Ref().Line))
	}
	if s := strings.Join(got, " "); s != "Plain:1 Plain:2 Plain:3 LogEntry:4 Plain:5 Segment:7 LogEntry:8 CheckResult:10 Plain:11 Plain:12" {
		t.Errorf("%s", s)
	}
}

// However the bytes are split, the events are the same.
func TestSplitAnywhere(t *testing.T) {
	want, _ := decode(t, event.TcpdumpText, sample)
	for i := range sample {
		got, _ := decode(t, event.TcpdumpText, sample[:i], sample[i:])
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("split at %d gives other events", i)
		}
	}
}

func TestKindsAreToldByContent(t *testing.T) {
	for _, tt := range []struct {
		text string
		kind event.Kind
	}{
		{"13-Jan-2023 17:29:03,490 IST INFO [n] [C] (t) |default| x\n", event.ManagerLog},
		{"Jan 13 11:17:01 h systemd: x\n", event.SSMMessages},
		{"```\n\nJan 13 11:17:01 h systemd: x\n```\n", event.SSMMessages},
		{sample, event.TcpdumpText},
		{"um8# show version\n20.9.3\n", event.Check},
		{"Dear all,\nplease find attached\n", event.KindUnknown},
		{"{\"result\": \"13-Jan-2023 17:29:03,490 IST INFO [n] [C] (t) |default| x\"}\n", event.KindUnknown},
	} {
		if _, d := decode(t, event.KindUnknown, tt.text); d.Source().Kind != tt.kind {
			t.Errorf("%.30q is taken for %s", tt.text, d.Source().Kind)
		}
	}
}

// A binary capture is told by its first bytes, however they come; a broken one
// says after which frame.
func TestBinaryCapture(t *testing.T) {
	head := "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00"
	for _, tt := range []struct {
		chunks []string
		broken bool
	}{
		{[]string{head}, false},
		{[]string{head[:1], head[1:3], head[3:]}, false},
		{[]string{head[:10]}, true},
		{[]string{head, "\x00\x00"}, true},
		{[]string{head, strings.Repeat("no frame at all ", 20)}, true},
	} {
		d := capture.NewDecoder(event.Source{}, redact.New(), func(event.Event) {})
		for _, c := range tt.chunks {
			if _, err := d.Write([]byte(c)); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Close(); (err != nil) != tt.broken || d.Source().Kind != event.Pcap {
			t.Errorf("%.40q: %v, %s", tt.chunks, err, d.Source().Kind)
		}
	}
}

// A line of megabytes is cut, and the stream goes on.
func TestLongLine(t *testing.T) {
	events, d := decode(t, event.SSMMessages, "Jan 13 11:17:01 h t: "+strings.Repeat("x", 3<<20), "\nJan 13 11:17:02 h t: next\n")
	first, ok := events[0].(event.LogEntry)
	if !ok || !first.Cut || len(first.Excerpt.String()) > 1<<17 {
		t.Errorf("the long line: %T, %d bytes", events[0], len(events[0].Origin().Excerpt.String()))
	}
	if len(events) != 2 || d.Lines() != 2 {
		t.Errorf("%d events, %d lines", len(events), d.Lines())
	}
}

func TestHistoryIsMarked(t *testing.T) {
	var events []event.Event
	d := capture.NewDecoder(event.Source{Kind: event.SSMMessages}, redact.New(), func(ev event.Event) { events = append(events, ev) })
	d.SetHistory(true)
	_, _ = d.Write([]byte("Jan 13 11:17:01 h t: old\n"))
	d.SetHistory(false)
	_, _ = d.Write([]byte("Jan 13 11:17:01 h t: new\n"))
	if !events[0].Origin().History || events[1].Origin().History {
		t.Error("history and live are not told apart")
	}
}

// No event holds bytes: what leaves this package went through the gate.
func TestNoEventHoldsBytes(t *testing.T) {
	for _, ev := range []event.Event{
		event.Segment{}, event.TCPOpened{}, event.TCPRefused{}, event.TCPReset{}, event.HandshakeDone{}, event.ConnectionClosed{},
		event.Unreachable{}, event.DNSAnswer{}, event.LogEntry{}, event.Plain{}, event.CheckResult{}, event.ClockSample{},
		event.CaptureStarted{}, event.CaptureFooter{}, event.Gap{}, event.Mark{}, event.SourceState{},
	} {
		if at := bytesIn(reflect.TypeOf(ev), map[reflect.Type]bool{}); at != "" {
			t.Errorf("%T holds bytes at %s", ev, at)
		}
	}
	if bytesIn(reflect.TypeOf(struct{ A struct{ B []byte } }{}), map[reflect.Type]bool{}) == "" {
		t.Error("this test cannot fail")
	}
}

func bytesIn(t reflect.Type, seen map[reflect.Type]bool) string {
	if seen[t] || t == reflect.TypeOf(redact.Text{}) || t.PkgPath() == "time" || t.PkgPath() == "net/netip" {
		return ""
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Pointer:
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
			return t.String()
		}
		return bytesIn(t.Elem(), seen)
	case reflect.Struct:
		if t == reflect.TypeOf(redact.Raw{}) {
			return t.String()
		}
		for i := range t.NumField() {
			if at := bytesIn(t.Field(i).Type, seen); at != "" {
				return t.Field(i).Name + "." + at
			}
		}
	}
	return ""
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte(sample), uint(40))
	f.Add([]byte("Jan 13 11:17:01 h t: x\n13-Jan-2023 17:29:03,490 IST INFO [n] [C] (t) |default| x"), uint(3))
	f.Fuzz(func(t *testing.T, b []byte, at uint) {
		at %= uint(len(b) + 1)
		if bytes.HasPrefix(b, []byte("\xd4\xc3\xb2\xa1")) {
			return
		}
		var whole, parts []event.Event
		for _, chunks := range []struct {
			to *[]event.Event
			in [][]byte
		}{{&whole, [][]byte{b}}, {&parts, [][]byte{b[:at], b[at:]}}} {
			d := capture.NewDecoder(event.Source{ID: 1}, redact.NewWithKey([]byte("f")), func(ev event.Event) { *chunks.to = append(*chunks.to, ev) })
			for _, c := range chunks.in {
				_, _ = d.Write(c)
			}
			_ = d.Close()
		}
		if !reflect.DeepEqual(whole, parts) {
			t.Fatalf("split at %d gives other events", at)
		}
	})
}
