package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
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

// RunChecks runs the active checks beside the streams; the updates bring what
// they find. What they send is registered first: connections that begin
// meanwhile are taken for ours, and are no evidence about an attempt.
func (l *Live) RunChecks() error {
	if err := l.mayCheck(); err != nil {
		return err
	}
	go func() {
		defer l.tasks.done()
		l.ours(true, redact.Literal("ours: the active checks begin; requests of curl and one TLS handshake from here on"))
		r, err := l.Check(l.ctx)
		l.ours(false, redact.Literal("ours: the active checks are done"))
		l.mu.Lock()
		l.checking, l.checked = false, r.Checks
		if err != nil {
			l.checked = []view.CheckOutcome{{Name: "checks", Status: probe.CouldNot.String(), Detail: l.cfg.Gate.Foreign(err.Error()).String()}}
		}
		l.mu.Unlock()
		l.feed.Nudge()
	}()
	return nil
}

// mayCheck takes the turn of the checks, which run beside the streams.
func (l *Live) mayCheck() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ctx == nil:
		return errors.New("the run has not begun (wait for it)")
	case l.checking:
		return errors.New("the checks are running already")
	case !l.tasks.begin():
		return errors.New("the run has ended (start it again to run the checks)")
	}
	l.checking = true
	return nil
}

// ours tells the engine and the panes that we send, or have stopped.
func (l *Live) ours(on bool, text redact.Text) {
	l.feed.Ask(func(e *diagnose.Engine) { e.Ours(on) })
	l.feed.Post(event.Mark{Meta: event.Meta{At: event.When{Arrival: l.cfg.Now()}}, Text: text})
}

// Check runs the active checks on the hosts that Connect logged in to.
func (l *Live) Check(ctx context.Context) (report.Report, error) {
	lanes, err := l.lanes(ctx)
	if err != nil {
		return report.Report{}, err
	}
	results := make([][]probe.Outcome, len(lanes))
	var wg sync.WaitGroup
	for i, ln := range lanes {
		wg.Go(func() { results[i] = l.walk(ctx, ln) })
	}
	wg.Wait()
	r := report.Report{Version: l.cfg.Version, Diagnosis: checks.Diagnosis{Shown: -1}}
	var all []probe.Outcome
	for _, res := range results {
		all = append(all, res...)
	}
	for _, o := range probe.Settle(all) {
		name := o.Name
		if o.Host != "" {
			name += " (" + o.Host + ")"
		}
		r.Checks = append(r.Checks, view.CheckOutcome{Name: l.cfg.Gate.Foreign(name).String(), Status: o.Status.String(), Detail: l.cfg.Gate.Foreign(o.Detail).String()})
	}
	r.Masked = l.cfg.Gate.Counts()
	return names.Private(l.cfg.Gate, r), nil
}

func (l *Live) walk(ctx context.Context, ln lane) []probe.Outcome {
	defer ln.close()
	var out []probe.Outcome
	for _, p := range ln.probes {
		for _, o := range l.probed(ctx, p, ln) {
			o.Host = ln.host
			out = append(out, o)
		}
	}
	return out
}

// probed runs a probe when it is its turn.
func (l *Live) probed(ctx context.Context, p probe.Probe, ln lane) []probe.Outcome {
	runner := ln.runner
	if ln.broken != nil {
		runner = noShell{ln.broken}
	}
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-ctx.Done():
		runner = noShell{ctx.Err()}
	}
	return probe.Run(ctx, p, runner, printed{l})
}

func (l *Live) readOutput(kind cliout.Check, out io.Reader) (event.CheckResult, error) {
	return capture.ReadCheck(event.Source{Title: redact.Literal("check")}, l.cfg.Gate, kind, out)
}

// printed reads what the checks' commands print.
type printed struct{ run *Live }

// Output implements probe.Reader.
func (p printed) Output(kind cliout.Check, out io.Reader) (event.CheckResult, error) {
	return p.run.readOutput(kind, out)
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
func (l *Live) lanes(ctx context.Context) ([]lane, error) {
	t, err := l.target(ctx)
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
	return h.run.nameOf(h.target)
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
func (l *Live) target(ctx context.Context) (probe.Target, error) {
	t := probe.Target{Port: l.port(), VPN: l.cfg.VPN, Now: l.cfg.Now}
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
		t.Addr = l.addressOf(ctx, host)
	}
	return t, nil
}

// addressOf asks the first Manager's resolver; invalid if it gives none.
func (l *Live) addressOf(ctx context.Context, name string) netip.Addr {
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
			if got, err := l.readOutput(p.Kind, res.Reader()); err == nil && len(got.Addrs) > 0 {
				return got.Addrs[0]
			}
		}
	}
	return netip.Addr{}
}
