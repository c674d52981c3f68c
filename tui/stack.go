package tui

import (
	"syncscope/tui/overlay"
)

// stack is what covers the panes; the last one is in sight.
type stack []overlay.Overlay

// top is the overlay in sight, nil if none.
func (s stack) top() overlay.Overlay {
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1]
}

// open puts an overlay over what is in sight. The same one again closes it.
func (s *stack) open(in overlay.Scene, o overlay.Overlay) {
	if c := s.top(); c != nil && c.Title(in) == o.Title(in) {
		s.shut()
		return
	}
	s.push(o)
}

func (s *stack) push(o overlay.Overlay) { *s = append(*s, o) }

// shut closes the overlay in sight.
func (s *stack) shut() {
	if n := len(*s); n > 0 {
		*s = (*s)[:n-1]
	}
}

// drop closes an overlay wherever it lies.
func (s *stack) drop(o overlay.Overlay) {
	for i := range *s {
		if (*s)[i] == o {
			*s = append((*s)[:i:i], (*s)[i+1:]...)
			return
		}
	}
}

// place is where an overlay lies.
func (s stack) place(o overlay.Receiver) overlay.Place {
	for i := range s {
		if any(s[i]) != any(o) {
			continue
		}
		if i == len(s)-1 {
			return overlay.OnTop
		}
		return overlay.Covered
	}
	return overlay.Gone
}

// among is the overlay of a kind that lies in the stack, its zero value if none.
func among[O overlay.Overlay](s stack) (out O) {
	for _, o := range s {
		if found, ok := o.(O); ok {
			return found
		}
	}
	return out
}
