package redact

import (
	"bytes"
	"slices"
)

const (
	dumpWindow = 512 // bytes of a dump that are looked at behind each new line
	dumpRow    = 64  // the most bytes of a row
)

// dump follows the rows of a hex dump: tcpdump -x, xxd, hexdump -C, openssl.
// What they say is looked through as text is, and masked in both columns.
type dump struct {
	buf  []byte
	hide []span // this row's bytes that are hidden
	at   []int  // this row's bytes: where their digits begin
	asc  int    // where its text column begins, or -1, or unnumbered
}

// unnumbered is a row without an offset: nothing but digits.
const unnumbered = -2

func (d *dump) end() { d.buf = d.buf[:0] }

// line masks a row; it reports whether b is one. clean: no key gives a secret
// in it away.
func (d *dump) line(st *Stream, b []byte, clean bool) bool {
	before := len(d.buf)
	if !d.row(b) || (st.open || st.label != Plain) && d.asc == unnumbered { // a value is not, that its key stands before
		d.buf = d.buf[:before]
		return false
	}
	n := len(d.buf) - before
	if over := before - dumpWindow; over > dumpWindow { // seldom, so that little is moved
		d.buf = append(d.buf[:0], d.buf[over:]...)
		before -= over
	}
	from := max(0, before-dumpWindow)
	hide := slices.Grow(d.hide[:0], n)[:n]
	clear(hide)
	d.hide = hide
	if st.ticket {
		for i := range hide {
			hide[i] = span{kind: TLSSecret, val: d.buf[before:], open: true}
		}
	} else {
		d.secrets(st, d.buf[from:], before-from, hide, clean)
	}
	d.mark(st, b, hide)
	return true
}

// secrets finds which of the row's bytes, from start on, are a secret's.
func (d *dump) secrets(st *Stream, text []byte, start int, hide []span, clean bool) {
	g := finder{}
	if !clean {
		from := broken(text[:start])
		if text = text[from:]; !worded(text) {
			return
		}
		start -= from
		text = bytes.Clone(text) // values are kept
		readableOnly(text)
		g.look(text)
		st.s.learn(&g)
	}
	for _, sp := range st.s.covered(text, g.spans, g.views) {
		for i := max(start, sp.start); i < sp.end; i++ {
			hide[i-start] = sp
		}
	}
}

// apart is how many bytes in a row that are no text part what is before them from
// what is behind: no key's value stands so far from it. Most of a dump is
// encrypted: a row is looked through with what is left of its packet's text, not
// with the same bytes once more for every row.
const apart = 4

// broken is where the text that reaches to the end of b begins.
func broken(b []byte) int {
	n := 0
	for i := len(b) - 1; i >= 0; i-- {
		if c := b[i]; c >= 0x20 && c < 0x7F || c == '\t' || c == '\r' || c == '\n' {
			n = 0
			continue
		}
		if n++; n == apart {
			return i + apart
		}
	}
	return 0
}

// leastWord is how many readable bytes stand together in the shortest key with its
// sign: "key=".
const leastWord = 4

// worded reports whether so many do anywhere.
func worded(b []byte) bool {
	n := 0
	for _, c := range b {
		if c < 0x20 || c >= 0x7F {
			n = 0
		} else if n++; n == leastWord {
			return true
		}
	}
	return false
}

// mark makes spans of the hidden bytes, in the digits and in the text.
func (d *dump) mark(st *Stream, b []byte, hide []span) {
	for i := 0; i < len(hide); {
		j := i + 1
		for j < len(hide) && hide[j].kind == hide[i].kind && hide[j].text == hide[i].text {
			j++
		}
		if sp := hide[i]; sp.kind != Plain {
			sp.start, sp.end = slices.Min(d.at[i:j]), slices.Max(d.at[i:j])+2
			st.f.spans = append(st.f.spans, sp)
			if d.asc >= 0 && d.asc+i < len(b) {
				sp.start, sp.end = d.asc+i, min(d.asc+j, len(b))
				st.f.spans = append(st.f.spans, sp)
			}
		}
		i = j
	}
}

// row reads a row's bytes behind those of the rows before.
func (d *dump) row(b []byte) bool {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if i+1 >= len(b) || !hexDigit[b[i]] || !hexDigit[b[i+1]] && b[i+1] != 'x' || len(b) > 8*dumpRow {
		return false
	}
	d.at, d.asc = d.at[:0], -1
	if b[i] == '0' && i+1 < len(b) && b[i+1] == 'x' {
		i += 2
	}
	digits := hexRun(b[i:min(len(b), i+9)])
	offset := 0
	if end := i + digits; digits <= 8 && end < len(b) && b[end] != ' ' && b[end] != ':' && b[end] != '-' { // no sign of a row's parts
		return false
	}
	switch rest := b[i+digits:]; {
	case digits < 4 || digits > 8 || digits == 0:
	case bytes.HasPrefix(rest, []byte(": ")):
		offset = digits + 2
	case bytes.HasPrefix(rest, []byte(" - ")):
		offset = digits + 3
	case bytes.HasPrefix(rest, []byte("  ")) || digits > 6 && bytes.HasPrefix(rest, []byte(" ")):
		offset = digits + 1
	}
	return d.groups(b, i+offset, offset > 0)
}

// groups reads the digits at i and finds the text behind them.
func (d *dump) groups(b []byte, i int, numbered bool) bool {
	switch last := b[len(b)-1]; {
	case numbered && characters(b, i-1):
		return d.characters(b, i-1)
	case !numbered && !hexDigit[b[len(b)-1]] && last != ' ' && last != '-' && last != ':': // there is more than digits
		return false
	}
	swapped := numbered && i > 7 && b[i-1] == ' ' && hexRun(b[i-8:i-1]) == 7 // od and hexdump write words, the low byte first
	for i < len(b) && b[i] == ' ' {
		i++
	}
	first := 0
	for i < len(b) && len(d.at) < dumpRow {
		n := hexRun(b[i:min(len(b), i+2*dumpRow)])
		if first == 0 {
			first = n
		}
		if n < 2 || n%2 != 0 || n > first || numbered && n > 8 {
			break
		}
		if next := i + n; next < len(b) && b[next] != ' ' && b[next] != '-' && b[next] != ':' {
			break
		}
		for k := 0; k < n; k += 2 {
			at := i + k
			if swapped && n == 4 {
				at = i + 2 - k
			}
			d.at = append(d.at, at)
			d.buf = append(d.buf, unhex(b[at])<<4|unhex(b[at+1]))
		}
		i += n
		gap := 0
		for i < len(b) && (b[i] == ' ' || b[i] == '-' || b[i] == ':') {
			gap, i = gap+1, i+1
		}
		if gap > 1 && !(len(d.at) == 8 && first == 2) || numbered && len(d.at) == 16 {
			break
		}
	}
	if !numbered {
		d.asc = unnumbered
		return i == len(b) && len(d.at) >= 8
	}
	if i < len(b) {
		if b[i] == '|' {
			i++
		}
		d.asc = max(i, len(b)-len(d.at))
		if len(b)-i >= len(d.at) && len(b)-i <= len(d.at)+1 {
			d.asc = i
		}
	}
	return len(d.at) > 0
}

// characters reports whether the row at i is one of od -c: each byte is a character
// or an escape in a column of four.
func characters(b []byte, i int) bool {
	rest := b[i:]
	if len(rest) < 4 || len(rest)%4 != 0 && len(rest)%4 != 3 {
		return false
	}
	single := 0
	for k := 0; k+3 < len(rest); k += 4 {
		if rest[k] != ' ' || rest[k+3] == ' ' {
			return false
		}
		if rest[k+1] == ' ' && rest[k+2] == ' ' {
			single++
		}
	}
	return single > 0
}

// characters reads such a row.
func (d *dump) characters(b []byte, i int) bool {
	for ; i+3 < len(b); i += 4 {
		c := b[i+3]
		if b[i+2] != ' ' { // \n, 015
			c = '\n'
		}
		d.at, d.buf = append(d.at, i+2), append(d.buf, c)
	}
	return len(d.at) > 0
}

// readableOnly puts a line's end in the place of every byte that is no text:
// what is encrypted holds anything, by chance a key too.
func readableOnly(b []byte) {
	for i, c := range b {
		if c < 0x20 && c != '\t' || c >= 0x7F {
			b[i] = '\n'
		}
	}
}

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
