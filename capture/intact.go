package capture

import (
	"errors"
	"io"
	"slices"

	"syncscope/capture/input"
	"syncscope/capture/redact"
)

// ErrRepair is the error of ReadFrom where a text that is read as it is needs repair.
var ErrRepair = errors.New("the text needs repair")

// Bounds of a text's beginning: how much must show that it is a listing, and how much
// is looked at for what needs repair before any of it counts.
const (
	listingHead  = 16 << 10
	ListingStart = 1 << 20
)

// Listing looks at the beginning of a text, which r ends behind ListingStart bytes. It
// gives what tells of the rest whether it needs repair; nil: the text needs some, or
// shows no packet of tcpdump's with nothing but numbers.
func Listing(r io.Reader) *input.Intact {
	s, b, all := chunks{r: r}, newChunk(), func(redact.Raw) bool { return true } // it is not shown
	if !s.next(b) || !slices.ContainsFunc(b.look(all).packets, func(x row) bool { return x.other == nil && x.at < listingHead }) {
		return nil
	}
	t := input.NewIntact(known)
	for b.intact(t) {
		if !s.next(b) {
			if s.from < ListingStart && !t.End() {
				break
			}
			return t
		}
		b.look(all)
	}
	return nil
}

// intact reports whether the block's lines need no repair, as far as t knows: packets
// that are read whole need none.
func (b *chunk) intact(t *input.Intact) bool {
	for _, g := range b.gaps {
		t.Lines(b.text[g.above:g.end], int(g.at-g.above), int(g.to-g.above))
	}
	return t.Passed(len(b.text))
}
