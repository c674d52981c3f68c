package shell

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
)

// Leftover is a process on a host that an earlier session of ours started: its
// mark, its user, its boot and its start are those in our journal.
type Leftover struct {
	audit.Run
	Owner string // whose it is now: the user, or root under sudo
	group int    // its process group: the watchdog and what it started
	c     *login.Client
}

// String is the process for a question.
func (l Leftover) String() string {
	return fmt.Sprintf("%s: process %d of %s, which a session of yours started on %s and did not end", l.Host, l.PID, l.Owner, l.Since.Format("2006-01-02 15:04 UTC"))
}

// Suspects reports whether the journal has something on this host that was not
// seen to be gone: only then a sweep is worth its cost.
func Suspects(c *login.Client) bool {
	return len(c.Config().Journal.Open(c.Target().Addr(), c.Origin().HostKey)) > 0
}

// Sweep lists what sessions of ours left running on this host. What has a mark
// and is not in our journal is another's, and is only counted: it is left alone.
func Sweep(ctx context.Context, c *login.Client, sh Shell) (left []Leftover, others int, err error) {
	seen, err := marked(ctx, sh)
	if err != nil {
		return nil, 0, err
	}
	known := map[string]bool{}
	for _, run := range c.Config().Journal.Open(c.Target().Addr(), c.Origin().HostKey) {
		known[run.Mark] = true
		l, same, err := same(ctx, c, sh, run, seen)
		switch {
		case err != nil:
			return left, others, err
		case same:
			left = append(left, l)
		default:
			if err := c.Config().Journal.Gone(run); err != nil {
				return left, others, err
			}
		}
	}
	for _, args := range seen {
		if !marksAny(args, known) {
			others++
		}
	}
	text := fmt.Sprintf("%s: %d processes of ours are left, %d have another session's mark", c.Target(), len(left), others)
	_, err = c.Config().Audit.Write(audit.Record{Kind: "sweep", Host: c.Target().Addr(), User: c.Target().User, Text: text})
	return left, others, err
}

// marked lists the processes that have a mark, with their arguments.
func marked(ctx context.Context, sh Shell) (map[int]string, error) {
	return listed(ctx, sh, command.Leftovers())
}

// Captures are the processes that run captures of ours.
func Captures(ctx context.Context, sh Shell, ours []command.Command) (out []command.PID, err error) {
	seen, err := listed(ctx, sh, command.Captures())
	for n, args := range seen {
		pid, err := command.ParsePID(n)
		if err == nil && slices.ContainsFunc(ours, func(c command.Command) bool { return c.Runs(args) }) {
			out = append(out, pid)
		}
	}
	return out, err
}

// listed are the processes of a list, with their arguments.
func listed(ctx context.Context, sh Shell, list command.Command) (map[int]string, error) {
	res, err := sh.Run(ctx, list)
	if err != nil {
		return nil, err
	}
	seen, status := map[int]string{}, ""
	sc := bufio.NewScanner(res.Reader())
	sc.Buffer(nil, 1<<20) // a watchdog's arguments hold its script
	for sc.Scan() {
		if s, ok := strings.CutPrefix(sc.Text(), "status "); ok {
			status = s
		}
		pid, args, _ := strings.Cut(sc.Text(), " ")
		if n, err := strconv.Atoi(pid); err == nil {
			seen[n] = args
		}
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	if status != "0" && status != "1" { // pgrep(1): some, none
		return nil, errors.New("the host has no list of processes (pgrep)")
	}
	return seen, nil
}

func marksAny(args string, known map[string]bool) bool {
	for _, w := range strings.Fields(args) {
		if known[w] {
			return true
		}
	}
	return false
}

// same reports whether the process, and its group's leader, are those in the
// journal.
func same(ctx context.Context, c *login.Client, sh Shell, run audit.Run, seen map[int]string) (Leftover, bool, error) {
	none := Leftover{}
	mark := map[string]bool{run.Mark: true}
	pid, err := command.ParsePID(run.PID)
	if err != nil || !marksAny(seen[run.PID], mark) {
		return none, false, nil
	}
	res, err := sh.Run(ctx, command.Process(pid))
	if err != nil {
		return none, false, err
	}
	out, err := io.ReadAll(res.Reader())
	if err != nil {
		return none, false, err
	}
	lines := bytes.Split(out, []byte("\n"))
	if len(lines) < 3 {
		return none, false, nil // it has just ended
	}
	owner := string(lines[0])
	mine := owner == run.User || run.Sudo && owner == "root"
	stat := lines[2] // proc(5): pid (name) state …; the name may hold anything
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const group, start = 5 - 3, 22 - 3 // pid and name stand before
	if len(f) <= start {
		return none, false, nil
	}
	ticks, _ := strconv.ParseUint(string(f[start]), 10, 64)
	pgid, _ := strconv.Atoi(string(f[group]))
	same := mine && string(lines[1]) == run.Boot && ticks == run.Ticks && marksAny(seen[pgid], mark)
	return Leftover{run, owner, pgid, c}, same, nil
}

// End ends a leftover with all that it started, after a person agreed. It looks
// once more whether it is the one that we started.
func (l Leftover) End(ctx context.Context, sh Shell) error {
	seen, err := marked(ctx, sh)
	if err != nil {
		return err
	}
	now, same, err := same(ctx, l.c, sh, l.Run, seen)
	if err != nil || !same {
		return err // it has ended by itself
	}
	group, err := command.ParsePID(now.group)
	if err != nil {
		return err
	}
	cmd := command.EndLeftover(group)
	if l.Sudo {
		cmd = cmd.WithSudo()
	}
	if _, err = sh.Run(ctx, cmd); err != nil {
		if seen, serr := marked(ctx, sh); serr == nil && !marksAny(seen[l.PID], map[string]bool{l.Mark: true}) {
			return nil // it ended meanwhile
		}
	}
	return err
}

// EndCapture ends a capture of ours.
func EndCapture(ctx context.Context, sh Shell, p command.PID) error {
	_, err := sh.Run(ctx, command.EndCapture(p))
	return err
}
