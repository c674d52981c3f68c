package report

import (
	"cmp"
	"fmt"
	"strings"

	"syncscope/checks"
)

// Remarks are the notes, and what bounds have kept out.
func (r Report) Remarks() []string {
	out := r.Notes[:len(r.Notes):len(r.Notes)]
	if n := r.Diagnosis.Dropped; n > 0 {
		out = append(out, fmt.Sprintf("%d of the oldest lines and connections are no longer held: older attempts may be incomplete", n))
	}
	if n := r.Diagnosis.Unlisted; n > 0 {
		out = append(out, fmt.Sprintf("%d older connections that no log tells of are not listed as attempts", n))
	}
	return out
}

// CanWait is the foot of a report whose attempt did not go well: what Cisco's documents
// say of whether that can wait. "" of one that did.
func (r Report) CanWait() string {
	if r.Diagnosis.Verdict == checks.OK {
		return ""
	}
	return checks.CanWait("en")
}

// about is when the attempt was made, by which Manager, to which SSM and as whom, as
// far as that is known; empty: no attempt is shown.
func about(d checks.Diagnosis) string {
	a := d.Attempt()
	if a == nil {
		return ""
	}
	out := cmp.Or(a.Start.WithDate(), a.End.WithDate())
	if d.Manager != "" {
		out += ", " + d.Manager
	}
	if tenant := d.TenantOf(a); tenant != "" {
		out += " (tenant " + tenant + ")"
	}
	if to := cmp.Or(d.Peer, d.SSM); to != "" {
		out += " to " + to
	}
	if a.User != "" {
		out += ", as " + a.User
	}
	return strings.TrimPrefix(strings.TrimSpace(out), ", ")
}
