package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
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
	name, port, from, guessed := l.cfg.PeerName, fmt.Sprint(l.port()), "given", false
	if name == "" {
		select {
		case <-l.history.idle:
		case <-time.After(firstTime + searchTime):
		case <-ctx.Done():
			return netip.Addr{}, ctx.Err()
		}
		peer := l.called().Peer
		name, from = peer.Host, "clientUrl in the Manager's log"
		port = cmp.Or(peer.Port, port)
	}
	if name == "" && l.cfg.SSM != nil {
		name, from, guessed = l.cfg.SSM.Host, "guessed: the SSM's SSH address", true
	}
	if name == "" {
		return netip.Addr{}, errors.New("the SSM's address is not known (start with --peer HOST, or press Sync once so that the log names it)")
	}
	l.mu.Lock()
	l.header.PeerGuessed = guessed
	l.header.Peer, l.header.PeerFrom = net.JoinHostPort(name, port), from
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

// called is whom the Manager calls, as its log names them by now.
func (l *Live) called() (c diagnose.Called) {
	l.feed.Ask(func(e *diagnose.Engine) { c = e.Called() })
	return c
}

// calledEvery is how often it is looked whether the capture listens to whom the
// Manager calls.
const calledEvery = 250 * time.Millisecond

// aim is what a host's capture listens to, and what that was made of.
type aim struct {
	host  *host
	facts *source
	spec  command.CaptureSpec
	known diagnose.Called
}

// moved waits until the capture should listen to something else. It asks on a
// command line of its own: the capture runs on meanwhile. false: ctx has ended.
func (a *aim) moved(ctx context.Context) bool {
	t := time.NewTicker(calledEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-t.C:
		}
		now := a.host.run.called()
		if now == a.known {
			continue
		}
		a.known = now
		next, err := a.better(ctx)
		if err == nil && !reflect.DeepEqual(next, a.spec) {
			a.spec = next
			return true
		}
	}
}

// better is what to listen to by what is known now.
func (a *aim) better(ctx context.Context) (command.CaptureSpec, error) {
	cli, err := a.host.cli(ctx)
	if err != nil {
		return a.spec, err
	}
	defer cli.Close()
	return a.facts.captureSpec(ctx, cli)
}

// loggedProxy is the proxy that the Manager's log names, if it is an address or
// the Manager resolves it; the zero value: none.
func (s *source) loggedProxy(ctx context.Context, cli *shell.CLI) netip.Addr {
	name := s.run.called().Proxy.Host
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
