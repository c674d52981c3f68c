package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"

	"syncscope/capture/redact/script"
)

const (
	runMin  = 32 // the shortest run of base64 or hex that is looked into
	runStep = 24 // how often a line is sampled for one
)

var base64Char = func() (t [256]bool) {
	for c := range 256 {
		t[c] = isAlnum(byte(c)) && c < 0x80 || bytes.IndexByte([]byte("+/-_"), byte(c)) >= 0
	}
	return t
}()

// runs looks into long runs of base64 and hex: a query in them is one with
// secrets all the same.
func (f *finder) runs(b []byte) {
	if f.depth > 0 {
		return
	}
	last, masked := 0, 0
	found := f.spans
	for i := runStep; i < len(b); i += runStep {
		if !base64Char[b[i]] || !longRun(b, i) {
			continue
		}
		for masked < len(found) && found[masked].end <= i {
			masked++
		}
		if masked < len(found) && found[masked].start >= 0 && found[masked].start <= i { // its key gave it away
			continue
		}
		start, end := i, i
		for start > last && base64Char[b[start-1]] {
			start--
		}
		for end < len(b) && base64Char[b[end]] {
			end++
		}
		last = end
		if end-start >= runMin {
			f.run(b, start, end)
		}
		i = max(i, end-runStep)
	}
}

// longRun reports whether i can be in a run of runMin: it goes on by the half of
// that to one side at least.
func longRun(b []byte, i int) bool {
	left := base64Char[b[i-4]] && base64Char[b[i-7]] && base64Char[b[i-10]] && base64Char[b[i-15]]
	return left || i+15 < len(b) && base64Char[b[i+4]] && base64Char[b[i+7]] && base64Char[b[i+10]] && base64Char[b[i+15]]
}

// run masks a run that holds secrets, which are secrets elsewhere too.
func (f *finder) run(b []byte, start, end int) {
	g := finder{depth: f.depth + 1, words: f.words}
	for _, text := range decodings(b[start:end]) {
		g.look(text)
		if len(g.spans) > 0 {
			break
		}
	}
	if len(g.spans) == 0 {
		return
	}
	for _, sp := range g.spans {
		sp.start, sp.end, sp.open = -1, -1, sp.open && end == len(b)
		f.spans = append(f.spans, sp)
	}
	for end < len(b) && b[end] == '=' {
		end++
	}
	f.spans = append(f.spans, span{start: start, end: end, kind: g.spans[0].kind, val: b[start:end], open: end == len(b)})
	f.coded = end == len(b)
}

// decodings are the texts that a run can stand for: hex, and base64 whose first
// characters may have been cut off.
func decodings(b []byte) [][]byte {
	var out [][]byte
	if n := hexRun(b); n == len(b) {
		for off := range 2 {
			d := make([]byte, (n-off)/2)
			_, _ = hex.Decode(d, b[off:off+2*len(d)]) // all are digits
			for i, c := range d {                     // between the arguments of a program
				if c == 0 {
					d[i] = ' '
				}
			}
			if readable(d) {
				out = append(out, d)
			}
		}
	}
	for off := range 4 {
		if tail := b[min(off, len(b)):]; promising(tail) {
			if d, ok := decode64(tail); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

// promising reports whether the run at b's front may be base64 of text.
func promising(b []byte) bool {
	var head [12]byte
	b = b[:min(len(b), 16)]
	enc := base64.RawStdEncoding
	if bytes.IndexByte(b, '-') >= 0 || bytes.IndexByte(b, '_') >= 0 {
		enc = base64.RawURLEncoding
	}
	n, err := enc.Decode(head[:], b[:len(b)-len(b)%4])
	return err == nil && readable(head[:n])
}

// readable reports whether b begins like text.
func readable(b []byte) bool {
	if len(b) < 9 {
		return false
	}
	for _, c := range b[1:min(len(b), 12)] {
		if (c < 0x20 || c > 0x7E) && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// codedLine masks a line that is base64 and nothing else, if it is text with
// names and values, or goes on with such a one: a page wraps base64 too.
func (st *Stream) codedLine(b []byte) bool {
	if !st.coded && (len(b) < gramLen || !base64Char[b[gramLen/2-1]] || !base64Char[b[gramLen-1]]) { // as below, at a glance
		return false
	}
	run := 0
	for run < len(b) && base64Char[b[run]] {
		run++
	}
	if run+1 < len(b) && b[run] == ' ' && b[run+1] > ' ' || run == 0 || run < len(b) && b[run] != '=' && b[run] != ' ' && b[run] != '\r' || run < gramLen && !st.coded {
		return false
	}
	t := bytes.TrimRight(b, " \r")
	run = min(run, len(t))
	rest := bytes.TrimLeft(t[run:], "=")
	if len(rest) > 0 || !st.coded && !told(t[:run]) || st.coded && st.row > st.width {
		return false
	}
	st.f.run(b, 0, run)
	st.f.spans = append(st.f.spans, span{start: 0, end: len(t), kind: AccessToken, val: t})
	st.f.coded = run == len(t)
	return true
}

// told reports whether a run of base64 is text with names and values in it.
func told(b []byte) bool {
	for off := range 4 {
		if off > 0 && len(b) < wrapMin {
			break
		}
		if d, ok := decode64(b[off:]); ok && len(d) > 4 && script.Printable(d[1:len(d)-1]) && (bytes.ContainsAny(d, "=&:") || name(d)) {
			return true
		}
	}
	return false
}

// name reports whether b is a name's beginning: small letters and a low line.
func name(b []byte) bool {
	return bytes.IndexByte(b, '_') > 0 && len(bytes.Trim(b, "_abcdefghijklmnopqrstuvwxyz")) == 0
}

// Bytes that are written as numbers: the arrays of journald's JSON, a hex run with
// signs between the pairs. What they say is one more view of the line.

const (
	numbersMin  = 12 // the fewest numbers that are looked at
	numbersStep = 32 // how often a line is sampled for them
)

// ofNumber are the characters of such a run, and of its prefixes and separators.
var ofNumber = func() (t [256]uint8) {
	for _, c := range []byte("0123456789abcdefABCDEFx ,:-\\\t") {
		t[c] = 1
	}
	return t
}()

// numbers looks into the runs of numbers in b.
func (f *finder) numbers(b []byte) {
	last := 0
	for i := numbersStep; i < len(b); i += numbersStep {
		if w := b[i-16 : i+1]; ofNumber[w[0]]&ofNumber[w[4]]&ofNumber[w[8]]&ofNumber[w[12]]&ofNumber[w[16]] == 0 {
			continue
		}
		start, end := i, i
		for start > last && ofNumber[b[start-1]] != 0 {
			start--
		}
		for end < len(b) && ofNumber[b[end]] != 0 {
			end++
		}
		last = end
		if end-start > 2*numbersMin {
			if v, ok := numbered(b, start, end); ok {
				f.inside(v)
			}
		}
		i = max(i, end-1)
	}
}

// inside looks for secrets in a view.
func (f *finder) inside(v view) {
	g := finder{depth: f.depth + 1}
	g.scan(v.b)
	for _, sp := range g.spans {
		if sp.start >= 0 {
			sp.start, sp.end = v.at[sp.start], v.at[sp.end]
		}
		f.spans = append(f.spans, sp)
	}
	f.views = append(f.views, v)
}

// numbered reads the numbers in b[start:end] as bytes: pairs of hex digits with one
// sign between, or decimals.
func numbered(b []byte, start, end int) (view, bool) {
	var v view
	decimal := true
	for i := start; i < end; {
		if !isHex(b[i : i+1]) {
			i++
			continue
		}
		if b[i] == '0' && i+2 < end && b[i+1] == 'x' {
			i, decimal = i+2, false
		}
		n := hexRun(b[i:min(end, i+5)])
		if n == 0 || n > 3 {
			if len(v.b) >= numbersMin {
				break
			}
			v, i = view{}, i+max(n, 1)
			continue
		}
		for _, c := range b[i : i+n] {
			decimal = decimal && c <= '9'
		}
		v.at = append(v.at, i)
		v.b = append(v.b, byte(n))
		i += n
	}
	if len(v.b) < numbersMin {
		return v, false
	}
	stop := 0
	for k, at := range v.at {
		digits := b[at : at+int(v.b[k])]
		c := 0
		for _, d := range digits {
			if decimal {
				c = 10*c + int(d-'0')
			} else {
				c = c<<4 | int(unhex(d))
			}
		}
		if c > 0xFF || !decimal && len(digits) > 2 {
			return v, false
		}
		stop, v.b[k] = at+len(digits), byte(c)
	}
	v.at = append(v.at, stop)
	if !isText(v.b) && decimal { // two digits each, none of them a letter's
		for k, at := range v.at[:len(v.b)] {
			if v.at[k]+2 > len(b) || !isHex(b[at:at+2]) {
				return v, false
			}
			v.b[k] = unhex(b[at])<<4 | unhex(b[at+1])
		}
	}
	return v, isText(v.b)
}

// isText reports whether nearly all of b is text.
func isText(b []byte) bool {
	odd := 0
	for _, c := range b {
		if (c < 0x20 || c > 0x7E) && c != '\n' && c != '\r' && c != '\t' {
			odd++
		}
	}
	return 8*odd < len(b)
}

// crypt masks what is kept of a password in files: $6$salt$hash (crypt(5)).
func (f shapes) crypt(b []byte, i int) int {
	end, signs := i, 0
	for end < len(b) && end-i < reach && (isAlnum(b[end]) || bytes.IndexByte([]byte("$./+=,-_"), b[end]) >= 0) {
		if b[end] == '$' {
			signs++
		}
		end++
	}
	if i > 0 && isAlnum(b[i-1]) {
		return i
	}
	if last := bytes.LastIndexByte(b[i:end], '$'); signs < 3 || end-i-last <= cutMin {
		return i
	}
	end += valueRun(b[end:])
	return f.add(span{start: i, end: end, kind: Password, open: end == len(b)}, b, bare)
}

// hashed reports whether what begins at i stands behind a {SSHA} (RFC 2307).
func hashed(b []byte, i int) bool {
	if i < 5 || b[i-1] != '}' {
		return false
	}
	open := bytes.LastIndexByte(b[max(0, i-16):i], '{')
	if open < 0 {
		return false
	}
	at := max(0, i-16) + open
	if storage(b[at:]) != i-at {
		return false
	}
	for _, how := range []string{"SHA", "MD5", "CRYPT", "PBKDF", "ARGON"} {
		if bytes.Contains(b[at:i], []byte(how)) {
			return true
		}
	}
	return false
}
