package session_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
)

// packets is a capture taken to pieces: what stands before its packets, each
// packet as it stands in the file, and what stands behind.
type packets struct {
	head []byte
	each [][]byte
	tail []byte
}

func (p packets) file() []byte { return slices.Concat(p.head, bytes.Join(p.each, nil), p.tail) }

// only is the capture with the packets that keep wants.
func (p packets) only(keep func(i int) bool) []byte {
	out := packets{head: p.head, tail: p.tail}
	for i, one := range p.each {
		if keep(i) {
			out.each = append(out.each, one)
		}
	}
	return out.file()
}

// dissect takes a capture to pieces, binary or as text.
func dissect(x file) packets {
	if isPcap(x.name) {
		return splitPcap(x.data)
	}
	return splitListing(x.data)
}

// Lengths in a pcap of the classic form, little-endian, as the cases have it.
const (
	pcapHead   = 24
	frameHead  = 16
	snapAt     = 16
	capturedAt = 8
	etherHead  = 14
)

func splitPcap(data []byte) packets {
	if len(data) < pcapHead {
		return packets{head: data}
	}
	p := packets{head: data[:pcapHead]}
	for rest := data[pcapHead:]; len(rest) >= frameHead; {
		n := frameHead + int(binary.LittleEndian.Uint32(rest[capturedAt:]))
		if n > len(rest) {
			break
		}
		p.each, rest = append(p.each, rest[:n]), rest[n:]
	}
	return p
}

// snapPcap is a pcap as it would be with a smaller snap length.
func snapPcap(data []byte, snap int) []byte {
	p := splitPcap(data)
	p.head = slices.Clone(p.head)
	binary.LittleEndian.PutUint32(p.head[snapAt:], uint32(snap))
	for i, one := range p.each {
		if len(one) > frameHead+snap {
			one = slices.Clone(one[:frameHead+snap])
			binary.LittleEndian.PutUint32(one[capturedAt:], uint32(snap))
			p.each[i] = one
		}
	}
	return p.file()
}

// A packet of a listing begins with its time; what follows is indented.
var packetLine = regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{6} `)

func splitListing(data []byte) packets {
	var p packets
	for _, l := range splitLines(data) {
		n := len(p.each)
		switch {
		case packetLine.Match(l):
			if n > 0 { // a second listing in one file: the first one's end stays where it is
				p.each[n-1], p.tail = slices.Concat(p.each[n-1], p.tail), nil
			}
			p.each = append(p.each, l)
		case n > 0 && len(p.tail) == 0 && len(l) > 0 && (l[0] == ' ' || l[0] == '\t'):
			p.each[n-1] = slices.Concat(p.each[n-1], l)
		case n == 0:
			p.head = append(p.head, l...)
		default:
			p.tail = append(p.tail, l...)
		}
	}
	return p
}

// Sender and receiver as a listing prints them.
var endsShown = regexp.MustCompile(`(\S+) > (\S+): `)

// sender is who sent a packet; empty: it has no IP header.
func sender(x file, one []byte) string {
	if !isPcap(x.name) {
		if m := endsShown.FindSubmatch(one); m != nil {
			host, _ := cutPort(string(m[1]))
			return host
		}
		return ""
	}
	frame := one[frameHead:]
	if len(frame) < etherHead {
		return ""
	}
	at, n := 0, 0
	switch binary.BigEndian.Uint16(frame[etherHead-2:]) {
	case 0x0800:
		at, n = etherHead+12, 4
	case 0x86dd:
		at, n = etherHead+8, 16
	}
	if a, ok := netip.AddrFromSlice(frame[min(at, len(frame)):min(at+n, len(frame))]); ok {
		return a.String()
	}
	return ""
}

// cutPort parts the port from an address as a listing prints it: a.b.c.d.port,
// or an IPv6 address and .port.
func cutPort(end string) (host string, port bool) {
	if _, err := netip.ParseAddr(end); err == nil {
		return end, false
	}
	i := bytes.LastIndexByte([]byte(end), '.')
	return end[:max(i, 0)], true
}

// captures calls with each capture of a case's text and of its pcap form.
func captures(f *fault, with func(as form, all []file, i int, p packets)) {
	for _, as := range []form{asText, asPcap} {
		all := f.in(as)
		for i, x := range all {
			if isListing(x.name) && as == asText || isPcap(x.name) {
				with(as, all, i, dissect(x))
			}
		}
	}
}

// dropPacket leaves out one packet.
func dropPacket(f *fault) (out []variant) {
	captures(f, func(as form, all []file, i int, p packets) {
		for _, n := range evenly(len(p.each), perFile) {
			out = append(out, variant{fmt.Sprintf("%s without packet %d", all[i].name, n+1), as, func() []file {
				return replaceFile(all, i, p.only(func(k int) bool { return k != n }))
			}})
		}
	})
	return out
}

// startLate leaves out the first packets.
func startLate(f *fault) (out []variant) {
	captures(f, func(as form, all []file, i int, p packets) {
		for _, n := range evenly(len(p.each), perFile/2) {
			out = append(out, variant{fmt.Sprintf("%s without the first %d packets", all[i].name, n+1), as, func() []file {
				return replaceFile(all, i, p.only(func(k int) bool { return k > n }))
			}})
		}
	})
	return out
}

// dropDirection leaves out all that one host sent.
func dropDirection(f *fault) (out []variant) {
	captures(f, func(as form, all []file, i int, p packets) {
		var hosts []string
		for _, one := range p.each {
			if s := sender(all[i], one); s != "" && !slices.Contains(hosts, s) {
				hosts = append(hosts, s)
			}
		}
		for _, host := range hosts {
			out = append(out, variant{all[i].name + " without what " + host + " sent", as, func() []file {
				return replaceFile(all, i, p.only(func(k int) bool { return sender(all[i], p.each[k]) != host }))
			}})
		}
	})
	return out
}

// snapLengths gives the pcap as snap lengths leave it.
func snapLengths(lengths ...int) func(*fault) []variant {
	return func(f *fault) (out []variant) {
		all := f.in(asPcap)
		for i, x := range all {
			for _, snap := range lengths {
				if isPcap(x.name) {
					out = append(out, variant{fmt.Sprintf("%s of %d bytes a packet", x.name, snap), asPcap, func() []file {
						return replaceFile(all, i, snapPcap(x.data, snap))
					}})
				}
			}
		}
		return out
	}
}

// empty reports whether a file is a capture without a packet. Its filter's words may
// tell what no packet does.
func empty(x file) bool {
	return (isPcap(x.name) || isListing(x.name) || isHex(x.name)) && len(dissect(x).each) == 0
}

// likeIn is a form's files without the empty captures, unless the other form has some, too.
func likeIn(other, files []file) []file {
	if slices.ContainsFunc(other, empty) {
		return files
	}
	return slices.DeleteFunc(slices.Clone(files), empty)
}

// fewerBytes gives the same packets with fewer bytes: each form is compared
// with those that show more.
func fewerBytes(f *fault) (out []variant) {
	names := map[form]string{asText: "text", asHex: "hex", asPcap: "the full pcap", asPcap128: "128 bytes of each packet"}
	for _, pair := range [][2]form{{asPcap, asHex}, {asPcap, asPcap128}, {asPcap, asText}, {asHex, asText}, {asPcap128, asText}} {
		more, fewer := pair[0], pair[1]
		if f.in(more) != nil && f.in(fewer) != nil {
			out = append(out, variant{names[fewer] + " instead of " + names[more], more, func() []file { return likeIn(f.in(more), f.in(fewer)) }})
		}
	}
	return out
}
