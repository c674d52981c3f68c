package logline

import (
	"bytes"

	"syncscope/capture/logline/words"
)

// railsLine reports whether a line that no format fits is Rails': by words of
// its own, or because it begins with an exception as Rails prints one that
// nobody caught, "NoMethodError (text):".
func railsLine(msg []byte) bool {
	for _, w := range []string{"[active_model_serializers]", "Redis#exists(", "[INFO] Session", "ActionController::", "ActiveRecord::", "Doorkeeper::", "Redis::", "PG::", "Errno::"} {
		if bytes.Contains(msg, []byte(w)) {
			return true
		}
	}
	b := untagged(msg)
	n := rubyClass(b)
	return n > 0 && bytes.HasPrefix(b[n:], []byte(" ("))
}

func (p *programs) railsTopic(msg []byte, e *Entry) {
	switch {
	case bytes.Contains(msg, []byte("Redis#exists(")):
		e.Topic = TopicDeprecation
	case bytes.Contains(msg, []byte("Session expiring")):
		e.Topic = TopicSession
	case bytes.Contains(msg, []byte("Error")) || bytes.Contains(msg, []byte("Exception")), rubyClass(untagged(msg)) > 0:
		e.Severity, e.Topic = Error, TopicHealth
		p.rubyException(msg, false, e)
	}
}

// rubyException reads "PG::ConnectionBad (text):" and "PG::ConnectionBad: text"; whole:
// it is known to have its end. A class that the line ends in was cut, and what is left
// of it may be another's.
func (p *programs) rubyException(b []byte, whole bool, e *Entry) {
	b = untagged(b)
	n := rubyClass(b)
	if n == 0 {
		return
	}
	if len(bytes.TrimRight(b[n:], ":")) == 0 && !whole {
		e.Cut = true
		return
	}
	e.Exception = p.wrote(words.Exception, b[:n])
	text := bytes.TrimLeft(b[n:], " (:")
	e.ErrorText = p.text(text)
	own, _, _ := bytes.Cut(text, []byte("DETAIL:  ")) // PostgreSQL's: what somebody sent
	p.own[words.ErrorText] = unquoted(own)
	p.own[words.Message] = b
}

// untagged drops what Rails and its logger put before a line: "F, [stamp #1]
// FATAL -- : text" and the request's ids, "[4f1c…] text".
func untagged(b []byte) []byte {
	if len(b) > 3 && bytes.HasPrefix(b[1:], []byte(", [")) {
		if _, rest, ok := bytes.Cut(b, []byte(" -- ")); ok {
			_, b, _ = bytes.Cut(rest, []byte(": "))
		}
	}
	for len(b) > 0 && b[0] == '[' {
		i := bytes.Index(b, []byte("] "))
		if i < 0 {
			return b
		}
		b = b[i+2:]
	}
	return b
}

// rubyClass is the length of an exception's class that b begins with, 0 if it
// does not: one with ::, like Errno::ENOSPC, or one whose name says what it is,
// like NoMethodError.
func rubyClass(b []byte) int {
	n := 0
	for n < len(b) && (isWord(b[n]) || b[n] == ':') {
		n++
	}
	name := bytes.TrimRight(b[:n], ":")
	if len(name) == 0 || name[0] < 'A' || name[0] > 'Z' {
		return 0
	}
	if bytes.Contains(name, []byte("::")) || bytes.HasSuffix(name, []byte("Error")) || bytes.HasSuffix(name, []byte("Exception")) {
		return len(name)
	}
	return 0
}

// quotedValue is a value up to the quote that ends it: the one behind which the
// next key stands, or the line's last. Its text may hold quotes of its own. ended:
// there is one; else the value was cut.
func quotedValue(b []byte) (v []byte, ended bool) {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("' "))
		if i < 0 {
			return bytes.CutSuffix(b, []byte("'"))
		}
		at += i + 2
		n := 0
		for at+n < len(b) && isWord(b[at+n]) {
			n++
		}
		if n > 0 && at+n < len(b) && b[at+n] == '=' {
			return b[:at-2], true
		}
	}
}
