package logline

import (
	"bytes"

	"syncscope/capture/redact"
)

// Begins tells by what stands in front of a line whose record it begins: Manager,
// Syslog, or Plain if neither's. It keeps nothing, and reads what the parser reads.
func Begins(r redact.Raw) Form {
	b := bytes.TrimRight(r.Bytes(), "\r\n")
	if managerLine(b) { // most lines
		return Manager
	}
	switch form := recorded(b); {
	case form != FormPlain:
		return form
	case bytes.Contains(b, shownWords):
		return Manager
	}
	if topic, _ := noticed(b); topic != TopicNone {
		return Manager
	}
	return FormPlain
}

// Recorded reports whether a line begins a record of a log. What a page shows of one
// is none.
func Recorded(r redact.Raw) bool { return recorded(bytes.TrimRight(r.Bytes(), "\r\n")) != FormPlain }

func recorded(b []byte) Form {
	switch env := unwrap(b); {
	case env.manager:
		return Manager
	case env.is:
		return Syslog
	}
	return FormPlain
}

// Stamped reports whether a record's time stands in front of a line.
func Stamped(r redact.Raw) bool {
	b := r.Bytes()
	if managerLine(b) {
		return true
	}
	env := peel(b)
	return env.form != noStamp
}

// Front is how much of a line stands in front of what its program says: no program
// writes a tab there.
func Front(r redact.Raw) int {
	b := r.Bytes()
	if managerLine(b) {
		if i := bytes.Index(b, []byte(") |")); i >= 0 {
			return i
		}
		return len(b)
	}
	env := peel(b)
	return env.at
}

// Continues reports whether a line is one of a Java stack trace, which goes on
// with a line above it: with a frame, indented, with a cause, or with how many
// frames it has in common with the one above ("... 40 more").
func Continues(r redact.Raw) bool {
	b := bytes.TrimRight(r.Bytes(), "\r\n")
	t := bytes.TrimLeft(b, " \t")
	frames, more := bytes.CutPrefix(t, []byte("... "))
	return bytes.HasPrefix(t, []byte("Caused by: ")) ||
		len(t) < len(b) && bytes.HasPrefix(t, []byte("at ")) && bytes.HasSuffix(t, []byte(")")) ||
		len(t) < len(b) && more && digits(frames[:ends(frames, " ")])
}

// Goes reports whether a line is one of a stack trace as far as it goes: its end may
// be missing.
func Goes(r redact.Raw) bool {
	b := r.Bytes()
	t := bytes.TrimLeft(b, " \t")
	return bytes.HasPrefix(t, []byte("Caused by: ")) || len(t) < len(b) && traceLine(t)
}

// shownWords begin what the Manager's page shows of a failed sign-in.
var shownWords = []byte("Failed to authenticate Smart Account credentials")

// managerDate reads "Jan-2023 11:" and "January-2023 11:".
func managerDate(b []byte) bool {
	i := 0
	for i < len(b) && i < 10 && b[i] != '-' {
		i++
	}
	if i < 3 || i+9 > len(b) || b[i] != '-' || !digits(b[i+1:i+5]) || b[i+5] != ' ' || !digits(b[i+6:i+8]) {
		return false
	}
	_, ok := month(b[:i])
	return ok
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
