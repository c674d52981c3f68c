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
	if len(b) > 2 && b[2] == ':' && etherType(b) != 0 {
		return true
	}
	switch c := b[0]; {
	case c >= '0' && c <= '9':
		if _, rest, ok := readStamp(b, blank); ok {
			if rest, _, ok = network(rest); ok || arpAt(rest) >= 0 || etherType(b) != 0 {
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
	word := []byte("packets ") // the blank in front is on every line
	for i := bytes.Index(b, word); i > 0; i = bytes.Index(b, word) {
		rest := b[i+len(word):]
		if b[i-1] == ' ' && (bytes.HasPrefix(rest, []byte("captured")) || bytes.HasPrefix(rest, []byte("received by filter")) || bytes.HasPrefix(rest, []byte("dropped by"))) {
			return true
		}
		b = b[i+len(word)-1:]
	}
	return false
}

// maxNumbers is the longest line that Numbers looks at: no packet's is longer.
const maxNumbers = 300

// Numbers reports whether a line is nothing but a packet's numbers, to the last
// byte: no name and no text of anyone's. It holds no secret then.
func Numbers(r redact.Raw) bool {
	b := trimEnd(r.Bytes())
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) < 40 || len(b) > maxNumbers || b[0]-'0' > 9 && b[0]-'a' > 5 && b[0] != ':' {
		return false
	}
	var line [maxNumbers + Slack]byte
	copy(line[:], b)
	return numbers(line[:]) == len(b)
}

// numbers gives how much of a line is an IPv4 header, or what follows one or
// IPv6's on its line or the next.
func numbers(b []byte) (end int) {
	var x Exact
	if i, _ := timeOfDay(b, 0); i > 0 {
		var alone bool
		if end, alone = header(b, i, &x.Packet); end == 0 || alone {
			return end
		}
	}
	return exactLine(b, end, &x.Packet)
}
