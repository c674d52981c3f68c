package report

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/checks"
)

// once is evidence of which each line or packet stands once, with all that it says.
func once(list []checks.Evidence) []checks.Evidence {
	var out []checks.Evidence
	for _, e := range list {
		i := slices.IndexFunc(out, func(o checks.Evidence) bool { return alike(o, e) })
		if i < 0 {
			out = append(out, e)
		} else if !slices.Contains(strings.Split(out[i].Says, "; "), e.Says) {
			out[i].Says += "; " + e.Says
		}
	}
	return out
}

// session is what is typed in one shell, one command after the other.
type session struct {
	on  checks.Shell
	run []string
}

// shells are commands by where they are typed, in their order.
func shells(list []checks.Command) (out []session) {
	for _, c := range list {
		if n := len(out); n == 0 || out[n-1].on != c.On {
			out = append(out, session{on: c.On})
		}
		last := &out[len(out)-1]
		last.run = append(last.run, c.Run)
	}
	return out
}

// alike reports whether two pieces of evidence are one line or packet.
func alike(a, b checks.Evidence) bool { return a.Ref == b.Ref && a.Source == b.Source }

// refs are the places of evidence in parentheses, each once; empty without any. What
// the report shows already stands there by its number.
func refs(list []checks.Evidence, shown []checks.Evidence) string {
	var places []string
	for _, e := range once(list) {
		p := e.Place()
		if e.Number > 0 && slices.ContainsFunc(shown, func(o checks.Evidence) bool { return alike(o, e) }) {
			p = fmt.Sprintf("[%d]", e.Number)
		}
		if !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	if len(places) == 0 {
		return ""
	}
	return "  (" + strings.Join(places, "; ") + ")"
}
