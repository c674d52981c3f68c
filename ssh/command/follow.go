package command

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"strings"
	"time"
)

// The follower's remote side, as sent: without comments, in one line.
//
//go:embed follow.sh
var followSource string

var followScript = oneLine(followSource)

// ownBash runs a script of ours, and nothing of the account's: sshd's shell replaces
// itself by the command, so a bash that is started so takes itself for the one that sshd
// started, and reads .bashrc, whose options and functions would change the script.
const ownBash = "bash --norc -p -c"

func oneLine(source string) string {
	var out []string
	for line := range strings.Lines(source) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}

// followName is what a follower is called in a list of processes.
const followName = "syncscope-follow"

var logFollower = &Info{
	"log-follower", "timeout --foreground -k 5 14400 " + ownBash + " SCRIPT " + followName + " PATH NONCE TICK SILENCE OFFSET SHA256 LENGTH",
	inShells, "one bash and one tail, under 1 % of a core; ends by itself when we are gone, or after 4 h",
	"new lines of the log, over cuts and rotations", 0, readsLog,
}

// Place is where in a log to go on: after Offset bytes, the last of which are
// Tail. A rotated file is known by them. Its zero value is a log's beginning.
type Place struct {
	Offset int64
	Tail   []byte // at most TailMax
}

// TailMax is how many bytes tell a place.
const TailMax = 256

func (p Place) String() string {
	return fmt.Sprintf("%d %x %d", p.Offset, sha256.Sum256(p.Tail), len(p.Tail))
}

// Pace is how often a follower looks for a rotation, and after how long a
// silence of ours it ends.
type Pace struct{ Tick, Silence time.Duration }

// Follower follows a log from a place on, by the protocol of follow.sh.
func Follower(p LogPath, n Nonce, pace Pace, at Place) Command {
	return Command{info: logFollower, line: fmt.Sprintf("timeout --foreground -k 5 14400 %s %s %s %s %s %.3f %d %s",
		ownBash, Quote(followScript), followName, Quote(p.s), n, max(pace.Tick, time.Millisecond).Seconds(), max(1, int(pace.Silence.Seconds())), at)}
}

// GoOn tells a follower where to go on after it stopped. Its signs of life are
// Enter.
func GoOn(at Place) Wire { return Wire{logFollower, "R " + at.String() + "\n"} }

// ParseLogPath takes a file under /var/log, where a host keeps it elsewhere
// than usual.
func ParseLogPath(s string) (LogPath, error) {
	if !strings.HasPrefix(s, "/var/log/") || len(s) > 200 || strings.HasSuffix(s, "/") || strings.Contains(s, "..") || !only(s, "/._-") {
		return LogPath{}, &ArgumentError{"log", s, "name a file under /var/log, with letters, digits, dots, hyphens and underscores"}
	}
	return LogPath{s}, nil
}
