package session

import (
	"fmt"
	"time"

	"syncscope/capture"
	"syncscope/capture/redact"
	"syncscope/ssh"
)

// logSink decodes a followed log. A line is handed over once its event is in
// the hub's queue.
type logSink struct {
	l         *Live
	s         *source
	following bool // the panes know
}

// Lines decodes.
func (k *logSink) Lines(b []byte) error {
	k.Alive()
	k.l.touched(k.s)
	_, err := k.s.dec.Write(b)
	return err
}

// Gap is a row of its own.
func (k *logSink) Gap(g ssh.Gap) { k.l.gap(k.s, g.Since, g.Until, g.Why) }

// Alive tells the panes that the log is followed, and when it last was.
func (k *logSink) Alive() {
	k.l.mu.Lock()
	k.s.alive = k.l.cfg.Now()
	k.l.mu.Unlock()
	if !k.following {
		k.following = true
		k.l.say(k.s, capture.Following, "")
	}
}

// gap is a row in its place, with from, to and why.
func (l *Live) gap(s *source, since, until time.Time, why redact.Text) {
	l.hub.post(capture.Gap{
		Meta:  capture.Meta{At: capture.When{Arrival: l.cfg.Now()}, From: capture.Ref{Source: s.src.ID, Line: s.dec.Lines()}},
		Since: since, Until: until,
		Why: l.cfg.Gate.Foreign(fmt.Sprintf("%s to %s: %s", since.Format(time.TimeOnly), until.Format(time.TimeOnly), why)),
	})
}
