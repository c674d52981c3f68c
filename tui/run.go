package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"syncscope/checks"
)

// ErrBlocked: the terminal took nothing more when the screen was to be left.
// Nothing can be printed on it either.
var ErrBlocked = errors.New("terminal: it takes no output (it may be suspended; the watcher sets it back once it goes on)")

// leaveLimit is how long the terminal may take to be left.
const leaveLimit = 2 * time.Second

// Run shows the screen until the user quits or ctx ends, and gives the last
// update that it had.
func Run(ctx context.Context, o Options) (checks.Update, error) {
	leaving := make(chan struct{}, 1)
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(60), tea.WithoutCatchPanics(), // the watcher does
		tea.WithoutSignalHandler(), // ctx ends with them
		tea.WithFilter(func(m tea.Model, msg tea.Msg) tea.Msg {
			if _, quits := msg.(tea.QuitMsg); quits {
				select {
				case leaving <- struct{}{}:
				default:
				}
			}
			return sane(m, msg)
		})}
	if o.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	back := saveTerminal()
	m := New(o)
	p := tea.NewProgram(m, opts...)
	stop := onSuspend(p)
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
		err = within(done)
	case <-leaving:
		err = within(done)
	}
	if errors.Is(err, ErrBlocked) {
		stuck.Store(true)
		back()
		return checks.Update{}, err // the model is still the program's
	}
	back()
	switch {
	case m.login.failure != nil:
		return m.update, m.login.failure
	case ctx.Err() != nil: // told to end
		return m.update, nil
	}
	return m.update, err
}

// within waits for the program to leave the terminal, not for ever: while
// output is blocked, it cannot.
func within(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-time.After(leaveLimit):
		return ErrBlocked
	}
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
