package session

import (
	"context"
	"errors"
	"fmt"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/follow"
	"syncscope/ssh/shell"
)

// approximate is what a pane says whose log the command line prints.
const approximate = "approximate: there is no vshell, so the command line prints the log every 10 s"

// followPrinted follows a Manager's log as its command line prints it, where vshell
// was refused. Where that is refused too, the pane says what vshell takes.
func (h *host) followPrinted(ctx context.Context, cli *shell.CLI, why error) error {
	l := h.run
	var refused *ssh.RefusedError
	var slow *ssh.SlowError
	if !errors.As(why, &refused) && !errors.As(why, &slow) {
		return why
	}
	if h.printed != nil {
		h.printed.On(cli)
		return h.printed.Follow(ctx, &logSink{l: l, s: h.log, note: approximate})
	}
	log := follow.OpenCLILog(cli)
	if _, _, err := log.Backlog(ctx, historyFirst); err != nil {
		if errors.As(err, &refused) {
			return why
		}
		return err
	}
	h.progress.end(view.StepCLI, "")
	h.progress.begin(view.StepHistory)
	n := h.log.past(ctx, log)
	h.progress.end(view.StepHistory, fmt.Sprintf("%d lines", n))
	h.read()
	l.feed.Post(event.Mark{
		Meta: event.Meta{At: event.When{Arrival: l.cfg.Now()}, From: event.Ref{Source: h.log.src.ID, Line: h.log.dec.Lines()}},
		Text: redact.Literal(approximate + "; lines that are alike cannot be told apart"),
	})
	h.printed = log
	return log.Follow(ctx, &logSink{l: l, s: h.log, note: approximate})
}
