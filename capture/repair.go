package capture

import (
	"bytes"
	"io"

	"syncscope/capture/cliout"
	"syncscope/capture/dialect"
	"syncscope/capture/input"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// known is what begins a record, for those that take texts apart.
var known = input.Known{Begins: begins, Recorded: recorded, Listed: ofListing, Dumped: dumpRow, Loose: loose, Output: ofCommand, Stamped: stamped, Follows: follows, Front: front}

// Repair gives what is to be read in place of a file's bytes: the same text without
// what an editor, a mail or a terminal did to it; and what was done, to be asked
// once all was read. A text that needs nothing is given back as it is, and so is
// what is no text.
func Repair(r io.Reader) (repaired io.Reader, done func() string) {
	again := input.Open(r, known)
	if t, ok := again.(*input.Text); ok {
		return t, t.Repairs.String
	}
	return again, func() string { return "" }
}

// Foreign tells what a file is that cannot be read as text, and what to do; empty:
// it may be text.
func Foreign(head []byte) (what, hint string) { return input.Named(head) }

func front(b []byte) int { return logline.Front(redact.Wrap(b)) }

// begins asks first whose line b looks like: most lines are a listing's or a log's.
func begins(b []byte) bool {
	raw := redact.Wrap(b)
	if packetLine(b) && tcpdump.Begins(raw) {
		return true
	}
	return logline.Begins(raw) != logline.FormPlain || tcpdump.Begins(raw) || dialect.Begins(raw) || cliout.Begins(raw)
}

func recorded(b []byte) bool {
	raw := redact.Wrap(b)
	return packetLine(b) && tcpdump.Begins(raw) || logline.Recorded(raw) || ofListing(b)
}

// ofListing reports whether a line begins a packet of a listing.
func ofListing(b []byte) bool {
	return tcpdump.Begins(redact.Wrap(b)) || dialect.Begins(redact.Wrap(b))
}

func dumpRow(b []byte) bool { return tcpdump.Row(redact.Wrap(b)) }

// loose reports whether a line begins something without a record's front or a prompt.
func loose(b []byte) bool {
	return begins(b) && !recorded(b) && !cliout.Prompted(redact.Wrap(b))
}

func ofCommand(b []byte) bool { return cliout.Tells(redact.Wrap(b)) }

func stamped(b []byte) bool {
	return logline.Stamped(redact.Wrap(b))
}

// follows reports whether a line goes on with a record by itself: one of a stack
// trace, of a dump, or of a packet's details.
func follows(b []byte) bool {
	if logline.Goes(redact.Wrap(b)) || dialect.Follows(redact.Wrap(b)) || len(b) > 0 && b[0] == '\t' {
		return true
	}
	t := bytes.TrimLeft(b, " ")
	if len(t) == len(b) || len(t) < 8 {
		return false
	}
	return t[0] == '0' && t[1] == 'x' && t[6] == ':' || bytes.Contains(t[:min(len(t), 64)], []byte(" > ")) && bytes.IndexByte(t, '.') > 0
}
