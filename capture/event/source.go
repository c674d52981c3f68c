package event

import (
	"cmp"
	"strings"
	"time"

	"syncscope/capture/redact"
)

// SourceID names a source within one run, from 1.
type SourceID int

// Kind is what a source holds, told by its content.
type Kind uint8

// The kinds, named as in the report's JSON.
const (
	KindUnknown Kind = iota
	TcpdumpText
	TcpdumpHex
	Pcap
	ManagerLog
	SSMMessages
	Check
	Mixed
	kindCount
)

var kindNames = [...]string{"unknown", "tcpdump-text", "tcpdump-hex", "pcap", "manager-log", "ssm-messages", "check", "mixed"}

// String is the name in the report's JSON.
func (k Kind) String() string { return nameOf(kindNames[:], k) }

// nameOf is a value's name in the table beside its type. A value that the table
// lacks is no reason to panic while a fault is looked for.
func nameOf[T ~uint8](table []string, v T) string {
	if int(v) < len(table) {
		return table[v]
	}
	return "unknown"
}

// HasPackets reports whether it is a capture, whatever its form.
func (k Kind) HasPackets() bool { return k == TcpdumpText || k == TcpdumpHex || k == Pcap }

// Level is how much of each packet a capture holds.
type Level uint8

// The levels, weakest first.
const (
	LevelNone Level = iota
	LevelText
	LevelTextA
	LevelHex
	LevelPcap
	levelCount
)

var levelNames = [...]string{"", "text", "text+A", "text+hex", "pcap"}

// String is the name in the report's JSON.
func (l Level) String() string { return nameOf(levelNames[:], l) }

// Source is where lines or packets come from.
type Source struct {
	ID    SourceID
	Kind  Kind
	Level Level
	Title redact.Text // the path as given, or the path on the host
	Host  redact.Text // who was asked, live
	Node  redact.Text // the Manager's node, for a cluster
	First SourceID    // the first file of the capture that this one goes on with; 0: itself
}

// Name is "vmanage-server.log of 192.0.2.10", without the host where none was asked.
func (s Source) Name() string {
	name := cmp.Or(s.Title.String(), s.Kind.String())
	if host := s.Host.String(); host != "" {
		name += " of " + host
	}
	return name
}

// Ref points at a line or packet; what every finding cites. Both count from 1,
// 0 is none.
type Ref struct {
	Source SourceID
	Line   int
	Packet int
	Piece  int // of a file's line that holds several records, the one it is, from 0
}

// When is an event's time: on the device's clock and on ours.
type When struct {
	Time    time.Time // device clock; zero: the source printed none
	Text    Stamp     // as printed
	Zoned   bool      // Time's zone is sure
	Dated   bool      // Time's date is sure
	Arrival time.Time // our clock, live; zero for files
}

// Made is w with its stamp's text made: the file that it is cut from may be
// closed later.
func (w When) Made() When {
	w.Text = Printed(w.Text.Text())
	return w
}

// WithDate is the stamp as its source printed it, with its date in front where that is
// sure and the source did not print it; empty: it printed none.
func (w When) WithDate() string {
	text := strings.TrimSpace(w.Text.String())
	if text != "" && w.Dated && !strings.ContainsAny(text[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.Contains(text, w.Time.Format("2006")) {
		return w.Time.Format("2006-01-02 ") + text
	}
	return text
}

// Stamp is a moment as its source printed it. A large capture has more packets
// than anybody cites: their stamps are made by whoever asks for the text.
type Stamp struct {
	text  redact.Text // valid where later is nil
	later Later
}

// Printed is a stamp whose text is there.
func Printed(t redact.Text) Stamp { return Stamp{text: t} }

// Deferred is a stamp whose text l makes when it is asked for.
func Deferred(l Later) Stamp { return Stamp{later: l} }

// Text is the stamp's text; empty: the source printed none.
func (s Stamp) Text() redact.Text {
	if s.later == nil {
		return s.text
	}
	return s.later.Stamp()
}

// String is the stamp's text.
func (s Stamp) String() string { return s.Text().String() }

// Later makes the line of a packet and its stamp when the packet is cited: few
// packets are.
type Later interface {
	Words() (line, stamp redact.Text)
	Stamp() redact.Text // alone: making the line costs many times as much
}

// Meta is what every event carries.
type Meta struct {
	At          When
	From        Ref
	History     bool        // written before we connected
	Provisional bool        // lines that belong to it may still come: an event of the same Ref then stands in its place
	Excerpt     redact.Text // the line itself, safe
	later       Later       // makes the excerpt and the stamp's text; nil: they are made
}

// Cited is m with its excerpt and its stamp's text, if they are still to make.
func (m Meta) Cited() Meta {
	if m.later != nil {
		line, stamp := m.later.Words()
		m.Excerpt, m.At.Text, m.later = line, Printed(stamp), nil
	}
	return m
}

// Postpone leaves the excerpt and the stamp's text to l.
func (m *Meta) Postpone(l Later) { m.later, m.At.Text = l, Deferred(l) }

// When tells the event's time.
func (m Meta) When() When { return m.At }

// Ref tells where the event was read.
func (m Meta) Ref() Ref { return m.From }

// Origin gives the whole of it.
func (m Meta) Origin() Meta { return m }
