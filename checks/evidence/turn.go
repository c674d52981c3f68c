package evidence

import (
	"slices"

	"syncscope/capture/logline"
)

// turned gives the lines of a file that has its newest first in the order in which
// they were written; false: they are already. A record is turned as a whole: what
// goes on with it stays below it. Where each line was turned (tac), what stands below
// a record goes on with the one below itself.
func turned(f *file) ([]*Line, bool) {
	if !newestFirst(f.lines) && !f.newestFirst() {
		return f.lines, false
	}
	lines := slices.Clone(f.lines)
	slices.Reverse(lines)
	if byLine(f.lines) {
		for i, l := range lines {
			if i > 0 && goesWith(l) {
				l.ofRecord(lines[i-1])
			}
		}
		return lines, true
	}
	from := 0
	for i, l := range lines {
		if !goesWith(l) {
			slices.Reverse(lines[from : i+1])
			from = i + 1
		}
	}
	return lines, true
}

// goesWith reports whether a line goes on with a record.
func goesWith(l *Line) bool { return l.Form == logline.ManagerMore }

// byLine reports whether a file's lines were turned one by one: what goes on with a
// record tells of an exception, and those that name one stand below.
func byLine(lines []*Line) bool {
	above, below := 0, 0
	fault := func(l *Line) bool { return !goesWith(l) && !l.Exception.Empty() }
	for i, l := range lines {
		if !goesWith(l) {
			continue
		}
		if i > 0 && fault(lines[i-1]) {
			above++
		}
		if i+1 < len(lines) && fault(lines[i+1]) {
			below++
		}
	}
	return below > above
}

// ofRecord makes a line go on with another one than it was read behind.
func (l *Line) ofRecord(o *Line) {
	l.raw, l.has, l.Stamp, l.Severity = o.raw, o.has, o.Stamp, o.Severity
	l.Host, l.Class, l.Thread, l.Tenant, l.Area = o.Host, o.Class, o.Thread, o.Tenant, o.Area
}

// newestFirst reports it by the seconds of all lines, kept or not: those that are kept
// may all be of one second.
func (f *file) newestFirst() bool { return f.back > 2 && f.back > 2*f.forth }

// newestFirst reports it by the stamps; of lines that have few, by what threads began
// below what they ended.
func newestFirst(lines []*Line) bool {
	back, forth := 0, 0
	for i := 1; i < len(lines); i++ {
		switch d := lines[i].raw - lines[i-1].raw; {
		case d < 0:
			back++
		case d > 0:
			forth++
		}
	}
	return back > 2*forth && (back > 2 || back > 0 && beginsLast(lines))
}

// beginsLast reports whether threads' attempts stand above the line that each begins
// with, and none below its own.
func beginsLast(lines []*Line) bool {
	type thread struct{ host, name string }
	first, last := map[thread]bool{}, map[thread]bool{} // whether a thread's first and last line begins an attempt
	for _, l := range lines {
		at := thread{l.Host.String(), l.Thread.String()}
		if l.Thread.Empty() || goesWith(l) {
			continue
		}
		if _, seen := first[at]; !seen {
			first[at] = Begins(l)
		}
		last[at] = Begins(l)
	}
	some := false
	for at, begins := range last {
		if first[at] {
			return false
		}
		some = some || begins
	}
	return some
}
