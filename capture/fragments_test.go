package capture_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// inFragments is a capture whose IPv4 datagrams over Ethernet are cut as a path with
// that MTU does (RFC 791, 3.2).
func inFragments(list []shot, mtu int) (out []shot) {
	const ether = 14
	for n, s := range list {
		b := s.data
		if len(b) < ether+20 || binary.BigEndian.Uint16(b[12:]) != 0x0800 || len(b) < s.wire {
			out = append(out, s)
			continue
		}
		head := int(b[ether]&15) * 4
		total := int(binary.BigEndian.Uint16(b[ether+2:]))
		body := b[ether+head : ether+total]
		step := (mtu - head) &^ 7
		for at := 0; at < len(body); at += step {
			part := body[at:min(at+step, len(body))]
			f := slices.Concat(b[:ether+head], part)
			binary.BigEndian.PutUint16(f[ether+2:], uint16(head+len(part)))
			binary.BigEndian.PutUint16(f[ether+4:], uint16(n+1))
			flags := uint16(at / 8)
			if at+len(part) < len(body) {
				flags |= 0x2000
			}
			binary.BigEndian.PutUint16(f[ether+6:], flags)
			one := s
			one.data, one.wire = f, len(f)
			out = append(out, one)
		}
	}
	return out
}

// A session whose datagrams come in fragments is told as the same one whole: of all
// bytes, of 128 a packet, and as tcpdump prints it.
func TestFragmentsAreJoined(t *testing.T) {
	names, _ := filepath.Glob(corpus + "missing/drop-*.pcap") // the patterns are well formed
	more, _ := filepath.Glob("../../shared/cases/*/capture.pcap")
	if names = append(names, more...); len(names) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	print, _ := exec.LookPath("tcpdump") // where there is none, no text is
	joined := 0
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		list := shots(f)
		_ = f.Close() // read only
		cut := inFragments(list, 576)
		if len(cut) == len(list) {
			continue
		}
		joined++
		agree(t, name+", whole", ends(asPcap(list, 1<<20)), ends(asPcap(cut, 1<<20)))
		agree(t, name+", 128 bytes", ends(asPcap(list, 128)), ends(asPcap(cut, 128)))
		if print == "" {
			continue
		}
		agree(t, name+", as text", ends(printed(t, print, list)), ends(printed(t, print, cut)))
	}
	if joined == 0 {
		t.Error("no capture was cut")
	}
}

// printed is what tcpdump prints of the frames.
func printed(t *testing.T, tcpdump string, list []shot) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tcpdump, "-nn", "-vv", "-r", "-")
	cmd.Stdin = bytes.NewReader(asPcap(list, 1<<20))
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// agree compares what two captures tell of the same connections.
func agree(t *testing.T, name string, whole, part []ended) {
	t.Helper()
	if len(whole) != len(part) {
		t.Errorf("%s: %d connections, %d in fragments", name, len(whole), len(part))
		return
	}
	for i := range whole {
		a, b := whole[i].Connection, part[i].Connection
		if a.State != b.State || a.ToServerBytes != b.ToServerBytes || a.ToClientBytes != b.ToClientBytes || a.TLS.Stage != b.TLS.Stage || a.TLS.Version != b.TLS.Version || a.Trouble.Hole != b.Trouble.Hole || a.Trouble.Missed != b.Trouble.Missed || a.Trouble.AlertBy != b.Trouble.AlertBy {
			t.Errorf("%s: %s: %v %d %d %v %v, in fragments %v %d %d %v %v", name, a.Client, a.State, a.ToServerBytes, a.ToClientBytes, a.TLS.Stage, a.TLS.Version, b.State, b.ToServerBytes, b.ToClientBytes, b.TLS.Stage, b.TLS.Version)
		}
	}
}
