package session

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/ssh/follow"
)

// Bounds of the first read of a log, and of the search on its host.
const (
	firstTime  = 10 * time.Second
	searchTime = 15 * time.Second
)

// searched is a log whose host can look for an attempt.
type searched interface {
	Search(ctx context.Context) (follow.Found, error)
}

// pastText is what was read back of a log: its end, and what a search on the host
// found before that.
type pastText struct {
	end   []byte
	whole bool // there is nothing before it in the file
	found follow.Found
}

// text is all of it in order.
func (p pastText) text() []byte {
	return append(p.found.Text[:len(p.found.Text):len(p.found.Text)], p.end...)
}

// readPast reads a log's end, and has the host look for an attempt where that has
// none: what it finds is a hundredth of what stands before. Where a host cannot
// search, more and more of the end is read. What came is kept, whatever fails then.
func (s *source) readPast(ctx context.Context, log backlog) (p pastText) {
	first, cancel := context.WithTimeout(ctx, firstTime)
	defer cancel()
	p.end, p.whole, _ = readBacklog(first, log, historyFirst)
	if s.tells(p) {
		return p
	}
	limit := sinceTime
	if s.run.cfg.Since == 0 {
		limit = historyTime
		if o, ok := log.(searched); ok {
			inTime, cancel := context.WithTimeout(ctx, searchTime)
			defer cancel()
			s.waitsForSearch()
			var err error
			if p.found, err = o.Search(inTime); err == nil {
				return p
			}
		}
	}
	inTime, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for n := int64(4 * historyFirst); n <= historyBytes && !p.whole && !s.tells(p); n *= 4 {
		end, whole, err := readBacklog(inTime, log, n)
		if err != nil {
			break
		}
		p.end, p.whole = end, whole
	}
	return p
}

// waitsForSearch says in the step under way what is waited for, and how long at most.
func (s *source) waitsForSearch() {
	if s.host != nil {
		s.host.progress.on(view.StepHistory, func(st *view.StepState) { st.Detail = "its host looks for the last attempt, 9 s at most" })
	}
}

// tells: an attempt is in it, or it reaches back as far as was asked for.
func (s *source) tells(p pastText) bool {
	var events []event.Event
	s.decoded(p.text(), &events)
	return s.enough(events)
}

// note is the row in front of what a search found.
func (s *source) note(p pastText) (ev event.Mark, ok bool) {
	if p.found.Lines == 0 {
		return ev, false
	}
	var files []string
	for _, f := range p.found.Files {
		files = append(files, path.Base(f))
	}
	text := fmt.Sprintf("%d lines of a search on the host (%s): what is about a sync, and one line of each three minutes; then the log's last %d KB", p.found.Lines, strings.Join(files, ", "), len(p.end)>>10)
	if p.found.Short {
		text += "; its time was over before all was looked at"
	}
	return event.Mark{Meta: event.Meta{At: event.When{Arrival: s.run.cfg.Now()}, From: event.Ref{Source: s.src.ID}, History: true}, Text: s.run.cfg.Gate.Foreign(text)}, true
}
