package pane

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/checks"
	"syncscope/tui/theme"
)

// moment is one thing worth telling.
type moment struct {
	lane  int
	at    int64 // milliseconds on the lane's clock
	ref   event.Ref
	ev    event.Event
	grain int64 // how long the moment lasts that its stamp names: one of whole seconds, a second
	till  int64 // the end of the moment that its stamp names; set when it is placed
	role  role  // of a matched request; set when it is placed
}

// role is what of a matched request a moment is.
type role uint8

const (
	apart role = iota
	question
	between
	answer
)

// placed are the moments within the scale on one clock, in order. A stamp of
// whole seconds is a span; a span of a line that the SSM wrote of a request does
// not reach beyond the request and its answer. The lines of a lane stay in the
// order in which they were written.
func (t *Timeline) placed(s scale) []moment {
	xs := t.exchanges()
	var last [laneCount]int64
	var list []moment
	for _, m := range t.moments {
		m.at += s.shift[m.lane]
		m.till = m.at
		if m.lane == ssmLane {
			m.till += m.grain
		}
		for i := range xs {
			xs[i].mark(&m)
		}
		if m.grain > 0 { // a line is not before the one above it
			m.at = max(m.at, min(last[m.lane], m.till))
			last[m.lane] = m.at
		}
		if m.at >= s.from && m.at <= s.to {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b moment) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.role, b.role))
	})
	return list
}

// mark makes a moment of the matched request part of it. What the SSM wrote of
// it lies within it even where the clocks do not agree.
func (x *exchange) mark(m *moment) {
	seg, packet := m.ev.(event.Segment)
	switch {
	case slices.ContainsFunc(x.there, func(there moment) bool { return there.ref == m.ref }):
		m.at, m.till, m.role = min(max(m.at, x.asked), x.answered), max(min(m.till, x.answered), x.asked), between
	case m.lane == ssmLane:
	case m.at == x.asked && (m.ref == x.sent || packet && seg.Label == handshake.LabelRequest):
		m.role = question
	case m.at == x.answered && (m.ref == x.got || packet && seg.Label == handshake.LabelResponse):
		m.role = answer
	}
}

// told is what happened, in order: what is cited, went wrong, or was marked.
func (t *Timeline) told(c Canvas, s scale, room int) []string {
	list := t.placed(s)
	t.top = min(t.top, max(0, len(list)-room))
	var out []string
	open := false // a request waits for its answer
	for i, m := range list {
		if i >= t.top+room {
			break
		}
		sign := " "
		switch {
		case m.role == question && !open:
			sign, open = c.Theme.Glyphs.TopLeft, true
		case m.role == answer && open:
			sign, open = c.Theme.Glyphs.BottomLeft, false
		case open:
			sign = c.Theme.Glyphs.Vertical
		}
		if i < t.top {
			continue
		}
		number := Seg{"  ", theme.Dim}
		if n := c.Numbers[m.ref]; n > 0 {
			number = Seg{fmt.Sprintf("%d", n), theme.Number}
		}
		text, role := words(m.ev)
		segs := []Seg{number}
		if len(number.Text) == 1 {
			segs = append(segs, Seg{" ", theme.Dim})
		}
		segs = append(segs, Seg{fmt.Sprintf("%-16s", m.stamp()), theme.Dim}, Seg{fmt.Sprintf("%-8s ", laneNames[m.lane]), laneRoles[m.lane]}, Seg{sign + " ", theme.Out})
		out = append(out, paint(c.Theme, theme.PlainRow, append(segs, segments(c.Pseudonyms.of(text), role)...), c.Width))
	}
	return out
}

// stamp is a moment's time, or from when to when it may have been.
func (m moment) stamp() string {
	if m.till <= m.at {
		return time.UnixMilli(m.at).UTC().Format("15:04:05.000")
	}
	return time.UnixMilli(m.at).UTC().Format("15:04:05.0") + "–" + time.UnixMilli(m.till).UTC().Format("05.0")
}

var laneRoles = [laneCount]theme.Role{theme.Out, theme.Text, theme.In}

// exchange is a matched request on the Manager's clock: when it was sent and
// when its answer was there, and the moments that the SSM's lines of it name, on
// the SSM's.
type exchange struct {
	asked, answered int64
	sent, got       event.Ref // the Manager's lines of both
	there           []moment
}

// exchanges are the matched requests of which all three are held: those of the
// attempt shown first, then the newest.
func (t *Timeline) exchanges() []exchange {
	if t.fitted != nil {
		return t.fitted
	}
	order := make([]int, 0, len(t.u.Attempts))
	for i := len(t.u.Attempts) - 1; i >= 0; i-- {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a == t.u.Shown], map[bool]int{true: 0, false: 1}[b == t.u.Shown])
	})
	out := []exchange{}
	shift, _ := t.unheld(packetLane)
	for _, i := range order[:min(len(order), maxHeld)] {
		for _, x := range t.u.Attempts[i].Exchanges {
			if e, ok := exchanged(t.moments, x, shift); ok {
				out = append(out, e)
			}
		}
	}
	t.fitted = out
	return out
}

// maxHeld bounds the attempts whose requests hold the clock.
const maxHeld = 16

// exchanged places a matched request; shift brings packets onto the Manager's
// clock. Where packets show when the request left
// and when the answer came, they are nearer to the truth than the lines.
func exchanged(moments []moment, x checks.Exchange, shift int64) (out exchange, ok bool) {
	var asked, answered bool
	out.sent, out.got = x.Asked, x.Answered
	for _, m := range moments {
		switch {
		case m.ref == x.Asked:
			out.asked, asked = m.at, true
		case m.ref == x.Answered:
			out.answered, answered = m.at, true
		case slices.Contains(x.There, m.ref):
			out.there = append(out.there, m)
		}
	}
	if !asked || !answered || out.answered < out.asked || len(out.there) == 0 {
		return out, false
	}
	from, to := out.asked, out.answered
	for _, m := range moments {
		s, packet := m.ev.(event.Segment)
		if at := m.at + shift; packet && at >= from && at <= to {
			switch s.Label {
			case handshake.LabelRequest:
				out.asked, out.answered = at, to // the last one
			case handshake.LabelResponse:
				out.answered = at
			}
		}
	}
	return out, out.answered >= out.asked
}

// held are the least and the greatest shift with which the SSM's lines of n
// matched requests lie between question and answer. Requests that do not agree
// with those before them, as after a clock was set, do not count.
func (t *Timeline) held() (low, high int64, n int) {
	for _, x := range t.exchanges() {
		for _, there := range x.there {
			from, to := x.asked-there.at-there.grain, x.answered-there.at
			switch {
			case n == 0:
				low, high = from, to
			case max(low, from) > min(high, to):
				continue
			default:
				low, high = max(low, from), min(high, to)
			}
			n++
		}
	}
	if n > 0 && t.clockKnown() { // what was measured says more, if it agrees
		off, sure := t.u.Clock.Offset.Milliseconds(), t.u.Clock.Uncertainty.Milliseconds()
		if l, h := max(low, -off-sure), min(high, -off+sure); l <= h {
			low, high = l, h
		}
	}
	return low, high, n
}

// offBy says how far the SSM's clock is off, how sure that is, and by what.
func offBy(clock checks.Clock, low, high int64, n int) string {
	by := fmt.Sprintf("from %d matched line", n)
	if n > 1 {
		by += "s"
	}
	if asked := clock.String(); asked != "" {
		by += fmt.Sprintf("; asked: %s", asked)
	}
	return fmt.Sprintf("SSM's clock %+.1f s ±%.1f s (%s)", float64(-(low+high))/2000, float64(high-low)/2000, by)
}
