package dialect

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"
)

// words are a line's words, taken one by one.
type words struct{ b []byte }

// next takes a word; nil: there is none.
func (w *words) next() []byte {
	w.b = bytes.TrimLeft(w.b, " \t")
	i := bytes.IndexAny(w.b, " \t")
	if i < 0 {
		i = len(w.b)
	}
	word := w.b[:i]
	w.b = w.b[i:]
	return word
}

// take takes a word if it is next.
func (w *words) take(word string) bool {
	rest := bytes.TrimLeft(w.b, " \t")
	if after, ok := bytes.CutPrefix(rest, []byte(word)); ok && (len(after) == 0 || after[0] == ' ' || after[0] == '\t') {
		w.b = after
		return true
	}
	return false
}

func number(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// value is the number behind a key: "Seq=1".
func value(b []byte, key string) (uint64, bool) {
	i := bytes.Index(b, []byte(key))
	if i < 0 {
		return 0, false
	}
	b = b[i+len(key):]
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	return number(b[:n])
}

// end reads "10.1.1.1.40000", with the port behind the last dot.
func end(b []byte) (netip.AddrPort, bool) {
	dot := bytes.LastIndexByte(b, '.')
	if dot < 7 && bytes.IndexByte(b, ':') < 0 || dot < 2 {
		return netip.AddrPort{}, false
	}
	a, err := netip.ParseAddr(string(b[:dot]))
	port, ok := number(b[dot+1:])
	if !ok {
		port, ok = services[string(b[dot+1:])]
	}
	if err != nil || !ok || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(port)), true
}

// services are ports that tools print by name.
var services = map[string]uint64{"ssh": 22, "domain": 53, "http": 80, "https": 443, "squid": 3128, "http-alt": 8080, "pcsync-https": 8443}

func address(b []byte) (netip.Addr, bool) {
	if len(b) < 2 || len(b) > 45 || bytes.IndexByte(b, ':') < 0 && bytes.Count(b, dot) != 3 { // an error costs memory
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(string(b))
	return a.Unmap(), err == nil
}

var dot = []byte(".")

// clock makes times of day follow each other over midnight.
type clock struct {
	day  int
	last time.Duration
}

// half is by how much a time of day must fall for a new day to have begun.
const half = 12 * time.Hour

// time reads "2026-11-29 09:17:21.450201", "09:17:21.450201", and "1.450201", which
// counts from whenever the listing began. rest is what follows; ok is false where no
// stamp begins b.
func (s *Scanner) time(b []byte) (rest []byte, ok bool) {
	b = bytes.TrimLeft(b, " \t")
	whole, dated := b, time.Time{}
	if len(b) > 19 && b[4] == '-' && b[7] == '-' && (b[10] == ' ' || b[10] == 'T') {
		at, err := time.Parse("2006-01-02", string(b[:10]))
		if err != nil {
			return nil, false
		}
		dated, b = at, b[11:]
	}
	n := 0
	for n < len(b) && (b[n]-'0' <= 9 || b[n] == ':' || b[n] == '.') {
		n++
	}
	if n == 0 || n < len(b) && b[n] != ' ' && b[n] != '\t' {
		return nil, false
	}
	word, rest := b[:n], b[n:]
	if bytes.Count(word, dot) > 1 { // an address and its port, as tcpdump's second row begins
		return nil, false
	}
	s.stamp = whole[:len(whole)-len(rest)]
	if len(word) >= 8 && word[2] == ':' && word[5] == ':' {
		d, err := time.ParseDuration(string(word[:2]) + "h" + string(word[3:5]) + "m" + string(word[6:]) + "s")
		if err != nil || d > 24*time.Hour {
			return nil, false
		}
		if !dated.IsZero() {
			s.p.Time, s.p.Dated = dated.Add(d), true
			return rest, true
		}
		if d < s.clock.last-half {
			s.clock.day++
		}
		s.clock.last = d
		s.p.Time = time.Time{}.Add(time.Duration(s.clock.day)*24*time.Hour + d)
		return rest, true
	}
	f, err := strconv.ParseFloat(string(word), 64)
	if err != nil || !dated.IsZero() || bytes.IndexByte(word, '.') < 0 {
		return nil, false
	}
	if f > 1e9 { // since 1970
		s.p.Time, s.p.Dated, s.p.Zoned = time.UnixMicro(int64(f*1e6)).UTC(), true, true
		return rest, true
	}
	s.p.Time = time.Time{}.Add(time.Duration(f * float64(time.Second)))
	return rest, true
}
