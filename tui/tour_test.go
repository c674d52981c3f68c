//go:build linux

package tui

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/keys"
)

// tourEnv makes the test binary a screen of the recorded run at its verdict.
const tourEnv = "SYNCSCOPE_TEST_TOUR"

func init() {
	children = append(children, func() bool {
		if os.Getenv(tourEnv) == "" {
			return false
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // as the program does
		defer stop()
		gate := redact.NewWithKey([]byte("golden"))
		updates := make(chan view.Update, 1)
		updates <- replayedBy(child{}, gate, false)
		if _, err := Run(ctx, Options{Updates: updates, Control: run{noRun{}, gate}, Lang: "en"}); err != nil {
			child{}.Fatal(err)
		}
		return true
	})
}

// child is the little that a test's helpers need where there is no test.
type child struct{ testing.TB }

func (child) Helper() {}

func (child) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

// stop is a state of the screen: the keys that lead there, and what is on the
// screen then.
type stop struct {
	way     []string
	see     string
	covered bool // q closes what is on top
	typed   bool // letters are text
}

var stops = map[string]stop{
	"panes":               {nil, "q quit", false, false},
	"row":                 {[]string{"t", "tab", "tab", "up"}, "PAUSED", false, false},
	"diagnosis":           {[]string{"t", "shift+tab"}, "Diagnosis", false, false},
	"timeline":            {[]string{"t"}, "Timeline", false, false},
	"zoomed":              {[]string{"t", "tab", "tab", "z"}, "q quit", false, false},
	"searched":            {[]string{"t", "tab", "tab", "/", "user", "enter"}, "next, previous", false, false},
	"filtered":            {[]string{"t", "tab", "tab", "&", "user", "enter"}, "pass &user", false, false},
	"filter being typed":  {[]string{"t", "tab", "tab", "&", "use"}, "pass", false, true},
	"ladder":              {[]string{"]"}, "leave the ladder", false, false},
	"presentation":        {[]string{"V"}, "V back", false, false},
	"paused":              {[]string{"p"}, "PAUSED", false, false},
	"help":                {[]string{"?"}, "Help", true, false},
	"runbook":             {[]string{"t", "enter"}, "Runbook", true, false},
	"detail":              {[]string{"t", "tab", "tab", "up", "v"}, "Detail", true, false},
	"sequence":            {[]string{"t", "tab", "s"}, "Sequence", true, false},
	"checks":              {[]string{"r"}, "how things are now", true, false},
	"palette":             {[]string{":"}, "Commands", true, true},
	"help over a runbook": {[]string{"t", "enter", "?"}, "Help", true, false},
	"reveal":              {[]string{"t", "tab", "tab", "@", "16:49:54,265", "enter", "#"}, "Reveal", true, true},
}

// ends are keys that leave the screen, wherever they are pressed.
var ends = []string{"q", "ctrl+c", "ctrl+z"}

// begin starts the recorded screen and goes to a place.
func (s *seat) begin(p stop) (frame string) {
	s.t.Helper()
	s.run(tourEnv + "=1 " + os.Args[0])
	s.see("Grant not found")
	for _, k := range p.way {
		s.press(k)
	}
	s.see(p.see)
	if os.Getenv("SYNCSCOPE_LONG") != "" { // what is seen may have been there before
		time.Sleep(300 * time.Millisecond)
	}
	return s.see(p.see)
}

// end leaves the screen, however many overlays there are. A key that leaves it is given
// time: under load the next one would be the shell's, which echoes it.
func (s *seat) end() {
	s.t.Helper()
	for range 20 {
		if !s.running() {
			break
		}
		s.alive()
		for _, k := range []string{"esc", "ctrl+c"} {
			if s.running() {
				s.press(k)
			}
		}
		s.left(5 * time.Second)
	}
	s.wait("the prompt after the screen", s.clean)
	if f := s.text(); strings.Contains(f, "^") {
		s.t.Errorf("%dx%d: the shell echoes a key that was the screen's:\n%s", s.w, s.h, f)
	}
	s.run("clear")
	s.wait("the prompt", s.clean)
}

// running reports whether the screen has the terminal.
func (s *seat) running() bool {
	return s.do("display-message -p -t " + s.name + " '#{alternate_on}'")[0] == "1"
}

// left waits for the screen to be gone, and reports whether it is.
func (s *seat) left(limit time.Duration) bool {
	s.t.Helper()
	for end := time.Now().Add(limit); s.running(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// alive holds a frame's lines against the terminal. What is there once the screen is
// gone is the shell's.
func (s *seat) alive() []string {
	s.t.Helper()
	frame := s.frame()
	if !s.running() {
		return frame
	}
	for _, l := range frame {
		if n := ansi.StringWidth(l); n > s.w {
			s.t.Errorf("%dx%d: a line of %d columns: %q", s.w, s.h, n, l)
		}
	}
	return frame
}

// A tour of a real terminal at four sizes: every key of the key map in every
// state. No frame is wider than the terminal, q closes what is on top and ends
// nothing, what the footer names does something, and when the screen is left, the
// terminal's settings and the shell's line are as before.
func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("a tour of four terminals")
	}
	for _, size := range [][2]int{{80, 24}, {100, 30}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			s := newTmux(t).seat("tour", size[0], size[1], "")
			before := s.settings()
			for name, p := range stops {
				s.visit(name, p)
			}
			if after := s.settings(); after != before {
				t.Errorf("the terminal's settings are %q, and were %q", after, before)
			}
		})
	}
}

// visit presses every key in a place: one after the other, so that each comes in
// many states more; at length, each in the place itself too.
func (s *seat) visit(name string, p stop) {
	s.t.Helper()
	frame := s.begin(p)
	if p.covered && !p.typed {
		s.press("q")
		s.wait(name+": q does not close what is on top", func() bool { return s.text() != frame })
		if time.Sleep(20 * time.Millisecond); !s.running() {
			s.t.Fatalf("%s: q ends the program", name)
		}
		s.end()
		s.begin(p)
	}
	for _, k := range allKeys() {
		if slices.Contains(ends, k) {
			continue
		}
		s.press(k)
		s.alive()
		if b := keys.Find(k); b != nil && leadsAway[b.Action] {
			s.press("esc")
		}
		if !s.running() {
			s.t.Fatalf("%s: %s ends the program:\n%s", name, k, s.text())
		}
	}
	s.wait(name+": ctrl+z does not suspend", func() bool {
		s.press("ctrl+z")
		if s.left(5 * time.Second) {
			return true
		}
		s.press("esc") // where letters are text it is none of the keys
		return s.left(time.Second)
	})
	s.wait(name+": the shell does not come to the front", s.clean) // what is typed before may be thrown away as the terminal is set
	s.run("clear; fg")
	s.wait(name+": fg does not go on", s.running)
	time.Sleep(100 * time.Millisecond) // for the keyboard
	s.end()
	if os.Getenv("SYNCSCOPE_LONG") == "" {
		return
	}
	for _, k := range s.footer(frame, p) {
		s.begin(p)
		before := s.painted() // where one stands is told by colours alone
		s.press(k)
		limit := time.Now().Add(10 * time.Second)
		for s.painted() == before && time.Now().Before(limit) {
			time.Sleep(10 * time.Millisecond)
		}
		if s.painted() == before {
			s.t.Errorf("%s: the footer names %q, which does nothing:\n%s", name, k, s.text())
		}
		if s.running() {
			s.end()
		}
	}
}

// leadsAway are actions behind which letters may be text.
var leadsAway = map[keys.Action]bool{keys.Search: true, keys.Filter: true, keys.DisplayFilter: true, keys.DisplayFilterAll: true, keys.Time: true, keys.Commands: true,
	keys.Help: true, keys.Checks: true, keys.Enter: true, keys.Detail: true, keys.Sequence: true, keys.Message: true, keys.Reveal: true}

// footer is the keys that a frame's last line names, as they are pressed: of those
// that move, one whose direction has room.
func (s *seat) footer(frame string, p stop) []string {
	lines := strings.Split(strings.TrimRight(frame, "\n "), "\n")
	var out []string
	for _, part := range strings.Split(strings.TrimSpace(lines[len(lines)-1]), "  ") {
		key, _, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch key = strings.TrimSuffix(strings.TrimSuffix(key, ","), "/E"); {
		case key == "" || strings.HasPrefix(key, "/") && len(key) > 1 || p.typed && len(key) == 1:
			continue
		case key == "1-9":
			key = "1"
		case key == "up":
			key = "down"
			if !strings.Contains(frame, "more line") && !p.typed {
				continue
			}
		}
		if keys.Find(key) != nil {
			out = append(out, key)
		}
	}
	return out
}

// Whoever leaves the program as soon as it has begun gets the terminal back as it
// was, and finds nothing in the shell's line: no answer of the terminal, no key.
func TestLeavingAtOnceIsClean(t *testing.T) {
	if testing.Short() {
		t.Skip("programs on a terminal")
	}
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	s := newTmux(t).seat("leave", 120, 40, "")
	before, tries := s.settings(), 0
	for _, after := range []int{0, 5, 10, 20, 30, 40, 50} {
		for _, way := range []string{"q", "ctrl+c", "TERM"} {
			what := fmt.Sprintf("%s after %d ms", way, after)
			line := name + " demo"
			if way == "TERM" {
				line = fmt.Sprintf("timeout --foreground 0.%03d %s", after+1, line) // 0 is never
			}
			tries++
			s.run(fmt.Sprintf(`%s; echo o""ver%d`, line, tries))
			if way != "TERM" { // before it is there, a key is the shell's
				s.wait(what+": it does not begin", func() bool { return s.has() == "syncscope" })
				time.Sleep(time.Duration(after) * time.Millisecond)
				s.press(way)
			}
			s.wait(what+": it does not end", func() bool {
				for limit := time.Now().Add(time.Second); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
					if !s.running() && s.has() == "bash" && s.clean() && (way != "TERM" || strings.Contains(s.text(), fmt.Sprintf("over%d\n", tries))) {
						return true
					}
				}
				if way != "TERM" && s.running() { // the key came before it was read
					s.press(way)
				}
				return false
			})
			time.Sleep(150 * time.Millisecond) // for an answer that comes late
			if !s.clean() {
				t.Errorf("%s: the shell's line is not empty:\n%s", what, s.text())
			}
			if now := s.settings(); now != before {
				t.Errorf("%s: the terminal's settings are %q, and were %q", what, now, before)
			}
		}
	}
}

// has is the program that has the terminal.
func (s *seat) has() string {
	return s.do("display-message -p -t " + s.name + " '#{pane_current_command}'")[0]
}

// A tour of the real program in a real terminal: what a key does is on the
// screen, and the frame stays whole.
func TestTourInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not there")
	}
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	socket := fmt.Sprintf("tour%d", os.Getpid())
	client := func(args ...string) string {
		out, err := exec.Command("tmux", append([]string{"-L", socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v %s", args, err, out)
		}
		return string(out)
	}
	client("new-session", "-d", "-x", "160", "-y", "45", "env TERM=xterm-256color "+name+" demo; sleep 60")
	defer exec.Command("tmux", "-L", socket, "kill-server").Run()
	for _, step := range []struct {
		keys []string
		want string
	}{
		{nil, "Grant not found"},
		{[]string{"?"}, "next pane"},
		{[]string{"Escape"}, "FOLLOW"},
		{[]string{"Tab", "e"}, "PAUSED"},
		{[]string{"&", "licens"}, "rows pass"},
		{[]string{"Enter"}, "pass &licens"},
		{[]string{"Escape", "T"}, "since the row above"},
		{[]string{"z"}, "Failed to authenticate"},
		{[]string{"z", "5"}, "Diagnosis"},
		{[]string{"Enter"}, "Detail"},
		{[]string{"Escape", "F", "Enter"}, "Runbook"},
		{[]string{"Escape", "V"}, "V back"},
		{[]string{"V", ":", "users, host"}, "1 command"},
		{[]string{"Enter"}, "names hidden"},
		{[]string{"H", "1", "#"}, "Reveal"},
		{[]string{"Escape", "p"}, "PAUSED"},
		{[]string{"p"}, "FOLLOW"},
	} {
		for _, k := range step.keys {
			client("send-keys", k)
			time.Sleep(60 * time.Millisecond)
			if k == "Escape" { // soon after it, a letter would be one with alt
				time.Sleep(500 * time.Millisecond)
			}
		}
		var text string
		for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit) && !strings.Contains(text, step.want); time.Sleep(50 * time.Millisecond) {
			text = client("capture-pane", "-p")
		}
		if !strings.Contains(text, step.want) {
			t.Fatalf("after %v no %q:\n%s", step.keys, step.want, text)
		}
	}
}
