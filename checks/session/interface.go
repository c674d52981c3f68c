package session

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/checks/view"
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
func (t *tap) choose(ctx context.Context, cli *shell.CLI, peer netip.Addr) (choice, error) {
	l := t.host.run
	ev, _ := t.facts.ask(ctx, cli, command.Interfaces()) // without the table, the route may do
	table := ev.Interfaces
	name, from := l.cfg.Interface, "given"
	if name == "" {
		if name = t.routed(ctx, cli, peer); name != "" {
			from = "the route to the peer leaves by it"
		}
	}
	row := pick(table, name, l.cfg.VPN, l.cfg.VPNGiven, peer)
	if name == "" && row == nil {
		row = t.host.wantedInterface(ctx, table, peer)
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
		t.facts.mark("the capture is on " + name + " (" + from + "); there are also " + others + ": choose with --vpn and --interface")
	}
	var err error
	c.iface, err = command.ParseInterface(name)
	return c, err
}

// routed asks the Manager's kernel; "" if vshell or the route cannot be had.
func (t *tap) routed(ctx context.Context, cli *shell.CLI, peer netip.Addr) string {
	sh, err := cli.Shell(ctx)
	if err != nil {
		return ""
	}
	res, err := sh.Run(ctx, command.Route(peer))
	if err != nil {
		return ""
	}
	got, err := readOutput(t.host.run.cfg.Gate, cliout.IPRoute, res.Reader())
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

// offered is how many interfaces a question names.
const offered = 9

// wantedInterface asks the person which interface to capture on, where there is a screen
// to ask on; the answer holds for the run. nil: there is nothing to choose from,
// or he leaves it to us.
func (h *host) wantedInterface(ctx context.Context, table []cliout.Interface, peer netip.Addr) *row {
	l := h.run
	if l.cfg.SSH.Prompter != nil || !l.patient {
		return nil
	}
	if h.picked == nil {
		picked := h.askInterface(ctx, candidates(table, l.cfg.VPN, l.cfg.VPNGiven), peer)
		if ctx.Err() != nil {
			return nil // the link was lost meanwhile
		}
		h.picked = &picked
	}
	same := func(i cliout.Interface) bool {
		return i.VPN == h.picked.VPN && i.Name.String() == h.picked.Name.String()
	}
	if i := slices.IndexFunc(table, same); i >= 0 {
		return &row{table[i], "chosen by you"}
	}
	return nil
}

// candidates are the interfaces that a packet could leave by.
func candidates(table []cliout.Interface, vpn int, given bool) []cliout.Interface {
	var out []cliout.Interface
	for _, i := range table {
		if i.Net.IsValid() && (!given || i.VPN == vpn) && len(out) < offered {
			out = append(out, i)
		}
	}
	return out
}

// askInterface gives the one that was chosen. The zero value: none.
func (h *host) askInterface(ctx context.Context, from []cliout.Interface, peer netip.Addr) (none cliout.Interface) {
	if len(from) < 2 {
		return none
	}
	var text strings.Builder
	fmt.Fprintf(&text, "By which interface do packets to %s leave? The Manager does not say.\n", peer)
	for n, i := range from {
		fmt.Fprintf(&text, "\n%2d  vpn %-4d %s  %s", n+1, i.VPN, i.Name, i.Net)
	}
	text.WriteString("\n\nIts number:")
	defer h.progress.asking(view.StepCapture)()
	got, err := h.run.prompts.ask(ctx, view.Prompt{Host: h.target.String(), About: "Interface", Text: text.String(), Echo: true})
	n, bad := strconv.Atoi(strings.TrimSpace(string(got)))
	if err != nil || bad != nil || n < 1 || n > len(from) {
		return none
	}
	return from[n-1]
}
