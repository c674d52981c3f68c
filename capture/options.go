package capture

import (
	"io"
	"net/netip"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/input"
	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// options are what a Decoder is told before the first byte.
type options struct {
	arrival func() time.Time
	history bool
	learned *redact.Lines
	words   *words.Matcher
	sieve   func(*event.LogEntry) bool
	take    func(*Passing)
	file    io.ReaderAt   // excerpts are cut from it when they are cited; nil: none is
	intact  *input.Intact // tells what needs repair; nil: nothing does
	peer    netip.Addr    // its connections are never evicted
	trail   *Trail        // where the file before ended; nil: there is none, or it is gone on with
	// reference: nothing is read faster than byte by byte.
	reference bool

	cutLines int // that would tell something
}

// Cut counts the lines that would tell something and have no end. It is for who
// writes.
func (o *options) Cut() int { return o.cutLines }

// SetHistory marks the events from now on as written before we connected.
func (o *options) SetHistory(h bool) { o.history = h }

// SetArrival gives live events our own clock; nil for files.
func (o *options) SetArrival(now func() time.Time) { o.arrival = now }

// SetLearned gives what Learn told of this source's lines.
func (o *options) SetLearned(l *redact.Lines) { o.learned = l }

// SetWords has the words of a Matcher looked for in log lines: what rules ask of
// them. Without it, no line has any.
func (o *options) SetWords(m *words.Matcher) { o.words = m }

// SetSieve drops log lines that sieve has no use for, before they cost more
// than reading. They are counted all the same.
func (o *options) SetSieve(sieve func(*event.LogEntry) bool) { o.sieve = sieve }

// SetPeer names the SSM's address: its connections are the last to make room.
// It must come before the first byte.
func (o *options) SetPeer(peer netip.Addr) { o.peer = peer }

// SetPassing has TCP packets taken by take as they pass, in place of Segment and
// the events that follow from it: most packets bear on nothing but their
// connection's state. A DNSAnswer is emitted as a pointer then. Excerpts of frames
// are made when Cite.Meta or Meta.Cited asks for them. A binary capture is decoded
// ahead: take and emit are called by another goroutine, by one at a time, and no more
// after Close. It must come before the first byte.
func (o *options) SetPassing(take func(*Passing)) { o.take = take }

// SetFile names the file that ReadFrom reads, from its beginning. Excerpts of
// packets that SetPassing's function takes are cut from it when they are cited:
// until then, it must stay open.
func (o *options) SetFile(r io.ReaderAt) { o.file = r }

// SetIntact gives what tells of a text whether it needs repair: what Listing gave of
// its beginning. ReadFrom ends with ErrRepair where it does.
func (o *options) SetIntact(t *input.Intact) { o.intact = t }

// SetReference has ReadFrom read on the reference path: by one goroutine, with
// no block looked through before its lines are, and no line taken for clean by
// its form. Without SetPassing, SetSieve, SetLearned and SetFile, nothing is
// left then that exists for speed alone: the events must be the same.
func (o *options) SetReference() { o.reference = true }
