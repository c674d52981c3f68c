// Package tui is the screen: the only Bubble Tea model.
//
// What comes in: checks.Updates on a channel, keys, the terminal's size. What
// goes out: frames, and what a person asks of the run (Control). Update does
// no I/O; View only joins what the panes have drawn.
package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"syncscope/capture"
	"syncscope/checks"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// Control is what the screen may ask of the run.
type Control interface {
	// Fix plays the demo's second act.
	Fix() error
	// RunChecks begins the active checks; updates bring what they find.
	RunChecks() error
}

// Options are what a screen is made from.
type Options struct {
	Updates <-chan checks.Update
	Control Control
	ASCII   bool
	NoColor bool
	Lang    string // of the runbooks
}

// Model is the screen.
type Model struct {
	opts      Options
	th        *theme.Theme
	w, h      int
	focus     int
	zoomed    bool
	paused    bool
	overlay   overlay
	scroll    int // of the overlay
	query     string
	typing    bool
	flash     string
	update    checks.Update
	handshake *pane.Handshake
	logs      [2]*pane.Log
	diagnosis *pane.Diagnosis
	frame     string // the last frame; "" when something has changed
	ended     bool
}

// overlay is what covers the panes.
type overlay uint8

const (
	noOverlay overlay = iota
	helpOverlay
	runbookOverlay
	checksOverlay
)

// New makes a screen of 80x24 until the terminal says its size.
func New(o Options) *Model {
	th := theme.Dark()
	if o.ASCII {
		th = th.Plain()
	}
	m := &Model{opts: o, th: th, w: 80, h: 24, handshake: pane.NewHandshake(th), diagnosis: pane.NewDiagnosis(th)}
	m.logs = [2]*pane.Log{pane.NewLog("Manager log"), pane.NewLog("SSM messages")}
	m.update.Shown = -1
	return m
}

// Run shows the screen until the user quits or ctx ends, and gives the last
// update that it had.
func Run(ctx context.Context, o Options) (checks.Update, error) {
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(60), tea.WithFilter(sane)}
	if o.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	final, err := tea.NewProgram(New(o), opts...).Run()
	if ctx.Err() != nil { // told to end
		err = nil
	}
	if m, ok := final.(*Model); ok {
		return m.update, err
	}
	return checks.Update{}, err
}

// sane drops sizes that no terminal has; a terminal of size 0 (ssh without a
// size) is one of 80x24.
func sane(_ tea.Model, msg tea.Msg) tea.Msg {
	size, ok := msg.(tea.WindowSizeMsg)
	switch {
	case !ok:
	case size.Width <= 0 || size.Height <= 0:
		return tea.WindowSizeMsg{Width: 80, Height: 24}
	case size.Width*size.Height > 1<<20:
		return nil
	}
	return msg
}

// updateMsg is what came from the run; ok is false at its end.
type updateMsg struct {
	u  checks.Update
	ok bool
}

// Init begins to listen to the run.
func (m *Model) Init() tea.Cmd { return m.listen }

// listen waits for the next update. It is asked for anew only once the last
// one was applied: a slow terminal delays the picture, not the diagnosis.
func (m *Model) listen() tea.Msg {
	u, ok := <-m.opts.Updates
	return updateMsg{u, ok}
}

// Update applies a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h, m.frame = msg.Width, msg.Height, ""
	case updateMsg:
		if !msg.ok {
			m.ended, m.frame = true, ""
			return m, nil
		}
		m.apply(msg.u)
		return m, m.listen
	case flashMsg:
		m.flash, m.frame = string(msg), ""
	case tea.KeyPressMsg:
		m.frame = ""
		if m.typing {
			m.edit(msg)
			return m, nil
		}
		m.flash = ""
		return m, m.do(meaning(msg.String()), msg.String())
	}
	return m, nil
}

// apply takes an update into the panes.
func (m *Model) apply(u checks.Update) {
	kinds := map[capture.SourceID]capture.Kind{}
	for _, s := range u.Sources {
		kinds[s.Source.ID] = s.Source.Kind
		m.state(s)
	}
	for _, ev := range u.Events {
		m.route(kinds[ev.Ref().Source], ev)
	}
	u.Events = nil
	m.update = u
	m.diagnosis.Set(&m.update)
	m.frame = ""
}

// route gives an event to its pane; a mark stands in all of them.
func (m *Model) route(kind capture.Kind, ev capture.Event) {
	if _, all := ev.(capture.Mark); all {
		m.handshake.Observe(ev)
		m.logs[0].Observe(ev)
		m.logs[1].Observe(ev)
		return
	}
	switch kind {
	case capture.TcpdumpText, capture.TcpdumpHex, capture.Pcap:
		m.handshake.Observe(ev)
	case capture.ManagerLog:
		m.logs[0].Observe(ev)
	case capture.SSMMessages:
		m.logs[1].Observe(ev)
	}
}

// states say what a stream does, by capture.Stream.
var states = [...]string{"waiting", "connecting", "waiting for lines", "lost", "not available", "ended"}

// state keeps what an empty pane says of itself.
func (m *Model) state(s checks.SourceStatus) {
	if l := m.list(paneOf(s.Source.Kind)); l != nil {
		l.State = strings.TrimSuffix(states[s.State]+": "+s.Detail, ": ")
	}
}

func paneOf(k capture.Kind) int {
	switch k {
	case capture.TcpdumpText:
		return handshakePane
	case capture.ManagerLog:
		return managerPane
	case capture.SSMMessages:
		return ssmPane
	}
	return panes
}

// list is a pane's rows; nil for the diagnosis.
func (m *Model) list(id int) *pane.List {
	switch id {
	case handshakePane:
		return m.handshake.List
	case managerPane, ssmPane:
		return m.logs[id-managerPane].List
	}
	return nil
}

// View is the frame.
func (m *Model) View() tea.View {
	if m.frame == "" {
		m.frame = m.draw()
	}
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.WindowTitle = "syncscope"
	return v
}

// flashMsg is a word in the footer.
type flashMsg string

// playFix asks the run for the second act.
func (m *Model) playFix() tea.Msg {
	if err := m.opts.Control.Fix(); err != nil {
		return flashMsg(err.Error())
	}
	return flashMsg("the fix is played; the next attempt follows")
}

// runChecks asks the run for the active checks.
func (m *Model) runChecks() tea.Msg {
	if err := m.opts.Control.RunChecks(); err != nil {
		return flashMsg(err.Error())
	}
	return flashMsg("the checks run; rows marked ours come from them")
}
