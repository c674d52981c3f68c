package session

import (
	"context"
	"fmt"
	"io"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks/report"
	"syncscope/checks/view"
)

// Plain is how a run without a terminal ends.
type Plain struct {
	Duration time.Duration // 0: none
	PlayFix  bool          // play the second act after the first attempt ended
}

// afterAttempt is how long plain runs go on after the attempt they waited for:
// the other log's lines may come a little later.
const afterAttempt = 10 * time.Second

// beforeFix lets the SSM's last lines of the first act arrive.
const beforeFix = 2 * time.Second

// RunPlain prints events as lines until the attempt it waits for has ended,
// then the diagnosis. It returns the last update.
func (l *Live) RunPlain(ctx context.Context, w io.Writer, p Plain) (view.Update, error) {
	var last view.Update
	finish := func() error {
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
		return report.Text(w, l.Report(last))
	}
	var end, fix, limit <-chan time.Time
	if p.Duration > 0 {
		limit = time.After(p.Duration)
	}
	wanted, waits := 1, 0
	for {
		select {
		case u, ok := <-l.Updates():
			if !ok {
				return last, finish()
			}
			last = u
			if err := writeEvents(w, private(l.cfg.Gate, u)); err != nil {
				return last, err
			}
			if l.readBack() {
				waits++
			}
			if waits == 2 && u.Hint != "" { // the first one may be older than what was read back
				if _, err := fmt.Fprintln(w, l.cfg.Gate.Foreign(u.Hint)); err != nil {
					return last, err
				}
			}
			if u.Done {
				return last, finish()
			}
			if ended(u) < wanted || end != nil {
				continue
			}
			if p.PlayFix {
				p.PlayFix, wanted, fix = false, ended(u)+1, time.After(beforeFix)
				continue
			}
			end = time.After(afterAttempt)
		case <-fix:
			if err := l.Fix(); err != nil {
				return last, err
			}
		case <-end:
			return last, finish()
		case <-limit:
			return last, finish()
		case <-ctx.Done():
			return last, finish()
		}
	}
}

// ended counts the attempts that are over.
func ended(u view.Update) int {
	n := 0
	for _, a := range u.Attempts {
		if a.Ended {
			n++
		}
	}
	return n
}

// readBack reports whether nothing more is to come of what was before the start.
func (l *Live) readBack() bool {
	for _, h := range l.all() {
		if st := h.progress.state(); !st.Ready() && st.Failed() == nil {
			return false
		}
	}
	return true
}

func writeEvents(w io.Writer, u view.Update) error {
	titles := map[event.SourceID]string{}
	for _, s := range u.Sources {
		titles[s.Source.ID] = s.Source.Title.String()
	}
	left := 0
	for _, ev := range u.Events {
		if e, line := ev.(event.LogEntry); line && e.History && (e.Topic == logline.TopicNone || e.Topic > logline.TopicRequest && e.Topic < logline.TopicTLS) {
			left++ // of the last day, about something else
			continue
		}
		if line := report.Line(ev, titles[ev.Ref().Source]); line != "" {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
		}
	}
	if left == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "— from before, and about no sync: %d of the lines, not shown —\n", left)
	return err
}
