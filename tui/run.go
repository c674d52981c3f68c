package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"syncscope/checks"
)

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
		if m.login.failure != nil {
			err = m.login.failure
		}
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
