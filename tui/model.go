// Package tui is the screen: the only Bubble Tea model.
//
// What comes in: checks.Updates on a channel, keys, the terminal's size. What
// goes out: frames, and what a person asks of the run (Control). Update does
// no I/O; View only joins what the panes have drawn.
//
// Where things are added: a pane is a file in tui/pane and a line in registry
// (panes.go); what covers the panes is an overlay in a file of its own
// (tui/overlay); a key is a row of the key map (tui/keys), and what it does a
// line of acts.go.
//
// The Model hands things between its parts: what the run told (data), the panes,
// what covers them (stack), what is typed (input), the run itself (attached).
// None of them knows it; a frame is drawn from a picture of them.
//
// Run owns two goroutines: the Bubble Tea program's, which is waited for unless
// the terminal takes nothing any more, and the one that suspends, which ends
// with Run. The sender closes the channel of updates; the Model only reads it.
package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"syncscope/checks/view"
	"syncscope/tui/keys"
	"syncscope/tui/overlay"
	"syncscope/tui/terminal"
	"syncscope/tui/theme"
)

// Options are what a screen is made from.
type Options struct {
	Updates <-chan view.Update
	Control view.Control
	Login   view.Login               // nil: nobody logs in
	Begin   func() (view.Run, error) // starts the run behind the first frame; nil: it runs already
	Form    view.Form                // nil: the hosts are known; else Begin waits for it
	ASCII   bool
	NoColor bool

	// FormShown is how many bytes of a field's text the form may draw; behind
	// them is what may be a password. It reads nothing but its arguments. Set
	// where Form is.
	FormShown func(field int, text string) int

	Theme   string               // see theme.Names; "" is "auto"
	Sixteen bool                 // the terminal has 16 colours
	Profile colorprofile.Profile // the terminal's; Unknown: it is found out, which in tmux runs a program
	Lang    string               // of the runbooks
	Now     func() time.Time     // nil: time.Now
	MaxKBps int                  // what frames may take of the link; 0: 60 behind SSH, else no bound; -1: no bound
	NoSync  bool                 // frames are not held back until they are whole (mode 2026)

	Background theme.Background // the terminal's, as the environment tells it; the terminal is asked
}

// Model is the screen: its parts, and what is handed between them.
type Model struct {
	opts    Options
	th      *theme.Theme
	w, h    int
	data    data
	panes   paneSet
	covers  stack
	input   input
	ladder  ladder
	run     attached
	touched bool // a key was pressed, or the mouse
	mouse   bool
	flash   string   // a word in the footer, until the next key
	copies  []string // files that copies were kept in
	frame   string   // the last frame; "" when something has changed
	pace    *terminal.Pacer
	first   tea.Cmd // what the program begins with; nil: nothing
}

// New makes a screen of 80x24 until the terminal says its size.
func New(o Options) *Model {
	th := o.theme(o.Background)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.FormShown == nil { // nobody tells what may be drawn: none of it
		o.FormShown = func(int, string) int { return 0 }
	}
	m := &Model{opts: o, th: &th, w: 80, h: 24, data: nothing(), panes: newPanes(), input: input{past: pasts{}}, pace: terminal.NewPacer(nil, 0)}
	m.run.begin = o.Begin
	m.run.to(o.Control, o.Login)
	if o.Form != nil {
		m.covers.push(overlay.NewForm())
	}
	return m
}

// updateMsg is what came from the run; ok is false at its end.
type updateMsg struct {
	u  view.Update
	ok bool
	at time.Time
}

// Init begins to listen to the run.
func (m *Model) Init() tea.Cmd {
	if form := among[*overlay.Form](m.covers); form != nil {
		return tea.Batch(m.first, form.Init(m.opts.Form))
	}
	if m.run.begin != nil {
		return tea.Batch(m.first, m.run.start(nil))
	}
	return tea.Batch(m.first, listen(m.opts.Updates, 0))
}

// Update applies a message. The frame is drawn anew, unless it is none of ours.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	frame := m.frame
	m.frame = ""
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		m.panes.untouched(m.touched, m.data.update.Verdict, shaped(m.w, m.h).one)
	case tea.BackgroundColorMsg:
		m.th = m.opts.onBackground(msg)
	case updateMsg:
		if !msg.ok {
			m.run.ended = true
			return m, nil
		}
		changed := m.apply(msg.u)
		next := listen(m.opts.Updates, m.pace.Next(msg.at))
		if changed {
			next = tea.Batch(next, aged())
		}
		return m, next
	case agedMsg:
	case startedMsg:
		return m, m.started(msg)
	case tea.MouseMsg:
		m.touched = true
		m.point(msg)
	case terminal.CannotSuspend:
		m.flash = msg.Why
	case overlay.Flash:
		m.flash = string(msg)
	case overlay.Answer:
		in := m.scene()
		in.Place = m.covers.place(msg.To)
		return m, m.perform(msg.To.Receive(in, msg.What), msg.To)
	case writtenMsg:
		return m, m.written(msg)
	case copiedMsg:
		m.copies = append(m.copies, string(msg))
		m.flash = "copied, also: " + fromHome(string(msg))
	case tea.PasteMsg:
		m.paste(msg.Content)
	case tea.KeyPressMsg:
		m.touched = true
		return m, m.press(msg)
	default:
		m.frame = frame
	}
	return m, nil
}

// press hands a key to what is typed, to the overlay in sight, or to the key
// map, in this order.
func (m *Model) press(key tea.KeyPressMsg) tea.Cmd {
	if m.input.entry != nil {
		r := m.input.press(key)
		if m.input.entry == nil { // it led to a row, perhaps
			return m.replied(r)
		}
		return r.cmd
	}
	m.flash = ""
	if among[*overlay.Question](m.covers) == nil && m.run.deafTo(key.String()) {
		m.flash = "the question has closed: keys are commands again in a second"
		return nil
	}
	if o := m.covers.top(); o != nil {
		if a := o.Key(m.scene(), key); !a.Pass {
			return m.perform(a, o)
		}
	}
	b := keys.Find(key.String())
	if b == nil {
		return m.replied(reply{})
	}
	return m.do(b.Action, key.String())
}

// do carries out an action as if key was pressed.
func (m *Model) do(a keys.Action, key string) tea.Cmd { return m.replied(acts[a](m, key)) }

// replied says what an action led to; the panes go along with the row.
func (m *Model) replied(r reply) tea.Cmd {
	if r.flash != "" {
		m.flash = r.flash
	}
	m.along()
	return r.cmd
}

// along lets the panes go along with the focused one's row.
func (m *Model) along() {
	if stays := m.panes.goAlong(); m.flash == "" {
		m.flash = stays
	}
}

// perform does what an overlay asks for.
func (m *Model) perform(a overlay.Action, by any) tea.Cmd {
	if o, ok := by.(overlay.Overlay); ok && a.Close {
		m.covers.drop(o)
	}
	if a.Flash != "" {
		m.flash = a.Flash
	}
	if a.Forgive || a.Failed != nil {
		m.run.failure = a.Failed
	}
	if a.Attach != nil {
		m.run.to(a.Attach.Control, a.Attach.Login)
	}
	if a.Answered != 0 {
		m.run.answered = a.Answered
	}
	if a.Open != nil {
		m.covers.push(a.Open)
	}
	if a.Shown != nil {
		m.data.came = *a.Shown
		m.refresh()
		m.prompted()
	}
	cmd := a.Cmd
	if a.Begin {
		form, _ := by.(*overlay.Form)
		cmd = m.run.start(form)
	}
	if a.Do != keys.None {
		return tea.Batch(cmd, m.do(a.Do, a.With))
	}
	return cmd
}

// scene is what an overlay may see.
func (m *Model) scene() overlay.Scene {
	s := m.data.state() | m.panes.state()
	if m.ladder.on {
		s |= keys.OnStage
	}
	if m.run.failure != nil {
		s |= keys.Failed
	}
	return overlay.Scene{
		Update: &m.data.update, Theme: m.th, Width: m.w, Height: m.h, Pseudonyms: m.data.names.pseudonyms, Now: m.opts.Now,
		Lang: m.opts.Lang, State: s, Login: m.run.login, Form: m.opts.Form, FormShown: m.opts.FormShown, Gate: m.run.gate(),
	}
}

// picture is what a frame is drawn from.
func (m *Model) picture() picture {
	p := picture{m.scene(), &m.panes, m.covers, &m.input, m.ladder, m.run.failure, m.flash, m.mouse, m.run.ended, nil}
	if m.data.browsing.shown == 0 { // else what is shown is none of what came
		p.fresh = m.data.changes.fresh(m.opts.Now())
	}
	return p
}

// View is the frame.
func (m *Model) View() tea.View {
	frame := m.frame
	if frame == "" {
		frame = m.picture().draw()
	}
	if _, never := m.covers.top().(overlay.Secretive); !never { // a value in clear is not kept
		m.frame = frame
	}
	v := tea.NewView(frame)
	v.AltScreen = true
	v.MouseMode = mouseMode(m.mouse)
	v.WindowTitle = "syncscope"
	return v
}
