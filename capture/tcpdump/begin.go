package tcpdump

import (
	"bytes"

	"syncscope/capture/redact"
)

// Begins reports whether a line is one of a listing: a packet's, one of its
// addresses, one of its dump, or one that tcpdump prints around them.
func Begins(r redact.Raw) bool {
	b := trimEnd(r.Bytes())
	blank := len(b) > 0 && b[0] == ' '
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) == 0 {
		return false
	}
	switch c := b[0]; {
	case c >= '0' && c <= '9':
		if _, rest, ok := readStamp(b, blank); ok {
			if rest, _, ok = network(rest); ok || arpAt(rest) >= 0 {
				return true
			}
		}
		return addressed(b) || counters(b)
	case c == 'I':
		_, rest, ok := readStamp(b, blank)
		rest, _, is := network(rest)
		return ok && is && (addressed(rest) || bytes.HasPrefix(rest, []byte("(tos ")) || bytes.HasPrefix(rest, []byte("(hlim ")))
	}
	for _, w := range []string{"tcpdump -", "tcpdump: ", "listening on "} {
		if bytes.HasPrefix(b, []byte(w)) {
			return true
		}
	}
	return addressed(b)
}

// addressed: "192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], …".
func addressed(b []byte) bool {
	return endpointFollows(b) && bytes.Contains(b[:min(len(b), 140)], []byte(": Flags ["))
}

func counters(b []byte) bool {
	return bytes.Contains(b, []byte(" packets captured")) || bytes.Contains(b, []byte(" packets received by filter")) || bytes.Contains(b, []byte(" packets dropped by"))
}

// Numbers reports whether a line is nothing but a packet's numbers: no name
// and no text of anyone's. b holds no secret then.
func Numbers(r redact.Raw) bool {
	b := trimEnd(r.Bytes())
	n := len(b)
	if n < 40 || n > 300 {
		return false
	}
	switch {
	case b[0] == ' ':
		for len(b) > 0 && b[0] == ' ' {
			b = b[1:]
		}
		return endpointFollows(b) && bytes.Contains(b[:min(len(b), 140)], []byte(": Flags [")) && endsInLength(b)
	case b[0]-'0' <= 9 && b[2] == ':' && b[n-1] == ')':
		return bytes.HasPrefix(b[countClock(b):], []byte(" IP (tos 0x")) && endsInLength(b[:n-1])
	}
	return false
}

// countClock is the length of HH:MM:SS and a fraction.
func countClock(b []byte) int {
	i := 0
	for i < len(b) && (b[i]-'0' <= 9 || b[i] == ':' || b[i] == '.') {
		i++
	}
	return i
}

func endsInLength(b []byte) bool {
	n := len(b)
	for n > 0 && b[n-1]-'0' <= 9 {
		n--
	}
	return n < len(b) && bytes.HasSuffix(b[:n], []byte(", length "))
}
