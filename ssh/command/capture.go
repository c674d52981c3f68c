package command

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Bounds of a capture that nobody ended.
const (
	MaxPackets  = 20_000 // of one with a watchdog
	MaxDuration = 10 * time.Minute
)

// Bounds of the packets of one run of the Manager's own tcpdump, which has no
// watchdog: a run that nobody can end any more is over after so many.
const (
	FewestPackets = 1_000
	MostPackets   = 120_000
)

// CaptureSpec is what a capture listens to.
type CaptureSpec struct {
	VPN       int
	Interface Interface
	Peer      netip.Addr       // required: a filter always names the peer
	Proxy     netip.Addr       // if the Manager calls through one
	Own       []netip.AddrPort // where our own SSH comes from, besides port 22
	Packets   int              // of a run of the Manager's own: it ends after so many; 0 is the fewest
	Wait      time.Duration    // of a full capture: how long it lives without us; 0 is 30 s
}

func (s CaptureSpec) check() error {
	switch {
	case !s.Peer.IsValid():
		return &ArgumentError{"peer", "", "name the SSM's address with --peer"}
	case s.Interface.s == "":
		return &ArgumentError{"interface", s.Interface.s, "name one with --interface"}
	case s.VPN < 0 || s.VPN > 65535:
		return &ArgumentError{"VPN", fmt.Sprint(s.VPN), "use a number from 0 to 65535"}
	case s.Packets < 0 || s.Packets > 2*MostPackets:
		return &ArgumentError{"packets", fmt.Sprint(s.Packets), fmt.Sprintf("use a number up to %d", 2*MostPackets)}
	case s.Wait != 0 && (s.Wait < time.Second || s.Wait > time.Minute):
		return &ArgumentError{"watchdog", s.Wait.String(), "use 1 s to 60 s"}
	}
	return nil
}

// filter names the peer and the proxy without our own SSH, and DNS and ICMP: a
// router's errors and the resolver's answers come from other hosts.
func (s CaptureSpec) filter() string {
	peer := "host " + s.Peer.WithZone("").String()
	icmp := "icmp"
	if s.Peer.Is6() {
		icmp = "icmp6"
	}
	if s.Proxy.IsValid() && s.Proxy != s.Peer {
		peer = "(" + peer + " or host " + s.Proxy.WithZone("").String() + ")"
		if s.Proxy.Is6() != s.Peer.Is6() {
			icmp = "icmp or icmp6"
		}
	}
	var own strings.Builder
	own.WriteString(" and not port 22")
	for _, o := range s.Own {
		if o.IsValid() && o.Port() != 22 {
			fmt.Fprintf(&own, " and not (host %s and port %d)", o.Addr().WithZone(""), o.Port())
		}
	}
	return fmt.Sprintf("(%s%s) or port 53 or %s", peer, own.String(), icmp)
}

// Capture is the Manager's own tcpdump: only letters that its CLI allows.
func Capture(s CaptureSpec) (Command, error) {
	if err := s.check(); err != nil {
		return Command{}, err
	}
	line := fmt.Sprintf(`tcpdump vpn %d interface %s options "-l -nn -vv -c %d %s"`, s.VPN, s.Interface.s, max(s.Packets, FewestPackets), s.filter())
	return Command{info: capturing, line: line}, nil
}

// Runs reports whether a process with these arguments is the run of tcpdump that a
// Capture began: its number of packets and its filter are theirs.
func (c Command) Runs(args string) bool {
	_, options, _ := strings.Cut(c.line, " -c ")
	return c.info == capturing && strings.Contains(args, "tcpdump ") && strings.HasSuffix(strings.TrimSpace(args), " -c "+strings.TrimSuffix(options, `"`))
}

// FullCapture is a shell's tcpdump with whole packets, as a pcap stream on its
// output. A watchdog ends it when we are gone.
func FullCapture(s CaptureSpec, m Mark) (Command, error) {
	if err := s.check(); err != nil {
		return Command{}, err
	}
	if m.s == "" {
		return Command{}, &ArgumentError{"mark", "", "it is made by this program alone"}
	}
	wait, beat := s.Wait, guardBeat
	if wait == 0 {
		wait = guardWait
	}
	beat = min(beat, wait/3)
	line := fmt.Sprintf("tcpdump -U --immediate-mode -p -i %s -s 0 -c %d -w - -- %s", Quote(s.Interface.s), MaxPackets, Quote(s.filter()))
	return Command{info: pcapping, line: line, beat: beat, guard: &guard{m, MaxDuration, wait}}, nil
}
