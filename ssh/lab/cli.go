package lab

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"syncscope/capture/packet"
)

// cli is the Manager's command line on one terminal.
type cli struct {
	h   *host
	t   *terminal
	out io.Writer // t, or its pager
	end func()    // ends the session
}

func newCLI(h *host, t *terminal, end func()) *cli { return &cli{h, t, t, end} }

func (c *cli) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// serve greets and runs commands until exit. Like the real one it echoes by
// itself, whatever modes the terminal asked for.
func (c *cli) serve(from net.Addr) int {
	host, _, _ := net.SplitHostPort(from.String())
	m := c.h.lab.opts.Manner
	c.printf("Welcome to Viptela CLI\n%s connected from %s using ssh on %s\n%s", c.h.User, host, c.h.Name, m.MOTD)
	if m.MOTD != "" {
		time.Sleep(50 * time.Millisecond) // a slow login script
		c.printf("\n")
	}
	if m.Idle > 0 {
		idle := time.AfterFunc(m.Idle, func() {
			c.printf("\nidle timeout: session ended\n")
			c.end()
		})
		defer idle.Stop()
		c.t.onKey(func() { idle.Reset(m.Idle) })
	}
	for {
		c.printf("%s", c.prompt())
		line, ok := c.t.readLine()
		line = strings.TrimSpace(line)
		if !ok || line == "exit" {
			return 0
		}
		c.command(line)
	}
}

func (c *cli) command(line string) {
	if c.mannered(line) {
		return
	}
	if pages := c.h.lab.opts.Manner.Pages; pages > 0 && strings.HasPrefix(line, "show ") {
		c.out = &paged{t: c.t, page: pages}
		defer func() { c.out = c.t }()
	}
	switch {
	case line == "", line == "paginate false", strings.HasPrefix(line, "screen-"), strings.HasPrefix(line, "idle-timeout "):
	case line == "show log vmanage-server.log" && c.h.lab.opts.Manner.CLILog:
		b, _ := c.h.files[managerLog].from(0)
		c.printf("%s", b)
	case line == "show version":
		c.printf("%s\n", c.h.lab.s.Manager.Release)
	case line == "show system status":
		c.status()
	case line == "show interface description":
		c.interfaces()
	case line == "request nms all status":
		c.services()
	case strings.HasPrefix(line, "ping "):
		c.ping(line)
	case strings.HasPrefix(line, "nslookup "):
		c.nslookup(line)
	case line == "vshell":
		serveShell(c.h, c.t, c.h.Name+":~$ ")
		c.t.setEcho(true)
		c.t.setCRLF(true)
	case strings.HasPrefix(line, "tcpdump "):
		c.tcpdump(line)
	default:
		c.printf("-----------------^\nsyntax error: unknown command\n")
	}
}

func (c *cli) status() {
	c.printf(`Viptela (tm) vManage Operating System Software
Copyright (c) 2013-2026 by Viptela, Inc.
Controller Compatibility:
Version: %s
System logging to host  is disabled
System logging to disk is enabled

System state:            GREEN. All daemons up
System FIPS state:       Disabled

Last reboot:             Initiated by user.
System uptime:           41 days 06 hrs 12 min 33 sec
Current time:            %s

Load average:            1 minute: 0.42, 5 minutes: 0.51, 15 minutes: 0.47
CPU allocation:          16 total
Memory usage:            32105540K total,    24310112K used,   7795428K free
Disk usage:              Filesystem      Size   Used  Avail   Use %%  Mounted on
                         /dev/root       15230M  9121M  5306M   61%%   /
Personality:             vmanage
`, c.h.lab.s.Manager.Release, c.h.now().Format("Mon Jan _2 15:04:05 MST 2006"))
}

// services are the Manager's own, which all run.
func (c *cli) services() {
	for i, name := range []string{"application server", "configuration database", "coordination server", "messaging server", "statistics database"} {
		c.printf("NMS %s\n\tEnabled: true\n\tStatus:  running PID:%d for 90642s\n", name, 3515+i)
	}
}

func (c *cli) ping(line string) {
	f := strings.Fields(line)
	a := f[len(f)-1]
	c.printf("Ping in VPN %d\nPING %s (%s) 56(84) bytes of data.\n64 bytes from %s: icmp_seq=1 ttl=44 time=%.3f ms\n",
		c.h.lab.s.Capture.VPN, a, a, a, float64(c.h.lab.s.RTT.Microseconds())/1000)
}

func (c *cli) nslookup(line string) {
	f := strings.Fields(line)
	lost := c.h.lab.s.Acts[0] == dnsNXDomain && !c.h.lab.repaired.Load()
	if f[len(f)-1] != ssmName || lost {
		c.printf("Server:    192.168.10.254\nAddress 1: 192.168.10.254\n\nnslookup: can't resolve '%s': Name or service not known\n", f[len(f)-1])
		return
	}
	c.printf("Server:    192.168.10.254\nAddress 1: 192.168.10.254\n\nName:      %s\nAddress 1: %s\n", f[len(f)-1], c.h.lab.s.SSM.Address)
}

// usage is what the Manager's tcpdump says of options that it does not allow.
const usage = `Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUv] [ -B size ] [ -c count ]
[ -E algo:secret ] [ -j tstamptype ] [ -M secret ]
[ -T type ] [ -y datalinktype ] [ expression ]
`

const (
	allowedFlags = "AbdDefhHIJKlLnNOpqStuUv"
	valueFlags   = "BcEjMTy"
)

// tcpdump runs a capture until Ctrl-C or its count.
func (c *cli) tcpdump(line string) {
	spec, quoted, ok := strings.Cut(line, "options ")
	f := strings.Fields(spec)
	if !ok || len(f) < 5 || f[1] != "vpn" || f[3] != "interface" {
		c.printf("%s", usage)
		return
	}
	opts, ok := parseOptions(strings.Trim(quoted, `"`))
	if !ok {
		c.printf("%s", usage)
		return
	}
	c.printf("tcpdump -p -i %s -s 128 %s in VPN %s\n", f[4], strings.Trim(quoted, `"`), f[2])
	c.printf("tcpdump: listening on %s, link-type EN10MB (Ethernet), capture size 128 bytes\n", f[4])
	ctx, done := c.t.command()
	defer done()
	tap := c.h.lab.card.listen(opts.match)
	defer c.h.lab.card.stop(tap)
	c.h.lab.attach()
	l := &listing{out: crossed{c.t, ctx}, tap: tap, absolute: opts.absolute, dated: opts.dated, limit: opts.count}
	l.run(ctx)
}

// crossed is a writer that puts ^C before the counters if the key was pressed.
type crossed struct {
	w   io.Writer
	ctx context.Context
}

func (x crossed) Write(b []byte) (int, error) {
	if x.ctx.Err() != nil && strings.Contains(string(b), "packets captured") {
		if _, err := io.WriteString(x.w, "^C\n"); err != nil {
			return 0, err
		}
	}
	return x.w.Write(b)
}

// options are what a capture's option string asks for.
type options struct {
	count           int
	absolute, dated bool
	hosts           []netip.Addr
}

// parseOptions takes flags and expression in any order, as the Manager does.
func parseOptions(s string) (options, bool) {
	var o options
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(s))
	times := 0
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "host" && i+1 < len(words) {
			a, err := netip.ParseAddr(words[i+1])
			if err == nil {
				o.hosts = append(o.hosts, a)
			}
			continue
		}
		if !strings.HasPrefix(w, "-") {
			continue
		}
		for _, flag := range w[1:] {
			switch {
			case strings.ContainsRune(allowedFlags, flag):
				o.absolute = o.absolute || flag == 'S'
				if flag == 't' {
					times++
				}
			case strings.ContainsRune(valueFlags, flag) && i+1 < len(words):
				i++
				if flag == 'c' {
					o.count, _ = strconv.Atoi(words[i])
				}
			default:
				return o, false
			}
		}
	}
	o.dated = times == 4
	return o, true
}

// match is the filter: of the expression, only its hosts are understood.
func (o options) match(p *packet.Packet) bool {
	if len(o.hosts) == 0 {
		return true
	}
	for _, h := range o.hosts {
		if p.Src.Addr() == h || p.Dst.Addr() == h {
			return true
		}
	}
	return false
}
