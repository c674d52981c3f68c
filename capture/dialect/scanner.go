package dialect

import (
	"bytes"
	"net/netip"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// Scanner reads the lines of one listing. Its zero value is ready.
type Scanner struct {
	p     packet.Packet
	stamp []byte
	lines int // of p
	clock clock
	first []byte // of a packet whose second line is to come
	pairs map[pair]*known
	where string     // the place of a firewall where p was seen
	seen  []crossing // the newest of them; none where no firewall prints its places
	next  int
	cols  columns

	sniffs bool // Fortinet's sniffer was seen: it may print bytes
}

// pair is one direction between two hosts.
type pair struct{ src, dst netip.Addr }

// known is what lines told of a direction: others of its lines do not print it.
type known struct {
	src, dst uint16
	overhead int // what of a frame is no payload
	seq, ack uint32
}

// Result is what a line is to a listing.
type Result uint8

// The results.
const (
	None   Result = iota // no line of a listing that is known here
	Packet               // the last line of a packet: see Packet
	Wait                 // its first line
	Again                // a packet that was there already, at another interface
	Other                // a line that tells nothing
)

// grammars read a line into the scanner; the first that fits.
var grammars = []func(*Scanner, []byte) Result{old, fortinet, csv, snoop, shark, checkpoint}

// Begins reports whether a line is one of a listing that is known here.
func Begins(r redact.Raw) bool {
	b := r.Bytes()
	if !may(b) {
		return false
	}
	var s Scanner
	return s.read(bytes.TrimRight(b, " \t\r\n")) != None
}

// may tells most lines off by what all grammars need.
func may(b []byte) bool {
	return len(b) > 20 && (bytes.IndexByte(b, '>') > 0 || bytes.Contains(b, arrow) || b[0] == '"' || bytes.Contains(b, []byte("Seq=")) || bytes.Contains(b, []byte(" TCP ")))
}

var arrow = []byte("\u2192")

// Line takes the listing's next line.
func (s *Scanner) Line(r redact.Raw) Result {
	b := bytes.TrimRight(r.Bytes(), " \t\r\n")
	if s.first != nil {
		if res := s.second(b); res != None {
			return s.once(res)
		}
	}
	if s.sniffs && dumped(b) {
		return Other
	}
	if res := s.read(b); res != None {
		return s.once(res)
	}
	return None
}

// read reads a line by itself.
func (s *Scanner) read(b []byte) Result {
	if !may(b) {
		return None
	}
	for _, g := range grammars {
		s.p, s.stamp, s.lines = packet.Packet{Proto: packet.TCP, WScale: -1}, nil, 1
		if res := g(s, b); res != None {
			return res
		}
	}
	return None
}

// Follows reports whether a line goes on with the one above: the protocol's line of
// Check Point, and Fortinet's bytes.
func Follows(r redact.Raw) bool {
	b := r.Bytes()
	return bytes.HasPrefix(b, []byte("TCP: ")) || bytes.HasPrefix(b, []byte("UDP: ")) || dumped(b)
}

// dumped reports whether a line is a row of Fortinet's bytes: "0x0010   4500 003c".
func dumped(b []byte) bool {
	if len(b) < 12 || b[0] != '0' || b[1] != 'x' || b[6] != ' ' && b[6] != '\t' {
		return false
	}
	for _, c := range b[2:6] {
		if c-'0' > 9 && c-'a' > 5 {
			return false
		}
	}
	return true
}

// Packet is the newest packet, its stamp as printed, and how many lines it took. They
// are valid until the next Line.
func (s *Scanner) Packet() (p *packet.Packet, stamp []byte, lines int) {
	return &s.p, s.stamp, s.lines
}

// recent is how many packets may pass while one crosses a firewall.
const recent = 32
