//go:build unix

package tui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
	"syncscope/tui/keys"
)

// The tests here run a screen of its own process in a real pseudo-terminal and
// measure what a person would: bytes, CPU, memory, and the time from a key to
// its answer on the screen. ".ci/screen-bench" runs them alone and at length;
// the bounds asserted here have slack for a busy machine.

// screenEnv makes the test binary a screen: lines a second that are fed to it.
const screenEnv = "SYNCSCOPE_TEST_FLOOD"

func init() {
	children = append(children, func() bool {
		rate := os.Getenv(screenEnv)
		if rate == "" {
			return false
		}
		n, _ := strconv.Atoi(rate)
		os.Exit(floodedScreen(n))
		return true
	})
}

// rotated is a word of which each cell differs from the one before it: the
// renderer sends only cells that change.
func rotated(k int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	i := k % len(letters)
	return letters[i:] + letters[:i]
}

// floodedScreen is the child: a screen with a key that shows a token, fed by
// what stands in for the feed.
func floodedScreen(rate int) int {
	presses := 0
	const shows = keys.Action(255)
	keys.Map = append(keys.Map, keys.Task{Name: "Test", Keys: []keys.Binding{{Action: shows, Keys: []string{"ctrl+t"}}}})
	acts[shows] = func(*Model, string) reply {
		presses++
		return reply{flash: rotated(presses)}
	}
	updates := make(chan view.Update)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go feed(ctx, updates, rate)
	if _, err := Run(ctx, Options{Updates: updates}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// feed offers updates as the feed does: merged while none is taken, the oldest
// rows dropped beyond a bound.
func feed(ctx context.Context, out chan<- view.Update, rate int) {
	u := recorded()
	pool := u.Events
	pending := slices.Clone(pool)
	tick := time.NewTicker(40 * time.Millisecond)
	pulse, at, carry, dropped := time.Now(), 0, 0.0, 0
	var to chan<- view.Update = out
	for {
		u.Events, u.Now, u.Dropped = pending, time.Now(), dropped
		select {
		case <-ctx.Done():
			return
		case to <- u:
			pending, to = nil, nil
		case <-tick.C:
			carry += float64(rate) * 0.04
			for ; carry >= 1; carry-- {
				pending = append(pending, fresh(pool[at%len(pool)]))
				at++
			}
			if over := len(pending) - 4_500; over > 0 { // 1,500 of each of three streams
				dropped += over
				pending = slices.Clone(pending[over:])
			}
			if len(pending) > 0 || time.Since(pulse) > time.Second {
				pulse, to = time.Now(), out
			}
		}
	}
}

// fresh is an event of its own, as a decoder makes one for each line.
func fresh(ev event.Event) event.Event {
	switch ev := ev.(type) {
	case event.LogEntry:
		return ev
	case event.Segment:
		return ev
	}
	return ev
}

// recorded is replayed without a test: the streams' events in turn, a third
// each, as three panes would take them.
func recorded() view.Update {
	gate := redact.NewWithKey([]byte("flood"))
	rules, _ := diagnose.LoadRules()
	engine := diagnose.NewEngine(rules, netip.MustParseAddr("172.20.85.137"))
	u := view.Update{Now: time.Now(), Shown: -1}
	var streams [3][]event.Event
	for i, name := range []string{"vmanage-server.log", "tcpdump.txt", "messages"} {
		data, _ := os.ReadFile(filepath.Join("testdata", name))
		src := event.Source{ID: event.SourceID(i + 1), Title: gate.Foreign(name)}
		dec := capture.NewDecoder(src, gate, func(ev event.Event) {
			engine.Observe(ev)
			streams[i] = append(streams[i], ev)
		})
		dec.SetWords(engine.Words())
		engine.Source(src)
		_, _ = io.Copy(dec, bytes.NewReader(data))
		_ = dec.Close()
		u.Sources = append(u.Sources, view.SourceStatus{Source: dec.Source(), State: event.Following, LastByte: u.Now, RTT: 212 * time.Millisecond})
	}
	for k := range 300 {
		for _, s := range streams {
			u.Events = append(u.Events, s[k%len(s)])
		}
	}
	d := engine.Diagnose()
	u.Attempts, u.Shown, u.Verdict, u.RootCause, u.Findings, u.Evidence = d.Attempts, d.Shown, d.Verdict, d.RootCause, d.Findings, d.Evidence
	return u
}

// figures are what a run in a pty showed.
type figures struct {
	kbps, cpu float64
	rss, grew int // megabytes
	keys      []time.Duration
	missed    int
}

func (f figures) quantile(q float64) time.Duration {
	if len(f.keys) == 0 {
		return 0
	}
	return f.keys[int(q*float64(len(f.keys)-1))]
}

func (f figures) String() string {
	return fmt.Sprintf("%.2f KB/s out, %.1f %% of a core, key to redraw p50 %v p99 %v of %d (%d unanswered), %d MB (%+d)",
		f.kbps, f.cpu, f.quantile(.5).Round(100*time.Microsecond), f.quantile(.99).Round(100*time.Microsecond), len(f.keys), f.missed, f.rss, f.grew)
}

// emulator is the other side of a pty: it reads, at most bps bytes a second if
// that is not 0, and waits for tokens.
type emulator struct {
	f     *os.File
	bps   int
	mu    sync.Mutex
	total int
	want  string
	sent  time.Time
	took  []time.Duration
	tail  []byte
}

func (t *emulator) read() {
	buf := make([]byte, 64<<10)
	if t.bps > 0 {
		buf = buf[:max(512, t.bps/50)]
	}
	for {
		n, err := t.f.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		t.total += n
		t.tail = append(t.tail, buf[:n]...)
		if t.want != "" && bytes.Contains(t.tail, []byte(t.want)) {
			t.took, t.want = append(t.took, time.Since(t.sent)), ""
		}
		t.tail = append([]byte(nil), t.tail[max(0, len(t.tail)-64):]...)
		t.mu.Unlock()
		if t.bps > 0 {
			time.Sleep(time.Duration(float64(n) / float64(t.bps) * float64(time.Second)))
		}
	}
}

// measure runs a screen of 200x60 that is fed rate lines a second, for d after
// 2 s to settle, with a key now and then if keys is set; before is typed first.
func measure(t *testing.T, rate, bps int, d time.Duration, keys bool, before string) figures {
	t.Helper()
	if testing.Short() {
		t.Skip("a run in a terminal")
	}
	cmd := exec.Command(os.Args[0])
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "TMUX") && !strings.HasPrefix(e, "SSH_") && !strings.HasPrefix(e, "NO_COLOR") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor", screenEnv+"="+strconv.Itoa(max(rate, 0)))
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 60, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	term := &emulator{f: f, bps: bps}
	go term.read()
	time.Sleep(2 * time.Second)
	_, _ = f.WriteString(before)
	time.Sleep(time.Second)
	cpu0, rss0 := usage(cmd.Process.Pid)
	term.mu.Lock()
	term.total = 0
	term.mu.Unlock()
	start := time.Now()
	out := figures{}
	for k := 1; time.Since(start) < d; k++ {
		if !keys {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		term.mu.Lock()
		term.want, term.sent = rotated(k), time.Now()
		term.mu.Unlock()
		_, _ = f.Write([]byte{0x14})
		if !term.answered(10 * time.Second) {
			out.missed++
		}
		time.Sleep(120*time.Millisecond + time.Duration(k%7)*13*time.Millisecond)
	}
	took := time.Since(start)
	cpu1, rss1 := usage(cmd.Process.Pid)
	term.mu.Lock()
	out.kbps, out.keys = float64(term.total)/1000/took.Seconds(), slices.Clone(term.took)
	term.mu.Unlock()
	out.cpu, out.rss, out.grew = 100*(cpu1-cpu0).Seconds()/took.Seconds(), rss1, rss1-rss0
	slices.Sort(out.keys)
	_, _ = f.WriteString("q")
	end := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
	_ = cmd.Wait()
	end.Stop()
	f.Close()
	return out
}

func (t *emulator) answered(limit time.Duration) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(500 * time.Microsecond) {
		t.mu.Lock()
		done := t.want == ""
		t.mu.Unlock()
		if done {
			return true
		}
	}
	return false
}

// usage is a process's CPU time and its memory in megabytes, as Linux tells.
func usage(pid int) (cpu time.Duration, rss int) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	pages, _ := strconv.Atoi(f[21])
	return time.Duration(user+system) * 10 * time.Millisecond, pages * os.Getpagesize() >> 20
}

// span is how long a run takes: short, or at length.
func span(short, long time.Duration) time.Duration {
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		return long
	}
	return short
}

// The bounds that these tests hold to, also on a machine that is busy with
// others. ".ci/screen-bench" compares the figures themselves.
const (
	floodKeys = 2 * time.Second
	floodKBps = 400
	slowKeys  = 3 * time.Second
	quietKBps = 1
)

func TestPtyFlood(t *testing.T) {
	for _, tt := range []struct {
		name, before string
	}{{"counters", ""}, {"rows", "O\tO\tO"}} {
		t.Run(tt.name, func(t *testing.T) {
			f := measure(t, 100_000, 0, span(3*time.Second, 60*time.Second), true, tt.before)
			t.Log(f)
			if len(f.keys) == 0 || f.quantile(.99) > floodKeys {
				t.Error("keys are not answered in a flood")
			}
			if f.kbps > floodKBps {
				t.Error("more than the terminal is to take")
			}
			if f.rss > 256 && os.Getenv("SYNCSCOPE_LONG") != "" { // the race detector takes several times the memory
				t.Error("more than the memory is to take")
			}
		})
	}
}

func TestPtyQuiet(t *testing.T) {
	f := measure(t, 0, 0, span(3*time.Second, 30*time.Second), false, "")
	t.Log(f)
	if f.kbps > quietKBps {
		t.Error("a quiet screen is drawn again and again")
	}
}

func TestPtySlow(t *testing.T) {
	f := measure(t, 100_000, 16<<10, span(4*time.Second, 60*time.Second), true, "")
	t.Log(f)
	if len(f.keys) == 0 || f.quantile(.5) > slowKeys {
		t.Error("keys are not answered on a slow link")
	}
}

// A frame after an update, and one after a key, at 200x60.
func BenchmarkFrame(b *testing.B) {
	m := New(Options{})
	m.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	u := recorded()
	m.Update(updateMsg{u: u, ok: true})
	b.ReportAllocs()
	for b.Loop() {
		m.Update(tea.KeyPressMsg{Code: tea.KeyTab})
		_ = m.View()
	}
}

// One row into three panes.
func BenchmarkIngest(b *testing.B) {
	m := New(Options{})
	u := recorded()
	m.apply(u)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		ev := u.Events[i%len(u.Events)]
		for _, p := range m.panes.all {
			p.Observe(m.data.kinds[ev.Ref().Source], ev)
		}
	}
}
