package diagnose

import (
	"fmt"
	"strings"

	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// maxOthers bounds how many other clients are told of, the newest.
const maxOthers = 3

// otherClients tells who else asks the SSM for tokens, and how the last request
// of each was answered.
func otherClients(others []*attempt.Request, cite func(*evidence.Line, string) checks.Evidence) []checks.Evidence {
	type client struct {
		last    *attempt.Request
		n       int
		refused int
	}
	var clients []*client
	for i := len(others) - 1; i >= 0; i-- {
		r := others[i]
		if !r.IsToken() {
			continue
		}
		var c *client
		for _, one := range clients {
			if one.last.SameCaller(r) {
				c = one
			}
		}
		if c == nil {
			c = &client{last: r}
			clients = append(clients, c)
		}
		c.n++
		if r.Status() >= 400 {
			c.refused++
		}
	}
	var out []checks.Evidence
	for _, c := range clients[:min(len(clients), maxOthers)] {
		out = append(out, cite(c.last.All()[0], callerText(c.last)+" "+fate(c.last.Status(), c.refused, c.n)))
	}
	return out
}

// callerText is the caller's address and agent.
func callerText(r *attempt.Request) string {
	who := "a client"
	if a := r.Actor().Addr; a.IsValid() {
		who = a.String()
	}
	agent, _, _ := strings.Cut(attempt.Agent(r), " (")
	if agent == "" || agent == "-" {
		return who
	}
	return who + " (" + agent + ")"
}

// fate says how a client's requests were answered.
func fate(status, refused, all int) string {
	switch {
	case refused == 0:
		return "is answered"
	case refused < all:
		return fmt.Sprintf("is refused %d of %d times, with %d last", refused, all, status)
	}
	return fmt.Sprintf("is refused with %d", status)
}
