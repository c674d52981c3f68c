package pane

import (
	"slices"

	"syncscope/capture/event"
	"syncscope/checks/view"
)

// List is a pane of rows: those that are held, where one is in them, and how
// they are shown.
type List struct {
	position
	rowStyle
	flood
	name    string
	kinds   []event.Kind // of the sources it shows
	status  view.SourceStatus
	unshown uint64 // rows of its sources that it was not given
	state   string // shown where there is nothing to follow: why, what to do
	u       *view.Update
}

// NewList makes an empty pane that follows sources of these kinds.
func NewList(name string, kinds ...event.Kind) *List {
	at := position{follow: true, store: store{ring: ring{next: 1, first: 1}, marks: map[uint64]bool{}}}
	return &List{position: at, name: name, kinds: kinds, u: &view.Update{}}
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

// Add appends a row, or puts it where the one stands that it amends. It costs no
// allocation once the ring is full.
func (l *List) Add(r Row) {
	kept, amended := l.put(r)
	if !amended {
		l.flood.count(kept)
	}
	l.admit(kept)
}

// Kind is that of the list's sources; captures have several, which share a clock.
func (l *List) Kind() event.Kind { return l.kinds[0] }

// Name is what the list is called.
func (l *List) Name() string { return l.name }
