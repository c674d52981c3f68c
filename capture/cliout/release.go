package cliout

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"syncscope/capture/redact"
)

func (p *Parser) version(b []byte) {
	if r, ok := ParseRelease(string(bytes.TrimSpace(b))); ok && p.res.Release == (Release{}) {
		p.res.Release, p.res.Version = r, p.gate.Field(redact.Plain, bytes.TrimSpace(b))
	}
}

// bare takes a number that no command stands above. It is a release where it is all
// that there is: what stands between other words may be any number, an address most of
// all, and the words alone say of what.
func (r *Result) bare(b []byte) {
	number := string(bytes.TrimSpace(b))
	switch {
	case number == "":
		return
	case r.Bare: // more than "show version" prints
		r.Check, r.Release, r.Version, r.Bare = CheckUnknown, Release{}, redact.Text{}, false
	case r.Check == CheckUnknown && !r.some && ofManager(number):
		r.Check, r.Bare = ShowVersion, true
	}
	r.some = true
}

// The generations of releases: the first that was sold, and what has two digits.
const firstGeneration, lastGeneration = 14, 99

// ofManager reports whether a number by itself is a release as Managers have them, and
// no address inside a network.
func ofManager(s string) bool {
	r, ok := ParseRelease(s)
	if !ok || r[0] < firstGeneration || r[0] > lastGeneration || strings.Count(s, ".") < 2 {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err != nil || a.IsGlobalUnicast() && !a.IsPrivate()
}

// ParseRelease reads "20.9.4", "20.9.4.1", "20.9.4-1" and "26.1.2.1".
func ParseRelease(s string) (Release, bool) {
	var r Release
	s, _, _ = strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > len(r) {
		return Release{}, false
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return Release{}, false
		}
		r[i] = int(n)
	}
	return r, true
}

// Less compares two releases part by part.
func (r Release) Less(o Release) bool {
	for i := range r {
		if r[i] != o[i] {
			return r[i] < o[i]
		}
	}
	return false
}
