package session

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"syncscope/checks/diagnose"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

func (l *Live) port() uint16 {
	if l.cfg.PeerPort == 0 {
		return 8443
	}
	return l.cfg.PeerPort
}

// findPeer is the address that the Manager calls: given, else from its log,
// else the address that we reach the SSM at, which is a guess.
func (s *source) findPeer(ctx context.Context, cli *shell.CLI) (netip.Addr, error) {
	l := s.run
	name, from := l.cfg.PeerName, "given"
	if name == "" {
		select {
		case <-l.history.idle:
		case <-time.After(historyTime + time.Second):
		case <-ctx.Done():
			return netip.Addr{}, ctx.Err()
		}
		name, from = l.loggedPeer(), "clientUrl in the Manager's log"
	}
	if name == "" && l.cfg.SSM != nil {
		name, from = l.cfg.SSM.Host, "guessed: the SSM's SSH address"
	}
	if name == "" {
		return netip.Addr{}, errors.New("the SSM's address is not known (start with --peer HOST, or press Sync once so that the log names it)")
	}
	l.mu.Lock()
	l.header.Peer, l.header.PeerFrom = fmt.Sprintf("%s:%d", name, l.port()), from
	l.mu.Unlock()
	if a, err := netip.ParseAddr(name); err == nil {
		return a, nil
	}
	return s.resolve(ctx, cli, name)
}

// resolve asks the Manager's own resolver: ours may answer differently.
func (s *source) resolve(ctx context.Context, cli *shell.CLI, name string) (netip.Addr, error) {
	n, err := command.ParseName(name)
	if err != nil {
		return netip.Addr{}, err
	}
	ev, err := s.ask(ctx, cli, command.Nslookup(s.run.cfg.VPN, n))
	if err != nil {
		return netip.Addr{}, err
	}
	if len(ev.Addrs) == 0 {
		return netip.Addr{}, fmt.Errorf("%s: the Manager's resolver gives no address (check its DNS, or start with --peer ADDRESS)", s.run.cfg.Gate.Foreign(name))
	}
	return ev.Addrs[0], nil
}

// loggedPeer is the SSM's host as the Manager's log names it.
func (l *Live) loggedPeer() string {
	var peer string
	l.feed.Ask(func(e *diagnose.Engine) { peer = e.Diagnose().Peer })
	return hostOf(peer)
}

// loggedProxy is the proxy that the Manager's log names, if it is an address or
// the Manager resolves it; the zero value: none.
func (s *source) loggedProxy(ctx context.Context, cli *shell.CLI) netip.Addr {
	var name string
	s.run.feed.Ask(func(e *diagnose.Engine) { name = e.Proxy() })
	if name == "" {
		return netip.Addr{}
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return a
	}
	a, err := s.resolve(ctx, cli, name)
	if err != nil {
		return netip.Addr{} // then its traffic is not in the filter; the fact says why
	}
	return a
}
