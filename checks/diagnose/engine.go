package diagnose

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/rule"
)

// Caps of what the engine keeps. What is dropped is the oldest, and counted.
const (
	maxLines = 20_000
	maxConns = 4_096
)

// Engine keeps what bears on a licence sync and names the cause. It is not
// safe for concurrent use.
type Engine struct {
	rules    []rule.Rule
	peer     netip.Addr // from --peer; invalid: not given
	sources  map[event.SourceID]event.Source
	manager  []*event.LogEntry // lines of the Manager's licensing classes
	ssm      []*event.LogEntry // lines about requests and upstreams
	health   []*event.LogEntry // lines in which the SSM's parts say what is wrong
	served   []*event.LogEntry // requests of others that nginx answered
	coverage coverage          // what the SSM's log covers
	icmp     []*event.Unreachable
	dns      []*event.DNSAnswer
	memo     sync.Mutex                    // of lookups and resolutions, while tries are judged at once
	lookups  map[string][]*event.DNSAnswer // of dns, by the name looked up
	// resolutions are what the answers say, by where a list of lookups begins.
	resolutions map[**event.DNSAnswer]resolution
	arp         []*event.Neighbour
	conns       []*connection
	byID        map[connKey]*connection // of events; what passes brings its own
	latest      *connection             // of the newest packet
	results     []*event.CheckResult
	modes       []*event.LogEntry
	noise       map[logline.Topic]*event.LogEntry
	started     *event.CaptureStarted
	footers     []*event.CaptureFooter
	newest      time.Time // the newest sure date in a log
	names       names
	matched     []pair // of the last diagnosis, as are lastTries
	lastTries   []*try
	dropped     int
	unlisted    int // connections that are attempts by themselves, and are too many
	workers     int // goroutines that judge; 0: one a core
	dirty       bool
	checking    bool // we send checks
	diagnosed   bool // a diagnosis may hold connections
	clocks      map[event.SourceID]*event.ClockSample
	// heardManager: a log of the Manager is there, whatever it says.
	heardManager bool
	last         checks.Diagnosis
}

type names struct{ manager, release, ssm string }

type connKey struct {
	source event.SourceID
	id     uint32
}

// connection is a connection's newest snapshot and the packets worth citing.
type connection struct {
	*event.Connection // who passes packets changes it with them
	source            event.SourceID
	evicted           bool
	first             capture.Cite
	isn               uint32       // the first packet's sequence number
	answer            capture.Cite // the SYN-ACK, or the RST
	finished          capture.Cite // what shows that TLS finished
	data              capture.Cite // the last application data
	offload           *capture.Cite
	last              capture.Cite
	alert             *capture.Cite // the first alert in clear
	cert              *capture.Cite // the server's certificates
	reset             *capture.Cite
	shut              *capture.Cite // the last window of 0
	lost              *capture.Cite // the last retransmission
	resetTTL          uint8
	answered          uint8       // the TTL of the SYN-ACK
	asked             string      // the target of a CONNECT sent on it
	status            int         // the proxy's answer to that
	clear             *event.Meta // the line that shows it, or the request; nil: there is none
	ours              bool
}

// NewEngine makes an engine with rules. peer is the SSM's address if the user
// named it.
func NewEngine(rules []rule.Rule, peer netip.Addr) *Engine {
	return &Engine{
		rules: rules, peer: peer,
		sources: map[event.SourceID]event.Source{},
		byID:    map[connKey]*connection{},
		noise:   map[logline.Topic]*event.LogEntry{},
		clocks:  map[event.SourceID]*event.ClockSample{},
		dirty:   true,
	}
}

// Rules gives the rules to an engine that was made before they were read.
func (e *Engine) Rules(rules []rule.Rule) { e.rules, e.dirty = rules, true }

// SetWorkers bounds the goroutines that judge attempts; 0: one a core.
func (e *Engine) SetWorkers(n int) { e.workers = n }

// Ours tells whether we send checks at the moment. A connection that begins
// meanwhile may be ours: it is no evidence about an attempt.
func (e *Engine) Ours(on bool) { e.checking = on }

// Source tells the engine what a source is; findings cite its title.
func (e *Engine) Source(s event.Source) { e.sources[s.ID] = s }

// Observe takes the next event of any source.
func (e *Engine) Observe(ev event.Event) {
	switch ev := ev.(type) {
	case event.LogEntry:
		e.line(&ev)
	case event.Segment:
		e.segment(&ev)
	case event.CheckResult:
		e.results = append(e.results, &ev)
		e.result(&ev)
		e.dirty = true
	case event.CaptureStarted:
		if e.started != nil && !ev.Peer.IsValid() { // the echo names the filter, the line after it does not
			ev.Peer, ev.Filter = e.started.Peer, e.started.Filter
		}
		e.started = &ev
		e.dirty = true
	case event.Unreachable:
		e.icmp = keep(e, e.icmp, &ev)
	case event.DNSAnswer:
		e.dns, e.lookups = keep(e, e.dns, &ev), nil
	case event.Neighbour:
		e.arp = keep(e, e.arp, &ev)
	case event.ClockSample:
		e.clocks[ev.From.Source] = &ev
		e.dirty = true
	case event.CaptureFooter:
		e.footers = keep(e, e.footers, &ev)
	case event.HTTPLine:
		e.inClearHTTP(&ev)
	case event.SourceState:
		e.Source(ev.Source)
	}
}

// Diagnose tells what is known so far. It is worked out anew only if an event
// since the last call bears on it.
func (e *Engine) Diagnose() checks.Diagnosis {
	d, _ := e.DiagnoseContext(context.Background()) // which never ends
	return d
}

// DiagnoseContext is Diagnose until ctx ends: then it gives ctx's error, and
// the next call works all of it out.
func (e *Engine) DiagnoseContext(ctx context.Context) (checks.Diagnosis, error) {
	if e.dirty {
		if err := e.diagnose(ctx); err != nil {
			return checks.Diagnosis{}, err
		}
		e.dirty = false
	}
	return e.last, nil
}

// Bears reports whether a log line bears on anything beyond being there, and
// takes what its being there tells: the log's name and what it covers.
func (e *Engine) Bears(ev *event.LogEntry) bool {
	if ev.Form == logline.Manager || ev.Form == logline.ManagerMore || ev.Form == logline.FormPlain {
		return true
	}
	e.names.ssm = ev.Host.String()
	e.coverage.add(ev)
	switch ev.Topic {
	case logline.TopicNone:
		return false
	case logline.TopicRequest:
		return aboutAPI(ev.Path.String()) || ev.Form == logline.NginxAccess
	case logline.TopicDeprecation, logline.TopicSession, logline.TopicSaving, logline.TopicClockSource:
		return e.noise[ev.Topic] == nil
	}
	return true
}

// line takes a log line. Most bear on nothing: only what is kept is copied, and
// ev must not outlive the call.
func (e *Engine) line(ev *event.LogEntry) {
	if ev.At.Dated && ev.At.Time.After(e.newest) {
		e.newest = ev.At.Time
	}
	switch ev.Form {
	case logline.Manager, logline.ManagerMore:
		e.heardManager = true
		if ev.Form == logline.Manager && !ev.Host.Empty() {
			e.names.manager = ev.Host.String()
		}
		if ev.Topic == logline.TopicMode {
			e.modes = keep(e, e.modes, copied(ev))
		}
		if licensing(ev) {
			e.manager = keep(e, e.manager, copied(ev))
		}
	case logline.FormPlain:
	default:
		if !ev.Host.Empty() {
			e.names.ssm = ev.Host.String()
		}
		e.ssmLine(ev)
	}
}

func (e *Engine) ssmLine(ev *event.LogEntry) {
	e.coverage.add(ev)
	switch ev.Topic {
	case logline.TopicHealth, logline.TopicTLS:
		e.health = keep(e, e.health, copied(ev))
	case logline.TopicUpstreamFailed, logline.TopicUpstreamOff, logline.TopicNoUpstream, logline.TopicRequest:
		switch {
		case aboutAPI(ev.Path.String()):
			e.ssm = keep(e, e.ssm, copied(ev))
		case ev.Form == logline.NginxAccess:
			e.serves(ev)
		}
	case logline.TopicDeprecation, logline.TopicSession, logline.TopicSaving, logline.TopicClockSource:
		if _, ok := e.noise[ev.Topic]; !ok {
			e.noise[ev.Topic] = copied(ev)
			e.dirty = true
		}
	}
}

// serves keeps that nginx answered others, often enough to tell when.
func (e *Engine) serves(ev *event.LogEntry) {
	const often = 5 * time.Second
	if n := len(e.served); n > 0 && ev.At.Time.Sub(e.served[n-1].At.Time).Abs() < often {
		return
	}
	e.served = keep(e, e.served, copied(ev))
}

func copied(ev *event.LogEntry) *event.LogEntry {
	out := *ev
	return &out
}

// keep adds to a list of bounded length; the oldest makes room.
func keep[T any](e *Engine, list []*T, ev *T) []*T {
	e.dirty = true
	if len(list) >= maxLines {
		e.dropped++
		list = list[1:]
	}
	return append(list, ev)
}

// licensing reports whether a Manager line belongs to a licence sync: by what
// it says, or, where it was cut before that, by the class that wrote it.
func licensing(ev *event.LogEntry) bool {
	if ev.Topic != logline.TopicNone {
		return true
	}
	class := ev.Class.String()
	if ev.Form == logline.ManagerMore && ev.Exception.Empty() && !strings.HasPrefix(ev.Message.String(), "<") {
		return false // a frame of a trace that tells nothing
	}
	return strings.HasPrefix(class, "SmartLicensing") || class == "RestAPIClient" && ev.Severity >= logline.Error
}

func aboutAPI(path string) bool {
	return strings.Contains(path, "oauth/token") || strings.Contains(path, "/api/v1/")
}

// Passing takes the next TCP packet of a source whose Connection lives as long
// as the engine.
func (e *Engine) Passing(ev *capture.Passing) {
	e.dirty = true
	c, _ := (*ev.Note).(*connection)
	if c == nil || c.Connection != ev.Conn || c.evicted {
		c = e.admit(ev)
		c.Connection = ev.Conn
		*ev.Note = c
	}
	c.observe(ev)
	e.latest = c
}

// segment is Passing of an event: it keeps copies only.
func (e *Engine) segment(s *event.Segment) {
	e.dirty = true
	ev := capture.Pass(s)
	c := e.byID[connKey{ev.Source, uint32(ev.Conn.ID)}]
	if c == nil {
		c = e.admit(&ev)
		c.Connection = new(event.Connection)
		e.byID[connKey{ev.Source, uint32(ev.Conn.ID)}] = c
	}
	*c.Connection = s.Conn
	c.observe(&ev)
	e.latest = c
}

// admit begins to keep a connection.
func (e *Engine) admit(ev *capture.Passing) *connection {
	c := e.room()
	*c = connection{} // in place: a value with fields would be made elsewhere and copied
	c.source, c.isn, c.ours = ev.Source, ev.Packet.Seq, e.checking
	c.first.Keep(ev)
	e.conns = append(e.conns, c)
	return c
}

// room gives memory for another connection: the oldest makes room, and gives
// its own if no diagnosis knows it yet.
func (e *Engine) room() *connection {
	if len(e.conns) < maxConns {
		return new(connection)
	}
	c := e.conns[0]
	e.dropped++
	delete(e.byID, connKey{c.source, uint32(c.ID)})
	e.conns = e.conns[1:]
	if e.diagnosed {
		c.evicted = true
		return new(connection)
	}
	return c
}

func (e *Engine) result(ev *event.CheckResult) {
	if !ev.Host.Empty() && e.names.manager == "" {
		e.names.manager = ev.Host.String()
	}
	if !ev.Version.Empty() {
		e.names.release = ev.Version.String()
	}
}
