package input

import (
	"bytes"
	"encoding/json"
	"strings"
)

// records takes the lines of a log out of what a collector exported: one object of
// JSON for each, or one column of a table.
type records struct {
	c     *Repairs
	known Known
	lex   lexer
	held  []line // of an object that is not whole yet
	size  int
	table table
}

func (r *records) long() bool { return r.lex.depth > 0 }

// messageKeys have the line itself as their value.
var messageKeys = []string{"_raw", "full_message", "original", "MESSAGE", "message", "msg", "log"}

// exported reports whether some line may be an object that holds a log's line.
func exported(in []line) bool {
	for _, l := range in {
		for _, k := range messageKeys {
			if i := bytes.Index(l.b, []byte(`"`+k+`"`)); i >= 0 {
				return true
			}
		}
	}
	return false
}

func (r *records) lines(in []line, last bool) []line {
	if r.lex.depth > 0 || exported(in) {
		var out []line
		for _, l := range in {
			out = r.line(out, l)
		}
		if last {
			out = append(out, r.held...)
		}
		in = out
	}
	return r.column(in)
}

// line takes a line that may be a part of an object.
func (r *records) line(out []line, l line) []line {
	t := bytes.TrimLeft(l.b, " \t,")
	if r.lex.depth == 0 && (len(t) == 0 || t[0] != '{' && !(t[0] == '[' && opens(t[1:]))) {
		return append(out, l)
	}
	inArray := r.lex.array
	r.held, r.size = append(r.held, l), r.size+len(l.b)
	found := false
	r.lex.line(l, func(o object) {
		if text, ok := o.text(r.known); ok {
			for _, b := range text {
				out = append(out, line{b, o.n})
			}
			found = true
			r.c.records++
		}
	})
	switch {
	case found || inArray && r.lex.array && r.lex.taken:
		r.held, r.size, r.lex.taken = r.held[:0], 0, true
	case r.lex.depth == 0:
		out = append(out, r.whole()...)
	case r.size > maxLine && !r.lex.array: // no object of a log
		out = append(out, r.held...)
		r.held, r.size, r.lex = nil, 0, lexer{}
	}
	return out
}

// opens reports whether an array of objects goes on with b.
func opens(b []byte) bool {
	b = bytes.TrimLeft(b, " \t")
	return len(b) == 0 || b[0] == '{'
}

// whole is an object that holds no line of a log: an answer that says what went
// wrong is one line, however it was laid out.
func (r *records) whole() []line {
	held := r.held
	r.held, r.size, r.lex = nil, 0, lexer{}
	if len(held) < 2 {
		return held
	}
	var all bytes.Buffer
	for _, l := range held {
		all.Write(bytes.TrimSpace(l.b))
	}
	if !bytes.Contains(all.Bytes(), []byte(`"error`)) || !json.Valid(all.Bytes()) {
		return held
	}
	r.c.records++
	return []line{{all.Bytes(), held[0].n}}
}

// object is what one object of JSON says of a line of a log.
type object struct {
	n      int // the file's line in which it begins
	values map[string]string
}

// text is the log's lines that an object holds.
func (o object) text(known Known) ([][]byte, bool) {
	msg, found := "", false
	for _, k := range messageKeys {
		if msg, found = o.values[k]; found {
			break
		}
	}
	at := timeOf(o.first("@timestamp", "timestamp", "_time", "__REALTIME_TIMESTAMP", "time", "ts", "date"))
	_, raw := o.values["_raw"]
	if !found || at.IsZero() && !raw {
		return nil, false
	}
	lines := bytes.Split([]byte(strings.TrimRight(msg, "\r\n")), []byte("\n"))
	if !at.IsZero() && len(bytes.TrimSpace(lines[0])) > 0 && !known.Stamped(lines[0]) && !known.Follows(lines[0]) {
		front := stamped(at)
		host, tag := o.first("_HOSTNAME", "host", "hostname", "HOSTNAME", "source"), o.first("SYSLOG_IDENTIFIER", "ident", "program", "appname", "application_name", "container_name", "tag", "_COMM")
		if tag != "" && !known.Begins(lines[0]) || host != "" && tag != "" {
			front += oneWord(host, "-") + " " + oneWord(tag, "-") + ": "
		}
		lines[0] = append([]byte(front), lines[0]...)
	}
	return lines, true
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
