package ask

import (
	"cmp"
	"strings"

	"syncscope/checks"
)

// sentence is the verdict in the message's language.
func (m *message) sentence() string { return m.say(m.d.Sentence()) }

func (m *message) manager() string { return cmp.Or(m.d.Manager, m.texts["the_manager"]) }
func (m *message) ssm() string     { return cmp.Or(m.d.Peer, m.d.SSM, m.texts["the_ssm"]) }

// fill puts in whom a question is about.
func (m *message) fill(text string) string {
	user := ""
	if a := m.d.Attempt(); a != nil {
		user = a.User
	}
	host, port := target(m.d.Peer)
	if host == unknownHost {
		host = m.texts["the_ssm"]
	}
	return strings.NewReplacer(
		"{user}", cmp.Or(user, m.texts["the_user"]), "{id}", cmp.Or(m.client(), m.texts["the_id"]), "{host}", host, "{port}", port,
		"{name}", cmp.Or(m.name(), m.texts["the_name"]), "{from}", m.wherefrom(), "{proxy}", cmp.Or(m.proxy(), m.texts["the_proxy"]),
	).Replace(text)
}

// wherefrom is the Manager by its address; where that is not known, by its name.
func (m *message) wherefrom() string {
	if a := m.from(); a != "" {
		return a
	}
	if seen := m.seenAs(); seen != "" {
		return seen
	}
	return strings.ReplaceAll(m.texts["no_address"], "{manager}", m.manager())
}

// sender is the Manager by its name and, where it was seen, by the address that logs and
// filters know it by: for the SSM's admin the one that the SSM saw.
func (m *message) sender() string {
	name, address := m.manager(), cmp.Or(m.from(), m.seenAs())
	if m.to == SSM {
		address = cmp.Or(m.seenAs(), address)
	}
	if address == "" || address == name {
		return name
	}
	return name + " (" + address + ")"
}

// client is the client ID as a person finds it: our token of it is in no list.
func (m *message) client() string {
	a := m.d.Attempt()
	if a == nil {
		return ""
	}
	begins, length := checks.ClientHint(a.ClientID)
	text := m.texts["id_long"]
	switch {
	case begins == "":
		return ""
	case length == "":
		text = m.texts["id"]
	}
	return strings.NewReplacer("{begins}", begins, "{length}", length).Replace(text)
}
