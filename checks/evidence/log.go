package evidence

import (
	"cmp"
	"hash/maphash"
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// Log is what one kind of log holds, whatever files it came in: the rotated
// parts of a log, a copy in an archive, an excerpt pasted twice. Its lines are
// in order of time, and within one file in its own order; a line that two files
// hold counts once. Order of arrival and names of files change nothing.
//
// Within one file a stamp may lie before the one above it: the clock was set
// back, an older text was pasted behind a newer one, or the newest line comes
// first. See splice.
type Log struct {
	files   map[event.SourceID]*file
	order   []*file // as they began
	last    *file   // the one that was asked for last
	hosts   map[string]newest
	near    int64 // a moment in whose year stamps without one are read; 0: none is known
	newYear int64 // the last stamp of an old year, where stamps without one fall from its end to a year's beginning
	seed    maphash.Seed
	merged  []*Line
	stale   bool // merged is to be made anew
	turned  []event.SourceID
	covered []int64     // see seconds; nil: to be made
	writer  redact.Text // the program of its newest line
	several bool        // it has lines of more than one, or of the web server
	served  bool        // and of one that makes a host an SSM
	app     bool        // and of its application
	lag
}

// file is one file of a log.
type file struct {
	id    event.SourceID
	lines []*Line
	edge  edge
	first stamp
	lead  int64   // of a line's stamp before the one that its program printed
	holes []hole  // where lines may be missing
	full  bool    // nothing more is written: the last hole has no end yet
	noted []stamp // of every line, kept or not, at most one a second
	back  int     // how often a second was noted that lies before the one above it
	forth int     // or after it
	years []turn  // moments near which lines were written that print the year
	zones []turn  // how far east of UTC the clock is, by lines that print the zone
}

// newest is a host's last line.
type newest struct {
	wall int64
	from *file
}

// NewLog makes an empty log.
func NewLog() *Log {
	return &Log{files: map[event.SourceID]*file{}, hosts: map[string]newest{}, seed: maphash.MakeSeed()}
}

// setBack is how far a stamp may lie before the one above it: threads write
// past each other by that much.
const setBack = 10 * time.Second

// Near tells a moment in whose year stamps without one are read.
func (g *Log) Near(t time.Time) {
	if ns := t.UnixNano(); !t.IsZero() && abs(ns-g.near) > int64(90*24*time.Hour) {
		g.near, g.stale, g.covered = ns, true, nil
	}
}

func (g *Log) file(id event.SourceID) *file {
	if g.last != nil && g.last.id == id {
		return g.last
	}
	f := g.files[id]
	if f == nil {
		f = &file{id: id}
		g.files[id] = f
		g.order = append(g.order, f)
	}
	g.last = f
	return f
}

// Add takes a line. It reports whether the line is the log's next one: then
// nothing that Lines gave before has changed, and l stands at its end.
func (g *Log) Add(l *Line) bool {
	f := g.file(l.From.Source)
	last := (*Line)(nil)
	if n := len(f.lines); n > 0 {
		last = f.lines[n-1]
	}
	f.lines = append(f.lines, l)
	f.edge.saw(l.Length)
	l.edge = &f.edge
	if g.stale {
		return false
	}
	switch {
	case l.has:
	case last != nil && last.has:
		l.from(last)
	default:
		g.stale = true // the next line tells
		return false
	}
	l.wall = g.wallOf(f, l)
	if last != nil {
		l.wall += last.wall - g.wallOf(f, last) // the clock was set before
	}
	host := g.hosts[l.Host.String()]
	if last == nil && len(g.order) > 1 || last != nil && (l.wall < last.wall || l.wall == last.wall && l.Full == f.lines[0].Full) || host.from != nil && host.from != f && l.wall <= host.wall {
		g.stale = true
		return false
	}
	g.hosts[l.Host.String()] = newest{l.wall, f}
	l.rank = len(g.merged)
	if l.rank > 0 {
		l.rank = g.merged[l.rank-1].rank + 1
	}
	g.merged = append(g.merged, l)
	g.arrive(l)
	return true
}

// Lines are the log's lines in order of time. The slice is valid until the next
// Add that reports false.
func (g *Log) Lines() []*Line {
	if g.stale {
		g.merge()
	}
	return g.merged
}

// Hosts is how many hosts wrote the lines that are kept.
func (g *Log) Hosts() int {
	if g.stale {
		g.merge()
	}
	return len(g.hosts)
}

// Stale reports whether Lines puts the lines in another order than before.
func (g *Log) Stale() bool { return g.stale }

// Turned are the files that hold their newest line first.
func (g *Log) Turned() []event.SourceID { return g.turned }

// Drop lets go of lines.
func (g *Log) Drop(lines []*Line) {
	gone := make(map[*Line]bool, len(lines))
	for _, l := range lines {
		gone[l] = true
	}
	drop := func(l *Line) bool { return gone[l] }
	for _, f := range g.order {
		f.lines = slices.DeleteFunc(f.lines, drop)
	}
	g.merged = slices.DeleteFunc(g.Lines(), drop)
}

// merge puts the lines of all files in order.
func (g *Log) merge() {
	g.stale, g.merged, g.turned = false, nil, nil
	clear(g.hosts)
	seen := map[key]bool{}
	var parts []part
	for _, f := range g.order {
		parts = append(parts, g.splice(f)...)
	}
	resume(parts)
	slices.SortStableFunc(parts, part.cmp)
	for _, p := range parts {
		for _, l := range p.lines {
			if !seen[g.key(l)] {
				g.merged = append(g.merged, l)
			}
		}
		for _, l := range p.lines { // a part may say a thing twice
			seen[g.key(l)] = true
		}
	}
	slices.SortStableFunc(g.merged, func(a, b *Line) int { return cmp.Compare(a.wall, b.wall) })
	g.lag = lag{}
	for i, l := range g.merged {
		l.rank = i
		g.arrive(l)
		if h := g.hosts[l.Host.String()]; l.wall >= h.wall || h.from == nil {
			g.hosts[l.Host.String()] = newest{l.wall, g.files[l.From.Source]}
		}
	}
}
