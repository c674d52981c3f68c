package diagnose

import (
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// states are the connections as they are now.
func states(all []*evidence.Connection) []checks.ConnectionState {
	conns := evidence.Distinct(all)
	if len(conns) == 0 {
		return nil
	}
	out := make([]checks.ConnectionState, len(conns))
	for i, c := range conns {
		out[i] = checks.ConnectionState{Connection: *c.Connection, Source: c.Source, Ours: c.Ours}
	}
	return out
}
