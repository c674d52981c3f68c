package tui

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"syncscope/checks/view"
	"syncscope/tui/overlay"
	"syncscope/tui/terminal"
	"syncscope/tui/theme"
)

// fps is how often a second the renderer looks whether a frame has changed. The
// first frame and the answer to a key wait for it; a still screen costs the same
// at 120 as at 60.
const fps = 120

// leaveLimit is how long the terminal may take to be left.
const leaveLimit = 2 * time.Second

// gcPercent is how much the heap may grow between two collections while a
// screen is up. In a flood most of what is allocated is garbage at once: a
// third less memory costs 2 % of a core. GOGC, where it is set, goes before it.
const gcPercent = 65

func collectSooner() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// Left is what a screen leaves behind.
type Left struct {
	Last   view.Update // what came last
	Copies []string    // files that copies were kept in
}

// Run shows the screen until the user quits or ctx ends.
func Run(ctx context.Context, o Options) (Left, error) {
	collectSooner()
	_ = os.Unsetenv("TEA_TRACE") // Bubble Tea would keep in a file what is typed and what is revealed
	tty, r, fence := &terminal.TTY{File: os.Stdout, NoSync: o.NoSync}, &terminal.Resizer{}, &terminal.Fence{}
	leaving := make(chan struct{}, 1)
	opts := []tea.ProgramOption{tea.WithFPS(fps), tea.WithoutCatchPanics(), // the watcher does
		tea.WithoutSignalHandler(), // ctx ends with them, and leaves as a key would
		tea.WithOutput(tty),
		tea.WithFilter(func(m tea.Model, msg tea.Msg) tea.Msg {
			msg = fence.Filter(msg)
			if _, quits := msg.(tea.QuitMsg); quits {
				select {
				case leaving <- struct{}{}:
				default:
				}
			}
			return r.Filter(m, msg)
		})}
	switch {
	case o.NoColor:
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	case o.Profile != colorprofile.Unknown:
		opts = append(opts, tea.WithColorProfile(o.Profile))
	}
	back := terminal.Save()
	m := New(o)
	m.pace = terminal.NewPacer(tty.Spent, budget(o.MaxKBps))
	m.first = tea.Batch(o.questions(), fence.Ask)
	p := tea.NewProgram(m, opts...)
	r.Send, fence.Quit = p.Send, p.Quit
	stop := terminal.OnSuspend(p)
	defer stop()
	done := make(chan error, 1)
	go func() {
		_, err := p.Run()
		done <- err
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		go p.Quit() // it may not come through: then within says so
		err = within(done)
	case <-leaving:
		err = within(done)
	}
	if errors.Is(err, terminal.ErrBlocked) {
		terminal.Stuck.Store(true)
		back()
		return Left{}, err // the model is still the program's
	}
	back()
	if among[*overlay.Question](m.covers) != nil { // half a password must not reach the shell
		terminal.ForgetTyped(int(os.Stdin.Fd()))
	}
	left := Left{m.data.came, m.copies}
	switch {
	case m.run.failure != nil:
		return left, m.run.failure
	case ctx.Err() != nil: // told to end
		return left, nil
	}
	return left, err
}

// within waits for the program to leave the terminal, not for ever: while
// output is blocked, it cannot.
func within(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(leaveLimit):
		return terminal.ErrBlocked
	}
}

// questions are what the terminal is asked beside what the renderer asks: its
// background, unless that changes nothing.
func (o *Options) questions() tea.Cmd {
	var out []tea.Cmd
	if os.Getenv("SSH_TTY") != "" && !o.NoSync {
		out = append(out, synchronize)
	}
	if !o.NoColor && theme.Asks(o.Theme) {
		out = append(out, tea.RequestBackgroundColor)
	}
	return tea.Batch(out...)
}

// onBackground is the theme for the background that the terminal has told.
func (o *Options) onBackground(c tea.BackgroundColorMsg) *theme.Theme {
	if c.Color != nil {
		r, g, b, _ := c.RGBA()
		o.Background = theme.Of(float64(r)/0xffff, float64(g)/0xffff, float64(b)/0xffff)
	}
	th := o.theme(o.Background)
	return &th
}

// theme is the one that was asked for, on a background.
func (o *Options) theme(b theme.Background) theme.Theme {
	th, err := theme.Named(o.Theme, o.colours(), b)
	if err != nil { // the command line has been told
		th, _ = theme.Named("", o.colours(), b)
	}
	if o.ASCII {
		th = th.Plain()
	}
	return *th
}

// synchronize is the terminal's word that it can hold a frame back until it is
// whole (mode 2026). Over SSH the renderer does not ask; terminals that do not
// know the mode ignore it.
func synchronize() tea.Msg {
	return tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset}
}

// budget is the bytes a second that frames may take: as asked, or a default on
// a terminal behind SSH. 0 is none.
func budget(kbps int) int64 {
	switch {
	case kbps > 0:
		return int64(kbps) << 10
	case os.Getenv("SSH_TTY") != "" && kbps == 0:
		return terminal.SSHBudget
	}
	return 0
}

// listen waits, then takes the next update. It is asked for anew only once the
// last one was applied: a slow terminal delays the picture, not the diagnosis.
func listen(updates <-chan view.Update, wait time.Duration) tea.Cmd {
	return func() tea.Msg {
		time.Sleep(wait)
		u, ok := <-updates
		return updateMsg{u, ok, time.Now()}
	}
}

func (o *Options) colours() theme.Colours {
	switch {
	case o.NoColor:
		return theme.None
	case o.Sixteen:
		return theme.Sixteen
	}
	return theme.TrueColour
}

// Themes are the names that Options.Theme takes.
func Themes() []string { return theme.Names() }
