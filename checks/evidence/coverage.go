package evidence

import (
	"slices"
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// Query is what a source may have been able to show.
type Query uint8

// The queries.
const (
	Reply   Query = iota // a packet that answers another one: a SYN-ACK, an ARP reply, a name server's answer
	Request              // a request's line in the SSM's log
	Handled              // the application's line of a request, in the log that has nginx's
)

// Answer is what coverage says of something that nothing which was read shows.
type Answer uint8

// The answers.
const (
	Open Answer = iota // it may have happened: no source could have shown it for certain
	No                 // a source would have shown it: it did not happen
)

// Coverage is what the sources of one thing could have shown. It is the only place
// that may say that something did not happen.
type Coverage struct {
	Conn  *Connection // whose packets are asked about; nil: none's
	Drops bool        // tcpdump says that it lost packets of this capture
	Half  bool        // its filter takes one direction
	Log   *Log        // the SSM's; nil: none was given
	Time  Window      // of the request
}

// Saw answers whether something that is not there was not: No where a source would
// have shown it.
func (c Coverage) Saw(q Query) Answer {
	seen := false
	switch q {
	case Reply:
		seen = !c.Lossy() && (c.Conn == nil || !c.Conn.MidStream && !c.Conn.Trouble.Missed[handshake.ToClient])
	case Request:
		seen = c.Log != nil && c.Log.Covers(c.Time)
	case Handled:
		seen = c.Log != nil && c.Log.app && c.Log.Hosts() == 1 && c.Log.Covers(c.Time)
	}
	if seen {
		return No
	}
	return Open
}

// Lossy reports whether the capture may lack an answer to a packet that it has.
func (c Coverage) Lossy() bool { return c.Drops || c.Half }

// Footers are what tcpdump says at the end of each capture.
type Footers []*event.CaptureFooter

// Captured is the coverage of a capture's packets, whichever of its files they are in;
// first is the first file of the capture that a file is of.
func (f Footers) Captured(id event.SourceID, first func(event.SourceID) event.SourceID) Coverage {
	return Coverage{Drops: slices.ContainsFunc(f, func(o *event.CaptureFooter) bool { return o.Dropped > 0 && first(o.From.Source) == first(id) })}
}

// Filters are the captures that name their filter, one of each filter; of those that
// take one direction, all.
type Filters []*event.CaptureStarted

// Add takes a capture, if it names a filter and none has named this one.
func (f *Filters) Add(c event.CaptureStarted) {
	if !c.Filter.Empty() && !slices.ContainsFunc(*f, func(o *event.CaptureStarted) bool {
		return o.Filter == c.Filter && (o.From.Source == c.From.Source || !oneWay(c.Filter.String()))
	}) {
		*f = append(*f, &c)
	}
}

// Several reports whether the captures differ in their filters.
func (f Filters) Several() bool {
	return slices.ContainsFunc(f, func(o *event.CaptureStarted) bool { return o.Filter != f[0].Filter })
}

// Half reports whether a filter of the capture that a file is of takes one direction;
// first is the first file of the capture that a file is of.
func (f Filters) Half(id event.SourceID, first func(event.SourceID) event.SourceID) bool {
	return slices.ContainsFunc(f, func(o *event.CaptureStarted) bool {
		return first(o.From.Source) == first(id) && oneWay(o.Filter.String())
	})
}

// oneWay reports whether tcpdump's command line takes packets of one direction only: by
// its expression (pcap-filter(7): src, dst), which may name both ways, or by an option.
func oneWay(command string) bool {
	has, before := map[string]bool{}, ""
	for _, w := range strings.Fields(command) {
		w = strings.Trim(w, `()'"`)
		if before == "-Q" || before == "--direction" {
			w = "-Q" + w
		}
		has[strings.Replace(w, "--direction=", "-Q", 1)], before = true, w
	}
	return has["-Qin"] || has["-Qout"] || (has["src"] || has["dst"]) && !(has["src"] && has["dst"] && has["or"])
}
