package attempt

import (
	"net/netip"
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// LikeManager reports whether a sign-in looks like a Manager's: in the URL, by
// Java's HTTP client, and, where no agent is shown, for a password grant.
func (r *Request) LikeManager() bool {
	agent := strings.Trim(Agent(r), "-")
	if r.actor.Form == evidence.FormBody {
		return false
	}
	if agent != "" {
		return strings.Contains(agent, "Java/") || strings.HasPrefix(agent, "Apache-HttpClient")
	}
	grant := r.Field(func(l *evidence.Line) string { return l.GrantType.String() })
	return grant == "" || grant == "password"
}

// only is the attempt that no Manager's log tells of, but by does: the same one
// each time, so that it is judged once.
func (m *matcher) only(by any, made Trace) *Trace {
	t := m.single[by]
	if t == nil {
		t = new(Trace)
		m.single[by] = t
	}
	made.Ended, made.Alone, made.by = true, true, by
	*t = made
	return t
}

// SameCaller reports whether two requests come from one caller: what both show
// of address, agent and client ID is the same.
func (r *Request) SameCaller(o *Request) bool {
	return r.actor.Addr == o.actor.Addr && r.actor.Agent == o.actor.Agent && r.actor.Client == o.actor.Client
}

// Agent is what the caller calls itself.
func Agent(r *Request) string {
	return r.Field(func(l *evidence.Line) string { return l.Agent.String() })
}

// alone makes attempts of sign-ins that no Manager's log can tell of: // there is
// none, or the request lies outside its time and asks as its Manager does. The
// others are other clients'. Of a log that is read in part, only those are told.
func (m *matcher) alone() {
	span := m.Manager.Span()
	skew, _ := m.Axis.Skew()
	span = span.Shifted(skew).Widened(slack, slack)
	byCaller := map[evidence.Actor]*Trace{}
	for _, r := range m.tokens {
		if m.placed[r] || r.Status() == 0 && r.Access == nil { // what of it is there shows no caller
			continue
		}
		if _, basis := m.Axis.Skew(); basis == evidence.Assumed && len(m.askers(r)) > 0 {
			m.loose = true
			continue // the Manager's, and nothing tells of which of its attempts
		}
		if !m.ours(r, span) {
			m.Others = append(m.Others, r)
		} else if !m.Partial {
			m.Result.Traces = append(m.Result.Traces, m.only(r, Trace{Token: r, actor: r.actor, heir: m.askers(r).owner()}))
		}
	}
	if m.Partial {
		return
	}
	var fresh []*Trace
	for _, t := range m.Result.Traces {
		if t.Alone {
			fresh = append(fresh, t)
		}
	}
	next := 0
	for _, r := range m.api {
		for next < len(fresh) && fresh[next].Token.At(m.Axis).Cmp(r.At(m.Axis)) != evidence.After && fresh[next].Token.before(r) {
			byCaller[caller(fresh[next].actor)] = fresh[next]
			next++
		}
		if m.placed[r] {
			continue
		}
		if t := byCaller[caller(r.actor)]; t != nil && r.actor.Addr.IsValid() {
			t.API = append(t.API, r)
			continue
		}
		m.Others = append(m.Others, r)
	}
	slices.SortStableFunc(m.Others, func(a, b *Request) int { return a.At(m.Axis).Compare(b.At(m.Axis)) })
}

// before reports whether a request stands before another in their log.
func (r *Request) before(o *Request) bool {
	return r.line().From.Source != o.line().From.Source || r.line().Above(o.line())
}

// caller is what every request of one caller shows.
func caller(a evidence.Actor) evidence.Actor {
	return evidence.Actor{Addr: a.Addr, Agent: a.Agent}
}

// ours reports whether a sign-in that no trace took may be the Manager's.
func (m *matcher) ours(r *Request, span evidence.Window) bool {
	if !m.Heard {
		return r.LikeManager()
	}
	if span.Has(r.At(m.Axis)) {
		return false
	}
	if len(m.Input.Traces) == 0 {
		return r.LikeManager()
	}
	return len(m.askers(r)) > 0
}

// asker is an owner of attempts that a sign-in may be one of.
type asker struct {
	owner
	proven bool // its Manager has been seen to ask from the sign-in's address
}

// askers are those whose attempts show the client ID or the user of a sign-in, and
// nothing that speaks against its being the same Manager's. It is worked out once for
// each actor, as many requests may wait for their attempts.
func (m *matcher) askers(r *Request) askers {
	all, known := m.names[r.actor]
	if known {
		return all
	}
	for _, t := range m.Input.Traces {
		k := m.knownOf(t.Node)
		if _, clash := t.actor.Agree(r.actor, k); clash > 0 || !t.actor.Names(r.actor) {
			continue
		}
		if a := (asker{owner{t.Node, t.Tenant}, k.Addrs[r.actor.Addr]}); !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	m.names[r.actor] = all
	return all
}

type askers []asker

// owner is the one whose sign-in it is, where nobody else comes into question and its
// address is proven: it takes the place of what the owner's own log tells of before.
func (all askers) owner() *owner {
	if len(all) != 1 || !all[0].proven {
		return nil
	}
	return &all[0].owner
}

// refusedByClient are the alerts with which a client refuses what the server
// shows (RFC 8446, 6.2): a scanner sends none of them.
func refusedByClient(l *evidence.Line) bool {
	_, rest, ok := strings.Cut(l.Message.String(), "SSL alert number ")
	return ok && len(rest) >= 2 && rest[0] == '4' && rest[1] >= '2' && rest[1] <= '8'
}

// elsewhere reports whether a handshake came from another address than those by
// which the attempt's Manager is known to ask.
func (m *matcher) elsewhere(t *Trace, l *evidence.Line) bool {
	known := m.knownOf(t.Node).Addrs
	if t.Alone && t.actor.Addr.IsValid() {
		known = map[netip.Addr]bool{t.actor.Addr: true}
	}
	return l.Client.IsValid() && len(known) > 0 && !known[l.Client]
}

// wasEnded are words of a client whose handshake the other side has ended: by an alert,
// or by closing the connection.
var (
	byAlert  = words.SayAll("Received fatal alert")
	wasEnded = append(words.SayAll("Remote host", "shut down incorrectly", "closed connection during handshake"), byAlert...)
)

// reasons are the alerts with which a client names one reason, and its own words of that
// (RFC 8446, 6.2). The others, such as certificate_unknown, may be for any.
var reasons = []struct {
	alert string
	says  []words.Phrase
}{
	{"45", words.SayAll("CertificateExpiredException", "certificate expired", "NotAfter:")},
	{"48", words.SayAll("path building failed", "unable to find valid certification path")},
}

// otherEnding reports whether the Manager's words and nginx's cannot be of the same
// handshake: one side refuses and says why, the other is told by an alert or by the end of
// the connection. Who got an answer, or never came to TLS, had none that failed; who did
// without TLS, or without the certificate that is wanted, is answered 400.
func (f Failure) otherEnding(l *evidence.Line) bool {
	said := l.Message.String()
	if f.Line == nil || f.Cut || l.Cut {
		return false
	}
	at, known := f.At()
	_, alert, byClient := strings.Cut(said, "SSL alert number ")
	switch {
	case strings.Contains(said, "while reading client request"):
		return f.Status != 400 && (f.Status != 0 || known)
	case !strings.Contains(said, "SSL_do_handshake() failed"):
		return false
	case f.Status != 0:
		return true
	case !known:
		return false
	case byClient:
		return at != checks.TLS || f.Says(byAlert...) || f.otherReason(alert)
	}
	return at < checks.TLS || !f.Says(wasEnded...)
}

// otherReason reports whether the Manager's words name another reason than a client's
// alert, which begins with its number.
func (f Failure) otherReason(alert string) bool {
	named, given := -1, -1
	for i, r := range reasons {
		if strings.HasPrefix(alert, r.alert) {
			named = i
		}
		if f.Says(r.says...) {
			given = i
		}
	}
	return named >= 0 && given >= 0 && named != given
}

// oneClient takes back the failed handshakes of an attempt where several clients had one
// in its time, and nothing tells from which address its Manager asks: neither is proof.
func (m *matcher) oneClient(t *Trace) {
	for _, l := range t.TLS {
		if l.Client != t.TLS[0].Client {
			t.TLS = nil
			return
		}
	}
}

// handshakes gives each attempt the failed handshake of its moment, as nginx
// logged it. Of one moment, a handshake belongs to the attempt that is nearest.
func (m *matcher) handshakes() {
	all := newTimeline(m.Result.Traces, m.Axis)
	for _, l := range m.TLS {
		at := m.Axis.SSM(l)
		var best *Trace
		for _, t := range all.during(at, at) {
			w := m.of(t).window().Widened(slack, slack)
			if !w.Has(at) || m.elsewhere(t, l) || t.Failure().otherEnding(l) {
				continue
			}
			if best == nil || m.of(t).distance(at) < m.of(best).distance(at) {
				best = t
			}
		}
		if best != nil {
			best.TLS = append(best.TLS, l)
		}
	}
	for _, t := range m.Result.Traces {
		m.oneClient(t)
	}
	if m.Heard || m.Partial || len(m.Result.Traces) > 0 || len(m.Conns) > 0 {
		return
	}
	for _, l := range m.TLS {
		if refusedByClient(l) && l.Topic == logline.TopicTLS {
			m.Result.Traces = append(m.Result.Traces, m.only(l, Trace{TLS: []*evidence.Line{l}}))
		}
	}
}

// Proven reports whether an attempt's Manager has been seen to ask from an address.
func Proven(a netip.Addr, t *Trace) bool { return t.known != nil && t.known.Addrs[a] }
