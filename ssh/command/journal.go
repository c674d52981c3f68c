package command

import (
	_ "embed"
	"fmt"
)

// The journal follower's remote side, as sent.
//
//go:embed journal.sh
var journalSource string

var journalScript = oneLine(journalSource)

// SSMJournal is the SSM's journal, where there is no log file.
var SSMJournal = LogPath{"the journal"}

// MaxEntries is how many entries of the journal are read back.
const MaxEntries = 20_000

// The journal's commands.
var (
	journalRight = &Info{"journal-right", "journalctl -q --no-pager -o json -n 1 _UID=0", onSSM, "none", "whether this user may read the journal", anyCLI, readsJournal}
	journalRange = &Info{"journal-range", "[sudo] journalctl -q --no-pager -o json -n N", onSSM, "reads at most 20,000 entries of the journal", "the last attempt before we came", anyCLI, readsJournal}

	journalFollower = &Info{
		"journal-follower", "[sudo] timeout --foreground -k 5 14400 " + ownBash + " SCRIPT " + followName + " NONCE SILENCE CURSOR (SCRIPT runs journalctl -o json -f --cursor)",
		onSSM, "one bash and one journalctl; ends by itself when we are gone, or after 4 h",
		"new entries of the journal, over cuts", 0, readsJournal,
	}
)

const readsJournal = "read access to the journal (group systemd-journal or adm, or sudo)"

// JournalRight asks for one entry of root's: it has one for whoever may read the
// journal, and none for whoever sees his own entries only.
func JournalRight() Command {
	return Command{info: journalRight, line: "journalctl -q --no-pager -o json -n 1 _UID=0"}
}

// JournalRange reads the last n entries.
func JournalRange(n int) Command {
	return Command{info: journalRange, line: fmt.Sprintf("journalctl -q --no-pager -o json -n %d", min(max(n, 1), MaxEntries))}
}

// Cursor is an entry's place in a journal.
type Cursor struct{ s string }

// ParseCursor takes a cursor as journald writes it: "s=…;i=…;b=…;…".
func ParseCursor(s string) (Cursor, error) {
	if s == "" || len(s) > 512 || s[0] == '-' || !only(s, "=;_-") {
		return Cursor{}, &ArgumentError{"cursor", s, "it is made by the journal alone"}
	}
	return Cursor{s}, nil
}

// JournalFollower follows the journal behind an entry, which comes again first;
// the zero cursor begins with what comes.
func JournalFollower(n Nonce, pace Pace, c Cursor) Command {
	return Command{info: journalFollower, line: fmt.Sprintf("timeout --foreground -k 5 14400 %s %s %s %s %d %s",
		ownBash, Quote(journalScript), followName, n, max(1, int(pace.Silence.Seconds())), Quote(c.s))}
}
