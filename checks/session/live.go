package session

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/report"
	"syncscope/checks/session/feed"
	"syncscope/checks/session/names"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// Config is a live run.
type Config struct {
	offline.Options
	Managers  []ssh.Target
	SSM       *ssh.Target // nil: not given, its pane says so
	Pair      *ssh.Target // the other SSM of a pair; nil: there is none
	SSMLogin  shell.SSMLogin
	SSH       login.Config
	PeerName  string // --peer's host as typed; Options.Peer is set if it is an address
	PeerPort  uint16 // 0: 8443
	VPN       int
	VPNGiven  bool   // else the interface's own
	Interface string // "" means the one that the route to the peer leaves by
	// FullCapture asks for whole packets where a shell may have them.
	FullCapture bool
	Mark        command.Mark  // in the arguments of what is started
	Since       time.Duration // how far back the logs are read first; 0: to the last attempt, a day at most
	Simulated   bool
	Fix         func() error // demo's second act; nil: there is none
	Now         func() time.Time
	Credentials *login.Credentials // what a person answered before, while the hosts were tried; nil: nothing
	PlaceDir    string             // where it is kept how far each log was read, for the next run; "" nowhere
}

// Live is a run on hosts.
type Live struct {
	*checker
	cfg    Config
	feed   *feed.Feed
	words  *words.Matcher // what the rules ask of log lines
	known  *names.Seen    // whom the gate was told of; the feed's
	cancel context.CancelFunc
	tasks  *tasks
	hosts  []*host
	ssms   []*host // none, one, or a pair

	mu          sync.Mutex
	sources     []*source
	header      view.Header
	fixed       bool
	ctx         context.Context // of the run; ends with it
	history     *tasks          // idle once the Managers' logs were read back
	prompts     *prompts
	credentials *login.Credentials
	trying      bool          // see Try
	patient     bool          // what failed waits for Retry
	again       chan struct{} // closed by Retry
	began       time.Time
	closing     sync.Once
	proofs      []string // of each host, that nothing of ours runs
	release     string   // of the Manager that told it last
}

// Open prepares a run whose hosts Start logs in to, all at a time: the updates
// tell how far each is and what a person is asked, and what failed waits for
// Retry.
func Open(cfg Config) *Live {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Mark == (command.Mark{}) {
		cfg.Mark = command.NewMark()
	}
	if cfg.SSH.Pool == nil {
		cfg.SSH.Pool = login.NewPool()
	}
	if cfg.Credentials == nil {
		cfg.Credentials = &login.Credentials{}
	}
	l := &Live{cfg: cfg, tasks: newTasks(), history: newTasks(), patient: true, again: make(chan struct{})}
	l.checker = &checker{run: l, turns: make(chan struct{}, 2)}
	l.credentials = cfg.Credentials
	engine := diagnose.NewEngine(cfg.Rules, cfg.Peer)
	l.words = engine.Words()
	l.feed = feed.New(engine, cfg.Now, l.decorate)
	l.known = names.New(cfg.Gate)
	l.feed.Meet(l.known.Event)
	l.prompts = newPrompts(l.feed.Nudge)
	if cfg.SSH.Warn == nil {
		l.cfg.SSH.Warn = func(text redact.Text) {
			l.feed.Post(event.Mark{Meta: event.Meta{At: event.When{Arrival: l.cfg.Now()}}, Text: text})
		}
	}
	for _, t := range cfg.Managers {
		l.hosts = append(l.hosts, l.newHost(t, true))
	}
	if cfg.SSM != nil {
		l.ssms = append(l.ssms, l.newHost(*cfg.SSM, false))
	}
	if cfg.Pair != nil {
		l.ssms = append(l.ssms, l.newHost(*cfg.Pair, false))
	}
	meetHosts(cfg.Gate, l.all(), cfg.PeerName)
	return l
}

// Connect is Open, and logs in to the hosts, one after the other. It fails with
// the first host that cannot be reached.
func Connect(ctx context.Context, cfg Config) (*Live, error) {
	l := Open(cfg)
	l.patient = false
	l.feed.AsLines()
	for _, h := range l.all() {
		if err := h.dial(ctx); err != nil {
			l.hangUp()
			return nil, err
		}
	}
	return l, nil
}

// all are the hosts that were given.
func (l *Live) all() []*host {
	return slices.Concat(l.hosts, l.ssms)
}

// Start begins to read. The updates end when ctx ends, when every stream has
// ended, or with Close.
func (l *Live) Start(ctx context.Context) {
	ctx = l.begin(ctx)
	l.began = l.cfg.Now()
	for _, h := range l.hosts {
		if l.history.begin() {
			h.read = sync.OnceFunc(l.history.done)
		}
		h.addStreams()
	}
	l.history.done()
	l.addSSM()
	for _, h := range l.all() {
		if l.tasks.begin() {
			go h.visit(ctx)
		}
	}
	l.tasks.done()
	go l.feed.Run(ctx, l.tasks.idle)
	go pulse(ctx, l.feed.Nudge)
}

// begin gives the context of the run, which ends with Close too.
func (l *Live) begin(ctx context.Context) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, l.cancel = context.WithCancel(ctx)
	l.ctx = ctx
	return ctx
}

// pulse lets ages and round-trip times be seen while nothing arrives.
func pulse(ctx context.Context, nudge func()) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			nudge()
		}
	}
}

// Updates is what changed, merged. It is closed at the end.
func (l *Live) Updates() <-chan view.Update { return l.feed.Out() }

// Fix plays the demo's second act.
func (l *Live) Fix() error {
	if l.cfg.Fix == nil {
		return fmt.Errorf("only the demo can play a fix")
	}
	l.mu.Lock()
	l.fixed = true
	l.mu.Unlock()
	l.feed.Post(event.Mark{
		Meta: event.Meta{At: event.When{Arrival: l.cfg.Now()}},
		Text: redact.Literal("fix: a new Resource Owner Grant was created; the next attempt uses it"),
	})
	return l.cfg.Fix()
}

// Close stops all streams, looks whether anything of ours still runs on the
// hosts, logs out and waits, some seconds at most.
func (l *Live) Close() { l.closing.Do(l.close) }

func (l *Live) close() {
	l.mu.Lock()
	cancel := l.cancel
	l.mu.Unlock()
	l.tasks.end()
	done := l.tasks.idle
	if cancel != nil {
		cancel()
	} else { // it never began
		l.tasks.done()
		l.feed.End()
	}
	if l.cfg.SSH.Audit != nil && !l.trying { // it started nothing that could run on
		select {
		case <-done:
		case <-time.After(streamsEnd):
		}
		proofs := prove(l.all())
		l.mu.Lock()
		l.proofs = proofs
		l.mu.Unlock()
	}
	if l.trying {
		l.mu.Lock()
		l.proofs = []string{"a test starts nothing there that could run on"}
		l.mu.Unlock()
	}
	l.hangUp()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
	}
	if err := l.cfg.SSH.Audit.Close(); err != nil {
		l.mu.Lock()
		l.proofs = append(l.proofs, err.Error())
		l.mu.Unlock()
	}
}

// Report sums the run up from its last update.
func (l *Live) Report(u view.Update) report.Report {
	r := report.Report{Version: l.cfg.Version, Sources: u.Sources, Masked: l.cfg.Gate.Counts()}
	r.Checks = u.Checks
	r.Diagnosis = u.Diagnosis()
	return names.Private(l.cfg.Gate, r)
}

// decorate adds to an update what only the run knows.
func (l *Live) decorate(u *view.Update) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := &u.Header
	if l.header.Peer != "" {
		h.Peer, h.PeerFrom, h.PeerGuessed = l.header.Peer, l.header.PeerFrom, l.header.PeerGuessed
	}
	h.VPN, h.Interface, h.InterfaceFrom, h.Level = l.header.VPN, l.header.Interface, l.header.InterfaceFrom, l.header.Level
	h.Simulated, h.FixPlayed = l.cfg.Simulated, l.fixed
	h.CanFix = l.cfg.Fix != nil && !l.fixed
	for _, n := range l.cfg.Gate.Counts() {
		h.Masked += n
	}
	for _, s := range l.sources {
		st := view.SourceStatus{Source: s.src, State: s.state, Detail: s.detail, LastByte: s.lastByte, Lines: s.lines}
		linked(&st, s)
		if a := s.alarm(); h.Alarm == "" || strings.HasPrefix(a, "HOST KEY") {
			h.Alarm = a
		}
		if s.dec != nil {
			st.Lines, st.Packets, st.Skipped = s.dec.Lines(), s.dec.Packets(), s.dec.Skipped()
		}
		u.Sources = append(u.Sources, st)
	}
	u.Checks, u.Checking = l.checked, l.checking
	for _, h := range l.all() {
		u.Hosts = append(u.Hosts, h.progress.state())
	}
	if u.Prompt = l.prompts.prompt(); u.Prompt != nil {
		u.Prompt.Waiting += l.cfg.SSH.Pool.Waiting()
	}
	l.advise(u)
	l.known.Update(u)
}

// nameOf tells a host from the others: by its name, with its port where two have
// the same.
func nameOf(hosts []*host, t ssh.Target) string {
	for _, h := range hosts {
		if o := h.target; o.Host == t.Host && o.Port != t.Port {
			return t.Addr()
		}
	}
	return t.Host
}

// say sets a stream's state and tells the panes.
func (s *source) say(state event.Stream, detail string) {
	l := s.run
	l.mu.Lock()
	s.state, s.detail = state, detail
	src := s.src
	l.mu.Unlock()
	l.feed.Post(event.SourceState{
		Meta:   event.Meta{At: event.When{Arrival: l.cfg.Now()}, From: event.Ref{Source: src.ID}},
		Source: src, State: state, Detail: l.cfg.Gate.Foreign(detail),
	})
}

// touched notes that bytes came.
func (s *source) touched() {
	s.run.mu.Lock()
	s.lastByte = s.run.cfg.Now()
	s.run.mu.Unlock()
}

// hostOf is the host of "host", "host:port" or "https://host:port/".
func hostOf(s string) string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s, _, _ = strings.Cut(s, "/")
	if h, _, err := net.SplitHostPort(s); err == nil {
		return h
	}
	return s
}
