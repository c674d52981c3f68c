package session

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/ssh/follow"
)

// Bounds of the first read of a log, and of the search on its host.
const (
	firstTime    = 10 * time.Second
	searchTime   = 15 * time.Second
	lastGoodTime = 5 * time.Second // where the failure is there already: its verdict waits for it
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
// none, and for when it worked last where that has a failure only: what it finds is a
// hundredth of what stands before. Where a host cannot search for an attempt, or found
// none in its time, more and more of the end is read. What came is kept, whatever fails
// then.
func (s *source) readPast(ctx context.Context, log backlog) (p pastText) {
	first, cancel := context.WithTimeout(ctx, firstTime)
	defer cancel()
	p.end, p.whole, _ = readBacklog(first, log, historyFirst)
	if s.tells(p) {
		if s.run.cfg.Since == 0 && s.onlyFails(p) {
			_ = s.search(ctx, log, lastGoodTime, &p) // the verdict stands without
		}
		return p
	}
	limit := sinceTime
	if s.run.cfg.Since == 0 {
		limit = historyTime
		if s.search(ctx, log, searchTime, &p) && (p.found.Attempt || !p.found.Short) {
			return p
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
		p.found = follow.Found{} // its lines of this file are in the end, which now reaches further back
	}
	return p
}

// search has the log's host look for what stands before the end; false: it cannot, or
// had no answer in time.
func (s *source) search(ctx context.Context, log backlog, limit time.Duration, p *pastText) bool {
	o, ok := log.(searched)
	if !ok {
		return false
	}
	inTime, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if s.host != nil {
		s.host.progress.searching()
	}
	found, err := o.Search(inTime)
	if err == nil {
		p.found = found
	}
	return err == nil
}

// tells: an attempt is in it, or it reaches back as far as was asked for.
func (s *source) tells(p pastText) bool {
	var events []event.Event
	s.decoded(p.text(), &events)
	return s.enough(events)
}

// note is the row in front of what a search found; a search that found nothing has one
// where it did not look at all.
func (p pastText) note(s *source) (ev event.Mark, ok bool) {
	found := "nothing of a sync"
	switch {
	case p.found.Lines > 0:
		var files []string
		for _, f := range p.found.Files {
			files = append(files, path.Base(f))
		}
		found = fmt.Sprintf("%d lines (%s): what is about a sync, and one line of each three minutes", p.found.Lines, strings.Join(files, ", "))
	case !p.found.Short:
		return ev, false
	}
	text := fmt.Sprintf("a search on the host found %s; then the log's last %d KB", found, len(p.end)>>10)
	if p.found.Short {
		text += "; its time was over before all was looked at"
	}
	return event.Mark{Meta: event.Meta{At: event.When{Arrival: s.run.cfg.Now()}, From: event.Ref{Source: s.src.ID}, History: true}, Text: s.run.cfg.Gate.Foreign(text)}, true
}

// onlyFails: the last attempt in it failed, and none before it is known to have gone
// well.
func (s *source) onlyFails(p pastText) bool {
	var events []event.Event
	s.decoded(p.text(), &events)
	d := s.diagnosed(events)
	return d.Shown >= 0 && d.Attempts[d.Shown].Outcome == checks.OutcomeFail && d.LastGood == nil
}
