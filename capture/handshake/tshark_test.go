package handshake_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
)

// marks are the fields that are held against tshark's.
var marks = []struct {
	field string
	must  bool // both precision and recall of 99 %
}{
	{"tcp.analysis.retransmission", true},
	{"tcp.analysis.fast_retransmission", true},
	{"tcp.analysis.spurious_retransmission", true},
	{"tcp.analysis.out_of_order", true},
	{"tcp.analysis.duplicate_ack", true},
	{"tcp.analysis.zero_window", true},
	{"tcp.analysis.lost_segment", true},
	{"tcp.analysis.ack_lost_segment", false},
	{"tcp.analysis.keep_alive", false},
	{"tcp.analysis.keep_alive_ack", false},
	{"tcp.analysis.window_update", false},
	{"tcp.analysis.window_full", false},
	{"tcp.analysis.zero_window_probe", false},
	{"tcp.analysis.zero_window_probe_ack", false},
	{"tcp.analysis.reused_ports", false},
}

// deviates tells why a recorded table says otherwise; its rows are counted
// apart.
var deviates = map[string]string{
	"zeek_traces_tcp_reassembly.pcap.tshark.tsv":     "frames are shorter than their IP length, which tshark corrects; it calls a FIN that is repeated without duplicate ACKs fast",
	"wireshark_tcp-badsegments.pcap.tshark.tsv":      "the first SYN's time is 0, which tshark takes for unknown",
	"zeek_traces_tcp_rst-inject-rae.pcap.tshark.tsv": "an injected RST with the number 0 comes before the SYN-ACK, which tshark makes another connection",
}

// numbered gives each TCP frame of a capture its marks.
func numbered(data []byte) map[int]handshake.Analysis {
	r, err := pcap.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	out := map[int]handshake.Analysis{}
	tr := handshake.NewTracker()
	_ = r.Each(func(f *pcap.Frame) { // a capture that breaks off is compared up to there
		p := packet.Packet{Time: f.Time, Dated: true}
		if packet.Decode(f.Link, f.Data, f.Wire, &p) != nil {
			return
		}
		if step, ok := tr.Packet(p); ok {
			out[f.Number] = step.TCP
		}
	})
	return out
}

// table reads tshark's fields, which a header names.
func table(text string) (rows []map[string]string) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	head := strings.Split(lines[0], "\t")
	for _, l := range lines[1:] {
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

// tally counts a mark: by both, by us alone, by tshark alone.
type tally struct{ both, ours, theirs int }

func compare(t *testing.T, name string, got map[int]handshake.Analysis, rows []map[string]string, sum map[string]*tally) {
	t.Helper()
	for _, row := range rows {
		n, _ := strconv.Atoi(row["frame.number"])
		a, tcp := got[n]
		if !tcp || strings.Contains(row["tcp.stream"], ",") { // a tunnel or a quoted packet: tshark looks at both
			continue
		}
		for _, m := range marks {
			v, has := row[m.field]
			if !has {
				continue
			}
			c := sum[m.field]
			if c == nil {
				c = &tally{}
				sum[m.field] = c
			}
			switch want, is := v != "", a&handshake.AnalysisFields[m.field] != 0; {
			case want && is:
				c.both++
			case is:
				c.ours++
			case want:
				c.theirs++
			}
			if (v != "") != (a&handshake.AnalysisFields[m.field] != 0) {
				t.Logf("%s %d: %s is %q, we say %q", name, n, m.field, v, a)
			}
		}
	}
}

// shark has the installed tshark look at a capture.
func shark(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath("tshark")
	if err != nil {
		t.Log("tshark is not installed: only the recorded tables are compared")
		return ""
	}
	args := []string{"-r", name, "-o", "tcp.reassemble_out_of_order:TRUE", "-T", "fields", "-E", "header=y", "-e", "frame.number", "-e", "tcp.stream"}
	for _, m := range marks {
		args = append(args, "-e", m.field)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, args...).Output()
	if err != nil {
		t.Logf("tshark: %v", err)
		return ""
	}
	return string(out)
}

// Every mark is where tshark sees it: over the recorded tables, and the capture
// of the benchmark, which tshark labels here.
func TestMarksAreTsharks(t *testing.T) {
	root := "../../../shared/corpus"
	tables, _ := filepath.Glob(filepath.Join(root, "golden", "*.tshark.tsv")) // the pattern is well formed
	if len(tables) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	sum := map[string]*tally{}
	for _, name := range tables {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data := source(root, strings.TrimSuffix(filepath.Base(name), ".tshark.tsv"))
		if data == nil {
			continue
		}
		base, into := filepath.Base(name), sum
		if deviates[base] != "" {
			t.Logf("%s is counted apart: %s", base, deviates[base])
			into = map[string]*tally{}
		}
		compare(t, base, numbered(data), table(string(text)), into)
	}
	bench := filepath.Join(root, "bench", "bench-30k.pcap")
	if data, err := os.ReadFile(bench); err == nil {
		if text := shark(t, bench); text != "" {
			compare(t, "bench", numbered(data), table(text), sum)
		}
	}
	for _, m := range marks {
		c := sum[m.field]
		if c == nil || c.both+c.theirs+c.ours == 0 {
			continue
		}
		says := fmt.Sprintf("%-38s %5d agreed, %d only ours, %d only tshark's", m.field, c.both, c.ours, c.theirs)
		t.Log(says)
		if m.must && (c.both*100 < 99*(c.both+c.ours) || c.both*100 < 99*(c.both+c.theirs)) {
			t.Error(says)
		}
	}
}

// source finds the capture of a recorded table: its path, with slashes as
// underscores.
func source(root, name string) (data []byte) {
	_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		rel, _ := filepath.Rel(root, path)
		if strings.ReplaceAll(rel, "/", "_") == name || "ja4_pcap_"+filepath.Base(path) == name && strings.HasPrefix(rel, "ja4") || "wireshark_"+filepath.Base(path) == name && strings.HasPrefix(rel, "wireshark") {
			if f, err := os.Open(path); err == nil {
				data, _ = io.ReadAll(f)
				_ = f.Close()
			}
			return filepath.SkipAll
		}
		return nil
	})
	return data
}
