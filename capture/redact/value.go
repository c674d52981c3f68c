package redact

import (
	"bytes"
	"strings"
)

// form is how a value is written, which decides what it says.
type form uint8

const (
	bare   form = iota
	query       // percent-encoded, + for a blank
	quoted      // with escapes
)

// place is where a key stands: what its value may look like depends on it.
type place struct {
	name  int  // where the name begins
	delim byte // what ends it
	wide  bool // with blanks around
}

// sent reports whether the value, which ends at end, is a parameter of a query or a
// form: what somebody sent, and not what a program says of it.
func (p place) sent(b []byte, end int) bool {
	return p.delim == '=' && !p.wide && (p.name > 0 && (b[p.name-1] == '?' || b[p.name-1] == '&') || end < len(b) && b[end] == '&')
}

// value gives the bounds of the value behind a delimiter that ends before i.
// open: nothing ended it, the line did.
func value(b []byte, i int, kind Kind, p place) (start, end int, f form, open bool) {
	before := byte(0)
	if p.name > 0 {
		before = b[p.name-1]
	}
	if p.delim == '=' && bytes.HasPrefix(b[i:], []byte("3D")) && bytes.Contains(b[i+2:], []byte("=3D")) { // quoted-printable
		i += 2
	}
	quotes := 0
	if i >= len(b) || !valueChar[b[i]] || before != '?' && before != '&' { // nothing wraps what stands in a query
		i, quotes, p.wide = unwrap(b, i, p)
	}
	if i >= len(b) {
		return i, i, bare, true
	}
	if b[i] == '"' || b[i] == '\'' || b[i] == '`' {
		n := endQuoted(b[i+1:], b[i], quotes)
		for bytes.HasPrefix(b[i+1+n:], []byte(`'\''`)) { // a shell's ' within '
			n += 4 + endQuoted(b[i+5+n:], '\'', quotes)
		}
		return i + 1, i + 1 + n, quoted, i+1+n == len(b)
	}
	i -= quotes
	if b[i] == '{' && bytes.HasPrefix(b[i:], []byte("{{")) { // a wiki's
		n := bytes.Index(b[i:], []byte("}}"))
		if n < 0 {
			n = len(b) - i
		}
		return i + 2, i + n, bare, i+n == len(b)
	}
	if n := storage(b[i:]); n > 0 {
		i += n
	} else if b[i] == '{' {
		return i, i, bare, false
	}
	if n := bracketOpens(b[i:]); n > 0 { // Some( at a line's end: the value is on the next
		return i + n, i + n, bare, true
	}
	if kind == Authorization || kind == Cookie && bytes.IndexByte(b[i:min(len(b), i+maxValue)], '=') >= 0 && p.delim == ':' {
		end = header(b, i, before)
		return i, end, bare, end == len(b)
	}
	n := 0
	switch {
	case p.delim == '>':
		return xml(b, i)
	case p.delim == '=' && !p.wide && (before == '{' || before == '[' || before == '(' || before == ' ' && p.name > 1 && b[p.name-2] == ','):
		n = endMap(b[i:], closers(before))
	case p.delim == '=' && (before == '?' || before == '&'):
		f, n = query, endBare(b[i:], true)
		n = unencoded(b[i:], n, kind)
	case before == 0 && (kind == Password || kind == ClientSecret) && whole(b[i:]):
		n = len(bytes.TrimRight(b[i:], " \t"))
	default:
		if p.delim == '=' && !p.wide {
			f = query
		}
		if n = endBare(b[i:], f == query); f == query {
			n = unencoded(b[i:], n, kind)
		}
	}
	return i, i + n, f, i+n == len(b)
}

// unencoded is the length of a password of at least n characters in a body whose writer
// did not encode it, so that it may hold any sign: it goes to the sign-in's next
// parameter, if what lies between has a character that an encoded value cannot have (RFC
// 3986, 2.2), and is no text of a log: names with values of their own, quotes.
func unencoded(b []byte, n int, kind Kind) int {
	if kind != Password && kind != ClientSecret || n == len(b) || b[n] == '&' && signIn(b[n+1:]) {
		return n
	}
	raw := false
	for i, c := range b[:min(len(b), maxWrap)] {
		switch c {
		case '&':
			if !signIn(b[i+1:]) {
				continue
			}
			if raw {
				return max(n, i)
			}
			return n
		case ' ':
			if raw = true; assigned(b[i+1:]) || bytes.HasPrefix(b[i+1:], []byte("HTTP/")) {
				return n
			}
		case '#', '^', '|', '{', '}':
			raw = true
		case '"', '\'', '<', '>', '\\', '\n', '\r', 0, ']', ')':
			return n
		}
	}
	return n
}

// storage is the length of {SSHA} or {noop}, which says how a password is kept (RFC 2307).
func storage(b []byte) int {
	if b[0] != '{' {
		return 0
	}
	n := 1
	for n < len(b) && n < 16 && (isAlnum(b[n]) || b[n] == '-') {
		n++
	}
	if n < 4 || n+4 >= len(b) || b[n] != '}' || b[n+1] <= ' ' {
		return 0
	}
	return n + 1
}

// whole reports whether what stands behind a key at a line's front is its value
// to the end, blanks and all, as in a file of settings.
func whole(b []byte) bool {
	if len(b) > 64 || bytes.ContainsAny(b, `"<>{}`) || bytes.Contains(b, []byte("HTTP/")) {
		return false
	}
	for i, c := range b {
		if (c == ' ' || c == '&' || c == ',') && assigned(b[i+1:]) && bytes.IndexByte(b[i:], '=') >= 0 {
			return false
		}
		if c == '&' && i > 0 && b[i-1] != ' ' && assigned(b[i+1:]) { // a query, cut within its next name
			return false
		}
	}
	return true
}

// header: the value of Authorization and Cookie goes on over blanks, to the
// quote that opened before its name.
func header(b []byte, i int, before byte) int {
	end := len(b)
	if before == '"' || before == '\'' {
		if q := bytes.IndexByte(b[i:], before); q >= 0 {
			end = i + q
		}
	}
	for _, stop := range []string{`[\r]`, `[\n]`, `\r`, `\n`, "#015", "#012", "\r", "\n"} {
		if at := bytes.Index(b[i:end], []byte(stop)); at >= 0 {
			end = i + at
		}
	}
	return end
}

// xml is the text of an element, with or without CDATA.
func xml(b []byte, i int) (start, end int, f form, open bool) {
	if bytes.HasPrefix(b[i:], []byte("<![CDATA[")) {
		i += len("<![CDATA[")
		if n := bytes.Index(b[i:], []byte("]]>")); n >= 0 {
			return i, i + n, bare, false
		}
		return i, len(b), bare, true
	}
	if n := bytes.IndexByte(b[i:], '<'); n >= 0 {
		return i, i + n, bare, false
	}
	return i, len(b), bare, true
}

// endQuoted finds the quote that closes a string that was opened by q behind
// depth backslashes: one deeper in strings within strings has more of them.
func endQuoted(b []byte, q byte, depth int) int {
	run := 0
	for i, c := range b {
		switch {
		case c == '\\':
			run++
			continue
		case c == q && (run < depth || run%(2*depth+2) == depth):
			return i - min(depth, run)
		}
		run = 0
	}
	return len(b)
}

// closers are what may end a map or an object that open begins.
func closers(open byte) string {
	switch open {
	case '{':
		return "}"
	case '[':
		return "]"
	case '(':
		return ")"
	}
	return "}])"
}

// endMap finds the end of a value in what Java prints of a map or an object:
// nothing is escaped there, so that a value may hold blanks and commas.
func endMap(b []byte, closing string) int {
	for i := valueRun(b); i < len(b); i++ {
		switch c := b[i]; c {
		case ',':
			if i+1 < len(b) && b[i+1] == ' ' && (assigned(b[i+2:]) || bytes.IndexByte(b[i:], '=') < 0) {
				return i
			}
		case '}', ']', ')':
			if strings.IndexByte(closing, c) >= 0 && ends(b, i+1) {
				return i
			}
		case '\r', '\n', 0:
			return i
		}
	}
	return len(b)
}

// assigned reports whether b begins with a name and a =.
func assigned(b []byte) bool {
	for i, c := range b[:min(len(b), maxKey)] {
		switch {
		case c == '=':
			return i > 0
		case !isAlnum(c) && bytes.IndexByte([]byte("_-.[]%"), c) < 0:
			return false
		}
	}
	return len(b) < maxKey // cut within the name
}

// ends reports whether what is at i can follow a value.
func ends(b []byte, i int) bool {
	return i >= len(b) || b[i] <= ' ' || b[i] >= 0x7F || bytes.IndexByte([]byte(`,;:.)}]"'<>\&|`+"`"), b[i]) >= 0
}

// bareEnd marks what may end a value that has no quotes.
var bareEnd = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c <= ' ' || c == 0x7F
	}
	for _, c := range []byte("&\"'}<\\;)]|`,[#") {
		t[c] = true
	}
	return t
}()

// endBare finds the end of a value that has no quotes around it.
func endBare(b []byte, inQuery bool) int {
	for i := valueRun(b); i < len(b); i++ {
		if c := b[i]; bareEnd[c] && stops(b, i, c, inQuery) {
			return i
		}
	}
	return len(b)
}

func stops(b []byte, i int, c byte, inQuery bool) bool {
	rest := b[i+1:]
	switch c {
	case '&':
		return len(rest) == 0 || rest[0] == ' ' || assigned(rest) || bytes.HasPrefix(rest, []byte("amp;")) || inQuery && i == 0
	case ';', '|':
		return ends(b, i+1) || assigned(rest) && bytes.IndexByte(rest, '=') >= 0
	case '\'', '}', ')', ']', '`':
		return ends(b, i+1)
	case ',':
		return len(rest) == 0 || rest[0] == ' ' || rest[0] == '"' || rest[0] == '\'' || assigned(rest) && bytes.IndexByte(rest, '=') >= 0
	case '[':
		return len(rest) > 0 && rest[0] == '\\' // what HttpClient prints for \r
	case '#':
		return octal(b[i:]) // what rsyslog prints for \r
	case '\\':
		return len(rest) == 0 || bytes.IndexByte([]byte(`"'nrtux\/`), rest[0]) >= 0
	}
	return true
}

// object masks what looks like a secret in the object at i behind a key, one deeper.
func (f nameValue) object(b []byte, i int, k key) {
	depth, from := 0, i
	for ; i < len(b) && i < from+reach; i++ {
		switch c := b[i]; c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return
			}
		case ':', '=':
			i = f.field(b, from, i, k.kind)
		case '"', '\'':
			quotes := 0
			for i-quotes > from && b[i-1-quotes] == '\\' {
				quotes++
			}
			end := i + 1 + endQuoted(b[i+1:min(len(b), i+1+reach)], c, quotes)
			if v := b[i+1 : end]; len(v) >= gramLen && random(v) && !evidence(key{made: true}, nil, v, nil) {
				f.add(span{start: i + 1, end: end, kind: k.kind, open: end == len(b)}, b, quoted)
			}
			i = end + quotes
		}
	}
	if i == len(b) {
		f.pending = k.kind
	}
}

// field masks the value without quotes of a field of the object at from that holds what
// the object is: {Valid:true String:…}, or one that a machine or a careful person made in
// an object of passwords. i is the sign behind its name; it gives where to go on.
func (f nameValue) field(b []byte, from, i int, kind Kind) int {
	name := i
	for name > from && isAlnum(b[name-1]) {
		name--
	}
	field := b[name:i]
	for b[i] != ' ' && i+1 < len(b) && b[i+1] == ' ' {
		i++
	}
	end := i + 1 + endBare(b[i+1:min(len(b), i+1+reach)], false)
	v := b[i+1 : end]
	if len(v) < gramLen || !random(v) || !has(holding, field) && (kind != Password || !mixed(v)) || v[0] == '"' || v[0] == '\'' || evidence(key{made: true}, nil, v, nil) {
		return i
	}
	return f.add(span{start: i + 1, end: end, kind: kind, open: end == len(b)}, b, bare) - 1
}

// holding are the names of such fields.
var holding = set("string value val text data raw inner plain plaintext secret password content s v str bytes")
