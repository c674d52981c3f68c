package diagnose

import (
	"context"
	"slices"
	"time"

	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// judgement is what was made of an attempt, and of what. Who is told of it shares
// it: it does not change any more.
type judgement struct {
	of      inputs
	run     int // the state of what bears on every attempt
	attempt checks.Attempt
	account checks.Account
	causes  []checks.Finding
}

// inputs are what an attempt's judgement depends on beside the run: attempts
// with equal ones are judged alike.
type inputs struct {
	number, lines, requests, tls, health, packets int
	last                                          *attempt.Request
	conn                                          *evidence.Connection
	sure, ambiguous, ended                        bool
	// Of one that has no request: what else the SSM logged, and whether its log
	// has the attempt's time.
	heard   int
	covered bool
}

func (e *Engine) inputs(number int, t *attempt.Trace) inputs {
	in := inputs{
		number: number, lines: len(t.Lines), requests: requestLines(t), tls: len(t.TLS), last: t.LastRequest(),
		conn: t.Conn, sure: t.ConnSure, ambiguous: t.Ambiguous, ended: t.Ended,
	}
	in.health = len(e.judge().around(t))
	if t.Conn != nil {
		in.packets = t.Conn.Packets
	}
	if t.Token == nil {
		in.heard, in.covered = len(e.seen.Lines.Requests())+len(e.seen.Lines.Served), e.seen.Lines.SSM.Covers(t.Window(e.seen.Axis))
	}
	return in
}

// state is what bears on every attempt.
type state struct {
	events      int // of other kinds than lines and packets of connections
	skew        time.Duration
	peer, proxy evidence.Endpoint
	day         time.Time // of the newest line: grants end
}

// past is what was made of attempts, and of what.
type past struct {
	judged  map[*attempt.Trace]*judgement
	earlier checks.Earlier // those that are kept no more
	state   state
	run     int // counts the states
}

// enter tells what bears on every attempt now; a change of it is counted.
func (p *past) enter(s state) {
	if s != p.state {
		p.state = s
		p.run++
	}
}

// told puts what was judged into a diagnosis.
func (p *past) told(d *checks.Diagnosis, traces []*attempt.Trace) (causes [][]checks.Finding) {
	n := len(traces)
	causes = make([][]checks.Finding, n)
	if n > 0 { // else they stay nil
		d.Attempts, d.Each = make([]checks.Attempt, n), make([]checks.Account, n)
	}
	for i, t := range traces {
		j := p.judged[t]
		d.Attempts[i], d.Each[i], causes[i] = j.attempt, j.account, j.causes
	}
	return causes
}

// stale are the attempts that are to be judged: those that never were, or whose
// own evidence has changed. Where something has changed that bears on all, it is
// those that may be looked at now, and for a report all.
func (e *Engine) stale(traces []*attempt.Trace, last []int, whole bool) []int {
	skew, _ := e.seen.Axis.Skew()
	e.past.enter(state{e.events, skew, e.seen.Lines.Peer(), e.seen.Lines.Proxy(), e.seen.Newest.Truncate(24 * time.Hour)})
	run, settled := e.past.run, e.seen.Lines.Settled()
	current := map[int]bool{}
	for _, i := range last {
		current[i] = true
	}
	var out []int
	for i, t := range traces {
		j := e.past.judged[t]
		if i < settled && j != nil && !current[i] && (!whole || j.run == run) {
			continue
		}
		if j == nil || j.run != run || j.of != e.inputs(e.past.earlier.Attempts+i+1, t) {
			out = append(out, i)
		}
	}
	return out
}

// kept is how many attempts are told of one by one; of those before, how many
// and what failed.
const (
	kept      = 256
	forgotten = 64 // so many more are held at most before they are let go of
)

// shorten leaves the last attempts in a diagnosis, and counts those before. The
// one that is shown stays.
func (p *past) shorten(d *checks.Diagnosis) {
	d.Earlier = p.earlier.Clone()
	n := min(len(d.Attempts)-kept, d.Shown)
	if n <= 0 {
		return
	}
	for _, a := range d.Attempts[:n] {
		d.Earlier.Count(a)
	}
	d.Attempts, d.Each, d.Shown = slices.Clone(d.Attempts[n:]), slices.Clone(d.Each[n:]), d.Shown-n
}

// forget lets go of the oldest attempts that are settled, if there are many, and
// counts them. The last one of each owner stays: it counts.
func (p *past) forget(lines *attempt.Case, traces []*attempt.Trace, last []int) {
	n := min(lines.Settled(), len(traces)-kept)
	if n < forgotten {
		return
	}
	counts := map[*attempt.Trace]bool{}
	for _, i := range last {
		counts[traces[i]] = true
	}
	lines.Forget(n, func(t *attempt.Trace) bool {
		j := p.judged[t]
		if j == nil || counts[t] {
			return false
		}
		p.earlier.Count(j.attempt)
		delete(p.judged, t)
		return true
	})
}

// maxWaiting is how many attempts of Managers may wait, unjudged, while their log is
// read. maxUnsure is how many may where something of them may come behind it: without
// a log of the SSM, or where an older part of a log is read after a newer one.
const (
	maxWaiting = 256
	maxUnsure  = 8_192
)

// settle judges the attempts that are over, while more of the Managers' logs is
// to be read, and lets go of all that are not told of one by one: what is kept
// does not grow with the log.
func (e *Engine) settle() {
	waiting := e.seen.Lines.Waiting()
	unsure := e.seen.Names.SSM == "" || e.seen.Lines.OutOfOrder()
	if waiting < e.due || unsure && waiting < maxUnsure {
		return
	}
	e.due = waiting + maxWaiting
	traces, _ := e.assemble(context.Background(), true)
	var d checks.Diagnosis
	if n := e.seen.Lines.Settled(); n > kept+forgotten {
		_, _ = e.judgeEach(context.Background(), &d, traces[:n], nil, false) // which never ends
		e.past.forget(e.seen.Lines, traces, lastOf(traces))
	}
	e.due = e.seen.Lines.Waiting() + maxWaiting
}

// apart gives what an attempt's stages hold a memory of their own: they are
// numbered for this diagnosis.
func apart(stages []checks.StageState) []checks.StageState {
	out := slices.Clone(stages)
	for i := range out {
		out[i].Evidence = slices.Clone(out[i].Evidence)
	}
	return out
}

// findingsApart does so for findings.
func findingsApart(list []checks.Finding) []checks.Finding {
	out := slices.Clone(list)
	for i := range out {
		f := &out[i]
		f.Evidence, f.RuledOut = slices.Clone(f.Evidence), slices.Clone(f.RuledOut)
		for k := range f.RuledOut {
			f.RuledOut[k].Evidence = slices.Clone(f.RuledOut[k].Evidence)
		}
	}
	return out
}

// requestLines is how many lines the SSM logged of an attempt's requests.
func requestLines(t *attempt.Trace) int {
	n := 0
	for _, r := range t.Requests() {
		n += len(r.Refused) + len(r.Own)
		if r.Access != nil {
			n++
		}
		if r.Rails != nil {
			n++
		}
	}
	return n
}
