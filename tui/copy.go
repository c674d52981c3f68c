package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/redact"
	"syncscope/tui/overlay"
	"syncscope/tui/pane"
)

// clipboardLimit is what terminals take in one OSC 52; the file has all of it.
const clipboardLimit = 64 << 10

// copyText copies the overlay in sight, else the marked rows of the pane, else
// the row one stands on; of the diagnosis, all of it.
func (p picture) copyText(g *redact.Session) reply {
	if _, never := p.covers.top().(overlay.Secretive); never {
		return reply{flash: overlay.NotCopied}
	}
	text := p.copied()
	if text == "" {
		return reply{flash: "nothing to copy in this pane"}
	}
	return reply{cmd: toCopies(again(g, text))}
}

// row is the row in detail, or the one that one stands on.
func (p picture) row() pane.Detail {
	if d, ok := p.covers.top().(*overlay.Detail); ok {
		return d.Of
	}
	if l := p.panes.here(); p.covers.top() == nil && l != nil && l.Current() != nil {
		return l.Current().Detail()
	}
	return pane.Detail{}
}

// toCopies puts a text on the clipboard and into a file.
func toCopies(text string) tea.Cmd {
	keep := func() tea.Msg { return keepCopy(filepath.Join(xdg.StateHome, "syncscope", "copies"), text, time.Now()) }
	if len(text) > clipboardLimit {
		return keep
	}
	return tea.Batch(toClipboard(text, os.Getenv("TMUX") != ""), keep)
}

// again masks text with what the run knows by now, and hides names where the
// screen does; line by line, since a line end is a control to the gate.
func again(g *redact.Session, text string) string {
	if g == nil {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = g.Shown(g.Excerpt(redact.Wrap([]byte(l))).String())
	}
	return strings.Join(lines, "\n")
}

// copied is the text itself, without colours.
func (p picture) copied() string {
	var lines []string
	if o, ok := p.covers.top().(overlay.Picker); ok && o.Picked() != "" {
		lines = []string{o.Picked()}
	} else if o := p.covers.top(); o != nil {
		for _, l := range o.Lines(p.Scene, 100) {
			lines = append(lines, strings.TrimRight(ansi.Strip(l), " "))
		}
	} else if l := p.panes.here(); l != nil {
		lines = l.Picked()
	} else if p.panes.focus == diagnosisPane {
		lines = p.spelledOut()
	}
	text := strings.Trim(strings.Join(lines, "\n"), "\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}

// spelledOut is the verdict and the diagnosis as text, wherever the pane is
// scrolled to.
func (p picture) spelledOut() []string {
	const w, h = 100, 200
	d := pane.NewDiagnosis()
	d.Set(p.Update)
	hd := head{th: p.Theme, u: p.Update, w: w, h: h, failure: p.failure}
	c := p.canvas()
	c.Width, c.Height, c.Whole = w, h, true
	lines := append(append(hd.aloud(), ""), d.View(c)...)
	for i, l := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(l), " ")
	}
	return lines
}

// toClipboard sets the terminal's clipboard (OSC 52). tmux hands it on only in
// its passthrough.
func toClipboard(text string, tmux bool) tea.Cmd {
	if tmux {
		return tea.Raw(ansi.TmuxPassthrough(ansi.SetSystemClipboard(text)))
	}
	return tea.SetClipboard(text)
}

// keepCopy writes a copy where only its user reads it: a terminal may ignore
// OSC 52, and does not say so.
func keepCopy(dir, text string, now time.Time) tea.Msg {
	path, err := writeCopy(dir, text, now)
	if err != nil {
		return overlay.Flash(fmt.Sprintf("copy: not kept in a file: %v", err))
	}
	return copiedMsg(path)
}

// copiedMsg is the file that a copy was kept in.
type copiedMsg string

// fromHome is a path with ~ for the user's home: a whole one has no room.
func fromHome(path string) string {
	if rest, ok := strings.CutPrefix(path, xdg.Home+string(filepath.Separator)); ok && xdg.Home != "" {
		return filepath.Join("~", rest)
	}
	return path
}

func writeCopy(dir, text string, now time.Time) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, now.UTC().Format("20060102-150405")+"-*.txt") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return f.Name(), err
}
