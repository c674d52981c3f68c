package terminal

import (
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// settle is how long a size must stay before it is taken while a window is
// being drawn larger or smaller: each one costs a whole frame.
const settle = 80 * time.Millisecond

// Resizer lets sizes through to the program: the first at once, those of a
// storm once it is over. Sizes that no terminal has go; one of nothing (ssh
// without a size) is 80x24.
type Resizer struct {
	Send func(tea.Msg)

	mu    sync.Mutex
	timer *time.Timer // runs while a storm may go on
	last  *tea.WindowSizeMsg
}

// settled is a size that has waited its time.
type settled tea.WindowSizeMsg

// Filter is for tea.WithFilter.
func (r *Resizer) Filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case settled:
		return tea.WindowSizeMsg(msg)
	case tea.WindowSizeMsg:
		return r.size(msg)
	}
	return msg
}

func (r *Resizer) size(msg tea.WindowSizeMsg) tea.Msg {
	switch {
	case msg.Width <= 0 || msg.Height <= 0:
		msg = tea.WindowSizeMsg{Width: 80, Height: 24}
	case msg.Width*msg.Height > 1<<20:
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer == nil {
		r.timer = time.AfterFunc(settle, r.over)
		return msg
	}
	r.last = &msg
	r.timer.Reset(settle)
	return nil
}

// over ends the wait: the last size of a storm is taken.
func (r *Resizer) over() {
	r.mu.Lock()
	last := r.last
	r.timer, r.last = nil, nil
	r.mu.Unlock()
	if last != nil {
		r.Send(settled(*last))
	}
}
