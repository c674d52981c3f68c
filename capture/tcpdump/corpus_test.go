package tcpdump_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"syncscope/capture/packet"
)

// corpus gives the captures that nobody here made.
func corpus(t testing.TB) []string {
	t.Helper()
	root := "../../../shared/corpus"
	var out []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".pcap", ".pcapng", ".trace", ".cap":
			if !strings.Contains(path, "/bench/") {
				out = append(out, path)
			}
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	return out
}

// dumped is what the installed tcpdump prints of a capture.
func dumped(t testing.TB, name string, flags ...string) (string, bool) {
	t.Helper()
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Skip("tcpdump is not installed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, path, append([]string{"-nn", "-r", name}, flags...)...)
	c.Env = append(os.Environ(), "TZ=GMT0")
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if c.Run() != nil {
		return "", false
	}
	// The link type stands on stderr; a terminal mixes the two.
	return errs.String() + out.String(), true
}

// frames decodes a capture with the library's reader and our decoder.
func frames(name string) (out []packet.Packet, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var next func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error)
	if ng, err := pcapgo.NewNgReader(f, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true}); err == nil {
		next = func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
			data, ci, err := ng.ReadPacketData()
			if err != nil {
				return nil, ci, 0, err
			}
			i, err := ng.Interface(ci.InterfaceIndex)
			return data, ci, i.LinkType, err
		}
	} else {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		old, err := pcapgo.NewReader(f)
		if err != nil {
			return nil, err
		}
		next = func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
			data, ci, err := old.ReadPacketData()
			return data, ci, old.LinkType(), err
		}
	}
	for {
		data, ci, link, err := next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		p := packet.Packet{Time: ci.Timestamp.UTC(), Dated: true}
		if packet.Decode(packet.LinkType(link), data, ci.Length, &p) == nil && p.Proto != 0 {
			out = append(out, p)
		}
	}
}

// segments are the TCP packets, in a form that shows what differs. Only what
// both sides have is in it.
func segments(all []packet.Packet, form func(packet.Packet) string) (out []string) {
	for _, p := range all {
		if p.Proto == packet.TCP && p.Frag == 0 {
			out = append(out, form(p))
		}
	}
	return out
}

// differ gives the first place where two listings are not the same.
func differ(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("packet %d:\npcap %s\ntext %s", i+1, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		return fmt.Sprintf("%d packets in the pcap, %d in the text", len(a), len(b))
	}
	return ""
}

func textPackets(text string) (out []packet.Packet) {
	for _, it := range packets(scan(text)) {
		out = append(out, it.Packet)
	}
	return out
}

// whole tells everything that a frame holds.
func whole(p packet.Packet) string {
	p.Off, p.Time, p.Dated = 0, time.Time{}, false
	return fmt.Sprintf("%+v", p)
}

// shown tells what a -vv line holds.
func shown(p packet.Packet) string {
	if p.Cut && p.LengthCut {
		return fmt.Sprintf("%v > %v cut", p.Src, p.Dst)
	}
	s := fmt.Sprintf("%v > %v %v seq %d ack %d win %d len %d ttl %d tos %d id %d df %v ip %d", p.Src, p.Dst, p.Flags&0xff, p.Seq, p.Ack*uint32(p.Flags>>4&1), p.Window, p.Length, p.TTL, p.TOS, p.ID, p.DF, p.IPLength)
	if p.Unknown > 0 || p.MPTCP || p.OptionCut { // what an option of another kind hides is not compared
		return s
	}
	if p.Flags.Has(packet.SYN) {
		s += fmt.Sprintf(" mss %d ws %d sackok %v", p.MSS, p.WScale, p.SACKOK)
	}
	return s + fmt.Sprintf(" ts %v %d %d sacks %d %v", p.Stamped, p.TSVal, p.TSEcr, p.SACKs, p.SACK)
}

// Why a text cannot be its capture.
const (
	beyond  = "the capture holds more bytes than its own snapshot length, and tcpdump prints no more than that"
	badLen  = "the card was to cut the packet: its IP length is 0, and tcpdump prints \"bad-len 0\" instead of the packet"
	behind  = "MPLS: the packet stands behind a TAB, where a payload could stand"
	unknown = "an option of a kind that has no name is printed as [eol]"
)

// bigTCP are the captures of packets with an IP length of 0: a text does not hold them.
func bigTCP(name string) bool {
	return strings.HasPrefix(name, "bigtcp-") || name == "browsers-x509.pcapng" || name == "ipv4_tcp_http_xml_tso.pcap"
}

// The frames rebuilt from a dump are those of the capture, byte for byte.
func TestHexIsThePcap(t *testing.T) {
	for _, flag := range []string{"-xx", "-XX"} {
		same(t, map[string]string{
			"bgp-bgp_capabilities_print-oobr-1.pcap": beyond, "bgp-bgp_capabilities_print-oobr-2.pcap": beyond, "bgp_mp_reach_nlri-oobr.pcap": beyond, "mptcp-dss-oobr.pcap": beyond,
		}, nil, whole, "-vv", flag)
	}
}

func TestTextIsThePcap(t *testing.T) {
	same(t, map[string]string{"lspping-fec-ldp.pcap": behind, "beep-oobr.pcap": unknown}, bigTCP, shown, "-vv")
}

func same(t *testing.T, reasons map[string]string, never func(string) bool, form func(packet.Packet) string, flags ...string) {
	t.Helper()
	all, good, not := 0, 0, 0
	var why []string
	for _, name := range corpus(t) {
		want, err := frames(name)
		w := segments(want, form)
		if err != nil || len(w) == 0 {
			continue
		}
		text, ok := dumped(t, name, flags...)
		if !ok {
			continue
		}
		base := filepath.Base(name)
		if never != nil && never(base) {
			not++
			continue
		}
		all++
		d := differ(w, segments(textPackets(text), form))
		switch {
		case d == "":
			good++
		case reasons[base] != "":
			t.Logf("%s: %s", base, reasons[base])
		default:
			why = append(why, base+": "+d)
		}
	}
	slices.SortFunc(why, cmp.Compare[string])
	for _, w := range why[:min(len(why), 40)] {
		t.Log(w)
	}
	t.Logf("%v: %d of %d files are equal, %d more (%s)", flags, good, all, not, badLen)
	if good*100 < all*98 || len(why) > 0 {
		t.Errorf("%v: %d of %d files equal, %d others without a reason", flags, good, all, len(why))
	}
}
