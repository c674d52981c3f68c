package session

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// defaultInterface is what the Manager's own examples capture on.
const defaultInterface = "eth0"

// choice is where to capture, and why there.
type choice struct {
	vpn   int
	iface command.Interface
	from  string
}

// choose finds the interface that packets to the peer leave by: as given, as
// the kernel routes them, as the table of interfaces tells, as a person says, or
// as a guess.
func (l *Live) choose(ctx context.Context, cli *shell.CLI, peer netip.Addr, facts *source) (choice, error) {
	ev, _ := l.ask(ctx, cli, command.Interfaces(), facts) // without the table, the route may do
	table := ev.Interfaces
	name, from := l.cfg.Interface, "given"
	if name == "" {
		if name = l.routed(ctx, cli, peer); name != "" {
			from = "the route to the peer leaves by it"
		}
	}
	row := pick(table, name, l.cfg.VPN, l.cfg.VPNGiven, peer)
	if name == "" && row == nil {
		row = l.wanted(ctx, facts.host, table, peer)
	}
	if name == "" && row != nil {
		name, from = row.Name.String(), row.why
	}
	if name == "" {
		name, from = defaultInterface, "assumed: the Manager does not say which one"
	}
	c := choice{vpn: l.cfg.VPN, from: from}
	if row != nil && !l.cfg.VPNGiven && row.Name.String() == name {
		c.vpn = row.VPN
	}
	if others := others(table, name); others != "" {
		l.mark(facts, "the capture is on "+name+" ("+from+"); there are also "+others+": choose with --vpn and --interface")
	}
	var err error
	c.iface, err = command.ParseInterface(name)
	return c, err
}

// routed asks the Manager's kernel; "" if vshell or the route cannot be had.
func (l *Live) routed(ctx context.Context, cli *shell.CLI, peer netip.Addr) string {
	sh, err := cli.Shell(ctx)
	if err != nil {
		return ""
	}
	res, err := sh.Run(ctx, command.Route(peer))
	if err != nil {
		return ""
	}
	got, err := l.readOutput(cliout.IPRoute, res.Reader())
	if err != nil {
		return ""
	}
	return got.Device.String()
}

// row is an interface that was picked, and why.
type row struct {
	cliout.Interface
	why string
}

// pick finds name in the table; without a name, the interface whose network
// holds the peer, or the only one there is in the VPN.
func pick(table []cliout.Interface, name string, vpn int, given bool, peer netip.Addr) *row {
	var only []cliout.Interface
	for _, i := range table {
		switch {
		case given && i.VPN != vpn:
		case name != "" && i.Name.String() == name:
			return &row{i, ""}
		case name == "" && i.Net.Contains(peer):
			return &row{i, "its network holds the peer"}
		case name == "" && i.VPN == vpn && i.Net.IsValid():
			only = append(only, i)
		}
	}
	if len(only) == 1 {
		return &row{only[0], fmt.Sprintf("the only one with an address in VPN %d", vpn)}
	}
	return nil
}

// others names the interfaces that were not chosen.
func others(table []cliout.Interface, chosen string) string {
	var out []string
	for _, i := range table {
		if i.Name.String() != chosen && i.Net.IsValid() {
			out = append(out, fmt.Sprintf("vpn %d %s", i.VPN, i.Name))
		}
	}
	return strings.Join(out, ", ")
}
