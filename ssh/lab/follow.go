package lab

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// follower plays the remote side of a followed log (ssh/command/follow.sh) as a
// host with bash and tail would, over a file that is never rotated.
type follower struct {
	f     *file
	name  string
	nonce string
	limit time.Duration // of silence
	at    place
	mu    sync.Mutex // one Write at a time
	out   io.Writer
}

type place struct {
	off, n int64
	sum    string
}

const followName = "syncscope-follow"

// follow runs "timeout … bash --norc -p -c SCRIPT syncscope-follow …".
func (s *shell) follow(ctx context.Context, argv []string, std stdio) int {
	a := argv[len(argv)-7:]
	limit, err := strconv.Atoi(a[3])
	at, ok := parsePlace(a[4:])
	if err != nil || !ok {
		return 2
	}
	w := &follower{f: s.open("bash", a[0], std), name: path.Base(a[0]), nonce: a[1], limit: time.Duration(limit) * time.Second, at: at, out: std.out}
	w.mark("HELLO lab")
	if w.f == nil {
		w.mark("ERR")
		return 3
	}
	s.host.lab.attach()
	return w.run(ctx, std.in)
}

func parsePlace(words []string) (p place, ok bool) {
	if len(words) != 3 {
		return p, false
	}
	off, err1 := strconv.ParseInt(words[0], 10, 64)
	n, err2 := strconv.ParseInt(words[2], 10, 64)
	return place{off, n, words[1]}, err1 == nil && err2 == nil && 0 <= n && n <= off
}

// run follows until the input ends or is silent for too long.
func (w *follower) run(ctx context.Context, in io.Reader) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for sc := bufio.NewScanner(in); sc.Scan(); {
			select {
			case lines <- sc.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	stop := w.pump(ctx)
	defer func() { stop() }()
	for silence := time.NewTimer(w.limit); ; silence.Reset(w.limit) {
		select {
		case line, ok := <-lines:
			switch {
			case !ok:
				return 0
			case line == "":
				w.mark("BEAT")
			case strings.HasPrefix(line, "R "):
				if at, ok := parsePlace(strings.Fields(line)[1:]); ok {
					stop()
					w.at = at
					stop = w.pump(ctx)
				}
			}
		case <-silence.C:
			return 5
		case <-ctx.Done():
			return 130
		}
	}
}

// pump begins to hand over; the function ends it and waits.
func (w *follower) pump(ctx context.Context) func() {
	if !w.holds() {
		w.mark("GAP")
		w.at = place{}
	}
	w.mark(fmt.Sprintf("OPEN %d 1:131079 %s", w.at.off, w.name))
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() { w.f.follow(ctx, w, w.at.off) })
	return func() { cancel(); done.Wait() }
}

// holds: the bytes before the place are in the file.
func (w *follower) holds() bool {
	if w.at.off > w.f.size() {
		return false
	}
	b, _ := w.f.from(w.at.off - w.at.n)
	return w.at.n == 0 || fmt.Sprintf("%x", sha256.Sum256(b[:w.at.n])) == w.at.sum
}

func (w *follower) mark(words string) {
	_, _ = w.Write([]byte("\x1e" + w.nonce + " " + words + "\n")) // the reader may be gone
}

// Write hands over.
func (w *follower) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(b)
}
