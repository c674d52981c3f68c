//go:build linux

package tui

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"syncscope/ssh/lab"
)

// How many signals are sent at random moments of demo and live, to the screen
// and to plain lines each.
const (
	randomSignals     = 8
	randomSignalsLong = 100
)

// signalLimit is how long a program may take that was told to end: its streams
// get 3 s, the last look at the hosts 6 s, logging out 5 s.
const signalLimit = 16 * time.Second

// interrupted is the exit code of a program that was told to end.
const interrupted = 130

var endingSignals = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// told is one signal at one moment.
type told struct {
	signal syscall.Signal
	after  time.Duration
}

func (s told) String() string { return fmt.Sprintf("%v after %v", s.signal, s.after) }

// moments are mostly in the first second, when the program is being built up.
func moments(rng *rand.Rand, n int) []told {
	out := make([]told, n)
	for i := range out {
		out[i].signal = endingSignals[rng.IntN(len(endingSignals))]
		out[i].after = time.Duration(rng.Int64N(int64([]time.Duration{300 * time.Millisecond, time.Second, 4 * time.Second}[i%3])))
	}
	return out
}

// A signal at any moment ends demo and live, on a screen and as lines, with 130:
// no hang, no panic, and the terminal as it was.
func TestSignalsAtRandomMoments(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	n := randomSignals
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		n = randomSignalsLong / 4
	}
	seed := [2]uint64{rand.Uint64(), rand.Uint64()}
	t.Logf("seed %d %d", seed[0], seed[1])
	rng := rand.New(rand.NewPCG(seed[0], seed[1]))
	r := newRig(t)
	hangups := make(chan os.Signal, 1) // what nohup began ignores them, and its children too, unless it handles them
	signal.Notify(hangups, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(hangups) })
	ways := []struct {
		name   string
		args   []string
		screen bool
	}{{"demo lines", []string{"demo"}, false}, {"live lines", r.live(t), false}, {"demo screen", []string{"demo"}, true}, {"live screen", r.live(t), true}}
	for _, way := range ways {
		list := moments(rng, n)
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			before, longest := 0, time.Duration(0)
			for _, s := range list {
				end := inLines
				if way.screen {
					end = onScreen
				}
				took, begun := end(t, s, r.home(t), append([]string{name}, way.args...))
				if !begun {
					before++
				}
				longest = max(longest, took)
			}
			t.Logf("%d signals, %d of them before the program had begun; it took %v at most", n, before, longest.Round(time.Millisecond))
			if before > n/2 {
				t.Error("most came too early to show anything")
			}
		})
	}
}

// live are the arguments of a live run on the rig's hosts.
func (r *rig) live(t *testing.T) []string {
	t.Helper()
	m, s := r.open.Manager(), r.open.SSM()
	return []string{"live", "-F", "none", "-i", r.identity, "--manager", m.User + "@" + m.Addr, "--ssm", s.User + "@" + s.Addr}
}

// home is an environment of its own, whose hosts are known.
func (r *rig) home(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	known := ""
	for _, h := range []lab.Host{r.open.Manager(), r.open.SSM()} {
		known += h.KnownHostsLine() + "\n"
	}
	err := errors.Join(os.Mkdir(filepath.Join(home, ".ssh"), 0o700), os.WriteFile(filepath.Join(home, ".ssh", "known_hosts"), []byte(known), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return []string{"HOME=" + home, "XDG_STATE_HOME=" + home + "/state", "XDG_CONFIG_HOME=" + home, "SSH_AUTH_SOCK=", "TERM=xterm-256color"}
}

// output is what a program writes, for a reader beside it.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// inLines ends a program that prints lines. begun is false if the signal came
// before the program could take it: then it dies by it, and has written nothing.
func inLines(t *testing.T, s told, env, argv []string) (took time.Duration, begun bool) {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), env...)
	var out output
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to ask on
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	time.Sleep(s.after)
	from := time.Now()
	if err := cmd.Process.Signal(s.signal); err != nil {
		t.Fatalf("%v: it has ended before: %v\n%s", s, err, out.String())
	}
	select {
	case <-done:
	case <-time.After(signalLimit):
		_ = cmd.Process.Signal(syscall.SIGQUIT)
		<-done
		t.Errorf("%v: it hangs\n%s", s, out.String())
		return signalLimit, true
	}
	took = time.Since(from)
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() && status.Signal() == s.signal && out.String() == "" {
		return took, false
	}
	if status.ExitStatus() != interrupted {
		t.Errorf("%v: exit status %d (%v), not %d\n%s", s, status.ExitStatus(), status, interrupted, out.String())
	}
	noPanic(t, s, out.String())
	return took, true
}

func noPanic(t *testing.T, s told, out string) {
	t.Helper()
	for _, word := range []string{"panic", "it crashed", "goroutine ", "context canceled"} {
		if strings.Contains(out, word) {
			t.Errorf("%v: %q is printed\n%s", s, word, out)
		}
	}
}

// onScreen ends a program on a terminal, whose shell is there when it is gone.
func onScreen(t *testing.T, s told, env, argv []string) (took time.Duration, begun bool) {
	t.Helper()
	p := onTerminal(t, env, append([]string{"sh", "-c", `sh -c 'echo pid $$ end; exec "$0" "$@"' "$0" "$@"; echo over $? end; read x`}, argv...)...)
	defer func() {
		_ = p.cmd.Process.Kill()
		_ = p.ptm.Close()
		_ = p.tty.Close()
	}()
	p.see(" end")
	time.Sleep(s.after)
	from := time.Now()
	p.signal(s.signal)
	for p.code() == "" {
		if time.Since(from) > signalLimit {
			t.Errorf("%v: it hangs; the terminal shows %.3000q", s, p.text())
			return signalLimit, true
		}
		time.Sleep(5 * time.Millisecond)
	}
	took = time.Since(from)
	p.wait("the settings are back", func() bool { return p.stty() == p.before })
	text := p.text()
	if strings.LastIndex(text, "\x1b[?1049l") < strings.LastIndex(text, "\x1b[?1049h") || strings.LastIndex(text, "\x1b[?25h") < strings.LastIndex(text, "\x1b[?25l") {
		t.Errorf("%v: the screen is not left: %.3000q", s, text)
	}
	code := p.code()
	drawn := strings.Contains(text, "\x1b[?1049h")
	if killed := fmt.Sprint(128 + int(s.signal)); !drawn && code == killed {
		return took, code == fmt.Sprint(interrupted)
	}
	if code != fmt.Sprint(interrupted) {
		t.Errorf("%v: exit code %s, not %d: %.3000q", s, code, interrupted, text)
	}
	noPanic(t, s, text)
	return took, true
}
