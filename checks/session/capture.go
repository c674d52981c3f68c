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

// capture reads what the Manager is, finds the peer and the interface, and
// captures for as long as somebody watches.
func (h *host) capture(ctx context.Context, s, facts *source) error {
	l := h.run
	h.progress.begin(view.StepCapture)
	cli, err := h.cli(ctx)
	if err != nil {
		return err
	}
	defer cli.Close()
	l.named(cli.Name(), h.log, h.cap, h.facts)
	for _, cmd := range []command.Command{command.ShowVersion(), command.ShowSystemStatus()} {
		_, _ = facts.ask(ctx, cli, cmd) // its pane says why it was not answered
	}
	to := aim{host: h, facts: facts, known: l.called()}
	if to.spec, err = facts.captureSpec(ctx, cli); err != nil {
		return err
	}
	why := redact.Literal("no packet was captured meanwhile")
	for ended := s.lostAt; ; {
		begun := l.cfg.Now()
		r, level, err := h.startCapture(ctx, cli, s, to.spec)
		if err != nil {
			return err
		}
		if !ended.IsZero() {
			s.gap(ended, l.cfg.Now(), why)
		}
		before := s.packets()
		h.show(s, to.spec, level)
		moved, said := false, &heard{ReadCloser: r}
		err = s.untilOver(ctx, said, func(ctx context.Context) bool {
			moved = to.moved(ctx)
			return moved
		})
		if ctx.Err() != nil || err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if moved {
			ended, why = l.cfg.Now(), l.cfg.Gate.Foreign("the capture listens to "+to.spec.Peer.String()+" now, whom the Manager calls")
			continue
		}
		if err := l.mayRenew(l.cfg.Now().Sub(begun), s.packets()-before, said.last()); err != nil {
			return err
		}
		ended, why = l.cfg.Now(), redact.Literal("the capture was at its end, and began anew")
	}
}

// captureSpec is what to listen to, and says where that came from.
func (s *source) captureSpec(ctx context.Context, cli *shell.CLI) (command.CaptureSpec, error) {
	l := s.run
	spec := command.CaptureSpec{VPN: l.cfg.VPN}
	peer, err := s.findPeer(ctx, cli)
	if err != nil {
		return spec, err
	}
	spec.Peer = peer
	c, err := s.choose(ctx, cli, peer)
	if err != nil {
		return spec, err
	}
	spec.VPN, spec.Interface = c.vpn, c.iface
	spec.Proxy = s.loggedProxy(ctx, cli)
	if l.cfg.SSM != nil { // our own way to the SSM may lead through this Manager
		spec.Own = append(spec.Own, netip.AddrPortFrom(peer, uint16(l.cfg.SSM.Port)))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.header.VPN, l.header.Interface, l.header.InterfaceFrom = fmt.Sprint(c.vpn), c.iface.String(), c.from
	return spec, nil
}

// startCapture starts the best that the host gives: whole packets where they
// were asked for and a shell may have them, else the command line's listing.
func (h *host) startCapture(ctx context.Context, cli *shell.CLI, s *source, spec command.CaptureSpec) (io.ReadCloser, string, error) {
	if h.run.cfg.FullCapture {
		r, err := h.fullCapture(ctx, spec)
		if err == nil {
			s.decodeAs(event.Pcap)
			return r, "pcap, whole packets", nil
		}
		s.mark("whole packets cannot be had here, so the command line's listing is read: " + err.Error())
	}
	cmd, err := command.Capture(spec)
	if err != nil {
		return nil, "", err
	}
	r, err := cli.Stream(ctx, cmd)
	if err != nil {
		return nil, "", err
	}
	s.decodeAs(event.TcpdumpText)
	return r, "text 128 B", nil
}

// fullCapture runs tcpdump from a shell, under sudo if it must; its first bytes
// tell whether it runs.
func (h *host) fullCapture(ctx context.Context, spec command.CaptureSpec) (io.ReadCloser, error) {
	cmd, err := command.FullCapture(spec, h.run.cfg.Mark)
	if err != nil {
		return nil, err
	}
	c, err := h.client()
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
	s.dec = capture.NewDecoder(s.src, l.cfg.Gate, l.post)
	s.dec.SetWords(l.words)
	s.dec.SetArrival(l.cfg.Now)
}

// show says in the header and the pane what is captured, and with how much.
func (h *host) show(s *source, spec command.CaptureSpec, level string) {
	l := h.run
	l.mu.Lock()
	l.header.Level = level
	from := l.header.InterfaceFrom
	l.mu.Unlock()
	h.progress.end(view.StepCapture, fmt.Sprintf("vpn %d %s (%s), %s", spec.VPN, spec.Interface, from, level))
	s.say(event.Following, "")
}

// untilOver reads a capture until it ends, at the latest after captureTime or
// when moved returns true.
func (s *source) untilOver(ctx context.Context, r io.ReadCloser, moved func(context.Context) bool) error {
	timer := time.AfterFunc(captureTime, func() { _ = r.Close() })
	defer timer.Stop()
	defer r.Close()
	watch, end := context.WithCancel(ctx)
	var looks sync.WaitGroup
	looks.Go(func() {
		if moved(watch) {
			_ = r.Close() // what it says last is still read
		}
	})
	err := s.pump(r)
	end()
	looks.Wait()
	return err
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
func (s *source) packets() int {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	if s.dec == nil {
		return 0
	}
	return s.dec.Packets()
}

// mayRenew says why a capture that ran so long, with so many packets, is not begun
// anew; said is the last line that the host printed.
func (l *Live) mayRenew(ran time.Duration, packets int, said string) error {
	short := ran < min(shortestRun, captureTime)
	switch {
	case !l.watched():
		return fmt.Errorf("the capture ended after %v, and nobody watches (press a key and start it again)", ran.Round(time.Second))
	case short && packets < command.MaxPackets:
		return fmt.Errorf("the host ended the capture after %v and %d packets; the last that it said was: %s (press R to begin it again)", ran.Round(time.Second), packets, l.cfg.Gate.Foreign(said))
	case short:
		return fmt.Errorf("the capture was full after %v: %d packets (name another peer with --peer)", ran.Round(time.Second), command.MaxPackets)
	}
	return nil
}

// watched reports whether a front end took an update lately.
func (l *Live) watched() bool { return l.cfg.Now().Sub(l.feed.Taken()) < watchedWithin }

// mark puts a row of ours into a source.
func (s *source) mark(text string) {
	s.run.feed.Post(event.Mark{Meta: s.here(), Text: s.run.cfg.Gate.Foreign(text)})
}

func (s *source) here() event.Meta {
	return event.Meta{At: event.When{Arrival: s.run.cfg.Now()}, From: event.Ref{Source: s.src.ID}}
}

// named tags a node's sources with its name.
func (l *Live) named(node redact.Text, of ...*source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range of {
		s.src.Node = node
	}
}

// noteReply keeps what was not understood, with the release that said it.
func (l *Live) noteReply(cmd command.Command, ev event.CheckResult) {
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
