package testbed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Load is what a busy Manager and SSM write and send beside an attempt.
type Load struct {
	tb      *Testbed
	mu      sync.Mutex // of the files
	n       int        // lines written so far into each log
	packets int
	gone    map[string]int // lines of files that rotation has removed, by log
}

// Load begins to write so many lines a second, half of them into each log, and to
// send so many packets a second between the hosts, until ctx ends.
func (tb *Testbed) Load(ctx context.Context, lines, packets int) (*Load, error) {
	l := &Load{tb: tb, gone: map[string]int{}}
	c, err := tb.manager.dial(ctx, "udp", net.JoinHostPort(SSMAPI, "9"))
	if err != nil {
		return nil, err
	}
	if err := tb.ssm.sh("nft 'add table inet quiet; add chain inet quiet i { type filter hook input priority 0; }; add rule inet quiet i udp dport 9 drop'"); err != nil {
		return nil, err // else each packet is answered with an ICMP error
	}
	go l.send(ctx, c, packets)
	go l.write(ctx, lines)
	return l, nil
}

// every calls f a hundred times a second with how much of perSecond is due.
func every(ctx context.Context, perSecond int, f func(n int)) {
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	began, done := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		due := int(time.Since(began).Seconds() * float64(perSecond))
		f(due - done)
		done = due
	}
}

func (l *Load) send(ctx context.Context, c net.Conn, perSecond int) {
	defer c.Close()
	every(ctx, perSecond, func(n int) {
		for range n {
			_, _ = c.Write([]byte("load")) // nobody answers
		}
		l.mu.Lock()
		l.packets += n
		l.mu.Unlock()
	})
}

func (l *Load) write(ctx context.Context, perSecond int) {
	every(ctx, perSecond/2, func(n int) {
		l.mu.Lock()
		defer l.mu.Unlock()
		var manager, ssm bytes.Buffer
		now := time.Now().UTC()
		for range n {
			l.n++
			fmt.Fprintf(&manager, "%s UTC [vManage] [DeviceStatsManager] (default task-7) |default| load %d\n", now.Format("02-Jan-2006 15:04:05,000 ")[:24], l.n)
			fmt.Fprintf(&ssm, "%s SSM-On-Prem 1dbc4cdd76dd[1]: load %d\n", now.Format(time.Stamp), l.n)
		}
		_ = add(l.tb.manager.at(managerLog), manager.String()) // a full disk is one of the faults
		_ = add(l.tb.ssm.at(ssmLog), ssm.String())
	})
}

const (
	managerLog = "/var/log/nms/vmanage-server.log"
	ssmLog     = "/var/log/messages"
)

// Sent is how many packets were sent.
func (l *Load) Sent() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.packets
}

// Lines are how many lines the Manager's and the SSM's log have had, whoever wrote
// them.
func (l *Load) Lines() (manager, ssm int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines(l.tb.manager.at(managerLog)), l.lines(l.tb.ssm.at(ssmLog))
}

func (l *Load) lines(log string) int {
	n := l.gone[log] + linesIn(log)
	for i := range kept {
		n += linesIn(rotation(log, i+1))
	}
	return n
}

// kept is how many rotated files of a log stay, as logrotate's "rotate 4" does. With one
// alone, a connection that takes longer to come back than from one rotation to the next
// finds the lines in between gone: that would test the machine and not the follower.
const kept = 4

func rotation(log string, n int) string { return fmt.Sprintf("%s.%d", log, n) }

func linesIn(file string) int {
	b, _ := os.ReadFile(file) // there may be none yet
	return bytes.Count(b, []byte("\n"))
}

// Rotate renames both logs and begins new ones; the oldest of the renamed ones are gone.
func (l *Load) Rotate() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all error
	for _, log := range []string{l.tb.manager.at(managerLog), l.tb.ssm.at(ssmLog)} {
		l.gone[log] += linesIn(rotation(log, kept))
		for n := kept - 1; n > 0; n-- {
			if err := os.Rename(rotation(log, n), rotation(log, n+1)); !errors.Is(err, os.ErrNotExist) {
				all = errors.Join(all, err)
			}
		}
		all = errors.Join(all, os.Rename(log, rotation(log, 1)), os.WriteFile(log, nil, 0o644))
	}
	return errors.Join(all, l.tb.ssm.sh("pkill -HUP -x rsyslogd"))
}

// Cut ends all SSH connections to both hosts.
func (tb State) Cut() error {
	const script = "pkill -KILL -f '^sshd(-session)?: (admin|sscadmin)' || true"
	return errors.Join(tb.manager.sh(script), tb.ssm.sh(script))
}
