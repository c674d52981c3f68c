package session_test

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"syncscope/checks/session"
	"syncscope/tui"
)

// Whatever is typed, pasted and clicked on the screen, the hosts receive nothing
// outside the list: the whole way from the keys to the bytes at the hosts.
func TestOddKeysSendNothingElse(t *testing.T) {
	for _, name := range []string{"TMPDIR", "HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"} {
		t.Setenv(name, t.TempDir()) // what is copied is kept in files
	}
	sessions, events := scaled(2, 20), scaled(5_000, 50_000)
	screens := 0
	listens(t, sessions, func(o odd, live *session.Live) {
		for left := events; left > 0; screens++ {
			left -= useScreen(t, o, live, left)
		}
	})
	t.Logf("%d events on %d screens", sessions*events, screens)
}

// useScreen sends at most n events to one screen: less where they quit it.
func useScreen(t *testing.T, o odd, live *session.Live, n int) (sent int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	p := tea.NewProgram(tui.New(tui.Options{Updates: live.Updates(), Control: live, Login: live}), tea.WithContext(ctx),
		tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithWindowSize(120, 40), tea.WithFPS(1),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment(os.Environ()), tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() { _, err := p.Run(); done <- err }()
	for sent < n {
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the screen ended: %v", err)
			}
			return sent
		default:
		}
		p.Send(o.event())
		if sent++; sent%1000 == 0 {
			time.Sleep(20 * time.Millisecond) // the run goes on meanwhile
		}
	}
	p.Quit()
	if err := <-done; err != nil {
		t.Errorf("the screen ended: %v", err)
	}
	return sent
}

// event is anything that a person can do to the screen, but stop the process.
func (o odd) event() tea.Msg {
	const often = "abcdefghijklmnoprstuvwxzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:;()[]?.,<>!=&|-+*'\"\\ "
	named := []rune{tea.KeyEnter, tea.KeyEscape, tea.KeyTab, tea.KeyUp, tea.KeyDown, tea.KeyLeft, tea.KeyRight, tea.KeyPgUp, tea.KeyPgDown, tea.KeyHome, tea.KeyEnd, tea.KeyBackspace, tea.KeyDelete}
	switch k := o.IntN(100); {
	case k < 65:
		r := rune(often[o.IntN(len(often))])
		return tea.KeyPressMsg{Code: r, Text: string(r)}
	case k < 85:
		return tea.KeyPressMsg{Code: named[o.IntN(len(named))], Mod: []tea.KeyMod{0, 0, 0, tea.ModShift, tea.ModAlt}[o.IntN(5)]}
	case k < 88:
		return tea.KeyPressMsg{Code: rune("abdefgklnopqrstuvwxy"[o.IntN(20)]), Mod: tea.ModCtrl} // not ^C and ^Z
	case k < 90:
		return tea.PasteMsg{Content: o.text()}
	case k < 93:
		return tea.WindowSizeMsg{Width: 20 + o.IntN(220), Height: 5 + o.IntN(70)}
	case k < 98:
		return tea.MouseClickMsg{X: o.IntN(220), Y: o.IntN(70), Button: tea.MouseLeft}
	case k < 99:
		return tea.MouseWheelMsg{X: o.IntN(220), Y: o.IntN(70), Button: tea.MouseWheelDown}
	}
	r := []rune(o.text() + "q")[0]
	return tea.KeyPressMsg{Code: r, Text: string(r)}
}
