package attempt

import (
	"net/netip"
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// Input is what a run has seen, each list in order of its own time.
type Input struct {
	Traces   []*Trace // of the Managers' lines
	Requests []*Request
	TLS      []*evidence.Line // of the SSM: handshakes that failed
	Conns    []*evidence.Connection
	Peers    []netip.Addr // the SSM's, as far as anything tells them
	Manager  *evidence.Log
	SSM      *evidence.Log
	// Heard: a Manager's log is there, whatever it holds. What its time has no
	// line about, a Manager has not done.
	Heard bool
	// Offset between the clocks, the SSM's minus the Manager's, where both hosts
	// were asked or followed; Basis is Assumed where they were not.
	Offset time.Duration
	Basis  evidence.Basis
	// CaptureOffset places a capture that was followed, on the Manager's clock.
	CaptureOffset map[event.SourceID]time.Duration
	Sources       map[event.SourceID]event.Source
	// Partial: more of the logs is to be read. What no Manager's log tells of is
	// left until then.
	Partial bool

	known  map[string]*evidence.Known // by node
	single map[any]*Trace             // attempts that no Manager's log tells of
	proven bool                       // pairs have told Offset before
}

// Result is what belongs together.
type Result struct {
	Traces []*Trace   // every attempt, in order of time
	Others []*Request // of other clients of the SSM since the last settled attempt, in order
	// Callers are all the other clients that ask for tokens, the newest last.
	Callers []Caller
	Axis    *evidence.Axis
	Pairs   int // things that both logs show, by which the axis was made
	Left    []*evidence.Connection
	loose   bool // a request names an attempt, and nothing tells how the clocks stand
}

// matcher is one run of Match.
type matcher struct {
	Input
	Result
	tokens, api []*Request
	placed      map[*Request]bool
	open        []time.Duration // see leftOpen
	names       map[evidence.Actor]askers
}

// match puts requests and connections to the attempts that they belong to, and
// makes attempts of what no Manager's log can tell of.
func match(in Input) Result {
	m := &matcher{Input: in, placed: map[*Request]bool{}, names: map[evidence.Actor]askers{}}
	for _, t := range in.Traces {
		t.Token, t.Retried, t.API, t.TLS, t.Conn, t.Conns, t.ConnSure, t.Ambiguous = nil, nil, nil, nil, nil, nil, false, false
	}
	for _, r := range in.Requests {
		if r.IsToken() {
			m.tokens = append(m.tokens, r)
		} else {
			m.api = append(m.api, r)
		}
	}
	m.align()
	m.Result.Traces = slices.Clone(in.Traces)
	m.signIns()
	m.calls()
	m.alone()
	m.handshakes()
	m.connections()
	for _, t := range m.Input.Traces {
		t.known = m.knownOf(t.Node)
	}
	Sort(m.Result.Traces, m.Axis)
	return m.Result
}

// of places an attempt.
func (m *matcher) of(t *Trace) placed { return placed{t, m.Axis} }

// edge is a request that may be an attempt's.
type edge struct {
	t    *Trace
	r    *Request
	same int
	gap  time.Duration
}

// within gives the requests that lie in a window of the axis.
func (m *matcher) within(all []*Request, w evidence.Window) []*Request {
	if !w.Known() {
		return nil
	}
	i, _ := slices.BinarySearchFunc(all, w, func(r *Request, w evidence.Window) int {
		if w.Past(r.At(m.Axis)) {
			return -1
		}
		return 1
	})
	n := i
	for n < len(all) && w.Has(all[n].At(m.Axis)) {
		n++
	}
	return all[i:n]
}

func (m *matcher) knownOf(node string) *evidence.Known {
	k := m.known[node]
	if k == nil {
		k = &evidence.Known{}
		m.known[node] = k
	}
	return k
}

// calls gives each attempt what was asked with its token.
func (m *matcher) calls() {
	all := newTimeline(m.Input.Traces, m.Axis)
	for _, r := range m.api {
		var best edge
		for _, t := range all.during(r.At(m.Axis), r.At(m.Axis)) {
			if e, ok := m.call(t, r); ok && (best.t == nil || e.same > best.same || e.same == best.same && e.gap < best.gap) {
				best = e
			}
		}
		if best.t != nil {
			m.placed[r] = true
			best.t.API = append(best.t.API, r)
		}
	}
}

// call tells whether a request may be an attempt's: in its time, by its caller,
// and, where no caller is known, for a path that the Manager's lines name.
func (m *matcher) call(t *Trace, r *Request) (edge, bool) {
	w := m.of(t).forAPI()
	at := r.At(m.Axis)
	if !w.Has(at) || t.Find(logline.TopicAuthenticated) == nil && (t.Token == nil || t.Token.Status() != 200) && t.signsIn() {
		return edge{}, false
	}
	if tooEarly(t.Retried, t.Token, r) {
		return edge{}, false
	}
	same, clash := t.actor.Agree(r.actor, m.knownOf(t.Node))
	if t.Token != nil && t.Token.actor.Addr.IsValid() && r.actor.Addr.IsValid() {
		if t.Token.actor.Addr == r.actor.Addr {
			same++
		} else {
			clash++
		}
	}
	named := t.asks(r)
	if named {
		same++
	}
	if clash > 0 || same == 0 {
		return edge{}, false
	}
	return edge{t, r, same, m.of(t).window().Outside(at)}, true
}
