package pane

import (
	"slices"

	"syncscope/capture/event"
	"syncscope/checks/view"
)

// maxRows bounds a pane; the oldest rows go, and are counted. Up to firstRows
// the ring grows as it must.
const (
	maxRows   = 10_000
	firstRows = 1024
)

// List is a pane of rows: a ring, numbered from 1. It is scrolled by a row's
// number, so that what is read stays where it is while more arrives.
type List struct {
	name    string
	kinds   []event.Kind // of the sources it shows
	build   func(*Row)   // makes a row's parts from its event, also a second time; nil: they come made
	status  view.SourceStatus
	unshown uint64 // rows of its sources that it was not given
	state   string // shown where there is nothing to follow: why, what to do
	u       *view.Update

	ring   []Row
	next   uint64 // number of the next row
	first  uint64 // number of the oldest row that is held
	anchor uint64 // the lowest row in sight, if not following
	cursor uint64 // the row one stands on; 0: none
	follow bool
	height int // of the last frame

	inSight []uint64 // the row of each line of the last frame

	filter     filter
	kept       int // rows that the filter lets through
	context    int // rows shown around each of them
	query      *Query
	marks      map[uint64]bool
	pseudonyms *Pseudonyms
	look       rowStyle
	Clock      *Clock // nil: times as printed, in a zone that is not known
	flood      flood
}

// NewList makes an empty pane that follows sources of these kinds.
func NewList(name string, kinds ...event.Kind) *List {
	return &List{name: name, kinds: kinds, follow: true, next: 1, first: 1, u: &view.Update{}, marks: map[uint64]bool{}}
}

// Rows is the list itself: what embeds it is a Reader.
func (l *List) Rows() *List { return l }

// mine reports whether an event concerns the list: a mark that is about no
// stream concerns all.
func (l *List) mine(kind event.Kind, ev event.Event) bool {
	if m, mark := ev.(event.Mark); mark && (m.From.Source == 0 || kind == event.KindUnknown || kind == event.Check) {
		return true
	}
	return slices.Contains(l.kinds, kind)
}

// Set takes the state of the list's sources.
func (l *List) Set(u *view.Update) {
	l.u = u
	l.flood.sample(u.Now)
	l.unshown = 0
	for _, s := range u.Sources {
		if slices.Contains(l.kinds, s.Source.Kind) {
			l.unshown += uint64(s.Dropped)
			l.status = s
			l.state = streamWord(s.State)
			if s.Detail != "" {
				l.state += ": " + s.Detail
			}
		}
	}
}

// farthest is how far back a row may stand that a later one amends.
const farthest = 8

// Add appends a row, or puts it where the one stands that it amends. It costs no allocation once the ring is full.
func (l *List) Add(r Row) {
	for seq := l.next - 1; seq >= l.first && seq+farthest >= l.next; seq-- {
		if old := l.row(seq); r.amends(old) {
			if old.kept {
				l.kept--
			}
			r.Seq = old.Seq
			*old = r
			l.admit(old)
			return
		}
	}
	r.Seq = l.next
	l.next++
	at := int(r.Seq-1) % maxRows
	switch {
	case len(l.ring) == firstRows: // from here on it is a flood, or a long day
		l.ring = append(make([]Row, 0, maxRows), l.ring...)
		fallthrough
	case len(l.ring) < maxRows:
		l.ring = append(l.ring, Row{})
	default:
		if l.ring[at].kept {
			l.kept--
		}
		delete(l.marks, l.first)
		l.first++
	}
	l.ring[at] = r
	l.flood.count(&l.ring[at])
	l.admit(&l.ring[at])
}

// row is the row with a number that is held.
func (l *List) row(seq uint64) *Row { return &l.ring[int(seq-1)%maxRows] }

// whole is the row with a number, with all its parts, names as they are to be
// shown.
func (l *List) whole(seq uint64) *Row {
	r := l.row(seq)
	if r.whole && r.pseudonyms == l.pseudonyms {
		return r
	}
	r.uncover()
	if l.build != nil {
		l.build(r)
	}
	r.whole = true
	r.cover(l.pseudonyms)
	return r
}

// amend changes the newest row, names and all, and reports whether there is one.
func (l *List) amend(f func(*Row)) bool {
	if l.next == l.first {
		return false
	}
	r := l.row(l.next - 1)
	r.uncover()
	f(r)
	return true
}

// Current is the row one stands on, or the newest one in sight; nil if there
// is none.
func (l *List) Current() *Row {
	seq := l.cursor
	if seq < l.first || seq >= l.next {
		seq = l.before(l.next)
	}
	if seq == 0 {
		return nil
	}
	return l.whole(seq)
}

// Kind is that of the list's sources; captures have several, which share a clock.
func (l *List) Kind() event.Kind { return l.kinds[0] }

// Name is what the list is called.
func (l *List) Name() string { return l.name }

// Len is the number of rows held; Gone, how many had to go.
func (l *List) Len() int     { return int(l.next - l.first) }
func (l *List) Gone() uint64 { return l.first - 1 }

// Before is the row above another, nil if there is none.
func (l *List) Before(r *Row) *Row {
	if r.Seq <= l.first {
		return nil
	}
	return l.whole(r.Seq - 1)
}
