package session

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"sync"

	"syncscope/capture"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/probe"
	"syncscope/checks/report"
	"syncscope/ssh"
)

// lane is one shell on one host: its checks run one after the other, those of
// the lanes beside each other.
type lane struct {
	probes []probe.Probe
	runner probe.Runner
	broken error // why there is no shell
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
		r.Checks = append(r.Checks, report.CheckOutcome{Name: o.Name, Status: o.Status.String(), Detail: l.cfg.Gate.Foreign(o.Detail).String()})
	}
	r.Masked = l.cfg.Gate.Counts()
	return r, nil
}

func (l *Live) walk(ctx context.Context, ln lane) []probe.Outcome {
	var out []probe.Outcome
	for _, p := range ln.probes {
		runner := ln.runner
		if ln.broken != nil {
			runner = noShell{ln.broken}
		}
		out = append(out, probe.Run(ctx, p, runner, l.readOutput)...)
	}
	return out
}

func (l *Live) readOutput(kind capture.CheckKind, out io.Reader) (capture.CheckResult, error) {
	return capture.ReadCheck(capture.Source{Title: redact.Literal("check")}, l.cfg.Gate, kind, out)
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
		runner, broken := h.client.Manager(ctx)
		out = append(out, lane{cli, runner, broken})
		shell, err := probe.Shell(t)
		if err != nil {
			return nil, err
		}
		sh, broken := vshell(ctx, h)
		out = append(out, lane{shell, sh, broken})
	}
	if l.ssm != nil {
		out = append(out, lane{probe.SSM(t.Now), withSudo{l.ssm.client.Shell()}, nil})
	}
	return out, nil
}

func vshell(ctx context.Context, h *host) (ssh.Shell, error) {
	cli, err := h.client.Manager(ctx)
	if err != nil {
		return nil, err
	}
	return cli.Shell(ctx)
}

// target is whom the Manager calls: as given, else as we reach the SSM.
func (l *Live) target(ctx context.Context) (probe.Target, error) {
	t := probe.Target{Port: l.port(), VPN: l.cfg.VPN, Now: l.cfg.Now()}
	host := l.cfg.PeerName
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
	cli, err := l.hosts[0].client.Manager(ctx)
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
