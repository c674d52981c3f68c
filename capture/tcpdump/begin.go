package tcpdump

import (
	"bytes"
	"regexp"

	"syncscope/capture/redact"
)

// record is how a packet's line begins: a stamp (with a date, an epoch or a
// delta before it, and a number with -#), then the protocol.
var record = regexp.MustCompile(`^\s*(\d+\s+)?(\d{4}-\d\d-\d\d )?(\d\d:\d\d:\d\d\.\d+|\d+\.\d{3,}|\+?\d\d:\d\d:\d\d\.\d+) (\S+ +(In|Out|B|M|P) +)?(.{0,80}(ethertype|vlan).*)?(IP6?|ARP,?) `)

// Begins reports whether a line is one of a listing: a packet's, one of its
// addresses, or one that tcpdump prints around them.
func Begins(r redact.Raw) bool {
	b := bytes.TrimLeft(r.Bytes(), " ")
	switch {
	case len(b) == 0:
		return false
	case b[0] >= '0' && b[0] <= '9':
		return record.Match(b) || addresses(b) || counters(b)
	}
	for _, w := range []string{"tcpdump -", "tcpdump: ", "listening on "} {
		if bytes.HasPrefix(b, []byte(w)) {
			return true
		}
	}
	return addresses(b)
}

// addresses: "192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], …".
func addresses(b []byte) bool {
	at := bytes.Index(b, []byte(" > "))
	return at > 0 && at < 48 && bytes.IndexByte(b[:at], ' ') < 0 && bytes.Contains(b, []byte(": Flags ["))
}

func counters(b []byte) bool {
	return bytes.Contains(b, []byte(" packets captured")) || bytes.Contains(b, []byte(" packets received by filter")) || bytes.Contains(b, []byte(" packets dropped by"))
}
