package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"
	"time"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/session/relay"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// A capture is begun anew only if somebody saw the screen lately, and if the
// one before was not over at once: then its filter lets too much through.
const (
	watchedWithin = time.Minute
	shortestRun   = 30 * time.Second
)

// captureTime ends a capture that runs on; tests shorten it.
var captureTime = command.MaxDuration

// tap is a Manager's capture: what it listens to, and what that was made of.
type tap struct {
	host  *host
	s     *source // of the packets
	facts *source // of what the Manager is asked
	spec  command.CaptureSpec
	known diagnose.Called
}

// run reads what the Manager is, finds the peer and the interface, and captures
// for as long as somebody watches.
func (t *tap) run(ctx context.Context) error {
	l := t.host.run
	t.host.progress.begin(view.StepCapture)
	cli, err := t.host.cli(ctx)
	if err != nil {
		return err
	}
	defer cli.Close()
	t.named(cli.Name())
	for _, cmd := range []command.Command{command.ShowVersion(), command.ShowSystemStatus()} {
		_, _ = t.facts.ask(ctx, cli, cmd) // its pane says why it was not answered
	}
	t.known = l.called()
	if t.spec, err = t.aim(ctx, cli); err != nil {
		return err
	}
	why := redact.Literal("no packet was captured meanwhile")
	for ended := t.s.lostAt; ; {
		r, level, err := t.start(ctx, cli)
		if err != nil {
			return err
		}
		if !ended.IsZero() {
			t.s.gap(ended, l.cfg.Now(), why)
		}
		last := run{begun: time.Now(), before: t.packets(), limit: command.MaxPackets}
		t.show(level)
		said := &heard{ReadCloser: r}
		moved, err := t.untilOver(ctx, said)
		if ctx.Err() != nil || err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		ended, why = l.cfg.Now(), redact.Literal("the capture was at its end, and began anew")
		if moved {
			why = l.cfg.Gate.Foreign("the capture listens to " + t.spec.Peer.String() + " now, whom the Manager calls")
		} else if err := t.mayRenew(t.lastRun(r, last), said.last()); err != nil {
			return err
		}
	}
}

// aim is what to listen to, and says where that came from.
func (t *tap) aim(ctx context.Context, cli *shell.CLI) (command.CaptureSpec, error) {
	l := t.host.run
	spec := command.CaptureSpec{VPN: l.cfg.VPN}
	peer, err := t.findPeer(ctx, cli)
	if err != nil {
		return spec, err
	}
	spec.Peer = peer
	c, err := t.choose(ctx, cli, peer)
	if err != nil {
		return spec, err
	}
	spec.VPN, spec.Interface = c.vpn, c.iface
	spec.Proxy = t.loggedProxy(ctx, cli)
	if l.cfg.SSM != nil { // our own way to the SSM may lead through this Manager
		spec.Own = append(spec.Own, netip.AddrPortFrom(peer, uint16(l.cfg.SSM.Port)))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.header.VPN, l.header.Interface, l.header.InterfaceFrom = fmt.Sprint(c.vpn), c.iface.String(), c.from
	return spec, nil
}

// start starts the best that the host gives: whole packets where they were asked
// for and a shell may have them, else the command line's listing.
func (t *tap) start(ctx context.Context, cli *shell.CLI) (io.ReadCloser, string, error) {
	if t.host.run.cfg.FullCapture {
		r, err := t.full(ctx)
		if err == nil {
			t.s.decodeAs(event.Pcap)
			return timed{r, time.AfterFunc(captureTime, func() { _ = r.Close() })}, "pcap, whole packets", nil
		}
		t.s.mark("whole packets cannot be had here, so the command line's listing is read: " + err.Error())
	}
	first, err := t.listing(ctx, cli, command.FewestPackets)
	if err != nil {
		return nil, "", err
	}
	t.s.decodeAs(event.TcpdumpText)
	return relay.New(ctx, relay.Config{
		Begin: t.another, Watched: t.watched, Lasts: captureTime,
		Fewest: command.FewestPackets, Most: command.MostPackets, TooShort: shortestRun,
	}, first), "text 128 B", nil
}

// listing begins a capture of about so many packets: by the exact number it can be
// found in a list of processes.
func (t *tap) listing(ctx context.Context, cli *shell.CLI, packets int) (relay.Run, error) {
	spec, open := t.spec, &t.host.listed
	spec.Packets = open.Number(packets)
	cmd, err := command.Capture(spec)
	if err != nil {
		return relay.Run{}, err
	}
	open.Begin(spec.Packets, cmd)
	r, err := cli.Stream(ctx, cmd)
	return relay.Run{ReadCloser: r, Packets: spec.Packets, Leave: func() {}, Ended: func() { open.Ended(spec.Packets) }}, err
}

// another is listing, on a command line of its own.
func (t *tap) another(ctx context.Context, packets int) (relay.Run, error) {
	cli, err := t.host.cli(ctx)
	if err != nil {
		return relay.Run{}, err
	}
	r, err := t.listing(ctx, cli, packets)
	if r.Leave = func() { _ = cli.Close() }; err != nil { // it is thrown away
		r.Leave()
	}
	return r, err
}

// full runs tcpdump from a shell, under sudo if it must; its first bytes tell
// whether it runs.
func (t *tap) full(ctx context.Context) (io.ReadCloser, error) {
	cmd, err := command.FullCapture(t.spec, t.host.run.cfg.Mark)
	if err != nil {
		return nil, err
	}
	c, err := t.host.client()
	if err != nil {
		return nil, err
	}
	r, err := begun(ctx, shell.Open(c), cmd)
	var refused *ssh.RefusedError
	if errors.As(err, &refused) {
		return begun(ctx, shell.Open(c), cmd.WithSudo())
	}
	return r, err
}

// timed is a capture that ends when its time is over.
type timed struct {
	io.ReadCloser
	limit *time.Timer
}

// Close ends it.
func (t timed) Close() error {
	t.limit.Stop()
	return t.ReadCloser.Close()
}

// begun streams a command whose first bytes came.
func begun(ctx context.Context, sh shell.Shell, cmd command.Command) (io.ReadCloser, error) {
	r, err := sh.Stream(ctx, cmd)
	if err != nil {
		return nil, err
	}
	magic := make([]byte, 4)
	if _, err := io.ReadFull(r, magic); err != nil {
		_ = r.Close() // it did not begin
		return nil, err
	}
	return rejoined{io.MultiReader(&once{b: magic}, r), r}, nil
}

// rejoined is a stream with the bytes in front that were read of it.
type rejoined struct {
	io.Reader
	io.Closer
}

type once struct{ b []byte }

func (o *once) Read(b []byte) (int, error) {
	if len(o.b) == 0 {
		return 0, io.EOF
	}
	n := copy(b, o.b)
	o.b = o.b[n:]
	return n, nil
}

// decodeAs begins a decoder for a source that turned out to be of kind.
func (s *source) decodeAs(kind event.Kind) {
	l := s.run
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.dec != nil && s.src.Kind == kind && kind == event.TcpdumpText {
		return // it goes on; a pcap stream has a header of its own
	}
	s.src.Kind = kind
	s.src.Level = map[bool]event.Level{true: event.LevelPcap, false: event.LevelText}[kind == event.Pcap]
	s.dec = capture.NewDecoder(s.src, l.cfg.Gate, func(ev event.Event) { l.feed.Post(ev) })
	s.dec.SetWords(l.words)
	s.dec.SetArrival(l.cfg.Now)
}

// show says in the header and the pane what is captured, and with how much.
func (t *tap) show(level string) {
	l := t.host.run
	l.mu.Lock()
	l.header.Level = level
	from := l.header.InterfaceFrom
	l.mu.Unlock()
	t.host.progress.end(view.StepCapture, fmt.Sprintf("vpn %d %s (%s), %s", t.spec.VPN, t.spec.Interface, from, level))
	t.s.say(event.Following, "")
}

// untilOver reads a capture until it ends, or until it should listen to something
// else.
func (t *tap) untilOver(ctx context.Context, r io.ReadCloser) (moved bool, err error) {
	defer r.Close()
	watch, end := context.WithCancel(ctx)
	var looks sync.WaitGroup
	looks.Go(func() {
		if moved = t.moved(watch); moved {
			_ = r.Close() // what it says last is still read
		}
	})
	err = t.s.pump(r)
	end()
	looks.Wait()
	return moved, err
}

// heard is a stream whose end is kept: there a program says why it ended.
type heard struct {
	io.ReadCloser
	end []byte
}

const mostHeard = 512

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.ReadCloser.Read(b)
	h.end = append(h.end, b[max(0, n-mostHeard):n]...)
	if over := len(h.end) - mostHeard; over > 0 {
		h.end = append(h.end[:0], h.end[over:]...)
	}
	return n, err
}

// last is the last line that is not blank.
func (h *heard) last() string {
	lines := strings.Split(strings.TrimSpace(string(h.end)), "\n")
	return cmp.Or(strings.TrimSpace(lines[len(lines)-1]), "nothing")
}

// packets counts those of the source so far.
func (t *tap) packets() int {
	t.host.run.mu.Lock()
	defer t.host.run.mu.Unlock()
	if t.s.dec == nil {
		return 0
	}
	return t.s.dec.Packets()
}

// run is one run of tcpdump.
type run struct {
	begun  time.Time
	before int // packets that came before it
	limit  int // packets that it ends after
	took   time.Duration
	count  int // packets that came of it
}

// lastRun is the run that a capture ended with.
func (t *tap) lastRun(r io.Reader, whole run) run {
	if y, ok := r.(*relay.Relay); ok {
		whole.took, whole.count, whole.limit = y.Last()
		return whole
	}
	whole.took, whole.count = time.Since(whole.begun), t.packets()-whole.before
	return whole
}

// watched reports whether a front end has taken an update lately.
func (t *tap) watched() bool {
	l := t.host.run
	return l.cfg.Now().Sub(l.feed.Taken()) < watchedWithin
}

// mayRenew says why a capture is not begun anew whose last run was such; said is
// the last line that the host printed.
func (t *tap) mayRenew(last run, said string) error {
	took := last.took.Round(time.Second)
	short := last.took < min(shortestRun, captureTime)
	switch {
	case !t.watched():
		return fmt.Errorf("the capture ended after %v, and nobody watches (press a key and start it again)", took)
	case short && last.count < last.limit:
		return fmt.Errorf("the host ended the capture after %v and %d packets; the last that it said was: %s (press R to begin it again)", took, last.count, t.host.run.cfg.Gate.Foreign(said))
	case short && last.limit >= command.MaxPackets:
		return fmt.Errorf("the capture was full after %v: %d packets (name another peer with --peer)", took, last.limit)
	}
	return nil
}

// mark puts a row of ours into a source.
func (s *source) mark(text string) {
	s.run.feed.Post(event.Mark{Meta: s.here(), Text: s.run.cfg.Gate.Foreign(text)})
}

func (s *source) here() event.Meta {
	return event.Meta{At: event.When{Arrival: s.run.cfg.Now()}, From: event.Ref{Source: s.src.ID}}
}

// named tags a node's sources with its name.
func (t *tap) named(node redact.Text) {
	l := t.host.run
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range []*source{t.host.log, t.s, t.facts} {
		s.src.Node = node
	}
}

// noteReply keeps what was not understood, with the release that said it.
func (s *source) noteReply(cmd command.Command, ev event.CheckResult) {
	l := s.run
	l.mu.Lock()
	if !ev.Version.Empty() {
		l.release = ev.Version.String()
	}
	release := l.release
	l.mu.Unlock()
	if ev.Check != cliout.CheckUnknown || !ev.Failure.Empty() {
		return
	}
	if release == "" {
		release = "unknown"
	}
	text := l.cfg.Gate.Foreign("unrecognised reply, of release " + release + " to " + cmd.ID() + ":")
	for _, line := range ev.Lines[:min(len(ev.Lines), 3)] {
		text = redact.Join(text, line)
	}
	l.feed.Post(event.Mark{Meta: ev.Meta, Text: text})
}
