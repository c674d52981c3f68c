package lab

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// Manner is how a Manager's command line, and the SSM's login, behave besides
// what they are asked.
type Manner struct {
	MOTD        string        // printed before the prompt, its last line without an end
	Config      bool          // the session begins in configuration mode
	Pages       int           // lines to a page, whatever was said of the pager; 0: no pager
	Idle        time.Duration // the session ends after so long without a key; 0: never
	Uncommitted bool          // it asks about uncommitted changes instead of answering
	NoCapture   bool          // this user may not capture
	NoVShell    bool          // nor open vshell
	CLILog      bool          // the command line prints the log
	Console     bool          // the SSM's login lands in a console
	NoShell     bool          // which has no shell for this user
	Odd         string        // what every show command prints instead of its output
	Interfaces  []string      // rows of the table; nil: the scenario's one
	// Heard is called for each shell or command of any host; what it gives gets
	// every byte that it receives.
	Heard func() func([]byte)
}

// heard is a reader that tells what came.
type heard struct {
	r interface{ Read([]byte) (int, error) }
	f func([]byte)
}

func (h heard) Read(b []byte) (int, error) {
	n, err := h.r.Read(b)
	if n > 0 && h.f != nil {
		h.f(bytes.Clone(b[:n]))
	}
	return n, err
}

// ear is a new channel's.
func (h *host) ear() func([]byte) {
	if f := h.lab.opts.Manner.Heard; f != nil {
		return f()
	}
	return nil
}

// prompt is the command line's.
func (c *cli) prompt() string {
	if c.h.lab.opts.Manner.Config {
		return c.h.Name + "(config)# "
	}
	return c.h.Name + "# "
}

// mannered answers for the manners; true: there is nothing more to say.
func (c *cli) mannered(line string) bool {
	m := c.h.lab.opts.Manner
	switch {
	case m.Uncommitted && line != "paginate false" && !strings.HasPrefix(line, "screen-") && !strings.HasPrefix(line, "idle-"):
		c.printf("Uncommitted changes found, commit them? [yes/no/CANCEL] ")
		_, _ = c.t.readLine() // whatever it is, it was an answer
	case m.NoCapture && strings.HasPrefix(line, "tcpdump "):
		c.printf("tcpdump: eth0: You don't have permission to capture on that device\n(socket: Operation not permitted)\n")
	case m.NoVShell && line == "vshell":
		c.printf("Error: access denied\n")
	case m.Odd != "" && strings.HasPrefix(line, "show "):
		c.printf("%s\n", m.Odd)
	default:
		return false
	}
	return true
}

// interfaces is the table of `show interface description`.
func (c *cli) interfaces() {
	rows := c.h.lab.opts.Manner.Interfaces
	if rows == nil {
		s := c.h.lab.s
		rows = []string{fmt.Sprintf("%-4d %-9s  ipv4  %s/24  -", s.Capture.VPN, s.Capture.Interface, s.Manager.Address)}
	}
	c.printf("                    AF\nVPN  INTERFACE  TYPE  IP ADDRESS       DESC\n-------------------------------------------\n%s\n", strings.Join(rows, "\n"))
}

// paged is a terminal with a pager on it: after each page it waits for a key.
type paged struct {
	t    *terminal
	page int
	n    int
}

func (p *paged) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		if p.n == p.page {
			p.n = 0
			fmt.Fprint(p.t, "--More--")
			if !p.t.key() {
				return 0, p.t.ctx.Err()
			}
			fmt.Fprint(p.t, "\r        \r")
		}
		if _, err := p.t.Write(line); err != nil {
			return 0, err
		}
		p.n++
	}
	return len(b), nil
}
