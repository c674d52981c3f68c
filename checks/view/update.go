package view

import (
	"net/netip"
	"time"

	"syncscope/capture/event"
	"syncscope/checks"
)

// Header is what the first line of the screen says.
type Header struct {
	Manager, Release  string // "um8_vManage", "20.9.3"
	SSM               string
	Peer, PeerFrom    string // "172.20.85.137:8443", "clientUrl"
	PeerGuessed       bool   // nothing names it: it may be another
	Alarm             string // which connection is lost, or whose key is another one; "" all is well
	VPN, Interface    string
	InterfaceFrom     string
	Level             string // "text 128 B"
	Clock             string // "+0.4 s ±0.1 s", "" unknown
	Masked            int
	Simulated         bool
	FixPlayed, CanFix bool // demo: the second act
	Recording         bool
}

// CheckOutcome is one active check's result. It tells how things are now, and
// is no evidence about an attempt.
type CheckOutcome struct {
	Name   string `json:"name"`
	Status string `json:"status"` // "pass", "warn", "fail", "could-not-check", "not-needed"
	Detail string `json:"detail"`
}

// SourceStatus is a live or read source as a pane title shows it.
type SourceStatus struct {
	Source   event.Source
	State    event.Stream
	Detail   string // why it is not following, and what to do
	LastByte time.Time
	RTT      time.Duration
	Alive    time.Time // the last sign of life of stream or link: silent since LastByte and alive is quiet, not dead
	Lines    int
	Packets  int
	Skipped  int
	Dropped  int        // rows that came faster than a front end took them
	First    event.When // the times of a log's first and last line that have one; zero: none has, or it was not noted
	Last     event.When
	Repairs  []string // what was done to a text so that it could be read

	LinkSince time.Time // since when the link holds, or is lost
	Tries     int       // to make it again
	NextTry   time.Time // zero: now
	NeedsYou  bool      // the link is made again only when a person asks for it
}

// Read reports whether anything came of the stream.
func (s *SourceStatus) Read() bool {
	if s.Source.Kind.HasPackets() {
		return s.Packets > 0
	}
	return s.Lines > 0
}

// Update is everything that changed since the update before it. The lists
// Attempts, Findings and Sources are whole; Events are new ones only.
type Update struct {
	Now        time.Time
	Header     Header
	Sources    []SourceStatus
	Events     []event.Event
	Attempts   []checks.Attempt
	Shown      int // index into Attempts of the one the ladder shows; -1 none
	Verdict    checks.Verdict
	RootCause  *checks.Finding // nil unless Verdict is Failed
	Findings   []checks.Finding
	Evidence   []checks.Evidence // the numbered ones, in order
	Each       []checks.Account  // of each attempt; none: only of the one shown
	Comparison *checks.Comparison
	LastGood   *checks.LastGood // nil: none is known, or none is missed
	Earlier    checks.Earlier   // attempts before those in Attempts
	Clock      checks.Clock
	Heard      checks.Heard   // of what there is anything
	Callers    int            // that ask like a Manager and ended differently, where nothing tells which one it is
	Checks     []CheckOutcome // of the last run of the active checks
	Checking   bool           // they run
	Hosts      []Host         // how far the way to each host is
	Prompt     *Prompt        // what a person is asked; nil: nothing
	Hint       string         // what to do while nothing is seen
	Doubts     []string       // nothing was seen for long: what may be wrong
	Dropped    int            // rows in all that came faster than a front end took them: the diagnosis had them, Events did not
	Forgotten  int            // lines and connections that the diagnosis no longer holds
	Done       bool           // no more events will come

	End func(netip.AddrPort) string // how a connection's end is shown; nil: as it is
}

// Ends is how a connection's two ends are shown.
func (u *Update) Ends(c event.Connection) (client, server string) {
	if u == nil || u.End == nil {
		return c.Client.String(), c.Server.String()
	}
	return u.End(c.Client), u.End(c.Server)
}

// Ladder is the stages that the screen shows: those of the shown attempt, or
// all unknown.
func (u *Update) Ladder() []checks.StageState {
	if a := u.Attempt(); a != nil {
		return a.Ladder()
	}
	return checks.UnknownStages()
}

// Diagnosis is what the update says of the attempts.
func (u *Update) Diagnosis() checks.Diagnosis {
	return checks.Diagnosis{
		Verdict: u.Verdict, Attempts: u.Attempts, Shown: u.Shown, RootCause: u.RootCause, Findings: u.Findings, Evidence: u.Evidence, Each: u.Each,
		Comparison: u.Comparison, LastGood: u.LastGood, Earlier: u.Earlier, Clock: u.Clock, Dropped: u.Forgotten, Heard: u.Heard, Callers: u.Callers,
	}
}

// Attempt is the one on the ladder; nil where there is none.
func (u *Update) Attempt() *checks.Attempt { return checks.AttemptAt(u.Attempts, u.Shown) }
