//go:build unix

package tui

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
)

// hostState is how a host of a run is while keys are pressed.
type hostState int

const (
	notGiven    hostState = iota
	dialling              // the host takes the connection and says nothing
	asking                // its password is asked for
	unreachable           // nothing listens there
	loggedIn
	lostLink // the link was cut, and the next login hangs
	retrying // the link was cut, and logins are refused
	needsYou // the link was cut, and another host key came
	endedRun // the run has ended
	hostStates
)

var stateNames = [hostStates]string{"not given", "connecting", "asking for a password", "failed", "logged in", "lost", "retrying", "needs a person", "ended"}

func (s hostState) String() string { return stateNames[s] }

// The hosts of a run in this file.
const (
	theManager = iota
	theNode    // a second Manager node
	theSSM
	theHosts
)

var hostNames = [theHosts]string{"Manager", "second node", "SSM"}

// relay is the way to a host. It can be cut, turned elsewhere, silent or shut.
type relay struct {
	net.Listener
	to atomic.Value // an address; "" is silence

	mu    sync.Mutex
	conns []net.Conn
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: l}
	r.to.Store(to)
	t.Cleanup(func() { l.Close(); r.cut() })
	go r.serve()
	return r
}

func (r *relay) serve() {
	for {
		near, err := r.Accept()
		if err != nil {
			return
		}
		r.keep(near)
		to := r.to.Load().(string)
		if to == "" {
			continue
		}
		far, err := net.Dial("tcp", to)
		if err != nil {
			near.Close()
			continue
		}
		r.keep(far)
		go carry(near, far)
		go carry(far, near)
	}
}

func carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if _, werr := to.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

func (r *relay) keep(c net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns = append(r.conns, c)
}

func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// rig is what runs with hosts in every state are made from: a lab that lets a
// key in, and one that asks for passwords and has other host keys.
type rig struct {
	open, closed *lab.Lab
	identity     string
	sudo         []byte // sudo's password on the SSM; nil: its question is left
}

func newRig(t *testing.T) *rig {
	t.Helper()
	signal.Ignore(syscall.SIGTSTP) // ctrl+z would stop the tests
	state := xdg.StateHome
	xdg.StateHome = t.TempDir() // of copies
	t.Cleanup(func() { xdg.StateHome = state; signal.Reset(syscall.SIGTSTP) })
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{identity: filepath.Join(t.TempDir(), "id_ed25519")}
	if err := os.WriteFile(r.identity, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	start := func(o lab.Options) *lab.Lab {
		o.Scenario, o.Past = "grant-not-found", time.Minute
		l, err := lab.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	r.open, r.closed = start(lab.Options{AuthorizedKey: key}), start(lab.Options{})
	return r
}

func (r *rig) host(l *lab.Lab, role int) lab.Host {
	if role == theSSM {
		return l.SSM()
	}
	return l.Manager()
}

// driver presses keys on a screen of a real run, and does what Bubble Tea
// would with the commands.
type driver struct {
	t      *testing.T
	m      *Model
	live   *session.Live
	states [theHosts]hostState
	relays [theHosts]atomic.Pointer[relay] // the form's run makes them while keys are pressed
	end    context.CancelFunc

	msgs   chan tea.Msg
	over   chan struct{}
	runs   atomic.Int64 // commands that have not returned
	quits  int
	frames int
	sudo   []byte
}

// stuck is how long one message may take, and how long a run may take to end.
const stuckAfter = 20 * time.Second

// drive opens a run whose hosts are in the states, and waits until they are.
func (r *rig) drive(t *testing.T, states [theHosts]hostState) *driver {
	t.Helper()
	d := &driver{t: t, sudo: r.sudo, states: states, msgs: make(chan tea.Msg, 64), over: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	d.end = cancel
	d.live = session.Open(d.config(r))
	d.live.Start(ctx)
	t.Cleanup(d.close)
	d.m = New(Options{Updates: d.live.Updates(), Control: d.live, Login: d.live})
	d.run(d.m.Init())
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	d.await("the first states", d.begun)
	for i, s := range states {
		switch s {
		case lostLink:
			d.relays[i].Load().to.Store("")
			d.relays[i].Load().cut()
		case retrying:
			d.relays[i].Load().Close()
			d.relays[i].Load().cut()
		case needsYou:
			d.relays[i].Load().to.Store(r.host(r.closed, i).Addr)
			d.relays[i].Load().cut()
		case endedRun:
			cancel()
		}
	}
	d.await("the states", d.there)
	return d
}

func (d *driver) config(r *rig) session.Config {
	t := d.t
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	gate := redact.New()
	known := filepath.Join(t.TempDir(), "known_hosts")
	var lines strings.Builder
	cfg := session.Config{
		Options: offline.Options{Gate: gate, Rules: rules}, PeerName: r.open.Peer(),
		SSH: login.Config{KnownHosts: []string{known}, WriteKnownHosts: known, Gate: gate, Identities: []string{r.identity}},
	}
	for i, s := range d.states {
		if s == notGiven {
			continue
		}
		host := r.host(r.open, i)
		switch s {
		case dialling:
			d.relays[i].Store(newRelay(t, ""))
		case asking:
			host = r.host(r.closed, i)
			d.relays[i].Store(newRelay(t, host.Addr))
		default:
			d.relays[i].Store(newRelay(t, host.Addr))
		}
		if s == unreachable {
			d.relays[i].Load().Close()
		}
		addr := d.relays[i].Load().Addr().String()
		fmt.Fprintln(&lines, knownhosts.Line([]string{knownhosts.Normalize(addr)}, host.Key))
		target, err := ssh.ParseTarget(host.User + "@" + addr)
		if err != nil {
			t.Fatal(err)
		}
		if i == theSSM {
			cfg.SSM = &target
		} else {
			cfg.Managers = append(cfg.Managers, target)
		}
	}
	if err := os.WriteFile(known, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// run runs a command beside the screen.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	d.runs.Add(1)
	go func() {
		defer d.runs.Add(-1)
		msg := cmd()
		select {
		case d.msgs <- msg:
		case <-d.over:
		}
	}()
}

// send gives a message to the screen and draws it.
func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	watchdog := time.AfterFunc(stuckAfter, func() {
		stacks := make([]byte, 1<<20)
		panic(fmt.Sprintf("the screen hangs with hosts %v at %T %v\n%s", d.states, msg, msg, stacks[:runtime.Stack(stacks, true)]))
	})
	defer watchdog.Stop()
	switch msg := msg.(type) {
	case nil:
	case tea.QuitMsg:
		d.quits++
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.run(cmd)
		}
	default:
		_, cmd := d.m.Update(msg)
		d.run(cmd)
		_ = d.m.View()
		d.frames++
	}
}

// settle takes what has come, and waits no longer than d for more.
func (d *driver) settle(wait time.Duration) {
	for limit := time.After(wait); ; {
		select {
		case msg := <-d.msgs:
			d.send(msg)
		case <-limit:
			return
		}
	}
}

// await takes messages until the screen is as wanted.
func (d *driver) await(what string, ok func() bool) {
	d.t.Helper()
	for limit := time.After(stuckAfter); !ok(); {
		select {
		case msg := <-d.msgs:
			d.send(msg)
			d.reply()
		case <-limit:
			d.t.Fatalf("hosts %v: %s: not in time: %+v", d.states, what, d.m.data.update.Hosts)
		}
	}
}

// reply answers what is asked of hosts that are to be logged in.
func (d *driver) reply() {
	p := d.m.data.came.Prompt // names in what is shown may be hidden
	if p == nil {
		return
	}
	for i, s := range d.states {
		if r := d.relays[i].Load(); s != asking && r != nil && strings.HasSuffix(p.Host, "@"+r.Addr().String()) {
			_ = d.live.Answer(p.ID, d.sudo, d.sudo != nil) // nil: its log is not needed
		}
	}
}

// step is a step of a host in the update.
func (d *driver) step(role int, s view.Step) view.Progress {
	at := 0
	for i := range role {
		if d.states[i] != notGiven {
			at++
		}
	}
	if at >= len(d.m.data.update.Hosts) {
		return view.NotBegun
	}
	for _, st := range d.m.data.update.Hosts[at].Steps {
		if st.Step == s {
			return st.Progress
		}
	}
	return view.NotBegun
}

// source is the log of a host.
func (d *driver) source(role int) (out view.SourceStatus) {
	kind, skip := event.SSMMessages, 0
	if role != theSSM {
		kind = event.ManagerLog
		for i := range role {
			if d.states[i] != notGiven {
				skip++
			}
		}
	}
	for _, s := range d.m.data.update.Sources {
		if s.Source.Kind != kind {
			continue
		}
		if skip == 0 {
			return s
		}
		skip--
	}
	return out
}

func (d *driver) each(ok func(role int, s hostState) bool) bool {
	for i, s := range d.states {
		if s != notGiven && !ok(i, s) {
			return false
		}
	}
	return true
}

// begun: the hosts are as they are before links are cut.
func (d *driver) begun() bool {
	return d.each(func(i int, s hostState) bool {
		switch s {
		case dialling:
			return d.step(i, view.StepHostKey) != view.NotBegun || d.step(i, view.StepTCP) != view.NotBegun
		case asking:
			return d.step(i, view.StepLogin) != view.NotBegun
		case unreachable:
			return d.step(i, view.StepTCP) == view.Stopped
		}
		return d.step(i, view.StepCLI) != view.NotBegun
	})
}

// there: the hosts are in their states.
func (d *driver) there() bool {
	return d.m.run.ended || d.each(func(i int, s hostState) bool {
		switch s {
		case lostLink:
			return d.source(i).State == event.Lost || d.source(i).State == event.Refused
		case retrying:
			return d.source(i).Tries > 0
		case needsYou:
			return d.source(i).NeedsYou
		case endedRun:
			return d.m.run.ended
		}
		return true
	})
}

// close ends the run. Neither it nor any command of the screen may hang.
func (d *driver) close() {
	d.t.Helper()
	select {
	case <-d.over:
		return
	default:
	}
	d.end()
	closed := make(chan struct{})
	go func() {
		d.live.Close()
		close(closed)
	}()
	limit := time.After(stuckAfter)
	for done := false; !done || d.runs.Load() > 0; {
		select {
		case msg := <-d.msgs:
			d.send(msg)
		case <-closed:
			done, closed = true, nil
		case <-time.After(50 * time.Millisecond):
		case <-limit:
			stacks := make([]byte, 1<<20)
			d.t.Errorf("hosts %v: the run does not end, %d commands wait\n%s", d.states, d.runs.Load(), stacks[:runtime.Stack(stacks, true)])
			close(d.over)
			return
		}
	}
	close(d.over)
}
