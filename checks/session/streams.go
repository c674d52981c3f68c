package session

import (
	"context"
	"fmt"
	"io"
	"time"

	"syncscope/capture"
	"syncscope/checks"
	"syncscope/ssh"
	"syncscope/ssh/command"
)

// Bounds of reading back: at most this old, this much and this long.
const (
	historyAge   = 24 * time.Hour
	historyBytes = 16 << 20
	historyTime  = 5 * time.Second
	historyFirst = 256 << 10
)

// addManager registers the streams of one Manager node: its log, the capture,
// and what it says of itself.
func (l *Live) addManager(h *host) {
	h.log = l.add(capture.ManagerLog, capture.LevelNone, "vmanage-server.log", h)
	h.cap = l.add(capture.TcpdumpText, capture.LevelText, "tcpdump", h)
	h.facts = l.add(capture.Check, capture.LevelNone, "checks", h)
}

// addSSM registers the SSM's log, or says why there is none.
func (l *Live) addSSM() {
	s := l.add(capture.SSMMessages, capture.LevelNone, "messages", l.ssm)
	if l.ssm == nil {
		l.say(s, capture.Refused, "no SSM was given: start with --ssm USER@HOST to see its side")
		return
	}
	l.ssm.log = s
}

// visit logs in to a host and starts its streams.
func (l *Live) visit(ctx context.Context, h *host) {
	defer l.wg.Done()
	for h.link == nil {
		err := l.dial(ctx, h)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		h.way.fail(err, checks.StepResolve, checks.StepTCP, checks.StepHostKey, checks.StepLogin)
		for _, s := range []*source{h.log, h.cap} {
			if s != nil {
				l.say(s, capture.Refused, err.Error())
			}
		}
		h.read()
		if !l.wait(ctx) {
			return
		}
		for _, s := range []*source{h.log, h.cap} {
			if s != nil {
				l.say(s, capture.Connecting, "")
			}
		}
	}
	l.sweep(ctx, h)
	l.goStream(ctx, h.log, func() error { return l.log(ctx, h) }, checks.StepCLI, checks.StepLogRight, checks.StepHistory)
	if h.cap != nil {
		l.goStream(ctx, h.cap, func() error { return l.capture(ctx, h, h.cap, h.facts) }, checks.StepCapture)
	}
}

// log reads a host's log back and follows it.
func (l *Live) log(ctx context.Context, h *host) error {
	defer h.read()
	h.way.begin(checks.StepCLI)
	sh, path := ssh.Shell(nil), command.SSMMessages
	if h.cap == nil {
		var end func()
		var err error
		if sh, end, err = h.current().SSMShell(ctx, l.cfg.SSMLogin); err != nil {
			return err
		}
		defer end()
	} else {
		path = command.ManagerServerLog
		cli, err := h.current().Manager(ctx)
		if err != nil {
			return err
		}
		defer cli.Close()
		if sh, err = cli.Shell(ctx); err != nil {
			return l.printed(ctx, h, cli, err)
		}
	}
	if h.followed != nil {
		h.followed.On(sh)
		return l.follow(ctx, h)
	}
	l.sample(ctx, h.log, sh)
	return l.readBack(ctx, h, sh, path)
}

// sample asks for the host's clock. Not knowing it is no reason to stop.
func (l *Live) sample(ctx context.Context, s *source, sh ssh.Shell) {
	before := l.cfg.Now()
	res, err := sh.Run(ctx, command.Date())
	after := l.cfg.Now()
	if err != nil {
		return
	}
	got, err := capture.ReadCheck(s.src, l.cfg.Gate, capture.CheckDate, res.Reader())
	if err != nil || got.Clock.IsZero() {
		return
	}
	way := after.Sub(before) / 2
	const printed = 500 * time.Millisecond // date prints whole seconds, cut
	m := got.Meta
	m.At.Arrival = after
	l.hub.post(capture.ClockSample{Meta: m, Offset: got.Clock.Add(printed).Sub(before.Add(way)), Uncertainty: way + printed})
}

// readBack reads a log back to the last attempt, then follows it.
func (l *Live) readBack(ctx context.Context, h *host, sh ssh.Shell, path command.LogPath) error {
	h.way.end(checks.StepCLI, "")
	h.way.begin(checks.StepLogRight)
	var log *ssh.Log
	var err error
	if h == l.ssm {
		log, err = ssh.OpenSSMLog(ctx, sh, l.cfg.SSMLogin)
	} else {
		log, err = ssh.OpenLog(ctx, sh, path)
	}
	if err != nil {
		return err
	}
	h.way.end(checks.StepLogRight, h.log.src.Title.String())
	h.way.begin(checks.StepHistory)
	n := l.past(ctx, h.log, log)
	h.way.end(checks.StepHistory, fmt.Sprintf("%d lines", n))
	h.read()
	l.between(ctx, h.log, log)
	h.followed = log
	return l.follow(ctx, h)
}

// pump decodes a stream until it ends.
func (l *Live) pump(s *source, r io.Reader) error {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			l.touched(s)
			if _, werr := s.dec.Write(buf[:n]); werr != nil {
				return werr
			}
		}
		if err != nil {
			_ = s.dec.Close()
			return err
		}
	}
}

// backlog is a log that can be read back.
type backlog interface {
	Backlog(ctx context.Context, n int64) (r io.Reader, whole bool, err error)
}

// past decodes the log's end, reaching further back until an attempt is in it.
// It never fails the stream: without history, following still works.
// It tells how many lines it showed.
func (l *Live) past(ctx context.Context, s *source, log backlog) int {
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	for n := int64(historyFirst); ; n *= 4 {
		n = min(n, historyBytes)
		var events []capture.Event
		emit := func(ev capture.Event) { events = append(events, ev) }
		dec := capture.NewDecoder(s.src, l.cfg.Gate, func(ev capture.Event) { emit(ev) })
		dec.SetHistory(true)
		r, whole, err := log.Backlog(ctx, n)
		if err == nil {
			_, err = io.Copy(dec, r)
		}
		if err == nil && !whole && n < historyBytes && !l.holdsAttempt(s, events) {
			continue
		}
		events = recent(events)
		for _, ev := range events {
			l.hub.post(ev)
		}
		emit = l.hub.post
		dec.SetHistory(false)
		dec.SetArrival(l.cfg.Now)
		l.mu.Lock()
		s.dec = dec
		l.mu.Unlock()
		return len(events)
	}
}

func (l *Live) holdsAttempt(s *source, events []capture.Event) bool {
	e := checks.NewEngine(l.cfg.Rules, l.cfg.Peer)
	e.Source(s.src)
	for _, ev := range events {
		e.Observe(ev)
	}
	return len(e.Diagnose().Attempts) > 0
}

// recent drops what is older than historyAge, on the log's own clock: before
// the last line that has a stamp.
func recent(events []capture.Event) []capture.Event {
	var last time.Time
	for _, ev := range events {
		if t, _ := stamp(ev); !t.IsZero() {
			last = t
		}
	}
	for i, ev := range events {
		t, dated := stamp(ev)
		if t.IsZero() {
			continue
		}
		age := last.Sub(t)
		if age < 0 && !dated { // syslog prints no year
			age = last.Sub(t.AddDate(-1, 0, 0))
		}
		if age <= historyAge {
			return events[i:]
		}
	}
	return events
}

// stamp is a line's own stamp: nginx's, which has a year, cannot be compared
// with syslog's, which has none.
func stamp(ev capture.Event) (t time.Time, dated bool) {
	if e, ok := ev.(capture.LogEntry); ok {
		return e.Stamp.Time, e.Stamp.Dated
	}
	return ev.When().Time, ev.When().Dated
}

// ask runs one check and posts what it printed. A check that cannot be run is
// no reason to stop: its stage stays unknown.
func (l *Live) ask(ctx context.Context, cli *ssh.CLI, cmd command.Command, s *source) (capture.CheckResult, error) {
	res, err := cli.Run(ctx, cmd)
	if err != nil {
		l.say(s, capture.Refused, err.Error())
		return capture.CheckResult{}, err
	}
	ev, err := capture.ReadCheck(s.src, l.cfg.Gate, capture.CheckUnknown, res.Reader())
	if err != nil {
		return ev, err
	}
	if ev.Host.Empty() {
		ev.Host = cli.Name()
	}
	l.noteReply(cmd, ev)
	ev.At.Arrival = l.cfg.Now()
	l.hub.post(ev)
	l.touched(s)
	l.mu.Lock()
	s.lines += len(ev.Lines)
	l.mu.Unlock()
	l.say(s, capture.Ended, "")
	return ev, nil
}
