package capture

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/input"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// maxLine bounds a line; what is beyond is dropped, and the line is marked cut.
const maxLine = 64 << 10

// Decoder turns a source's bytes into events. It is an io.Writer for one
// goroutine; the counters may be read by others. However the bytes are split
// into writes, the events are the same.
type Decoder struct {
	src    event.Source
	gate   *redact.Session
	stream *redact.Stream // of all lines, whichever reader takes them
	emit   func(event.Event)
	options

	buf    []byte // an unfinished line
	over   int    // bytes of it that were dropped
	line   int
	piece  int     // of that line, where it holds several records
	head   []byte  // the first bytes, until they tell a binary capture from text
	begun  bool    // they have
	gunzip *gunzip // what is written is packed; nil: it is not
	frames *frames // a binary capture; nil: text
	reader reader

	provisional bool      // what is emitted is given early
	fixed       time.Time // when what is emitted was given first; zero: now

	counts
}

// counts are what was read so far.
type counts struct {
	lines, packets, skipped atomic.Int64
	early                   atomic.Int64 // packets that were given early
	unread                  unread
	missed                  missed
}

// Lines counts the lines read.
func (c *counts) Lines() int { return int(c.lines.Load()) }

// Packets counts the packets read.
func (c *counts) Packets() int { return int(c.packets.Load() + c.early.Load()) }

// Skipped counts the lines that could not be read as what the source is.
func (c *counts) Skipped() int { return int(c.skipped.Load()) }

// reader reads the lines of one kind of source.
type reader interface {
	line(n int, b []byte, cut bool)
	close()
}

// NewDecoder makes a decoder. A source of unknown kind is told by its content,
// line by line: at the end, Source has its kind.
func NewDecoder(src event.Source, gate *redact.Session, emit func(event.Event)) *Decoder {
	d := &Decoder{src: src, gate: gate, stream: gate.Stream(), emit: emit}
	d.begin(src.Kind)
	d.begun = src.Kind != event.KindUnknown && src.Kind != event.Pcap
	return d
}

// Source is the source with the kind and level that its content showed.
func (d *Decoder) Source() event.Source { return d.src }

// magicLen is the length of a magic number.
const magicLen = 4

// Write takes the source's next bytes. It never fails.
func (d *Decoder) Write(b []byte) (int, error) {
	if d.gunzip != nil {
		d.gunzip.write(b)
	} else {
		d.write(b)
	}
	return len(b), nil
}

// write takes the next bytes, which are unpacked if they were packed.
func (d *Decoder) write(b []byte) {
	if !d.begun {
		if d.head = append(d.head, b...); len(d.head) < magicLen {
			return
		}
		b = d.start()
	}
	if d.frames != nil {
		d.frames.write(b)
		return
	}
	d.text(b)
}

// ReadFrom takes all that r gives, with its errors. The events are those of
// Write; what is behind is read and looked through meanwhile.
func (d *Decoder) ReadFrom(r io.Reader) (n int64, err error) {
	if d.reference {
		return io.Copy(struct{ io.Writer }{d}, r)
	}
	var head []byte
	if !d.begun {
		more := make([]byte, magicLen-len(d.head))
		k, err := readFull(r, more)
		n = int64(k)
		if d.head = append(d.head, more[:k]...); len(d.head) < magicLen {
			return n, ended(err)
		}
		head = d.start()
	}
	if d.gunzip != nil {
		rest, err := io.Copy(struct{ io.Writer }{d}, r)
		return n + rest, err
	}
	if d.frames == nil {
		s := chunks{r: r, rest: head}
		if d.file != nil {
			s.gate = d.gate
		}
		if err = s.each(d.block); err == nil && d.intact != nil && !d.intact.End() {
			err = ErrRepair
		}
		return n + s.from - int64(len(head)), err
	}
	d.frames.write(head)
	var rest int64
	if d.frames.prefetch != nil {
		rest, err = d.frames.prefetch.read(r)
	} else {
		rest, err = io.Copy(struct{ io.Writer }{d}, r)
	}
	return n + rest, err
}

// ended is a reader's error, unless it is its end.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// readFull is io.ReadFull with the reader's own error: what is packed may end
// unexpectedly itself.
func readFull(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = r.Read(b[n:])
		n += k
	}
	return n, err
}

// block takes the lines of a block. Packets that are read already and whole need
// not be looked at line by line.
func (d *Decoder) block(b *chunk) error {
	if d.intact != nil && !b.intact(d.intact) {
		return ErrRepair
	}
	at := 0
	var last *row
	for i := range b.packets {
		x := &b.packets[i]
		if !x.whole {
			continue // its lines go with those around it
		}
		if int(x.at) > at {
			d.after(b, last)
			d.text(b.text[at:x.at])
			at, last = int(x.at), nil
		}
		if d.packet(b, x) {
			at, last = int(x.end), x
		}
	}
	d.after(b, last)
	d.text(b.text[at:])
	return nil
}

// packet takes a packet where a listing is read.
func (d *Decoder) packet(b *chunk, x *row) bool {
	n := x.lines()
	switch r := d.reader.(type) {
	case learner:
		if x.other != nil {
			return false
		}
	case *listing:
		if !r.row(b, x, d.line+n) {
			return false
		}
	case *splitter:
		if r.list == nil || r.cur != r.list || !r.list.row(b, x, d.line+n) {
			return false
		}
	default:
		return false
	}
	d.line += n
	d.lines.Add(int64(n))
	return true
}

// after tells the gate what the next line follows: x, if that was taken whole.
func (d *Decoder) after(b *chunk, x *row) {
	if _, learns := d.reader.(learner); x != nil && !learns {
		d.stream.Pass(redact.Wrap(bytes.TrimRight(b.text[x.below:x.end], "\r\n")))
	}
}

// start tells by the first bytes what this is, and gives them back, unless they
// are packed.
func (d *Decoder) start() []byte {
	head := d.head
	d.head, d.begun = nil, true
	if d.gunzip == nil && isGzip(head) {
		d.begun = false // what is in it tells
		d.gunzip = newGunzip(d.write)
		d.gunzip.write(head)
		return nil
	}
	if d.src.Kind == event.KindUnknown && pcap.Is(head) {
		d.src.Kind, d.src.Level = event.Pcap, event.LevelPcap
		d.frames = newFrames(d)
	}
	return head
}

func (d *Decoder) text(b []byte) {
	for {
		nl := bytes.IndexByte(b, '\n')
		if nl < 0 {
			d.grow(b)
			return
		}
		if len(d.buf) == 0 && d.over == 0 && nl <= maxLine { // a whole line: nothing to put together
			d.give(b[:nl], false)
		} else {
			d.grow(b[:nl])
			d.cut()
		}
		b = b[nl+1:]
	}
}

// grow adds to the unfinished line.
func (d *Decoder) grow(b []byte) {
	if room := maxLine - len(d.buf); len(b) > room {
		d.over += len(b) - room
		b = b[:room]
	}
	d.buf = append(d.buf, b...)
}

// cut ends the line. A reader keeps nothing of its bytes: events hold texts.
func (d *Decoder) cut() {
	b, cut := d.buf, d.over > 0
	d.buf, d.over = d.buf[:0], 0
	d.give(b, cut)
}

// give hands a line to its reader.
func (d *Decoder) give(b []byte, cut bool) {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	n, b, none := input.Number(b)
	d.line += n
	if d.piece++; n > 0 {
		d.piece = 0
	}
	d.lines.Add(int64(n))
	if !none {
		d.reader.line(d.line, b, cut)
	}
}

func (d *Decoder) begin(k event.Kind) {
	d.src.Kind = k
	switch k {
	case event.TcpdumpText:
		d.src.Level = event.LevelText
		d.reader = newListing(d)
	case event.ManagerLog, event.SSMMessages:
		d.reader = newLog(d)
	case event.Check:
		d.reader = newOutput(d)
	case event.Pcap:
		d.src.Level, d.frames = event.LevelPcap, newFrames(d)
	default:
		d.reader = newSplitter(d)
	}
}

// Close flushes an unfinished last line and what waits for a next one.
func (d *Decoder) Close() error {
	if !d.begun && d.gunzip == nil {
		d.write(d.start())
	}
	var broken error
	if d.gunzip != nil {
		broken = d.gunzip.close()
		if !d.begun {
			d.write(d.start())
		}
	}
	if d.frames != nil {
		return errors.Join(broken, d.frames.close())
	}
	if len(d.buf) > 0 || d.over > 0 {
		d.cut()
	}
	d.reader.close()
	d.missed.end()
	return broken
}

// meta is the origin of a line.
func (d *Decoder) meta(line int, excerpt redact.Text) event.Meta {
	m := event.Meta{From: event.Ref{Source: d.src.ID, Line: line}, History: d.history, Provisional: d.provisional, Excerpt: excerpt}
	if m.At.Arrival = d.fixed; d.arrival != nil && !d.history && d.fixed.IsZero() {
		m.At.Arrival = d.arrival()
	}
	return m
}

// Learn takes a file's secrets before it is decoded, and tells which of its
// lines hold none. A binary capture has no lines: it is read once only.
func Learn(gate *redact.Session, r io.Reader) (*redact.Lines, error) { return learn(gate, r, false) }

// LearnReference is Learn on the reference path (see Decoder.SetReference).
func LearnReference(gate *redact.Session, r io.Reader) (*redact.Lines, error) {
	return learn(gate, r, true)
}

func learn(gate *redact.Session, r io.Reader, reference bool) (*redact.Lines, error) {
	lines := &redact.Lines{}
	in := bufio.NewReaderSize(r, 16)
	if head, _ := in.Peek(magicLen); pcap.Is(head) {
		return lines, nil
	}
	l := &Decoder{gate: gate, begun: true, options: options{reference: reference}, reader: learner{gate.Stream(), lines, reference}}
	if _, err := l.ReadFrom(in); err != nil {
		return nil, err
	}
	if len(l.buf) > 0 {
		l.cut()
	}
	return lines, nil
}

type learner struct {
	st    *redact.Stream
	lines *redact.Lines
	all   bool // no line is clean by its form
}

func (l learner) line(n int, b []byte, _ bool) {
	if !l.all && tcpdump.Numbers(redact.Wrap(b)) { // most lines of a listing; what reads them knows it too
		return
	}
	l.st.Learn(redact.Wrap(b), n, l.lines)
}
func (learner) close() {}
