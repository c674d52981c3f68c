package offline

import (
	"cmp"
	"io"
	"slices"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/checks/view"
)

// headBytes are enough of a file to tell what it is.
const headBytes = 8 << 10

// heads are what the files of a run begin with, by name. The parts of a log are
// read in order of time, and the Managers' logs last, or long logs in step: then an
// attempt is known whole soon after its last line, and need not be kept. What the
// report says does not depend on it.
type heads struct {
	of    map[string]head
	place map[string]int // in which order the files were found
	texts bool           // some are no binary captures
	plain bool           // see Options.Reference
}

type head struct {
	kind  event.Kind // unknown: it is no log
	at    capture.Stamp
	size  int64
	begun capture.Begin // of a capture
	wire  bool          // it is one
}

// note remembers what a file begins with. What it returns is to be read instead
// of r, and done to be called behind it.
func (h *heads) note(in input, r io.Reader) (again io.Reader, done func()) {
	if h.of == nil {
		h.of, h.place = map[string]head{}, map[string]int{}
	}
	if _, twice := h.place[in.name]; !twice {
		h.place[in.name] = len(h.place)
	}
	tee := &beginning{r: r}
	return tee, func() {
		one := head{size: tee.n}
		if capture.Binary(tee.b) { // of which nothing had to be learned
			_, _ = io.CopyN(io.Discard, tee, int64(headBytes-min(len(tee.b), headBytes))) // it may be shorter; what is wrong with it the reading tells
		} else {
			h.texts = true
		}
		if one.kind, one.at = capture.Head(tee.b); one.kind == event.KindUnknown {
			one.begun, one.wire = capture.Began(tee.b)
		}
		h.of[in.name] = one
	}
}

// beginning keeps the first bytes of what is read through it.
type beginning struct {
	r io.Reader
	b []byte
	n int64
}

// Read reads on.
func (t *beginning) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if room := headBytes - len(t.b); room > 0 {
		t.b = append(t.b, p[:min(n, room)]...)
	}
	t.n += int64(n)
	return n, err
}

// inTime puts the captures among the files in the order in which they began, each
// where another one of its form was: those of one capture go on with each other.
func (h *heads) inTime(files []string, name func(string) string) []string {
	begun := func(f string) capture.Begin { return h.of[name(f)].begun }
	at, of := map[string][]int{}, map[string][]string{}
	for i, f := range files {
		if h.of[name(f)].wire {
			form := begun(f).Form()
			at[form], of[form] = append(at[form], i), append(of[form], f)
		}
	}
	files = slices.Clone(files)
	for form, some := range of {
		slices.SortStableFunc(some, func(a, b string) int { return begun(a).Time().Compare(begun(b).Time()) })
		for i, f := range some {
			files[at[form][i]] = f
		}
	}
	return files
}

// arrange puts names in the order in which they are to be read; name is what a
// file is called in the report.
func (h *heads) arrange(files []string, name func(string) string) []string {
	files = h.inTime(files, name)
	if h.plain {
		return files
	}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b string) int {
		x, y := h.of[name(a)], h.of[name(b)]
		return cmp.Or(cmp.Compare(number(x.kind == event.ManagerLog), number(y.kind == event.ManagerLog)), x.at.Time.Compare(y.at.Time))
	})
	return files
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// asFound puts the sources of a report in the order in which they were found.
func (h *heads) asFound(sources []view.SourceStatus, name map[event.SourceID]string) {
	slices.SortStableFunc(sources, func(a, b view.SourceStatus) int {
		return cmp.Compare(h.place[name[a.Source.ID]], h.place[name[b.Source.ID]])
	})
}
