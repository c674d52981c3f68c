package redact

import "bytes"

// Lines that are a key alone, whose value is the next.

// labelled masks a word that stands alone behind a line that is a key alone.
func (st *Stream) labelled(b []byte) {
	text := b[body(b):]
	for len(text) > 0 && isMark[text[0]] {
		text = text[1:]
	}
	for len(text) > 0 && isMark[text[len(text)-1]] {
		text = text[:len(text)-1]
	}
	if n := len(text) - 2; n > 0 && (text[n] == '\'' || text[n] == '"') && text[n+1] == ']' { // os.environ['SECRET']
		text = text[:n]
	}
	if len(text) == 0 {
		return
	}
	if st.opened(text) {
		return
	}
	if len(text) > 4 && text[0] == 'h' && text[2] == '.' && text[3] == ' ' { // a wiki's heading
		text = text[4:]
	}
	kind := st.label
	if kind == Authorization && challenge(text) {
		return
	}
	st.label = Plain
	if k, ok := phrase(text); ok {
		st.label = k.kind
		return
	}
	if b[len(b)-1] == ':' {
		if k, _, found := keyOfWhom(text); found != nil { // Password for ann:
			st.label = k.kind
			return
		}
	}
	if at := bytes.LastIndex(text, []byte("AUTH")); at > 0 {
		if k := keyOf(text[at:]); k.kind == Authorization {
			st.label = k.kind
			return
		}
	}
	if kind == Plain || bytes.IndexByte(text, ' ') >= 0 {
		return
	}
	if kind == Authorization { // another answer may follow
		st.label = kind
	}
	if in := bytes.TrimSuffix(bytes.TrimPrefix(text, []byte("{code}")), []byte("{code}")); len(in) > 0 {
		text = in
	}
	if at := bytes.Index(b, text); len(text) >= gramLen && random(text) {
		st.f.value(b, span{start: at, end: at + len(text), open: at+len(text) == len(b)}, kind, bare)
	}
}

// challenge reports whether text is what a server asks for the next part of a sign-in
// (RFC 4954, 4; RFC 9051, 6.2.2).
func challenge(text []byte) bool {
	return bytes.HasPrefix(text, []byte("334")) || text[0] == '+'
}

// opened takes the key whose value stands on the lines to come: as a text of its own
// (password = <<EOT), as what is given in a block (variable "db_password" {).
func (st *Stream) opened(text []byte) bool {
	if at := bytes.Index(text, []byte("<<")); at > 0 && heredoc(text[at:]) {
		if k, _, found := nameBefore(text, len(bytes.TrimRight(text[:at], " :="))); found != nil && k.kind < user {
			st.label = k.kind
			return true
		}
	}
	if name, ok := bytes.CutSuffix(text, []byte("\" {")); ok {
		if k, ok := phrase(name[bytes.LastIndexByte(name, '"')+1:]); ok {
			st.f.pending, st.block = k.kind, true
			return true
		}
	}
	if text[0] == '}' {
		st.block = false
	}
	return false
}

// Answers: what stands alone on the line below a prompt at which somebody asked for it, by
// whatever program, or below an answer that is a name.

const (
	maxAsked  = 200 // as much of a line as is looked at for what it asks for
	maxAnswer = 512 // the longest answer
	maxBefore = 40  // ... and what a program writes before one
)

// beginsAnswer are what an answer with blanks in it begins with: $1 = "…", => …, 0x41 "…",
// Out[3]: …, res0: …, (std::string) $0 = ….
var beginsAnswer = [256]bool{'[': true, '{': true, '"': true, '\'': true, '$': true, '=': true, '(': true, 'O': true, 'r': true, '0': true, ' ': true}

// answers are the values that were asked for on the line before.
type answers struct{ *Stream }

// line masks the answer that b is, if the line before asked for a secret; it reports
// whether that was behind a prompt.
func (st answers) line(b []byte) bool {
	if len(b) < gramLen || st.open || st.row > len(b) || b[1] == ' ' && b[0] == ' ' || !beginsAnswer[b[0]] && bytes.IndexByte(b, ' ') >= 0 && !(b[0]-'0' <= 9 && bytes.IndexByte(b[:4], ')') > 0) {
		return false
	}
	start, end := answerIn(b)
	if start == end || pgpass(b) && st.password(b) {
		return false
	}
	v := b[start:end]
	kind, prompted, last := wanted(st.before)
	if kind == Plain || !random(v) || named(v) || !mixed(v) && !(prompted && (last || ownValue(v))) {
		return false
	}
	fm := bare
	if end < len(b) && (b[end] == '"' || b[end] == '\'') {
		fm = quoted
	}
	st.f.value(b, span{start: start, end: end, open: end == len(b) && len(b) >= leastPage}, kind, fm)
	return prompted
}

// ownValue reports whether v, which has no letters of both cases, is a value all the same:
// no path, no name of parts, no short number of a container or a commit.
func ownValue(v []byte) bool {
	return !bytes.ContainsAny(v, "/.") && !(isHex(v) && len(v) < leastDigest)
}

const leastDigest = 20

// leastPage is the width of the narrowest terminal on which an answer may go on.
const leastPage = 64

// pgpass reports whether b is a line of .pgpass: host:port:database:user:password.
func pgpass(b []byte) bool {
	if bytes.Count(b, []byte(":")) != 4 || !mixed(b[bytes.LastIndexByte(b, ':')+1:]) {
		return false
	}
	port := b[bytes.IndexByte(b, ':')+1:]
	port = port[:bytes.IndexByte(port, ':')]
	return string(port) == "*" || len(port) > 1 && amount(port)
}

// password masks the last field of such a line.
func (st answers) password(b []byte) bool {
	at := bytes.LastIndexByte(b, ':') + 1
	st.f.value(b, span{start: at, end: len(b)}, Password, bare)
	return true
}

// answerIn is the place of the only value on a line, behind what a program writes before
// it: the number of a result, its type, where it stands in memory.
func answerIn(b []byte) (start, end int) {
	end = len(bytes.TrimRight(b, " \r;,)]}"))
	if end == 0 || len(b) > maxAnswer {
		return 0, 0
	}
	if q := b[end-1]; q == '"' || q == '\'' {
		end--
		start = bytes.LastIndexByte(b[:end], q) + 1
	} else {
		start = bytes.LastIndexAny(b[:end], " \t") + 1
	}
	v, before := b[start:end], bytes.TrimRight(b[:start], " \t\"'[{")
	if len(v) < gramLen || len(before) > maxBefore || v[0] == '/' || bytes.IndexByte(v, ' ') >= 0 || bytes.Contains(v, []byte("://")) || bytes.IndexByte(bytes.TrimRight(v, "="), '=') >= 0 {
		return 0, 0
	}
	if at := bytes.LastIndexByte(before, ' '); bytes.HasPrefix(before[at+1:], []byte("0x")) { // a pointer
		before = bytes.TrimRight(before[:at+1], " ")
	}
	if n := len(before); n > 0 && before[n-1] != '=' && before[n-1] != '>' && !bytes.HasSuffix(before, []byte("]:")) && !(before[n-1] == ']' && before[0] == '[') && !(before[n-1] == ')' && before[0]-'0' <= 9) {
		return 0, 0
	}
	return start, end
}

// wanted is the kind of the secret that a line asks for: the last that somebody named
// behind a prompt, the name that ends it or is an answer itself. last: nothing but signs
// stands behind its name.
func wanted(b []byte) (kind Kind, prompted, last bool) {
	if at := promptEnd(b); at >= 0 {
		for i := len(b); i > at+1; i-- {
			if !isLetter(b[i-1]) || i < len(b) && (isAlnum(b[i]) || b[i] == '=' || b[i] == '_' || b[i] == '-') {
				continue
			}
			if k, name, found := nameAt(b[:i], i); found != nil && k.kind < user && !k.whole && b[name] != '-' {
				return k.kind, true, !bytes.ContainsFunc(b[i:], func(r rune) bool { return r < 0x80 && isAlnum(byte(r)) })
			}
		}
		return Plain, true, false
	}
	text := bytes.TrimRight(b, " \r\"'")
	if n := bytes.IndexByte(b, ')'); n > 0 && n < 4 && len(bytes.Trim(b[:n], "0123456789")) == 0 { // of a list
		k, _ := phrase(bytes.TrimLeft(text[min(n+1, len(text)):], " \"'"))
		return k.kind, true, true
	}
	if len(text) < 2 || noKey(text, len(text)-1) {
		return Plain, false, false
	}
	if k, _, found := nameAt(text, len(text)); found != nil && k.kind < user && !k.made {
		return k.kind, false, true
	}
	return Plain, false, false
}

// promptEnd is where what somebody typed begins behind the prompt of a shell, a database, a
// debugger or an interpreter; -1: there is none.
func promptEnd(b []byte) int {
	if len(b) < 3 {
		return -1
	}
	for _, shape := range [][2]string{{"(", ") "}, {"In [", "]: "}} { // (gdb), IPython
		if bytes.HasPrefix(b, []byte(shape[0])) {
			if at := bytes.Index(b[:min(len(b), maxKey)], []byte(shape[1])); at > 0 {
				return at + len(shape[1])
			}
		}
	}
	for i, c := range b[:min(len(b)-1, 2*maxKey)] {
		if c != '$' && c != '#' && c != '>' && c != '%' || b[i+1] != ' ' && !(c == '>' && bytes.Contains(b[:i], []byte(":\\"))) {
			continue
		}
		host := b[:i]
		if bytes.IndexByte(host, ' ') < 0 && (i == 0 || host[0] != '<') || host[0] == '[' || bytes.HasPrefix(host, []byte("PS ")) {
			return i + 1
		}
		return -1
	}
	return -1
}

// isMark are the marks around a heading, an item of a list, a string.
var isMark = func() (t [256]bool) {
	for _, c := range []byte(" \t\r#*_:=-`|'\">?") {
		t[c] = true
	}
	return t
}()

// letters3 marks three letters in a row, folded: a small table that most words fail.
// Where one of the three is no letter it marks all.
type letters3 [1 << (3 * foldBits) / 64]uint64

// folded is a letter without its case, and 0 for what is none.
var folded = func() (t [256]uint8) {
	for c := range 256 {
		if isLetter(byte(c)) {
			t[c] = byte(c) & (1<<foldBits - 1)
		}
	}
	return t
}()

func place3(a, b, c byte) uint {
	return uint(folded[a])<<(2*foldBits) | uint(folded[b])<<foldBits | uint(folded[c])
}

// lacks reports whether none of its words ends with the letters that end at j.
func (t *letters3) lacks(b []byte, j int) bool {
	if j < 2 {
		return false
	}
	w := b[j-2 : j+1]
	at := place3(w[0], w[1], w[2])
	return t[at/64&uint(len(t)-1)]&(1<<(at%64)) == 0
}

// mark marks the end of a word of three letters at least.
func (t *letters3) mark(word string) {
	if n := len(word); n > 2 {
		at := place3(word[n-3], word[n-2], word[n-1])
		t[at/64] |= 1 << (at % 64)
	}
}

// marked are the ends of words, and all that is not of letters.
func marked(words ...string) *letters3 {
	t := &letters3{}
	for at := range t { // each has all last letters, behind two that stand before them
		const none = 1 | 1<<(1<<foldBits)
		switch first := at >> (foldBits - 1); {
		case first == 0:
			t[at] = 1<<64 - 1
		case at&(1<<(foldBits-1)-1) == 0: // the first of the two is no letter
			t[at] = none | (1<<(1<<foldBits) - 1)
		default:
			t[at] = none
		}
	}
	for _, w := range words {
		if len(w) > 2 {
			t.mark(w)
			continue
		}
		for first := range byte(26) { // of a key of two letters any may come first
			t.mark(string('a'+first) + w)
		}
	}
	return t
}

// keysWhere are the keys that are looked for without quotes too.
func keysWhere(of func(key) bool) (out []string) {
	for name, k := range keys {
		if !k.inner && of(k) {
			out = append(out, name)
		}
	}
	return out
}

// noKey reports whether no key ends with the letters that end at j.
func noKey(b []byte, j int) bool { return ends3.lacks(b, j) }

// noAssigned is noKey before a =.
func noAssigned(b []byte, j int) bool { return assigned3.lacks(b, j) }

// noProseKey reports whether no value can follow the letters that end at j.
func noProseKey(b []byte, j int) bool { return proseEnds3.lacks(b, j) }

// ends3 are the ends of keys, assigned3 of those that matter before a =, proseEnds3 of
// what a sentence may have before a value.
var (
	ends3      = marked(keysWhere(func(key) bool { return true })...)
	assigned3  = marked(keysWhere(func(k key) bool { return !k.colon })...)
	proseEnds3 = func() *letters3 {
		t := marked(keysWhere(func(key) bool { return true })...)
		for _, words := range []map[string]bool{gives, kept, statementKeys, subcommands, {"from": true}} {
			for w := range words {
				t.mark(w)
			}
		}
		return t
	}()
)
