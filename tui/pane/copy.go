package pane

import (
	"maps"
	"slices"
	"strings"
)

// Picked is the text of the marked rows, oldest first, or of the row one
// stands on; as it came, masked.
func (p *position) Picked() []string {
	var out []string
	for _, seq := range slices.Sorted(maps.Keys(p.marks)) {
		if seq >= p.first && seq < p.next {
			out = append(out, p.whole(seq).plain())
		}
	}
	if r := p.Current(); len(out) == 0 && r != nil {
		out = append(out, r.plain())
	}
	return out
}

// plain is a row as it came; one that has no line of its own, as it is shown.
func (r *Row) plain() string {
	if t := r.Detail().Text; t != "" {
		return t
	}
	return strings.TrimSpace(r.text())
}
