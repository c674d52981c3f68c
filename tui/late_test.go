//go:build linux

package tui

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// questions are what the terminal is asked, and replies what xterm says.
var (
	questions = regexp.MustCompile(`\x1b\[\?\d+\$p|\x1b\[\?u|\x1b\]11;\?(?:\x07|\x1b\\)|\x1b\[c`)
	replies   = []struct{ asked, reply string }{
		{"\x1b[?2026$p", "\x1b[?2026;2$y"}, {"\x1b[?2027$p", "\x1b[?2027;0$y"}, {"\x1b[?u", "\x1b[?0u"}, {"\x1b]11;?", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"}, {"\x1b[c", "\x1b[?62;22c"},
	}
)

// answers replies in order to what the terminal is asked, a round trip later,
// until the test ends.
func (p *program) answers(roundTrip time.Duration) {
	type due struct {
		at    time.Time
		reply string
	}
	var owed []due
	for seen := 0; p.t.Context().Err() == nil; time.Sleep(time.Millisecond) {
		text := p.text()
		for _, asked := range questions.FindAllString(text[seen:], -1) {
			for _, r := range replies {
				if strings.HasPrefix(asked, r.asked) {
					owed = append(owed, due{time.Now().Add(roundTrip), r.reply})
				}
			}
		}
		if all := questions.FindAllStringIndex(text[seen:], -1); len(all) > 0 {
			seen += all[len(all)-1][1]
		}
		for len(owed) > 0 && time.Now().After(owed[0].at) {
			_, _ = p.ptm.WriteString(owed[0].reply)
			owed = owed[1:]
		}
	}
}

// However soon the screen is left, and however late the terminal answers, no
// answer is left for the shell.
func TestLateAnswersAreNotLeftInTheShell(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	for _, tt := range []struct {
		name      string
		after     time.Duration // from the first bytes to ctrl+c
		roundTrip time.Duration
	}{{"at once", 0, 200 * time.Millisecond}, {"within 50 ms", 50 * time.Millisecond, 200 * time.Millisecond}, {"slow link", 10 * time.Millisecond, 600 * time.Millisecond}, {"later", time.Second, 50 * time.Millisecond}} {
		t.Run(tt.name, func(t *testing.T) {
			p := onTerminal(t, nil, "sh", "-c", name+` demo >/dev/tty; stty raw -echo min 0 time 10; echo "left [$(cat -v)]"`)
			go p.answers(tt.roundTrip)
			p.see("\x1b[?1049h")
			time.Sleep(tt.after)
			p.ptm.WriteString("\x03")
			p.see("left [")
			p.see("]\n")
			if !strings.Contains(p.text(), "left []") {
				_, rest, _ := strings.Cut(p.text(), "left [")
				t.Errorf("the shell reads %q", rest)
			}
		})
	}
}

// The terminal's answer chooses the theme; one that answers nothing has its
// first frame even so.
func TestTheBackgroundIsAskedFor(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	p := underShell(t, []string{"COLORTERM=truecolor"}, name+" demo")
	p.see("WAITING")
	for _, want := range []string{"\x1b]11;?", "\x1b[?2026$p", "\x1b[c"} {
		if !strings.Contains(p.text(), want) {
			t.Errorf("%q is not asked", want)
		}
	}
	const dim = "\x1b[38;2;98;105;114m" // of the light theme
	if strings.Contains(p.text(), dim) {
		t.Fatal("light before the terminal has answered")
	}
	p.ptm.WriteString("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
	p.wait("the light theme", func() bool { return strings.Contains(p.text(), "38;2;98;105;114") })
	p.ptm.WriteString("\x03")
	p.wait("the end", func() bool { return p.code() != "" })
	p.restored()
}

// With --no-sync the terminal is not asked for mode 2026, nor told to hold
// frames back.
func TestNoSyncAsksNothing(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	p := underShell(t, nil, name+" demo --no-sync")
	p.see("WAITING")
	p.ptm.WriteString("\x03")
	p.wait("the end", func() bool { return p.code() != "" })
	if strings.Contains(p.text(), "\x1b[?2026") {
		t.Error("mode 2026 is spoken of")
	}
}

// A terminal that says it is dumb gets lines: no sequence at all.
func TestADumbTerminalGetsLines(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	p := onTerminal(t, []string{"TERM=dumb"}, "sh", "-c", name+" demo --help; "+name+"; "+name+" demo; echo over")
	p.see("attempt")
	p.ptm.WriteString("\x03")
	if strings.Contains(p.text(), "\x1b") {
		t.Errorf("a sequence: %.400q", p.text())
	}
}
