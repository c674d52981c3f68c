package redact

import "bytes"

// pemState is how far a PEM block went (RFC 7468): from its BEGIN to its END,
// or to what cannot be its body any more.
type pemState struct {
	key, other bool // a private key, or what is no secret
	missed     int  // lines in a row that look like no part of it
}

// pemMissed is how many lines end a block without its END: one that was cut.
const pemMissed = 3

// pemLine masks what the line holds of a private key. What follows behind the
// END of a block on the same line is looked through as any.
func (st *Stream) pemLine(b []byte) bool {
	inside := st.pem.key || st.pem.other
	joined := b
	if !inside && bytes.Contains(st.tail, []byte("---")) { // a page may wrap the BEGIN
		joined = append(bytes.Clone(st.tail), b...)
		if parted := append(append(bytes.Clone(st.tail), ' '), b...); st.indent > 0 && bytes.Contains(parted, []byte("PRIVATE KEY-----")) {
			joined = parted
		}
	}
	if !inside && !bytes.Contains(joined, []byte("-----")) && !naked(b) {
		return false
	}
	shift := len(joined) - len(b)
	begin := bytes.LastIndex(joined, []byte("-----BEGIN "))
	if begin >= 0 {
		rest := joined[begin+len("-----BEGIN "):]
		n := bytes.Index(rest, []byte("-----"))
		switch {
		case n < 0:
			return false
		case !bytes.Contains(rest[:n], []byte("PRIVATE KEY")):
			st.pem = pemState{other: !bytes.Contains(rest[n:], []byte("-----END"))}
			return false
		}
		start := begin + len("-----BEGIN ") + n + len("-----") - shift
		st.f.look(b[:max(0, begin-shift)])
		st.pem = pemState{key: true}
		st.pemBody(b, max(start, 0))
		return true
	}
	if st.pem.other {
		st.pem.other = !bytes.Contains(b, []byte("-----END")) && bytes.IndexByte(bytes.TrimSpace(b[body(b):]), ' ') < 0
		return st.pem.other
	}
	if st.pem.key || naked(b) {
		return st.pemBody(b, body(b))
	}
	return false
}

// naked: 64 characters of base64 and nothing else are a key whose BEGIN is
// missing, as far as anybody can tell.
func naked(b []byte) bool {
	if n := len(b); n < 64 || !(base64Char[b[n-20]] && base64Char[b[n-40]] && base64Char[b[n-60]] && base64Char[b[n-10]] && base64Char[b[n-30]] && base64Char[b[n-50]]) {
		return false
	}
	t, n := bytes.TrimSpace(b), 0
	for n < len(t) && base64Char[t[len(t)-1-n]] {
		n++
	}
	if n != 64 && n != 76 || len(bytes.TrimSpace(b[body(b):])) != n {
		return false
	}
	if t = t[len(t)-n:]; !random(t) {
		return false
	}
	for _, c := range t {
		if !base64Char[c] || c == '-' || c == '_' {
			return false
		}
	}
	return hexRun(t) < len(t)
}

// pemBody masks what stands from start on, up to an END.
func (st *Stream) pemBody(b []byte, start int) bool {
	if e := bytes.Index(b[start:], []byte("-----END")); e >= 0 {
		st.pem = pemState{}
		st.pemAdd(b, start, start+e)
		g := finder{}
		g.look(b[start+e:])
		for _, sp := range g.spans {
			sp.start, sp.end = sp.start+start+e, sp.end+start+e
			st.f.spans = append(st.f.spans, sp)
		}
		return true
	}
	t := bytes.TrimRight(b[start:], " \t\r")
	end := start + len(t)
	word := end
	for word > start && (base64Char[b[word-1]] || bytes.IndexByte([]byte(`=\"',`), b[word-1]) >= 0) {
		word--
	}
	switch {
	case len(t) == 0, tokenAt(t) == len(t):
		return true
	case word == start: // nothing but body
	case end-word >= gramLen && random(b[word:end]) || b[end-1] == '=':
		start = word
	default:
		if st.pem.missed++; st.pem.missed >= pemMissed {
			st.pem = pemState{}
		}
		return false
	}
	st.pem.missed = 0
	st.pemAdd(b, start, end)
	return true
}

func (st *Stream) pemAdd(b []byte, start, end int) {
	for start < end && (b[start] == ' ' || b[start] == '\t') {
		start++
	}
	if v := bytes.TrimSpace(b[start:end]); len(v) > 0 && tokenAt(v) != len(v) {
		st.f.spans = append(st.f.spans, span{start: start, end: end, kind: PrivateKey, val: v})
	}
}
