package capture

import (
	"reflect"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/tcpdump"
)

// Quiet gives what waits for a next line, which may never come: the newest
// packet of a listing whose own lines are there. Its events are Provisional.
// What follows may amend them, with events of the same packet number that stand
// in their place; where it does not, they stand as they are. What is left in the
// end is the same, whenever Quiet is called. A listing with dumps is not given
// early: no host that is read live prints any.
func (d *Decoder) Quiet() {
	l := listingOf(d.reader)
	if l == nil || d.take != nil {
		return
	}
	defer func() { d.fixed = time.Time{} }()
	if len(l.early) > 0 {
		d.fixed = l.early[0].When().Arrival
	} else if d.arrival != nil && !d.history {
		d.fixed = d.arrival()
	}
	now := l.tried()
	if len(now) == 0 || reflect.DeepEqual(now, l.early) {
		return
	}
	l.early = now
	d.early.Store(1)
	d.provisional = true
	for _, ev := range l.tried() {
		d.emit(ev)
	}
	d.provisional = false
}

// listingOf is the listing that is read now; nil: none is.
func listingOf(r reader) *listing {
	switch r := r.(type) {
	case *listing:
		return r
	case *splitter:
		if l, ok := r.cur.(*listing); ok {
			return l
		}
	}
	return nil
}

// tried gives the events of the packet that waits as it is so far. The listing,
// its connections and its counts stay as they are.
func (l *listing) tried() []event.Event {
	at, flow, hex, ahead, p := l.at, l.flow, l.hex, l.ahead, l.p
	packets := l.d.packets.Load()
	l.trial = true
	events := gathered(&l.d.emit, func() { l.scan.Peek(l.tell) })
	l.trial = false
	l.d.packets.Store(packets)
	l.at, l.flow, l.hex, l.ahead, l.p = at, flow, hex, ahead, p
	return events
}

// gathered is what f emits.
func gathered(emit *func(event.Event), f func()) (events []event.Event) {
	before := *emit
	*emit = func(ev event.Event) { events = append(events, ev) }
	f()
	*emit = before
	return events
}

// amended tells an item of the packet that was given early: only what is not as
// it was then.
func (l *listing) amended(it *tcpdump.Item) {
	l.d.fixed = l.early[0].When().Arrival
	l.d.early.Store(0)
	for _, ev := range gathered(&l.d.emit, func() { l.tell(it) }) {
		if len(l.early) > 0 && reflect.DeepEqual(ev, l.early[0]) {
			l.early = l.early[1:]
			continue
		}
		l.early = nil
		l.d.emit(ev)
	}
	l.d.fixed = time.Time{}
	if len(l.early) == 0 {
		l.early = nil
	}
}
