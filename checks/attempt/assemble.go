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
	key, ok := a.threadOf(l)
	if !ok {
		a.newest = nil
		return nil
	}
	a.learn(key.owner, l)
	if a.calls[key.owner].not(l) {
		a.newest = nil
		return nil
	}
	a.adopt(key, l)
	t := a.open[key]
	if t == nil || t.starts(l) {
		if !canStart(l) {
			a.wait(key, l)
			a.newest = nil
			return nil
		}
		if t = a.goesOn(key, l); t == nil {
			t = &Trace{Node: key.node, Tenant: key.tenant, Thread: key.name, loose: l.ThreadCut}
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

// threadOf names a line's thread. A line cut before its tenant goes to the thread of
// that name; one cut inside the name, or before it, to the thread that its rest begins.
// Where that may be several, it is nobody's: ok is false.
func (a *Assembler) threadOf(l *evidence.Line) (key thread, ok bool) {
	key = thread{owner{l.Host.String(), l.Tenant.String()}, l.Thread.String()}
	if _, known := a.open[key]; known || !l.Cut && !l.ThreadCut {
		return key, true
	}
	best, newest, several := key, (*Trace)(nil), false
	for k, t := range a.open {
		if k.node != key.node || key.tenant != "" && key.tenant != k.tenant || !l.ThreadCut && k.name != key.name || !strings.HasPrefix(k.name, key.name) || t.Lines.longBefore(l, patience) {
			continue
		}
		switch {
		case newest == nil, newest.loose && !t.loose: // a name that is whole tells more
			best, newest, several = k, t, false
		case newest.loose == t.loose:
			several = true
			if t.added > newest.added {
				best, newest = k, t
			}
		}
	}
	return best, !several || !l.ThreadCut
}

// adopt gives a thread that is named whole, with its tenant, the attempt which lines have
// begun that were cut before: they are its own, as far as they tell.
func (a *Assembler) adopt(key thread, l *evidence.Line) {
	if a.open[key] != nil || l.ThreadCut {
		return
	}
	var of thread
	var newest *Trace
	for k, t := range a.open {
		cut := t.loose && strings.HasPrefix(key.name, k.name) || k.tenant == "" && k.name == key.name && t.Lines[0].Cut
		if cut && t.Failed == nil && !t.Mixed && k.node == key.node && !t.Lines.longBefore(l, jitter) && (newest == nil || t.added > newest.added) {
			of, newest = k, t
		}
	}
	if newest != nil {
		newest.loose, newest.Thread, newest.Tenant = false, key.name, key.tenant
		delete(a.open, of)
		a.open[key], a.last[key.owner] = newest, newest
	}
}

// longBefore reports whether more than d lies between the last of some lines and another.
func (all Lines) longBefore(l *evidence.Line, d time.Duration) bool {
	apart, ok := all[len(all)-1].Until(l)
	return ok && apart > d
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
	case logline.TopicNone: // of an error that was cut, the class tells; of others, what is left of their words
		if l.Severity < logline.Error && l.Begun != logline.TopicReport && l.Begun != logline.TopicQuery {
			return nil
		}
	default:
		return nil
	}
	if t == nil || t.Failed != nil || t.Success() == nil || strings.Contains(l.Path.String(), "oauth") {
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
		if absolute(path) && l.Area == logline.AreaOther && !l.Class.Empty() {
			return false // another part of the Manager signs in somewhere
		}
		return strings.Contains(path, "oauth") || strings.Contains(path, "/api/v1/") && (!absolute(path) || strings.Contains(path, backend))
	}
	return false
}

// starts reports whether l begins the next attempt of the thread.
func (t *Trace) starts(l *evidence.Line) bool {
	if l.Form != logline.ManagerMore && (t.Ended && t.Lines.longBefore(l, together) || t.loose && t.Lines.longBefore(l, patience)) {
		return true
	}
	if t.loose && t.Failed != nil && l.Severity < logline.Error { // nothing tells that it is the same thread
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
		elsewhere := !l.Path.Empty() && !l.Cut && !canStart(l) // a call of the same thread to another server
		return t.Ended && (t.Done == nil || elsewhere)
	}
	return false
}

// add takes a line and what it says of how the attempt ended. The last word
// counts: a failure is healed by a success behind it, and a success is undone by
// a failure.
func (t *Trace) add(l *evidence.Line) {
	if t.loose && len(t.Lines) > 0 && l.Severity < logline.Error && t.Lines.longBefore(l, jitter) {
		t.Mixed = true
	}
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
