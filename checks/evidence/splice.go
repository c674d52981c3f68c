package evidence

import (
	"cmp"
	"hash/maphash"
	"slices"

	"syncscope/capture/logline"
)

// part is a stretch of a file whose stamps go forward.
type part struct {
	lines       []*Line
	span        [2]int64 // of its file, with the lines that are not kept
	first, last bool     // nothing of its file stands in front of it, or behind
	file        []*Line  // all that is kept of its file, in order
}

// key tells a line by what it says and when. A stack trace's line prints no
// time, and has that of the line that it goes on with.
type key struct {
	text uint64
	raw  int64
}

// cmp orders parts by their first lines. Of those that begin at one moment, that
// of the file which began or ended first goes first: a log was split there.
func (p part) cmp(o part) int {
	return cmp.Or(cmp.Compare(p.lines[0].wall, o.lines[0].wall), cmp.Compare(p.span[0], o.span[0]),
		cmp.Compare(p.span[1], o.span[1]), cmp.Compare(p.lines[len(p.lines)-1].wall, o.lines[len(o.lines)-1].wall))
}

func (g *Log) key(l *Line) key { return key{maphash.String(g.seed, l.Full.String()), l.raw} }

// maxParts is how many parts make a file one whose lines are in no order.
const maxParts = 64

// splice gives a file's parts with the time of each line. A stamp that lies
// before the one above it begins a part, which is one of these:
//   - text that is there already, pasted again: its lines count once;
//   - older text behind newer: it goes where its time is;
//   - what was written after the clock had been set back: it stays behind, and
//     its time goes on where the part before ended.
//
// A file in which most stamps go back has its newest line first.
func (g *Log) splice(f *file) []part {
	g.stamp(f)
	lines, back := turned(f)
	if back {
		g.turned = append(g.turned, f.id)
		g.stamp(f) // lines that go on with others may have their time now
	}
	parts := g.cut(lines)
	if len(parts) > maxParts {
		return []part{{lines: lines, span: g.span(f), first: true, last: true, file: lines}}
	}
	seen := map[key]bool{}
	for i, p := range parts {
		keepThreads(p.lines)
		parts[i].span, parts[i].first, parts[i].last, parts[i].file = g.span(f), i == 0, i == len(parts)-1, lines
		again := false
		for _, l := range p.lines {
			again = again || seen[g.key(l)]
		}
		for _, l := range p.lines {
			seen[g.key(l)] = true
		}
		if i > 0 && !again && wasSetBack(parts[i-1], p) {
			before := parts[i-1].lines
			putBehind(before, parts[i:])
		}
	}
	return parts
}

// keepThreads puts a thread's line that is stamped before the one above it in the same
// file behind that: a thread writes one line after the other, whatever its clock does.
func keepThreads(lines []*Line) {
	newest := map[string]int64{}
	for _, l := range lines {
		if l.Thread.Empty() || !l.has {
			continue
		}
		name := l.Thread.String()
		if at, ok := newest[name]; ok && l.wall < at && at-l.wall <= int64(setBack) {
			l.wall = at
		}
		newest[name] = l.wall
	}
}

// putBehind moves the times of parts on, to go on where what was written before ended.
func putBehind(before []*Line, parts []part) {
	by := before[len(before)-1].wall - parts[0].lines[0].wall
	for _, p := range parts {
		for _, l := range p.lines {
			l.wall += by
		}
	}
}

// resume finds a log that was rotated as its clock was set back: one file ends in
// the middle of what a thread had begun, and another, whose stamps lie before it,
// begins with the rest. Its time goes on where the first one ended.
func resume(parts []part) {
	for i, p := range parts {
		if !p.first {
			continue
		}
		own := i + 1
		for own < len(parts) && !parts[own].first {
			own++
		}
		for j, before := range parts {
			if before.last && (j < i || j >= own) && before.brokeOff(p) {
				putBehind(before.lines, parts[i:own])
				break
			}
		}
	}
}

// brokeOff reports whether the file ends within an attempt, later than all of o's by
// the clock, and o begins with the rest of it.
func (p part) brokeOff(o part) bool {
	last, next := p.file[len(p.file)-1], o.lines[0]
	if last.wall <= o.span[1] || last.Thread.Empty() || last.Thread != next.Thread || last.Host != next.Host || Begins(next) {
		return false
	}
	for _, l := range slices.Backward(p.file) {
		if l.Thread == last.Thread && (Begins(l) || Ends(l)) {
			return !Ends(l)
		}
	}
	return false
}

// span is a file's time, from the first of all its lines to the last.
func (g *Log) span(f *file) [2]int64 {
	if len(f.noted) == 0 {
		return [2]int64{}
	}
	return [2]int64{g.utc(f, f.first), g.utc(f, f.noted[len(f.noted)-1])}
}

// stamp works out when each line was written, by its file's clock. A line that
// prints no time has that of the line above, and at the top of a file that of
// the first line which prints one.
func (g *Log) stamp(f *file) {
	lines := f.lines
	for i, l := range lines {
		if !l.has && i > 0 {
			l.from(lines[i-1])
		}
	}
	for i := len(lines) - 2; i >= 0 && !lines[0].has; i-- {
		if !lines[i].has {
			lines[i].from(lines[i+1])
		}
	}
	for _, l := range lines {
		l.wall = g.wallOf(f, l)
	}
}

// from gives a line that prints no time another's.
func (l *Line) from(o *Line) {
	if o.has {
		l.raw, l.has, l.Stamp = o.raw, true, o.Stamp
	}
}

// cut ends a part where a stamp goes back: by more than threads write past each
// other, or to a line that was there before. Text that is there twice and took
// no second begins again with its first line.
func (g *Log) cut(lines []*Line) []part {
	var out []part
	from, newest, seen := 0, int64(0), map[key]bool{}
	for i, l := range lines {
		k := g.key(l)
		if i > from && (l.wall < newest-int64(setBack) || l.wall < newest && seen[k] || l.wall == newest && k == g.key(lines[from]) || seen[k] && beginsAgain(lines, i, g.key)) {
			out = append(out, part{lines: lines[from:i:i]})
			from, newest = i, l.wall
		}
		newest, seen[k] = max(newest, l.wall), true
	}
	if from < len(lines) {
		out = append(out, part{lines: lines[from:]})
	}
	return out
}

// beginsAgain reports whether a file's first two lines stand at i once more: it was
// pasted again, whichever way its stamps went meanwhile.
func beginsAgain(lines []*Line, i int, key func(*Line) key) bool {
	return i+1 < len(lines) && key(lines[i]) == key(lines[0]) && key(lines[i+1]) == key(lines[1])
}

// wasSetBack tells a clock that was set from a text that was pasted: threads
// that wrote before go on with what they had begun, or the texts overlap in
// time without a line in common. What comes while we watch is no older text.
func wasSetBack(before, after part) bool {
	if !after.lines[0].At.Arrival.IsZero() {
		return true
	}
	first, end := before.lines[0], after.lines[len(after.lines)-1]
	if end.wall > first.wall {
		return true
	}
	return goesOn(before, after) && first.wall-end.wall > int64(Near) // else they adjoin, as parts of one log do
}

// goesOn reports whether the part begins in the middle of what a thread had
// begun before, and had not ended.
func goesOn(before, after part) bool {
	l := after.lines[0]
	if l.Thread.Empty() || Begins(l) {
		return false
	}
	for i := len(before.lines) - 1; i >= 0; i-- {
		if b := before.lines[i]; b.Thread == l.Thread && b.Host == l.Host {
			return !Ends(b)
		}
	}
	return false
}

// Begins reports whether a Manager's line is one that its thread begins an
// attempt with.
func Begins(l *Line) bool { return l.Topic == logline.TopicOnPremUser }

// Ends reports whether a Manager's line is the last word of its thread's attempt.
func Ends(l *Line) bool {
	switch l.Topic {
	case logline.TopicAuthFailed, logline.TopicSyncFailed, logline.TopicSyncDone, logline.TopicAuthenticated:
		return true
	}
	return false
}
