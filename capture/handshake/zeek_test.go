package handshake_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
)

// historyLetters are zeek's for what both sides tell: SYN, SYN-ACK, FIN, RST,
// retransmission, and data; in capitals where the originator sent it.
const historyLetters = "ShHFfRrTtDd"

// histories gives each TCP connection of a capture its letters, by its ends.
func histories(data []byte) map[string]string {
	r, err := pcap.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	seen := map[string]map[rune]bool{}
	tr := handshake.NewTracker()
	_ = r.Each(func(f *pcap.Frame) {
		p := packet.Packet{Time: f.Time, Dated: true}
		if packet.Decode(f.Link, f.Data, f.Wire, &p) != nil {
			return
		}
		step, ok := tr.Packet(p)
		if !ok {
			return
		}
		key := fmt.Sprintf("%v %v", step.Conn.Client, step.Conn.Server)
		if seen[key] == nil {
			seen[key] = map[rune]bool{}
		}
		mark := func(letter rune, yes bool) {
			if yes && step.Dir == handshake.ToClient {
				letter += 'a' - 'A'
			}
			if yes {
				seen[key][letter] = true
			}
		}
		syn, ack := p.Flags.Has(packet.SYN), p.Flags.Has(packet.ACK)
		mark('S', syn && !ack)
		mark('H', syn && ack)
		mark('F', p.Flags.Has(packet.FIN))
		mark('R', p.Flags.Has(packet.RST))
		mark('D', p.Length > 0 && !syn && !p.Flags.Has(packet.RST))
		mark('T', step.TCP&(handshake.Retransmission|handshake.FastRetransmission|handshake.SpuriousRetransmission) != 0)
	})
	out := map[string]string{}
	for k, letters := range seen {
		out[k] = sorted(letters)
	}
	return out
}

func sorted(letters map[rune]bool) string {
	var out []rune
	for l := range letters {
		if strings.ContainsRune(historyLetters, l) {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return string(out)
}

// historyDeviates tells why a baseline's history is another.
var historyDeviates = map[string]string{}

// Each connection's course is the one in zeek's conn.log.
func TestHistoriesAreZeeks(t *testing.T) {
	root := "../../../shared/corpus/zeek"
	manifest, err := os.ReadFile(filepath.Join(root, "MANIFEST.tsv"))
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	rows, good := 0, 0
	for l := range strings.Lines(string(manifest)) {
		f := strings.Split(strings.TrimSpace(l), "\t")
		if len(f) < 3 || !strings.Contains(f[2], "conn.log") {
			continue
		}
		log, err := os.ReadFile(filepath.Join(root, "baseline", f[1], "conn.log"))
		if err != nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, "traces", f[0]))
		if err != nil {
			continue
		}
		got := histories(data)
		for _, row := range zeekLog(string(log)) {
			if row["proto"] != "tcp" {
				continue
			}
			rows++
			orig, resp := end(row["id.orig_h"], row["id.orig_p"]), end(row["id.resp_h"], row["id.resp_p"])
			want := map[rune]bool{}
			for _, c := range row["history"] {
				want[c] = true
			}
			is, ok := got[orig+" "+resp]
			if !ok {
				is = "not found: " + got[resp+" "+orig]
			}
			switch {
			case is == sorted(want):
				good++
			case historyDeviates[f[0]] != "":
				t.Logf("%s: %s", f[0], historyDeviates[f[0]])
			default:
				t.Errorf("%s %s > %s: zeek %s (%s), we %s", f[0], orig, resp, sorted(want), row["history"], is)
			}
		}
	}
	t.Logf("%d of %d connections", good, rows)
}

func end(host, port string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]:" + port
	}
	return host + ":" + port
}

// zeekLog reads a log of zeek's by its #fields.
func zeekLog(text string) (rows []map[string]string) {
	var head []string
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, "\n")
		if rest, ok := strings.CutPrefix(l, "#fields\t"); ok {
			head = strings.Split(rest, "\t")
		}
		if strings.HasPrefix(l, "#") {
			continue
		}
		row := map[string]string{}
		for i, v := range strings.Split(l, "\t") {
			if i < len(head) {
				row[head[i]] = v
			}
		}
		rows = append(rows, row)
	}
	return rows
}
