package offline

import (
	"slices"
	"strings"

	"syncscope/capture"
)

// trails are where the captures of a run ended, the newest last: the files of a ring,
// or of a capture that was cut, are read as one.
type trails []trail

type trail struct {
	stem string // of its file's name: without its number
	*capture.Trail
}

// maxTrails bounds the captures that may still be gone on with: one at each end, and
// some at firewalls between.
const maxTrails = 8

// take gives the capture that one goes on with, and takes it out; nil: there is none.
// That of a like name goes before others, and of those, the one that ended last.
func (t *trails) take(name string, begun capture.Begin) *capture.Trail {
	best := -1
	for i, o := range *t {
		if !o.Continues(begun) {
			continue
		}
		if best < 0 || (*t)[best].worse(o, stem(name)) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	out := (*t)[best].Trail
	*t = slices.Delete(*t, best, best+1)
	return out
}

// worse reports whether another trail is more likely to be gone on with.
func (o trail) worse(than trail, stem string) bool {
	if like := than.stem == stem; like != (o.stem == stem) {
		return like
	}
	return !than.End().Before(o.End())
}

func (t *trails) put(name string, one *capture.Trail) {
	if one == nil {
		return
	}
	if len(*t) == maxTrails {
		*t = slices.Delete(*t, 0, 1)
	}
	*t = append(*t, trail{stem(name), one})
}

// stem is a name without its digits: of the files of a ring, only these differ.
func stem(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
}
