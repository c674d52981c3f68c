package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// Sink takes a followed log.
type Sink interface {
	// Lines takes whole lines (a very long one in pieces); b is the caller's
	// again afterwards. What was taken never comes again.
	Lines(b []byte) error
	// Gap tells that lines are missing between what came and what comes.
	Gap(Gap)
	// Full tells whether the disk that the log is on is full, so that nothing is
	// written; only where the host tells it.
	Full(bool)
	// Alive tells that the follower is at work, whether or not the log grows.
	Alive()
}

// Gap is what is missing of a log.
type Gap struct {
	Since, Until time.Time // our clock: when the last line came, and when following went on
	Why          redact.Text
}

// Timing is how a follower keeps time.
type Timing struct {
	Tick    time.Duration // between looks for a rotation
	Beat    time.Duration // between our signs of life
	Silence time.Duration // after so long without them the remote side ends
	Dead    time.Duration // after so long without its answer the link is dead
}

// DefaultTiming: a dead link is seen within 45 s, and a follower that nobody
// listens to is gone within 60 s.
var DefaultTiming = Timing{Tick: time.Second, Beat: 10 * time.Second, Silence: 45 * time.Second, Dead: 30 * time.Second}

// On goes on over another connection.
func (l *Log) On(sh shell.Shell) { l.sh = sh }

// Follow hands over what is written behind the mark, or behind what an earlier
// Follow has handed over. It finds its place again by content, so nothing is
// lost or doubled over cuts and rotations; where that is impossible, to is told
// of a gap. It ends with *LostError where the connection is gone (call On and
// Follow again), with *RefusedError, or with ctx.
func (l *Log) Follow(ctx context.Context, to Sink) error {
	defer l.place.lost()
	l.place.out = l.handing(to)
	if err := l.start(ctx); err != nil {
		return err
	}
	for !l.pulled {
		err := l.watch(ctx, to)
		l.place.lost()
		var none *noFollower
		switch {
		case errors.As(err, &none) && l.journal != nil:
			return &ssh.RefusedError{Target: l.target(), Command: "following the journal", Reply: redact.Literal("it takes bash, timeout and journalctl there")}
		case errors.As(err, &none):
			l.pulled = true
		case err != nil:
			return err
		}
		if err := pause(ctx, l.Timing.Tick); err != nil { // its time limit is over, or somebody ended it
			return err
		}
	}
	return l.poll(ctx, to)
}

func (l *Log) handing(to Sink) func([]byte) error {
	return func(b []byte) error {
		err := to.Lines(b)
		if err == nil {
			l.came = time.Now()
		}
		return err
	}
}

// gap tells of a gap and forgets the place: what comes now is a beginning.
func (l *Log) gap(to Sink, why redact.Text) {
	now := time.Now()
	if l.came.IsZero() {
		l.came = now
	}
	to.Gap(Gap{l.came, now, redact.Join(redact.Literal("lines are missing:"), why)})
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// noFollower: the host has not what the remote side needs.
type noFollower struct{ why error }

func (n *noFollower) Error() string { return fmt.Sprintf("no follower can run there: %v", n.why) }

// watcher is one run of the remote side.
type watcher struct {
	l       *Log
	to      Sink
	ch      *shell.Channel
	goOns   chan command.Wire
	hello   bool
	waiting bool   // for OPEN, what comes until then counts for nothing
	holding bool   // until LIVE
	held    []byte // meanwhile
	refused error
	none    bool // the host's tail cannot follow
}

// maxHeld bounds what is held back until it is sure which file it is of: more
// than comes over a fast link in the second that this takes.
const maxHeld = 64 << 20

// helloWait is how long the remote side may take to begin: a person may be
// asked for sudo's password.
const helloWait = 2 * time.Minute

func (l *Log) watch(ctx context.Context, to Sink) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := command.NewNonce()
	pace := command.Pace{Tick: l.Timing.Tick, Silence: l.Timing.Silence}
	cmd := command.Follower(l.path, n, pace, l.place.now())
	if l.journal != nil {
		l.journal.part, l.journal.proving = nil, l.journal.cursor != ""
		cmd = command.JournalFollower(n, pace, l.journal.at)
	}
	if l.sudo {
		cmd = cmd.WithSudo()
	}
	r, err := l.sh.Stream(ctx, cmd)
	if err != nil {
		return err
	}
	defer r.Close()
	on, ok := r.(interface{ Channel() *shell.Channel })
	if !ok {
		return &noFollower{errors.New("its input cannot be written to")}
	}
	w := &watcher{l: l, to: to, ch: on.Channel(), goOns: make(chan command.Wire, 4), waiting: true}
	go w.feed(ctx)
	return w.run(ctx, r, newFraming(n.String(), w.data, w.mark))
}

// run reads until the remote side ends or is silent for too long. While the
// sink takes its time, silence does not count.
func (w *watcher) run(ctx context.Context, r io.Reader, m *framing) error {
	chunks, end := reading(ctx, r)
	limit := time.NewTimer(helloWait)
	defer limit.Stop()
	for {
		select {
		case b, ok := <-chunks:
			if !ok {
				return w.ended(ctx, <-end)
			}
			if err := m.write(b); err != nil {
				return err
			}
			if w.hello {
				limit.Reset(w.l.Timing.Dead)
			}
		case <-limit.C:
			if w.ch.Client().Shared() { // nobody else sees it
				w.ch.Client().Close()
			}
			return &ssh.LostError{Target: w.l.target()}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// reading reads r into a bounded queue.
func reading(ctx context.Context, r io.Reader) (<-chan []byte, <-chan error) {
	chunks, end := make(chan []byte, 16), make(chan error, 1)
	go func() {
		defer close(chunks)
		for {
			b := make([]byte, 32<<10)
			n, err := r.Read(b)
			if n > 0 {
				select {
				case chunks <- b[:n]:
				case <-ctx.Done():
				}
			}
			if err != nil {
				end <- err
				return
			}
		}
	}()
	return chunks, end
}

// ended tells why the remote side ended.
func (w *watcher) ended(ctx context.Context, err error) error {
	var refused *ssh.RefusedError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case w.refused != nil:
		return w.refused
	case w.none, !w.hello && (errors.Is(err, io.EOF) || errors.As(err, &refused)):
		return &noFollower{err}
	case errors.Is(err, io.EOF), errors.As(err, &refused): // its time was over: begin again
		return nil
	}
	return err
}

// feed writes to the remote side: a dead link may take nothing for long.
func (w *watcher) feed(ctx context.Context) {
	for {
		select {
		case i := <-w.goOns:
			if w.ch.Press(i) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (w *watcher) data(b []byte) error {
	switch {
	case w.l.journal != nil:
		return w.l.journal.take(b, w.l, w.to)
	case w.waiting:
		return nil
	case !w.holding:
		return w.l.place.take(b)
	case len(w.held)+len(b) > maxHeld:
		return &ssh.LostError{Target: w.l.target()}
	}
	w.held = append(w.held, b...)
	return nil
}

// mark does what the remote side says.
func (w *watcher) mark(name string, words []string) error {
	w.to.Alive()
	switch name {
	case "HELLO":
		if len(words) > 0 && len(words[0]) <= 36 {
			w.l.boot = words[0]
		}
		w.hello = true // before, sudo would take a sign of life for a password
		go w.ch.Beat(w.l.Timing.Beat)
	case "OPEN":
		return w.open(words)
	case "PUMP":
		w.holding, w.held = true, nil
	case "LIVE":
		held := w.held
		w.holding, w.held = false, nil
		return w.data(held)
	case "STOP":
		w.goOn()
	case "T:": // tail's own words
		if slices.Contains(words, "truncated") || strings.Contains(strings.Join(words, ""), "\x1e") {
			w.goOn()
		}
	case "GAP":
		w.l.gap(w.to, redact.Literal("they stood in a file that is gone"))
		if err := w.l.place.flush(); err != nil {
			return err
		}
		w.l.place.at = command.Place{}
	case "OVER":
		w.l.gap(w.to, redact.Literal("the log was cut and grew past where we were, between two looks"))
	case "FULL", "ROOM":
		w.to.Full(name == "FULL")
	case "NONE":
		w.none = true
	case "ERR":
		w.refused = &ssh.RefusedError{Target: w.l.target(), Command: "following the log", Reply: redact.Literal("it cannot be opened any more")}
	}
	return nil
}

// goOn asks to go on from where we are; whatever comes before OPEN is void.
func (w *watcher) goOn() {
	if w.waiting {
		return
	}
	w.waiting, w.holding, w.held = true, false, nil
	select {
	case w.goOns <- command.GoOn(w.l.place.now()):
	default: // the link takes nothing: it is about to be found dead
	}
}

func (w *watcher) open(words []string) error {
	if len(words) == 0 {
		return nil
	}
	off, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return nil
	}
	if w.waiting || off != 0 {
		w.waiting = false
		return nil
	}
	return w.l.place.next()
}
