package redact

import (
	"bytes"

	"syncscope/capture/redact/script"
)

// Stream is one stream's side of the gate: it remembers what goes on over
// several lines. It is not safe for concurrent use.
type Stream struct {
	s *Session
	f finder
	carry
	dump    dump
	tables  tables
	row     int    // the length of the newest line, with its frame
	indent  int    // ... and of the blanks that its frame has before it
	before  []byte // what the line before began with, if a log did not stamp it
	stamped bool   // the newest line begins with the stamp of a log's record

	plain bool   // the newest line was looked through, and is printable ASCII
	last  []byte // the newest line, and what was masked in it
	spans []span
	keyed [][2]int // of the newest line, what its own keys and shapes show to be values
	text  Text
}

// carry is what the lines before leave for the next.
type carry struct {
	tail    []byte // the end of the text before, from the key of an open value on
	open    bool   // the line before ended within a value
	waits   bool   // ... before it, or within quotes
	list    bool   // ... within a list of names and values
	shown   bool   // ... of which something was there
	record  bool   // it waits, and that line began with a log's prefix
	pending Kind   // "name": "client_secret" was there
	age     int    // ... that many lines ago
	block   bool   // ... in a block that goes on
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
		st.carry = carry{width: len(b)}
		return
	}
	st.dump.end()
	st.pem, st.ticket, st.part, st.tables, st.label = pemState{}, false, formPart{}, tables{}, Plain
	st.after(b, b)
	st.width, st.stamped = len(b), recordStart(b)
	st.keep(b)
}

// Learn takes the secrets of the stream's next line, which is its line n, and
// notes in lines if there are none, and nothing that the next line could end.
func (st *Stream) Learn(r Raw, n int, lines *Lines) {
	b := r.Bytes()
	st.find(b)
	st.s.learn(&st.f)
	lines.note(n, len(st.f.spans) == 0 && len(st.f.views) == 0 && st.neutral() && !bytes.Contains(b, []byte("-----")))
}

// Clean reports whether a line by itself has nothing in it that keys or shapes
// give away, and no name of anyone's; the stream begins anew with it.
func (st *Stream) Clean(r Raw) bool {
	st.carry, st.tables, st.before = carry{}, tables{}, st.before[:0]
	st.dump.end()
	st.find(r.Bytes())
	if start, end := answerIn(r.Bytes()); start < end { // to what the line before asks for
		return false
	}
	return len(st.f.spans) == 0 && len(st.f.views) == 0 && len(st.f.people) == 0 && st.neutral() && !bytes.Contains(r.Bytes(), []byte("-----"))
}

func (st *Stream) neutral() bool {
	return !st.open && !st.tables.open() && st.pending == Plain && st.label == Plain && !st.coded && !st.ticket && !st.dashes && st.pem == pemState{} && st.part == formPart{}
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
	if len(st.spans) == 0 && (st.plain || script.Plain(b)) {
		st.text = Text{string(b)}
		return st.text
	}
	if count && len(st.spans) > 0 {
		st.s.count(st.spans)
	}
	st.text = emit(b, st.spans, st.plain)
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
	return emit(b, inside, st.plain)
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
	if st.row, st.indent = len(b), 0; lo > 0 {
		st.indent = blanksBefore(b[:lo])
	}
	st.within(b[lo:hi])
	st.width, st.glued, st.soft = len(b), glued, glued && b[len(b)-1] == '='
	st.keep(b)
	if lo > 0 {
		st.f.shift(lo)
	}
}

// keep keeps what a line may ask for: nobody types one that a log stamps.
func (st *Stream) keep(b []byte) {
	if st.before = st.before[:0]; !st.stamped {
		st.before = append(st.before, b[:min(len(b), maxAsked)]...)
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
	f.pending, st.plain, st.stamped = st.pending, false, recordStart(b)
	if len(b) > 0 && (b[0] <= ' ' || hexDigit[b[0]]) && st.dump.line(st, b, false) {
		st.carry = carry{ticket: st.ticket}
		return
	}
	st.dump.end()
	if !st.open && !st.pem.key && !st.pem.other && st.codedLine(b) {
		st.carry = carry{coded: f.coded}
		return
	}
	tail, off := st.joined(b)
	whole := b
	if len(b) > gramLen && valueChar[b[gramLen/2-1]] && valueChar[b[gramLen-1]] { // it may begin with a run
		st.edge(b)
	}
	f.look(b)
	st.plain = f.plain
	if f.dashes || st.dashes || st.pem.key || st.pem.other || naked(b) {
		found := f.spans
		if f.spans = nil; st.pemLine(b) {
			st.carry = carry{pem: st.pem, dashes: f.dashes}
			return
		}
		f.spans = append(f.spans, found...)
	}
	if asked := !st.stamped && len(f.spans) == 0 && (answers{st}).line(b); len(tail) > 0 && !asked {
		whole = rows{st}.goesOnWith(b, tail, off)
	}
	if st.part.kind != Plain || f.pending != Plain {
		st.formLine(b)
	}
	if f.sql || st.tables.open() || len(b) > 0 && isHead[b[0]] && (b[0] == 'C' || bytes.IndexByte(b, ':') < 0) {
		st.tables.line(&st.f, b)
	}
	if len(b) <= maxStatement && len(b) > proseMin && (b[0] <= ' ' || isHead[b[0]]) && bytes.IndexByte(b, ':') < 0 && bytes.IndexByte(b, '=') < 0 {
		prose{f}.statement(b)
	}
	if st.label != Plain || len(b) > 0 && len(b) <= 2*maxPhrase && (isLetter(b[len(b)-1]) || isMark[b[len(b)-1]] || b[len(b)-1] == '{') {
		st.labelled(b)
	}
	st.ticket = len(b) > 0 && (b[len(b)-1] == ':' || b[len(b)-1] == ' ') && bytes.HasSuffix(bytes.TrimRight(b, " "), []byte("session ticket:"))
	st.after(b, whole)
}

// A line that goes on with the one before: a page broke the two anywhere, within a key,
// what binds it, or a value.
type rows struct{ *Stream }

// goesOnWith looks at the line behind what went before it, in each way in which it may
// go on with it: what the first leaves open counts, if it finds anything.
func (st rows) goesOnWith(b, tail []byte, off int) (whole []byte) {
	f := &st.f
	from, waits, list := f.from, f.waits, f.list
	whole, none := st.across(b, tail, off)
	if !none && st.indent == 0 {
		return whole
	}
	tail, off, ok := st.other(b, tail, off)
	if !ok {
		return whole
	}
	from, f.from, waits, f.waits, list, f.list = f.from, from, f.waits, waits, f.list, list
	if again, nor := st.across(b, tail, off); none && !nor {
		return again
	}
	f.from, f.waits, f.list = from, waits, list
	return whole
}

// across looks at the line behind what went before it: a key and its value may
// stand on two lines.
func (st rows) across(b, tail []byte, off int) (whole []byte, none bool) {
	whole = append(append(make([]byte, 0, len(tail)+len(b)-off), tail...), b[off:]...)
	g := finder{words: st.f.words, pending: st.pending}
	g.look(whole)
	before := len(st.f.spans)
	back := func(at int) int { return max(0, at-len(tail)) + off }
	for _, sp := range g.spans {
		if sp.behind > len(tail) && !st.open { // its name stands in the line, which has been judged
			continue
		}
		if sp.start >= 0 {
			if sp.start < len(tail) {
				head, rest := whole[sp.start:min(sp.end, len(tail))], whole[min(sp.end, len(tail)):sp.end]
				if !st.open && !st.broken(head, rest) { // what was there has been judged
					continue
				} else if len(rest) >= gramLen && mixed(rest) && (!st.open || ordinary(head)) { // the head may be none of it
					st.f.spans = append(st.f.spans, span{start: -1, end: -1, kind: sp.kind, val: bytes.Clone(rest)})
				}
			}
			sp.start, sp.end = back(sp.start), back(sp.end)
		}
		st.f.spans = append(st.f.spans, sp)
	}
	st.f.people = append(st.f.people, g.people...)
	if len(g.spans) > 0 || g.pending != st.pending {
		st.f.pending = g.pending
	}
	if none = len(st.f.spans) == before; g.from >= 0 {
		st.f.from, st.f.waits, st.f.list = g.from, g.waits, g.list
	} else if st.f.from >= 0 {
		st.f.from += len(tail) - off
	}
	return whole, none
}

// broken reports whether a page broke a value into head and rest: what the line before
// had of it was too little to be told from a word. What a program says of a value is
// one, and a longer word, unless the page broke this line as well.
func (st rows) broken(head, rest []byte) bool {
	if len(head) < 3 && bytes.HasPrefix(append(head[:len(head):len(head)], rest...), []byte("eyJ")) {
		return true
	}
	return len(rest) >= gramLen && random(rest) && tokenAt(rest) == 0 && !has(states, head) && !has(verbs, head) && (len(head) < gramLen/2 || !ordinary(head) || st.row == st.width)
}

// other gives the second way in which b may go on with the line before: a blank at its
// front is an indent, or the page left one out between the two.
func (st rows) other(b, tail []byte, off int) (_ []byte, _ int, ok bool) {
	if off == 0 && !st.open && bytes.HasPrefix(b, []byte(" ")) {
		return tail, 1, true
	}
	if off > 0 || st.indent == 0 && !st.parted(tail, b) {
		return nil, 0, false
	}
	return append(tail[:len(tail):len(tail)], ' '), 0, true
}

// wraps reports whether the line before ended with a word that values are wrapped in.
func (st rows) wraps() bool {
	_, word := lastWord(st.tail)
	return st.open && has(wraps, word)
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
	st.record, st.coded, st.dashes = f.waits && st.stamped, f.coded, f.dashes
	st.shown = st.open && len(f.spans) > 0
	if n := len(b); f.pending != Plain && n > 1 && b[0] == '{' && b[n-1] == '}' { // of an object that is closed
		f.pending = Plain
	}
	if st.age++; f.pending != st.pending || f.pending == Plain {
		st.age = 0
	} else if st.age > 3 && !st.block || st.age > 12 {
		f.pending = Plain
	}
	st.pending = f.pending
}
