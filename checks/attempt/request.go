package attempt

import (
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks/evidence"
)

// Request is one HTTP request as the SSM's nginx and Rails logged it.
type Request struct {
	Access, Rails *evidence.Line
	Refused       []*evidence.Line // upstreams that nginx tried in vain
	Own           []*evidence.Line // what else nginx says of it: why it answered itself
	actor         evidence.Actor
}

// Entries are the request's lines in the order in which they prove most.
func (r *Request) Entries() []*evidence.Line {
	var out []*evidence.Line
	for _, l := range []*evidence.Line{r.Rails, r.Access} {
		if l != nil {
			out = append(out, l)
		}
	}
	return out
}

// All are all of the request's lines, nginx's errors last.
func (r *Request) All() []*evidence.Line { return slices.Concat(r.Entries(), r.Refused, r.Own) }

// first is the line that tells most of the request; there is one.
func (r *Request) first() *evidence.Line {
	switch {
	case r.Rails != nil:
		return r.Rails
	case r.Access != nil:
		return r.Access
	case len(r.Refused) > 0:
		return r.Refused[0]
	}
	return r.Own[0]
}

// Status is what the request was answered with, as nginx tells where both do: the
// application's answer may not have gone out. 0: nobody says.
func (r *Request) Status() int {
	for _, l := range []*evidence.Line{r.Access, r.Rails} {
		if l != nil && l.Status != 0 {
			return l.Status
		}
	}
	return 0
}

// Granted reports whether the SSM's application gave a token: nginx logged a 200 of a
// path that leads to it, or the application did where no line of nginx is there. A 200
// of another path is a page's, whatever the application logged for others meanwhile.
func (r *Request) Granted() bool {
	if !r.IsToken() || r.Status() != 200 {
		return false
	}
	return r.Access == nil || toApplication(&r.Access.Entry)
}

// When is the request's time, as its own log tells it.
func (r *Request) When() event.When { return r.first().At }

// Host is the SSM that logged it.
func (r *Request) Host() redact.Text { return r.first().Host }

// line is the line whose time is the request's: nginx writes it when it has
// answered.
func (r *Request) line() *evidence.Line {
	if r.Access != nil {
		return r.Access
	}
	return r.first()
}

// At places the request on the axis.
func (r *Request) At(axis *evidence.Axis) evidence.Moment { return axis.SSM(r.line()) }

// Path is what was asked for, without a query.
func (r *Request) Path() string { return r.first().Path.String() }

// Actor is who asked.
func (r *Request) Actor() evidence.Actor { return r.actor }

// Field is the first value of a field that any of the request's lines has.
func (r *Request) Field(field func(*evidence.Line) string) string {
	for _, l := range r.All() {
		if v := field(l); v != "" {
			return v
		}
	}
	return ""
}

// IsToken reports whether the request asks for a token.
func (r *Request) IsToken() bool { return strings.Contains(r.Path(), "oauth/token") }

// Requests pairs nginx's and Rails' lines of one request, as they come.
type Requests struct {
	All []*Request
}

// lookBack is how many requests under way at once are told apart, and longLookBack how
// many for an application's line that ends seconds of work: others came meanwhile.
const (
	lookBack     = 8
	longLookBack = 8 * lookBack
)

// Add takes the log's next line, in order of time, and gives the request that it
// is about.
func (q *Requests) Add(l *evidence.Line) *Request {
	r := q.pairing(l)
	if r == nil {
		r = &Request{}
		q.All = append(q.All, r)
	}
	switch l.Form {
	case logline.NginxAccess:
		r.Access = l
	case logline.Rails:
		r.Rails = l
	default:
		if l.Topic == logline.TopicNone {
			r.Own = append(r.Own, l)
		} else {
			r.Refused = append(r.Refused, l)
		}
	}
	r.actor = r.actor.With(l.Actor())
	return r
}

// pairing finds the newest request that l is another line of: the same path
// below nginx's prefix, nothing that both show differs, and no such line yet.
func (q *Requests) pairing(l *evidence.Line) *Request {
	n := lookBack
	if l.Took > jitter {
		n = longLookBack
	}
	for _, r := range slices.Backward(q.All[max(0, len(q.All)-n):]) {
		if r.takes(l) {
			return r
		}
	}
	return nil
}

func (r *Request) takes(l *evidence.Line) bool {
	switch l.Form {
	case logline.NginxAccess:
		if r.Access != nil || r.Rails != nil && r.IsToken() && !toApplication(&l.Entry) {
			return false
		}
	case logline.Rails:
		if r.Rails != nil || r.OwnAnswer() != nil || r.Access != nil && (l.Apart(r.Access) > jitter && !l.UnderWay(r.Access) || r.IsToken() && !toApplication(&r.Access.Entry)) {
			return false
		}
	default: // nginx errors come before its answer, and before the application's but where that is lost
		if r.Access != nil || r.Rails != nil && !losesAnswer(l) {
			return false
		}
	}
	return r.oneAnswer(l) && !slices.ContainsFunc(r.All(), func(other *evidence.Line) bool { return !sameRequest(other, l) })
}

// oneAnswer reports whether a line tells the answer that the request's lines tell, or
// why nginx gave another one than the application: it lost that one, or gave up before.
func (r *Request) oneAnswer(l *evidence.Line) bool {
	switch status := r.Status(); {
	case l.Status == 0 || status == 0 || l.Status == status:
		return true
	case l.Form == logline.NginxAccess:
		return ofNginx(l.Status) && (slices.ContainsFunc(r.Refused, losesAnswer) || slices.ContainsFunc(r.Own, losesAnswer))
	case l.Form == logline.Rails:
		return ofNginx(status) && l.UnderWay(r.Access)
	}
	return false
}

// losesAnswer reports whether nginx says that it lost an upstream's answer, of which it
// may have had a part.
func losesAnswer(l *evidence.Line) bool {
	return !l.Upstream.Empty() && strings.Contains(l.ErrorText.String(), "while reading ")
}

// ofNginx reports whether nginx itself makes a status though an application has the
// request: the client left, nginx failed, the upstream failed, or took too long.
func ofNginx(status int) bool {
	return status == clientClosed || status == 500 || status == 502 || status == 504
}

// jitter is how long after nginx's line of a request the application's line may be
// stamped: the application writes first, and both stamps are of whole seconds.
const jitter = time.Second

// OwnAnswer is why nginx answered the request itself: it refused it for a reason that
// names no upstream, and the application never had it. nil: nothing says so.
func (r *Request) OwnAnswer() *evidence.Line {
	i := slices.IndexFunc(r.Own, func(l *evidence.Line) bool { return l.Severity >= logline.Error && l.Upstream.Empty() })
	if i < 0 {
		return nil
	}
	return r.Own[i]
}

// longest is how long a request may take: nginx gives an upstream 60 seconds.
const longest = time.Minute

func sameRequest(a, b *evidence.Line) bool {
	if a.Apart(b) > longest && !b.UnderWay(a) || !samePath(a.Path.String(), b.Path.String()) {
		return false
	}
	if _, clash := a.Actor().Agree(b.Actor(), nil); clash > 0 {
		return false
	}
	return (a.Conn == 0 || b.Conn == 0 || a.Conn == b.Conn) &&
		(!a.Client.IsValid() || !b.Client.IsValid() || a.Client == b.Client)
}

// samePath: nginx logs /backend/x for what Rails logs as /x.
func samePath(a, b string) bool {
	return strings.HasSuffix(a, b) || strings.HasSuffix(b, a)
}
