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

func (c *Config) port() uint16 { return cmp.Or(c.PeerPort, 8443) }

// findPeer is the address that the Manager calls: given, else from its log,
// else the address that we reach the SSM at, which is a guess.
func (t *tap) findPeer(ctx context.Context, cli *shell.CLI) (netip.Addr, error) {
	l := t.host.run
	name, port, from, guessed := l.cfg.PeerName, fmt.Sprint(l.cfg.port()), "given", false
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
	return t.resolve(ctx, cli, name)
}

// resolve asks the Manager's own resolver: ours may answer differently.
func (t *tap) resolve(ctx context.Context, cli *shell.CLI, name string) (netip.Addr, error) {
	n, err := command.ParseName(name)
	if err != nil {
		return netip.Addr{}, err
	}
	ev, err := t.facts.ask(ctx, cli, command.Nslookup(t.host.run.cfg.VPN, n))
	if err != nil {
		return netip.Addr{}, err
	}
	if len(ev.Addrs) == 0 {
		return netip.Addr{}, fmt.Errorf("%s: the Manager's resolver gives no address (check its DNS, or start with --peer ADDRESS)", t.host.run.cfg.Gate.Foreign(name))
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

// moved waits until the capture should listen to something else. It asks on a
// command line of its own: the capture runs on meanwhile. false: ctx has ended.
func (t *tap) moved(ctx context.Context) bool {
	every := time.NewTicker(calledEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-every.C:
		}
		now := t.host.run.called()
		if now == t.known {
			continue
		}
		t.known = now
		next, err := t.better(ctx)
		if err == nil && !reflect.DeepEqual(next, t.spec) {
			t.spec = next
			return true
		}
	}
}

// better is what to listen to by what is known now.
func (t *tap) better(ctx context.Context) (command.CaptureSpec, error) {
	cli, err := t.host.cli(ctx)
	if err != nil {
		return t.spec, err
	}
	defer cli.Close()
	return t.aim(ctx, cli)
}

// loggedProxy is the proxy that the Manager's log names, if it is an address or
// the Manager resolves it; the zero value: none.
func (t *tap) loggedProxy(ctx context.Context, cli *shell.CLI) netip.Addr {
	name := t.host.run.called().Proxy.Host
	if name == "" {
		return netip.Addr{}
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return a
	}
	a, err := t.resolve(ctx, cli, name)
	if err != nil {
		return netip.Addr{} // then its traffic is not in the filter; the fact says why
	}
	return a
}
