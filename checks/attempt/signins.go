package attempt

import (
	"cmp"
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// signIns gives each attempt the sign-ins that are its own.
func (m *matcher) signIns() {
	for _, e := range m.tokenEdges() { // what nothing else fits proves how its Manager asks
		if !e.t.Ambiguous && e.t.actor.Names(e.r.actor) {
			m.knownOf(e.t.Node).Prove(e.r.actor)
		}
	}
	edges := m.tokenEdges()
	room := map[*Trace]int{}
	for _, e := range edges {
		room[e.t] = e.t.signInCount()
		e.t.Ambiguous = false
	}
	for i, e := range edges {
		if m.placed[e.r] || room[e.t] == 0 {
			continue
		}
		if rivals := m.rivals(e, edges[i+1:], room[e.t]); len(rivals) > 0 {
			e.t.Ambiguous, room[e.t] = true, 0 // neither is proof
			for _, r := range append(rivals, e.r) {
				m.placed[r] = true
			}
			continue
		}
		m.placed[e.r] = true
		room[e.t]--
		e.t.addToken(e.r, m.Axis)
	}
}

// rivals are the requests that fit an attempt, which has room for one more, as
// well as e does, and that it matters whether they are meant.
func (m *matcher) rivals(e edge, later []edge, room int) []*Request {
	var out []*Request
	for _, o := range later {
		if o.t == e.t && o.same == e.same && o.gap == e.gap && !m.placed[o.r] && room == 1 && differ(e.r, o.r) {
			out = append(out, o.r)
		}
	}
	return out
}

// differ reports whether it matters which of two requests is meant.
func differ(a, b *Request) bool {
	return a.Status() != b.Status() || a.actor.Addr != b.actor.Addr || a.actor.Agent != b.actor.Agent
}

// addToken keeps the last sign-in, and those before it apart.
func (t *Trace) addToken(r *Request, axis *evidence.Axis) {
	if t.Token == nil {
		t.Token = r
		return
	}
	if r.At(axis).Cmp(t.Token.At(axis)) == evidence.Before {
		t.Retried = append(t.Retried, r)
		return
	}
	t.Retried, t.Token = append(t.Retried, t.Token), r
}

// tooEarly reports whether each of an attempt's sign-ins stands in r's log, and behind it:
// r was asked with no token of theirs, whatever the clocks say.
func tooEarly(signIns []*Request, last, r *Request) bool {
	behind := func(s *Request) bool { return s.line().From.Source == r.line().From.Source && r.before(s) }
	return last != nil && behind(last) && !slices.ContainsFunc(signIns, func(s *Request) bool { return !behind(s) })
}

// tokenEdges are the sign-ins that may be an attempt's, the best first.
func (m *matcher) tokenEdges() []edge {
	var out []edge
	for _, t := range m.Input.Traces {
		if t.Failure().belowHTTP() && t.Find(logline.TopicAuthenticated) == nil || !t.signsIn() {
			continue
		}
		sent, answered := t.signIn()
		core := evidence.Between(m.Axis.Manager(sent), m.Axis.Manager(cmp.Or(answered, sent)), 0, 0)
		w, n := m.of(t).forToken(), len(out)
		for _, r := range m.within(m.tokens, w) {
			same, clash := t.actor.Agree(r.actor, m.knownOf(t.Node))
			if clash > 0 || !t.answers(r) || !t.actor.Names(r.actor) && !t.nameless(r) {
				continue
			}
			if r.LikeManager() { // no more than a preference: another release may call itself otherwise
				same++
			}
			out = append(out, edge{t, r, same, core.Outside(r.At(m.Axis))})
		}
		t.Ambiguous = len(out)-n > 1
	}
	slices.SortStableFunc(out, func(a, b edge) int {
		return cmp.Or(cmp.Compare(b.same, a.same), cmp.Compare(a.gap, b.gap))
	})
	return out
}

// nameless reports whether one side names neither client ID nor user, and the
// request is one that a Manager makes: time has to tell whose it is.
func (t *Trace) nameless(r *Request) bool {
	return (t.actor.Client == 0 && t.actor.User == 0 || r.actor.Client == 0 && r.actor.User == 0) && r.LikeManager()
}

// answers reports whether a sign-in of the SSM's log may have got the answer that
// the Manager's lines tell of.
func (t *Trace) answers(r *Request) bool {
	status := r.Status()
	if status == 0 || t.Failure().gaveUp() && t.Find(logline.TopicAuthenticated) == nil {
		return true
	}
	told := false
	for _, l := range t.Lines {
		switch {
		case l.Topic == logline.TopicAuthenticated && status == 200, l.Topic == logline.TopicRequestFailed && l.Status == status:
			return true
		case l.Topic == logline.TopicAuthenticated, l.Topic == logline.TopicRequestFailed && l.Status != 0 && !strings.Contains(l.Path.String(), "/api/v1/"):
			told = true
		}
	}
	return !told
}
