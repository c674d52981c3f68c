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
	for _, word := range []string{"echo $", "printenv ", "cat ", "(lldb) po ", "> GET ", ">>> "} {
		if bytes.Contains(text, []byte(word)) {
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
