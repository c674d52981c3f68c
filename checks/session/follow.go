package session

import (
	"context"
	"fmt"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/ssh/follow"
)

// logSink decodes a followed log. A line is handed over once its event is in
// the feed's queue.
type logSink struct {
	l         *Live
	s         *source
	log       *follow.Log
	following bool      // the panes know
	full      bool      // the disk is
	note      string    // what the pane says beside
	saved     time.Time // when its place was kept last
}

// saveEvery is how much a crash of ours forgets.
const saveEvery = 5 * time.Second

// Lines decodes.
func (k *logSink) Lines(b []byte) error {
	k.Alive()
	k.s.touched()
	_, err := k.s.dec.Write(b)
	if k.log != nil && time.Since(k.saved) > saveEvery {
		k.save() // of the line before: at worst one comes twice
	}
	return err
}

// save keeps the place for the next run. Where that cannot be done the run goes
// on: the next one knows less.
func (k *logSink) save() {
	k.saved = time.Now()
	if dir := k.l.cfg.PlaceDir; dir != "" {
		_ = k.log.Save(dir)
	}
}

// follow follows a host's log and keeps its place.
func (h *host) follow(ctx context.Context) error {
	k := &logSink{l: h.run, s: h.log, log: h.followed}
	defer k.save()
	return h.followed.Follow(ctx, k)
}

// between says what was written since an earlier run, in its place: behind what
// was read back, before what is live.
func (s *source) between(ctx context.Context, log *follow.Log) {
	l := s.run
	if l.cfg.PlaceDir == "" {
		return
	}
	was, ok := log.Load(l.cfg.PlaceDir)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	n, found, err := log.Missed(ctx, was)
	if err != nil {
		return
	}
	text := fmt.Sprintf("an earlier run read this log up to %s; %d bytes were written since", was.At.Format(time.DateTime), n)
	if !found {
		text = fmt.Sprintf("an earlier run read this log up to %s; it was rotated or cut since", was.At.Format(time.DateTime))
	}
	l.feed.Post(event.Mark{
		Meta: event.Meta{At: event.When{Arrival: l.cfg.Now()}, From: event.Ref{Source: s.src.ID, Line: s.dec.Lines()}},
		Text: l.cfg.Gate.Foreign(text),
	})
}

// Gap is a row of its own.
func (k *logSink) Gap(g follow.Gap) { k.s.gap(g.Since, g.Until, g.Why) }

// Full is a row of its own, and evidence: what is not written is not what did not
// happen.
func (k *logSink) Full(full bool) {
	if full == k.full {
		return
	}
	k.full = full
	text := redact.Literal("the disk that this log is on takes lines again")
	if full {
		text = redact.Literal("the disk that this log is on is full: no line can be written")
	}
	m := k.s.here()
	m.From.Line, m.Excerpt = k.s.dec.Lines(), text
	k.l.feed.Post(event.Disk{Meta: m, Full: full})
}

// Alive tells the panes that the log is followed, and when it last was.
func (k *logSink) Alive() {
	k.l.mu.Lock()
	k.s.alive = k.l.cfg.Now()
	k.l.mu.Unlock()
	if !k.following {
		k.following = true
		k.s.say(event.Following, k.note)
	}
}

// gap is a row in its place, with from, to and why.
func (s *source) gap(since, until time.Time, why redact.Text) {
	s.run.feed.Post(event.Gap{
		Meta:  event.Meta{At: event.When{Arrival: s.run.cfg.Now()}, From: event.Ref{Source: s.src.ID, Line: s.dec.Lines()}},
		Since: since, Until: until,
		Why: s.run.cfg.Gate.Foreign(fmt.Sprintf("%s to %s: %s", since.Format(time.TimeOnly), until.Format(time.TimeOnly), why)),
	})
}
