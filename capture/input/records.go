package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// records takes the lines of a log out of what a collector exported: one object of
// JSON for each, or one column of a table.
type records struct {
	c       *Repairs
	known   Known
	lex     lexer
	wide    int    // of the line before, in columns
	row     bool   // the object begins in a row as wide as the one above: it is the rest of that
	held    []line // of an object that is not whole yet
	size    int
	maybe   []line // of it, what begins a record though no key says so
	texts   int    // the bytes of those
	guessed int    // and how many records they are
	stamped bool   // the record before had a stamp of its own: what begins none goes on with it
	table   table
}

func (*records) long() bool { return true }

// messageKeys have the line itself as their value, the whole of it first.
var messageKeys = []string{"_raw", "full_message", "original", "MESSAGE", "message", "msg", "log", "short_message", "textPayload", "line", "Message", "body"}

// exported reports whether some line may begin JSON.
func exported(in []line) bool {
	for _, l := range in {
		if jsonAt(l.b) >= 0 {
			return true
		}
	}
	return false
}

// jsonAt is where in a line JSON may begin that goes on, behind blanks, or behind what
// Ansible and Fluentd put in front; -1: nowhere.
func jsonAt(b []byte) int {
	t := bytes.TrimLeft(b, " \t,")
	if len(t) == 0 {
		return -1
	}
	switch at := len(b) - len(t); {
	case t[0] == '{' || t[0] == '[' && opens(t[1:]) || t[0] == '"' && quoted(t):
		return at
	case t[0] == '"':
		return -1
	}
	if front := b[:min(len(b), maxFront)]; bytes.IndexByte(front, '=') < 0 && bytes.IndexByte(front, '\t') < 0 {
		return -1
	}
	for _, front := range []string{" => {", " => [", "\t{\""} {
		if i := bytes.Index(b[:min(len(b), maxFront)], []byte(front)); i > 0 && bytes.IndexByte(b[:i], '"') < 0 {
			return i + bytes.IndexAny(b[i:], "{[")
		}
	}
	return -1
}

// quoted reports whether a line is one text in JSON that holds several lines.
func quoted(b []byte) bool {
	b = bytes.TrimRight(b, " \t,;")
	return len(b) > 8 && b[len(b)-1] == '"' && bytes.Contains(b, []byte(`\n`)) && json.Valid(b)
}

func (r *records) lines(in []line, last bool) []line {
	if r.lex.depth > 0 || exported(in) {
		var out []line
		for _, l := range in {
			out = r.line(out, l)
		}
		if last && !r.lex.taken {
			out = append(out, r.held...)
		}
		in = out
	}
	return r.pairs(r.column(in))
}

// line takes a line that may be a part of an object.
func (r *records) line(out []line, l line) []line {
	rest := l
	if r.lex.depth == 0 {
		at := jsonAt(l.b)
		above := r.wide
		if r.wide = utf8.RuneCount(l.b); at < 0 {
			return append(out, l)
		}
		r.row = r.wide >= minWidth && above >= r.wide && above-r.wide <= trimmed
		rest.b = l.b[at:]
		r.lex = lexer{begins: r.known.Recorded}
		if rest.b[0] == '"' {
			return r.text(out, l, rest.b)
		}
	}
	if !r.lex.taken {
		r.held, r.size = append(r.held, l), r.size+len(l.b)
	}
	r.lex.line(rest, func(o object) {
		o.more = o.more || r.stamped && !o.tagged()
		text, ok := o.text(r.known, 0)
		if !ok {
			return
		}
		if first := text[0]; r.known.Begins(first) {
			r.stamped = o.stampedBy(r.known)
		}
		to, count := &out, &r.c.records
		if o.keyed {
			r.lex.taken = true
		} else if !r.lex.taken {
			to, count = &r.maybe, &r.guessed
		}
		for _, b := range text {
			*to, r.texts = append(*to, line{b: b, n: o.n}), r.texts+len(b)
		}
		*count++
	})
	return r.settle(out)
}

// settle decides about an object that is whole, or longer than a record is: lines that
// only begin as records do are a log's where the object consists of little else. Else
// it is a document that quotes them.
func (r *records) settle(out []line) []line {
	long := r.size > maxLine
	if r.lex.taken || len(r.maybe) > 0 && (r.lex.depth == 0 || long) && 3*r.texts >= r.size {
		r.lex.taken = true
		out = append(out, r.maybe...)
		r.c.records += r.guessed
		r.held, r.maybe, r.size, r.texts, r.guessed = nil, nil, 0, 0, 0
		return out
	}
	if r.lex.depth > 0 && (!long || r.lex.array && r.size <= maxHead) {
		return out
	}
	if r.maybe, r.texts, r.guessed = nil, 0, 0; r.lex.depth == 0 {
		return append(out, r.whole()...)
	}
	out = append(out, r.held...) // no object of a log
	r.held, r.size, r.lex = nil, 0, lexer{}
	return out
}

// text takes a line that is one text in JSON.
func (r *records) text(out []line, l line, b []byte) []line {
	var s string
	if err := json.Unmarshal(bytes.TrimRight(b, " \t,;"), &s); err != nil {
		return append(out, l)
	}
	text := textLines(s)
	if !slices.ContainsFunc(text, func(b []byte) bool { return len(b) > 0 && r.known.Begins(b) }) {
		return append(out, l)
	}
	r.c.records++
	for _, b := range text {
		out = append(out, line{b: b, n: l.n})
	}
	return out
}

// opens reports whether an array of objects or texts goes on with b.
func opens(b []byte) bool {
	b = bytes.TrimLeft(b, " \t")
	return len(b) == 0 || b[0] == '{' || b[0] == '"' || b[0] == '['
}

// whole is an object that holds no line of a log: an answer that says what went
// wrong is one line, however it was laid out.
func (r *records) whole() []line {
	held := r.held
	r.held, r.size, r.lex = nil, 0, lexer{}
	if len(held) < 2 || r.row {
		return held
	}
	var all bytes.Buffer
	within := false // a text: a terminal broke it, and its blanks are its own
	for _, l := range held {
		b := l.b
		if !within {
			b = bytes.TrimLeft(b, " \t")
		}
		if within = endsWithin(b, within); !within {
			b = bytes.TrimRight(b, " \t")
		}
		all.Write(b)
	}
	if !bytes.Contains(all.Bytes(), []byte(`"error`)) || !json.Valid(all.Bytes()) {
		return held
	}
	r.c.records++
	return []line{{b: all.Bytes(), n: held[0].n}}
}

// endsWithin reports whether a row of JSON ends in the middle of a text.
func endsWithin(b []byte, within bool) bool {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '"':
			within = !within
		case b[i] == '\\' && within:
			i++
		}
	}
	return within
}

// object is what one object of JSON says of a line of a log.
type object struct {
	n      int // the file's line in which it begins
	values map[string]string
	begun  bool   // a value begins a record
	more   bool   // or goes on with one
	keyed  bool   // its key says that it is a log's
	key    string // whose value
}

// message is the log's line in an object: what is known to be one by its key, or else
// by what it begins with.
func (o *object) message(known Known) (msg string, found bool) {
	for _, k := range messageKeys {
		if msg, found = o.values[k]; found {
			o.keyed = true
			break
		}
	}
	if o.begun && (!found || !known.Recorded([]byte(firstOf(msg)))) {
		o.keyed = false
		return o.values[o.key], true
	}
	return msg, found
}

func firstOf(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}

// maxNested bounds JSON in texts of JSON: of a collector that took another's.
const maxNested = 3

// text is the log's lines that an object holds.
func (o *object) text(known Known, nested int) (text [][]byte, ok bool) {
	msg, found := o.message(known)
	at := timeOf(o.first("@timestamp", "timestamp", "_time", "__REALTIME_TIMESTAMP", "time", "ts", "date"))
	_, raw := o.values["_raw"]
	if row, is := o.ownRow(); is {
		o.keyed = true
		return [][]byte{[]byte(row)}, true
	}
	if !found || at.IsZero() && !raw && !o.begun {
		return nil, false
	}
	if b := []byte(msg); nested < maxNested && len(b) > 1 && b[0] == '{' {
		inner := lexer{begins: known.Recorded}
		inner.line(line{b: b, n: o.n}, func(p object) {
			if t, in := p.text(known, nested+1); in {
				text, ok = append(text, t...), true
			}
		})
		if ok {
			return text, true
		}
	}
	lines := textLines(msg)
	if !at.IsZero() && (!o.more || known.Begins(lines[0])) && len(bytes.TrimSpace(lines[0])) > 0 && !known.Stamped(lines[0]) && !known.Follows(lines[0]) {
		front := stamped(at)
		host, tag := o.first("_HOSTNAME", "host", "hostname", "HOSTNAME", "source"), o.first("SYSLOG_IDENTIFIER", "ident", "program", "appname", "application_name", "container_name", "tag", "_COMM")
		if tag != "" && !known.Begins(lines[0]) || host != "" && tag != "" {
			front += oneWord(host, "-") + " " + oneWord(tag, "-") + ": "
		}
		lines[0] = append([]byte(front), lines[0]...)
	}
	return lines, true
}

// ownRow is a row of the table of active checks that a report of ours holds as JSON.
func (o *object) ownRow() (row string, is bool) {
	detail, has := o.values["detail"]
	if name, status := o.values["name"], o.values["status"]; has && name != "" && ownStatus(status) {
		return fmt.Sprintf("- %-16s %-27s  %s", status, name, detail), true
	}
	return "", false
}

// ownStatus reports whether a word is how one of our own active checks ends.
func ownStatus(s string) bool {
	switch s {
	case "pass", "warn", "fail", "could-not-check", "not-needed":
		return true
	}
	return false
}

// stampedBy reports whether the text of an object has a stamp of its own.
func (o *object) stampedBy(known Known) bool {
	msg, _ := o.message(known)
	return known.Stamped([]byte(firstOf(msg)))
}

// tagged reports whether an object tells whose line it holds.
func (o *object) tagged() bool {
	return o.first("SYSLOG_IDENTIFIER", "ident", "program", "appname", "application_name", "container_name", "tag", "_COMM") != ""
}

// Object gives the lines of a log that one object of JSON holds on a line of its own, as
// a container's runtime or journald writes it; false: it holds none.
func Object(b []byte, known Known) (lines [][]byte, ok bool) {
	x := lexer{begins: known.Recorded}
	x.line(line{b: b}, func(o object) {
		if text, is := o.text(known, 0); is && o.keyed && !ok {
			lines, ok = text, true
		}
	})
	return lines, ok && x.depth == 0
}

// textLines are the lines of a text in JSON. What is made plain in a file is in a text
// too: its signs were written as codes.
func textLines(s string) [][]byte {
	s = strings.TrimRight(strings.TrimPrefix(s, "\ufeff"), "\r\n")
	lines := bytes.Split([]byte(s), []byte("\n"))
	g := glyphs{c: new(Repairs)}
	for i, b := range lines {
		b = bytes.TrimRight(b, "\r")
		if at := controlAt(b); at >= 0 {
			b = plainText(b, at)
		}
		lines[i] = g.plain(b)
	}
	return lines
}

// oneWord is a value without blanks, or what stands in its place.
func oneWord(s, none string) string {
	if s = strings.Join(strings.Fields(s), "_"); s == "" {
		return none
	}
	return s
}

func (o object) first(keys ...string) string {
	for _, k := range keys {
		if v := o.values[k]; v != "" {
			return v
		}
	}
	return ""
}
