package session

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/audit"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// Keep has a run keep account of what it sends, and of what it starts, in the
// folder dir. Without it, nothing may be sent to hosts that are not simulated.
func Keep(cfg *Config, dir string) error {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.PlaceDir = filepath.Join(dir, "places")
	var err error
	if cfg.SSH.Journal, err = audit.OpenJournal(dir, cfg.Now); err != nil {
		return err
	}
	cfg.SSH.Audit, err = audit.New(filepath.Join(dir, "audit"), cfg.Now, cfg.Version)
	return err
}

// Bounds of the last look at the hosts.
const (
	streamsEnd = 3 * time.Second
	firstLook  = 4 * time.Second // over the login that there is
	lastLook   = 10 * time.Second
	captureEnd = 2 * time.Second // of a capture that is told to end
)

// sweep looks for what a killed session left on a host, and ends it if a
// person wants so. It never stops the run.
func (h *host) sweep(ctx context.Context) {
	c, err := h.client()
	if err != nil || !shell.Suspects(c) {
		return
	}
	sh, leave, err := h.shell(ctx)
	if err != nil {
		h.log.mark("what an earlier session left cannot be looked for: " + err.Error())
		return
	}
	defer leave()
	left, others, err := shell.Sweep(ctx, c, sh)
	if err != nil {
		h.log.mark("what an earlier session left cannot be looked for: " + err.Error())
	}
	if others > 0 {
		h.log.mark(strangers(others) + ": left alone")
	}
	for _, p := range left {
		h.log.mark("left over: " + p.String())
		answer, err := h.prompter().Secret(ctx, ssh.Question{Target: h.target, Text: h.run.cfg.Gate.Foreign(p.String() + ". Type yes to end it: "), Echo: true})
		if err != nil || strings.TrimSpace(string(answer)) != "yes" {
			h.log.mark("it was left alone")
			continue
		}
		if err := p.End(ctx, sh); err != nil {
			h.log.mark("it could not be ended: " + err.Error())
			continue
		}
		h.log.mark("it was ended")
	}
}

// shell gives a Linux shell on a host, and what leaves it.
func (h *host) shell(ctx context.Context) (shell.Shell, func(), error) {
	if h.ssm {
		return h.ssmShell(ctx, h.run.cfg.SSMLogin)
	}
	cli, err := h.cli(ctx)
	if err != nil {
		return nil, nil, err
	}
	sh, err := cli.Shell(ctx)
	if err != nil {
		_ = cli.Close() // it is thrown away
		return nil, nil, err
	}
	return sh, func() { _ = cli.Close() }, nil
}

// prompter asks whoever can be asked.
func (h *host) prompter() ssh.Prompter {
	if h.run.cfg.SSH.Prompter != nil {
		return h.run.cfg.SSH.Prompter
	}
	return h.prompts()
}

// prove looks at the end whether anything of ours still runs on the hosts.
func prove(hosts []*host) []string {
	ctx, cancel := context.WithTimeout(context.Background(), lastLook)
	defer cancel()
	out := make([]string, len(hosts))
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Go(func() { out[i] = fmt.Sprintf("%s: %s", h.run.cfg.Gate.Foreign(h.target.String()), h.proof(ctx)) })
	}
	wg.Wait()
	return out
}

// proof looks over the login that there is. Where that gives no answer, another one is
// made to look: what its captures' terminals cannot end any more is ended from there.
func (h *host) proof(ctx context.Context) string {
	link, in := h.login()
	if !in {
		return "no login, so nothing ran there"
	}
	first, cancel := context.WithTimeout(ctx, firstLook)
	defer cancel()
	text, err := h.looked(first, link)
	if ssh.IsLost(err) || errors.Is(err, context.DeadlineExceeded) {
		link.Current().Close()
		link.Retry()
		text, err = h.looked(ctx, link)
	}
	switch {
	case ssh.IsLost(err):
		return "the connection is gone, so it could not be checked that nothing runs; watchdogs end what is left within 35 s" + h.remains()
	case err != nil:
		return unproven(h.run.cfg.Gate, err) + h.remains()
	}
	return text
}

// looked tells what of ours runs on the host.
func (h *host) looked(ctx context.Context, link *login.Link) (string, error) {
	c := link.Current()
	select {
	case <-c.Done():
		var err error
		if c, err = link.Client(ctx); err != nil {
			return "", &ssh.LostError{Target: h.target}
		}
	default:
	}
	sh, leave, err := h.shell(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	runs, err := h.endCaptures(ctx, sh)
	if err != nil {
		return "", err
	}
	left, others, err := leftovers(ctx, c, sh)
	l := h.run
	switch {
	case runs:
		return stillRuns(l.cfg.Gate, left, "a tcpdump of this session, in a login that was lost"+h.remains()), nil
	case len(left) > 0:
		return stillRuns(l.cfg.Gate, left), nil
	case err != nil:
		return "", err
	case others > 0:
		return "nothing of this session's journal runs; " + strangers(others) + ": another session's, or a follower that ends within a minute", nil
	}
	return "nothing of ours runs (process list looked at " + l.cfg.Now().UTC().Format("15:04:05 UTC") + ")", nil
}

// steadyLooks is how many looks in a row must find the same marks of others: what
// is left of our own followers ends within a second.
const steadyLooks = 3

// leftovers looks until nothing is left, nothing changes any more but a
// colleague's, or ctx ends: a process that was told to end may need a moment. The
// last look that told something counts.
func leftovers(ctx context.Context, c *login.Client, sh shell.Shell) (left []shell.Leftover, others int, err error) {
	for same, seen := 0, false; ; seen = true {
		l, o, err := shell.Sweep(ctx, c, sh)
		if err != nil {
			if seen {
				err = nil // the look before told
			}
			return left, others, err
		}
		if same++; o != others || !seen {
			same = 1
		}
		if left, others = l, o; len(left)+others == 0 || ctx.Err() != nil || len(left) == 0 && same == steadyLooks {
			return left, others, nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}

// strangers counts processes that are not in the journal.
func strangers(n int) string {
	if n == 1 {
		return "1 process has syncscope's mark"
	}
	return fmt.Sprintf("%d processes have syncscope's mark", n)
}

// stillRuns names every process: a reader takes those that are not named for
// ended.
func stillRuns(gate *redact.Session, left []shell.Leftover, captures ...string) string {
	var names []string
	for _, p := range left {
		names = append(names, gate.Foreign(p.String()).String())
	}
	names = append(names, captures...)
	return "STILL RUNS: " + strings.Join(names, "; ")
}

func unproven(gate *redact.Session, err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("no answer in time")
	}
	return "could not be checked: " + gate.Foreign(err.Error()).String()
}

// Account sums up, after Close, what ran, what it cost the hosts, and that
// nothing runs there any more.
func (l *Live) Account() []redact.Text {
	if l.cfg.SSH.Audit == nil {
		return nil
	}
	s := l.cfg.SSH.Audit.Summary()
	lines := []string{fmt.Sprintf("What ran: %d commands on %d hosts, %d bytes came; every one of them: syncscope audit %s", s.Commands, s.Hosts, s.Received, s.Path)}
	if len(s.Costs) > 0 {
		lines = append(lines, "What it cost: "+strings.Join(s.Costs, "; "))
	}
	l.mu.Lock()
	lines = append(lines, l.proofs...)
	l.mu.Unlock()
	var out []redact.Text
	for _, line := range lines {
		out = append(out, redact.Hide(l.cfg.Gate, l.cfg.Gate.Foreign(line)))
	}
	return out
}

// remains is what may run on where a Manager cannot be looked at; "": nothing. Its own
// tcpdump has no watchdog.
func (h *host) remains() string {
	_, most := h.listed.All()
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("; the Manager's own tcpdump has no watchdog: it ends with its login, or after %d more packets", most)
}

// endCaptures ends captures of ours that were not seen to end: the connection that
// they ran on was lost. It gives whether one runs on, by its last look that told.
func (h *host) endCaptures(ctx context.Context, sh shell.Shell) (runs bool, err error) {
	ours, _ := h.listed.All()
	if len(ours) == 0 {
		return false, nil
	}
	for end := time.Now().Add(captureEnd); ; {
		left, err := shell.Captures(ctx, sh, ours)
		switch {
		case err != nil && runs:
			return true, nil
		case err != nil:
			return false, err
		case len(left) == 0:
			h.listed.None()
			return false, nil
		case time.Now().After(end):
			return true, nil
		}
		runs = true
		for _, p := range left {
			_ = shell.EndCapture(ctx, sh, p) // the next look tells
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}
