package tui

// runKeys are about the run itself.
func runKeys() []binding {
	return []binding{
		{keys: []string{"R"}, label: "R", does: "try again what failed while connecting", short: "try again", do: retry, now: failed},
	}
}

// failed reports whether something failed that can be tried again.
func failed(m *Model) bool {
	if m.login.failure != nil {
		return true
	}
	for i := range m.update.Hosts {
		if m.update.Hosts[i].Failed() != nil {
			return true
		}
	}
	return false
}
