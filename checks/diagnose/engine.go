package diagnose

import (
	"context"
	"io/fs"
	"net/netip"
	"strings"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
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
	rules    *rule.Set
	seen     attempt.View
	joined   attempt.Result // of the last diagnosis
	conns    connections
	matched  []pair // of the last diagnosis
	dropped  int
	unlisted int // connections that are attempts by themselves, and are too many
	workers  int // goroutines that judge; 0: one a core
	dirty    bool
	events   int // that bear on every attempt
	past     past
	due      int // how many attempts may wait until some are settled
	clocks   samples
	// heardManager: a log of the Manager is there, whatever it says.
	heardManager bool
	missed
	last checks.Diagnosis
}

// NewEngine makes an engine with rules. peer is the SSM's address if the user
// named it.
func NewEngine(rules []rule.Rule, peer netip.Addr) *Engine {
	e := &Engine{
		rules: rule.NewSet(rules),
		seen: attempt.View{
			Given: peer, Sources: map[event.SourceID]event.Source{}, Noise: map[logline.Topic]*evidence.Line{},
			Lines: attempt.NewCase(), Axis: evidence.NewAxis(0, evidence.Assumed),
		},
		clocks: samples{map[event.SourceID]*event.ClockSample{}, nil},
		dirty:  true, due: maxWaiting,
		past: past{judged: map[*attempt.Trace]*judgement{}, earlier: checks.Earlier{ByCause: map[string]int{}}},
	}
	e.clocks.sources = e.seen.Sources
	e.conns = connections{seen: &e.seen, byID: map[connKey]*evidence.Connection{}}
	return e
}

// LoadRules reads the embedded rules and those of packs, which may ask for the
// facts that there are.
func LoadRules(packs ...fs.FS) ([]rule.Rule, error) { return rule.Load(fact.List(), packs...) }

// Rules gives the rules to an engine that was made before they were read.
func (e *Engine) Rules(rules []rule.Rule) {
	e.rules = rule.NewSet(rules)
	e.changed()
}

// Words are what the rules ask of log lines. Who reads lines looks for them, with
// the rules that the engine has at the end.
func (e *Engine) Words() *words.Matcher { return e.rules.Words() }

// SetWorkers bounds the goroutines that judge attempts; 0: one a core.
func (e *Engine) SetWorkers(n int) { e.workers = n }

// Ours tells whether we send checks at the moment. A connection that begins
// meanwhile may be ours: it is no evidence about an attempt.
func (e *Engine) Ours(on bool) { e.conns.ours = on }

// Source tells the engine what a source is; findings cite its title.
func (e *Engine) Source(s event.Source) { e.seen.Sources[s.ID] = s }

// Reached is when the newest line of a log was written, by its source's clock as
// far as it is placed; of one that no line came of yet, when its first was, whose
// stamp is head. It is no more than a hint in which order to read logs.
func (e *Engine) Reached(k event.Kind, id event.SourceID, head logline.Stamp) time.Time {
	e.seen.Lines.SSM.Near(e.seen.Newest)
	if k != event.ManagerLog {
		return e.seen.Lines.SSM.Reached(id, head)
	}
	at := e.seen.Lines.Manager.Reached(id, head)
	if skew, _ := e.seen.Axis.Skew(); !at.IsZero() {
		at = at.Add(skew)
	}
	return at
}

// Observe takes the next event of any source.
func (e *Engine) Observe(ev event.Event) {
	switch ev := ev.(type) {
	case event.LogEntry:
		e.line(&ev)
	case event.Segment:
		e.dirty = true
		e.conns.segment(&ev)
	case event.CheckResult:
		e.seen.Results = append(e.seen.Results, &ev)
		e.seen.Names.Output(&ev, !e.seen.Sources[ev.Meta.From.Source].Host.Empty())
		e.changed()
	case event.CaptureStarted:
		e.seen.Captures.Add(ev)
		if e.seen.Started != nil && !ev.Peer.IsValid() { // the echo names the filter, the line after it does not
			ev.Peer, ev.Filter = e.seen.Started.Peer, e.seen.Started.Filter
		}
		e.seen.Started = &ev
		e.changed()
	case event.Unreachable:
		e.seen.ICMP = keep(e, e.seen.ICMP, &ev)
	case event.DNSAnswer:
		e.seen.Answered(keep(e, e.seen.DNS, &ev))
	case *event.DNSAnswer:
		e.seen.Answered(keep(e, e.seen.DNS, ev))
	case event.Neighbour:
		e.seen.ARP = keep(e, e.seen.ARP, &ev)
	case event.ClockSample:
		e.clocks.of[ev.From.Source] = &ev
		e.changed()
	case event.CaptureFooter:
		e.seen.Footers = keep(e, e.seen.Footers, &ev)
	case event.Gap:
		e.seen.Lines.Of(e.seen.Sources[ev.From.Source].Kind).Break(ev.From.Source, false)
		e.changed()
	case event.Disk:
		e.seen.Disk(&ev)
		e.changed()
	case event.HTTPLine:
		e.dirty = e.conns.inClear(&ev) || e.dirty
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
	e.seen.Names.SSM = ev.Host.String()
	e.seen.Lines.SSM.Learn(ev)
	e.seen.Lines.SSM.Note(ev)
	switch ev.Topic {
	case logline.TopicLost:
		return false // its log has noted it
	case logline.TopicNone:
		return ownError(ev)
	case logline.TopicRequest:
		return attempt.AboutAPI(ev.Path.String()) || ev.Form == logline.NginxAccess || !ev.Exception.Empty()
	case logline.TopicDeprecation, logline.TopicSession, logline.TopicSaving, logline.TopicClockSource:
		return firstNoise(e.seen.Noise, ev)
	}
	return true
}

// line takes a log line. Most bear on nothing: only what is kept is copied, and
// ev must not outlive the call.
func (e *Engine) line(ev *event.LogEntry) {
	e.seen.Newest = evidence.Newest(e.seen.Newest, ev.At)
	switch ev.Form {
	case logline.Manager, logline.ManagerMore:
		e.heardManager = e.heardManager || ev.Form == logline.Manager
		if ev.Form == logline.Manager && !ev.Host.Empty() {
			e.seen.Names.Node(ev.Host.String())
		}
		e.seen.Lines.Manager.Note(ev)
		if licensing(ev) {
			e.dirty = true
			l := evidence.NewLine(ev)
			if ev.Topic == logline.TopicMode && (e.seen.Mode == nil || l.Behind(e.seen.Mode)) {
				e.seen.Mode = l
				e.changed()
			}
			e.seen.Lines.AddManager(l)
			e.settle()
		}
	case logline.FormPlain:
	default:
		if !ev.Host.Empty() {
			e.seen.Names.SSM = ev.Host.String()
		}
		e.ssmLine(ev)
	}
}

func (e *Engine) ssmLine(ev *event.LogEntry) {
	e.seen.Lines.SSM.Learn(ev)
	e.seen.Lines.SSM.Note(ev)
	switch ev.Topic {
	case logline.TopicHealth, logline.TopicFront:
		e.dirty = e.seen.Lines.Sick(ev) || e.dirty
	case logline.TopicTLS, logline.TopicReady:
		e.dirty = true
		e.seen.Lines.AddSSM(evidence.NewLine(ev))
	case logline.TopicNone:
		if ownError(ev) {
			e.dirty = true
			e.seen.Lines.AddSSM(evidence.NewLine(ev))
		}
	case logline.TopicUpstreamFailed, logline.TopicUpstreamOff, logline.TopicNoUpstream, logline.TopicRequest:
		switch {
		case attempt.AboutAPI(ev.Path.String()):
			e.dirty = true
			e.seen.Lines.AddSSM(evidence.NewLine(ev))
		case ev.Form == logline.Rails && !ev.Exception.Empty():
			e.dirty = true
			e.seen.Lines.AddSSM(evidence.NewLine(ev))
		case ev.Form == logline.NginxAccess && !ev.Path.Empty() && !ev.Cut: // of one that is cut, the path may be an API's
			e.dirty = e.seen.Lines.Serves(ev) || e.dirty
		case ev.Topic == logline.TopicUpstreamFailed:
			e.dirty = noted(e.seen.Noise, ev) || e.dirty
		}
	case logline.TopicDeprecation, logline.TopicSession, logline.TopicSaving, logline.TopicClockSource:
		e.dirty = noted(e.seen.Noise, ev) || e.dirty
	}
}

// noted keeps the first line of each routine kind. It reports whether this is one.
func noted(noise map[logline.Topic]*evidence.Line, ev *event.LogEntry) bool {
	first := firstNoise(noise, ev)
	if first {
		noise[ev.Topic] = evidence.NewLine(ev)
	}
	return first
}

// ownError reports whether a line is what nginx says of an API request in words that
// no topic is known for: where no rule has an answer, they are it.
func ownError(ev *event.LogEntry) bool {
	return ev.Form == logline.NginxError && attempt.AboutAPI(ev.Path.String())
}

// firstNoise reports whether a line is the first to say what means nothing: the
// oldest counts, whichever file is read first.
func firstNoise(noise map[logline.Topic]*evidence.Line, ev *event.LogEntry) bool {
	first := noise[ev.Topic]
	return first == nil || first.After(ev)
}

// changed notes that something has come that bears on every attempt.
func (e *Engine) changed() { e.dirty, e.events = true, e.events+1 }

// keep adds to a list of bounded length; the oldest makes room. What was given
// early makes room for the same with all its lines.
func keep[T any, P interface {
	*T
	event.Event
}](e *Engine, list []P, ev P) []P {
	e.changed()
	if n := len(list); n > 0 && list[n-1].Origin().Provisional && list[n-1].Ref() == ev.Ref() {
		list[n-1] = ev
		return list
	}
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
	e.conns.passing(ev)
}
