package capture

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"syncscope/capture/dialect"
	"syncscope/capture/input"
)

// Looks tells what a text looks like in which nothing is known, and what to do: by
// its form only. Nothing of it is said.
func Looks(head []byte) (what, hint string) {
	if what, hint := input.Named(head); what != "" {
		return what, hint
	}
	if what, hint := dialect.Named(head); what != "" {
		return what, hint
	}
	t := bytes.TrimSpace(head)
	switch {
	case len(t) == 0:
		return "holds nothing but blanks and empty lines", "save the log again"
	case !text(head):
		return "is no text", "give the log itself"
	case misread(head):
		return "looks like a log that was read from a picture: letters stand in place of digits", "copy the text itself, or give the file"
	case bytes.HasPrefix(t, []byte("-----BEGIN ")):
		return "looks like a certificate or a key", "give the logs, and never a private key"
	case t[0] == '{' || t[0] == '[' && json.Valid(t):
		return "looks like JSON of which no object holds a line of a log", "export the messages themselves"
	case t[0] == '<':
		return "looks like a page or XML without a line of a log", "copy the log's lines out of it"
	case bytes.HasPrefix(t, []byte("#!")):
		return "looks like a script", "give what it printed"
	}
	return "looks like a text of " + measure(t) + " without a line of a log, a listing or a check", giveKnown
}

// giveKnown is what to give in place of what is not known.
const giveKnown = "give vmanage-server.log, the SSM's messages or tcpdump's text"

// measure says how long a text is.
func measure(t []byte) string {
	if bytes.Count(t, []byte("\n")) < 20 {
		return "a few lines"
	}
	return "many lines"
}

// text reports whether nearly all of some bytes are characters.
func text(b []byte) bool {
	odd := 0
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != 0x1b {
			odd++
		}
		rest = rest[n:]
	}
	return odd*20 <= len(b)
}

// misread reports whether lines begin records once the letters that are taken for
// digits are digits.
func misread(b []byte) bool {
	found := 0
	for line := range bytes.Lines(b) {
		front := bytes.Clone(line[:min(len(line), 60)])
		for i, c := range front {
			switch c {
			case 'O', 'o':
				front[i] = '0'
			case 'l', 'I', '|':
				front[i] = '1'
			}
		}
		front = bytes.Replace(front, []byte("N0v"), []byte("Nov"), 1)
		front = bytes.Replace(front, []byte("0ct"), []byte("Oct"), 1)
		front = bytes.Replace(front, []byte("Ju1"), []byte("Jul"), 1)
		if begins(append(bytes.TrimRight(front, "\r\n"), bytes.TrimRight(line[len(front):], "\r\n")...)) {
			found++
		}
	}
	return found > 0
}
