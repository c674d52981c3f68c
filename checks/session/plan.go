package session

import (
	"fmt"
	"io"
	"net/netip"
	"strings"

	"syncscope/checks/probe"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// Plan prints every command that a run on the hosts would send, with its cost,
// and connects to nothing. Arguments that only the hosts can tell are names in
// capitals.
func Plan(w io.Writer, cfg Config, checksOnly bool) error {
	p := &plan{seen: map[string]bool{}}
	for _, t := range cfg.Managers {
		fmt.Fprintf(&p.out, "%s (Manager)\n", cfg.Gate.Foreign(t.String()))
		p.seen = map[string]bool{}
		if err := p.manager(cfg, checksOnly); err != nil {
			return err
		}
	}
	for _, t := range []*ssh.Target{cfg.SSM, cfg.Pair} {
		if t == nil {
			continue
		}
		fmt.Fprintf(&p.out, "%s (SSM On-Prem)\n", cfg.Gate.Foreign(t.String()))
		p.seen = map[string]bool{}
		if err := p.ssm(cfg, checksOnly); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, p.out.String())
	return err
}

type plan struct {
	out  strings.Builder
	seen map[string]bool
}

func (p *plan) add(id, line, cost string) {
	if !p.seen[line] {
		p.seen[line] = true
		fmt.Fprintf(&p.out, "  %s\n      %s; cost: %s\n", line, id, cost)
	}
}

func (p *plan) commands(cmds ...command.Command) {
	for _, c := range cmds {
		p.add(c.ID(), c.Line(), c.Cost())
	}
}

func (p *plan) probes(list []probe.Probe) {
	for _, b := range list {
		p.commands(b.Command)
	}
}

// shapes adds the list's entries for a place, by their names' beginnings.
func (p *plan) shapes(where command.Where, ids ...string) {
	for _, i := range command.All() {
		for _, id := range ids {
			for _, at := range i.Where {
				if at == where && strings.HasPrefix(i.ID, id) {
					p.add(i.ID, i.Shape, i.Cost)
				}
			}
		}
	}
}

// ssm are an SSM's commands.
func (p *plan) ssm(cfg Config, checksOnly bool) error {
	list, err := probe.SSM(probe.Target{Now: cfg.Now})
	if err != nil {
		return err
	}
	p.probes(list)
	log := "log"
	switch cfg.SSMLogin {
	case shell.LoginConsole:
		p.shapes(command.SSMShell, "console-shell", "quiet", "sudo-login")
	case shell.LoginJournald:
		log = "journal"
	}
	if !checksOnly {
		p.shapes(command.SSMShell, log)
	}
	p.shapes(command.SSMShell, "answer", "leftovers", "process", "end-leftover")
	return nil
}

// manager are a Manager's commands in the order in which they are sent.
func (p *plan) manager(cfg Config, checksOnly bool) error {
	p.commands(command.PaginateFalse(), command.ScreenWidth(), command.IdleTimeout(), command.ShowVersion())
	t := probe.Target{Port: cfg.PeerPort, VPN: cfg.VPN, Now: cfg.Now}
	if t.Port == 0 {
		t.Port = 8443
	}
	addr, err := netip.ParseAddr(cfg.PeerName)
	if t.Addr = addr; err != nil {
		t.Name = cfg.PeerName
	}
	if !checksOnly {
		p.commands(command.ShowSystemStatus(), command.Interfaces())
		if cfg.FullCapture {
			p.shapes(command.ManagerShell, "capture-full")
		}
	}
	switch {
	case cfg.PeerName == "":
		p.shapes(command.ManagerCLI, "nslookup")
	case t.Name != "":
		n, err := command.ParseName(t.Name)
		if err != nil {
			return err
		}
		p.commands(command.Nslookup(cfg.VPN, n))
	}
	switch {
	case checksOnly && cfg.PeerName != "":
		cli, err1 := probe.CLI(t)
		shell, err2 := probe.Shell(t)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("--peer %s: cannot be asked for (use a host name or an address)", cfg.Gate.Foreign(cfg.PeerName))
		}
		p.probes(cli)
		p.commands(command.VShell())
		p.probes(shell)
	case checksOnly:
		p.shapes(command.ManagerCLI, "nms", "vshell")
		p.shapes(command.ManagerShell, "api", "certificates", "date", "disk", "log-right", "route", "ping")
	default:
		p.commands(command.VShell(), command.Date())
		p.shapes(command.ManagerCLI, "show-log")
		p.shapes(command.ManagerShell, "route", "log")
		p.shapes(command.ManagerCLI, "capture")
	}
	p.shapes(command.ManagerShell, "quiet", "keys", "leftovers", "process", "end-leftover")
	p.commands(command.Exit())
	return nil
}
