package redact

import "bytes"

// What a value is wrapped in, or what stands before it: calls, types, marks, tags.

// unwrap goes from a delimiter over blanks, arrows, marks and what a value may be
// wrapped in, to the value or the quote that opens it, behind so many backslashes.
func unwrap(b []byte, i int, p place) (at, quotes int, wide bool) {
	for limit := i + maxWrap; i < len(b) && i < limit; i++ {
		c := b[i]
		if c == '\\' {
			quotes++
			continue
		}
		if n := cast(b[i:]); c == '[' && n > 0 {
			i += n - 1
			continue
		}
		if c == '>' || c == '|' && p.delim != '=' || c == '-' && i > 0 && (b[i-1] == '>' || b[i-1] == '|' || i+1 < len(b) && b[i+1] == '>') || c == '[' || c == '=' && p.delim == '=' || c == ' ' && (p.delim != '=' || p.wide) || c == '\t' {
			quotes = 0
			p.wide = p.wide || c == '>' // Ruby's =>
			continue
		}
		if (c == 'b' || c == 'u' || c == 'r' || c == '@' || c == '$' || c == 'N' || c == 'L') && i+1 < len(b) && (b[i+1] == '\'' || b[i+1] == '"') { // Python's bytes, national characters of SQL
			continue
		}
		if c == '&' && bytes.HasPrefix(b[i:], nbsp) {
			i += len(nbsp) - 1
			continue
		}
		if n := wrapper(b[i:], p, b[max(0, i-1)] == ' '); n > 0 {
			i += n - 1
			quotes = 0
			continue
		}
		break
	}
	return min(i, len(b)), quotes, p.wide
}

// nbsp is a blank of HTML.
var nbsp = []byte("&nbsp;")

// maxWrap is how far a value may stand behind its delimiter.
const maxWrap = 160

// wrapper is the length of what b begins with that a value is wrapped in: a call
// (Some("…"), Optional[…]), a length (string(64) "…"), a pointer, YAML's tags and
// anchors, marks of wikis, tags of HTML.
func wrapper(b []byte, p place, spaced bool) int {
	switch c := b[0]; {
	case c == 'p' && p.delim == ':' && (bytes.HasPrefix(b, []byte("private]")) || bytes.HasPrefix(b, []byte("protected]"))): // what PHP prints of an object's fields
		n := bytes.IndexByte(b, ']') + 1
		return n + len(b[n:]) - len(bytes.TrimPrefix(b[n:], []byte("=>")))
	case c == '(' && spaced:
		if n := bytes.IndexByte(b[:min(len(b), maxKey)], ')'); n > 0 && bytes.HasPrefix(bytes.TrimLeft(b[n+1:], " "), []byte("->")) { // (sensitive value) -> "…"
			return n + 1
		}
		return max(cast(b), call(b))
	case c == '<' && p.delim != '>' && len(b) > 2:
		if n := bytes.IndexByte(b[:min(len(b), 2*maxKey)], '>'); n > 0 && isLetter(b[1]) {
			return n + 1
		}
	case c == '*' && len(b) > 1 && isLetter(b[1]) && call(b[1:]) > 0:
		return 1 + call(b[1:])
	case c == '(' && len(b) > 3 && (b[1] == '*' || b[1] == '0' && b[2] == 'x'): // (*string)(0xc000)("…")
		if n := bytes.IndexByte(b[:min(len(b), maxKey)], ')'); n > 0 && n+1 < len(b) && b[n+1] == '(' {
			return n + 1
		}
		return max(cast(b), call(b))
	case (c == '*' || c == '_' || c == '~') && p.delim == ':':
		if n := len(b) - len(bytes.TrimLeft(b, "*_~")); n < len(b) && b[n] == ' ' {
			return n + 1
		}
	case (c == '&' || c == '!') && spaced && p.delim == ':':
		if n := bytes.IndexByte(b[:min(len(b), maxKey)], ' '); n > 1 && bytes.IndexFunc(b[1:n], func(r rune) bool {
			return r >= 0x80 || !isAlnum(byte(r)) && r != '!' && r != '_' && r != '-' && r != '\''
		}) < 0 && n+1 < len(b) {
			if at := bytes.Index(b[:min(len(b), maxKey)], []byte(" = ")); at == n || at > n && ordinary(b[n+1:at]) { // a type of Rust's
				return at + len(" = ")
			}
			return n + 1
		}
	case c == '(' && len(b) > 1 && (b[1] == '"' || b[1] == '\''):
		return 1
	case c == '"' && p.delim == ':': // what PHP prints of an object's fields: ["password":"User":private]=>
		n := bytes.IndexByte(b[1:min(len(b), maxKey)], '"') + 2
		if rest := b[n:]; n > 2 && bytes.HasPrefix(rest, []byte(":private]")) {
			return n + 1 + wrapper(rest[1:], p, false)
		}
	case c == '(' || c == '[' && len(b) > 1 && b[1] == ']':
		return cast(b)
	case c == '{' && len(b) > 3 && isLetter(b[1]):
		return markup(b)
	case isLetter(c) && p.delim != '>':
		if n := typeName(b); n > 0 {
			return n
		}
		return call(b)
	case isLetter(c) || c == '(' && len(b) > 1 && b[1] == '*' || c == '0' && len(b) > 1 && b[1] == 'x':
		return call(b)
	}
	return 0
}

// cast is the length of a type in brackets before a string, and of what stands between:
// (string) (len=12) "…", (String) "…", []string{"…".
func cast(b []byte) int {
	if b[0] == '[' && len(b) > 1 && b[1] != ']' || b[0] != '[' && b[0] != '(' {
		return 0
	}
	if b[0] == '[' {
		if n := len("[]byte("); bytes.HasPrefix(b, []byte("[]byte(")) && n < len(b) {
			return n
		}
		if n := bytes.IndexByte(b[:min(len(b), maxKey)], '{'); n > 2 && n+1 < len(b) && (b[n+1] == '"' || b[n+1] == '`') && len(bytes.TrimRight(b[2:n], "abcdefghijklmnopqrstuvwxyz")) == 0 {
			return n + 1
		}
		return 0
	}
	end := bytes.IndexByte(b[:min(len(b), maxKey)], ')')
	if end < 2 || end+2 >= len(b) || b[end+1] != ' ' || b[end+2] != '"' && b[end+2] != '(' {
		return 0
	}
	for _, c := range b[1:end] {
		if !isAlnum(c) && bytes.IndexByte([]byte("_.:*= []"), c) < 0 {
			return 0
		}
	}
	return end + 2
}

// markup is the length of a wiki's mark that only draws what follows: {color:red}.
func markup(b []byte) int {
	n := bytes.IndexAny(b[:min(len(b), maxKey)], ":}")
	if n < 0 || !has(marks, b[1:n]) {
		return 0
	}
	if end := bytes.IndexByte(b[:min(len(b), 2*maxKey)], '}'); end > 0 && end+1 < len(b) && b[end+1] > ' ' {
		return end + 1
	}
	return 0
}

// marks are the names of those.
var marks = set("color code noformat quote panel monospace")

// typeName is the length of the type that an annotation gives the value, and of the =
// behind it, or of the word that says how a value is kept: str = "…", cleartext "…".
func typeName(b []byte) int {
	n := bytes.IndexByte(b[:min(len(b), maxKey)], ' ')
	if n <= 0 || n+2 >= len(b) {
		return 0
	}
	for _, c := range b[:n] {
		if !isAlnum(c) && c != '_' && c != '.' && c != ':' && c != '&' && c != '-' {
			return 0
		}
	}
	rest := b[n+1:]
	if rest[0] == '=' && len(rest) > 2 && rest[1] == ' ' && (rest[2] == '"' || rest[2] == '\'' || rest[2] == '`') {
		return n + 3
	}
	if !has(storing, b[:n]) {
		return 0
	}
	if rest[0] == '"' || random(rest[:endBare(rest, false)]) {
		return n + 1
	}
	return 0
}

// storing are the words of a setting that say how its value is kept.
var storing = set("clear cleartext crypt des plain plaintext reg_sz: reg_sz encrypted")

// callEnd are the signs that may stand behind a word's first run.
var callEnd = [256]bool{'{': true, '<': true, ' ': true, '(': true, '[': true, ':': true}

// call is the length of the words and the brackets behind them, if a string follows, or
// if the last of the words is one that only wraps: Some("…"), Arc::new(Mutex::new("…")).
func call(b []byte) int {
	if run := valueRun(b[:min(len(b), maxKey)]); run == maxKey || run < len(b) && !callEnd[b[run]] { // at a glance: nothing behind it opens one
		return 0
	}
	at, n := 0, 0
	for range maxCalls {
		if k := callOf(b[at:]); k > 0 {
			at += k
			n = at
			continue
		}
		k := opensCall(b[at:])
		if at += k; k == 0 || b[at] == '"' || b[at] == '\'' {
			if k > 0 {
				n = at
			}
			break
		}
	}
	return n
}

// maxCalls is how many calls may stand within one another.
const maxCalls = 5

// opensCall is the length of what opens a call, or a value of a type with its field's
// name, whatever stands in it: Box::new(, unique<string>(, Inner { value: .
func opensCall(b []byte) int {
	n := 0
	for n < len(b) && n < maxKey && (isAlnum(b[n]) || b[n] == '_' || b[n] == '.' || b[n] == ':') {
		n++
	}
	if n > 0 && n < len(b) && b[n] == '<' {
		n += bytes.IndexByte(b[n:min(len(b), n+maxKey)], '>') + 1
	}
	rest := bytes.TrimLeft(b[n:], " ")
	if n == 0 || len(rest) < 2 || rest[0] != '{' && (rest[0] != '(' || len(rest) < len(b)-n) {
		return 0
	}
	inner := bytes.TrimLeft(rest[1:], " ")
	if rest[0] == '{' {
		if k := valueRun(inner[:min(len(inner), maxKey)]); k > 0 && k+1 < len(inner) && (inner[k] == ':' || inner[k] == '=') {
			inner = bytes.TrimLeft(inner[k+1:], " ")
		}
	}
	if len(inner) == 0 {
		return 0
	}
	return len(b) - len(inner)
}

// callOf is call for one word.
func callOf(b []byte) int {
	n := 0
	for n < len(b) && n < maxKey && (isAlnum(b[n]) || b[n] == '_' || b[n] == '.' || b[n] == ':' || b[n] == '*' || b[n] == '(' && n == 0) {
		n++
	}
	if n == 0 || n+1 >= len(b) {
		return 0
	}
	word, rest := b[:n], b[n:]
	switch rest[0] {
	case ' ': // a pointer, new String("…")
		if bytes.HasPrefix(b, []byte("0x")) && (rest[1] == '"' || rest[1] == '\'' || rest[1] == '(') || string(word) == "new" || (rest[1] == '"' || rest[1] == '\'') && has(wraps, word) {
			return n + 1
		}
	case '{': // a value of a type: NullString{String:"…"}
		k := 1
		for k < len(rest) && k < maxKey && isAlnum(rest[k]) {
			k++
		}
		if k > 1 && k+1 < len(rest) && (rest[k] == ':' || rest[k] == '=') {
			if k++; rest[k] == ' ' {
				k++
			}
			if k < len(rest) && (rest[k] == '"' || rest[k] == '\'') {
				return n + k
			}
		}
	case '(', '[':
		switch {
		case rest[1] == '"' || rest[1] == '\'' || rest[1] == '\\' && len(rest) > 2 && rest[2] == '"':
			return n + 1
		case has(wraps, word):
			if k := len(rest) - len(bytes.TrimLeft(rest[1:], "0123456789")) - 1; k > 0 && k+2 < len(rest) && rest[k+1] == ')' && rest[k+2] == ' ' { // string(64) "…"
				return n + k + 3
			}
			return n + 1
		}
	}
	return 0
}

// bracketOpens is the length of what opens a call at the line's end.
func bracketOpens(b []byte) int {
	if len(b) > maxKey || b[len(b)-1] != '(' && b[len(b)-1] > ' ' {
		return 0
	}
	n := 0
	for n < len(b) && n < maxKey && isLetter(b[n]) {
		n++
	}
	if n == 0 || n+1 != len(bytes.TrimRight(b[:min(len(b), maxKey+2)], " \r")) || b[n] != '(' {
		return 0
	}
	return len(b)
}

// wraps are words that say nothing of a value.
var wraps = set("some ok just optional string str text char varchar bytes secret secretstring string.valueof sealed box rc arc")

// heredoc reports whether b is the <<EOT of a text that begins on the next line.
func heredoc(b []byte) bool {
	if !bytes.HasPrefix(b, []byte("<<")) {
		return false
	}
	word := bytes.Trim(bytes.TrimRight(b[2:], " \r"), "-~'\"")
	return len(word) > 1 && len(word) < maxKey && len(bytes.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")) == 0
}

// isQuoting are the marks that may stand around a value, and what escapes them.
var isQuoting = [256]bool{'"': true, '\'': true, '`': true, '~': true, '*': true, '_': true, '\\': true}

// marked takes what a value says within marks of its own: a quote that is encoded or
// escaped, a wiki's.
func (f *finder) marked(sp span) {
	v := sp.val
	if bytes.IndexByte(v, '\\') >= 0 {
		v = said(v, quoted)
	}
	n := len(v) - 1
	if n > gramLen && v[0] == v[n] && isQuoting[v[0]] && random(v[1:n]) {
		f.spans = append(f.spans, span{start: -1, end: -1, kind: sp.kind, val: v[1:n]})
	}
}

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

// moves reports whether word is the to or from of a change: changed from … to ….
func moves(rest, word []byte) bool {
	if w := string(word); w != "to" && w != "from" && w != "as" {
		return false
	}
	rest, before := lastWord(rest)
	if string(word) == "to" && !has(changed, before) {
		first, last := before, rest
		if rest, before = lastWord(rest); string(before) == "from" {
			_, before = lastWord(rest)
		} else if noKey(first, len(first)-1) {
			return false
		}
		for has(articles, before) && len(last) > len(rest) { // set the password to
			last = rest
			rest, before = lastWord(rest)
		}
	}
	return has(changed, before)
}
