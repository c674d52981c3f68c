package handshake

import (
	"slices"
	"strings"
	"sync"
)

// Lengths on the wire, record headers included. An alert in clear is a record
// of 2 bytes (RFC 5246, 7.2); ChangeCipherSpec one of 1.
const (
	// leastHello is a ClientHello of one suite without a session ID and extensions,
	// under both its headers (RFC 5246, 7.4.1.2): what is shorter is none.
	leastHello = 5 + 4 + 2 + 32 + 1 + 2 + 2 + 2
	// leastAnswer is a ServerHello without a session ID and extensions, under both its
	// headers (RFC 5246, 7.4.1.3).
	leastAnswer = 5 + 4 + 2 + 32 + 1 + 2 + 1
	alertClear  = 7
	alertTLS13  = 24 // header, 2 bytes, content type, tag (RFC 8446, 5.2)
	padded      = 16 // what JSSE adds to a record of a TLS 1.3 handshake
	ccs         = 6
	// A HelloRetryRequest with a session ID of 32 bytes, the version and the group
	// it wants (RFC 8446, 4.1.4); most servers send a ChangeCipherSpec behind it.
	retry = 93
	// emptyTLS12 and emptyTLS13 are a Certificate message without any (RFC 5246,
	// 7.4.6; RFC 8446, 4.4.2).
	emptyTLS12 = 12
	emptyTLS13 = 30
	// leastFinished is the shortest ChangeCipherSpec and Finished of a server.
	leastFinished = ccs + 37
	// A server that resumes TLS 1.2 answers with its hello, a ticket or none,
	// ChangeCipherSpec and Finished (RFC 5246, 7.3): no certificate is as short.
	leastResumed, mostResumed = 100, 350
)

// sum is what a client's second flight is made of.
type sum struct {
	records []int // where its records end
	version uint16
	suite   string
	resumed bool     // the server's Finished came before it
	empty   bool     // it begins with a Certificate that holds none
	rare    bool     // where a likelier one adds up to as much, it is passed over
	others  []string // what else adds up to as much
}

// size is the flight's.
func (s *sum) size() int { return s.records[len(s.records)-1] }

// ends reports whether the handshake is over with this flight.
func (s *sum) ends() bool { return !s.empty && (s.resumed || s.version == 0x0304) }

// sums are all flights that a client without a certificate can send. Key
// exchange: public value and its length under a handshake and a record header.
// Finished: 12 bytes of verify data under the cipher (RFC 5246, 7.4.9; RFC 2246
// has no IV in the record), or the hash's length in TLS 1.3 (RFC 8446, 4.4.4).
// What is likelier comes first.
var sums = sync.OnceValue(allSums)

type part struct {
	bytes   int
	version uint16
	name    string
}

var finishedTLS12 = []part{
	{45, 0x0303, "AES-GCM"}, {37, 0x0303, "ChaCha20-Poly1305"}, {69, 0x0303, "AES-CBC-SHA1"}, {85, 0x0303, "AES-CBC-SHA256"}, {101, 0x0303, "AES-CBC-SHA384"},
	{69, 0x0302, "AES-CBC-SHA1"}, {53, 0x0301, "AES-CBC-SHA1"}, {53, 0x0303, "3DES-CBC-SHA1"}, {45, 0x0301, "3DES-CBC-SHA1"}, {37, 0x0301, "RC4-MD5"},
}

func allSums() map[int][]sum {
	out := map[int][]sum{}
	add := func(s sum, parts ...int) {
		for i, at := 0, 0; i < len(parts); i++ {
			at += parts[i]
			s.records = append(s.records, at)
		}
		if n := s.size(); !slices.ContainsFunc(out[n], func(o sum) bool { return o.suite == s.suite && o.version == s.version }) {
			out[n] = append(out[n], s)
		}
	}
	for _, hash := range []part{{58, 0x0304, "a SHA-256 suite"}, {74, 0x0304, "a SHA-384 suite"}} {
		for _, pad := range []int{0, padded} {
			add(sum{version: 0x0304, suite: hash.name}, ccs, hash.bytes+pad)
		}
	}
	keys := []part{{42, 0, "ECDHE x25519"}, {75, 0, "ECDHE P-256"}, {107, 0, "ECDHE P-384"}, {143, 0, "ECDHE P-521"}, {267, 0, "RSA or DHE 2048"}, {139, 0, "RSA or DHE 1024"}}
	for _, f := range finishedTLS12 {
		for _, k := range keys {
			if exists(k, f) {
				add(sum{version: f.version, suite: k.name + ", " + f.name, rare: rare(f)}, k.bytes, ccs, f.bytes)
			}
		}
		add(sum{version: f.version, suite: "resumed, " + f.name, resumed: true, rare: rare(f)}, ccs, f.bytes)
	}
	for _, f := range finishedTLS12 {
		for _, k := range keys {
			if !exists(k, f) {
				continue
			}
			add(sum{version: f.version, rare: true, suite: k.name + ", " + f.name + ", no client certificate", empty: true}, emptyTLS12, k.bytes, ccs, f.bytes)
		}
	}
	for _, hash := range []part{{58, 0x0304, "a SHA-256 suite"}, {74, 0x0304, "a SHA-384 suite"}} {
		for _, pad := range []int{0, padded} {
			add(sum{version: 0x0304, rare: true, suite: hash.name + ", no client certificate", empty: true}, ccs, emptyTLS13+pad, hash.bytes+pad)
		}
	}
	for _, list := range out {
		for i := range list {
			for j := range list {
				if i != j {
					list[i].others = append(list[i].others, list[j].name())
				}
			}
		}
	}
	return out
}

// exists reports whether there is a cipher suite of a key exchange and a cipher (IANA):
// RC4 with MD5 is of RSA only, SHA-384 with CBC of elliptic curves only.
func exists(key, finished part) bool {
	curve := strings.HasPrefix(key.name, "ECDHE")
	switch finished.name {
	case "RC4-MD5":
		return !curve
	case "AES-CBC-SHA384":
		return curve
	}
	return true
}

// rare reports whether hardly anyone speaks so: 3DES is the last choice of all who have
// AES, and who knows TLS 1.1 knows 1.2 but for some years.
func rare(f part) bool { return f.name == "3DES-CBC-SHA1" || f.version == 0x0302 }

// told is the version that a flight's sum tells, of all that add up to as much and end
// where its segments do; 0: they are of several.
func (s *sum) told(all []sum, seg *segments, skipped int) uint16 {
	for i := range all {
		o := &all[i]
		if o.version != s.version && !(o.rare && !s.rare && s.version >= 0x0303) && o.bounds(seg, skipped) {
			return 0
		}
	}
	return s.version
}

// own are flights that end in ChangeCipherSpec and Finished, each in a segment of
// its own, and begin with what has no size that is known: a client's certificate,
// or another key exchange.
var own = sync.OnceValue(ownSums)

func ownSums() map[int]*sum {
	out := map[int]*sum{}
	for _, f := range finishedTLS12 {
		if f.version == 0x0303 && out[f.bytes] == nil {
			version := f.version
			if slices.ContainsFunc(finishedTLS12, func(o part) bool { return o.bytes == f.bytes && o.version != version && !rare(o) }) {
				version = 0
			}
			out[f.bytes] = &sum{records: []int{ccs, ccs + f.bytes}, version: version, suite: "another key exchange or a client certificate, " + f.name}
		}
	}
	return out
}

// bounds reports whether each segment ends where a record does.
func (s *sum) bounds(seg *segments, skipped int) bool {
	for _, end := range seg.at[:seg.n] {
		if !slices.Contains(s.records, int(end)+skipped) {
			return false
		}
	}
	return true
}

// name is the sum in our words.
func (s *sum) name() string { return "TLS 1." + string(rune('0'+s.version-0x0301)) + " " + s.suite }
