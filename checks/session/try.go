package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
)

// tryTime bounds what is asked of a host once we are logged in to it.
const tryTime = 20 * time.Second

// Try logs in to all hosts at a time and looks whether their logs may be read.
// It starts nothing there and captures nothing. The updates tell each step and
// end with the last one; what was answered serves the run after it.
func (l *Live) Try(ctx context.Context) {
	l.trying = true
	ctx = l.begin(ctx)
	done := make(chan struct{})
	var hosts sync.WaitGroup
	for _, h := range l.all() {
		h.progress.only(view.StepLogRight)
		hosts.Go(func() {
			if err := h.dial(ctx); err != nil {
				h.progress.fail(err, view.StepResolve, view.StepTCP, view.StepHostKey, view.StepLogin)
				return
			}
			ctx, cancel := context.WithTimeout(ctx, tryTime)
			defer cancel()
			err := h.mayRead(ctx)
			if errors.Is(err, context.DeadlineExceeded) {
				err = errors.New("no answer in time (is the host busy? try again)")
			}
			if err != nil {
				h.progress.fail(err, view.StepCLI, view.StepLogRight)
			}
		})
	}
	go func() {
		hosts.Wait()
		l.hangUp()
		l.tasks.done()
		close(done)
	}()
	go l.feed.Run(ctx, done)
	go pulse(ctx, l.feed.Nudge)
}

// mayRead looks whether a host's log may be read.
func (h *host) mayRead(ctx context.Context) error {
	h.progress.begin(view.StepCLI)
	if h.ssm {
		sh, end, err := h.ssmShell(ctx, h.run.cfg.SSMLogin)
		if err != nil {
			return err
		}
		defer end()
		h.progress.end(view.StepCLI, "")
		h.progress.begin(view.StepLogRight)
		_, err = follow.OpenSSMLog(ctx, sh, h.run.cfg.SSMLogin)
		return h.readable(err)
	}
	cli, err := h.cli(ctx)
	if err != nil {
		return err
	}
	defer cli.Close()
	sh, err := cli.Shell(ctx)
	var refused *ssh.RefusedError
	if errors.As(err, &refused) {
		h.progress.end(view.StepCLI, "no vshell")
		h.progress.end(view.StepLogRight, "not tried: without vshell the command line prints it")
		return nil
	}
	if err != nil {
		return err
	}
	h.progress.end(view.StepCLI, cli.Name().String())
	h.progress.begin(view.StepLogRight)
	_, err = follow.OpenLog(ctx, sh, command.ManagerServerLog)
	return h.readable(err)
}

func (h *host) readable(err error) error {
	if err == nil {
		h.progress.end(view.StepLogRight, "may be read")
	}
	return err
}
