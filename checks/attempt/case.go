package attempt

import (
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// Case is what a run has kept of both logs, in order of time, and what was made
// of it. What comes as the next line is taken as such; only what comes out of
// order has all put together anew. Attempts that nothing can change any more are
// settled: they are matched no more, however long the run.
type Case struct {
	Manager *evidence.Log    // lines of the licensing classes
	SSM     *evidence.Log    // requests, upstreams, and what else the SSM's parts say
	Health  []*evidence.Line // what the SSM's parts say is wrong
	Served  []*evidence.Line // requests of others that nginx answered

	repeated map[saying]*evidence.Line // the newest that is kept of each
	served   [signEnd]*evidence.Line   // the newest of Served, as lines come, by what they are signs of
	threw    []*evidence.Line          // requests with the exception that the application raised
	signs    signs                     // of the SSM's being well
	traces   *Assembler                // nil: to be made anew
	requests *Requests                 // nil: to be made anew, as are Health, tls and Served
	tls      []*evidence.Line          // handshakes that failed
	settled  []*Trace                  // in order of time
	until    evidence.Window           // the time in which nothing is expected any more
	axis     *evidence.Axis            // of that
	known    map[string]*evidence.Known
	single   map[any]*Trace                // attempts that no Manager's log tells of, by what does
	taken    map[*evidence.Connection]bool // by settled attempts
	callers  callers                       // whose requests are settled
	loose    int                           // lines of a Manager since traces is to be made anew
	peer     evidence.Endpoint             // whom the Manager called last, as its log names it
	proxy    evidence.Endpoint             // the proxy that it named last
	proxyBy  *evidence.Line                // and where; nil: nowhere
}

// NewCase makes an empty case.
func NewCase() *Case {
	return &Case{
		Manager: evidence.NewLog(), SSM: evidence.NewLog(), traces: NewAssembler(), requests: &Requests{},
		known: map[string]*evidence.Known{}, single: map[any]*Trace{}, taken: map[*evidence.Connection]bool{}, repeated: map[saying]*evidence.Line{},
	}
}

// Of is the log that sources of a kind belong to.
func (c *Case) Of(k event.Kind) *evidence.Log {
	if k == event.ManagerLog {
		return c.Manager
	}
	return c.SSM
}

// AddManager keeps a line of a Manager.
func (c *Case) AddManager(l *evidence.Line) {
	switch {
	case !c.Manager.Add(l), len(c.settled) > 0 && c.until.Over(c.axis.Manager(l)):
		c.traces = nil
		c.loose++
	case c.traces == nil:
		c.loose++
	default:
		c.assemble(l)
	}
}

// AddSSM keeps a line of the SSM.
func (c *Case) AddSSM(l *evidence.Line) {
	switch {
	case !c.SSM.Add(l), len(c.settled) > 0 && c.until.Over(c.axis.SSM(l)): // a log that is read later than the other
		c.requests = nil
	case c.requests != nil:
		c.sort(l)
	}
}

// assemble puts a line of a Manager where it belongs.
func (c *Case) assemble(l *evidence.Line) {
	t := c.traces.Add(l)
	if p := evidence.ParseEndpoint(l.Peer.String()); t != nil && p.Host != "" && !p.At(c.proxy.Port).Is(c.proxy) {
		c.peer = p
	}
	switch {
	case l.Cut:
	case l.Topic == logline.TopicProxyHost:
		c.proxy, c.proxyBy = evidence.ParseEndpoint(l.Value.String()), l
	case l.Topic == logline.TopicProxyPort && c.proxy.Host != "":
		c.proxy.Port = l.Value.String()
	}
}

// sort puts a line of the SSM where it belongs.
func (c *Case) sort(l *evidence.Line) {
	c.signs.add(l)
	if l.Form == logline.Rails && !l.Exception.Empty() {
		c.threw = append(c.threw, l)
	}
	switch {
	case l.Topic == logline.TopicReady:
	case l.Topic == logline.TopicTLS:
		c.tls = append(c.tls, l)
	case l.Topic == logline.TopicHealth, l.Topic == logline.TopicFront:
		c.Health = append(c.Health, l)
	case AboutAPI(l.Path.String()):
		c.requests.Add(l)
	case l.Form == logline.NginxAccess:
		c.Served = append(c.Served, l)
	}
}

// Order puts the lines of both logs in order of time, as far as they are not.
// newest is the newest date that any log prints: syslog leaves the year out.
func (c *Case) Order(newest time.Time) {
	c.SSM.Near(newest)
	if c.traces != nil && c.requests != nil && !c.Manager.Stale() && !c.SSM.Stale() {
		return
	}
	c.traces, c.settled, c.callers, c.axis, c.peer, c.proxy, c.proxyBy = NewAssembler(), nil, nil, nil, evidence.Endpoint{}, evidence.Endpoint{}, nil
	clear(c.known)
	clear(c.taken)
	c.loose = 0
	for _, l := range c.Manager.Lines() {
		c.assemble(l)
	}
	c.requests, c.Health, c.tls, c.Served, c.signs, c.threw = &Requests{}, nil, nil, nil, signs{}, nil
	for _, l := range c.SSM.Lines() {
		c.sort(l)
	}
}

// Turned are the files that hold their newest line first.
func (c *Case) Turned() []event.SourceID {
	return slices.Concat(c.Manager.Turned(), c.SSM.Turned())
}

// Peer is whom the Manager called last, as its log names it.
func (c *Case) Peer() evidence.Endpoint { return c.peer }

// Proxy is the proxy that the Manager's log names last; the zero value: none.
func (c *Case) Proxy() evidence.Endpoint { return c.proxy }

// fewestLines is what an attempt has of lines, by and large.
const fewestLines = 8

// Waiting is how many attempts of Managers are not settled, by and large.
func (c *Case) Waiting() int {
	if c.traces == nil {
		return c.loose / fewestLines
	}
	return len(c.traces.Traces)
}

// OutOfOrder reports whether a Manager's newest line is older than others that were
// read before it, since the lines were put in order last.
func (c *Case) OutOfOrder() bool { return c.traces == nil }

// Requests are what the SSM logged of requests to its API and is not settled.
func (c *Case) Requests() []*Request { return c.requests.All }

// AboutAPI reports whether a path is one that a Manager asks for.
func AboutAPI(path string) bool {
	return strings.Contains(path, "oauth/token") || strings.Contains(path, "/api/v1/")
}
