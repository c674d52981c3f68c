package attempt

import (
	"net/netip"
	"sync"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// View is what a run has seen. Facts read it and change nothing of it; several may
// be asked at once while who owns it waits.
type View struct {
	Given      netip.Addr // the SSM's address as the user named it; invalid: not given
	Sources    map[event.SourceID]event.Source
	Lines      *Case          // of both logs
	Axis       *evidence.Axis // of the last diagnosis, as are LastTraces, Traces and Callers
	LastTraces []*Trace
	Traces     []*Trace // all that are kept, in order
	Callers    []Caller
	Conns      []*evidence.Connection
	ICMP       []*event.Unreachable
	DNS        []*event.DNSAnswer
	ARP        []*event.Neighbour
	Results    []*event.CheckResult
	Mode       *evidence.Line // what a Manager said last of its reporting mode; nil: nothing
	Noise      map[logline.Topic]*evidence.Line
	Started    *event.CaptureStarted
	Captures   evidence.Filters // of all that name their filters, those whose filters differ
	Footers    evidence.Footers
	Full       map[event.SourceID]*event.Disk // logs whose disk is full
	Newest     time.Time                      // the newest sure date in a log
	Names      Names
	Clock      checks.Clock
	ClockBy    []checks.Evidence // by what the clock is known: of both hosts, or of both logs

	memo    sync.Mutex                    // of lookups and resolutions
	lookups map[string][]*event.DNSAnswer // of DNS, by the name looked up
	// resolutions are what the answers say, by where a list of lookups begins.
	resolutions map[**event.DNSAnswer]resolution
}

// Capture is the capture that a source is of: its first file.
func (v *View) Capture(id event.SourceID) event.SourceID {
	if first := v.Sources[id].First; first != 0 {
		return first
	}
	return id
}

// Coverage is what there was to see of an attempt: of its connection, and of its request
// in the SSM's log.
func (v *View) Coverage(t *Trace) evidence.Coverage {
	c := evidence.Coverage{Conn: t.Conn, Log: v.Lines.SSM, Time: t.Window(v.Axis)}
	if t.Conn != nil {
		c.Drops = v.Footers.Captured(t.Conn.Source, v.Capture).Drops
		c.Half = v.Captures.Half(t.Conn.Source, v.Capture)
	}
	return c
}

// Agreement is how far apart two sides' words of one thing may be.
const Agreement = 5 * time.Second

// Answered takes another answer of a resolver, in place of the list.
func (v *View) Answered(all []*event.DNSAnswer) { v.DNS, v.lookups = all, nil }

// Disk takes that the disk of a log is full, or takes lines again.
func (v *View) Disk(d *event.Disk) {
	id := d.From.Source
	delete(v.Full, id)
	if d.Full {
		if v.Full == nil {
			v.Full = map[event.SourceID]*event.Disk{}
		}
		v.Full[id] = d
	}
	v.Lines.Of(v.Sources[id].Kind).Break(id, d.Full)
}
