package tui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/checks/view"
)

// Whatever is pressed on the form and on a test, in whatever order and while
// answers are on their way, the frame is whole.
func TestFormTakesAnyKeys(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	failed := tried(view.StepState{Step: view.StepLogin, Progress: view.Stopped, Detail: "refused", Hint: "try again"})
	failed.Prompt = &view.Prompt{ID: 7, Host: "adm@192.0.2.20", Text: "password: "}
	keys := []string{"enter", "tab", "shift+tab", "up", "down", "left", "right", "esc", "backspace", "space", "pgdown", "home"}
	for round := range 20 {
		form := &typedForm{recent: earlierRuns(), try: make(chan view.Update, 1)}
		w, h := 60+rnd.IntN(100), 15+rnd.IntN(40)
		m, _ := formScreen(w, h, form)
		var waiting []tea.Cmd
		for range 120 {
			var cmd tea.Cmd
			switch n := rnd.IntN(12); {
			case n < 6:
				_, cmd = m.Update(named[keys[rnd.IntN(len(keys))]])
			case n < 8:
				_, cmd = m.Update(tea.KeyPressMsg{Code: rune("tnxu"[rnd.IntN(4)]), Mod: tea.ModCtrl})
			case n < 9:
				_, cmd = m.Update(tea.PasteMsg{Content: "한국@مرحبا,admin@"})
			case n < 10:
				select {
				case form.try <- failed:
				default:
				}
			case len(waiting) > 0:
				cmd, waiting = waiting[0], waiting[1:]
				switch msg := answered(cmd).(type) {
				case nil:
					cmd = nil
				case tea.BatchMsg:
					waiting, cmd = append(waiting, msg...), nil
				default:
					_, cmd = m.Update(msg)
				}
			}
			if cmd != nil {
				waiting = append(waiting, cmd)
			}
			lines := strings.Split(m.View().Content, "\n")
			for _, l := range lines {
				if len(lines) != h || ansi.StringWidth(l) > w {
					t.Fatalf("round %d: %dx%d has %d lines, one of %d columns", round, w, h, len(lines), ansi.StringWidth(l))
				}
			}
		}
	}
}

// answered is what a command gives, unless it waits for a test's update.
func answered(cmd tea.Cmd) tea.Msg {
	out := make(chan tea.Msg, 1)
	go func() { out <- cmd() }()
	select {
	case msg := <-out:
		return msg
	case <-time.After(2 * time.Millisecond):
		return nil
	}
}
