package attempt

import (
	"net/netip"
	"slices"
	"time"

	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// trouble is how long before a request a fault of the SSM may have been logged
// and still be its cause.
const trouble = 10 * time.Minute

// Around gives the SSM's lines about its own health at the time of the attempt's
// last request, from the SSM that logged it. Of lines that say the same, the one
// before the request that is nearest counts: a sick SSM says it every few
// seconds. own are the addresses that the Manager is known to have.
//
// What was over before the request does not count: the SSM was well since.
//
// An attempt that the SSM has no request of has only its own time; of what the
// SSM says then, what keeps clients out may bear on it.
func (c *Case) Around(t *Trace, axis *evidence.Axis, own func() []netip.Addr) []*evidence.Line {
	var out []*evidence.Line
	when, mine := t.Window(axis), c.keptOut(t)
	if r := t.LastRequest(); r != nil {
		when = evidence.Between(r.At(axis), r.At(axis), 0, 0)
		mine = func(l *evidence.Line) bool { return l.Host == r.Host() }
	}
	found, before := map[string]int{}, when.Widened(trouble, -when.Length()-1)
	for _, l := range evidence.Within(c.Health, when.Widened(trouble, time.Minute), axis.SSM) {
		i, again := found[l.Message.String()]
		switch {
		case t.LastRequest() != nil && (c.signs.over(l, before, axis) || ofAnother(l, t.LastRequest())):
		case !mine(l) || caught(l) && !from(l, t.known.Addresses(own()), when.Widened(oftenSick+slack, slack).Has(axis.SSM(l))):
		case !again:
			found[l.Message.String()] = len(out)
			out = append(out, l)
		case !when.Before(axis.SSM(l)):
			out[i] = l
		}
	}
	return c.ownThrows(out, t.LastRequest(), axis)
}

// ownThrows leaves out what the application threw before, where it threw something at
// the request itself: that is why this one failed. Where its line of the request names
// no exception, none is the request's that its line of another names. What never reached
// the application made it throw nothing; what is answered with another status than the
// request was, and what came behind its answer, is another's.
func (c *Case) ownThrows(all []*evidence.Line, r *Request, axis *evidence.Axis) []*evidence.Line {
	if r == nil {
		return all
	}
	if r.neverHanded() {
		return slices.DeleteFunc(all, threw)
	}
	at := evidence.Between(r.At(axis), r.At(axis), jitter, jitter)
	all = slices.DeleteFunc(all, func(l *evidence.Line) bool {
		answer := rescued[l.Exception.String()]
		return threw(l) && (answer != 0 && r.Status() != 0 && answer != r.Status() || at.Before(axis.SSM(l)) && !r.waitedFor())
	})
	if r.Rails != nil && r.Rails.Exception.Empty() {
		all = slices.DeleteFunc(all, c.threwAtOther)
	}
	then := func(l *evidence.Line) bool { return threw(l) && at.Has(axis.SSM(l)) }
	if !slices.ContainsFunc(all, then) && (r.Rails == nil || r.Rails.Exception.Empty()) {
		return all
	}
	return slices.DeleteFunc(all, func(l *evidence.Line) bool { return threw(l) && !then(l) })
}

// rescued are the exceptions that Rails answers with another status than 500
// (ActionDispatch::ExceptionWrapper, ActiveRecord::Railtie).
var rescued = map[string]int{
	"ActionController::RoutingError": 404, "AbstractController::ActionNotFound": 404, "ActiveRecord::RecordNotFound": 404,
	"ActionController::MethodNotAllowed": 405, "ActionController::UnknownHttpMethod": 405, "ActionController::NotImplemented": 501,
	"ActionController::UnknownFormat": 406, "ActionDispatch::Http::MimeNegotiation::InvalidType": 406, "ActionController::MissingExactTemplate": 406,
	"ActionController::InvalidAuthenticityToken": 422, "ActionController::InvalidCrossOriginRequest": 422, "ActiveRecord::RecordInvalid": 422, "ActiveRecord::RecordNotSaved": 422,
	"ActionDispatch::Http::Parameters::ParseError": 400, "ActionController::BadRequest": 400, "ActionController::ParameterMissing": 400,
	"Rack::QueryParser::ParameterTypeError": 400, "Rack::QueryParser::InvalidParameterError": 400, "ActiveRecord::StaleObjectError": 409,
}

// waitedFor reports whether nginx ended the request while the application had it: what
// that throws comes later.
func (r *Request) waitedFor() bool { return r.Status() == clientClosed || r.Status() == 504 }

// OfRequest reports whether a line of the SSM's health is a word of the attempt's last
// request, as far as time and client tell: what the application threw then, and what nginx
// says of its client.
func OfRequest(l *evidence.Line, t *Trace, axis *evidence.Axis) bool {
	r := t.LastRequest()
	if r == nil || !threw(l) && (l.Form != logline.NginxError || !l.Client.IsValid() || l.Severity >= logline.Critical) {
		return false
	}
	at := r.At(axis)
	return evidence.Between(at, at, jitter, jitter).Has(axis.SSM(l))
}

// neverHanded reports whether each of nginx' upstreams refused the request.
func (r *Request) neverHanded() bool {
	return r.Rails == nil && r.Access != nil && r.Access.Status == 502 && len(r.Refused) > 0 && !slices.ContainsFunc(r.Refused, func(l *evidence.Line) bool {
		return l.Topic == logline.TopicUpstreamFailed && l.Errno != refusedErrno && l.Errno != noRouteErrno
	})
}

// The errors of the system with which a connection to an upstream does not come about.
const (
	refusedErrno = 111
	noRouteErrno = 113
)

// threwAtOther reports whether a line is an exception that the application names in its
// line of a request: Rails writes both at once.
func (c *Case) threwAtOther(l *evidence.Line) bool {
	return threw(l) && slices.ContainsFunc(c.threw, func(r *evidence.Line) bool {
		return r.Exception == l.Exception && r.Host == l.Host && r.Apart(l) <= jitter
	})
}

// threw reports whether a line is an exception of the application.
func threw(l *evidence.Line) bool { return l.Form == logline.RailsOther && !l.Exception.Empty() }

// ofAnother reports whether what nginx says of itself, it says of another caller's request.
// What it calls critical is about its host, whoever's request met it.
func ofAnother(l *evidence.Line, r *Request) bool {
	if l.Form != logline.NginxError || !l.Client.IsValid() || l.Severity >= logline.Critical {
		return false
	}
	said := l.Actor()
	_, clash := r.actor.Agree(said, nil)
	return clash > 0 || r.actor.Addr.IsValid() && r.actor.Addr != said.Addr
}

// keptOut tells of a line whether it may say why an attempt did not reach the
// SSM's web server. Logs of two hosts do not tell which one was called.
func (c *Case) keptOut(t *Trace) func(*evidence.Line) bool {
	may := t.Status() == 0 && t.Done == nil && c.SSM.Hosts() == 1
	return func(l *evidence.Line) bool { return may && l.Topic == logline.TopicFront && l.Host.String() != t.Node }
}

// caught reports whether a line is about a packet that the host's filter caught.
func caught(l *evidence.Line) bool { return l.Form == logline.Kernel && l.Client.IsValid() }

// from reports whether an attempt may have sent the packet that a line tells of:
// from an address of its Manager, or, where none is known, at its moment.
func from(l *evidence.Line, known []netip.Addr, then bool) bool {
	if len(known) == 0 {
		return then
	}
	return slices.Contains(known, l.Client)
}

// Said is when a part of the SSM said something, next to an attempt's last request.
type Said uint8

// When it may have been.
const (
	SaidThen   Said = iota // at it, or so shortly before that a part which is ill says it again and again
	SaidBefore             // longer before
	SaidBehind             // behind its answer: it is not the reason
)

// WhenSaid tells when a part of the SSM said something. Of what nginx ended while the
// application had it, the reason may be told later.
func WhenSaid(l *evidence.Line, t *Trace, axis *evidence.Axis) Said {
	r := t.LastRequest()
	if r == nil {
		return SaidThen // in the attempt's time, by Around
	}
	at := r.At(axis)
	switch then := evidence.Between(at, at, oftenSick+slack, slack); {
	case then.Has(axis.SSM(l)):
		return SaidThen
	case then.Before(axis.SSM(l)) && !r.waitedFor():
		return SaidBehind
	}
	return SaidBefore
}
