package redact

import (
	"bytes"
	"net/netip"
	"strings"
	"sync"

	"syncscope/capture/redact/script"
)

// SetPrivacy also hides users, hosts, addresses and what a client ID shows of
// itself. What was made a Text before is hidden by Mask.
func (s *Session) SetPrivacy(on bool) {
	s.privacy.Store(on)
	s.cacheMu.Lock()
	clear(s.cache)
	s.cacheMu.Unlock()
}

// Privacy reports whether users, hosts and addresses are hidden.
func (s *Session) Privacy() bool { return s.privacy.Load() }

// Addr is an address to show.
func (s *Session) Addr(a netip.Addr) Text {
	if !s.privacy.Load() || !a.IsValid() || a.IsUnspecified() {
		return Text{string(script.Sanitise(nil, []byte(a.String())))}
	}
	return Text{s.named(Address, []byte(a.Unmap().WithZone("").String()), false)}
}

// Name is the name of a User, a Host or a MAC to show, or an Address as text.
// It is hidden everywhere from now on while privacy is on.
func (s *Session) Name(kind Kind, name string) Text {
	if a, err := netip.ParseAddr(name); err == nil {
		return s.Addr(a)
	}
	s.meet(span{kind: kind, val: []byte(name)})
	if !s.privacy.Load() || name == "" {
		return s.mask([]byte(name), nil, nil, false)
	}
	return Text{s.named(kind, fold(kind, []byte(name)), false)}
}

// fold: names of hosts are equal in every case (RFC 4343).
func fold(kind Kind, v []byte) []byte {
	if kind == User {
		return v
	}
	return bytes.ToLower(v)
}

// meet takes a name: a user's is no secret, though a secret may hold it.
func (s *Session) meet(p span) {
	kind := p.kind
	v := p.val
	switch kind {
	case user:
		kind = User
	case hostKey:
		kind, v = Host, hostOf(v)
	}
	v = fold(kind, v)
	if len(v) < 2 || len(v) > 253 || p.open || tokenAt(v) > 0 || sourceMasked(v) || !isName(v) {
		return
	}
	if s.people.enter(v, kind) && kind == User && len(v) <= 20 {
		s.mu.Lock()
		s.known.common(v)
		s.mu.Unlock()
	}
}

// people are the names of users and hosts that were met.
type people struct {
	mu    sync.RWMutex
	names map[string]Kind
}

func (s *people) len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.names)
}

// enter takes a name in; it reports whether it is new.
func (s *people) enter(v []byte, kind Kind) bool {
	s.mu.RLock()
	_, seen := s.names[string(v)]
	full := len(s.names) >= maxPeople
	s.mu.RUnlock()
	if seen || full {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[string(v)] = kind
	return true
}

// hostOf is the host in a URL, or in host:port.
func hostOf(v []byte) []byte {
	if i := bytes.Index(v, []byte("://")); i >= 0 {
		v = v[i+3:]
	}
	if i := bytes.IndexAny(v, "/:?"); i >= 0 {
		v = v[:i]
	}
	return v
}

// isName reports whether v is made as names are.
func isName(v []byte) bool {
	letters := 0
	for _, c := range v {
		switch {
		case isLetter(c) || c >= 0x80:
			letters++
		case !nameChar[c]:
			return false
		}
	}
	return letters > 0
}

var nameChar = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c < 0x80 && isAlnum(byte(c)) || bytes.IndexByte([]byte("-_.@\\+"), byte(c)) >= 0
	}
	return t
}()

// personal finds what privacy hides: the names that were met, and addresses by
// their shape.
func (s *people) personal(b []byte, spans []span) []span {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := 0; i < len(b); {
		if !addrChar(b[i]) && !nameChar[b[i]] {
			i++
			continue
		}
		start := i
		for i < len(b) && nameChar[b[i]] {
			i++
		}
		end := i
		for i < len(b) && addrChar(b[i]) {
			i++
		}
		spans = s.word(b, start, end, i, spans)
		i = max(i, end)
	}
	return spans
}

func addrChar(c byte) bool { return isHex([]byte{c}) || c == ':' || c == '.' || c == '%' }

// word hides b[start:end] if it is a name, or b[start:long] or its beginning if
// that is an address.
func (s *people) word(b []byte, start, end, long int, spans []span) []span {
	for stop := long; stop > start; {
		t := bytes.TrimRight(b[start:stop], ":.%")
		stop = start + len(t)
		if mac(t) {
			return append(spans, span{start: start, end: stop, kind: MAC, val: bytes.ToLower(t)})
		}
		if len(t) < 64 {
			if a, err := netip.ParseAddr(string(t)); err == nil && !a.IsUnspecified() {
				return append(spans, span{start: start, end: stop, kind: Address, val: []byte(a.Unmap().WithZone("").String())})
			}
		}
		// tcpdump puts a port behind a dot, others behind a colon.
		cut := bytes.LastIndexAny(t, ".:")
		if cut < 0 || len(bytes.Trim(t[cut+1:], "0123456789")) > 0 || len(t) >= 64 {
			break
		}
		stop = start + cut
	}
	if at := bytes.IndexByte(b[start:end], '@'); at > 0 { // user@host, if that is no user's whole name
		if _, whole := s.names[string(b[start:end])]; !whole {
			spans = s.word(b, start, start+at, start+at, spans)
			return s.word(b, start+at+1, end, long, spans)
		}
	}
	for stop := end; stop > start; {
		t := bytes.Trim(b[start:stop], ".")
		for _, kind := range []Kind{User, Host} {
			if k, ok := s.names[string(fold(kind, t))]; ok && k == kind {
				at := start + bytes.Index(b[start:stop], t)
				return append(spans, span{start: at, end: at + len(t), kind: kind, val: bytes.Clone(fold(kind, t))})
			}
		}
		cut := bytes.LastIndexByte(t, '.')
		if cut < 0 || len(bytes.Trim(t[cut+1:], "0123456789")) > 0 {
			break
		}
		stop = start + cut
	}
	return spans
}

// mac: six pairs of digits.
func mac(t []byte) bool {
	if len(t) != 17 {
		return false
	}
	for i, c := range t {
		if i%3 == 2 && c != ':' && c != '-' || i%3 != 2 && !isHex([]byte{c}) {
			return false
		}
	}
	return true
}

// dropHints drops what client IDs show of themselves.
func dropHints(t string) string {
	if !strings.Contains(t, "…, ") {
		return t
	}
	out := make([]byte, 0, len(t))
	for b := []byte(t); len(b) > 0; {
		n := 0
		if b[0] == tokenNames[ClientID][0] {
			n = tokenAt(b)
		}
		if n == 0 {
			out, b = append(out, b[0]), b[1:]
			continue
		}
		token, _, _ := bytes.Cut(b[:n], []byte(" "))
		out = append(out, token...)
		if b[n-1] == cutMark[0] {
			out = append(out, cutMark...)
		}
		b = b[n:]
	}
	return string(out)
}
