package tcpdump

import (
	"bytes"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// Own reports whether a line is a packet's in the form of today's tcpdump, which no
// other tool prints, so that no other grammar need be tried on it: an IP header that
// stands alone, or two addresses and the flags in letters behind the word Flags.
// Older ones print all of a packet on one line, and no such word.
func Own(r redact.Raw) bool {
	t := trimEnd(r.Bytes())
	blank := len(t) > 0 && t[0] == ' '
	t = bytes.TrimLeft(t, " ")
	if len(t) == 0 {
		return false
	}
	if _, rest, ok := readStamp(t, blank); ok {
		var v6 bool
		if rest, v6, ok = network(rest); ok {
			if t = warned(rest); len(t) > 0 && t[0] == '(' {
				var p packet.Packet
				var closed bool
				if t, closed = ipHeader(t, &p, v6); len(t) == 0 {
					return closed
				}
			}
		}
	}
	return flagged(t)
}

var flagsWord = []byte(": Flags [")

// flagged reports whether t is two addresses and TCP's flags.
func flagged(t []byte) bool {
	if !endpointFollows(t) {
		return false
	}
	_, rest, _ := bytes.Cut(t, []byte(" > "))
	i := bytes.Index(rest, flagsWord)
	return i > 0 && bytes.IndexByte(rest[:i], ' ') < 0
}
