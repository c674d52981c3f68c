package dialect

import (
	"net/netip"
	"time"
)

type addr = netip.Addr

func portless(a addr) netip.AddrPort { return netip.AddrPortFrom(a, 0) }

func ported(a netip.AddrPort, port uint64) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr(), uint16(port))
}

// crosses is how long a packet may take to cross a firewall.
const crosses = 500 * time.Millisecond

// cross notes at which place of a firewall the packet was seen.
func (s *Scanner) cross(where string) { s.where = where }

// once leaves out a packet that was seen at another place of the firewall: sent again
// it would be seen where it was before.
func (s *Scanner) once(r Result) Result {
	where := s.where
	if s.first == nil {
		s.where = ""
	}
	if r != Packet || where == "" {
		return r
	}
	if s.seen == nil {
		s.seen = make([]crossing, recent)
	}
	p := &s.p
	now := crossing{p.Src, p.Dst, uint16(p.Flags), p.Seq, p.Ack, p.Length, where, p.Time}
	for _, c := range s.seen {
		same := c
		same.where, same.at = now.where, now.at
		if d := now.at.Sub(c.at); same == now && c.where != where && d < crosses && d > -crosses {
			s.seen[s.next] = now // and not a third time at the first place
			s.next = (s.next + 1) % recent
			return Again
		}
	}
	s.seen[s.next] = now
	s.next = (s.next + 1) % recent
	return r
}

// crossing is what stays the same of a packet while it crosses, and where and when it
// was seen.
type crossing struct {
	src, dst netip.AddrPort
	flags    uint16
	seq, ack uint32
	length   int
	where    string
	at       time.Time
}
