package tui

import (
	"fmt"
	"strings"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/overlay"
	"syncscope/tui/theme"
)

// early is the verdict while no attempt was seen: what the run is doing, and
// what the user can do.
func (d head) early() said {
	word, role, first, next := d.word()
	s := said{role: role, badge: word, first: first, next: next}
	switch {
	case role == theme.BadgeFail:
		s.key = "R: try again"
	case word == d.th.Glyphs.Ellipsis+waits:
		s.key = checkKey
	}
	return s
}

// waits stands in the badge while nothing of a sync is seen.
const waits = " WAITING"

// checkKey is what can be done meanwhile.
const checkKey = "r: check the hosts"

func (d head) word() (word string, role theme.Role, said, next string) {
	g := d.th.Glyphs
	switch {
	case d.failure != nil:
		what, hint := view.Hinted(d.failure.Error())
		return g.Status[checks.Fail] + " FAIL", theme.BadgeFail, what, hint
	case d.form && len(d.u.Hosts) == 0:
		return "? CONNECT", theme.BadgeWarn, "Which hosts?", "Nothing is sent to a host before you press enter, or ctrl+t to test."
	case d.form && ready(d.u.Hosts):
		return g.Status[checks.Pass] + " TEST", theme.BadgePass, "All hosts are reached, and their logs may be read.", "enter connects; passwords are not asked again, codes are."
	case d.form && len(d.notReached()) == 0:
		return g.Ellipsis + " TEST", theme.BadgeWarn, d.way(), "Nothing is started or captured on the hosts."
	case d.u.Now.IsZero() && d.u.Hint == "" && len(d.u.Hosts) == 0:
		return g.Ellipsis + " STARTING", theme.BadgeWarn, "Getting ready.", ""
	}
	if failed := d.notReached(); len(failed) > 0 {
		h, at := failed[0], failed[0].Failed()
		said, next = h.Name+": "+at.Step.String()+" failed", at.Hint
		if at.Detail != "" && at.Hint != "" { // a hint may say "its", of what the detail names
			next = at.Detail + ": " + at.Hint
		}
		if len(failed) > 1 {
			said = fmt.Sprintf("%d hosts are not reached", len(failed))
			next = overlay.RoleOf(h) + ": " + next
		} else if len(d.u.Hosts) > 1 {
			said += "; the other side is " + map[bool]string{true: "reached", false: "read"}[d.form]
		}
		return g.Status[checks.Fail] + " FAIL", theme.BadgeFail, said, next
	}
	if underWay(d.u.Hosts) {
		return g.Ellipsis + " CONNECTING", theme.BadgeWarn, d.way(), "Nothing is changed on the hosts."
	}
	if len(d.u.Doubts) > 0 {
		return g.Ellipsis + waits, theme.BadgeWarn, "No sync attempt was seen for over a minute.", d.u.Hint
	}
	return g.Ellipsis + waits, theme.BadgeWarn, "No sync attempt was seen yet.", d.u.Hint
}

func (d head) notReached() []*view.Host {
	var out []*view.Host
	for i := range d.u.Hosts {
		if d.u.Hosts[i].Failed() != nil {
			out = append(out, &d.u.Hosts[i])
		}
	}
	return out
}

// way is each host with the step it is at.
func (d head) way() string {
	var parts []string
	for i := range d.u.Hosts {
		h := &d.u.Hosts[i]
		at := "ready"
		for _, s := range h.Steps {
			if s.Progress == view.Asking {
				at = "waits for your answer"
				break
			}
			if s.Progress != view.Done {
				at = s.Step.String()
				break
			}
		}
		parts = append(parts, overlay.RoleOf(h)+": "+at)
	}
	return strings.Join(parts, "   ")
}
