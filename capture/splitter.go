package capture

import (
	"bytes"

	"syncscope/capture/cliout"
	"syncscope/capture/dialect"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// splitter reads a text of which nobody said what it is: one log, one listing, or
// a ticket into which several were pasted between prose. Each line that begins
// a record of some stream goes to that stream; the others go where the line
// before them went.
type splitter struct {
	d    *Decoder
	log  *log
	list *listing
	out  *output       // what a command printed, or what comes before anything known
	held []event.Plain // its lines, while it is not known to be a command's
	cur  reader
	seen map[event.Kind]bool
}

func newSplitter(d *Decoder) *splitter { return &splitter{d: d, seen: map[event.Kind]bool{}} }

// cap of the lines that wait for a command to be known by its output.
const maxHeld = 5000

func (m *splitter) line(n int, b []byte, cut bool) {
	raw := redact.Wrap(b)
	switch {
	case m.list != nil && m.cur == m.list && (m.list.scan.Inside() || packetLine(b) || tcpdump.Row(raw) || tcpdump.Begins(raw) || m.list.other.first > 0):
	case logline.Begins(raw) == logline.Manager:
		m.toLog(event.ManagerLog)
	case logline.Begins(raw) == logline.Syslog:
		m.toLog(event.SSMMessages)
	case tcpdump.Begins(raw), dialect.Begins(raw):
		m.toListing()
	case cliout.Begins(raw), m.out != nil && m.out.endsAt(raw):
		m.endOutput()
		m.toOutput()
	case m.cur == nil && len(m.seen) == 0 && logline.Continues(raw): // a log that was split inside a stack trace
		m.log = newLog(m.d)
		m.cur = m.log
	case prompt(b) && m.out != nil:
		m.endOutput()
		m.cur = nil
	}
	if m.cur == nil {
		m.toOutput()
	}
	m.cur.line(n, b, cut)
	if m.cur == m.out && len(m.held) < maxHeld {
		m.held = append(m.held, event.Plain{Meta: m.d.meta(n, m.out.newest()), Why: plainWhy(b)})
	}
}

// leave ends what the listing waits for, where something else comes.
func (m *splitter) leave() {
	if m.list != nil && m.cur == m.list {
		m.list.leave()
	}
}

// packetLine reports whether a line begins as those that a listing mostly
// consists of, and no log's does: a stamp without a date, or addresses behind
// four blanks.
func packetLine(b []byte) bool {
	switch {
	case len(b) < 12:
		return false
	case b[0] == ' ':
		return b[3] == ' ' && b[4]-'0' <= 9
	}
	return b[2] == ':' && b[5] == ':' && b[8] == '.' && b[0]-'0' <= 9
}

func (m *splitter) toLog(k event.Kind) {
	m.leave()
	m.endOutput()
	if m.log == nil {
		m.log = newLog(m.d)
	}
	m.cur, m.seen[k] = m.log, true
}

func (m *splitter) toListing() {
	m.endOutput()
	if m.list == nil {
		m.list = newListing(m.d)
		m.d.src.Level = event.LevelText
	}
	m.cur, m.seen[event.TcpdumpText] = m.list, true
}

func (m *splitter) toOutput() {
	m.leave()
	m.out = newOutput(m.d)
	m.cur = m.out
}

// endOutput gives what a command printed; if no command is known by it, its
// lines stay visible as what they are.
func (m *splitter) endOutput() {
	if m.out == nil {
		return
	}
	if m.out.p.Result().Check != cliout.CheckUnknown {
		m.seen[event.Check] = true
		m.out.close()
	} else {
		for _, p := range m.held {
			m.d.skip(p.From.Line, p.Why, []byte(p.Excerpt.String()))
			m.d.emit(p)
		}
	}
	m.out, m.held, m.cur = nil, nil, nil
}

func (m *splitter) close() {
	m.endOutput()
	if m.list != nil {
		m.list.close()
	}
	switch len(m.seen) {
	case 0:
	case 1:
		for k := range m.seen {
			m.d.src.Kind = k
			if k == event.TcpdumpText {
				m.d.src.Kind = m.list.kind()
			}
		}
	default:
		m.d.src.Kind = event.Mixed
	}
}

// prompt reports whether b is a prompt with a command or without: what the
// command before it printed is over.
func prompt(b []byte) bool {
	for _, mark := range []string{"#", ":~$", "$"} {
		host, rest, ok := bytes.Cut(b, []byte(mark))
		if ok && len(host) > 0 && len(host) <= 64 && bytes.IndexByte(host, ' ') < 0 && (len(rest) == 0 || rest[0] == ' ') {
			return true
		}
	}
	return false
}
