package attempt

import (
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks/evidence"
)

// Owner is whose attempts replace each other: the last one of an owner counts.
type Owner struct {
	Node, Tenant string
	Report       bool
	Client, User redact.ID // of what no Manager's log tells
}

// Owner is the attempt's.
func (t *Trace) Owner() Owner {
	switch {
	case t.heir != nil:
		return Owner{Node: t.heir.node, Tenant: t.heir.tenant}
	case t.Alone:
		return Owner{Client: t.actor.Client, User: t.actor.User}
	}
	return Owner{Node: t.Node, Tenant: t.Tenant, Report: t.reportOnly()}
}

// Known reports whether anything tells the owner.
func (o Owner) Known() bool { return o != Owner{Report: o.Report} }

// server is whom an owner's syncs call, as far as the lines so far tell.
type server struct {
	onPrem, told bool              // whether it is an SSM, and whether a mode was named
	at           evidence.Endpoint // as the settings name it
}

// backend is where an SSM has its API: no other server's is told by that.
const backend = "/backend/"

// absolute reports whether a request's path is a URI that names its server.
func absolute(path string) bool { return strings.Contains(path, "://") }

// not reports whether a line is of a call to another server than the SSM. The Manager
// calls Cisco's cloud and others by the same class, whatever its mode for licences.
// A URI names its server; an SSM may be set by its address and called by its name.
func (s server) not(l *evidence.Line) bool {
	_, uri, ok := strings.Cut(l.Path.String(), "://")
	if !ok || !s.onPrem {
		return false
	}
	called := evidence.ParseEndpoint(uri)
	host, path, whole := strings.Cut(uri, "/")
	cut := l.Cut && !whole
	switch {
	case s.at.Host == "" || called.Addr().IsValid() != s.at.Addr().IsValid() && !cut:
		return !strings.HasPrefix("/"+path, backend) && !(l.Cut && strings.HasPrefix(backend, "/"+path))
	case cut:
		return !strings.HasPrefix(s.at.String(), host)
	case s.at.Addr().IsValid() && called.Addr() != s.at.Addr(), !s.at.Addr().IsValid() && !oneName(called.Host, s.at.Host, false):
		return true
	}
	return called.Port != "" && s.at.Port != "" && called.Port != s.at.Port
}

// learn takes in what a line says of whom its owner calls. Until one does, a call to the
// cloud may be a sync; when the first does, what was taken for one before is none.
func (a *Assembler) learn(o owner, l *evidence.Line) {
	s := a.calls[o]
	before := s
	switch l.Topic {
	case logline.TopicMode:
		if !l.Value.Empty() {
			s.told, s.onPrem = true, l.Value.String() == logline.OnPrem
		}
	case logline.TopicCloudSignIn:
		s.told, s.onPrem = true, false
	case logline.TopicOnPremUser, logline.TopicAuthStart:
		s.onPrem = true
	case logline.TopicClientMap:
		if !l.Cut && !l.Peer.Empty() {
			s.at = evidence.ParseEndpoint(l.Peer.String())
		}
	case logline.TopicTokenURL, logline.TopicQuery, logline.TopicReport, logline.TopicRequestFailed:
		s.onPrem = s.onPrem || strings.HasPrefix(l.Path.String(), backend[1:])
	}
	if s == before {
		return
	}
	a.calls[o] = s
	if !s.onPrem || before.onPrem || before.told {
		return
	}
	for _, t := range slices.Clone(a.Traces) {
		if t.Node == o.node && t.Tenant == o.tenant && !slices.ContainsFunc(t.Lines, func(l *evidence.Line) bool { return l.Form == logline.Manager && !s.not(l) }) {
			a.leave(t)
		}
	}
}
