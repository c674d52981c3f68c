package session_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
)

// dropped0 is tcpdump's word that nothing is missing from its listing.
var dropped0 = regexp.MustCompile(`(?m)^0( packets? dropped by kernel)`)

// kernelDrops has tcpdump say that it was too slow for some packets: any answer may
// have been among them.
func kernelDrops(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		if isListing(x.name) && dropped0.Match(x.data) {
			out = append(out, variant{x.name + " with 37 packets dropped", asText, func() []file {
				return replaceFile(all, i, dropped0.ReplaceAll(x.data, []byte("37$1")))
			}})
		}
	}
	return out
}

// writtenAt is what stands in front of a line of /var/log/messages.
var writtenAt = regexp.MustCompile(`^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ `)

// daemonDrops has the SSM's log daemon say that it dropped lines: any request may have
// been among them.
func daemonDrops(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		ls := splitLines(x.data)
		for _, n := range evenly(len(ls), perFile) {
			at := writtenAt.Find(ls[n])
			if !isMessages(x.name) || at == nil {
				continue
			}
			told := slices.Concat(at, []byte("journal: Suppressed 2143 messages from /system.slice/docker.service\n"))
			out = append(out, variant{fmt.Sprintf("%s with lines dropped before line %d", x.name, n+1), asText, func() []file {
				return replaceFile(all, i, bytes.Join(slices.Insert(slices.Clone(ls), n, told), nil))
			}})
		}
	}
	return out
}
