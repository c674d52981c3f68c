package follow

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"syncscope/ssh/command"
)

// kept is a sink that keeps what it takes.
type kept struct {
	lines strings.Builder
	gaps  []string
	err   error // of every line
}

func (k *kept) Lines(b []byte) error { k.lines.Write(b); return k.err }
func (k *kept) Gap(g Gap)            { k.gaps = append(k.gaps, g.Why.String()) }
func (k *kept) Full(bool)            {}
func (k *kept) Alive()               {}

const (
	textEntry  = `{"__CURSOR":"s=a1;i=1","__REALTIME_TIMESTAMP":"1705148106123456","_HOSTNAME":"ssm","SYSLOG_IDENTIFIER":"nginx","_PID":"7","MESSAGE":"first\nsecond\n"}` + "\n"
	bytesEntry = `{"__CURSOR":"s=a1;i=2","__REALTIME_TIMESTAMP":"1705148107000000","_COMM":"rails","MESSAGE":[255,111,107]}` + "\n"
	emptyEntry = `{"__CURSOR":"s=a1;i=3","__REALTIME_TIMESTAMP":"1705148107000000","MESSAGE":null}` + "\n"
	oddEntry   = `{"__CURSOR":"s=a1;i=4","__REALTIME_TIMESTAMP":"1705148107000000","MESSAGE":{"no":"text"}}` + "\n"
	reboot     = "-- Reboot --\n{\"MESSAGE\":\"of no place\"}\n"
	asSyslog   = "Jan 13 12:15:06 ssm nginx[7]: first\nJan 13 12:15:06 ssm nginx[7]: second\nJan 13 12:15:07 localhost rails: \xffok\n"
)

// Entries are handed over whole and once, wherever the bytes are parted; what is no
// entry is passed over.
func TestEntriesHoweverTheyArrive(t *testing.T) {
	all := []byte(textEntry + reboot + bytesEntry + emptyEntry + oddEntry)
	for size := 1; size <= len(all); size += 1 + size/7 {
		j, to := &journald{}, &kept{}
		l := &Log{path: command.SSMJournal, journal: j}
		for part := range slices.Chunk(all, size) {
			if err := j.take(part, l, to); err != nil {
				t.Fatal(err)
			}
		}
		if got := to.lines.String(); got != asSyslog || len(to.gaps) > 0 || j.cursor != "s=a1;i=4" || len(j.part) > 0 {
			t.Fatalf("%d bytes at a time: %q, gaps %q, at %s", size, got, to.gaps, j.cursor)
		}
	}
}

// Who follows again is given the entry at the cursor first: it is no new one, and where
// another comes in its place, entries are missing.
func TestTheEntryAtTheCursor(t *testing.T) {
	for again, gaps := range map[string]int{textEntry + bytesEntry: 0, bytesEntry: 1} {
		j, to := &journald{cursor: "s=a1;i=1", proving: true}, &kept{}
		if err := j.take([]byte(again), &Log{path: command.SSMJournal, journal: j}, to); err != nil {
			t.Fatal(err)
		}
		if got := to.lines.String(); got != asSyslog[strings.Index(asSyslog, "Jan 13 12:15:07"):] || len(to.gaps) != gaps {
			t.Errorf("%q, gaps %q", got, to.gaps)
		}
	}
}

// What does not end is bounded, and a sink's error is told.
func TestEntriesThatCannotBeHandedOver(t *testing.T) {
	j := &journald{part: make([]byte, maxHeld)}
	if err := j.take([]byte("xx"), &Log{path: command.SSMJournal}, &kept{}); err == nil || !strings.Contains(err.Error(), "an entry of more than 64 MB") {
		t.Error(err)
	}
	full := errors.New("the sink is full")
	if err := (&journald{}).take([]byte(textEntry), &Log{path: command.SSMJournal}, &kept{err: full}); !errors.Is(err, full) {
		t.Error(err)
	}
}
