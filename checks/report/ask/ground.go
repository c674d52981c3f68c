package ask

import (
	"strings"

	"syncscope/checks"
)

// seen tells what is known to have reached the recipient's host, or was seen of
// its part.
func (m *message) seen() {
	facts := m.loggedLines()
	if len(facts) > maxFacts {
		facts = facts[:maxFacts]
	}
	before := len(m.out)
	switch {
	case len(facts) > 0 && m.to == SSM:
		m.line("reached", "facts", strings.Join(facts, "; "))
		m.caller()
	case m.to == SSM && broke(m.d) >= checks.HTTP && m.notLogged(): // what fails before leaves no line in the SSM's log
		m.line("reached_not")
	case m.to == SSM && broke(m.d) >= checks.HTTP && !m.d.Heard.SSM:
		m.line("reached_unknown")
	}
	switch stages := m.shown(); {
	case m.to != SSM && len(facts) > 0:
		if m.atCertificate() {
			facts = appendNew(facts, m.certificate())
		}
		m.line("shown", "facts", strings.Join(facts, "; "))
	case stages != "" && len(facts) == 0:
		m.line("shown", "facts", stages)
	}
	m.join(before)
}

// caller tells whom the SSM's log names for the Manager.
func (m *message) caller() {
	if a := m.seenAs(); a != "" {
		user := ""
		if at := m.d.Attempt(); at != nil && at.User != "" {
			user = strings.ReplaceAll(m.texts["caller_user"], "{user}", at.User)
		}
		m.line("caller", "address", a, "user", user)
	}
}

// known tells what was checked and is in order; and, where no question asks for it, what
// the evidence leaves open and what was not there to see.
func (m *message) known(open bool) {
	before := len(m.out)
	if facts := m.inOrder(); facts != "" && !m.brief {
		m.line("fine", "facts", facts)
	}
	if f := m.d.RootCause; f != nil && open {
		if len(f.CouldBe) > 0 {
			m.line("open", "facts", m.each(f.CouldBe))
		}
		if len(f.Missing) > 0 {
			m.line("missing", "facts", m.each(f.Missing))
		}
	}
	m.join(before)
}

// join makes one line of those from a place on.
func (m *message) join(from int) {
	if len(m.out) > from+1 {
		m.out = append(m.out[:from], strings.Join(m.out[from:], ". "))
	}
}

// clear tells the admin of a host that a secret stands in clear in its log.
func (m *message) clear() {
	if m.inClear() {
		m.line("in_clear")
	}
}

// foot says what it was read from, and that no secret is in it.
func (m *message) foot() {
	before := len(m.out)
	m.clear()
	id := m.client()
	told := strings.Contains(strings.Join(m.out, "\n"), id)
	if !told && m.holds([]string{"sign-in"}, nil) && (m.to == SSM || m.to == Manager) {
		m.line("client", "id", id)
	}
	var from []string
	for _, s := range m.r.Sources {
		from = appendNew(from, m.whose(s.Source.Kind))
	}
	m.line("foot", "sources", strings.Join(from, ", "))
	m.join(before)
}
