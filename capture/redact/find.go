package redact

import (
	"bytes"
	"math/bits"
)

// span is a secret's place in a line.
type span struct {
	start, end int
	kind       Kind
	val        []byte // what it says; nil: the bytes of its place
	open       bool   // nothing ended it but the line
	text       string // the token to show, if it is known already
}

// What a byte may begin or end. All else is skipped at a byte a clock tick.
const (
	other   = iota
	delim   // = : >
	dash    // flags, PEM
	scheme  // Bearer, Basic
	jwt     // the J of eyJ
	label   // the _ of client_secret and of a TLS key log's labels
	opener  // a quote that may begin a pair: ["password", "…"]
	escape  // something that may hide a key from a search
	rsaLine // the R of RSA
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		if c < 0x20 && c != '\t' || c >= 0x7F {
			t[c] = escape
		}
	}
	for c, is := range map[byte]uint8{'=': delim, ':': delim, '>': delim, '-': dash, 'B': scheme, 'b': scheme, 'J': jwt, '_': label, 'R': rsaLine, '"': opener, '\'': opener, '%': escape, '\\': escape, '&': escape, '#': escape} {
		t[c] = is
	}
	return t
}()

// finder looks through one view of a line.
type finder struct {
	views   []view // what the escapes say, level by level
	spans   []span
	words   []int  // places in all words that may be of proseMin
	people  []span // user names and hosts, for privacy and for what is no secret
	plain   bool   // the text is printable ASCII and tabs only
	escapes bool   // something was seen that may hide a key
	pending Kind   // "name": "client_secret" was seen: its value follows
	from    int    // where the name begins whose value the line's end cut, or -1
	waits   bool   // ... and nothing of the value is there yet, or it is in quotes
	list    bool   // ... or it is a list of names and values
	dashes  bool   // --- was seen: a PEM block may begin or end
	coded   bool   // base64 that holds secrets runs to the line's end
	depth   int    // of what is decoded within what is decoded
}

// scan finds the secrets of b by their keys and their shapes. It looks at eight
// bytes at a time, by twos: most of them are of no interest.
func (f *finder) scan(b []byte) {
	f.escapes, f.from, f.waits, f.list, f.dashes = false, -1, false, false, false
	words := f.words[:0]
	next, i := 0, 0
	if len(b) > 0 { // nothing stands before it that could tell
		next = f.visit(b, 0, 0)
	}
	var ended, all uint8 // whether the four bytes before are in a word; what was met
	for ; i+8 <= len(b); i += 8 {
		x := load8(b[i : i+8])
		p, q, r, s := pairs[uint16(x)], pairs[uint16(x>>16)], pairs[uint16(x>>32)], pairs[uint16(x>>48)]
		const place = first | second
		if (p|q|r|s)&place != 0 {
			for at := uint(p&place) | uint(q&place)<<2 | uint(r&place)<<4 | uint(s&place)<<6; at != 0; at &= at - 1 {
				if j := i + bits.TrailingZeros(at); j > 0 && pairs[uint16(b[j-1])|uint16(b[j])<<8]&second != 0 {
					next = f.visit(b, j, next)
				}
			}
		}
		all |= p | q | r | s
		end := r & s
		if p&q&(end|ended)&inWord != 0 {
			words = append(words, i)
		}
		ended = end
	}
	if ended&inWord != 0 {
		words = append(words, i-1)
	}
	for ; i < len(b); i++ {
		next = f.visit(b, i, next)
	}
	f.plain = all&control == 0 && plainBytes(b[len(b)&^7:])
	if f.words = words; f.prose(b) {
		f.runs(b)
	}
}

// visit looks at the place i, unless it lies before next; it gives where to go on.
func (f *finder) visit(b []byte, i, next int) int {
	c := class[b[i]]
	if i < next || c == other || idle(b, i, c) {
		return next
	}
	return max(i+1, f.at(b, i, c))
}

// What is told of two bytes in a row.
const (
	first   = 1 << iota // the first may be of interest, whatever stands before it
	second              // the second may be
	inWord              // both are in a word
	control             // one of them is not printable ASCII, nor a tab
)

var pairs = func() (t [1 << 16]uint8) {
	for a := range 256 {
		for b := range 256 {
			p := &t[a|b<<8]
			if k := class[a]; k != other && !idleBefore(byte(b), k) {
				*p |= first
			}
			if k := class[b]; k != other && !idleBehind(byte(a), k) {
				*p |= second
			}
			if proseChar[a] && proseChar[b] {
				*p |= inWord
			}
			if !plainBytes([]byte{byte(a), byte(b)}) {
				*p |= control
			}
		}
	}
	return t
}()

// idleBehind reports whether before alone tells that what stands behind it is
// of no interest.
func idleBehind(before byte, c uint8) bool {
	switch c {
	case dash:
		return before > ' ' && before != '\'' && before != '"' && before != '-'
	case scheme:
		return isAlnum(before)
	case jwt:
		return before != 'y'
	case opener:
		return before != '(' && before != '['
	}
	return false
}

// idleBefore reports the same of what stands before behind.
func idleBefore(behind byte, c uint8) bool {
	switch c {
	case scheme:
		return behind|0x20 != 'a' && behind|0x20 != 'e'
	case label:
		behind |= 0x20
		return behind != 'r' && behind != 's' && behind != 't' && behind != 'i'
	case rsaLine:
		return behind != 'S'
	}
	return false
}

// idle reports of most places of interest that they are none, by their
// neighbours: the colons of a time, the dashes of a date, a b within a word.
func idle(b []byte, i int, c uint8) bool {
	if i == 0 || i+1 >= len(b) {
		return false
	}
	before, behind := b[i-1], b[i+1]
	switch c {
	case delim:
		switch {
		case b[i] == '>':
			return before == ' ' && behind == ' '
		case isLetter(before):
			return behind != '/' && noKey(b, i-1)
		}
		return before-'0' <= 9 && behind-'0' <= 9 && b[i] == ':'
	case dash:
		return before > ' ' && before != '\'' && before != '"' && behind != '-'
	case scheme:
		return behind|0x20 != 'a' && behind|0x20 != 'e' || isAlnum(before)
	case jwt:
		return before != 'y'
	case label:
		behind |= 0x20
		return behind != 'r' && behind != 's' && behind != 't' && behind != 'i'
	case rsaLine:
		return behind != 'S'
	case opener:
		return before != '(' && before != '['
	}
	return false
}

// at looks at what is at i; it gives where to go on.
func (f *finder) at(b []byte, i int, c uint8) int {
	switch c {
	case delim:
		return f.delimiter(b, i)
	case dash:
		return f.flag(b, i)
	case scheme:
		return f.scheme(b, i)
	case jwt:
		return f.webToken(b, i)
	case label:
		return max(f.keyLog(b, i), f.column(b, i))
	case opener:
		return f.couple(b, i-1)
	case rsaLine:
		return f.rsaLine(b, i)
	case escape:
		f.escapes = f.escapes || escapeAt(b, i)
	}
	return i
}

// add takes a secret unless it is none: a token of ours, or masked already.
func (f *finder) add(sp span, b []byte, fm form) int {
	if sp.end <= sp.start {
		return sp.start
	}
	sp.val = said(b[sp.start:sp.end], fm)
	if n := tokenAt(b[sp.start:]); n > 0 && sp.start+n >= sp.end {
		return sp.start + n
	}
	if sourceMasked(sp.val) {
		return sp.start
	}
	f.spans = append(f.spans, sp)
	if sp.open && f.from < 0 {
		f.from = max(0, sp.start-shapeReach)
	}
	return sp.end
}

// shapeReach is how far before a secret that has no key its shape may begin.
const shapeReach = 160

// delimiter looks for a key before the = : or > at i, and for its value behind.
func (f *finder) delimiter(b []byte, i int) int {
	if b[i] == '>' {
		return f.element(b, i)
	}
	if b[i] == ':' && i+2 < len(b) && b[i+1] == '/' && b[i+2] == '/' {
		return f.userinfo(b, i+3)
	}
	if i > 0 && b[i-1] == b[i] || b[i] == ':' && i+1 < len(b) && b[i+1] == '=' { // Class::Name, :=
		return i
	}
	k, name, found := nameBefore(b, i)
	if found == nil {
		return i
	}
	p := place{name: name, delim: b[i], wide: i > 0 && (b[i-1] == ' ' || b[i-1] == '\t' || b[i-1] == ':')}
	return f.keyed(b, i+1, k, found, p)
}

// keyed masks the value at i of a key.
func (f *finder) keyed(b []byte, i int, k key, found []byte, p place) int {
	start, end, fm, open := value(b, i, k.kind, p)
	v := b[start:end]
	switch k.kind {
	case named:
		return f.named(b, span{start: start, end: end, open: open}, found, fm, p)
	case user, hostKey:
		if len(v) >= k.min && len(v) > 0 {
			f.people = append(f.people, span{start: start, end: end, kind: k.kind, val: said(v, fm), open: open})
		}
		return i
	case tuple:
		return f.pair(b, i)
	}
	if n := tokenAt(b[start:]); n > 0 && start+n >= end {
		return start + n
	}
	if open && start == end {
		f.from, f.waits = p.name, true
	}
	if sourceMasked(said(v, fm)) {
		return i
	}
	if open && len(bytes.Trim(v, ">|-+ ")) == 0 { // YAML's blocks
		f.from, f.waits = p.name, true
		return i
	}
	if open {
		f.from, f.waits = p.name, fm == quoted
	}
	f.list = open && (string(found) == "cookie" || string(found) == "setcookie")
	cut := open && p.name > 0 && (b[p.name-1] == '?' || b[p.name-1] == '&') && len(v) >= 4
	if len(v) < k.min && !open || k.random && !random(v) && !(cut && isLetter(v[0])) {
		return i
	}
	switch {
	case k.kind == Authorization:
		return f.credentials(b, start, end, open)
	case k.kind == Cookie && bytes.IndexByte(v, '=') >= 0 && (string(found) == "cookie" || string(found) == "setcookie"):
		return f.cookies(b, start, end, open)
	case string(found) == "pwd" && len(v) > 0 && v[0] == '/', p.delim == ':' && fm == bare && remark(v, b[end:]): // the shell's folder; what is wrong with a value
		return i
	}
	return f.add(span{start: start, end: end, kind: k.kind, open: open}, b, fm)
}

// random reports whether v looks as if a machine had made it: a word is none.
func random(v []byte) bool {
	digits, upper := 0, 0
	for _, c := range v {
		if c >= '0' && c <= '9' {
			digits++
		} else if c >= 'A' && c <= 'Z' {
			upper++
		}
	}
	return digits > 0 && digits < len(v) && bytes.IndexByte(v, ' ') < 0 || len(v) >= 20 && upper > 1
}

// remark reports whether v begins what a program says of a value, not the value:
// "Invalid password: too short".
func remark(v, rest []byte) bool {
	if len(rest) < 2 || rest[0] != ' ' || !isLetter(rest[1]) {
		return false
	}
	switch string(v) {
	case "too", "is", "must", "may", "cannot", "should", "does", "has", "not":
		return true
	}
	return false
}

// named follows {"name": "client_secret", "value": "…"}: HAR, Postman,
// properties in XML.
func (f *finder) named(b []byte, sp span, found []byte, fm form, p place) int {
	if string(found) == "value" {
		kind := f.pending
		f.pending = Plain
		if kind == Plain {
			return sp.start
		}
		if sp.open {
			f.from, f.waits = p.name, true
		}
		switch {
		case kind == Authorization:
			return f.credentials(b, sp.start, sp.end, sp.open)
		case kind == Cookie && bytes.IndexByte(b[sp.start:sp.end], '=') >= 0:
			return f.cookies(b, sp.start, sp.end, sp.open)
		case kind >= user:
			return sp.start
		}
		sp.kind = kind
		return f.add(sp, b, fm)
	}
	if fm == quoted && sp.end-sp.start <= maxKey {
		f.pending = keyOf(b[sp.start:sp.end]).kind
		if f.pending > Plain && f.pending < user && string(found) == "name" {
			return f.formData(b, sp.end+1, sp.start)
		}
	}
	return sp.start
}

// element looks for a key in the tag that ends at i.
func (f *finder) element(b []byte, i int) int {
	open := bytes.LastIndexByte(b[max(0, i-2*maxKey):i], '<')
	if open < 0 || i > 0 && (b[i-1] == '/' || b[i-1] == '=') {
		return i
	}
	open += max(0, i-2*maxKey) + 1
	end := open
	for end < i && (isAlnum(b[end]) || bytes.IndexByte([]byte("_-.:"), b[end]) >= 0) {
		end++
	}
	k := keyOf(b[open:end])
	if k.kind == Plain || k.kind >= user {
		k.kind, f.pending = f.pending, Plain
	}
	if k.kind == Plain || k.kind >= user || open < i && b[open] == '/' {
		return i
	}
	start, stop, _, cut := xml(b, i+1)
	if cut {
		f.from, f.waits = open-1, start == stop
	}
	if len(bytes.TrimSpace(b[start:stop])) == 0 {
		return i
	}
	return f.add(span{start: start, end: stop, kind: k.kind, open: cut}, b, bare)
}

// pair is the second string of ('name', 'password').
func (f *finder) pair(b []byte, i int) int {
	if i >= len(b) || b[i] != '(' {
		return i
	}
	comma := bytes.IndexByte(b[i:min(len(b), i+200)], ',')
	if comma < 0 {
		return i
	}
	start, end, fm, open := value(b, i+comma+1, Password, place{delim: ':'})
	return f.add(span{start: start, end: end, kind: Password, open: open}, b, fm)
}

// couple is a pair of strings of which the first is a key.
func (f *finder) couple(b []byte, i int) int {
	if i < 0 || i+3 >= len(b) || b[i] != '(' && b[i] != '[' {
		return i
	}
	quote := b[i+1]
	end := bytes.IndexByte(b[i+2:min(len(b), i+2+maxKey)], quote)
	if end < 0 {
		return i
	}
	end += i + 2
	k := keyOf(b[i+2 : end])
	rest := bytes.TrimLeft(b[end+1:min(len(b), end+4)], " ")
	if k.kind == Plain || k.kind >= user || len(rest) == 0 || rest[0] != ',' {
		return i
	}
	comma := bytes.IndexByte(b[end:], ',') + end
	start, stop, fm, open := value(b, comma+1, k.kind, place{name: i + 1, delim: ':'})
	if fm != quoted {
		return i
	}
	return f.add(span{start: start, end: stop, kind: k.kind, open: open}, b, fm)
}

// column is a value that stands beside its key with blanks, a bar or an arrow
// between: a table, a listing.
func (f *finder) column(b []byte, i int) int {
	end := i + 1
	for end < len(b) && end-i < maxKey && (isAlnum(b[end]) || b[end] == '_') {
		end++
	}
	at := end
	for at < len(b) && at-end < 24 && (b[at] == ' ' || b[at] == '\t' || b[at] == '|' || b[at] == '-' && at+1 < len(b) && b[at+1] == '>' || b[at] == '>') {
		at++
	}
	if at == end || at == len(b) || b[at] == '"' {
		return i
	}
	k, name, found := nameBefore(b, end)
	stop := at + endBare(b[at:], false)
	if found == nil || k.kind >= user || stop-at < 12 || !random(b[at:stop]) {
		return i
	}
	return f.keyed(b, at, key{kind: k.kind}, found, place{name: name, delim: ' '})
}
