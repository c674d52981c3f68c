package session

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/shell"
)

// Bounds of reading back: at most this old, this much and this long.
const (
	historyAge   = 24 * time.Hour
	historyBytes = 16 << 20
	historyTime  = 5 * time.Second
	sinceTime    = 30 * time.Second // where more was asked for
	historyFirst = 256 << 10
)

// addStreams registers the streams of one Manager node: its log, the capture,
// and what it says of itself.
func (h *host) addStreams() {
	h.log = h.run.add(event.ManagerLog, event.LevelNone, "vmanage-server.log", h)
	h.cap = h.run.add(event.TcpdumpText, event.LevelText, "tcpdump", h)
	h.facts = h.run.add(event.Check, event.LevelNone, "checks", h)
}

// addSSM registers the SSM's log, or says why there is none.
func (l *Live) addSSM() {
	if len(l.ssms) == 0 {
		s := l.add(event.SSMMessages, event.LevelNone, "messages", nil)
		s.say(event.Refused, "no SSM was given: start with --ssm USER@HOST to see its side")
		return
	}
	for _, h := range l.ssms {
		h.log = l.add(event.SSMMessages, event.LevelNone, "messages", h)
	}
}

// visit logs in to a host and starts its streams.
func (h *host) visit(ctx context.Context) {
	defer h.run.tasks.done()
	for {
		if _, in := h.login(); in {
			break
		}
		err := h.dial(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			h.read()
			return
		}
		h.progress.fail(err, view.StepResolve, view.StepTCP, view.StepHostKey, view.StepLogin)
		for _, s := range []*source{h.log, h.cap} {
			if s != nil {
				s.say(event.Refused, err.Error())
			}
		}
		h.read()
		if !h.run.wait(ctx) {
			return
		}
		for _, s := range []*source{h.log, h.cap} {
			if s != nil {
				s.say(event.Connecting, "")
			}
		}
	}
	h.sweep(ctx)
	h.log.start(ctx, func() error { return h.followLog(ctx) }, view.StepCLI, view.StepLogRight, view.StepHistory)
	if h.cap != nil {
		h.cap.start(ctx, func() error { return (&tap{host: h, s: h.cap, facts: h.facts}).run(ctx) }, view.StepCapture)
	}
}

// followLog reads a host's log back and follows it.
func (h *host) followLog(ctx context.Context) error {
	defer h.read()
	h.progress.begin(view.StepCLI)
	sh, path := shell.Shell(nil), command.SSMMessages
	if h.cap == nil {
		var end func()
		var err error
		if sh, end, err = h.ssmShell(ctx, h.run.cfg.SSMLogin); err != nil {
			return err
		}
		defer end()
	} else {
		path = command.ManagerServerLog
		cli, err := h.cli(ctx)
		if err != nil {
			return err
		}
		defer cli.Close()
		if sh, err = cli.Shell(ctx); err != nil {
			return h.followPrinted(ctx, cli, err)
		}
	}
	if h.followed != nil {
		h.followed.On(sh)
		return h.follow(ctx)
	}
	h.log.sample(ctx, sh)
	return h.readBack(ctx, sh, path)
}

// sample asks for the host's clock. Not knowing it is no reason to stop.
func (s *source) sample(ctx context.Context, sh shell.Shell) {
	l := s.run
	before := l.cfg.Now()
	res, err := sh.Run(ctx, command.Date())
	after := l.cfg.Now()
	if err != nil {
		return
	}
	got, err := capture.ReadCheck(s.src, l.cfg.Gate, cliout.Date, res.Reader())
	if err != nil || got.Clock.IsZero() {
		return
	}
	way := after.Sub(before) / 2
	const printed = 500 * time.Millisecond // date prints whole seconds, cut
	m := got.Meta
	m.At.Arrival = after
	l.feed.Post(event.ClockSample{Meta: m, Offset: got.Clock.Add(printed).Sub(before.Add(way)), Uncertainty: way + printed})
}

// readBack reads a log back to the last attempt, then follows it.
func (h *host) readBack(ctx context.Context, sh shell.Shell, path command.LogPath) error {
	h.progress.end(view.StepCLI, "")
	h.progress.begin(view.StepLogRight)
	var log *follow.Log
	var err error
	if h.ssm {
		log, err = follow.OpenSSMLog(ctx, sh, h.run.cfg.SSMLogin)
	} else {
		log, err = follow.OpenLog(ctx, sh, path)
	}
	if err != nil {
		return err
	}
	h.progress.end(view.StepLogRight, h.log.src.Title.String())
	h.progress.begin(view.StepHistory)
	n := h.log.past(ctx, log)
	h.progress.end(view.StepHistory, fmt.Sprintf("%d lines", n))
	h.read()
	h.log.between(ctx, log)
	h.followed = log
	return h.follow(ctx)
}

// quietTime is how long a stream says nothing before what waits for its next
// line is given without it.
const quietTime = 200 * time.Millisecond

// pump decodes a stream until it ends.
func (s *source) pump(r io.Reader) error {
	buf := make([]byte, 64<<10)
	dec := s.dec
	var mu sync.Mutex // a decoder is one goroutine's at a time
	locked := func(f func()) {
		mu.Lock()
		defer mu.Unlock()
		f()
	}
	quiet := time.AfterFunc(time.Hour, func() { locked(dec.Quiet) })
	defer quiet.Stop()
	for {
		n, err := r.Read(buf)
		if n > 0 {
			s.touched()
			locked(func() { _, _ = dec.Write(buf[:n]) }) // it never fails
			quiet.Reset(quietTime)
		}
		if err != nil {
			locked(func() { _ = dec.Close() })
			return err
		}
	}
}

// backlog is a log that can be read back.
type backlog interface {
	Backlog(ctx context.Context, n int64) (r io.Reader, whole bool, err error)
}

// past decodes what can be read back of a log: to its last attempt, or as much as was
// asked for. It never fails the stream: without history, following still works. It
// tells how many lines it showed.
func (s *source) past(ctx context.Context, log backlog) int {
	l := s.run
	p := s.readPast(ctx, log)
	text := p.text()
	var events []event.Event
	dec, live := s.decoded(text, &events)
	if o, ok := log.(older); ok && p.whole && l.cfg.Since > 0 {
		ctx, cancel := context.WithTimeout(ctx, sinceTime)
		defer cancel()
		for k := 1; span(events) < l.cfg.Since && int64(len(text)) < historyBytes; k++ {
			b, err := o.Older(ctx, k, historyBytes-int64(len(text)))
			if err != nil || len(b) == 0 {
				break // there is none, or it may not be read
			}
			text = append(b, text...)
			dec, live = s.decoded(text, &events)
		}
	}
	events = recent(events, reach(l.cfg.Since))
	if mark, ok := p.note(s); ok {
		events = append([]event.Event{mark}, events...)
	}
	for _, ev := range events {
		if !l.feed.Post(ev) {
			break // the run has ended
		}
	}
	live()
	l.mu.Lock()
	s.dec = dec
	l.mu.Unlock()
	return len(events)
}

// older is a log that has rotated files.
type older interface {
	Older(ctx context.Context, k int, n int64) ([]byte, error)
}

func readBacklog(ctx context.Context, log backlog, n int64) ([]byte, bool, error) {
	r, whole, err := log.Backlog(ctx, n)
	if err != nil {
		return nil, false, err
	}
	b, err := io.ReadAll(r)
	return b, whole, err
}

// decoded decodes what was read back into events; live has the decoder go on
// with what comes.
func (s *source) decoded(text []byte, events *[]event.Event) (dec *capture.Decoder, live func()) {
	*events = nil
	emit := func(ev event.Event) { *events = append(*events, ev) }
	dec = capture.NewDecoder(s.src, s.run.cfg.Gate, func(ev event.Event) { emit(ev) })
	dec.SetWords(s.run.words)
	dec.SetHistory(true)
	_, _ = dec.Write(text) // emit never fails
	return dec, func() {
		emit = func(ev event.Event) { s.run.feed.Post(ev) }
		dec.SetHistory(false)
		dec.SetArrival(s.run.cfg.Now)
	}
}

// reach is how old what is read back may be.
func reach(since time.Duration) time.Duration {
	return cmp.Or(since, historyAge)
}

// enough: it reaches back as far as was asked for, or to an attempt.
func (s *source) enough(events []event.Event) bool {
	if s.run.cfg.Since > 0 {
		return span(events) >= s.run.cfg.Since
	}
	return s.holdsAttempt(events)
}

// span is how much time lies between the first and the last stamp.
func span(events []event.Event) time.Duration {
	var last time.Time
	for _, ev := range events {
		if t, _ := stamp(ev); !t.IsZero() {
			last = t
		}
	}
	for _, ev := range events {
		if t, dated := stamp(ev); !t.IsZero() {
			return ago(t, dated, last)
		}
	}
	return 0
}

// ago is how long before last t was; syslog prints no year.
func ago(t time.Time, dated bool, last time.Time) time.Duration {
	age := last.Sub(t)
	if age < 0 && !dated {
		age = last.Sub(t.AddDate(-1, 0, 0))
	}
	return age
}

func (s *source) holdsAttempt(events []event.Event) bool {
	return len(s.diagnosed(events).Attempts) > 0
}

// diagnosed is what a log's events tell by themselves.
func (s *source) diagnosed(events []event.Event) checks.Diagnosis {
	e := diagnose.NewEngine(s.run.cfg.Rules, s.run.cfg.Peer)
	e.Source(s.src)
	for _, ev := range events {
		e.Observe(ev)
	}
	return e.Diagnose()
}

// recent drops what is older than reach, on the log's own clock: before the last
// line that has a stamp.
func recent(events []event.Event, reach time.Duration) []event.Event {
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
		if ago(t, dated, last) <= reach {
			return events[i:]
		}
	}
	return events
}

// stamp is a line's own stamp: nginx's, which has a year, cannot be compared
// with syslog's, which has none.
func stamp(ev event.Event) (t time.Time, dated bool) {
	if e, ok := ev.(event.LogEntry); ok {
		return e.Stamp.Time, e.Stamp.Dated
	}
	return ev.When().Time, ev.When().Dated
}

// ask runs one check and posts what it printed. A check that cannot be run is
// no reason to stop: its stage stays unknown.
func (s *source) ask(ctx context.Context, cli *shell.CLI, cmd command.Command) (event.CheckResult, error) {
	l := s.run
	res, err := cli.Run(ctx, cmd)
	if err != nil {
		s.say(event.Refused, err.Error())
		return event.CheckResult{}, err
	}
	ev, err := capture.ReadCheck(s.src, l.cfg.Gate, cliout.CheckUnknown, res.Reader())
	if err != nil {
		return ev, err
	}
	if ev.Host.Empty() {
		ev.Host = cli.Name()
	}
	s.noteReply(cmd, ev)
	ev.At.Arrival = l.cfg.Now()
	l.feed.Post(ev)
	s.touched()
	l.mu.Lock()
	s.lines += len(ev.Lines)
	l.mu.Unlock()
	s.say(event.Ended, "")
	return ev, nil
}
