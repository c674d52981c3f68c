package redact

import "bytes"

// Stream is one stream's side of the gate: it remembers what goes on over
// several lines. It is not safe for concurrent use.
type Stream struct {
	s *Session
	f finder
	carry
	dump   dump
	tables tables

	plain bool   // the newest line was looked through, and is printable ASCII
	last  []byte // the newest line, and what was masked in it
	spans []span
	keyed [][2]int // of the newest line, what its own keys and shapes show to be values
	text  Text
}

// carry is what the lines before leave for the next.
type carry struct {
	tail    []byte // the end of the text before, from the key of an open value on
	length  int    // of the line before
	open    bool   // the line before ended within a value
	waits   bool   // ... before it, or within quotes
	list    bool   // ... within a list of names and values
	shown   bool   // ... of which something was there
	record  bool   // it waits, and that line began with a log's prefix
	pending Kind   // "name": "client_secret" was there
	age     int    // ... that many lines ago
	pem     pemState
	dashes  bool // a BEGIN may have begun
	coded   bool // base64 with secrets in it ran to the end
	part    formPart
	ticket  bool // a dump of a TLS session ticket follows
	label   Kind // of the key that the line before was
	width   int  // of the line before, with its frame
	glued   bool // ... which says itself that it goes on
	soft    bool // ... as a mail's text in quoted-printable does
}

// Stream begins a stream.
func (s *Session) Stream() *Stream { return &Stream{s: s} }

// Line makes the stream's next line safe.
func (st *Stream) Line(r Raw) Text { return st.line(r.Bytes(), true) }

// Known makes the stream's next line safe, which Lines knows to be clean.
func (st *Stream) Known(r Raw) Text {
	st.Pass(r)
	return st.finish(r.Bytes(), true)
}

// Pass takes the stream's next line, which is clean, without making text of it.
func (st *Stream) Pass(r Raw) {
	b := r.Bytes()
	st.f.spans, st.f.views, st.f.people, st.plain = st.f.spans[:0], st.f.views[:0], st.f.people[:0], false
	st.f.from, st.f.waits, st.f.list, st.f.pending, st.f.coded, st.f.dashes = -1, false, false, Plain, false, false
	if st.dump.line(st, b, true) {
		st.carry = carry{length: len(b)}
		return
	}
	st.dump.end()
	st.pem, st.ticket, st.part, st.tables, st.label = pemState{}, false, formPart{}, tables{}, Plain
	st.after(b, b)
}

// Learn takes the secrets of the stream's next line, which is its line n, and
// notes in lines if there are none, and nothing that the next line could end.
func (st *Stream) Learn(r Raw, n int, lines *Lines) {
	b := r.Bytes()
	st.find(b)
	st.s.learn(&st.f)
	if len(st.f.spans) == 0 && len(st.f.views) == 0 && st.neutral() && !bytes.Contains(b, []byte("-----")) {
		lines.mark(n)
	}
}

// Clean reports whether a line by itself has nothing in it that keys or shapes
// give away, and no name of anyone's; the stream begins anew with it.
func (st *Stream) Clean(r Raw) bool {
	st.carry, st.tables = carry{}, tables{}
	st.dump.end()
	st.find(r.Bytes())
	return len(st.f.spans) == 0 && len(st.f.views) == 0 && len(st.f.people) == 0 && st.neutral() && !bytes.Contains(r.Bytes(), []byte("-----"))
}

func (st *Stream) neutral() bool {
	return !st.open && st.tables.kinds == nil && st.tables.binds == nil && st.pending == Plain && st.label == Plain && !st.coded && !st.ticket && !st.dashes && st.pem == pemState{} && st.part == formPart{}
}

func (st *Stream) line(b []byte, count bool) Text {
	st.find(b)
	st.s.learn(&st.f)
	return st.finish(b, count)
}

func (st *Stream) finish(b []byte, count bool) Text {
	st.last = b
	st.keyed = st.keyed[:0]
	for _, sp := range st.f.spans {
		st.keyed = append(st.keyed, [2]int{sp.start, sp.end})
	}
	st.spans = st.s.covered(b, st.f.spans, st.f.views)
	st.f.spans = st.spans
	if len(st.spans) == 0 && (st.plain || plain(b)) {
		st.text = Text{string(b)}
		return st.text
	}
	if count && len(st.spans) > 0 {
		st.s.count(st.spans)
	}
	st.text = Text{string(st.s.emit(make([]byte, 0, len(b)+16*len(st.spans)), b, st.spans))}
	return st.text
}

// Part makes a part of the newest line safe: what is masked in the line is
// masked in the part. A part of another line passes the gate by itself.
func (st *Stream) Part(part Raw) Text {
	if t, ok := Part(st.text, Wrap(st.last), part); ok {
		return t
	}
	b := part.Bytes()
	at, ok := st.at(part)
	if !ok {
		return st.s.Excerpt(part)
	}
	var inside []span
	for _, sp := range st.spans {
		sp.start, sp.end = max(0, sp.start-at), min(len(b), sp.end-at)
		if sp.start < sp.end {
			inside = append(inside, sp)
		}
	}
	return Text{string(st.s.emit(make([]byte, 0, len(b)+16*len(inside)), b, inside))}
}

// at is where a part begins in the newest line; false: it is no part of it.
func (st *Stream) at(part Raw) (at int, ok bool) {
	b := part.Bytes()
	at = Wrap(st.last).c - part.c
	return at, at >= 0 && at+len(b) <= len(st.last) && (len(b) == 0 || &b[0] == &st.last[at])
}

// Values are the spans of a part of the newest line that its keys show to be values,
// whatever is known of them from elsewhere. A part of another line has none.
func (st *Stream) Values(part Raw) (out [][2]int) {
	at, ok := st.at(part)
	if !ok {
		return nil
	}
	for _, v := range st.keyed {
		if from, to := max(0, v[0]-at), min(part.Len(), v[1]-at); from < to {
			out = append(out, [2]int{from, to})
		}
	}
	return out
}

// find looks for the secrets of the stream's next line: f.spans.
func (st *Stream) find(b []byte) {
	lo, hi, glued := st.frame(b)
	st.within(b[lo:hi])
	st.width, st.glued, st.soft = len(b), glued, glued && b[len(b)-1] == '='
	if lo > 0 {
		st.f.shift(lo)
	}
}

// shift moves what was found: it stands so far behind.
func (f *finder) shift(n int) {
	for i := range f.spans {
		if f.spans[i].start >= 0 {
			f.spans[i].start += n
			f.spans[i].end += n
		}
	}
	for _, v := range f.views {
		for i := range v.at {
			v.at[i] += n
		}
	}
}

// within looks for the secrets of a line without its frame.
func (st *Stream) within(b []byte) {
	f := &st.f
	f.spans, f.views, f.people = f.spans[:0], f.views[:0], f.people[:0]
	f.from, f.waits, f.coded = -1, false, false
	f.pending, st.plain = st.pending, false
	if st.dump.line(st, b, false) {
		st.carry = carry{length: len(b), ticket: st.ticket}
		return
	}
	st.dump.end()
	if !st.open && !st.pem.key && !st.pem.other && st.codedLine(b) {
		st.carry = carry{length: len(b), coded: f.coded}
		return
	}
	tail, off := st.joined(b)
	whole := b
	st.edge(b)
	f.look(b)
	st.plain = f.plain
	if f.dashes || st.dashes || st.pem.key || st.pem.other || naked(b) {
		found := f.spans
		if f.spans = nil; st.pemLine(b) {
			st.carry = carry{length: len(b), pem: st.pem, dashes: f.dashes}
			return
		}
		f.spans = append(f.spans, found...)
	}
	if len(tail) > 0 {
		whole = st.across(b, tail, off)
	}
	st.formLine(b)
	st.tables.line(&st.f, b)
	if st.label != Plain || len(b) > 0 && len(b) <= maxPhrase+8 && (isLetter(b[len(b)-1]) || isMark[b[len(b)-1]]) {
		st.labelled(b)
	}
	st.ticket = len(b) > 0 && (b[len(b)-1] == ':' || b[len(b)-1] == ' ') && bytes.HasSuffix(bytes.TrimRight(b, " "), []byte("session ticket:"))
	st.after(b, whole)
}

// across looks at the line behind what went before it: a key and its value may
// stand on two lines.
func (st *Stream) across(b, tail []byte, off int) []byte {
	whole := append(append(make([]byte, 0, len(tail)+len(b)-off), tail...), b[off:]...)
	g := finder{words: st.f.words, pending: st.pending}
	g.look(whole)
	back := func(at int) int { return max(0, at-len(tail)) + off }
	for _, sp := range g.spans {
		if sp.start >= 0 {
			if split := sp.start >= len(tail)-2 && bytes.HasPrefix(whole[sp.start:], []byte("eyJ")); !st.open && sp.start < len(tail) && !split { // what was there has been judged
				continue
			}
			sp.start, sp.end = back(sp.start), back(sp.end)
		}
		st.f.spans = append(st.f.spans, sp)
	}
	st.f.people = append(st.f.people, g.people...)
	if len(g.spans) > 0 {
		st.f.pending = g.pending
	}
	if g.from < 0 {
		if st.f.from >= 0 {
			st.f.from += len(tail) - off
		}
		return whole
	}
	st.f.from, st.f.waits, st.f.list = g.from, g.waits, g.list
	return whole
}

const (
	tailKey  = 48   // as much of a line as can be a key's beginning
	tailOpen = 4096 // as much of an open value as is kept
	wrapMin  = 16   // the narrowest page
)

// after keeps what the next line may need. text is the line, or the line behind
// what it goes on with.
func (st *Stream) after(b, text []byte) {
	f := &st.f
	st.open, st.waits, st.list = f.from >= 0, f.waits, f.list
	from := max(0, len(text)-tailKey)
	if st.open {
		from = f.from
		text = text[:min(len(text), from+tailOpen)]
	}
	if last := len(text) - 1; last > 2 && isLetter(text[last]) && !noKey(text, last) {
		if at := bytes.LastIndexByte(text[from:], '<'); at >= 0 && bytes.IndexByte(text[from+at:], '>') < 0 { // a tag goes on
			if k := keyOf(text[from+at+1:]); k.kind < user {
				f.pending = k.kind
			}
		}
	}
	st.tail = append(st.tail[:0], text[from:]...)
	st.length, st.record, st.coded, st.dashes = len(b), f.waits && recordStart(b), f.coded, f.dashes
	st.shown = st.open && len(f.spans) > 0
	if st.age++; f.pending != st.pending || f.pending == Plain {
		st.age = 0
	} else if st.age > 3 {
		f.pending = Plain
	}
	st.pending = f.pending
}

// joined gives what went before, if b may go on with it, and where in b it does.
func (st *Stream) joined(b []byte) (tail []byte, off int) {
	if len(st.tail) == 0 {
		return nil, 0
	}
	if st.glued {
		return st.tail, 0
	}
	for off < len(b) && (b[off] == ' ' || b[off] == '\t') {
		off++
	}
	if at := 0; st.open && !st.waits && recordStart(b) {
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
		if off == 0 && recordStart(b) {
			return nil, 0
		}
		for off < len(b) && b[off] == ' ' {
			off++
		}
		if bytes.HasPrefix(b[off:], []byte("- ")) { // YAML's lists
			off += 2
		}
		if t := b[off:]; len(t) > 0 && (t[0] == '"' || t[0] == '\'' || call(t) > 0 || !bytes.ContainsAny(t, " :={}<")) {
			if off > 0 && b[off-1] == ' ' {
				off--
			}
			return st.tail, off
		}
		if off > 0 {
			return nil, 0
		}
	}
	if st.open && goesOn(b) {
		return st.tail, 0
	}
	if len(b) > st.length || st.length < wrapMin || off > 0 && !st.open || st.fresh(b) {
		return nil, 0
	}
	return st.tail, 0
}

// fresh reports whether b does not look like the rest of a line that was wrapped.
func (st *Stream) fresh(b []byte) bool {
	if len(b) == 0 || recordStart(b) || bytes.HasPrefix(b, []byte("HTTP/")) {
		return true
	}
	if bytes.IndexByte([]byte("[{<>*"), b[0]) >= 0 { // but Ruby's => and a tag's end go on
		return !bytes.HasSuffix(st.tail, []byte("=")) && bytes.LastIndexByte(st.tail, '<') <= bytes.LastIndexByte(st.tail, '>')
	}
	if !st.open || st.list {
		return false
	}
	if begins(b) {
		return true
	}
	n := bytes.IndexByte(b, ' ')
	return n > 1 && b[n-1] == ':' && isAlnum(b[n-2]) || bytes.IndexByte(b, '=') > 0 && assigned(b)
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
	return n >= gramLen && random(b[:n]) && (n == len(b) || b[n] == '&' && assigned(b[n+1:]))
}

// valueRun is the length of what at b's front can be a value in a query.
func valueRun(b []byte) int {
	n := 0
	for n < len(b) && valueChar[b[n]] {
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
// missing: what stands before the next of a sign-in's parameters.
func (st *Stream) edge(b []byte) {
	start := 0
	if len(b) > 0 && b[0] == '=' {
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
	case bytes.HasPrefix(rest, []byte(" HTTP/1.")):
		kind = Password
	default:
		return
	}
	if start == 0 && !random(b[:n]) {
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
