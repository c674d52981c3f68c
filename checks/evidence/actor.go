package evidence

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/capture/redact"
)

// Form is how a request for a token carries what it asks with.
type Form uint8

// The forms.
const (
	FormUnknown Form = iota
	FormQuery        // in the query of its URL, as a Manager does
	FormBody         // not in the URL
)

// Actor is who asked, as far as one side shows it. A field's zero value is not
// shown: it neither agrees nor clashes with anything.
type Actor struct {
	Addr                       netip.Addr
	Agent, Client, User, Grant redact.ID
	Form                       Form
}

// Known are the addresses and agents by which one Manager has been seen to ask,
// as pairs of its log and the SSM's have proven.
type Known struct {
	Addrs  map[netip.Addr]bool
	Agents map[redact.ID]bool
}

// Addresses are those by which the Manager asks and those that it is known to have.
func (k *Known) Addresses(own []netip.Addr) []netip.Addr {
	if k == nil {
		return own
	}
	return slices.AppendSeq(slices.Clone(own), maps.Keys(k.Addrs))
}

// Prove notes that the Manager asked as a does.
func (k *Known) Prove(a Actor) {
	if k.Addrs == nil {
		k.Addrs, k.Agents = map[netip.Addr]bool{}, map[redact.ID]bool{}
	}
	if a.Addr.IsValid() {
		k.Addrs[a.Addr] = true
	}
	if a.Agent != 0 {
		k.Agents[a.Agent] = true
	}
}

// Agree counts what both actors show alike, and what they show that differs:
// one thing that differs makes them somebody else. An address and an agent
// count only where k has proven any, for a Manager's log shows neither of its
// own and NAT is the norm; an address that is not proven is no clash, as there
// may be several.
func (a Actor) Agree(b Actor, k *Known) (same, clash int) {
	for _, pair := range [][2]redact.ID{{a.Client, b.Client}, {a.User, b.User}, {a.Grant, b.Grant}} {
		switch {
		case pair[0] == 0 || pair[1] == 0:
		case pair[0] == pair[1]:
			same++
		default:
			clash++
		}
	}
	if a.Form != FormUnknown && b.Form != FormUnknown && a.Form != b.Form {
		clash++
	}
	if k == nil {
		return same, clash
	}
	if b.Addr.IsValid() && k.Addrs[b.Addr] {
		same++
	}
	if b.Agent != 0 && len(k.Agents) > 0 {
		if k.Agents[b.Agent] {
			same++
		} else {
			clash++
		}
	}
	return same, clash
}

// Names reports whether both show the client ID or the user, and the same one.
func (a Actor) Names(b Actor) bool {
	return a.Client != 0 && a.Client == b.Client || a.User != 0 && a.User == b.User
}

// With fills in what a does not show from b.
func (a Actor) With(b Actor) Actor {
	if !a.Addr.IsValid() {
		a.Addr = b.Addr
	}
	if a.Form == FormUnknown {
		a.Form = b.Form
	}
	for _, f := range []struct {
		to   *redact.ID
		from redact.ID
	}{{&a.Agent, b.Agent}, {&a.Client, b.Client}, {&a.User, b.User}, {&a.Grant, b.Grant}} {
		if *f.to == 0 {
			*f.to = f.from
		}
	}
	return a
}

// Actor is who a line is about.
func (l *Line) Actor() Actor {
	a := Actor{Addr: l.Client, Agent: l.Agent.ID(), Client: l.ClientID.ID(), User: l.User.ID()}
	if !strings.Contains(l.Path.String(), "oauth/token") {
		return a // what looks like a grant type there is a part of some value
	}
	a.Grant = l.GrantType.ID()
	switch {
	case l.Cut:
	case a.Client != 0 || a.Grant != 0:
		a.Form = FormQuery
	case l.Form == logline.NginxAccess, l.Form == logline.NginxError:
		a.Form = FormBody
	}
	return a
}
