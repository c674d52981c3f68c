// Package tui is the screen: the only Bubble Tea model.
//
// What comes in: checks.Updates on a channel, keys, the terminal's size. What
// goes out: frames, and what a person asks of the run (Control). Update does
// no I/O; View only joins what the panes have drawn.
//
// Where things are added: a pane is a file in tui/pane and a line in registry
// (panes.go); what covers the panes is an overlay in a file of its own
// (overlay.go); a key is a row of one of the tables that make the key map
// (keys.go), with the function that carries it out.
//
// Run owns two goroutines: the Bubble Tea program's, which is waited for unless
// the terminal takes nothing any more, and the one that suspends, which ends
// with Run. The sender closes the channel of updates; the Model only reads it.
package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/terminal"
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
	Updates <-chan view.Update
	Control Control
	Login   Login                 // nil: nobody logs in
	Begin   func() (Begun, error) // starts the run behind the first frame; nil: it runs already
	Form    Form                  // nil: the hosts are known; else Begin waits for it
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

// Model is the screen: what all its parts share. The parts are functions and
// small types of their own files that take it.
type Model struct {
	opts     Options
	th       *theme.Theme
	w, h     int
	panes    paneSet
	focus    paneID
	bottom   paneID // the pane shown under the others
	zoomed   bool
	touched  bool // a key was pressed, or the mouse
	paused   bool
	mouse    bool
	zone     zones     // in which times are shown
	locked   bool      // the panes go along in time
	overlays []overlay // the last one is in sight
	entry    *entry    // what is typed at the foot; nil: nothing
	query    string    // of the last search
	found    string    // which match one is at: "2 of 3"
	past     pasts
	copies   []string // files that copies were kept in
	flash    string   // a word in the footer, until the next key
	update   view.Update
	kinds    map[event.SourceID]event.Kind
	frame    string // the last frame; "" when something has changed
	ended    bool
	login    loginState
	pace     *terminal.Pacer
	first    tea.Cmd // what the program begins with; nil: nothing
	ladder   ladder
	browsing browsing
	came     view.Update // as it came: update is what is shown of it
	names    names

	presentation presentation
	now          func() time.Time
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
	o.attach(o.Control, o.Login)
	m := &Model{opts: o, now: o.Now, th: &th, w: 80, h: 24, bottom: diagnosisPane, pace: terminal.NewPacer(nil, 0), kinds: map[event.SourceID]event.Kind{}, past: pasts{}}
	for id, s := range registry {
		m.panes[id] = s.make()
	}
	m.came.Shown, m.update.Shown = -1, -1
	if o.Form != nil {
		m.overlays = []overlay{&formPage{}}
	}
	return m
}

// updateMsg is what came from the run; ok is false at its end.
type updateMsg struct {
	u  view.Update
	ok bool
	at time.Time
}

// flashMsg is a word in the footer.
type flashMsg string

// message is one of ours that knows what it does to the screen.
type message interface{ take(m *Model) tea.Cmd }

// Init begins to listen to the run.
func (m *Model) Init() tea.Cmd {
	if m.opts.Form != nil {
		return tea.Batch(m.first, m.opts.formOffer)
	}
	if m.opts.Begin != nil {
		return tea.Batch(m.first, m.opts.begin)
	}
	return tea.Batch(m.first, listen(m.opts.Updates, 0))
}

// Update applies a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h, m.frame = msg.Width, msg.Height, ""
		m.untouched()
	case tea.BackgroundColorMsg:
		m.th, m.frame = m.opts.onBackground(msg), ""
	case updateMsg:
		m.frame = ""
		if !msg.ok {
			m.ended = true
			return m, nil
		}
		m.apply(msg.u)
		return m, listen(m.opts.Updates, m.pace.Next(msg.at))
	case startedMsg:
		m.frame = ""
		return m, started(m, msg)
	case tea.MouseMsg:
		m.frame, m.touched = "", true
		point(m, msg)
	case terminal.CannotSuspend:
		return m, func() tea.Msg { return flashMsg(msg.Why) }
	case flashMsg:
		m.flash, m.frame = string(msg), ""
	case message:
		m.frame = ""
		return m, msg.take(m)
	case tea.PasteMsg:
		m.frame = ""
		paste(m, msg.Content)
	case tea.KeyPressMsg:
		m.frame, m.touched = "", true
		return m, m.press(msg)
	}
	return m, nil
}

// press hands a key to what is typed, to the overlay in sight, or to the key
// map, in this order.
func (m *Model) press(key tea.KeyPressMsg) tea.Cmd {
	if m.entry != nil {
		cmd := m.entry.press(m, key)
		if m.entry == nil { // it led to a row, perhaps
			goAlong(m)
		}
		return cmd
	}
	m.flash = ""
	if questionOf(m) == nil && m.login.deafTo(key.String()) {
		m.flash = "the question has closed: keys are commands again in a second"
		return nil
	}
	if o := m.covered(); o != nil {
		if cmd, taken := o.key(m, key); taken {
			return cmd
		}
	}
	cmd := act(m, key.String())
	goAlong(m)
	return cmd
}

// apply takes an update into the panes.
func (m *Model) apply(u view.Update) {
	for _, s := range u.Sources {
		m.kinds[s.Source.ID] = s.Source.Kind
	}
	for _, ev := range u.Events {
		kind := m.kinds[ev.Ref().Source]
		for _, p := range m.panes {
			p.Observe(kind, ev)
		}
	}
	u.Events = nil
	m.came = u
	m.refresh()
	arrived(m)
}

// refresh shows what came: the attempt that the user looks at, names as he
// wants them.
func (m *Model) refresh() {
	u := m.came
	m.browsing.take(&u)
	m.names.apply(m, &u)
	m.update = u
	for _, p := range m.panes {
		p.Set(&m.update)
	}
	m.zone.apply(&m.panes)
	m.untouched()
}

// View is the frame.
func (m *Model) View() tea.View {
	frame := m.frame
	if frame == "" {
		frame = draw(m)
	}
	if _, never := m.covered().(secretive); !never { // a value in clear is not kept
		m.frame = frame
	}
	v := tea.NewView(frame)
	v.AltScreen = true
	v.MouseMode = mouseMode(m)
	v.WindowTitle = "syncscope"
	return v
}
