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
	if st.opened(text) || bytes.HasPrefix(b, []byte(">>> ")) && st.opened(append([]byte(">>> "), text...)) {
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
	if asked(text) {
		if at := bytes.LastIndexByte(text, '.'); at > 0 && len(text)-at <= 5 && isLetter(text[len(text)-1]) { // a file's name
			text = text[:at]
		}
		if k, _, found := nameBefore(text, len(text)); found != nil && k.kind < user {
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

// asked reports whether text is what somebody typed behind a prompt to see a value, whose
// name ends it: $ echo $CLIENT_SECRET, irb> secret.
func asked(text []byte) bool {
	for _, x := range []struct {
		sign byte // the rarest of the word
		word string
	}{{'$', "echo $"}, {'v', "printenv "}, {'c', "cat "}, {'(', "(lldb) po "}, {'G', "> GET "}, {'>', ">>> "}} {
		if bytes.IndexByte(text, x.sign) >= 0 && bytes.Contains(text, []byte(x.word)) {
			return true
		}
	}
	at := bytes.Index(text, []byte("> "))
	return at > 1 && bytes.IndexByte(text[at+2:], ' ') < 0 && bytes.IndexByte(text[:at], ' ') < 0
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
// formData masks the value of a form's part (RFC 7578) whose head and body
// stand in one text: name="client_secret", an empty line, the value. i is
// behind the name.
func (f *finder) formData(b []byte, i, none int) int {
	if i >= len(b) || b[i] != '\r' && b[i] != '\n' {
		return none
	}
	for _, empty := range []string{"\r\n\r\n", "\n\n"} {
		at := bytes.Index(b[i:min(len(b), i+200)], []byte(empty))
		if at < 0 {
			continue
		}
		start := i + at + len(empty)
		end := start
		for end < len(b) && b[end] != '\r' && b[end] != '\n' {
			end++
		}
		return f.add(span{start: start, end: end, kind: f.pending, open: end == len(b)}, b, bare)
	}
	return none
}

// formPart is how far a form's part has come whose value is a secret.
type formPart struct {
	kind Kind // Plain: none
	body bool // the empty line was there: the value follows
}

// formLine follows the parts of a form over lines.
func (st *Stream) formLine(b []byte) {
	if st.part.kind == Plain {
		if st.f.pending > Plain && st.f.pending < user && bytes.Contains(b, []byte("form-data")) {
			st.part = formPart{kind: st.f.pending}
		}
		return
	}
	text := bytes.TrimSpace(b[body(b):])
	switch {
	case bytes.HasPrefix(text, []byte("--")):
		st.part = formPart{}
	case len(text) == 0:
		st.part.body = true
	case st.part.body:
		at := bytes.Index(b, text)
		st.f.add(span{start: at, end: at + len(text), kind: st.part.kind}, b, bare)
		st.part, st.f.pending = formPart{}, Plain
	}
}
