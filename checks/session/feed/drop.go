package feed

import (
	"fmt"
	"maps"
	"slices"

	"syncscope/capture/event"
	"syncscope/capture/logline"
)

// Rows of one source that wait for a front end at most: of what comes live, and
// of what was read back, of which a pane holds no more. A screen that is
// further behind is not read row by row; who reads lines from a pipe wants them
// all, as far as memory goes.
const (
	mostOnScreen = 1_500
	mostReadBack = 10_000
	mostAsLines  = 50_000
)

// stream is what of a source waits: live, or read back.
type stream struct {
	source  event.SourceID
	history bool
}

func streamOf(ev event.Event) stream {
	m := ev.Origin()
	return stream{m.From.Source, m.History}
}

// drop drops the oldest rows of each stream of which more than may wait, and
// counts them; the diagnosis had them. One in flood takes nothing from the
// others, and what is no routine row goes last.
func (h *Feed) drop(pending []event.Event) []event.Event {
	if len(pending) <= h.most {
		return pending
	}
	over := map[stream]int{}
	for _, ev := range pending {
		over[streamOf(ev)]++
	}
	flood := false
	for s, n := range over {
		most := h.most
		if s.history {
			most = max(most, mostReadBack)
		}
		over[s] = max(0, n-most)
		flood = flood || n > most
	}
	if !flood {
		return pending
	}
	for _, all := range []bool{false, true} {
		pending = slices.DeleteFunc(pending, func(ev event.Event) bool {
			s := streamOf(ev)
			if over[s] == 0 || !all && !routine(ev) {
				return false
			}
			over[s]--
			h.dropped[s.source]++
			h.holes[s]++
			return true
		})
	}
	if len(pending) < cap(pending)/2 {
		pending = slices.Clone(pending) // the rest's memory is let go
	}
	return pending
}

// told is what a front end gets: the rows that wait, and where some were
// dropped, a row that says how many.
func (h *Feed) told(pending []event.Event) []event.Event {
	if len(h.holes) == 0 {
		return pending
	}
	left := maps.Clone(h.holes)
	out := make([]event.Event, 0, len(pending)+len(left))
	for _, ev := range pending {
		if s := streamOf(ev); left[s] > 0 {
			m := ev.Origin()
			text := h.words.Foreign(fmt.Sprintf("%d rows came too fast and are not shown here; the diagnosis has them", left[s]))
			out = append(out, event.Mark{Meta: event.Meta{At: m.At, From: event.Ref{Source: s.source}, History: s.history}, Text: text})
			delete(left, s)
		}
		out = append(out, ev)
	}
	return out
}

// routine reports whether a row is one of many: no error, no gap, no word of
// ours.
func routine(ev event.Event) bool {
	switch ev := ev.(type) {
	case event.LogEntry:
		return ev.Severity < logline.Error
	case event.Plain:
		return true
	case event.Segment:
		return ev.TCP == 0
	}
	return false
}
