package command

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Mark stands in the arguments of what we start, so that it can be found again.
type Mark struct{ s string }

const markPrefix = "syncscope-wd-"

// NewMark makes a mark that no other session has.
func NewMark() Mark {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return Mark{markPrefix + hex.EncodeToString(b[:])}
}

// ParseMark reads a mark that a journal holds.
func ParseMark(s string) (Mark, error) {
	id, ok := strings.CutPrefix(s, markPrefix)
	if b, err := hex.DecodeString(id); !ok || err != nil || len(b) != 8 {
		return Mark{}, &ArgumentError{"mark", s, "it is made by this program alone"}
	}
	return Mark{s}, nil
}

// String is the mark.
func (m Mark) String() string { return m.s }

// guard lets a command live only while we do.
type guard struct {
	mark Mark
	max  time.Duration // its whole life
	wait time.Duration // without a word from us
}

// Bounds of a guarded command: it ends when it has not heard from us for
// guardWait, and we say something every guardBeat.
const (
	guardWait = 30 * time.Second
	guardBeat = 10 * time.Second
)

// watchdog runs its arguments as long as lines come on standard input. It first
// says who it is, and starts nothing before it is told to: the journal is
// written in between. timeout has put it into a process group of its own.
const watchdog = `printf '\036%%s %%s %%s %%s\n' "$0" "$$" "$(cut -d' ' -f22 /proc/$$/stat)" "$(cat /proc/sys/kernel/random/boot_id)" >&2
read -r -t %[1]d _ || exit 1
exec 3<&0
{ exec >/dev/null 2>&1; trap '' TERM; while read -r -t %[1]d -u 3 _; do :; done; kill -s TERM 0; sleep 2; kill -s KILL 0; } &
"$@" </dev/null
s=$?; kill -s KILL $!; exit $s`

func (g *guard) line(argv string) string {
	script := fmt.Sprintf(watchdog, int(g.wait.Seconds()))
	return fmt.Sprintf("timeout -k 5 %d %s %s %s %s", int(g.max.Seconds()), ownBash, Quote(script), g.mark, argv)
}

// Guarded reports whether a watchdog starts the command, and says so first.
func (c Command) Guarded() bool { return c.guard != nil }

// Mark is the mark in the arguments of a guarded command.
func (c Command) Mark() Mark {
	if c.guard == nil {
		return Mark{}
	}
	return c.guard.mark
}

// Leftovers lists the processes that have a mark of ours, without itself.
func Leftovers() Command {
	return Command{info: marked, line: `pgrep -af '[s]yncscope-(wd-|follow)'; printf 'status %d\n' $?`}
}

// Captures lists what runs of tcpdump there are.
func Captures() Command {
	return Command{info: captures, line: `pgrep -af '[t]cpdump '; printf 'status %d\n' $?`}
}

// EndCapture ends a run of the Manager's own tcpdump, whose terminal is gone: where it
// is another user's, by the end of the login that it runs in.
func EndCapture(p PID) Command {
	return Command{info: endCapture, line: fmt.Sprintf("read -r s </proc/%[1]d/stat && set -- ${s##*)} && { kill -s INT %[1]d 2>/dev/null || kill -s HUP $4; }", p.n)}
}

// PID is a process on a host.
type PID struct{ n int }

// ParsePID takes a process that can be ended: not 0, which is a whole group,
// nor 1.
func ParsePID(n int) (PID, error) {
	if n < 2 || n > 1<<22 {
		return PID{}, &ArgumentError{"process", fmt.Sprint(n), "it is none that we started"}
	}
	return PID{n}, nil
}

// Process tells whose a process is, of which boot, and when it began.
func Process(p PID) Command {
	return Command{info: process, line: fmt.Sprintf("stat -c %%U /proc/%d; cat /proc/sys/kernel/random/boot_id /proc/%d/stat; true", p.n, p.n)}
}

// EndLeftover ends a watchdog's process group: what it started, too. A person
// must have agreed.
func EndLeftover(group PID) Command {
	return Command{info: endLeft, line: fmt.Sprintf("kill -s TERM -- -%d", group.n)}
}
