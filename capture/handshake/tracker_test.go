package handshake_test

import (
	"bufio"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// letters give each label one, so that a connection's story is one word.
var letters = map[handshake.Label]string{
	handshake.LabelSYN: "S", handshake.LabelSYNACK: "s", handshake.LabelACK: "A", handshake.LabelClientHello: "C", handshake.LabelServerHello: "c",
	handshake.LabelKeyExchange: "K", handshake.LabelFinished: "k", handshake.LabelRequest: "D", handshake.LabelResponse: "d",
	handshake.LabelAlert: "!", handshake.LabelFIN: "F", handshake.LabelRST: "R", handshake.LabelRefused: "X", handshake.LabelCloseNotify: "n",
	handshake.LabelRetransmission: "r", handshake.LabelZeroWindow: "z", handshake.LabelKeepAlive: "l",
}

// follow tracks a listing and gives the first connection's last state and its
// story, repeated letters written once.
func follow(t *testing.T, name string) (last handshake.Connection, story string, zero int) {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../shared/cases", name, "tcpdump.txt"))
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	defer f.Close()
	tr := handshake.NewTracker()
	s := tcpdump.NewScanner()
	emit := func(it *tcpdump.Item) {
		if it.Kind != tcpdump.ItemPacket {
			return
		}
		step, ok := tr.Packet(it.Packet)
		if !ok {
			return
		}
		zero = max(zero, step.Conn.ZeroWindows)
		if step.Conn.ID != 1 {
			return
		}
		last = step.Conn
		if l := letters[step.Label]; !strings.HasSuffix(story, l) {
			story += l
		}
	}
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		s.Line(n, redact.Wrap([]byte(in.Text())), emit)
	}
	s.Close(emit)
	return last, story, zero
}

func TestStoriesOfRecordedRuns(t *testing.T) {
	for _, tt := range []struct {
		name, story string // a prefix
		state       handshake.State
		tls         handshake.TLSStage
		version     uint16
	}{
		{"ok-tls12", "SsACcKkDdn", handshake.ConnClosed, handshake.TLSApplicationData, 0x0303},
		{"grant-not-found", "SsACcKkDdnF", handshake.ConnClosed, handshake.TLSApplicationData, 0x0303},
		{"grant-not-found-seed-layout", "SsACcKkDdnF", handshake.ConnClosed, handshake.TLSApplicationData, 0x0303},
		{"grant-not-found-102col", "SsACcKkDdnF", handshake.ConnClosed, handshake.TLSApplicationData, 0x0303},
		{"ok-tls13", "SsACcKDdnF", handshake.ConnClosed, handshake.TLSApplicationData, 0x0304},
		{"conn-refused", "SX", handshake.ConnRefused, handshake.TLSNone, 0},
		{"syn-dropped", "S", handshake.SynSent, handshake.TLSNone, 0},
		{"rst-after-clienthello", "SsACR", handshake.ConnReset, handshake.TLSClientHello, 0},
		{"tls-untrusted-ca", "SsACc!", handshake.ConnClosed, handshake.TLSAlert, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, story, _ := follow(t, tt.name)
			if !strings.HasPrefix(story, tt.story) || c.State != tt.state || c.TLS.Stage.Is() != tt.tls || c.TLS.Version.Is() != tt.version {
				t.Errorf("story %s, state %d, TLS stage %d, version %#x", story, c.State, c.TLS.Stage.Is(), c.TLS.Version.Is())
			}
			if c.TLS.Stage.Is() != handshake.TLSNone && c.TLS.Stage.Basis() != handshake.BasisInferred {
				t.Error("TLS is not called inferred, though no byte of it was captured")
			}
		})
	}
}

func TestZeroWindowIsCounted(t *testing.T) {
	if _, _, zero := follow(t, "zero-window"); zero == 0 {
		t.Error("no zero window")
	}
}

// The published capture: hello 172 B, answer 1380 + 214 B, then 194 B.
func TestPublishedLengths(t *testing.T) {
	x := newExchange()
	x.open()
	x.data(handshake.ToServer, 172)
	x.data(handshake.ToClient, 1380)
	x.data(handshake.ToClient, 214)
	step := x.data(handshake.ToServer, 194)
	if step.Label != handshake.LabelKeyExchange || step.Conn.TLS.Suite != "ECDHE P-521, AES-GCM" || step.TLSDone {
		t.Errorf("%+v", step)
	}
	if step.Conn.TLS.Answer != 1594 || step.Conn.TLS.Hello != 172 {
		t.Errorf("%+v", step.Conn.TLS)
	}
	if step = x.data(handshake.ToClient, 51); !step.TLSDone || step.Conn.TLS.Stage.Is() != handshake.TLSFinished {
		t.Errorf("the server's Finished: %+v", step)
	}
}

// A flight of no known size proves nothing by itself.
func TestUnknownFlightIsNotFinished(t *testing.T) {
	x := newExchange()
	x.open()
	x.data(handshake.ToServer, 500)
	x.data(handshake.ToClient, 1400)
	x.data(handshake.ToServer, 111)
	if step := x.data(handshake.ToClient, 60); step.TLSDone || step.Conn.TLS.Stage.Is() >= handshake.TLSFinished {
		t.Errorf("%+v", step.Conn.TLS)
	}
}

func TestRetransmissions(t *testing.T) {
	x := newExchange()
	x.open()
	x.data(handshake.ToServer, 300)
	x.seq[handshake.ToServer] -= 300
	if step := x.data(handshake.ToServer, 300); step.Label != handshake.LabelRetransmission || step.Conn.Retransmissions != 1 {
		t.Errorf("%+v", step)
	}
	x.seq[handshake.ToServer]--
	if step := x.data(handshake.ToServer, 1); step.Label != handshake.LabelKeepAlive {
		t.Errorf("a probe of one old byte is %d", step.Label)
	}
}

func TestRTTIsOnlyToldOfOneSYN(t *testing.T) {
	x := newExchange()
	x.send(handshake.ToServer, packet.SYN, 0)
	x.send(handshake.ToServer, packet.SYN, 0)
	if step := x.send(handshake.ToClient, packet.SYN|packet.ACK, 0); step.Conn.RTT != 0 {
		t.Errorf("%v, though it is not known which SYN was answered", step.Conn.RTT)
	}
}

func TestMidStreamIsSaid(t *testing.T) {
	x := newExchange()
	step := x.data(handshake.ToServer, 93)
	if !step.Conn.MidStream || step.Conn.State != handshake.Open || step.Conn.TLS.Stage.Is() != handshake.TLSNone {
		t.Errorf("%+v", step.Conn)
	}
}

// Random SYNs stay under the cap, and the watched peer's connection stays.
func TestEviction(t *testing.T) {
	x := newExchange()
	x.tr.Watch(x.addr[handshake.ToClient].Addr())
	x.open()
	random := rand.New(rand.NewPCG(1, 2))
	const syns, kept = 1_000_000, 65_536
	for range syns {
		r := random.Uint64()
		p := packet.Packet{Proto: packet.TCP, Flags: packet.SYN, WScale: -1, Seq: uint32(r)}
		p.Src = addrPort(10, byte(r>>32), byte(r>>40), byte(r>>48))
		p.Dst = addrPort(11, 0, 0, byte(r>>56))
		x.tr.Packet(p)
	}
	if least := syns - kept - syns/1000; x.tr.Evicted < least { // a few came twice
		t.Errorf("%d were evicted, want %d or more", x.tr.Evicted, least)
	}
	if step := x.data(handshake.ToServer, 200); step.Conn.ID != 1 || step.Label != handshake.LabelClientHello {
		t.Errorf("the watched connection is gone: %+v", step.Conn)
	}
}

func BenchmarkTracker(b *testing.B) {
	x := newExchange()
	x.open()
	b.ReportAllocs()
	for b.Loop() {
		x.data(handshake.ToServer, 100)
		x.data(handshake.ToClient, 100)
	}
}

// exchange makes packets of one connection.
type exchange struct {
	tr   *handshake.Tracker
	seq  [2]uint32
	addr [2]addr
	now  time.Time
}

type addr = netip.AddrPort

func addrPort(a, b, c, d byte) addr {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{a, b, c, d}), 5000)
}

func newExchange() *exchange {
	return &exchange{
		tr: handshake.NewTracker(), now: time.Unix(1_700_000_000, 0), seq: [2]uint32{100, 900},
		addr: [2]addr{netip.MustParseAddrPort("192.168.10.1:57886"), netip.MustParseAddrPort("10.106.66.55:8443")},
	}
}

func (x *exchange) send(d handshake.Dir, f packet.Flags, n int) handshake.Step {
	x.now = x.now.Add(10 * time.Millisecond)
	p := packet.Packet{
		Proto: packet.TCP, Time: x.now, Src: x.addr[d], Dst: x.addr[1-d], Flags: f, Seq: x.seq[d], Ack: x.seq[1-d],
		Window: 500, Length: n, WScale: -1,
	}
	x.seq[d] += uint32(n)
	if f.Has(packet.SYN) && n == 0 && d == handshake.ToClient {
		x.seq[d]++
	}
	step, _ := x.tr.Packet(p)
	return step
}

func (x *exchange) data(d handshake.Dir, n int) handshake.Step {
	return x.send(d, packet.PSH|packet.ACK, n)
}

func (x *exchange) open() {
	x.send(handshake.ToServer, packet.SYN, 0)
	x.seq[handshake.ToServer]++
	x.send(handshake.ToClient, packet.SYN|packet.ACK, 0)
	x.send(handshake.ToServer, packet.ACK, 0)
}

// What of a connection tells one failure from another, on recorded ones.
func TestTrouble(t *testing.T) {
	for name, want := range map[string]func(handshake.Trouble) bool{
		"rst-after-clienthello": func(tr handshake.Trouble) bool { return tr.ResetBy == handshake.Server && !tr.HelloAcked },
		"mtu-blackhole": func(tr handshake.Trouble) bool {
			return tr.Hole == 2920 && tr.HelloAcked && tr.ResetBy == handshake.Client
		},
		"tls-client-cert-alert": func(tr handshake.Trouble) bool { return tr.EmptyCertificate && tr.AlertBy.Is() == handshake.Server },
		"tls-expired":           func(tr handshake.Trouble) bool { return tr.AlertBy.Is() == handshake.Client && !tr.EmptyCertificate },
		"tls13-only-vs-12": func(tr handshake.Trouble) bool {
			return tr.AlertBy.Is() == handshake.Server && tr.FINBy == handshake.Server
		},
		"zero-window": func(tr handshake.Trouble) bool { return tr.Stuck && tr.ResetBy == handshake.Client },
		"ok-tls12": func(tr handshake.Trouble) bool {
			return tr.AlertBy.Is() == handshake.Nobody && !tr.Pending && !tr.Waiting && !tr.Stuck && tr.Hole == 0
		},
		"ok-light-loss": func(tr handshake.Trouble) bool { return !tr.Pending && !tr.Waiting && !tr.Late && tr.Hole == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			if c, _, _ := follow(t, name); !want(c.Trouble) {
				t.Errorf("%+v", c.Trouble)
			}
		})
	}
}

// A stamp of midnight without a date is the zero time, and a time like others.
func TestMidnight(t *testing.T) {
	for _, start := range []time.Time{{}, time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} {
		x := newExchange()
		x.now = start.Add(-10 * time.Millisecond)
		x.send(handshake.ToServer, packet.SYN, 0)
		x.seq[handshake.ToServer]++
		if c := x.send(handshake.ToClient, packet.SYN|packet.ACK, 0); c.Conn.RTT != 10*time.Millisecond || c.Delta != 10*time.Millisecond {
			t.Errorf("from %s: %s, %s", start, c.Conn.RTT, c.Delta)
		}
	}
}
