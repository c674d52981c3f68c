package capture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// shot is a frame of a capture, to be written again without others.
type shot struct {
	at   int // its place in the capture
	link packet.LinkType
	data []byte
	wire int
	sec  int64
	nano int
}

// shots reads a capture's frames; those of the first's link type.
func shots(r *os.File) (out []shot) {
	in, err := pcap.NewReader(r)
	if err != nil {
		return nil
	}
	_ = in.Each(func(f *pcap.Frame) { // what is read of one that breaks off is enough
		if len(out) == 0 || f.Link == out[0].link {
			out = append(out, shot{len(out), f.Link, slices.Clone(f.Data), f.Wire, f.Time.Unix(), f.Time.Nanosecond()})
		}
	})
	return out
}

// asPcap is a capture of the frames, cut at snap bytes.
func asPcap(list []shot, snap int) []byte {
	le := binary.LittleEndian
	b := append([]byte(nil), "\x4d\x3c\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00"...)
	b = le.AppendUint32(b, uint32(list[0].link))
	for _, s := range list {
		n := min(len(s.data), snap)
		b = le.AppendUint32(le.AppendUint32(b, uint32(s.sec)), uint32(s.nano))
		b = le.AppendUint32(le.AppendUint32(b, uint32(n)), uint32(s.wire))
		b = append(b, s.data[:n]...)
	}
	return b
}

// asText is what tcpdump -nn -vv prints of the frames.
func asText(list []shot) (b []byte) {
	for _, s := range list {
		var p packet.Packet
		if packet.Decode(s.link, s.data, s.wire, &p) != nil || p.Frag > 0 || p.Proto != packet.TCP {
			continue
		}
		p.Stamp = fmt.Sprintf("%02d:%02d:%02d.%06d", s.sec/3600%24, s.sec/60%60, s.sec%60, s.nano/1000)
		b = tcpdump.Append(b, p)
	}
	return b
}

// ended is a connection as a capture's end leaves it, and the first of its packets.
type ended struct {
	event.Connection
	first int
	all   []int
}

// ends decodes a capture or a listing whole.
func ends(b []byte) (out []ended) {
	at := map[handshake.ID]int{}
	d := capture.NewDecoder(event.Source{ID: 1}, missingGate, func(ev event.Event) {
		s, ok := ev.(event.Segment)
		if !ok {
			return
		}
		i, known := at[s.Conn.ID]
		if !known {
			i = len(out)
			at[s.Conn.ID] = i
			out = append(out, ended{first: s.Ref().Packet - 1})
		}
		out[i].Connection = s.Conn
		out[i].all = append(out[i].all, s.Ref().Packet-1)
	})
	_, _ = d.Write(b) // it never fails
	_ = d.Close()     // captures of the corpus may break off
	return out
}

var missingGate = redact.New()

// couldBe reports whether a version is named among those that lengths cannot exclude.
func couldBe(t handshake.TLS, version uint16) bool {
	name := fmt.Sprintf("TLS 1.%d ", version-0x0301)
	return slices.ContainsFunc(t.CouldBe, func(s string) bool { return strings.HasPrefix(s, name) })
}

// final is the version that a draft became.
func final(v uint16) uint16 {
	if v>>8 == 0x7f || v>>8 == 0x7e { // IETF's drafts from 16 on, and a maker's
		return 0x0304
	}
	return v
}

// contradicts names what part says against whole, of the same connection: what
// the whole capture denies, not what only one of them knows.
func contradicts(part, whole event.Connection) (out []string) {
	add := func(what string, a, b any) { out = append(out, fmt.Sprintf("%s %v of %v", what, a, b)) }
	p, w := part.TLS, whole.TLS
	switch stage := p.Stage.Is(); {
	case stage == handshake.TLSAlert && w.Stage.Is() != handshake.TLSAlert:
		add("stage", stage, w.Stage.Is())
	case p.Done() && !w.Done():
		add("stage", stage, w.Stage.Is())
	}
	if a, b := final(p.Version.Is()), final(w.Version.Is()); a != 0 && b != 0 && a != b && !couldBe(p, b) {
		add("version", fmt.Sprintf("%x", a), fmt.Sprintf("%x", b))
	}
	if p.Cipher != 0 && w.Cipher != 0 && p.Cipher != w.Cipher {
		add("cipher", p.Cipher, w.Cipher)
	}
	by := func(e handshake.End) handshake.End { // a capture that lacks the SYN may swap the ends: who it was is an address
		if e != handshake.Nobody && part.Client != whole.Client {
			return handshake.Client + handshake.Server - e
		}
		return e
	}
	if a, b := by(part.Trouble.AlertBy.Is()), whole.Trouble.AlertBy.Is(); a != handshake.Nobody && a != b {
		add("alert", a, b)
	}
	if denied := statesDenied[part.State]; slices.Contains(denied, whole.State) {
		add("state", part.State, whole.State)
	}
	if a, b := by(part.Trouble.ResetBy), whole.Trouble.ResetBy; a != handshake.Nobody && a != b {
		add("reset", a, b)
	}
	if a, b := by(part.Trouble.FINBy), whole.Trouble.FINBy; a != handshake.Nobody && a != b {
		add("first FIN", a, b)
	}
	if a, b := part.Trouble.EmptyCertificate, whole.Trouble.EmptyCertificate; a && !b {
		add("empty certificate", a, b)
	}
	if a, b := p.Plain, w.Plain; a && !b {
		add("plain HTTP", a, b)
	}
	return out
}

// statesDenied are, of each state that a part may have, those of the whole that deny it.
var statesDenied = map[handshake.State][]handshake.State{
	handshake.ConnRefused: {handshake.SynSent, handshake.HalfOpen, handshake.Established, handshake.ConnReset, handshake.ConnClosed, handshake.Open},
	handshake.ConnReset:   {handshake.SynSent, handshake.HalfOpen, handshake.Established, handshake.ConnClosed, handshake.ConnRefused, handshake.Open},
	handshake.ConnClosed:  {handshake.SynSent, handshake.HalfOpen, handshake.Established, handshake.ConnReset, handshake.ConnRefused, handshake.Open},
	handshake.HalfOpen:    {handshake.ConnRefused},
	handshake.Established: {handshake.SynSent, handshake.HalfOpen, handshake.ConnRefused},
}

// compare gives what the connections of list, written by to, say against the
// whole capture; owner is the whole's connection of each packet.
func compare(list []shot, owner map[int]event.Connection, to func([]shot) []byte) (out []string) {
	if len(list) == 0 {
		return nil
	}
	for _, c := range ends(to(list)) {
		if c.first >= len(list) {
			continue
		}
		whole, ok := owner[list[c.first].at]
		if ok {
			out = append(out, contradicts(c.Connection, whole)...)
		}
	}
	return out
}

// reduced are the ways in which a capture lacks something.
func reduced(list []shot, step int, try func(how string, part []shot, snap int)) {
	for i := 0; i < len(list); i += step {
		try("without one", slices.Delete(slices.Clone(list), i, i+1), 1<<20)
		try("begun late", list[i:], 1<<20)
	}
	for snap := 54; snap <= 1500; snap += 1 + 13*(step-1) {
		try("cut", list, snap)
	}
	var way [2][]shot
	var client packet.Packet
	for i, s := range list {
		var p packet.Packet
		if packet.Decode(s.link, s.data, s.wire, &p) != nil || p.Proto != packet.TCP {
			continue
		}
		if i == 0 || !client.Src.IsValid() {
			client = p
		}
		dir := 0
		if p.Src != client.Src {
			dir = 1
		}
		way[dir] = append(way[dir], s)
	}
	try("one direction", way[0], 1<<20)
	try("one direction", way[1], 1<<20)
}

const (
	missingPackets = 60 // of one connection
	missingConns   = 4  // of one capture
)

// missed tries every reduction of a capture, and counts the contradictions by
// how the capture was reduced.
func missed(list []shot, step int, found func(how, what string)) (tried int) {
	if len(list) == 0 {
		return 0
	}
	whole := ends(asPcap(list, 1<<20))
	for n, c := range whole {
		if n == missingConns {
			break
		}
		if len(c.all) > missingPackets {
			continue
		}
		var own []shot
		owner := map[int]event.Connection{}
		for _, at := range c.all {
			own = append(own, list[at])
			owner[list[at].at] = c.Connection
		}
		reduced(own, step, func(how string, part []shot, snap int) {
			tried++
			for _, what := range compare(part, owner, func(l []shot) []byte { return asPcap(l, snap) }) {
				found(how+", pcap", what)
			}
			if how == "cut" {
				return // a text is cut by no snap length
			}
			for _, what := range compare(part, owner, asText) {
				found(how+", text", what)
			}
		})
		for _, what := range compare(own, owner, asText) {
			found("as text", what)
		}
	}
	return tried
}

// captures are the corpus's, sorted: all under root with a capture's ending.
func captures(root string) (out []string) {
	_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error { // what is not there is skipped above
		if err == nil && !e.IsDir() && (strings.Contains(path, ".pcap") || strings.HasSuffix(path, ".cap")) {
			if info, err := e.Info(); err == nil && info.Size() < 2<<20 {
				out = append(out, path)
			}
		}
		return nil
	})
	slices.Sort(out)
	return out
}

// missingReds are the contradictions of today, by kind: they may only shrink.
const missingReds = "testdata/missing-reds.txt"

// TestMissing: whatever a capture lacks, it says nothing that the whole capture
// contradicts. A sample of the corpus, or with SYNCSCOPE_LONG=1 all of it.
func TestMissing(t *testing.T) {
	files := append(captures(corpus), captures("../../shared/cases")...)
	if len(files) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	long := os.Getenv("SYNCSCOPE_LONG") != ""
	step, every := 5, 40
	if long {
		step, every = 1, 1
	}
	known := reds(t)
	kinds, counts := map[string]int{}, map[string]int{}
	tried := 0
	for i, name := range files {
		if i%every != 0 && !strings.HasPrefix(name, corpus+"missing/") && strings.HasPrefix(name, corpus) {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		list := shots(f)
		_ = f.Close() // read only
		tried += missed(list, step, func(how, what string) {
			kinds[how+": "+what]++
			id := strings.TrimPrefix(name, corpus) + " " + how
			if counts[id]++; counts[id] == 1 && !known[id] {
				t.Errorf("%s: %s", id, what)
			}
		})
	}
	for _, k := range sorted(kinds) {
		t.Logf("%5d %s", kinds[k], k)
	}
	t.Logf("%d parts of captures; %d of them in %d files and ways say what the whole contradicts", tried, total(kinds), len(counts))
	if long && os.Getenv("SYNCSCOPE_UPDATE") != "" {
		update(t, known, counts)
	}
}

// A server answers seven bytes that are no record: where one of them is there, they are
// no alert, though an alert in clear is as long and no byte of the hello was captured.
func TestBytesBeforeLengths(t *testing.T) {
	f, err := os.Open(corpus + "zeek/traces/tls/tls-1.2-protocol-error.pcap")
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	list := shots(f)
	_ = f.Close() // read only
	for _, snap := range []int{67, 70, 1 << 20} {
		for from := range 5 {
			for _, c := range ends(asPcap(list[from:], snap)) {
				if c.TLS.Stage.Is() == handshake.TLSAlert || c.Trouble.AlertBy.Is() != handshake.Nobody {
					t.Errorf("%d bytes of each packet from packet %d on: %v of %v", snap, from+1, c.TLS.Stage.Is(), c.Trouble.AlertBy.Is())
				}
			}
		}
	}
}

func total(m map[string]int) (n int) {
	for _, k := range m {
		n += k
	}
	return n
}

func sorted(m map[string]int) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// reds reads the list.
func reds(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	b, err := os.ReadFile(missingReds)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		out[strings.TrimSpace(string(line))] = true
	}
	return out
}

// update takes out of the list what is no contradiction any more.
func update(t *testing.T, known map[string]bool, counts map[string]int) {
	t.Helper()
	var b strings.Builder
	for _, id := range sorted(counts) {
		if known[id] || os.Getenv("SYNCSCOPE_UPDATE") == "begin" {
			b.WriteString(id + "\n")
		}
	}
	if err := os.WriteFile(missingReds, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
