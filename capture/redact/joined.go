package redact

import "bytes"

// Frames are what copying puts around a line, and what a page puts at its end: the
// quote of a mail, the border of a pane, a number, an indent; the sign that says that
// the line goes on. The finder sees lines without them.

// hanging is the least length of a line that a page wraps with an indent.
const hanging = 40

// frame gives the bounds of a line within its frame, and whether the line goes on on
// the next by a sign of its own.
func (c *carry) frame(b []byte) (lo, hi int, glued bool) {
	hi = len(b)
	if hi == 0 || !framing[b[0]] && b[hi-1] != '\\' && b[hi-1] != '=' {
		return 0, hi, false
	}
	switch b[0] {
	case '>':
		for lo+1 < hi && b[lo] == '>' && (b[lo+1] == ' ' || b[lo+1] == '>') {
			lo++
			for lo < hi && b[lo] == ' ' && lo < 12 {
				lo++
			}
		}
	case ' ', '\t':
		lo = c.indent(b)
	case 0xE2:
		if n := border(b); n > 0 {
			lo = n
			for lo < hi && b[lo] == ' ' && lo < n+1 {
				lo++
			}
			t := bytes.TrimRight(b, " ")
			if n := len(t) - 3; n > lo && border(t[n:]) > 0 {
				hi, glued = len(bytes.TrimRight(t[:n], " ")), true
			}
		}
	}
	switch b[hi-1] {
	case '\\':
		if hi-1 > lo && b[hi-2] != '\\' && hexRun(bytes.TrimLeft(b[lo:min(hi, lo+hanging)], " \t")) < 4 { // nor a row of a dump
			return lo, hi - 1, true
		}
	case '=':
		if c.soft || bytes.Contains(b, []byte("=3D")) {
			return lo, hi - 1, true
		}
	}
	return lo, hi, glued
}

// framing are what a frame may begin with.
var framing = [256]bool{'>': true, ' ': true, '\t': true, 0xE2: true}

// indent is how far a hanging indent, or the number of a line, goes.
func (c *carry) indent(b []byte) int {
	n := 0
	for n < len(b) && n < 12 && (b[n] == ' ' || b[n] == '\t') {
		n++
	}
	digits := n
	for digits < len(b) && digits-n < 7 && b[digits]-'0' <= 9 {
		digits++
	}
	if digits > n && digits < len(b) && b[digits] == '\t' { // cat -n
		return digits + 1
	}
	if bytes.HasPrefix(b[n:], []byte("↪ ")) {
		return n + len("↪ ")
	}
	if c.waits || c.width < hanging || len(b) > c.width || recordStart(b[n:]) || digits > n && recordStart(bytes.TrimLeft(b[digits:], " ")) {
		return 0
	}
	return n
}

// blanksBefore counts the blanks that a frame ends with, but for the one behind a sign.
func blanksBefore(frame []byte) int {
	n := 0
	for n < len(frame) && (frame[len(frame)-1-n] == ' ' || frame[len(frame)-1-n] == '\t') {
		n++
	}
	if n < len(frame) {
		return max(0, n-1)
	}
	return n
}

// border is the length of the sign at b's front that borders are drawn with.
func border(b []byte) int {
	for _, s := range []string{"│", "┃", "║", "▌", "▏", "┆", "╎"} {
		if bytes.HasPrefix(b, []byte(s)) {
			return len(s)
		}
	}
	return 0
}

// joined gives what went before, if b may go on with it, and where in b it does.
func (st *Stream) joined(b []byte) (tail []byte, off int) {
	switch {
	case len(st.tail) == 0:
		return nil, 0
	case st.open:
	case st.glued:
		return st.tail, 0
	case st.stamped:
		return nil, 0
	}
	for off < len(b) && (b[off] == ' ' || b[off] == '\t') {
		off++
	}
	if st.glued {
		if !goesOn(b[off:]) { // with the indent that settings have behind a backslash
			off = 0
		}
		return st.tail, off
	}
	if at := 0; st.open && !st.waits && st.stamped {
		if at = body(b); at > 0 && goesOn(b[at:]) {
			return st.tail, at
		}
	}
	if st.waits && !st.shown && bytes.HasSuffix(st.tail, []byte(">")) && len(b) > 0 && b[0] != '<' { // an element's text
		return st.tail, off
	}
	if st.waits && !st.shown {
		if st.record {
			off = body(b)
		}
		if off == 0 && st.stamped {
			return nil, 0
		}
		for off < len(b) && b[off] == ' ' {
			off++
		}
		if bytes.HasPrefix(b[off:], []byte("- ")) { // YAML's lists
			off += 2
		}
		if t := b[off:]; len(t) > 0 && (t[0] == '"' || t[0] == '\'' || call(t) > 0 || !bytes.ContainsAny(t, " :={}<")) {
			if off > 0 && b[off-1] == ' ' && !bytes.HasSuffix(st.tail, []byte("(")) {
				off--
			}
			return st.tail, off
		}
		if v := b[off : off+endBare(b[off:], false)]; off > 0 && ((rows{st}).hadRoom(v) || !random(v)) {
			return nil, 0
		} else if off > 0 {
			return st.tail, off
		}
	}
	if st.open && goesOn(b[off:]) {
		return st.tail, off
	}
	if !st.open && (rows{st}).parted(st.tail, b) {
		return st.tail, 0
	}
	if st.row > st.width && (!st.waits || (rows{st}).hadRoom(b[:endBare(b, false)])) || st.width < wrapMin || off > 1 && !st.open || st.fresh(b[min(off, 1):]) {
		return nil, 0
	}
	return st.tail, 0
}

// parted reports whether a page that breaks lines at their blanks may have parted a
// value from the words before: what b begins with had no room there.
func (st rows) parted(tail, b []byte) bool {
	if len(tail) < 3 {
		return false
	}
	i := 0
	for i < len(b) && beforePart[b[i]] {
		i++
	}
	v := b[i:]
	n := bytes.IndexByte(v, ' ')
	if n >= 0 && n < gramLen && has(gives, v[:n]) {
		v = v[n+1:]
		n = bytes.IndexByte(v, ' ')
	}
	if n < 0 {
		n = len(v)
	}
	if n < gramLen || st.hadRoom(v[:n]) {
		return false
	}
	v = v[:endBare(v[:n], false)]
	return len(v) >= gramLen && mixed(v) && !named(v) && bytes.IndexByte(v, '=') < 0
}

// beforePart are the bytes of what may stand before a value that a page parted from its
// key: signs that bind it, and what opens it.
var beforePart = func() (t [256]bool) {
	for _, c := range []byte("→=>-|: \"'`({[<*") {
		t[c] = true
	}
	return t
}()

// hadRoom reports whether the page, which is as wide as the widest of the two lines, had
// room for word on the line before.
func (st rows) hadRoom(word []byte) bool { return st.width+len(word) < st.row }

// fresh reports whether b does not look like the rest of a line that was wrapped.
func (st *Stream) fresh(b []byte) bool {
	if len(b) == 0 || recordStart(b) || bytes.HasPrefix(b, []byte("HTTP/")) {
		return true
	}
	if bytes.IndexByte([]byte("[{<>*"), b[0]) >= 0 { // but Ruby's => and a tag's end go on
		return !bytes.HasSuffix(st.tail, []byte("=")) && bytes.LastIndexByte(st.tail, '<') <= bytes.LastIndexByte(st.tail, '>') && !(b[0] == '[' && (rows{st}).wraps())
	}
	if !st.open || st.list {
		return false
	}
	if begins(b) {
		return true
	}
	n := bytes.IndexByte(b, ' ')
	if n > 1 && b[n-1] == ':' && isAlnum(b[n-2]) {
		return true
	}
	name := bytes.TrimRight(b, "=") // or the end of base64
	return bytes.IndexByte(b, '=') > 0 && assigned(b) && (bytes.IndexByte(name, '=') > 0 || keyOf(name).kind != Plain)
}

// begins reports whether b begins as a sentence does, or is a label.
func begins(b []byte) bool {
	n := 0
	for n < len(b) && (isLetter(b[n]) || b[n] == '\'') {
		n++
	}
	if n == 0 || n > 10 || changes(b[:n]) > 0 || isHex(b[:n]) || n+1 >= len(b) || b[n] != ' ' && b[n] != ':' {
		return n > 1 && n+1 == len(b) && b[n] == ':'
	}
	return b[n] == ' ' && (isLetter(b[n+1]) && bytes.IndexByte(b[n+1:], ' ') > 0 || b[n+1] == '(' || b[n+1] == '[' || b[len(b)-1] == ':')
}

// goesOn reports whether b can hardly be anything but the rest of a value: one
// run, and nothing behind it or the query's next name.
func goesOn(b []byte) bool {
	n := valueRun(b)
	return n >= gramLen && random(b[:n]) && (len(bytes.TrimRight(b[n:], "=")) == 0 || b[n] == '&' && assigned(b[n+1:]))
}

// valueRun is the length of what at b's front can be a value in a query: it looks at
// eight bytes at a time, and at two.
func valueRun(b []byte) int {
	n := 0
	for n+8 <= len(b) && met(load8(b[n:n+8]))&(valued*each) == valued*each {
		n += 8
	}
	for n+1 < len(b) && pairs[uint16(b[n])|uint16(b[n+1])<<8]&valued != 0 {
		n += 2
	}
	if n < len(b) && valueChar[b[n]] {
		n++
	}
	return n
}

var valueChar = func() (t [256]bool) {
	for c := range 256 {
		t[c] = isAlnum(byte(c)) || bytes.IndexByte([]byte("-_.~%+*!"), byte(c)) >= 0
	}
	return t
}()

// recordStart reports whether b begins with the stamp of a log's record.
func recordStart(b []byte) bool {
	if len(b) < 9 {
		return false
	}
	digit := func(i int) bool { return b[i] >= '0' && b[i] <= '9' }
	switch {
	case digit(0) && digit(1) && (b[2] == '-' && isLetter(b[3]) || b[2] == ':' && digit(3) && digit(4)):
		return true
	case digit(0) && digit(1) && digit(2) && digit(3) && (b[4] == '-' || b[4] == '/') && digit(5):
		return true
	}
	return isLetter(b[0]) && isLetter(b[2]) && b[3] == ' ' && (b[4] == ' ' || digit(4)) && digit(5) && b[6] == ' ' && digit(7) && digit(8)
}

// body is where the message begins behind the prefix of a log's record.
func body(b []byte) int {
	if !recordStart(b) {
		return 0
	}
	if at := bytes.Index(b, []byte("| ")); at >= 0 {
		return at + 2
	}
	if at := bytes.Index(b[9:], []byte(": ")); at >= 0 {
		return 9 + at + 2
	}
	return 0
}

// edge masks the rest of a value at the front of a line whose beginning is
// missing: what stands before the next of a sign-in's parameters. b is longer than a
// gram.
func (st *Stream) edge(b []byte) {
	start := 0
	if b[0] == '=' {
		start = 1
	}
	n := start + valueRun(b[start:])
	if n-start < gramLen || n == len(b) {
		return
	}
	kind := ClientSecret
	rest := b[n:]
	switch {
	case rest[0] == '&' && assigned(rest[1:]), bytes.HasPrefix(rest, []byte(", ")) && signIn(rest[2:]):
		if bytes.HasPrefix(bytes.TrimLeft(rest[1:], " "), []byte("client_secret=")) {
			kind = ClientID
		}
	case bytes.HasPrefix(rest, []byte(" HTTP/1.")), bytes.HasPrefix(rest, []byte(", host: \"")): // an address of nginx's ends
		kind = Password
	default:
		return
	}
	if start == 0 && !random(b[:n]) && !(len(bytes.Trim(b[:n], "0123456789")) == 0 && (kind == Password || signIn(bytes.TrimLeft(rest, "&, ")))) { // nothing else has digits alone there
		return
	}
	st.s.mu.RLock()
	seen := st.s.known.search(b[start:n], nil, nil)
	st.s.mu.RUnlock()
	if !st.open && len(seen) == 0 {
		st.f.spans = append(st.f.spans, span{start: start, end: n, kind: kind, text: st.s.token(kind, said(b[start:n], query)) + cutMark})
	}
}

// signIn reports whether b begins with a parameter of a sign-in (RFC 6749, 4.3.2).
func signIn(b []byte) bool {
	for _, name := range []string{"client_id=", "client_secret=", "grant_type=", "username=", "password="} {
		if bytes.HasPrefix(b, []byte(name)) {
			return true
		}
	}
	return false
}
