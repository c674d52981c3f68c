package logline

import (
	"bytes"
)

// envelope is what stands in front of a program's own words: what syslog, journald,
// a container's runtime or a collector wrote there, one around another. Recogniser
// and parser both read it here, so that they cannot disagree.
type envelope struct {
	line    []byte
	at      int    // where the program's own words begin
	is      bool   // the line is a record: of the SSM's log, unless manager
	manager bool   // behind it stands the Manager's line
	torn    bool   // the line ends before its message
	host    []byte // of the innermost
	tag     []byte

	form    stampForm // of the outermost stamp: a file has one clock
	stampAt int
	stampTo int
}

// maxLayers bounds how many envelopes are one in another: a relay's, syslog's, a
// container's, Ruby's.
const maxLayers = 5

// unwrap reads what stands in front of a line's own words, and tells whose they are.
func unwrap(b []byte) envelope {
	env := peel(b)
	env.is = env.is || bare(b[env.at:])
	return env
}

// peel reads what stands in front of a line's own words. It looks at no more than
// that, and keeps nothing.
func peel(b []byte) (env envelope) {
	env.line = b
	for range maxLayers {
		rest := b[env.at:]
		if managerLine(rest) || env.form != noStamp && managerBody(rest) {
			env.is, env.manager = true, true
			return env
		}
		n := env.layer(rest)
		if n == 0 || env.torn {
			break
		}
		env.at += n
	}
	return env
}

// layer reads one envelope at the beginning of b; 0: there is none.
func (env *envelope) layer(b []byte) int {
	n, versioned := priority(b)
	form, end := stampShape(b[n:])
	switch {
	case form != noStamp:
		env.stamped(form, env.at+n, env.at+n+end)
		return env.named(form, b, n+end, versioned)
	case n > 0:
		return n
	case railsLogger(b):
		return env.ruby(b)
	case uptime(b) > 0:
		return env.named(noStamp, b, uptime(b), false)
	}
	return container(b)
}

// uptime reads "[12345.678901] ", the time since a host started: it tells no moment.
func uptime(b []byte) int {
	if len(b) < 10 || b[0] != '[' {
		return 0
	}
	end := bytes.IndexByte(b[:min(len(b), 24)], ']')
	sec, frac, ok := bytes.Cut(bytes.TrimLeft(b[1:max(end, 1)], " "), []byte("."))
	if _, num := number(sec); !ok || !num || len(frac) != 6 || !digits(frac) || end+1 >= len(b) || b[end+1] != ' ' {
		return 0
	}
	return end + 2
}

// labels reads `{app="ssm", host="x"} `.
func labels(b []byte) int {
	if len(b) < 8 || b[0] != '{' || !bytes.Contains(b[:min(len(b), 80)], []byte(`="`)) {
		return 0
	}
	quoted := false
	for i, c := range b {
		switch {
		case c == '"' && b[i-1] != '\\':
			quoted = !quoted
		case c == '}' && !quoted:
			if i+1 < len(b) && b[i+1] == ' ' {
				return i + 2
			}
			return 0
		}
	}
	return 0
}

// stamped keeps the outermost stamp.
func (env *envelope) stamped(form stampForm, from, to int) {
	if env.form == noStamp {
		env.form, env.stampAt, env.stampTo = form, from, to
	}
}

// named reads what follows a stamp: a host and a tag, the fields of RFC 5424, what a
// container's runtime writes, or the words themselves.
func (env *envelope) named(form stampForm, b []byte, at int, versioned bool) int {
	at = blanks(b, at)
	env.is = env.is || form != epoch && form != noStamp && (at < len(b) || form == rfc3164) // a listing may have seconds since 1970 too
	switch rest := b[at:]; {
	case versioned:
		return env.rfc5424(b, at)
	case streamed(rest):
		return at + len("stdout F ")
	case managerLine(rest), form != rfc3164 && bare(rest):
		return at
	case labels(rest) > 0: // of Loki's logcli
		return at + labels(rest)
	case form == rfc3164 && nextStamp(rest): // a relay that says no host of its own
		return at
	}
	sp := bytes.IndexByte(b[at:], ' ')
	if sp < 0 {
		env.torn = form == rfc3164
		return at
	}
	host := b[at : at+sp]
	rest := b[at+sp+1:]
	if managerLine(rest) { // without a tag
		env.host = host
		return at + sp + 1
	}
	if own := bytes.IndexByte(rest, ' '); own > 0 && isHost(rest[:own]) && rest[own-1] != ':' && managerLine(rest[own+1:]) { // relayed, without a tag
		env.host = rest[:own]
		return at + sp + 1 + own + 1
	}
	if nextStamp(rest) { // relayed: the host in front is the relay's
		return at + sp + 1
	}
	tag, _, ok := bytes.Cut(rest[:min(len(rest), maxTag+2)], []byte(": "))
	switch {
	case ok && (form == rfc3164 || bytes.IndexByte(tag, ' ') < 0 && isHost(host)):
		env.is, env.host, env.tag = true, host, tag
		return at + sp + 1 + len(tag) + 2
	case form == rfc3164: // no tag: cut, or a line of its own kind
		env.host, env.torn = host, true
		return at + sp + 1
	}
	return at
}

// maxTag is the longest tag: beyond, what ends in a colon is a message.
const maxTag = 64

// rfc5424 reads "HOST APP PROCID MSGID SD MESSAGE".
func (env *envelope) rfc5424(b []byte, at int) int {
	var fields [4][]byte
	for i := range fields {
		sp := bytes.IndexByte(b[at:], ' ')
		if sp < 0 {
			env.torn = true
			return at
		}
		fields[i] = b[at : at+sp]
		at += sp + 1
	}
	env.host, env.tag = fields[0], fields[1]
	for at < len(b) && b[at] == '[' { // structured data
		end := closing(b[at:])
		if end < 0 {
			env.torn = true
			return at
		}
		at += end + 1
	}
	if at < len(b) && b[at] == '-' {
		at++
	}
	at = blanks(b, at)
	if bytes.HasPrefix(b[at:], []byte("\ufeff")) {
		at += len("\ufeff")
	}
	return at
}

// closing is where an element of structured data ends: its values stand in quotes.
func closing(b []byte) int {
	quoted := false
	for i := 0; i < len(b); i++ {
		switch {
		case quoted && b[i] == '\\':
			i++
		case b[i] == '"':
			quoted = !quoted
		case b[i] == ']' && !quoted:
			return i
		}
	}
	return -1
}

// ruby reads "I, [2023-07-13T11:17:01.123456 #1]  INFO -- : ".
func (env *envelope) ruby(b []byte) int {
	i := bytes.Index(b, []byte(" -- "))
	colon := bytes.Index(b[i:], []byte(": "))
	if colon < 0 {
		return 0
	}
	if form, end := stampShape(b[4:]); form != noStamp {
		env.stamped(form, env.at+4, env.at+4+end)
	}
	env.is = true
	return i + colon + 2
}

// priority reads "<30>", and the version of RFC 5424 behind it.
func priority(b []byte) (n int, versioned bool) {
	if len(b) < 4 || b[0] != '<' {
		return 0, false
	}
	for n = 1; n < 4 && n < len(b) && b[n]-'0' <= 9; n++ {
	}
	if n == 1 || n >= len(b) || b[n] != '>' {
		return 0, false
	}
	n++
	if len(b) > n+2 && b[n] == '1' && b[n+1] == ' ' {
		return n + 2, true
	}
	return n, false
}

// streamed reports whether a container's runtime says which stream a line came from.
func streamed(b []byte) bool {
	return len(b) > 9 && (string(b[:7]) == "stdout " || string(b[:7]) == "stderr ") && (b[7] == 'F' || b[7] == 'P') && b[8] == ' '
}

// container reads the name that compose and kubectl put in front: "frontend_1  | ",
// "[pod/ssm-0/frontend] ".
func container(b []byte) int {
	if len(b) > 6 && b[0] == '[' && (string(b[1:5]) == "pod/" || string(b[1:5]) == "job/") {
		if end := bytes.IndexByte(b[:min(len(b), 160)], ']'); end > 0 && end+1 < len(b) && b[end+1] == ' ' {
			return end + 2
		}
	}
	i := 0
	for i < len(b) && i < maxTag && (isWord(b[i]) || b[i] == '-' || b[i] == '.') {
		i++
	}
	bar := blanks(b, i)
	if i > 0 && bar > i && bar+1 < len(b) && b[bar] == '|' && b[bar+1] == ' ' {
		return bar + 2
	}
	return 0
}

// nextStamp reports whether another envelope begins with its stamp.
func nextStamp(b []byte) bool {
	form, _ := stampShape(b)
	return form != noStamp
}

// isHost reports whether a word may be a host's name or address.
func isHost(b []byte) bool {
	for _, c := range b {
		if !isWord(c) && c != '-' && c != '.' && c != ':' {
			return false
		}
	}
	return len(b) > 0
}

func blanks(b []byte, at int) int {
	for at < len(b) && b[at] == ' ' {
		at++
	}
	return at
}

// managerLine reports whether a line begins with the Manager's stamp, with an hour at
// least.
func managerLine(b []byte) bool {
	return len(b) > 20 && digits(b[:2]) && b[2] == '-' && managerDate(b[3:])
}

// managerBody reports whether words are the Manager's without its stamp: a level, two
// words in brackets, and a thread in parentheses.
func managerBody(b []byte) bool {
	sp := bytes.IndexByte(b[:min(len(b), 8)], ' ')
	if sp < 4 || !isLevel(b[:sp]) {
		return false
	}
	b = bytes.TrimLeft(b[sp:], " ")
	end := bytes.Index(b, []byte("] ("))
	return len(b) > 0 && b[0] == '[' && end > 0 && bytes.Contains(b[end:], []byte(") |"))
}

func isLevel(w []byte) bool {
	switch string(w) {
	case "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL":
		return true
	}
	return false
}
