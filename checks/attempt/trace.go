package attempt

import (
	"slices"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// Trace is an attempt and what it was assembled from.
type Trace struct {
	Node, Tenant, Thread string
	Lines                                 // of the Manager, in order
	Token                *Request         // the last sign-in as the SSM saw it
	Retried              []*Request       // sign-ins before that
	API                  []*Request       // later requests as the SSM saw them
	TLS                  []*evidence.Line // handshakes that failed, as the SSM's nginx saw them
	Conn                 *evidence.Connection
	Conns                []*evidence.Connection // all of its time, in order
	ConnSure             bool                   // Conn lies in the attempt's time
	Ended                bool
	Failed               *evidence.Line // the line that tells why, else that it failed; nil: it did not, or a retry healed it
	Done                 *evidence.Line // the last word of an attempt that went well
	Ambiguous            bool           // another request or attempt fits as well
	Alone                bool           // no line of a Manager's log is there, and none need be
	Checked              *cliout.Object // what outputs that are no attempt's are about; nil: it is an attempt
	loose                bool           // its lines end before their thread's name does
	Mixed                bool           // of such, some follow after a wait, and may be another attempt's: how it ended is not known
	added                int            // which line of all was its last
	by                   any            // of one that is alone: what tells of it
	heir                 *owner         // of one that is alone: whose it is, where that is known
	actor                evidence.Actor
	known                *evidence.Known // how its Manager asks
}

// Entries are the log lines that an attempt is made of: the Manager's first,
// then the SSM's.
func (t *Trace) Entries() []*evidence.Line {
	out := append([]*evidence.Line(nil), t.Lines...)
	if t.Token != nil {
		out = append(out, t.Token.All()...)
	}
	for _, r := range t.API {
		out = append(out, r.Entries()...)
	}
	return out
}

// Client, Secret and User are the fields that Says and Field are asked for.
func Client(l *evidence.Line) string { return l.ClientID.String() }
func Secret(l *evidence.Line) string { return l.Secret.String() }
func User(l *evidence.Line) string   { return l.User.String() }

// ClientID is the client ID's token in any of the attempt's lines.
func (t *Trace) ClientID() string {
	if c := t.Says(Client); c != "" || t.Token == nil {
		return c
	}
	return t.Token.Field(Client)
}

// Status is the last answer's.
func (t *Trace) Status() int {
	switch {
	case t.Failed != nil && t.Failed.Status != 0:
		return t.Failed.Status
	case t.Find(logline.TopicAuthenticated) != nil || t.Done != nil:
		return 200
	case t.Failed != nil:
		return 0 // no answer came, whatever was logged later
	case t.Token != nil:
		return t.Token.Status()
	}
	return 0
}

// Start is when it began, as its own log or capture tells it.
func (t *Trace) Start() event.When {
	switch {
	case len(t.Lines) > 0:
		return t.Lines[0].At
	case t.Token != nil:
		return t.Token.When()
	case len(t.API) > 0:
		return t.API[0].When()
	case len(t.Conns) > 0:
		return t.Conns[0].First.When()
	case len(t.TLS) > 0:
		return t.TLS[0].At
	}
	return event.When{}
}

// End is when its last line or packet came.
func (t *Trace) End() event.When {
	switch {
	case len(t.Lines) > 0:
		return t.Lines[len(t.Lines)-1].At
	case len(t.API) > 0:
		return t.API[len(t.API)-1].When()
	case t.Token != nil:
		return t.Token.When()
	case t.Conn != nil:
		return t.Conn.Last.When()
	}
	return t.Start()
}

// History reports whether it happened before we connected. One that goes on
// while we connect is not.
func (t *Trace) History() bool {
	switch {
	case len(t.Lines) > 0:
		return t.Lines[len(t.Lines)-1].History
	case t.Token != nil:
		return t.Token.first().History
	case t.Conn != nil:
		return t.Conn.Last.History()
	}
	return false
}

// LastRequest is the newest request of the attempt that the SSM logged.
func (t *Trace) LastRequest() *Request {
	if n := len(t.API); n > 0 {
		return t.API[n-1]
	}
	return t.Token
}

// FailedRequest is what the SSM logged of the request that failed: the newest for
// the path that the Manager names, or, where it names none, the newest.
func (t *Trace) FailedRequest() *Request {
	r := t.LastRequest()
	if r == nil || t.Failed == nil || t.Failed.Path.Empty() || samePath(t.Failed.Path.String(), r.Path()) {
		return r
	}
	return nil
}

// OnAPI reports whether the last answer was to a request after the sign-in.
func (t *Trace) OnAPI() bool {
	if t.Failed != nil && !t.Failed.Path.Empty() {
		return strings.Contains(t.Failed.Path.String(), "/api/v1/")
	}
	return len(t.API) > 0
}

// reportOnly reports whether the attempt is a usage report and nothing else.
func (t *Trace) reportOnly() bool { return t.Find(logline.TopicReport) != nil && !t.signsIn() }

// Could reports whether nothing that both show speaks against a request being
// the attempt's, whenever it came.
func (t *Trace) Could(r *Request) bool {
	_, clash := t.actor.Agree(r.actor, t.known)
	return clash == 0
}

// Names reports whether a request is of the attempt's client ID or user.
func (t *Trace) Names(r *Request) bool { return t.actor.Names(r.actor) }

// Success is the line that says that the attempt went well; nil: none does.
func (t *Trace) Success() *evidence.Line {
	if t.Done != nil {
		return t.Done
	}
	for _, topic := range []logline.Topic{logline.TopicLicences, logline.TopicAuthenticated} {
		if l := t.Find(topic); l != nil {
			return l
		}
	}
	if r := t.LastRequest(); r != nil && r.Status() == 200 {
		return r.line()
	}
	return nil
}

// Nothing is the line that says that the answer held no licence: the last that tells of
// one. nil: it held some, or nothing tells. What ended so is no success.
func (all Lines) Nothing() *evidence.Line {
	for _, l := range slices.Backward(all) {
		if l.Topic != logline.TopicLicences {
			continue
		}
		if l.Value == logline.NoLicences {
			return l
		}
		return nil
	}
	return nil
}

// SignedInOnly reports whether the Manager's last word is that it signed in.
func (t *Trace) SignedInOnly() bool {
	n := len(t.Lines)
	return n > 0 && t.Failed == nil && t.Lines[n-1].Topic == logline.TopicAuthenticated
}
