package attempt

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// Assembler cuts the Manager's lines into traces, a thread at a time. A thread
// works for one tenant of one node.
type Assembler struct {
	Traces []*Trace
	open   map[thread]*Trace
	before map[thread][]*evidence.Line // what a thread said since its last attempt
	last   map[owner]*Trace            // which attempt began last
	calls  map[owner]server            // whom the owner's syncs call
	newest *Trace                      // the one that the last line belongs to
	shown  *Trace                      // what the Manager's page shows of a failure, and nothing else
	lines  int                         // that belong to an attempt, so far
}

// owner is whose attempt it is.
type owner struct{ node, tenant string }

type thread struct {
	owner
	name string
}

// NewAssembler makes one that has seen nothing.
func NewAssembler() *Assembler {
	return &Assembler{open: map[thread]*Trace{}, before: map[thread][]*evidence.Line{}, last: map[owner]*Trace{}, calls: map[owner]server{}}
}

// Add takes the log's next line, in order of time, and gives the trace that it
// belongs to; nil: none yet.
func (a *Assembler) Add(l *evidence.Line) *Trace {
	if l.Form == logline.ManagerMore && l.Thread.Empty() { // its head is in another file
		if a.newest != nil {
			a.newest.add(l)
		}
		return a.newest
	}
	if notice(l) && len(a.Traces) > 0 { // the log tells more
		return nil
	}
	key := a.threadOf(l)
	a.learn(key.owner, l)
	if a.calls[key.owner].not(l) {
		a.newest = nil
		return nil
	}
	t := a.open[key]
	if t == nil || t.starts(l) {
		if !canStart(l) {
			a.wait(key, l)
			a.newest = nil
			return nil
		}
		if t = a.goesOn(key, l); t == nil {
			t = &Trace{Node: key.node, Tenant: key.tenant, Thread: key.name}
			a.Traces = append(a.Traces, t)
			a.last[key.owner] = t
		}
		a.open[key] = t
	}
	for _, w := range a.before[key] {
		t.add(w)
	}
	delete(a.before, key)
	t.add(l)
	a.reason(t, l)
	a.newest = t
	a.lines++
	t.added = a.lines
	return t
}

// reason gives an attempt whose own lines end before they say why it failed what the
// Manager's page shows in the same file: that prints no time and no thread, and is of
// the failure that was looked at.
func (a *Assembler) reason(t *Trace, l *evidence.Line) {
	if shown(l) && len(t.Lines) == 1 {
		a.shown = t
	}
	if first := a.Traces[0]; first != t && notice(first.Lines[0]) {
		a.leave(first)
	}
	if a.shown == nil {
		return
	}
	said := a.shown.Lines[0]
	for i := len(a.Traces) - 1; i >= 0; i-- {
		if o := a.Traces[i]; o != a.shown && o.untold() && o.Lines[0].From.Source == said.From.Source {
			o.Lines, o.Failed = append(o.Lines, said), said
			a.leave(a.shown)
			a.shown = nil
			return
		}
	}
}

// leave takes a trace back.
func (a *Assembler) leave(gone *Trace) {
	a.Traces = slices.DeleteFunc(a.Traces, func(t *Trace) bool { return t == gone })
	maps.DeleteFunc(a.open, func(_ thread, t *Trace) bool { return t == gone })
	maps.DeleteFunc(a.last, func(_ owner, t *Trace) bool { return t == gone })
}

// notice reports whether a line is the Manager's page saying that a sign-in failed,
// and nothing else.
func notice(l *evidence.Line) bool {
	switch l.Topic {
	case logline.TopicAuthFailed, logline.TopicUserFailed, logline.TopicSyncFailed:
		return l.Form == logline.Manager && l.Thread.Empty() && l.Host.Empty() && l.Class.Empty()
	}
	return false
}

// shown reports whether a line is what the Manager's page or its API says.
func shown(l *evidence.Line) bool {
	return l.Topic == logline.TopicRequestFailed && l.Form == logline.Manager && l.Thread.Empty() && l.Host.Empty()
}

// untold reports whether the attempt failed, and its line ends before it says why.
func (t *Trace) untold() bool {
	f := t.Failed
	return f != nil && t.Ended && f.Cut && f.Status == 0 && f.ErrorText.Empty() && f.Exception.Empty()
}

// threadOf names a line's thread. A line cut inside its thread's name, or before
// its tenant, goes to the thread that its rest begins.
func (a *Assembler) threadOf(l *evidence.Line) thread {
	key := thread{owner{l.Host.String(), l.Tenant.String()}, l.Thread.String()}
	if _, ok := a.open[key]; ok || !l.Cut {
		return key
	}
	best, newest := key, -1
	for k, t := range a.open { // of several the one that wrote last, and has not ended
		if k.node != key.node || !strings.HasPrefix(k.name, key.name) || key.tenant != "" && key.tenant != k.tenant {
			continue
		}
		n := t.added
		if !t.Ended {
			n += a.lines + 1
		}
		if n > newest {
			best, newest = k, n
		}
	}
	return best
}

// preface is how much of what a thread says before a call is kept for it: the
// proxy, the mode and the server's details.
const preface = 4

// wait keeps what a thread says before the line that begins its attempt.
func (a *Assembler) wait(key thread, l *evidence.Line) {
	switch l.Topic {
	case logline.TopicProxyHost, logline.TopicProxyPort:
		list := append(a.before[key], l)
		a.before[key] = list[max(0, len(list)-preface):]
	default:
		delete(a.before, key)
	}
}

// together is how soon after a sign-in another thread's calls with its token
// are part of the same attempt: a person waits no longer before he presses Sync.
const together = time.Minute

// goesOn gives the attempt that a thread's calls belong to which signs in by
// nothing of its own: its owner's newest, if that has signed in and nothing has
// failed in it.
func (a *Assembler) goesOn(key thread, l *evidence.Line) *Trace {
	t := a.last[key.owner]
	switch l.Topic {
	case logline.TopicQuery, logline.TopicReport, logline.TopicRequestFailed, logline.TopicSyncFailed:
	case logline.TopicNone: // of an error that was cut, the class tells
		if l.Severity < logline.Error {
			return nil
		}
	default:
		return nil
	}
	if t == nil || t.Failed != nil || t.Find(logline.TopicAuthenticated) == nil && t.Done == nil || strings.Contains(l.Path.String(), "oauth") {
		return nil
	}
	if d, ok := t.Lines[len(t.Lines)-1].Until(l); !ok || d > together || l.Topic == logline.TopicReport && t.Find(logline.TopicReport) != nil {
		return nil
	}
	return t
}

// canStart: only these lines begin an attempt; the proxy lines are written by
// other calls of the Manager too. Of a line cut before its words, the class tells.
func canStart(l *evidence.Line) bool {
	switch l.Topic {
	case logline.TopicOnPremUser, logline.TopicAuthStart, logline.TopicClientMap, logline.TopicTokenURL, logline.TopicReport, logline.TopicCloudSignIn,
		logline.TopicAuthFailed, logline.TopicUserFailed, logline.TopicSyncDone, logline.TopicSyncFailed:
		return true
	case logline.TopicNone:
		return l.Cut && l.Area == logline.AreaLicensing
	case logline.TopicRequestFailed, logline.TopicQuery:
		path := l.Path.String()
		return strings.Contains(path, "oauth") || strings.Contains(path, "/api/v1/") && (!absolute(path) || strings.Contains(path, backend))
	}
	return false
}

// starts reports whether l begins the next attempt of the thread.
func (t *Trace) starts(l *evidence.Line) bool {
	if d, ok := t.Lines[len(t.Lines)-1].Until(l); t.Ended && ok && d > together && l.Form != logline.ManagerMore {
		return true
	}
	switch l.Topic {
	case logline.TopicOnPremUser:
		return true
	case logline.TopicAuthStart, logline.TopicClientMap, logline.TopicTokenURL, logline.TopicCloudSignIn:
		return t.Ended || t.Failed != nil
	case logline.TopicReport:
		again := t.Failed != nil && !t.Ended // the same call, made once more
		return t.Find(logline.TopicReport) != nil && !again || t.Ended && t.Done == nil
	case logline.TopicProxyHost, logline.TopicProxyPort:
		return t.Ended
	case logline.TopicQuery, logline.TopicRequestFailed:
		return t.Ended && t.Done == nil
	}
	return false
}

// add takes a line and what it says of how the attempt ended. The last word
// counts: a failure is healed by a success behind it, and a success is undone by
// a failure.
func (t *Trace) add(l *evidence.Line) {
	t.Lines = append(t.Lines, l)
	t.actor = t.actor.With(l.Actor())
	switch l.Topic {
	case logline.TopicRequestFailed:
		t.Failed, t.Done = l, nil
	case logline.TopicUserFailed, logline.TopicAuthFailed, logline.TopicSyncFailed:
		if t.Failed == nil {
			t.Failed = l
		}
		t.Done = nil
		t.Ended = t.Ended || l.Topic != logline.TopicUserFailed
	case logline.TopicAuthenticated, logline.TopicLicences:
		t.Failed = nil
	case logline.TopicSyncDone:
		t.Failed, t.Done, t.Ended = nil, l, true
	case logline.TopicNone:
		if l.Cut && l.Severity >= logline.Error {
			if t.Failed == nil {
				t.Failed = l
			}
			t.Ended = true
		}
	}
}

// byStart orders traces by when they began.
func byStart(axis *evidence.Axis) func(a, b *Trace) int {
	return func(a, b *Trace) int {
		x, y := placed{a, axis}.begun(), placed{b, axis}.begun()
		if order := x.Compare(y); order != 0 && x.Known() && y.Known() {
			return order
		}
		return cmp.Compare(placed{Trace: a}.rank(), placed{Trace: b}.rank())
	}
}

// rank orders what begins at one moment: the Manager's own word, then the SSM's.
func (p placed) rank() int {
	switch {
	case len(p.Lines) > 0:
		return 0
	case p.Token != nil || len(p.API) > 0 || len(p.TLS) > 0:
		return 1
	}
	return 2
}

// Sort puts traces in order of time.
func Sort(all []*Trace, axis *evidence.Axis) { slices.SortStableFunc(all, byStart(axis)) }
