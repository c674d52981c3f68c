package terminal

import (
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Bounds of the fence: it is sent when the renderer has asked its questions,
// and no terminal is waited for longer than the limit.
const (
	fenceAfter = 40 * time.Millisecond
	fenceLimit = time.Second
)

// Fence keeps the terminal's answers out of the shell. Whoever starts a screen
// asks the terminal what it can do and how it looks; over a slow link the
// answers come when the screen may have been left again, and would stand in the
// shell's line. Behind the questions goes one that every terminal answers, and
// terminals answer in order: once its answer is here, none is owed. A screen
// that is left sooner waits for it.
type Fence struct {
	Quit func() // leaves the program

	mu      sync.Mutex
	passed  bool // nothing is owed any more, or it is not waited for
	leaving bool
}

// Ask sends the question, once the first frame is out.
func (f *Fence) Ask() tea.Msg {
	time.Sleep(fenceAfter)
	time.AfterFunc(fenceLimit, f.over)
	return tea.RawMsg{Msg: ansi.RequestPrimaryDeviceAttributes}
}

// Filter is for tea.WithFilter: it holds back the end while answers are owed.
func (f *Fence) Filter(msg tea.Msg) tea.Msg {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch msg.(type) {
	case tea.QuitMsg:
		if !f.passed {
			f.leaving = true
			return nil
		}
	case uv.PrimaryDeviceAttributesEvent:
		f.passed = true
		if f.leaving {
			return tea.QuitMsg{}
		}
		return nil
	}
	return msg
}

// over ends the wait.
func (f *Fence) over() {
	f.mu.Lock()
	leaving := f.leaving && !f.passed
	f.passed = true
	f.mu.Unlock()
	if leaving {
		f.Quit()
	}
}
