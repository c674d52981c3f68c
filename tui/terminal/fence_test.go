package terminal

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

func quits(msg tea.Msg) bool { _, ok := msg.(tea.QuitMsg); return ok }

// While the terminal owes an answer the screen is not left; the answer leaves it.
func TestTheEndWaitsForTheTerminal(t *testing.T) {
	f := &Fence{Quit: func() { t.Error("quit by the limit") }}
	if f.Filter(tea.QuitMsg{}) != nil {
		t.Fatal("left while an answer is owed")
	}
	if !quits(f.Filter(uv.PrimaryDeviceAttributesEvent{62, 4})) {
		t.Error("the answer does not leave")
	}
	if !quits(f.Filter(tea.QuitMsg{})) {
		t.Error("held back with nothing owed")
	}
}

// An answer while nobody leaves only lifts the fence.
func TestTheAnswerIsNoMessage(t *testing.T) {
	f := &Fence{}
	if f.Filter(uv.PrimaryDeviceAttributesEvent{6}) != nil {
		t.Error("the answer reaches the screen")
	}
	if !quits(f.Filter(tea.QuitMsg{})) {
		t.Error("held back with nothing owed")
	}
}

// A terminal that answers nothing is waited for no longer than the limit, and
// after that not at all.
func TestASilentTerminalIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := make(chan time.Duration, 1)
		start := time.Now()
		f := &Fence{Quit: func() { left <- time.Since(start) }}
		f.Ask()
		if f.Filter(tea.QuitMsg{}) != nil {
			t.Fatal("left at once")
		}
		if took := <-left; took > fenceAfter+fenceLimit {
			t.Errorf("left after %v", took)
		}
		if !quits(f.Filter(tea.QuitMsg{})) {
			t.Error("held back after the limit")
		}
	})
}
