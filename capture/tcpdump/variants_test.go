package tcpdump_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/capture/packet"
)

// variant is a form in which a listing may come.
type variant struct {
	name  string
	flags []string
	edit  func(string) string
	form  func(packet.Packet) string
}

// common is what every form of a listing has.
func common(p packet.Packet) string {
	if p.Cut && p.LengthCut {
		return fmt.Sprintf("%v > %v cut", p.Src, p.Dst)
	}
	seq := p.Seq
	if p.Length == 0 && p.Flags&(packet.SYN|packet.FIN|packet.RST) == 0 {
		seq = 0 // without -vv, a bare ACK has none
	}
	return fmt.Sprintf("%v > %v %v seq %d ack %d win %d len %d", p.Src, p.Dst, p.Flags&0xff, seq, p.Ack*uint32(p.Flags>>4&1), p.Window, p.Length)
}

// lines edits each line by itself.
func lines(f func(string) string) func(string) string {
	return func(text string) string {
		var b strings.Builder
		for l := range strings.Lines(text) {
			b.WriteString(f(strings.TrimSuffix(l, "\n")))
			b.WriteByte('\n')
		}
		return b.String()
	}
}

// wrap breaks each line at a width, as a terminal's log does; by words, as a
// mail does.
func wrap(width int, words bool) func(string) string {
	return lines(func(l string) string {
		if !strings.Contains(l, "Flags [") && !strings.Contains(l, " IP (") { // details are not joined again
			return l
		}
		var b strings.Builder
		for len(l) > width {
			at := width
			if words {
				if sp := strings.LastIndexByte(l[:width], ' '); sp > 8 {
					at = sp
				}
			}
			b.WriteString(l[:at] + "\n")
			l = l[at:]
			if words {
				l = strings.TrimLeft(l, " ")
			}
		}
		return b.String() + l
	})
}

// between puts what a terminal shows between the lines of a packet.
func between(text string) string {
	n := 0
	return lines(func(l string) string {
		if n++; n%7 == 0 && strings.HasSuffix(l, ")") {
			return l + "\n```\n\n```"
		}
		if n%11 == 0 && strings.Contains(l, ", length ") && !strings.HasSuffix(l, ")") {
			return l + "\ntcpdump: pcap_loop: Warning: interface lost\n3 packets captured"
		}
		return l
	})(text)
}

// strip takes the blanks at each line's beginning, as a web copy does.
func strip(l string) string { return strings.TrimLeft(l, " ") }

// bracket is a web copy's typo.
func bracket(l string) string {
	l = strings.Replace(l, "Flags [.]", "Flags [.)", 1)
	return strings.Replace(l, "Flags [P.]", "Flags [P.)", 1)
}

var variants = []variant{
	{"-vv", []string{"-vv"}, nil, shown},
	{"-v", []string{"-v"}, nil, common},
	{"one line", nil, nil, common},
	{"-tttt", []string{"-vv", "-tttt"}, nil, shown},
	{"-tt", []string{"-vv", "-tt"}, nil, shown},
	{"-ttt", []string{"-vv", "-ttt"}, nil, shown},
	{"-ttttt", []string{"-vv", "-ttttt"}, nil, shown},
	{"-t", []string{"-vv", "-t"}, nil, shown},
	{"-t, one line", []string{"-t"}, nil, common},
	{"nanoseconds", []string{"-vv", "--nano"}, nil, shown},
	{"-S", []string{"-vv", "-S"}, nil, shown},
	{"-e", []string{"-vv", "-e"}, nil, shown},
	{"-e, one line", []string{"-e"}, nil, common},
	{"-#", []string{"-vv", "-#"}, nil, shown},
	{"-# -tttt", []string{"-#", "-tttt"}, nil, common},
	{"-n", []string{"-vv", "-n"}, nil, shown},
	{"CRLF", []string{"-vv"}, lines(func(l string) string { return l + "\r" }), shown},
	{"no indentation", []string{"-vv"}, lines(strip), shown},
	{"lines in between", []string{"-vv"}, between, shown},
	{"brackets", []string{"-vv"}, lines(bracket), shown},
	{"wrapped at 80", []string{"-vv"}, wrap(80, false), shown},
	{"wrapped at 100", []string{"-vv"}, wrap(100, false), shown},
	{"wrapped by words", []string{"-vv"}, wrap(76, true), shown},
	{"-x", []string{"-vv", "-x"}, nil, shown},
	{"-X", []string{"-vv", "-X"}, nil, shown},
	{"-XX without TABs", []string{"-vv", "-XX"}, lines(strings.TrimSpace), shown},
	{"-A", []string{"-vv", "-A"}, nil, shown},
	{"-A, one line", []string{"-A"}, nil, common},
}

// Every form of a listing gives the packets of the capture. Files that -vv
// alone cannot hold are left out.
func TestVariants(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			good, all, packets, lost := 0, 0, 0, 0
			for i, name := range corpus(t) {
				if !strings.Contains(name, "/tcpdump/") || i%2 == 0 || os.Getenv("SYNCSCOPE_LONG") != "" {
					base := filepath.Base(name)
					want, err := frames(name)
					w := segments(want, v.form)
					if err != nil || len(w) == 0 || bigTCP(base) || base == "lspping-fec-ldp.pcap" || strings.HasSuffix(base, "oobr.pcap") {
						continue
					}
					text, ok := dumped(t, name, v.flags...)
					if !ok {
						continue
					}
					if (base == "retransmit-fast009.pcap" || base == "timestamp.pcap") && strings.HasPrefix(v.name, "-A") {
						continue // cut below their snapshot length after they were captured: where a packet's text ends cannot be told from a payload
					}
					if v.edit != nil {
						text = v.edit(text)
					}
					all++
					g := segments(textPackets(text), v.form)
					packets, lost = packets+len(w), lost+missing(w, g)
					if d := differ(w, g); d == "" {
						good++
					} else if all-good <= 4 {
						t.Logf("%s: %s", base, d)
					}
				}
			}
			t.Logf("%d of %d files, %d of %d packets", good, all, packets-lost, packets)
			least := 990
			if strings.HasPrefix(v.name, "wrapped") || strings.Contains(v.name, "-e") {
				least = 970 // details behind a payload's line are joined to nothing; -e of links without EtherTypes and of tunnels is not read
			}
			if (packets-lost)*1000 < packets*least {
				t.Errorf("%d of %d files, %d of %d packets", good, all, packets-lost, packets)
			}
		})
	}
}

// missing counts what of want is not in got, in order.
func missing(want, got []string) (n int) {
	at := 0
	for _, w := range want {
		i := at
		for i < len(got) && i < at+40 && got[i] != w {
			i++
		}
		if i < len(got) && got[i] == w {
			at = i + 1
		} else {
			n++
		}
	}
	return n
}

// The tcpdump project's own listings, of its present version, read as their
// captures say.
func TestOutFiles(t *testing.T) {
	dir := "../../../shared/corpus/tcpdump/tests"
	f, err := os.Open(filepath.Join(dir, "TESTLIST"))
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	defer f.Close()
	files, good, all, lost, shownOf := 0, 0, 0, 0, map[string]bool{}
	for in := bufio.NewScanner(f); in.Scan(); {
		w := strings.Fields(in.Text())
		if len(w) < 3 || w[0] == "#" || strings.Contains(in.Text(), " -q") || strings.Contains(in.Text(), "--") || shownOf[w[2]] {
			continue
		}
		shownOf[w[2]] = true
		out, err := os.ReadFile(filepath.Join(dir, w[2]))
		if err != nil || !strings.Contains(string(out), ": Flags [") {
			continue
		}
		want, err := frames(filepath.Join(dir, w[1]))
		if ws := segments(want, common); err == nil && len(ws) > 0 && !bigTCP(w[1]) {
			g := segments(textPackets(string(out)), common)
			m := missing(ws, g)
			files, all, lost = files+1, all+len(ws), lost+m
			if m == 0 {
				good++
			} else {
				t.Logf("%s: %d of %d: %s", w[2], m, len(ws), differ(ws, g))
			}
		}
	}
	t.Logf("%d of %d files, %d of %d TCP packets", good, files, all-lost, all)
	if lost*100 > all {
		t.Errorf("%d of %d TCP packets", all-lost, all)
	}
}
