//go:build linux

package tui

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"syncscope/checks/view"
)

// program is the real binary on a terminal of its own.
type program struct {
	t        *testing.T
	cmd      *exec.Cmd
	ptm, tty *os.File
	before   string

	mu   sync.Mutex
	out  bytes.Buffer
	hold bool // nobody reads the terminal
	done chan error
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "syncscope-exit")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "syncscope")
	out, err := exec.Command("go", "build", "-o", name, "syncscope").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return name, nil
})

// onTerminal runs argv on a new terminal, whose settings are noted before.
func onTerminal(t *testing.T, env []string, argv ...string) *program {
	t.Helper()
	if _, err := exec.LookPath("stty"); err != nil {
		t.Skip("stty is not here")
	}
	ptm, tty, err := pty.Open()
	if err != nil {
		t.Skip("no terminal can be made: ", err)
	}
	p := &program{t: t, ptm: ptm, tty: tty, done: make(chan error, 1)}
	t.Cleanup(func() { ptm.Close(); tty.Close() })
	if err := pty.Setsize(ptm, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	p.before = p.stty()
	p.cmd = exec.Command(argv[0], argv[1:]...)
	p.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "XDG_STATE_HOME="+t.TempDir()), env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	go func() { p.done <- p.cmd.Wait() }()
	go p.read()
	return p
}

func demoOnTerminal(t *testing.T) *program {
	t.Helper()
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	return underShell(t, nil, name+" demo")
}

// underShell runs a command as a shell does: the shell, which leads the
// session, is there when the program is gone.
func underShell(t *testing.T, env []string, command string) *program {
	t.Helper()
	p := onTerminal(t, env, "sh", "-c", `sh -c 'echo pid $$ end; exec `+command+`'; echo over $? end; read x`)
	p.see("Handshake")
	return p
}

// pid is the program's.
func (p *program) pid() int {
	p.t.Helper()
	_, rest, _ := strings.Cut(p.text(), "pid ")
	digits, _, _ := strings.Cut(rest, " end")
	pid, err := strconv.Atoi(digits)
	if err != nil {
		p.t.Fatal(err)
	}
	return pid
}

func (p *program) read() {
	buf := make([]byte, 32<<10)
	for {
		p.mu.Lock()
		hold := p.hold
		p.mu.Unlock()
		if hold {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		n, err := p.ptm.Read(buf)
		p.mu.Lock()
		p.out.Write(buf[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *program) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// ending is what the shell writes when the program has ended.
var ending = regexp.MustCompile(`over (\d+) end`)

// code is the exit code that the shell tells of, "" before that.
func (p *program) code() string {
	if m := ending.FindStringSubmatch(p.text()); m != nil {
		return m[1]
	}
	return ""
}

func (p *program) see(word string) {
	p.wait(word, func() bool { return strings.Contains(p.text(), word) })
}

func (p *program) wait(what string, ok func() bool) {
	p.t.Helper()
	for limit := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			p.t.Fatalf("%s: not in time; the terminal shows %.2000q", what, p.text())
		}
	}
}

func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(p.pid(), s); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) ended() error {
	p.t.Helper()
	select {
	case err := <-p.done:
		return err
	case <-time.After(20 * time.Second):
		p.t.Fatal("it does not end")
		return nil
	}
}

// stty is the terminal's settings.
func (p *program) stty() string {
	cmd := exec.Command("stty", "-g")
	cmd.Stdin = p.tty
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatal("stty: ", err)
	}
	return strings.TrimSpace(string(out))
}

// restored fails unless the terminal is as it was, and shows the normal screen
// and the cursor. The watcher may come a moment after the program.
func (p *program) restored() {
	p.t.Helper()
	p.wait("the settings are back", func() bool { return p.stty() == p.before })
	p.wait("the normal screen is back", func() bool {
		s := p.text()
		return strings.LastIndex(s, "\x1b[?1049l") > strings.LastIndex(s, "\x1b[?1049h") && strings.LastIndex(s, "\x1b[?25h") > strings.LastIndex(s, "\x1b[?25l")
	})
}

// died are the ends after which the program can say nothing.
var died = map[string]bool{"SIGQUIT": true, "fault": true, "SIGKILL": true}

func TestExitsSetTheTerminalBack(t *testing.T) {
	for name, end := range map[string]func(p *program){
		"quit":     func(p *program) { p.ptm.WriteString("q") },
		"ctrl+c":   func(p *program) { p.ptm.WriteString("\x03") },
		"SIGINT":   func(p *program) { p.signal(syscall.SIGINT) },
		"SIGTERM":  func(p *program) { p.signal(syscall.SIGTERM) },
		"SIGHUP":   func(p *program) { p.signal(syscall.SIGHUP) },
		"SIGQUIT":  func(p *program) { p.signal(syscall.SIGQUIT) },
		"fault":    func(p *program) { p.signal(syscall.SIGSEGV) },
		"SIGKILL":  func(p *program) { p.signal(syscall.SIGKILL) },
		"at start": func(p *program) { p.ptm.WriteString("qq") }, // the first one may close the steps
	} {
		t.Run(name, func(t *testing.T) {
			p := demoOnTerminal(t)
			if p.stty() == p.before {
				t.Fatal("the screen does not change the settings: the test shows nothing")
			}
			if name != "at start" {
				p.see("WAITING")
			}
			end(p)
			p.wait("the end", func() bool { return p.code() != "" })
			p.restored()
			after := p.text()[strings.LastIndex(p.text(), "\x1b[?1049l"):]
			for _, want := range []string{"sync attempt", "\nSeen ", "vmanage-server.log of ", "\nHosts   simulated"} {
				switch {
				case died[name], name == "at start": // nothing of ours is left to say it, or nothing was seen
				case !strings.Contains(strings.ReplaceAll(after, "\r", ""), want):
					t.Errorf("the summary on the normal screen has no %q: %q", want, after)
				}
			}
		})
	}
}

// A panic in a goroutine that nobody guards.
func TestPanicSetsTheTerminalBack(t *testing.T) {
	p := underShell(t, []string{crashEnv + "=screen"}, os.Args[0])
	p.wait("the end", func() bool { return p.code() == "2" })
	p.restored()
	if strings.Contains(p.text(), crashSecret) {
		t.Error("the panic's value is on the terminal")
	}
}

func init() {
	crashes["screen"] = func() {
		go func() {
			time.Sleep(300 * time.Millisecond)
			panic("client_secret=" + crashSecret)
		}()
		_, _ = Run(context.Background(), Options{Updates: make(chan view.Update)})
	}
}

// Stopped, the terminal is the shell's; going on, it is ours again.
func TestSuspendGivesTheTerminalBack(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	for _, how := range []string{"ctrl+z", "SIGTSTP"} {
		t.Run(how, func(t *testing.T) {
			// Only a shell with job control lets a program be stopped.
			p := onTerminal(t, nil, "sh", "-mc", name+" demo & echo pid $! end; fg; echo stopped; read x; fg; echo over $? end")
			p.see("WAITING")
			if how == "ctrl+z" {
				p.ptm.WriteString("\x1a")
			} else {
				p.signal(syscall.SIGTSTP)
			}
			p.see("stopped")
			p.restored()
			p.ptm.WriteString("\n")
			p.wait("it goes on", func() bool { return p.stty() != p.before && strings.Count(p.text(), "\x1b[?1049h") > 1 })
			time.Sleep(200 * time.Millisecond)
			p.ptm.WriteString("q")
			p.wait("the end", func() bool { return p.code() != "" })
			p.restored()
		})
	}
}

// A terminal that takes nothing more does not keep the program.
func TestBlockedTerminalIsLeft(t *testing.T) {
	p := demoOnTerminal(t)
	p.mu.Lock()
	p.hold = true
	p.mu.Unlock()
	// Redraws fill the terminal's buffer.
	for range 60 {
		p.ptm.WriteString("\x0c")
		time.Sleep(20 * time.Millisecond)
	}
	p.signal(syscall.SIGTERM)
	p.wait("the settings are back", func() bool { return p.stty() == p.before })
	p.mu.Lock()
	p.hold = false
	p.mu.Unlock()
	p.restored()
}

// Without its terminal the program ends.
func TestClosedTerminalEndsIt(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	p := onTerminal(t, nil, name, "demo")
	p.see("Handshake")
	p.tty.Close()
	p.ptm.Close()
	_ = p.ended()
}

// startExit is how long a program that has just begun may take to end.
const startExit = 3 * time.Second

// Told to end before the screen is whole, it ends all the same, and soon.
func TestExitsWhileItStarts(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	for _, after := range []time.Duration{0, 5, 20, 50, 100, 200} {
		p := onTerminal(t, nil, "sh", "-c", `sh -c 'echo pid $$ end; exec `+name+` demo'; echo over $? end; read x`)
		p.see("\x1b")
		time.Sleep(after * time.Millisecond)
		told := time.Now()
		p.signal(syscall.SIGTERM)
		p.wait("the end", func() bool { return p.code() != "" })
		if took := time.Since(told); took > startExit {
			t.Errorf("told to end %v after the first byte, it takes %v", after*time.Millisecond, took)
		}
		p.wait("the settings are back", func() bool { return p.stty() == p.before })
	}
}
