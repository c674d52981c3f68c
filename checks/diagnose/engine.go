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
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
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
	rules   *rule.Set
	peer    netip.Addr // from --peer; invalid: not given
	sources map[event.SourceID]event.Source
	lines   *attempt.Case  // of both logs
	joined  attempt.Result // of the last diagnosis
	at      *evidence.Axis // its axis
	icmp    []*event.Unreachable
	dns     []*event.DNSAnswer
	memo    sync.Mutex                    // of lookups and resolutions, while tries are judged at once
	lookups map[string][]*event.DNSAnswer // of dns, by the name looked up
	// resolutions are what the answers say, by where a list of lookups begins.
	resolutions map[**event.DNSAnswer]resolution
	arp         []*event.Neighbour
	conns       []*evidence.Connection
	byID        map[connKey]*evidence.Connection // of events; what passes brings its own
	latest      *evidence.Connection             // of the newest packet
	results     []*event.CheckResult
	modes       []*evidence.Line
	noise       map[logline.Topic]*evidence.Line
	started     *event.CaptureStarted
	footers     []*event.CaptureFooter
	newest      time.Time // the newest sure date in a log
	names       names
	matched     []pair // of the last diagnosis, as are lastTraces
	lastTraces  []*attempt.Trace
	dropped     int
	unlisted    int // connections that are attempts by themselves, and are too many
	workers     int // goroutines that judge; 0: one a core
	dirty       bool
	events      int // that bear on every attempt
	past        past
	due         int  // how many attempts may wait until some are settled
	checking    bool // we send checks
	diagnosed   bool // a diagnosis may hold connections
	clocks      samples
	// heardManager: a log of the Manager is there, whatever it says.
	heardManager bool
	last         checks.Diagnosis
}

type names struct{ manager, release, ssm string }

type connKey struct {
	source event.SourceID
	id     uint32
}

// NewEngine makes an engine with rules. peer is the SSM's address if the user
// named it.
func NewEngine(rules []rule.Rule, peer netip.Addr) *Engine {
	e := &Engine{
		rules: rule.NewSet(rules), peer: peer,
		sources: map[event.SourceID]event.Source{},
		byID:    map[connKey]*evidence.Connection{},
		noise:   map[logline.Topic]*evidence.Line{},
		lines:   attempt.NewCase(), at: evidence.NewAxis(0, evidence.Assumed),
		clocks: samples{map[event.SourceID]*event.ClockSample{}, nil},
		dirty:  true, due: maxWaiting,
		past: past{judged: map[*attempt.Trace]*judgement{}, earlier: checks.Earlier{ByCause: map[string]int{}}},
	}
	e.clocks.sources = e.sources
	return e
}

// Rules gives the rules to an engine that was made before they were read.
func (e *Engine) Rules(rules []rule.Rule) {
	e.rules = rule.NewSet(rules)
	e.changed()
}

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
		e.changed()
	case event.CaptureStarted:
		if e.started != nil && !ev.Peer.IsValid() { // the echo names the filter, the line after it does not
			ev.Peer, ev.Filter = e.started.Peer, e.started.Filter
		}
		e.started = &ev
		e.changed()
	case event.Unreachable:
		e.icmp = keep(e, e.icmp, &ev)
	case event.DNSAnswer:
		e.dns, e.lookups = keep(e, e.dns, &ev), nil
	case event.Neighbour:
		e.arp = keep(e, e.arp, &ev)
	case event.ClockSample:
		e.clocks.of[ev.From.Source] = &ev
		e.changed()
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
	if e.dirty {
		_ = e.diagnose(context.Background(), false) // which never ends
		e.dirty = false
	}
	return e.last
}

// Report is what a report tells: every attempt that is kept is judged by all
// that is known, and connections are listed. Where ctx ends first it gives ctx's
// error.
func (e *Engine) Report(ctx context.Context) (checks.Diagnosis, error) {
	if err := e.diagnose(ctx, true); err != nil {
		return checks.Diagnosis{}, err
	}
	e.dirty = false
	return e.last, nil
}

// Bears reports whether a log line bears on anything beyond being there, and
// takes what its being there tells: the log's name and what it covers.
func (e *Engine) Bears(ev *event.LogEntry) bool {
	if ev.Form == logline.Manager || ev.Form == logline.ManagerMore || ev.Form == logline.FormPlain {
		return true
	}
	e.names.ssm = ev.Host.String()
	e.lines.SSM.Learn(ev)
	e.lines.SSM.Note(ev)
	switch ev.Topic {
	case logline.TopicNone:
		return false
	case logline.TopicRequest:
		return attempt.AboutAPI(ev.Path.String()) || ev.Form == logline.NginxAccess
	case logline.TopicDeprecation, logline.TopicSession, logline.TopicSaving, logline.TopicClockSource:
		return e.noise[ev.Topic] == nil
	}
	return true
}

// line takes a log line. Most bear on nothing: only what is kept is copied, and
// ev must not outlive the call.
func (e *Engine) line(ev *event.LogEntry) {
	e.newest = evidence.Newest(e.newest, ev.At)
	switch ev.Form {
	case logline.Manager, logline.ManagerMore:
		e.heardManager = e.heardManager || ev.Form == logline.Manager
		if ev.Form == logline.Manager && !ev.Host.Empty() {
			e.names.manager = ev.Host.String()
		}
		e.lines.Manager.Note(ev)
		if ev.Topic == logline.TopicMode {
			e.modes = keep(e, e.modes, evidence.NewLine(ev))
		}
		if licensing(ev) {
			e.dirty = true
			e.lines.AddManager(evidence.NewLine(ev))
			e.settle()
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
	e.lines.SSM.Learn(ev)
	e.lines.SSM.Note(ev)
	switch ev.Topic {
	case logline.TopicHealth, logline.TopicFront:
		e.dirty = e.lines.Sick(ev) || e.dirty
	case logline.TopicTLS:
		e.dirty = true
		e.lines.AddSSM(evidence.NewLine(ev))
	case logline.TopicUpstreamFailed, logline.TopicUpstreamOff, logline.TopicNoUpstream, logline.TopicRequest:
		switch {
		case attempt.AboutAPI(ev.Path.String()):
			e.dirty = true
			e.lines.AddSSM(evidence.NewLine(ev))
		case ev.Form == logline.NginxAccess:
			e.dirty = e.lines.Serves(ev) || e.dirty
		}
	case logline.TopicDeprecation, logline.TopicSession, logline.TopicSaving, logline.TopicClockSource:
		if _, ok := e.noise[ev.Topic]; !ok {
			e.noise[ev.Topic] = evidence.NewLine(ev)
			e.dirty = true
		}
	}
}

// changed notes that something has come that bears on every attempt.
func (e *Engine) changed() { e.dirty, e.events = true, e.events+1 }

// keep adds to a list of bounded length; the oldest makes room.
func keep[T any](e *Engine, list []*T, ev *T) []*T {
	e.changed()
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
	if ev.Form == logline.ManagerMore && ev.Exception.Empty() && !strings.HasPrefix(ev.Message.String(), "<") {
		return false // a frame of a trace that tells nothing
	}
	if ev.Form == logline.ManagerMore && ev.Class.Empty() {
		return true // its head is in another file, and tells
	}
	return ev.Area == logline.AreaLicensing || ev.Area == logline.AreaREST && ev.Severity >= logline.Error
}

// Passing takes the next TCP packet of a source whose Connection lives as long
// as the engine.
func (e *Engine) Passing(ev *capture.Passing) {
	e.dirty = true
	c, _ := (*ev.Note).(*evidence.Connection)
	if c == nil || c.Connection != ev.Conn || c.Evicted {
		c = e.admit(ev)
		c.Connection = ev.Conn
		*ev.Note = c
	}
	c.Observe(ev)
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
	c.Observe(&ev)
	e.latest = c
}

// admit begins to keep a connection.
func (e *Engine) admit(ev *capture.Passing) *evidence.Connection {
	c := e.room()
	*c = evidence.Connection{} // in place: a value with fields would be made elsewhere and copied
	c.Source, c.ISN, c.Ours = ev.Source, ev.Packet.Seq, e.checking
	c.First.Keep(ev)
	e.conns = append(e.conns, c)
	return c
}

// room gives memory for another connection: the oldest makes room, and gives
// its own if no diagnosis knows it yet.
func (e *Engine) room() *evidence.Connection {
	if len(e.conns) < maxConns {
		return new(evidence.Connection)
	}
	c := e.conns[0]
	e.dropped++
	delete(e.byID, connKey{c.Source, uint32(c.ID)})
	e.conns = e.conns[1:]
	if e.diagnosed {
		c.Evicted = true
		return new(evidence.Connection)
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
