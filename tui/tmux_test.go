//go:build linux

package tui

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// tmux is a server of its own, spoken to in its control mode: a command costs no
// process.
type tmux struct {
	t   *testing.T
	in  io.WriteCloser
	out chan string // the lines of an answer, then what ended it
	mu  sync.Mutex
}

var servers atomic.Int64

// newTmux starts a server. Where there is none, the test is skipped; not where
// everything must have run.
func newTmux(t *testing.T) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is missing: ", err)
		}
		t.Skip("tmux is missing: ", err)
	}
	socket := filepath.Join(t.TempDir(), fmt.Sprint("s", servers.Add(1)))
	cmd := exec.Command("tmux", "-C", "-S", socket, "-f", "/dev/null", "new-session", "-s", "control", "-x", "20", "-y", "5", "sleep 100000")
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "TMUX") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	x := &tmux{t: t, in: in, out: make(chan string, 1024)}
	go x.read(out)
	t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", socket, "kill-server").Run()
		_ = cmd.Wait()
	})
	x.answer() // of new-session
	x.do("refresh-client -f no-output,ignore-size")
	x.do("set-option -g default-terminal tmux-256color")
	return x
}

// read takes answers apart; what tmux tells of itself is left out.
func (x *tmux) read(out io.Reader) {
	inside := false
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		switch l := lines.Text(); {
		case !inside && strings.HasPrefix(l, "%begin "):
			inside = true
		case inside && (strings.HasPrefix(l, "%end ") || strings.HasPrefix(l, "%error ")):
			inside = false
			x.out <- l[:4]
		case inside:
			x.out <- " " + l
		}
	}
	close(x.out)
}

func (x *tmux) answer() []string {
	x.t.Helper()
	var lines []string
	for limit := time.After(20 * time.Second); ; {
		select {
		case l, ok := <-x.out:
			switch {
			case !ok:
				x.t.Fatal("tmux has ended")
			case l == "%end":
				return lines
			case l == "%err":
				x.t.Fatalf("tmux: %q", lines)
			}
			lines = append(lines, l[1:])
		case <-limit:
			x.t.Fatal("tmux does not answer")
		}
	}
}

func (x *tmux) do(command string) []string {
	x.t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, err := io.WriteString(x.in, command+"\n"); err != nil {
		x.t.Fatal(err)
	}
	return x.answer()
}

// seat is a shell on a terminal of tmux.
type seat struct {
	*tmux
	name string
	w, h int
	home string
}

// prompt is the shell's.
const prompt = "here> "

// seat opens a terminal of a size with a shell.
func (x *tmux) seat(name string, w, h int, env string) *seat {
	x.t.Helper()
	home, err := os.MkdirTemp("", "syncscope-tour")
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { _ = os.RemoveAll(home) }) // a program may still be leaving
	s := &seat{x, name, w, h, home}
	shell := fmt.Sprintf("env -u TMUX PS1='%s' HOME=%s XDG_STATE_HOME=%s XDG_CONFIG_HOME=%s COLORTERM=truecolor %s bash --norc --noprofile -i", prompt, s.home, s.home, s.home, env)
	x.do(fmt.Sprintf("new-session -d -s %s -x %d -y %d \"%s\"", name, w, h, shell))
	s.wait("the shell's prompt", s.clean)
	return s
}

// tmuxKeys are tmux's names of keys that have another one here.
var tmuxKeys = map[string]string{"up": "Up", "down": "Down", "left": "Left", "right": "Right", "home": "Home", "end": "End", "pgup": "PageUp", "pgdown": "PageDown", "space": "Space", "tab": "Tab", "shift+tab": "BTab", "enter": "Enter", "esc": "Escape", "f2": "F2", "f5": "F5"}

// press presses a key, by its name here, or types a text.
func (s *seat) press(key string) {
	s.t.Helper()
	name := tmuxKeys[key]
	if letter, ctrl := strings.CutPrefix(key, "ctrl+"); ctrl {
		name = "C-" + letter
	}
	if name == "" {
		s.do("send-keys -l -t " + s.name + " -- '" + key + "'")
		return
	}
	s.do("send-keys -t " + s.name + " " + name)
	if key == "esc" { // what comes soon after it would be one key with it
		time.Sleep(120 * time.Millisecond)
	}
}

// run types a command line.
func (s *seat) run(line string) {
	s.t.Helper()
	s.press(line)
	s.press("enter")
}

// frame is what is on the terminal; a line that did not fit its width is one
// with what was wrapped.
func (s *seat) frame() []string {
	s.t.Helper()
	return s.do("capture-pane -p -J -t " + s.name)
}

func (s *seat) text() string { return strings.Join(s.frame(), "\n") }

// painted is the same with its colours.
func (s *seat) painted() string {
	s.t.Helper()
	return strings.Join(s.do("capture-pane -e -p -t "+s.name), "\n")
}

func (s *seat) wait(what string, ok func() bool) {
	s.t.Helper()
	for limit := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			s.t.Fatalf("%s at %dx%d: not in time:\n%s", what, s.w, s.h, s.text())
		}
	}
}

// see waits for a word, and is the frame that has it: one that is drawn whole, for
// it stays.
func (s *seat) see(word string) string {
	s.t.Helper()
	text := ""
	s.wait(fmt.Sprintf("%q", word), func() bool {
		before := text
		text = s.text()
		time.Sleep(20 * time.Millisecond)
		return strings.Contains(text, word) && text == before
	})
	return text
}

// clean reports whether the last line is an empty prompt.
func (s *seat) clean() bool {
	lines := strings.Split(strings.TrimRight(s.text(), "\n "), "\n")
	return strings.HasSuffix(lines[len(lines)-1], strings.TrimRight(prompt, " ")) // a key that came before the screen is echoed in front of it
}

// settings are the terminal's, as stty prints them.
func (s *seat) settings() string {
	s.t.Helper()
	name := filepath.Join(s.home, "stty")
	_ = os.Remove(name)
	s.run("stty -g >" + name + ".new; mv " + name + ".new " + name)
	var text []byte
	s.wait("stty", func() (ok bool) { text, _ = os.ReadFile(name); return len(text) > 0 })
	s.run("clear")
	s.wait("the prompt", s.clean)
	return string(text)
}
