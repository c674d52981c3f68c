package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"sync"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/probe"
	"syncscope/checks/report"
	"syncscope/checks/session/names"
	"syncscope/checks/view"
	"syncscope/ssh/shell"
)

// lane is one shell on one host: its checks run one after the other, those of
// the lanes beside each other.
type lane struct {
	host   string // where several hosts answer the same checks; "" elsewhere
	probes []probe.Probe
	runner probe.Runner
	broken error // why there is no shell
	close  func()
}

// checker runs the active checks of a run.
type checker struct {
	run      *Live
	turns    chan struct{} // held by a check that runs: two at a time
	checking bool
	checked  []view.CheckOutcome
}

// RunChecks runs the active checks beside the streams; the updates bring what
// they find. What they send is registered first: connections that begin
// meanwhile are taken for ours, and are no evidence about an attempt.
func (c *checker) RunChecks() error {
	l := c.run
	if err := c.mayCheck(); err != nil {
		return err
	}
	go func() {
		defer l.tasks.done()
		c.ours(true, redact.Literal("ours: the active checks begin; requests of curl and one TLS handshake from here on"))
		r, err := c.check(l.ctx, func(known []view.CheckOutcome) {
			l.mu.Lock()
			c.checked = known
			l.mu.Unlock()
			l.feed.Nudge()
		})
		c.ours(false, redact.Literal("ours: the active checks are done"))
		l.mu.Lock()
		c.checking, c.checked = false, r.Checks
		if err != nil {
			c.checked = []view.CheckOutcome{{Name: "checks", Status: probe.CouldNot.String(), Detail: l.cfg.Gate.Foreign(err.Error()).String()}}
		}
		l.mu.Unlock()
		l.feed.Nudge()
	}()
	return nil
}

// mayCheck takes the turn of the checks, which run beside the streams.
func (c *checker) mayCheck() error {
	l := c.run
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ctx == nil:
		return errors.New("the run has not begun (wait for it)")
	case c.checking:
		return errors.New("the checks are running already")
	case !l.tasks.begin():
		return errors.New("the run has ended (start it again to run the checks)")
	}
	c.checking = true
	return nil
}

// ours tells the engine and the panes that we send, or have stopped.
func (c *checker) ours(on bool, text redact.Text) {
	l := c.run
	l.feed.Ask(func(e *diagnose.Engine) { e.Ours(on) })
	l.feed.Post(event.Mark{Meta: event.Meta{At: event.When{Arrival: l.cfg.Now()}}, Text: text})
}

// Check runs the active checks on the hosts that Connect logged in to.
func (c *checker) Check(ctx context.Context) (report.Report, error) {
	return c.check(ctx, func([]view.CheckOutcome) {})
}

// check is Check that tells at once what it knows without asking a host: of a lane
// without a shell, that nothing can be checked. A person may keep the others waiting.
func (c *checker) check(ctx context.Context, known func([]view.CheckOutcome)) (report.Report, error) {
	l := c.run
	lanes, err := c.lanes(ctx)
	if err != nil {
		return report.Report{}, err
	}
	results := make([][]probe.Outcome, len(lanes))
	var early []probe.Outcome
	for i, ln := range lanes {
		if ln.broken != nil {
			results[i] = c.walk(ctx, ln)
			early = append(early, results[i]...)
		}
	}
	known(names.Private(l.cfg.Gate, report.Report{Checks: c.outcomes(early)}).Checks)
	var wg sync.WaitGroup
	for i, ln := range lanes {
		if ln.broken == nil {
			wg.Go(func() { results[i] = c.walk(ctx, ln) })
		}
	}
	wg.Wait()
	r := report.Report{Version: l.cfg.Version, Diagnosis: checks.Diagnosis{Shown: -1}}
	r.Checks = c.outcomes(probe.Settle(slices.Concat(results...)))
	r.Masked = l.cfg.Gate.Counts()
	return names.Private(l.cfg.Gate, r), nil
}

// outcomes are the checks as they are shown.
func (c *checker) outcomes(all []probe.Outcome) (out []view.CheckOutcome) {
	gate := c.run.cfg.Gate
	for _, o := range all {
		name := o.Name
		if o.Host != "" {
			name += " (" + o.Host + ")"
		}
		out = append(out, view.CheckOutcome{Name: gate.Foreign(name).String(), Status: o.Status.String(), Detail: gate.Foreign(o.Detail).String()})
	}
	return out
}

func (c *checker) walk(ctx context.Context, ln lane) []probe.Outcome {
	defer ln.close()
	var out []probe.Outcome
	for _, p := range ln.probes {
		for _, o := range c.probed(ctx, p, ln) {
			o.Host = ln.host
			out = append(out, o)
		}
	}
	return out
}

// probed runs a probe when it is its turn.
func (c *checker) probed(ctx context.Context, p probe.Probe, ln lane) []probe.Outcome {
	runner := ln.runner
	if ln.broken != nil {
		runner = noShell{ln.broken}
	}
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		runner = noShell{ctx.Err()}
	}
	return probe.Run(ctx, p, runner, printed{c.run})
}

func readOutput(gate *redact.Session, kind cliout.Check, out io.Reader) (event.CheckResult, error) {
	return capture.ReadCheck(event.Source{Title: redact.Literal("check")}, gate, kind, out)
}

// printed reads what the checks' commands print.
type printed struct{ run *Live }

// Output implements probe.Reader.
func (p printed) Output(kind cliout.Check, out io.Reader) (event.CheckResult, error) {
	return readOutput(p.run.cfg.Gate, kind, out)
}

// Log implements probe.Reader.
func (p printed) Log(out io.Reader) ([]event.LogEntry, error) {
	var lines []event.LogEntry
	src := event.Source{Kind: event.SSMMessages, Title: redact.Literal("check")}
	d := capture.NewDecoder(src, p.run.cfg.Gate, func(ev event.Event) {
		if l, ok := ev.(event.LogEntry); ok {
			lines = append(lines, l)
		}
	})
	if _, err := io.Copy(d, out); err != nil {
		return nil, err
	}
	return lines, d.Close()
}

// lanes opens the shells. One that cannot be had is no error: its checks then
// say why.
func (c *checker) lanes(ctx context.Context) ([]lane, error) {
	l := c.run
	t, err := c.target(ctx)
	if err != nil {
		return nil, err
	}
	var out []lane
	for _, h := range l.hosts {
		cli, err := probe.CLI(t)
		if err != nil {
			return nil, err
		}
		runner, broken := h.cli(ctx)
		node := among(l.hosts, h)
		out = append(out, lane{node, cli, runner, broken, hangUp(runner)})
		shell, err := probe.Shell(t)
		if err != nil {
			return nil, err
		}
		out = append(out, shellLane(ctx, h, node, shell))
	}
	for _, h := range l.ssms {
		list, err := probe.SSM(t)
		if err != nil {
			return nil, err
		}
		sh, end, err := h.ssmShell(ctx, l.cfg.SSMLogin)
		if err != nil {
			end = func() {}
		}
		out = append(out, lane{among(l.ssms, h), list, &withSudo{sh: sh}, err, end})
	}
	return out, nil
}

// among is the name of a host among others; "": it is the only one.
func among(of []*host, h *host) string {
	if len(of) < 2 {
		return ""
	}
	return nameOf(h.run.all(), h.target)
}

// shellLane opens the Manager's Linux shell; closing its terminal closes it.
func shellLane(ctx context.Context, h *host, node string, probes []probe.Probe) lane {
	cli, err := h.cli(ctx)
	if err != nil {
		return lane{node, probes, nil, err, func() {}}
	}
	sh, err := cli.Shell(ctx)
	return lane{node, probes, sh, err, hangUp(cli)}
}

func hangUp(cli *shell.CLI) func() {
	return func() {
		if cli != nil {
			_ = cli.Close() // it is thrown away
		}
	}
}

// target is whom the Manager calls: as given, else as we reach the SSM.
func (c *checker) target(ctx context.Context) (probe.Target, error) {
	l := c.run
	t := probe.Target{Port: l.cfg.port(), VPN: l.cfg.VPN, Now: l.cfg.Now}
	host := l.cfg.PeerName
	if host == "" {
		l.mu.Lock()
		host = hostOf(l.header.Peer)
		l.mu.Unlock()
	}
	if host == "" && l.cfg.SSM != nil {
		host = l.cfg.SSM.Host
	}
	if host == "" {
		return t, fmt.Errorf("check: the SSM's address is not known (use --peer HOST)")
	}
	if a, err := netip.ParseAddr(host); err == nil {
		t.Addr = a
		return t, nil
	}
	t.Name = host
	if len(l.hosts) > 0 {
		t.Addr = c.addressOf(ctx, host)
	}
	return t, nil
}

// addressOf asks the first Manager's resolver; invalid if it gives none.
func (c *checker) addressOf(ctx context.Context, name string) netip.Addr {
	l := c.run
	cli, err := l.hosts[0].cli(ctx)
	if err != nil {
		return netip.Addr{}
	}
	defer cli.Close()
	list, err := probe.CLI(probe.Target{Name: name, VPN: l.cfg.VPN})
	if err != nil {
		return netip.Addr{}
	}
	for _, p := range list {
		if p.Name != "dns" {
			continue
		}
		if res, err := cli.Run(ctx, p.Command); err == nil {
			if got, err := readOutput(l.cfg.Gate, p.Kind, res.Reader()); err == nil && len(got.Addrs) > 0 {
				return got.Addrs[0]
			}
		}
	}
	return netip.Addr{}
}
