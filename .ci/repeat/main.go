// Command repeat writes a capture several times over, each time with other
// addresses and later stamps, so that a small one shows what a large one costs.
//
//	go run ./.ci/repeat -times 8 in.pcap out.pcap
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
)

func main() {
	times := flag.Int("times", 8, "how often")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: repeat [-times N] in.pcap out.pcap")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1), *times); err != nil {
		fmt.Fprintln(os.Stderr, "repeat:", err)
		os.Exit(1)
	}
}

// The parts of a little-endian pcap file.
const (
	fileHead   = 24
	recordHead = 16
)

func run(in, out string, times int) error {
	data, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	if len(data) < fileHead || binary.LittleEndian.Uint32(data) != 0xa1b2c3d4 || data[20] != 1 {
		return fmt.Errorf("%s: not a little-endian pcap in microseconds of Ethernet frames", in)
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.Write(data[:fileHead]) // Flush tells of errors
	span := uint32(1)
	for k := range times {
		shift := span * uint32(k)
		first := uint32(0)
		for at := fileHead; at+recordHead <= len(data); {
			n := recordHead + int(binary.LittleEndian.Uint32(data[at+8:]))
			rec := append([]byte(nil), data[at:at+n]...)
			at += n
			t := binary.LittleEndian.Uint32(rec)
			if first == 0 {
				first = t
			}
			span = max(span, t-first+1)
			binary.LittleEndian.PutUint32(rec, t+shift)
			readdress(rec[recordHead:], uint16(k))
			_, _ = w.Write(rec)
		}
	}
	return w.Flush()
}

// readdress adds k to a part of both addresses of a frame and keeps its
// checksums what they were: right or wrong (RFC 1624).
func readdress(f []byte, k uint16) {
	const ether = 14
	if len(f) < ether+40 || k == 0 {
		return
	}
	ip := f[ether:]
	var words []int
	head, proto := 0, byte(0)
	switch {
	case f[12] == 8 && f[13] == 0:
		words, head, proto = []int{12, 16}, int(ip[0]&15)*4, ip[9]
	case f[12] == 0x86 && f[13] == 0xdd:
		words, head, proto = []int{10, 26}, 40, ip[6]
	default:
		return
	}
	for _, at := range words {
		old := binary.BigEndian.Uint16(ip[at:])
		binary.BigEndian.PutUint16(ip[at:], old+k)
		if head < 40 {
			adjust(ip[10:], old, old+k)
		}
		switch {
		case proto == 6 && len(ip) >= head+18:
			adjust(ip[head+16:], old, old+k)
		case proto == 17 && len(ip) >= head+8:
			adjust(ip[head+6:], old, old+k)
		}
	}
}

func adjust(sum []byte, old, now uint16) {
	s := uint32(^binary.BigEndian.Uint16(sum)) + uint32(^old) + uint32(now)
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	binary.BigEndian.PutUint16(sum, ^uint16(s))
}
