package ask

import (
	"slices"
	"strconv"

	"syncscope/capture/handshake"
	"syncscope/checks"
)

// conditions are what questions, clauses and commands may depend on, by the names that
// assets/ask/questions.json has for them. Each is about what was seen or given.
var conditions = map[string]func(*tried) bool{
	"refused":          (*tried).refused,
	"reset":            func(m *tried) bool { return m.conn(reset) || m.ended("reset", checks.Reset) },
	"silent":           func(m *tried) bool { return m.ended("silent", checks.Silent) },
	"certificate":      (*tried).atCertificate,
	"certificate-seen": func(m *tried) bool { return m.chain() != nil },
	"lost-to-manager":  func(m *tried) bool { return m.conn(lostToManager) },
	"not-logged":       (*tried).notLogged,
	"manager-log":      func(m *tried) bool { return m.has(func(b checks.Members) int { return len(b.Manager) }) },
	"ssm-request":      (*tried).requested,
	"ssm-log":          func(m *tried) bool { return m.requested() || m.notLogged() },
	"address":          func(m *tried) bool { return isHost(m.from()) },
	"proxy":            func(m *tried) bool { return m.proxy() != "" },
	"sign-in":          func(m *tried) bool { return broke(m.d) >= checks.Auth },
	"ssm-named":        func(m *tried) bool { return m.d.Peer != "" },
}

// holds reports whether all of some conditions hold, and none of others.
func (m *tried) holds(when, unless []string) bool {
	is := func(name string) bool { c := conditions[name]; return c != nil && c(m) }
	return !slices.ContainsFunc(when, func(n string) bool { return !is(n) }) && !slices.ContainsFunc(unless, is)
}

// has reports whether the attempt has lines of a kind.
func (m *tried) has(count func(checks.Members) int) bool {
	a := m.d.Attempt()
	return a != nil && count(a.Members) > 0
}

// requested reports whether an SSM's log was given that has the attempt's requests.
func (m *tried) requested() bool {
	return m.has(func(b checks.Members) int { return len(b.SignIn) + len(b.API) })
}

// refused reports whether the connection was refused: by a RST that was captured, or as
// the Manager was told.
func (m *tried) refused() bool {
	return m.conn(func(c *checks.ConnectionState) bool { return c.State == handshake.ConnRefused }) || m.ended("refused", checks.Refused)
}

func reset(c *checks.ConnectionState) bool {
	return c.State == handshake.ConnReset && c.Trouble.ResetBy == handshake.Server
}

// lostToManager reports whether large segments were lost on their way to the Manager,
// and none on their way to the SSM.
func lostToManager(c *checks.ConnectionState) bool {
	t := &c.Trouble
	return (t.LostLarge[handshake.ToClient] > 0 || t.Hole > 0) && t.LostLarge[handshake.ToServer] == 0
}

// conn reports whether a connection to what the Manager calls is so.
func (m *tried) conn(is func(*checks.ConnectionState) bool) bool {
	for i := range m.d.Conns {
		if c := &m.d.Conns[i]; m.called(c) && is(c) {
			return true
		}
	}
	return false
}

// called reports whether a connection is one of the Manager's to the SSM's port or to
// the proxy.
func (m *tried) called(c *checks.ConnectionState) bool {
	_, port := target(m.d.Peer)
	return !c.Ours && c.Client.IsValid() && (strconv.Itoa(int(c.Server.Port())) == port || c.Server.String() == m.proxy())
}

// ended reports whether the attempt ended in a manner, or the cause is of one.
func (m *tried) ended(manner string, how checks.Manner) bool {
	if a := m.d.Attempt(); a != nil && a.Manner&how != 0 {
		return true
	}
	all, err := questions()
	return err == nil && m.d.RootCause != nil && slices.Contains(all.Manners[manner], m.d.RootCause.ID)
}

// atCertificate reports whether it broke over the server's certificate.
func (m *tried) atCertificate() bool {
	return broke(m.d) == checks.TLS && m.ended("certificate", checks.AtCertificate)
}
