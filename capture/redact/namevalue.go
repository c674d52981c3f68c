package redact

import "bytes"

// Names and values that stand side by side, each with a name or a bracket of its
// own: {"name": "client_secret", "value": "…"} in any order, an object or an array
// behind a key.

// nameValue finds values whose name stands beside them.
type nameValue struct{ *finder }

// reach is how far beside its name a value is looked for.
const reach = 512

// names follows {"name": "client_secret", "value": …}: HAR, Postman, properties in XML,
// a cluster's environment, a patch of JSON (RFC 6902).
func (f nameValue) names(b []byte, sp span, found []byte, fm form, p place) int {
	v := b[sp.start:sp.end]
	if string(found) == "key" && p.sent(b, sp.end) && len(v) >= 20 && made(v) { // of an interface, in a query
		return f.add(span{start: sp.start, end: sp.end, kind: ClientSecret, open: sp.open, behind: p.name + 1}, b, fm)
	}
	if at := bytes.IndexByte(v, ']'); at > 0 && fm != quoted && string(found) == "variable" { // of a pipeline: [… variable=dbPassword]…
		if kind, ok := namedIn(v[:at], true); ok {
			at += sp.start + 1
			return f.value(b, span{start: at, end: at + endBare(b[at:], false)}, kind, bare)
		}
	}
	if len(v) > 2*maxKey || fm != quoted && p.delim == '=' && string(found) != "name" && string(found) != "key" {
		return sp.start
	}
	if fm != quoted {
		if at := bytes.IndexAny(v, ",;"); at > 0 {
			v = v[:at]
		}
		v = bytes.TrimRight(v, "/>")
	}
	kind, ok := namedIn(v, fm == quoted || string(found) == "path")
	switch {
	case ok:
		f.pending = kind
	case string(found) == "mechanism" && string(v) == "PLAIN":
		f.pending = Authorization
	case string(found) == "name" || string(found) == "key":
		if len(v) <= maxKey && (fm == quoted || keyOf(v).kind != Plain) {
			f.pending = harmless
		}
	}
	if ok && fm == quoted && string(found) == "name" {
		return f.formData(b, sp.end+1, sp.start)
	}
	return sp.start
}

// namedIn is the kind of the secret whose name a value is: client_secret, DB_PASSWORD,
// /spec/password. loose: something may stand before the key.
func namedIn(v []byte, loose bool) (Kind, bool) {
	v = bytes.TrimRight(v, "*: ")
	k, start, found := nameBefore(v, len(v))
	if found == nil || k.kind >= user || start > 0 && !loose {
		return Plain, false
	}
	for _, c := range v[:start] {
		if !isAlnum(c) && bytes.IndexByte([]byte("_-./~:@[] "), c) < 0 {
			return Plain, false
		}
	}
	return k.kind, true
}

// isPart are names of one letter, of which one names what the other holds.
var isPart = [256]bool{'k': true, 'n': true, 'v': true}

// part looks at the name of one letter at name, whose delimiter is at i: {"k": "password",
// "v": …}.
func (f nameValue) part(b []byte, i, name int) int {
	p := place{name: name, delim: b[i]}
	if b[name] == 'v' {
		return f.keyed(b, i+1, key{kind: mayHold}, b[name:name+1], p)
	}
	if i == name+1 { // without quotes: what holds the value looks for it
		return i
	}
	if next := f.keyed(b, i+1, key{kind: names}, b[name:name+1], p); f.pending != Plain {
		return next
	}
	return f.member(b, i)
}

// holds masks a value whose name stands before it or beside it.
func (f nameValue) holds(b []byte, sp span, k key, fm form, p place) int {
	if f.pending == Plain && p.name > 2 && b[p.name-1] == '(' { // ClientSecret(value=…)
		if kind, _, found := nameAt(b, p.name-1); found != nil && kind.kind < user {
			f.pending = kind.kind
		}
	} else if at := bytes.LastIndexByte(b[p.name:sp.start], '.'); f.pending == Plain && at > 0 { // password.0.value=
		if kind, _, found := nameAt(b, p.name+at); found != nil && kind.kind < user {
			f.pending = kind.kind
		}
	}
	deeper := sp.start == sp.end && sp.start < len(b) && b[sp.start] == '{'
	if f.pending == Plain {
		if f.held != Plain && f.heldTo <= p.name && !bytes.ContainsAny(b[f.heldTo:p.name], "{}<>") { // what it is now, what it was
			f.pending = f.held
		} else if kind := f.beside(b, p.name, sp); kind != Plain {
			f.pending = kind
		}
	}
	kind := f.pending
	if deeper { // what holds it there takes the name
		return sp.start
	}
	if k.kind == mayHold {
		if v := b[sp.start:sp.end]; kind == Plain || bytes.IndexByte(v, ' ') >= 0 && kind != Authorization || !tells(v) {
			return sp.start
		}
	}
	next := f.valued(b, sp, fm, p)
	if f.held, f.heldTo = Plain, sp.end; next > sp.start {
		f.held = kind
	}
	return next
}

// beside finds what is a secret's name in the object or the tag in which the value sp
// stands, whose own name begins at name.
func (f nameValue) beside(b []byte, name int, sp span) Kind {
	from, to := max(0, name-reach), min(len(b), sp.end+reach)
	if at := bytes.LastIndexAny(b[from:name], "{}<>"); at >= 0 {
		from += at
	} else if from > 0 {
		return Plain
	}
	if at := bytes.IndexAny(b[sp.end:to], "{}<>"); at >= 0 {
		to = sp.end + at
	} else if to < len(b) {
		return Plain
	}
	for i := from; i < to; i++ {
		if i == name {
			i = sp.end
		}
		if i >= to || b[i] != ':' && b[i] != '=' {
			continue
		}
		at := i + 1
		for at < to && (b[at] == ' ' || b[at] == '"' || b[at] == '\'' || b[at] == '\\') {
			at++
		}
		end := at
		for end < to && b[end] != '"' && b[end] != '\'' && b[end] != '\\' && b[end] != ',' && b[end] != ';' && b[end] != ']' && (b[end] != ' ' || b[at-1] == '"') {
			end++
		}
		if kind, ok := namedIn(bytes.TrimRight(b[at:end], "/"), at > i+1 && b[at-1] != ' '); ok && end-at <= 2*maxKey && !grantName(b[from:i]) {
			return kind
		}
	}
	return Plain
}

// grantName reports whether b ends with a name whose value is the type of a sign-in.
func grantName(b []byte) bool {
	b = bytes.TrimRight(b, " \"'\\")
	return bytes.HasSuffix(b, []byte("grant_type")) || bytes.HasSuffix(b, []byte("method"))
}

// valued is a value whose name stood before. One whose name comes on a line yet to
// come is masked if a machine made it.
func (f nameValue) valued(b []byte, sp span, fm form, p place) int {
	kind := f.pending
	f.pending = Plain
	v := b[sp.start:sp.end]
	if kind == Plain && fm == quoted && len(v) >= proseMin && random(v) && made(v) && alone(b, p.name, sp.end) {
		kind = ClientSecret
	}
	if kind == Plain || kind == harmless || kind != Password && amount(v) {
		return sp.start
	}
	if sp.open {
		f.from, f.waits, f.pending = p.name, true, kind
	}
	return f.value(b, sp, kind, fm)
}

// value masks one of this kind.
func (f *finder) value(b []byte, sp span, kind Kind, fm form) int {
	switch v := b[sp.start:sp.end]; {
	case kind == Authorization:
		return shapes{f}.credentials(b, sp.start, sp.end, sp.open)
	case kind == Cookie && bytes.IndexByte(v, '=') >= 0:
		return shapes{f}.cookies(b, sp.start, sp.end, sp.open)
	case kind >= user, evidence(key{kind: kind}, nil, v, b[sp.end:]):
		return sp.start
	}
	sp.kind = kind
	return f.add(sp, b, fm)
}

// member masks the private part of a key in JSON (RFC 7518, 6.2.2, 6.3.2, 6.4.1),
// whose name is one letter or two: "d": "…". i is the colon behind its quote. What
// is public of a key (n, e, x, y) stays.
func (f nameValue) member(b []byte, i int) int {
	open := i - 3
	if b[open] != b[i-1] {
		open--
	}
	if b[open] != b[i-1] || !privateMembers[string(b[open+1:i-1])] {
		return i
	}
	start, stop, fm, cut := value(b, i+1, PrivateKey, place{name: open, delim: ':'})
	if v := b[start:stop]; fm != quoted || len(v) < memberMin || valueRun(v) < len(v) || !made(v) {
		return i
	}
	return f.add(span{start: start, end: stop, kind: PrivateKey, open: cut}, b, fm)
}

// memberMin is the length of 128 bits in base64, the shortest key that is used.
const memberMin = 22

var privateMembers = set("d p q dp dq qi k")

// serialised is the string behind the key before it in what PHP writes of an array:
// s:13:"client_secret";s:64:"…". i is the colon behind its length.
func (f nameValue) serialised(b []byte, i int) int {
	j := i - 1
	for j > 0 && b[j]-'0' <= 9 {
		j--
	}
	if j < 3 || b[j] != ':' || b[j-1] != 's' || b[j-2] != ';' {
		return i
	}
	k, name, found := nameBefore(b, j-2)
	if found == nil || k.kind >= user {
		return i
	}
	start, end, fm, open := value(b, i+1, k.kind, place{name: name, delim: '='})
	return f.value(b, span{start: start, end: end, open: open}, k.kind, fm)
}

// made reports whether v is as machines and careful people make secrets: of
// letters and digits, and no word among them.
func made(v []byte) bool {
	return mixed(v) && 4*changes(v) >= len(v) && !evidence(key{made: true}, nil, v, nil)
}

// alone reports whether nothing but a value and its name stand on the line.
func alone(b []byte, start, end int) bool {
	rest := bytes.TrimLeft(b[min(len(b), end+1):], " \t,\r")
	return len(bytes.TrimLeft(b[:start], " \t\"'\\")) == 0 && len(rest) == 0
}

// others masks what stands beside a string behind a key: the rest of an array, what
// the value became.
func (f nameValue) others(b []byte, start, end int, kind Kind) int {
	open := bytes.TrimRight(b[:start-1], " \\")
	array := len(open) > 0 && open[len(open)-1] == '['
	for {
		i := end
		for i < len(b) && (b[i] == '\\' || b[i] == b[start-1]) {
			i++
		}
		for i < len(b) && b[i] == ' ' {
			i++
		}
		switch rest := b[i:]; {
		case bytes.HasPrefix(rest, []byte("->")), bytes.HasPrefix(rest, []byte("=>")):
			i += 2
		case array && len(rest) > 0 && rest[0] == ',':
			i++
		default:
			return end
		}
		at, quotes, _ := unwrap(b, i, place{delim: '='})
		for at < len(b) && b[at] == ' ' {
			at++
		}
		if at >= len(b) || b[at] != '"' && b[at] != '\'' {
			return end
		}
		from, stop := at+1, at+1+endQuoted(b[at+1:], b[at], quotes)
		f.value(b, span{start: from, end: stop, open: stop == len(b)}, kind, quoted)
		start, end = from, stop
	}
}

// element looks for a key in the tag that ends at i.
func (f nameValue) element(b []byte, i int) int {
	if i > 0 && (b[i-1] == '/' || b[i-1] == '=' || b[i-1] == '-') {
		return i
	}
	open := i - 1
	for open >= 0 && i-open < reach && b[open] != '<' && b[open] != '>' {
		open--
	}
	if open < 0 || b[open] != '<' {
		if f.pending > Plain && f.pending < user && i <= maxKey { // the rest of a tag whose beginning is on the line before
			return f.text(b, i+1, i, key{kind: f.pending})
		}
		return i
	}
	if open++; b[open] == '/' {
		f.titled(b[:open-1])
		return i
	}
	end := open
	for end < i && (isAlnum(b[end]) || bytes.IndexByte([]byte("_-.:"), b[end]) >= 0) {
		end++
	}
	k := keyOf(b[open:end])
	if k.kind == Plain || k.kind >= user {
		k = key{kind: f.pending}
	}
	if k.kind == Plain || k.kind >= user {
		return i
	}
	return f.text(b, i+1, open-1, k)
}

// text masks the text of an element, which begins at i behind its tag.
func (f nameValue) text(b []byte, i, tag int, k key) int {
	start, stop, _, cut := xml(b, i)
	if !cut && stop+1 < len(b) && len(bytes.TrimSpace(b[start:stop])) == 0 && b[stop+1] != '/' { // one element deeper
		f.pending = k.kind
		return i
	}
	f.pending = Plain
	if cut {
		if f.from, f.waits = tag, start == stop; start == stop {
			f.pending = k.kind
		}
	}
	if v := bytes.TrimSpace(b[start:stop]); len(v) > 0 && len(bytes.Trim(v, ":=->|")) == 0 && !cut { // what binds stands in an element of its own
		f.pending = k.kind
		return i
	} else if len(v) == 0 || evidence(k, nil, v, nil) || k.made && (!random(v) || bytes.IndexByte(v, ' ') >= 0) {
		return i
	}
	return f.add(span{start: start, end: stop, kind: k.kind, open: cut}, b, bare)
}

// maxTitle is the longest text of an element that names what the next holds.
const maxTitle = 100

// titled looks at the text of an element, at b's end: what is a key there names
// what the next element holds.
func (f nameValue) titled(b []byte) {
	from := max(0, len(b)-maxTitle)
	at := bytes.LastIndexByte(b[from:], '>')
	if at < 0 {
		return
	}
	text := bytes.TrimSpace(b[from+at+1:])
	if k, ok := phrase(text); ok {
		f.pending = k.kind
	} else if k, _, found := nameBefore(text, len(text)); found != nil && k.kind < user && bytes.IndexByte(text, ' ') < 0 { // a setting's full name
		f.pending = k.kind
	}
}

// ofUser reports whether what ends before i names a user: username/password = ….
func ofUser(b []byte, i int) bool {
	k, _, found := nameAt(b, i)
	return found != nil && k.kind == user
}

// behindName is where the password begins in ann/…, ann / … and ann …, which begins at i.
func behindName(b []byte, i, end int) int {
	if n := afterName(b[i:end]); n > 0 {
		return i + n
	}
	at := end
	for at < len(b) && at-end < maxQuotes && (b[at] == ' ' || b[at] == '/' || b[at] == ':' || b[at] == ',') {
		at++
	}
	if at == end || at == len(b) || !random(b[at:at+endBare(b[at:], false)]) {
		return i
	}
	return at
}

// literals takes the strings of a template that the value is: {{ x | default('…') }}.
func (f nameValue) literals(sp span) {
	for v := sp.val; ; {
		at := bytes.IndexAny(v, "'\"")
		if at < 0 {
			return
		}
		n := endQuoted(v[at+1:], v[at], 0)
		if in := v[at+1 : at+1+n]; n >= gramLen && random(in) {
			f.spans = append(f.spans, span{start: -1, end: -1, kind: sp.kind, val: in})
		}
		v = v[min(len(v), at+2+n):]
	}
}
