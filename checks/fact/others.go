package fact

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// maxOthers bounds how many other clients are told of, the newest.
const maxOthers = 3

// otherClients tells who else asks the SSM for tokens, and how the last request
// of each was answered.
func otherClients(callers []attempt.Caller, cite func(*evidence.Line, string) checks.Evidence) []checks.Evidence {
	var out []checks.Evidence
	for _, c := range slices.Backward(callers[max(0, len(callers)-maxOthers):]) {
		out = append(out, cite(c.Last.All()[0], callerText(c.Last)+" "+fate(c.Last.Status(), c.Refused, c.Asked)))
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
