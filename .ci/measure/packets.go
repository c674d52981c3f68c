package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// pcapHead and recordHead are the parts of a pcap file before its packets.
const (
	pcapHead   = 24
	recordHead = 16
)

// capture is a large capture: the small one several times over.
type capture struct {
	path    string
	packets int // of the small one
	first   int // bytes up to the end of the first packet
	bytes   int64
}

// missing tells that the capture which all are made of is not there; "": it is.
func (b *bench) missing() string {
	if _, err := os.Stat(b.pcap); errors.Is(err, fs.ErrNotExist) {
		return "skipped: " + b.pcap + " is missing"
	}
	return ""
}

// repeat writes the capture times over.
func (b *bench) repeat(name string, times int) (c capture, err error) {
	data, err := os.ReadFile(b.pcap)
	if err != nil {
		return c, err
	}
	c.path = b.file(name)
	for at := pcapHead; at+recordHead <= len(data); c.packets++ {
		at += recordHead + int(binary.LittleEndian.Uint32(data[at+8:]))
		if c.first == 0 {
			c.first = at
		}
	}
	if c.packets == 0 || c.first > len(data) {
		return c, fmt.Errorf("%s: holds no packet", b.pcap)
	}
	tool := b.file("repeat")
	if err := b.goTool("build", "-o", tool, "./.ci/repeat"); err != nil {
		return c, err
	}
	if out, err := exec.CommandContext(b.ctx, tool, "-times", fmt.Sprint(times), b.pcap, c.path).CombinedOutput(); err != nil {
		return c, fmt.Errorf("%w: %s", err, out)
	}
	c.packets *= times
	c.bytes, err = size(c.path)
	return c, err
}

// packets is how fast a large capture is read, beside tshark and tcpdump.
func (b *bench) packets() error {
	times := max(1, 8/b.scale)
	if why := b.missing(); why != "" {
		b.table.row("packets, analyze", why, "", askedTshark)
		return nil
	}
	small, err := size(b.pcap)
	if err != nil {
		return err
	}
	if why := b.room(4 * int64(times) * small); why != "" {
		b.table.row("packets, analyze", why, "", askedTshark)
		return nil
	}
	big, err := b.repeat("big.pcap", times)
	if err != nil {
		return err
	}
	text, one := b.file("big.txt"), b.file("one.pcap")
	if err := b.listing(big.path, text); err != nil {
		return err
	}
	if err := head(big.path, one, big.first); err != nil {
		return err
	}
	tshark := &job{args: append([]string{"tshark", "-r", big.path, "-T", "fields"}, tsharkFields...)}
	rows := []struct {
		name, asked string
		job         *job
	}{
		{"tshark -T fields", "", tshark},
		{"tcpdump -nn -vv -r", "", &job{args: []string{"tcpdump", "-nn", "-vv", "-r", big.path}}},
		{"analyze, pcap", askedTshark, b.analyze(answered, big.path)},
		{"analyze, -vv text", askedTshark, b.analyze(answered, text)},
		{"analyze, one packet", "", b.analyze(answered, one)},
	}
	if err := b.alternate(b.rounds, rows[0].job, rows[1].job, rows[2].job, rows[3].job, rows[4].job); err != nil {
		return err
	}
	for _, r := range rows {
		b.packetsRow(thousands(big.packets)+" packets, "+r.name, r.asked, big.packets, r.job, tshark)
	}
	return errors.Join(os.Remove(big.path), os.Remove(text))
}

func (b *bench) packetsRow(name, asked string, packets int, j, tshark *job) {
	if j.fault != "" {
		b.table.row(name, j.fault, "", asked)
		return
	}
	ratio := ""
	if tshark.fault == "" {
		ratio = fmt.Sprintf("%.1f × tshark's speed", float64(tshark.wall())/float64(j.wall()))
	}
	b.table.row(name, fmt.Sprintf("%s, %d ns a packet", short(j.wall()), j.wall()/time.Duration(packets)), ratio, asked)
}

// tsharkFields are what our report tells of packets too.
var tsharkFields = []string{
	"-e", "frame.number", "-e", "tcp.stream", "-e", "tls.handshake.type", "-e", "tls.handshake.extensions_server_name",
	"-e", "tls.handshake.ciphersuite", "-e", "tls.handshake.ja3", "-e", "tls.handshake.ja3s", "-e", "tls.alert_message.desc", "-e", "tcp.analysis.retransmission",
	"-e", "tcp.analysis.fast_retransmission", "-e", "tcp.analysis.spurious_retransmission", "-e", "tcp.analysis.out_of_order", "-e", "tcp.analysis.duplicate_ack", "-e", "tcp.analysis.zero_window",
}

// listing writes what tcpdump prints of a capture.
func (b *bench) listing(pcap, text string) error {
	f, err := os.Create(filepath.Clean(text))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(b.ctx, "tcpdump", "-nn", "-vv", "-r", pcap)
	cmd.Stdout = f
	return errors.Join(cmd.Run(), f.Close())
}

// head writes the first n bytes of a file to another.
func head(from, to string, n int) error {
	data := make([]byte, n)
	f, err := os.Open(filepath.Clean(from))
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.ReadAt(data, 0); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
