package capture

import (
	"bytes"
	"io"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/input"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
)

// log reads vmanage-server.log and the SSM's messages.
type log struct {
	d    *Decoder
	p    *logline.Parser
	next event.LogEntry // what the sieve looks at: most lines never reach the heap
}

func newLog(d *Decoder) *log { return &log{d: d, p: logline.NewParserOn(d.gate, d.stream)} }

// line takes a line of the log. A log that is followed is not repaired: what a runtime
// or journald wrote as JSON is taken out of it here.
func (l *log) line(n int, b []byte, cut bool) {
	if len(b) > 0 && b[0] == '{' {
		if lines, ok := input.Object(b, known); ok {
			for _, b := range lines {
				l.record(n, b, cut)
				l.d.piece++
			}
			return
		}
	}
	l.record(n, b, cut)
}

func (l *log) record(n int, b []byte, cut bool) {
	l.p.SetWords(l.d.words)
	l.p.Line(redact.Wrap(b), l.d.learned.Clean(n), &l.next.Entry)
	e := &l.next.Entry
	if cut {
		e.Cut, e.Full = true, redact.Join(e.Full, cutNote)
	}
	if e.Cut && e.Topic != logline.TopicNone {
		l.d.cutLines++
	}
	l.next.Meta = l.d.meta(n, e.Full)
	l.next.From.Piece = l.d.piece
	m := &l.next.Meta
	switch {
	case e.Form == logline.Manager && e.Topic == logline.TopicNone && e.Area == logline.AreaOther: // its program's name may not be whole
		l.d.missed.headless(n, b)
	case e.Form != logline.FormPlain:
		l.d.missed.record(n, b)
	}
	if e.Form == logline.FormPlain {
		l.d.plain(*m, b)
		return
	}
	st := e.Stamp
	if st.Time.IsZero() { // nothing stands in front of what the program wrote
		st = e.Written
	}
	if e.Written.Zoned && e.Written.Dated { // nginx says the whole of it, syslog does not
		m.At.Time, m.At.Dated, m.At.Zoned = e.Written.Time, true, true
	} else {
		m.At.Time, m.At.Dated, m.At.Zoned = st.Time, st.Dated, st.Zoned
	}
	m.At.Text = event.Printed(st.Text)
	if l.d.sieve == nil || l.d.sieve(&l.next) {
		l.d.emit(l.next)
	}
}

func (*log) close() {}

// cutNote stands behind a line whose end was dropped.
var cutNote = redact.Literal("[… cut after 64 KB]")

// plain emits a line that is nothing else, and says why.
func (d *Decoder) plain(m event.Meta, b []byte) {
	why := plainWhy(b)
	d.skip(m.From.Line, why, b)
	d.emit(event.Plain{Meta: m, Why: why})
}

func plainWhy(b []byte) event.PlainReason {
	t := bytes.TrimSpace(b)
	switch {
	case len(t) == 0 || bytes.HasPrefix(t, []byte("```")):
		return event.Decoration
	case t[0] == '[' && bytes.Contains(t, []byte("]# ")), bytes.Contains(t, []byte(":~$ ")), prompt(t):
		return event.Prompt
	}
	return event.NotRecognised
}

// output reads what one command printed.
type output struct {
	d    *Decoder
	p    *cliout.Parser
	last event.Meta
	from int // the output's first line
}

func newOutput(d *Decoder) *output {
	return &output{d: d, p: cliout.NewParserOn(d.gate, d.stream, cliout.CheckUnknown)}
}

func (o *output) line(n int, b []byte, _ bool) {
	if o.from == 0 {
		o.from = n
	}
	before := o.p.Result()
	o.p.Line(redact.Wrap(b))
	now := o.p.Result()
	if o.last.From.Line == 0 || before.Release != now.Release || len(before.Addrs) != len(now.Addrs) {
		o.last = o.d.meta(n, now.Lines[len(now.Lines)-1]) // the line that says it
	}
}

// endsAt reports whether a line is the top of another command's output.
func (o *output) endsAt(r redact.Raw) bool {
	c, now := cliout.Heads(r), o.p.Result().Check
	return c != cliout.CheckUnknown && now != cliout.CheckUnknown && c != now
}

// newest is the text of the line that was taken last.
func (o *output) newest() redact.Text {
	lines := o.p.Result().Lines
	if len(lines) == 0 {
		return redact.Text{}
	}
	return lines[len(lines)-1]
}

func (o *output) close() {
	o.d.emit(event.CheckResult{Meta: o.last, From: o.from, Result: o.p.Result()})
}

// ReadCheck reads one command's whole output; check is Unknown where the output
// itself must tell.
func ReadCheck(src event.Source, gate *redact.Session, check cliout.Check, r io.Reader) (event.CheckResult, error) {
	var out event.CheckResult
	src.Kind = event.Check
	d := NewDecoder(src, gate, func(ev event.Event) {
		if c, ok := ev.(event.CheckResult); ok {
			out = c
		}
	})
	d.reader = &output{d: d, p: cliout.NewParserOn(gate, d.stream, check)}
	if _, err := io.Copy(d, r); err != nil {
		return out, err
	}
	err := d.Close()
	return out, err
}
