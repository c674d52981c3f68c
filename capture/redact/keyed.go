package redact

import (
	"bytes"

	"syncscope/capture/redact/cmdline"
	"syncscope/capture/redact/script"
)

// span is a secret's place in a line.
type span struct {
	start, end int
	kind       Kind
	val        []byte // what it says; nil: the bytes of its place
	open       bool   // nothing ended it but the line
	behind     int    // where its name begins, and one; 0: it has none
	text       string // the token to show, if it is known already
}

// finder looks through one view of a line.
type finder struct {
	views   []view // what the escapes say, level by level
	spans   []span
	words   []int  // places in all words that may be of proseMin: of use within scan alone
	people  []span // user names and hosts, for privacy and for what is no secret
	plain   bool   // the text is printable ASCII and tabs only
	escapes bool   // something was seen that may hide a key
	pending Kind   // "name": "client_secret" was seen: its value follows
	held    Kind   // ... and was masked, to heldTo: another may follow
	heldTo  int
	from    int     // where the name begins whose value the line's end cut, or -1
	waits   bool    // ... and nothing of the value is there yet, or it is in quotes
	list    bool    // ... or it is a list of names and values
	dashes  bool    // --- was seen: a PEM block may begin or end
	sql     bool    // a placeholder or VALUES was seen
	numeric bool    // bytes may be written as numbers
	long    bool    // a long run of base64 or hex may be there
	coded   bool    // base64 that holds secrets runs to the line's end
	depth   int     // of what is decoded within what is decoded
	taken   []taken // what the spans take: of use within a scan alone
}

// at looks at what is at i; it gives where to go on.
func (f *finder) at(b []byte, i int, c uint8) int {
	switch c {
	case delim:
		return f.delimiter(b, i)
	case dash:
		return commands{f}.flag(b, i)
	case scheme:
		return shapes{f}.scheme(b, i)
	case jwt:
		return shapes{f}.webToken(b, i)
	case label:
		return max(shapes{f}.keyLog(b, i), f.column(b, i))
	case opener:
		return f.couple(b, i-1)
	case rsaLine:
		return shapes{f}.rsaLine(b, i)
	case reader:
		return commands{f}.reader(b, i)
	case dollar:
		f.sql = f.sql || i+1 < len(b) && b[i+1]-'0' <= 9
		return shapes{f}.crypt(b, i)
	case verb:
		return prose{f}.is(b, i)
	case sql:
		f.sql = f.sql || bytes.EqualFold(b[i:min(len(b), i+len("values"))], []byte("values"))
	case slash:
		return commands{f}.slash(b, i)
	case pipe:
		return commands{f}.command(b, i, cmdline.Pipe(b, i))
	case login:
		if i == 0 || i+1 == len(b) { // a name has more
			return i
		}
		return commands{f}.command(b, i, cmdline.Verb(b, i))
	case account:
		if i > 3 && string(b[i-4:i]) == "net " {
			return commands{f}.command(b, i, cmdline.Account(b, i))
		}
	case escape:
		f.escapes = f.escapes || escapeAt(b, i)
		if b[i] == '\\' && i > 0 && b[i-1] == ' ' && i+1 < len(b) && b[i+1] == '\\' { // a share
			return commands{f}.command(b, i, cmdline.Flag(b, i))
		}
	}
	return i
}

// add takes a secret unless it is none: a token of ours, or masked already. val, if it
// is there, is what it says, and no mask.
func (f *finder) add(sp span, b []byte, fm form) int {
	if sp.end <= sp.start {
		return sp.start
	}
	if sp.kind == credentials {
		sp.kind, sp.val = Password, nil
		sp.start += afterName(b[sp.start:sp.end])
	}
	if n := tokenAt(b[sp.start:]); n > 0 && sp.start+n >= sp.end {
		return sp.start + n
	}
	if sp.val == nil {
		if sp.val = said(b[sp.start:sp.end], fm); sourceMasked(sp.val) {
			return sp.start
		}
	}
	f.spans = append(f.spans, sp)
	if isQuoting[sp.val[0]] {
		f.marked(sp)
	} else if bytes.HasPrefix(sp.val, []byte("{{")) {
		nameValue{f}.literals(sp)
	}
	if sp.kind == Authorization && fm != quoted {
		f.cores(sp.val, sp.kind, quoted)
	} else if fm != quoted {
		f.cores(b[sp.start:sp.end], sp.kind, fm)
	}
	if sp.open && f.from < 0 {
		f.from = max(0, sp.start-shapeReach)
	}
	return sp.end
}

// coreEdge are the signs at which a value without quotes may begin or end, though the
// line goes on: what wraps it, what stands before it, what is appended.
var coreEdge = func() (t [256]uint8) {
	for _, c := range []byte(" ;,)]}>?&\\\"'<=|#/") {
		t[c] = coreEnd
	}
	for _, c := range []byte(":$= {[(\"'`") {
		t[c] |= coreStart
	}
	for c := 0x80; c < len(t); c++ { // quotes of other scripts
		t[c] = coreStart | coreEnd
	}
	return t
}()

const (
	coreEnd = 1 << iota
	coreStart
)

// cores takes what a value without quotes may be if it is less than the line shows: all
// of it is masked where it stands, and each is known.
func (f *finder) cores(v []byte, kind Kind, fm form) {
	if valueRun(v) == len(v) { // none of them is there
		return
	}
	from, end := 0, len(v)
	for i, c := range v {
		if e := coreEdge[c]; e != 0 {
			if e&coreEnd != 0 && i < end && i-from >= gramLen && random(v[from:i]) && (c != '/' || assigned(v[i+1:])) {
				end = i
			} else if e&coreStart != 0 && i < end {
				if from = i + 1; c == ':' && from < len(v) && bytes.IndexByte([]byte("-=+?"), v[from]) >= 0 { // a shell's ${NAME:-…}
					from++
				}
			}
		}
	}
	if core := v[from:end]; from == 0 && end < len(v) && len(core) >= gramLen && random(core) && !ordinary(core) || from > 0 && len(core) >= proseMin && (mixed(core) || len(core) >= 20 && random(core)) {
		f.spans = append(f.spans, span{start: -1, end: -1, kind: kind, val: said(core, fm)})
	}
}

// delimiter looks for a key before the = : or > at i, and for its value behind.
func (f *finder) delimiter(b []byte, i int) int {
	if b[i] == '>' {
		if next := (shapes{f}).rule(b, i); next > i {
			return next
		}
		if i > 1 && b[i-1] == '-' {
			return f.arrow(b, i)
		}
		return nameValue{f}.element(b, i)
	}
	if b[i] == ':' && i+2 < len(b) && b[i+1] == '/' && b[i+2] == '/' {
		return shapes{f}.userinfo(b, i+3)
	}
	if i > 0 && b[i-1] == b[i] || b[i] == ':' && i+1 < len(b) && b[i+1] == '=' { // Class::Name, :=
		return i
	}
	if i > 3 && b[i-1] == ')' && b[i] == '=' && i+1 < len(b) && b[i+1] == '(' { // Key (password)=(…)
		return nameValue{f}.assigned(b, i)
	}
	k, name, found := nameBefore(b, i)
	if found == nil {
		if i > 1 && isPart[b[i-1]] && (b[i-2] == ' ' || b[i-2] == '[' || b[i-2] == '{' || b[i-2] == '(') {
			return nameValue{f}.part(b, i, i-1)
		}
		if b[i] == ':' && i > 3 && (b[i-1] == '"' || b[i-1] == '\'') {
			if isPart[b[i-2]] && b[i-3] == b[i-1] {
				return nameValue{f}.part(b, i, i-2)
			}
			return nameValue{f}.member(b, i)
		}
		if b[i] == ':' && i > 2 && string(b[i-3:i]) == " /p" { // a switch of Windows
			return f.keyed(b, i+1, key{kind: Password, made: true}, b[i-1:i], place{name: i - 2, delim: ' '})
		}
		if b[i] == '=' && i > 3 && b[i-1] == 'p' && b[i-2] == ',' {
			return shapes{f}.proof(b, i)
		} else if b[i] == '=' && i > 3 && (b[i-1] == ')' || b[i-1] == ' ') {
			return nameValue{f}.assigned(b, i)
		}
		if b[i] == ':' && i > 3 && b[i-1]-'0' <= 9 && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\') {
			return nameValue{f}.serialised(b, i)
		}
		return i
	}
	if faulty(b[name:i], len(found)) {
		k.made = true
	}
	p := place{name: name, delim: b[i], wide: i > 0 && (b[i-1] == ' ' || b[i-1] == '\t' || b[i-1] == ':')}
	return f.keyed(b, i+1, k, found, p)
}

// arrow looks for a key before the -> whose end is at i; code has such as well, so that
// the value must look made.
func (f *finder) arrow(b []byte, i int) int {
	k, name, found := nameBefore(b, i-1)
	if found == nil || k.kind >= user {
		return i
	}
	k.made = true
	return f.keyed(b, i+1, k, found, place{name: name, delim: ':', wide: true})
}

// keyed masks the value at i of a key.
func (f *finder) keyed(b []byte, i int, k key, found []byte, p place) int {
	if k.idles(b, i, p) {
		return i
	}
	start, end, fm, open := value(b, i, k.kind, p)
	v := b[start:end]
	if at := bytes.IndexByte(v, ' '); k.made && fm == bare && at > 0 {
		end, open = start+at, false
		v = v[:at]
	}
	switch k.kind {
	case names:
		return nameValue{f}.names(b, span{start: start, end: end, open: open}, found, fm, p)
	case holds, mayHold:
		return nameValue{f}.holds(b, span{start: start, end: end, open: open}, k, fm, p)
	case user, hostKey:
		if _, word := lastWord(b[i:start]); has(clearly, word) { // login = cleartext …
			return f.add(span{start: start, end: end, kind: Password, open: open}, b, fm)
		}
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
	} else if k.kind == Password && fm == bare && p.name > 0 && b[p.name-1] == '/' && ofUser(b, p.name-1) {
		start = behindName(b, start, end)
		end = max(start+endBare(b[start:], false), start)
		v, open = b[start:end], end == len(b)
	}
	if start == end && start < len(b) && b[start] == '{' && k.kind < user {
		nameValue{f}.object(b, start, k)
		return i
	}
	says := said(v, fm)
	if sourceMasked(says) {
		if fm == quoted && !open && k.kind < user { // what it becomes: "" => "…"
			return max(i, nameValue{f}.others(b, start, end, k.kind))
		}
		return i
	}
	if open && (len(bytes.Trim(v, ">|-+ ")) == 0 || len(v) < 3 && len(bytes.Trim(v, "-+123456789")) == 0 && (b[start-1] == '|' || b[start-1] == '>')) { // YAML's blocks
		f.from, f.waits = p.name, true
		return i
	}
	if open {
		f.from, f.waits = p.name, fm == quoted
	}
	sent := string(found) == "cookie" || string(found) == "setcookie"
	f.list = open && sent
	cut := open && p.name > 0 && (b[p.name-1] == '?' || b[p.name-1] == '&') && len(v) >= 4
	if len(v) < k.min && !open || k.made && !random(v) && !(cut && isLetter(v[0])) {
		return i
	}
	switch {
	case k.kind == Authorization:
		return shapes{f}.credentials(b, start, end, open)
	case k.kind == Cookie && bytes.IndexByte(v, '=') >= 0 && sent:
		return shapes{f}.cookies(b, start, end, open)
	case inStatement(b, v): // whose values are told elsewhere
		f.sql = true
		return i
	case evidence(k, found, v, b[end:]) && !(p.sent(b, end) && (k.kind == Password || k.kind == ClientSecret) && state(v)):
		return i
	}
	next := f.add(span{start: start, end: end, kind: k.kind, val: says, open: open, behind: p.name + 1}, b, fm)
	if fm == quoted && !open {
		next = max(next, nameValue{f}.others(b, start, end, k.kind))
	}
	return next
}

// glance is as much of a value as tells that it is none.
const glance = 1024

// idles reports whether the value at i of a key that is particular about its values is
// none by its beginning: a line of nothing but such keys would be gone through to its
// end for each.
func (k key) idles(b []byte, i int, p place) bool {
	if len(b)-i <= glance || !k.made && k.kind < user {
		return false
	}
	start, end, fm, _ := value(b[:i+glance], i, k.kind, p)
	return fm != quoted && end == i+glance && end-start > glance/2 && (k.kind >= user && k.kind != holds || !random(b[start:end]))
}

// pair is the second string of ('name', 'password').
func (f *finder) pair(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i < len(b) && (b[i] == '"' || base64Char[b[i]]) { // of a registry: name:password in base64
		start, end, fm, open := value(b, i, Authorization, place{delim: ':'})
		if pair, ok := decode64(b[start:end]); ok && end-start >= cutMin && script.Printable(pair) && bytes.IndexByte(pair, ':') > 0 || end-start >= 2*cutMin && made(b[start:end]) {
			return f.add(span{start: start, end: end, kind: Authorization, open: open}, b, fm)
		}
	}
	if i >= len(b) || b[i] != '(' && b[i] != '[' {
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
	if b[i] == '(' && i > 0 && isLetter(b[i-1]) {
		if found := cmdline.Call(b, i+1); len(found) > 0 {
			return commands{f}.command(b, i, found)
		}
	}
	k := keyOf(b[i+2 : end])
	rest := bytes.TrimLeft(b[end+1:min(len(b), end+4)], " ")
	if k.kind == Plain || k.kind >= user || len(rest) == 0 || rest[0] != ',' {
		return i
	}
	comma := bytes.IndexByte(b[end:], ',') + end
	start, stop, fm, open := value(b, comma+1, k.kind, place{name: i + 1, delim: ':'})
	if v := b[start:stop]; fm != quoted || grants[string(v)] || keyOf(v).kind != Plain { // a list of names
		return i
	}
	return f.value(b, span{start: start, end: stop, open: open}, k.kind, fm)
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
