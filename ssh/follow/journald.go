package follow

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// journald is a log that is read from the journal. An entry is as many lines as
// its message has, each written as syslog would. Where we are is a cursor, so it
// goes on exactly.
type journald struct {
	at      command.Cursor // of the last entry that was handed over
	cursor  string         // the same, as the journal writes it
	part    []byte         // of an entry that has not ended
	proving bool           // the next entry is to be the one at the cursor
}

// OpenJournald sets the mark behind the journal's last entry.
func OpenJournald(ctx context.Context, sh shell.Shell) (*Log, error) {
	l := &Log{Timing: DefaultTiming, sh: sh, path: command.SSMJournal, journal: &journald{}}
	res, err := sh.Run(ctx, command.JournalRight())
	var refused *ssh.RefusedError
	switch {
	case errors.As(err, &refused) && refused.Exit == 127: // as a shell has it
		return nil, err
	case err != nil && refused == nil:
		return nil, err
	case err != nil:
		l.sudo = true
	default:
		b, err := io.ReadAll(res.Reader())
		if err != nil {
			return nil, err
		}
		l.sudo = len(bytes.TrimSpace(b)) == 0
	}
	_, err = l.run(ctx, command.JournalRange(1))
	return l, err
}

// entryBytes is what an entry takes of a line on the average, so that n bytes
// can be read back.
const entryBytes = 256

// backlog reads the last entries, about n bytes as lines.
func (j *journald) backlog(ctx context.Context, l *Log, n int64) (io.Reader, bool, error) {
	want := int(min(max(n/entryBytes, 1), command.MaxEntries))
	res, err := l.run(ctx, command.JournalRange(want))
	if err != nil {
		return nil, false, err
	}
	b, err := io.ReadAll(res.Reader())
	if err != nil {
		return nil, false, err
	}
	var out bytes.Buffer
	got := 0
	for line := range bytes.Lines(b) {
		e, err := parseEntry(line)
		if err != nil {
			continue
		}
		got++
		out.Write(e.lines())
		if c, err := command.ParseCursor(e.Cursor); err == nil {
			j.at, j.cursor = c, e.Cursor
		}
	}
	return &out, got < want, nil
}

// take hands over the whole entries of b.
func (j *journald) take(b []byte, l *Log, to Sink) error {
	j.part = append(j.part, b...)
	for {
		nl := bytes.IndexByte(j.part, '\n')
		if nl < 0 {
			if len(j.part) > maxHeld {
				return fmt.Errorf("%s: an entry of more than %d MB (leave the journal to others)", l.path, maxHeld>>20)
			}
			return nil
		}
		line := j.part[:nl+1]
		e, err := parseEntry(line)
		if err == nil {
			err = j.hand(e, l, to)
		} else {
			err = nil // a line of journalctl's own, like "-- Reboot --"
		}
		j.part = j.part[nl+1:]
		if err != nil {
			return err
		}
	}
}

// hand gives one entry away, unless it is the one that we have.
func (j *journald) hand(e *entry, l *Log, to Sink) error {
	first := j.proving
	j.proving = false
	if first && e.Cursor == j.cursor {
		return nil
	}
	if first {
		l.gap(to, redact.Literal("the journal has not kept the entry that came last"))
	}
	if err := to.Lines(e.lines()); err != nil {
		return err
	}
	l.came = time.Now()
	if c, err := command.ParseCursor(e.Cursor); err == nil {
		j.at, j.cursor = c, e.Cursor
	}
	return nil
}

// entry is what we take of an entry.
type entry struct {
	Cursor   string `json:"__CURSOR"`
	Realtime string `json:"__REALTIME_TIMESTAMP"` // microseconds
	Host     string `json:"_HOSTNAME"`
	Tag      string `json:"SYSLOG_IDENTIFIER"`
	Comm     string `json:"_COMM"`
	PID      string `json:"_PID"`
	Message  field  `json:"MESSAGE"`
}

// field is a text, or the bytes of one that is none.
type field []byte

// UnmarshalJSON reads "text", [116,101,…] and null.
func (f *field) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*f = field(s)
		return nil
	}
	var raw []int
	if json.Unmarshal(b, &raw) != nil {
		return nil // not a message that can be shown
	}
	n := make(field, len(raw))
	for i, v := range raw {
		n[i] = byte(v)
	}
	*f = n
	return nil
}

func parseEntry(line []byte) (*entry, error) {
	e := &entry{}
	if err := json.Unmarshal(line, e); err != nil {
		return nil, err
	}
	if e.Cursor == "" {
		return nil, errors.New("no entry of a journal")
	}
	return e, nil
}

// lines are an entry as syslog writes it (RFC 3164), in UTC: one for each line
// of its message.
func (e *entry) lines() []byte {
	us, _ := strconv.ParseInt(e.Realtime, 10, 64)
	tag := cmp.Or(e.Tag, e.Comm, "unknown")
	if e.PID != "" {
		tag += "[" + e.PID + "]"
	}
	head := fmt.Sprintf("%s %s %s: ", time.UnixMicro(us).UTC().Format(time.Stamp), cmp.Or(e.Host, "localhost"), tag)
	var out []byte
	for line := range bytes.Lines(bytes.TrimRight(e.Message, "\n")) {
		out = append(append(append(out, head...), bytes.TrimRight(line, "\r\n")...), '\n')
	}
	return out
}
